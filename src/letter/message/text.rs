//! What the text of a header must not hold: characters that break the line, hide, reorder what is read, or mean nothing.
//!
//! It judges names, subjects and addresses, and changes nothing: a text is fit as it is, or refused with the reason.

/// Why a text cannot stand in a header; reads on after "the subject holds".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It would be lost on the way.
    #[error("white space at its beginning or end")]
    Edge,
    /// CR, LF, and what else some readers take for the end of a line.
    #[error("a line break ({})", code(*.0))]
    LineBreak(char),
    /// C0, DEL and C1.
    #[error("a control character ({})", code(*.0))]
    Control(char),
    /// What changes the order in which text is read.
    #[error("a character that changes the direction of writing ({})", code(*.0))]
    Bidi(char),
    /// What leaves no mark; joiners and variation selectors are welcome where the script needs them.
    #[error("an invisible character ({})", code(*.0))]
    Invisible(char),
    /// U+FFFD.
    #[error("a replacement character (U+FFFD), the trace of text that was read in a wrong encoding")]
    Replacement,
    /// What has no meaning outside one machine.
    #[error("a private-use character ({})", code(*.0))]
    PrivateUse(char),
    /// What Unicode gives no meaning, ever.
    #[error("a code point that is no character ({})", code(*.0))]
    Noncharacter(char),
}

fn code(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// The first reason why `text` cannot stand in a header.
pub fn refused(text: &str) -> Option<Refused> {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let refusal = judge(before, c, chars.peek().copied());
        if refusal.is_some() {
            return refusal;
        }
        before = Some(c);
    }
    (text.trim() != text).then_some(Refused::Edge)
}

/// The first control character that cannot stand in a body either: all but tab and the ends of lines.
pub(super) fn unprintable(body: &str) -> Option<Refused> {
    body.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')).map(Refused::Control)
}

fn judge(before: Option<char>, c: char, after: Option<char>) -> Option<Refused> {
    match c {
        ' '..='~' => None,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(Refused::LineBreak(c)),
        _ if c.is_control() => Some(Refused::Control(c)),
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            Some(Refused::Bidi(c))
        }
        '\u{200C}' | '\u{200D}' => {
            let joins = before.is_some_and(|c| is_base(c) || is_selector(c)) && after.is_some_and(is_base);
            (!joins).then_some(Refused::Invisible(c))
        }
        _ if is_selector(c) => (!before.is_some_and(is_base)).then_some(Refused::Invisible(c)),
        _ if is_invisible(c) => Some(Refused::Invisible(c)),
        '\u{FFFD}' => Some(Refused::Replacement),
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}' => {
            Some(Refused::PrivateUse(c))
        }
        '\u{FDD0}'..='\u{FDEF}' => Some(Refused::Noncharacter(c)),
        _ if u32::from(c) & 0xFFFE == 0xFFFE => Some(Refused::Noncharacter(c)),
        _ => None,
    }
}

/// A character that a joiner can join and a selector vary: Arabic, the scripts of South Asia, Mongolian, Han, emoji. The
/// alphabets before them in Unicode (Latin, Greek, Cyrillic, Armenian, Hebrew) need neither, so there they only hide.
fn is_base(c: char) -> bool {
    c >= '\u{600}' && !('\u{2000}'..='\u{206F}').contains(&c) && !c.is_whitespace() && !is_selector(c)
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// The rest of Unicode's Default_Ignorable_Code_Point, and the marks of interlinear annotation.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
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
            "❤\u{FE0F}\u{200D}🔥 and 👩\u{200D}💻",
            "e\u{301}",
        ] {
            assert_eq!(refused(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_breaks_hides_or_reorders_is_refused() {
        for (text, refusal) in [
            ("a\r\nBcc: b", Refused::LineBreak('\r')),
            ("a\n", Refused::LineBreak('\n')),
            ("a\u{2028}b", Refused::LineBreak('\u{2028}')),
            ("a\u{85}b", Refused::LineBreak('\u{85}')),
            ("a\0b", Refused::Control('\0')),
            ("a\tb", Refused::Control('\t')),
            ("a\u{1B}[31m", Refused::Control('\u{1B}')),
            ("a\u{7F}", Refused::Control('\u{7F}')),
            ("a\u{9B}", Refused::Control('\u{9B}')),
            ("a\u{202E}b", Refused::Bidi('\u{202E}')),
            ("a\u{200F}", Refused::Bidi('\u{200F}')),
            ("a\u{200B}b", Refused::Invisible('\u{200B}')),
            ("Ma\u{200D}ria", Refused::Invisible('\u{200D}')),
            ("Ma\u{FE0F}ria", Refused::Invisible('\u{FE0F}')),
            ("\u{200C}می", Refused::Invisible('\u{200C}')),
            ("می\u{200C}", Refused::Invisible('\u{200C}')),
            ("می\u{200C}\u{200C}خ", Refused::Invisible('\u{200C}')),
            ("❤\u{FE0F}\u{FE0F}", Refused::Invisible('\u{FE0F}')),
            ("a\u{AD}b", Refused::Invisible('\u{AD}')),
            ("\u{FEFF}a", Refused::Invisible('\u{FEFF}')),
            ("a\u{E0041}", Refused::Invisible('\u{E0041}')),
            ("a\u{FFFD}", Refused::Replacement),
            ("a\u{E000}", Refused::PrivateUse('\u{E000}')),
            ("a\u{10FFFD}", Refused::PrivateUse('\u{10FFFD}')),
            ("a\u{FDD0}", Refused::Noncharacter('\u{FDD0}')),
            ("a\u{1FFFE}", Refused::Noncharacter('\u{1FFFE}')),
            (" a", Refused::Edge),
            ("a\u{3000}", Refused::Edge),
        ] {
            assert_eq!(refused(text), Some(refusal), "{text:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_character_and_shows_none() {
        assert_eq!(Refused::Bidi('\u{202E}').to_string(), "a character that changes the direction of writing (U+202E)");
    }
}
