//! What the number check reports, with the numbers of the sample: 56 signatories, 44 people and 12 organisations.

use super::*;
use crate::language::{ENGLISH, Language};
use crate::people::signature::{Face, SignatoryKind};
use proptest::prelude::*;

/// 21 survivors, of whom 10 are withheld; 11 people and 8 organisations among the service providers; 12 and 4 among the
/// campaigners.
fn sample() -> Count {
    let mut count = Count::default();
    for (category, kind, named, withheld) in [
        ("survivor", SignatoryKind::Person, 11, 10),
        ("service provider", SignatoryKind::Person, 9, 2),
        ("service provider", SignatoryKind::Organisation, 7, 1),
        ("campaigner", SignatoryKind::Person, 11, 1),
        ("campaigner", SignatoryKind::Organisation, 4, 0),
    ] {
        for n in 0..named + withheld {
            count.add(&Face::Withheld { category: category.into(), kind });
            if n < named {
                let part = count.by_category.last_mut().expect("a category");
                part.figures.withheld -= 1;
                part.figures.named += 1;
                count.withheld -= 1;
                count.listed += 1;
            }
        }
    }
    count
}

fn findings(text: &str, sender: SenderIs, allow: &[&str]) -> Vec<Finding> {
    let (count, allow) = (sample(), allow.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>());
    let facts = Facts { count: &count, categories: &Categories::default(), sender, allow: &allow };
    lint(&Text { file: "letter.md.hbs", text, medium: Medium::Template, language: &ENGLISH }, &facts)
}

/// The quoted words of each finding, with the right number after a wrong one: "55 survivors → 21".
fn found(text: &str) -> String {
    let shown = |finding: &Finding| {
        let what = finding.message.to_string();
        let quoted = what.split('"').nth(1).unwrap_or_default();
        match what.rsplit_once("the list has ") {
            Some((_, number)) => format!("{quoted} → {number}"),
            None => quoted.to_owned(),
        }
    };
    findings(text, SenderIs::Apart, &[]).iter().map(shown).collect::<Vec<_>>().join("; ")
}

