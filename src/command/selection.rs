//! The letters that a verb was asked for, by id or number.
//!
//! A name that is not found must be reported, with the nearest one there is.

use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use crate::campaign::Letters;
use crate::diagnostics::finding::{Severity, nearest};
use crate::message::Letter;
use crate::terminal;

/// The letters to show; all if it names none.
pub(super) struct Selection(Vec<Wanted>);

/// A letter that was asked for by id or number.
struct Wanted {
    name: String,
    is_found: bool,
    /// The nearest id so far, with its distance.
    near: Option<(usize, String)>,
}

impl Selection {
    pub(super) fn new(names: &[String]) -> Self {
        Selection(names.iter().map(|name| Wanted { name: name.clone(), is_found: false, near: None }).collect())
    }

    fn takes(&mut self, letter: &Letter) -> bool {
        let number = letter.number.to_string();
        let mut takes = self.0.is_empty();
        for wanted in &mut self.0 {
            if wanted.name == letter.id || wanted.name == number {
                wanted.is_found = true;
                takes = true;
            } else if let Some(distance) = distance_to(&wanted.name, &letter.id)
                && wanted.near.as_ref().is_none_or(|(best, _)| distance < *best)
            {
                wanted.near = Some((distance, letter.id.clone()));
            }
        }
        takes
    }

    fn is_complete(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|wanted| wanted.is_found)
    }

    fn missing(self) -> Vec<Wanted> {
        self.0.into_iter().filter(|wanted| !wanted.is_found).collect()
    }
}

/// The result of making the letters.
pub(super) struct Outcome {
    pub(super) tally: Tally,
    /// Whether a letter was shown.
    pub(super) is_shown: bool,
    missing: Vec<Wanted>,
}

impl Outcome {
    /// Whether a letter was shown, and every one that was asked for.
    pub(super) fn is_complete(&self) -> bool {
        self.is_shown && self.missing.is_empty()
    }
}

/// The distance of an id from what was typed; `None` if it is too far. A part of an id always counts as near.
fn distance_to(typed: &str, id: &str) -> Option<usize> {
    let is_part = typed.chars().count() >= 3 && id.to_lowercase().contains(&typed.to_lowercase());
    match nearest(typed, [id]) {
        _ if is_part => Some(id.chars().count().abs_diff(typed.chars().count())),
        near => near.map(|near| strsim::damerau_levenshtein(typed, near)),
    }
}

/// Makes the letters one by one and passes the wanted ones, with their pages if the letters are for paper, to `take`; stops
/// once all were found.
pub(super) fn each_letter(
    mut letters: Letters<'_>,
    mut wanted: Selection,
    first_alone: bool,
    mut take: impl FnMut(&Letter, Option<Vec<u8>>) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let (mut tally, mut is_shown) = (Tally::default(), false);
    tally.add(letters.take_findings());
    for step in letters.by_ref() {
        tally.add(step.findings);
        let Some(letter) = step.letter.filter(|letter| wanted.takes(letter)) else { continue };
        take(&letter, step.pdf)?;
        is_shown = true;
        if first_alone || wanted.is_complete() {
            return Ok(Outcome { tally, is_shown, missing: Vec::new() });
        }
    }
    tally.add(letters.finish());
    Ok(Outcome { tally, is_shown, missing: wanted.missing() })
}

/// Reports findings, in one line if a letter was shown, and returns the exit code.
pub(super) fn finish(seen: &Outcome, output: &Output) -> Result<Exit, Failure> {
    let Outcome { tally, is_shown, missing } = seen;
    let has_warnings = tally.findings.count(Severity::Warning) > 0;
    match terminal::summary(&output.err, &tally.findings) {
        _ if !is_shown => output.findings(tally)?,
        counts if tally.errors > 0 => output.say(&format!("{counts}: `openletter check` shows them"))?,
        counts if has_warnings => output.note(&format!("{counts}: `openletter check` shows them"))?,
        _ => {}
    }
    if !missing.is_empty() && tally.errors == 0 {
        let names: Vec<&str> = missing.iter().map(|missing| missing.name.as_str()).collect();
        let near: Vec<&str> = missing.iter().filter_map(|missing| missing.near.as_ref()).map(|(_, id)| &**id).collect();
        let failure = Failure::msg(Exit::Usage, format!("there is no letter {}", names.join(", ")));
        return Err(match near.as_slice() {
            [] => failure.help("`openletter preview --list` shows ids and numbers"),
            near => failure.help(format!("did you mean {}?", near.join(", "))),
        });
    }
    Ok(tally.exit())
}
