//! Several relays: who gets how much, and what happens when one of them fails in any way. Nobody gets a letter twice, none is
//! lost, and a letter that is unknown at one relay never goes to another.

use super::*;
use crate::relay::{Leaf, Script, Step};
use serde_json::Value;
use std::net::TcpListener;

/// An approved campaign with so many letters that goes through these relays, each with a name and settings.
fn across(letters: usize, relays: &[(&str, &Relay, &str)]) -> Desk {
    let desk = approved_many(letters, relays[0].1);
    let text = desk.text("campaign.toml");
    let (before, _) = text.split_once("[relay]").expect("a relay");
    let tables = relays.iter().map(|(name, relay, settings)| {
        let reached = if settings.contains("host") { "" } else { "host = \"127.0.0.1\"\ntls = \"none\"\n" };
        format!("[[relay]]\nname = \"{name}\"\nport = {}\n{reached}{settings}\n", relay.port())
    });
    desk.write("campaign.toml", format!("{before}{}", tables.collect::<String>()));
    desk
}

/// What the program says of each letter is what the relays say of it together.
#[track_caller]
fn assert_agreed_by(desk: &Desk, relays: &[&Relay]) {
    let letters = letters(desk);
    let mut known = 0;
    for letter in letters {
        let counts: Vec<_> = relays.iter().map(|relay| arrived(relay, &letter.message_id)).collect();
        let taken: usize = counts.iter().map(|(_, taken)| taken).sum();
        let possible = match letter.state.as_str() {
            "accepted" => 1..=1,
            "offered" | "unknown" => 0..=1,
            _ => 0..=0,
        };
        assert!(possible.contains(&taken), "{} is {}, and was taken {taken} times", letter.id, letter.state);
        if letter.state == "unknown" {
            let had = counts.iter().filter(|(whole, _)| *whole > 0).count();
            assert!(had <= 1, "{} is unknown at one relay, and came to another", letter.id);
        }
        known += taken;
    }
    let all: usize = relays.iter().map(|relay| relay.letters().iter().filter(|letter| letter.accepted).count()).sum();
    assert_eq!(all, known, "every letter at the relays is one of the outbox");
}

/// A field of every letter in `status --format json`.
fn fields(desk: &Desk, name: &str) -> Vec<Value> {
    let status = desk.run("status --format json").json();
    status["letters"].as_array().expect("letters").iter().map(|letter| letter[name].clone()).collect()
}

#[test]
fn weights_decide_how_many_letters_each_relay_gets() {
    let (first, second) = (Relay::start(), Relay::start());
    let desk = across(8, &[("a", &first, "weight = 3\nper_connection = 1"), ("b", &second, "per_connection = 1")]);
    let ran = desk.run("send --yes").exit(0).prints("8 accepted");
    ran.reports("letter 1 · r1: accepted · 250 2.0.0 queued (at final dot) · a\n").reports("· b\n");
    assert_eq!((first.letters().len(), second.letters().len()), (6, 2));
    assert_eq!(fields(&desk, "relay"), ["a", "a", "b", "a", "a", "a", "b", "a"]);
    for letter in letters(&desk) {
        let at = |relay| arrived(relay, &letter.message_id).1;
        let named =
            desk.run("status --format json").json()["letters"][letter.id[1..].parse::<usize>().unwrap() - 1]["relay"]
                .clone();
        assert_eq!(if named == "a" { (1, 0) } else { (0, 1) }, (at(&first), at(&second)), "{}", letter.id);
    }
    desk.run("status").exit(0).prints("relay").prints("a");
    assert_eq!(desk.run("status --format csv").exit(0).csv()[3][8], "b");
}

#[test]
fn each_relay_has_its_own_connections_and_they_work_at_the_same_time() {
    let slow = || Relay::script().on(Step::Dot).after(Duration::from_millis(30)).reply("250 ok").start();
    let (first, second) = (slow(), slow());
    let desk = across(24, &[("a", &first, "connections = 3"), ("b", &second, "")]);
    desk.run("send --yes").exit(0).prints("24 accepted");
    assert_eq!((first.transcript().len(), second.transcript().len()), (3, 1));
    assert!(!second.letters().is_empty());
    assert_agreed_by(&desk, &[&first, &second]);
}

