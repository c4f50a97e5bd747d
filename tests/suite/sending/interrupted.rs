//! Ctrl-C, SIGTERM and SIGHUP: after the first signal started letters are finished, after the second they are not.

use super::killed::signal;
use super::*;
use crate::relay::{Leaf, Step};

/// Presses again until the run gives way.
fn insist(mut child: Child, name: &str) -> Ran {
    let start = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not give way");
        signal(&child, name);
        thread::sleep(Duration::from_millis(10));
    }
    end("send", child)
}

#[test]
fn the_first_signal_waits_for_the_reply_and_sends_no_more() {
    for name in ["INT", "TERM", "HUP"] {
        for tls in [false, true] {
            let mut script = Relay::script().on(Step::Dot).letter(1).held().reply("250 2.0.0 queued");
            let mut settings = "host = \"127.0.0.1\"\ntls = \"none\"\ntimeout = \"60s\"\n".to_owned();
            if tls {
                script = script.tls(Leaf::Good);
                settings = settings.replace("none", "implicit") + "ca_file = \"relay-ca.pem\"\n";
            }
            let relay = script.start();
            let desk = approved(&relay);
            reach(&desk, &relay, &settings);
            desk.write("relay-ca.pem", relay.ca_pem());
            let child = desk.start("send --yes");
            relay.wait_for(Step::Dot, 1);
            signal(&child, name);
            relay.release();
            end("send", child).exit(130).reports("Interrupted; everything is recorded").prints("1 pending, 1 accepted");
            assert_eq!(states(&desk), "accepted, pending", "{name}");
            assert_eq!(relay.letters().len(), 1);
            assert_eq!(relay.transcript()[0].last().map(String::as_str), Some("QUIT"), "{name}: it takes its leave");
            desk.run("send --yes").exit(0).prints("2 accepted");
            assert_eq!(relay.letters().len(), 2);
            assert_agreed(&desk, &relay);
        }
    }
}

#[test]
fn the_reply_to_an_interrupted_letter_is_recorded_as_usual() {
    for (reply, state, again) in [("451 4.3.0 later", "deferred", "accepted"), ("554 5.7.1 no", "rejected", "rejected")]
    {
        let relay = Relay::script().on(Step::Dot).letter(1).held().reply(reply).start();
        let desk = approved(&relay);
        let child = desk.start("send --yes");
        relay.wait_for(Step::Dot, 1);
        signal(&child, "TERM");
        relay.release();
        end("send", child).exit(130);
        assert_eq!(states(&desk), format!("{state}, pending"));
        desk.run("send --yes");
        assert_eq!(states(&desk), format!("{again}, accepted"));
        assert_agreed(&desk, &relay);
    }
}

#[test]
fn the_second_signal_abandons_the_letter_which_is_then_unknown() {
    for name in ["INT", "TERM", "HUP"] {
        let relay = Relay::script().on(Step::Dot).letter(1).stall().start();
        let desk = approved(&relay);
        let child = desk.start("send --yes");
        relay.wait_for(Step::Dot, 1);
        insist(child, name).exit(130);
        let ran = desk.run("send --yes").exit(76).reports("An earlier run was killed while sending");
        assert!(ran.out.contains(&letters(&desk)[0].message_id), "{}", ran.out);
        assert_eq!(states(&desk), "unknown, accepted", "{name}");
        assert_eq!(relay.letters().len(), 2, "it is not offered again");
        assert_agreed(&desk, &relay);
    }
}

#[test]
fn a_second_signal_before_the_data_leaves_the_letter_pending() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).stall().start();
    let desk = approved(&relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\ntimeout = \"60s\"\n");
    let child = desk.start("send --yes");
    relay.wait_for(Step::Rcpt, 1);
    insist(child, "INT").exit(130);
    desk.run("send --yes").exit(0).hides("An earlier run");
    assert_agreed(&desk, &relay);
}

#[test]
fn a_signal_ends_a_pause() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("450 4.2.0 greylisted").start();
    let desk = approved(&relay);
    let start = Instant::now();
    let child = desk.start("send --yes --retry-for 2h");
    relay.wait_for(Step::Quit, 1);
    signal(&child, "INT");
    end("send", child).exit(130).reports("Interrupted").prints("1 accepted, 1 deferred");
    assert!(start.elapsed() < Duration::from_secs(20), "the pause would have been half a minute");
    desk.run("send --yes").exit(0);
    assert_agreed(&desk, &relay);
}

#[test]
fn after_the_first_signal_no_letter_is_started() {
    let relay = Relay::start();
    let desk = approved(&relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nrate = \"1/h\"\n");
    let child = desk.start("send --yes");
    wait_until(|| letters(&desk)[0].state == "accepted");
    signal(&child, "INT");
    end("send", child).exit(130).prints("1 pending, 1 accepted");
    assert_eq!(relay.letters().len(), 1, "the rate was promised to the relay");
}

#[test]
fn a_signal_ends_the_wait_for_the_relay() {
    let relay =
        (2..99).fold(Relay::script(), |script, n| script.on(Step::Greeting).connection(n).reply("421 4.3.2 full"));
    let relay = relay.start();
    let desk = approved(&relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nper_connection = 1\n");
    let child = desk.start("send --yes --retry-for 2h");
    relay.wait_for(Step::Greeting, 2);
    signal(&child, "INT");
    end("send", child).exit(130).prints("1 pending, 1 accepted");
}

#[cfg(target_os = "linux")]
#[test]
fn under_nohup_a_hangup_stops_nothing() {
    let relay = Relay::script().on(Step::Dot).letter(1).held().reply("250 2.0.0 queued").start();
    let desk = approved(&relay);
    let program = desk.command("send --yes");
    let mut nohup = std::process::Command::new("sh");
    nohup.args(["-c", "trap '' HUP; exec \"$0\" send --yes"]).arg(program.get_program());
    nohup.current_dir(desk.path(".")).stdin(std::process::Stdio::null()).env_clear();
    nohup.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    nohup.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = nohup.spawn().expect("a shell");
    relay.wait_for(Step::Dot, 1);
    signal(&child, "HUP");
    relay.release();
    end("send", child).exit(0).prints("2 accepted");
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_says_what_is_awaited_and_a_second_one_what_is_left() {
    let relay = Relay::script().on(Step::Dot).letter(2).held().reply("250 2.0.0 queued").start();
    let desk = approved(&relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\ntimeout = \"60s\"\n");
    let mut terminal = desk.at_own_terminal("send --yes", 200, 30);
    relay.wait_for(Step::Dot, 2);
    terminal.types("\u{3}").until("Interrupted: waiting for the relay's reply to letter 2 · legal.");
    terminal.types("\u{3}").until("Stopped without waiting. Left as offered: letter 2 · legal.");
    terminal.ends().exit(130);
    relay.release();
    desk.run("send --yes").exit(76).prints("1 accepted, 1 unknown");
    assert_agreed(&desk, &relay);
}

#[test]
fn an_interrupted_pause_ends_without_a_letter_to_wait_for() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("450 4.2.0 greylisted").start();
    let desk = approved(&relay);
    let child = desk.start("send --yes --retry-for 2h");
    relay.wait_for(Step::Quit, 1);
    signal(&child, "TERM");
    end("send", child).exit(130).hides("reply to letter");
}
