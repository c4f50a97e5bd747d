//! How often a run waits for the database, which may be far away.

use super::server::Server;
use super::*;

/// How many statements the server has run, and how many connections it has accepted. One that is prepared first takes two round
/// trips.
fn counted(log: &str) -> (usize, usize) {
    let count = |what: &str| log.matches(what).count();
    (count("  statement: ") + count("  execute ") + count("  parse s"), count("connection authorized"))
}

#[test]
fn a_run_asks_a_database_for_little_before_its_first_letter_and_after_its_last() {
    let relay = Relay::start();
    let server = Server::start(&["fsync=off", "log_min_duration_statement=0", "log_connections=on"]);
    let desk = campaign(300, &relay, &server, "");
    let seen = || server.log().len();
    let said = |from: usize| counted(&server.log()[from..]);

    // Not a letter is sent: the first one is already more than `--limit`.
    let from = seen();
    desk.run("send --yes --limit 0").exit(75);
    let (statements, connections) = said(from);
    assert!(
        connections == 2 && (12..=22).contains(&statements),
        "the first run: {statements} statements, {connections} connections"
    );

    desk.run("send --yes").exit(0);
    let from = seen();
    desk.run("send --yes").exit(0);
    let (statements, connections) = said(from);
    assert!(
        connections == 1 && (12..=18).contains(&statements),
        "a later run: {statements} statements, {connections} connections"
    );
}
