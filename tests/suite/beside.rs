//! Private names in the output beside the letters: the page's list, keys of counts, quotations, and lists that are
//! printed again; and the output while private names are unknown.

use crate::desk::Desk;
use crate::relay::{Relay, Step};

const NAME: &str = "Jolene Satterwhaite";

/// A campaign with one withheld signatory, and others.
fn desk() -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write(
        "signatories.csv",
        "name,display,consent,category,email,adult,consent_at\n\
         Jolene Satterwhaite,withheld,given,survivor,jqs@inbox.example,,\n\
         Rosa Lindqvist,full,given,ally,rosa@inbox.example,,\n",
    );
    desk
}

#[test]
fn a_recipients_title_is_searched_since_the_page_lists_it() {
    let desk = desk();
    desk.edit("recipients.csv", "Chief Executive Officer", "Sister of Jolene Satterwhaite");
    desk.edit("templates/letter.md.hbs", "{{recipient.title}}", "you");
    let ran = desk.run("write").exit(65).reports("error[leak]: recipients.csv:2").hides(NAME);
    assert!(!desk.has("outbox"), "{}", ran.err);
}

#[test]
fn a_category_is_searched_since_counts_use_it_as_a_key() {
    let desk = desk();
    desk.edit("signatories.csv", ",ally,", ",friend of Jolene Satterwhaite,");
    desk.edit("campaign.toml", "group_by = \"category\"\n", "");
    for words in ["check", "check --format json", "write"] {
        let ran = desk.run(words).exit(65).hides("atterwhaite");
        assert!([&ran.out, &ran.err].iter().any(|text| text.contains("leak")), "{words}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn with_invalid_settings_nothing_is_quoted() {
    let desk = desk();
    desk.write("press.txt", "Jolene Satterwhaite was here, and 50 signatories signed.\n");
    let toml = desk.text("campaign.toml");
    for (right, wrong) in [
        ("protect = ", "protekt = "),
        ("[privacy]", "[privcy]"),
        ("[privacy]", "[privacy]\nconsent = \"onfile\""),
        ("[signatories]", "[signatories]\nfil = \"signatories.csv\""),
        ("[signatories]", "[signatories]\nencoding = 3"),
    ] {
        desk.write("campaign.toml", toml.replacen(right, wrong, 1));
        for words in ["check --press press.txt", "check --press press.txt --format json"] {
            desk.run(words).exit(78).hides("atterwhaite").hides("number-wrong").prints("could not be searched");
        }
    }
}

#[test]
fn rows_are_listed_only_if_all_private_names_are_known() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user").start();
    let desk = desk();
    let list = desk.text("recipients.csv");
    let (head, rows) = list.split_once('\n').expect("a header");
    let rows: Vec<String> = rows.lines().map(|row| format!("{row},knows the mayor")).collect();
    desk.write("recipients.csv", format!("{head},note\n{}\n", rows.join("\n")));
    desk.through(&relay).approved();
    desk.run("send --yes").exit(1);
    desk.run("status --failed --format csv").exit(0).prints("knows the mayor");
    desk.edit("signatories.csv", "withheld,given", "withhold,given");
    desk.run("status --failed --format csv").exit(65).hides("knows the mayor").reports("signatories.csv");
}

#[test]
fn headers_are_quoted_without_private_text() {
    let desk = desk();
    desk.edit("recipients.csv", "id,", "Jolene Satterwhaite,");
    desk.edit("recipients.csv", ",email", ",e-post");
    desk.run("check").exit(65).prints("error[list-header]: recipients.csv:1").hides("atterwhaite");
}
