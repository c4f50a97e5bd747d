//! The two header fields that can differ between a letter's file and what is sent: Date and, in a copy to oneself,
//! Message-ID.
//!
//! Spam filters and mail programs expect Date to be the moment of sending (RFC 5322 §3.6.1), which is not known when a letter
//! is approved. Nothing but the value of one of these fields may ever be changed here.

use jiff::ZonedDateTime;
use std::ops::Range;

/// The length of a date as [`format_date`] writes it, in bytes.
const DATE_LENGTH: usize = 31;

/// Formats a date and time as RFC 5322 §3.3 has it, always with the same length: `Thu, 11 Jan 2018 09:00:00 -0500`.
pub fn format_date(at: &ZonedDateTime) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// Replaces the value of the letter's Date field. A letter whose Date this program did not write stays as it is.
pub fn set_date(letter: &mut [u8], at: &ZonedDateTime) {
    if let Some(value) = value(letter, b"Date").filter(|value| value.len() == DATE_LENGTH)
        && let date = format_date(at)
        && date.len() == DATE_LENGTH
    {
        letter[value].copy_from_slice(date.as_bytes());
    }
}

/// Replaces the letter's Message-ID, so that a mailbox that has the letter already does not drop it.
pub fn set_message_id(letter: &mut Vec<u8>, message_id: &str) {
    if let Some(value) = value(letter, b"Message-ID") {
        letter.splice(value, message_id.bytes());
    }
}

/// Where the value of a header field is, without its line end; the first field of this name.
fn value(letter: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let mut begin = 0;
    loop {
        let line = &letter[begin..];
        let end = line.windows(2).position(|pair| pair == b"\r\n")?;
        if end == 0 {
            return None;
        }
        if let Some((found, _)) = line[..end].split_at_checked(name.len())
            && found.eq_ignore_ascii_case(name)
            && line[name.len()..].starts_with(b": ")
        {
            return Some(begin + name.len() + 2..begin + end);
        }
        begin += end + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "Subject: Date: no\r\n Date: no\r\nDate: Thu, 11 Jan 2018 09:00:00 -0500\r\n\
                          Message-ID: <a@example.org>\r\n\r\nDate: Thu, 11 Jan 2018 09:00:00 -0500\r\n";

    fn at(text: &str) -> ZonedDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_value_of_the_date_field_is_replaced() {
        let mut letter = LETTER.as_bytes().to_vec();
        set_date(&mut letter, &at("2018-02-03T04:05:06+05:30[+05:30]"));
        let wanted = LETTER.replacen("Thu, 11 Jan 2018 09:00:00 -0500", "Sat, 03 Feb 2018 04:05:06 +0530", 1);
        assert_eq!(String::from_utf8(letter).unwrap(), wanted);
    }

    #[test]
    fn only_the_value_of_the_message_id_is_replaced() {
        let mut letter = LETTER.as_bytes().to_vec();
        set_message_id(&mut letter, "<longer-one@example.org>");
        assert_eq!(String::from_utf8(letter).unwrap(), LETTER.replace("<a@example.org>", "<longer-one@example.org>"));
    }

    #[test]
    fn a_letter_without_a_date_of_ours_stays_as_it_is() {
        for head in
            ["", "Date: \r\n", "Date: 11 Jan 2018 09:00:00 -0500\r\n", "Date: Thu, 11 Jan 2018\r\n 09:00:00 -0500\r\n"]
        {
            let letter = format!("From: a@example.org\r\n{head}\r\nDate: Thu, 11 Jan 2018 09:00:00 -0500\r\n");
            let mut bytes = letter.clone().into_bytes();
            set_date(&mut bytes, &at("2018-02-03T04:05:06+00:00[UTC]"));
            assert_eq!(String::from_utf8(bytes).unwrap(), letter);
        }
        let mut nothing = Vec::new();
        set_date(&mut nothing, &at("2018-02-03T04:05:06+00:00[UTC]"));
        set_message_id(&mut nothing, "<a@example.org>");
        assert!(nothing.is_empty());
    }
}