#[test]
fn a_rate_holds_over_all_relays_and_is_not_part_of_what_was_approved() {
    let (first, second) = (Relay::start(), Relay::start());
    let desk = across(7, &[("a", &first, ""), ("b", &second, "")]);
    desk.write("campaign.toml", format!("{}[sending]\nrate = \"10/s\"\n", desk.text("campaign.toml")));
    let start = Instant::now();
    desk.run("send --yes").exit(0).prints("7 accepted");
    assert!(start.elapsed() >= Duration::from_millis(600), "{:?}", start.elapsed());
    assert_agreed_by(&desk, &[&first, &second]);
}

/// A relay where everything fails at this step.
fn broken(step: Step, fault: &str) -> Script {
    let on = Relay::script().on(step);
    match fault {
        "421" => on.reply("421 4.3.2 closing"),
        "421 and gone" => on.last_words(b"421 4.3.2 closing\r\n"),
        "450" => on.reply("450 4.7.1 too much mail"),
        "451" => on.reply("451 4.3.0 later"),
        "554" => on.reply("554 5.7.1 no"),
        "garbage" => on.raw(b"who are you?\r\n"),
        "hang-up" => on.hang_up(),
        "reset" => on.reset(),
        "stall" => on.stall(),
        other => panic!("{other}"),
    }
}

#[test]
fn the_others_send_what_a_relay_that_fails_does_not() {
    let cases = [
        (Step::Greeting, "421", "accepted"),
        (Step::Greeting, "450", "accepted"),
        (Step::Greeting, "554", "accepted"),
        (Step::Greeting, "garbage", "accepted"),
        (Step::Greeting, "hang-up", "accepted"),
        (Step::Greeting, "stall", "accepted"),
        (Step::Ehlo, "421 and gone", "accepted"),
        (Step::Ehlo, "stall", "accepted"),
        (Step::Mail, "421", "accepted"),
        (Step::Mail, "450", "accepted"),
        (Step::Mail, "554", "accepted"),
        (Step::Mail, "stall", "accepted"),
        (Step::Rcpt, "421 and gone", "accepted"),
        (Step::Rcpt, "garbage", "accepted"),
        (Step::Data, "hang-up", "accepted"),
        (Step::Data, "451", "accepted"),
        (Step::Dot, "451", "accepted"),
        (Step::Content, "reset", "unknown"),
        (Step::Dot, "421", "accepted"),
        (Step::Dot, "garbage", "unknown"),
        (Step::Dot, "hang-up", "unknown"),
        (Step::Dot, "reset", "unknown"),
    ];
    thread::scope(|scope| {
        for cases in cases.chunks(6) {
            scope.spawn(move || cases.iter().for_each(|(step, fault, state)| assert_others_send(*step, fault, state)));
        }
    });
}

#[track_caller]
fn assert_others_send(step: Step, fault: &str, state: &str) {
    let what = format!("{fault} at {step:?}");
    let (bad, good) = (broken(step, fault).start(), Relay::start());
    let desk = across(6, &[("bad", &bad, "timeout = \"1s\""), ("good", &good, "")]);
    let ran = desk.run("send --yes --retry-for 30s");
    assert_agreed_by(&desk, &[&bad, &good]);
    // A relay that defers single letters is not left.
    assert_eq!(ran.err.contains("Leaving bad for "), fault != "451", "{what}: {}", ran.err);
    let all = letters(&desk);
    let unknown: Vec<_> = all.iter().filter(|letter| letter.state == "unknown").collect();
    assert!(all.iter().all(|letter| ["accepted", "unknown"].contains(&&*letter.state)), "{what}: {}", ran.out);
    assert_eq!(!unknown.is_empty(), state == "unknown", "{what}: {}", ran.out);
    // Left after the first one; the whole run is over before it is tried again.
    assert!(unknown.len() <= 1, "{what}: {} letters are unknown", unknown.len());
    assert_eq!(ran.code, Some(if unknown.is_empty() { 0 } else { 76 }), "{what}: {}", ran.err);
    for letter in &unknown {
        assert!(ran.out.contains(&format!("Message-ID {} · bad\n", letter.message_id)), "{what}: {}", ran.out);
    }
    desk.run("send --yes --retry-for 0s");
    for letter in unknown {
        assert_eq!(arrived(&good, &letter.message_id).0, 0, "{what}: offered elsewhere");
    }
    assert_agreed_by(&desk, &[&bad, &good]);
}

