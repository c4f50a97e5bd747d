//! What is let through, what is not, and what is told of either.

use super::*;

fn lawful(text: &str, origin: Origin) -> Lawful {
    Lawful { text: text.into(), origin, extent: Extent::Whole }
}

fn signature(line: u32, text: &str) -> Lawful {
    lawful(text, Origin::Signature { line })
}

fn gate(private: Vec<Private>, lawful: Vec<Lawful>, allow: &[&str]) -> Gate {
    let allow: Vec<Allow> = allow.iter().map(|text| Allow { text: (*text).into(), reason: "a word".into() }).collect();
    Gate::new(lists(), private, lawful, &allow).expect("these are few")
}

#[test]
fn a_private_string_within_a_longer_lawful_one_is_a_hit() {
    let gate = gate(vec![private(7, PrivateKind::Name, "Ana Lima")], vec![signature(3, "Ana Lima Souza")], &[]);
    assert_eq!(lines_in_text(&gate, "Ana Lima Souza"), [7]);
    assert_eq!(gate.overlaps(), []);
}

#[test]
fn private_strings_within_each_other_are_all_found() {
    let gate = names(&["Ana Lima Souza", "Lima", "Ana Lima", "Souza Prado"]);
    assert_eq!(lines_in_text(&gate, "Ana Lima Souza Prado"), [2, 3, 4, 5]);
}

#[test]
fn a_private_string_made_of_two_lawful_ones_is_a_hit() {
    let private = vec![private(7, PrivateKind::Name, "Grace Lee")];
    let gate = gate(private, vec![signature(3, "Grace"), signature(4, "Lee")], &[]);
    assert!(lines_in_text(&gate, "Grace and Lee").is_empty());
    assert_eq!(lines_in_text(&gate, "Grace\nLee"), [7]);
}

#[test]
fn a_string_that_a_signature_prints_as_a_whole_is_an_overlap_and_no_hit() {
    let private = vec![private(9, PrivateKind::GivenName, "María"), private(7, PrivateKind::GivenName, "Maria")];
    let gate = gate(private, vec![signature(5, "MARIA"), signature(3, "Maria")], &[]);
    assert!(lines_in_text(&gate, "Maria").is_empty());
    let overlaps = gate.overlaps();
    assert_eq!(overlaps.len(), 2);
    assert!(overlaps.iter().all(|finding| !finding.is_error()));
    assert_eq!(overlaps[0].place().cloned(), Some(crate::diagnostics::place::Place::line("signatories.csv", 7)));
    assert_eq!(
        overlaps[0].message.to_string(),
        "the given name of the signatory at signatories.csv:7, who did not clear it, also stands lawfully in the \
         signature of signatories.csv:3 and in 1 more, so it is let through"
    );
    assert!(overlaps[1].message.to_string().contains("signatories.csv:9"));
}

#[test]
fn a_string_that_is_only_parted_otherwise_is_the_same_string() {
    let private =
        || vec![private(7, PrivateKind::GivenName, "Annemarie"), private(8, PrivateKind::FamilyName, "O'Brien")];
    let lawful = vec![signature(3, "Anne Marie"), signature(4, "Obrien")];
    assert_eq!(gate(private(), lawful, &[]).overlaps().len(), 2);
    assert!(lines_in_text(&gate(private(), vec![], &["Anne-Marie", "obrien"]), "Anne Marie Obrien").is_empty());
}

#[test]
fn the_sender_s_strings_are_lawful_in_every_letter_and_the_recipient_s_in_theirs() {
    let private =
        vec![private(7, PrivateKind::Address, "desk@letters.example"), private(8, PrivateKind::Name, "Chris Jones")];
    let gate = gate(private, vec![lawful("Desk@Letters.example", Origin::Sender)], &[]);
    assert_eq!(gate.overlaps().len(), 1);
    let bytes = text_letter("Dear Chris Jones:");
    assert_eq!(gate.search_letter(&bytes, &[lawful("Chris", Origin::Recipient { line: 4 })]).hits.len(), 1);
    let searched = gate.search_letter(&bytes, &[lawful("chris  jones", Origin::Recipient { line: 4 })]);
    assert_eq!(searched.hits, []);
    let findings = searched.findings("letter 3", &lists());
    assert_eq!(findings.len(), 1);
    assert!(!findings[0].is_error());
    assert!(
        findings[0].message.to_string().contains("signatories.csv:8")
            && findings[0].message.to_string().contains("recipients.csv:4")
    );
}

#[test]
fn the_words_that_name_a_recipient_are_lawful_and_no_whole_name_of_somebody_else_is() {
    let gate = gate(
        vec![
            private(7, PrivateKind::Name, "Maria Smith"),
            private(7, PrivateKind::NameWord, "Smith"),
            private(10, PrivateKind::FamilyName, "van den Berg"),
            private(8, PrivateKind::Affiliation, "Northlight Pictures"),
            private(9, PrivateKind::Name, "Madonna"),
            private(9, PrivateKind::Address, "m@council.example"),
        ],
        vec![],
        &[],
    );
    let own = ["Maria Smith-Lund", "Northlight Pictures, Inc.", "Madonna van den Berg", "ada.m@council.example"];
    let own = own.map(|text| Lawful { extent: Extent::Words, ..lawful(text, Origin::Recipient { line: 4 }) });
    let told = |text: &str| gate.search_text(text, &own).hits.iter().map(|hit| hit.kind).collect::<Vec<_>>();
    assert_eq!(told("Dear Ms. Smith of Northlight Pictures, Madonna, Ms. van den Berg"), []);
    assert_eq!(told("Maria Smith, m@council.example"), [PrivateKind::Name, PrivateKind::Address]);
    assert_eq!(gate.search_text("Smith", &own).overlaps.len(), 1);
    assert_eq!(gate.search_text("Smith", &[]).hits.len(), 1);
}

