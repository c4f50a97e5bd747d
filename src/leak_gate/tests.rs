//! What the gate promises, tried out; and the carriers the tests hide strings in.

mod carrier;
mod cleared;
mod fold;
mod letter;
mod plausible;
mod property;
mod rule;

use super::*;
use carrier::{letter, text_letter};

fn private(line: u32, kind: PrivateKind, text: &str) -> Private {
    Private { text: text.into(), kind, line }
}

/// A gate for names only, the first on line 2 and so on, as in a list with a header.
fn names(names: &[&str]) -> Gate {
    let private = (2..).zip(names).map(|(line, name)| private(line, PrivateKind::Name, name));
    Gate::new(private, [], &[])
}

/// A gate for people whose names have these words.
fn people(names: &[&str]) -> Gate {
    let words = (2..).zip(names).flat_map(|(line, name)| name.split(' ').map(move |word| (line, word)));
    Gate::new(words.map(|(line, word)| private(line, PrivateKind::Word, word)), [], &[])
}

/// The folded words of what is found in a text.
fn found(gate: &Gate, text: &str) -> Vec<String> {
    let leaks = gate.search_text(text, Scope::default()).leaks;
    leaks.iter().map(|leak| leak.words().collect::<Vec<_>>().join(" ")).collect()
}

/// Where in a letter something was found.
fn places(gate: &Gate, bytes: &[u8]) -> Vec<Location> {
    let leaks = gate.search_letter(bytes, Scope::default()).leaks;
    let places: BTreeSet<Location> = leaks.iter().map(|leak| leak.location).collect();
    places.into_iter().collect()
}

fn holds(name: &str, text: &str) -> bool {
    let gate = names(&[name]);
    let searched = [gate.search_text(text, Scope::default()), gate.search_markup(text, Scope::default())];
    searched.iter().any(|searched| !searched.leaks.is_empty())
}
