//! Searches a file that a letter carries, once for all letters that have it.
//!
//! The text of a text file is searched as the text of a letter is. In any other file only whole names, addresses and other
//! identifiers are looked for, in whatever is readable: the author in a PDF, the comment in a photograph. Single words would
//! be found by chance there. Compressed text is not read, so such a file never counts as searched.

use super::report::Leak;
use super::search::Scope;
use super::{Gate, Searched};
use crate::message::media_type;

/// What was found in a file.
#[derive(Debug, Default)]
pub struct SearchedFile {
    /// The private strings found.
    pub leaks: Vec<Leak>,
    /// The text in which they are; `None` if it is not a text file.
    pub text: Option<String>,
}

impl Gate {
    /// Searches a file of this media type.
    pub fn search_file(&self, media_type: &str, bytes: &[u8]) -> SearchedFile {
        let scope = Scope::default();
        let is_text =
            media_type.starts_with("text/") || ["xml", "json", "rfc822"].iter().any(|end| media_type.ends_with(end));
        let Some(text) = is_text.then(|| media_type::text(bytes)).flatten().map(|(text, _)| text.replace('\r', "\n"))
        else {
            return SearchedFile { leaks: self.identifiers(bytes), text: None };
        };
        let Searched { leaks, .. } = match media_type {
            "message/rfc822" => self.search_letter(bytes, scope),
            kind if kind.ends_with("html") || kind.ends_with("xml") => self.search_markup(&text, scope),
            // A row is a text of its own.
            "text/csv" | "text/tab-separated-values" => self.search_lines(&text),
            _ => self.search_text(&text, scope),
        };
        SearchedFile { leaks, text: Some(text) }
    }

    fn search_lines(&self, text: &str) -> Searched {
        let (mut searched, mut at) = (Searched::default(), 0);
        for line in text.split_inclusive('\n') {
            for mut leak in self.search_value(line, Scope::default()).leaks {
                leak.begin += at;
                searched.leaks.push(leak);
            }
            at += line.len();
        }
        searched
    }

    /// The identifiers in what is readable: text in UTF-8, and in UTF-16 as far as it is ASCII.
    fn identifiers(&self, bytes: &[u8]) -> Vec<Leak> {
        const SHORTEST: usize = 4;
        let without_zeros: Vec<u8> = bytes.iter().copied().filter(|b| *b != 0).collect();
        let mut leaks = Vec::new();
        for bytes in [bytes, &without_zeros] {
            let text = String::from_utf8_lossy(bytes);
            let pieces = text.split(|c: char| c == char::REPLACEMENT_CHARACTER || c.is_control());
            for piece in pieces.filter(|piece| piece.len() >= SHORTEST) {
                leaks.extend(self.search_value(piece, Scope::default()).leaks.into_iter().filter(Leak::is_whole));
            }
            if bytes.len() == without_zeros.len() {
                break;
            }
        }
        leaks.sort();
        leaks.dedup();
        leaks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::disclosure::{Private, PrivateKind};

    fn gate() -> Gate {
        let private = |text: &str, kind| Private { text: text.to_owned(), kind, line: 2 };
        let strings = [
            private("Jolene Satterwhaite", PrivateKind::Name),
            private("Jolene", PrivateKind::Word),
            private("Satterwhaite", PrivateKind::Word),
        ];
        Gate::new(strings, [], &[])
    }

    fn found(media_type: &str, bytes: &[u8]) -> usize {
        gate().search_file(media_type, bytes).leaks.len()
    }

    #[test]
    fn text_is_searched_by_its_words() {
        assert_eq!(found("text/plain", b"We thank Jolene.\n"), 1);
        assert_eq!(found("text/csv", b"name,place\nJolene,Rome\n"), 1);
        assert_eq!(found("text/html", b"<p>Jo<b>lene</b></p>"), 1);
        assert_eq!(found("image/svg+xml", b"<svg><text>Jolene</text></svg>"), 1);
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("Jolene".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(found("text/plain", &utf16), 1);
        let searched = gate().search_file("text/csv", "Zoë,a\nb,Jolene\n".as_bytes());
        let text = searched.text.expect("text");
        assert!(text[searched.leaks[0].begin..].starts_with("Jolene"));
    }

    #[test]
    fn whole_names_are_found_in_what_is_readable_of_other_files() {
        assert_eq!(found("application/pdf", b"%PDF-1.4\n/Author (Jolene Satterwhaite)\n\xff\xfe"), 1);
        let utf16: Vec<u8> = "Jolene Satterwhaite".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(found("application/pdf", &[b"%PDF-1.4\n/Author (\xfe\xff", &utf16[..], b")"].concat()), 1);
        assert_eq!(found("image/jpeg", b"\xff\xd8\xff\xe0 Jolene \xff"), 0, "a single word can be chance");
        assert!(gate().search_file("image/png", b"\x89PNG").text.is_none());
    }
}
