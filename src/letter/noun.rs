//! English nouns as headings and sentences need them: in the plural, in the singular, and with a capital.

/// The English plural of a noun or of a noun with what belongs to it: "service provider", "member of parliament". A
/// word that is a plural already, or is none of the Latin alphabet, stays as it is.
pub fn plural(noun: &str) -> String {
    let (before, word, rest) = parts(noun);
    format!("{before}{}{rest}", plural_word(word))
}

/// The English singular of a noun that a list has in the plural: "service providers" is "service provider". A noun in the
/// singular stays as it is, and so does one of which it is not clear.
pub fn singular(noun: &str) -> String {
    let (before, word, rest) = parts(noun);
    match singular_word(word) {
        Some(singular) if plural_word(&singular) == word => format!("{before}{singular}{rest}"),
        _ => noun.to_owned(),
    }
}

/// What stands before the word that takes the plural, the word, and what belongs to it: of "member of parliament", the
/// member is the noun.
fn parts(noun: &str) -> (&str, &str, &str) {
    let head = [" of ", " for ", " in ", " at ", " against "].iter().filter_map(|link| noun.find(link)).min();
    let (noun, rest) = noun.split_at(head.unwrap_or(noun.len()));
    let (before, word) = noun.split_at(noun.rfind([' ', '-']).map_or(0, |at| at + 1));
    (before, word, rest)
}

/// Nouns whose plural follows no rule, and plurals that do not look like one.
const IRREGULAR: [(&str, &str); 19] = [
    ("person", "people"),
    ("people", "people"),
    ("child", "children"),
    ("children", "children"),
    ("clergy", "clergy"),
    ("faculty", "faculty"),
    ("police", "police"),
    ("staff", "staff"),
    ("youth", "youth"),
    ("foot", "feet"),
    ("wife", "wives"),
    ("life", "lives"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("echo", "echoes"),
    ("alumnus", "alumni"),
    ("analysis", "analyses"),
    ("crisis", "crises"),
    ("men", "men"),
];

fn plural_word(word: &str) -> String {
    let lower = word.to_lowercase();
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == lower) {
        let capital = word.chars().next().filter(|c| c.is_uppercase());
        return capital.map_or_else(|| (*plural).to_owned(), |_| capitalised(plural));
    }
    if !word.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return word.to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    // "woman", but not "human" and its like.
    if ends(&["man"]) && !["human", "german", "roman", "talisman", "shaman"].contains(&&*lower) {
        return format!("{}en", &word[..word.len() - 2]);
    }
    if ends(&["women"]) || ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        return word.to_owned();
    }
    if ends(&["s", "x", "z", "ch", "sh"]) {
        return format!("{word}es");
    }
    if ends(&["y"]) && !ends(&["ay", "ey", "iy", "oy", "uy"]) && lower.len() > 1 {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    format!("{word}s")
}

/// Nouns that end as plurals do and have no other form.
const BOTH: [&str; 7] = ["barracks", "headquarters", "means", "news", "politics", "series", "species"];

fn singular_word(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let irregular = IRREGULAR.iter().find(|(singular, plural)| *plural == lower && singular != plural);
    if let Some((singular, _)) = irregular {
        return Some(if word.starts_with(char::is_uppercase) { capitalised(singular) } else { (*singular).to_owned() });
    }
    let stem = |cut: usize| lower.is_ascii().then(|| &word[..word.len() - cut]);
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if BOTH.contains(&&*lower) || ends(&["ss", "us", "is"]) {
        None
    } else if ends(&["men"]) {
        stem(2).map(|stem| format!("{stem}an"))
    } else if ends(&["ies"]) {
        stem(3).map(|stem| format!("{stem}y"))
    } else if ends(&["sses", "xes", "ches", "shes"]) || ends(&["uses"]) && !ends(&["auses", "ouses"]) {
        stem(2).map(str::to_owned)
    } else if ends(&["s"]) {
        stem(1).map(str::to_owned)
    } else {
        None
    }
}

/// A text with its first letter as a capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nouns_take_their_plural() {
        for (noun, expected) in [
            ("survivor", "survivors"),
            ("service provider", "service providers"),
            ("charity", "charities"),
            ("attorney", "attorneys"),
            ("Church", "Churches"),
            ("campus", "campuses"),
            ("person", "people"),
            ("Person", "People"),
            ("spokeswoman", "spokeswomen"),
            ("human", "humans"),
            ("NGO", "NGOs"),
            ("member of parliament", "members of parliament"),
            ("advocate for children", "advocates for children"),
            ("co-author", "co-authors"),
            ("young person", "young people"),
            ("", ""),
        ] {
            assert_eq!(plural(noun), expected);
        }
    }

    #[test]
    fn a_plural_stays_one_and_other_alphabets_are_left_alone() {
        for noun in ["survivors", "charities", "people", "women", "staff", "активист", "支援者"] {
            assert_eq!(plural(noun), noun);
        }
    }

    #[test]
    fn a_plural_has_its_singular_and_a_singular_stays_one() {
        for noun in [
            "survivor",
            "service provider",
            "charity",
            "attorney",
            "Church",
            "campus",
            "house",
            "nurse",
            "Person",
            "child",
            "spokeswoman",
            "member of parliament",
            "advocate for children",
            "business",
            "NGO",
            "wife",
        ] {
            assert_eq!(singular(&plural(noun)), noun);
            assert_eq!(singular(noun), noun);
        }
        for noun in ["news", "staff", "series", "bus", "活動家", "активисты", "", "s"] {
            assert_eq!(singular(noun), noun);
        }
    }

    proptest! {
        #[test]
        fn a_singular_that_is_told_has_this_plural(noun in "[a-zé -]{0,12}") {
            let singular = singular(&noun);
            prop_assert!(singular == noun || plural(&singular) == noun);
        }

        #[test]
        fn any_text_has_a_plural_that_begins_like_it(noun in "\\PC{0,20}") {
            let plural = plural(&noun);
            prop_assert_eq!(noun.is_empty(), plural.is_empty());
        }
    }
}
