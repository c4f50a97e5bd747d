//! Finds a private string wherever it can hide in a letter.

use super::carrier::{base64, encoded_words, percent, quoted, references, with_part};
use super::*;

const NAME: &str = "Renée O’Brien-Søndergård";
/// The same name in another spelling.
const LIKE: &str = "RENEE  o'brien\r\n søndergard";

fn gate() -> Gate {
    names(&[NAME])
}

#[test]
fn a_text_part_is_searched_in_every_transfer_encoding() {
    for (encoding, body) in [
        ("8bit", format!("We, {LIKE}, ask")),
        ("quoted-printable", format!("We, {}, ask", quoted(NAME.as_bytes(), 5))),
        ("base64", base64(format!("We, {NAME}, ask").as_bytes())),
    ] {
        let head = format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n");
        assert_eq!(places(&gate(), &letter(&head, &body)), [Location::TextPart], "{encoding}");
    }
}

#[test]
fn a_soft_line_break_of_quoted_printable_splits_no_word() {
    let head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n";
    let body =
        "signed Ren=C3=A9e O=E2=80=\r\n=99Bri=\r\nen-S=C3=\r\n=B8ndergaard, Ren=C3=A9e O'Brien S=C3=B8nderg=C3=A5rd";
    assert_eq!(places(&gate(), &letter(head, body)), [Location::TextPart]);
    assert_eq!(places(&names(&["Ren", "Bri", "Erg"]), &letter(head, body)), []);
}

#[test]
fn a_text_is_read_in_the_charset_it_names() {
    let gate = names(&["Renée Dvořák", "山田太郎"]);
    for (charset, bytes) in [
        ("iso-8859-2", &b"Ren\xe9e Dvo\xf8\xe1k"[..]),
        ("windows-1250", b"Ren\xe9e Dvo\xf8\xe1k"),
        ("shift_jis", b"\x8e\x52\x93\x63\x91\xbe\x98\x59"),
        ("utf-16le", b"\x71\x5c\x30\x75\x2a\x59\xce\x90"),
        ("iso-2022-jp", b"\x1b$B;3EDB@O:\x1b(B"),
    ] {
        let head = format!("Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n");
        let searched = gate.search_letter(&letter(&head, &base64(bytes)), Scope::default());
        assert_eq!(searched.leaks.len(), 1, "{charset}");
        assert_eq!(searched.unsearched, [], "{charset}");
    }
}

#[test]
fn a_text_in_no_or_an_unknown_charset_is_searched_and_reported() {
    for charset in ["", "; charset=x-none", "; charset=utf-8"] {
        let head = format!("Content-Type: text/plain{charset}\r\nContent-Transfer-Encoding: base64\r\n");
        let searched =
            names(&["Renée Lima"]).search_letter(&letter(&head, &base64(b"Ren\xe9e Lima")), Scope::default());
        assert_eq!(searched.unsearched, [Location::TextPart], "{charset}");
        assert_eq!(searched.leaks.len(), 1, "{charset}");
    }
}

#[test]
fn headers_are_searched_decoded_and_unfolded() {
    let subject = [Location::Header(Some("Subject"))];
    for value in [LIKE.to_owned(), encoded_words(NAME, 'Q'), encoded_words(NAME, 'B'), format!("a ({NAME}) b")] {
        assert_eq!(places(&gate(), &letter(&format!("Subject: {value}\r\n"), "")), subject, "{value}");
    }
    for (line, header) in [
        (format!("Cc: \"{}\" <a@letters.example>", encoded_words(NAME, 'Q')), Some("Cc")),
        (
            format!("Message-ID: <{}@letters.example>", LIKE.split_whitespace().collect::<Vec<_>>().join(".")),
            Some("Message-ID"),
        ),
        (format!("X-Letter: {}", encoded_words(NAME, 'B')), None),
    ] {
        assert_eq!(places(&gate(), &letter(&format!("{line}\r\n"), "")), [Location::Header(header)], "{line}");
    }
}

