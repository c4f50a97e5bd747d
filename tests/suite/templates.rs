//! Templates: every name in a template is checked before anything is rendered, and each mistake is reported with its
//! line, the quoted line and the nearest name.

use crate::desk::Desk;

const LETTER: &str = "templates/letter.md.hbs";

/// A campaign with this letter.
fn body(body: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write(LETTER, format!("Subject: A letter\n\n{body}\n"));
    desk
}

/// The text of the first letter.
#[track_caller]
fn text(desk: &Desk) -> String {
    let shown = desk.run("preview").exit(0).out;
    shown.rsplit_once("────\n\n").expect("a rule").1.trim_end().to_owned()
}

#[test]
fn a_typo_is_found_also_in_a_branch_that_is_never_rendered() {
    body("{{#if recipient.nobody_has_this}}\nDear {{recipient.given_nmae}},\n{{else}}\n{{salutaton}}\n{{/if}}")
        .refused(&[
            "error[name-unknown]: templates/letter.md.hbs:3:7",
            "error[name-unknown]: templates/letter.md.hbs:4:8",
            "error[name-unknown]: templates/letter.md.hbs:6:3",
        ])
        .reports("     4 | Dear {{recipient.given_nmae}},\n       |        ^\n")
        .reports("did you mean \"recipient.given_name\"?")
        .reports("did you mean \"salutation\"?");
}

#[test]
fn unknown_helpers_and_partials_are_refused_with_the_nearest() {
    let desk = body("{{wrods count.total}}\n\n{{> adress}}\n\n{{upper}}\n\n{{words recipient.title}}");
    desk.write("templates/address.md.hbs", "{{recipient.title}}");
    desk.refused(&[
        "error[helper-unknown]: templates/letter.md.hbs:3:3",
        "error[partial-unknown]: templates/letter.md.hbs:5:5",
        "error[helper-unknown]: templates/letter.md.hbs:7:1",
        "error[name-kind]: templates/letter.md.hbs:9:9",
    ])
    .reports("did you mean \"words\"?")
    .reports("did you mean \"address\"?");
}

#[test]
fn partials_cannot_include_themselves() {
    let desk = body("{{> one}}");
    desk.write("templates/one.md.hbs", "One\n\n{{> two}}").write("templates/two.md.hbs", "Two {{> one}}");
    desk.refused(&["error[partial-circle]: templates/two.md.hbs:1:9"]).reports("(one → two → one)");
}

#[test]
fn nothing_is_printed_without_escaping() {
    body("{{{recipient.title}}}\n\n{{&recipient.title}}")
        .refused(&["error[template-syntax]: templates/letter.md.hbs:3:1"])
        .reports("\n  lines 3, 5\n");
}

#[test]
fn a_letter_without_a_subject_is_refused() {
    let desk = Desk::with("two-recipients");
    desk.write(LETTER, "{{salutation}}\n\nWe write.\n");
    desk.refused(&["error[template-header]: templates/letter.md.hbs:1:1"])
        .reports("start the file with \"Subject: …\"");
    desk.write(LETTER, "Subjct: A letter\nBcc: everybody@northlight.example\n\nWe write.\n");
    desk.refused(&[
        "error[template-header]: templates/letter.md.hbs:1:1",
        "error[template-header]: templates/letter.md.hbs:2:1",
    ])
    .reports("did you mean \"Subject:\"?");
    desk.write(LETTER, "Subject:\n\nWe write.\n");
    desk.refused(&["error[template-header]: templates/letter.md.hbs:1:1"]);
}

#[test]
fn printing_an_empty_cell_is_an_error() {
    let desk = body("{{salutation}}\n\n{{recipient.honorific}} {{recipient.family_name}}");
    desk.refused(&["error[cell-empty]: templates/letter.md.hbs:5:1"])
        .reports("\"recipient.honorific\" is empty here, and would be printed");
    for way in
        ["Dear {{#if recipient.honorific}}{{recipient.honorific}}{{/if}}", "{{default recipient.honorific \"Dear\"}}"]
    {
        body(way).run("check").exit(0);
    }
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "{{recipient.title}}", "{{recipient.honorific}}");
    desk.refused(&["error[cell-empty]: templates/letter.md.hbs:1:22"]);
}