#[track_caller]
fn all(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, expected)| found(text) != *expected)
        .map(|(text, expected)| format!("{text}\n   is    {:?}\n   not   {expected:?}", found(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_number_is_reported_with_the_right_one() {
    all(&[
        ("We are fifty-five survivors.", "fifty-five survivors → 21"),
        ("We are three survivors.", "three survivors → 21"),
        ("We, 3 service providers, ask", "3 service providers → 19"),
        ("Signed by 55 signatories.", "55 signatories → 56"),
        ("An open letter from 57\nsigners", "57 signers → 56"),
        ("signed by 44 people and 13 organizations", "13 organizations → 12"),
        ("This letter is signed by **1,821** people.", "1,821 people → 44"),
        ("Fifty-six survivors have signed.", "Fifty-six survivors → 21"),
        ("20 SERVICE PROVIDERS have jointly signed", "20 SERVICE PROVIDERS → 19"),
        ("We are 20 service-providers", "20 service-providers → 19"),
        ("The signatories, 44 people and 13 organisations, ask", "13 organisations → 12"),
        ("The 56 signers include 21 survivors and 15 campaigners.", "15 campaigners → 16"),
        ("signed by one hundred and one people.", "one hundred and one people → 44"),
        ("<p>signed by <b>13</b>&nbsp;organisations</p>", "13 organisations → 12"),
        ("# 25 survivors write to Northlight", "25 survivors → 21"),
        ("co-signed by 55 other organizations", "55 other organizations → 12"),
        ("21 of the 55 signatories are survivors.", "55 signatories → 56"),
        ("43 signatories are named in the letter.", "43 signatories → 56"),
        ("19 service providers: 12 people and 8 organisations signed", "12 people → 44"),
        ("| signed by | 55 people |", "55 people → 44"),
        ("We ask that 50 people be heard.", "50 people → 44"),
    ]);
}

#[test]
fn right_numbers_are_not_reported() {
    for text in [
        "Signed by 56 signatories: 44 people and 12 organisations; 21 of them are survivors.",
        "We are twenty-one survivors, nineteen service providers and sixteen campaigners.",
        "19 of the 56 signatories are service providers: 11 people and 8 organisations.",
        "42 signatories are named in the letter: 31 people and 11 organisations.",
        "Signed by 21 survivors; 10 survivors withhold their names.",
        "Alder Street Coalition and 56 other signatories",
        "{{words count.total}} survivors and {{count.by.survivor}} signatories have signed",
        "{{plural count.total \"survivor\"}} signed; {{count.listed}} signatories appear below",
    ] {
        assert_eq!(found(text), "", "{text}");
    }
}

#[test]
fn numbers_of_other_things_are_not_reported() {
    for text in [
        "a drama in eight episodes about two girls of sixteen",
        "every person under eighteen who is induced",
        "18 U.S.C. § 1591; 22 U.S.C. § 7102",
        "In 2016, 1,200 people were trafficked in this state.",
        "In 2016 people fled. By 2016 survivors were heard, and we signed.",
        "More than 40 million people live in slavery; thousands of survivors are never heard.",
        "More than 50 signatories; over 20 survivors have signed; at least 40 people signed",
        "Three organizations run shelters in Ohio, and one survivor told us why.",
        "Three survivors who signed this letter were under sixteen when it began.",
        "One in five people signs; nine out of ten survivors never sign.",
        "We ask for an answer by February 9, 2018, and on March 23 survivors who signed will wait.",
        "no one person signs alone",
        "12 months, 56 pages, 44 countries and 12 survivor-led meetings",
        "Room 56. People signed there.",
        "We sign because 12.5 percent of survivors and 21% of people are ignored.",
        "[56 photos](https://example.org/55-survivors-sign)",
        "{{!-- 55 survivors sign --}}{{#if (eq count.total 55)}}x{{/if}}",
        "signed by 55 brave survivors, 56 experts and dozens of people",
    ] {
        assert_eq!(found(text), "", "{text}");
    }
}

#[test]
fn others_are_counted_without_the_sender() {
    for (text, among, apart) in [
        ("the Coalition and 55 other signatories", true, false),
        ("the Coalition and 56 other signatories", false, true),
        ("co-signed by 11 other organisations", true, false),
        ("56 signatories", true, true),
    ] {
        assert_eq!(findings(text, SenderIs::Among, &[]).is_empty(), among, "{text}");
        assert_eq!(findings(text, SenderIs::Apart, &[]).is_empty(), apart, "{text}");
    }
}

#[test]
fn allowed_numbers_and_dates_are_not_reported() {
    let text =
        "Our shelter took in 40 survivors. The 196 signatories to the Convention met today. Signed by 55 people.";
    let left = |allow: &[&str]| findings(text, SenderIs::Apart, allow).len();
    assert_eq!(left(&[]), 4);
    assert_eq!(left(&["40 survivors"]), 3);
    assert_eq!(left(&["took in **40** Survivors", "196 signatories to the Convention", "TODAY", "55 people"]), 0);
    assert_eq!(left(&["40", "survivors", "41 survivors", "196 signatories to the treaty", "", "40 survivors. The"]), 3);
}

#[test]
fn a_finding_names_its_place_the_right_number_and_the_placeholder() {
    let found = findings("Subject: x\n\n“Each” of us, *and* we are\nfifty-five survivors.", SenderIs::Apart, &[]);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert!(!finding.is_error());
    assert_eq!(finding.place().cloned(), Some(Place::at("letter.md.hbs", 4, 1)));
    assert_eq!(finding.message.to_string(), "the text says \"fifty-five survivors\", but the list has 21");
    assert_eq!(finding.quote.as_deref(), Some("fifty-five survivors."));
    let help = "write {{words count.by.survivor}}; if the number is meant, add it to campaign.toml: [claims] allow = \
                [\"fifty-five survivors\"]";
    assert_eq!(finding.fix.as_ref().map(ToString::to_string).as_deref(), Some(help));
}

#[test]
fn relative_dates_are_reported() {
    all(&[
        ("The letter was sent today.", "today"),
        ("Answer by next Friday, or this\nweek.", "next Friday; this week"),
        ("Last year, next year and this morning", "Last year; next year; this morning"),
        ("The trailer came out last night.", "last night"),
        ("two days ago; a week ago, a few months ago", "two days ago; a week ago; a few months ago"),
        ("in the coming weeks", "coming weeks"),
        ("It was recently shown on Monday.", "recently; on Monday"),
        ("on Monday, February 5, 2018, on Monday evenings, in five years, in two parts, long ago", ""),
        ("as USA Today wrote on January 11, 2018, this series; the next week he died", ""),
        ("within a week of being opened, by the end of the year, over their life, for a year", ""),
    ]);
}

#[test]
fn real_letters_have_no_false_warning() {
    let letter = |text: &str| found(text);
    assert_eq!(letter(include_str!("../../../templates/letter.md.hbs")), "");
    // These are true: each depends on the day.
    assert_eq!(letter(include_str!("../../../tests/letters/children.md")), "three years ago; last year");
    assert_eq!(letter(include_str!("../../../tests/letters/climate.md")), "last year");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 2))]

    #[test]
    fn any_text_is_checked_without_panic(text in "(\\PC|[\\n<>{}0-9 ]|signed by |fifty| survivors| of ){0,40}") {
        for finding in findings(&text, SenderIs::Among, &["fifty survivors"]) {
            let place = finding.places.into_iter().next().expect("a place");
            let line = text.lines().nth(place.line.expect("a line") as usize - 1).expect("the line");
            prop_assert!((place.column.expect("a column") as usize) <= line.chars().count());
        }
    }

    #[test]
    fn every_number_but_the_right_one_is_reported(
        // Without the numbers that can be years.
        n in prop_oneof![2_u64..120, 2_u64..1_900, 2_100_u64..200_000],
        (noun, right) in prop::sample::select(vec![
            ("survivors", 21), ("service providers", 19), ("campaigners", 16), ("people", 44), ("organisations", 12),
            ("organizations", 12), ("signatories", 56),
        ]),
        (before, after) in prop::sample::select(vec![
            ("This letter is signed by ", "."), ("", " have signed this letter."), ("We are ", ", and we ask:"),
            ("## We, the ", "\n\nask"), ("Northlight got it.\n\nSigned by\n", " on January 11, 2018"),
        ]),
    ) {
        let words = (ENGLISH.number)(n, crate::language::NumberForm::Alone).expect("below the limit");
        for number in [n.to_string(), words] {
            let expected = if n == right { String::new() } else { format!("{number} {noun} → {right}") };
            prop_assert_eq!(found(&format!("{before}{number} {noun}{after}")), expected);
        }
    }
}

