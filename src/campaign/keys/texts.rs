//! Reads tables of texts in the settings: the headers of columns, the values of cells.
//!
//! This module must not know what a key means.

use super::Table;
use std::collections::BTreeMap;
use toml::de::DeValue;

impl Table<'_, '_> {
    /// A text; `None` for another type, which is not reported.
    pub(in crate::campaign) fn text_quietly(&self, key: &'static str) -> Option<String> {
        match self.find(key)?.1 {
            DeValue::String(text) => Some(text.trim().to_owned()),
            _ => None,
        }
    }

    /// Texts by key, in the order of the keys; `None` for another type, which is not reported.
    pub(in crate::campaign) fn pairs_quietly(&self, key: &'static str) -> Option<BTreeMap<String, String>> {
        texts_by_key(self.find(key)?.1)
    }

    /// Texts by key, in the order of the keys.
    pub(in crate::campaign) fn pairs(&self, key: &'static str) -> BTreeMap<String, String> {
        let Some((span, _)) = self.find(key) else { return BTreeMap::new() };
        self.pairs_quietly(key).unwrap_or_else(|| {
            self.wrong_type(span, key, "a table of texts", "{ email = \"E-mail\" }");
            BTreeMap::new()
        })
    }

    /// Tables of texts by key, in the order of the keys.
    pub(in crate::campaign) fn pairs_by_key(&self, key: &'static str) -> BTreeMap<String, BTreeMap<String, String>> {
        let Some((span, value)) = self.find(key) else { return BTreeMap::new() };
        let read = match value {
            DeValue::Table(entries) => entries
                .iter()
                .map(|(name, value)| Some((name.get_ref().clone().into_owned(), texts_by_key(value.get_ref())?)))
                .collect(),
            _ => None,
        };
        read.unwrap_or_else(|| {
            self.wrong_type(span, key, "a table of tables of texts", "{ display = { \"Full name\" = \"full\" } }");
            BTreeMap::new()
        })
    }
}

fn texts_by_key(value: &DeValue<'_>) -> Option<BTreeMap<String, String>> {
    let DeValue::Table(entries) = value else { return None };
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        _ => None,
    };
    entries.iter().map(|(name, value)| Some((name.get_ref().clone().into_owned(), text(value.get_ref())?))).collect()
}
