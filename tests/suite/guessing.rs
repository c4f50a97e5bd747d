//! What a reader could guess and what a list holds twice is reported by line; a leak is reported where it comes from.

use crate::desk::Desk;

/// Somebody who is in none of these lists by another name.
const SURVIVOR: &str = "Jolene Satterwhaite";

/// The small campaign with other signatories.
fn desk(rows: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    let header = "name,kind,category,display,pseudonym,role,affiliation,affiliation_for,place,show_place,consent,consent_at,\
                  adult,email,reviewed\n";
    desk.write("signatories.csv", format!("{header}{rows}"));
    desk
}

#[test]
fn a_reason_for_withholding_is_printed_only_for_protected_categories() {
    let desk = desk(concat!(
        "Ada Lund,,survivor,withheld,,,,,,,given,,,,\n",
        "Birch House,organisation,campaigner,withheld,,,,,,,given,,,,\n",
    ));
    desk.run("preview")
        .exit(0)
        .prints("1 survivor whose name is withheld for their safety\n")
        .prints("1 campaigner whose name is withheld\n");
    // In one group with others, nothing is printed that is true only of some.
    desk.edit("campaign.toml", "group_by = \"category\"", "");
    desk.run("preview").exit(0).prints("2 more whose names are withheld\n").hides("safety");
}

#[test]
fn the_numbers_of_a_shortened_roll_add_up() {
    let desk = desk(
        "Ada Lund,,ally,full,,,,,,,given,,,,\nBo Ask,,ally,full,,,,,,,given,,,,\nCleo Ek,,ally,withheld,,,,,,,given,,,,\n",
    );
    desk.edit("campaign.toml", "group_by = \"category\"", "max_listed = 1");
    let sentence = "{{count.total}}: {{count.listed}} named, {{count.others}} beyond, {{count.withheld}} withheld";
    desk.edit("templates/letter.md.hbs", "We are {{words count.total}} signatories.", sentence);
    desk.run("preview").exit(0).prints("3: 1 named, 1 beyond, 1 withheld");
    desk.run("check").exit(0).prints("1 named, 1 beyond `max_listed`, 1 withheld");
}

#[test]
fn the_roll_is_laid_out_for_reading() {
    let desk = desk(concat!(
        "Zoë Abel,,campaigner,full,,Teacher,Lantern School,,Lyon,,given,,,,\n",
        "Birch House,organisation,campaigner,full,,,,,Ohio,,given,,,,\n",
        "Édith Abel,,campaigner,full,,Chair,Harbour House,organisation,,,given,,,,\n",
        "נועה כרמל,,campaigner,full,,Pediatrician and former school physician,Haifa Institute of Child Health,,Israel,,given,,,,\n",
        "Ada Lund,,survivor,withheld,,,,,,,given,,,,\n",
        "Bo Ask,,survivor,withheld,,,,,,,given,,,,\n",
        "Cleo Ek,,ally,full,,,,,,,given,,,,\n",
    ));
    desk.run("preview 1 --part text").exit(0).prints(
        "CAMPAIGNERS\n\
         \n\
         Édith Abel, Chair, Harbour House\n\
         Zoë Abel, Teacher, Lantern School*, Lyon\n\
         \u{2068}נועה כרמל\u{2069}, Pediatrician and former school physician, Haifa Institute of\n    \
             Child Health*, Israel\n\
         \n\
         Birch House, Ohio\n\
         \n\
         SURVIVORS\n\
         \n\
         2 survivors whose names are withheld for their safety\n\
         \n\
         ALLIES\n\
         \n\
         Cleo Ek\n\
         \n\
         * Affiliations are given for identification only.\n",
    );
    desk.run("preview 1 --part html").exit(0).prints(concat!(
        "<b>Zoë Abel</b><br>\nTeacher<br>\nLantern School*<br>\nLyon</li>\n",
        "<li style=\"margin:0 0 .8em;break-inside:avoid\"><b><bdi dir=\"auto\">נועה כרמל</bdi></b><br>\n",
    ));
    desk.edit("campaign.toml", "group_by = \"category\"", "max_listed = 1");
    desk.run("preview 1 --part text").exit(0).prints(
        "Édith Abel, Chair, Harbour House\n\
         \n\
         and 4 others\n\
         and 2 more whose names are withheld for their safety\n",
    );
    let ran = desk.run("preview 1 --part text").exit(0);
    assert!(!ran.out.contains("identification"), "nobody who is listed needs the note");
}

