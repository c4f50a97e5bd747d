//! Many letters: several claims and connections, rates and retries. Nobody ever gets two letters.

use crate::desk::{Desk, Ran};
use crate::relay::{On, Relay, Script, Step, undated};
use std::collections::BTreeSet;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// An approved campaign of so many letters to two domains by turns, with these lines in `[relay]`.
fn crowd(letters: usize, relay: &Relay, lines: &str) -> Desk {
    let domain = |n| if n % 2 == 0 { "northlight.example" } else { "screenstandards.example" };
    let rows: Vec<_> = (1..=letters).map(|n| format!("r{n},Ada,Okafor{n},Editor,r{n}@{}", domain(n))).collect();
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", format!("id,given_name,family_name,title,email\n{}\n", rows.join("\n")));
    desk.through(relay).edit("campaign.toml", "timeout = ", &format!("{lines}\ntimeout = "));
    desk.approved();
    desk
}

/// How many letters are in this state.
fn count(desk: &Desk, state: &str) -> u64 {
    let printed: serde_json::Value = serde_json::from_str(&desk.run("status --format json").exit(0).out).expect("JSON");
    printed["totals"][state].as_u64().expect("a number")
}

/// Everyone for whom the relay has accepted a letter. Checks that nobody was sent a letter twice, accepted or not.
fn taken(relay: &Relay) -> BTreeSet<String> {
    // What has no recipient is the dot that ends a refused flight.
    let letters: Vec<_> = relay.letters().into_iter().filter(|letter| !letter.to.is_empty()).collect();
    let to: BTreeSet<_> = letters.iter().map(|letter| letter.to.concat()).collect();
    assert_eq!(to.len(), letters.len(), "somebody got two");
    letters.into_iter().filter(|letter| letter.accepted).map(|letter| letter.to.concat()).collect()
}

fn script() -> Script {
    Relay::script().pipelining()
}

/// The same for several letters, counted from 1.
fn each(script: Script, step: Step, letters: std::ops::RangeInclusive<usize>, act: fn(On) -> Script) -> Script {
    letters.fold(script, |script, n| act(script.on(step).letter(n)))
}

fn kill(mut run: Child) {
    run.kill().expect("a run to kill");
    run.wait().expect("its end");
}

#[test]
fn several_connections_send_each_letter_once_within_per_connection() {
    let relay = script().start();
    let desk = crowd(60, &relay, "connections = 4\nper_connection = 7");
    desk.run("send --yes").exit(0).prints("60 letters: 60 accepted");
    assert_eq!(taken(&relay).len(), 60);
    let through: Vec<_> =
        relay.transcript().iter().map(|said| said.iter().filter(|line| line.starts_with("MAIL")).count()).collect();
    assert!(through.len() >= 9 && through.iter().all(|letters| *letters <= 7), "{through:?}");
    let written: BTreeSet<_> =
        desk.letters().iter().map(|name| undated(&desk.bytes(&format!("outbox/letters/{name}")))).collect();
    let arrived: BTreeSet<_> = relay.letters().iter().map(|letter| undated(&letter.bytes)).collect();
    assert_eq!(arrived, written);
    desk.run("send --yes").exit(0).prints("60 accepted");
    assert_eq!(taken(&relay).len(), 60);
}

#[test]
fn there_are_at_most_as_many_connections_as_letters() {
    let relay = each(script(), Step::Dot, 1..=4, On::stall).start();
    let desk = crowd(40, &relay, "connections = 4");
    let run = desk.start("send --yes");
    relay.await_letters(4);
    assert_eq!(relay.transcript().len(), 4, "four letters are under way at once");
    kill(run);

    let relay = script().start();
    crowd(3, &relay, "connections = 20").run("send --yes").exit(0);
    assert!(relay.transcript().len() <= 3);
}

