//! Folding: reduces a text to what the gate compares, its letters and digits and the word boundaries between them.
//!
//! The text and the private string are folded by the same function, so a character becomes the same in both. It must never
//! remove a boundary that a reader sees.

use crate::text::script::{
    MARK, are_prefixes, is_apostrophe, is_invisible, is_middle_dot, is_name_beginning, is_unspaced, may_separate_words,
    plain, takes_suffixes,
};
use std::ops::Range;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible, is_combining_mark};

/// What separates two letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Boundary {
    /// Nothing: they belong to one word.
    #[default]
    None,
    /// A capital after a lower-case letter, as in `SaveJolene`: one word, but a longer name is searched for in it.
    CaseChange,
    /// Something that may or may not separate words: a tag, a zero width space, a change of script.
    Soft,
    /// White space or middle dots, which are ignored inside a script that is written without spaces. Only while folding.
    Blank,
    /// A sign that can be part of a word: an apostrophe, a full stop, a slash. Only while folding.
    Sign,
    /// A hyphen, which can be at the end of a line. Only while folding.
    Hyphen,
    /// A single sign or hyphen: `O'Brien`, `Satter-whaite`.
    Joined,
    /// White space only.
    Space,
    /// White space before a capital, as between the words of a name.
    SpaceBeforeCapital,
    /// Any other separator.
    Hard,
}

