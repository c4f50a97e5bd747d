//! Whether Gmail, which shows only the beginning of a long letter, shows a letter's names.
//!
//! Only the HTML part counts, not what else a letter carries.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, own, spans};
use crate::language::Language;
use crate::text::size::format_size;

/// How much of an HTML part Gmail shows, in bytes.
const SHOWN: usize = 102_000;

/// Warns about letters in a language whose HTML part has `octets` bytes, of which `roll` bytes are the roll with its `listed`
/// names.
pub(super) fn clipped(octets: usize, roll: usize, listed: usize, language: &Language) -> Option<Finding> {
    if octets <= SHOWN {
        return None;
    }
    let room = SHOWN.saturating_sub(octets.saturating_sub(roll));
    // By the mean length of an entry, so in tens.
    let fitting = (room * listed).checked_div(roll).unwrap_or(0) / 10 * 10;
    let [size, shown] = [octets, SHOWN].map(|octets| own(format_size(octets as u64)));
    let what =
        spans!["the HTML part of letters in ", language.name, " is ", size, ", and Gmail shows only the first ", shown];
    let attached = "leave {{roll}} out, write how many sign, and add the names as a file: [letter] attach";
    let (names, help): (Spans, Spans) = match fitting {
        0 if roll == 0 => ("".into(), "shorten the letter, or move a part of it to a file: [letter] attach".into()),
        0 => ("".into(), spans!["shorten the letter, or ", attached]),
        _ => (
            spans![", in which about ", fitting, " of the ", listed, " names fit"],
            spans!["set [signatories] max_listed = ", fitting, "; or ", attached],
        ),
    };
    Some(Finding::new(Code::SizeClipped, spans![what, names]).at(Place::file(super::toml_source::FILE)).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::ENGLISH;

    #[test]
    fn only_what_gmail_does_not_show_is_reported() {
        assert_eq!(clipped(SHOWN, 90_000, 900, &ENGLISH), None);
        let texts = |octets, roll, listed| {
            let finding = clipped(octets, roll, listed, &ENGLISH).expect("a warning");
            [finding.message, finding.fix.expect("a fix")].map(|text| text.to_string()).join("\n")
        };
        assert!(texts(SHOWN + 1, 90_001, 900).contains("about 890 of the 900 names fit"));
        for (octets, roll, listed) in [(200_000, 0, 0), (200_000, 90_000, 900), (SHOWN + 1, 100, 3)] {
            let texts = texts(octets, roll, listed);
            assert!(!texts.contains("names fit") && !texts.contains("max_listed"), "{texts}");
            assert_eq!(texts.contains("{{roll}}"), roll > 0, "{texts}");
        }
    }
}
