//! Folding: a text as the gate compares it, which is letters and digits alone, and where words may end between them.
//!
//! Both sides of a comparison are folded by this one function, so whatever it makes of a character it makes of it in the
//! private string too. It must never make a border vanish that a reader sees.

use crate::text::script::{
    MARK, are_prefixes, is_apostrophe, is_invisible, is_middle_dot, is_name_beginning, is_unspaced, may_part_words,
    plain, takes_suffixes,
};
use std::ops::Range;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible, is_combining_mark};

/// What stands between two letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Border {
    /// Nothing: they are of one word.
    #[default]
    None,
    /// A capital after a small letter, as in `SaveJolene`: one word, in which a longer name is looked for all the same.
    Faint,
    /// Something that may or may not part words: a tag, a zero width space, a change of script.
    Soft,
    /// White space or middle dots, which mean nothing inside a script that is written without. Only while folding.
    Blank,
    /// A sign that can stand within a word: an apostrophe, a full stop, a stroke. Only while folding.
    Sign,
    /// A hyphen, which can stand at the end of a line. Only while folding.
    Hyphen,
    /// A sign or hyphen, and nothing else: `O'Brien`, `Satter-whaite`.
    Joined,
    /// White space and nothing else.
    Space,
    /// White space before a capital, as between the words of a name.
    Title,
    /// Any other separator.
    Hard,
}

/// A folded text.
///
/// Letters stand directly beside each other and the borders beside them, so that one search finds a name whatever
/// separates its words, and the borders are looked at only where the letters are right.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Folded {
    letters: String,
    /// What stands before the letter that begins at each octet of `letters`, and after the last.
    borders: Vec<Border>,
    /// For each octet of `letters`, where in the text the character that it comes from begins and ends.
    origins: Vec<(u32, u32)>,
}

impl Folded {
    /// The text, folded.
    pub(super) fn new(text: &str) -> Self {
        let mut folder = Folder::with_capacity(text.len());
        folder.push(text);
        folder.finish()
    }

    /// The letters and digits alone.
    pub(super) fn letters(&self) -> &str {
        &self.letters
    }

