//! Every language is complete, and every tag leads to one.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn every_language_is_complete_and_differs_from_the_others() {
    let mut wordings = BTreeSet::new();
    let all: Vec<&str> = ALL.iter().map(|language| language.tag).collect();
    assert!(all.is_sorted_by_key(|tag| tag.to_lowercase()), "{all:?}");
    for language in ALL {
        let of = language.tag;
        assert_eq!(Language::find(of), Some(language));
        assert_eq!(ALL[language.rank()], language);
        for names in [&language.months[..], &language.weekdays] {
            assert!(names.iter().all(|name| !name.is_empty()), "{of}");
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{of}");
        }
        assert!(["{page}", "{pages}"].iter().all(|number| language.page_of.matches(number).count() == 1), "{of}");
        let run = language.page.run;
        assert!(["{first}", "{last}", "{total}"].iter().all(|number| run.matches(number).count() == 1), "{of}");
        assert!(language.affiliation_note.ends_with('.') && language.verification_note.ends_with('.'), "{of}");
        assert!(language.function_words.split(' ').count() > 100 && !language.function_words.contains("  "), "{of}");
        assert!(!language.before_month.is_empty() && !language.separators.is_empty(), "{of}");
        for wording in language.wordings.split('|') {
            assert_eq!(wording, wording.to_lowercase());
            assert!(wordings.insert(wording), "{wording} is two languages");
        }
        let is_english = language.primary() == "en";
        assert_eq!(language.counting.is_none(), is_english, "{of}");
        assert_eq!(language.plural.is_some(), is_english, "{of}");
    }
}

/// A language file without its table would be untested.
#[test]
fn every_language_has_a_table() {
    for language in ALL {
        let file =
            format!("{}/src/language/{}.rs", env!("CARGO_MANIFEST_DIR"), language.tag.to_lowercase().replace('-', "_"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains("table::hold;"), "{file} has no table");
    }
}

#[test]
fn a_tag_leads_to_the_nearest_language() {
    for (tag, expected) in [
        ("de", Some("de")),
        ("DE", Some("de")),
        ("de-AT", Some("de")),
        ("de_CH", Some("de")),
        ("de-Latn-DE-1996", Some("de")),
        ("en", Some("en")),
        ("en-US", Some("en")),
        ("en-CA", Some("en")),
        ("en-gb", Some("en-GB")),
        ("en-AU", Some("en-GB")),
        ("en-NZ", Some("en-GB")),
        ("en_IE", Some("en-GB")),
        ("en-Latn-ZA", Some("en-GB")),
        ("en-001", Some("en-GB")),
        ("fr-CA", Some("fr")),
        ("es-419", Some("es")),
        ("it-CH", Some("it")),
        ("pt", None),
        ("deu", None),
        ("d", None),
        ("", None),
        ("de-", None),
        ("de AT", None),
        ("German", None),
    ] {
        assert_eq!(Language::find(tag).map(|language| language.tag), expected, "{tag}");
    }
}

#[test]
fn a_recipient_without_a_region_gets_the_variety_of_the_campaign() {
    let british = Language::find("en-GB").expect("British English");
    for (tag, campaign, expected) in [
        ("", british, "en-GB"),
        ("en", british, "en-GB"),
        ("en-us", british, "en"),
        ("de-at", &ENGLISH, "de"),
        ("en", &ENGLISH, "en"),
    ] {
        assert_eq!(Language::of_recipient(tag, campaign).tag, expected, "{tag}");
    }
}

proptest! {
    #[test]
    fn every_number_has_words_and_no_two_numbers_have_the_same(
        a in prop_oneof![0..2_000_u64, 0..1_000_000_000_u64],
        b in prop_oneof![0..2_000_u64, 0..1_000_000_000_u64],
    ) {
        for language in ALL {
            for form in [NumberForm::Alone, NumberForm::Masculine, NumberForm::Feminine] {
                let words = |n| (language.number)(n, form).expect("below the limit");
                prop_assert!(!words(a).is_empty() && !words(a).contains("  ") && words(a).trim() == words(a));
                prop_assert_eq!(words(a) == words(b), a == b, "{:?}: {} and {}", language, a, b);
            }
            prop_assert_eq!((language.number)(1_000_000_000, NumberForm::Alone), None);
        }
    }

    #[test]
    fn any_text_is_addressed_without_panic(cells in prop::collection::vec("\\PC{0,12}", 5), tag in "\\PC{0,12}") {
        let [honorific, given, family, name, office] = [0, 1, 2, 3, 4].map(|at| cells[at].as_str());
        for language in ALL {
            let salutation = (language.salutation)(&Addressee { honorific, given, family, name, office });
            (language.closing)(&salutation.unwrap_or_else(|| office.to_owned()));
            (language.closing)(office);
            language.fill_names(&format!("%{office}%"), jiff::civil::date(2018, 1, 11));
        }
        let _ = Language::find(&tag);
    }
}
