//! Individual mode: each supporter's letter to each recipient, and nobody else's.

use crate::desk::{Desk, Ran};
use crate::relay::{Relay, Step};
use std::fs;

fn supporters() -> Desk {
    Desk::with("supporters")
}

/// Checks that the campaign has exactly these errors and warnings, and that nothing is written.
#[track_caller]
fn refused(desk: &Desk, findings: &[&str]) -> Ran {
    let found: Vec<_> = desk.found().into_iter().filter(|finding| !finding.starts_with("note[")).collect();
    assert_eq!(found, findings);
    let ran = desk.run("write").exit(65);
    assert!(!desk.has("outbox"));
    ran
}

/// The letter with this id, as its bytes in the outbox.
fn letter(desk: &Desk, id: &str) -> String {
    let name = format!("-{}.eml", id.replace('.', "-"));
    let file = desk.letters().into_iter().find(|file| file.ends_with(&name)).unwrap_or_else(|| panic!("no {name}"));
    desk.text(&format!("outbox/letters/{file}"))
}

#[test]
fn each_supporter_writes_to_each_recipient_in_turn() {
    let desk = supporters();
    desk.run("check").exit(0).prints("2 supporters × 2 recipients = 4 letters: 4 letters could be written");
    desk.run("write").exit(0).reports("2 supporters × 2 recipients = 4 letters");
    assert_eq!(
        desk.letters(),
        ["00001-s1-ceo.eml", "00002-s1-legal.eml", "00003-s2-ceo.eml", "00004-s2-legal.eml"],
        "nobody gets two letters in a row"
    );
    desk.run("approve --by 'Ada Example'").exit(0).reports("2 supporters × 2 recipients = 4 letters");
    desk.run("rehearse").exit(0).reports("2 supporters × 2 recipients = 4 letters").prints("arrived byte for byte");
}

#[test]
fn a_letter_is_from_the_supporter_by_the_campaigns_address() {
    let desk = supporters();
    desk.run("write").exit(0);
    let maria = letter(&desk, "s1.ceo");
    assert!(maria.contains("From: Maria Rossi via Lantern Alliance <letters@lantern.example>\r\n"), "{maria}");
    assert!(maria.contains("Reply-To: Maria Rossi <maria@inbox.example>\r\n"), "she agreed to it");
    assert!(maria.contains("Two girls in my class"), "her own words");
    let bo = letter(&desk, "s2.legal");
    assert!(bo.contains("From: Bo Lindqvist via Lantern Alliance <letters@lantern.example>\r\n"), "{bo}");
    assert!(bo.contains("Reply-To: desk@lantern.example\r\n") && !bo.contains("inbox.example"), "he did not agree");
    assert!(!bo.contains("second episode"), "he did not clear his words");
    let manifest = desk.text("outbox/manifest.csv");
    assert_eq!(manifest.matches(",bounces@lantern.example,").count(), 4, "bounces go to the campaign");
    for private in ["inbox.example", "Satterwhaite", "Ekberg", "Marsh"] {
        assert!(!manifest.contains(private), "{private}");
    }
    desk.edit("campaign.toml", "reply_to = \"desk@lantern.example\"\n", "");
    desk.run("write --force").exit(0);
    assert!(!letter(&desk, "s2.legal").contains("Reply-To"));
}

#[test]
fn only_those_write_who_cleared_their_full_name_and_a_letter_in_it() {
    let desk = supporters();
    let report = desk.run("check --verbose").exit(0);
    let report = report
        .prints("no letter goes out in this signatory's name, which is not shown in full")
        .prints("no letter goes out in this signatory's name: `letter_consent` does not say yes")
        .prints("this signatory's own words are left out of their letter")
        .prints("consent is pending");
    for private in ["Satterwhaite", "Ekberg", "Marsh", "@inbox", "second episode"] {
        assert!(!report.out.contains(private), "{private}");
    }
    // By the column `consent` too, if the settings say so.
    desk.edit("campaign.toml", "[relay]", "[signatories]\nletter_consent = \"consent\"\n\n[relay]");
    desk.run("check").exit(0).prints("3 supporters × 2 recipients = 6 letters");
    desk.edit("campaign.toml", "letter_consent = \"consent\"", "letter_consent = \"email\"");
    desk.run("check").exit(78).prints("[signatories] letter_consent cannot be \"email\"");
}

