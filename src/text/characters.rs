//! Decides which characters a cell, a name, a subject or an address may contain.
//!
//! An invisible character must never reach a letter unnoticed: it can hide one name inside another, reorder text, or end a
//! header line. Joiners and selectors are accepted where their script uses them.

use super::script::is_default_ignorable;
use std::fmt;
use unicode_normalization::char::canonical_combining_class;

/// What a text is used for, which decides the characters it may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextUse {
    /// A name or an address, which may be in a header: one line, nothing invisible.
    Name,
    /// Another cell, or a subject: as `Name`, with emoji sequences.
    Cell,
    /// A template: as `Cell`, with line feeds and tabs.
    Template,
    /// A statement: line feeds, and invisible characters such as soft hyphens.
    Statement,
}

/// A character that is not allowed where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its byte offset in the text.
    pub offset: usize,
    /// The character; to be named, never shown.
    pub character: char,
    /// Why it is not allowed.
    pub class: CharacterClass,
}

impl fmt::Display for Refused {
    /// Continues "the subject contains".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (U+{:04X})", self.class.name(), u32::from(self.character))
    }
}

/// Why a character is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharacterClass {
    /// Ends a line in some programs.
    LineBreak,
    /// C0, DEL and C1.
    Control,
    /// Changes the direction of the text after it (UAX #9 §2.1, §2.2).
    Direction,
    /// A mark with a direction and no shape (UAX #9 §2.6).
    Mark,
    /// Not visible.
    Invisible,
    /// Has no meaning outside one system.
    PrivateUse,
    /// A code point that Unicode never assigns.
    Noncharacter,
    /// Replaces a character that a program could not decode.
    Replacement,
}

impl CharacterClass {
    /// Returns its name with an article.
    pub fn name(self) -> &'static str {
        match self {
            CharacterClass::LineBreak => "a line break",
            CharacterClass::Control => "a control character",
            CharacterClass::Direction | CharacterClass::Mark => "a bidirectional control character",
            CharacterClass::Invisible => "an invisible character",
            CharacterClass::PrivateUse => "a private-use character",
            CharacterClass::Noncharacter => "a code point that is not a character",
            CharacterClass::Replacement => "a replacement character",
        }
    }

    /// Returns how to fix it.
    pub fn help(self) -> &'static str {
        match self {
            CharacterClass::LineBreak => "put the cell on one line",
            CharacterClass::Replacement => "replace it with the right character",
            _ => "delete the character",
        }
    }
}

/// Returns the first character of a trimmed text that is not allowed in it.
pub fn refused(text: &str, usage: TextUse) -> Option<Refused> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    text.char_indices().find_map(|(offset, character)| {
        let class = class(character)?;
        let allowed = match (class, usage) {
            (CharacterClass::LineBreak, TextUse::Statement | TextUse::Template) => character == '\n',
            (CharacterClass::Control, TextUse::Template) => character == '\t',
            (CharacterClass::Mark | CharacterClass::Invisible, TextUse::Statement) => true,
            (CharacterClass::Invisible, TextUse::Name | TextUse::Cell | TextUse::Template) => {
                let (before, after) = (&text[..offset], &text[offset + character.len_utf8()..]);
                is_spelling(before.chars().next_back(), character, after.chars().next())
                    || usage != TextUse::Name && is_emoji_sequence(before, character, after)
            }
            _ => false,
        };
        (!allowed).then_some(Refused { offset, character, class })
    })
}

/// Returns the class of a character that can be refused; `None` for all others.
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

/// Default_Ignorable_Code_Point (UAX #44), and other invisible characters: the Braille blank, annotation marks, the object
/// replacement character.
fn is_invisible(c: char) -> bool {
    is_default_ignorable(c) || matches!(c, '\u{2800}' | '\u{FFF9}'..='\u{FFFC}')
}