    /// The words with one space between them: two texts are the same string when these are equal.
    pub(super) fn words(&self) -> String {
        let mut words = String::with_capacity(self.letters.len() + 8);
        for (at, c) in self.letters.char_indices() {
            if at > 0 && self.borders[at] > Border::Faint {
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
        (1..sought.letters.len()).filter(|at| sought.borders[*at] > Border::Faint).map(move |at| from + at)
    }

    /// Whether the letters found at `at`, which are those of `sought`, are also its words: they begin and end where
    /// words do, and none of them is parted within. Words of `sought` may stand together (`Anne-Marie`, `annemarie`), and
    /// a long one may be parted as names are (`Van den Berg`, `Satter-whaite`), or into single letters (`J O L E N E`).
    ///
    /// Of a longer name, a figure beside it (`jolene84`, `Jolene²`) and capitals (`SaveJolene`) are borders too; of a short
    /// one they are not, for tokens made by chance spell such now and then.
    ///
    /// Among the words of a hashtag (`in_hashtag`) a short name is found too (`#JusticeForAnn`).
    pub(super) fn is_whole(&self, at: Range<usize>, sought: &Folded, in_hashtag: bool) -> bool {
        let length = if in_hashtag { LONG } else { sought.letters.chars().take(LONG).count() };
        self.is_start(at.start, length)
            && self.is_end(at.end, length)
            && (self.has_words_of(sought, at.start) || sought.is_long() && self.is_spelt_out(at))
    }

    /// The end of the plural of the word at `at`, where it is in the plural: `Satterwhaites`, `Joneses`.
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
            let is_one = || self.borders[at.end..to].iter().all(|border| *border == Border::None);
            (self.letters[at.end..].starts_with(ending) && is_one() && self.borders[to] > Border::None).then_some(to)
        })
    }

    /// Whether the word at `at` is `sought`, but for the ending that reaches to `end`.
    pub(super) fn is_plural_of(&self, at: &Range<usize>, end: usize, sought: &Folded, in_hashtag: bool) -> bool {
        let length = if in_hashtag { LONG } else { sought.letters.chars().take(LONG).count() };
        self.is_start(at.start, length) && self.is_end(end, length) && self.has_words_of(sought, at.start)
    }

    /// A part of it by itself.
    pub(super) fn slice(&self, at: &Range<usize>) -> Folded {
        let borders = self.borders[at.start..at.end].iter().copied().chain([Border::Hard]).collect();
        Folded { letters: self.letters[at.clone()].to_owned(), borders, origins: self.origins[at.clone()].to_vec() }
    }

    fn is_long(&self) -> bool {
        self.letters.chars().nth(LONG - 1).is_some()
    }

    /// Whether the letters of `sought`, which stand at `from`, are parted nowhere within a word of it, or as names are.
    fn has_words_of(&self, sought: &Folded, from: usize) -> bool {
        (1..sought.letters.len()).filter(|at| sought.borders[*at] == Border::None).all(|at| {
            match self.borders[from + at] {
                here if here < Border::Joined => true,
                Border::Joined | Border::Title => sought.word(at).1 >= PARTED,
                // "Van den Berg": what joins names has no capital, what it joins them to has.
                Border::Space => {
                    let (word, length) = sought.word(at);
                    length >= PARTED && (at..word.end).any(|i| self.borders[from + i] == Border::Title)
                }
                _ => false,
            }
        })
    }

    /// Whether no blank is in it.
    pub(super) fn is_one_word(&self) -> bool {
        self.borders[1..self.borders.len() - 1].iter().all(|border| *border <= Border::Joined)
    }

    /// The word that goes on at `at`, and how many letters it has.
    fn word(&self, at: usize) -> (Range<usize>, usize) {
        let from = (0..at).rev().find(|&i| self.borders[i] != Border::None).unwrap_or(0);
        let to = (at..self.letters.len()).find(|&i| self.borders[i] != Border::None).unwrap_or(self.letters.len());
        // A border within a character is none.
        (from..to, self.letters[from..to].chars().count())
    }

    /// Whether each letter stands by itself: `J o l e n e`, `J.o.l.e.n.e.`; initials, which have both, are no word.
    fn is_spelt_out(&self, at: Range<usize>) -> bool {
        let letters = self.letters[at.clone()].char_indices().skip(1);
        let is_alone = |border| matches!(border, Border::Joined | Border::Space | Border::Title);
        letters.into_iter().all(|(octet, _)| is_alone(self.borders[at.start + octet]))
    }

    /// Whether a name of `length` letters that begins at `at` begins a word.
    fn is_start(&self, at: usize, length: usize) -> bool {
        let (before, after) = self.letters.split_at(at);
        let Some(first) = after.chars().next() else { return false };
        if self.borders[at] > Border::Faint || is_unspaced(first) || self.is_faint(at, length) {
            return true;
        }
        // Two prefixes at most, of two octets each: further back nothing needs to be looked at.
        let word = (0..at).rev().take(5).find(|&i| self.borders[i] != Border::None);
        if word.is_some_and(|word| are_prefixes(&before[word..], first)) {
            return true;
        }
        let figures = at - before.trim_end_matches(char::is_numeric).len();
        figures > 0 && length >= NUMBERED && !first.is_numeric() && self.reaches_the_end(at - figures..at)
    }

    /// Whether a name of `length` letters that ends at `at` ends a word.
    fn is_end(&self, at: usize, length: usize) -> bool {
        let (before, after) = self.letters.split_at(at);
        let Some(last) = before.chars().next_back() else { return false };
        if self.borders[at] > Border::Faint || is_unspaced(last) || takes_suffixes(last) || self.is_faint(at, length) {
            return true;
        }
        let figures = after.len() - after.trim_start_matches(char::is_numeric).len();
        figures > 0 && length >= NUMBERED && !last.is_numeric() && self.reaches_the_end(at..at + figures)
    }

    /// Whether a run of letters that touches a name reaches to the other end of its word.
    fn reaches_the_end(&self, run: Range<usize>) -> bool {
        let outer = if self.borders[run.start] == Border::None { run.end } else { run.start };
        self.borders[outer] > Border::Faint && self.borders[run.start + 1..run.end].iter().all(|b| *b == Border::None)
    }

    /// Whether a capital makes a border here for a name of `length` letters: not in `McDonald`.
    fn is_faint(&self, at: usize, length: usize) -> bool {
        self.borders[at] == Border::Faint && length >= LONG && {
            let word = (0..at).rev().find(|&i| self.borders[i] != Border::None).unwrap_or(0);
            !is_name_beginning(&self.letters[word..at])
        }
    }
}

/// From so many letters on, a name is found with figures written to it.
const NUMBERED: usize = 3;

/// From so many letters on, a name is found among words that are parted by capitals alone.
const LONG: usize = 4;

/// From so many letters on, a word of a name is found where something parts it that can stand within a name. In small
/// letters a mere blank cannot: nobody called Goodman is meant by a good man.
const PARTED: usize = 6;