#[test]
fn an_address_is_one_overlap_in_whichever_form_its_domain_is_written() {
    let private = vec![private(7, PrivateKind::Address, "desk@bücher.example")];
    let gate = gate(private, vec![lawful("desk@xn--bcher-kva.example", Origin::Sender)], &[]);
    assert_eq!(gate.overlaps().len(), 1);
}

#[test]
fn a_signatory_may_show_in_their_own_letter_what_no_other_may_hold() {
    let gate = gate(vec![private(7, PrivateKind::Address, "ana@private.example")], vec![], &[]);
    let bytes = text_letter("Answer to ana@private.example");
    let own = |line| [lawful("ana@private.example", Origin::Signature { line })];
    assert_eq!(gate.search_letter(&bytes, &own(7)), Searched::default());
    assert_eq!(gate.search_letter(&bytes, &own(8)).overlaps.len(), 1);
    assert_eq!(gate.search_letter(&bytes, &[]).hits.len(), 1);
}

#[test]
fn a_pseudonym_that_is_the_person_s_own_name_is_told() {
    let gate = gate(vec![private(7, PrivateKind::GivenName, "Hope")], vec![signature(7, "Hope")], &[]);
    assert!(gate.overlaps()[0].message.to_string().contains("in their own signature"));
}

#[test]
fn what_the_campaign_allows_is_let_through_as_a_whole_only() {
    let private = || vec![private(7, PrivateKind::GivenName, "Hope"), private(7, PrivateKind::Name, "Hope Adeyemi")];
    let gate = gate(private(), vec![], &["hope"]);
    assert!(lines_in_text(&gate, "We hope so").is_empty());
    assert_eq!(lines_in_text(&gate, "Hope Adeyemi"), [7]);
    assert_eq!(gate.overlaps(), []);
}

#[test]
fn a_hit_names_the_place_and_the_line_and_how_to_mend_it() {
    let gate = gate(
        vec![private(17, PrivateKind::Name, "Wilhelmina"), private(20, PrivateKind::Name, "wilhelmina")],
        vec![],
        &[],
    );
    let searched = gate.search_letter(&text_letter("by Wilhelmina"), &[]);
    let findings = searched.findings("letter 3", gate.lists());
    assert_eq!(
        findings[0].message.to_string(),
        "letter 3: the text part holds the name of the signatory at signatories.csv:17 and of another, who did not \
         clear it"
    );
    assert!(findings[0].is_error() && findings[0].fix.is_some());
    assert_eq!(findings[0].place().cloned(), Some(crate::diagnostics::place::Place::line("signatories.csv", 17)));
    let text = gate.search_text("Wilhelmina", &[]).findings("manifest.csv", gate.lists());
    assert!(text[0].message.to_string().starts_with("manifest.csv holds the name"));
}

#[test]
fn strings_too_short_to_search_for_are_counted_and_blank_ones_are_nothing() {
    let private = vec![
        private(5, PrivateKind::FamilyName, "李"),
        private(4, PrivateKind::GivenName, "J."),
        private(4, PrivateKind::Affiliation, "  "),
        private(6, PrivateKind::GivenName, "Bo"),
    ];
    let gate = gate(private, vec![signature(3, "")], &[""]);
    let finding = gate.too_short().expect("two are short");
    assert!(finding.message.to_string().starts_with("2 private strings"));
    assert_eq!(finding.place().cloned(), Some(crate::diagnostics::place::Place::line("signatories.csv", 4)));
    assert_eq!(lines_in_text(&gate, "J. 李 Bo"), [6]);
    assert_eq!(names(&["Bo"]).too_short(), None);
}

#[test]
fn nothing_that_can_be_printed_holds_a_private_string() {
    let strings = ["Wilhelmina Quist", "Wilhelmina", "quist@private.example", "Quist & Daughters"];
    let kinds = [PrivateKind::Name, PrivateKind::GivenName, PrivateKind::Address, PrivateKind::Affiliation];
    let private = || strings.iter().zip(kinds).map(|(text, kind)| private(7, kind, text)).collect::<Vec<_>>();
    let gate = gate(private(), vec![signature(3, "Wilhelmina")], &[]);
    let bytes = text_letter(&strings.join(", "));
    let own = [lawful("Quist & Daughters", Origin::Recipient { line: 2 })];
    let searched = gate.search_letter(&bytes, &own);
    assert_eq!((searched.hits.len(), searched.overlaps.len(), gate.overlaps().len()), (2, 1, 1));
    let allow = Allow { text: "Quist".into(), reason: "a word".into() };
    let findings = searched.findings("letter 1", gate.lists());
    let said = format!("{:?}{gate:?}{searched:?}{findings:?}{:?}{own:?}{allow:?}", private(), gate.overlaps());
    let said = said.to_lowercase();
    assert!(!said.contains("wilhelmina") && !said.contains("quist") && !said.contains("private.example"), "{said}");
}

#[test]
fn a_gate_without_private_strings_finds_nothing() {
    assert_eq!(
        gate(vec![], vec![signature(3, "Ana")], &[]).search_letter(&text_letter("Ana"), &[]),
        Searched::default()
    );
}
