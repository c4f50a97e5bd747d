//! How names are shortened, in many scripts; a shortened name must never tell more than it says.

use super::*;
use proptest::prelude::*;

fn whole(full: &str) -> Name<'_> {
    Name { full, given: "", family: "" }
}

fn given_initial(full: &str) -> String {
    whole(full).given_initial(Guess::FirstWord).unwrap_or_default()
}

fn initials(full: &str) -> String {
    whole(full).initials().unwrap_or_default()
}

fn parts<'a>(full: &'a str, given: &'a str, family: &'a str) -> String {
    Name { full, given, family }.given_initial(Guess::Nothing).unwrap_or_default()
}

#[test]
fn a_family_name_is_cut_to_its_initial() {
    assert_eq!(given_initial("Maria Rossi"), "Maria R.");
    assert_eq!(given_initial("Rossi, Maria"), "Maria R.");
    assert_eq!(given_initial("Dr. Maria Rossi Jr."), "Maria R.");
    assert_eq!(given_initial("Maria Rossi (she/her)"), "Maria R.");
    assert_eq!(given_initial("MARIA ROSSI"), "MARIA R.");
    assert_eq!(given_initial("LaToya Rossi"), "LaToya R.");
    assert_eq!(given_initial("Jean-Pierre Dupont"), "Jean-Pierre D.");
    assert_eq!(given_initial("Дарья Орлова"), "Дарья О.");
    assert_eq!(parts("Maria Luisa Rossi", "Maria Luisa", "Rossi"), "Maria Luisa R.");
    assert_eq!(parts("王小明", "小明", "王"), "小明");
}

#[test]
fn every_word_of_a_name_has_its_initial() {
    for (name, expected) in [
        ("Maria Rossi", "M. R."),
        ("Rossi, Maria Luisa", "M. L. R."),
        ("maria rossi", "M. R."),
        ("Jean-Pierre Dupont", "J.-P. D."),
        ("Ana de la Cruz", "A. C."),
        ("de la Cruz, Ana", "A. C."),
        ("E\u{301}mile O'Brien", "É. O."),
        ("ﬁona Ｍay", "F. M."),
        ("jolene Rossi", "J. R."),
        ("Ω", "Ω."),
        ("Madonna", "M."),
        ("Dr. Maria Rossi", "M. R."),
        ("Maria Rossi, PhD", "M. R."),
        ("محمد علي", "م. ع."),
        ("ნინო ბერიძე", "ნ. ბ."),
        ("प्रिया शर्मा", "प. श."),
    ] {
        assert_eq!(initials(name), expected, "{name}");
    }
}

#[test]
fn a_script_in_which_a_sign_can_be_a_name_has_no_initials() {
    for name in
        ["王小明", "王 小明", "山田 太郎", "김 민지", "\u{1100}\u{1175}\u{11B7} 민지", "श्री", "李 Anna", "ゆき", "— !"]
    {
        assert_eq!(whole(name).initials(), None, "{name}");
        assert_eq!(whole(name).given_initial(Guess::FirstWord), None, "{name}");
    }
}

#[test]
fn a_doubtful_name_is_cut_to_initials_altogether() {
    for (name, expected) in [
        ("Madonna", "M."),
        ("KOVÁCS Anna", "K. A."),
        ("Maria Rossi, PhD", "M. R."),
        ("García López, María", "G. L."),
        ("Rossi, PhD", "R."),
        ("Rossi, Maria, Rome", "R."),
        ("de la Cruz Ana", "C. A."),
        ("محمد علي", "م. ع."),
        ("Satterwhaite J.", "S. J."),
        ("Satterwhaite J. R.", "S. J. R."),
        ("Satterwhaite PhD", "S."),
        ("Satterwhaite Ph.D.", "S."),
        ("Satterwhaite Jr.", "S."),
        ("Satterwhaite Mrs", "S."),
        ("Satterwhaite (Ms.)", "S."),
        ("Satterwhaite (she / her)", "S."),
        ("Satterwhaite [Jolene]", "S."),
        ("Satterwhaite LMFT", "S. L."),
        ("Satterwhaite M.A.", "S. M."),
        ("Satterwhaite –", "S."),
        ("Jolene_Satterwhaite Ann", "J. A."),
        ("JoleneSatterwhaite Ann", "J. A."),
        ("Satterwhaite/Quill Ann", "S. A."),
        ("Ms. Satterwhaite", "S."),
    ] {
        assert_eq!(given_initial(name), expected, "{name}");
    }
    assert_eq!(whole("Maria Rossi").given_initial(Guess::Nothing).as_deref(), Some("M. R."));
}

#[test]
fn a_second_family_name_is_not_taken_for_a_given_name() {
    assert_eq!(given_initial("Ana García López"), "Ana L.");
}

#[test]
fn a_given_name_that_holds_the_family_name_is_not_shown() {
    assert_eq!(parts("Maria Rossi", "Maria Rossi", "Rossi"), "M. R. R.");
    assert_eq!(parts("Maria Rossi (chair)", "Maria Rossi", "Rossi"), "M. R. R.");
    assert_eq!(parts("王小明 先生", "王小明", "王"), "");
    assert_eq!(parts("Maria Rossi", "Maria Rossi", ""), "M. R.");
    assert_eq!(parts("Maria Rossi", "Maria", ""), "Maria");
    assert_eq!(parts("Maria Rossi", "", "Rossi"), "R.");
    assert_eq!(parts("王小明", "王小明", "王"), "");
    assert_eq!(parts("Madonna", "Madonna", ""), "M.");
}

#[test]
fn a_full_name_is_filed_under_its_last_word() {
    assert_eq!(whole("Maria Luisa Rossi").sort_name(), "Rossi");
    assert_eq!(whole("Rossi, Maria").sort_name(), "Rossi");
    assert_eq!(whole("Maria Rossi, PhD").sort_name(), "Rossi");
    assert_eq!(Name { full: "Nagy Anna", given: "", family: "Nagy" }.sort_name(), "Nagy");
    assert_eq!(whole(",").sort_name(), ",");
}

proptest! {
    #[test]
    fn initials_of_any_text_are_single_letters(full in "\\PC{0,24}", given in "\\PC{0,8}", family in "\\PC{0,8}") {
        for name in [whole(&full), Name { full: &full, given: &given, family: &family }] {
            if let Some(initials) = name.initials() {
                for part in initials.split([' ', '-']) {
                    let letter = part.strip_suffix('.').expect("an initial ends with a full stop");
                    prop_assert_eq!(letter.graphemes(true).count(), 1, "{:?}", part);
                }
            }
        }
    }

    #[test]
    fn a_given_name_and_initial_never_show_the_family_name(
        given in "[A-ZÀ-Þ][a-z]{1,6}( [A-Z][a-z]{1,6})?", family in "(de |van )?[A-ZÀ-Þ][a-z]{1,6}(-[A-Z][a-z]{1,6})?",
    ) {
        let full = format!("{given} {family}");
        for name in [whole(&full), Name { full: &full, given: &given, family: &family }] {
            // By chance a word is a title or a suffix, such as "Dr" or "Jr", and there is nothing left to show.
            let Some(shown) = name.given_initial(Guess::FirstWord) else { continue };
            for word in words(&family).filter(|word| word.chars().count() > 1 && !["de", "van"].contains(&&**word)) {
                prop_assert!(!words(&shown).any(|part| part == word), "{} shows {}", shown, word);
            }
        }
    }
}