#[test]
fn a_list_must_say_in_whose_name_letters_go_out() {
    let desk = supporters();
    desk.edit("signatories.csv", "letter_consent", "agreed");
    refused(&desk, &["error[consent-unknown]: signatories.csv"]).reports("no column `letter_consent`");
    let desk = supporters();
    let list = desk.text("signatories.csv").replace("given,yes", "given,no");
    desk.write("signatories.csv", list);
    refused(&desk, &["error[list-count]: signatories.csv"]).reports("no letter goes out in anybody's name");
}

#[test]
fn the_number_of_letters_must_be_meant() {
    let desk = supporters();
    desk.edit("campaign.toml", "max_letters = 10", "max_letters = 3");
    refused(&desk, &["error[too-many-letters]: campaign.toml:12:15"])
        .reports("2 supporters × 2 recipients = 4 letters, but `max_letters` is 3")
        .reports("set [letter] max_letters = 4");
    desk.edit("campaign.toml", "max_letters = 3", "");
    refused(&desk, &["error[too-many-letters]: campaign.toml:8:1"])
        .reports("2 supporters × 2 recipients = 4 letters, and [letter] has no `max_letters`");
    desk.run("preview").exit(65);
    desk.edit("campaign.toml", "return_path", "max_letters = 4\nreturn_path");
    desk.run("check").exit(0);
}

#[test]
fn ids_are_needed_and_have_no_dot() {
    let desk = supporters();
    desk.edit("signatories.csv", "s1,Maria", "s.1,Maria").edit("recipients.csv", "legal,,Chris", "legal.1,,Chris");
    refused(&desk, &["error[cell-value]: recipients.csv:3:1", "error[cell-value]: signatories.csv:2:1"]);
    let desk = supporters();
    desk.edit("signatories.csv", "s1,Maria", "maria@inbox,Maria").edit("signatories.csv", "s2,Bo", ",Bo");
    refused(&desk, &["error[cell-value]: signatories.csv:2:1", "error[cell-missing]: signatories.csv:3:1"])
        .hides("@inbox");
    let desk = supporters();
    desk.edit("signatories.csv", "id,name", "number,name").edit("recipients.csv", "id,honorific", "no,honorific");
    let found = desk.found();
    assert!(found.contains(&"error[list-header]: recipients.csv".to_owned()), "{found:?}");
    assert!(found.contains(&"error[list-header]: signatories.csv".to_owned()), "{found:?}");
    // Those who do not write need none.
    let desk = supporters();
    desk.edit("signatories.csv", "s3,Jolene", ",Jolene").edit("signatories.csv", "s4,Cleo", "a.b,Cleo");
    desk.run("check").exit(0);
}

#[test]
fn an_address_for_answers_must_be_one() {
    let desk = supporters();
    desk.edit("signatories.csv", "yes,maria@inbox.example", "yes,maria at inbox");
    refused(&desk, &["error[address-invalid]: signatories.csv:2:186"])
        .reports("`reply_consent` is yes")
        .hides("maria at");
}

#[test]
fn a_cell_that_a_template_needs_is_reported_at_the_supporters_row() {
    let desk = supporters();
    desk.edit("templates/letter.md.hbs", "{{#if signatory.role}}\\\n{{signatory.role}}{{/if}}", ", {{signatory.role}}");
    refused(&desk, &["error[cell-empty]: templates/letter.md.hbs:13:21"])
        .reports("\"signatory.role\" is empty here")
        .reports("signatories.csv:3");
    let desk = supporters();
    desk.edit("templates/letter.md.hbs", "{{closing}}", "{{recipient.honorific}} {{signatory.email}}");
    refused(&desk, &["error[name-unknown]: templates/letter.md.hbs:11:27"]);
    desk.edit("templates/letter.md.hbs", " {{signatory.email}}", "");
    refused(&desk, &["error[cell-empty]: templates/letter.md.hbs:11:1"]).reports("recipients.csv:3");
}

