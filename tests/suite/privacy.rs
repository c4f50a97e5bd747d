//! Nobody is exposed: a search that shares no code with the program finds no uncleared text in any file that the
//! program writes, or in anything that it prints.

use crate::desk::Desk;
use crate::relay::Relay;
use crate::search::Search;

/// Every verb in every form, the successful ones of a whole campaign.
const WORDS: &[&str] = &[
    "check",
    "check --verbose",
    "check --format json",
    "preview --all",
    "preview --all --part html",
    "preview --list",
    "preview --list --format csv",
    "preview --list --format json",
    "preview --diff 1 9",
    "preview nobody",
    "pdf",
    "status",
    "write",
    "write",
    "approve --by Ada",
    "rehearse",
    "send --dry-run",
    "send --to-me ada@lantern.example",
    "send --yes",
    "status",
    "status --format csv",
    "status --format json",
    "status --failed",
    "status --watch",
    "status --watch --format json",
    "status --format openmetrics",
    "counts",
    "counts --format csv",
    "counts --format json",
    "check --press press.txt",
    "settle nobody --sent",
    "answer 1 --kind reply --note 'asked about Jolene Satterwhaite'",
    "record",
    "record --format csv --with-notes --with-addresses",
    "record --format json",
    "answer 1 2 --kind reply --note 'asked who signs'",
    "status",
    "status --format json",
    "approve --by 'Jolene Satterwhaite'",
    "write --force",
    "withdraw sig-04 --yes",
    "withdraw 'Jolene Satterwhaite' --yes",
    "withdraw sig-01 --yes --notice notice",
    "-C notice write",
    "check --verbose",
    "write --force",
    "status",
    "follow-up --init second",
    "-C second write",
    "purge",
];

#[test]
fn the_search_finds_what_is_there() {
    let desk = Desk::sample();
    let search = Search::of(&desk.text("signatories.csv"), "survivor");
    assert!(search.len() > 100, "{} private strings", search.len());
    for leak in [
        "We thank Jolene Satterwhaite.",
        "we thank JOLENE  SATTERWHAITE",
        "Siobhan Dreelahan",
        "write to marisol.quintanar-ibanez@inbox.example",
        "顾雨桐",
        "Dear मीनाक्षी",
        "Olesya is Олеся Гайвороненко",
        "Bethan L.",
        "at the Orrin Falls Public Library",
        "Clementine Rushgrove",
    ] {
        assert!(search.first_in(leak).is_some(), "{leak:?} passes");
    }
    for lawful in [
        "Marisol Quintanar-Ibáñez, Author",
        "Nadia W., Librarian, Ohio",
        "K. D., Registered nurse",
        "Wren",
        "with hope",
    ] {
        assert_eq!(search.first_in(lawful), None, "{lawful:?}");
    }
    assert!(search.first_in(&desk.text("signatories.csv")).is_some());
}

#[test]
fn no_command_on_the_sample_exposes_anybody() {
    let relay = Relay::start();
    let desk = Desk::sample();
    desk.through(&relay);
    let search = Search::of(&desk.text("signatories.csv"), "survivor");
    desk.write("press.txt", "Jolene Satterwhaite and 54 survivors sign today.\n");
    for words in WORDS {
        let ran = desk.run(words);
        assert!(matches!(ran.code, Some(0 | 64 | 65 | 77 | 78)), "{words}: {:?}\n{}", ran.code, ran.err);
        search.passes(&format!("the results of {words}"), &ran.out);
        search.passes(&format!("the messages of {words}"), &ran.err);
    }
    assert_eq!(relay.letters().len(), 11, "one to me, ten to them");
    std::fs::remove_file(desk.path("press.txt")).expect("it is there");
    search.all_that_was_left(desk.dir());
    for letter in relay.letters() {
        search.letter("what the relay got", &letter.bytes);
    }
}

