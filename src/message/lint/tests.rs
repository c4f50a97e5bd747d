//! Every rule is broken once, and told with its line.

use super::*;
use proptest::prelude::*;

const GOOD: &str = "Date: Thu, 11 Jan 2018 14:00:00 +0000\n\
    From: Open Letter Desk <letters@example.org>\n\
    To: ceo@northlight.example\n\
    Subject: An open\n letter\n\
    Message-ID: <1@example.org>\n\
    MIME-Version: 1.0\n\
    Content-Type: multipart/alternative; boundary=\"=_b\"\n\
    \n\
    --=_b\n\
    Content-Type: text/plain; charset=utf-8\n\
    Content-Transfer-Encoding: quoted-printable\n\
    \n\
    =C3=A9 soft=\n break\n\
    \n\
    --=_b\n\
    Content-Type: text/html\n\
    \n\
    <p>Hello\n\
    --=_b--\n";

fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

/// What is told when `old`, which occurs in the good message, is written `new`.
fn told(old: &str, new: &str) -> Vec<String> {
    assert!(GOOD.contains(old), "{old}");
    faults(&crlf(&GOOD.replacen(old, new, 1)))
}

fn faults(bytes: &[u8]) -> Vec<String> {
    lint(bytes).err().unwrap_or_default().iter().map(LintFault::to_string).collect()
}

#[test]
fn a_good_message_passes() {
    assert_eq!(faults(&crlf(GOOD)), [""; 0]);
    let single =
        "Date: x\nFrom: x\nTo: x\nSubject: x\nMessage-ID: x\nMIME-Version: 1.0\nContent-Type: text/plain\n\nHi\n";
    assert_eq!(faults(&crlf(single)), [""; 0]);
    assert_eq!(faults(&crlf(single.trim_end_matches("Hi\n"))), [""; 0]);
}

#[test]
fn every_line_ends_in_crlf_and_so_does_the_message() {
    let good = String::from_utf8(crlf(GOOD)).expect("ASCII");
    assert_eq!(
        faults(good.replace("Hello\r\n", "Hello\n").as_bytes()),
        ["line 20: a line feed without a carriage return"]
    );
    assert_eq!(faults(good.replace("Hello", "He\rllo").as_bytes()), ["line 20: a carriage return without a line feed"]);
    assert_eq!(faults(good.trim_end().as_bytes()), ["line 21: the message does not end with CRLF"]);
    assert_eq!(
        faults(good.replace("Hello\r\n", "Hello\r\r\n").as_bytes()),
        ["line 20: a carriage return without a line feed"]
    );
    assert_eq!(faults(b"")[0], "line 1: the message does not end with CRLF");
}

#[test]
fn octets_that_mail_cannot_carry_are_told() {
    assert_eq!(told("Hello", "He\0llo"), ["line 20: a control character other than tab"]);
    assert_eq!(told("Hello", "He\u{7F}llo"), ["line 20: a control character other than tab"]);
    assert_eq!(told("Hello", "Héllo"), ["line 20: a byte that is not ASCII"]);
    assert_eq!(told("Hello", "He\tllo"), [""; 0]);
}

#[test]
fn lines_have_an_end_in_reach() {
    assert_eq!(told("Hello", &"x".repeat(995)), [""; 0]);
    assert_eq!(told("Hello", &"x".repeat(996)), ["line 20: a line of more than 998 bytes"]);
    assert_eq!(
        told("An open", &"open ".repeat(15)),
        ["line 4: a header line of more than 78 bytes that could be folded"]
    );
    assert_eq!(told("<1@", &format!("<{}@", "1".repeat(80))), [""; 0]);
}

#[test]
fn header_lines_are_fields_or_folds() {
    assert_eq!(
        told("Subject:", "No Subject:"),
        ["line 1: the header has no `Subject`", "line 4: a header line that is not a header field",]
    );
    assert_eq!(
        told("MIME-Version: 1.0", "MIME-Version: 1.0\nnonsense"),
        ["line 8: a header line that is not a header field"]
    );
    assert_eq!(told("Date:", " Date:")[0], "line 1: a header line that is not a header field");
    assert_eq!(told("open\n letter", "open\n \n letter"), ["line 5: a header line of white space only"]);
    assert_eq!(told(" An open\n letter", ""), ["line 4: a header field without a value"]);
    assert!(faults(&crlf("Date: x\nFrom: x\n")).contains(&"line 2: no blank line between header and body".into()));
}

