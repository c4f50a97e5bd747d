//! `[letter] pdf = true`: each letter carries its pages, which are reviewed, approved and limited like every attachment.

use super::pages::words;
use crate::desk::{Desk, attachments};

fn desk() -> Desk {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", "[letter]\npdf = true");
    desk
}

#[test]
fn a_letter_carries_its_own_pages_before_other_files() {
    let desk = desk();
    desk.write("attachments/annex.csv", "a,b\n");
    desk.edit("campaign.toml", "pdf = true", "pdf = true\nattach = [\"annex.csv\"]");
    desk.run("write").exit(0);
    desk.run("pdf --all").exit(0);
    for (number, id) in [("00001", "ceo"), ("00002", "legal")] {
        let carried = attachments(&desk.bytes(&format!("outbox/letters/{number}-{id}.eml")));
        let [(name, kind, bytes), (other, ..)] = carried.as_slice() else { panic!("{carried:?}") };
        assert_eq!((&**name, &**kind, &**other), ("A letter to two.pdf", "application/pdf", "annex.csv"));
        let file = format!("pdf/{number}-{id}.pdf");
        assert_eq!(bytes, &desk.bytes(&file), "the same as on paper");
        let manifest = desk.text("outbox/manifest.csv");
        assert!(manifest.lines().any(|line| line.starts_with(&format!("file,,,{file},"))), "{manifest}");
    }
    desk.run("preview 2").exit(0).prints("Attachment: A letter to two.pdf (application/pdf, ");
    assert!(desk.text("outbox/review.html").contains("pdf/00002-legal.pdf"));
    let written = desk.bytes("outbox/letters/00001-ceo.eml");
    desk.run("approve --by 'Ada Example'").exit(0).reports("pdf/00001-ceo.pdf");
    desk.run("write --force").exit(0);
    assert_eq!(desk.bytes("outbox/letters/00001-ceo.eml"), written, "the same every time");
}

#[test]
fn pages_count_in_the_size_of_a_letter() {
    let desk = desk();
    desk.run("check --verbose").exit(0).prints("attached to each letter").prints("size of a letter");
    desk.edit("campaign.toml", "pdf = true", "pdf = true\nmax_size = \"10kB\"");
    desk.run("check").exit(65).prints("error[letter-size]: recipients.csv:2").prints("lines 2, 3");
}

#[test]
fn check_finds_what_write_would() {
    let desk = desk();
    desk.edit("templates/letter.md.hbs", "We are", "ขอบคุณ We are");
    for verb in ["check", "write"] {
        desk.run(verb).exit(65);
    }
    desk.run("check").exit(65).prints("error[font]: templates/letter.md.hbs:5:1").prints("Thai");
    assert!(!desk.has("outbox"));
}

#[test]
fn a_page_that_would_look_otherwise_now_is_noticed_after_writing() {
    let desk = desk();
    desk.write("templates/letter.typ", include_str!("../../../src/paper/letter.typ"));
    desk.run("write").exit(0);
    desk.edit("templates/letter.typ", "size: 11pt", "size: 12pt");
    desk.run("approve --by 'Ada Example'").reports("templates/letter.typ has changed");
}

#[test]
fn a_letter_that_is_not_in_markdown_has_no_pages() {
    let desk = desk();
    let letter = desk.text("templates/letter.md.hbs");
    std::fs::remove_file(desk.path("templates/letter.md.hbs")).expect("removed");
    desk.write("templates/letter.txt.hbs", letter);
    desk.run("check").exit(65).prints("error[page]: templates/letter.txt.hbs").prints(".md.hbs");
}

#[test]
fn what_a_page_adds_to_the_letter_is_searched() {
    let desk = desk();
    let page = include_str!("../../../src/paper/letter.typ");
    // Divided so that only the finished page has the name.
    desk.write("templates/letter.typ", format!("{page}\n#(\"Satter\" + \"whaite\")\n"));
    desk.run("check").exit(65).prints("error[leak]: templates/letter.typ").hides("Satterwhaite");
    desk.write("templates/letter.typ", format!("{page}\n#text[Ja]#strong[nuary]\n"));
    desk.run("write").exit(0);
    let carried = attachments(&desk.bytes("outbox/letters/00001-ceo.eml"));
    desk.write("letter.pdf", &carried[0].2);
    if let Some(words) = words(&desk.path("letter.pdf")) {
        assert!(words.contains("Ifeoma Nwachinemere Corran Bridge") && words.contains("January"), "{words}");
        assert!(!words.contains("Satterwhaite"), "{words}");
    }
}
