//! Encodes text as quoted-printable (RFC 2045 §6.7), line by line, so that encoded stretches can be joined.
//!
//! The bytes must be those that lettre produces for the whole text; a test compares them.

/// The longest line, without its CRLF.
const LINE: usize = 76;

/// Whether an octet is written as it is.
const fn is_literal(b: u8) -> bool {
    matches!(b, b'\t' | b' '..=b'~') && b != b'='
}

/// Appends a text in lines that end in LF, each encoded and ended by CRLF, the last one too. It must hold no CR.
pub(crate) fn encode(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len());
    for line in text.split_inclusive('\n') {
        encode_line(line.strip_suffix('\n').unwrap_or(line).as_bytes(), out);
        out.extend_from_slice(b"\r\n");
    }
}

fn encode_line(mut line: &[u8], out: &mut Vec<u8>) {
    if line.len() <= LINE
        && line.iter().fold(true, |all, b| all & is_literal(*b))
        && !line.ends_with(b" ")
        && !line.ends_with(b"\t")
    {
        return out.extend_from_slice(line);
    }
    // White space at the end would be lost in transit.
    let end = line.last().copied().filter(|b| matches!(b, b' ' | b'\t'));
    if end.is_some() {
        line = &line[..line.len() - 1];
    }
    let mut column = 0;
    while !line.is_empty() {
        let run = line.iter().position(|b| !is_literal(*b)).unwrap_or(line.len());
        let (literals, rest) = line.split_at(run);
        put_literals(literals, end.is_none() && rest.is_empty(), &mut column, out);
        if let Some((&b, rest)) = rest.split_first() {
            put_encoded(b, end.is_none() && rest.is_empty(), &mut column, out);
        }
        line = rest.get(1..).unwrap_or_default();
    }
    if let Some(b) = end {
        put_encoded(b, true, &mut column, out);
    }
}

/// Writes octets as they are, on new lines where this one has no room for them and the sign that the line goes on.
fn put_literals(mut octets: &[u8], are_last: bool, column: &mut usize, out: &mut Vec<u8>) {
    loop {
        let room = LINE - *column;
        // The last octet of a line can take the place of the sign.
        if octets.len() < room || octets.len() == room && are_last {
            *column += octets.len();
            return out.extend_from_slice(octets);
        }
        let (now, later) = octets.split_at(room - 1);
        out.extend_from_slice(now);
        out.extend_from_slice(b"=\r\n");
        (*column, octets) = (0, later);
    }
}

/// Writes one octet as `=` and two digits, on a new line if this one has no room for them.
fn put_encoded(b: u8, is_last: bool, column: &mut usize, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if *column + 3 > LINE - usize::from(!is_last) {
        out.extend_from_slice(b"=\r\n");
        *column = 0;
    }
    *column += 3;
    out.extend_from_slice(&[b'=', HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::message::Body;
    use lettre::message::header::ContentTransferEncoding::QuotedPrintable;
    use proptest::prelude::*;

    fn encoded(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        encode(text, &mut out);
        out
    }

    proptest! {
        #[test]
        fn it_gives_what_lettre_gives(
            lines in prop::collection::vec("([ -~]{0,90}|[a=é \t]{60,90}|[a-z]{72,78}[ \té=]{0,3}|\u{FEFF}?[語 ]{0,30})", 1..5),
        ) {
            let text = lines.join("\n") + "\n";
            let lettre = Body::new_with_encoding(text.replace('\n', "\r\n"), QuotedPrintable).expect("any text");
            prop_assert_eq!(String::from_utf8(encoded(&text)).unwrap(), String::from_utf8(lettre.into_vec()).unwrap());
        }
    }

    #[test]
    fn a_last_line_without_an_end_gets_one() {
        assert_eq!(encoded("a\nb "), b"a\r\nb=20\r\n");
        assert_eq!(encoded(""), b"");
    }
}
