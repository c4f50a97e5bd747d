//! A letter whose commands were sent with the data of the one before: it is not begun, whatever ends the run.

use super::killed::signal;
use super::*;
use crate::relay::Step;

/// A campaign that sends the next letter's commands early.
fn early(letters: usize, relay: &Relay) -> Desk {
    let desk = approved_many(letters, relay);
    reach(&desk, relay, EARLY);
    desk
}

const EARLY: &str = "host = \"127.0.0.1\"\ntls = \"none\"\npipeline_next = true\n";

/// A run of three letters, the second of which waits for its reply while the commands of the third are sent.
fn waiting() -> (Relay, Desk, Child) {
    let relay = Relay::script().pipelining().on(Step::Dot).letter(2).held().reply("250 2.0.0 queued").start();
    let desk = early(3, &relay);
    let child = desk.start("send --yes");
    relay.wait_for(Step::Dot, 2);
    (relay, desk, child)
}

#[test]
fn after_a_signal_its_data_is_not_sent() {
    let (relay, desk, child) = waiting();
    signal(&child, "INT");
    relay.release();
    end("send", child).exit(130).prints("1 pending, 2 accepted").reports("letter 2 · r2").hides("letter 3 · r3");
    assert_eq!(relay.letters().len(), 2);
    assert!(!relay.transcript().concat().iter().any(|line| line == "QUIT"), "the relay would read it as data");
    desk.run("send --yes").exit(0).prints("3 accepted");
    assert_agreed(&desk, &relay);
}

#[test]
fn after_a_kill_it_is_pending() {
    let (_relay, desk, mut child) = waiting();
    child.kill().expect("killed");
    child.wait().expect("it ends");
    desk.run("send --yes").exit(76).reports("unknown: r2.").prints("2 accepted, 1 unknown");
    assert_eq!(states(&desk), "accepted, unknown, accepted");
}

#[test]
fn after_the_end_of_the_window_its_data_is_not_sent() {
    let relay = Relay::script().pipelining().on(Step::Dot).letter(2).held().reply("250 2.0.0 queued").start();
    let desk = early(3, &relay);
    let until = jiff::Timestamp::now() + Duration::from_secs(4);
    desk.edit("campaign.toml", "date = ", &format!("not_after = {until:.0}\ndate = "));
    let child = desk.start("send --yes --as-written");
    relay.wait_for(Step::Dot, 2);
    wait_until(|| jiff::Timestamp::now() > until + Duration::from_millis(50));
    relay.release();
    end("send", child).exit(75).prints("1 pending, 2 accepted");
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn no_command_is_sent_for_a_letter_beyond_the_limit_or_before_its_time() {
    let relay = Relay::script().pipelining().start();
    let desk = early(4, &relay);
    desk.run("send --yes --limit 2").exit(75);
    assert_eq!(relay.begun(), 2);
    reach(&desk, &relay, &format!("{EARLY}rate = \"1/s\"\n"));
    let child = desk.start("send --yes");
    relay.wait_for(Step::Dot, 3);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(relay.begun(), 3, "the next one's time has not come");
    end("send", child).exit(0).prints("4 accepted");
}

#[test]
fn a_relay_that_loses_early_commands_gets_every_letter_once() {
    // From the second letter of each session on, whatever comes with the data is lost.
    let script = (2..40).fold(Relay::script().pipelining(), |script, letter| match letter % 2 {
        0 => script.on(Step::Mail).letter(letter).hang_up(),
        _ => script,
    });
    let relay = script.start();
    let desk = early(8, &relay);
    desk.run("send --yes").exit(0).prints("8 accepted");
    assert_agreed(&desk, &relay);
}
