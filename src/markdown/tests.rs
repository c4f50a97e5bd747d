//! Both parts of a letter, and that no value can change its structure.

mod as_written;
mod pictures;

use super::*;
use crate::diagnostics::place::Place;
use proptest::prelude::*;
use textwrap::core::display_width;

fn parts(source: &str) -> Parts {
    let roll = Parts { text: String::new(), html: String::new() };
    markdown(source, Some(&roll), &NoImages).unwrap_or_else(|faults| panic!("{faults:?}\n{source}"))
}

fn text(source: &str) -> String {
    parts(source).text
}

fn faults(source: &str) -> Vec<(MarkupProblem, u32)> {
    markdown(source, None, &NoImages).expect_err("faults").iter().map(|fault| (fault.kind, fault.line)).collect()
}

/// The visible text of the HTML: without tags, with character references resolved, and a line feed for each `<br>`.
fn seen(html: &str) -> String {
    let mut seen = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        seen.push_str(before);
        let (tag, after) = tag.split_once('>').expect("every tag ends");
        rest = after;
        if tag == "br" {
            rest = rest.strip_prefix('\n').expect("a line end after br");
            seen.push('\n');
        }
    }
    seen.push_str(rest);
    for (reference, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        seen = seen.replace(reference, c);
    }
    seen
}

/// The tags of the HTML in their order, without attributes and without `<br>`.
fn tags(html: &str) -> Vec<String> {
    let names = html.split('<').skip(1).filter_map(|tag| tag.split(['>', ' ']).next());
    names.filter(|name| *name != "br").map(String::from).collect()
}

