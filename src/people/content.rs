//! Recognises cells with content that does not belong in their column: addresses, spreadsheet errors, wrongly decoded text.
//!
//! It checks one cell at a time, without the row, and must never quote the cell.

use std::fmt;

/// What a cell contains instead of a proper text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongContent {
    /// `ann@x.example`
    Email,
    /// `https://…`, `www.…`
    Url,
    /// `07700 900123`
    Phone,
    /// `#N/A`, `#REF!`
    SpreadsheetError,
    /// `NULL`, `nan`, `undefined`, `N/A`
    NoValue,
    /// `-`, `???`
    Punctuation,
    /// `MÃ¼ller`
    DecodedTwice,
    /// `O&#39;Brien`
    Entity,
}

impl WrongContent {
    /// Returns how to fix it.
    pub(crate) fn help(self) -> &'static str {
        match self {
            WrongContent::Email | WrongContent::Url | WrongContent::Phone => {
                "check the mapping of the columns; correct or empty the cell"
            }
            WrongContent::SpreadsheetError => "correct the formula in the spreadsheet, or empty the cell",
            WrongContent::NoValue | WrongContent::Punctuation => "empty the cell, or fill in the value",
            WrongContent::DecodedTwice => "set `encoding` to the encoding of the file, or correct the cell",
            WrongContent::Entity => "write the character itself",
        }
    }
}

impl fmt::Display for WrongContent {
    /// Continues "`role` …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WrongContent::Email => "contains an e-mail address",
            WrongContent::Url => "contains a web address",
            WrongContent::Phone => "is a phone number",
            WrongContent::SpreadsheetError => "is a spreadsheet error",
            WrongContent::NoValue => "is a placeholder for a missing value",
            WrongContent::Punctuation => "is only punctuation",
            WrongContent::DecodedTwice => "was decoded with the wrong encoding",
            WrongContent::Entity => "contains an HTML entity",
        })
    }
}

/// Which content is wrong in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentRule {
    /// A name, role, affiliation or place: addresses, phone numbers and placeholders are wrong.
    Label,
    /// A part of a name: as `Label`, but "Null" and "Nan" are names.
    NamePart,
    /// Free text: only spreadsheet errors and broken characters are wrong.
    Text,
}

/// Returns what is wrong with a cell, if anything.
pub(crate) fn wrong_content(rule: ContentRule, cell: &str) -> Option<WrongContent> {
    if cell.is_empty() || is_words(cell) && !(rule == ContentRule::Label && is_placeholder(cell)) {
        return None;
    }
    if is_spreadsheet_error(cell) {
        return Some(WrongContent::SpreadsheetError);
    }
    if is_decoded_twice(cell) {
        return Some(WrongContent::DecodedTwice);
    }
    if has_entity(cell) {
        return Some(WrongContent::Entity);
    }
    if rule == ContentRule::Text {
        return None;
    }
    if !cell.chars().any(char::is_alphanumeric) && cell.is_ascii() || cell.chars().all(|c| "–—…·•?".contains(c))
    {
        return Some(WrongContent::Punctuation);
    }
    if rule == ContentRule::Label && is_placeholder(cell) {
        return Some(WrongContent::NoValue);
    }
    if cell.contains([':', '.']) && cell.split_whitespace().any(is_url) {
        return Some(WrongContent::Url);
    }
    if cell.contains('@') && cell.split_whitespace().any(is_email) {
        return Some(WrongContent::Email);
    }
    is_phone(cell).then_some(WrongContent::Phone)
}

/// Whether a cell has at least one ASCII letter, and otherwise only signs that occur in names and addresses. Only a
/// placeholder can be wrong with it: it has too few digits for a phone number, and no `www.`.
fn is_words(cell: &str) -> bool {
    let (mut letters, mut digits) = (0, 0);
    let is_fit = cell.bytes().enumerate().all(|(at, byte)| match byte {
        b'A'..=b'Z' | b'a'..=b'z' => {
            letters += 1;
            true
        }
        b'0'..=b'9' => {
            digits += 1;
            digits < 7
        }
        b'.' => !cell.as_bytes()[..at].ends_with(b"w") && !cell.as_bytes()[..at].ends_with(b"W"),
        _ => matches!(byte, b' ' | b',' | b'-' | b'\'' | b'(' | b')'),
    });
    is_fit && letters > 0
}

fn is_spreadsheet_error(cell: &str) -> bool {
    const ERRORS: [&str; 10] =
        ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#ERROR!", "#SPILL!", "#CALC!"];
    // The two most common ones in German, French and Spanish programs.
    const TRANSLATED: [&str; 6] = ["#NV", "#BEZUG!", "#WERT!", "#N/D", "#VALEUR!", "#¡REF!"];
    if !cell.starts_with('#') {
        return false;
    }
    let upper = cell.to_uppercase();
    ERRORS.contains(&&*upper) || TRANSLATED.contains(&&*upper)
}

fn is_placeholder(cell: &str) -> bool {
    const PLACEHOLDERS: [&str; 12] =
        ["null", "nan", "undefined", "n/a", "n.a.", "n.a", "n. a.", "none", "(none)", "nil", "#n/a", "not applicable"];
    PLACEHOLDERS.iter().any(|placeholder| placeholder.eq_ignore_ascii_case(cell))
}

