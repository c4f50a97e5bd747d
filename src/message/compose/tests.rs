//! Messages are parsed back by an independent parser, and compared with what lettre builds.

use super::*;
use crate::message::frame::{Frame, Stretch, Varying};
use crate::message::lint;
use lettre::Address;
use lettre::message::{Message, MultiPart, SinglePart, header as theirs};
use mail_parser::{MessageParser, PartType};
use proptest::prelude::*;
use std::borrow::Cow;
use std::sync::LazyLock;

/// 14:00 in UTC, so that lettre can write the same date.
static DATE: LazyLock<ZonedDateTime> = LazyLock::new(|| "2018-01-11T14:00:00+00:00[UTC]".parse().expect("a time"));

fn mailbox(name: Option<&str>, email: &str) -> Mailbox {
    Mailbox::new(name.map(str::to_owned), email.parse().expect("an address"))
}

fn sender(name: Option<&str>, reply_to: Option<&str>) -> Sender {
    let from = mailbox(name, "letters@desk.example.org");
    let return_path = from.email.clone();
    Sender { from, reply_to: reply_to.map(|name| mailbox(Some(name), "answers@desk.example.org")), return_path }
}

fn draft<'a>(sender: &'a Sender, to: &'a Mailbox, subject: &'a str, text: &'a str, html: Option<&'a str>) -> Draft<'a> {
    Draft {
        campaign_id: "not-entertainment-2018",
        letter_id: "ceo",
        sender,
        to,
        subject,
        references: &[],
        date: &DATE,
        text,
        html,
        images: &[],
        attachments: &[],
    }
}

fn composed(draft: &Draft) -> String {
    let composed = compose(draft).expect("a message");
    assert_eq!(lint::lint(&composed.bytes), Ok(()));
    String::from_utf8(composed.bytes).expect("ASCII")
}

/// The header lines of a message to `to` under `subject`.
fn header_of(to: &Mailbox, subject: &str) -> String {
    let message = composed(&draft(&sender(None, None), to, subject, "Hello\n", None));
    message.split_once("\r\n\r\n").expect("a blank line").0.to_owned()
}

#[test]
fn a_letter_with_both_parts_has_these_bytes() {
    let sender = sender(Some("Open Letter Desk"), Some("Müller, Zoë"));
    let to = mailbox(Some("Dr. Amina O'Brien, PhD"), "amina.obrien@northlight.example");
    let text = "Dear Dr. O'Brien:\n\nFifty-six people = one letter.\nFrom all of us\n";
    let message = composed(&draft(&sender, &to, "An open letter: “Hope”", text, Some("<p>Dear Dr. O'Brien:</p>")));
    assert_eq!(
        message,
        r#"Date: Thu, 11 Jan 2018 14:00:00 +0000
From: Open Letter Desk <letters@desk.example.org>
Reply-To: =?utf-8?b?TcO8bGxlciwgWm/Dqw==?= <answers@desk.example.org>
To: "Dr. Amina O'Brien, PhD" <amina.obrien@northlight.example>
Subject: =?utf-8?q?An_open_letter=3A_=E2=80=9CHope=E2=80=9D?=
Message-ID: <eae3438bd7a1a868cdda9ebf7922388bbe381d65@desk.example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="=_41993c38448416aa5e65427a88c64c05"

--=_41993c38448416aa5e65427a88c64c05
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Dear Dr. O'Brien:

Fifty-six people =3D one letter.
From all of us

--=_41993c38448416aa5e65427a88c64c05
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Dear Dr. O'Brien:</p>

--=_41993c38448416aa5e65427a88c64c05--
"#
        .replace('\n', "\r\n")
    );
}