#[test]
fn an_individual_letter_has_no_roll() {
    let desk = supporters();
    desk.edit("templates/letter.md.hbs", "{{closing}}", "{{closing}}\n\n{{roll}}");
    refused(&desk, &["error[helper-unknown]: templates/letter.md.hbs:13:1"])
        .reports("an individual letter has no roll")
        .reports("{{signatory.name}}");
    desk.edit("templates/letter.md.hbs", "{{roll}}", "{{#each signatures}}{{name}}{{/each}}");
    refused(&desk, &["error[name-unknown]: templates/letter.md.hbs:13:9"]);
    // And a joint one has no signatory.
    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "{{closing}}", "{{signatory.name}}");
    refused(&desk, &["error[name-unknown]: templates/letter.md.hbs:7:3"]);
}

#[test]
fn what_a_supporter_cleared_passes_in_their_own_letter_only() {
    let desk = supporters();
    // Somebody who is withheld has the first name of one supporter, and the workplace of the other.
    let row = "s6,Maria Kovac,,,withheld,given,no,no,,,kovac@inbox.example\n";
    desk.write("signatories.csv", desk.text("signatories.csv") + row);
    desk.run("check").exit(0).hides("Kovac");
    desk.run("write").exit(0);
    assert!(letter(&desk, "s1.ceo").contains("Maria Rossi"));
    fs::remove_dir_all(desk.path("outbox")).expect("removed");
    // In another supporter's words the same name is somebody else's.
    desk.edit("signatories.csv", "I stopped watching after", "Maria and I stopped watching after");
    desk.edit("signatories.csv", "without a word.\",no", "without a word.\",yes");
    refused(&desk, &["error[leak]: signatories.csv:3"]).hides("Kovac");
    desk.edit("signatories.csv", "Maria and I stopped", "We stopped");
    desk.run("check").exit(0);
    // Nor does it excuse the template.
    desk.edit("templates/letter.md.hbs", "I am one of", "Maria and I are two of");
    refused(&desk, &["error[leak]: templates/letter.md.hbs:5:1"]);
}

#[test]
fn withheld_strings_are_searched_for_in_every_letter() {
    for text in
        ["Jolene Satterwhaite", "Satterwhaite", "jolene@inbox.example", "bo@inbox.example", "cleo@inbox.example"]
    {
        let desk = supporters();
        desk.edit(
            "signatories.csv",
            "Two girls in my class",
            &format!("I know {text} well, and two girls in my class"),
        );
        refused(&desk, &["error[leak]: signatories.csv:2"]).hides("Satterwhaite");
    }
    // Words that nobody cleared. Who writes the same cleared them in their own letter.
    let desk = supporters();
    let words = "Nobody at the hospital knows that it happened to me";
    desk.edit("signatories.csv", "Two girls in my class asked me", words);
    desk.run("check").exit(0);
    desk.edit("templates/letter.md.hbs", "I am one of", &format!("{words}. I am one of"));
    refused(&desk, &["error[leak]: templates/letter.md.hbs:5:1"]);
}

#[test]
fn an_id_with_a_withheld_name_is_a_leak() {
    // An id that names somebody who is withheld is in file names and the manifest.
    let desk = supporters();
    desk.edit("signatories.csv", "s1,Maria", "satterwhaite,Maria");
    let refused = desk.run("write").exit(65).hides("Satterwhaite");
    assert!(refused.err.contains("error[leak]"), "{}", refused.err);
    assert!(!desk.has("outbox"));
}

#[test]
fn near_identical_letters_are_one_finding_with_the_share() {
    let desk = supporters();
    desk.run("check").exit(0).hides("letters-alike");
    desk.edit("templates/letter.md.hbs", "{{#if signatory.statement}}\n{{signatory.statement}}\n\n{{/if}}\n", "");
    desk.run("check")
        .exit(0)
        .prints("warning[letters-alike]: templates/")
        .prints("2 of 2 letters that were compared (100 %) have at least half of their text in common")
        .prints("1 warning");
}

