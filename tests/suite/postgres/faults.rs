//! The database is away, refuses, or is not the one it was: nobody gets two letters, and no password is shown.

use super::*;
use std::thread;

#[test]
fn a_database_that_is_stopped_and_started_delays_a_run_and_changes_nothing_else() {
    let server = Server::start(&[]);
    for stop in [Server::stop, Server::crash] {
        let relay = slow(20).start();
        let desk = campaign(40, &relay, &server, "connections = 2");
        let other = elsewhere(&desk, &server);
        let runs = [desk.start("send --yes"), other.start("send --yes")];
        relay.await_letters(8);
        stop(&server);
        thread::sleep(Duration::from_millis(700));
        server.go_on();
        let runs = runs.map(|run| end(run).exit(0).prints("40 letters: 40 accepted").hides(PASSWORD));
        assert!(
            runs.iter().any(|run| run.err.contains("the connection was lost") && run.err.contains("going on")),
            "{}{}",
            runs[0].err,
            runs[1].err
        );
        assert_eq!(taken(&relay).len(), 40);
    }
}

#[test]
fn a_database_that_is_away_for_longer_than_the_lease_sends_nothing_twice() {
    let server = Server::start(&[]);
    let relay = slow(20).start();
    let desk = campaign(30, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    let runs = [desk.start("send --yes"), other.start("send --yes")];
    relay.await_letters(6);
    server.stop();
    // [ledger] lease is 2s.
    thread::sleep(Duration::from_secs(3));
    server.go_on();
    let codes = runs.map(|run| end(run).code);
    let unknown = count(&desk, "unknown");
    assert!(unknown <= 2, "at most the letter that each had on its way: {unknown}");
    assert_eq!(codes, [Some(if unknown > 0 { 76 } else { 0 }); 2]);
    let accepted = count(&desk, "accepted");
    assert_eq!(accepted + unknown, 30);
    assert!(taken(&relay).len() as u64 >= accepted);
}

#[test]
fn what_was_recorded_outlives_a_crash_whatever_the_servers_defaults_are() {
    let server = Server::start(&["synchronous_commit=off", "wal_writer_delay=10s", "full_page_writes=off"]);
    let relay = Relay::start();
    let desk = campaign(20, &relay, &server, "");
    desk.run("send --yes --limit 12").exit(75);
    server.crash();
    server.go_on();
    assert_eq!(count(&desk, "accepted"), 12);
    desk.run("send --yes").exit(0).prints("20 accepted");
    assert_eq!(taken(&relay).len(), 20);
}

#[test]
fn without_the_database_nothing_is_sent_and_no_password_is_shown() {
    let server = Server::start(&[]);
    let relay = Relay::start();
    let mut desk = campaign(2, &relay, &server, "");
    server.stop();
    for words in ["send --yes", "status", "ledger prepare"] {
        desk.run(words).exit(74).reports("the database cannot be reached").hides(PASSWORD);
    }
    server.go_on();
    let wrong = "Bittern-gate-17-violet";
    let url = server.url();
    desk.env("OPENLETTER_LEDGER", &url.replace(PASSWORD, wrong));
    desk.run("send --yes").exit(74).reports("password authentication failed").hides(wrong);
    for address in [format!("postgres://letters:{wrong}@127.0.0.1:port/x"), format!("letters:{wrong}"), String::new()] {
        desk.env("OPENLETTER_LEDGER", &address);
        let ran = desk.run("send --yes").hides(wrong).hides("letters:");
        assert!(matches!(ran.code, Some(74 | 78)), "{}", ran.err);
    }
    desk.env("OPENLETTER_LEDGER", "postgres://letters@db.example/letters?sslmode=disable");
    desk.run("send --yes").exit(74).reports("in clear to another machine");
    assert!(relay.letters().is_empty());
    desk.edit("campaign.toml", "{ env = \"OPENLETTER_LEDGER\" }", &format!("\"{url}\""));
    let refused = desk.run("check").exit(78).hides(PASSWORD);
    assert!(refused.out.contains("without a password"), "{}", refused.out);
}

#[test]
fn over_tls_only_a_certificate_of_the_authority_is_trusted() {
    let server = Server::start(&["ssl=on", "ssl_cert_file=../server.pem", "ssl_key_file=../server.key"]);
    let relay = Relay::start();
    let mut desk = campaign(2, &relay, &server, "");
    desk.env("OPENLETTER_LEDGER", &format!("{}?sslmode=require", server.url()));
    desk.run("send --yes").exit(74).reports("the database cannot be reached").hides(PASSWORD);
    assert!(relay.letters().is_empty());
    desk.edit("campaign.toml", "lease = ", "ca_file = \"ca.pem\"\nlease = ");
    desk.write("ca.pem", server.authority());
    desk.run("send --yes --as-written").exit(0).prints("2 accepted");
    desk.write("ca.pem", relay.ca_pem());
    desk.run("send --yes --as-written").exit(74).reports("certificate");
}

#[test]
fn another_copy_of_the_database_is_refused_until_a_person_says_that_nothing_is_missing() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(4, &relay, &server, "");
    desk.run("send --yes --limit 2").exit(75);
    // What a dump that was restored elsewhere looks like.
    let restored = "INSERT INTO home (campaign, at, server) SELECT key, created_at, 'another server' FROM campaign";
    server.sql(&schema(&desk), restored);
    desk.run("send --yes").exit(77).reports("the database was restored, or another server took over");
    desk.run("ledger move --to folder").exit(74).reports("it was restored");
    desk.run("status").exit(0).prints("2 accepted").prints("the database was restored");
    assert_eq!(relay.letters().len(), 2);
    desk.run("send --yes --moved").exit(0).prints("4 accepted");
    assert_eq!(taken(&relay).len(), 4);
}

