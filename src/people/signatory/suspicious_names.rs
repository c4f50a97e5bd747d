//! Names that nobody bears: test entries, text of the form they were typed into, addresses, figures of fiction.
//!
//! These are suggestions for a person: all of it can be somebody's name. Nothing is left out because of it, and a row that
//! was reviewed is not told again.

use super::name_words::words;
use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::people::signature::{Policy, SignatoryKind};

/// Words that a form, or whoever tried it out, leaves in a name.
const FORM: &[&str] = &[
    "anon",
    "anonymous",
    "asdf",
    "asdfg",
    "asdfgh",
    "asdfghjkl",
    "duplicate",
    "dummy",
    "fake",
    "firstname",
    "lastname",
    "lorem",
    "name",
    "nobody",
    "none",
    "null",
    "qwerty",
    "qwertz",
    "azerty",
    "sign",
    "signature",
    "signed",
    "surname",
    "test",
    "tester",
    "testing",
    "unknown",
];

/// Figures of fiction that sign open letters, and the names that forms show as examples.
const FICTION: &[&str] = &[
    "albus dumbledore",
    "arya stark",
    "asterix",
    "batman",
    "bilbo baggins",
    "bugs bunny",
    "bullwinkle",
    "captain america",
    "chewbacca",
    "clark kent",
    "count dracula",
    "daenerys targaryen",
    "daffy duck",
    "daisy duck",
    "darth vader",
    "dobby",
    "donald duck",
    "dora the explorer",
    "draco malfoy",
    "dumbledore",
    "easter bunny",
    "ebenezer scrooge",
    "elmer fudd",
    "erika mustermann",
    "father christmas",
    "fred flintstone",
    "frodo baggins",
    "gandalf",
    "harry potter",
    "hello kitty",
    "hermione granger",
    "homer simpson",
    "huckleberry finn",
    "indiana jones",
    "inspector gadget",
    "jack sparrow",
    "james bond",
    "jane doe",
    "john doe",
    "katniss everdeen",
    "kermit the frog",
    "lara croft",
    "legolas",
    "lord voldemort",
    "luke skywalker",
    "max mustermann",
    "mickey mouse",
    "micky mouse",
    "minnie mouse",
    "mr bean",
    "obelix",
    "obi wan kenobi",
    "papa smurf",
    "peter pan",
    "peter rabbit",
    "pikachu",
    "pinocchio",
    "pippi longstocking",
    "popeye",
    "princess leia",
    "robin hood",
    "ron weasley",
    "rubeus hagrid",
    "santa claus",
    "scooby doo",
    "severus snape",
    "sherlock holmes",
    "shrek",
    "sirius black",
    "snow white",
    "spider man",
    "spiderman",
    "spongebob squarepants",
    "super mario",
    "superman",
    "tinker bell",
    "tintin",
    "tom sawyer",
    "tooth fairy",
    "wile e coyote",
    "winnie the pooh",
    "wonder woman",
    "yoda",
];

/// The names of those who sign that need a second look.
pub(crate) fn suspicious_names(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let open = signatories.iter().filter(|one| !one.reviewed && one.signs(policy) == Standing::Signs);
    let told = open.filter_map(|signatory| {
        let what = doubt(&signatory.name, signatory.kind)?;
        let help = "ask who they are, and take the row out or say with `reviewed` that it stands";
        Some(Finding::new(Code::NameDoubtful, what).at(signatory.row_place.clone()).help(help))
    });
    told.collect()
}

fn doubt(name: &str, kind: SignatoryKind) -> Option<&'static str> {
    let words: Vec<String> = words(name).collect();
    let is_form = |word: &String| {
        let mut letters = word.chars();
        let first = letters.next();
        FORM.contains(&&**word)
            || letters.clone().count() > 1 && letters.all(|c| Some(c) == first && c.is_ascii_alphabetic())
    };
    let form = match kind {
        SignatoryKind::Person => words.iter().any(is_form),
        // The names of organisations are made of such words: "Sign of Hope".
        SignatoryKind::Organisation => !words.is_empty() && words.iter().all(is_form),
    };
    if name.split_whitespace().any(|word| is_address(word, kind)) {
        Some("the name holds a web or e-mail address")
    } else if form {
        Some("the name holds what a form or a test leaves behind")
    } else if FICTION.contains(&&*words.join(" ")) {
        Some("the name is that of a figure of fiction, or of an example")
    } else {
        None
    }
}

/// `https://…`, `www.…`, `a@b.example`; and, where it cannot be the name of an organisation, `river.example`.
fn is_address(word: &str, kind: SignatoryKind) -> bool {
    let is_host = || {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.rsplit_once('.').is_some_and(|(host, domain)| {
            host.len() > 1 && domain.len() > 1 && domain.bytes().all(|b| b.is_ascii_lowercase())
        })
    };
    let is_web = word.contains("://") || word.to_lowercase().starts_with("www.");
    is_web || word.contains('@') || kind == SignatoryKind::Person && is_host()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_person(name: &str) -> Option<&'static str> {
        doubt(name, SignatoryKind::Person)
    }

    #[test]
    fn test_entries_and_text_of_the_form_are_doubted() {
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
            assert_eq!(of_person(name), Some("the name holds what a form or a test leaves behind"), "{name}");
        }
    }

    #[test]
    fn addresses_in_a_name_are_doubted() {
        for name in ["https://river.example", "Maria www.river.example", "m.rossi@example.org", "river.example"] {
            assert_eq!(of_person(name), Some("the name holds a web or e-mail address"), "{name}");
        }
    }

    #[test]
    fn figures_of_fiction_are_doubted_by_their_whole_names() {
        for name in ["Mickey Mouse", "MICKY  MOUSE", "Dumbledore", "Obi-Wan Kenobi", "Spider-Man"] {
            assert_eq!(of_person(name), Some("the name is that of a figure of fiction, or of an example"), "{name}");
        }
        assert_eq!(of_person("Harry Potter-Lund"), None);
    }

    #[test]
    fn people_s_names_and_organisations_that_speak_are_not_doubted() {
        for name in [
            "Maria Rossi",
            "Signe Nordin",
            "J. R. Okafor",
            "J.R. Okafor",
            "Bo St.John",
            "Anna-Lee Xu",
            "王小明",
            "Testa",
        ] {
            assert_eq!(of_person(name), None, "{name}");
        }
        for name in ["Sign of Hope", "Nobody Alone", "lantern.example", "No Name e. V."] {
            assert_eq!(doubt(name, SignatoryKind::Organisation), None, "{name}");
        }
        assert!(doubt("Test test", SignatoryKind::Organisation).is_some());
    }
}