#[test]
fn the_sample_has_one_note_on_affiliations() {
    let ran = Desk::sample().run("preview 1 --part text").exit(0);
    assert_eq!(ran.out.matches("for identification only").count(), 1);
}

#[test]
fn what_can_be_guessed_is_reported_by_line_and_never_by_name() {
    let rows = concat!(
        "Ada Lund,,campaigner,initials,,,,,Ohio,yes,given,,,,R\n",
        "Bea Marwick,,campaigner,pseudonym,Marigold,,,,,,given,,,,R\n",
        "Cleo Quist,,survivor,full,,Nurse,,,,,given,2018-01-05,yes,,R\n",
        "Test Entry,,campaigner,full,,,,,,,given,,,,R\n",
        "Dora Fennimore,,campaigner,full,,,Harbour House,,,,given,,,,R\n",
        "DORA Fennimore,,campaigner,full,,,Harbour House,,,,given,,,,R\n",
    );
    let ran = desk(&rows.replace(",R\n", ",\n")).run("check").exit(0);
    for (code, line) in [
        ("rare-detail", 2),
        ("pseudonym-telling", 3),
        ("protected-detail", 4),
        ("name-doubtful", 5),
        ("signatory-like", 7),
    ] {
        assert!(ran.out.contains(&format!("warning[{code}]: signatories.csv:{line}\n")), "{code}: {}", ran.out);
    }
    for private in ["Lund", "Ohio", "Marwick", "Marigold", "Quist", "Nurse", "Entry", "Fen", "Harbour"] {
        assert!(!ran.out.contains(private) && !ran.err.contains(private), "{private}");
    }
    desk(&rows.replace(",R\n", ",2018-01-10\n")).run("check").exit(0).prints("2 letters could be written");
    let reviewed = desk(&rows.replace(",R\n", ",yes\n")).run("check").exit(0);
    assert!(!reviewed.out.contains("warning"), "{}", reviewed.out);
}

#[test]
fn a_small_group_is_reported_until_its_hidden_rows_are_reviewed() {
    let rows = "Ada Lund,,ally,initials,,,,,,,given,,,,R\nBo Ask,,ally,full,,,,,,,given,,,,\n";
    let small = |reviewed: &str| {
        let desk = desk(&rows.replace(",R\n", reviewed));
        desk.edit("campaign.toml", "min_group = 1", "min_group = 3");
        desk.run("check").exit(0).out.contains("group-small")
    };
    assert!(small(",\n"));
    assert!(!small(",yes\n"));
}

#[test]
fn a_leak_in_the_template_is_reported_at_its_line() {
    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "We are", &format!("{SURVIVOR} and others.\n\nWe are"));
    let ran = desk.run("check").exit(65).prints(
        "error[leak]: templates/letter.md.hbs:5:1\n  this template contains private data of somebody who is not shown in full",
    );
    assert_eq!(ran.out.matches("error[leak]").count(), 1, "reported where it can be fixed: {}", ran.out);
    ran.hides("Satterwhaite").hides("Jolene");

    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "Subject: A letter", &format!("Subject: For {SURVIVOR}"));
    desk.run("write").exit(65).reports("templates/letter.md.hbs:1:14\n").hides("Satterwhaite");
    assert!(!desk.has("outbox"));

    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "We are", "We write for Harrow\nGate Refuge. We are");
    desk.run("check").exit(65).prints("templates/letter.md.hbs:5:14\n").hides("Harrow");
}

#[test]
fn a_leak_in_a_cell_of_the_recipient_list_is_reported_at_the_cell() {
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "Chief Executive Officer", &format!("Friend of {SURVIVOR}"));
    desk.run("check").exit(65).prints("error[leak]: recipients.csv:2:25\n").hides("Satterwhaite");
}

