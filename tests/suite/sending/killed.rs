//! A run is killed at any time: the next run neither repeats an accepted letter nor forgets one, and reports what is
//! unknown.

use super::*;
use crate::relay::Step;
use std::process::Command;

/// A campaign with a relay that does not reply until the test lets it.
fn patient(relay: &Relay) -> Desk {
    let desk = approved(relay);
    reach(&desk, relay, "host = \"127.0.0.1\"\ntls = \"none\"\ntimeout = \"60s\"\n");
    desk
}

/// Ends a run as a crash or the system would: without a word.
fn kill(mut child: Child) {
    child.kill().expect("killed");
    assert_eq!(end("send", child).code, None, "a signal ended it");
}

/// The run after one that was killed: which letters it must leave unknown, of two. All else goes, once.
#[track_caller]
fn assert_goes_on(desk: &Desk, relay: &Relay, unknown: Option<usize>) {
    let whole = letters(desk).iter().map(|letter| arrived(relay, &letter.message_id).0).collect::<Vec<_>>();
    let ran = desk.run("send --yes --retry-for 0s");
    let letters = letters(desk);
    for (at, letter) in letters.iter().enumerate() {
        if unknown == Some(at) {
            assert_eq!(letter.state, "unknown");
            assert_eq!(arrived(relay, &letter.message_id).0, whole[at], "{} was offered again", letter.id);
            assert!(ran.err.contains("An earlier run was killed while sending"), "{}", ran.err);
            assert!(ran.err.contains(&letter.id), "{}", ran.err);
        } else {
            assert_eq!((letter.state.as_str(), arrived(relay, &letter.message_id)), ("accepted", (1, 1)));
        }
        assert_eq!(ran.out.contains(&letter.message_id), unknown == Some(at), "{}", ran.out);
    }
    assert_agreed(desk, relay);
    let all = relay.letters();
    let code = if unknown.is_some() { 76 } else { 0 };
    ran.exit(code);
    let ran = desk.run("send --yes --retry-for 0s").exit(code).hides("An earlier run");
    assert_eq!(ran.out.contains("Message-ID"), unknown.is_some(), "it stays unknown, and is named each time");
    assert_eq!(relay.letters(), all, "the third run sends nothing");
}

#[test]
fn after_a_kill_at_any_step_no_letter_is_repeated_or_forgotten() {
    let steps = [Step::Mail, Step::Rcpt, Step::Data, Step::Content, Step::Dot];
    let within = steps.into_iter().flat_map(|step| [(step, 1), (step, 2)]);
    thread::scope(|scope| {
        for (step, letter) in within.chain([(Step::Greeting, 1), (Step::Ehlo, 1)]) {
            scope.spawn(move || {
                let on = Relay::script().on(step).connection(1);
                let before_letters = matches!(step, Step::Greeting | Step::Ehlo);
                let relay = if before_letters { on.stall() } else { on.letter(letter).stall() }.start();
                let desk = patient(&relay);
                let child = desk.start("send --yes");
                relay.wait_for(step, if step == Step::Content { 1 } else { letter });
                kill(child);
                if letter == 2 {
                    assert_eq!(letters(&desk)[0].state, "accepted", "an answer is recorded before the next letter");
                }
                let unknown = matches!(step, Step::Content | Step::Dot).then_some(letter - 1);
                assert_goes_on(&desk, &relay, unknown);
            });
        }
    });
}

#[test]
fn after_a_kill_between_two_letters_only_the_second_is_sent() {
    let relay = Relay::start();
    let desk = approved(&relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nrate = \"1/h\"\n");
    let child = desk.start("send --yes");
    relay.wait_for(Step::Dot, 1);
    // Whoever only looks is let in while another runs.
    wait_until(|| letters(&desk)[0].state == "accepted");
    kill(child);
    assert_eq!(relay.letters().len(), 1);
    assert_goes_on(&desk, &relay, None);
}

#[test]
fn after_a_kill_before_the_reply_is_read_the_letter_is_unknown() {
    let relay = Relay::script().on(Step::Dot).letter(1).held().reply("250 2.0.0 queued").start();
    let desk = patient(&relay);
    let child = desk.start("send --yes");
    relay.wait_for(Step::Dot, 1);
    signal(&child, "STOP");
    relay.release();
    wait_until(|| !relay.letters().is_empty());
    kill(child);
    assert_eq!(relay.letters().iter().filter(|letter| letter.accepted).count(), 1, "the relay has said 250");
    assert_goes_on(&desk, &relay, Some(0));
}

#[test]
fn after_many_kills_every_letter_has_its_state() {
    let relay = Relay::start();
    let desk = approved_many(12, &relay);
    for dots in [1, 2, 4, 7, 11] {
        let mut child = desk.start("send --yes");
        relay.wait_for(Step::Dot, dots);
        child.kill().expect("killed");
        child.wait().expect("it ends");
    }
    let ran = desk.run("send --yes");
    assert_agreed(&desk, &relay);
    let letters = letters(&desk);
    assert_eq!(letters.len(), 12);
    for letter in &letters {
        let (whole, _) = arrived(&relay, &letter.message_id);
        assert!(whole <= 1, "{} came {whole} times", letter.id);
        match letter.state.as_str() {
            "accepted" => assert_eq!(whole, 1, "{}", letter.id),
            "unknown" => assert!(ran.out.contains(&letter.message_id), "{}", ran.out),
            other => panic!("{} is {other}", letter.id),
        }
    }
    let unknown = letters.iter().any(|letter| letter.state == "unknown");
    ran.exit(if unknown { 76 } else { 0 });
}

#[test]
fn a_run_without_a_relay_changes_no_letter() {
    let relay = Relay::start();
    let desk = approved(&relay);
    // A port that was free just now may be used by another test; nothing listens on port 1.
    desk.edit("campaign.toml", &format!("port = {}", relay.port()), "port = 1");
    desk.run("send --yes").exit(69).reports("cannot reach 127.0.0.1").reports("help: check host and port");
    assert_eq!(states(&desk), "pending, pending");
    let relay = Relay::start();
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\n");
    assert_goes_on(&desk, &relay, None);
}

/// Sends a signal, as `kill` does.
pub(super) fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status();
    assert!(kill.expect("kill is there").success(), "{name}");
}
