//! The Date header: the moment of sending, and nothing else is changed by it; and waiting for the embargo's end.

use super::*;
use crate::relay::Step;
use jiff::{Timestamp, ToSpan, ZonedDateTime};

/// The value of a message's Date header.
fn date(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let line = text.lines().find_map(|line| line.strip_prefix("Date: ")).expect("a date");
    line.to_owned()
}

fn parsed(date: &str) -> ZonedDateTime {
    jiff::fmt::rfc2822::parse(date).expect("a date of RFC 5322")
}

#[test]
fn a_letter_is_sent_with_the_moment_of_sending_in_the_campaigns_zone() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "date = ", "timezone = \"Asia/Kathmandu\"\ndate = ").through(&relay).approved();
    let before = Timestamp::now().as_second();
    desk.run("send --yes").exit(0).hides("Date header");
    let after = Timestamp::now().as_second();
    for (letter, written) in relay.letters().iter().zip(written(&desk)) {
        assert_eq!(undated(&letter.bytes), undated(&written));
        let sent = date(&letter.bytes);
        assert_eq!((sent.len(), &sent[26..]), (31, "+0545"));
        assert!((before..=after).contains(&parsed(&sent).timestamp().as_second()), "{sent}");
        assert_eq!(date(&written), "Thu, 11 Jan 2018 09:00:00 +0545");
    }
    desk.run("status --verify").exit(0).prints("approved by Ada Example").hides("changed");
}

#[test]
fn each_attempt_has_its_own_date_and_the_ledger_has_it() {
    let relay = Relay::script().on(Step::Dot).letter(1).reply("451 4.7.1 greylisted").start();
    let desk = approved(&relay);
    desk.run("send --yes --only ceo --retry-for 5s").exit(75);
    let letters = relay.letters();
    assert_eq!(letters.len(), 2);
    let [first, second] = [0, 1].map(|at| parsed(&date(&letters[at].bytes)).timestamp());
    assert!(second >= first, "{first} {second}");
    let db = desk.path(".openletter/ledger.sqlite3");
    let query = "SELECT at FROM event WHERE what = 'began' ORDER BY number";
    let db = rusqlite::Connection::open(db).expect("a ledger");
    let began: Vec<String> =
        db.prepare(query).and_then(|mut rows| rows.query_map([], |row| row.get(0))?.collect()).expect("events");
    let began: Vec<i64> = began.iter().map(|at| at.parse::<Timestamp>().expect("a time").as_second()).collect();
    assert_eq!(began, [first.as_second(), second.as_second()]);
}

#[test]
fn a_fixed_date_is_sent_as_it_is_in_the_file() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", "[letter]\ndate_header = \"fixed\"").through(&relay).approved();
    desk.run("rehearse").exit(0);
    desk.run("send --yes").exit(0);
    let arrived: Vec<_> = relay.letters().into_iter().map(|letter| letter.bytes).collect();
    assert_eq!(arrived, written(&desk));
}

#[test]
fn send_waits_for_the_embargo_and_then_sends() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    let soon = Timestamp::now() + 3.seconds();
    let setting = format!("not_before = {}\ndate = ", soon.strftime("%Y-%m-%dT%H:%M:%SZ"));
    desk.edit("campaign.toml", "date = ", &setting).through(&relay).approved();
    desk.run("send --yes --wait").exit(0).reports("Waiting until").prints("2 accepted");
    let first = parsed(&date(&relay.letters()[0].bytes)).timestamp();
    assert!(first.as_second() >= soon.as_second(), "{first} is before {soon}");
}

/// Waits until a run holds the ledger's lock.
fn wait_for_lock(desk: &Desk, run: &std::process::Child) {
    let lock = desk.path(".openletter/lock");
    wait_until(|| std::fs::read_to_string(&lock).is_ok_and(|pid| pid.trim() == run.id().to_string()));
}

#[test]
fn what_changes_during_the_wait_is_refused_at_its_end() {
    for (file, from, to, flags) in [
        ("signatories.csv", ",given,", ",withdrawn,", ""),
        ("signatories.csv", ",given,", ",withdrawn,", " --as-written"),
        ("campaign.toml", "not_before = ", "not_before = 2999-01-11T09:00:00Z # ", ""),
        ("campaign.toml", "not_before = ", "not_before = 2999-01-11T09:00:00Z # ", " --as-written"),
    ] {
        let relay = Relay::start();
        let desk = Desk::with("two-recipients");
        let soon = Timestamp::now() + 4.seconds();
        let setting = format!("not_before = {}\ndate = ", soon.strftime("%Y-%m-%dT%H:%M:%SZ"));
        desk.edit("campaign.toml", "date = ", &setting).through(&relay).approved();
        let words = format!("send --yes --wait{flags}");
        let run = desk.start(&words);
        wait_for_lock(&desk, &run);
        desk.edit(file, from, to);
        end(&words, run).exit(77);
        assert!(relay.transcript().is_empty(), "{file}: {words}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_wait_sends_nothing() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "date = ", "not_before = 2999-01-11T09:00:00Z\ndate = ").through(&relay).approved();
    let run = desk.start("send --yes --wait");
    wait_for_lock(&desk, &run);
    super::killed::signal(&run, "INT");
    end("send --yes --wait", run).exit(130).reports("Interrupted before anything was sent");
    assert!(relay.transcript().is_empty() && !desk.has(".openletter/ledger.sqlite3"));
}

#[test]
fn a_time_zone_that_does_not_exist_is_an_error_with_the_nearest() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "date = ", "timezone = \"America/NewYork\"\ndate = ");
    desk.run("check").exit(78).prints("there is no time zone \"America/NewYork\"").prints("America/New_York");
}
