//! What the gate lets through, and what it reports otherwise.

use super::*;

fn cleared(text: &str, extent: Extent) -> Cleared {
    Cleared { text: text.into(), extent }
}

fn shown(text: &str) -> Cleared {
    cleared(text, Extent::Everything)
}

fn gate(private: Vec<Private>, cleared: Vec<Cleared>, allow: &[&str]) -> Gate {
    let allow: Vec<Allow> = allow.iter().map(|text| Allow { text: (*text).into(), reason: "a word".into() }).collect();
    Gate::new(private, cleared, &allow)
}

fn person(line: u32, name: &str) -> Vec<Private> {
    let words = name.split(' ').map(|word| private(line, PrivateKind::Word, word));
    words.chain([private(line, PrivateKind::Name, name)]).collect()
}

#[test]
fn only_the_whole_printed_name_of_somebody_shown_passes() {
    let gate = gate(person(7, "Maria Smith"), vec![shown("Maria Rossi")], &[]);
    assert!(found(&gate, "Signed by Maria Rossi, and by others").is_empty());
    assert_eq!(found(&gate, "Maria told us"), ["maria"]);
    assert_eq!(found(&gate, "Maria Smith"), ["maria smith"]);
}

#[test]
fn a_private_name_within_a_longer_one_that_is_shown_passes() {
    let gate = gate(person(7, "Ana Lima"), vec![shown("Ana Lima Souza")], &[]);
    assert!(found(&gate, "Ana Lima Souza").is_empty());
    assert_eq!(found(&gate, "Ana Lima"), ["ana lima"]);
}

#[test]
fn a_name_made_of_two_that_are_shown_is_a_leak() {
    let gate = gate(person(7, "Grace Lee"), vec![shown("Grace"), shown("Lee")], &[]);
    assert!(found(&gate, "Grace and Lee").is_empty());
    assert_eq!(found(&gate, "Grace Lee"), ["grace lee"]);
}

#[test]
fn a_recipient_s_own_strings_pass_in_their_letter_and_are_counted() {
    let gate = gate(person(8, "Chris Jones"), vec![], &[]);
    let bytes = text_letter("Dear Chris Jones:");
    let search = |own: &[Cleared]| gate.search_letter(&bytes, Scope { own, ..Scope::default() });
    assert_eq!(search(&[shown("Chris")]).leaks.len(), 1);
    let searched = search(&[shown("chris  jones")]);
    assert!(searched.leaks.is_empty() && searched.has_overlap);
    assert!(!gate.search_letter(&text_letter("Dear you:"), Scope::default()).has_overlap);
}

#[test]
fn the_words_of_an_office_pass_and_no_whole_name_in_it() {
    let mut all = person(7, "Maria Smith");
    all.push(private(8, PrivateKind::Affiliation, "Northlight Pictures"));
    all.push(private(9, PrivateKind::Address, "m@council.example"));
    let gate = gate(all, vec![], &[]);
    let own =
        [cleared("Northlight Pictures, Inc.", Extent::Words), cleared("Smith House, by Maria Smith", Extent::Words)];
    let found = |text: &str| gate.search_text(text, Scope { own: &own, ..Scope::default() }).leaks.len();
    assert_eq!(found("To Northlight Pictures, Inc."), 0);
    assert_eq!(found("To Northlight Pictures"), 1);
    assert_eq!(found("To Smith House, by Maria Smith"), 1);
    assert_eq!(found("m@council.example"), 1);
}

#[test]
fn an_affiliation_or_address_that_somebody_else_cleared_passes_as_a_whole() {
    let all = vec![
        private(7, PrivateKind::Affiliation, "Harrow Gate Refuge"),
        private(7, PrivateKind::Address, "desk@bücher.example"),
    ];
    let cleared = ["Harrow Gate Refuge", "desk@xn--bcher-kva.example"].map(|text| cleared(text, Extent::Whole));
    assert!(found(&gate(all, cleared.to_vec(), &[]), "Harrow Gate Refuge, desk@bücher.example").is_empty());
}