#[test]
fn a_text_only_letter_is_a_single_part() {
    let (sender, to) = (sender(None, None), mailbox(None, "ceo@northlight.example"));
    assert_eq!(
        composed(&draft(&sender, &to, "An open letter", "\u{FEFF}one\r\ntwo\rthree\n.four", None)),
        "Date: Thu, 11 Jan 2018 14:00:00 +0000\n\
         From: letters@desk.example.org\n\
         To: ceo@northlight.example\n\
         Subject: An open letter\n\
         Message-ID: <eae3438bd7a1a868cdda9ebf7922388bbe381d65@desk.example.org>\n\
         MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: quoted-printable\n\
         \n\
         one\ntwo\nthree\n.four\n"
            .replace('\n', "\r\n")
    );
}

#[test]
fn a_simple_message_equals_what_lettre_builds() {
    let (sender, to) = (sender(Some("Desk"), Some("Answers")), mailbox(Some("Okafor"), "ceo@northlight.example"));
    let text =
        "Dear Ms. Okafor:\n\n½ is = 50 %.   \nBelow is a line that is rather too long for one line of this encoding.\n";
    let html = "<p style=\"color: black\">Dear Ms. Okafor:</p>\n";
    let subject = "An open letter, rather longer than one line of a header can be without being folded";
    let draft = draft(&sender, &to, subject, text, Some(html));

    let part = |kind: theirs::ContentType, body: &str| {
        SinglePart::builder()
            .header(kind)
            .header(theirs::ContentTransferEncoding::QuotedPrintable)
            .body(body.replace('\n', "\r\n"))
    };
    let lettre = |reply_to: Mailbox| {
        Message::builder()
            .date(draft.date.timestamp().try_into().expect("a date of this age"))
            .from(sender.from.clone())
            .reply_to(reply_to)
            .to(to.clone())
            .subject(subject)
            .message_id(Some(identity::message_id("not-entertainment-2018", "ceo", "desk.example.org")))
    };
    let both = MultiPart::alternative()
        .boundary(identity::boundary(Boundary::Alternative, "not-entertainment-2018", "ceo"))
        .singlepart(part(theirs::ContentType::TEXT_PLAIN, text))
        .singlepart(part(theirs::ContentType::TEXT_HTML, html));
    let theirs = lettre(sender.reply_to.clone().expect("given")).multipart(both).expect("a message").formatted();
    assert_eq!(composed(&draft), String::from_utf8(theirs).expect("ASCII"));
}

#[test]
fn the_same_draft_gives_the_same_bytes_and_another_letter_another_id() {
    let (sender, to) = (sender(None, None), mailbox(None, "ceo@northlight.example"));
    let draft = draft(&sender, &to, "Hope", "Hello", Some("<p>Hello"));
    assert_eq!(compose(&draft), compose(&draft));
    let other = compose(&Draft { letter_id: "cfo", ..draft }).expect("a message");
    assert_ne!(other.message_id, compose(&draft).expect("a message").message_id);
}

