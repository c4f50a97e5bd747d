//! Nobody is exposed, whatever the list and the template: letters of random campaigns are searched by a search that
//! shares no code with the program, and private text planted in them stops them.

mod case;

use crate::desk::Desk;
use crate::search::{Search, readings};
use case::{Case, SPOTS, Spot, case};
use openletter::campaign::Campaign;
use openletter::diagnostics::code::Code;
use openletter::diagnostics::place::Place;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What came of a campaign: its letters, or the errors that stopped it.
struct Came {
    letters: Vec<Vec<u8>>,
    errors: Vec<(Code, Option<Place>)>,
}

/// The letters of a campaign, or the errors that stop it.
fn letters(case: &Case, planted: Option<(Spot, &str)>) -> Came {
    let desk = case.desk(planted);
    let campaign = Campaign::open(desk.dir()).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let mut letters = campaign.letters();
    let mut findings = letters.take_findings();
    let mut came = Came { letters: Vec::new(), errors: Vec::new() };
    for step in letters.by_ref() {
        came.letters.extend(step.letter.map(|letter| letter.bytes.to_vec()));
        findings.extend(step.findings);
    }
    for finding in findings.iter().filter(|finding| finding.is_error()) {
        came.errors.push((finding.code, finding.place().cloned()));
    }
    for person in &case.people {
        Search::for_strings([&*person.email, &*person.pseudonym]).passes("a finding", &format!("{findings:?}"));
    }
    came
}

/// The verbs, in the order in which a campaign takes them.
const VERBS: &[&str] = &[
    "check --verbose",
    "check --format json",
    "counts",
    "counts --format json",
    "preview --all",
    "preview --list --format csv",
    "preview --part source",
    "preview --diff 1 2",
    "check --press press.txt",
    "publish site",
    "write",
    "approve --by Ada",
    "rehearse",
    "send --yes --retry-for 1s",
    "status --format json",
    "settle chris --sent",
    "settle chris --resend",
];

/// What somebody's hand can do to a file, at a place of chance.
#[derive(Clone, Copy, Debug)]
enum Slip {
    None,
    /// The rest is lost.
    Cut,
    /// An octet that is of no encoding.
    Octet,
    /// A sign too many.
    Sign(&'static str),
    /// A header's name that is not known.
    Header(&'static str),
    /// Everything in one line, or in one cell.
    Without(char),
}

const SLIPS: &[Slip] = &[
    Slip::None,
    Slip::Cut,
    Slip::Octet,
    Slip::Sign("\""),
    Slip::Sign(","),
    Slip::Sign("\n"),
    Slip::Sign("\u{202e}"),
    Slip::Sign("\0"),
    Slip::Sign("{{nothing}}"),
    Slip::Sign("{{#if"),
    Slip::Sign("<b>"),
    Slip::Header("display"),
    Slip::Header("consent,"),
    Slip::Header("pseudonym"),
    Slip::Header("adult"),
    Slip::Without('\n'),
    Slip::Without(','),
];

fn slipped(text: &str, slip: Slip, at: Index) -> Vec<u8> {
    // A header that is changed beyond recognition is not a column, and nothing can know what its cells said.
    let first = text.find('\n').filter(|_| text.starts_with("name,")).unwrap_or_default();
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).filter(|place| *place >= first).collect();
    let (before, after) = text.split_at(*at.get(&places));
    match slip {
        Slip::None => text.into(),
        Slip::Cut => before.into(),
        Slip::Octet => [before.as_bytes(), b"\xff", after.as_bytes()].concat(),
        Slip::Sign(sign) => [before, sign, after].concat().into(),
        Slip::Header(name) => text.replacen(name, "other,", 1).into(),
        Slip::Without(sign) => text.replace(sign, "").into(),
    }
}

/// Checks that these commands print nothing private and leave it in no file.
fn nothing_is_printed(desk: &Desk, search: &Search) -> Result<(), TestCaseError> {
    for verb in VERBS {
        let ran = desk.run(verb);
        prop_assert!(matches!(ran.code, Some(0 | 64 | 65 | 69 | 75 | 77 | 78)), "{verb}: {:?}\n{}", ran.code, ran.err);
        search.passes(verb, &ran.out);
        search.passes(verb, &ran.err);
    }
    for folder in ["outbox", ".openletter", "site"].into_iter().filter(|folder| desk.has(folder)) {
        search.all_that_was_left(&desk.path(folder));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 10))]

    #[test]
    fn no_verb_prints_uncleared_text_whatever_fails(
        case in case(),
        planted in prop::option::of((select(SPOTS.to_vec()), any::<Index>())),
        slip in select(SLIPS.to_vec()),
        file in select(vec!["signatories.csv", "signatories.csv", "recipients.csv", "campaign.toml", "letter"]),
        at in any::<Index>(),
    ) {
        let private = case.private();
        // What a slip took out of the list, nobody can know to be private.
        let planted = planted.filter(|_| !private.is_empty() && file != "signatories.csv").map(|(spot, which)| (spot, &**which.get(&private)));
        let desk = case.desk(planted);
        let file = if file == "letter" { format!("templates/letter{}", case.ending) } else { file.to_owned() };
        let text = desk.text(&file);
        desk.write(&file, slipped(&text, slip, at));
        nothing_is_printed(&desk, &case.search())?;
    }
}

