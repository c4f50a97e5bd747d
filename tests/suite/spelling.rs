//! A withheld name is found in any spelling of the list and of a letter; words that identify nobody stop nothing.

use crate::desk::Desk;

/// A campaign with one letter that contains this sentence, and one withheld signatory with this name and address.
fn desk(name: &str, email: &str, sentence: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "Lantern Alliance\"\n", "Harbor Street Neighbors\"\n");
    desk.write(
        "signatories.csv",
        format!("name,display,consent,category,email\n\"{name}\",withheld,given,survivor,{email}\n"),
    );
    desk.write("recipients.csv", "id,name,email\nokoro,Ada Okoro,mayor@council.example\n");
    desk.write(
        "templates/letter.md.hbs",
        format!("Subject: A letter\n\n{{{{salutation}}}}\n\n{sentence}\n\n{{{{closing}}}}\n\n{{{{roll}}}}\n"),
    );
    desk
}

#[track_caller]
fn stopped(name: &str, email: &str, sentence: &str) {
    let desk = desk(name, email, sentence);
    let ran = desk.run("write");
    assert_eq!(ran.code, Some(65), "{name:?} <{email}> in {sentence:?}: {}", ran.err);
    assert!(ran.err.contains("error[leak]: templates/letter.md.hbs:5:"), "{name:?} in {sentence:?}: {}", ran.err);
    desk.holds_no_letters();
}

#[track_caller]
fn passes(name: &str, sentence: &str) {
    let ran = desk(name, "z@inbox.example", sentence).run("write");
    assert_eq!(ran.code, Some(0), "{name:?} in {sentence:?}: {}", ran.err);
}

#[test]
fn a_name_is_found_however_the_list_separates_it() {
    for (name, sentence) in [
        ("Satterwhaite,Jolene", "We thank Jolene Satterwhaite."),
        ("Satterwhaite,Jolene Ann", "We thank Jolene."),
        ("Satterwhaite,Jolene Ann", "We thank Ms. Satterwhaite."),
        ("Jolene satterwhaite", "We thank Ms. Satterwhaite."),
        ("jolene Satterwhaite", "We thank Jolene."),
        ("Jolene Satterwhaite-quill", "We thank Ms. Quill."),
        ("Jolene Satterwhaite/Quill", "We thank Ms. Quill."),
        ("Jolene Satterwhaite–Quill", "We thank Ms. Quill."),
        ("Jolene Satterwhaite(Quill)", "We thank Ms. Quill."),
        ("Jolene O`Dunmore", "We thank Ms. Dunmore."),
        ("Jolene.Satterwhaite", "We thank Jolene."),
        ("Jolene_Satterwhaite", "We thank Ms. Satterwhaite."),
        ("Jolene+Satterwhaite", "We thank Jolene."),
        ("Jolene/Satterwhaite", "We thank Ms. Satterwhaite."),
        ("JoleneSatterwhaite", "We thank Jolene."),
        ("JoleneSatterwhaite", "We thank Jolene Satterwhaite."),
        ("マリア・ロッシ", "ロッシさんに感謝します。"),
        ("玛丽·罗西", "我们感谢罗西。"),
    ] {
        stopped(name, "z@inbox.example", sentence);
    }
}

#[test]
fn a_name_is_found_however_the_letter_separates_it() {
    for (name, sentence) in [
        ("Ann Vandenberg", "We thank Ms. Van den Berg."),
        ("Annemarie Vos", "We thank Anne Marie."),
        ("Jolene Satterwhaite", "We thank J O L E N E."),
        ("Jolene Satterwhaite", "We thank J.o.l.e.n.e."),
        ("Jolene Satterwhaite", "We thank Ms. Satter-whaite."),
        ("Jolene Satterwhaite", "We thank ᴊᴏʟᴇɴᴇ."),
        ("Jolene Satterwhaite", "We thank 🅹🅾🅻🅴🅽🅴."),
        ("Jolene Satterwhaite", "We thank Jo\u{2800}lene."),
    ] {
        stopped(name, "z@inbox.example", sentence);
    }
    passes("Ann Goodman", "A good man, and a free man.");
}

#[test]
fn an_address_is_found_with_any_tag_and_any_text_around_it() {
    for (email, sentence) in [
        ("mailto:kestrel@inbox.example", "Write to kestrel@inbox.example."),
        ("<MAILTO:kestrel@inbox.example?subject=x>", "Write to kestrel@inbox.example."),
        ("jqx@inbox.example", "Write to jqx+petition@inbox.example."),
        ("jqx+petition@inbox.example", "Write to jqx@inbox.example."),
        ("jqx+petition@inbox.example", "[Write](mailto:jqx%2Bother@inbox.example)"),
    ] {
        stopped("Ann Vos", email, sentence);
    }
    let other = desk("Ann Vos", "jqx@inbox.example", "Write to kqx+petition@inbox.example, 1+1 @ home.");
    other.run("write").exit(0);
}

#[test]
fn a_sort_key_that_is_not_printed_and_a_statement_without_consent_are_private() {
    let statement = "I was fifteen when he drove me from Lyon. Nobody asked. It took me eleven years to say so.";
    for (cells, sentence) in [
        ("王小明,Wang Xiaoming,withheld,,", "We thank Wang Xiaoming."),
        ("王小明,Wang Xiaoming,withheld,,", "We thank Xiaoming."),
        ("王小明,Wang Xiaoming,pseudonym,,", "We thank Ms. Wang."),
        (&format!("Ann Vos,,full,{statement},"), &format!("One of us writes: {statement}")),
        (&format!("Ann Vos,,full,{statement},no"), "“It took me eleven years to say so,” says one."),
        (&format!("Ann Vos,,withheld,{statement},yes"), "I was fifteen when he drove me from Lyon."),
    ] {
        let desk = desk("x", "", sentence);
        desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
        let header = "name,sort_key,display,statement,statement_consent,pseudonym,consent\n";
        desk.write("signatories.csv", format!("{header}{cells},Wren,given\n"));
        let ran = desk.run("write").exit(65).reports("error[leak]: templates/letter.md.hbs:5:");
        ran.hides("Xiaoming").hides("Lyon").hides("eleven");
    }
    for (cells, sentence) in [
        ("王小明,Wang Xiaoming,full,,", "We thank Wang Xiaoming."),
        ("Ann Vos,vos ann,initials,,", "We are many."),
        ("Ann Vos,0042,withheld,,", "Room 0042."),
        (&format!("Ann Vos,,full,{statement},yes"), "It took me eleven years to say so."),
        (&format!("Ann Vos,,full,{statement},"), "Nobody asked."),
        ("Ann Vos,,full,It must end.,", "It must end."),
    ] {
        let desk = desk("x", "", sentence);
        desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
        let header = "name,sort_key,display,statement,statement_consent,pseudonym,consent\n";
        desk.write("signatories.csv", format!("{header}{cells},Wren,given\n"));
        desk.run("write").exit(0);
    }
}

#[test]
fn words_that_identify_nobody_stop_nothing() {
    for (name, sentence) in [
        ("Jolene Satterwhaite (she/her)", "She and her friends are with us."),
        ("Ana de la Cruz", "La lettera de la ville, di tutti."),
        ("jolene van der Quill", "A van of the society."),
        ("Rory McQuill", "We thank Quill."),
        ("jolene@inbox.example", "Write to the inbox of our example."),
        ("Jolene 1984", "Since 1984 we have written."),
    ] {
        passes(name, sentence);
    }
}
