//! Compares each table in `docs/display.md` with what the program does.

use super::tests::{policy, row};
use super::*;
use crate::people::row::Columns;

const PAGE: &str = include_str!("../../../docs/display.md");

const OTHER_CONSENTS: [&str; 5] = ["pending", "refused", "no", "withdrawn", ""];

/// What is printed of Maria Rossi, or the error.
fn printed(display: &str, consent: &str, category: &str, vouched: bool, policy: &Policy) -> String {
    let (consent_at, adult) = if vouched { ("2018-01-02", "yes") } else { ("", "") };
    let row = row(&[
        ("name", "Maria Rossi"),
        ("given_name", "Maria"),
        ("family_name", "Rossi"),
        ("pseudonym", "River"),
        ("display", display),
        ("consent", consent),
        ("category", category),
        ("consent_at", consent_at),
        ("adult", adult),
    ]);
    match Signatory::read(&row, policy) {
        Err(findings) => format!("error `{}`", findings[0].code),
        Ok(signatory) => match (signatory.signs(policy), signatory.signature(policy)) {
            (Standing::LeftOut(_), Face::Withheld { .. }) => "left out".into(),
            (Standing::Signs, Face::Withheld { .. }) => "withheld".into(),
            (Standing::Signs, Face::Named(signature)) => signature.line,
            (Standing::LeftOut(_), Face::Named(_)) => panic!("a signatory who is left out is named"),
        },
    }
}

/// What is printed with every `default_display`, or that it depends on the default.
fn printed_by_default(display: &str, consent: &str, category: &str, vouched: bool) -> String {
    let by = |default_display| printed(display, consent, category, vouched, &Policy { default_display, ..policy() });
    let all = Display::ALL.map(by);
    if all.iter().all(|one| *one == all[0]) {
        return all[0].clone();
    }
    let explicit = Display::ALL.map(|display| printed(display.name(), consent, category, vouched, &policy()));
    assert_eq!(all, explicit, "the default means the same as the cell");
    "as `default_display`".into()
}

fn assert_on_page(table: &str) {
    assert!(PAGE.contains(table), "docs/display.md should contain:\n\n{table}");
}

#[test]
fn the_page_shows_what_every_display_prints() {
    let mut table = "| `display` | consent given | protected category, `consent_at` and `adult = yes` \
                     | protected category otherwise | any other consent |\n|---|---|---|---|---|\n"
        .to_owned();
    for display in Display::ALL.map(Display::name).into_iter().chain([""]) {
        let given = printed_by_default(display, "given", "campaigner", false);
        assert_eq!(given, printed_by_default(display, "given", "campaigner", true));
        let vouched = printed_by_default(display, "given", "survivor", true);
        let otherwise = printed_by_default(display, "given", "survivor", false);
        for (category, vouched) in
            [("campaigner", false), ("campaigner", true), ("survivor", false), ("survivor", true)]
        {
            for consent in OTHER_CONSENTS {
                assert_eq!(printed_by_default(display, consent, category, vouched), "left out");
            }
        }
        let display = if display.is_empty() { "blank, or no such column" } else { display };
        table += &format!("| {display} | {given} | {vouched} | {otherwise} | left out |\n");
    }
    assert_on_page(&table);
}

