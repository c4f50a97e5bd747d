//! Ordinary recipients share words with those who are withheld: what names a recipient, or the organisation, is let through
//! with a warning that names both rows, and nothing else is.

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
fn a_word_that_names_the_recipient_is_let_through_and_told_of_both_rows() {
    for (signatory, recipients, kind) in [
        ("Maria Smith,,", SMITH, "part of the name"),
        (
            "Maria Smith,,m.s@inbox.example",
            "id,given_name,family_name,email\nx,Ada,Smith,a@council.example\n",
            "part of the name",
        ),
        ("Ada Quist,,", "id,name,email,salutation\nx,The Mayor,mayor@council.example,Dear Ada:\n", "part of the name"),
        ("Adele Quist,,ada.smith@inbox.example", SMITH, "account name"),
        (
            "Ann Quist,Northlight,",
            "id,name,company,email\nx,Ada Smith,Northlight Inc.,a@council.example\n",
            "affiliation",
        ),
        ("Ann Quist,Northlight,", "id,name,email\nx,Ada Smith,a@northlight.example\n", "affiliation"),
    ] {
        let told = format!(
            "warning[overlap]: signatories.csv:2\n  the {kind} of the signatory at signatories.csv:2, who did not clear it, also \
             stands lawfully in the recipient's row recipients.csv:2"
        );
        run(signatory, recipients, "We {{#if recipient.company}}know {{recipient.company}} and {{/if}}write.")
            .exit(0)
            .tells(&told);
    }
}

#[test]
fn a_word_of_the_organisation_s_name_is_let_through_and_told() {
    let ran = run("Will Street,,", SMITH, "We meet in the street.").exit(0);
    ran.tells("signatories.csv:2, who did not clear it, also stands lawfully among the sender's own data");
}

#[test]
fn nothing_but_what_names_the_recipient_is_let_through() {
    let two = format!("{SMITH}y,Bo Lund,bo@council.example\n");
    let counsel = "id,name,title,email\nx,Ada Smith,Counsel to Maria,a@council.example\n";
    for (signatory, recipients, sentence) in [
        ("Maria Smith,,", SMITH, "We thank Maria Smith."),
        ("Maria Smith,,", SMITH, "We thank Maria."),
        ("Maria Smith,,", &*two, "We thank Ms. Smith."),
        ("Maria Smith,,", counsel, "Dear {{recipient.title}}!"),
        ("Ada Maria Smith,,", SMITH, "We thank Ada Maria Smith."),
        ("Will Street,,", SMITH, "We thank Will Street."),
    ] {
        run(signatory, recipients, sentence).exit(65).tells("error[leak]: ");
    }
    let desk = desk("Maria Smith,,", "id,name,email\ny,Bo Lund,bo@council.example\n", "We write.");
    desk.edit("campaign.toml", "from = \"Lantern Alliance", "from = \"Maria at Harbor Street");
    desk.run("write").exit(65).tells("error[leak]: campaign.toml:");
}

#[test]
fn the_program_s_own_words_stop_no_run() {
    for name in ["Jan Novak", "Sun Max Quist", "Georgia Roman", "Block Strong", "Plain Quist"] {
        run(&format!("{name},,"), SMITH, "We *write* to **you** of `it`.").exit(0);
        run(&format!("{name},,"), SMITH, &format!("We tell of {name}.")).exit(65).tells("error[leak]: ");
    }
    for name in ["Safety Quist", "Ann Given", "Names Quist"] {
        run(&format!("{name},,"), SMITH, "We write.").exit(0).tells("among the words of the roll that is built in");
        run(&format!("{name},,"), SMITH, &format!("We tell of {name}.")).exit(65).tells("error[leak]: ");
    }
}

#[test]
fn a_whole_name_is_let_through_in_no_order_and_by_nothing_but_a_name() {
    for signatory in ["Hope Smith", "\"Smith, Hope\"", "Dr. Hope Smith", "Hope Louise Smith"] {
        let desk = desk(&format!("{signatory},,"), SMITH, "We heard from Hope Smith, who was hurt.");
        desk.edit("campaign.toml", "Harbor Street Neighbors\"\n", "Hope and Grace Alliance\"\n");
        desk.run("write").exit(65).tells("error[leak]: ");
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
        run("Jolene Satterwhaite,,", &recipients, sentence).exit(65).tells("error[leak]: ");
    }
    for column in ["title", "department", "address1"] {
        let recipients = format!("id,name,{column},email\nx,Ada Smith,Jolene Satterwhaite,a@council.example\n");
        let sentence = format!("To {{{{recipient.{column}}}}}: we tell of Jolene Satterwhaite.");
        run("Jolene Satterwhaite,,", &recipients, &sentence).exit(65).tells("error[leak]: ");
    }
    // A namesake is written to by name.
    let namesake = "id,name,email\nx,Jolene Satterwhaite,a@council.example\n";
    run("Jolene Satterwhaite,,", namesake, "We write.").exit(0).tells("warning[overlap]: ");
}
