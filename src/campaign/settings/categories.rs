//! Reads `[categories]` and `[privacy] protect`: how the categories of the list are written, and which are protected.
//!
//! Every cell must match at most one category: two that share a name are an error.

use crate::campaign::keys::Table;
use crate::diagnostics::finding::nearest;
use crate::diagnostics::spans::{quoted, spans};
use crate::language;
use crate::people::category::{Categories, Category};

const EXAMPLE: &str = "{ one = \"survivor\", many = \"survivors\" }";

/// Reads the table `[categories]`.
pub(super) fn read(table: &Table<'_, '_>) -> Categories {
    let mut categories = Categories::default();
    table.each_named(EXAMPLE, |key, entry| {
        let (one, many) = (entry.required("one"), entry.required("many"));
        let protect = entry.boolean("protect").unwrap_or(false);
        let translations = language::ALL.into_iter().filter_map(|language| {
            let words = entry.table(language.tag);
            let translation = words.exists().then(|| (language, [words.required("one"), words.required("many")]));
            words.finish();
            translation
        });
        let translations = translations.collect();
        let category = Category { key: key.to_owned(), one, many, protect, translations };
        if category.names().any(|name| categories.get(name).is_some()) {
            let help = "give each category its own names, or merge the two";
            entry.reject(
                "one",
                "[categories] declares a name twice: two categories have the same key, one or many",
                help,
            );
        }
        categories.0.push(category);
    });
    categories
}

/// Reads `[privacy] protect`. If any category is declared, every entry must be declared.
pub(super) fn protect(privacy: &Table<'_, '_>, categories: &Categories) -> Vec<String> {
    let protect = privacy.texts("protect");
    let known = || categories.0.iter().flat_map(Category::names);
    for entry in protect.iter().filter(|entry| !categories.0.is_empty() && categories.get(entry).is_none()) {
        let help = match nearest(entry, known()) {
            Some(near) => spans!["did you mean ", quoted(near), "? Otherwise declare it in [categories]"],
            None => "declare it in [categories]".into(),
        };
        let what = spans!["[privacy] protect names ", quoted(entry), ", which is not in [categories]"];
        privacy.reject("protect", what, help);
    }
    protect
}
