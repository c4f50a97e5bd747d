//! Tables, footnotes, struck text, addresses and nested lists, as people write them.

use super::*;

#[test]
fn an_address_is_a_link_and_keeps_every_character() {
    for address in [
        "https://x.example/_next_/page",
        "https://x.example/a_b_c?d=*e*&f=~g",
        "http://x.example/~desk/~a/(b)_(c)",
        "https://x.example/__init__.py#_top_",
        "https://x.example/ü-ñ/日本",
    ] {
        for (before, after) in
            [("", ""), ("see ", "."), ("(", ")"), ("„", "“"), ("- ", ", and"), ("**", "**"), ("*a ", "*, b")]
        {
            let letter = parts(&format!("{before}{address}{after}"));
            assert!(letter.text.contains(address) && !letter.text.contains('<'), "{}", letter.text);
            let link = format!("<a href=\"{0}\">{0}</a>", address.replace('&', "&amp;"));
            assert!(letter.html.contains(&link), "{}", letter.html);
        }
    }
    assert_eq!(
        text("[a](https://x.example/_b_) <https://x.example/_c_> `https://x.example/_d_`\n\n    https://x.example/_e_"),
        "a <https://x.example/_b_> https://x.example/_c_ https://x.example/_d_\n\n    https://x.example/_e_\n"
    );
    assert_eq!(tags(&parts("[https://x.example/a](https://x.example/a)").html), ["p", "a", "/a", "/p"]);
    assert!(parts("_see https://x.example/a_b_").html.contains("<em>see <a href=\"https://x.example/a_b\">"));
    for plain in ["xhttps://x.example/a", "https://", "https:// a", "ftp://x.example/a", "https://a@x.example/"] {
        assert_eq!(tags(&parts(plain).html), ["p", "/p"], "{plain}");
    }
    let id = parts(&format!("https://x.example/{}", escape_value("a b&c")));
    assert!(id.html.contains("<a href=\"https://x.example/a%20b%26c\">https://x.example/a b&amp;c</a>"), "{}", id.html);
    assert_eq!(tags(&parts(&escape_value("https://x.example/")).html), ["p", "/p"]);
}

#[test]
fn a_fault_after_an_address_is_placed_as_written() {
    let fault = &markdown("https://x.example/_a_/_b_ <b>", None, &NoImages).expect_err("HTML")[0];
    assert_eq!(fault.quote(), "https://x.example/_a_/_b_ <b>");
    assert_eq!(
        fault.finding("a.md.hbs", "https://x.example/_a_/_b_ <b>").place().cloned(),
        Some(Place::at("a.md.hbs", 1, 27))
    );
}

#[test]
fn a_printed_link_has_its_mailbox_and_its_www() {
    assert_eq!(text("[us](mailto:desk@example.org?subject=abc&body=d)"), "us <desk@example.org>\n");
    assert_eq!(text("[desk@example.org](mailto:desk@example.org?subject=abc)"), "desk@example.org\n");
    assert_eq!(text("[Share it](mailto:?subject=abc)"), "Share it\n");
    assert_eq!(text("[us](https://www.example.org)"), "us <https://www.example.org>\n");
    assert_eq!(text("[www.example.org](https://www.example.org/)"), "www.example.org\n");
    assert_eq!(text("[example.org](https://www.example.org)"), "example.org <https://www.example.org>\n");
}

#[test]
fn struck_text_is_marked_in_both_parts() {
    let letter = parts("We ask for ~~one *year*~~ two.");
    assert_eq!(letter.text, "We ask for ~~one _year_~~ two.\n");
    assert!(letter.html.contains("<s>one <em>year</em></s>"), "{}", letter.html);
}

