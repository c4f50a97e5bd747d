//! The form `petition`: the cover letter carries the signatures, each once, with what its signatory cleared.

use crate::desk::{Desk, attachments, root};
use crate::follow_up::header;
use crate::relay::Relay;

const HEADER: &str = "number,category,kind,shown,name,role,affiliation,place,statement\r\n";

fn begun() -> Desk {
    let desk = Desk::with("two-recipients");
    desk.run("init petition --form petition").exit(0);
    desk
}

/// The signatures that a letter carries as CSV.
fn list(letter: &[u8]) -> String {
    let attached = attachments(letter);
    let of = |kind: &'static str| attached.iter().filter(move |(_, of, _)| of == kind);
    let pages: Vec<_> = of("application/pdf").map(|(name, ..)| &**name).collect();
    assert_eq!(pages, if cfg!(feature = "pdf") { vec!["signatures.pdf"] } else { vec![] });
    let [(name, _, csv)] = of("text/csv").collect::<Vec<_>>()[..] else { panic!("{attached:?}") };
    assert_eq!(name, "signatures.csv");
    String::from_utf8(csv.clone()).expect("UTF-8")
}

#[test]
fn a_new_petition_goes_from_init_to_its_recipients_without_an_edit() {
    let relay = Relay::start();
    let desk = begun();
    for words in ["check", "preview 1", "write", "approve --by 'Ada Example'", "rehearse"] {
        desk.run(&format!("-C petition {words}")).exit(0).hides("warning[");
    }
    desk.through_in("petition", &relay);
    desk.run("-C petition send --yes").exit(0);
    assert_eq!(relay.letters().len(), 2);
    for letter in relay.letters() {
        let csv = list(&letter.bytes);
        assert_eq!(csv.lines().count(), 6, "{csv}");
        assert!(csv.contains("Ben E.") && !csv.contains("Templeton") && !csv.contains("97201"), "{csv}");
    }
}

#[test]
fn who_withdraws_is_found_in_the_list_that_was_sent_and_is_in_none_after_it() {
    let relay = Relay::start();
    let desk = begun();
    desk.through_in("petition", &relay);
    desk.run("-C petition write").exit(0);
    desk.run("-C petition approve --by 'Ada Example'").exit(0);
    desk.run("-C petition send --yes").exit(0);
    let csv = list(&relay.letters()[0].bytes);
    let mut names =
        csv.lines().skip(1).map(|line| line.split(',').nth(4).expect("a name").trim_matches('"').to_owned());
    let signatories = desk.text("petition/signatories.csv");
    let name = names.find(|name| name.contains(' ') && signatories.contains(name.as_str())).expect("somebody in full");
    let row = signatories.lines().position(|line| line.contains(&name)).expect("their row") + 1;
    desk.run(&format!("-C petition withdraw --line {row} --yes --notice notice"))
        .exit(0)
        .prints("2 of 2 letters in the outbox have the name")
        .hides(&name);
    desk.run("-C petition send --yes --as-written").exit(77).reports("no longer consent").hides(&name);
    desk.run("-C petition/notice write").exit(0).hides(&name);
    desk.run("-C petition/notice approve --by 'Ada Example'").exit(0);
    desk.run("-C petition/notice send --yes").exit(0).prints("2 accepted");
    for letter in &relay.letters()[2..] {
        let list = list(&letter.bytes);
        assert!(list.starts_with(HEADER) && !list.contains(&name), "{list}");
    }
}

#[test]
fn a_second_delivery_is_an_edition_with_the_later_signatures() {
    let relay = Relay::start();
    let desk = begun();
    desk.through_in("petition", &relay);
    desk.run("-C petition write").exit(0);
    desk.run("-C petition approve --by 'Ada Example'").exit(0);
    desk.run("-C petition send --yes").exit(0);
    let rows = desk.text("petition/signatories.csv");
    // One signs for the first time, and one who had signed before signs again.
    let later = "s8,person,Zita Latecomer,Zita,Latecomer,supporter,,97201,full,given,,yes,2018-01-08,zita@signatory.example,yes,\n\
                 s9,person,Ada Sampleton,Ada,Sampleton,supporter,,97201,full,given,,yes,2018-01-09,ada@signatory.example,yes,\n";
    desk.write("petition/signatories.csv", rows + later);
    desk.edit("petition/campaign.toml", "\n[letter]", "edition = 2\n\n[letter]");
    const GROWTH: &str = "6 signatories; edition 1 had 5";
    desk.run("-C petition write --force").exit(0).reports(GROWTH).hides("Already sent");
    desk.run("-C petition approve --by 'Ada Example'").exit(0).reports(GROWTH);
    desk.run("-C petition send --yes").exit(0).prints("2 letters: 2 accepted");
    desk.run("-C petition send --yes").exit(0);
    let letters = relay.letters();
    assert_eq!(letters.len(), 4, "each edition once to each");
    for (first, second) in letters[..2].iter().zip(&letters[2..]) {
        assert_eq!((&first.to, header(second, "References")), (&second.to, header(first, "Message-ID")));
        assert!(header(second, "Subject").expect("a subject").ends_with("a petition with 6 signatures"));
        let (before, now) = (list(&first.bytes), list(&second.bytes));
        assert_eq!((before.lines().count(), now.lines().count()), (6, 7), "{now}");
        assert!(now.contains("Zita Latecomer") && !before.contains("Zita"), "{now}");
        assert_eq!(now.matches("Ada Sampleton").count(), 1, "{now}");
    }
}