#[test]
fn a_relay_that_cannot_be_reached_is_left_and_tried_again_later() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let good = Relay::script().on(Step::Dot).after(Duration::from_millis(100)).reply("250 ok").start();
    let desk = across(12, &[("good", &good, "")]);
    let address = closed.local_addr().expect("an address");
    let table =
        format!("[[relay]]\nname = \"gone\"\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {}\n", address.port());
    desk.write(
        "campaign.toml",
        format!("{}{table}", desk.text("campaign.toml").replace("good\"", "good\"\nweight = 1")),
    );
    drop(closed);
    let ran = desk.run("send --yes --retry-for 3s").exit(0).prints("12 accepted");
    let ran = ran.reports("Leaving gone for ").reports("cannot reach 127.0.0.1:");
    assert!(ran.err.matches("Leaving gone").count() >= 2, "it is tried again: {}", ran.err);
    assert_agreed_by(&desk, &[&good]);
}

#[test]
fn events_name_the_relay_of_each_letter_and_those_that_are_left() {
    let (bad, good) = (broken(Step::Dot, "hang-up").start(), Relay::start());
    let desk = across(4, &[("bad", &bad, ""), ("good", &good, "")]);
    let out = desk.run("send --yes --retry-for 30s --format json").exit(76).out;
    let events: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).collect::<Vec<_>>();
    assert!(
        of("letter").iter().all(|event| event["relay"] == if event["state"] == "unknown" { "bad" } else { "good" })
    );
    let [left] = of("leaving")[..] else { panic!("{out}") };
    assert_eq!((&left["relay"], &left["seconds"]), (&Value::from("bad"), &Value::from(2.0)));
    assert_eq!(of("unknown")[0]["relay"], "bad");
}

#[test]
fn a_wrong_password_or_certificate_at_one_relay_is_reported_once_and_the_others_send() {
    const PASSWORD: &str = "correct horse 4711";
    let good = Relay::start();
    for (leaf, password, words) in [
        (Leaf::Good, "battery staple 17", "refused the login: 535 5.7.8"),
        (Leaf::Expired, PASSWORD, "cannot be trusted: its certificate has expired"),
    ] {
        let bad = Relay::script().login("desk", PASSWORD).tls(leaf).start();
        let settings = "host = \"localhost\"\ntls = \"implicit\"\nca_file = \"relay-ca.pem\"\nusername = \"desk\"\n\
                        password = { env = \"RELAY_PASSWORD\" }\nconnections = 2";
        let good = if leaf == Leaf::Good { &good } else { &Relay::start() };
        let mut desk = across(6, &[("bad", &bad, settings), ("good", good, "")]);
        desk.write("relay-ca.pem", bad.ca_pem());
        desk.env("RELAY_PASSWORD", password);
        let ran = desk.run("send --yes").exit(0).prints("6 accepted");
        assert_eq!(ran.err.matches(words).count(), 1, "{}", ran.err);
        ran.reports("Leaving bad for the rest of this run: ").reports("  help: ");
        assert_eq!((bad.transcript().len(), good.letters().len()), (1, 6));
        let kept = everything(&desk, ".");
        assert!(!holds(&kept, password) && !holds(&kept, "YmF0dGVyeSBzdGFwbGUgMT"));

        desk.run("send --dry-run").exit(69).reports("openletter: localhost:").prints("Connected to good (127.0.0.1:");
    }
}

#[test]
fn where_every_relay_is_wrong_the_run_ends_as_with_one() {
    let (first, second) = (broken(Step::Greeting, "554").start(), broken(Step::Greeting, "554").start());
    let desk = across(3, &[("a", &first, ""), ("b", &second, "")]);
    desk.run("send --yes").exit(69).reports("Leaving b for the rest of this run").reports("openletter: 127.0.0.1:");
    assert_eq!(states(&desk), "pending, pending, pending");

    // Both are busy at first.
    let busy = || Relay::script().on(Step::Greeting).connection(1).reply("421 4.3.2 full").start();
    let (first, second) = (busy(), busy());
    let desk = across(3, &[("a", &first, ""), ("b", &second, "")]);
    desk.run("send --yes --retry-for 20s")
        .exit(0)
        .reports("Leaving a for ")
        .reports("Pausing for ")
        .prints("3 accepted");
    assert_agreed_by(&desk, &[&first, &second]);

    // One is wrong, the other busy.
    let (first, second) = (busy(), broken(Step::Greeting, "554").start());
    let desk = across(3, &[("a", &first, ""), ("b", &second, "")]);
    desk.run("send --yes --retry-for 20s").exit(0).reports("Leaving b for the rest of this run").prints("3 accepted");
    assert_agreed_by(&desk, &[&first, &second]);
}

