//! What `send` requires before it connects: an approval of exactly these bytes, unchanged lists and templates, the time
//! window, and that no other `send` is running. If it refuses (77), it has not connected to the relay.

use super::*;
use crate::relay::Step;

/// The relay that nobody is to call.
#[track_caller]
fn assert_nobody_called(relay: &Relay) {
    assert!(relay.transcript().is_empty(), "{:?}", relay.transcript());
}

#[test]
fn without_an_approval_nothing_is_connected_to() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay);
    for words in ["send", "send --yes", "send --as-written --yes", "send --limit 1"] {
        desk.run(words).exit(77).reports("nobody has approved these letters").reports("openletter approve --by");
    }
    assert!(desk.has("outbox/manifest.csv"), "it was written for the review to come");
    assert!(!desk.has(".openletter/ledger.sqlite3"));
    assert_nobody_called(&relay);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send").exit(0).prints("2 accepted");
}

#[test]
fn any_changed_byte_invalidates_the_approval() {
    let relay = Relay::start();
    let desk = approved(&relay);
    let letter = format!("outbox/letters/{}", desk.letters()[1]);
    let files = [letter.as_str(), "outbox/manifest.csv"];
    for file in files {
        let whole = desk.bytes(file);
        let places = [0, whole.len() / 3, whole.len() / 2, whole.len() - 3, whole.len() - 1];
        for at in places {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            desk.write(file, &changed);
            for words in ["send --yes", "send --yes --as-written"] {
                let ran = desk.run(words);
                assert_eq!(ran.code, Some(77), "{file} at {at}: {}", ran.err);
            }
        }
        for changed in [&whole[..whole.len() - 1], &[&whole[..], b"\n"].concat(), b""] {
            desk.write(file, changed);
            desk.run("send --yes").exit(77);
        }
        desk.write(file, &whole);
    }
    assert_nobody_called(&relay);
    assert!(!desk.has(".openletter/ledger.sqlite3"));
    desk.run("send --yes").exit(0).prints("2 accepted");
}

#[test]
fn an_added_or_removed_letter_invalidates_the_approval() {
    let relay = Relay::start();
    let desk = approved(&relay);
    let letter = format!("outbox/letters/{}", desk.letters()[0]);
    let bytes = desk.bytes(&letter);
    desk.write("outbox/letters/00003-new.eml", &bytes);
    desk.run("send --yes").exit(77).reports("00003-new.eml");
    std::fs::remove_file(desk.path("outbox/letters/00003-new.eml")).expect("removed");
    std::fs::remove_file(desk.path(&letter)).expect("removed");
    desk.run("send --yes").exit(77).reports(&letter["outbox/".len()..]);
    assert_nobody_called(&relay);
}

#[test]
fn an_approval_of_another_outbox_is_not_valid() {
    let relay = Relay::start();
    let desk = approved(&relay);
    let old = desk.bytes("outbox/approval.toml");
    desk.edit("templates/letter.md.hbs", "signatories", "people");
    desk.run("write --force").exit(0);
    desk.run("send --yes").exit(77).reports("nobody has approved these letters");
    desk.write("outbox/approval.toml", old);
    desk.run("send --yes").exit(77).reports("the outbox was written again since it was approved");
    desk.write("outbox/approval.toml", "approved = true\n");
    desk.run("send --yes").exit(77);
    assert_nobody_called(&relay);
}

#[test]
fn changed_lists_and_templates_are_named_and_as_written_continues() {
    let relay = Relay::start();
    let desk = approved(&relay);
    desk.edit("signatories.csv", "Jolene", "Joline");
    desk.write("templates/letter.it.md.hbs", "Subject: x\n\nx\n");
    desk.edit("campaign.toml", "Lantern Alliance", "Lantern League");
    let reviewed = written(&desk).iter().map(|letter| undated(letter)).collect::<Vec<_>>();
    let ran = desk.run("send --yes").exit(77);
    for file in [
        "signatories.csv has changed",
        "templates/letter.it.md.hbs is new",
        "campaign.toml has changed",
        "--as-written",
    ] {
        assert!(ran.err.contains(file), "{file}: {}", ran.err);
    }
    assert!(!ran.err.contains("recipients.csv"));
    assert_nobody_called(&relay);
    desk.run("send --yes --as-written").exit(0).reports("signatories.csv has changed").prints("2 accepted");
    let arrived: Vec<_> = relay.letters().iter().map(|letter| undated(&letter.bytes)).collect();
    assert_eq!(arrived, reviewed, "what was reviewed is what is sent");
}