#[test]
fn sending_goes_by_the_ids_of_letters() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user").start();
    let desk = supporters();
    desk.through(&relay).approved();
    desk.run("send --yes --only s1.legal 3").exit(75).prints("1 accepted, 1 rejected");
    desk.run("status").exit(0).prints("s1.legal").prints("s2.ceo");
    let sent = desk.run("send --yes").exit(1).prints("3 accepted, 1 rejected");
    sent.reports("2 supporters × 2 recipients = 4 letters");
    desk.run("settle s1.legal --resend --by 'Ada Example' --yes").exit(0);
    desk.run("send --yes").exit(0).prints("4 accepted");
    assert_eq!(relay.letters().len(), 4);
    // A second send has nothing to do, and a new outbox sends nothing twice.
    desk.run("write --force").exit(0).reports("Already sent under this campaign's id, so not sent again: 4 letters");
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(0);
    assert_eq!(relay.letters().len(), 4);
}

#[test]
fn failed_letters_are_listed_by_recipient() {
    let relay = Relay::script().on(Step::Rcpt).reply("550 5.1.1 no such user").start();
    let desk = supporters();
    desk.through(&relay).approved();
    desk.run("send --yes").exit(1);
    let rows = desk.run("status --failed --format csv").exit(0).csv();
    let ids: Vec<&str> = rows.iter().skip(1).map(|row| row[0].as_str()).collect();
    assert_eq!(ids, ["ceo", "legal"], "each once, as in the list");
}

#[test]
fn a_recipient_with_another_id_is_noticed_for_each_supporter() {
    let relay = Relay::start();
    let desk = supporters();
    desk.through(&relay).approved();
    desk.run("send --yes --only 1").exit(75);
    desk.edit("recipients.csv", "ceo,Ms.", "chief,Ms.");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes")
        .exit(77)
        .reports("ceo@northlight.example got a letter with id s1.ceo, but now has id s1.chief");
}

#[test]
fn a_recipient_gets_so_many_letters_a_day() {
    let relay = Relay::start();
    let desk = supporters();
    desk.edit("campaign.toml", "[relay]", "[recipients]\nper_day = 1\n\n[relay]").through(&relay).approved();
    desk.run("send --dry-run").exit(0).prints("2 letters would be sent");
    desk.run("send --yes").exit(75).prints("2 pending, 2 accepted").reports("a recipient gets 1 letter a day");
    let to: Vec<String> = relay.letters().iter().flat_map(|letter| letter.to.clone()).collect();
    assert_eq!(to, ["ceo@northlight.example", "legal@northlight.example"], "one letter to each");
    desk.run("send --yes").exit(75).reports("again tomorrow");
    assert_eq!(relay.letters().len(), 2, "the day is not over");
    desk.edit("campaign.toml", "per_day = 1", "per_day = 0");
    desk.run("check").exit(78).prints("per_day must be 1 or more");
}

#[test]
fn letters_as_written_are_refused_once_a_supporter_withdraws_something() {
    let relay = Relay::start();
    let change = |from: &str, to: &str| {
        let desk = supporters();
        desk.through(&relay).approved();
        desk.edit("signatories.csv", from, to);
        desk.run("send --yes").exit(77);
        desk.run("send --yes --as-written --limit 1")
    };
    for (from, to) in [
        ("full,given,yes,yes,\"Two", "full,given,no,yes,\"Two"),
        ("full,given,yes,yes,\"Two", "full,withdrawn,yes,yes,\"Two"),
        ("full,given,yes,yes,\"Two", "withheld,given,yes,yes,\"Two"),
        ("full,given,yes,yes,\"Two", "full,given,yes,no,\"Two"),
        ("corridor.\",yes", "corridor.\",no"),
    ] {
        change(from, to).exit(77).reports("1 supporter no longer consents to what a letter in their name says");
    }
    assert_eq!(relay.letters().len(), 0);
    change("s5,Ivo Marsh", "s5,Ivo Marshall").exit(75).reports("Using the letters as they were written");
    assert_eq!(relay.letters().len(), 1);
}

