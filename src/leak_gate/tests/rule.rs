//! Where a word of a name is a leak, and where it is an ordinary word.

use super::*;

#[test]
fn a_dictionary_word_in_lower_case_is_ordinary_and_a_capital_is_not() {
    let gate = people(&["Hope Price", "Will Young", "Thi Quist", "Jolene Satterwhaite"]);
    for text in [
        "We hope you will pay a price while you are young.",
        "the prices of such hopes",
        "Children hope",
        "This is theirs",
    ] {
        assert!(found(&gate, text).is_empty(), "{text}");
    }
    for text in [
        "We thank Hope.",
        "Young people wrote it.",
        "HOPE",
        "hope's story",
        "the Prices",
        "jolene wrote",
        "mr young",
        "Dr. young",
        "hope2018",
        "a.young@mail.example",
        "https://example.org/hope",
        "@hope #hope hope_2.pdf hope.pdf",
        "We hope, price apart",
        "will young",
        "young, will",
        "hope P.",
        "H. price",
    ] {
        assert!(!found(&gate, text).is_empty(), "{text}");
    }
}

#[test]
fn function_words_and_months_in_dates_are_ordinary() {
    let gate = people(&["An Do", "May Quist", "June Four"]);
    for text in
        ["Do you hear? An answer. Four of us.", "In May of last year", "the memorandum of June 1982", "on 1 May"]
    {
        assert!(found(&gate, text).is_empty(), "{text}");
    }
    for text in ["An Do wrote", "Do, An", "We thank May.", "Ms. Four", "June told us"] {
        assert!(!found(&gate, text).is_empty(), "{text}");
    }
}

#[test]
fn words_of_two_people_beside_each_other_are_two_words() {
    let gate = people(&["Hope Quist", "Anders Price"]);
    assert!(found(&gate, "we hope price will fall").is_empty());
    assert_eq!(found(&people(&["Hope Price"]), "we hope price will fall"), ["hope price"]);
}

#[test]
fn a_joining_word_counts_beside_a_word_of_the_same_name() {
    let gate = Gate::new(
        [
            private(2, PrivateKind::Word, "Hope"),
            private(2, PrivateKind::Joiner, "Mba"),
            private(2, PrivateKind::Joiner, "van"),
        ],
        [],
        &[],
    );
    for text in ["an MBA and a van", "we hope so", "mba, van"] {
        assert!(found(&gate, text).is_empty(), "{text}");
    }
    for text in ["hope mba", "van hope", "Ms. Mba"] {
        assert!(!found(&gate, text).is_empty(), "{text}");
    }
}

#[test]
fn a_language_without_a_dictionary_has_no_ordinary_words() {
    let gate = people(&["Hope Quist"]);
    let in_language = |tag| {
        let language = crate::language::Language::find(tag);
        gate.search_text("we hope", Scope { language, ..Scope::default() }).leaks.len()
    };
    assert_eq!((in_language("en-GB"), in_language("it")), (0, 1));
}

#[test]
fn the_end_of_a_sentence_separates_two_words() {
    let gate = people(&["Day Price"]);
    assert_eq!(found(&gate, "at the end of the day. Price is what matters"), ["price"]);
}
