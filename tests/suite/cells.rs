//! A cell of a list is data: it never becomes markup, a template or a header, whatever it contains and wherever it is
//! printed.

use crate::desk::Desk;
use mail_parser::{Message, MessageParser};

/// What a hostile list could hold, on one line.
const HOSTILE: &[&str] = &[
    "{{salutation}}",
    "{{{closing}}}",
    "{{> letter}}",
    "{{#each signatures}}",
    "\\{{x}}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title></head>",
    "&lt;b&gt; &amp; &#x1F600;",
    "=?utf-8?q?Bcc=3A_x?=",
    "a =?utf-8?b?QmNjOiB4?= b",
    "*a* **b** _c_ ~~d~~ `e`",
    "[x](javascript:1)",
    "![x](https://example.org/x.png)",
    "<https://example.org>",
    "https://example.org/?a=b&c=d",
    "# heading",
    "1. one",
    "- - -",
    "> quoted",
    "a\\",
    "\\*b\\*",
    "x | y",
    "Bcc: everybody@northlight.example",
    ".",
    "From here on",
    "--=_boundary--",
    "%s %n =41=0A",
    "\"quoted\", (comment) <a@b.example>; group:",
    "$HOME `id`",
    "naïve “quotes” 中文 हिन्दी",
];

/// A campaign that prints `recipient.cell` everywhere: in the address, the subject, the text and the HTML, by itself and
/// between words. It has a recipient for each cell.
fn desk(cells: &[&str]) -> Desk {
    let desk = Desk::with("two-recipients");
    let mut list = String::from("id,name,email,cell\n");
    for (row, cell) in cells.iter().enumerate() {
        let name = name(cell).replace('"', "\"\"");
        let cell = cell.replace('"', "\"\"");
        list += &format!("{row},\"{name}\",office-{row}@northlight.example,\"{cell}\"\n");
    }
    desk.write("recipients.csv", list);
    desk.write(
        "templates/letter.md.hbs",
        "Subject: On {{recipient.cell}} again\n\nDear {{recipient.cell}},\n\n{{recipient.cell}}\n\nx{{recipient.cell}}x\n",
    );
    desk
}

/// The cell as a name, or a name where it holds an address or no letters, which no name can.
fn name(cell: &str) -> &str {
    let is_refused = cell.contains("://") || cell.contains('@') || cell.contains("&lt;");
    if is_refused || !cell.contains(char::is_alphanumeric) { "Ada Okafor" } else { cell }
}

/// The letter to each of these cells.
#[track_caller]
fn letters(cells: &[&str]) -> Vec<Vec<u8>> {
    let desk = desk(cells);
    desk.run("write").exit(0);
    desk.octets()
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).expect("a message")
}

/// The words of an HTML text, its tags dropped and the five entities of XML resolved: a reader of this test's own.
fn shown(html: &str) -> String {
    let body = html.split_once("<body").expect("a body").1;
    let texts: Vec<&str> = body.split('<').filter_map(|piece| Some(piece.split_once('>')?.1)).collect();
    let text = texts.concat();
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x60;", "`"),
        ("&#x3D;", "="),
        ("&amp;", "&"),
    ];
    entities.iter().fold(text, |text, (entity, c)| text.replace(entity, c))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_cell_is_printed_unchanged_in_subject_text_and_html() {
    for (cell, bytes) in HOSTILE.iter().zip(letters(HOSTILE)) {
        let letter = parsed(&bytes);
        let cell = words(cell);
        assert_eq!(letter.subject(), Some(&*format!("On {cell} again")), "the subject");
        let expected = format!("Dear {cell}, {cell} x{cell}x");
        assert_eq!(words(&letter.body_text(0).expect("text")), expected, "the text");
        let html = letter.body_html(0).expect("HTML");
        assert_eq!(words(&shown(&html)), expected, "the HTML");
    }
}

#[test]
fn a_cell_adds_no_header_no_part_and_no_element() {
    let tags = |html: &str| html.matches('<').count();
    let plain = letters(&["Ada"]).remove(0);
    let plain = parsed(&plain);
    for ((row, cell), bytes) in HOSTILE.iter().enumerate().zip(letters(HOSTILE)) {
        let letter = parsed(&bytes);
        let names =
            |letter: &Message| letter.headers().iter().map(|header| header.name().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&letter), names(&plain), "{cell}");
        assert_eq!(letter.parts.len(), plain.parts.len(), "{cell}");
        let to = letter.to().and_then(|to| to.as_list()).expect("a list");
        assert_eq!(to.len(), 1, "{cell}");
        assert_eq!(to[0].address(), Some(&*format!("office-{row}@northlight.example")), "{cell}");
        assert_eq!(to[0].name(), Some(&*words(name(cell))), "{cell}");
        let (html, quiet) = (letter.body_html(0).expect("HTML"), plain.body_html(0).expect("HTML"));
        assert_eq!(tags(&html), tags(&quiet), "{cell}: {html}");
    }
}

#[test]
fn line_breaks_cannot_reach_a_header() {
    for cell in ["x\r\nBcc: y", "x\nBcc: y", "x\rBcc: y", "x\u{2028}Bcc: y", "x\u{85}Bcc: y", "x\u{b}Bcc: y"] {
        let desk = desk(&[]);
        desk.write("recipients.csv", format!("id,email,cell,name\nceo,ceo@northlight.example,\"{cell}\",Ada\n"));
        desk.refused(&["error[cell-text]: recipients.csv:2:30"]);
    }
}

#[test]
fn cells_of_signatories_are_data_too() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
    desk.write(
        "signatories.csv",
        "name,role,display,consent,statement,statement_consent\n\
         {{closing}} <b>Ada</b> *x*,[r](javascript:1),full,given,\"# Not a heading\n- {{roll}}\n<script>\",yes\n",
    );
    desk.edit("templates/letter.md.hbs", "{{roll}}", "{{#each signatures}}\n> {{statement}}\n{{/each}}\n\n{{roll}}");
    desk.run("write").exit(0);
    let bytes = desk.octets().remove(0);
    let letter = parsed(&bytes);
    let text = letter.body_text(0).expect("text");
    assert!(text.contains("{{closing}} <b>Ada</b> *x*, [r](javascript:1)"), "{text}");
    assert!(words(&text).contains("# Not a heading"), "{text}");
    let html = letter.body_html(0).expect("HTML");
    assert!(!html.contains("<b>Ada") && !html.contains("<script") && !html.contains("href=\"javascript"), "{html}");
    assert!(shown(&html).contains("{{closing}} <b>Ada</b> *x*"), "{html}");
    assert!(words(&shown(&html)).contains("- {{roll}} <script>"), "{html}");
}

#[test]
fn a_formula_is_escaped_in_every_csv() {
    let desk = desk(&["=HYPERLINK(\"https://example.org\")"]);
    desk.edit("recipients.csv", "0,", "=ceo,");
    let rows = desk.run("preview --list --format csv").exit(0).csv();
    assert_eq!(rows[1][1], "'=ceo");
    desk.run("write").exit(0);
    assert_eq!(desk.run("status --format csv").exit(0).csv()[1][1], "'=ceo");
    assert!(desk.text("outbox/manifest.csv").contains(",'=ceo,"));
    desk.run("preview =ceo").exit(0);
}
