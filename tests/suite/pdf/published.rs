//! `publish` puts the letter for everybody beside its page, for paper.

use super::pages::{in_order, words};
use crate::desk::Desk;
use crate::search::Search;
use std::fs;

const LINK: &str = "<a href=\"letter.pdf\">Open letter (PDF)</a>";

#[test]
fn the_letter_is_beside_its_page_the_same_on_every_run() {
    let desk = Desk::with_examples();
    let all = "index.html, letter.pdf, press.html and press.txt";
    desk.run("publish site --with examples/press").exit(0).reports(&format!("Wrote {all} into site/"));
    assert!(desk.text("site/index.html").contains(LINK) && !desk.text("site/press.html").contains("letter.pdf"));
    let pdf = desk.bytes("site/letter.pdf");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    desk.run("publish site --with examples/press").exit(0);
    assert_eq!(desk.bytes("site/letter.pdf"), pdf);
    let Some(words) = words(&desk.path("site/letter.pdf")) else { return };
    in_order(
        &words,
        &[
            "Alder Street Coalition",
            "The exploitation of children is not entertainment",
            "56 signatories: 44 people and 12 organizations",
            "Thandeka Okafor, Chief Executive Officer, Northlight, Inc.",
            "We who sign this letter",
            "The signatories",
            "Rutendo Mashavakure",
            "As of January 11, 2018",
        ],
    );
    assert!(!words.contains("northlight.example") && !words.contains("Dear"), "{words}");
    Search::of(&desk.text("signatories.csv"), "survivor").passes("letter.pdf", &words);
}

#[test]
fn it_can_be_left_out_and_none_is_made_of_a_letter_in_plain_text() {
    const LETTER: &str = "Subject: A letter\n\nWe write to you.\n\n{{closing}}\n\n{{roll}}\n";
    let desk = Desk::with("two-recipients");
    desk.write("templates/letter.md.hbs", LETTER);
    desk.run("publish site").exit(0).reports("Wrote index.html and letter.pdf into site/");
    desk.run("publish site --no-pdf").exit(0).reports("Wrote index.html into site/");
    let has_none = || !desk.has("site/letter.pdf") && !desk.text("site/index.html").contains("letter.pdf");
    assert!(has_none());
    fs::remove_file(desk.path("templates/letter.md.hbs")).expect("removed");
    desk.write("templates/letter.txt.hbs", LETTER);
    desk.run("publish site").exit(0).reports("Wrote index.html into site/");
    assert!(has_none());
}

#[test]
fn a_draft_says_so_on_paper_too() {
    let desk = Desk::sample();
    desk.run("publish site --draft").exit(0);
    let Some(words) = words(&desk.path("site/letter.pdf")) else { return };
    assert!(words.contains("Draft, not for publication"), "{words}");
}

#[test]
fn a_name_that_only_the_page_template_adds_stops_it() {
    let desk = Desk::sample();
    let built_in = include_str!("../../../src/paper/letter.typ");
    desk.write("templates/letter.typ", format!("{built_in}\nThanks to Jolene Satter#[whaite].\n"));
    let ran = desk.run("publish site").exit(65);
    assert!(ran.err.contains("error[leak]") && !ran.err.contains("Satterwhaite"), "{}", ran.err);
    assert!(!desk.has("site"));
}

#[test]
fn a_file_of_the_same_name_that_is_not_ours_is_not_replaced() {
    let desk = Desk::sample();
    desk.run("publish site --no-pdf").exit(0);
    desk.write("site/letter.pdf", "%PDF-1.4 somebody else's");
    desk.run("publish site").exit(77).reports("letter.pdf");
    assert_eq!(desk.text("site/letter.pdf"), "%PDF-1.4 somebody else's");
}