#[test]
fn the_text_part_is_laid_out_for_reading() {
    let source = "\
# An open letter

Dear Ms. Okafor:

We, the **undersigned**, ask you to take *Entertaining* off your service, for the reasons that we have set out [on our page](https://example.org/reasons?long=yes&longer=yes).
Write to <letters@example.org> or see <https://example.org>.

We ask for

- an answer
- a meeting with
  1. survivors
  2. providers

Our terms
---------

9. Nine, which goes on and on until the line has no more room for it and has to be broken.

   A second paragraph.

10. Ten

> It harms.
>
> It harms us all, and it has harmed us for as long as anybody can remember it at all.

***

    As  typed

Yours,\\
The Desk";
    let expected = "\
An open letter
==============

Dear Ms. Okafor:

We, the *undersigned*, ask you to take _Entertaining_ off your service,
for the reasons that we have set out on our page
<https://example.org/reasons?long=yes&longer=yes>. Write to
letters@example.org or see https://example.org.

We ask for

- an answer
- a meeting with
  1. survivors
  2. providers

Our terms
---------

 9. Nine, which goes on and on until the line has no more room for it
    and has to be broken.

    A second paragraph.

10. Ten

> It harms.
>
> It harms us all, and it has harmed us for as long as anybody can
> remember it at all.

                                 * * *

    As  typed

Yours,
The Desk
";
    assert_eq!(text(source), expected);
}

#[test]
fn the_html_part_has_real_headings_lists_and_links() {
    let html =
        parts("## Terms\n\n- *one*\n- **two**\n\n3. `x < y`\n\n> [us](https://example.org/?a=1&b=2 \"It's us\")").html;
    let shape =
        "h2 /h2 ul li em /em /li li strong /strong /li /ul ol li code /code /li /ol blockquote p a /a /p /blockquote";
    assert_eq!(tags(&html).join(" "), shape);
    assert!(html.contains("<ol start=\"3\" "), "{html}");
    assert!(html.contains("<a href=\"https://example.org/?a=1&amp;b=2\" title=\"It&#39;s us\">us</a>"), "{html}");
    assert!(html.contains(">x &lt; y</code>"), "{html}");
}

#[test]
fn a_list_with_paragraphs_is_loose_in_both_parts() {
    let loose = parts("- a\n\n- b");
    assert_eq!(loose.text, "- a\n\n- b\n");
    assert_eq!(tags(&loose.html), ["ul", "li", "p", "/p", "/li", "li", "p", "/p", "/li", "/ul"]);
    assert_eq!(text("- a\n  > b\n- \n- c"), "- a\n  > b\n-\n- c\n");
}

#[test]
fn a_word_longer_than_the_line_is_not_broken() {
    let address = format!("https://example.org/{}", "a-long-way/".repeat(12));
    assert!(text(&format!("See [the page]({address}) now")).contains(&format!("<{address}>\nnow")));
    let name = "女性の人権を守る会";
    let four = format!("{}\n", name.repeat(4));
    assert_eq!(text(&name.repeat(9)), format!("{four}{four}{name}\n"), "text without spaces is not one long word");
}

#[test]
fn lines_with_a_meaning_in_mail_are_kept() {
    assert_eq!(text("From here on\\\n.hidden\\\n\\-- "), "From here on\n.hidden\n--\n");
    assert_eq!(
        text("\"Quotes\" -- and dashes... ~stay ~as | typed"),
        "\"Quotes\" -- and dashes... ~stay ~as | typed\n"
    );
    assert_eq!(text(""), "\n");
}

#[test]
fn a_link_is_printed_once_if_its_text_is_its_address() {
    assert_eq!(text("[https://example.org/a](https://example.org/a)"), "https://example.org/a\n");
    assert_eq!(text("[desk@example.org](MAILTO:desk@example.org)"), "desk@example.org\n");
    assert_eq!(text("[the desk](mailto:desk@example.org)"), "the desk <desk@example.org>\n");
    let bare = parts("[](https://example.org)");
    assert_eq!((bare.text.as_str(), seen(&bare.html).trim()), ("<https://example.org>\n", "https://example.org"));
}

#[test]
fn unsupported_markup_is_reported_with_its_line() {
    assert_eq!(faults("Dear <b>you</b>,\n\nwe\n<script>\n"), [(MarkupProblem::Html, 1), (MarkupProblem::Html, 4)]);
    assert_eq!(faults("<div>\nstill\n</div>\n\n<!-- note -->"), [(MarkupProblem::Html, 1), (MarkupProblem::Html, 5)]);
    assert_eq!(faults("a\n\n![logo](https://example.org/logo.png)"), [(MarkupProblem::Image(ImageProblem::Remote), 3)]);
    assert_eq!(faults(&format!("{} deep", ">".repeat(100_000))), [(MarkupProblem::Depth, 1)]);
}

#[test]
fn a_link_must_be_http_https_or_mailto() {
    for address in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "/petition",
        "petition",
        "//example.org",
        "#top",
        "",
        "https:",
        "https://",
        "https:example.org",
        "https:///x",
        "mailto:",
        "https://example.org@other.example/",
        "java\u{1}script:x",
    ] {
        assert_eq!(faults(&format!("[a](<{address}>)")), [(MarkupProblem::Link, 1)], "{address:?}");
        assert_eq!(
            faults(&format!("[a]({})", escape_value(address))),
            [(MarkupProblem::Link, 1)],
            "escaped {address:?}"
        );
    }
    for address in
        ["https://example.org", "HTTP://example.org/?q=ü", "mailto:a+b@example.org", "https://[2001:db8::1]/"]
    {
        assert!(
            parts(&format!("[a]({})", escape_value(address))).html.contains(&format!("href=\"{address}\"")),
            "{address}"
        );
    }
    assert!(
        parts(&format!("[a]({})", escape_value(" ht\ntps://example.org\t"))).html.contains("\"https://example.org\"")
    );
}

