//! `status --failed --format csv`: the recipients whose letters failed, as a recipient list to correct and use again.
//!
//! No row may be printed that the leak gate has not searched.

use super::record::Record;
use super::{Totals, each_letter, format_answer};
use crate::campaign::{Campaign, Mode};
use crate::command::exit::Failure;
use crate::command::output::Output;
use crate::command::wording::letters_of;
use crate::diagnostics::finding::Finding;
use crate::ledger::State;
use crate::outbox::Outbox;
use crate::terminal::Rows;
use crate::text::formula::is_formula;
use std::collections::{HashMap, HashSet};
use std::io::Write;

/// A letter that the relay did not accept.
struct Failed {
    id: String,
    to: String,
    /// Its state and the relay's answer, as cells.
    outcome: [String; 2],
}

/// Writes the list, and returns the totals of all letters.
pub(super) fn list(
    campaign: &Campaign,
    outbox: &Outbox,
    record: &Record,
    out: &mut dyn Write,
    output: &Output,
) -> Result<Totals, Failure> {
    let mut failed: Vec<Failed> = Vec::new();
    // In individual mode a recipient is listed once, with the first letter that failed.
    let is_individual = campaign.settings.mode == Mode::Individual;
    let mut listed = HashSet::new();
    let summary = each_letter(true, outbox, record, |letter, state, known| {
        let Some(known) = known.filter(|_| state != Some(State::Pending)) else { return Ok(()) };
        let answer = known.answer.as_ref().map(format_answer).unwrap_or_default();
        let state = state.map_or("", State::name);
        let id = campaign.recipient_of(&letter.id);
        if is_individual && !listed.insert(id.to_owned()) {
            return Ok(());
        }
        failed.push(Failed { id: id.to_owned(), to: known.to.clone(), outcome: [state.to_owned(), answer] });
        Ok(())
    })?;
    record.about_shards(&summary).iter().try_for_each(|line| output.say(line))?;
    let totals = summary.totals;
    let file = &campaign.settings.recipients.file;
    let then = outbox.sources().iter().find(|source| source.file == *file);
    let now = campaign.sources()?.into_iter().find(|source| source.file == *file);
    let is_same = then.zip(now).is_some_and(|(then, now)| then.digest == now.digest.to_string());
    let listed = match is_same {
        true => as_listed(campaign, &failed).map_err(|findings| output.refuse(findings))?,
        false => None,
    };
    let (headers, rows) = match listed {
        Some(listed) => listed,
        None => {
            output.say(&format!(
                "{file} has changed since the outbox was written, so only ids and addresses are listed."
            ))?;
            by_address(&failed)
        }
    };
    let mut csv = Rows::csv_under(out, headers.iter().map(String::as_str))?;
    for row in &rows {
        csv.row(&row.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    csv.finish()?;

    if failed.is_empty() {
        output.note("No letter failed: the list has no rows.")?;
    }
    let open = totals.of(State::Unknown) + totals.of(State::Offered);
    if open > 0 {
        output.say(&format!(
            "{} may have arrived: check the relay's log and run `openletter settle` before you write to them again.",
            letters_of(open)
        ))?;
    }
    if totals.of(State::Deferred) > 0 {
        let deferred = letters_of(totals.of(State::Deferred));
        output.say(&format!("{deferred} may still be sent: the next `openletter send` tries again."))?;
    }
    if rows.iter().flatten().any(|cell| is_formula(cell)) {
        output.say(
            "Some cells start with an apostrophe, because a spreadsheet would run them as formulas. Remove it before you \
             use the list.",
        )?;
    }
    Ok(totals)
}

type Table = (Vec<String>, Vec<Vec<String>>);

/// The list's own rows, followed by state and answer; `None` if a row is missing.
fn as_listed(campaign: &Campaign, failed: &[Failed]) -> Result<Option<Table>, Vec<Finding>> {
    let mut rows_of_list = campaign.recipient_rows()?;
    let mut headers = rows_of_list.headers();
    // A corrected list from an earlier run has these columns, and so may others.
    let taken: HashSet<String> = headers.iter().map(|header| header.trim().to_lowercase()).collect();
    for name in ["state", "answer"] {
        let mut names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}_{number}")));
        headers.extend(names.find(|name| !taken.contains(name)));
    }
    let mut rows = Vec::new();
    let mut left: HashMap<&str, &Failed> =
        failed.iter().map(|letter| (campaign.recipient_of(&letter.id), letter)).collect();
    while !left.is_empty() {
        let Some(recipient) = rows_of_list.next().transpose()? else { return Ok(None) };
        if let Some(letter) = left.remove(recipient.letter_id()) {
            let mut row = rows_of_list.cells(&recipient)?;
            row.extend(letter.outcome.iter().cloned());
            rows.push(row);
        }
    }
    Ok(Some((headers, rows)))
}

fn by_address(failed: &[Failed]) -> Table {
    let headers = ["id", "email", "state", "answer"].map(str::to_owned).to_vec();
    let row = |letter: &Failed| {
        let [state, answer] = letter.outcome.clone();
        vec![letter.id.clone(), letter.to.clone(), state, answer]
    };
    (headers, failed.iter().map(row).collect())
}
