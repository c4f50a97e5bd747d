//! English nouns as headings and sentences need them: in the plural, in the singular, and with a capital.
//!
//! A category is whatever a list has in a column, and need be no noun that can be counted: "academia", "survivor/expert".
//! Such a one is named, not counted: "2 signatories in the category “academia”".

/// The English plural of a noun or of a noun with what belongs to it: "service provider", "member of parliament". A
/// word that is a plural already, or is not English by its letters, stays as it is; and so does what cannot be counted.
pub fn plural(noun: &str) -> String {
    if is_label(noun) || is_mass(noun) {
        return noun.to_owned();
    }
    let (before, word, rest) = parts(noun);
    format!("{before}{}{rest}", plural_word(word))
}

/// The English singular of a noun that a list has in the plural: "service providers" is "service provider". A noun in the
/// singular stays as it is, and so does one of which it is not clear.
pub fn singular(noun: &str) -> String {
    if is_label(noun) {
        return noun.to_owned();
    }
    let (before, word, rest) = parts(noun);
    match singular_word(word) {
        Some(singular) if plural_word(&singular) == word => format!("{before}{singular}{rest}"),
        _ => noun.to_owned(),
    }
}

/// Whether a number can stand before a category. The lint's own units are no name for a part of them, and "3 2nd
/// generations" are two numbers.
pub fn is_countable(category: &str) -> bool {
    let one = singular(category).to_lowercase();
    let word = parts(category).1;
    let is_english = word.ends_with(|c: char| c.is_ascii_alphabetic()) && !is_foreign(word);
    is_english
        && !category.trim_start().starts_with(char::is_numeric)
        && !category.contains('(')
        && !is_label(category)
        && !is_mass(category)
        && !UNITS.contains(&&*one)
}

/// So many of a category, in the middle of a sentence: "1 survivor", "2 signatories in the category “academia”".
pub fn of_category(n: usize, category: &str) -> String {
    match (is_countable(category), n) {
        (true, 1) => format!("1 {}", common(&singular(category))),
        (true, _) => format!("{n} {}", common(&plural(category))),
        (false, 1) => format!("1 signatory in the category “{category}”"),
        (false, _) => format!("{n} signatories in the category “{category}”"),
    }
}

/// What several of a category are: "survivors", "in the category “academia”".
pub fn are_of_category(category: &str) -> String {
    if is_countable(category) { common(&plural(category)) } else { format!("in the category “{category}”") }
}

/// A noun in the middle of a sentence: without the capital that the list gave it, unless that may be a name's own. It is
/// where other capitals stand in it, and in the peoples and faiths that a letter is signed by.
fn common(noun: &str) -> String {
    let mut letters = noun.chars();
    let first = letters.next().unwrap_or_default();
    let word = noun.split([' ', '-']).next().unwrap_or_default().to_lowercase();
    let is_name = letters.clone().any(char::is_uppercase)
        || ["i", "english", "french", "german", "dutch", "muslim", "catholic", "hindu", "sikh"]
            .contains(&singular_or(&word))
        || word.len() < noun.len() && ["an", "ish", "ese"].iter().any(|end| word.ends_with(end))
        || ["american", "european", "african", "asian", "christian", "buddhist"].contains(&singular_or(&word));
    if is_name { noun.to_owned() } else { first.to_lowercase().chain(letters).collect() }
}

