//! Which characters a cell, a name, a subject or an address may hold.
//!
//! What nobody can see must never pass into a letter unnoticed: it hides one name inside another, turns the
//! text around it, or ends a header line. Joiners and selectors that a script is written with are welcome where that
//! script uses them.

use std::fmt;
use unicode_normalization::char::canonical_combining_class;

/// How many lines a cell may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// A name, an address: what may end up in a header. Nothing invisible either.
    One,
    /// The author's own text, a template: line feeds and tabs, and nothing else that a name cannot hold.
    Text,
    /// A statement: line feeds, and the invisible characters that text in all its forms has (soft hyphens, emoji).
    Many,
}

/// A character that cannot be where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The byte of the text it begins at.
    pub offset: usize,
    /// The character itself; to be named, never shown.
    pub character: char,
    /// Why it is refused.
    pub class: CharacterClass,
}

impl fmt::Display for Refused {
    /// Reads on after "the subject holds".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (U+{:04X})", self.class.name(), u32::from(self.character))
    }
}

/// Why a character is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharacterClass {
    /// What some reader takes for the end of a line.
    LineBreak,
    /// C0, DEL and C1.
    Control,
    /// Turns the direction of text beyond itself (UAX #9 §2.1, §2.2).
    Direction,
    /// A mark that has a direction and no shape (UAX #9 §2.6).
    Mark,
    /// Leaves no ink.
    Invisible,
    /// Has no meaning outside one machine.
    PrivateUse,
    /// What Unicode gives no meaning, ever.
    Noncharacter,
    /// Stands where a program lost a character.
    Replacement,
}

impl CharacterClass {
    /// What it is, with its article.
    pub fn name(self) -> &'static str {
        match self {
            CharacterClass::LineBreak => "a line break",
            CharacterClass::Control => "a control character",
            CharacterClass::Direction | CharacterClass::Mark => "a bidirectional control character",
            CharacterClass::Invisible => "an invisible character",
            CharacterClass::PrivateUse => "a private-use character",
            CharacterClass::Noncharacter => "a code point that is no character",
            CharacterClass::Replacement => "a mark left where another character was lost",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            CharacterClass::LineBreak => "put the cell on one line",
            CharacterClass::Replacement => "write the character that belongs there",
            _ => "delete the character",
        }
    }
}

/// The first character of a trimmed cell that cannot be in it.
pub fn refused(text: &str, lines: Lines) -> Option<Refused> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    text.char_indices().find_map(|(offset, character)| {
        let class = class(character)?;
        let welcome = match (class, lines) {
            (CharacterClass::LineBreak, Lines::Many | Lines::Text) => character == '\n',
            (CharacterClass::Control, Lines::Text) => character == '\t',
            (CharacterClass::Mark | CharacterClass::Invisible, Lines::Many) => true,
            (CharacterClass::Invisible, Lines::One | Lines::Text) => {
                let before = text[..offset].chars().next_back();
                let after = text[offset + character.len_utf8()..].chars().next();
                is_spelling(before, character, after)
            }
            _ => false,
        };
        (!welcome).then_some(Refused { offset, character, class })
    })
}

/// Why a character can be refused, wherever it stands; `None` for one that never is.
pub fn class(c: char) -> Option<CharacterClass> {
    Some(match c {
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => CharacterClass::LineBreak,
        _ if c.is_control() => CharacterClass::Control,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => CharacterClass::Direction,
        '\u{61C}' | '\u{200E}' | '\u{200F}' => CharacterClass::Mark,
        '\u{FFFD}' => CharacterClass::Replacement,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}' => CharacterClass::PrivateUse,
        '\u{FDD0}'..='\u{FDEF}' => CharacterClass::Noncharacter,
        _ if u32::from(c) & 0xFFFE == 0xFFFE => CharacterClass::Noncharacter,
        _ if is_invisible(c) => CharacterClass::Invisible,
        _ => return None,
    })
}

