//! The number check: compares the numbers of signatories in a template or a press text with the list.
//!
//! A number directly before a noun that the list counts is a claim; a number that the list does not have is a warning. The
//! check compares words and does not understand sentences, so it must never stop anything: every finding is a warning, and
//! `[claims] allow` allows it. Numbers are checked in every language of letters, relative dates only in English.

mod dates;
mod lexicon;
mod numerals;
mod spelled;
mod tokens;

use super::SenderIs;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, file_text, quoted, spans};
use crate::language::Language;
use crate::people::category::Categories;
use crate::people::count::{Count, Figures};
use crate::people::signature::{SignatoryKind, category_key};
use crate::text::pluralize::plural;
use lexicon::{LINKS, Lexicon, has};
use std::collections::HashSet;
use std::ops::Range;
use tokens::{Lexeme, Token, word, words};

/// Where a text is published, which decides how a number in it is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A template: a placeholder prints the number.
    Template,
    /// A text for the press: the number is written out.
    Press,
}

/// A text to check, with its file as the user knows it.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The file.
    pub file: &'a str,
    /// Its text, with LF line ends.
    pub text: &'a str,
    /// Where it is published.
    pub medium: Medium,
    /// The language it is written in.
    pub language: &'static Language,
}

/// What texts are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The numbers of the list.
    pub count: &'a Count,
    /// How its categories are written.
    pub categories: &'a Categories,
    /// Whether the sender is one of those who sign.
    pub sender: SenderIs,
    /// `[claims] allow`: words that are correct as they are.
    pub allow: &'a [String],
}

/// The smallest number that is a claim in a sentence that is not about signing.
const MIN_CLAIM: u64 = 5;

/// The most tokens from the beginning of a number to the noun after it: the longest number and "other".
const FARTHEST: usize = tokens::LONGEST + 1;

/// The maximum length of a quoted line, in bytes.
const MAX_QUOTED: usize = 8192;

/// Reports every number that differs from the list, and every date that is true on one day only.
pub fn lint(text: &Text<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let tokens = tokens::tokens(text.text);
    let nouns = Nouns::of(facts, text.language);
    let has_dates = text.language.counting.is_none();
    let allowed: Vec<Vec<Token>> = facts.allow.iter().map(|entry| tokens::tokens(entry)).collect();
    let next_noun = nouns.next(&tokens);
    let mut findings = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let date = if has_dates { dates::relative(text.text, &tokens, at) } else { 0 };
        // A number that no noun follows says nothing about the list.
        let number = if next_noun[at] <= at + FARTHEST { nouns.number(&words(&tokens, at)) } else { None };
        let (range, finding) = if date > 0 {
            (at..at + date, Some(text.relative_date(&tokens[at..at + date])))
        } else if let Some(claim) = number.and_then(|(value, used)| nouns.claim(&tokens, at, value, used)) {
            (claim.range.clone(), judge(text, &tokens, &claim, &nouns, facts))
        } else {
            (at..at + number.map_or(1, |(_, used)| used), None)
        };
        findings.extend(finding.filter(|_| !allowed.iter().any(|entry| covers(entry, &tokens, &range))));
        at = range.end;
    }
    findings
}

/// Whether the words of an `allow` entry are in the text where these tokens are.
fn covers(entry: &[Token], tokens: &[Token], range: &Range<usize>) -> bool {
    let is_here = |at: usize| {
        let here = tokens.get(at..at + entry.len()).unwrap_or_default();
        here.len() == entry.len() && here.iter().zip(entry).all(|(a, b)| a.lexeme == b.lexeme)
    };
    entry.len() >= range.len() && ((range.end.saturating_sub(entry.len()))..=range.start).any(is_here)
}

/// What a noun means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unit {
    Signatory,
    Person,
    Organisation,
    /// A category, by its name in [`Count`].
    Category(String),
}

/// A number directly before a noun that the list counts.
struct Claim {
    value: u64,
    /// Its tokens.
    range: Range<usize>,
    /// What the noun can mean; not empty.
    units: Vec<Unit>,
    /// "other": without the sender.
    is_other: bool,
}

/// The nouns that a list counts.
struct Nouns {
    nouns: Vec<(Vec<String>, Unit)>,
    lexicon: Lexicon,
}

