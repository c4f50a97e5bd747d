//! The leak gate through the binary: uncleared text stops the run in every place, before anything is on disk, and is
//! not printed.

use crate::desk::Desk;

/// What of the withheld signatory at signatories.csv:3 nobody may see.
const PRIVATE: [&str; 5] = ["Jolene", "Satterwhaite", "jolene@inbox.example", "Harrow Gate", "Renée"];

const LETTER: &str = "templates/letter.md.hbs";

/// These verbs stop, name the line, tell nothing of it, and leave nothing.
#[track_caller]
fn stopped_with(verbs: &[&str], desk: &Desk) {
    for verb in verbs {
        let ran = desk.run(verb).exit(65);
        let printed = (ran.out + &ran.err).to_lowercase();
        for private in PRIVATE {
            assert!(!printed.contains(&private.to_lowercase()), "{verb} prints {private:?}:\n{printed}");
        }
        let code = if verb.contains("json") { "\"code\": \"leak\"" } else { "error[leak]: " };
        for text in [code, "private data of somebody who is not shown in full"] {
            assert!(printed.contains(text), "{verb} does not print {text}:\n{printed}");
        }
        assert!(!printed.contains("error[leak]: signatories.csv:3"), "{verb} reveals whose it is:\n{printed}");
    }
    desk.holds_no_letters();
}

#[track_caller]
fn stopped(desk: &Desk) {
    stopped_with(&["write"], desk);
}

/// A campaign with this letter.
fn body(body: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "We are", &format!("{body}\n\nWe are"));
    desk
}

#[test]
fn every_verb_that_renders_letters_stops_at_a_leak() {
    let desk = body("We thank Jolene Satterwhaite.");
    stopped_with(&["check", "check --format json", "check --verbose", "write", "rehearse", "send --yes"], &desk);
    stopped_with(&["preview", "preview --all", "preview 2 --part html", "preview --list", "preview --diff 1 2"], &desk);
}

#[test]
fn a_name_in_the_letter_is_found_in_any_spelling() {
    for text in [
        "We thank Jolene Satterwhaite.",
        "We thank JOLENE.",
        "We thank Jolène\nSatterwhaite.",
        "We thank **Jo**lene.",
        "We thank *Jolene*'s friends.",
        "We thank J\u{ad}olene.",
        "We thank Ｊｏｌｅｎｅ.",
        "We thank Satterwhaite, J.",
        "We thank jolene.satterwhaite.",
        "We thank Jol&#101;ne.",
        "[our site](https://example.org/Jolene%20Satterwhaite)",
        "[our site](https://example.org/?by=satterwhaite)",
        "Write to jolene@inbox.example.",
        "Write to JOLENE@INBOX.EXAMPLE",
        "[write](mailto:jolene@inbox.example)",
        "We met at Harrow Gate Refuge.",
        "We met at Harrow  Gate\nRefuge, one evening in the winter of that year, and afterwards went home.",
        "`Jolene`",
        "> Jolene",
        "Jolene² is one of us.",
        "We follow #JusticeForJolene.",
        "[our page](https://example.org/SaveJoleneNow)",
        "[our page](https://satterwhaite2018.example/)",
    ] {
        stopped(&body(text));
    }
}

#[test]
fn half_of_a_name_and_an_account_are_private() {
    for (name, given, family, printed) in [
        ("Jolene Satterwhaite-Quill", "", "", "We thank Ms. Quill."),
        ("Jolene O’Dunmore", "", "O’Dunmore", "We thank Dunmore."),
        ("Renée-Lise Al-Satterwhaite", "Renée-Lise", "", "We thank Lise."),
        ("Jolene Satterwhaite", "", "", "We thank jolene.s84."),
        ("Jolene Satterwhaite", "", "", "We thank [a friend](https://example.org/@Jolene.S84)."),
    ] {
        let desk = body(printed);
        let cells = format!("{name},{given},{family},");
        let list = desk.text("signatories.csv").replace("name,", "name,given_name,family_name,");
        let list = list.replace("Jolene Satterwhaite,", &cells).replace("jolene@", "jolene.s84@");
        desk.write("signatories.csv", list.replace("Ifeoma Nwachinemere,", "Ifeoma Nwachinemere,,,"));
        stopped(&desk);
        desk.edit(LETTER, printed, "We thank Al and O.");
        desk.run("write").exit(0);
    }
}

#[test]
fn the_account_of_a_signatory_named_in_full_is_not_private() {
    let desk = body("Ifeoma, ask ifeoma.nwachinemere!");
    let list = desk.text("signatories.csv").replace("ifeoma@", "ifeoma.nwachinemere@");
    desk.write("signatories.csv", list);
    desk.run("write").exit(0).hides("overlap");
}

