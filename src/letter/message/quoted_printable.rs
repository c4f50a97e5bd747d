//! Quoted-printable (RFC 2045 §6.7): text that a person can read in the file and no relay has a reason to touch.
//!
//! A hard line break starts afresh, so the encoding of whole lines is the sum of the encodings of each. It must never
//! leave a line that begins with `From ` or a dot: mailbox files and SMTP give those a meaning of their own.

/// The longest encoded line, without its CRLF.
const LINE: usize = 76;

/// Appends `text`, whose lines end in LF, in lines that end in CRLF.
pub(super) fn encode(text: &str, out: &mut Vec<u8>) {
    for line in text.split_terminator('\n') {
        let line = line.as_bytes();
        if stands_as_it_is(line) {
            out.extend_from_slice(line)
        } else {
            encode_line(line, out)
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// Most lines of most letters do.
fn stands_as_it_is(line: &[u8]) -> bool {
    line.len() <= LINE
        && line.iter().all(|b| matches!(b, b' '..=b'~') && *b != b'=')
        && line.first().is_none_or(|_| is_literal(line, 0, 0))
        && line.last() != Some(&b' ')
}

fn encode_line(line: &[u8], out: &mut Vec<u8>) {
    let mut column = 0;
    for (at, &b) in line.iter().enumerate() {
        // A soft break needs a column for its `=`; the end of the line does not.
        let limit = if at + 1 == line.len() { LINE } else { LINE - 1 };
        let width = if is_literal(line, at, column) { 1 } else { 3 };
        if column + width > limit {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if is_literal(line, at, column) {
            out.push(b);
            column += 1;
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.extend_from_slice(&[b'=', HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]);
            column += 3;
        }
    }
}

/// Whether the octet at `at` may stand for itself in this column of the encoded line.
fn is_literal(line: &[u8], at: usize, column: usize) -> bool {
    match line[at] {
        b'=' => false,
        b' ' | b'\t' => at + 1 < line.len(),
        b'.' => column > 0,
        b'F' => column > 0 || !line[at..].starts_with(b"From "),
        b => matches!(b, b'!'..=b'~'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::message::{Body, header::ContentTransferEncoding};
    use proptest::prelude::*;

    fn encoded(text: &str) -> String {
        let mut out = Vec::new();
        encode(text, &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn text_stays_readable_and_nothing_at_its_edges_is_lost() {
        assert_eq!(encoded("Dear Ms. Okafor:\n\n56 = ½ of 112\n"), "Dear Ms. Okafor:\r\n\r\n56 =3D =C2=BD of 112\r\n");
        assert_eq!(encoded("a \nb\t\n \nc\td\n"), "a=20\r\nb=09\r\n=20\r\nc\td\r\n");
        assert_eq!(encoded("without an end"), "without an end\r\n");
        assert_eq!(encoded(""), "");
    }

    #[test]
    fn no_line_begins_like_a_mailbox_or_the_end_of_the_data() {
        assert_eq!(encoded("From here\nFromage\n.\n..\n"), "=46rom here\r\nFromage\r\n=2E\r\n=2E.\r\n");
        let long = format!("{}.{}From x\n", "a".repeat(75), "b".repeat(72));
        let lines = encoded(&long);
        assert!(lines.contains("=\r\n=2E") && lines.contains("=\r\n=46rom"), "{lines}");
    }

    #[test]
    fn a_line_is_full_at_76() {
        for length in 70..160 {
            for last in ["a", " ", "=", "é"] {
                let lines = encoded(&format!("{}{last}\n", "a".repeat(length)));
                assert!(lines.lines().all(|line| line.len() <= 76), "{lines}");
            }
        }
        assert_eq!(encoded(&"a".repeat(76)), "a".repeat(76) + "\r\n");
    }

    proptest! {
        #[test]
        fn it_is_what_lettre_writes_but_for_those_beginnings(text in r"([ -~\t=é李.]|From |\n){0,400}|[a .=]{150,300}") {
            let crlf = text.replace('\n', "\r\n");
            let lettre = Body::new_with_encoding(crlf, ContentTransferEncoding::QuotedPrintable).expect("never fails");
            let lettre = String::from_utf8(lettre.into_vec()).expect("ASCII");
            if !lettre.lines().any(|line| line.starts_with('.') || line.starts_with("From")) {
                let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\r\n" };
                // Without an end of its own, the last line of lettre's keeps a space at its end bare.
                prop_assume!(end.is_empty() || !text.ends_with([' ', '\t']));
                prop_assert_eq!(encoded(&text), lettre + end);
            }
        }
    }
}
