//! Rows of the signatory list: what they are read as, what is refused, and what of them can become public.
use super::*;
use crate::people::category::Categories;
use crate::people::disclosure::PrivateKind;
use crate::people::row::Columns;
use proptest::prelude::*;
use std::sync::Arc;

/// A row of the list on line 5, with the given cells.
pub(super) fn row(cells: &[(&str, &str)]) -> Row {
    let names = cells.iter().map(|(column, _)| (*column).to_owned()).collect();
    let positions = (1..).map(|column| (5, column)).take(cells.len()).collect();
    let cells = cells.iter().map(|(_, cell)| (*cell).to_owned()).collect();
    Row::new(Arc::new(Columns { file: "signatories.csv".into(), names }), cells, positions)
}

pub(super) fn policy() -> Policy {
    let categories = Categories::of(&[("survivor", "survivors"), ("campaigner", "campaigners")]);
    Policy { protect: vec!["survivor".into()], categories, ..Policy::default() }
}

/// Somebody who signs with all they have, unless `cells` say otherwise.
fn maria(cells: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        ("name", "Maria Rossi"),
        ("given_name", "Maria"),
        ("family_name", "Rossi"),
        ("category", "campaigner"),
        ("role", "Director"),
        ("affiliation", "Harbour House"),
        ("place", "Trieste"),
        ("display", "full"),
        ("pseudonym", "River"),
        ("consent", "given"),
        ("email", "m.rossi@example.org"),
        ("statement", "It must end."),
    ];
    all.retain(|(column, _)| cells.iter().all(|(other, _)| other != column));
    all.extend(cells);
    all
}

pub(super) fn read(cells: &[(&'static str, &'static str)]) -> Signatory {
    Signatory::read(&row(&maria(cells)), &policy()).expect("a signatory")
}

fn codes(cells: &[(&'static str, &'static str)]) -> Vec<Code> {
    let findings = Signatory::read(&row(&maria(cells)), &policy()).expect_err("a bad row");
    findings.into_iter().map(|finding| finding.code).collect()
}

fn signature(cells: &[(&'static str, &'static str)]) -> Signature {
    match read(cells).signature(&policy()) {
        Face::Named(signature) => signature,
        Face::Withheld { .. } => panic!("withheld"),
    }
}

#[test]
fn a_full_signature_is_typeset_in_one_line() {
    assert_eq!(signature(&[]).line, "Maria Rossi, Director, Harbour House*, Trieste");
    assert_eq!(signature(&[("role", ""), ("place", "")]).line, "Maria Rossi, Harbour House*");
}

#[test]
fn role_affiliation_and_place_go_with_a_full_name_or_a_yes() {
    assert_eq!(signature(&[("show_place", "no")]).line, "Maria Rossi, Director, Harbour House*");
    assert_eq!(signature(&[("display", "initials")]).line, "M. R.");
    assert_eq!(signature(&[("display", "pseudonym"), ("show_role", "Yes")]).line, "River, Director");
}

#[test]
fn an_affiliation_is_for_identification_unless_the_person_signs_for_it() {
    assert!(signature(&[]).identification);
    assert!(signature(&[("affiliation_for", "Identification")]).identification);
    let speaks_for = [
        ("affiliation_for", "organisation"),
        ("affiliation_for", "organization"),
        ("affiliation", ""),
        ("show_affiliation", "no"),
        ("kind", "organisation"),
    ];
    for cell in speaks_for {
        let signature = signature(&[cell]);
        assert!(!signature.identification && !signature.line.contains('*'), "{cell:?}");
    }
}

#[test]
fn a_review_is_a_yes_or_a_date() {
    for (cell, expected) in [("", false), ("no", false), ("yes", true), ("2018-01-10", true)] {
        assert_eq!(read(&[("reviewed", cell)]).is_reviewed(), expected, "{cell}");
    }
    assert_eq!(codes(&[("reviewed", "Ada")]), [Code::CellValue]);
}

