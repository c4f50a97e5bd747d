//! Letters that are deferred, rejected or unknown: which are tried again in the same run, in the next, or never; how
//! the run ends with several outcomes; and when it stops without being told.

use super::*;
use crate::relay::{Script, Step};

#[test]
fn a_greylisted_letter_is_accepted_in_the_same_run() {
    let relay = Relay::script()
        .on(Step::Rcpt)
        .letter(1)
        .reply("450 4.2.0 greylisted")
        .on(Step::Rcpt)
        .letter(2)
        .reply("450 4.2.0 greylisted")
        .start();
    let desk = approved(&relay);
    desk.run("send --yes --retry-for 10s")
        .exit(0)
        .reports("the relay deferred 2 letters")
        .prints("2 letters: 2 accepted");
    assert!(letters(&desk).iter().all(|letter| letter.attempts == 2));
    assert_eq!(relay.letters().len(), 2);
    assert_agreed(&desk, &relay);
}

#[test]
fn a_letter_that_is_always_deferred_is_tried_with_growing_pauses() {
    let relay =
        Relay::script().on(Step::Rcpt).letter(1).reply("250 2.1.5 ok").on(Step::Rcpt).reply("450 later").start();
    let desk = approved(&relay);
    let start = Instant::now();
    desk.run("send --yes --retry-for 1s")
        .exit(75)
        .reports("letter 2 · legal: deferred · 450 later")
        .prints("1 deferred");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let attempts = letters(&desk)[1].attempts;
    assert!((2..20).contains(&attempts), "{attempts}");
    assert_eq!(letters(&desk)[0].attempts, 1);
    assert_eq!(relay.letters().len(), 1);
}

#[test]
fn without_time_for_retries_each_letter_is_tried_once() {
    let relay = Relay::script().on(Step::Data).letter(1).reply("451 4.3.0 later").start();
    let desk = approved(&relay);
    for zero in ["0s", "0"] {
        desk.run(&format!("send --yes --only ceo --retry-for {zero}")).exit(75);
    }
    assert_eq!(states(&desk), "accepted, pending");
    assert_eq!(letters(&desk)[0].attempts, 2);
    for words in ["soon", "5", "-1s", "''", "1 fortnight", "99999999999999999999h"] {
        desk.run(&format!("send --yes --retry-for {words}")).exit(64);
    }
    assert_agreed(&desk, &relay);
}

/// Answers to the letters of three recipients, in order.
fn three(answers: [&str; 3]) -> Script {
    let numbered = answers.into_iter().enumerate();
    numbered.fold(Relay::script(), |script, (at, answer)| match answer {
        "hang up" => script.on(Step::Dot).letter(at + 1).hang_up(),
        answer => script.on(Step::Dot).letter(at + 1).reply(answer),
    })
}

#[test]
fn the_most_serious_outcome_decides_the_exit_code() {
    let (no, later, lost, yes) = ("554 no", "451 later", "hang up", "250 ok");
    for (answers, first, second) in [
        ([no, later, lost], 76, 76),
        ([later, no, yes], 75, 1),
        ([yes, no, yes], 1, 1),
        ([lost, yes, no], 76, 76),
        ([later, yes, later], 75, 0),
    ] {
        let relay = three(answers).start();
        let desk = approved_many(3, &relay);
        desk.run("send --yes --retry-for 0s").exit(first);
        assert_agreed(&desk, &relay);
        desk.run("send --yes --retry-for 0s").exit(second);
        assert_agreed(&desk, &relay);
        let whole: Vec<_> = letters(&desk).iter().map(|letter| arrived(&relay, &letter.message_id).0).collect();
        let expected = answers.map(|answer| if answer == later { 2 } else { 1 });
        assert_eq!(whole, expected, "only what was put off came again: {answers:?}");
    }
}

#[test]
fn letters_that_were_not_accepted_are_reported_at_once_and_listed_later() {
    let relay = three(["554 5.7.1 spam", "250 ok", "hang up"]).start();
    let desk = approved_many(3, &relay);
    let ran = desk.run("send --yes").exit(76).reports("letter 1 · r1: rejected · 554 5.7.1 spam (at final dot)");
    let lost = letters(&desk).remove(2);
    assert_eq!((lost.id.as_str(), lost.state.as_str()), ("r3", "unknown"));
    assert!(ran.out.contains(&format!("unknown: letter 3 · r3 · Message-ID {}", lost.message_id)), "{}", ran.out);
    let failed = desk.run("status --failed --format csv").exit(0).out;
    let mut rows = csv::Reader::from_reader(failed.as_bytes());
    let rows: Vec<Vec<String>> =
        rows.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
    let what: Vec<_> = rows.iter().map(|row| (row[0].as_str(), row[5].as_str(), row[6].as_str())).collect();
    assert_eq!(what, [("r1", "r1@northlight.example", "rejected"), ("r3", "r3@northlight.example", "unknown")]);
    desk.run("status --failed")
        .exit(0)
        .prints("1 accepted, 1 rejected, 1 unknown")
        .prints("554 5.7.1 spam (at final dot)");
}

