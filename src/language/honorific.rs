//! Reads honorifics as lists of any language write them: "Ms.", "Frau Prof. Dr.", "Sig.ra".
//!
//! It must never guess a gender: neither from a given name nor from a title that both have.

/// The gender that an honorific states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// "Ms.", "Frau", "Mme".
    Woman,
    /// "Mr.", "Herr", "M.".
    Man,
}

/// What an honorific says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Honorific {
    /// The gender, if it says so.
    pub gender: Option<Gender>,
    /// Whether it has the title of a doctor.
    pub doctor: bool,
    /// Whether it has the title of a professor.
    pub professor: bool,
    /// Whether it has a word that is not known here, such as "Senator": it is then printed as it is.
    pub is_other: bool,
}

/// Words that state a gender, without full stops.
const WOMAN: &str = "ms mrs miss mme madame mlle mademoiselle frau sigra signora sra señora srta señorita";
const MAN: &str = "mr herr herrn hr m monsieur sig signor signore sr señor";
type Titles = [(&'static str, Option<Gender>); 3];

/// Titles, by gender.
const DOCTOR: &Titles = &[
    ("dr doctor doktor drs", None),
    ("dra doctora dottssa dottoressa docteure", Some(Gender::Woman)),
    ("dott dottor dottore", Some(Gender::Man)),
];
const PROFESSOR: &Titles = &[
    ("prof professor pr", None),
    ("profssa professoressa profa profesora professorin professeure", Some(Gender::Woman)),
    ("profesor professore", Some(Gender::Man)),
];
/// Words that say nothing: neither a gender nor a title.
const NEUTRAL: &str = "mx docteur professeur";

impl Honorific {
    /// Reads a cell.
    pub fn read(cell: &str) -> Honorific {
        let mut read = Honorific::default();
        for word in cell.split_whitespace().flat_map(split_titles) {
            let word: String = word.to_lowercase().chars().filter(|c| !".,".contains(*c)).collect();
            let is_in = |list: &str| list.split(' ').any(|known| known == word);
            let find = |titles: &'static Titles| titles.iter().find(|(words, _)| is_in(words));
            if word.is_empty() {
                continue;
            } else if is_in(WOMAN) {
                read.gender = Some(Gender::Woman);
            } else if is_in(MAN) {
                read.gender = Some(Gender::Man);
            } else if let Some((_, gender)) = find(DOCTOR) {
                read.doctor = true;
                read.gender = read.gender.or(*gender);
            } else if let Some((_, gender)) = find(PROFESSOR) {
                read.professor = true;
                read.gender = read.gender.or(*gender);
            } else if is_in(NEUTRAL) {
                read.doctor |= word == "docteur";
                read.professor |= word == "professeur";
            } else {
                read.is_other = true;
            }
        }
        read
    }
}

/// Splits titles written together: "Prof.Dr.". Other abbreviations with a full stop inside are one word: "Sig.ra".
fn split_titles(word: &str) -> [&str; 2] {
    let is_double = word.to_ascii_lowercase().starts_with("prof.dr");
    let (first, rest) = word.split_at(if is_double { "prof.".len() } else { word.len() });
    [first, rest]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honorifics_of_every_language_are_read() {
        use Gender::{Man, Woman};
        for (cell, gender, doctor, professor, is_other) in [
            ("Ms.", Some(Woman), false, false, false),
            ("Mrs", Some(Woman), false, false, false),
            ("MR", Some(Man), false, false, false),
            ("Mx.", None, false, false, false),
            ("Dr.", None, true, false, false),
            ("Frau", Some(Woman), false, false, false),
            ("Frau Dr.", Some(Woman), true, false, false),
            ("Herr Prof. Dr.", Some(Man), true, true, false),
            ("Prof.Dr.", None, true, true, false),
            ("Professorin", Some(Woman), false, true, false),
            ("Mme", Some(Woman), false, false, false),
            ("M.", Some(Man), false, false, false),
            ("Mme la Professeure", Some(Woman), false, true, true),
            ("Docteur", None, true, false, false),
            ("Sig.ra", Some(Woman), false, false, false),
            ("Sig.", Some(Man), false, false, false),
            ("Dott.ssa", Some(Woman), true, false, false),
            ("Dott.", Some(Man), true, false, false),
            ("Prof.ssa", Some(Woman), false, true, false),
            ("Sra.", Some(Woman), false, false, false),
            ("Sr.", Some(Man), false, false, false),
            ("Dra.", Some(Woman), true, false, false),
            ("Senator", None, false, false, true),
            ("Sir", None, false, false, true),
            ("", None, false, false, false),
        ] {
            assert_eq!(Honorific::read(cell), Honorific { gender, doctor, professor, is_other }, "{cell}");
        }
    }
}