#[test]
fn encoded_words_are_read_in_any_charset_and_anywhere() {
    let gate = names(&["山田太郎", "Marianne Lima"]);
    for word in [
        "=?shift_jis?B?jlKTY5G+mFk=?=",
        "=?iso-2022-jp?B?GyRCOzNFREJATzobKEI=?=",
        "=?utf-8?q?Marian?=\r\n =?utf-8?B?bmU=?= Lima",
    ] {
        assert_eq!(places(&gate, &letter(&format!("Subject: {word}\r\n"), "")).len(), 1, "{word}");
        let header = format!("X-Letter: by {word}\r\n");
        assert_eq!(places(&gate, &letter(&header, "")).len(), 1, "{header}");
    }
}

#[test]
fn a_header_that_cannot_be_decoded_is_reported() {
    let searched = gate().search_letter(&letter("Subject: =?x-none?B?/////w==?=\r\n", ""), Scope::default());
    assert_eq!(searched.unsearched, [Location::Header(Some("Subject"))]);
}

#[test]
fn a_custom_header_is_not_named_in_the_message() {
    let searched = names(&["Wilhelmina"]).search_letter(&letter("X-Wilhelmina: yes\r\n", ""), Scope::default());
    assert_eq!(searched.leaks.len(), 1);
    let finding = searched.leaks[0].finding("letter 1", None);
    assert!(!format!("{searched:?}{finding:?}").contains("ilhelmina"));
}

#[test]
fn addresses_are_found_everywhere() {
    let gate = Gate::new([private(7, PrivateKind::Address, "Ana.Lima@Bücher.example")], [], &[]);
    for line in [
        "Reply-To: <ana.lima@bücher.example>",
        "Reply-To: Ana <ana.lima@xn--bcher-kva.example>",
        "Message-ID: <ANA.LIMA@XN--BCHER-KVA.EXAMPLE>",
        "List-Unsubscribe: <mailto:x@letters.example?bcc=ana.lima%40b%C3%BCcher.example>",
    ] {
        assert_eq!(places(&gate, &letter(&format!("{line}\r\n"), "")).len(), 1, "{line}");
    }
    let both = "ana.lima@bücher.example, ana.lima@xn--bcher-kva.example";
    assert_eq!(places(&gate, &text_letter(both)), [Location::TextPart]);
    let wire = Gate::new([private(7, PrivateKind::Address, "x@xn--bcher-kva.example")], [], &[]);
    assert_eq!(places(&wire, &text_letter("x@bücher.example")), [Location::TextPart]);
    assert_eq!(places(&gate, &text_letter("mariana.lima@bücher.example")), []);
}

#[test]
fn file_names_and_other_parameters_are_searched_decoded() {
    let encoded = percent(NAME);
    let (first, second) = encoded.split_at(encoded.find("Brien").unwrap_or(0));
    for parameter in [
        format!("filename*=utf-8''{encoded}.pdf"),
        format!("filename*0*=utf-8''{first};\r\n filename*1*={second}"),
        format!("filename=\"{}\"", encoded_words(NAME, 'Q')),
        format!("filename=\"{NAME}.pdf\""),
    ] {
        let head = format!("Content-Type: application/pdf\r\nContent-Disposition: attachment; {parameter}\r\n");
        let searched = gate().search_letter(&with_part(&head, "%PDF"), Scope::default());
        let place = Location::Header(Some("Content-Disposition"));
        assert_eq!(searched.leaks.iter().map(|hit| hit.location).collect::<Vec<_>>(), [place], "{parameter}");
        assert_eq!(searched.unsearched, [Location::Attachment(1)]);
    }
}

#[test]
fn a_text_that_is_malformed_in_its_charset_is_reported() {
    let bytes = letter("Content-Type: text/plain; charset=shift_jis\r\n", "Ana Lima \u{a0}");
    let searched = names(&["Ana Lima"]).search_letter(&bytes, Scope::default());
    assert_eq!((searched.leaks.len(), searched.unsearched.len()), (1, 1));
}

#[test]
fn references_to_controls_are_read_as_browsers_read_them() {
    assert!(holds("Ivan Šimić", "Ivan &#138;imi&#x107;"));
}