#[test]
fn a_leak_in_the_settings_is_reported_at_the_value() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "\"A letter to two\"", &format!("\"The {SURVIVOR} letter\""));
    desk.edit("templates/letter.md.hbs", "We are", "This is “{{campaign.title}}.” We are");
    desk.run("check").exit(65).prints("error[leak]: campaign.toml:3:14\n").hides("Satterwhaite");
}

#[test]
fn a_leak_joined_only_in_the_letter_is_reported_at_the_letter() {
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "Chief Executive Officer", "Harrow");
    desk.edit("templates/letter.md.hbs", "We are", "{{recipient.title}} Gate Refuge. We are");
    desk.run("check").exit(65).prints("letter 1: the text part contains private data");
}

#[test]
fn a_misspelt_or_compound_category_does_not_lose_its_protection() {
    for category in ["survivr", "survivers", "survivor/expert", "\"survivor, advocate\"", "trafficking survivors", "x"]
    {
        let desk = desk(&format!(
            "Ada Lund,,survivors,withheld,,,,,,,given,,,,\n{SURVIVOR},,{category},full,,,,,,,given,2018-01-05,,,yes\n"
        ));
        desk.refused(&["error[category-undeclared]: signatories.csv:3"]).hides("Satterwhaite");
        desk.run("preview").exit(65).hides("Satterwhaite");
        desk.edit("signatories.csv", &format!(",{category},"), ",Survivors,");
        desk.refused(&["error[protected-shown]: signatories.csv:3:32"]).hides("Satterwhaite");
        desk.edit("signatories.csv", ",full,", ",withheld,").run("write").exit(0);
    }
}

#[test]
fn the_table_that_check_proposes_can_be_pasted() {
    let desk = desk(concat!(
        "Ada Lund,,survivor,withheld,,,,,,,given,,,,\n",
        "Bo Ask,,service provider,full,,,,,,,given,,,,\n",
        "Birch House,organisation,service provider,full,,,,,,,given,,,,\n",
    ));
    let toml = desk.text("campaign.toml");
    let (before, after) = toml.split_once("[categories]").expect("a table");
    let after = after.split_once("[privacy]").expect("a table").1;
    desk.write("campaign.toml", format!("{before}[privacy]{after}"));
    desk.refused(&["error[category-undeclared]: signatories.csv"]);
    let printed: serde_json::Value = desk.run("check --format json").exit(65).json();
    let help = printed["findings"][0]["help"].as_str().expect("a help").to_owned();
    let table = help.split_once("[categories]").expect("a table").1;
    desk.run("check").exit(65).prints("  [categories]\n").prints("many = \"survivors\", protect = true }\n");
    desk.write("campaign.toml", format!("{before}[categories]{table}\n\n[privacy]{after}"));
    assert!(desk.found().is_empty(), "{:?}", desk.found());
    desk.edit("campaign.toml", "protect = [\"survivor\"]", "protect = [\"survivr\"]");
    desk.run("check")
        .exit(78)
        .prints("names \"survivr\", which is not in [categories]")
        .prints("did you mean \"survivor\"?");
}

#[test]
fn a_signatory_without_a_category_is_an_error_if_some_are_protected() {
    let rows = "Ada Lund,,survivor,withheld,,,,,,,given,,,,\nBo Ask,,,full,,,,,,,given,,,,yes\n";
    let desk = desk(rows);
    desk.refused(&["error[category-missing]: signatories.csv:3"]);
    desk.write("signatories.csv", "name,display,consent\nBo Ask,full,given\n");
    desk.refused(&["error[category-missing]: signatories.csv:2"]);
    desk.edit("campaign.toml", "protect = [\"survivor\"]", "");
    assert!(desk.found().is_empty(), "nothing is protected");
}