#[test]
fn a_value_cannot_add_a_query_fragment_or_space_to_an_address() {
    let href = |address: &str, value: &str| {
        let parts = parts(&format!("[a]({address}{})", escape_value(value)));
        assert_eq!(parts.text.matches(['<', '>']).count(), 2, "{}", parts.text);
        parts.html.split('"').find(|part| part.contains(':') && !part.contains(' ')).map(String::from).expect("href")
    };
    assert!(href("https://example.org/?who=", "a+b&admin=1#x y").ends_with("?who=a%2Bb%26admin=1%23x%20y"));
    assert!(href("https://example.org/", "\" onclick=\"x\u{202e}").ends_with("/%22%20onclick=%22x%E2%80%AE"));
    assert_eq!(
        text(&format!("[a](mailto:{})", escape_value("a+b@example.org?bcc=x"))),
        "a <a+b@example.org%3Fbcc=x>\n"
    );
    assert_eq!(
        text(&format!("[a]({})", escape_value("https://example.org/?a=1&b=2"))),
        "a <https://example.org/?a=1&b=2>\n"
    );
}

#[test]
fn the_roll_replaces_its_paragraph_unchanged() {
    let roll =
        Parts { text: format!("{}\n\n\n  Maria R.\n", "x ".repeat(50)), html: "<ul><li>Maria R.</li></ul>\n".into() };
    let letter = markdown(&format!("We sign:\n\n{ROLL_MARK}\n\n- {ROLL_MARK}\n\nEnd"), Some(&roll), &NoImages)
        .expect("no faults");
    assert!(letter.text.starts_with(&format!("We sign:\n\n{}\n- x x", roll.text)), "{}", letter.text);
    assert!(letter.text.ends_with("  Maria R.\n\nEnd\n"), "{}", letter.text);
    assert_eq!(letter.html.matches("<ul><li>Maria R.</li></ul>\n").count(), 2);
}

#[test]
fn the_roll_among_other_text_is_a_fault() {
    let roll = parts("Maria R.");
    for source in
        ["We: @", "@ sign", "*@*", "@ @", "@\n@", "# @", "`@`", "    @", "[a](https://example.org/@)", "*a*@", "@&amp;"]
    {
        let source = format!("x\n\n{}", source.replace('@', ROLL_MARK));
        let faults = markdown(&source, Some(&roll), &NoImages).expect_err(&source);
        assert_eq!(faults.first().map(|fault| fault.kind), Some(MarkupProblem::RollPlace), "{source}");
    }
    assert_eq!(faults(ROLL_MARK), [(MarkupProblem::RollInRoll, 1)]);
    let forged = markdown(&escape_value(ROLL_MARK), Some(&roll), &NoImages).expect("a value cannot mark the roll");
    assert_eq!(forged.text, format!("{ROLL_MARK}\n"));
}

#[test]
fn a_finding_is_placed_at_the_only_possible_line_of_the_template() {
    let template = "Subject: x\n\nDear {{recipient.name}},\n\n{{#if a}}\nsee <b>{{recipient.city}}</b> now\n{{/if}}\n";
    let fault = &markdown(
        &format!("Dear {},\n\nsee <b>{}</b> now", escape_value("Ms. Okafor"), escape_value("Rome")),
        None,
        &NoImages,
    )
    .expect_err("")[0];
    let finding = fault.finding("templates/letter.md.hbs", template);
    assert_eq!(finding.place().cloned(), Some(Place::at("templates/letter.md.hbs", 6, 5)));
    assert_eq!(finding.quote.as_deref(), Some("see <b>{{recipient.city}}</b> now"));

    let elsewhere = fault.finding("templates/letter.md.hbs", "{{> part}}");
    assert_eq!(elsewhere.place().cloned(), Some(Place::file("templates/letter.md.hbs")));
    assert_eq!(elsewhere.quote.as_deref(), Some("see <b>{{…}}</b> now"));
}

#[test]
fn line_ends_in_a_value_are_line_breaks_not_blocks() {
    let parts = parts(&format!("> {} end", escape_value("one\r\n\r\n\r\n# two\n- three\tx ")));
    assert_eq!(parts.text, "> one\n>\n> # two\n> - three x  end\n");
    assert_eq!(tags(&parts.html), ["blockquote", "p", "/p", "/blockquote"]);
}

