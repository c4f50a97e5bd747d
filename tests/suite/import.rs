//! `import`: the exports of forms and services become lists that pass `check`, and decisions made in a list are kept.

use crate::desk::{Desk, Ran, root};
use std::fs;

/// The signatory presets with a fixture of the same name.
const SIGNATORIES: [&str; 8] = [
    "google-forms", "microsoft-forms", "surveymonkey", "change-org", "action-network", "civicrm", "mailchimp",
    "nationbuilder",
];

/// A campaign without lists, with an export beside its settings.
fn desk(export: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    let bytes = fs::read(root().join("tests/exports").join(format!("{export}.csv"))).expect("a fixture");
    desk.write("export.csv", bytes);
    fs::remove_file(desk.path("signatories.csv")).expect("removed");
    desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
    desk
}

fn import(desk: &Desk, flags: &str) -> Ran {
    let path = desk.path("export.csv");
    desk.run(&format!("import {} {flags}", path.display()))
}

/// The list, as rows under its header.
fn list(desk: &Desk, name: &str) -> Vec<Vec<String>> {
    let bytes = desk.bytes(name);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&*bytes);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_service_s_export_becomes_a_list_without_errors() {
    for preset in SIGNATORIES {
        let desk = desk(preset);
        import(&desk, "").exit(0);
        let rows = list(&desk, "signatories.csv");
        assert!(
            !rows[0].contains(&"consent".to_owned()) || preset.ends_with("forms") || preset == "surveymonkey",
            "{preset}"
        );
        if !rows[0].contains(&"consent".to_owned()) {
            // Nobody has agreed to be printed by signing on a platform: the campaign has to say so.
            assert!(desk.found().contains(&"error[consent-unknown]: signatories.csv".to_owned()), "{preset}");
            desk.edit("campaign.toml", "[privacy]\n", "[privacy]\nconsent = \"on-file\"\n");
        }
        let found = desk.found();
        assert!(found.iter().all(|finding| !finding.starts_with("error")), "{preset}: {found:?}");
        let named = import(&desk, &format!("--preset {preset} --dry-run")).exit(0);
        assert!(named.out.contains("0 new rows, 0 changed"), "{preset}: {}", named.out);
    }
}

#[test]
fn contacts_become_recipients() {
    for (preset, rows) in [("outlook", 2), ("google-contacts", 1), ("civicrm", 3)] {
        let desk = desk(preset);
        desk.write("signatories.csv", "name,display,consent\nIfeoma Nwachinemere,full,given\n");
        fs::remove_file(desk.path("recipients.csv")).expect("removed");
        desk.edit("templates/letter.md.hbs", "{{recipient.title}}", "all");
        import(&desk, "--recipients").exit(0);
        assert_eq!(list(&desk, "recipients.csv").len() - 1, rows, "{preset}");
        let found = desk.found();
        assert!(found.iter().all(|finding| !finding.starts_with("error")), "{preset}: {found:?}");
    }
    let desk = desk("outlook");
    desk.write("signatories.csv", "name,display,consent\nIfeoma Nwachinemere,full,given\n");
    fs::remove_file(desk.path("recipients.csv")).expect("removed");
    import(&desk, "--recipients").exit(0);
    desk.run("preview 1").exit(0).prints("Dear Ms. Okafor:");
}

#[test]
fn unneeded_columns_are_dropped_and_reported() {
    let desk = desk("surveymonkey");
    let ran = import(&desk, "").exit(0).prints("dropped: Collector ID, Start Date, IP Address, Custom Data 1");
    ran.hides("192.0.2.10").hides("Lund");
    assert!(!desk.text("signatories.csv").contains("192.0.2.10"));
    let rows = list(&desk, "signatories.csv");
    assert_eq!(rows[0], ["id", "signed_at", "email", "given_name", "family_name", "display", "consent"]);
    assert_eq!(rows[1][1..6], ["2018-01-13T09:05:03", "ada.lund@inbox.example", "Ada", "Lund", "full"]);
    assert_eq!((&*rows[2][5], &*rows[3][5]), ("withheld", "initials"));
}

