//! `pdf` typesets the words of the letter, the same every time, or nothing.

use crate::desk::Desk;
use crate::search::Search;
use crate::skip::skip;
use std::fs;
use std::path::Path;
use std::process::Command;

const LETTER: &str = "templates/letter.md.hbs";

fn files(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.path("pdf")).expect("the folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The words of a PDF in its order; `None` where poppler is not installed.
pub(super) fn words(file: &Path) -> Option<String> {
    let Ok(ran) = Command::new("pdftotext").args(["-raw"]).arg(file).arg("-").output() else {
        skip("the text of PDF files", "there is no pdftotext (poppler-utils)", false);
        return None;
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).expect("UTF-8").replace(is_mark, "");
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a character only marks the direction of text.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Asserts that a text has these pieces, in this order.
#[track_caller]
pub(super) fn in_order(text: &str, pieces: &[&str]) {
    let mut rest = text;
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else { panic!("no {piece:?} in its place: {text}") };
        rest = after;
    }
}

#[test]
fn letters_are_typeset_by_id_or_number_and_are_the_same_every_time() {
    let desk = Desk::sample();
    desk.run("pdf").exit(0).prints("pdf/00001-okafor-ceo.pdf\n");
    assert_eq!(files(&desk), ["00001-okafor-ceo.pdf"]);
    let first = desk.bytes("pdf/00001-okafor-ceo.pdf");
    assert!(first.starts_with(b"%PDF-1.7"));
    desk.run("pdf --all").exit(0);
    assert_eq!(files(&desk).len(), 10);
    assert_eq!(desk.bytes("pdf/00001-okafor-ceo.pdf"), first);
    assert_ne!(desk.bytes("pdf/00002-brandvold-content.pdf"), first);
    desk.run("pdf 2 okafor-ceo --output elsewhere").exit(0).prints("elsewhere/00002-brandvold-content.pdf");
    assert_eq!(desk.bytes("elsewhere/00001-okafor-ceo.pdf"), first);
    desk.run("pdf 1 nobody-here --output nowhere").exit(64).reports("there is no letter nobody-here");
    assert!(!desk.has("nowhere"), "all or nothing");
    desk.run("pdf --output no/such/folder").exit(74).reports("cannot create no/such/folder");
    fs::create_dir_all(desk.path("taken/00002-brandvold-content.pdf")).expect("a folder");
    desk.run("pdf 1 2 --output taken").exit(74).reports("00002-brandvold-content.pdf is a folder");
    assert!(!desk.has("taken/00001-okafor-ceo.pdf") && !desk.has("taken/.new"));
}

#[test]
fn with_an_error_nothing_is_written_and_nothing_is_lost() {
    let desk = Desk::with("two-recipients");
    desk.run("pdf --all").exit(0);
    let before = desk.bytes("pdf/00001-ceo.pdf");
    // Only the second letter has no font.
    desk.edit("recipients.csv", "General Counsel", "General Counsel ขอบคุณ");
    desk.edit(LETTER, "We are", "{{recipient.title}}\n\nWe are");
    desk.run("pdf --all").exit(65).reports("error[font]: recipients.csv:3").reports("Thai");
    assert_eq!(desk.bytes("pdf/00001-ceo.pdf"), before);
    assert_eq!(files(&desk), ["00001-ceo.pdf", "00002-legal.pdf"]);
    desk.edit(LETTER, "{{salutation}}", "{{salutatoin}}");
    desk.run("pdf --all --output other").exit(65).reports("salutatoin");
    assert!(!desk.has("other"));
}

#[test]
fn a_character_without_a_font_is_an_error_that_names_its_script_and_place() {
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "We are", "We are 光");
    desk.run("pdf")
        .exit(65)
        .reports("(U+5149, Han)")
        .reports("error[font]: templates/letter.md.hbs:5:8")
        .reports("fonts/");
    desk.edit(LETTER, "光", "\u{1F600}");
    desk.run("pdf").exit(65).reports("(U+1F600, a symbol)");
    assert!(!desk.has("pdf"));
    desk.run("check").exit(0);
    // Three alphabets and the marks of typography are built in.
    desk.edit(LETTER, "\u{1F600}", "Ελλάδα, Україна, Łódź, Nguyễn — “x” ‘y’ „z“ «w» … § € № ½ ·");
    desk.run("pdf").exit(0);
    desk.write("fonts/broken.ttf", "no font");
    desk.run("pdf").exit(65).reports("error[font]: fonts/broken.ttf").reports("not a font");
}

#[test]
fn each_printed_name_is_there_once_and_in_order_and_no_other() {
    let desk = Desk::sample();
    let search = Search::of(&desk.text("signatories.csv"), "survivor");
    desk.run("pdf --all").exit(0);
    for file in files(&desk) {
        let Some(words) = words(&desk.path(&format!("pdf/{file}"))) else { return };
        search.passes(&file, &words);
    }
    let Some(words) = words(&desk.path("pdf/00001-okafor-ceo.pdf")) else { return };
    let roll = &words[words.find("Directors and chairs sign").expect("the roll")..];
    let preview = desk.run("preview okafor-ceo").exit(0).out;
    let names: Vec<String> = preview[preview.find("SURVIVORS").expect("the roll")..]
        .lines()
        .take_while(|line| !line.contains("* * *"))
        .filter(|line| !line.starts_with(' ') && line.contains(", ") && !line.starts_with("and "))
        .map(|line| line.split(", ").next().unwrap_or_default().replace(is_mark, ""))
        .collect();
    assert!(names.len() > 35, "{names:?}");
    // poppler gives words from right to left in the order of the line, and repeats Indic vowels.
    let (others, plain): (Vec<_>, Vec<_>) =
        names.iter().map(String::as_str).partition(|name| name.contains(|c| ('\u{590}'..'\u{1000}').contains(&c)));
    assert!(others.len() > 2 && others.iter().flat_map(|name| name.split(' ')).all(|word| roll.contains(word)));
    in_order(roll, &plain);
    for name in plain {
        assert_eq!(roll.matches(name).count(), 1, "{name}");
    }
}