#[test]
fn a_name_is_encoded_only_if_necessary() {
    for (name, line) in [
        ("Amina Okafor", "To: Amina Okafor <a@b.example>"),
        ("Amina B. Okafor", "To: \"Amina B. Okafor\" <a@b.example>"),
        ("The \"Desk\" \\ us", r#"To: "The \"Desk\" \\ us" <a@b.example>"#),
        ("Zoë Müller", "To: =?utf-8?b?Wm/DqyBNw7xsbGVy?= <a@b.example>"),
        ("李小龍", "To: =?utf-8?b?5p2O5bCP6b6N?= <a@b.example>"),
        ("=?utf-8?q?x?=", "To: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <a@b.example>"),
        ("two  spaces", "To: =?utf-8?b?dHdvICBzcGFjZXM=?= <a@b.example>"),
        ("", "To: a@b.example"),
    ] {
        let header = header_of(&mailbox(Some(name), "a@b.example"), "x");
        assert!(header.lines().any(|found| found == line), "{name}: {header}");
    }
}

#[test]
fn a_word_too_long_to_fold_is_encoded() {
    let word = "w".repeat(1200);
    let header = header_of(&mailbox(Some(&word), "a@b.example"), &word);
    assert!(header.lines().all(|line| line.len() <= 76), "{header}");
}

#[test]
fn encoded_words_end_at_the_end_of_a_word() {
    let header = header_of(
        &mailbox(None, "a@b.example"),
        "We ask you to hear the survivors before the programme is renewed – today",
    );
    let subject = "Subject: =?utf-8?q?We_ask_you_to_hear_the_survivors_before_the_programme_?=\r\n \
                   =?utf-8?q?is_renewed_=E2=80=93_today?=\r\n";
    assert!(header.contains(subject), "{header}");
}

#[test]
fn a_long_address_is_not_broken() {
    let email = format!("{}@{}example", "a".repeat(64), "b2345678.".repeat(20));
    let header = header_of(&mailbox(Some("Amina Okafor"), &email), "x");
    assert!(header.contains(&format!("To: Amina Okafor\r\n <{email}>\r\n")), "{header}");
}

#[test]
fn all_faults_are_reported_at_once_and_quote_nothing() {
    let mut from = sender(Some("Desk\r\nBcc: everyone@example.org"), Some("\u{202E}ksed"));
    from.from.email = Address::new_dangerous("\"a b\"", "example.org");
    let to = Mailbox::new(Some("Amina\0".into()), Address::new_dangerous("amina", "[192.0.2.1]"));
    let date = "1899-12-31T23:59:59+00:00[UTC]".parse().expect("a time");
    let draft = Draft { date: &date, ..draft(&from, &to, " ", "\u{1B}[31m", Some("\0")) };
    let findings = compose(&draft).expect_err("nine faults");
    let messages: Vec<String> = findings.iter().map(|finding| finding.message.to_string()).collect();
    assert_eq!(
        messages,
        [
            "the subject is empty",
            "the name in `From` contains a line break (U+000D)",
            "the address in `From` has quotation marks before the `@`, which many mail servers misread",
            "the name in `To` contains a control character (U+0000)",
            "the address in `To` has an IP address instead of a domain",
            "the name in `Reply-To` contains a bidirectional control character (U+202E)",
            "the letter's date is not between the years 1900 and 9999",
            "the text of the letter contains a control character (U+001B)",
            "the HTML of the letter contains a control character (U+0000)",
        ]
    );
}

/// Names and subjects: any characters, many scripts, long words, and what looks like an encoded word.
fn header_text() -> impl Strategy<Value = String> {
    let pieces = ["=?utf-8?q?x?=", "=?", "?=", " ", "  ", "\"", "\\", ",", ".", "(a)", "<b@c.example>", "ë", "李", "w"];
    prop_oneof![
        any::<String>(),
        r"\PC{1,60}",
        "[ -~]{1,200}",
        "[a-z]{1,1200}",
        r#"[\p{Latin}\p{Cyrillic}\p{Arabic}\p{Devanagari}\p{Han}\p{Hangul} ,.'"!?-]{1,120}"#,
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 1..12).prop_map(|pieces| pieces.concat()),
    ]
}

fn body_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), r"([ -~\té李]|From |\.|--=_|\r|\n|\r\n){0,300}"]
}

/// The body as it arrives: with CRLF, also after the last line.
fn as_received(text: &str) -> String {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    (text + end).replace('\n', "\r\n")
}