#[test]
fn the_special_cases_of_each_service_are_handled() {
    let desk = desk("microsoft-forms");
    import(&desk, "").exit(0);
    let rows = list(&desk, "signatories.csv");
    assert_eq!(rows[0], ["id", "signed_at", "email", "name", "display", "consent"]);
    assert_eq!((&*rows[1][2], &*rows[1][3], &*rows[3][3]), ("", "Ada Lund", "Cleo Ek"));

    let desk = self::desk("civicrm");
    import(&desk, "").exit(0).prints("left out: 1 row marked as deceased (line 4)");
    let rows = list(&desk, "signatories.csv");
    assert!(rows.iter().any(|row| row.contains(&"organisation".to_owned())));

    let desk = self::desk("mailchimp");
    let unsubscribed = desk.text("export.csv").replace('\n', ",\n").replacen(",\n", ",UNSUB_TIME\n", 1);
    desk.write("export.csv", unsubscribed);
    import(&desk, "").exit(65).reports("who unsubscribed");
    assert!(!desk.has("signatories.csv"));

    let desk = self::desk("change-org");
    import(&desk, "").exit(0);
    let rows = list(&desk, "signatories.csv");
    assert_eq!(rows[0], ["id", "name", "place", "signed_at"]);
    assert_ne!(rows[2][0], rows[3][0], "two of one name in two places");
}

/// The form's next export: three new rows, one changed, one withdrawn.
fn next_export(desk: &Desk) {
    let next = desk
        .text("export.csv")
        .replace("\"Nurse\"", "\"Head nurse\"")
        .replace("\"Teacher\",\"Initials only\",\"Yes, I agree\"", "\"Teacher\",\"Initials only\",\"No\"");
    let new: String = ["Eve Holm", "Finn Dahl", "Gro Lie"].iter().enumerate().fold(String::new(), |rows, (at, name)| {
        rows + &format!("\"16/01/2018 0{at}:00:00\",\"new{at}@inbox.example\",\"{name}\",\"\",\"\",\"Full name\",\"I agree\",\"Yes\",\"\"\n")
    });
    desk.write("export.csv", next + &new);
}

#[test]
fn the_next_export_is_merged_without_losing_a_decision() {
    let desk = desk("google-forms");
    import(&desk, "").exit(0).prints("signatories.csv: 4 new rows, 0 changed, 0 unchanged");
    // A person tightens a display, corrects a name and reviews a row; a column of their own is added.
    let edited = desk
        .text("signatories.csv")
        .replace("Ada Lund,Harbour House,Nurse,full", "Ada Lunde,Harbour House,Nurse,initials");
    let mut lines = edited.lines().map(str::to_owned).collect::<Vec<_>>();
    lines[0] += ",reviewed";
    lines[1] += ",yes";
    lines[2..].iter_mut().for_each(|line| line.push(','));
    desk.write("signatories.csv", lines.join("\n") + "\n");
    let before = list(&desk, "signatories.csv");

    next_export(&desk);
    let state = (desk.bytes("signatories.csv"), desk.bytes(".openletter/import-signatories-csv.json"));
    import(&desk, "--dry-run").exit(0).prints("3 new rows, 2 changed, 2 unchanged; nothing is written");
    assert_eq!(state, (desk.bytes("signatories.csv"), desk.bytes(".openletter/import-signatories-csv.json")));

    import(&desk, "")
        .exit(0)
        .prints("signatories.csv:2: role")
        .prints("signatories.csv:4: consent")
        .prints("signatories.csv: 3 new rows, 2 changed, 2 unchanged")
        .hides("Lund");
    let after = list(&desk, "signatories.csv");
    assert_eq!(after.len(), 8);
    let cell = |rows: &[Vec<String>], row: usize, column: &str| {
        rows[row][rows[0].iter().position(|name| name == column).expect("a column")].clone()
    };
    assert_eq!(cell(&after, 1, "name"), "Ada Lunde");
    assert_eq!(cell(&after, 1, "display"), "initials");
    assert_eq!(cell(&after, 1, "reviewed"), "yes");
    assert_eq!(cell(&after, 1, "role"), "Head nurse");
    assert_eq!(cell(&after, 3, "consent"), "refused");
    assert_eq!(before[2], after[2], "an untouched row stays as it is");
    import(&desk, "").exit(0).prints("0 new rows, 0 changed, 7 unchanged");
}

#[test]
fn a_cell_changed_on_both_sides_is_a_finding_and_keeps_the_lists_value() {
    let desk = desk("google-forms");
    import(&desk, "").exit(0);
    desk.edit("signatories.csv", "Nurse", "Midwife");
    next_export(&desk);
    import(&desk, "")
        .exit(0)
        .reports("warning[import-conflict]: signatories.csv:2\n")
        .hides("Midwife")
        .hides("Head nurse");
    assert!(desk.text("signatories.csv").contains("Midwife") && !desk.text("signatories.csv").contains("Head nurse"));
}