#[test]
fn a_statement_needs_a_consent_of_its_own() {
    assert_eq!(signature(&[]).statement, "");
    assert_eq!(signature(&[("statement_consent", "no")]).statement, "");
    assert_eq!(signature(&[("statement_consent", "TRUE")]).statement, "It must end.");
}

#[test]
fn a_blank_display_is_the_default_and_withheld_in_a_protected_category() {
    let open = Policy { default_display: Display::Full, ..policy() };
    let named = |category| {
        let cells = [("display", ""), ("category", category), ("consent_at", "2018-01-02"), ("adult", "yes")];
        matches!(read(&cells).signature(&open), Face::Named(_))
    };
    assert!(named("campaigner"));
    assert!(!named("SURVIVOR"));
    assert!(matches!(read(&[("display", "")]).signature(&policy()), Face::Withheld { .. }));
}

#[test]
fn a_protected_name_is_shown_only_with_a_dated_consent_of_an_adult() {
    let vouched = [("category", "Survivor"), ("consent_at", "2018-01-02"), ("adult", "yes")];
    assert_eq!(signature(&vouched).name, "Maria Rossi");
    assert_eq!(codes(&vouched[..1]), [Code::ProtectedShown]);
    assert_eq!(codes(&vouched[..2]), [Code::ProtectedShown]);
    assert_eq!(codes(&[vouched[0], vouched[2]]), [Code::ProtectedShown]);
    let stricter = Policy { protect: vec!["campaigner".into()], ..policy() };
    assert!(matches!(read(&[("category", "Campaigner")]).signature(&stricter), Face::Withheld { .. }));
}

#[test]
fn where_the_parts_of_a_protected_name_are_unknown_nothing_is_guessed() {
    let name = |category| {
        let cells = [("given_name", ""), ("family_name", ""), ("display", "given-initial"), ("category", category)];
        signature(&[&cells[..], &[("consent_at", "2018-01-02"), ("adult", "yes")]].concat()).name
    };
    assert_eq!(name("campaigner"), "Maria R.");
    assert_eq!(name("survivor"), "M. R.");
}

#[test]
fn an_organisation_has_no_given_name() {
    let name =
        |display| signature(&[("kind", "organisation"), ("name", "House of Hope, Inc."), ("display", display)]).name;
    assert_eq!(name("full"), "House of Hope, Inc.");
    assert_eq!(name("given-initial"), "H. H.");
}

#[test]
fn a_name_without_initials_is_withheld_rather_than_shown() {
    let cells = [("name", "王小明"), ("given_name", "小明"), ("family_name", "王"), ("display", "initials")];
    assert!(matches!(read(&cells).signature(&policy()), Face::Withheld { .. }));
    assert_eq!(signature(&[cells[0], cells[1], cells[2], ("display", "given-initial")]).name, "小明");
}

#[test]
fn only_consent_that_was_given_and_not_withdrawn_signs() {
    let standing = |cells: &[_]| read(cells).signs(&policy());
    for cell in ["given", "Given", "yes", "1"] {
        assert_eq!(standing(&[("consent", cell)]), Standing::Signs);
    }
    for (cell, reason) in [
        ("", Reason::Blank),
        ("pending", Reason::Pending),
        ("refused", Reason::Refused),
        ("no", Reason::Refused),
        ("withdrawn", Reason::Withdrawn),
    ] {
        assert_eq!(standing(&[("consent", cell)]), Standing::LeftOut(reason));
        assert!(matches!(read(&[("consent", cell)]).signature(&policy()), Face::Withheld { .. }));
    }
    assert_eq!(standing(&[("withdrawn_at", "2018-01-09T10:00:00Z")]), Standing::LeftOut(Reason::Withdrawn));
}