#[test]
fn many_letters_are_in_folders() {
    let desk = supporters();
    let mut list = String::from("id,name,display,consent,letter_consent,statement,statement_consent\n");
    for n in 0..600 {
        let words: String = (0..40).map(|w| format!("w{}x{} ", n, w)).collect();
        list += &format!("s{n},Test{n}name Person{n},full,given,yes,\"{words}\",yes\n");
    }
    desk.write("signatories.csv", list).edit("campaign.toml", "max_letters = 10", "max_letters = 1200");
    desk.run("write").exit(0).reports("600 supporters × 2 recipients = 1200 letters");
    let folders: Vec<_> = fs::read_dir(desk.path("outbox/letters")).expect("folders").collect();
    assert_eq!(folders.len(), 2);
    assert!(desk.has("outbox/letters/0002/01200-s599-legal.eml"));
}

#[test]
fn a_new_action_goes_from_init_to_recipients_without_an_edit() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.run("init alone/action --form action").exit(0);
    for words in ["check", "preview 1", "write", "approve --by 'Ada Example'", "rehearse"] {
        desk.run(&format!("-C alone/action {words}")).exit(0).hides("warning[").hides("error[");
    }
    desk.through_in("alone/action", &relay);
    desk.run("-C alone/action send --yes").exit(0).prints("4 accepted");
    let from: Vec<String> =
        relay.letters().iter().map(|letter| String::from_utf8_lossy(&letter.bytes).into_owned()).collect();
    assert_eq!(from.len(), 4);
    for name in ["Ada Sampleton", "Specimen House Shelter"] {
        let its = from.iter().filter(|letter| letter.contains(&format!("From: {name} via Sample Organisation")));
        assert_eq!(its.count(), 2, "{name}");
    }
}

#[test]
fn an_action_beside_a_letter_has_its_signatories() {
    let desk = Desk::with("two-recipients");
    desk.run("init letter").exit(0);
    let desk = desk.inside("letter");
    desk.run("init action --form action").exit(0).prints("The signatories are those in ../signatories.csv.");
    assert!(!desk.has("action/signatories.csv"));
    desk.run("-C action check").exit(0).prints("2 supporters × 2 recipients = 4 letters").hides("warning");
}

#[test]
fn a_sample_action_is_sent_only_to_a_relay_on_this_machine() {
    let desk = Desk::with("two-recipients");
    desk.run("init alone/action --form action").exit(0);
    let desk = desk.inside("alone/action");
    let list = desk.text("signatories.csv").replace(".example", ".dev");
    desk.write("signatories.csv", list.replace("Ada Sampleton", "Rosa Lund"));
    let settings = desk.text("campaign.toml").replace(".example", ".dev").replace("Sample title", "Title");
    let settings = settings.replace("Sample Organisation", "Organisation");
    desk.write("campaign.toml", settings + "[relay]\nhost = \"relay.invalid\"\nport = 465\n");
    desk.write("recipients.csv", desk.text("recipients.csv").replace(".example", ".dev"));
    let letter = desk.text("templates/letter.md.hbs");
    desk.write(
        "templates/letter.md.hbs",
        letter.replace("This is the sample text of a new campaign: write your own in its place.", ""),
    );
    desk.approved();
    // The second supporter's letters are still from the sample.
    desk.run("send --yes").exit(77).reports("the letters are signed by \"Specimen House Shelter\"");
}

#[test]
fn the_action_beside_the_sample_has_its_lists() {
    let desk = Desk::with_examples();
    desk.run("-C examples/action check")
        .exit(0)
        .prints("2 supporters × 10 recipients = 20 letters")
        .hides("letters-alike");
    desk.run("-C examples/action rehearse").exit(0).prints("20 letters went over SMTP");
    let letter = desk.run("-C examples/action preview sig-52.eikenboom-safety").exit(0).out;
    assert!(letter.contains("Sehr geehrte Frau Dr. Eikenboom,") && letter.contains("Good drama can look"), "{letter}");
}