#[test]
fn status_before_anything_was_sent() {
    let desk = Desk::with("two-recipients");
    desk.run("status").exit(77).reports("there is no outbox yet");
    desk.run("write").exit(0);
    desk.run("status").exit(0).prints("2 pending");
    assert_eq!(letters(&desk).iter().map(|letter| letter.attempts).sum::<u32>(), 0);
    let out = desk.run("status --format json").exit(0).out;
    let status: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(status["totals"]["pending"], 2);
    assert_eq!(status["totals"]["accepted"], 0);
    assert!(status["letters"][0]["answer"].is_null() && status["letters"][0]["at"].is_null());
}

#[test]
fn refusals_of_one_kind_in_a_row_stop_the_run_and_the_next_continues() {
    let relay = (1..=10).fold(Relay::script(), |script, n| script.on(Step::Rcpt).letter(n).reply("550 5.7.1 blocked"));
    let relay = relay.start();
    let desk = approved_many(13, &relay);
    desk.run("send --yes")
        .exit(75)
        .reports("failures of the same kind in a row: 550 5.7.1 blocked")
        .prints("3 pending");
    assert!(relay.letters().is_empty());
    desk.run("send --yes").exit(1).prints("3 accepted, 10 rejected");
    assert_agreed(&desk, &relay);
}

#[test]
fn several_connections_lost_after_the_dot_stop_the_run() {
    let relay = (1..=7).fold(Relay::script(), |script, n| script.on(Step::Dot).letter(n).hang_up()).start();
    let desk = approved_many(9, &relay);
    desk.run("send --yes").exit(76).reports("in a row");
    let unknown = relay.letters().len();
    assert!(unknown <= 7, "so many people may have got it: {unknown}");
    assert_agreed(&desk, &relay);
}

