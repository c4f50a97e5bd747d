//! `status --watch`: the totals as they change, whoever sends, and no run is disturbed.

use crate::desk::{Desk, Ran};
use crate::page::{Page, bare};
use crate::relay::{Relay, Step};
use serde_json::Value;
use std::process::Child;
use std::thread;
use std::time::Duration;

/// An approved campaign of so many letters.
fn campaign(letters: usize, relay: &Relay) -> Desk {
    let desk = Desk::with("two-recipients");
    let rows: String = (1..=letters).map(|n| format!("r{n},,,,Officer {n},r{n}@northlight.example\n")).collect();
    desk.write("recipients.csv", format!("id,honorific,given_name,family_name,title,email\n{rows}"));
    desk.through(relay).approved();
    desk
}

fn end(child: Child) -> Ran {
    Ran::of("status --watch", child.wait_with_output().expect("it ends"))
}

#[cfg(unix)]
fn interrupt(process: u32) {
    let sent = std::process::Command::new("kill").args(["-INT", &process.to_string()]).status();
    assert!(sent.expect("a signal").success());
}

fn events(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn it_waits_for_the_first_letter_and_ends_with_the_last() {
    let relay = Relay::script().on(Step::Dot).after(Duration::from_millis(60)).reply("250 2.0.0 queued").start();
    let desk = campaign(40, &relay);
    let watching = desk.start("status --watch --format json");
    thread::sleep(Duration::from_millis(1_200));
    let sending = desk.start("send --yes");
    end(sending).exit(0);
    let ran = end(watching).exit(0);
    let all = events(&ran);
    assert!(all.len() >= 3, "{}", ran.out);
    assert!(!desk.has(".openletter/ledger.sqlite3-wal"), "the file is whole again");
    let of = |at: usize, state: &str| all[at]["totals"][state].as_u64().expect("a number");
    assert_eq!((of(0, "pending"), &all[0]["workers"], &all[0]["last_accepted"]), (40, &0.into(), &Value::Null));
    let last = all.len() - 1;
    assert_eq!((of(last, "accepted"), &all[last]["workers"], &all[last]["letters"]), (40, &0.into(), &40.into()));
    assert!(all.iter().any(|event| event["workers"] == 1 && event["totals"]["accepted"] != 0), "{}", ran.out);
    for (at, pair) in all.windows(2).enumerate() {
        assert!(of(at, "accepted") <= of(at + 1, "accepted"), "{}", ran.out);
        let without_time =
            |event: &Value| (event["totals"].clone(), event["workers"].clone(), event["last_accepted"].clone());
        assert_ne!(without_time(&pair[0]), without_time(&pair[1]), "a line only for a change");
    }
    for event in &all {
        assert!(event["event"] == "progress" && event["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{event}");
        let total: u64 =
            event["totals"].as_object().expect("totals").values().map(|n| n.as_u64().expect("a number")).sum();
        assert_eq!(total, 40, "{event}");
    }
}

#[test]
fn a_campaign_that_is_through_is_shown_once() {
    let relay = Relay::start();
    let desk = campaign(3, &relay);
    desk.run("send --yes").exit(0);
    let ran = desk.run("status --watch").exit(0).reports("No letter is left to send.");
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    ran.prints("Z 3 accepted; nobody is sending\n").hides("\u{1b}");
    let ran = desk.run("-q status --watch 5m").exit(0);
    assert_eq!((ran.out.lines().count(), &*ran.err), (1, ""));

    let relay = Relay::script().on(Step::Dot).letter(1).hang_up().start();
    let desk = campaign(2, &relay);
    desk.run("send --yes").exit(76);
    desk.run("status --watch").exit(0).prints("1 accepted, 1 unknown").reports("openletter settle");
}

#[test]
fn an_event_has_the_keys_of_docs_formats() {
    let relay = Relay::start();
    let desk = campaign(1, &relay);
    desk.run("send --yes").exit(0);
    let event = desk.run("status --watch --format json").exit(0).json();
    let mut keys: Vec<_> = event.as_object().expect("an object").keys().cloned().collect();
    let table = Page::read("docs/formats.md").section("`status --watch --format json`").table();
    let mut described: Vec<_> = table.iter().map(|row| bare(&row[0]).to_owned()).collect();
    keys.sort();
    described.sort();
    assert_eq!(keys, described);
}

#[test]
fn no_run_is_kept_from_the_lock_by_those_who_watch() {
    let relay = Relay::start();
    let desk = campaign(40, &relay);
    let watching: Vec<Child> = (0..3).map(|_| desk.start("status --watch --format json")).collect();
    thread::scope(|scope| {
        let counting = scope.spawn(|| (0..60).for_each(|_| drop(desk.run("status --format openmetrics").exit(0))));
        for sent in 1..=40 {
            let code = if sent == 40 { 0 } else { 75 };
            desk.run("send --yes --limit 1").exit(code).prints(&format!("{sent} accepted"));
        }
        counting.join().expect("each works");
    });
    for child in watching {
        let last = events(&end(child).exit(0)).pop().expect("an event");
        assert_eq!(last["totals"]["accepted"], 40);
    }
    assert_eq!(relay.letters().len(), 40);
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_it_without_an_error() {
    let desk = campaign(2, &Relay::start());
    let watching = desk.start("status --watch");
    thread::sleep(Duration::from_millis(1_500));
    interrupt(watching.id());
    let ran = end(watching).exit(0);
    assert!(ran.err.is_empty() && ran.out.ends_with("2 pending; nobody is sending\n"), "{}{}", ran.out, ran.err);
}

#[test]
#[cfg(unix)]
fn a_terminal_is_redrawn_in_place_and_left_as_it_was() {
    let relay = Relay::script().on(Step::Dot).letter(12).held().reply("250 2.0.0 queued").start();
    let mut desk = campaign(300, &relay);
    desk.env("TERM", "xterm-256color");
    let mut terminal = desk.at_terminal("status --watch", 80, 24);
    terminal.until("0 of 300");
    let sending = desk.start("send --yes");
    terminal.until("11 of 300").until("1 worker is sending; last accepted ");
    interrupt(terminal.process());
    let shown = terminal.ends().exit(0).out;
    // Neither another screen nor a hidden cursor, which a killed program would leave.
    assert!(!shown.contains("\u{1b}[?") && shown.ends_with("\r\u{1b}[K"), "{shown:?}");
    let frames: Vec<&str> = shown.split("\u{1b}[J").collect();
    assert!(
        frames.len() >= 3 && frames[1..frames.len() - 1].iter().all(|frame| frame.starts_with("\r\u{1b}[4A")),
        "{shown:?}"
    );
    let lines = frames.iter().flat_map(|frame| frame.trim_start_matches("\r\u{1b}[4A").split("\u{1b}[K"));
    lines.for_each(|line| assert!(line.trim().chars().count() < 80, "{line:?}"));
    relay.release();
    end(sending).exit(0);
}

#[test]
fn flags_that_do_not_belong_together_are_refused() {
    let desk = Desk::with("two-recipients");
    for words in [
        "status --watch --failed",
        "status --watch --verify",
        "status --watch --format csv",
        "status --watch --format openmetrics",
        "status --watch 0s",
        "status --watch often",
        "status --format openmetrics --failed",
        "status --format openmetrics --verify",
    ] {
        let ran = desk.run(words).exit(64);
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{words}");
    }
    desk.run("status --watch").exit(77).reports("no outbox yet");
}
