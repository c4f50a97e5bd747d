//! A group of the roll as a letter in one language prints it.
//!
//! It holds only what a [`Group`] holds, and the campaign's and the language's own words.

use super::{Group, Roll};
use crate::language::{Language, Unnamed};
use crate::people::category::Categories;
use crate::people::signature::Signature;
use serde::Serialize;

/// The values of a group in a template.
#[derive(Debug, Serialize)]
pub struct PrintedGroup<'a> {
    category: &'a str,
    /// The heading, such as "Service providers"; empty if the category is.
    pub(crate) heading: String,
    /// The noun for one of the category: "service provider".
    one: String,
    /// The noun for several.
    many: String,
    pub(crate) count: usize,
    listed: usize,
    withheld: usize,
    protected: bool,
    others: usize,
    /// "and 412 others"; empty if there are none.
    pub(crate) others_line: String,
    /// "and 3 survivors whose names are withheld for their safety"; empty if there are none.
    pub(crate) withheld_line: String,
    pub(crate) signatures: &'a [Signature],
    persons: &'a [Signature],
    organisations: &'a [Signature],
}

impl Roll {
    /// Returns the groups as a letter in this language prints them. `campaign` is the language of the categories' nouns that
    /// have no translation.
    pub fn printed<'a>(
        &'a self,
        categories: &Categories,
        language: &'static Language,
        campaign: &'static Language,
    ) -> Vec<PrintedGroup<'a>> {
        self.groups.iter().map(|group| group.printed(categories, language, campaign)).collect()
    }
}

impl Group {
    /// Returns the group as a letter in this language prints it.
    pub fn printed(
        &self,
        categories: &Categories,
        language: &'static Language,
        campaign: &'static Language,
    ) -> PrintedGroup<'_> {
        let [one, many] = categories.nouns_in(&self.category, language, campaign);
        let line = |number: usize, follows: bool, write: fn(&Unnamed<'_>) -> String| {
            let nouns = (!self.category.is_empty()).then_some([&*one, &*many]);
            let unnamed = Unnamed { number, nouns, is_protected: self.protected, follows };
            if number == 0 { String::new() } else { write(&unnamed) }
        };
        let (persons, organisations) = self.by_kind();
        PrintedGroup {
            others_line: line(self.others, self.listed > 0, language.others),
            withheld_line: line(self.withheld, self.listed + self.others > 0, language.withheld),
            category: &self.category,
            heading: categories.heading_in(&self.category, language, campaign),
            count: self.count,
            listed: self.listed,
            withheld: self.withheld,
            protected: self.protected,
            others: self.others,
            signatures: &self.signatures,
            persons,
            organisations,
            one,
            many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::ENGLISH;
    use crate::people::category::Category;

    fn german() -> &'static Language {
        Language::find("de").expect("German")
    }

    fn categories() -> Categories {
        let category = |key: &str, many: &str, translation: Option<[&str; 2]>| Category {
            key: key.to_owned(),
            one: key.to_owned(),
            many: many.to_owned(),
            protect: false,
            translations: translation.map(|nouns| (german(), nouns.map(str::to_owned))).into_iter().collect(),
        };
        Categories(vec![
            category("survivor", "survivors", Some(["Überlebende", "Überlebende"])),
            category("charity", "charities", None),
        ])
    }

    fn group(category: &str, listed: usize, others: usize, withheld: usize, protected: bool) -> Roll {
        let count = listed + others + withheld;
        let category = category.to_owned();
        let signatures = Vec::new();
        let group = Group { category, count, listed, withheld, protected, others, signatures };
        Roll { groups: vec![group], ..Roll::default() }
    }

    fn lines(roll: &Roll, language: &'static Language) -> [String; 3] {
        let group = roll.printed(&categories(), language, &ENGLISH).remove(0);
        [group.heading, group.others_line, group.withheld_line]
    }

    #[test]
    fn a_group_is_in_the_language_of_its_letter() {
        let roll = group("Survivor", 2, 5, 3, true);
        let english = ["Survivors", "and 5 others", "and 3 survivors whose names are withheld for their safety"];
        assert_eq!(lines(&roll, &ENGLISH), english);
        let in_german = "sowie 3 Überlebende, deren Namen zu ihrem Schutz nicht genannt werden";
        assert_eq!(lines(&roll, german()), ["Überlebende", "sowie 5 weitere Unterschriften", in_german]);
    }

    #[test]
    fn a_noun_without_a_translation_and_a_cell_that_is_no_noun_stay_as_they_are() {
        let charities = lines(&group("charity", 0, 0, 2, false), german());
        assert_eq!(charities, ["Charities", "", "2 charities, deren Namen nicht genannt werden"]);
        let undeclared = lines(&group("Forschung", 1, 0, 2, false), german());
        let withheld = "sowie 2 Unterzeichnende in der Kategorie „Forschung“, deren Namen nicht genannt werden";
        assert_eq!(undeclared, ["Forschung", "", withheld]);
        let none = lines(&group("", 1, 0, 1, false), &ENGLISH);
        assert_eq!(none, ["", "", "and 1 more whose name is withheld"]);
    }
}