#[test]
fn a_connection_sends_at_most_per_connection_letters() {
    let relay = Relay::start();
    let desk = approved_many(5, &relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nper_connection = 2\n");
    desk.run("send --yes").exit(0).prints("5 accepted");
    let mails = |said: &Vec<String>| said.iter().filter(|line| line.starts_with("MAIL")).count();
    assert_eq!(relay.transcript().iter().map(mails).collect::<Vec<_>>(), [2, 2, 1]);
}

#[test]
fn a_relay_that_disappears_between_two_letters_is_waited_for() {
    let relay = Relay::script().on(Step::Greeting).connection(2).reply("421 4.3.2 full").start();
    let desk = approved(&relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nper_connection = 1\n");
    desk.run("send --yes --retry-for 10s").exit(0).prints("2 accepted");
    assert_agreed(&desk, &relay);

    let relay = Relay::script().on(Step::Greeting).connection(2).reply("421 4.3.2 full").start();
    let desk = approved(&relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nper_connection = 1\n");
    desk.run("send --yes --retry-for 0s").exit(69).reports("421 4.3.2 full");
    assert_eq!(states(&desk), "accepted, pending");
    desk.run("send --yes").exit(0);
    assert_agreed(&desk, &relay);
}

#[test]
fn a_session_that_the_relay_closed_while_idle_is_replaced_and_no_letter_is_deferred() {
    let queued = |goodbye: &str| format!("250 2.0.0 queued\r\n{goodbye}\r\n");
    let goodbyes = ["421 4.4.2 idle", "451 4.4.2 Timeout - closing connection"];
    let unasked = goodbyes.map(|goodbye| Relay::script().on(Step::Dot).raw(queued(goodbye).as_bytes()));
    let crossing = (1..4).fold(Relay::script(), |script, connection| {
        script.on(Step::Mail).connection(connection).time(2).last_words(b"421 4.4.2 idle\r\n")
    });
    let gone = (1..4)
        .fold(Relay::script(), |script, connection| script.on(Step::Mail).connection(connection).time(2).hang_up());
    for script in unasked.into_iter().chain([crossing, gone]) {
        let relay = script.start();
        let desk = approved_many(3, &relay);
        desk.run("send --yes --retry-for 0s").exit(0).prints("3 accepted").hides("deferred");
        assert!(letters(&desk).iter().all(|letter| letter.attempts == 1));
        assert_eq!(relay.transcript().len(), 3);
        assert_eq!(relay.letters().len(), 3);
    }
}

#[test]
fn a_letter_refused_at_the_final_dot_does_not_block_later_ones() {
    // As Postfix does with smtpd_end_of_data_restrictions: the transaction stays open until RSET.
    let relay = Relay::script().on(Step::Dot).letter(1).reply("451 4.3.5 over quota").start();
    let desk = approved_many(3, &relay);
    desk.run("send --yes --retry-for 0s").exit(75).prints("2 accepted, 1 deferred");
    let said = relay.transcript().concat();
    let reset = said.iter().position(|line| line == "RSET").expect("RSET");
    assert!(said[reset + 1].starts_with("MAIL"), "{said:?}");
    assert_agreed(&desk, &relay);
}

#[test]
fn a_relay_that_refuses_mail_for_now_pauses_the_run() {
    let relay =
        (1..=3).fold(Relay::script(), |script, n| script.on(Step::Mail).letter(n).reply("450 4.7.1 too much mail"));
    let relay = relay.start();
    let desk = approved_many(3, &relay);
    let ran = desk.run("send --yes --retry-for 20s").exit(0).prints("3 accepted");
    ran.reports("Pausing for ").reports("the relay accepts no mail for now: 450 4.7.1 too much mail (at MAIL)");
    assert_agreed(&desk, &relay);

    let relay = Relay::script().on(Step::Mail).reply("450 4.7.1 too much mail").start();
    let desk = approved_many(40, &relay);
    desk.run("send --yes --retry-for 1s")
        .exit(75)
        .reports("Stopped because the relay accepts no mail for now: 450 4.7.1");
    assert!(relay.begun() < 15, "{} MAIL commands", relay.begun());
    desk.run("send --yes --retry-for 0s")
        .exit(75)
        .reports("Stopped after 10 failures of the same kind in a row: 450 4.7.1");
}

#[test]
fn a_slow_pass_does_not_use_up_the_time_for_retries() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("450 4.2.0 greylisted").start();
    let desk = approved_many(4, &relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nrate = \"2/s\"\n");
    desk.run("send --yes --retry-for 1s").exit(0).prints("4 accepted");
    assert_agreed(&desk, &relay);
}

#[test]
fn a_relay_that_is_busy_at_first_is_waited_for() {
    let busy = [
        Relay::script().on(Step::Greeting).connection(1).reply("421 4.3.2 full"),
        Relay::script().on(Step::Ehlo).connection(1).reply("421 4.7.0 too many connections"),
    ];
    for script in busy {
        let relay = script.start();
        let desk = approved(&relay);
        desk.run("send --yes --retry-for 20s")
            .exit(0)
            .reports("Pausing for ")
            .reports("refused the session: 421")
            .prints("2 accepted");
        assert_agreed(&desk, &relay);
    }
}

#[test]
fn a_daily_limit_rejects_no_letter_and_stops_the_run_with_the_reason() {
    let limit = "550 5.4.5 Daily user sending limit exceeded";
    for step in [Step::Mail, Step::Rcpt, Step::Dot] {
        let relay = Relay::script().on(step).letter(2).reply(limit).start();
        let desk = approved_many(4, &relay);
        let ran = desk.run("send --yes").exit(75).reports("the relay's sending limit is reached: 550 5.4.5");
        ran.reports("the last 24 hours").prints("2 pending, 1 accepted, 1 deferred");
        desk.run("send --yes").exit(0).prints("4 accepted");
        assert_agreed(&desk, &relay);
    }
}

#[test]
fn a_sender_refused_at_rcpt_rejects_no_letter_and_stops_the_run() {
    let refusal = "553 5.7.1 <bounces@lantern.example>: Sender address rejected: not owned by user desk";
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply(refusal).start();
    let desk = approved_many(3, &relay);
    desk.run("send --yes").exit(75).reports("does not accept the sender: 553 5.7.1").prints("2 pending, 1 deferred");
    desk.run("send --yes").exit(0).prints("3 accepted");
    assert_agreed(&desk, &relay);
}

#[test]
fn a_letter_too_large_for_the_relay_is_deferred_and_the_others_are_sent() {
    let relay = Relay::script().on(Step::Ehlo).connection(1).reply("250-relay.example\r\n250 SIZE 10").start();
    let desk = approved_many(7, &relay);
    desk.run("send --yes").exit(75).reports("but the relay accepts at most 10").prints("7 deferred");
    assert_eq!(relay.begun(), 0);
    desk.run("send --yes").exit(0).prints("7 accepted");
    assert_agreed(&desk, &relay);
}
