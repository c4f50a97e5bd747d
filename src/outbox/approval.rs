//! `approval.toml`: who approved exactly these letters.
//!
//! An approval is valid only for the manifest whose digest it names; nothing here may transfer one to another.

use super::folder::{self, OutboxPaths};
use super::{Outbox, OutboxError, digest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;
use toml::value::Datetime;

const FILE: &str = "approval.toml";

/// A person's approval of the letters of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Who approved.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The digest of the manifest that they reviewed.
    pub manifest: String,
    /// How many letters it has.
    pub letters: u32,
}

/// Whether the letters are approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approved {
    /// These people have approved this manifest.
    By(Vec<Approval>),
    /// Nobody has.
    No,
    /// Another manifest was approved.
    Undone,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    approval: Vec<Statement>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    by: String,
    at: Datetime,
    manifest: String,
    letters: u32,
}

impl Outbox {
    /// All recorded approvals, the oldest first.
    pub fn approvals(&self) -> Result<Vec<Approval>, OutboxError> {
        let path = self.dir.join(FILE);
        let document: Document = read(&path)?.unwrap_or_default();
        let parse = |statement: Statement| {
            Some(Approval {
                by: statement.by,
                at: statement.at.to_string().parse().ok()?,
                manifest: statement.manifest,
                letters: statement.letters,
            })
        };
        document.approval.into_iter().map(parse).collect::<Option<_>>().ok_or_else(|| OutboxError::Damaged {
            path,
            line: None,
            why: "a time has no time zone".into(),
        })
    }

    /// Records that a person approves the letters, durably. If they already have, returns that approval and records nothing.
    /// The caller has checked the letters with [`Outbox::verify`].
    pub fn approve(&self, by: &str, at: Timestamp) -> Result<Approval, OutboxError> {
        let by = by.trim();
        if by.is_empty() || by.contains(char::is_control) {
            return Err(OutboxError::Text { what: "approver's name", why: "is empty or has a control character" });
        }
        let _lock = OutboxPaths::of(&self.dir)?.lock()?;
        let manifest = self.manifest_path();
        let now = File::open(&manifest).and_then(|mut file| digest::of_file(&mut file));
        if now.map_err(OutboxError::io("read", &manifest))? != self.digest {
            return Err(self.manifest_changed());
        }
        let mut approvals = self.approvals()?;
        if let Some(already) = approvals.iter().find(|approval| approval.by == by && self.is_of(approval)) {
            return Ok(already.clone());
        }
        let approval = Approval { by: by.to_owned(), at, manifest: self.digest.clone(), letters: self.letters };
        approvals.push(approval.clone());
        folder::replace(&self.dir, FILE, &text(&approvals)?)?;
        Ok(approval)
    }

    /// Whether somebody approved exactly this manifest.
    pub fn approved(&self) -> Result<Approved, OutboxError> {
        let approvals = self.approvals()?;
        let none_at_all = approvals.is_empty();
        let by: Vec<Approval> = approvals.into_iter().filter(|approval| self.is_of(approval)).collect();
        Ok(match by.is_empty() {
            false => Approved::By(by),
            true if none_at_all => Approved::No,
            true => Approved::Undone,
        })
    }

    fn is_of(&self, approval: &Approval) -> bool {
        approval.manifest == self.digest && approval.letters == self.letters
    }
}

fn text(approvals: &[Approval]) -> Result<String, OutboxError> {
    let unwritable = OutboxError::Text { what: "approval", why: "cannot be written as TOML" };
    let statement = |approval: &Approval| {
        Some(Statement {
            by: approval.by.clone(),
            at: approval.at.to_string().parse().ok()?,
            manifest: approval.manifest.clone(),
            letters: approval.letters,
        })
    };
    let document = approvals.iter().map(statement).collect::<Option<_>>().map(|approval| Document { approval });
    document.and_then(|document| toml::to_string(&document).ok()).ok_or(unwritable)
}

/// Reads a small TOML file of the outbox; `None` if there is none.
pub(super) fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, OutboxError> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.map_err(OutboxError::io("read", path))?,
    };
    toml::from_str(&text).map(Some).map_err(|error| OutboxError::Damaged {
        path: path.to_owned(),
        line: error
            .span()
            .and_then(|span| text.get(..span.start))
            .map(|before| 1 + before.matches('\n').count() as u32),
        why: error.message().to_owned(),
    })
}
