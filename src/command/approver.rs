//! Who approves: a name that was given or is asked for, and how those who did are told.

use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use crate::campaign::SignatoryList;
use crate::outbox::Approval;
use crate::terminal;
use crate::text::characters::{Lines, refused};
use std::io;

/// The name as it is recorded, or why it cannot be.
pub(super) fn named(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    let why = match refused(name, Lines::One) {
        Some(refused) => format!("an approval needs the name of a person, and this one holds {refused}"),
        None if name.is_empty() => "an approval needs the name of a person".to_owned(),
        None => return Ok(name.to_owned()),
    };
    Err(Failure::said(Exit::Usage, why).help("--by \"Your Name\""))
}

/// Asks whoever is at the terminal for their name.
pub(super) fn ask(output: &Output) -> Result<String, Failure> {
    debug_assert!(output.can_ask());
    let name = terminal::ask("Your name, for the record:", &mut io::stdin().lock(), &mut io::stderr().lock())?;
    if name.is_empty() {
        return Err(Failure::said(Exit::Refused, "nothing was approved: no name was given"));
    }
    named(&name)
}

/// Refuses the name of someone who must not be named: an approval is kept with the letters.
pub(super) fn search(name: &str, list: &SignatoryList, output: &Output) -> Result<(), Failure> {
    list.search_name("the name of who approves", name).or_else(|leaks| {
        let mut tally = Tally::default();
        tally.add(leaks);
        output.findings(&tally)?;
        Err(Failure::told(tally.exit()))
    })
}

/// "Ada Example (2018-01-10 15:04Z), Bo Example (…)".
pub(super) fn told(approvals: &[Approval]) -> String {
    let each =
        approvals.iter().map(|approval| format!("{} ({})", approval.by, approval.at.strftime("%Y-%m-%d %H:%MZ")));
    each.collect::<Vec<_>>().join(", ")
}