/// Whether UTF-8 was decoded as Windows-1252: a lead byte became a letter, and a continuation byte a sign.
fn is_decoded_twice(cell: &str) -> bool {
    if cell.is_ascii() {
        return false;
    }
    let continues = |c: char| matches!(c, '\u{80}'..='\u{BF}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(c);
    let pairs = cell.chars().zip(cell.chars().skip(1));
    // `Ã` is a letter of Portuguese, but is never followed by these signs. `Å’` and `Ä›` can be correct text.
    pairs.into_iter().any(|(lead, next)| match lead {
        'Ã' | 'Â' => continues(next),
        'Ä' | 'Å' | 'Ð' | 'Ñ' | 'Î' | 'Ï' | '×' | 'Ø' => {
            matches!(next, '\u{80}'..='\u{BF}') && next != '\u{B7}' && next != '\u{A0}'
        }
        _ => false,
    }) || cell.contains("â€")
        || cell.contains('\u{FFFD}')
}

/// `&amp;`, `&#39;`, `&#x27;`, `&quot;`
fn has_entity(cell: &str) -> bool {
    cell.match_indices('&').any(|(at, _)| {
        let Some((entity, _)) = cell[at + 1..].split_once(';') else { return false };
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        ["amp", "quot", "apos", "lt", "gt", "nbsp"].contains(&entity)
            || entity.strip_prefix('#').is_some_and(|code| is_number(code.trim_start_matches(['x', 'X'])))
            || entity.len() > 3 && entity.ends_with(|c: char| "elgt".contains(c)) && is_named(entity)
    })
}

/// `eacute`, `ouml`, `ntilde`, `szlig`
fn is_named(entity: &str) -> bool {
    ["acute", "grave", "uml", "tilde", "circ", "cedil", "ring", "slash", "szlig"]
        .iter()
        .any(|end| entity.ends_with(end))
}

fn is_url(word: &str) -> bool {
    word.contains("://") || word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."))
}

fn is_email(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// Whether a cell has 7 to 15 digits, and otherwise only signs that occur in phone numbers.
fn is_phone(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    if !(7..=15).contains(&digits) {
        return false;
    }
    let rest = cell.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '.' || c == ':' || c == ' ');
    let prefix = cell[..cell.len() - rest.len()].trim().trim_end_matches([':', '.']).to_lowercase();
    rest.chars().all(|c| c.is_ascii_digit() || "+-()/. \u{A0}".contains(c))
        && ["", "tel", "phone", "t", "mobile", "mob"].contains(&&*prefix)
}

/// Returns the case of a name that is all in capitals or all in small letters. A single word is not judged.
pub(crate) fn single_case(name: &str) -> Option<&'static str> {
    let words: Vec<&str> =
        name.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1).collect();
    let all = |is: fn(char) -> bool| words.iter().all(|word| word.chars().filter(|c| c.is_alphabetic()).all(is));
    if words.len() < 2 {
        None
    } else if all(|c| c.is_uppercase()) {
        Some("capitals")
    } else if all(|c| c.is_lowercase()) {
        Some("small letters")
    } else {
        None
    }
}

/// Whether a text contains an emoji or another pictograph.
pub(crate) fn has_pictograph(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{20E3}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_content_is_recognised() {
        for (cell, content) in [
            ("07700 900123", WrongContent::Phone),
            ("Tel.: +44 (0)20 7946 0018", WrongContent::Phone),
            ("ann@x.example", WrongContent::Email),
            ("Ann <ann@x.example>", WrongContent::Email),
            ("https://river.example", WrongContent::Url),
            ("see www.river.example", WrongContent::Url),
            ("#N/A", WrongContent::SpreadsheetError),
            ("#REF!", WrongContent::SpreadsheetError),
            ("NULL", WrongContent::NoValue),
            ("nan", WrongContent::NoValue),
            ("undefined", WrongContent::NoValue),
            ("N/A", WrongContent::NoValue),
            ("-", WrongContent::Punctuation),
            ("—", WrongContent::Punctuation),
            ("MÃ¼ller", WrongContent::DecodedTwice),
            ("O’Brien".replace('’', "â€™").as_str(), WrongContent::DecodedTwice),
            ("O&#39;Brien", WrongContent::Entity),
            ("Caf&eacute;", WrongContent::Entity),
            ("Smith &amp; Sons", WrongContent::Entity),
        ] {
            assert_eq!(wrong_content(ContentRule::Label, cell), Some(content), "{cell}");
        }
    }

    #[test]
    fn real_names_roles_and_places_are_accepted() {
        for cell in [
            "Maria Rossi",
            "JOÃO SILVA",
            "São Paulo",
            "Åsa Ek",
            "Ørsted A/S",
            "AT&T; and others",
            "Director, Research & Policy",
            "24/7 Helpline",
            "Bishop @ Large",
            "王小明",
            "1st Lieutenant",
            "Paris 75011",
            "St. John's, 2nd floor",
            "Nana Addo",
        ] {
            assert_eq!(wrong_content(ContentRule::Label, cell), None, "{cell}");
        }
        assert_eq!(wrong_content(ContentRule::NamePart, "Null"), None);
        assert_eq!(wrong_content(ContentRule::NamePart, "Nan"), None);
        assert_eq!(wrong_content(ContentRule::Text, "Write to ann@x.example"), None);
    }

    #[test]
    fn names_in_one_case_are_recognised() {
        assert_eq!(single_case("BRIAN THOMPSON"), Some("capitals"));
        assert_eq!(single_case("anna nowak"), Some("small letters"));
        for name in ["Anna Nowak", "KOVÁCS Anna", "UNICEF", "JP Morgan", "王小明", "J. R. Okafor", "MADONNA"] {
            assert_eq!(single_case(name), None, "{name}");
        }
    }
}
