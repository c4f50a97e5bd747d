//! A long roll: few bytes a name, and a warning before Gmail cuts names off.

use crate::desk::Desk;

const LETTER: &str = "templates/letter.md.hbs";

/// Names of equal length with their roles and places.
fn entries(names: usize) -> Vec<[String; 3]> {
    (0..names).map(|n| [format!("Ada Lund{n:04}"), "Social worker".to_owned(), format!("Oslo {n:04}")]).collect()
}

/// A campaign that so many sign, each with a role and a place.
fn desk(names: usize) -> Desk {
    let rows: String =
        entries(names).iter().map(|entry| format!("{},campaigner,full,given\n", entry.join(","))).collect();
    let desk = Desk::with("two-recipients");
    desk.write("signatories.csv", format!("name,role,place,category,display,consent\n{rows}"));
    desk.write(LETTER, "Subject: Hello\n\n{{salutation}}\n\n{{roll}}\n");
    desk
}

#[test]
fn a_name_takes_at_most_130_bytes_of_html_beyond_its_texts() {
    let names = 600;
    let html = desk(names).run("preview 1 --part html").exit(0).out;
    let (_, roll) = html.split_once("Okafor:</p>").or_else(|| html.split_once("Okafor,</p>")).expect("a salutation");
    let entries = entries(names);
    let texts: usize = entries.iter().flatten().map(String::len).sum();
    let beyond = (roll.len() - texts) / names;
    assert!(beyond <= 130, "{beyond} bytes a name");
    // Each text is on a line of its own, in the order of the list.
    let mut rest = roll;
    for [name, role, place] in &entries {
        let entry = format!("<b>{name}</b><br>\n{role}<br>\n{place}</li>");
        rest = rest.split_once(&entry).unwrap_or_else(|| panic!("{entry} is missing or not in order")).1;
    }
}

#[test]
fn a_roll_that_gmail_does_not_show_whole_is_reported_once_with_how_many_fit() {
    let desk = desk(1_100);
    desk.run("check").exit(0).prints("of the 1100 names fit").prints("1 warning\n");
    let help = desk.run("check").out;
    let (_, most) = help.split_once("max_listed = ").expect("the fix");
    let most = most.split_once(';').expect("a number").0.to_owned();
    desk.edit("campaign.toml", "[signatories]", &format!("[signatories]\nmax_listed = {most}"));
    desk.run("check").exit(0).hides("size-clipped").prints(&format!("{most} named"));
    // Not much more would fit.
    let more: usize = most.parse::<usize>().expect("a number") + 20;
    desk.edit("campaign.toml", &format!("max_listed = {most}"), &format!("max_listed = {more}"));
    desk.run("check").exit(0).prints("warning[size-clipped]: campaign.toml\n");
}

#[test]
fn a_letter_in_plain_text_has_nothing_that_gmail_cuts_off() {
    let desk = desk(1_100);
    std::fs::rename(desk.path(LETTER), desk.path("templates/letter.txt.hbs")).expect("renamed");
    desk.run("check").exit(0).hides("size-clipped");
}