#[test]
fn fields_occur_as_often_as_they_may() {
    for name in ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version"] {
        assert_eq!(told(&format!("{name}:"), "X-Other:"), [format!("line 1: the header has no `{name}`")]);
        let twice = told("MIME-Version", &format!("{}: x\nMIME-Version", name.to_uppercase()));
        assert_eq!(twice.len(), 1, "{twice:?}");
        assert!(twice[0].ends_with(&format!("a second `{name}`")), "{twice:?}");
    }
    assert_eq!(told("MIME-", "Reply-To: a\nSender: b\nMIME-"), [""; 0]);
    assert_eq!(told("MIME-", "Reply-To: a\nReply-To: b\nMIME-"), ["line 8: a second `Reply-To`"]);
    assert_eq!(told("MIME-", "Sender: a\nsender: b\nMIME-"), ["line 8: a second `Sender`"]);
}

#[test]
fn nothing_shows_other_recipients_or_the_way_a_letter_took() {
    for (field, name) in [
        ("Cc", "Cc"),
        ("bcc", "Bcc"),
        ("Resent-To", "Resent-"),
        ("RESENT-BCC", "Resent-"),
        ("Received", "Received"),
        ("Return-Path", "Return-Path"),
    ] {
        let fault = format!("line 7: a `{name}` field, which letters must not have");
        assert_eq!(told("MIME-", &format!("{field}: x\nMIME-")), [fault]);
    }
}

#[test]
fn parts_stand_between_boundaries() {
    let kind = "multipart/alternative; boundary=\"=_b\"";
    for bad in ["", "; boundary=", "; boundary==_b", "; boundary=\"=_b \"", "; boundary=\"=_b@\""] {
        assert_eq!(told(kind, &format!("multipart/mixed{bad}")), ["line 8: a multipart without a valid boundary"]);
    }
    assert_eq!(told(kind, "multipart/mixed; boundary=c"), ["line 8: a multipart without a part"]);
    assert_eq!(told("--=_b--\n", ""), ["line 8: a multipart whose last boundary is missing"]);
    assert_eq!(told("--=_b\n", "Hello\n--=_b\n"), ["line 10: text before the first boundary"]);
    assert_eq!(told("--=_b--\n", "--=_b--\nHello\n"), ["line 22: text after the last boundary"]);
    assert_eq!(told("<p>Hello", "--=_box"), ["line 20: a line that begins like a boundary but is not one"]);
    assert_eq!(
        told("<p>Hello", "--=_b"),
        ["line 20: no blank line between header and body", "line 20: the header has no `Content-Type`",]
    );
    assert_eq!(
        told("text/html\n", "text/html\nSubject: x\n"),
        ["line 19: a header field in a part that does not begin with `Content-`"]
    );
}

#[test]
fn a_part_can_hold_parts() {
    let nested = "Content-Type: multipart/mixed; boundary=in\n\n--in\nContent-Type: text/plain\n\nx\n--in--\n";
    assert_eq!(told("Content-Type: text/html\n\n<p>Hello\n", nested), [""; 0]);
    let unclosed = nested.replace("--in--\n", "");
    assert_eq!(
        told("Content-Type: text/html\n\n<p>Hello\n", &unclosed),
        ["line 18: a multipart whose last boundary is missing"]
    );
}

#[test]
fn quoted_printable_is_what_it_says() {
    for bad in ["=C3=a9", "=C", "=ZZ", "a=\u{20}", "a\t", "= x", &"x".repeat(77)] {
        assert_eq!(told("=C3=A9 soft=", bad), ["line 14: a line that is not quoted-printable"], "{bad}");
    }
    assert_eq!(told("=C3=A9 soft=", &"x".repeat(76)), [""; 0]);
}

#[test]
fn a_rule_that_is_broken_often_is_told_once() {
    assert_eq!(faults(GOOD.as_bytes()), ["line 1: a line feed without a carriage return"]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        prop_assert!(lint(&bytes).is_err());
    }

    #[test]
    fn no_change_to_a_good_message_makes_it_panic(at: prop::sample::Index, cut in 0..40usize, new: Vec<u8>) {
        let mut bytes = crlf(GOOD);
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + cut);
        bytes.splice(at..end, new);
        if let Err(faults) = lint(&bytes) {
            let lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
            prop_assert!(faults.iter().all(|fault| (1..=lines).contains(&fault.line)));
        }
    }
}
