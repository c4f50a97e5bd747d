//! The categories of a signatory list: how each is written, and which are protected.
//!
//! A cell belongs to a category if it is its key, its `one` or its `many`. A misspelt cell must never be guessed: it would
//! be moved into protection or out of it.

use super::signature::category_key;
use crate::language::{ENGLISH, Language};
use crate::text::pluralize::capitalized;

/// One category, as the table `[categories]` declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The name under which it is declared.
    pub key: String,
    /// The noun for one of its signatories: "service provider".
    pub one: String,
    /// The noun for several: "service providers".
    pub many: String,
    /// Whether its signatories are shown only if an adult's consent is recorded.
    pub protect: bool,
    /// The two nouns in other languages than the campaign's.
    pub translations: Vec<(&'static Language, [String; 2])>,
}

impl Category {
    /// Whether a cell means this category, regardless of case, hyphens and spaces.
    pub fn is(&self, cell: &str) -> bool {
        let cell = category_key(cell);
        self.names().any(|name| category_key(name) == cell)
    }

    /// Returns the nouns for one and for several in a language; `None` if they are not declared. `campaign` is the language of
    /// `one` and `many`.
    fn nouns_in(&self, language: &'static Language, campaign: &'static Language) -> Option<[&str; 2]> {
        let find = |is_meant: &dyn Fn(&Language) -> bool| {
            let found = self.translations.iter().find(|(known, _)| is_meant(known));
            found.map(|(_, [one, many])| [one.as_str(), many.as_str()])
        };
        let default = language.is_variety_of(campaign).then_some([&*self.one, &*self.many]);
        find(&|known| known == language).or(default).or_else(|| find(&|known| known.is_variety_of(language)))
    }

    /// Returns the texts that a cell can have.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&*self.key, &*self.one, &*self.many].into_iter()
    }
}

/// The declared categories, in the order of the file; empty if there is no table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Categories(pub Vec<Category>);

impl Categories {
    /// Returns the category that a cell means.
    pub fn get(&self, cell: &str) -> Option<&Category> {
        // Most cells are spelt as declared; to compare keys takes far longer.
        let is_spelt = |category: &&Category| category.names().any(|name| name == cell);
        self.0.iter().find(is_spelt).or_else(|| self.0.iter().find(|category| category.is(cell)))
    }

    /// Returns the name of a cell's category: the declared key, or the cell itself.
    pub fn name<'a>(&'a self, cell: &'a str) -> &'a str {
        self.get(cell).map_or(cell, |category| &category.key)
    }

    /// Returns the nouns for one and for several signatories of a category. An undeclared one may not be a noun, so it is
    /// quoted.
    pub fn nouns(&self, category: &str) -> (String, String) {
        match self.get(category) {
            Some(declared) => (declared.one.clone(), declared.many.clone()),
            None => (ENGLISH.in_category)(category).into(),
        }
    }

    /// Returns the nouns for one and for several signatories of a category in a language; the declared ones if they are not
    /// translated. `campaign` is the campaign's language.
    pub fn nouns_in(&self, category: &str, language: &'static Language, campaign: &'static Language) -> [String; 2] {
        match self.get(category) {
            Some(declared) => {
                let nouns = declared.nouns_in(language, campaign).unwrap_or([&*declared.one, &*declared.many]);
                nouns.map(str::to_owned)
            }
            None => (language.in_category)(category),
        }
    }

    /// Returns the heading over a category's signatures in a language.
    pub fn heading_in(&self, category: &str, language: &'static Language, campaign: &'static Language) -> String {
        match self.get(category) {
            Some(_) => capitalized(&self.nouns_in(category, language, campaign)[1]),
            None => capitalized(category),
        }
    }

    /// Returns the categories without nouns in a language.
    pub fn untranslated(
        &self,
        language: &'static Language,
        campaign: &'static Language,
    ) -> impl Iterator<Item = &Category> {
        self.0.iter().filter(move |category| category.nouns_in(language, campaign).is_none())
    }

    /// Returns a number of signatories in a category: "21 survivors", "2 signatories in the category “academia”".
    pub fn numbered(&self, n: usize, category: &str) -> String {
        let (one, many) = self.nouns(category);
        format!("{n} {}", if n == 1 { one } else { many })
    }

    /// Returns what several signatories are: "survivors", "in the category “academia”".
    pub fn predicate(&self, category: &str) -> String {
        self.get(category).map_or_else(|| format!("in the category “{category}”"), |declared| declared.many.clone())
    }

    /// Returns the heading over a category's signatures.
    pub fn heading(&self, category: &str) -> String {
        capitalized(self.get(category).map_or(category, |declared| &declared.many))
    }
}

/// How the campaign's policy protects a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Its signatories are shown as they asked.
    Open,
    /// Any name, even a pseudonym, is shown only if an adult's consent is recorded.
    Protected,
    /// Other categories are protected, and this one is not declared: an error, and withheld until then.
    Undeclared,
}

#[cfg(test)]
impl Categories {
    /// Creates unprotected categories from their key, which is also `one`, and their `many`.
    pub(crate) fn of(nouns: &[(&str, &str)]) -> Categories {
        let category = |(one, many): &(&str, &str)| Category {
            key: (*one).to_owned(),
            one: (*one).to_owned(),
            many: (*many).to_owned(),
            protect: false,
            translations: Vec::new(),
        };
        Categories(nouns.iter().map(category).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_matched_by_its_declared_names_only() {
        let category = |key: &str, one: &str, many: &str| {
            let [key, one, many] = [key, one, many].map(str::to_owned);
            Category { key, one, many, protect: false, translations: Vec::new() }
        };
        let all = Categories(vec![
            category("survivor", "person with lived experience", "people with lived experience"),
            category("NGO", "non-profit", "non-profits"),
        ]);
        for cell in ["survivor", "SURVIVOR", "People with lived-experience"] {
            assert_eq!(all.name(cell), "survivor", "{cell}");
        }
        for cell in ["survivors", "survivr", "survivor/expert", "ngos", "Überlebende", ""] {
            assert_eq!((all.get(cell), all.name(cell)), (None, cell));
        }
        assert_eq!(all.numbered(1, "survivor"), "1 person with lived experience");
        assert_eq!(all.numbered(2, "ngo"), "2 non-profits");
        assert_eq!(all.numbered(1, "academia"), "1 signatory in the category “academia”");
        assert_eq!(all.numbered(2, "academia"), "2 signatories in the category “academia”");
        assert_eq!(["ngo", "academia"].map(|name| all.heading(name)), ["Non-profits", "Academia"]);
        assert_eq!(["ngo", "academia"].map(|name| all.predicate(name)), ["non-profits", "in the category “academia”"]);
    }
}
