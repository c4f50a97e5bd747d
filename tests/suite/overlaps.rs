//! Recipients share words with withheld signatories: a recipient's own fields and the organisation's name are allowed
//! in the letter, and nothing else.

use crate::desk::{Desk, Ran};

/// A campaign of one withheld signatory, of these recipients, and with this sentence in the letter.
fn desk(signatory: &str, recipients: &str, sentence: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "Lantern Alliance\"\n", "Harbor Street Neighbors\"\n");
    desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
    desk.write("signatories.csv", format!("name,affiliation,email,display,consent\n{signatory},withheld,given\n"));
    desk.write("recipients.csv", recipients);
    desk.write(
        "templates/letter.md.hbs",
        format!("Subject: A letter\n\n{{{{salutation}}}}\n\n{sentence}\n\n{{{{roll}}}}\n"),
    );
    desk
}

fn run(signatory: &str, recipients: &str, sentence: &str) -> Ran {
    let desk = desk(signatory, recipients, sentence);
    let ran = desk.run("write");
    if ran.code == Some(0) {
        for verb in ["preview --all", "preview --list", "check", "approve --by Ruth", "rehearse"] {
            desk.run(verb).exit(0);
        }
    }
    ran
}

const SMITH: &str = "id,name,email\nx,Ada Smith,ada.smith@council.example\n";

#[test]
fn a_recipients_own_words_are_allowed_in_their_letter_with_one_warning_for_all() {
    for (signatory, recipients) in [
        ("Maria Smith,,", SMITH),
        ("Maria Smith,,m.s@inbox.example", "id,given_name,family_name,email\nx,Ada,Smith,a@council.example\n"),
        ("Maria Smith,,", "id,name,email,salutation\nx,Ada Smith,a@council.example,Dear Ms. Smith:\n"),
        ("Ada Smith,,ada.smith@council.example", SMITH),
        ("Adele Quist,,ada.smith@inbox.example", SMITH),
        ("Ann Quist,Northlight,", "id,name,company,email\nx,Ada Smith,Northlight Inc.,a@council.example\n"),
        ("Ann Quist,Northlight,", "id,name,email\nx,Ada Smith,a@northlight.example\n"),
        ("Ann West,,", "id,name,title,email\nx,Ada Smith,Director for the West,a@council.example\n"),
    ] {
        let ran =
            run(signatory, recipients, "We {{#if recipient.company}}know {{recipient.company}} and {{/if}}write.");
        let ran = ran.exit(0).reports("warning[overlap]\n  in 1 letter a word of the recipient's own name or office");
        ran.hides("signatories.csv:2");
    }
    let two = format!("{SMITH}y,Bo Smith,bo@council.example\n");
    run("Maria Smith,,", &two, "We write.").exit(0).reports("in 2 letters");
}

#[test]
fn the_organisations_name_is_allowed_as_a_whole() {
    run("Will Street,,", SMITH, "We of Harbor Street Neighbors meet in the street.").exit(0).hides("overlap");
    run("Will Street,,", SMITH, "We meet in the Street.").exit(65).reports("error[leak]: ");
}

#[test]
fn only_what_names_the_recipient_is_allowed() {
    let two = format!("{SMITH}y,Bo Lund,bo@council.example\n");
    let counsel = "id,name,title,email\nx,Ada Smith,Counsel to Maria Smith,a@council.example\n";
    for (signatory, recipients, sentence) in [
        ("Maria Smith,,", SMITH, "We thank Maria Smith."),
        ("Maria Smith,,", SMITH, "We thank Maria."),
        ("Maria Smith,,", &*two, "We thank Ms. Smith."),
        ("Maria Smith,,", counsel, "Dear {{recipient.title}}!"),
        ("Ada Maria Smith,,", SMITH, "We thank Ada Maria Smith."),
        ("Will Street,,", SMITH, "We thank Will Street."),
        ("Maria Smith,,", SMITH, "We thank Ms. Smith."),
        ("Ada Quist,,", "id,name,email,salutation\nx,The Mayor,mayor@council.example,Dear Ada:\n", "We write."),
        ("Jolene Quist,,", "id,name,email,salutation\nx,Ada Smith,a@x.example,Dear friends of Jolene:\n", "We write."),
    ] {
        run(signatory, recipients, sentence).exit(65).reports("error[leak]: ");
    }
    let desk = desk("Maria Smith,,", "id,name,email\ny,Bo Lund,bo@council.example\n", "We write.");
    desk.edit("campaign.toml", "from = \"Lantern Alliance", "from = \"Maria at Harbor Street");
    desk.run("write").exit(65).reports("error[leak]: campaign.toml:");
}