#[test]
fn a_name_is_found_in_every_place() {
    let with = |file: &str, from: &str, to: &str| {
        let desk = Desk::with("two-recipients");
        desk.edit(file, from, to);
        stopped(&desk);
    };
    with(LETTER, "Subject: A letter", "Subject: For Jolene, a letter");
    let cc = body("{{list campaign.cc}}");
    stopped(cc.edit("campaign.toml", "return_path", "cc = [\"Friends of Jolene\", \"The Chair\"]\nreturn_path"));
    stopped(body("{{> friends}}").write("templates/friends.md.hbs", "Jolene and others.\n"));
    stopped(body("x").write("templates/roll.txt.hbs", "{{#each signatures}}\n{{name}}, and Jolene\n{{/each}}\n"));
    stopped(body("x").write("templates/roll.html.hbs", "<!-- Jolene was here --><p>Many</p>\n"));
    stopped(body("x").write("templates/layout.html.hbs", "<html data-by=\"Satterwhaite\">{{{body}}}</html>\n"));
    with("signatories.csv", "Corran Bridge\n", "\"Corran Bridge, with Jolene Satterwhaite\"\n");
    with("signatories.csv", ",campaigner,", ",Friends of Jolene,");
    with("campaign.toml", "from = \"Lantern Alliance", "from = \"Jolene at Lantern Alliance");
}

#[test]
fn a_name_in_the_title_is_found_where_the_title_is_printed() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "A letter to two", "The case of Jolene Satterwhaite");
    desk.edit(LETTER, "Subject: A letter", "Subject: {{campaign.title}}: a letter");
    stopped_with(&["check", "check --verbose", "check --format json", "preview", "write"], &desk);
}

#[test]
fn a_name_only_in_the_html_is_found() {
    for html in [
        "<p>Jolene</p>",
        "<p>J&#111;lene</p>",
        "<p>J&#x6f;lene</p>",
        "<p><b>Jo</b>lene</p>",
        "<p title=\"Jolene\">x</p>",
        "<!-- jolene@inbox.example -->",
        "<p>Ｊolene</p>",
        "<a href=\"https://example.org/%4a%6f%6c%65%6e%65\">x</a>",
    ] {
        let desk = Desk::with("two-recipients");
        std::fs::rename(desk.path(LETTER), desk.path("templates/letter.txt.hbs")).expect("renamed");
        desk.write("templates/letter.html.hbs", format!("<html><body>{html}</body></html>\n"));
        stopped(&desk);
    }
}

#[test]
fn a_name_is_found_in_an_encoded_header() {
    let desk = Desk::with("two-recipients");
    desk.edit("signatories.csv", "Jolene Satterwhaite", "Renée Zürcherová")
        .edit("signatories.csv", "jolene@", "renee@");
    for subject in
        ["Für Renée Zürcherová", "Fuer Renee", "日本語 RENÉE 日本語", &format!("{} Zurcherova", "ä".repeat(70))]
    {
        desk.write(LETTER, format!("Subject: {subject}\n\n{{{{salutation}}}}\n\nWe write.\n"));
        stopped(&desk);
    }
}

#[test]
fn a_name_in_another_list_is_found_in_the_letters_it_goes_into() {
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", ",email\n", ",email,note\n")
        .edit("recipients.csv", "ceo@northlight.example\n", "ceo@northlight.example,You know us\n")
        .edit("recipients.csv", "legal@northlight.example\n", "legal@northlight.example,You met Jolene Satterwhaite\n");
    desk.run("check").exit(0);
    desk.edit(LETTER, "We are", "{{recipient.note}}. We are");
    stopped(&desk);
    desk.run("write").exit(65).reports("error[leak]: recipients.csv:3:").reports("this cell contains private data");
}

#[test]
fn a_name_in_an_id_is_in_no_file_name_or_manifest() {
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "legal,", "known-to-jolene,");
    stopped(&desk);
}

#[test]
fn a_quoted_line_shows_no_private_name() {
    for line in [
        "Jolene Satterwhaite {{closnig}}",
        "<b>Jolene</b>",
        "{{#if recipient.x}} jolene@inbox.example",
        "{{Jolene}}",
        "[Satterwhaite](javascript:x)",
        "{{> Jolene}}",
        "{{recipient.honorific}} Jolene",
    ] {
        let desk = body(line);
        for verb in ["check", "check --format json", "preview", "write"] {
            let ran = desk.run(verb).exit(65);
            let printed = ran.out + &ran.err;
            for private in PRIVATE {
                assert!(!printed.contains(private), "{verb} prints {private:?}:\n{printed}");
            }
        }
        desk.holds_no_letters();
    }
}