#[test]
fn a_run_killed_with_several_claims_leaves_only_started_letters_unknown() {
    for connections in [1, 4] {
        let relay = each(script(), Step::Dot, 10..=9 + connections, On::stall).start();
        let desk = crowd(60, &relay, &format!("connections = {connections}"));
        let run = desk.start("send --yes");
        relay.await_letters(9 + connections);
        kill(run);
        let unknown = connections as u64;
        let offered = count(&desk, "offered");
        assert!((unknown..=51).contains(&offered), "{offered}");
        desk.run("send --yes").exit(76).prints(&format!("{} accepted, {unknown} unknown", 60 - unknown));
        assert_eq!(taken(&relay).len(), 60 - connections);
        assert_eq!(count(&desk, "offered"), 0);
    }
}

#[test]
fn a_run_killed_before_any_data_began_leaves_nothing_unknown() {
    let relay = script().on(Step::Rcpt).letter(5).stall().start();
    let desk = crowd(30, &relay, "");
    let run = desk.start("send --yes");
    relay.await_begun(5);
    kill(run);
    desk.run("send --yes").exit(0).prints("30 accepted");
    assert_eq!(taken(&relay).len(), 30);
}

#[test]
fn a_run_killed_many_times_finishes_and_nobody_gets_two_letters() {
    let relay = Relay::script().on(Step::Dot).after(Duration::from_millis(20)).reply("250 2.0.0 queued").start();
    let desk = crowd(300, &relay, "connections = 3");
    for letters in [1, 23, 40, 7, 31] {
        let before = relay.begun();
        let run = desk.start("send --yes");
        relay.await_begun(before + letters);
        kill(run);
    }
    let last = desk.run("send --yes");
    let unknown = count(&desk, "unknown");
    assert!(unknown <= 15 && last.code == Some(if unknown > 0 { 76 } else { 0 }), "{}", last.out);
    let accepted = count(&desk, "accepted");
    assert_eq!(accepted + unknown, 300);
    assert!(taken(&relay).len() as u64 >= accepted);
}

#[test]
fn unused_claims_are_released() {
    let all_told = |ran: Ran, desk: &Desk, expected: [u64; 4]| {
        let printed = ["accepted", "rejected", "deferred", "pending"].map(|state| count(desk, state));
        assert_eq!(printed, expected, "{}{}", ran.out, ran.err);
        assert_eq!(count(desk, "offered"), 0);
    };
    let relay = script().start();
    let desk = crowd(30, &relay, "");
    let limited = desk.run("send --yes --limit 4").exit(75);
    all_told(limited, &desk, [4, 0, 0, 26]);

    let relay = each(script(), Step::Rcpt, 6..=30, |on| on.reply("550 5.1.1 no such user")).start();
    let desk = crowd(30, &relay, "");
    let halted = desk.run("send --yes").exit(75).reports("Stopped after 10 failures of the same kind in a row");
    all_told(halted, &desk, [5, 10, 0, 15]);

    let relay = script().on(Step::Mail).letter(6).reply("550 5.7.1 not from you").start();
    let desk = crowd(30, &relay, "");
    let stopped = desk.run("send --yes").exit(69).reports("refused the sender's address");
    all_told(stopped, &desk, [5, 0, 1, 24]);
}

#[test]
fn while_the_relay_is_gone_no_claim_is_held() {
    let relay = script().on(Step::Mail).letter(5).hang_up();
    let relay = relay.on(Step::Greeting).connection(2).reply("421 4.3.2 later").start();
    let desk = crowd(30, &relay, "");
    let run = desk.start("send --yes --retry-for 1h");
    let start = Instant::now();
    while relay.transcript().len() < 2 || count(&desk, "offered") > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "{} offered", count(&desk, "offered"));
        std::thread::sleep(Duration::from_millis(20));
    }
    kill(run);
    assert_eq!(["accepted", "deferred", "pending"].map(|state| count(&desk, state)), [4, 0, 26]);
    desk.run("send --yes").exit(0).prints("30 accepted");
    assert_eq!(taken(&relay).len(), 30);
}