/// Whether an invisible character belongs to the spelling of the word around it.
fn is_spelling(before: Option<char>, c: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        // RFC 5892 appendix A.1 and A.2: after a virama, or between letters that join.
        '\u{200C}' | '\u{200D}' => {
            needs_joiners(before) && (canonical_combining_class(before) == 9 || after.is_some_and(needs_joiners))
        }
        // The variants of a Mongolian letter, and its vowel separator.
        '\u{180B}'..='\u{180F}' => matches!(before, '\u{1820}'..='\u{18AA}'),
        // Variants of ideographs, as in family names (UTS #37).
        '\u{FE00}'..='\u{FE02}' | '\u{E0100}'..='\u{E01EF}' => is_ideograph(before),
        // Text or emoji style (UTS #51 §1.4.3).
        '\u{FE0E}' | '\u{FE0F}' => {
            matches!(before, '\u{A9}' | '\u{AE}' | '\u{203C}'..='\u{27BF}' | '\u{2900}'..='\u{2BFF}')
                || matches!(before, '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
        }
        _ => false,
    }
}

/// Whether an invisible character is inside an emoji sequence (UTS #51 §1.4): a joiner between two pictographs, a keycap's
/// selector, a tag of a flag.
fn is_emoji_sequence(before: &str, c: char, after: &str) -> bool {
    let next = after.chars().next();
    match c {
        '\u{200D}' => {
            let is_modifier = |c: &char| matches!(c, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}');
            let base = before.chars().rev().find(|c| !is_modifier(c));
            base.is_some_and(is_pictograph) && next.is_some_and(is_pictograph)
        }
        '\u{FE0F}' => {
            let is_key = before.ends_with(|c: char| c.is_ascii_digit() || c == '#' || c == '*');
            is_key && next == Some('\u{20E3}')
        }
        '\u{E0020}'..='\u{E007F}' => {
            let is_tag = |c: char| matches!(c, '\u{E0020}'..='\u{E007F}');
            let ends = c == '\u{E007F}'
                || after.trim_start_matches(|c| ('\u{E0020}'..='\u{E007E}').contains(&c)).starts_with('\u{E007F}');
            before.trim_end_matches(is_tag).ends_with('\u{1F3F4}') && ends
        }
        _ => false,
    }
}

/// The blocks of Extended_Pictographic.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21AA}'
        | '\u{231A}'..='\u{23FF}' | '\u{25AA}'..='\u{27BF}' | '\u{2934}'..='\u{2935}' | '\u{2B05}'..='\u{2B55}' | '\u{3030}'
        | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Whether a character is a letter, or a mark on one, of a script that uses joiners.
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
    fn names_of_all_scripts_are_accepted() {
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
            assert_eq!(refused(text, TextUse::Name), None, "{text:?}");
        }
    }

    #[test]
    fn characters_that_break_hide_or_reorder_text_are_refused() {
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
            assert_eq!(refused(text, TextUse::Name).map(|refused| refused.class), Some(class), "{text:?}");
        }
    }

    #[test]
    fn emoji_sequences_are_allowed_except_in_names() {
        for text in ["🏳️‍🌈", "👩‍⚕️ on call", "👩🏽‍🤝‍👩🏻", "1️⃣ first", "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}"]
        {
            for usage in [TextUse::Cell, TextUse::Template, TextUse::Statement] {
                assert_eq!(refused(text, usage), None, "{text:?}");
            }
            assert!(refused(text, TextUse::Name).is_some(), "{text:?}");
        }
        for text in ["a\u{200D}b", "👩\u{200D}", "\u{200D}👩", "1\u{FE0F}", "🏴\u{E0067}", "a\u{E0067}\u{E007F}"]
        {
            assert!(refused(text, TextUse::Cell).is_some(), "{text:?}");
        }
    }

    #[test]
    fn a_refused_character_is_named_but_not_printed() {
        let refusal = refused("a\u{202E}", TextUse::Name).map(|refusal| refusal.to_string());
        assert_eq!(refusal.as_deref(), Some("a bidirectional control character (U+202E)"));
    }
}