#[test]
fn a_cleared_statement_passes_but_not_what_else_is_private_in_it() {
    let words = "ask river84 at desk@harrow.example about Harrow Gate Refuge and the long way home";
    let all = vec![
        private(7, PrivateKind::Affiliation, "Harrow Gate Refuge"),
        private(7, PrivateKind::Address, "desk@harrow.example"),
        private(7, PrivateKind::Account, "river84"),
        private(8, PrivateKind::Statement, "about Harrow Gate Refuge and the long"),
    ];
    let gate = gate(all, vec![cleared(words, Extent::Passage)], &[]);
    assert_eq!(found(&gate, words), ["river84", "desk harrow example", "harrow gate refuge"]);
}

#[test]
fn what_the_campaign_allows_passes_in_every_order_and_form() {
    let gate = gate(person(7, "Hope Adeyemi"), vec![], &["hope"]);
    for text in ["We thank Hope.", "Hope's", "#Hope", "Ms. Hope", "the Hopes"] {
        assert!(found(&gate, text).is_empty(), "{text}");
    }
    assert_eq!(found(&gate, "Hope Adeyemi"), ["hope adeyemi"]);
    let gate = self::gate(person(7, "Hope Adeyemi"), vec![], &["Hope Adeyemi"]);
    for text in ["Hope Adeyemi", "Adeyemi, Hope"] {
        assert!(found(&gate, text).is_empty(), "{text}");
    }
    assert_eq!(found(&gate, "Adeyemi"), ["adeyemi"], "nothing else of the person is allowed");
}

#[test]
fn a_string_split_in_another_way_is_the_same_string() {
    let all = person(7, "Annemarie").into_iter().chain(person(8, "O'Brien")).collect();
    assert!(found(&gate(all, vec![], &["Anne-Marie", "obrien"]), "Annemarie, Obrien").is_empty());
}

#[test]
fn a_finding_says_what_to_do_and_never_whose_string_it_is() {
    let gate = gate(person(17, "Wilhelmina Hope"), vec![], &[]);
    let leaks = gate.search_text("by Wilhelmina and Hope", Scope::default()).leaks;
    let findings: Vec<_> = leaks.iter().map(|leak| leak.finding("letter 3", Some("private/allow.toml"))).collect();
    assert_eq!(findings.len(), 2);
    assert!(findings.iter().all(|finding| finding.is_error() && finding.place().is_none()));
    let text = format!("{findings:?}");
    assert!(!text.to_lowercase().contains("wilhelmina") && !text.contains("17"), "{text}");
    let help = findings[1].fix.as_ref().expect("a fix").to_string();
    assert!(help.contains("add { text = \"hope\", reason = \"…\" } to `allow` in private/allow.toml"), "{help}");
}

#[test]
fn strings_too_short_to_search_for_are_counted_and_blank_ones_ignored() {
    let private = vec![
        private(5, PrivateKind::Word, "李"),
        private(4, PrivateKind::Word, "J."),
        private(4, PrivateKind::Affiliation, "  "),
        private(6, PrivateKind::Word, "Bo"),
    ];
    let gate = gate(private, vec![shown("")], &[""]);
    assert_eq!(gate.too_short(), 2);
    assert_eq!(found(&gate, "J. 李 Bo"), ["bo"]);
}

#[test]
fn debug_output_holds_no_private_string() {
    let mut all = person(7, "Wilhelmina Quist");
    all.push(private(7, PrivateKind::Address, "quist@private.example"));
    let gate = gate(all, vec![shown("Wilhelmina")], &[]);
    let own = [cleared("Quist & Daughters", Extent::Words)];
    let text = "Wilhelmina Quist, quist@private.example, Quist & Daughters";
    let searched = gate.search_text(text, Scope { own: &own, ..Scope::default() });
    let finding = searched.leaks[0].finding("letter 1", None);
    let shown = format!("{gate:?}{searched:?}{finding:?}{own:?}{:?}", person(7, "Wilhelmina Quist")).to_lowercase();
    assert!(!shown.contains("wilhelmina") && !shown.contains("quist") && !shown.contains("private.example"), "{shown}");
}

#[test]
fn a_gate_without_private_strings_finds_nothing() {
    let gate = gate(vec![], vec![shown("Ana")], &[]);
    assert_eq!(gate.search_letter(&text_letter("Ana"), Scope::default()), Searched::default());
}