#[test]
fn who_signed_twice_or_is_not_verified_is_not_counted_and_all_parts_add_up() {
    let desk = begun();
    desk.run("-C petition check --verbose")
        .exit(0)
        .prints("note[signed-again]: signatories.csv:2\n")
        .prints("note[not-verified]: signatories.csv:8\n");
    let sheet = desk.run("-C petition counts --format json").json();
    let sum = |parts: &str| -> u64 {
        let parts = sheet[parts].as_array().expect("parts");
        parts.iter().map(|part| part["signatories"].as_u64().expect("a number")).sum()
    };
    let total = sheet["all"]["signatories"]["total"].as_u64();
    assert_eq!((total, sheet["unverified"].as_u64()), (Some(5), Some(1)));
    assert_eq!((Some(sum("places")), Some(sum("days"))), (total, total));
    let categories = sheet["categories"].as_array().expect("categories").iter();
    assert_eq!(Some(categories.filter_map(|line| line["signatories"]["total"].as_u64()).sum()), total);
    let csv = desk.run("-C petition counts --format csv").exit(0).out;
    for row in [
        "signatories,,\"place: Portland, Oregon\",2,",
        "signatories,,without a place,3,",
        "signatories,,day: 2018-01-05,3,",
        "rows,,left out: a later row by the same signatory counts,1,",
    ] {
        assert!(csv.lines().any(|line| line.starts_with(row)), "{row} in\n{csv}");
    }
}

#[test]
fn the_last_row_decides_what_is_shown_of_a_signatory() {
    let desk = begun();
    let list = desk.text("petition/signatories.csv");
    let later = "s8,person,Ada Sampleton,Ada,Sampleton,supporter,,97201,withheld,given,,yes,2018-01-07,,yes,\n";
    desk.write("petition/signatories.csv", format!("{list}{later}"));
    desk.run("-C petition signatures handover").exit(0);
    let csv = desk.text("handover/signatures.csv");
    assert!(!csv.contains("Ada") && csv.contains(",withheld,"), "{csv}");
    // The name is private now, also where an earlier row cleared it.
    desk.edit("petition/templates/petition.md.hbs", "{{closing}}", "For Ada Sampleton:\n\n{{closing}}");
    desk.run("-C petition check").exit(65).prints("error[leak]").hides("Sampleton");
}

#[test]
fn who_withdrew_by_one_row_is_not_shown_by_another() {
    let desk = begun();
    desk.edit("petition/signatories.csv", "full,given,,yes,2018-01-04,ada@", "full,withdrawn,,yes,2018-01-04,ada@");
    desk.run("-C petition signatures handover").exit(0);
    let csv = desk.text("handover/signatures.csv");
    assert!(!csv.contains("Ada Sampleton"), "{csv}");
    assert_eq!(desk.run("-C petition counts --format json").json()["all"]["signatories"]["total"], 4);
}