impl Nouns {
    fn of(facts: &Facts<'_>, language: &'static Language) -> Nouns {
        let lexicon = Lexicon::of(language);
        let fixed = [
            (lexicon.signatories, Unit::Signatory),
            (lexicon.persons, Unit::Person),
            (lexicon.organisations, Unit::Organisation),
        ];
        let fixed = fixed.iter().flat_map(|(words, unit)| words.split(' ').map(|word| (word.to_owned(), unit.clone())));
        let categories = facts.count.categories().into_iter().flat_map(|category| {
            let nouns: Vec<String> = match facts.categories.get(category) {
                Some(declared) => {
                    let translated = declared.translations.iter().flat_map(|(_, nouns)| nouns).map(String::as_str);
                    declared.names().chain(translated).map(str::to_owned).collect()
                }
                None => vec![category.to_owned(), plural(category)],
            };
            let ending = |noun: &String| (!lexicon.endings.is_empty()).then(|| format!("{noun}{}", lexicon.endings));
            let inflected: Vec<String> = nouns.iter().filter_map(ending).collect();
            let nouns = nouns.into_iter().chain(inflected);
            nouns.map(|noun| (noun, Unit::Category(category.to_owned())))
        });
        let split = |noun: &str| words(&tokens::tokens(noun), 0).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let nouns = fixed.chain(categories).map(|(noun, unit)| (split(&noun), unit));
        let nouns = nouns.filter(|(words, _)| !words.is_empty()).collect();
        Nouns { nouns, lexicon }
    }

    /// Returns the number at the beginning of these words, and how many of them it takes.
    fn number(&self, words: &[&str]) -> Option<(u64, usize)> {
        match self.lexicon.language.counting {
            None => numerals::read(words),
            Some(_) => spelled::read(words, self.lexicon.language),
        }
    }

    /// For each token, where the next noun begins at the earliest.
    fn next(&self, tokens: &[Token]) -> Vec<usize> {
        let first = self.nouns.iter().flat_map(|(noun, _)| [noun[0].clone(), noun.join("-")]);
        let first: HashSet<String> = first.collect();
        let mut next = vec![usize::MAX; tokens.len()];
        let mut nearest = usize::MAX;
        for at in (0..tokens.len()).rev() {
            next[at] = nearest;
            if word(tokens, at).is_some_and(|word| first.contains(word)) {
                nearest = at;
            }
        }
        next
    }

    /// Returns what the longest noun that begins here means, and its length in tokens. A hyphen is the same as a space.
    fn at(&self, tokens: &[Token], at: usize) -> Option<(Vec<Unit>, usize)> {
        let here = words(tokens, at);
        let length = |noun: &[String]| match here.first()? {
            first if noun.len() > 1 && **first == noun.join("-") => Some(1),
            _ => (here.len() >= noun.len() && noun.iter().zip(&here).all(|(a, b)| a == b)).then_some(noun.len()),
        };
        let longest = self.nouns.iter().filter_map(|(noun, _)| length(noun)).max()?;
        let same = self.nouns.iter().filter(|(noun, _)| length(noun) == Some(longest));
        let mut units: Vec<Unit> = Vec::new();
        same.for_each(|(_, unit)| {
            if !units.contains(unit) {
                units.push(unit.clone())
            }
        });
        Some((units, longest))
    }

    /// Returns the claim of a number; `None` if it is rounded, a share or part of a date.
    fn claim(&self, tokens: &[Token], at: usize, value: u64, used: usize) -> Option<Claim> {
        let after = at + used;
        let lexicon = &self.lexicon;
        let is_other = has(lexicon.other, word(tokens, after).unwrap_or_default());
        let (units, length) = self.at(tokens, after + usize::from(is_other))?;
        let back = |by: usize| at.checked_sub(by).and_then(|at| word(tokens, at)).unwrap_or_default();
        let is_figure = back(0).bytes().all(|b| b.is_ascii_digit());
        let is_year = is_figure && (1900..2100).contains(&value) && has(lexicon.before_year, back(1));
        let is_day = is_figure && value <= 31 && has(lexicon.months, back(1));
        let is_share = has(lexicon.share, back(1)) && (has(lexicon.out, back(2)) || self.number(&[back(2)]).is_some());
        let is_about = has(lexicon.about, back(1)) || has(LINKS, back(1)) && has(lexicon.about, back(2));
        let is_claim = value > 1 && !(is_year || is_day || is_share || is_about);
        let range = at..after + usize::from(is_other) + length;
        // "Otros 55 firmantes".
        let is_other = is_other || has(lexicon.other, back(1));
        is_claim.then_some(Claim { value, range, units, is_other })
    }
}