#[test]
fn a_name_that_is_an_ordinary_word_hides_no_finding() {
    let desk = body("{{closnig}}");
    desk.edit("signatories.csv", "Jolene Satterwhaite", "Address Row").edit("signatories.csv", "jolene@", "a.row@");
    desk.edit("recipients.csv", "legal@northlight.example", "legal");
    desk.run("write")
        .exit(65)
        .reports("the address is not an e-mail address")
        .reports("write one address and nothing else")
        .reports("{{closnig}}");
}

#[test]
fn each_leak_is_reported_once_for_all_letters() {
    let desk = body("We thank Jolene Satterwhaite.");
    let ran = desk.run("write").exit(65);
    let hits = ran.err.lines().filter(|line| line.contains("letter 2")).count();
    assert_eq!(hits, 0, "{}", ran.err);
    assert_eq!(
        ran.err.matches("error[leak]").count(),
        1,
        "the parts of a name and of a letter are one leak: {}",
        ran.err
    );
    ran.reports("error[leak]: templates/letter.md.hbs:5:10\n");
}

#[test]
fn a_leak_in_the_last_letter_keeps_the_old_outbox() {
    let desk = Desk::with("two-recipients");
    let first = desk.written();
    desk.edit("recipients.csv", "General Counsel", "Counsel to Jolene Satterwhaite");
    desk.run("write --force").exit(65).reports("error[leak]: recipients.csv:3:25\n");
    assert_eq!(desk.outbox(), first);
}

#[test]
fn a_recipients_own_name_and_a_shown_name_stop_nothing() {
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "Thandeka,Okafor", "Jolene,Okafor");
    assert_eq!(desk.found(), ["warning[overlap]"]);
    desk.run("write").exit(0).reports("in 1 letter a word of the recipient's own").hides("signatories.csv");
    let desk = Desk::with("two-recipients");
    desk.edit("signatories.csv", "Corran Bridge\n", "Harrow Gate Refuge\n");
    assert_eq!(desk.found(), [""; 0]);
    desk.run("preview").exit(0).prints("Ifeoma Nwachinemere, Harrow Gate Refuge");
}

#[test]
fn a_short_name_inside_a_longer_word_is_not_found() {
    let desk = body("Mareike sails; the annual fee is due; we marvel at Anna-less lands.");
    desk.edit("signatories.csv", "Jolene Satterwhaite", "Mar Ann").edit("signatories.csv", "jolene@", "marann@");
    desk.run("write").exit(0);
    let desk = body("We met Ann there.");
    desk.edit("signatories.csv", "Jolene Satterwhaite", "Mar Ann").edit("signatories.csv", "jolene@", "marann@");
    desk.run("write").exit(65);
}

#[test]
fn an_allowed_text_is_allowed_only_as_a_whole() {
    let desk = body("On Jolene Street we met.");
    stopped(&desk);
    let allow = "[privacy]\nallow = [{ text = \"jolene\", reason = \"a street\" }]";
    desk.edit("campaign.toml", "[privacy]", allow);
    desk.run("write").exit(0).hides("Jolene");
    let desk = body("On Jolene Street we met Satterwhaite.");
    desk.edit("campaign.toml", "[privacy]", allow);
    stopped(&desk);
}

#[test]
fn people_who_do_not_sign_are_as_private_as_withheld_ones() {
    for consent in ["pending", "refused", "withdrawn", ""] {
        let desk = body("We thank Jolene.");
        desk.edit("signatories.csv", "survivor,withheld,given", &format!("campaigner,full,{consent}"));
        stopped(&desk);
    }
}

#[test]
fn everything_that_a_display_does_not_show_is_private() {
    for (display, private, public) in [
        ("initials", "Jolene", "J. S."),
        ("given-initial", "Satterwhaite", "Jolene S."),
        ("full", "jolene@inbox.example", "Jolene Satterwhaite"),
    ] {
        let desk = Desk::with("two-recipients");
        desk.edit("signatories.csv", "survivor,withheld", &format!("campaigner,{display}"));
        let shown = desk.run("preview").exit(0).prints(public).out;
        assert!(!shown.contains(private), "{display}: {shown}");
        desk.edit(LETTER, "We are", &format!("{private}: we are"));
        desk.run("write").exit(65).reports(&format!("error[leak]: {LETTER}:5:1\n")).hides(private);
        desk.holds_no_letters();
    }
}