#[test]
fn the_layout_is_complete_and_loads_nothing() {
    assert_eq!(LAYOUT.matches("{{{").count(), 1);
    for part in ["{{{body}}}", "<title>{{subject}}</title>", "lang=\"{{language}}\"", "charset=\"utf-8\"", "</html>"] {
        assert_eq!(LAYOUT.matches(part).count(), 1, "{part}");
    }
    for remote in ["http:", "https:", "url(", "src=", "<script", "<link", "@import"] {
        assert!(!LAYOUT.contains(remote), "{remote}");
    }
}

/// Templates with a value in every kind of place.
const PLACES: [&str; 24] = [
    "@",
    "a @ b",
    "- @",
    "- x\n\n  @",
    "3. @",
    "# @",
    "*@*",
    "**@**b",
    "[@](https://example.org)",
    "`@`",
    "> @",
    "@\n---",
    "@. x",
    "&@; <@> [@]\n\n[x]: https://example.org",
    "~~@~~",
    "https://example.org/@",
    "https://example.org/?a=_@_x. Next",
    "https://@.example/ and https@://x",
    "@https://example.org/",
    "@://example.org/",
    "| @ | b |\n|---|---|\n| c | d@ |",
    "| a |\n|@-|\n| @ |",
    "a[^1] [^@]\n\n[^1]: @\n[^@]: b",
    "a[^x]\n\n[^x]: - @",
];

proptest! {
    #[test]
    fn escaping_is_reversible(value in any::<String>()) {
        let escaped = escape_value(&value);
        prop_assert_eq!(unescape_value(&escaped), &*value);
        prop_assert!(!escaped.contains(ROLL_MARK));
    }

    #[test]
    fn no_value_changes_the_structure_of_a_letter(
        value in prop_oneof![any::<String>(), "[-a-c0-9#*_`<>&;!:.()\\[\\]{}|~+=\"'\\\\ \t\n]{1,24}", "[「」é😀\u{a0}\u{300}]{1,4}"],
        place in 0..PLACES.len(),
    ) {
        prop_assume!(!value.is_empty(), "an empty cell is an error before Markdown is parsed");
        let template = PLACES[place];
        let plain = parts(&template.replace('@', &escape_value("\u{E000}")));
        let letter = parts(&template.replace('@', &escape_value(&value)));
        let value = value.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(tags(&letter.html), tags(&plain.html));
        prop_assert_eq!(seen(&letter.html), seen(&plain.html).replace('\u{E000}', &value));
        // A line can end within a word: between an emoji and a bracket, say. In a quotation the next one begins with `>`.
        let lines: Vec<&str> = letter.text.lines().map(|line| line.trim_start_matches([' ', '>'])).collect();
        let joined = lines.concat();
        for word in value.split_whitespace() {
            prop_assert!(letter.text.contains(word) || joined.contains(word), "{:?} in {:?}", word, letter.text);
        }
    }

    #[test]
    fn no_source_causes_a_panic_or_untidy_lines(
        source in prop_oneof![any::<String>(), "([-#*>_`0-9.<!&|~:^\\[\\]()\\\\ \t\n]|a|é|word |https://example\\.org|\n\n|    ){0,60}"]
    ) {
        let roll = Parts { text: "Maria R.\n".into(), html: "<p>Maria R.</p>\n".into() };
        let Ok(letter) = markdown(&source.replace('é', ROLL_MARK), Some(&roll), &NoImages) else { return Ok(()) };
        prop_assert!(letter.text.ends_with('\n') && !letter.text.ends_with("\n\n"));
        for line in letter.text.lines() {
            prop_assert_eq!(line.trim_end(), line);
            prop_assert!(display_width(line) <= 72 || !line.trim_start_matches([' ', '>']).contains(' ') || line.starts_with("    "), "{:?}", line);
        }
    }
}