fn singular_or(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// Units of the numbers themselves; "others" are those besides the sender, and those beyond the roll.
const UNITS: [&str; 6] = ["other", "signatory", "person", "individual", "organisation", "organization"];

/// Names of a field of work or of a whole, which have no plural that means several who sign.
const MASSES: &str = "academia advocacy care education enforcement entertainment finance government health healthcare industry     justice labor labour law media medicine military policy press public research science security society technology work";

/// Whether a noun is none of several, but of a whole: "mental health", "civil society", "journalism".
fn is_mass(noun: &str) -> bool {
    let word = parts(noun).1.to_lowercase();
    MASSES.split_whitespace().any(|mass| mass == word) || ["ism", "ology", "hood"].iter().any(|end| word.ends_with(end))
}

/// Whether a word is not English by its letters: "Ärztin". What English has from languages with its own plural has those
/// of "fiancée" and "señor".
fn is_foreign(word: &str) -> bool {
    word.chars()
        .any(|c| c.is_alphabetic() && !c.is_ascii() && !"áàâãçéèêëíîïñóôõúû".contains(&*c.to_lowercase().to_string()))
}

/// Whether a text is more than one noun, or none: "survivor/expert", "survivors and allies".
fn is_label(text: &str) -> bool {
    let stands_in_nouns = |c: char| !c.is_ascii_punctuation() || "-'.()_".contains(c);
    !text.chars().all(stands_in_nouns)
        || text.split([' ', '_']).any(|word| ["and", "or"].contains(&&*word.to_lowercase()))
}

/// What belongs to the noun before it: of "member of parliament", the member is the noun.
const LINKS: [&str; 19] = [
    " of ",
    " for ",
    " in ",
    " at ",
    " against ",
    " with ",
    " without ",
    " from ",
    " to ",
    " on ",
    " by ",
    " under ",
    " who ",
    " whose ",
    " (",
    "-in-law",
    "-in-chief",
    "-at-large",
    "-in-residence",
];

/// What stands before the word that takes the plural, the word, and what belongs to it.
fn parts(noun: &str) -> (&str, &str, &str) {
    let head = LINKS.iter().filter_map(|link| noun.find(link)).min();
    let (noun, rest) = noun.split_at(head.unwrap_or(noun.len()));
    let (before, word) = noun.split_at(noun.rfind([' ', '-']).map_or(0, |at| at + 1));
    (before, word, rest)
}

/// Nouns whose plural follows no rule, and plurals that do not look like one.
const IRREGULAR: [(&str, &str); 25] = [
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
    ("alumna", "alumnae"),
    ("alumni", "alumni"),
    ("alumnae", "alumnae"),
    ("thief", "thieves"),
    ("wolf", "wolves"),
    ("leaf", "leaves"),
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
    if !word.ends_with(|c: char| c.is_ascii_alphabetic()) || is_foreign(word) {
        return word.to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    // "midwife", "grandchild"
    if ends(&["wife"]) {
        return format!("{}ves", &word[..word.len() - 2]);
    }
    if ends(&["child"]) {
        return format!("{word}ren");
    }
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
    } else if ends(&["children"]) {
        stem(3).map(str::to_owned)
    } else if ends(&["wives"]) {
        stem(3).map(|stem| format!("{stem}fe"))
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
pub(crate) fn capitalised(text: &str) -> String {
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
            ("person with lived experience", "people with lived experience"),
            ("Person with disabilities", "People with disabilities"),
            ("parent from the regions", "parents from the regions"),
            ("survivor (adult)", "survivors (adult)"),
            ("mother-in-law", "mothers-in-law"),
            ("stay-at-home parent", "stay-at-home parents"),
            ("thief", "thieves"),
            ("midwife", "midwives"),
            ("grandchild", "grandchildren"),
            ("alumna", "alumnae"),
            ("fiancée", "fiancées"),
            ("", ""),
        ] {
            assert_eq!(plural(noun), expected);
        }
    }

    #[test]
    fn a_plural_stays_one_and_other_alphabets_are_left_alone() {
        for noun in [
            "survivors",
            "charities",
            "people",
            "women",
            "staff",
            "активист",
            "支援者",
            "academia",
            "mental health",
            "clergy",
            "survivor/expert",
            "survivor & ally",
            "survivors and allies",
            "people with lived experience",
            "mothers-in-law",
            "alumni",
            "Alumnae",
            "Ärztin",
        ] {
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
            "thief",
            "midwife",
            "grandchild",
            "mother-in-law",
            "person with lived experience",
        ] {
            assert_eq!(singular(&plural(noun)), noun);
            assert_eq!(singular(noun), noun);
        }
        for noun in ["news", "staff", "series", "bus", "活動家", "активисты", "", "s"] {
            assert_eq!(singular(noun), noun);
        }
    }

    #[test]
    fn so_many_of_a_category_are_told_as_one_says_it() {
        for (n, category, expected) in [
            (1, "survivors", "1 survivor"),
            (2, "Survivor", "2 survivors"),
            (2, "Ally", "2 allies"),
            (2, "Other", "2 signatories in the category “Other”"),
            (2, "NGO", "2 NGOs"),
            (2, "McKenna fellow", "2 McKenna fellows"),
            (2, "Catholic priest", "2 Catholic priests"),
            (2, "Italian lawyer", "2 Italian lawyers"),
            (2, "clergy", "2 clergy"),
            (2, "people with lived experience", "2 people with lived experience"),
            (1, "people with lived experience", "1 person with lived experience"),
            (2, "academia", "2 signatories in the category “academia”"),
            (1, "Mental health", "1 signatory in the category “Mental health”"),
            (1, "survivors and allies", "1 signatory in the category “survivors and allies”"),
            (2, "survivor/expert", "2 signatories in the category “survivor/expert”"),
            (2, "survivor (adult)", "2 signatories in the category “survivor (adult)”"),
            (2, "Organisation", "2 signatories in the category “Organisation”"),
            (1, "alumni", "1 alumnus"),
            (3, "Alumni", "3 alumni"),
            (3, "2nd generation", "3 signatories in the category “2nd generation”"),
            (3, "Ärztin", "3 signatories in the category “Ärztin”"),
            (2, "активист", "2 signatories in the category “активист”"),
        ] {
            assert_eq!(of_category(n, category), expected);
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