#[test]
fn a_signatorys_role_and_place_are_allowed_unless_they_name_somebody() {
    let desk = |cell: &str| {
        let desk = desk("Ann West,,", SMITH, "We write.");
        let shown = format!("Corran Bridge,{cell},full,given\n");
        let list = desk.text("signatories.csv").replace("name,affiliation,email,", "name,affiliation,place,email,");
        let hidden = "Austin Quist,,,,withheld,given\nJolene Lund,,,,withheld,given\n";
        desk.write("signatories.csv", list.replace("Ann West,,,", "Ann West,,,,") + &shown + hidden);
        desk
    };
    for cell in ["West Coast Law Centre,\"Austin, Texas\",", "The West,Austin,"] {
        desk(cell).run("write").exit(0).hides("leak");
    }
    for cell in ["Friends of Jolene,,", "Harbor House,with Jolene Lund,", "Ann West House,,"] {
        desk(cell).run("write").exit(65).reports("error[leak]: signatories.csv:3");
    }
}

#[test]
fn a_roll_that_is_printed_twice_is_searched_as_one_that_is_printed_once() {
    for sentence in ["We write.", "{{roll}}\n\nWe write.", "{{roll}}\n\n> We write.\n\n{{roll}}"] {
        let desk = desk("Paris Withers,,", SMITH, sentence);
        desk.write(
            "signatories.csv",
            "name,place,display,consent\nRosa Lund,Paris,full,given\nParis Withers,,withheld,given\n",
        );
        desk.run("check").exit(0).hides("leak");
    }
}

#[test]
fn the_programs_own_words_stop_no_run() {
    // Words of dates, markup, headers, the roll, the review page and the findings.
    for name in [
        "Jan Novak", "Sun Max Quist", "Georgia Roman", "Block Strong", "Plain Quist", "Petra Blank", "Wanda Withdrawn",
        "Ann Date", "Emily Day", "Sam Page", "Rosa Clear", "An Means", "Safety Quist", "Ann Given", "Names Quist",
        "Reply Subject", "Letter From", "Dear Sincerely",
    ] {
        run(&format!("{name},,"), SMITH, "We *write* to **you** of `it`.").exit(0);
        run(&format!("{name},,"), SMITH, &format!("We speak of {name}.")).exit(65).reports("error[leak]: ");
    }
}

#[test]
fn a_whole_name_is_allowed_only_by_a_name_and_in_no_other_order() {
    for signatory in ["Hope Smith", "\"Smith, Hope\"", "Dr. Hope Smith", "Hope Louise Smith"] {
        let desk = desk(&format!("{signatory},,"), SMITH, "We heard from Hope Smith, who was hurt.");
        desk.edit("campaign.toml", "Harbor Street Neighbors\"\n", "Hope and Grace Alliance\"\n");
        desk.run("write").exit(65).reports("error[leak]: ");
        desk.edit("templates/letter.md.hbs", "from Hope Smith, who was hurt", "others");
        desk.run("write").exit(0);
    }
    let company = "id,name,company,email\nx,Ada Smith,Jolene House (a Satterwhaite foundation),a@council.example\n";
    let greeting = "id,name,email,salutation\nx,Ada Smith,a@council.example,Dear friends of Jolene and of the Satterwhaite family:\n";
    for (recipients, sentence) in [
        (company.to_owned(), "We tell of Satterwhaite, Jolene, and of J. Satterwhaite."),
        (company.to_owned(), "We tell of Satterwhaite, and of one Jolene."),
        (greeting.to_owned(), "We write."),
        (company.replace("Jolene House (a Satterwhaite foundation)", "Jolene Satterwhaite"), "{{recipient.company}}"),
    ] {
        run("Jolene Satterwhaite,,", &recipients, sentence).exit(65).reports("error[leak]: ");
    }
    for column in ["title", "department", "address1"] {
        let recipients = format!("id,name,{column},email\nx,Ada Smith,Jolene Satterwhaite,a@council.example\n");
        let sentence = format!("To {{{{recipient.{column}}}}}: we tell of Jolene Satterwhaite.");
        run("Jolene Satterwhaite,,", &recipients, &sentence).exit(65).reports("error[leak]: ");
    }
    // Somebody of the same name is written to by it.
    let namesake = "id,name,email\nx,Jolene Satterwhaite,a@council.example\n";
    run("Jolene Satterwhaite,,", namesake, "We write.").exit(0).reports("warning[overlap]\n");
}
