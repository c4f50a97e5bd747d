//! `approve`: what it shows and asks a person before they approve, and what it records.

use crate::desk::Desk;
use crate::relay::Relay;

/// The recorded names.
fn approvers(desk: &Desk) -> Vec<String> {
    if !desk.has("outbox/approval.toml") {
        return Vec::new();
    }
    let document: toml::Table = desk.text("outbox/approval.toml").parse().expect("TOML");
    let statements = document["approval"].as_array().expect("a list").iter();
    statements.map(|statement| statement["by"].as_str().expect("a name").to_owned()).collect()
}

fn written() -> Desk {
    let desk = Desk::sample();
    let embargo = "not_before = 2018-01-11T09:00:00-05:00\nnot_after = 2018-01-18T00:00:00Z\ndate = ";
    desk.edit("campaign.toml", "date = ", embargo);
    desk.run("write").exit(0);
    desk
}

/// The digest that the review page shows.
fn page_digest(desk: &Desk) -> String {
    let page = desk.text("outbox/review.html");
    let (_, rest) = page.split_once("\"digest\":\"").expect("a digest");
    rest.split('"').next().expect("its end").to_owned()
}

const FACTS: [&str; 14] = [
    "10 letters: ",
    "letters@alder-street.example",
    "desk@alder-street.example",
    "bounces@alder-street.example",
    "9 at northlight.example",
    "thandeka.okafor@northlight.example",
    "president@screenstandards.example",
    "The exploitation of children is not entertainment",
    "56: 44 people and 12 organisations; ",
    "withheld",
    "images/logo.png",
    "from 2018-01-11",
    "until 2018-01-18",
    "nobody yet",
];

#[test]
#[cfg(unix)]
fn at_a_terminal_approve_shows_a_summary_and_asks_for_name_and_confirmation() {
    let desk = written();
    let mut terminal = desk.at_terminal("approve", 80, 40);
    terminal.until("Your name").types("Ada Example\n").until("Approve? [y/N]").types("yes\n");
    let shown = terminal.ends().exit(0).prints("10 letters approved by Ada Example").out;
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for fact in FACTS {
        assert!(words.contains(fact), "no {fact:?} in\n{shown}");
    }
    assert!(shown.lines().all(|line| line.chars().count() <= 80 || line.contains("sha256:")), "{shown}");
    assert_eq!(approvers(&desk), ["Ada Example"]);

    let mut terminal = desk.at_terminal("approve --by 'Bo Example'", 80, 40);
    terminal.until("Approve? [y/N]").types("y\n");
    terminal.ends().exit(0).prints("Ada Example (").hides("Your name");
    assert_eq!(approvers(&desk), ["Ada Example", "Bo Example"]);
    desk.at_terminal("approve --yes --by 'Cy Example'", 80, 40).ends().exit(0).hides("[y/N]");
    assert_eq!(approvers(&desk).len(), 3);
}

#[test]
#[cfg(unix)]
fn without_name_or_confirmation_nothing_is_approved() {
    let desk = written();
    for name in ["\n", "  \n", "\u{4}"] {
        let mut terminal = desk.at_terminal("approve", 80, 40);
        terminal.until("Your name").types(name);
        terminal.ends().exit(77).prints("no name was given");
    }
    for answer in ["\n", "no\n", "\u{4}"] {
        let mut terminal = desk.at_terminal("approve --by Ada", 80, 40);
        terminal.until("Approve?").types(answer);
        terminal.ends().exit(77).prints("the answer was not yes");
    }
    desk.at_terminal("approve --yes", 80, 40).ends().exit(64).prints("--by");
    assert!(approvers(&desk).is_empty());
}

#[test]
fn without_a_terminal_approve_shows_a_summary_and_needs_by() {
    let desk = written();
    desk.run("approve").exit(64).reports("there is no terminal to ask for the name").reports("--by");
    let ran = desk.run("approve --by 'Ada Example'").exit(0);
    for fact in FACTS {
        assert!(ran.err.contains(fact), "no {fact:?} in\n{}", ran.err);
    }
    assert_eq!(ran.out, format!("10 letters approved by Ada Example ({})\n", page_digest(&desk)));
}

