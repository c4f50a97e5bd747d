//! Finds names that are test entries or text of a form.
//!
//! These are warnings, since each can be a real name: nothing is left out because of them, and a reviewed row has none. There
//! is no list of fictional persons: such a name is seen in the preview, and each is also the name of somebody real.

use super::name_words::words;
use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::people::signature::{Policy, SignatoryKind};

/// Words that a form, or somebody who tests it, leaves in a name.
const FORM: &str = "anon anonymous asdf asdfg asdfgh asdfghjkl azerty duplicate dummy fake firstname lastname lorem name \
                    nobody none null qwerty qwertz sign signature signed surname test tester testing unknown";

/// Returns a warning for each suspicious name of those who sign.
pub(crate) fn suspicious_names(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let open = signatories.iter().filter(|one| !one.reviewed && one.signs(policy) == Standing::Signs);
    let findings = open.filter_map(|signatory| {
        let what = suspicion(&signatory.name, signatory.kind)?;
        let help = "delete the row, or fill `reviewed` if the name is right";
        Some(Finding::new(Code::NameDoubtful, what).at(signatory.row_place.clone()).help(help))
    });
    findings.collect()
}

fn suspicion(name: &str, kind: SignatoryKind) -> Option<&'static str> {
    let words: Vec<String> = words(name).collect();
    let is_form = |word: &String| {
        let mut letters = word.chars();
        let first = letters.next();
        FORM.split(' ').any(|form| form == word)
            || letters.clone().count() > 1 && letters.all(|c| Some(c) == first && c.is_ascii_alphabetic())
    };
    let form = match kind {
        SignatoryKind::Person => words.iter().any(is_form),
        // Organisations have such words in their names: "Sign of Hope".
        SignatoryKind::Organisation => !words.is_empty() && words.iter().all(is_form),
    };
    if kind == SignatoryKind::Person && name.split_whitespace().any(is_host) {
        Some("the name contains a web address")
    } else if form {
        Some("the name looks like a test entry or text of a form")
    } else {
        None
    }
}

/// Whether a word looks like a host, such as `river.example`.
fn is_host(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.rsplit_once('.').is_some_and(|(host, domain)| {
        host.len() > 1 && domain.len() > 1 && domain.bytes().all(|b| b.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_person(name: &str) -> Option<&'static str> {
        suspicion(name, SignatoryKind::Person)
    }

    #[test]
    fn test_entries_and_text_of_the_form_are_suspicious() {
        for name in [
            "Test",
            "asdf",
            "ASDF Asdf",
            "Maria Rossi DUPLICATE!",
            "xxx",
            "Signed Maria Rossi",
            "Maria, sign",
            "Your name",
            "Anonymous",
        ] {
            assert_eq!(of_person(name), Some("the name looks like a test entry or text of a form"), "{name}");
        }
    }

    #[test]
    fn hosts_in_a_name_are_suspicious() {
        for name in ["Maria river.example", "river.example"] {
            assert_eq!(of_person(name), Some("the name contains a web address"), "{name}");
        }
    }

    #[test]
    fn real_names_of_people_and_organisations_are_not_suspicious() {
        for name in [
            "Maria Rossi", "Signe Nordin", "J. R. Okafor", "J.R. Okafor", "Bo St.John", "Anna-Lee Xu", "王小明",
            "Testa",
        ] {
            assert_eq!(of_person(name), None, "{name}");
        }
        for name in ["Sign of Hope", "Nobody Alone", "lantern.example", "No Name e. V."] {
            assert_eq!(suspicion(name, SignatoryKind::Organisation), None, "{name}");
        }
        assert!(suspicion("Test test", SignatoryKind::Organisation).is_some());
    }
}
