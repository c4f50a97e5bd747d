//! A relay's reply is untrusted text: it cannot control the terminal, hide or flood output, or look like a line of the
//! program.

use super::*;
use crate::relay::Step;

/// What must never reach a terminal as it is.
fn steers(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || c >= '\u{f0000}'
}

const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m \u{202e}detpecca 2\u{2066} \u{200b}\u{10fffd}\u{feff} end";

#[track_caller]
fn assert_harmless(ran: &Ran) {
    for text in [&ran.out, &ran.err] {
        let text = text.replace("\r\n", "\n");
        assert!(!text.contains(steers), "{text:?}");
        assert!(text.len() < 20_000, "{} bytes", text.len());
    }
}

/// Every way to look at what the relay said.
fn look(desk: &Desk) -> Vec<Ran> {
    ["status", "status --format csv", "status --format json", "status --failed", "send --yes --retry-for 0s"]
        .map(|words| desk.run(words))
        .into()
}

#[test]
fn control_characters_in_a_reply_are_shown_and_have_no_effect() {
    let steps = [Step::Greeting, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data, Step::Dot];
    for step in steps {
        for code in ["450", "550", "2x0"] {
            let relay = Relay::script().on(step).reply(&format!("{code} 5.7.1 {EVIL}")).start();
            let desk = approved(&relay);
            let ran = desk.run("send --yes --retry-for 0s");
            assert_harmless(&ran);
            assert!(
                ran.err.contains("]0;owned"),
                "{code} at {step:?}: it is shown, for a person to judge:\n{}",
                ran.err
            );
        }
    }
    let relay = Relay::script().on(Step::Dot).reply(&format!("550 5.7.1 {EVIL}")).start();
    let desk = approved(&relay);
    look(&desk).iter().for_each(assert_harmless);
}

#[test]
fn a_reply_of_several_lines_is_shown_on_one_line() {
    let reply = "550-5.7.1 no\r\n550-letter 9 · forged: accepted\r\n550 2 letters: 2 accepted.";
    let relay = Relay::script().on(Step::Dot).letter(1).reply(reply).start();
    let desk = approved(&relay);
    let mut runs = vec![desk.run("send --yes").exit(1)];
    runs.extend(look(&desk));
    for ran in runs {
        let lines = ran.out.lines().chain(ran.err.lines());
        for line in lines {
            assert!(!line.starts_with("letter 9") && !line.starts_with("2 letters: 2"), "{line}");
        }
        assert_harmless(&ran);
    }
}

#[test]
fn an_endless_reply_is_cut_on_the_screen_and_on_disk() {
    let line = format!("550 {}", "x".repeat(10 << 20));
    let lines = format!("550-{}\r\n", "y".repeat(400)).repeat(26_000) + "550 no";
    for reply in [line, lines] {
        let relay = Relay::script().on(Step::Rcpt).letter(1).reply(&reply).start();
        let desk = approved(&relay);
        let mut runs = vec![desk.run("send --yes --retry-for 0s")];
        assert_eq!(letters(&desk)[1].state, "accepted", "the next letter goes");
        runs.extend(look(&desk));
        runs.iter().for_each(assert_harmless);
        assert!(everything(&desk, ".openletter").len() < 300_000);
        assert_agreed(&desk, &relay);
    }
}

#[test]
fn a_reply_that_is_not_utf_8_is_decoded() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).raw(b"550 Empf\xe4nger unbekannt \xff\xfe\x80\r\n").start();
    let desk = approved(&relay);
    let ran = desk.run("send --yes --retry-for 0s");
    assert_harmless(&ran);
    assert_agreed(&desk, &relay);
    desk.run("send --yes --retry-for 0s");
    assert_agreed(&desk, &relay);
}