#[test]
fn the_page_shows_who_signs() {
    let standing = |cells: &[(&str, &str)], policy: &Policy| {
        let cells = [&[("name", "Maria Rossi")], cells].concat();
        let signatory = Signatory::read(&row(&cells), policy).expect("a signatory");
        match signatory.signs(policy) {
            Standing::Signs => "signs".to_owned(),
            Standing::LeftOut(reason) => format!("left out: {reason}"),
        }
    };
    let mut table = "| `consent` | `withdrawn_at` blank | with a date |\n|---|---|---|\n".to_owned();
    for consent in ["given", "yes"].into_iter().chain(OTHER_CONSENTS) {
        let at = |withdrawn_at| standing(&[("consent", consent), ("withdrawn_at", withdrawn_at)], &policy());
        let name = if consent.is_empty() { "blank" } else { consent };
        table += &format!("| {name} | {} | {} |\n", at(""), at("2018-01-09"));
    }
    let on_file = Policy { consent: Consent::OnFile, ..policy() };
    let at = |withdrawn_at| standing(&[("withdrawn_at", withdrawn_at)], &on_file);
    table += &format!("| no such column, `consent = \"on-file\"` | {} | {} |\n", at(""), at("2018-01-09"));
    let columns = Columns { file: "signatories.csv".into(), names: vec!["name".into()] };
    let unknown = missing_columns(&columns, &policy()).remove(0).code;
    table += &format!("| no such column otherwise | error `{unknown}` | error `{unknown}` |\n");
    assert_on_page(&table);
}

#[test]
fn the_page_shows_when_role_affiliation_and_place_are_printed() {
    let mut table = "| `show_role`, `show_affiliation`, `show_place` | full | any other name | withheld |\n\
                     |---|---|---|---|\n"
        .to_owned();
    for show in ["", "yes", "no"] {
        table += &format!("| {} |", if show.is_empty() { "blank" } else { show });
        for displays in [&["full"][..], &["given-initial", "initials", "pseudonym"], &["withheld"]] {
            let mut shown = Vec::new();
            for display in displays {
                for (column, show_column) in
                    [("role", "show_role"), ("affiliation", "show_affiliation"), ("place", "show_place")]
                {
                    let row = row(&[
                        ("name", "Maria Rossi"),
                        ("pseudonym", "River"),
                        (column, "Lantern"),
                        (show_column, show),
                        ("display", display),
                        ("category", "campaigner"),
                        ("consent", "given"),
                    ]);
                    let signatory = Signatory::read(&row, &policy()).expect("a signatory");
                    shown.push(match signatory.signature(&policy()) {
                        Face::Named(signature) => signature.line.trim_end_matches('*').ends_with(", Lantern"),
                        Face::Withheld { .. } => false,
                    });
                }
            }
            assert!(shown.iter().all(|one| *one == shown[0]), "the columns behave in the same way");
            table += if shown[0] { " printed |" } else { " – |" };
        }
        table += "\n";
    }
    assert_on_page(&table);
}

#[test]
fn the_page_shows_how_names_are_shortened() {
    let mut table =
        "| `name` | `given_name` | `family_name` | given-initial | initials |\n|---|---|---|---|---|\n".to_owned();
    for (name, given, family) in [
        ("Maria Rossi", "Maria", "Rossi"),
        ("Maria Luisa Rossi", "Maria Luisa", "Rossi"),
        ("Nagy Anna", "Anna", "Nagy"),
        ("王小明", "小明", "王"),
        ("Maria Rossi", "", ""),
        ("Rossi, Maria", "", ""),
        ("Jean-Pierre Dupont", "", ""),
        ("Ana de la Cruz", "", ""),
        ("KOVÁCS Anna", "", ""),
        ("Maria Rossi Jr.", "", ""),
        ("Rossi M.", "", ""),
        ("Rossi (Ms.)", "", ""),
        ("Madonna", "", ""),
        ("محمد علي", "", ""),
        ("王小明", "", ""),
    ] {
        let shown = |display| {
            let cells = [
                ("name", name),
                ("given_name", given),
                ("family_name", family),
                ("display", display),
                ("category", "campaigner"),
                ("consent", "given"),
            ];
            let signatory = Signatory::read(&row(&cells), &policy()).expect("a signatory");
            match signatory.signature(&policy()) {
                Face::Named(signature) => signature.name,
                Face::Withheld { .. } => "withheld".into(),
            }
        };
        table += &format!("| {name} | {given} | {family} | {} | {} |\n", shown("given-initial"), shown("initials"));
    }
    assert_on_page(&table);
}