#[test]
fn a_table_has_aligned_columns_or_labelled_lines() {
    let narrow =
        parts("| Year | Harmed | Note |\n|---|--:|:-:|\n| 2019 | 7 | *a* |\n| 日本 | 1,204 | b \\| c |\n| | | |\n");
    assert_eq!(narrow.text, "Year  Harmed  Note\n----  ------  -----\n2019       7   _a_\n日本   1,204  b | c\n");
    assert!(narrow.html.contains("<th scope=\"col\" style=\"padding:4px 12px 4px 0;border-bottom:2px solid #999999;text-align:right;vertical-align:top\">Harmed</th>"), "{}", narrow.html);
    assert_eq!(tags(&narrow.html).iter().filter(|tag| *tag == "td").count(), 9);
    let long = "a long answer that goes on and on and on, until it is too wide for the line";
    assert_eq!(
        text(&format!(
            "Before\n\n| Ask: | Answer | |\n|-|-|-|\n| One | {long} | see https://x.example/_a_ |\n| Two | | |\n\nAfter"
        )),
        "Before\n\nAsk: One\nAnswer: a long answer that goes on and on and on, until it is too wide\n  for the line\nsee https://x.example/_a_\n\nAsk: Two\n\nAfter\n"
    );
    assert_eq!(text("|a|b|\n|-|-|"), "a    b\n---  ---\n");
    assert_eq!(faults("|a|b|\n|-|-|\n|c|d|\n|e|f|gone|\n|h|"), [(MarkupProblem::Table, 4)]);
    assert!(parts("|a|b|\n|-|-|\n|c|d|||  \n|e|").text.contains("c    d"));
}

#[test]
fn footnotes_are_numbered_and_printed_before_the_roll() {
    let source = "One[^b], two[^a] and one[^B].\n\n[^a]: The *second*, https://x.example/_a_ .\n\n[^b]: The first\n    goes on.\n\n    And on.\n\nYours";
    let letter = parts(source);
    assert_eq!(
        letter.text,
        "One[1], two[2] and one[1].\n\nYours\n\n[1] The first goes on.\n\n    And on.\n[2] The _second_, https://x.example/_a_ .\n"
    );
    assert!(letter.html.contains("One<sup style=\"font-size:.75em;line-height:0\">1</sup>, two"), "{}", letter.html);
    assert_eq!(letter.html.matches("<li").count(), 2);
    assert!(!letter.html.contains("id=") && !letter.html.contains("href=\"#"));
    let roll = Parts { text: "ROLL\n".into(), html: "<p>ROLL</p>\n".into() };
    let with_roll =
        |source: &str| markdown(&source.replace('@', ROLL_MARK), Some(&roll), &NoImages).expect(source).text;
    assert_eq!(with_roll("A[^1]\n\n[^1]: note\n\n@\n\nEnd"), "A[1]\n\n[1] note\n\nROLL\n\nEnd\n");
    assert_eq!(with_roll("A\n\n@\n\nEnd[^1]\n\n[^1]: note"), "A\n\nROLL\n\nEnd[1]\n\n[1] note\n");
}

#[test]
fn a_footnote_is_never_dropped_in_silence() {
    let faults = |source: &str| -> Vec<_> {
        let roll = Parts { text: String::new(), html: String::new() };
        let faults = markdown(source, Some(&roll), &NoImages).expect_err(source);
        faults.iter().map(|fault| (fault.kind, fault.line)).collect()
    };
    assert_eq!(faults("a\n\nb[^1] `[^2]`\n\n    [^3]"), [(MarkupProblem::NoteUnknown, 3)]);
    assert_eq!(faults("a[^1]\n\n[^1]: x\n[^2]: y"), [(MarkupProblem::NoteUnused, 4)]);
    assert_eq!(faults("a[^1]\n\n[^1]: x\n\n[^1]: y"), [(MarkupProblem::NoteUnused, 5)]);
    assert_eq!(
        super::markdown("a[^1]\n\n[^1]: x", None, &NoImages).expect_err("a roll")[0].kind,
        MarkupProblem::NoteInRoll
    );
    assert_eq!(text("a \\[^1] and [^ ]"), "a [^1] and [^ ]\n");
}

#[test]
fn nested_lists_keep_their_order_and_indentation() {
    let letter = parts("1. one\n   - a\n     1. deep\n   - b\n2. two\n\n- x\n\n  - y\n  - z");
    assert_eq!(letter.text, "1. one\n   - a\n     1. deep\n   - b\n2. two\n\n- x\n\n  - y\n  - z\n");
    assert_eq!(letter.html.matches("margin:.3em 0 0;").count(), 3, "{}", letter.html);
}