#[test]
fn unsupported_markup_is_refused() {
    for (markup, column, what) in [
        ("<b>Stop</b> it.", 1, "HTML is not allowed in a Markdown letter"),
        ("<script>alert(1)</script>", 1, "HTML is not allowed in a Markdown letter"),
        ("é [Read](javascript:alert%281%29)", 3, "a link is not a complete http, https or mailto address"),
        ("[Read](data:text/html,x)", 1, "a link is not a complete http, https or mailto address"),
        ("as reported[^1]", 12, "a footnote's text is missing"),
        ("Signed: {{roll}}", 9, "{{roll}} is not a paragraph of its own"),
    ] {
        let desk = body(&format!("We write.\n\n{markup}"));
        desk.refused(&[&format!("error[body-markup]: templates/letter.md.hbs:5:{column}")]).reports(what);
    }
    body("We write.\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |")
        .refused(&["error[body-markup]: templates/letter.md.hbs:7:1"])
        .reports("a row of a table has more cells than its first row");
}

#[test]
fn tables_footnotes_and_addresses_are_printed_as_written() {
    let desk = body(
        "| Sent to | Year |\n|---|--:|\n| {{recipient.title}} | 2018 |\n\n\
         ~~Soon~~ Now, see[^1] https://x.example/_next_/page_ or [us](mailto:desk@example.org?subject=abc).\n\n\
         {{roll}}\n\n[^1]: For {{recipient.family_name}}.",
    );
    desk.edit("recipients.csv", "Okafor", "| [^1] ~~a~~");
    let shown = desk.run("preview 1").exit(0).out;
    let text = shown.rsplit_once("────\n\n").expect("a rule").1;
    let (before, after) = text.split_once("\n\n[1] For | [^1] ~~a~~.\n\n").expect(text);
    assert!(after.contains("Ifeoma"), "the roll is after the notes: {text}");
    let expected = "\
Sent to                  Year
-----------------------  ----
Chief Executive Officer  2018

~~Soon~~ Now, see[1] https://x.example/_next_/page_ or us
<desk@example.org>.";
    assert_eq!(before, expected);
}

#[test]
fn short_lines_that_are_printed_as_one_are_warned_of() {
    let desk = body("We write.\n\nAnna Berg\nDirector");
    desk.run("check").exit(0).prints("warning[lines-together]: templates/letter.md.hbs:5:1");
    assert!(text(&desk).contains("\n\nAnna Berg Director"));
    assert!(!body("We write.\n\nAnna Berg\\\nDirector").run("check").exit(0).out.contains("lines-together"));
}

#[test]
fn an_unclosed_block_is_reported_where_it_was_opened() {
    body("{{#if recipient.title}}\n\nWe write.").refused(&["error[template-syntax]: templates/letter.md.hbs:3:1"]);
    body("{{#each signatures}}\n{{/if}}").refused(&["error[template-syntax]: templates/letter.md.hbs:4:1"]);
}

#[test]
fn lists_cannot_be_printed_and_texts_cannot_be_looped_over() {
    body("{{signatures}}\n\n{{#each recipient.title}}{{this}}{{/each}}")
        .refused(&["error[name-kind]: templates/letter.md.hbs:3:3", "error[name-kind]: templates/letter.md.hbs:5:9"]);
}

#[test]
fn a_letter_can_have_separate_text_and_html_templates() {
    let desk = body("");
    std::fs::remove_file(desk.path(LETTER)).expect("removed");
    desk.write("templates/letter.txt.hbs", "Subject: A letter\n\n{{salutation}}\n\n<no markup> & *none*\n\n{{roll}}\n");
    desk.run("preview").exit(0).prints("<no markup> & *none*").prints("Ifeoma Nwachinemere, Corran Bridge");
    desk.run("preview --part html").exit(64).reports("letter 1 has no HTML part");
    assert!(!desk.run("preview --part source").exit(0).out.contains("multipart"));
    desk.write(
        "templates/letter.html.hbs",
        "<!DOCTYPE html>\n<p>{{salutation}}</p>\n<b>{{words count.total}}</b>\n{{roll}}\n",
    );
    let html = desk.run("preview --part html").exit(0).prints("<b>two</b>").prints(">Ifeoma Nwachinemere<").out;
    assert!(html.starts_with("<!DOCTYPE html>"), "the layout is for Markdown alone");
    desk.run("preview").exit(0).prints("<no markup> & *none*");
    desk.write("templates/letter.html.hbs", "<p>{{salutaton}}</p>");
    desk.refused(&["error[name-unknown]: templates/letter.html.hbs:1:6"]);
}

