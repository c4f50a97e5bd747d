//! How many letters were answered, by kind.
//!
//! A note is never shown: only the leak gate may decide whether it can be.

use crate::ledger::{Response, ResponseKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// "2 reply, 1 bounced".
pub(super) fn sentence(answers: &BTreeMap<String, Response>) -> String {
    let counts = ResponseKind::ALL.map(|kind| (kind, count(answers, kind)));
    let parts = counts.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| format!("{count} {}", kind.name()));
    parts.collect::<Vec<_>>().join(", ")
}

/// For JSON: every kind with its number.
pub(super) fn by_kind(answers: &BTreeMap<String, Response>) -> Map<String, Value> {
    ResponseKind::ALL.into_iter().map(|kind| (kind.name().to_owned(), json!(count(answers, kind)))).collect()
}

fn count(answers: &BTreeMap<String, Response>, kind: ResponseKind) -> usize {
    answers.values().filter(|answer| answer.kind == kind).count()
}
