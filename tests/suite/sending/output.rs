//! The output of `send`: a line for each letter, a bar on a terminal, or events for programs.

use super::*;
use crate::relay::{Script, Step};
use serde_json::Value;

/// A relay that puts the first letter off once and refuses the second.
fn moody() -> Script {
    Relay::script()
        .on(Step::Rcpt)
        .letter(1)
        .reply("450 4.2.0 greylisted")
        .on(Step::Rcpt)
        .letter(2)
        .reply("550 5.1.1 no such user")
}

/// The events of a run, one on each line.
fn events(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn without_a_terminal_each_letter_has_a_line_unless_quiet() {
    let relay = moody().start();
    let desk = approved_many(3, &relay);
    let ran = desk.run("send --yes").exit(1);
    let lines: Vec<&str> = ran.err.lines().collect();
    let expected = [
        "letter 1 · r1: deferred · 450 4.2.0 greylisted (at RCPT)",
        "letter 2 · r2: rejected · 550 5.1.1 no such user (at RCPT)",
        "letter 3 · r3: accepted · 250 2.0.0 queued (at final dot)",
    ];
    assert!(ran.err.contains(&expected.join("\n")), "{}", ran.err);
    assert!(ran.err.contains("the relay deferred 1 letter; trying again in "), "{}", ran.err);
    assert!(lines.contains(&"letter 1 · r1: accepted · 250 2.0.0 queued (at final dot)"), "{}", ran.err);
    assert!(!ran.err.contains('\r') && !ran.err.contains('\u{1b}'), "{:?}", ran.err);

    let relay = moody().start();
    let desk = approved_many(3, &relay);
    let ran = desk.run("--quiet send --yes").exit(1);
    let printed: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("letter")).collect();
    assert_eq!(printed, [expected[1]]);
}

#[test]
fn events_are_lines_of_json_and_end_with_the_exit_code() {
    let relay = moody().start();
    let desk = approved_many(3, &relay);
    let ran = desk.run("send --yes --format json").exit(1);
    let all = events(&ran);
    let printed: Vec<String> = all
        .iter()
        .map(|event| {
            let of = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
            [of("event"), of("id"), of("state")].join(" ").trim().to_owned()
        })
        .collect();
    let expected = [
        "connected", "letter r1 deferred", "letter r2 rejected", "letter r3 accepted", "waiting", "letter r1 accepted",
        "end",
    ];
    assert_eq!(printed, expected, "{}", ran.out);
    let letter = &all[2];
    assert_eq!((letter["code"].as_u64(), letter["stage"].as_str()), (Some(550), Some("RCPT")));
    assert_eq!(letter["answer"], "5.1.1 no such user");
    assert!(letter["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{letter}");
    let end = &all[6];
    assert_eq!((end["how"].as_str(), end["exit"].as_u64()), (Some("through"), Some(1)));
    assert_eq!((end["totals"]["accepted"].as_u64(), end["totals"]["rejected"].as_u64()), (Some(2), Some(1)));
    assert!(!ran.err.contains("letter 1"), "{}", ran.err);
}

#[test]
fn an_unknown_letter_and_an_unusable_relay_are_events() {
    let relay = Relay::script().on(Step::Dot).letter(1).hang_up().start();
    let desk = approved(&relay);
    let all = events(&desk.run("send --yes --format json --retry-for 0s").exit(76));
    let unknown = all.iter().find(|event| event["event"] == "unknown").expect("an event");
    assert_eq!(unknown["message_id"], letters(&desk)[0].message_id.as_str());
    assert_eq!(all.last().expect("an end")["exit"], 76);

    let relay = Relay::script().on(Step::Mail).reply("553 5.7.1 not you").start();
    let desk = approved(&relay);
    let ran = desk.run("send --yes --format json").exit(69).reports("refused the sender");
    let end = events(&ran).pop().expect("an end");
    assert_eq!((end["how"].as_str(), end["exit"].as_u64()), (Some("stopped"), Some(69)));
    assert!(end["why"].as_str().is_some_and(|why| why.contains("refused the sender")), "{end}");
    desk.run("send --dry-run --format json").exit(64);
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_a_bar_that_is_removed_at_the_end() {
    let relay = moody().on(Step::Dot).letter(3).held().reply("250 2.0.0 queued").start();
    let mut desk = approved_many(30, &relay);
    desk.env("TERM", "xterm-256color");
    let mut terminal = desk.at_terminal("send --yes", 80, 24);
    // The flag answers the question; the progress bar shows the results of the first two.
    terminal.until("1 deferred, 1 rejected");
    relay.release();
    let shown = terminal.ends().exit(1).out;
    assert!(shown.contains("of 30") && shown.contains('['), "{shown:?}");
    let last = shown.trim_end().rsplit('\r').next().unwrap_or_default();
    assert!(last.contains("29 accepted, 1 rejected"), "{last:?}");
    // A letter that did not go well has a line; one that did has none.
    assert!(shown.contains("letter 2 · r2: rejected") && !shown.contains("letter 3 · r3"), "{shown:?}");
}