#[test]
fn tables_that_a_dump_made_anew_are_known_as_a_copy() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(4, &relay, &server, "");
    desk.run("send --yes --limit 1").exit(75);
    let (schema, dump) = (schema(&desk), server.new_schema());
    // In the order in which they refer to each other.
    let tables = ["campaign", "home", "run", "letter", "event", "archive", "response", "roll", "subject", "pace"];
    let all = |sql: &dyn Fn(&str) -> String| tables.map(sql).join("; ");
    let dumped = all(&|table| format!("CREATE TABLE {dump}.{table} AS TABLE {schema}.{table}"));
    server.sql(&schema, &format!("CREATE SCHEMA {dump}; {dumped}"));
    desk.run("send --yes --limit 1").exit(75);
    server.sql("public", &format!("DROP SCHEMA {schema} CASCADE"));
    desk.run("ledger prepare").exit(0);
    server.sql(&schema, &all(&|table| format!("INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE {dump}.{table}")));
    server.sql(&schema, "SELECT setval(pg_get_serial_sequence('event', 'number'), max(number)) FROM event");
    server.sql(&schema, "SELECT setval(pg_get_serial_sequence('home', 'number'), max(number)) FROM home");
    desk.run("send --yes").exit(77).reports("the database was restored").reports("openletter settle ID --drop");
    desk.run("settle r2 --drop --by Ada --yes").exit(0);
    // Another outbox beside it is another decision.
    desk.edit("templates/letter.md.hbs", "We are", "Again, we are");
    desk.run("write --force").exit(0);
    desk.run("approve --by Ada").exit(0);
    desk.run("send --yes --moved").exit(77).reports("another outbox");
    assert_eq!(taken(&relay).len(), 2);
    desk.run("send --yes --moved").exit(0).prints("3 accepted");
    assert_eq!(taken(&relay).len(), 4);
}

