//! Holds a language against a table of inputs and results; each language's tests have one.
//!
//! An input is a word and its arguments:
//!
//! ```text
//! to HONORIFIC/GIVEN/FAMILY/OFFICE   the salutation; "-" for none
//! close SALUTATION                   the closing
//! date 2018-01-11                    the date
//! number [m|f] 21                    the number in words
//! ordinal 3
//! list a/b/c
//! others N [and]                     the line for those beyond `max_listed`
//! withheld N [ONE MANY] [protected] [and]    the line for those withheld; `_` in a noun is a space
//! category NAME                      the nouns of an undeclared category
//! format FORMAT                      January 11, 2018 in this format
//! ```

use super::{Addressee, Language, NumberForm, Unnamed};
use std::collections::BTreeSet;

const INPUTS: [&str; 10] =
    ["to", "close", "date", "number", "ordinal", "list", "others", "withheld", "category", "format"];

/// Fails for every line that is wrong, and for a table that is too short or leaves something out.
#[track_caller]
pub(super) fn hold(language: &Language, table: &[(&str, &str)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(input, expected)| (input, expected, result(language, input)))
        .filter(|(_, expected, result)| *expected != result)
        .map(|(input, expected, result)| format!("{input}: {result:?}, expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{language:?}:\n{}", wrong.join("\n"));
    let covered: BTreeSet<&str> = table.iter().filter_map(|(input, _)| input.split(' ').next()).collect();
    let missing: Vec<&&str> = INPUTS.iter().filter(|input| !covered.contains(**input)).collect();
    assert!(table.len() >= 30 && missing.is_empty(), "{language:?}: {} lines, without {missing:?}", table.len());
}

fn result(language: &Language, input: &str) -> String {
    let (what, rest) = input.split_once(' ').unwrap_or((input, ""));
    let none = || "-".to_owned();
    let number = |text: &str| -> u64 { text.parse().expect("a number") };
    match what {
        "to" => {
            let mut cells = rest.split('/');
            let mut next = || cells.next().expect("four cells");
            let (honorific, given, family, office) = (next(), next(), next(), next());
            let name = if given.is_empty() { String::new() } else { format!("{given} {family}").trim().to_owned() };
            (language.salutation)(&Addressee { honorific, given, family, name: &name, office }).unwrap_or_else(none)
        }
        "close" => (language.closing)(rest),
        "date" => (language.date)(rest.parse().expect("a date")),
        "number" => {
            let (form, n) = match rest.split_once(' ') {
                Some(("m", n)) => (NumberForm::Masculine, n),
                Some((_, n)) => (NumberForm::Feminine, n),
                None => (NumberForm::Alone, rest),
            };
            (language.number)(number(n), form).unwrap_or_else(none)
        }
        "ordinal" => (language.ordinal)(number(rest)),
        "list" => language.list(&rest.split('/').map(str::to_owned).collect::<Vec<_>>()),
        "others" => (language.others)(&unnamed(rest, &[])),
        "withheld" => {
            let nouns: Vec<String> = rest
                .split(' ')
                .skip(1)
                .filter(|word| !["protected", "and"].contains(word))
                .map(|noun| noun.replace('_', " "))
                .collect();
            (language.withheld)(&unnamed(rest, &nouns))
        }
        "category" => (language.in_category)(rest).join(" / "),
        "format" => {
            let date = jiff::civil::date(2018, 1, 11);
            jiff::fmt::strtime::format(language.fill_names(rest, date), date).expect("a format")
        }
        _ => panic!("unknown input: {input}"),
    }
}

fn unnamed<'a>(rest: &str, nouns: &'a [String]) -> Unnamed<'a> {
    let mut words = rest.split(' ');
    let number = words.next().and_then(|number| number.parse().ok()).expect("a number");
    let nouns = if let [one, many] = nouns { Some([one.as_str(), many.as_str()]) } else { None };
    let has = |word: &str| rest.split(' ').any(|one| one == word);
    Unnamed { number, nouns, is_protected: has("protected"), follows: has("and") }
}
