//! A withheld name is found however the signatory list spells it and however a letter does; what nobody is known by stops
//! nothing.

use crate::desk::Desk;

/// A campaign of one letter with one withheld signatory, whose name and address are these, and this sentence in it.
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
    assert!(ran.err.contains("error[leak]: templates/letter.md.hbs:5\n"), "{name:?} in {sentence:?}: {}", ran.err);
    desk.holds_no_letters();
}

#[track_caller]
fn passes(name: &str, sentence: &str) {
    let ran = desk(name, "z@inbox.example", sentence).run("write");
    assert_eq!(ran.code, Some(0), "{name:?} in {sentence:?}: {}", ran.err);
}

#[test]
fn a_name_is_found_however_the_list_parts_it() {
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
fn a_name_is_found_however_the_letter_parts_it() {
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
fn what_nobody_is_known_by_stops_nothing() {
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
