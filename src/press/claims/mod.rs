//! The number lint: what a template or a press text says of the signatories, held against the list.
//!
//! A number beside a noun that the list counts is a claim. One that is bound to the letter ("signed by 56 people", "we are
//! fifty-six survivors") and disagrees with the list is an error; where the text may speak of something else, a warning.
//! The lint knows English alone. A finding quotes numbers and nouns; the caller decides whether the line may be shown.

mod bond;
mod claim;
mod find;
mod nouns;
mod numerals;
mod parts;
mod phrase;
mod relative_date;
mod tokens;

use super::SenderIs;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::people::count::{Count, Figures};
use claim::{Bond, Claim};
use nouns::{Noun, Nouns};
use numerals::Manner;
use tokens::Token;

/// What a text is, which decides what remedy there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A template: a number can be left to the program.
    Template,
    /// A text for the press: a number must be written out.
    Press,
}

/// A text to be read, with its file as the user knows it.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The file.
    pub file: &'a str,
    /// Its text, LF line ends.
    pub text: &'a str,
    /// What it is.
    pub form: Form,
}

/// A longer line is not quoted, in octets: it is no line that anybody wrote.
const LONGEST: usize = 8192;

/// Reads a text: every number that is not the list's, or can be misread, and every date that is right on one day only.
pub fn lint(text: &Text<'_>, count: &Count, sender: SenderIs) -> Vec<Finding> {
    let tokens = tokens::tokens(text.text, count);
    let nouns = Nouns::new(count, sender);
    let claims = find::claims(&tokens, &nouns);
    let mut findings: Vec<Finding> = claims.iter().filter_map(|claim| judge(text, &tokens, claim, &nouns)).collect();
    findings.extend(relative_date::relative(&tokens).into_iter().map(|range| {
        let said = one_line(&text.text[range.clone()]);
        let help = match text.form {
            Form::Template => "write the date, or {{date campaign.date}}",
            Form::Press => "write the date with its year",
        };
        let what = format!("\"{said}\" is another day for whoever reads it later");
        text.finding(Code::DateRelative, range.start, what).help(help)
    }));
    findings.sort();
    findings
}

/// What a claim comes to; nothing where it is true, or is none.
fn judge(text: &Text<'_>, tokens: &[Token], claim: &Claim, nouns: &Nouns<'_>) -> Option<Finding> {
    let start = tokens.get(claim.number.start)?.start;
    let finding = |code, what: String| {
        let (line, said) = (text.spot(start).0, text.phrase(tokens, claim));
        text.finding(code, start, format!("line {line} says \"{said}\"; {what}"))
    };
    let told = |noun: &Noun| match claim.naming.filter(|_| claim.part.is_some()) {
        Some(_) => nouns.told_names(noun),
        None => nouns.told(noun, claim.besides),
    };
    let bound = claim.bond == Bond::Bound;
    let Some(noun) = &claim.noun else {
        if bound && claim.manner == Manner::Exact && !nouns.has(claim.value) {
            return Some(finding(Code::NumberWrong, told(&Noun::Uncounted)).help(text.remedy(claim, &Noun::Signatory)));
        }
        let what = format!("it must say of what: {}", told(&Noun::Uncounted));
        let found = finding(Code::NumberVague, what).help("name the unit: signatories, people or organisations");
        return (claim.bond != Bond::Loose).then_some(found);
    };
    if *noun == Noun::Uncounted {
        let totals = [nouns.count.total, nouns.expected(&Noun::Signatory, true)];
        let meant = bound || claim.value > 9 && totals.contains(&(claim.value as usize));
        return meant.then(|| {
            let help = "name a unit that the list counts: signatories, people, organisations or a category";
            finding(Code::NumberVague, told(noun)).help(help)
        });
    }
    if !is_meant(claim, noun, nouns) {
        return None;
    }
    if claim.manner == Manner::Vague {
        return Some(finding(Code::NumberVague, told(noun)).help(text.remedy(claim, noun)));
    }
    if agrees(claim, noun, nouns) {
        return None;
    }
    let (code, help) = match bound {
        true => (Code::NumberWrong, text.remedy(claim, noun)),
        false => (Code::NumberVague, format!("if it speaks of the signatories, {}", text.remedy(claim, noun))),
    };
    Some(finding(code, told(noun)).help(help))
}