#[test]
fn html_is_searched_as_it_is_shown_and_in_its_tags() {
    for html in [
        format!("<p>{LIKE}</p>"),
        format!("<p>{}</p>", references(NAME)),
        "<p>Ren&eacute;e O&rsquo;Brien&ndash;S&oslash;nderg&#xE5;rd</p>".into(),
        "<p>Ren&eacutee O&#146Brien S&oslashnderg&#229rd</p>".into(),
        "<b>R</b>en<i>é</i>e\nO'Bri<!-- > --><a title=\"a > b\">en S</a>ønderg&aring;rd<sup>1</sup>".into(),
        "<td>Ren&shy;ée O&nbsp;Brien\r\nSøndergård</td>".into(),
        format!("<img alt=\"{}\">", references(NAME)),
        format!("<a href='https://x.example/?n={}&amp;m=1'>x</a>", percent(NAME)),
        format!("<a href='https://x.example/?n={}'>x</a>", percent(&percent(NAME))),
        "<a href='https://x.example/?n=Ren%E9e+O%27Brien+S%F8nderg%E5rd'>x</a>".into(),
        format!("<!-- {NAME} -->"),
        format!("<p>https://x.example/?n={}</p>", percent(NAME)),
        format!("1 < 2 {NAME} <"),
    ] {
        let bytes = letter("Content-Type: text/html; charset=utf-8\r\n", &html);
        assert_eq!(places(&gate(), &bytes), [Location::HtmlPart], "{html}");
    }
}

#[test]
fn what_no_mail_program_shows_is_searched_too() {
    let mut bytes = with_part("Content-Type: text/plain\r\n", "x");
    let at = bytes.windows(8).position(|bytes| bytes == b"\r\n\r\n--=_").expect("the first boundary");
    bytes.splice(at + 2..at + 2, format!("\r\n{NAME}").into_bytes());
    assert_eq!(places(&gate(), &bytes), [Location::Raw]);
}

#[test]
fn attachments_are_searched_or_reported() {
    let text = with_part("Content-Type: text/csv; charset=utf-8\r\n", &format!("a;{NAME};b"));
    assert_eq!(places(&gate(), &text), [Location::Attachment(1)]);
    for kind in ["application/xml", "image/svg+xml", "application/json"] {
        let drawn = with_part(&format!("Content-Type: {kind}\r\n"), &format!("<text>{LIKE}</text>"));
        assert_eq!(places(&gate(), &drawn), [Location::Attachment(1)], "{kind}");
    }
    let inner = String::from_utf8(text_letter(NAME)).expect("text");
    assert_eq!(places(&gate(), &with_part("Content-Type: message/rfc822\r\n", &inner)).len(), 1);
    let encoded = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n";
    assert_eq!(places(&gate(), &with_part(encoded, &base64(inner.as_bytes()))).len(), 1);

    for (head, body) in [
        ("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n", base64(b"%PDF-1.7")),
        ("Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n", base64(b"\x89PNG")),
        ("Content-Type: text/rtf\r\n", "{\\rtf1 x}".into()),
        ("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", "!!!!".into()),
    ] {
        let searched = gate().search_letter(&with_part(head, &body), Scope::default());
        assert_eq!(searched.unsearched, [Location::Attachment(1)], "{head}");
        let finding = unsearched("letter 3", searched.unsearched[0]);
        assert!(finding.is_error() && finding.message.to_string().starts_with("letter 3: attachment 1"));
    }
}

#[test]
fn encoded_bytes_that_spell_a_name_are_not_found() {
    let head =
        "Subject: =?utf-8?B?TGkvQm8rWHU=?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ";
    let gate = names(&["Li", "Bo", "Xu", "Ed"]);
    let korean = letter(&format!("{head}quoted-printable\r\n"), "=ED=95=9C=EA=B5=AD");
    assert_eq!(places(&gate, &korean), [Location::Header(Some("Subject"))]);
    let noise =
        letter("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n", "/Li+/Bo+\r\n");
    assert!(!places(&gate, &noise).contains(&Location::Raw));
}