#[test]
fn a_name_in_the_category_column_is_not_quoted() {
    let desk =
        desk(&format!("{SURVIVOR},,survivor,withheld,,,,,,,given,,,,\nBo Ask,,{SURVIVOR},full,,,,,,,given,,,,\n"));
    desk.run("check").exit(65).prints("error[category-undeclared]: signatories.csv:3").hides("Satterwhaite");
}

#[test]
fn a_small_number_of_withheld_names_is_reported_until_reviewed() {
    let named: String = (0..9).map(|at| format!("Ada Lund{at},,ally,full,,,,,,,given,,,,\n")).collect();
    let desk = desk(&format!("{named}{SURVIVOR},,ally,withheld,,,,,,,given,,,,R\n"));
    let check_with = |reviewed: &str, least: u32| {
        desk.edit("campaign.toml", "min_group = 1", &format!("min_group = {least}"));
        desk.edit("signatories.csv", ",R\n", &format!(",{reviewed}\n"));
        let ran = desk.run("check").exit(0).hides("Satterwhaite");
        desk.edit("campaign.toml", &format!("min_group = {least}"), "min_group = 1");
        desk.edit("signatories.csv", &format!(",withheld,,,,,,,given,,,,{reviewed}\n"), ",withheld,,,,,,,given,,,,R\n");
        ran.out
    };
    assert!(
        check_with("", 3)
            .contains("warning[withheld-few]: signatories.csv:11\n  the roll prints that this group withholds 1 name")
    );
    assert!(!check_with("2018-01-05", 3).contains("withheld-few"), "reviewed");
    assert!(!check_with("", 1).contains("withheld-few"), "of as many as are asked for");
}

#[test]
fn the_sample_publishes_no_identifying_number() {
    let sample = Desk::sample();
    assert!(sample.found().iter().all(|found| !found.contains("withheld-few")), "{:?}", sample.found());
    sample.run("preview").exit(0).hides("and 1 campaigner");
}

#[test]
fn a_list_in_the_order_of_real_names_is_reported() {
    let rows = |order: [&str; 5]| -> String {
        order.iter().fold(String::new(), |rows, name| match *name {
            "Cleo Ek" => rows + "Cleo Ek,,,pseudonym,Wren,,,,,,given,,,,\n",
            name => rows + name + ",,,full,,,,,,,given,,,,\n",
        })
    };
    let sorted = ["Bo Ask", "Zoë Dahl", "Cleo Ek", "Ida Frost", "Ada Lund"];
    let desk = desk(&rows(sorted));
    desk.edit("campaign.toml", "protect = [\"survivor\"]", "");
    assert!(desk.found().is_empty(), "by default the roll is ordered by what is printed");
    desk.edit("campaign.toml", "group_by = \"category\"", "order_by = \"file\"");
    assert_eq!(desk.found(), ["warning[order-telling]: signatories.csv:4"]);
    desk.run("check").exit(0).prints("in the order of its real names").hides("Cleo");
    desk.edit("signatories.csv", "Wren,,,,,,given,,,,", "Wren,,,,,,given,,,,yes");
    assert!(desk.found().is_empty(), "reviewed");
    let header = desk.text("signatories.csv").lines().next().expect("a header").to_owned();
    let list = |order| format!("{header}\n{}", rows(order));
    desk.write("signatories.csv", list(["Ada Lund", "Bo Ask", "Cleo Ek", "Ida Frost", "Zoë Dahl"]));
    assert_eq!(desk.found(), ["warning[order-telling]: signatories.csv:4"], "by given names");
    desk.write("signatories.csv", list(["Zoë Dahl", "Bo Ask", "Cleo Ek", "Ida Frost", "Ada Lund"]));
    assert!(desk.found().is_empty(), "in no order");
}

#[test]
fn a_category_is_written_as_it_is_declared() {
    let desk = desk("Ada Lund,,survivors,withheld,,,,,,,given,,,,\nBo Ask,,allies,full,,,,,,,given,,,,\n");
    desk.run("preview").exit(0).prints("1 survivor whose name is withheld for their safety\n").prints("\nALLIES\n");
    desk.run("counts").exit(0).prints("survivor is among them").hides("survivors is");
}
