//! Searches arbitrary text and arbitrary letters for private strings.
//!
//! Strings are separated by 0x00: up to four whole names, then the text. The gate must never panic, and it must find at
//! least what a naive search finds: a name of two or more plain ASCII words that are in the text as whole words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use openletter::leak_gate::{Gate, Scope};
use openletter::people::disclosure::{Private, PrivateKind};

/// Characters that begin an escape, a tag or an encoded word: after one, letters can stand for other letters.
const ESCAPES: &[char] = &['%', '&', '<', '='];

fn gate<'t>(strings: impl IntoIterator<Item = &'t str>) -> Gate {
    let private = strings.into_iter().zip(2..).map(|(text, line)| Private {
        text: text.to_owned(),
        kind: PrivateKind::Name,
        line,
    });
    Gate::new(private, [], &[])
}

/// Whether the naive search can look for this name: two or more words of ASCII letters and digits with one space between
/// them. A single word is not always a leak, so it is not compared.
fn is_plain(string: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    string.split(' ').all(is_word) && string.contains(' ')
}

/// Whether the text holds the string as whole words, between ASCII punctuation, white space or the ends of the text.
fn holds(text: &str, string: &str) -> bool {
    let (text, string) = (text.to_ascii_lowercase(), string.to_ascii_lowercase());
    let is_border = |c: Option<char>| c.is_none_or(|c| c.is_ascii_punctuation() || c == ' ' || c == '\n');
    text.match_indices(&string).any(|(at, found)| {
        is_border(text[..at].chars().next_back()) && is_border(text[at + found.len()..].chars().next())
    })
}

fuzz_target!(|data: &[u8]| {
    let mut pieces: Vec<&[u8]> = data.splitn(5, |byte| *byte == 0).collect();
    let Some(bytes) = pieces.pop() else { return };
    let text = String::from_utf8_lossy(bytes);
    let strings: Vec<_> = pieces.iter().map(|piece| String::from_utf8_lossy(piece).into_owned()).collect();

    let all = gate(strings.iter().map(String::as_str));
    let (mut letter, headers) = (Vec::new(), "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
    letter.extend_from_slice(headers.as_bytes());
    letter.extend_from_slice(b"Content-Transfer-Encoding: 8bit\r\n\r\n");
    letter.extend_from_slice(text.as_bytes());
    let in_text = all.search_text(&text, Scope::default()).leaks.len();
    let in_letter = all.search_letter(&letter, Scope::default()).leaks.len();
    // The same bytes as a whole letter, with arbitrary headers, parts and encodings.
    all.search_letter(bytes, Scope::default());

    if text.contains(ESCAPES) {
        return;
    }
    for string in strings.iter().filter(|string| is_plain(string) && holds(&text, string)) {
        assert!(in_text > 0 && in_letter > 0, "not found among others: {string:?} in {text:?}");
        let alone = gate([string.as_str()]);
        assert!(!alone.search_text(&text, Scope::default()).leaks.is_empty(), "{string:?} in the text {text:?}");
        assert!(!alone.search_letter(&letter, Scope::default()).leaks.is_empty(), "{string:?} in the letter {text:?}");
    }
});