#[test]
fn nothing_is_sent_before_not_before_or_after_not_after() {
    let relay = Relay::start();
    for (setting, says) in [
        ("not_before = 2999-01-11T09:00:00-05:00", "under embargo until 2999-01-11 09:00 -05:00 (14:00 UTC)"),
        ("not_after = 2018-01-18T00:00:00Z", "the letters could be sent until 2018-01-18 00:00 UTC"),
    ] {
        let desk = Desk::with("two-recipients");
        desk.through(&relay).edit("campaign.toml", "date = ", &format!("{setting}\ndate = ")).approved();
        for words in ["send --yes", "send --yes --as-written", "send --yes --limit 1 --only ceo"] {
            desk.run(words).exit(77).reports(says);
        }
        assert!(!desk.has(".openletter/ledger.sqlite3"));
        assert_nobody_called(&relay);
    }
    let desk = Desk::with("two-recipients");
    let window = "not_before = 2018-01-11T09:00:00-05:00\nnot_after = 2999-01-18T00:00:00Z\ndate = ";
    desk.through(&relay).edit("campaign.toml", "date = ", window).approved();
    desk.run("send --yes").exit(0);
}

#[test]
fn a_changed_embargo_invalidates_the_approval() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).edit("campaign.toml", "date = ", "not_after = 2018-01-18T00:00:00Z\ndate = ").approved();
    desk.edit("campaign.toml", "not_after = 2018", "not_after = 2999");
    desk.run("send --yes").exit(77).reports("campaign.toml has changed");
    assert_nobody_called(&relay);
}

#[test]
fn only_one_send_runs_at_a_time() {
    let relay = Relay::script().on(Step::Dot).letter(1).held().reply("250 2.0.0 queued").start();
    let desk = approved(&relay);
    let child = desk.start("send --yes");
    relay.wait_for(Step::Dot, 1);
    let busy = format!("another run is active in this campaign (process {})", child.id());
    desk.run("send --yes").exit(77).reports(&busy).reports("wait for the other run to end");
    assert_eq!(relay.transcript().len(), 1, "the second did not connect");
    desk.run("status").exit(0).prints("offered");
    desk.run("write --force").exit(77);
    relay.release();
    end("send --yes", child).exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
    desk.run("send --yes").exit(0);
    assert_eq!(relay.letters().len(), 2);
    assert_agreed(&desk, &relay);
}

#[test]
fn a_campaign_without_a_relay_is_reported() {
    let desk = Desk::with("two-recipients");
    let text = desk.text("campaign.toml");
    desk.write("campaign.toml", text.split("[relay]").next().expect("a text"));
    desk.approved();
    desk.run("send --yes").exit(78).reports("campaign.toml has no [relay]");
}

#[cfg(unix)]
#[test]
fn an_approval_removed_during_the_question_is_not_valid() {
    let relay = Relay::start();
    let mut desk = approved(&relay);
    desk.env("TERM", "xterm-256color");
    let mut terminal = desk.at_terminal("send", 80, 24);
    terminal.until("Send?");
    std::fs::remove_file(desk.path("outbox/approval.toml")).expect("it was approved");
    terminal.types("yes\n");
    assert!(terminal.ends().exit(77).out.contains("nobody has approved these letters"));
    assert!(relay.transcript().is_empty(), "nobody was called");
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_at_the_question_means_no_and_approves_nothing() {
    let relay = Relay::start();
    let mut desk = Desk::with("two-recipients");
    desk.env("TERM", "xterm-256color");
    desk.through(&relay).run("write").exit(0);
    let mut terminal = desk.at_own_terminal("send", 80, 24);
    terminal.until("Send?").types("\u{3}");
    let shown = terminal.shown();
    for fact in
        ["2 of 2 letters", "ceo@northlight.example, legal@northlight.example", "subject", "signed by", "warnings"]
    {
        assert!(shown.contains(fact), "no {fact:?} in\n{shown}");
    }
    // A signal ends it, or the code that shells give for one.
    assert!(matches!(terminal.ends().code, None | Some(130)));
    assert!(!desk.has("outbox/approval.toml") && !desk.has(".openletter/ledger.sqlite3"));
    assert!(relay.transcript().is_empty(), "nobody was called");
}

#[test]
fn the_end_of_the_window_is_checked_before_every_letter() {
    let relay = Relay::start();
    let desk = approved_many(40, &relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nrate = \"2/s\"\n");
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(10);
    desk.edit("campaign.toml", "date = ", &format!("not_after = {until:.0}\ndate = "));
    let ran = desk.run("send --yes --as-written").exit(75).reports("not_after in campaign.toml has passed");
    let sent = relay.letters().len();
    assert!((1..40).contains(&sent), "{sent}");
    ran.prints(&format!("{sent} accepted"));
    assert_agreed(&desk, &relay);
}

#[test]
fn letters_that_name_somebody_who_withdrew_are_not_sent_as_written() {
    let relay = Relay::start();
    for (consent, code) in [("withdrawn", 77), ("given", 0)] {
        let desk = approved(&relay);
        // Another change beside it, so that both need --as-written.
        desk.edit(
            "signatories.csv",
            "Ifeoma Nwachinemere,campaigner,full,given",
            &format!("Ifeoma Nwachinemere,campaigner,full,{consent}"),
        );
        desk.edit("signatories.csv", "Harrow Gate Refuge", "Harrow Gate");
        let ran = desk.run("send --yes --as-written").exit(code);
        if code == 77 {
            ran.reports("1 signatory named in these letters no longer consents").hides("Ifeoma");
        }
    }
    assert_eq!(relay.letters().len(), 2);
}
