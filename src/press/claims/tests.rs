//! What the lint says of a text, with the numbers of the sample: 56 signatories, 44 people and 12 organisations.

use super::*;
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
                let part = count.parts.last_mut().expect("a part");
                part.figures.withheld -= 1;
                part.figures.named += 1;
                count.withheld -= 1;
                count.listed += 1;
            }
        }
    }
    count
}

fn of(text: &str, sender: SenderIs) -> Vec<Finding> {
    lint(&Text { file: "letter.md.hbs", text, form: Form::Template }, &sample(), sender)
}

/// What is said of a text: the codes, and of what.
fn said(text: &str) -> String {
    let told = |finding: &Finding| format!("{} {}", finding.code, finding.what.split('"').nth(1).unwrap_or_default());
    of(text, SenderIs::Apart).iter().map(told).collect::<Vec<_>>().join("; ")
}

fn all(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, expected)| said(text) != *expected)
        .map(|(text, expected)| format!("{text}\n   is    {:?}\n   not   {expected:?}", said(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_number_that_is_not_the_lists_is_an_error() {
    all(&[
        ("We are fifty-five survivors.", "number-wrong fifty-five survivors"),
        ("Signed by 55 signatories.", "number-wrong 55 signatories"),
        ("An open letter from 57\nsigners", "number-wrong 57 signers"),
        ("signed by 44 people and 13 organizations", "number-wrong 13 organizations"),
        ("This letter is signed by **1,821** people.", "number-wrong 1,821 people"),
        ("55 leading signatories", "number-wrong 55 … signatories"),
        ("Fifty-six survivors have signed.", "number-wrong Fifty-six survivors"),
        ("We, 20 social service-providers, ask", "number-wrong 20 … service-providers"),
        ("20 SERVICE PROVIDERS have jointly signed", "number-wrong 20 SERVICE PROVIDERS"),
        ("The signatories, 44 people and 13 organisations, ask", "number-wrong 13 organisations"),
        ("The 56 co-signers include 21 survivors and 15 campaigners.", "number-wrong 15 campaigners"),
        ("written on behalf of 60 people", "number-wrong 60 people"),
        ("signed by one hundred and one people.", "number-wrong one hundred and one people"),
        ("<p>signed by <b>13</b>&nbsp;organisations</p>", "number-wrong 13 organisations"),
        ("signed by one survivor", "number-wrong one survivor"),
    ]);
}

#[test]
fn the_five_ways_one_letter_was_counted_are_all_told() {
    all(&[
        ("56 Experts Write to Northlight", "number-vague 56 Experts"),
        (
            "Fifty-six survivors of sex trafficking and/or subject matter experts, social service providers, and advocates",
            "number-vague Fifty-six survivors",
        ),
        ("co-signed by 55 other organizations, survivors, and advocates", "number-wrong 55 other organizations"),
        ("the Coalition, along with 55 other survivors and experts", "number-wrong 55 other survivors"),
        ("co-signed by dozens of sex trafficking survivors", "number-vague dozens of … survivors"),
    ]);
}

#[test]
fn a_number_that_is_the_lists_is_fine() {
    all(&[
        ("Signed by 56 signatories: 44 people and 12 organisations; 21 of them are survivors.", ""),
        ("We are twenty-one survivors, nineteen service providers and sixteen campaigners.", ""),
        ("the Coalition and 56 others", ""),
        ("co-signed by 12 other organisations", ""),
        ("signed by 10 survivors whose names are withheld", ""),
        ("signed by 16 campaigners: 12 people and 4 organisations", ""),
        ("{{count.persons}} people and {{words count.organisations}} organizations sign", ""),
    ]);
}

#[test]
fn what_is_vague_or_has_no_unit_is_a_warning() {
    all(&[
        ("signed by more than 50 people", "number-vague more than 50 people"),
        ("Dozens of survivors write", "number-vague Dozens of survivors"),
        ("signed by a dozen organisations", "number-vague a dozen organisations"),
        ("nearly 60 signatories", "number-vague nearly 60 signatories"),
        ("The letter was signed by 56.", "number-vague 56"),
        ("signed by 56 experts", "number-vague 56 experts"),
        ("signed by 30 advocates", "number-vague 30 advocates"),
        ("20 service providers wrote to Northlight", "number-vague 20 service providers"),
        ("Three signatories will come to the meeting.", "number-vague Three signatories"),
        ("# The Coalition and 55 others write\nToday's", "number-vague 55 others; date-relative Today's"),
        ("60 people signed up for the news.", "number-vague 60 people"),
        ("Our shelter took in 40 survivors.", "number-vague 40 survivors"),
    ]);
}

#[test]
fn a_count_of_the_program_beside_the_wrong_noun_is_told_too() {
    all(&[
        ("We are {{words count.total}} survivors.", "number-wrong {{words count.total}} survivors"),
        ("signed by {{plural count.total \"survivor\"}}", "number-wrong {{plural count.total "),
        ("{{count.total}} experts", "number-vague {{count.total}} experts"),
        ("{{count.listed}} signatories", "number-wrong {{count.listed}} signatories"),
        ("{{len signatures}} people signed", "number-wrong {{len signatures}} people"),
        ("{{#each groups}}{{count}} survivors signed{{/each}}", "number-wrong {{count}} survivors"),
        ("{{#each groups}}{{count}} signatories{{/each}} {{#each groups}}{{plural count category}}{{/each}}", ""),
    ]);
}

#[test]
fn a_part_of_a_number_is_held_against_the_list() {
    all(&[
        ("22 of the 56 signatories are survivors.", "number-wrong 22 of … survivors"),
        ("19 of the 56 signatories are campaigners.", "number-wrong 19 of … campaigners"),
        ("Of the 56 signatories, 22 are survivors.", "number-wrong 22 … survivors"),
        (
            "Of the 56 signatories, 21 are survivors, 19 are service providers and 17 are campaigners.",
            "number-wrong 17 … campaigners",
        ),
        ("15 of the 56 signatories are counted without being named.", "number-wrong 15 of the 56 signatories"),
        ("42 of the 56 signatories are counted without being named.", "number-wrong 42 of the 56 signatories"),
        ("14 of the 56 signatories are named in the letter.", "number-wrong 14 of the 56 signatories"),
        ("More than 20 of the 56 signatories are survivors.", "number-vague More than 20 of … survivors"),
        ("21 of the 55 signatories are survivors.", "number-wrong 55 signatories"),
        ("12 of the 44 people who signed are survivors.", "number-wrong 12 of … survivors"),
        ("Fifty-five of us are survivors.", "number-wrong Fifty-five of … survivors"),
        ("all fifty-five of us", "number-wrong fifty-five of us"),
        ("Fifty-five of us have signed.", "number-wrong Fifty-five of us"),
        ("Signed by 21 survivors (11 of them anonymous)", "number-wrong 11 of them"),
        ("Signed by 21 survivors, 11 of whom withhold their names", "number-wrong 11 of whom"),
        ("Signed by 21 survivors, of whom 11 withhold their names", "number-wrong 11"),
        (
            "{{words count.by.survivor}} of the {{count.total}} signatories are campaigners",
            "number-wrong {{words count.by.survivor}} of … campaigners",
        ),
        ("Signed by 55 signatories. Of these, 43 are named.", "number-wrong 55 signatories; number-vague 43"),
    ]);
    for true_one in [
        "21 of the 56 signatories are survivors: 21 people.",
        "All fifty-six of us have signed.",
        "21 of the 44 people who signed are survivors.",
        "Of the 56 signatories, 21 are survivors, 19 are service providers and 16 are campaigners.",
        "Signed by 21 survivors (10 of them anonymous)",
        "Signed by 21 survivors, 11 of whom are named",
        "{{count.total}} signatories, of whom {{count.persons}} are people and {{count.organisations}} are organizations",
        "Thirty of us live in Oregon.",
        "Ten of the 56 signatories signed with initials.",
        "21 of the 44 people who have signed this letter are survivors.",
        "Twelve of the signatories teach.",
        "One of us is a survivor of four men.",
    ] {
        assert_eq!(said(true_one), "", "{true_one}");
    }
}

#[test]
fn a_number_without_a_noun_or_before_several_is_told() {
    all(&[
        ("We are 55 strong.", "number-wrong 55"),
        ("55 signed.", "number-vague 55"),
        ("Fifty-five have signed so far.", "number-vague Fifty-five"),
        ("none of the 55 who signed", "number-wrong 55"),
        ("Signed by 55 anti-trafficking and child-protection survivors.", "number-wrong 55 … survivors"),
        ("signed by 55 brave, outspoken survivors", "number-wrong 55 … survivors"),
        ("signed by 55 women and men", "number-vague 55 … men"),
        ("signed by 55 plumbers", "number-vague 55 plumbers"),
        ("55 clinicians, lawyers and survivors signed.", "number-vague 55 clinicians"),
        ("55 other organizations joined us.", "number-wrong 55 other organizations"),
        ("Alder Coalition and 55 other organizations call on Northlight", "number-vague 55 other organizations"),
    ]);
}

#[test]
fn a_label_makes_a_number_a_claim() {
    all(&[
        ("Signatories: 55", "number-wrong Signatories … 55"),
        ("Number of signatories: 55.", "number-wrong signatories … 55"),
        ("Survivors: 22", "number-vague Survivors … 22"),
        ("Service providers: 20, campaigners: 16", "number-vague Service providers … 20"),
        ("survivors (22)", "number-vague survivors … 22"),
        ("Signatories (55)", "number-wrong Signatories … 55"),
        ("Signatories (56), survivors (20)", "number-wrong survivors … 20"),
        ("Signatories: 56. Survivors: 21. Signatories (2018): all. Named signatories: 42", ""),
    ]);
}

#[test]
fn what_is_true_of_some_or_of_others_is_no_error() {
    all(&[
        ("Three survivors who signed this letter were under sixteen when it began.", "number-vague Three survivors"),
        ("I am one of three survivors who signed this letter with initials.", "number-vague three survivors"),
        ("Two people who signed the letter will travel to the meeting.", "number-vague Two people"),
        ("Five organisations that have signed run shelters.", "number-vague Five organisations"),
        ("We are two survivors of the same man.", "number-vague two survivors"),
        ("In 2012 a letter from 14 organisations asked the same.", "number-vague 14 organisations"),
        ("A letter signed by two people in 2012 went unanswered.", "number-vague two people"),
        ("the 196 signatories to the Convention on the Rights of the Child", "number-vague 196 signatories"),
        ("The treaty has 140 signatories.", "number-vague 140 signatories"),
        ("Two survivors signed with initials.", "number-vague Two survivors"),
        ("Signed by 56 survivors, service providers and campaigners.", "number-vague 56 survivors"),
        // What can only be meant of all stays an error.
        ("The 20 survivors who signed this letter", "number-wrong 20 survivors"),
        ("22 survivors who signed this letter", "number-wrong 22 survivors"),
        ("signed by 20 survivors, who ask for an answer", "number-wrong 20 survivors"),
        ("We are 22 survivors of the same trade.", "number-wrong 22 survivors"),
        ("In 2018 this letter was signed by 55 people.", "number-wrong 55 people"),
        ("As of January 11, 2018, the letter is signed by 55 signatories.", "number-wrong 55 signatories"),
        ("We, 55 survivors, invoke the Convention of 1989.", "number-wrong 55 survivors"),
        ("the 55 signatories of this letter", "number-wrong 55 signatories"),
    ]);
}

#[test]
fn numbers_of_other_things_are_left_alone() {
    for text in [
        "a drama in eight episodes about two girls of sixteen",
        "every person under eighteen who is induced",
        "18 U.S.C. § 1591; 22 U.S.C. § 7102",
        "We write about one series.",
        "In 2016, 1,200 people were trafficked in this state.",
        "More than 40 million people live in slavery; thousands of survivors are never heard.",
        "Three organizations run shelters in Ohio, and one survivor told us why.",
        "The petition has been signed by 40,000 people.",
        "In a letter, 1,200 people were named, and after that letter 30 people called us.",
        "We have signed, and 1,200 people were trafficked while we did.",
        "signed by 56 signatories, and 40,000 people were not asked",
        "Like us, 40,000 people think so.",
        "{{count.listed}} signatories appear below",
        "We ask for an answer by February 9, 2018, and on March 23 survivors will wait.",
        "Of these, {{count.listed}} appear below, and {{count.withheld}} are counted.",
        "no one person signs alone",
        "signed by January 11, 2018",
        "12 months, 56 pages, 44 countries and 12 survivor-led meetings",
        "Room 56. People signed there.",
        "Eighteen sign language interpreters helped. She was 14 then, survivors recall.",
        "Chapter 1 of 2 of 3 of 4 of 5",
        "We sign because 12.5 percent of survivors and 21% of people are ignored.",
        "[56 photos](https://example.org/55-survivors-sign)",
        "{{!-- 55 survivors sign --}}{{#if (eq count.total 55)}}x{{/if}}",
    ] {
        assert_eq!(said(text), "", "{text}");
    }
}

#[test]
fn others_are_counted_without_the_sender() {
    let codes = |text: &str, sender| of(text, sender).iter().map(|finding| finding.code).collect::<Vec<_>>();
    for (text, among, apart) in [
        ("the Coalition and 55 other signatories", true, false),
        ("signed by the Coalition and 56 others", false, true),
        ("co-signed by 11 other organisations", true, false),
        ("56 signatories", true, true),
    ] {
        assert_eq!(codes(text, SenderIs::Among).is_empty(), among, "{text}");
        assert_eq!(codes(text, SenderIs::Apart).is_empty(), apart, "{text}");
    }
}

#[test]
fn a_finding_names_the_line_and_quotes_it() {
    let found = of("Subject: x\n\n“Each” of us, *and* we are\nfifty-five survivors.", SenderIs::Apart);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!(finding.place, Some(Place::at("letter.md.hbs", 4, 1)));
    assert_eq!(finding.what, "line 4 says \"fifty-five survivors\"; the list has 21 survivors among 56 signatories");
    assert_eq!(finding.quote.as_deref(), Some("fifty-five survivors."));
    let help = "leave it to the program: {{count.by.survivor}}, or {{words count.by.survivor}}";
    assert_eq!(finding.help.as_deref(), Some(help));
}

#[test]
fn dates_that_rot_are_told() {
    all(&[
        ("The letter was sent today.", "date-relative today"),
        ("Answer by next Friday, or this\nweek.", "date-relative next Friday; date-relative this week"),
        ("Yesterday’s trailer, last month", "date-relative last month"),
        ("The trailer came out last night.", "date-relative last night"),
        (
            "two days ago; a week ago, a few months ago",
            "date-relative two days ago; date-relative a week ago; date-relative a few months ago",
        ),
        (
            "in two weeks, in the coming weeks, over the next few days",
            "date-relative in two weeks; date-relative in the coming weeks; date-relative over the next few days",
        ),
        ("It was recently shown on Monday.", "date-relative recently; date-relative on Monday"),
        ("on Monday, February 5, 2018, on Monday evenings, in five years, in two parts, long ago", ""),
        ("as USA Today wrote on January 11, 2018, this series", ""),
    ]);
}

#[test]
fn the_sample_letter_is_left_alone() {
    let text = include_str!("../../../templates/letter.md.hbs");
    assert_eq!(of(text, SenderIs::Apart), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_text_is_linted_without_trouble(text in "(\\PC|[\\n<>{}0-9 ]|signed by |fifty| survivors| of ){0,40}") {
        for finding in of(&text, SenderIs::Among) {
            let place = finding.place.expect("a place");
            let line = text.lines().nth(place.line.expect("a line") as usize - 1).expect("the line");
            prop_assert!((place.column.expect("a column") as usize) <= line.chars().count());
        }
    }

    #[test]
    fn of_all_numbers_exactly_the_lists_own_passes(n in 2_u64..200_000) {
        let words = crate::template::helpers::words(n).expect("below the limit");
        for written in [n.to_string(), words] {
            let expected = if n == 21 { "" } else { "number-wrong" };
            let said = said(&format!("We are {written} survivors."));
            prop_assert_eq!(said.split(' ').next(), Some(expected));
        }
    }
}