/// A folded text.
///
/// Letters and boundaries are kept apart, so that one search finds a name whatever separates its words, and boundaries are
/// checked only where the letters match.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Folded {
    letters: String,
    /// The boundary before each byte of `letters` that begins a letter, and one after the last.
    boundaries: Vec<Boundary>,
    /// For each byte of `letters`, where in the text the character that it comes from begins and ends.
    origins: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds a text.
    pub(super) fn new(text: &str) -> Self {
        let mut folder = Folder::with_capacity(text.len());
        folder.push(text);
        folder.finish()
    }

    /// Folds a string to look for, of which nobody asks where its letters come from: there can be hundreds of thousands.
    pub(super) fn sought(text: &str) -> Self {
        let Folded { letters, boundaries, .. } = Folded::new(text);
        let (letters, boundaries) = (letters.into_boxed_str().into_string(), boundaries.into_boxed_slice().into_vec());
        Folded { letters, boundaries, origins: Vec::new() }
    }

    /// The letters and digits, without anything between them.
    pub(super) fn letters(&self) -> &str {
        &self.letters
    }

    /// The words with one space between them: two texts are the same string if these are equal.
    pub(super) fn words(&self) -> String {
        let mut words = String::with_capacity(self.letters.len() + 8);
        for (at, c) in self.letters.char_indices() {
            if at > 0 && self.boundaries[at] > Boundary::CaseChange {
                words.push(' ');
            }
            words.push(c);
        }
        words
    }

    /// Where in the text the letters at `at` begin and end.
    pub(super) fn span(&self, at: &Range<usize>) -> Range<usize> {
        self.origins[at.start].0 as usize..self.origins[at.end - 1].1 as usize
    }

    /// Where, among the letters found at `from`, one word of `sought` ends and the next begins.
    pub(super) fn gaps(&self, from: usize, sought: &Folded) -> impl Iterator<Item = usize> {
        (1..sought.letters.len()).filter(|at| sought.boundaries[*at] > Boundary::CaseChange).map(move |at| from + at)
    }

    /// Whether the letters found at `at`, which are those of `sought`, are also its words: they begin and end at word
    /// boundaries, and no word is split. Words of `sought` may be joined (`Anne-Marie`, `annemarie`), and a long one may
    /// be split as names are (`Van den Berg`, `Satter-whaite`), or into single letters (`J O L E N E`).
    ///
    /// For a longer name, a digit beside it (`jolene84`, `Jolene²`) and a capital (`SaveJolene`) are boundaries too; not for
    /// a short one, since random tokens sometimes contain it.
    ///
    /// In a hashtag (`in_hashtag`) a short name is found too (`#JusticeForAnn`).
    pub(super) fn is_whole(&self, at: Range<usize>, sought: &Folded, in_hashtag: bool) -> bool {
        let length = if in_hashtag { LONG } else { sought.letters.chars().take(LONG).count() };
        self.is_start(at.start, length)
            && self.is_end(at.end, length)
            && (self.has_words_of(sought, at.start) || sought.is_long() && self.is_spelt_out(at))
    }

    /// Where the plural of the word at `at` ends, if it is in the plural: `Satterwhaites`, `Joneses`.
    pub(super) fn plural_end(&self, at: &Range<usize>) -> Option<usize> {
        let word = &self.letters[at.clone()];
        let endings: &[&str] = match word.chars().next_back() {
            _ if word.chars().nth(NUMBERED - 1).is_none() => &[],
            Some('s' | 'x' | 'z') => &["es"],
            Some('h' | 'o') => &["s", "es"],
            _ => &["s"],
        };
        endings.iter().find_map(|ending| {
            let to = at.end + ending.len();
            let is_one = || self.boundaries[at.end..to].iter().all(|boundary| *boundary == Boundary::None);
            (self.letters[at.end..].starts_with(ending) && is_one() && self.boundaries[to] > Boundary::None)
                .then_some(to)
        })
    }

    /// Whether the word at `at` is `sought`, apart from the plural ending, which ends at `end`.
    pub(super) fn is_plural_of(&self, at: &Range<usize>, end: usize, sought: &Folded, in_hashtag: bool) -> bool {
        let length = if in_hashtag { LONG } else { sought.letters.chars().take(LONG).count() };
        self.is_start(at.start, length) && self.is_end(end, length) && self.has_words_of(sought, at.start)
    }

    /// A range of it as a folded text.
    pub(super) fn slice(&self, at: &Range<usize>) -> Folded {
        let boundaries = self.boundaries[at.start..at.end].iter().copied().chain([Boundary::Hard]).collect();
        Folded { letters: self.letters[at.clone()].to_owned(), boundaries, origins: self.origins[at.clone()].to_vec() }
    }

    fn is_long(&self) -> bool {
        self.letters.chars().nth(LONG - 1).is_some()
    }

    /// Whether the letters of `sought`, which begin at `from`, are not split within a word of it, or only as names are.
    fn has_words_of(&self, sought: &Folded, from: usize) -> bool {
        (1..sought.letters.len()).filter(|at| sought.boundaries[*at] == Boundary::None).all(|at| {
            match self.boundaries[from + at] {
                here if here < Boundary::Joined => true,
                Boundary::Joined | Boundary::SpaceBeforeCapital => sought.word(at).1 >= SPLITTABLE,
                // "Van den Berg": the joining words have no capital, the name has one.
                Boundary::Space => {
                    let (word, length) = sought.word(at);
                    length >= SPLITTABLE
                        && (at..word.end).any(|i| self.boundaries[from + i] == Boundary::SpaceBeforeCapital)
                }
                _ => false,
            }
        })
    }

    /// Whether it has no white space in it.
    pub(super) fn is_one_word(&self) -> bool {
        self.boundaries[1..self.boundaries.len() - 1].iter().all(|boundary| *boundary <= Boundary::Joined)
    }

    /// The word around `at`, and its number of letters.
    fn word(&self, at: usize) -> (Range<usize>, usize) {
        let from = (0..at).rev().find(|&i| self.boundaries[i] != Boundary::None).unwrap_or(0);
        let to = (at..self.letters.len()).find(|&i| self.boundaries[i] != Boundary::None).unwrap_or(self.letters.len());
        // The bytes within a character have `Boundary::None`.
        (from..to, self.letters[from..to].chars().count())
    }

    /// Whether each letter is separate: `J o l e n e`, `J.o.l.e.n.e.`.
    fn is_spelt_out(&self, at: Range<usize>) -> bool {
        let letters = self.letters[at.clone()].char_indices().skip(1);
        let is_alone = |boundary| matches!(boundary, Boundary::Joined | Boundary::Space | Boundary::SpaceBeforeCapital);
        letters.into_iter().all(|(byte, _)| is_alone(self.boundaries[at.start + byte]))
    }

    /// Whether a name of `length` letters that begins at `at` begins a word.
    fn is_start(&self, at: usize, length: usize) -> bool {
        let (before, after) = self.letters.split_at(at);
        let Some(first) = after.chars().next() else { return false };
        if self.boundaries[at] > Boundary::CaseChange || is_unspaced(first) || self.is_case_boundary(at, length) {
            return true;
        }
        // A word has at most two prefixes, of two bytes each.
        let word = (0..at).rev().take(5).find(|&i| self.boundaries[i] != Boundary::None);
        if word.is_some_and(|word| are_prefixes(&before[word..], first)) {
            return true;
        }
        let digits = at - before.trim_end_matches(char::is_numeric).len();
        digits > 0 && length >= NUMBERED && !first.is_numeric() && self.reaches_end(at - digits..at)
    }

    /// Whether a name of `length` letters that ends at `at` ends a word.
    fn is_end(&self, at: usize, length: usize) -> bool {
        let (before, after) = self.letters.split_at(at);
        let Some(last) = before.chars().next_back() else { return false };
        if self.boundaries[at] > Boundary::CaseChange
            || is_unspaced(last)
            || takes_suffixes(last)
            || self.is_case_boundary(at, length)
        {
            return true;
        }
        let digits = after.len() - after.trim_start_matches(char::is_numeric).len();
        digits > 0 && length >= NUMBERED && !last.is_numeric() && self.reaches_end(at..at + digits)
    }

    /// Whether a run of digits that touches a name extends to the other end of its word.
    fn reaches_end(&self, run: Range<usize>) -> bool {
        let outer = if self.boundaries[run.start] == Boundary::None { run.end } else { run.start };
        self.boundaries[outer] > Boundary::CaseChange
            && self.boundaries[run.start + 1..run.end].iter().all(|b| *b == Boundary::None)
    }

    /// Whether a capital is a boundary here for a name of `length` letters: not in `McDonald`.
    fn is_case_boundary(&self, at: usize, length: usize) -> bool {
        self.boundaries[at] == Boundary::CaseChange && length >= LONG && {
            let word = (0..at).rev().find(|&i| self.boundaries[i] != Boundary::None).unwrap_or(0);
            !is_name_beginning(&self.letters[word..at])
        }
    }
}

