//! Letters for paper: the blocks that have a place of their own there, and what a program without the feature `pdf` says.

use crate::desk::Desk;

#[cfg(feature = "pdf")]
mod attached;
#[cfg(feature = "pdf")]
mod pages;
#[cfg(feature = "pdf")]
mod published;
#[cfg(feature = "pdf")]
mod signatures;

#[cfg(not(feature = "pdf"))]
#[test]
fn without_the_feature_the_program_says_how_to_get_it() {
    let desk = Desk::with("two-recipients");
    desk.run("pdf").exit(78).reports("built without PDF").reports("--features pdf");
    assert!(!desk.has("pdf"));
    desk.edit("campaign.toml", "[letter]", "[letter]\npdf = true");
    desk.run("write").exit(78).reports("campaign.toml:8:7").reports("built without PDF").reports("--features pdf");
    desk.run("check").exit(78).prints("built without PDF");
    desk.edit("campaign.toml", "pdf = true", "pdf = false\npaper_size = \"us-letter\"");
    desk.run("check").exit(0);
}

#[test]
fn the_blocks_for_paper_are_printed_where_they_are_in_a_message() {
    let desk = Desk::with("two-recipients");
    let letter = desk.text("templates/letter.md.hbs");
    let (subject, body) = letter.split_once("\n\n").expect("a subject");
    desk.write("templates/letter.md.hbs", format!("{subject}\n\nOne.\n\n{{{{recipient.title}}}}\n\n{body}"));
    let plain = desk.run("preview --all --part source").exit(0).out;
    let blocks = "{{#letterhead}}\nOne.\n{{/letterhead}}\n\n{{#address}}\n{{recipient.title}}\n{{/address}}";
    desk.write("templates/letter.md.hbs", format!("{subject}\n\n{blocks}\n\n{body}"));
    assert_eq!(desk.run("preview --all --part source").exit(0).out, plain);
}

#[test]
fn blocks_for_paper_are_refused_where_they_would_be_lost() {
    for (letter, line) in [
        ("{{#if recipient.title}}\n{{#address}}\nHere\n{{/address}}\n{{/if}}", 4),
        ("{{#address}}\nHere\n{{/address}}\n{{#address}}\nThere\n{{/address}}", 6),
        ("{{#letterhead recipient.title}}\nHere\n{{/letterhead}}", 3),
        ("{{#address}}\nHere\n{{else}}\nThere\n{{/address}}", 3),
    ] {
        let desk = Desk::with("two-recipients");
        desk.write(
            "templates/letter.md.hbs",
            format!("Subject: A letter\n\n{letter}\n\n{{{{salutation}}}}\n\n{{{{roll}}}}\n"),
        );
        desk.run("check").exit(65).prints("is not allowed here").prints(&format!("templates/letter.md.hbs:{line}:"));
    }
}

#[test]
fn a_name_that_nobody_cleared_is_found_in_the_template_of_the_page() {
    let desk = Desk::with("two-recipients");
    desk.write("templates/letter.typ", "// A page.\n// Jolene Satterwhaite asked for it.\n");
    desk.run("check").exit(65).prints("error[leak]: templates/letter.typ:2:4").hides("Satterwhaite");
}

#[test]
fn the_paper_is_one_that_the_program_knows() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", "[letter]\npaper_size = \"A4\"");
    desk.run("check").exit(78).prints("campaign.toml:8:14").prints("did you mean \"a4\"?");
}
