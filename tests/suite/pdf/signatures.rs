//! The list of signatures for paper: everybody once, with what they cleared, and with numbers that go on from page to page.

use super::pages::{in_order, words};
use crate::desk::{Desk, attachments};
use crate::search::Search;

/// A petition with this many signatures, of which every tenth is withheld.
fn petition(signatures: usize) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.run("init petition --form petition").exit(0);
    let mut list = "name,category,place,display,consent,verified\n".to_owned();
    for number in 1..=signatures {
        let display = if number % 10 == 0 { "withheld" } else { "full" };
        let name: String =
            number.to_string().chars().map(|c| ('a'..='z').nth(c as usize % 16).expect("a letter")).collect();
        list += &format!("Ada X{name}x,supporter,Lund,{display},given,yes\n");
    }
    desk.write("petition/signatories.csv", list);
    desk
}

#[test]
fn everybody_is_in_the_list_once_with_what_they_cleared_and_the_same_every_time() {
    let desk = Desk::sample();
    desk.run("signatures list").exit(0).reports("into list/: signatures.pdf and signatures.csv.");
    desk.run("signatures again").exit(0);
    assert_eq!(desk.bytes("list/signatures.pdf"), desk.bytes("again/signatures.pdf"));
    let Some(words) = words(&desk.path("list/signatures.pdf")) else { return };
    Search::of(&desk.text("signatories.csv"), "survivor").passes("signatures.pdf", &words);
    in_order(
        &words,
        &[
            "Alder Street Coalition · January 11, 2018",
            "The exploitation of children is not entertainment",
            "As of January 11, 2018 (PST): 56 signatories: 44 people and 12 organizations.",
            "* Affiliations are given for identification only.",
            "Survivors 21",
            "1 Ana Lucía B., Survivor advocate, Colombia",
            "and 10 survivors whose names are withheld for their safety",
            "22 Jeroen van der Blauwkamp, Youth physician, Utrecht, Netherlands",
            "56 Wyncott Men’s Pledge, Dayton, Ohio",
            "Signatures 1–56 of 56",
            "Page 1 of 1",
        ],
    );
}

#[test]
fn each_page_says_which_signatures_it_has_and_all_of_them_add_up() {
    let desk = petition(1_000);
    desk.run("-C petition signatures list").exit(0).reports("Wrote 1000 signatures");
    let Some(words) = words(&desk.path("list/signatures.pdf")) else { return };
    let runs: Vec<(usize, usize)> = words
        .match_indices("Signatures ")
        .map(|(at, _)| {
            let run = words[at..].strip_prefix("Signatures ").and_then(|rest| rest.split(' ').next()).expect("a run");
            let (first, last) = run.split_once('–').expect("two numbers");
            (first.parse().expect("a number"), last.parse().expect("a number"))
        })
        .collect();
    assert!(runs.len() > 2, "{runs:?}");
    assert!(words.contains(&format!("of 1000 Page 2 of {}", runs.len())), "{words}");
    assert_eq!((runs[0].0, runs[runs.len() - 1].1), (1, 1_000));
    assert!(runs.windows(2).all(|two| two[0].1 + 1 == two[1].0), "{runs:?}");
    assert_eq!(words.matches("Ada X").count(), 900);
    assert!(words.contains("and 100 supporters whose names are withheld"), "{words}");
    let rows = desk.text("list/signatures.csv");
    assert_eq!(rows.matches("\r\n").count(), 1_001);
}

#[test]
fn a_petition_carries_its_list_which_is_reviewed_and_approved_with_it() {
    let desk = Desk::with_examples();
    desk.run("-C examples/petition write").exit(0);
    let carried = attachments(&desk.bytes("examples/petition/outbox/letters/00001-board-office.eml"));
    let names: Vec<&str> = carried.iter().map(|(name, ..)| &**name).collect();
    let part = |part: &str| ["pdf", "csv"].map(|ending| format!("signatures-{part}.{ending}"));
    assert_eq!(names, [part("survivor"), part("service-provider"), part("campaigner")].concat());
    desk.run("-C examples/petition signatures list").exit(0);
    assert_eq!(carried[2].2, desk.bytes("list/signatures-service-provider.pdf"));
    desk.run("-C examples/petition approve --by 'Ada Example'").exit(0).reports("signatures-survivor.pdf");
    if let Some(words) = words(&desk.path("list/signatures-service-provider.pdf")) {
        in_order(&words, &["Service providers 19", "22 Jeroen", "Signatures 22–40 of 56"]);
        assert!(!words.contains("Survivors"), "{words}");
    }
    desk.run("-C examples/petition signatures places --split place").exit(0);
    if let Some(words) = words(&desk.path("places/signatures-lagos-nigeria.pdf")) {
        in_order(&words, &["Lagos, Nigeria", "Campaigners 1", "Emeka Oduyemi-Barr, Screenwriter", "of 56"]);
    }
    // The fonts of the shared list are used, and a changed one invalidates the approval.
    std::fs::copy(desk.path("fonts/NotoNaskhArabic-Bold.sample.ttf"), desk.path("fonts/a.ttf")).expect("copied");
    desk.run("-C examples/petition approve --by 'Ada Example'").reports("fonts/a.ttf");
}

#[test]
fn a_petition_can_be_without_its_list_on_paper() {
    let desk = petition(10);
    desk.edit("petition/campaign.toml", "[petition]", "[petition]\npdf = false");
    desk.run("-C petition check --verbose").exit(0).prints("the signatures in one file · CSV\n");
    desk.run("-C petition signatures list").exit(0).reports("into list/: signatures.csv.");
    desk.edit("petition/campaign.toml", "pdf = false", "pdf = true");
    desk.edit("petition/campaign.toml", "[letter]", "[letter]\nmax_size = \"10kB\"");
    desk.run("-C petition check").exit(65).prints("error[letter-size]").prints("`pdf = false` in [petition]");
}

#[test]
fn scripts_without_a_font_are_all_reported_in_one_run() {
    let desk = petition(20);
    desk.edit("petition/signatories.csv", "Ada Xbx,supporter,Lund", "光 明,supporter,กรุงเทพ");
    for verb in ["check", "signatures list"] {
        let ran = desk.run(&format!("-C petition {verb}")).exit(65);
        let said = format!("{}{}", ran.out, ran.err);
        for script in ["Han)", "Thai)"] {
            assert_eq!(said.matches(script).count(), 1, "{said}");
        }
        assert!(said.contains("error[font]: signatories.csv"), "{said}");
    }
    assert!(!desk.has("list"));
}

#[test]
fn a_name_that_nobody_cleared_stops_the_list_wherever_it_is() {
    for (from, to) in [
        ("many = \"campaigners\"", "many = \"friends of Jolene Satterwhaite\""),
        ("title = \"Withdraw", "title = \"Jolene Satterwhaite: withdraw"),
    ] {
        let desk = Desk::with_examples();
        desk.edit("examples/petition/campaign.toml", from, to);
        let ran = desk.run("-C examples/petition signatures list").exit(65);
        ran.reports("error[leak]").hides("Satterwhaite");
        assert!(!desk.has("list"));
    }
}