/// The fewest letters of a name that is found with digits attached.
const NUMBERED: usize = 3;

/// The fewest letters of a name that is found among words separated only by capitals.
const LONG: usize = 4;

/// The fewest letters of a word that is found split, by what can be within a name. In lower case a space is not enough: "a
/// good man" is not a Goodman.
const SPLITTABLE: usize = 6;

/// A text being folded.
#[derive(Default)]
struct Folder {
    letters: String,
    boundaries: Vec<Boundary>,
    origins: Vec<(u32, u32)>,
    /// Where in the text the character that is being folded begins and ends.
    origin: (u32, u32),
    last: Option<char>,
    last_is_lowercase: bool,
    last_is_uppercase: bool,
    pending: Boundary,
}

impl Folder {
    fn with_capacity(bytes: usize) -> Self {
        Folder {
            letters: String::with_capacity(bytes),
            boundaries: Vec::with_capacity(bytes + 1),
            origins: Vec::with_capacity(bytes),
            ..Folder::default()
        }
    }

    /// Adds a boundary between what was pushed and what comes next.
    fn separate(&mut self, boundary: Boundary) {
        self.pending = match (self.pending, boundary) {
            // A word hyphenated at the end of a line.
            (Boundary::Hyphen, Boundary::Blank) => Boundary::Hyphen,
            (Boundary::Sign, Boundary::Blank) => Boundary::Hard,
            (Boundary::Blank | Boundary::Sign | Boundary::Hyphen, Boundary::Sign | Boundary::Hyphen) => Boundary::Hard,
            (pending, boundary) => pending.max(boundary),
        };
    }

    fn push(&mut self, text: &str) {
        for (at, c) in text.char_indices() {
            self.origin = (at as u32, (at + c.len_utf8()) as u32);
            if c.is_ascii() {
                self.note_case(c.is_ascii_uppercase(), c.is_ascii_lowercase());
                self.push_plain(c);
            } else {
                if c.is_alphanumeric() {
                    self.note_case(c.is_uppercase(), c.is_lowercase());
                }
                decompose_compatible(c, |c| self.push_decomposed(c));
            }
        }
    }