/// Returns a finding if the claim is about this list and wrong.
fn judge(text: &Text<'_>, tokens: &[Token], claim: &Claim, nouns: &Nouns, facts: &Facts<'_>) -> Option<Finding> {
    let is_stop = |token: &Token| token.lexeme == Lexeme::Stop;
    let start = tokens[..claim.range.start].iter().rposition(is_stop).map_or(0, |at| at + 1);
    let end = tokens[claim.range.end..].iter().position(is_stop).map_or(tokens.len(), |at| claim.range.end + at);
    let speaks_of = |list: &str| (start..end).filter_map(|at| word(tokens, at)).any(|word| has(list, word));
    let lexicon = &nouns.lexicon;
    let (is_naming, any_category) = (speaks_of(lexicon.naming), speaks_of(lexicon.category));
    let mentioned = |category: &&str| {
        let unit = Unit::Category((*category).to_owned());
        any_category || (start..end).any(|at| nouns.at(tokens, at).is_some_and(|(units, _)| units.contains(&unit)))
    };
    let mentioned: Vec<&str> = facts.count.categories().into_iter().filter(mentioned).collect();

    let agrees = |unit: &Unit| {
        let is_meant = |of: Figures| {
            let shown = [of.named, of.withheld, of.others, of.withheld + of.others].map(|n| n as u64);
            of.total as u64 == claim.value || is_naming && shown.contains(&claim.value)
        };
        let within = |kind| mentioned.iter().any(|category| is_meant(facts.count.figures(kind, Some(category))));
        let is_of_mentioned = match unit {
            Unit::Signatory => within(None),
            Unit::Person => within(Some(SignatoryKind::Person)),
            Unit::Organisation => within(Some(SignatoryKind::Organisation)),
            Unit::Category(_) => false,
        };
        expected(unit, claim.is_other, facts) == claim.value
            || is_of_mentioned
            || !claim.is_other && is_meant(figures(unit, facts.count))
    };
    let unit = claim.units.first().filter(|_| !claim.units.iter().any(agrees))?;
    let expected = expected(unit, claim.is_other, facts);

    // Letters also mention other people and groups: "three survivors told us", "1,200 people were trafficked".
    let is_near = claim.value >= MIN_CLAIM && claim.value >= expected / 2 && claim.value <= expected.saturating_mul(2);
    let picks = word(tokens, claim.range.end).is_some_and(|next| has(lexicon.relative, next));
    let is_about_us = is_we(&tokens[start..claim.range.start], lexicon) || speaks_of(lexicon.signing) && !picks;
    (is_near || is_about_us).then(|| text.wrong_number(tokens, claim, unit, expected))
}

/// Whether these tokens, which precede a number, end in "we are", "we, the" or similar.
fn is_we(before: &[Token], lexicon: &Lexicon) -> bool {
    let mut words = (0..before.len()).rev().filter_map(|at| word(before, at));
    words.by_ref().find(|word| !has(lexicon.being, word)).is_some_and(|word| has(lexicon.we, word))
}

fn figures(unit: &Unit, count: &Count) -> Figures {
    match unit {
        Unit::Signatory => count.figures(None, None),
        Unit::Person => count.figures(Some(SignatoryKind::Person), None),
        Unit::Organisation => count.figures(Some(SignatoryKind::Organisation), None),
        Unit::Category(category) => count.figures(None, Some(category)),
    }
}

/// Returns the right number for a noun.
fn expected(unit: &Unit, is_other: bool, facts: &Facts<'_>) -> u64 {
    let total = figures(unit, facts.count).total;
    match unit {
        // The sender is an organisation; its category is unknown.
        Unit::Signatory | Unit::Organisation if is_other => facts.sender.others(total) as u64,
        _ => total as u64,
    }
}

impl Text<'_> {
    fn wrong_number(&self, tokens: &[Token], claim: &Claim, unit: &Unit, expected: u64) -> Finding {
        let found = self.excerpt(&tokens[claim.range.clone()]);
        let name = match unit {
            Unit::Signatory => Spans::from("total"),
            Unit::Person => "persons".into(),
            Unit::Organisation => "organisations".into(),
            Unit::Category(category) => spans!["by.", file_text(category_key(category))],
        };
        let is_figure = found.starts_with(|c: char| c.is_ascii_digit());
        let fix = match self.medium {
            Medium::Template if claim.is_other => spans!["write ", expected],
            Medium::Template if is_figure => spans!["write {{count.", name, "}}"],
            Medium::Template => spans!["write {{words count.", name, "}}"],
            Medium::Press => spans!["write ", expected],
        };
        let found = quoted(found);
        let what = spans!["the text says ", found.clone(), ", but the list has ", expected];
        let help = spans![fix, "; if the number is meant, add it to campaign.toml: [claims] allow = [", found, "]"];
        self.finding(Code::NumberWrong, &tokens[claim.range.start], what).help(help)
    }

    fn relative_date(&self, tokens: &[Token]) -> Finding {
        let help = match self.medium {
            Medium::Template => "write the date, or {{date campaign.date}}",
            Medium::Press => "write the date with its year",
        };
        let what = spans![quoted(self.excerpt(tokens)), " means another day to later readers"];
        self.finding(Code::DateRelative, &tokens[0], what).help(help)
    }

    /// Returns the words as the text has them, without the markup between them.
    fn excerpt(&self, tokens: &[Token]) -> String {
        let words = tokens.iter().map(|token| self.text.get(token.range.clone()).unwrap_or_default());
        words.collect::<Vec<_>>().join(" ")
    }

    fn finding(&self, code: Code, first: &Token, what: Spans) -> Finding {
        let place = Place::in_text(self.file, self.text, first.range.start);
        let quote = place.line.and_then(|line| self.text.lines().nth(line as usize - 1));
        let finding = Finding::new(code, what).at(place);
        match quote {
            Some(quote) if quote.len() <= MAX_QUOTED => finding.quote(quote),
            _ => finding,
        }
    }
}

#[cfg(test)]
mod tests;
