//! Facts about scripts: which have no spaces or run from right to left, which letters look alike, which characters are
//! invisible.
//!
//! These are facts about single characters: this module must never judge a whole text. Ranges are those of Unicode 17.

use std::borrow::Cow;

/// Replaces each byte of a template's tag in a text to be searched.
pub(crate) const TAG: char = '\u{1}';

/// Replaces a Markdown sign in such a text, which may be inside a word: `**Ma**ria`.
pub(crate) const MARK: char = '\u{2}';

/// Whether the script of this character is written without spaces, so that a name has no word boundary.
pub(crate) fn is_unspaced(c: char) -> bool {
    // Called for every letter; most return here.
    c >= '\u{E00}'
        && matches!(c,
            '\u{E00}'..='\u{EFF}'                       // Thai, Lao
            | '\u{1000}'..='\u{109F}' | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}' // Myanmar
            | '\u{1780}'..='\u{17FF}' | '\u{19E0}'..='\u{19FF}' // Khmer
            | '\u{1950}'..='\u{19DF}' | '\u{1A20}'..='\u{1AAF}' | '\u{AA80}'..='\u{AADF}' // the Tai scripts
            | '\u{1B00}'..='\u{1B7F}' | '\u{A980}'..='\u{A9DF}' // Balinese, Javanese
            | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' // Han
            | '\u{3041}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}' | '\u{1AFF0}'..='\u{1B16F}' // kana, Bopomofo
        )
}

/// Whether the script of this character runs from right to left: the blocks of the letters with DerivedBidiClass R or AL.
pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}')
}

/// Isolates text with a right-to-left script, so that it does not reorder the text around it: FIRST STRONG ISOLATE and POP
/// DIRECTIONAL ISOLATE (UAX #9) mean in plain text what `<bdi>` means in HTML.
pub(crate) fn isolated(text: &str) -> Cow<'_, str> {
    if text.contains(is_right_to_left) { format!("\u{2068}{text}\u{2069}").into() } else { text.into() }
}

/// Whether words of this script take suffixes: Korean particles.
pub(crate) fn takes_suffixes(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

/// Whether `before`, the part of a word before the letter `first`, consists of prefixes: at most two of the one-letter
/// conjunctions and prepositions of Arabic and Hebrew.
pub(crate) fn are_prefixes(before: &str, first: char) -> bool {
    let prefixes = match first {
        '\u{600}'..='\u{6FF}' => "وفبكل",
        '\u{590}'..='\u{5FF}' => "והבכלמש",
        _ => return false,
    };
    before.chars().count() <= 2 && before.chars().all(|c| prefixes.contains(c))
}

/// Whether a character is alphabetic in Unicode but used as an apostrophe.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2B9}'..='\u{2BF}' | '\u{2C8}' | '\u{2CA}'..='\u{2CC}' | '\u{2EE}' | '\u{A78B}' | '\u{A78C}')
}

/// Whether a word in lower case can begin a name with an inner capital, as in `McDonald`.
pub(crate) fn is_name_beginning(word: &str) -> bool {
    const BEGINNINGS: [&str; 16] =
        ["mc", "mac", "o", "d", "de", "da", "di", "du", "del", "des", "la", "le", "van", "von", "st", "fitz"];
    BEGINNINGS.contains(&word)
}

/// Whether a character is the optional dot between the parts of a foreign name in Chinese and Japanese.
pub(crate) fn is_middle_dot(c: char) -> bool {
    matches!(c, '\u{B7}' | '\u{2027}' | '\u{30FB}')
}

/// Whether a character is ignored in a word: an invisible one, or the Arabic tatweel, which only lengthens a word.
pub(crate) fn is_invisible(c: char) -> bool {
    c == '\u{640}' || is_default_ignorable(c)
}

/// Whether a character is invisible by Default_Ignorable_Code_Point (UAX #44).
pub(super) fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether an invisible character can separate two words or be inside one: the zero width space and non-joiner, and the
/// Braille blank.
pub(crate) fn may_separate_words(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200C}' | '\u{2800}')
}

/// Returns the usual replacement of a lower-case letter that Unicode does not decompose. Arabic letters that are used for
/// each other in Persian, Urdu and everyday Arabic become one.
pub(crate) fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' | 'ǽ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' | 'ɖ' | 'ɗ' | 'ƌ' | 'ȡ' => "d",
        'þ' => "th",
        'ł' | 'ƚ' | 'ɫ' | 'ⱡ' | 'ɬ' | 'ȴ' => "l",
        'ħ' | 'ⱨ' => "h",
        'ŧ' | 'ƭ' | 'ʈ' | 'ⱦ' | 'ȶ' => "t",
        'ŋ' | 'ɲ' | 'ɳ' | 'ƞ' | 'ȵ' => "n",
        'ı' | 'ɨ' | 'ɩ' => "i",
        'ɉ' | 'ȷ' => "j",
        'ĸ' | 'ƙ' | 'ⱪ' => "k",
        'ƀ' | 'ɓ' | 'ƃ' => "b",
        'ƈ' | 'ȼ' => "c",
        'ɇ' | 'ə' | 'ǝ' | 'ɛ' => "e",
        'ƒ' => "f",
        'ǥ' | 'ɠ' | 'ɣ' => "g",
        'ɔ' | 'ɵ' => "o",
        'ƥ' | 'ᵽ' => "p",
        'ɍ' | 'ɽ' => "r",
        'ȿ' | 'ʂ' => "s",
        'ʉ' | 'ʊ' => "u",
        'ʋ' => "v",
        'ⱳ' => "w",
        'ƴ' | 'ɏ' => "y",
        'ƶ' | 'ȥ' | 'ɀ' | 'ⱬ' => "z",
        'ⱥ' => "a",
        // Small capitals.
        'ᴀ' => "a",
        'ʙ' => "b",
        'ᴄ' => "c",
        'ᴅ' => "d",
        'ᴇ' => "e",
        'ꜰ' => "f",
        'ɢ' => "g",
        'ʜ' => "h",
        'ɪ' => "i",
        'ᴊ' => "j",
        'ᴋ' => "k",
        'ʟ' => "l",
        'ᴍ' => "m",
        'ɴ' => "n",
        'ᴏ' => "o",
        'ᴘ' => "p",
        'ꞯ' => "q",
        'ʀ' => "r",
        'ꜱ' => "s",
        'ᴛ' => "t",
        'ᴜ' => "u",
        'ᴠ' => "v",
        'ᴡ' => "w",
        'ʏ' => "y",
        'ᴢ' => "z",
        // White on black, in circles and squares.
        '\u{1F150}'..='\u{1F169}' => latin(c, '\u{1F150}'),
        '\u{1F170}'..='\u{1F189}' => latin(c, '\u{1F170}'),
        'ى' | 'ی' | 'ې' => "ي",
        'ک' | 'ڪ' => "ك",
        'ة' | 'ہ' | 'ھ' | 'ە' => "ه",
        'ٱ' => "ا",
        _ => return None,
    })
}

/// Returns the letter as far from `a` as `c` is from `first`.
fn latin(c: char, first: char) -> &'static str {
    let at = c as usize - first as usize;
    &"abcdefghijklmnopqrstuvwxyz"[at..=at]
}