#[test]
fn approve_prints_the_digest_on_the_review_page() {
    let desk = written();
    let ran = desk.run("approve --by Ada").exit(0);
    let printed = format!("{}{}", ran.out, ran.err);
    let is_digest = |word: &&str| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
    let digests: Vec<&str> = printed.split(|c: char| !c.is_alphanumeric()).filter(is_digest).collect();
    assert!(digests.len() > 1 && digests.iter().all(|digest| page_digest(&desk).ends_with(digest)), "{printed}");
}

#[test]
fn the_same_person_is_recorded_once() {
    let desk = written();
    desk.run("approve --by Ada").exit(0);
    let before = desk.bytes("outbox/approval.toml");
    desk.run("approve --by ' Ada '")
        .exit(0)
        .prints("Ada already approved these 10 letters")
        .prints("nothing was recorded");
    assert_eq!(desk.bytes("outbox/approval.toml"), before);
}

#[test]
fn an_invalid_name_is_refused_with_the_reason() {
    let desk = written();
    for (name, why) in [("a\nb", "a line break (U+000A)"), ("Ada\u{202e}", "a bidirectional control character")] {
        desk.run(&format!("approve --by '{name}'")).exit(64).reports("the approver's name contains").reports(why);
    }
    assert!(approvers(&desk).is_empty());
}

#[test]
fn only_a_whole_private_name_or_address_is_refused() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
    desk.write(
        "signatories.csv",
        "name,category,display,consent,email,affiliation
Ada,ally,withheld,given,,
Jolene Satterwhaite,ally,withheld,given,jolene@inbox.example,Harrow Gate Refuge
Rosa Mora,ally,withheld,given,,
Rosa Mora,campaigner,full,given,,
",
    );
    desk.run("write").exit(0);
    for name in [
        "Ada",
        "ADA",
        "Jolene Satterwhaite",
        "Satterwhaite, Jolene",
        "Dr. Jolene M. Satterwhaite",
        "jolene@inbox.example",
        "J <jolene@inbox.example>",
    ] {
        desk.run(&format!("approve --by '{name}'")).exit(65).reports("error[leak]");
    }
    for name in ["Ada Example", "Jolene Adams", "Bo Satterwhaite", "Rosa Mora", "Bo of Harrow Gate Refuge"] {
        desk.run(&format!("approve --by '{name}'")).exit(0);
    }
}

#[test]
#[cfg(unix)]
fn send_asks_for_a_name_when_nobody_has_approved() {
    let relay = Relay::start();
    for name in ["\n", "Ada Example\n"] {
        let desk = Desk::with("two-recipients");
        desk.through(&relay).run("write").exit(0);
        let mut terminal = desk.at_terminal("send", 80, 40);
        terminal.until("Send? [y/N]").types("y\n").until("Your name").types(name);
        let ran = terminal.ends();
        match name.trim() {
            "" => drop(ran.exit(77).prints("no name was given")),
            name => {
                ran.exit(0).prints("2 accepted");
                assert_eq!(approvers(&desk), [name]);
            }
        }
    }
    assert_eq!(relay.letters().len(), 2);
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    let mut terminal = desk.at_terminal("send", 80, 40);
    terminal.until("Send? [y/N]").types("y\n");
    terminal.ends().exit(0).prints("2 accepted").hides("Your name");
}

#[test]
#[cfg(unix)]
fn the_question_of_send_fits_the_terminal() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).edit("campaign.toml", "A letter to two", &"A letter to the very many ".repeat(6)).approved();
    let mut terminal = desk.at_terminal("send", 60, 40);
    terminal.until("Send? [y/N]").types("n\n");
    let shown = terminal.ends().exit(77).out;
    assert!(shown.lines().all(|line| line.chars().count() <= 60), "{shown}");
}
