//! What the gate promises, tried out; and the carriers the tests hide strings in.

mod carrier;
mod fold;
mod lawful;
mod letter;
mod property;

use super::*;
use carrier::{letter, text_letter};

fn lists() -> Lists {
    Lists { signatories: "signatories.csv".into(), recipients: "recipients.csv".into() }
}

fn private(line: u32, kind: PrivateKind, text: &str) -> Private {
    Private { text: text.into(), kind, line }
}

/// A gate for names alone, the first on line 2 and so on, as in a list with a header.
fn names(names: &[&str]) -> Gate {
    let private = (2..).zip(names).map(|(line, name)| private(line, PrivateKind::Name, name));
    Gate::new(lists(), private, [], &[]).expect("these are few")
}

/// The lines of the signatories whose strings a text holds.
fn lines_in_text(gate: &Gate, text: &str) -> Vec<u32> {
    gate.search_text(text, &[]).hits.iter().map(|hit| hit.line).collect()
}

/// Where in a letter something was found.
fn places(gate: &Gate, bytes: &[u8]) -> Vec<Whereabouts> {
    gate.search_letter(bytes, &[]).hits.iter().map(|hit| hit.whereabouts).collect()
}

fn holds(name: &str, text: &str) -> bool {
    !lines_in_text(&names(&[name]), text).is_empty()
}
