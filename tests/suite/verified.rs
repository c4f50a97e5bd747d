//! Signatures on paper: only verified ones count where the campaign says so, and the others appear only in their
//! number.

use crate::desk::Desk;

/// Five who consented, of whom three are verified, and one who refused.
const LIST: &str = "name,kind,category,display,consent,verified
Ada Lund,person,campaigner,full,given,yes
Bo Ask,person,campaigner,full,given,TRUE
Harbour House,organisation,campaigner,full,given,x
Cleo Nwachinemere,person,campaigner,full,given,no
Dan Frostholm,person,campaigner,full,given,
Eve Holm,person,campaigner,full,refused,yes
";

fn desk(setting: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write("signatories.csv", LIST);
    desk.edit("campaign.toml", "[signatories]\n", &format!("[signatories]\n{setting}\n"));
    desk
}

#[test]
fn only_verified_signatories_are_printed_and_counted() {
    let desk = desk("count = \"verified\"");
    desk.edit(
        "templates/letter.md.hbs",
        "We are",
        "{{count.unverified}} {{plural count.unverified \"waits\" \"wait\"}}. We are",
    );
    let shown = desk
        .run("preview --all")
        .exit(0)
        .prints("2 wait. We are three signatories.")
        .prints("Ada Lund")
        .prints("Harbour House");
    shown.hides("Nwachinemere").hides("Frostholm");
    let ran = desk.run("check --verbose").exit(0);
    ran.prints("3 sign: 2 people and 1 organisation; 3 named, 0 withheld. 2 more not verified.\n")
        .prints("note[not-verified]: signatories.csv:5\n")
        .prints("  lines 5, 6\n")
        .hides("Nwachinemere");
    assert_eq!(desk.run("check --format json").exit(0).json()["count"]["unverified"], 2);
    desk.run("write").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0).reports("2 more not verified");
}

#[test]
fn the_sheet_gives_the_unverified_apart_with_unit_and_date() {
    let desk = desk("count = \"verified\"");
    desk.run("counts")
        .exit(0)
        .prints("2, not verified: lines 5, 6\n")
        .prints("As of January 11, 2018, 2 further signatures are not verified, and not counted\nhere.");
    let csv = desk.run("counts --format csv").exit(0).out;
    assert!(
        csv.contains("signatories,,unverified,2,2018-01-11\n") && csv.contains("signatories,,all,3,2018-01-11\n"),
        "{csv}"
    );
    assert_eq!(desk.run("counts --format json").exit(0).json()["unverified"], 2);
    let nobody = LIST.replace(",yes\n", ",\n").replace(",TRUE\n", ",\n").replace(",x\n", ",\n");
    desk.write("signatories.csv", nobody);
    desk.run("counts").exit(0).prints("As of January 11, 2018, no signature is verified.");
}

#[test]
fn whoever_is_not_verified_is_searched_for_in_every_letter() {
    let desk = desk("count = \"verified\"");
    desk.edit("templates/letter.md.hbs", "We are", "Cleo Nwachinemere told us. We are");
    desk.refused(&[
        "error[leak]: templates/letter.md.hbs:5:1",
        "note[not-verified]: signatories.csv:5",
        "note[consent-missing]: signatories.csv:7",
    ]);
}

#[test]
fn without_the_setting_the_column_changes_nothing_and_is_only_checked() {
    let desk = desk("");
    desk.run("check").exit(0).prints("5 sign: 4 people and 1 organisation").hides("verified");
    desk.edit("signatories.csv", "given,TRUE", "given,seen");
    assert!(desk.found().contains(&"error[cell-value]: signatories.csv:3:37".to_owned()), "{:?}", desk.found());
    desk.edit("campaign.toml", "[signatories]\n", "[signatories]\nvalues.verified = { seen = \"yes\" }\n");
    desk.run("check").exit(0);
}

#[test]
fn the_setting_needs_the_column_and_a_known_value() {
    let desk = desk("count = \"verified\"");
    desk.write("signatories.csv", "name,category,display,consent\nAda Lund,campaigner,full,given\n");
    desk.run("check").exit(65).prints("error[list-header]: signatories.csv\n  the list has no column `verified`");
    desk.edit("campaign.toml", "count = \"verified\"", "count = \"verifed\"");
    desk.run("check").exit(78).prints("did you mean \"verified\"?");
}
