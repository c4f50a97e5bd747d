//! The forms in which people write a withheld name, an account or a statement, and what the settings can allow.

use crate::desk::Desk;

const LETTER: &str = "templates/letter.md.hbs";

/// A campaign with this signatory withheld, and this sentence in the letter.
fn desk(columns: &str, row: &str, sentence: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write("signatories.csv", format!("{columns},category,display,consent\n{row},campaigner,withheld,given\n"));
    desk.edit(LETTER, "We are", &format!("{sentence}\n\nWe are"));
    desk
}

#[test]
fn a_name_is_found_in_every_form() {
    for (columns, row, sentence) in [
        ("name,email", "Jolene Satterwhaite,jsatterwhaite@inbox.example", "Ask @jsatterwhaite."),
        ("name,email", "Jolene Satterwhaite,", "We know the Satterwhaites."),
        ("name,email", "Jolene Jones,", "We know the Joneses."),
        ("name,email", "Jolene Satterwhaite,", "Read [more](https://example.org/jolenes-story)."),
        ("name,email", "Jolene Satterwhaite,", "Follow #JolenesStory."),
        ("name,email", "Ann Satterwhaite,", "Follow #JusticeForAnn."),
        ("name,email", "Hope Mba,", "We hear hope mba."),
        ("name,email", "Hope Mba,", "We hear Ms. Mba."),
        ("name,email", "Lady Do,", "We hear Lady Do."),
        ("name,email", "Hope Iv,", "We hear hope iv."),
        ("name,email", "Ada van den Berg,", "We hear Vandenberg."),
        ("name,email", "Hope Price,", "Young and old hear hope\nprice."),
        (
            "name,statement",
            "Hope Price,I was fifteen when he drove me from the town down to the coast.",
            "He drove me from the town down to the coast.",
        ),
    ] {
        desk(columns, row, sentence).run("write").exit(65).reports(&format!("error[leak]: {LETTER}:5:"));
        desk(columns, row, "We write.").run("write").exit(0);
    }
}

#[test]
fn an_allowed_word_can_be_in_a_file_of_its_own() {
    let desk = desk("name,email", "Hope Adeyemi,", "We thank Hope House.");
    desk.edit("campaign.toml", "[privacy]", "[privacy]\nallow_file = \"private/allow.toml\"");
    desk.run("check").exit(78).prints("error[settings-file]: private/allow.toml");
    desk.write("private/allow.toml", "allow = []\n");
    let entry = "add { text = \"hope\", reason = \"…\" } to `allow` in private/allow.toml";
    desk.run("check").exit(65).prints(&format!("error[leak]: {LETTER}:5:10\n")).prints(entry);
    desk.write("private/allow.toml", "allow = [{ text = \"hope\", reason = \"a shelter\" }]\n");
    desk.run("write").exit(0);
    for wrong in [
        "allow = [{ text = \"hope\" }]\n",
        "allow = \"hope\"\n",
        "hope\n",
        "allow = [{ text = \"\", reason = \"x\" }]\n",
    ] {
        desk.write("private/allow.toml", wrong);
        desk.run("check").exit(78).prints("error[settings-file]: private/allow.toml").hides("hope");
    }
}

#[test]
fn the_outbox_has_no_digest_of_the_signatory_list() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    for file in ["outbox/manifest.csv", "outbox/review.html"] {
        assert!(desk.text(file).contains("recipients.csv") && !desk.text(file).contains("signatories.csv"), "{file}");
    }
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.edit("signatories.csv", "Corran Bridge", "Corran Bridges");
    desk.run("approve --by 'Ada Example'").exit(77).reports("signatories.csv has changed");
    std::fs::remove_file(desk.path(".openletter/sources.toml")).expect("it is there");
    desk.run("approve --by 'Ada Example'").exit(77).reports("is not the letter that the campaign produces");
    desk.edit("signatories.csv", "Corran Bridges", "Corran Bridge");
    desk.run("approve --by 'Bo Example'").exit(0);
}