/// Folds a text that comes in pieces.
#[derive(Default)]
struct Folder {
    letters: String,
    borders: Vec<Border>,
    origins: Vec<(u32, u32)>,
    /// Where in the text the character begins and ends that is being folded.
    origin: (u32, u32),
    last: Option<char>,
    /// Whether the last letter was a small one, and a capital.
    small: bool,
    capital: bool,
    pending: Border,
}

impl Folder {
    /// A folder with room for a text of so many octets.
    fn with_capacity(octets: usize) -> Self {
        Folder {
            letters: String::with_capacity(octets),
            borders: Vec::with_capacity(octets + 1),
            origins: Vec::with_capacity(octets),
            ..Folder::default()
        }
    }

    /// A border between what was pushed and what will be.
    fn part(&mut self, border: Border) {
        self.pending = match (self.pending, border) {
            // A word that is parted at the end of a line.
            (Border::Hyphen, Border::Blank) => Border::Hyphen,
            (Border::Sign, Border::Blank) => Border::Hard,
            (Border::Blank | Border::Sign | Border::Hyphen, Border::Sign | Border::Hyphen) => Border::Hard,
            (pending, border) => pending.max(border),
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

    fn note_case(&mut self, is_capital: bool, is_small: bool) {
        if is_capital && self.small {
            self.part(Border::Faint);
        }
        (self.small, self.capital) = (is_small, is_capital);
    }

    /// The folded text.
    fn finish(mut self) -> Folded {
        self.borders.push(Border::Hard);
        Folded { letters: self.letters, borders: self.borders, origins: self.origins }
    }

    fn push_plain(&mut self, c: char) {
        if c.is_alphanumeric() {
            self.push_letter(c.to_ascii_lowercase());
        } else {
            self.part(match c {
                ' ' | '\n' | '\r' | '\t' => Border::Blank,
                '-' | '\u{2010}' => Border::Hyphen,
                '.' | '\'' | '\u{2019}' | '_' | '/' | '+' => Border::Sign,
                MARK => Border::Soft,
                _ if c.is_whitespace() || is_middle_dot(c) => Border::Blank,
                _ => Border::Hard,
            });
        }
    }

    fn push_decomposed(&mut self, c: char) {
        // Accents and points have a combining class; the vowel signs that are letters in their scripts have none. The
        // iota subscript has one, and yet is a letter when it is set in capitals.
        let is_accent =
            is_combining_mark(c) && (canonical_combining_class(c) != 0 || !c.is_alphanumeric()) && c != '\u{345}';
        if may_part_words(c) {
            return self.part(Border::Soft);
        }
        if is_invisible(c) || is_accent {
            return;
        }
        if is_apostrophe(c) {
            self.part(Border::Sign);
        } else if c.is_ascii() || !c.is_alphanumeric() {
            self.push_plain(c);
        } else if let Some(syllable) = self.syllable(c) {
            self.replace_last(syllable);
        } else {
            // Up and down again is Unicode's full case folding for all that is left after decomposition.
            for c in c.to_uppercase().flat_map(char::to_lowercase) {
                match plain(c) {
                    Some(letters) => letters.chars().for_each(|c| self.push_letter(c)),
                    None => self.push_letter(c),
                }
            }
        }
    }

    fn push_letter(&mut self, c: char) {
        let border = match (self.last.map(is_unspaced), self.pending) {
            (None, _) => Border::Hard,
            (Some(true), Border::Blank) if is_unspaced(c) => Border::None,
            (_, Border::Blank) if self.capital => Border::Title,
            (_, Border::Blank) => Border::Space,
            (_, Border::Sign | Border::Hyphen) => Border::Joined,
            (Some(unspaced), Border::None) if unspaced != is_unspaced(c) => Border::Soft,
            (_, pending) => pending,
        };
        self.write(c, border);
    }

    fn write(&mut self, c: char, border: Border) {
        self.letters.push(c);
        self.borders.push(border);
        self.borders.extend((1..c.len_utf8()).map(|_| Border::None));
        self.origins.extend((0..c.len_utf8()).map(|_| self.origin));
        (self.last, self.pending) = (Some(c), Border::None);
    }

    /// The Hangul syllable that `c` completes: letters of a syllable must not be found as if they were syllables.
    fn syllable(&self, c: char) -> Option<char> {
        match c {
            '\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}' if self.pending == Border::None => compose(self.last?, c),
            _ => None,
        }
    }

    fn replace_last(&mut self, c: char) {
        if let Some(last) = self.letters.pop() {
            let border = self.borders[self.letters.len()];
            debug_assert_eq!(self.borders.len(), self.letters.len() + last.len_utf8());
            self.borders.truncate(self.letters.len());
            let begin = self.origins[self.letters.len()].0;
            self.origins.truncate(self.letters.len());
            self.origin.0 = begin;
            self.write(c, border);
        }
    }
}