#[test]
fn signatures_are_written_into_a_new_folder_one_file_or_several() {
    let desk = Desk::with_examples();
    let files = |csv: usize| if cfg!(feature = "pdf") { 2 * csv } else { csv };
    let wrote = |folder: &str, csv: usize| format!("Wrote 56 signatures into {folder}/: {} files.", files(csv));
    desk.run("-C examples/petition signatures all --split place").exit(0).reports(&wrote("all", 37));
    assert!(desk.text("all/signatures-lagos-nigeria.csv").starts_with(HEADER));
    desk.run("-C examples/petition signatures parts").exit(0).reports(&wrote("parts", 3));
    let rows = |file: &str| desk.text(file).matches("\r\n").count() - 1;
    let parts =
        ["survivor", "service-provider", "campaigner"].map(|part| rows(&format!("parts/signatures-{part}.csv")));
    assert_eq!(parts, [21, 19, 16]);
    assert!(desk.text("parts/signatures-campaigner.csv").contains("\r\n41,campaigner,"));
    desk.run("-C examples/petition signatures parts").exit(77).reports("parts already exists");
    // A joint letter's signatures can be written too.
    desk.run("signatures letter").exit(0).reports("Wrote 56 signatures into letter/: signatures.");
    let csv = desk.text("letter/signatures.csv");
    for private in ["Satterwhaite", "@"] {
        assert!(!csv.contains(private), "{private}");
    }
    assert_eq!(csv.matches(",withheld,").count(), 13);
}

#[test]
fn a_part_of_the_signatures_is_not_written_as_if_it_were_all() {
    let desk = Desk::sample();
    desk.edit("campaign.toml", "[signatories]", "[signatories]\nmax_listed = 40");
    desk.run("signatures letter").exit(78).reports("max_listed leaves 3 of 56 signatures out");
    let desk = Desk::with_examples();
    desk.run("-C examples/action signatures letter").exit(64).reports("no list of them is handed over");
    assert!(!desk.has("letter"));
}

#[test]
fn no_spreadsheet_runs_a_cell_of_the_signatures() {
    let desk = begun();
    desk.edit(
        "petition/signatories.csv",
        "\"Salem, Oregon\",97301,full,given,,yes,2018-01-06,gil@signatory.example,,",
        "=1+1,97301,full,given,,yes,2018-01-06,gil@signatory.example,yes,",
    );
    desk.run("-C petition signatures handover").exit(0);
    let csv = desk.text("handover/signatures.csv");
    assert!(csv.contains(",Gil Mockford,,,'=1+1,"), "{csv}");
}

#[test]
fn the_letter_of_a_petition_carries_a_file_for_each_category() {
    let desk = Desk::with_examples();
    desk.run("-C examples/petition write").exit(0);
    let letter = desk.bytes("examples/petition/outbox/letters/00001-board-office.eml");
    let mut names: Vec<String> = attachments(&letter).into_iter().map(|(name, ..)| name).collect();
    names.retain(|name| name.ends_with(".csv"));
    assert_eq!(names, ["signatures-survivor.csv", "signatures-service-provider.csv", "signatures-campaigner.csv"]);
    // They are approved with the letter, and made again from the list.
    desk.run("-C examples/petition approve --by 'Ada Example'").exit(0).reports("signatures-survivor.csv");
    desk.edit("signatories.csv", "sig-06,person,campaigner,Wulandari,", "sig-06,person,campaigner,Wulandari S.,");
    desk.run("-C examples/petition send --yes").exit(77);
}

#[test]
fn settings_that_do_not_go_with_a_petition_are_errors() {
    let desk = begun();
    desk.edit("petition/campaign.toml", "count = \"verified\"", "max_listed = 3");
    desk.run("-C petition check").exit(78).prints("[signatories] max_listed leaves signatures out");
    let desk = begun();
    desk.edit("petition/campaign.toml", "# split = \"category\"", "split = \"town\"");
    desk.run("-C petition check").exit(78).prints("[petition] split cannot be \"town\"");
}

#[test]
fn an_import_keeps_the_postcodes_of_a_list_that_has_them() {
    let desk = begun();
    desk.write("petition/export.csv", std::fs::read(root().join("tests/exports/change-org.csv")).expect("an export"));
    desk.run("-C petition import petition/export.csv").exit(0);
    assert!(desk.text("petition/signatories.csv").contains(",85701"));
}

#[test]
fn what_a_signatory_replaced_by_a_later_row_is_searched_for() {
    let desk = begun();
    let list = desk.text("petition/signatories.csv");
    let rows = list.lines().map(|row| match row {
        row if row.starts_with("id,") => format!("{row},affiliation\n"),
        row if row.starts_with("s1,") => format!("{row},Quillfeather Hospice\n"),
        row if row.starts_with("s6,") => format!("{row},Portside Clinic\n"),
        row => format!("{row},\n"),
    });
    desk.write("petition/signatories.csv", rows.collect::<String>());
    desk.run("-C petition check").exit(0);
    desk.edit("petition/templates/petition.md.hbs", "{{closing}}", "Ask the Quillfeather Hospice.\n\n{{closing}}");
    desk.run("-C petition check").exit(65).prints("error[leak]").hides("Quillfeather");
}