#[test]
fn a_letter_changed_during_the_run_stops_it_and_stays_pending() {
    let relay = script().on(Step::Dot).letter(1).after(Duration::from_millis(700)).reply("250 2.0.0 queued").start();
    let desk = crowd(30, &relay, "");
    let run = desk.start("send --yes");
    relay.await_begun(1);
    let tenth = format!("outbox/letters/{}", desk.letters()[9]);
    desk.write(&tenth, desk.text(&tenth).replace("Dear", "Drat"));
    let ended = Ran::of("send --yes", run.wait_with_output().expect("its end"));
    ended.exit(77).reports("00010");
    assert_eq!(["accepted", "offered", "pending"].map(|state| count(&desk, state)), [9, 0, 21]);
    assert_eq!(taken(&relay).len(), 9);
}

#[test]
fn several_connections_stop_together_after_failures_of_one_kind() {
    let relay = script().on(Step::Rcpt).reply("550 5.1.1 no such user").start();
    let desk = crowd(60, &relay, "connections = 4");
    desk.run("send --yes")
        .exit(75)
        .reports("Stopped after 10 failures of the same kind in a row: 550 5.1.1 no such user");
    let rejected = count(&desk, "rejected");
    assert!((10..=13).contains(&rejected), "{rejected}");
    assert_eq!(count(&desk, "pending"), 60 - rejected);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_finishes_started_letters_and_releases_the_rest() {
    for connections in [1, 3] {
        let slow = |on: On| on.after(Duration::from_millis(100)).reply("250 2.0.0 queued");
        let relay = slow(script().on(Step::Dot)).start();
        let desk = crowd(60, &relay, &format!("connections = {connections}"));
        let run = desk.start("send --yes");
        relay.await_letters(4);
        let killed = Command::new("kill").args(["-INT", &run.id().to_string()]).status().expect("kill");
        assert!(killed.success());
        let ended = Ran::of("send --yes", run.wait_with_output().expect("its end"));
        ended.exit(130).reports("Interrupted");
        let accepted = count(&desk, "accepted");
        assert_eq!((count(&desk, "pending"), count(&desk, "offered")), (60 - accepted, 0));
        assert_eq!(taken(&relay).len() as u64, accepted);
        assert!(accepted < 60);
    }
}

#[test]
fn deferred_letters_are_tried_again_and_each_is_accepted_once() {
    for connections in [1, 4] {
        let relay = each(script(), Step::Rcpt, 1..=12, |on| on.reply("450 4.2.0 greylisted")).start();
        let desk = crowd(12, &relay, &format!("connections = {connections}"));
        desk.run("send --yes --retry-for 20s").exit(0).prints("12 accepted").reports("the relay deferred 12 letters");
        let letters = relay.letters().into_iter().filter(|letter| letter.accepted).count();
        assert_eq!(letters, 12);
    }
}

#[test]
fn a_limit_also_counts_retried_letters() {
    let relay = script().on(Step::Rcpt).reply("450 4.2.0 greylisted").start();
    let desk = crowd(12, &relay, "");
    desk.run("send --yes --retry-for 0s").exit(75).prints("12 deferred");
    let before = relay.begun();
    desk.run("send --yes --limit 2 --retry-for 1s").exit(75);
    let rcpt: BTreeSet<_> = relay.transcript().concat().into_iter().filter(|line| line.starts_with("RCPT")).collect();
    assert_eq!(rcpt.len(), 12);
    let later: BTreeSet<_> = relay.transcript()[1..].concat().into_iter().filter(|l| l.starts_with("RCPT")).collect();
    assert_eq!(later.len(), 2, "only the first two were tried again: {later:?}");
    assert!(relay.begun() >= before + 4, "and more than once");
}

#[test]
fn a_relay_that_refuses_connections_gets_its_letters_through_fewer() {
    for (options, reply) in [
        ("--retry-for 0s", "421 4.7.0 too many connections"),
        ("", "421 4.7.0 too many"),
        ("", "554 5.7.1 one at a time"),
    ] {
        let relay = script();
        let relay = [2, 3, 4].into_iter().fold(relay, |relay, n| relay.on(Step::Greeting).connection(n).reply(reply));
        let relay = relay.on(Step::Dot).after(Duration::from_millis(10)).reply("250 2.0.0 queued").start();
        let desk = crowd(30, &relay, "connections = 4");
        desk.run(&format!("send --yes {options}")).exit(0).prints("30 accepted");
        assert_eq!(taken(&relay).len(), 30);
    }
}

#[test]
fn a_connection_that_is_closed_is_opened_again_with_login() {
    let closing = |on: On| on.last_words(b"421 4.7.0 enough for now\r\n");
    let relay = each(script(), Step::Mail, 5..=5, closing);
    let relay = each(relay, Step::Dot, 12..=12, closing).login("desk", "open-sesame").start();
    let mut desk = crowd(
        30,
        &relay,
        "connections = 3\nper_connection = 4\nusername = \"desk\"\npassword = { env = \"OPENLETTER_PASSWORD\" }",
    );
    desk.env("OPENLETTER_PASSWORD", "open-sesame");
    desk.run("send --yes --retry-for 20s").exit(0).prints("30 accepted").hides("sesame");
    for said in relay.transcript().iter().filter(|said| !said.is_empty()) {
        let login = said.iter().position(|line| line.starts_with("AUTH"));
        let mail = said.iter().position(|line| line.starts_with("MAIL"));
        assert!(mail.is_none() || login.is_some() && login < mail, "{said:?}");
    }
}

#[test]
fn a_rate_applies_to_all_connections_together() {
    let relay = script().start();
    let desk = crowd(13, &relay, "connections = 4\nrate = \"20/s\"");
    let start = Instant::now();
    desk.run("send --yes").exit(0).prints("13 accepted");
    assert!(start.elapsed() >= Duration::from_millis(12 * 50), "{:?}", start.elapsed());
    assert_eq!(taken(&relay).len(), 13);
}

#[test]
fn a_rate_for_one_domain_does_not_delay_others() {
    let relay = script().start();
    let desk = crowd(8, &relay, "rate_per_domain = \"4/s\"");
    // All letters of the first domain come before those of the other.
    desk.write(
        "recipients.csv",
        "id,name,title,email\na1,A,Editor,a1@one.example\na2,B,Editor,a2@ONE.example\na3,C,Editor,a3@one.example\n\
         b1,D,Editor,b1@two.example\nb2,E,Editor,b2@two.example\n",
    );
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    let start = Instant::now();
    desk.run("send --yes").exit(0).prints("5 accepted");
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
    let order: Vec<_> = relay.letters().into_iter().map(|letter| letter.to.concat()[..2].to_owned()).collect();
    assert_eq!(order, ["a1", "b1", "a2", "b2", "a3"]);
}

#[test]
fn an_invalid_relay_section_is_reported_at_its_line_without_a_secret() {
    for (line, printed) in [
        ("connections = 0", "connections must be from 1 to 50"),
        ("connections = 51", "connections must be from 1 to 50"),
        ("rate_per_domain = \"fast\"", "rate_per_domain cannot be \"fast\""),
        ("username = \"desk\"\ntoken = \"ya29.sesame\"", "not what it is"),
        ("username = \"desk\"\ntoken = { env = \"T\" }\npassword = { env = \"P\" }", "both a password and a token"),
        ("token = { command = \"pass show relay\" }", "username is missing"),
    ] {
        let desk = Desk::with("two-recipients");
        desk.edit("campaign.toml", "port = 2525", &format!("port = 2525\n{line}"));
        desk.run("send --yes").exit(78).reports(printed).hides("sesame");
    }
}

#[test]
fn a_token_from_a_command_logs_in_and_is_never_shown() {
    let relay = script().login("desk", "ya29.open-sesame").mechanisms("AUTH PLAIN XOAUTH2").start();
    let desk = crowd(2, &relay, "username = \"desk\"\ntoken = { command = \"cat token.txt\" }");
    desk.write("token.txt", "ya29.stale-sesame\n");
    desk.run("send --yes").exit(69).reports("refused the token").reports("\"status\":\"400\"").hides("sesame");
    desk.write("token.txt", "ya29.open-sesame\n");
    desk.run("send --yes").exit(0).prints("2 accepted").hides("sesame");
}