#[test]
fn two_templates_for_one_letter_are_refused() {
    let desk = body("We write.");
    desk.write("templates/letter.txt.hbs", "Subject: A letter\n\nWe write.\n");
    desk.refused(&["error[template-file]: templates/letter.txt.hbs"]).reports("delete one of them");
    std::fs::remove_file(desk.path("templates/letter.txt.hbs")).expect("removed");
    desk.edit("campaign.toml", "[letter]", "[letter]\ntemplate = \"lettre\"");
    desk.refused(&["error[template-file]: templates/lettre.md.hbs"]).reports("did you mean template = \"letter\"?");
}

#[test]
fn the_campaigns_own_roll_and_layout_are_used() {
    let desk = body("{{salutation}}\n\n{{roll}}");
    desk.write("templates/roll.txt.hbs", "{{#each signatures}}\n~ {{upper name}}\n{{/each}}\n");
    desk.write("templates/roll.html.hbs", "<ol>{{#each signatures}}<li>{{name}}</li>{{/each}}</ol>\n");
    desk.write("templates/layout.html.hbs", "<html><title>{{subject}}</title><main>{{{body}}}</main></html>\n");
    assert_eq!(text(&desk), "Dear Ms. Okafor:\n\n~ IFEOMA NWACHINEMERE");
    let html = desk.run("preview --part html").exit(0).prints("<ol><li>Ifeoma Nwachinemere</li></ol>").out;
    assert!(html.starts_with("<html><title>A letter</title><main>"), "{html}");
    desk.write("templates/roll.md.hbs", "{{#each groups}}\n1. **{{heading}}**: {{count}}\n{{/each}}\n");
    assert_eq!(text(&desk), "Dear Ms. Okafor:\n\n1. *Campaigners*: 1\n2. *Survivors*: 1");
    desk.write("templates/layout.html.hbs", "<html>{{subject}}</html>\n");
    desk.refused(&["error[template-syntax]: templates/layout.html.hbs"])
        .reports("add {{{body}}} where the letter goes");
}

#[test]
fn a_partial_cannot_leave_the_templates() {
    let desk = body("{{> ../campaign}}");
    assert!(desk.found()[0].contains("templates/letter.md.hbs:3"));
    desk.run("write").exit(65);
    #[cfg(unix)]
    {
        let desk = body("{{> passwords}}");
        desk.write("passwords", "open sesame");
        std::os::unix::fs::symlink(desk.path("passwords"), desk.path("templates/passwords.md.hbs")).expect("linked");
        desk.refused(&["error[template-file]: templates/passwords.md.hbs"])
            .reports("a link out of templates/")
            .hides("sesame");
    }
}

#[test]
fn numbers_in_words_lists_and_dates_are_typeset() {
    let desk = body(
        "{{words count.total}} and {{plural count.by.survivor \"survivor\"}}\n\n{{list campaign.cc}}\n\n{{date campaign.date}}\n\n{{upper closing}}",
    );
    desk.edit("campaign.toml", "return_path", "cc = [\"The Chair\", \"The Council\", \"The Press\"]\nreturn_path");
    assert_eq!(
        text(&desk),
        "two and 1 survivor\n\nThe Chair, The Council and The Press\n\nJanuary 11, 2018\n\nSINCERELY,"
    );
}

#[test]
fn a_letter_above_the_size_limit_is_refused() {
    let loops = ["{{#each @root.signatures}}"; 4].concat() + "x" + &["{{/each}}"; 4].concat();
    body(&loops).refused(&["error[output-limit]: templates/letter.md.hbs:3:79"]);
}