/// Default_Ignorable_Code_Point (UAX #44), and what else leaves no ink: the Braille blank, annotation marks, the place of
/// an object.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFC}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether an invisible character is part of how a word is spelt.
fn is_spelling(before: Option<char>, c: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        // RFC 5892 appendix A.1 and A.2: after a virama, or between letters that join.
        '\u{200C}' | '\u{200D}' => {
            needs_joiners(before) && (canonical_combining_class(before) == 9 || after.is_some_and(needs_joiners))
        }
        // The forms of a Mongolian letter, and its vowel separator.
        '\u{180B}'..='\u{180F}' => matches!(before, '\u{1820}'..='\u{18AA}'),
        // The form of an ideograph that a family writes itself with (UTS #37).
        '\u{FE00}'..='\u{FE02}' | '\u{E0100}'..='\u{E01EF}' => is_ideograph(before),
        // Text or emoji style (UTS #51 §1.4.3).
        '\u{FE0E}' | '\u{FE0F}' => {
            matches!(before, '\u{A9}' | '\u{AE}' | '\u{203C}'..='\u{27BF}' | '\u{2900}'..='\u{2BFF}')
                || matches!(before, '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
        }
        _ => false,
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// A letter, or a mark on one, of a script whose spelling joins and parts letters.
fn needs_joiners(c: char) -> bool {
    let script = matches!(c,
        // Arabic, Syriac, N'Ko, Mandaic, then the scripts of India and Sri Lanka.
        '\u{600}'..='\u{77F}' | '\u{7C0}'..='\u{7FF}' | '\u{840}'..='\u{DFF}'
        // Tibetan, Myanmar, Khmer, Mongolian, Limbu, Balinese to Lepcha.
        | '\u{F00}'..='\u{109F}' | '\u{1780}'..='\u{18AF}' | '\u{1900}'..='\u{194F}' | '\u{1A20}'..='\u{1AAF}'
        | '\u{1B00}'..='\u{1C4F}'
        // Syloti Nagri to Javanese, Myanmar Extended, Cham, Meetei Mayek.
        | '\u{A800}'..='\u{A8FF}' | '\u{A980}'..='\u{AAFF}' | '\u{ABC0}'..='\u{ABFF}'
        // Arabic's presentation forms; Hanifi Rohingya; the Brahmic scripts of the supplementary plane; Adlam.
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10D00}'..='\u{10D3F}' | '\u{11000}'..='\u{11FFF}'
        | '\u{1E900}'..='\u{1E95F}');
    script && (c.is_alphabetic() || canonical_combining_class(c) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_are_welcome() {
        for text in [
            "",
            "Dr. Amina O'Brien, PhD",
            "=?utf-8?q?x?=",
            "Zoë\u{A0}Müller",
            "李小龍",
            "葛\u{E0100}城",
            "می\u{200C}خواهم",
            "ශ\u{DCA}\u{200D}රී",
            "e\u{301}",
        ] {
            assert_eq!(refused(text, Lines::One), None, "{text:?}");
        }
    }

    #[test]
    fn what_breaks_hides_or_reorders_is_refused() {
        for (text, class) in [
            ("a\r\nBcc: b", CharacterClass::LineBreak),
            ("a\u{2028}b", CharacterClass::LineBreak),
            ("a\u{85}b", CharacterClass::LineBreak),
            ("a\0b", CharacterClass::Control),
            ("a\tb", CharacterClass::Control),
            ("a\u{1B}[31m", CharacterClass::Control),
            ("a\u{7F}", CharacterClass::Control),
            ("a\u{202E}b", CharacterClass::Direction),
            ("a\u{200F}", CharacterClass::Mark),
            ("a\u{200B}b", CharacterClass::Invisible),
            ("Ma\u{200D}ria", CharacterClass::Invisible),
            ("Ma\u{FE0F}ria", CharacterClass::Invisible),
            ("a\u{AD}b", CharacterClass::Invisible),
            ("\u{FEFF}a", CharacterClass::Invisible),
            ("a\u{E0041}", CharacterClass::Invisible),
            ("a\u{FFFD}", CharacterClass::Replacement),
            ("a\u{E000}", CharacterClass::PrivateUse),
            ("a\u{10FFFD}", CharacterClass::PrivateUse),
            ("a\u{FDD0}", CharacterClass::Noncharacter),
        ] {
            assert_eq!(refused(text, Lines::One).map(|refused| refused.class), Some(class), "{text:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_character_and_shows_none() {
        let refusal = refused("a\u{202E}", Lines::One).map(|refusal| refusal.to_string());
        assert_eq!(refusal.as_deref(), Some("a bidirectional control character (U+202E)"));
    }
}