#[test]
fn a_list_without_the_column_needs_consent_on_file_and_on_file_overrules_no_cell() {
    let bare = row(&[("name", "Maria Rossi")]);
    let on_file = Policy { consent: Consent::OnFile, ..policy() };
    let signatory = Signatory::read(&bare, &policy()).expect("a signatory");
    assert_eq!(signatory.signs(&policy()), Standing::LeftOut(Reason::Unrecorded));
    assert_eq!(signatory.signs(&on_file), Standing::Signs);
    assert_eq!(read(&[("consent", "")]).signs(&on_file), Standing::LeftOut(Reason::Blank));

    let columns = |name: &str| Columns { file: "signatories.csv".into(), names: vec![name.into()] };
    let missing = |name: &str, policy: &Policy| {
        missing_columns(&columns(name), policy).into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(missing("name", &policy()), [Code::ConsentUnknown]);
    assert_eq!(missing("consent", &policy()), []);
    assert_eq!(missing("name", &on_file), []);
    let verified = Policy { counted: Counted::Verified, ..on_file };
    assert_eq!((missing("name", &verified), missing("verified", &verified)), (vec![Code::ListHeader], vec![]));
}

#[test]
fn where_only_verified_signatories_count_the_others_are_left_out_and_wholly_private() {
    let verified = Policy { counted: Counted::Verified, ..policy() };
    for (cell, standing) in [
        ("yes", Standing::Signs),
        ("TRUE", Standing::Signs),
        ("x", Standing::Signs),
        ("no", Standing::LeftOut(Reason::Unverified)),
        ("", Standing::LeftOut(Reason::Unverified)),
    ] {
        let cells = [("name", "Maria Rossi"), ("display", "full"), ("verified", cell)];
        let signatory = read(&cells);
        assert_eq!((signatory.signs(&policy()), signatory.signs(&verified)), (Standing::Signs, standing), "{cell}");
        let is_private = signatory.private_strings(&verified).iter().any(|private| private.text == "Maria Rossi");
        assert_eq!(is_private, standing != Standing::Signs, "{cell}");
    }
    let refused = read(&[("consent", "refused"), ("verified", "no")]);
    assert_eq!(refused.signs(&verified), Standing::LeftOut(Reason::Refused));
}

#[test]
fn every_wrong_cell_is_reported_at_its_place_and_never_quoted() {
    let cells = [
        ("name", ""),
        ("kind", "Zanetti"),
        ("display", "Zanetti"),
        ("show_role", "Zanetti"),
        ("affiliation_for", "Zanetti"),
        ("consent", "Zanetti"),
        ("consent_at", "9/1/2018"),
        ("adult", "Zanetti"),
        ("signed_at", "2018-02-30"),
    ];
    let findings = Signatory::read(&row(&cells), &policy()).expect_err("a bad row");
    let mut columns: Vec<_> = findings.iter().filter_map(|finding| finding.place()?.column).collect();
    columns.sort();
    assert_eq!(columns, (1..=9).collect::<Vec<u32>>());
    assert!(findings.iter().all(|finding| [Code::CellMissing, Code::CellValue].contains(&finding.code)));
    assert!(!format!("{findings:?}").contains("Zanetti"));
}

#[test]
fn a_minor_is_an_error_and_so_is_a_pseudonym_that_is_not_there() {
    assert_eq!(codes(&[("adult", "no")]), [Code::SignatoryMinor]);
    assert_eq!(codes(&[("adult", "0"), ("consent", "withdrawn")]), [Code::SignatoryMinor]);
    assert_eq!(codes(&[("display", "pseudonym"), ("pseudonym", "")]), [Code::PseudonymMissing]);
    assert_eq!(read(&[("display", "pseudonym"), ("pseudonym", ""), ("consent", "no")]).line(), 5);
}

#[test]
fn a_signatory_in_a_debugging_line_is_a_line_number() {
    assert_eq!(format!("{:?}", read(&[])), "Signatory { line: 5 }");
    assert!(!format!("{:?}", read(&[]).private_strings(&policy())).to_lowercase().contains("rossi"));
}

/// The cells of a row in which every private text is unlike any other.
fn any_cells() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let cell = |column: &'static str, text: &'static str| text.prop_map(move |cell: String| (column, cell));
    let yes_no = |column: &'static str| {
        prop::sample::select(vec!["", "yes", "no"]).prop_map(move |cell| (column, cell.to_owned()))
    };
    let word = |column: &'static str, words: &[&'static str]| {
        prop::sample::select(words.to_vec()).prop_map(move |cell| (column, cell.to_owned()))
    };
    let names =
        (any::<bool>(), any::<bool>(), "Giv[a-z]{1,5}( Lug[a-z]{1,4})?", "(de )?Fam[a-z]{1,5}(-Sop[a-z]{1,4})?")
            .prop_map(|(parts, comma, given, family)| {
                let name = if comma { format!("{family}, {given}") } else { format!("{given} {family}") };
                let (given, family) = if parts { (given, family) } else { (String::new(), String::new()) };
                vec![("name", name), ("given_name", given), ("family_name", family)]
            });
    let texts = [
        cell("role", "(Rol[a-z]{3,6})?"),
        cell("affiliation", "(Aff[a-z]{3,6})?"),
        cell("place", "(Pla[a-z]{3,6})?"),
        cell("pseudonym", "(Pse[a-z]{3,6})?"),
        cell("statement", "(Sta[a-z]{3,6})?"),
        cell("email", "(zmail[a-z]{3,6}@example\\.org)?"),
        cell("sort_key", "(Sor[a-z]{3,6})?"),
        cell("id", "(9id[0-9]{3,6})?"),
    ];
    let choices = [
        word("display", &["", "full", "given-initial", "initials", "pseudonym", "withheld"]),
        word("consent", &["", "given", "given", "given", "pending", "refused", "withdrawn"]),
        word("category", &["", "survivor", "campaigner"]),
        word("kind", &["", "person", "organisation"]),
        word("consent_at", &["", "2018-01-02"]),
        word("withdrawn_at", &["", "", "", "2018-01-09"]),
    ];
    let flags = ["show_role", "show_affiliation", "show_place", "statement_consent", "adult"].map(yes_no);
    (names, texts, choices, flags)
        .prop_map(|(names, texts, choices, flags)| names.into_iter().chain(texts).chain(choices).chain(flags).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases * 2))]

    #[test]
    fn no_signature_ever_holds_what_was_not_cleared(cells in any_cells()) {
        let cells: Vec<(&str, &str)> = cells.iter().map(|(column, cell)| (*column, &**cell)).collect();
        let row = row(&cells);
        let Ok(signatory) = Signatory::read(&row, &policy()) else { return Ok(()) };
        let Face::Named(signature) = signatory.signature(&policy()) else { return Ok(()) };
        let json = serde_json::to_string(&signature).expect("a plain object");

        let cell = |column| row.get(column);
        prop_assert_eq!(cell("consent"), "given");
        prop_assert_eq!(cell("withdrawn_at"), "");
        let display = cell("display");
        prop_assert!(!["", "withheld"].contains(&display), "the default is withheld");
        let full = display == "full";
        let shows = |column| cell(column) == "yes" || full && cell(column) != "no";
        let organisation = cell("kind") == "organisation";
        let cleared = [
            ("Giv", full || display == "given-initial" && !organisation),
            ("Lug", full || display == "given-initial" && !organisation),
            ("Fam", full),
            ("Sop", full),
            ("Pse", display == "pseudonym"),
            ("Rol", shows("show_role")),
            ("Aff", shows("show_affiliation")),
            ("Pla", shows("show_place")),
            ("Sta", cell("statement_consent") == "yes"),
            ("zmail", false),
            ("Sor", false),
            ("9id", false),
        ];
        for (mark, cleared) in cleared {
            prop_assert!(cleared || !json.contains(mark), "{} is in {}", mark, json);
        }
        let private = signatory.private_strings(&policy());
        for private in private.iter().filter(|private| private.kind != PrivateKind::Joiner) {
            prop_assert!(!json.contains(&private.text), "{:?} is in {}", private.kind, json);
        }
        if cell("category") == "survivor" {
            prop_assert!(!cell("consent_at").is_empty() && cell("adult") == "yes");
        }
    }
}