#[test]
fn what_is_not_a_letter_is_searched_raw_and_reported() {
    let searched = gate().search_letter(NAME.as_bytes(), Scope::default());
    assert_eq!(searched.leaks.len(), 1);
    assert_eq!(searched.unsearched.len(), 1);
    assert_eq!(gate().search_letter(b"", Scope::default()).unsearched, [Location::Raw]);
}

#[test]
fn what_the_program_writes_itself_is_not_searched() {
    let own =
        ["Jan", "Sun", "Date", "Type", "Max", "Georgia", "Strong", "Plain", "Version", "Content Type", "Text Plain"];
    let gate = names(&own);
    let head =
        "Date: Sun, 11 Jan 2026 00:00:00 +0000\r\nSubject: A letter\r\nContent-Type: text/html; charset=utf-8\r\n";
    let html = "<div style=\"max-width:40em;font-family:Georgia\"><strong>x</strong></div>";
    assert_eq!(places(&gate, &letter(head, html)), []);
    let plain = "Date: Sun, 11 Jan 2026 00:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n";
    assert_eq!(places(&gate, &letter(plain, "x")), []);
    for text in ["<p>Max</p>", "<!-- Max -->", "<p title=\"Max\">", "<a href='x?Max'>", "<p aria-label=Max>"] {
        assert_eq!(places(&gate, &letter(head, text)), [Location::HtmlPart], "{text}");
    }
    assert_eq!(places(&gate, &letter(plain, "Date, by Jan")), [Location::TextPart]);
    let subject = head.replace("A letter", "To Jan");
    assert_eq!(places(&gate, &letter(&subject, html)), [Location::Header(Some("Subject"))]);
}

#[test]
fn nothing_is_found_across_two_units() {
    let gate = names(&["Brandvold Halvor", "Abbot Zoe"]);
    let to = "To: Halvor Brandvold <halvor.brandvold@letters.example>\r\n";
    assert_eq!(places(&gate, &letter(to, "")), []);
    for text in
        ["- Ann Abbot\n- Zoe Bacon", "Ann Abbot\n\nZoe Bacon", "Ann Abbot  \nZoe Bacon", "| Ann Abbot | Zoe Bacon |"]
    {
        assert!(found(&gate, text).is_empty(), "{text}");
    }
    for html in ["<li>Ann Abbot</li><li>Zoe Bacon</li>", "Ann Abbot<br>\nZoe Bacon", "<td>Abbot</td><td>Zoe</td>"] {
        assert_eq!(gate.search_markup(html, Scope::default()).leaks, [], "{html}");
    }
    let line = Cleared { text: "Ann Abbot".into(), extent: Extent::Line };
    let known = Gate::new([private(2, PrivateKind::Name, "Abbot Zoe")], [line], &[]);
    assert!(found(&known, "Ann Abbot\nZoe Bacon").is_empty());
    assert_eq!(found(&known, "We met Abbot\nZoe there"), ["abbot zoe"], "a soft line break is a space");
}

#[test]
fn a_layout_hides_nothing_in_data_or_escapes() {
    let gate = people(&["Jolene Satterwhaite"]);
    let data = base64(b"<svg><text>Jolene</text></svg>");
    for html in [
        format!("<img src=\"data:image/svg+xml;base64,{data}\">"),
        "<img src=\"data:text/plain,Jol%65ne\">".to_owned(),
        "<style>p::after { content: \"\\4a olene\" }</style>".to_owned(),
        "<style>.jolene { color: red }</style>".to_owned(),
        "<style>/* for Jolene */</style>".to_owned(),
        "<p style=\"background:url('jolene.png')\">".to_owned(),
    ] {
        assert_eq!(gate.search_markup(&html, Scope::default()).leaks.len(), 1, "{html}");
    }
    let picture = format!("<img src=\"data:image/png;base64,{}\">", base64(b"\x89PNG\xff Jolene"));
    assert_eq!(gate.search_markup(&picture, Scope::default()).leaks, []);
}