    fn note_case(&mut self, is_uppercase: bool, is_lowercase: bool) {
        if is_uppercase && self.last_is_lowercase {
            self.separate(Boundary::CaseChange);
        }
        (self.last_is_lowercase, self.last_is_uppercase) = (is_lowercase, is_uppercase);
    }

    fn finish(mut self) -> Folded {
        self.boundaries.push(Boundary::Hard);
        Folded { letters: self.letters, boundaries: self.boundaries, origins: self.origins }
    }

    fn push_plain(&mut self, c: char) {
        if c.is_alphanumeric() {
            self.push_letter(c.to_ascii_lowercase());
        } else {
            self.separate(match c {
                ' ' | '\n' | '\r' | '\t' => Boundary::Blank,
                '-' | '\u{2010}' => Boundary::Hyphen,
                '.' | '\'' | '\u{2019}' | '_' | '/' | '+' => Boundary::Sign,
                MARK => Boundary::Soft,
                _ if c.is_whitespace() || is_middle_dot(c) => Boundary::Blank,
                _ => Boundary::Hard,
            });
        }
    }

    fn push_decomposed(&mut self, c: char) {
        // Accents and points have a combining class; vowel signs that are letters of their script have none. The iota
        // subscript has one, but becomes a letter in capitals.
        let is_accent =
            is_combining_mark(c) && (canonical_combining_class(c) != 0 || !c.is_alphanumeric()) && c != '\u{345}';
        if may_separate_words(c) {
            return self.separate(Boundary::Soft);
        }
        if is_invisible(c) || is_accent {
            return;
        }
        if is_apostrophe(c) {
            self.separate(Boundary::Sign);
        } else if c.is_ascii() || !c.is_alphanumeric() {
            self.push_plain(c);
        } else if let Some(syllable) = self.syllable(c) {
            self.replace_last(syllable);
        } else {
            // Upper case and then lower case is Unicode's full case folding for what is left after decomposition.
            for c in c.to_uppercase().flat_map(char::to_lowercase) {
                match plain(c) {
                    Some(letters) => letters.chars().for_each(|c| self.push_letter(c)),
                    None => self.push_letter(c),
                }
            }
        }
    }

    fn push_letter(&mut self, c: char) {
        let boundary = match (self.last.map(is_unspaced), self.pending) {
            (None, _) => Boundary::Hard,
            (Some(true), Boundary::Blank) if is_unspaced(c) => Boundary::None,
            (_, Boundary::Blank) if self.last_is_uppercase => Boundary::SpaceBeforeCapital,
            (_, Boundary::Blank) => Boundary::Space,
            (_, Boundary::Sign | Boundary::Hyphen) => Boundary::Joined,
            (Some(unspaced), Boundary::None) if unspaced != is_unspaced(c) => Boundary::Soft,
            (_, pending) => pending,
        };
        self.write(c, boundary);
    }

    fn write(&mut self, c: char, boundary: Boundary) {
        self.letters.push(c);
        self.boundaries.push(boundary);
        self.boundaries.extend((1..c.len_utf8()).map(|_| Boundary::None));
        self.origins.extend((0..c.len_utf8()).map(|_| self.origin));
        (self.last, self.pending) = (Some(c), Boundary::None);
    }

    /// The Hangul syllable that `c` completes, so that the letters of a syllable are not matched as syllables.
    fn syllable(&self, c: char) -> Option<char> {
        match c {
            '\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}' if self.pending == Boundary::None => {
                compose(self.last?, c)
            }
            _ => None,
        }
    }

    fn replace_last(&mut self, c: char) {
        if let Some(last) = self.letters.pop() {
            let boundary = self.boundaries[self.letters.len()];
            debug_assert_eq!(self.boundaries.len(), self.letters.len() + last.len_utf8());
            self.boundaries.truncate(self.letters.len());
            let begin = self.origins[self.letters.len()].0;
            self.origins.truncate(self.letters.len());
            self.origin.0 = begin;
            self.write(c, boundary);
        }
    }
}