#[test]
fn a_password_with_an_at_sign_is_not_taken_for_a_host() {
    let server = shared();
    let relay = Relay::start();
    let mut desk = campaign(1, &relay, &server, "");
    desk.env("OPENLETTER_LEDGER", "postgres://ada:sec@ret@db.example/letters");
    desk.run("send --yes").exit(74).reports("write @ in a user or a password as %40").hides("ret@db");
}

#[test]
fn an_answer_is_recorded_while_the_renewal_of_the_lease_waits() {
    let server = shared();
    let relay = Relay::script().on(Step::Dot).letter(1).held().reply("250 2.0.0 queued").start();
    let desk = campaign(3, &relay, &server, "");
    let schema = schema(&desk);
    let run = desk.start("send --yes");
    relay.wait_for(Step::Dot, 1);
    let mut other = server.connect(&schema);
    // The lease is two seconds, renewed four times in that time.
    other.batch_execute("BEGIN; LOCK TABLE run IN EXCLUSIVE MODE").expect("locked");
    thread::sleep(Duration::from_millis(800));
    relay.release();
    let start = Instant::now();
    let accepted = || server.sql(&schema, "SELECT count(*) FROM letter WHERE state = 'accepted'") == ["1"];
    while !accepted() {
        assert!(start.elapsed() < Duration::from_secs(5), "the answer is not recorded");
        thread::sleep(Duration::from_millis(20));
    }
    other.batch_execute("ROLLBACK").expect("released");
    end(run).exit(0).prints("3 accepted");
    assert_eq!(taken(&relay).len(), 3);
}

#[test]
fn a_run_that_fails_before_its_first_letter_leaves_no_lease() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(3, &relay, &server, "");
    desk.edit("campaign.toml", "lease = \"2s\"", "lease = \"10m\"");
    let schema = schema(&desk);
    server.sql(
        &schema,
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no room''; END'",
    );
    server.sql(&schema, "CREATE TRIGGER fails BEFORE INSERT ON subject FOR EACH ROW EXECUTE FUNCTION fail()");
    desk.run("send --yes").exit(74).reports("no room");
    desk.run("ledger move --to folder").exit(0);
    assert!(relay.letters().is_empty());
}

#[test]
fn a_standby_is_refused_and_so_is_one_that_took_over() {
    let server = Server::start(&[]);
    let relay = Relay::start();
    let desk = campaign(4, &relay, &server, "");
    desk.run("send --yes --limit 2").exit(75);
    server.stop();
    server.become_standby();
    server.go_on();
    desk.run("send --yes").exit(74).reports("the database cannot be reached").reports("does not allow writes");
    let promoted = server.sql(&schema(&desk), "SELECT pg_promote()");
    assert_eq!(promoted, ["t"]);
    desk.run("send --yes").exit(77).reports("the database was restored, or another server took over");
    assert_eq!(relay.letters().len(), 2);
    desk.run("send --yes --moved").exit(0).prints("4 accepted");
    assert_eq!(taken(&relay).len(), 4);
}

#[test]
fn a_run_does_not_go_on_with_a_server_that_took_over() {
    let server = Server::start(&[]);
    let relay = Relay::script().on(Step::Dot).letter(2).held().reply("250 2.0.0 queued").start();
    let desk = campaign(4, &relay, &server, "");
    desk.edit("campaign.toml", "lease = \"2s\"", "lease = \"10m\"");
    let run = desk.start("send --yes");
    relay.wait_for(Step::Dot, 2);
    server.stop();
    server.become_standby();
    server.go_on();
    server.sql("public", "SELECT pg_promote()");
    relay.release();
    end(run)
        .exit(74)
        .reports("it was restored, or another server took over, while letters were sent")
        .reports("openletter settle r2 --sent");
    assert_eq!(taken(&relay).len(), 2);
    // It has not even ended its lease there.
    let leases = "SELECT count(*) FROM run WHERE lease > clock_timestamp()";
    assert_eq!(server.sql(&schema(&desk), leases), ["1"]);
}