fn address_of(field: Option<&mail_parser::Address>) -> Option<(Option<String>, Option<String>)> {
    let own = |text: &Option<Cow<str>>| text.as_deref().map(str::to_owned);
    field.map(|list| list.first().map(|addr| (own(&addr.name), own(&addr.address))).unwrap_or_default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases * 4))]
    #[test]
    fn a_message_is_refused_or_parses_back_to_the_same_values(
        from in header_text(),
        to in header_text(),
        subject in header_text(),
        text in body_text(),
        html in prop::option::of(body_text()),
    ) {
        let sender = sender(Some(&from), Some(&to));
        let recipient = mailbox(Some(&to), "ceo@northlight.example");
        let Ok(message) = compose(&draft(&sender, &recipient, &subject, &text, html.as_deref())) else {
            let header_is_fit = [&from, &to, &subject].into_iter().all(|text| refused(text, TextUse::Name).is_none() && text.trim() == text);
            let body_is_fit = [Some(&text), html.as_ref()].into_iter().flatten().all(|b| {
                unprintable(b).is_none() && !b.trim().is_empty()
            });
            prop_assert!(!(header_is_fit && body_is_fit && !subject.is_empty()));
            return Ok(());
        };
        prop_assert_eq!(lint::lint(&message.bytes), Ok(()));

        let read = MessageParser::default().parse(&message.bytes).expect("a message");
        let named = |name: &str, email: &str| {
            Some(((!name.is_empty()).then(|| name.to_owned()), Some(email.to_owned())))
        };
        prop_assert_eq!(address_of(read.from()), named(&from, "letters@desk.example.org"));
        prop_assert_eq!(address_of(read.reply_to()), named(&to, "answers@desk.example.org"));
        prop_assert_eq!(address_of(read.to()), named(&to, "ceo@northlight.example"));
        prop_assert_eq!(read.subject(), Some(subject.as_str()));
        prop_assert_eq!(format!("<{}>", read.message_id().unwrap_or_default()), message.message_id);
        prop_assert_eq!(read.parts.len(), if html.is_some() { 3 } else { 1 });
        let bodies: Vec<&str> = read.parts.iter().filter_map(|part| match &part.body {
            PartType::Text(text) | PartType::Html(text) => Some(&**text),
            _ => None,
        }).collect();
        let meant: Vec<String> = [Some(&text), html.as_ref()].into_iter().flatten().map(|b| as_received(b)).collect();
        prop_assert_eq!(bodies, meant);
    }
}

#[test]
fn images_are_inside_the_alternative_and_attachments_around_it() {
    let (from, to) = (sender(None, None), mailbox(None, "a@northlight.example"));
    let images = [Arc::new(FilePart::image("images/logo.png", b"\x89PNG\r\n\x1a\n", "desk.example.org"))];
    let attachments = ["a.pdf", "Übersicht.csv"].map(|name| Arc::new(FilePart::attachment(name, b"%PDF-1.4")));
    let structure = |draft: &Draft| {
        let message = composed(draft);
        let read = MessageParser::default().parse(message.as_bytes()).expect("a message");
        let of = |part: &mail_parser::MessagePart| {
            let kind = mail_parser::MimeHeaders::content_type(part).expect("a type");
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())
        };
        read.parts.iter().map(of).collect::<Vec<_>>()
    };
    let whole = Draft {
        images: &images,
        attachments: &attachments,
        ..draft(&from, &to, "Re", "Dear", Some("<img src=\"cid:x\">"))
    };
    let alternative = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
    let files = ["application/pdf", "application/pdf"];
    assert_eq!(structure(&whole), [&["multipart/mixed"][..], &alternative, &files].concat());
    assert_eq!(structure(&Draft { attachments: &[], ..whole }), alternative);
    let plain = Draft { html: None, images: &[], ..whole };
    assert_eq!(structure(&plain), [&["multipart/mixed", "text/plain"][..], &files].concat());
    for draft in [whole, plain, Draft { images: &[], ..whole }, Draft { attachments: &[], ..whole }] {
        let framed = Frame::of(&draft, Varying::Recipient).expect("recognised").message(
            &draft,
            &[Stretch::Own("Dear\n")],
            &[Stretch::Own("<img src=\"cid:x\">\n")],
        );
        assert_eq!(String::from_utf8(framed.octets.to_vec()).expect("ASCII"), composed(&draft));
        assert!(framed.is_sound());
    }
}
