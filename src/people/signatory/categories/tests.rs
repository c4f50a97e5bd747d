//! Which categories are told to be nearly the same, and which protection is told to reach nobody.

use super::*;
use crate::people::signatory::tests::row;

/// What is told of rows with these categories, the second of each pair in `reviewed`: the codes.
fn told(protect: &[&str], rows: &[(&'static str, &'static str)]) -> Vec<Code> {
    let policy = Policy { protect: protect.iter().map(|entry| (*entry).to_owned()).collect(), ..Policy::default() };
    let read = |(category, reviewed): &(&'static str, &'static str)| {
        let cells = [("name", "Maria Rossi"), ("category", *category), ("consent", "given"), ("reviewed", *reviewed)];
        Signatory::read(&row(&cells), &policy).expect("a signatory")
    };
    let signatories: Vec<_> = rows.iter().map(read).collect();
    categories(&signatories, &policy).into_iter().map(|finding| finding.code).collect()
}

#[test]
fn categories_that_differ_by_a_plural_an_accent_or_a_letter_are_told() {
    for (one, other) in [
        ("survivor", "Survivors"),
        ("campaigner", "campaigners"),
        ("campaigner", "campainger"),
        ("service provider", "sevice provder"),
        ("Straßenhilfe", "STRASSENHILFE"),
        ("Überlebende", "Uberlebende"),
        ("charity", "charities"),
    ] {
        assert_eq!(told(&[], &[(one, ""), (other, "")]), [Code::CategoryLike], "{one}, {other}");
        assert_eq!(told(&[], &[(one, ""), (other, "yes")]), [], "{one}, {other}: reviewed");
    }
    for (one, other) in [("survivor", "SURVIVOR"), ("ally", "alloy"), ("survivor", "campaigner"), ("", "ally")] {
        assert_eq!(told(&[], &[(one, ""), (other, "")]), [], "{one}, {other}");
    }
}

#[test]
fn a_row_that_protection_misses_by_a_slip_is_an_error_whoever_has_looked() {
    let slip = [("survivor", ""), ("survivr", ""), ("campaigner", ""), ("Survivro", "yes")];
    assert_eq!(told(&["survivor"], &slip), [Code::ProtectMissed, Code::ProtectMissed]);
    assert_eq!(told(&["survivr"], &[("survivor", "")]), [Code::ProtectMissed], "or by one in `protect`");
    assert_eq!(told(&["minor"], &[("minor", ""), ("miner", "2018-01-05")]), [Code::ProtectMissed]);
    assert_eq!(told(&["survivor"], &[("survivors", "")]), [], "a plural is protected");
}

#[test]
fn a_protected_noun_among_other_words_is_not_missed() {
    for category in [
        "survivor/expert",
        "survivor, advocate",
        "Survivor advocate",
        "trafficking survivor",
        "Survivors & friends",
        "trafficking survivr",
        "SURVÍVOR-LED",
    ] {
        assert_eq!(told(&["survivor"], &[(category, "yes")]), [Code::ProtectMissed], "{category}");
        assert_eq!(told(&["survivor", category], &[(category, ""), ("survivor", "")]), [], "{category}: in `protect`");
    }
    let several = told(&["care leaver"], &[("young care leavers of Leeds", "")]);
    assert_eq!(several, [Code::ProtectMissed], "a protected category of several words");
    for (protect, category) in
        [("youth", "South chapter"), ("survivor", "survival expert"), ("minor", "minority group")]
    {
        assert_eq!(told(&[protect], &[(category, ""), (protect, "")]), [], "{protect}, {category}");
    }
}

#[test]
fn a_misspelt_plural_a_joined_word_and_a_foreign_letter_are_not_missed() {
    for category in [
        "survivers",
        "suvivors",
        "survivros",
        "young survivers",
        "SurvivorLeader",
        "survivorleader",
        "victimsurvivor",
        "NGOSurvivor",
        "ѕurvіvor",
        "ѕurvіvors",
        "SURVIVΟR-LED",
    ] {
        for protect in ["survivor", "Survivors"] {
            assert_eq!(told(&[protect], &[(category, "yes")]), [Code::ProtectMissed], "{protect}, {category}");
        }
    }
    for (protect, category) in
        [("youth", "YouthLeader"), ("care leaver", "youngcareleavers"), ("parent", "grandparents")]
    {
        assert_eq!(told(&[protect], &[(category, "")]), [Code::ProtectMissed], "{protect}, {category}");
    }
}

#[test]
fn a_word_that_only_sounds_like_a_protected_one_is_left_alone() {
    for (protect, category) in [
        ("survivor", "survey team"),
        ("survivor", "revival"),
        ("survivor", "survival"),
        ("survivors", "supervisors"),
        ("survivor", "активист"),
        ("parent", "transparency advocate"),
        ("minors", "minority group"),
        ("ally", "allied"),
        ("youth", "South chapter"),
    ] {
        assert_eq!(told(&[protect], &[(category, ""), (protect, "")]), [], "{protect}, {category}");
    }
}

#[test]
fn protection_that_reaches_nobody_is_told() {
    assert_eq!(told(&["survivor"], &[("victim", "")]), [Code::ProtectUnknown]);
    assert_eq!(told(&["survivor", "minor"], &[("Survivors", ""), ("", "")]), [Code::ProtectUnknown]);
    assert_eq!(told(&["survivor"], &[]), []);
}