/// Whether a number beside a noun speaks of this list. Where nothing ties it to the letter, people and organisations are
/// anybody's, and so are categories in numbers that the list cannot have been meant by.
fn is_meant(claim: &Claim, noun: &Noun, nouns: &Nouns<'_>) -> bool {
    let likely = nouns.may_mean(claim.value);
    match (claim.bond, noun) {
        (Bond::Bound, _) => true,
        (Bond::Near, Noun::Signatory) => claim.value > 1,
        (Bond::Near, _) => likely && claim.value > 1,
        (Bond::Loose, Noun::Category(_)) => likely && claim.value > 2,
        (Bond::Loose, _) => false,
    }
}

/// Whether the number is the list's: the whole, or a part of it where the text speaks of parts.
fn agrees(claim: &Claim, noun: &Noun, nouns: &Nouns<'_>) -> bool {
    let value = claim.value as usize;
    if let Some(part) = &claim.part {
        let fits = |whole: &Noun| {
            let of = if part.is_told { nouns.within(whole, noun) } else { Some(nouns.figures(whole)) };
            of.is_none_or(|of| match claim.naming {
                Some(naming) => naming.allows(&of, value) || part.is_told && value == of.total,
                None if part.is_told => value == of.total,
                None => value <= of.total,
            })
        };
        return part.wholes.iter().any(fits);
    }
    if value == nouns.expected(noun, claim.besides) {
        return true;
    }
    if claim.besides {
        return false;
    }
    let whole = nouns.figures(noun);
    let shown = |of: &Figures| match claim.naming {
        Some(naming) => naming.allows(of, value),
        None => [of.named, of.withheld, of.others].contains(&value),
    };
    let of_kind = matches!(noun, Noun::Person | Noun::Organisation);
    claim.tells_names && (shown(&whole) || nouns.parts(noun).any(|part| shown(&part)))
        || claim.tells_categories && of_kind && nouns.parts(noun).any(|part| part.total == value)
}

impl Text<'_> {
    /// Line and column of an octet, both from 1.
    fn spot(&self, at: usize) -> (u32, u32) {
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line as u32, column as u32)
    }

    fn finding(&self, code: Code, at: usize, what: String) -> Finding {
        let (line, column) = self.spot(at);
        let finding = Finding::new(code, what).at(Place::at(self.file, line, column));
        match self.text.lines().nth(line as usize - 1) {
            Some(quote) if quote.len() <= LONGEST => finding.quote(quote),
            _ => finding,
        }
    }

    /// The number and the noun as they are written; without the words between them, which can be anything.
    fn phrase(&self, tokens: &[Token], claim: &Claim) -> String {
        let (start, end) = (claim.number.start.min(claim.words.start), claim.words.end.max(claim.number.end));
        let mut said: Vec<String> = Vec::new();
        let mut last = None;
        for (at, token) in tokens.iter().enumerate().take(end).skip(start) {
            let known = token.word().is_some_and(|word| word == "of" || phrase::is_besides(word));
            let part = match claim.number.contains(&at) || claim.words.contains(&at) || known {
                true => one_line(self.text.get(token.start..token.end).unwrap_or_default()),
                false => "…".to_owned(),
            };
            // An expression can be number and noun at once, and what is left out is left out once.
            if last.replace(token.start) != Some(token.start) && (part != "…" || said.last() != Some(&part)) {
                said.push(part);
            }
        }
        said.join(" ")
    }

    fn remedy(&self, claim: &Claim, noun: &Noun) -> String {
        // A part has no name of its own, unless it is a category or a kind.
        let is_part = claim.part.as_ref().is_some_and(|part| !part.is_told || claim.naming.is_some());
        if self.form == Form::Press || is_part {
            return "write the number of `openletter counts`, with its unit and its date".to_owned();
        }
        let name = match noun {
            Noun::Person => "persons".to_owned(),
            Noun::Organisation => "organisations".to_owned(),
            Noun::Category(category) => format!("by.{}", crate::people::signature::category_key(category)),
            Noun::Signatory | Noun::Other | Noun::Uncounted => "total".to_owned(),
        };
        format!("leave it to the program: {{{{count.{name}}}}}, or {{{{words count.{name}}}}}")
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