#[test]
fn a_row_missing_in_the_export_is_kept() {
    let desk = desk("google-forms");
    import(&desk, "").exit(0);
    let export = desk.text("export.csv");
    let without: Vec<&str> = export.lines().filter(|line| !line.contains("Bo Ask")).collect();
    desk.write("export.csv", without.join("\n") + "\n");
    import(&desk, "").exit(0).prints("1 row of signatories.csv not in this export, kept as they are (line 3)");
    assert!(desk.text("signatories.csv").contains("Bo Ask"));
}

#[test]
fn an_existing_list_keeps_its_cells_and_its_own_headers() {
    let desk = desk("google-forms");
    desk.edit("campaign.toml", "[signatories]\n", "[signatories]\ncolumns = { name = \"Who\" }\n");
    desk.write("signatories.csv", "Who;email;display;notes\nA. Lund;ADA.LUND@inbox.example;withheld;mine\n");
    desk.edit("export.csv", "Your full name", "Who");
    import(&desk, "").exit(0).prints("3 new rows, 1 changed");
    let text = desk.text("signatories.csv");
    assert!(text.starts_with("Who;email;display;notes;signed_at;affiliation;role;consent;adult\n"), "{text}");
    assert!(
        text.contains("A. Lund;ADA.LUND@inbox.example;withheld;mine;2018-01-13T09:05:03;Harbour House;Nurse;given;yes")
    );
}

#[test]
fn rows_without_id_and_address_match_by_name_postcode_and_date() {
    let desk = desk("change-org");
    // Two people are named Bo: their postcodes and dates tell them apart.
    desk.write(
        "signatories.csv",
        "name,display,signed_at,postcode\nADA  Lund,withheld,2018-01-13,\nBo Ask,withheld,2018-01-14,01103\n\
         Bo Ask,initials,2018-01-13,62701\n",
    );
    import(&desk, "").exit(0).prints("0 new rows, 3 changed");
    let rows = list(&desk, "signatories.csv");
    let of =
        |row: usize, column: &str| rows[row][rows[0].iter().position(|name| name == column).expect(column)].clone();
    let places = [1, 2, 3].map(|row| of(row, "place"));
    assert!(
        ["Tucson", "Springfield", "Springfield"].iter().zip(&places).all(|(city, place)| place.contains(city)),
        "{places:?}"
    );
    assert_eq!([1, 2, 3].map(|row| of(row, "display")), ["withheld", "withheld", "initials"]);
    import(&desk, "").exit(0).prints("0 new rows, 0 changed");

    // Where two rows agree, none is taken for the other.
    let desk = self::desk("change-org");
    desk.write("signatories.csv", "name,display\nBo Ask,withheld\nBo Ask,initials\n");
    import(&desk, "").exit(0).prints("3 new rows, 0 changed");
}

#[test]
fn unknown_headers_and_dates_are_refused_and_nothing_is_written() {
    let desk = desk("google-forms");
    desk.edit("export.csv", "Your full name", "Wie heißt du?");
    import(&desk, "").exit(65).reports("no header was read as `name`").reports("`Wie heißt du?`");
    desk.edit("campaign.toml", "[signatories]\n", "[signatories]\ncolumns = { name = \"Wie heißt du?\" }\n");
    import(&desk, "--dry-run").exit(0).prints("Wie heißt du? → name");
    let ambiguous =
        desk.text("export.csv").replace("13/01", "03/01").replace("14/01", "04/01").replace("15/01", "05/01");
    desk.write("export.csv", ambiguous);
    import(&desk, "").exit(65).reports("with the day or the month first");
    desk.edit("campaign.toml", "[signatories]\n", "[signatories]\ndates = \"%d/%m/%Y %H:%M:%S\"\n");
    import(&desk, "--dry-run").exit(0);
    desk.write("export.csv", "name,b\n1,2\n");
    import(&desk, "").exit(65).reports("the headers do not match any known service").reports("`name`, `b`");
    for first in ["Jolene Satterwhaite,jolene@inbox.example", "Jolene Satterwhaite,anonymous"] {
        desk.write("export.csv", format!("{first}\nBo Ask,bo@inbox.example\n"));
        for flags in ["", "--preset google-forms"] {
            let ran = import(&desk, flags).exit(65).reports("check that the first line names the columns");
            ran.hides("Jolene").hides("jolene@");
        }
    }
    assert!(!desk.has("signatories.csv") && !desk.has(".openletter"));
}

#[test]
fn a_formula_is_escaped_and_reads_back() {
    let desk = desk("google-forms");
    desk.edit("export.csv", "Harbour House", "=1+1");
    import(&desk, "").exit(0);
    assert!(desk.text("signatories.csv").contains(",'=1+1,"));
    import(&desk, "").exit(0).prints("0 new rows, 0 changed");
    desk.run("preview 1").exit(0).prints("Ada Lund, Nurse, =1+1*");
}