#[test]
fn a_relay_whose_limit_is_reached_is_left_and_no_letter_is_lost() {
    for (step, limit) in [
        (Step::Mail, "550 5.4.5 Daily user sending limit exceeded"),
        (Step::Dot, "550 5.4.5 Daily user sending limit exceeded"),
        (Step::Rcpt, "553 5.7.1 <a@example.org>: Sender address rejected: not owned by user desk"),
    ] {
        let script = (3..30).fold(Relay::script(), |script, n| script.on(step).letter(n).reply(limit));
        let (full, free) =
            (script.start(), Relay::script().on(Step::Dot).after(Duration::from_millis(20)).reply("250 ok").start());
        let desk = across(12, &[("full", &full, ""), ("free", &free, "")]);
        let ran = desk.run("send --yes --retry-for 30s").exit(0).prints("12 accepted");
        ran.reports("Leaving full for the rest of this run: ");
        assert_eq!(full.begun(), 3, "one refusal is enough");
        assert_agreed_by(&desk, &[&full, &free]);
    }
}

#[test]
fn a_letter_too_large_for_one_relay_goes_through_another() {
    let small = Relay::script().on(Step::Ehlo).reply("250-relay.example\r\n250 SIZE 10").start();
    let large = Relay::start();
    let desk = across(3, &[("small", &small, "weight = 2\nconnections = 2"), ("large", &large, "")]);
    let ran = desk.run("send --yes --retry-for 0s").exit(0).prints("3 accepted").hides("deferred");
    ran.reports("Leaving small for the rest of this run: a letter is too large for it: ").reports("at most 10");
    assert_eq!((small.begun(), large.letters().len()), (0, 3));
    desk.run("send --dry-run").exit(0);
    let desk = across(3, &[("small", &small, ""), ("large", &large, "")]);
    desk.run("send --dry-run").exit(69).reports("too large for small: letter 1, 2, 3");
    // Too large for each.
    let other = Relay::script().on(Step::Ehlo).reply("250-relay.example\r\n250 SIZE 20").start();
    let desk = across(1, &[("small", &small, ""), ("other", &other, "")]);
    desk.run("send --yes --retry-for 0s").exit(75).prints("1 deferred");
    desk.run("send --dry-run").exit(69).reports("too large for small: letter 1");
}

#[test]
fn ten_refusals_in_a_row_at_one_relay_stop_the_run_although_another_accepts() {
    let (bad, good) = (broken(Step::Rcpt, "554").start(), Relay::start());
    let slow = "per_connection = 1";
    let desk = across(40, &[("bad", &bad, slow), ("good", &good, slow)]);
    desk.run("send --yes --retry-for 0s").exit(75).reports("Stopped after 10 failures of the same kind in a row: 554");
    assert_eq!(letters(&desk).iter().filter(|letter| letter.state == "rejected").count(), 10);
    assert_agreed_by(&desk, &[&bad, &good]);
}

#[test]
fn a_relay_that_always_breaks_off_is_given_up() {
    let (bad, good) = (
        broken(Step::Dot, "hang-up").start(),
        Relay::script().on(Step::Dot).after(Duration::from_millis(60)).reply("250 ok").start(),
    );
    let desk = across(60, &[("bad", &bad, ""), ("good", &good, "")]);
    let ran = desk.run("send --yes --retry-for 1s").exit(76).prints("5 unknown");
    ran.reports("Leaving bad for the rest of this run: it failed 5 times in a row");
    assert_eq!(bad.letters().len(), 5);
    assert_agreed_by(&desk, &[&bad, &good]);
}

