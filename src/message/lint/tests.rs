//! Every rule is broken once, and reported with its line.

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

/// The faults of the good message after `old` is replaced by `new` in it.
fn faults_after(old: &str, new: &str) -> Vec<String> {
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
fn bytes_that_mail_cannot_carry_are_reported() {
    assert_eq!(faults_after("Hello", "He\0llo"), ["line 20: a control character other than tab"]);
    assert_eq!(faults_after("Hello", "He\u{7F}llo"), ["line 20: a control character other than tab"]);
    assert_eq!(faults_after("Hello", "Héllo"), ["line 20: a byte that is not ASCII"]);
    assert_eq!(faults_after("Hello", "He\tllo"), [""; 0]);
}

#[test]
fn lines_have_a_maximum_length() {
    assert_eq!(faults_after("Hello", &"x".repeat(995)), [""; 0]);
    assert_eq!(faults_after("Hello", &"x".repeat(996)), ["line 20: a line of more than 998 bytes"]);
    assert_eq!(
        faults_after("An open", &"open ".repeat(15)),
        ["line 4: a header line of more than 78 bytes that could be folded"]
    );
    assert_eq!(faults_after("<1@", &format!("<{}@", "1".repeat(80))), [""; 0]);
}

#[test]
fn header_lines_are_fields_or_continuations() {
    assert_eq!(
        faults_after("Subject:", "No Subject:"),
        ["line 1: the header has no `Subject`", "line 4: a header line that is not a header field",]
    );
    assert_eq!(
        faults_after("MIME-Version: 1.0", "MIME-Version: 1.0\nnonsense"),
        ["line 8: a header line that is not a header field"]
    );
    assert_eq!(faults_after("Date:", " Date:")[0], "line 1: a header line that is not a header field");
    assert_eq!(faults_after("open\n letter", "open\n \n letter"), ["line 5: a header line of white space only"]);
    assert_eq!(faults_after(" An open\n letter", ""), ["line 4: a header field without a value"]);
    assert!(faults(&crlf("Date: x\nFrom: x\n")).contains(&"line 2: no blank line between header and body".into()));
}

#[test]
fn fields_are_neither_missing_nor_repeated() {
    for name in ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version"] {
        assert_eq!(faults_after(&format!("{name}:"), "X-Other:"), [format!("line 1: the header has no `{name}`")]);
        let twice = faults_after("MIME-Version", &format!("{}: x\nMIME-Version", name.to_uppercase()));
        assert_eq!(twice.len(), 1, "{twice:?}");
        assert!(twice[0].ends_with(&format!("a second `{name}`")), "{twice:?}");
    }
    assert_eq!(faults_after("MIME-", "Reply-To: a\nSender: b\nMIME-"), [""; 0]);
    assert_eq!(faults_after("MIME-", "Reply-To: a\nReply-To: b\nMIME-"), ["line 8: a second `Reply-To`"]);
    assert_eq!(faults_after("MIME-", "Sender: a\nsender: b\nMIME-"), ["line 8: a second `Sender`"]);
}

#[test]
fn fields_with_other_recipients_or_the_route_are_refused() {
    for (field, name) in [
        ("Cc", "Cc"),
        ("bcc", "Bcc"),
        ("Resent-To", "Resent-"),
        ("RESENT-BCC", "Resent-"),
        ("Received", "Received"),
        ("Return-Path", "Return-Path"),
    ] {
        let fault = format!("line 7: a `{name}` field, which letters must not have");
        assert_eq!(faults_after("MIME-", &format!("{field}: x\nMIME-")), [fault]);
    }
}

#[test]
fn parts_are_separated_by_boundaries() {
    let kind = "multipart/alternative; boundary=\"=_b\"";
    for bad in ["", "; boundary=", "; boundary==_b", "; boundary=\"=_b \"", "; boundary=\"=_b@\""] {
        assert_eq!(
            faults_after(kind, &format!("multipart/mixed{bad}")),
            ["line 8: a multipart without a valid boundary"]
        );
    }
    assert_eq!(faults_after(kind, "multipart/mixed; boundary=c"), ["line 8: a multipart without a part"]);
    assert_eq!(faults_after("--=_b--\n", ""), ["line 8: a multipart without its last boundary"]);
    assert_eq!(faults_after("--=_b\n", "Hello\n--=_b\n"), ["line 10: text before the first boundary"]);
    assert_eq!(faults_after("--=_b--\n", "--=_b--\nHello\n"), ["line 22: text after the last boundary"]);
    assert_eq!(faults_after("<p>Hello", "--=_box"), ["line 20: a line that begins like a boundary but is not one"]);
    assert_eq!(
        faults_after("<p>Hello", "--=_b"),
        ["line 20: no blank line between header and body", "line 20: the header has no `Content-Type`",]
    );
    assert_eq!(
        faults_after("text/html\n", "text/html\nSubject: x\n"),
        ["line 19: a header field in a part that does not begin with `Content-`"]
    );
}

#[test]
fn a_part_can_hold_parts() {
    let nested = "Content-Type: multipart/mixed; boundary=in\n\n--in\nContent-Type: text/plain\n\nx\n--in--\n";
    assert_eq!(faults_after("Content-Type: text/html\n\n<p>Hello\n", nested), [""; 0]);
    let unclosed = nested.replace("--in--\n", "");
    assert_eq!(
        faults_after("Content-Type: text/html\n\n<p>Hello\n", &unclosed),
        ["line 18: a multipart without its last boundary"]
    );
}

#[test]
fn invalid_quoted_printable_is_reported() {
    for bad in ["=C3=a9", "=C", "=ZZ", "a=\u{20}", "a\t", "= x", &"x".repeat(77)] {
        assert_eq!(faults_after("=C3=A9 soft=", bad), ["line 14: a line that is not quoted-printable"], "{bad}");
    }
    assert_eq!(faults_after("=C3=A9 soft=", &"x".repeat(76)), [""; 0]);
}

#[test]
fn a_rule_broken_many_times_is_reported_once() {
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