/// The sample's lists and templates, each with one error: the file, the text in it, and its replacement.
const SPOILT: &[(&str, &str, &str)] = &[
    ("signatories.csv", ",withheld,", ",hidden,"),
    ("signatories.csv", ",given,2018-01-05,yes,", ",given,5 January,perhaps,"),
    ("signatories.csv", ",yes,,,,,2017-12-15,", ",no,,,,,2017-12-15,"),
    ("signatories.csv", "sig-04,person", "sig-04,Jolene,person"),
    ("signatories.csv", "sig-04,person,", "sig-04,"),
    ("signatories.csv", "sig-04,", "\"sig-04\"x,"),
    ("signatories.csv", "Jolene Satterwhaite", "\"Jolene Satterwhaite"),
    ("signatories.csv", "Jolene Satterwhaite", "Jolene\u{202e} Satterwhaite"),
    ("signatories.csv", "Jolene Satterwhaite", "Jolene\u{7} Satterwhaite"),
    ("signatories.csv", "Delphine Orsaquay,Delphine,Orsaquay", "Jolene Satterwhaite,Jolene,Satterwhaite"),
    ("signatories.csv", "delphine.orsaquay@courrier.example", "jolene.satterwhaite@mail.example"),
    ("signatories.csv", "sig-18", "sig-04"),
    ("signatories.csv", "id,kind,category,name,", "id,kind,category,full name,"),
    ("signatories.csv", "id,kind,category,name,", "name,kind,category,name,"),
    ("signatories.csv", "consent,consent_at,adult", "agreed,agreed_at,age"),
    ("signatories.csv", "withheld,,,,,given,2018-01-05", "pseudonym,,,,,given,2018-01-05"),
    ("signatories.csv", "withheld,,,,,given,2018-01-05,yes", "full,,,,,given,,yes"),
    ("recipients.csv", "ratings@northlight.example", "jolene.satterwhaite@mail.example"),
    ("recipients.csv", "ratings-director,", "jolene-satterwhaite-x,"),
    ("recipients.csv", "ratings@northlight.example,,,", "ratings@northlight.example,,,We thank Jolene Satterwhaite."),
    ("campaign.toml", "file = \"recipients.csv\"", "file = \"signatories.csv\""),
    ("campaign.toml", "file = \"signatories.csv\"", "file = \"recipients.csv\""),
    ("campaign.toml", "file = \"signatories.csv\"", "file = \"signatories.csv\"\ncolumns = { name = \"family_name\" }"),
    (
        "campaign.toml",
        "file = \"signatories.csv\"",
        "file = \"signatories.csv\"\ncolumns = { role = \"Jolene Satterwhaite\", satterwhaite = \"x\" }",
    ),
    (
        "campaign.toml",
        "file = \"signatories.csv\"",
        "file = \"signatories.csv\"\nvalues = { display = { a = \"Jolene\" }, satterwhaite = { a = \"b\" } }",
    ),
    ("campaign.toml", "file = \"signatories.csv\"", "file = \"signatories.csv\"\nencoding = \"utf-16le\""),
    ("campaign.toml", "file = \"signatories.csv\"", "file = \"signatories.csv\"\nencoding = \"shift_jis\""),
    ("campaign.toml", "consent = \"column\"", "consent = \"none\""),
    ("campaign.toml", "allow = [{", "allow = [{ text = \"Jolene\" }, {"),
    ("campaign.toml", "title = \"The", "title = \"For Jolene Satterwhaite: the"),
    ("templates/letter.md.hbs", "{{salutation}}", "Jolene Satterwhaite {{salutaton}}"),
    ("templates/letter.md.hbs", "{{salutation}}", "{{#if recipient.cover}}Jolene"),
    ("templates/letter.md.hbs", "{{salutation}}", "<p>Jolene Satterwhaite</p>"),
    ("templates/letter.md.hbs", "{{salutation}}", "Jolene: {{recipient.cover}}"),
    ("templates/letter.md.hbs", "{{salutation}}", "{{salutation}} Jolene Satterwhaite"),
    ("templates/letter.md.hbs", "Subject: ", "Subject: {{signatories}} Jolene: "),
    ("templates/letter.md.hbs", "{{#each signatures}}", "{{#each signatures}}{{email}}{{given_name}}"),
];

