//! A planted string is always found, however it is changed, and nothing else is found.

use super::carrier::{base64, encoded_words, percent, quoted, references, with_part};
use super::*;
use proptest::prelude::*;
use proptest::sample::select;
use unicode_normalization::UnicodeNormalization;

const WORDS: &[&str] =
    &["jolanta", "ÓLAFUR", "Søren", "Straße", "Дарья", "Ελένη", "أحمد", "Nguyễn", "दीपा", "Łucja", "İnci"];
const GAPS: &[&str] = &[" ", "  ", "-", "\u{a0}", "’", ", ", ".", "_", "–", "\u{3000}", "\r\n", "\r\n \t", "/"];

/// A change to a word that does not change its meaning.
#[derive(Clone, Copy, Debug)]
enum Change {
    Nothing,
    Upper,
    Lower,
    Composed,
    Decomposed,
    Accented,
    SoftHyphens,
    Fullwidth,
}

fn changed(word: &str, change: Change) -> String {
    let spelled = |each: &dyn Fn(char) -> String| word.nfc().map(each).collect::<String>();
    match change {
        Change::Nothing => word.into(),
        Change::Upper => word.to_uppercase(),
        Change::Lower => word.to_lowercase(),
        Change::Composed => word.nfc().collect(),
        Change::Decomposed => word.nfd().collect(),
        Change::Accented => spelled(&|c| if c.is_alphabetic() { format!("{c}\u{301}") } else { c.into() }),
        Change::SoftHyphens => spelled(&|c| format!("{c}\u{ad}")),
        Change::Fullwidth => spelled(&|c| {
            let wide = if c.is_ascii_alphabetic() { char::from_u32(c as u32 + 0xFEE0) } else { None };
            wide.unwrap_or(c).to_string()
        }),
    }
}

/// A letter with the text in it; each number is another place.
fn carried(text: &str, carrier: usize) -> Vec<u8> {
    let transfer = |kind: &str, encoding: &str| {
        format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n")
    };
    let tagged: String = text.chars().map(|c| if c == 'a' { "<b>a</b>".to_owned() } else { c.to_string() }).collect();
    match carrier {
        0 => text_letter(text),
        1 => letter(&transfer("plain", "quoted-printable"), &quoted(text.as_bytes(), 11)),
        2 => letter(&transfer("plain", "base64"), &base64(text.as_bytes())),
        3 => letter(&format!("Subject: {}\r\n", encoded_words(text, 'Q')), ""),
        4 => letter(&format!("To: {} <x@letters.example>\r\n", encoded_words(text, 'B')), ""),
        5 => letter(&transfer("html", "8bit"), &format!("<p>{}</p>", references(text))),
        6 => letter(&transfer("html", "quoted-printable"), &quoted(tagged.as_bytes(), 7)),
        7 => letter(&transfer("html", "8bit"), &format!("<a href=\"https://x.example/{}\">x</a>", percent(text))),
        8 => with_part("Content-Type: text/html; charset=utf-8\r\n", &format!("<!--{text}-->")),
        9 => with_part(&transfer("csv", "base64"), &base64(text.as_bytes())),
        _ => {
            let name = format!("Content-Disposition: attachment; filename*=utf-8''{}\r\n", percent(text));
            with_part(&format!("Content-Type: image/png\r\n{name}"), "x")
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    use Change::*;
    select(vec![Nothing, Upper, Lower, Composed, Decomposed, Accented, SoftHyphens, Fullwidth])
}

/// Whether a text has the words of a name, perhaps joined: compares all ranges.
fn naively_holds(text: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let ends = |words: &[String]| -> Vec<usize> {
        words
            .iter()
            .scan(0, |end, word| {
                *end += word.len();
                Some(*end)
            })
            .collect()
    };
    let (text, name) = (words(text), words(name));
    (0..text.len()).any(|from| {
        (from + 1..=text.len()).any(|to| {
            let stretch = &text[from..to];
            stretch.concat() == name.concat() && ends(stretch).iter().all(|end| ends(&name).contains(end))
        })
    })
}

proptest! {
    #[test]
    fn a_planted_string_is_always_found(
        words in prop::collection::vec((select(WORDS), change()), 1..4),
        gaps in prop::collection::vec(select(GAPS), 4),
        before in "([a-z]{0,9}[ ,.]){0,9}",
        after in "([ ,.][a-z]{0,9}){0,9}",
        carrier in 0usize..11,
    ) {
        let name: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let gate = names(&[&name.join(" ")]);
        let mut text = before;
        for ((word, change), gap) in words.iter().zip(&gaps) {
            text.push_str(&changed(word, *change));
            text.push_str(gap);
        }
        text.push_str(&after);
        let leaks = gate.search_letter(&carried(&text, carrier), Scope::default()).leaks;
        prop_assert!(!leaks.is_empty(), "{} in {:?}", name.join(" "), text);
    }

    #[test]
    fn what_is_found_is_what_a_naive_search_finds(text in "([qz]{1,2}[ '-]?){0,16}", name in "[qz]{2}([ -][qz]{1,2}){0,2}|[qz]([ -][qz]{1,2}){1,2}") {
        // A longer name in single letters is found too.
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        prop_assume!(name.len() < 4 || !words.windows(4).any(|words| words.iter().all(|word| word.len() == 1)));
        // Capitals among lower-case letters are boundaries that the naive search does not know.
        for text in [text.to_uppercase(), text] {
            prop_assert_eq!(holds(&name, &text), naively_holds(&text, &name));
        }
    }

    #[test]
    fn no_bytes_make_the_gate_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in any::<String>()) {
        let gate = names(&["Ana Lima"]);
        gate.search_letter(&bytes, Scope::default());
        gate.search_text(&text, Scope::default());
        gate.search_markup(&text, Scope::default());
    }

    #[test]
    fn no_nearly_good_letter_makes_the_gate_panic(pieces in prop::collection::vec(select(vec![
        "Content-Type: multipart/mixed; boundary=b\r\n", "\r\n", "--b\r\n", "--b--", "Content-Type: message/rfc822\r\n",
        "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n", "=?utf-8?Q?=C3?=",
        "=?utf-8?B?QQ", "=?", "?=", "=", "=4", "%4", "%C3%", "&#", "&#x", "&;", "&eacute", "<!--", "<a href=\"", ">", "é", "x: ",
        "Content-Type: text/html; charset=utf-16\r\n", "filename*0*=utf-8''%", ";", " ",
    ]), 0..30)) {
        let text = pieces.concat();
        let gate = names(&["Ana Lima"]);
        gate.search_letter(text.as_bytes(), Scope::default());
        gate.search_text(&text, Scope::default());
        gate.search_markup(&text, Scope::default());
    }
}
