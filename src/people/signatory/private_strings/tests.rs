//! What of a row is private, and what is cleared, by what its signature shows.

use super::super::tests::{policy, read};
use crate::people::disclosure::PrivateKind;

fn private(cells: &[(&'static str, &'static str)]) -> Vec<(String, PrivateKind)> {
    read(cells).private_strings(&policy()).into_iter().map(|private| (private.text, private.kind)).collect()
}

#[test]
fn what_a_display_does_not_clear_is_private() {
    use PrivateKind::*;
    let strings = |expected: &[(&str, PrivateKind)]| -> Vec<(String, PrivateKind)> {
        expected.iter().map(|(text, kind)| ((*text).to_owned(), *kind)).collect()
    };
    let (address, account) = (("m.rossi@example.org", Address), ("m.rossi", Account));
    let (name, given, family) = (("Maria Rossi", Name), ("Maria", Word), ("Rossi", Word));
    let (river, two, house) = (("River", Pseudonym), ("Rossi Maria", Name), ("Harbour House", Affiliation));
    assert_eq!(private(&[]), strings(&[address, river]));
    let shown = ("Maria", Joiner);
    let initial = strings(&[address, name, river, two, shown, family, account, house]);
    assert_eq!(private(&[("display", "given-initial")]), initial);
    assert_eq!(private(&[("display", "pseudonym")]), strings(&[address, name, two, given, family, account, house]));
    let everything = strings(&[address, name, river, two, given, family, account, house]);
    assert_eq!(private(&[("display", "withheld")]), everything);
    assert_eq!(private(&[("consent", "refused")]), everything);
}

#[test]
fn the_words_of_a_name_are_private_but_for_titles_and_joining_words() {
    let cells =
        [("name", "Dr. Ana María de la Cruz"), ("given_name", ""), ("family_name", ""), ("display", "withheld")];
    let words: Vec<_> =
        private(&cells).into_iter().filter(|(_, kind)| *kind == PrivateKind::Word).map(|(text, _)| text).collect();
    assert_eq!(words, ["Ana", "María", "Cruz", "de la Cruz"]);
}

#[test]
fn parts_of_a_hyphenated_name_are_private_where_the_name_is() {
    let cells = |display| {
        [
            ("name", "Anne-Marie O’Dunmore"),
            ("given_name", "Anne-Marie"),
            ("family_name", "O’Dunmore"),
            ("display", display),
        ]
    };
    let all: Vec<_> = private(&cells("withheld")).into_iter().map(|(text, _)| text).collect();
    let parts = ["Anne", "Marie", "Dunmore"];
    assert!(parts.iter().all(|part| all.contains(&(*part).to_owned())), "{all:?}");
    let hidden: Vec<_> =
        private(&cells("given-initial")).into_iter().filter(|(_, kind)| *kind == PrivateKind::Word).collect();
    let has = |word: &str| hidden.iter().any(|(text, _)| text == word);
    assert!(has("Dunmore") && !has("Marie"), "{hidden:?}");
}

#[test]
fn an_account_is_the_local_part_of_a_person_s_address() {
    let accounts = |email: &'static str, kind: &'static str| {
        let all = private(&[("email", email), ("kind", kind), ("display", "withheld")]);
        all.into_iter().filter(|(_, kind)| *kind == PrivateKind::Account).map(|(text, _)| text).collect::<Vec<_>>()
    };
    assert_eq!(accounts("jolene.s@x.example, river84@x.example", "person"), ["jolene.s", "river84"]);
    assert_eq!(accounts("jsatterwhaite@x.example", "person"), ["jsatterwhaite"]);
    for (email, kind) in [("j.s@x.example", "person"), ("a.desk@x.example", "organisation")] {
        assert!(accounts(email, kind).is_empty(), "{email}");
    }
}

#[test]
fn a_given_name_that_is_not_in_the_printed_name_stays_private() {
    let names: Vec<_> = private(&[("given_name", "Renata")]).into_iter().map(|(text, _)| text).collect();
    assert!(names.contains(&"Renata".to_owned()));
}

#[test]
fn a_given_name_in_a_script_without_spaces_is_printed_with_the_whole_name() {
    let names = private(&[("name", "岑芷澄"), ("given_name", "芷澄"), ("family_name", "岑"), ("pseudonym", "")]);
    assert!(names.iter().all(|(_, kind)| *kind == PrivateKind::Address), "{names:?}");
}

#[test]
fn every_address_in_a_cell_is_private_and_a_word_without_at_is_none() {
    let addresses = |cell| {
        let all = private(&[("email", cell)]);
        all.into_iter().filter(|(_, kind)| *kind == PrivateKind::Address).map(|(text, _)| text).collect::<Vec<_>>()
    };
    assert_eq!(addresses("Maria <a@example.org>; b@example.org"), ["a@example.org", "b@example.org"]);
    assert!(addresses("anonymous").is_empty());
}

#[test]
fn every_run_of_a_statement_is_private() {
    let cells =
        [("statement", "I was fifteen when he drove me from the town to the coast."), ("statement_consent", "no")];
    let all = private(&cells);
    let runs: Vec<_> =
        all.iter().filter(|(_, kind)| *kind == PrivateKind::Statement).map(|(text, _)| &**text).collect();
    for half in ["when he drove me from the", "from the town to the coast"] {
        assert!(runs.contains(&half), "{runs:?}");
    }
}

#[test]
fn what_is_printed_is_cleared_and_nothing_else() {
    let cleared = |cells: &[_]| -> Vec<String> {
        read(cells).cleared_strings(&policy()).into_iter().map(|cleared| cleared.text).collect()
    };
    let line = "Maria Rossi, Director, Harbour House*";
    let all = ["Maria Rossi", line, line, "Harbour House", "Harbour House"];
    assert_eq!(cleared(&[("show_place", "no")]), all);
    let line = "Maria R., Trieste";
    assert_eq!(cleared(&[("display", "given-initial"), ("show_place", "yes")]), ["Maria R.", line, line]);
    assert!(cleared(&[("display", "withheld")]).is_empty());
    assert!(cleared(&[("consent", "pending")]).is_empty());
}
