//! Senders as people write them in `campaign.toml`, and the messages for invalid ones.

use super::*;
use proptest::prelude::*;

fn message(from: &str) -> String {
    Sender::parse(from, None, None)
        .map(|_| String::from("fit"))
        .unwrap_or_else(|findings| findings[0].message.to_string().clone())
}

#[test]
fn a_sender_is_parsed_as_people_write_it() {
    for (text, name, email) in [
        ("letters@example.org", None, "letters@example.org"),
        ("<letters@example.org>", None, "letters@example.org"),
        (" Open Letter Desk  < letters@example.org > ", Some("Open Letter Desk"), "letters@example.org"),
        ("Dr. Amina O'Brien <a@example.org>", Some("Dr. Amina O'Brien"), "a@example.org"),
        (r#""Müller, Zoë" <z@example.org>"#, Some("Müller, Zoë"), "z@example.org"),
        (r#""The \"Desk\" \\ <us>"<d@example.org>"#, Some(r#"The "Desk" \ <us>"#), "d@example.org"),
        ("Bücher <post@bücher.example>", Some("Bücher"), "post@xn--bcher-kva.example"),
    ] {
        let sender = Sender::parse(text, None, None).expect(text);
        assert_eq!(sender.from.name.as_deref(), name, "{text}");
        assert_eq!(sender.from.email.to_string(), email, "{text}");
    }
}

#[test]
fn the_return_path_is_the_sender_unless_set() {
    let plain = Sender::parse("Desk <desk@example.org>", None, None).expect("fit");
    assert_eq!(plain.return_path.to_string(), "desk@example.org");
    let set = Sender::parse("Desk <desk@example.org>", Some("a@example.org"), Some("bounces@example.org"));
    let set = set.expect("fit");
    assert_eq!(set.return_path.to_string(), "bounces@example.org");
    assert_eq!(set.reply_to.map(|mailbox| mailbox.to_string()).as_deref(), Some("a@example.org"));
}

#[test]
fn a_name_with_a_comma_needs_quotation_marks() {
    let findings = Sender::parse("Müller, Zoë <z@example.org>", None, None).expect_err("a comma separates");
    assert_eq!(findings[0].message.to_string(), "`from` has a name with punctuation that separates addresses");
    assert_eq!(
        findings[0].fix.as_ref().map(ToString::to_string).as_deref(),
        Some(r#"put the name in quotes: `'"Surname, Given" <name@example.org>'`"#)
    );
}

#[test]
fn an_invalid_sender_is_explained() {
    for (text, expected) in [
        ("", "`from` is not an e-mail address"),
        ("Open Letter Desk", "`from` is not an e-mail address"),
        ("Desk <>", "`from` is not an e-mail address"),
        ("Desk <desk@>", "`from` is not an e-mail address"),
        ("Desk desk@example.org", "`from` contains several addresses, or other text"),
        ("a@example.org, b@example.org", "`from` contains more than one address"),
        ("A <a@example.org>, B <b@example.org>", "`from` contains more than one address"),
        (r#""A" <a@example.org>, "B" <b@example.org>"#, "`from` contains more than one address"),
        (r#""A <a@example.org>"#, "`from` has a name with unmatched quotation marks"),
        (r#"The "A" <a@example.org>"#, "`from` has a name with unmatched quotation marks"),
        (r#""A\" <a@example.org>"#, "`from` has a name with unmatched quotation marks"),
        ("A\nBcc: b@example.org <a@example.org>", "`from` contains a line break (U+000A)"),
        ("A <a@exam\u{200B}ple.org>", "`from` contains an invisible character (U+200B)"),
        (r#"A <"a b"@example.org>"#, "`from` has quotation marks before the `@`, which many mail servers misread"),
        ("A <a@[192.0.2.1]>", "`from` has an IP address instead of a domain"),
    ] {
        assert_eq!(message(text), expected, "{text}");
    }
}

#[test]
fn all_faults_are_reported_at_once() {
    let findings = Sender::parse("Desk", Some("Zoë, Desk <z@example.org>"), Some("Desk <b@example.org>"));
    let findings = findings.expect_err("three faults");
    let keys: Vec<_> = findings.iter().map(|finding| finding.about.as_deref().expect("a key")).collect();
    assert_eq!(keys, ["from", "reply_to", "return_path"]);
    assert!(findings.iter().all(|finding| finding.code == Code::SettingsValue && finding.quote.is_none()));
}

proptest! {
    #[test]
    fn any_quoted_name_is_unquoted(name in "[ -~é李]{0,30}") {
        let text = format!("\"{}\" <a@example.org>", name.replace('\\', r"\\").replace('"', r#"\""#));
        let sender = Sender::parse(&text, None, None).expect("a quoted name");
        prop_assert_eq!(sender.from.name.unwrap_or_default(), name.trim());
    }

    #[test]
    fn a_parsed_sender_is_valid_in_a_message(
        text in prop_oneof![any::<String>(), r#"[ab@.,<>"\\ é\u{200C}ی]{0,20}"#, r#"[ab"\\ é\u{200C}ی]{0,12}<[ab.]{1,6}@[ab.é]{1,6}>"#],
    ) {
        if let Ok(sender) = Sender::parse(&text, None, None) {
            prop_assert_eq!(sender.from.name.as_deref().and_then(|name| refused(name, TextUse::Name)), None);
            prop_assert_eq!(crate::message::address::fault(&sender.from.email), None);
        }
    }
}