/// Names made of words that the program writes, that letters hold and that recipients have.
const GIVEN: &[&str] = &["Petra", "Emily", "Sam", "Grace", "Will", "May", "Ann", "Wanda", "Jan", "Nkechi"];
const FAMILY: &[&str] = &["Blank", "Day", "Page", "Young", "Price", "Date", "Withdrawn", "Mba", "Clear", "Okafor"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]

    #[test]
    fn check_write_and_publish_have_the_same_exit_code(
        names in prop::collection::vec((select(GIVEN), select(FAMILY), select(vec!["full", "withheld", "initials"])), 1..6),
        recipient in (select(GIVEN), select(FAMILY), select(vec!["Director", "Chair of the Day", "Friend of Grace"])),
        sentence in select(vec![
            "We write.", "We hope that you will pay the price.", "Young people told Emily.", "In May we met.", "{{recipient.title}}",
            "Dr. Price knows.", "Sam\nPage wrote.", "{{campaign.title}}",
        ]),
    ) {
        let desk = Desk::with("two-recipients");
        let mut list = String::from("name,category,display,consent,consent_at,adult,email,affiliation\n");
        for (row, (given, family, display)) in names.iter().enumerate() {
            list += &format!("{given} {family},ally,{display},given,2018-01-05,yes,p{row}@inbox.example,\n");
        }
        desk.write("signatories.csv", list);
        let (given, family, title) = recipient;
        desk.write("recipients.csv", format!("id,given_name,family_name,title,email\nx,{given},{family},{title},x@council.example\n"));
        desk.edit("templates/letter.md.hbs", "We are", &format!("{sentence}\n\nWe are"));
        let (check, write) = (desk.run("check"), desk.run("write"));
        prop_assert_eq!(check.code, write.code, "check: {}{}\nwrite: {}{}", check.out, check.err, write.out, write.err);
        let publish = desk.run("publish site");
        prop_assert_eq!(check.code, publish.code, "check: {}{}\npublish: {}", check.out, check.err, publish.err);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]

    #[test]
    fn no_letter_contains_uncleared_text(case in case()) {
        let came = letters(&case, None);
        prop_assert!(came.letters.is_empty() || came.errors.is_empty());
        for letter in &came.letters {
            let in_full = case.people.iter().filter(|person| person.shown() == "full");
            for person in in_full.filter(|_| case.pieces.contains(&"{{roll}}")) {
                let search = Search::for_strings([&*person.name()]);
                prop_assert!(readings(letter).iter().any(|text| search.first_in(text).is_some()), "the search finds what is there");
            }
            case.search().letter("a letter", letter);
        }
    }

    #[test]
    fn planted_private_text_stops_the_letters_and_is_reported_at_its_place(
        case in case(),
        spot in select(SPOTS.to_vec()),
        which in any::<Index>(),
    ) {
        let private = case.private();
        prop_assume!(case.prints(spot) && !private.is_empty() && letters(&case, None).errors.is_empty());
        let planted = which.get(&private);
        let came = letters(&case, Some((spot, planted)));
        prop_assert!(came.letters.is_empty(), "{planted:?} in {spot:?} goes out");
        let file = case.file(spot);
        // An address in the cell of somebody else is refused before letters are made.
        let is_code = |code: Code| code == Code::Leak || code == Code::CellContent && planted.contains('@');
        let is_found = |(code, place): &(Code, Option<Place>)| is_code(*code) && place.as_ref().is_some_and(|place| place.file == file);
        prop_assert!(came.errors.iter().any(is_found), "{planted:?} in {spot:?}: {:?}", came.errors);
    }
}