#[test]
fn a_private_name_cannot_approve() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    for by in ["Jolene Satterwhaite", "SATTERWHAITE, Jolene", "JOLENE  SATTERWHAITE (desk)", "jolene@inbox.example"] {
        let ran = desk.run(&format!("approve --by '{by}'")).exit(65);
        let ran = ran.reports("the approver's name is private data").hides("olene").hides("SATTER");
        assert_eq!(ran.err.matches("error[leak]").count(), 1, "{}", ran.err);
    }
    assert!(!desk.has("outbox/approval.toml"));
    for by in ["Ifeoma Nwachinemere", "Jolene Example", "Ada Satterwhaite"] {
        desk.run(&format!("approve --by '{by}'")).exit(0).prints(&format!("approved by {by}"));
    }
}

#[test]
fn no_file_in_the_manifest_has_a_private_name() {
    let desk = body("{{> jolene}}");
    desk.write("templates/jolene.md.hbs", "Hello.\n");
    let ran = desk.run("write").exit(65).reports("the name of a template's or list's file contains private data");
    ran.hides("olene");
    desk.holds_no_letters();
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[signatories]", "[signatories]\nfile = \"lists/satterwhaite 2018.csv\"");
    let list = desk.text("signatories.csv");
    desk.write("lists/satterwhaite 2018.csv", list);
    desk.run("write").exit(65).reports("the name of a template's or list's file contains");
    desk.holds_no_letters();
    for name in ["friends.jolene-satterwhaite", "friends.Jolene.it", "v2.satterwhaite.pt-br"] {
        let desk = body("x");
        desk.write(&format!("templates/{name}.md.hbs"), "Hello.\n");
        let ran = desk.run("write").exit(65).hides("olene").hides("satterwhaite");
        ran.reports("the name of a template's or list's file contains");
        desk.holds_no_letters();
    }
    // The ending and the language are not names.
    let desk = Desk::with("two-recipients");
    desk.edit("signatories.csv", "Jolene Satterwhaite", "Md Hbs").edit("signatories.csv", "jolene@", "x@");
    desk.run("write").exit(0);
}

#[test]
fn findings_about_settings_do_not_quote_private_texts() {
    for (from, to) in [
        ("title = \"A letter to two\"", "title = \"For Jolene Satterwhaite"),
        ("title = \"A letter to two\"", "titel = \"For Jolene Satterwhaite\""),
        ("title = \"A letter to two\"", "title = [\"For Jolene Satterwhaite\"]"),
        ("title = \"A letter to two\"\n", "title = \"For Jolene\" organisation = \"Satterwhaite\"\n"),
        ("from = \"Lantern Alliance", "from = \"Jolene Satterwhaite <jolene@inbox.example> Alliance"),
        ("[letter]", "[letter]\ncc = [\n  \"Jolene Satterwhaite\",\n  7,\n]"),
        ("[letter]", "Jolene Satterwhaite\n[letter]"),
        ("id = \"two-recipients\"", "date = 7 # see Jolene Satterwhaite"),
    ] {
        let desk = Desk::with("two-recipients");
        desk.edit("campaign.toml", from, to);
        for verb in ["check", "write", "status"] {
            let ran = desk.run(verb).exit(78);
            assert!((ran.out.clone() + &ran.err).contains("error[settings-"), "{to}: {}", ran.err);
            ran.hides("Jolene").hides("Satterwhaite").hides("jolene");
        }
    }
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-13-11");
    desk.run("check").exit(78);
    desk.edit("campaign.toml", "date = 2018-13-11", "mode = \"jont\"");
    desk.run("check").exit(78).prints("mode = \"jont\"");
}

#[test]
fn a_template_is_not_quoted_while_private_names_are_unknown() {
    let desk = body("Jolene Satterwhaite {{closnig}}");
    desk.edit("signatories.csv", "survivor,withheld", "survivor,withheld,");
    for verb in ["check", "check --format json", "preview", "write"] {
        let ran = desk.run(verb).exit(65);
        assert!((ran.out.clone() + &ran.err).contains("row-length"), "{verb}");
        ran.hides("Jolene").hides("Satterwhaite");
    }
}

#[test]
fn a_finding_quotes_a_word_of_the_dictionary_only_as_the_dictionary_writes_it() {
    for (family, quoted) in [("Angstrom", "\"angstrom\""), ("Ångström", "\"…\"")] {
        let desk = body(&format!("{family} told us."));
        desk.edit("signatories.csv", "Satterwhaite", family);
        let ran = desk.run("write").exit(65).reports(&format!("add {{ text = {quoted}, reason"));
        assert_eq!(ran.err.contains("angstrom"), family == "Angstrom", "{}", ran.err);
    }
}