#[test]
fn no_error_exposes_anybody() {
    let sample = Desk::sample();
    let search = Search::of(&sample.text("signatories.csv"), "survivor");
    for (file, from, to) in SPOILT {
        let desk = Desk::sample();
        desk.edit(file, from, to);
        let ran = desk.run("write");
        let what = format!("write, with {to:?} in {file}");
        search.passes(&what, &ran.out);
        search.passes(&what, &ran.err);
        search.all_that_was_left(desk.dir());
    }
}

#[test]
fn nobody_is_exposed_by_a_list_without_its_header_or_its_encoding() {
    let desk = Desk::sample();
    let list = desk.text("signatories.csv");
    let search = Search::of(&list, "survivor");
    let rows = list.split_once('\n').expect("a header").1.to_owned();
    let jolene: String = list.lines().filter(|line| line.contains("Jolene")).collect();
    let mut bytes = list.clone().into_bytes();
    let middle = list.find("Satterwhaite").expect("a name");
    bytes[middle] = 0xff;
    for content in [
        rows.into_bytes(),
        jolene.into_bytes(),
        bytes,
        list.replace(',', "|").into_bytes(),
        list.replace('\n', "").into(),
    ] {
        desk.write("signatories.csv", content);
        for words in ["check --verbose", "write"] {
            let ran = desk.run(words).exit(65);
            search.passes(words, &ran.out);
            search.passes(words, &ran.err);
        }
        desk.holds_no_letters();
    }
}

#[test]
fn private_names_in_every_script_stay_out_of_the_letters() {
    let desk = Desk::with("two-recipients");
    let names = [
        "Renée Zürcherová",
        "Łucja Ørsted",
        "ẞtraßer Weiß",
        "הדסה לוינסקי",
        "سعاد الخطيب",
        "田中花子",
        "김서연",
        "अनुराधा शर्मा",
        "Ωμέγα Ψύλλου",
        "İpek Işıklı",
        "O’Shaughnessy-d’Arcy",
    ];
    let mut list = String::from(
        "name,category,display,consent,consent_at,adult,email,affiliation\nIfeoma Nwachinemere,campaigner,full,given,,,,\n",
    );
    for (row, name) in names.iter().enumerate() {
        list += &format!(
            "{name},survivor,withheld,given,2018-01-05,yes,person-{row}@inbox.example,House {row} of Refuge\n"
        );
    }
    desk.write("signatories.csv", &list);
    let search = Search::of(&list, "survivor");
    desk.run("write").exit(0);
    search.all_that_was_left(desk.dir());
    for name in names {
        for written in [name.to_uppercase(), name.to_lowercase().replace(' ', "  \n")] {
            let desk = Desk::with("two-recipients");
            desk.write("signatories.csv", &list);
            desk.edit("templates/letter.md.hbs", "We are", &format!("We thank {written} too. We are"));
            let ran = desk.run("write").exit(65).reports("error[leak]: templates/letter.md.hbs:5:10\n");
            search.passes("write", &ran.err);
            desk.holds_no_letters();
        }
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_programs_files() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay);
    desk.shell("umask 000; \"$0\" -q write && \"$0\" -q approve --by Ada && exec \"$0\" send --yes").exit(0);
    fn open(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let mode = entry.metadata().expect("it is there").permissions().mode();
            if mode & 0o077 != 0 {
                found.push(format!("{:o} {}", mode & 0o7777, entry.path().display()));
            }
            if entry.path().is_dir() {
                open(&entry.path(), found);
            }
        }
    }
    let mut found = Vec::new();
    for made in ["outbox", ".openletter"] {
        assert_eq!(fs::metadata(desk.path(made)).expect("made").permissions().mode() & 0o7777, 0o700);
        open(&desk.path(made), &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
}
