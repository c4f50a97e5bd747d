//! `withdraw`: out of the list and of all later letters, with a notice that names nobody; nothing that is printed does.

use crate::after::is_clean;
use crate::desk::Desk;
use crate::follow_up::header;
use crate::relay::Relay;

/// Who withdraws: the only one whom the letters name.
const NAME: &str = "Nwachinemere";
const ADDRESS: &str = "ifeoma@inbox.example";

/// Two letters with her name that were sent, and a second signatory who is named.
fn sent() -> (Desk, Relay) {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    let list = desk.text("signatories.csv");
    let header: Vec<&str> = list.lines().next().expect("a header").split(',').collect();
    let cell = |column: &str| match column {
        "name" => "Amara Delacroix-Osei",
        "category" => "campaigner",
        "display" => "full",
        "consent" => "given",
        "email" => "amara@inbox.example",
        _ => "",
    };
    let row = header.iter().map(|column| cell(column)).collect::<Vec<_>>();
    desk.write("signatories.csv", list.trim_end().to_owned() + "\n" + &row.join(",") + "\n");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    (desk, relay)
}

#[test]
fn the_row_is_marked_and_nothing_else_of_the_list_changes() {
    let (desk, _relay) = sent();
    let before = desk.text("signatories.csv");
    desk.run(&format!("withdraw {ADDRESS} --on 2018-01-20 --yes --no-notice"))
        .exit(0)
        .prints("signatories.csv:2: withdrawn on 2018-01-20")
        .prints("sign now")
        .hides(NAME)
        .hides("ifeoma");
    let after = desk.text("signatories.csv");
    assert!(after.lines().next().expect("a header").ends_with(",withdrawn_at"), "{after}");
    assert!(
        after.lines().nth(1).expect("her row").contains(",withdrawn,") && after.contains(",2018-01-20\n"),
        "{after}"
    );
    let others =
        |text: &str| text.lines().skip(2).map(|line| line.trim_end_matches(',').to_owned()).collect::<Vec<_>>();
    assert_eq!(others(&after), others(&before));
    // Again: it is known already, and nothing changes.
    desk.run("withdraw --line 2 --yes --no-notice").exit(0).prints("withdrawn already");
    assert_eq!(desk.text("signatories.csv"), after);
}