#[test]
fn copies_for_oneself_and_the_facts_are_of_every_relay() {
    let (first, second) = (Relay::start(), Relay::start());
    let desk = across(2, &[("first account", &first, "weight = 2"), ("second account", &second, "")]);
    let ran = desk.run("send --to-me me@example.org").exit(0);
    ran.prints("to me@example.org and to nobody else through first account.").prints("through second account.");
    assert_eq!((first.letters().len(), second.letters().len()), (1, 1));
    desk.run("send --dry-run")
        .exit(0)
        .prints("Connected to first account (127.0.0.1:")
        .prints("2 letters would be sent");
    let facts = desk.run("check --verbose").out;
    assert!(facts.contains("first account (127.0.0.1:") && facts.contains("second account (127.0.0.1:"), "{facts}");
    assert!(facts.contains("at once") && facts.contains("1 connection\n"), "{facts}");
}

#[test]
fn what_is_wrong_with_several_relays_is_reported_at_its_line() {
    let relay = Relay::start();
    let desk = approved(&relay);
    let text = desk.text("campaign.toml");
    let (before, _) = text.split_once("[relay]").expect("a relay");
    let line = |n: usize| before.lines().count() + n;
    let one = "[[relay]]\nhost = \"mail.example.org\"\n";
    for (tables, n, words) in [
        (format!("{one}{one}"), 4, "two [[relay]] have the same host, port and username"),
        (format!("{one}{one}port = 587\n"), 4, "two [[relay]] are called \"mail.example.org\""),
        (format!("{one}{one}port = 587\nname = \"mail.example.org\"\n"), 6, "two [[relay]] are called"),
        (format!("{one}weight = 0\n"), 3, "[relay] weight must be from 1 to 1000"),
        (format!("{one}rate = \"1/s\"\n"), 3, "a rate holds for all relays together"),
        (format!("{one}wieght = 1\n"), 3, "there is no \"wieght\" in [relay]"),
        ("relay = []\n".to_owned(), 1, "relay must be a table"),
        ("[relay]\nhost = \"mail.example.org\"\nweight = 2\n".to_owned(), 3, "there is no \"weight\" in [relay]"),
        (
            "[relay]\nhost = \"mail.example.org\"\n[sending]\nrate = \"1/s\"\n".to_owned(),
            4,
            "[sending] is for several [[relay]]",
        ),
        (format!("{one}[sending]\nrate = \"often\"\n"), 4, "[sending] rate cannot be \"often\""),
    ] {
        desk.write(
            "campaign.toml",
            if tables.starts_with("relay") { format!("{tables}{before}") } else { format!("{before}{tables}") },
        );
        let at = if tables.starts_with("relay") { n } else { line(n) };
        let ran = desk.run("check").exit(78);
        ran.prints(&format!("campaign.toml:{at}:")).prints(words);
    }
    let two = format!("{one}{one}name = \"other\"\nusername = \"desk\"\n[sending]\nrate = \"30/min\"\n");
    desk.write("campaign.toml", format!("{before}{two}"));
    desk.run("check --verbose").prints("a letter every 2s");
}

/// Kills and faults in any order, with two relays.
#[test]
fn random_runs_with_two_relays_lose_no_letter_and_send_none_twice() {
    let runs = std::env::var("OPENLETTER_RANDOM_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(6);
    for seed in 0..runs {
        let mut random = super::random::Random::new(seed + 77);
        let (first, second) = (super::random::faulty(&mut random).start(), super::random::faulty(&mut random).start());
        let more = random.of(&["", "connections = 2", "weight = 3\nper_connection = 2", "pipeline_next = true"]);
        let desk = across(8, &[("a", &first, more), ("b", &second, "per_connection = 3")]);
        for _ in 0..random.below(4) {
            let mut child = desk.start("send --yes --retry-for 1s");
            thread::sleep(Duration::from_millis(random.below(150) as u64));
            child.kill().expect("killed, or ended");
            child.wait().expect("it ends");
            thread::sleep(Duration::from_millis(100));
            assert_agreed_by(&desk, &[&first, &second]);
        }
        for _ in 0..12 {
            desk.run("send --yes --retry-for 1s");
            assert_agreed_by(&desk, &[&first, &second]);
            if !states(&desk).contains("pending") && !states(&desk).contains("deferred") {
                break;
            }
        }
        let open =
            letters(&desk).into_iter().filter(|letter| !["accepted", "rejected", "unknown"].contains(&&*letter.state));
        assert_eq!(open.map(|letter| letter.id).collect::<Vec<_>>(), [""; 0], "seed {seed}");
    }
}
