//! Nobody is exposed, whatever the list and the template: letters of campaigns made by chance are searched by a search that
//! shares nothing with the program's own, and what is planted in them stops them.

mod case;

use crate::desk::Desk;
use case::{Case, SPOTS, Spot, case};
use openletter::campaign::Campaign;
use openletter::diagnostics::code::Code;
use openletter::diagnostics::place::Place;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::fs;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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
        came.letters.extend(step.letter.map(|letter| letter.bytes));
        findings.extend(step.findings);
    }
    for finding in findings.iter().filter(|finding| finding.is_error()) {
        came.errors.push((finding.code, finding.place().cloned()));
    }
    for person in &case.people {
        let told = plain(&format!("{findings:?}"));
        assert!(!holds(&told, &plain(&person.email)) && !holds(&told, &plain(&person.pseudonym)), "{told}");
    }
    came
}

/// A text without accents, case and signs: words with one blank between them.
fn plain(text: &str) -> String {
    let letters: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a plain text holds another by whole words; Chinese has none.
fn holds(text: &str, sought: &str) -> bool {
    let is_chinese = sought.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if is_chinese { text.contains(sought) } else { format!(" {text} ").contains(&format!(" {sought} ")) }
}

/// All that a letter says, read by a mail parser and a pair of scissors.
fn said(bytes: &[u8]) -> String {
    let message = mail_parser::MessageParser::new().parse(bytes).expect("a message");
    let mut all = String::from_utf8_lossy(bytes).into_owned();
    all += &format!("\n{:?}\n{:?}\n{}\n", message.from(), message.to(), message.subject().unwrap_or_default());
    all += &message.body_text(0).unwrap_or_default();
    let html = message.body_html(0).unwrap_or_default();
    for piece in html.split('<') {
        all.push(' ');
        all += piece.split_once('>').map_or(piece, |(_, text)| text);
    }
    plain(&all.replace("&amp;", "&").replace("&#39;", "'").replace("&#x27;", "'").replace("&quot;", "\""))
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
    // A header that is changed beyond recognition is no column, and what its cells said nobody can know.
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

/// Nothing private is told by these verbs, nor left in any file of theirs.
fn nothing_is_told(desk: &Desk, private: &[String]) -> Result<(), TestCaseError> {
    let clean = |what: &str, text: &str| {
        let text = plain(text);
        private.iter().try_for_each(|private| {
            prop_assert!(!holds(&text, &plain(private)), "{what}: {private:?} is told");
            Ok(())
        })
    };
    fn left(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                left(&path, files);
            } else {
                files.push((path.display().to_string(), fs::read(&path).expect("a file")));
            }
        }
    }
    for verb in VERBS {
        let ran = desk.run(verb);
        prop_assert!(matches!(ran.code, Some(0 | 64 | 65 | 69 | 75 | 77 | 78)), "{verb}: {:?}\n{}", ran.code, ran.err);
        clean(verb, &ran.out)?;
        clean(verb, &ran.err)?;
    }
    let mut files = Vec::new();
    left(&desk.path("outbox"), &mut files);
    left(&desk.path(".openletter"), &mut files);
    for (name, bytes) in files {
        clean("the name of a file", name.rsplit('/').next().unwrap_or_default())?;
        clean(
            &name,
            &if name.ends_with(".eml") { said(&bytes) } else { String::from_utf8_lossy(&bytes).into_owned() },
        )?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 10))]

    #[test]
    fn no_verb_tells_what_somebody_did_not_clear_whatever_goes_wrong(
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
        nothing_is_told(&desk, &private)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]

    #[test]
    fn no_letter_ever_holds_what_somebody_did_not_clear(case in case()) {
        let came = letters(&case, None);
        prop_assert!(came.letters.is_empty() || came.errors.is_empty());
        for letter in &came.letters {
            let said = said(letter);
            let in_full = case.people.iter().filter(|person| person.shown() == "full");
            for person in in_full.filter(|_| case.pieces.contains(&"{{roll}}")) {
                prop_assert!(holds(&said, &plain(&person.name())), "the search finds what is there");
            }
            for private in case.private() {
                prop_assert!(!holds(&said, &plain(&private)), "{private:?} is in\n{said}");
            }
        }
    }

    #[test]
    fn what_is_planted_stops_the_letters_and_is_told_where_it_stands(
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
        let is_told = |(code, place): &(Code, Option<Place>)| *code == Code::Leak && place.as_ref().is_some_and(|place| place.file == file);
        prop_assert!(came.errors.iter().any(is_told), "{planted:?} in {spot:?}: {:?}", came.errors);
    }
}