#[test]
fn numbers_are_compared_with_the_list_in_every_language() {
    let found = |tag: &str, text: &str| -> String {
        let (count, language) = (sample(), Language::find(tag).expect("a language"));
        let german =
            |one: &str, many: &str| vec![(Language::find("de").expect("German"), [one.to_owned(), many.to_owned()])];
        let mut categories = Categories::of(&[("survivor", "survivors")]);
        categories.0[0].translations = german("Überlebende", "Überlebende");
        let facts = Facts { count: &count, categories: &categories, sender: SenderIs::Apart, allow: &[] };
        let text = Text { file: "letter.md.hbs", text, medium: Medium::Template, language };
        let messages = lint(&text, &facts).into_iter().map(|finding| finding.message.to_string());
        messages.collect::<Vec<_>>().join("; ")
    };
    let wrong = |said: &str, right: u64| format!("the text says \"{said}\", but the list has {right}");
    for (tag, right, text, said, number) in [
        ("de", "Wir sind 56 Unterzeichnende.", "Wir sind 55 Unterzeichnende.", "55 Unterzeichnende", 56),
        ("de", "Unterzeichnet von 21 Überlebenden.", "Unterzeichnet von 20 Überlebenden.", "20 Überlebenden", 21),
        ("de", "Rund 1.200 Menschen.", "Wir, 1.200 Unterzeichnende, bitten.", "1.200 Unterzeichnende", 56),
        ("fr", "Nous sommes 56 signataires.", "Nous, cinquante-cinq signataires.", "cinquante-cinq signataires", 56),
        ("fr", "Plus de 50 signataires.", "Signé par 1\u{202f}821 signataires.", "1 821 signataires", 56),
        ("it", "Siamo 56 firmatari.", "Noi, 57 firmatari.", "57 firmatari", 56),
        ("es", "Somos 56 firmantes.", "Firmamos 57 firmantes.", "57 firmantes", 56),
    ] {
        assert_eq!(found(tag, right), "", "{right}");
        assert_eq!(found(tag, text), wrong(said, number), "{text}");
    }
    assert_eq!(found("de", "Neun von zehn Menschen haben unterschrieben, heute."), "");
}