#[test]
fn letters_and_outbox_with_the_name_are_listed_and_later_ones_do_not_have_it() {
    let (desk, relay) = sent();
    desk.run("withdraw --line 2 --yes --no-notice")
        .exit(0)
        .prints("2 of 2 letters in the outbox have the name; 2 letters with it went to ceo, legal.")
        .reports("write --force");
    desk.run("send --yes --as-written").exit(77).reports("no longer consents").hides(NAME);
    desk.run("write --force").exit(0).hides(NAME);
    assert!(desk.octets().iter().all(|letter| !String::from_utf8_lossy(letter).contains(NAME)));
    // The text of what was sent is not kept.
    desk.run("withdraw --line 2 --yes --no-notice")
        .exit(0)
        .prints("no letter of the outbox has the name")
        .prints("may have it");
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn the_notice_is_ready_to_check_threaded_and_names_nobody_who_left() {
    let (desk, relay) = sent();
    desk.run("withdraw --line 2 --yes --notice notice")
        .exit(0)
        .reports("Drafted a notice to 2 recipients: notice/")
        .hides(NAME);
    for text in [NAME, "ifeoma"] {
        is_clean(&desk.path("notice"), text);
        is_clean(&desk.path(".openletter"), text);
    }
    desk.run("-C notice check").exit(0).prints("2 letters could be written").hides(NAME);
    desk.run("-C notice write").exit(0);
    desk.run("-C notice approve --by 'Ada Example'").exit(0);
    desk.run("-C notice send --yes").exit(0).prints("2 accepted");
    let letters = relay.letters();
    assert_eq!(letters.len(), 4);
    for (notice, first) in letters[2..].iter().zip(&letters) {
        assert_eq!(notice.to, first.to);
        let id = header(first, "Message-ID");
        assert_eq!((header(notice, "In-Reply-To"), header(notice, "References")), (id.clone(), id));
        let [notice, first] = [notice, first].map(|letter| String::from_utf8_lossy(&letter.bytes).into_owned());
        assert!(first.contains(NAME) && !notice.contains(NAME));
        assert!(notice.contains("Subject: Re: ") && notice.contains("Delacroix-Osei"), "{notice}");
    }
    desk.run("withdraw --line 2 --yes --notice notice").exit(77).reports("already exists");
}

#[test]
fn an_import_does_not_bring_anybody_back() {
    let (desk, _relay) = sent();
    desk.run(&format!("withdraw {ADDRESS} --yes --no-notice")).exit(0);
    let marked = desk.text("signatories.csv");
    let export = format!(
        "Timestamp,Email Address,Your name\n2018-01-05,{ADDRESS},Ifeoma {NAME}\n2018-01-06,new@inbox.example,New Signer\n"
    );
    desk.write("export.csv", export);
    desk.run("import export.csv")
        .exit(0)
        .prints("left out: 1 row of signatories who have withdrawn (line 2)")
        .hides(NAME);
    let list = desk.text("signatories.csv");
    assert!(list.contains("New Signer") && list.matches(NAME).count() == marked.matches(NAME).count(), "{list}");
    // Nor does a list from which the row was deleted.
    let without: Vec<&str> = list.lines().filter(|line| !line.contains(NAME)).collect();
    desk.write("signatories.csv", without.join("\n") + "\n");
    desk.run("import export.csv").exit(0).prints("left out: 1 row");
    assert!(!desk.text("signatories.csv").contains(NAME));
}

#[test]
fn a_list_in_which_somebody_is_back_is_an_error_unless_they_agreed_again() {
    let (desk, _relay) = sent();
    let before = desk.text("signatories.csv");
    desk.run("withdraw --line 2 --on 2018-01-20 --yes --no-notice").exit(0);
    desk.run("check").exit(0);
    desk.write("signatories.csv", &before);
    desk.run("check").exit(65).prints("error[withdrawn-listed]: signatories.csv:2").hides(NAME);
    desk.run("write --force").exit(65).hides(NAME);
    let again = before.lines().next().expect("a header").to_owned() + ",signed_at\n";
    let rows = before
        .lines()
        .skip(1)
        .enumerate()
        .map(|(at, row)| format!("{row},{}\n", if at == 0 { "2018-02-01" } else { "" }));
    desk.write("signatories.csv", again + &rows.collect::<String>());
    desk.run("check").exit(0).hides("withdrawn-listed");
}

#[test]
fn whoever_is_not_in_the_list_is_not_repeated_and_nothing_changes() {
    let (desk, _relay) = sent();
    let before = desk.text("signatories.csv");
    desk.run(&format!("withdraw 'Ifeoma {NAME}' --yes"))
        .exit(65)
        .reports("no row has this id, address or line")
        .hides(NAME);
    desk.run("withdraw --line 99 --yes").exit(65).reports("no row has");
    desk.run("withdraw --line 2").exit(77).reports("--yes");
    desk.run("withdraw --line 2 --on 2999-01-01 --yes").exit(64).reports("in the future");
    desk.run("withdraw").exit(64);
    desk.run(&format!("withdraw {ADDRESS} --line 2")).exit(64);
    assert_eq!(desk.text("signatories.csv"), before);
    assert!(!desk.has(".openletter/withdrawn.json"));
    desk.write(".openletter/withdrawn.json", "{");
    desk.run("withdraw --line 2 --yes --no-notice").exit(65).reports("restore it from a backup");
    assert_eq!(desk.text("signatories.csv"), before);
}

#[test]
fn a_campaign_that_shares_the_list_knows_who_withdrew() {
    let (desk, _relay) = sent();
    desk.run("follow-up --init second").exit(0);
    let before = desk.text("signatories.csv");
    desk.edit("campaign.toml", "[privacy]", "[privacy]\nallow = [{ text = \"Nwachinemere\", reason = \"x\" }]");
    desk.run("withdraw --line 2 --yes --no-notice").exit(0).reports("An entry of `allow`").hides(NAME);
    desk.write("signatories.csv", before);
    desk.run("-C second check").exit(65).prints("error[withdrawn-listed]: ../signatories.csv:2").hides(NAME);
    desk.write("export.csv", format!("Timestamp,Email Address,Your name\n2018-01-05,{ADDRESS},Ifeoma {NAME}\n"));
    desk.run("-C second import export.csv --dry-run").exit(0).prints("left out: 1 row").hides(NAME);
}

#[test]
fn in_individual_mode_only_the_letters_in_their_own_name_count() {
    let relay = Relay::start();
    let desk = Desk::with("supporters");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0).prints("4 accepted");
    desk.run("withdraw s1 --yes")
        .exit(0)
        .prints("2 of 4 letters in the outbox have the name; 2 letters with it went out.")
        .hides("Rossi")
        .hides("Drafted");
    desk.run("write --force").exit(0);
    assert_eq!(desk.letters().len(), 2);
    desk.run("withdraw s1 --yes")
        .exit(0)
        .prints("no letter of the outbox has the name")
        .prints("2 letters with it went out.")
        .hides("earlier outbox");
    desk.run("follow-up --init second").exit(77).reports("these letters are from supporters");
    let record = desk.run("record --format csv").exit(0).hides("Rossi").csv();
    assert!(record.len() == 5 && record[1..].iter().all(|row| !row[1].is_empty()), "{record:?}");
}

#[test]
fn a_damaged_outbox_stops_no_withdrawal_and_a_second_campaign_finds_initials() {
    let (desk, _relay) = sent();
    desk.edit("signatories.csv", "Ifeoma Nwachinemere,campaigner,full", "Ifeoma Nwachinemere,campaigner,initials");
    desk.run("write --force").exit(0);
    assert!(String::from_utf8_lossy(&desk.octets()[0]).contains("I. N."));
    // As in a second campaign that shares the list: the row is marked already.
    desk.run("withdraw --line 2 --yes --no-notice").exit(0).prints("2 of 2 letters in the outbox have the name");
    desk.run("withdraw --line 2 --yes --no-notice").exit(0).prints("withdrawn already").prints("2 of 2 letters");
    let file = format!("outbox/letters/{}", desk.letters()[0]);
    desk.write(&file, "x");
    desk.run("withdraw amara@inbox.example --yes --no-notice").exit(0).prints("withdrawn on");
}

#[test]
fn a_list_whose_consent_is_on_file_gets_no_consent_column() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay);
    desk.edit("campaign.toml", "[privacy]", "[privacy]\nconsent = \"on-file\"");
    desk.write(
        "signatories.csv",
        "name,display,category\nAmara Delacroix-Osei,full,campaigner\nIfeoma Nwachinemere,full,campaigner\n",
    );
    desk.run("withdraw --line 3 --on 2018-01-20 --yes").exit(0).prints("1 sign now");
    assert_eq!(
        desk.text("signatories.csv"),
        "name,display,category,withdrawn_at\nAmara Delacroix-Osei,full,campaigner,\nIfeoma Nwachinemere,full,campaigner,2018-01-20\n"
    );
}