#[test]
fn a_page_is_in_the_language_of_its_letter_and_on_the_paper_that_is_usual_there() {
    let desk = Desk::sample();
    desk.run("pdf 1 6").exit(0);
    let sizes = |file: &str| {
        let text = String::from_utf8_lossy(&desk.bytes(file)).into_owned();
        let at = text.find("/MediaBox").expect("a size");
        text[at..at + 45].to_owned()
    };
    let (english, german) = ("pdf/00001-okafor-ceo.pdf", "pdf/00006-eikenboom-safety.pdf");
    assert!(sizes(english).contains("612 792") && sizes(german).contains("595.2"), "{}", sizes(german));
    let (Some(english), Some(german)) = (words(&desk.path(english)), words(&desk.path(german))) else { return };
    in_order(
        &english,
        &["Ms. Thandeka Okafor", "January 11, 2018", "Page 1 of ", "* Affiliations are", "Survivors", "Page 4 of "],
    );
    in_order(&german, &["Lotte Eikenboom", "11. Januar 2018", "Sehr geehrte", "Seite 1 von ", "Überlebende"]);
    assert!(german.contains("deren Namen zu ihrem Schutz nicht genannt werden"), "{german}");
    desk.edit("campaign.toml", "[letter]", "[letter]\npaper_size = \"a4\"");
    desk.run("pdf 1").exit(0);
    assert!(sizes("pdf/00001-okafor-ceo.pdf").contains("595.2"));
}

#[test]
fn everything_that_people_write_in_markdown_is_on_the_page() {
    let desk = Desk::sample();
    desk.write(
        LETTER,
        "\
Subject: On paper

{{#letterhead}}
![Emblem](images/logo.png){width=40}

Alder Street
{{/letterhead}}

{{#address}}
{{recipient.title}}\\
{{recipient.city}}
{{/address}}

{{salutation}}

## First

See [the law](https://www.example.org/law), https://www.example.org/_a_/b and ~~nothing~~ *more* `code`[^1].

| Count | Of whom |
|------:|---------|
| 12    | people  |

#### Deeper

- one
  1. two
  2. three
- four

> A quotation.

    as typed

[^1]: The note.

{{roll}}
",
    );
    desk.run("pdf").exit(0);
    let Some(words) = words(&desk.path("pdf/00001-okafor-ceo.pdf")) else { return };
    in_order(
        &words,
        &[
            "Alder Street",
            "Chief Executive Officer",
            "Dear Ms. Okafor:",
            "First",
            "See the law (https://www.example.org/law), https://www.example.org/_a_/b and nothing more code",
            "Count",
            "Of whom",
            "12",
            "people",
            "Deeper",
            "one",
            "two",
            "three",
            "four",
            "A quotation.",
            "as typed",
            "The note.",
            "Survivors",
        ],
    );
}

#[test]
fn a_footnote_of_a_block_is_within_it() {
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "We are", "{{#letterhead}}\nUs[^1]\n{{/letterhead}}\n\n[^1]: The note.\n\nWe are");
    desk.run("check").exit(0);
    desk.run("pdf").exit(65).reports("error[page]: templates/letter.md.hbs").reports("reads otherwise on paper");
    assert!(!desk.has("pdf"));
}

#[test]
fn a_template_of_the_campaigns_own_replaces_the_page_and_is_held_to_its_folder() {
    let desk = Desk::with("two-recipients");
    let built_in = include_str!("../../../src/paper/letter.typ");
    desk.run("pdf").exit(0);
    let first = desk.bytes("pdf/00001-ceo.pdf");
    desk.write("templates/letter.typ", built_in);
    desk.run("pdf").exit(0);
    assert_eq!(desk.bytes("pdf/00001-ceo.pdf"), first);
    desk.write("templates/letter.typ", built_in.replace("size: 11pt", "size: 12pt"));
    desk.run("pdf").exit(0);
    assert_ne!(desk.bytes("pdf/00001-ceo.pdf"), first);
    desk.write("templates/letter.typ", format!("{built_in}\n#letter.nothing\n"));
    let line = built_in.lines().count() + 2;
    desk.run("pdf").exit(65).reports(&format!("error[page]: templates/letter.typ:{line}:"));
    for path in
        ["../signatories.csv", "signatories.csv", "/signatories.csv", "images/../signatories.csv", "@preview/x:1.0.0"]
    {
        desk.write("templates/letter.typ", format!("{built_in}\n#read(\"{path}\")\n"));
        desk.run("pdf").exit(65).reports("error[page]").hides("error[leak]").hides("Satterwhaite");
    }
    assert_ne!(desk.bytes("pdf/00001-ceo.pdf"), first, "the last that was right");
}

#[cfg(unix)]
#[test]
fn an_image_is_not_read_through_a_link_that_leads_out() {
    let desk = Desk::sample();
    std::os::unix::fs::symlink(desk.path("attachments/annex.pdf"), desk.path("images/out.png")).expect("a link");
    desk.write("templates/letter.typ", "#set document(title: \"x\")\n#image(\"images/out.png\", alt: \"x\")\n");
    desk.run("pdf").exit(65).reports("file not found");
}
