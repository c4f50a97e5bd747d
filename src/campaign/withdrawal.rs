//! Somebody withdraws: their row in the list, and the keyed record that keeps them out of it.
//!
//! No name, address or id may leave this module, not even in an error: only lines of the list do.

use super::signatory_list::is_named_in;
use super::{Campaign, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::leak_gate::Allow;
use crate::people::signatory::{Identity, Reason, Signatory, Standing};
use crate::people::signature::{Consent, Face};
use crate::private_file::{self, RECORDS};
use crate::roster::edit::EditableList;
use crate::roster::tombstones::Tombstones;
use jiff::civil::Date;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The file of tombstones in [`RECORDS`].
const TOMBSTONES: &str = "withdrawn.json";

/// Somebody in the list who withdraws.
pub struct Leaver<'c> {
    list: EditableList<'c>,
    line: u32,
    /// How letters may have named them. Private.
    names: Vec<String>,
    /// Whether the list says already that they have withdrawn.
    pub has_withdrawn: bool,
    /// Whether a `consent` cell can be set: a list whose consent is on file may lack the column.
    has_consent: bool,
}

impl Campaign {
    /// Finds the only row of the signatory list with this id or address, or on this line.
    ///
    /// # Errors
    /// What is wrong with the list's file, or that no row matches, or several do.
    pub fn leaver(&self, wanted: Result<&str, u32>) -> Result<Leaver<'_>, Vec<Finding>> {
        let settings = &self.settings.signatories;
        let file = &*settings.file;
        let bytes = fs::read(self.dir.join(file)).map_err(|error| {
            let what = spans!["the list cannot be read: ", own(error.to_string())];
            vec![
                Finding::new(Code::ListFile, what)
                    .at(Place::file(file))
                    .help("check its name and that you may read it"),
            ]
        })?;
        let list = EditableList::read(bytes, settings)?;
        let is_wanted = |column: &str, line: u32| {
            wanted.is_ok_and(|wanted| {
                let cell = list.cell(line, column).trim();
                !cell.is_empty() && cell.to_lowercase() == wanted.trim().to_lowercase()
            })
        };
        let by = |column: &str| list.lines().filter(|line| is_wanted(column, *line)).collect::<Vec<_>>();
        let mut lines = match wanted {
            Err(wanted) => list.lines().filter(|line| *line == wanted).collect(),
            Ok(_) => by("id"),
        };
        if lines.is_empty() {
            lines = by("email");
        }
        let refuse = |what: &'static str, help: &'static str| {
            vec![Finding::new(Code::ListFile, what).at(Place::file(file)).help(help)]
        };
        let line = match lines.as_slice() {
            [line] => *line,
            [] => {
                return Err(refuse(
                    "no row has this id, address or line",
                    "name the row by its `id`, its `email` or --line",
                ));
            }
            _ => return Err(refuse("several rows have this id or address", "name the row with --line")),
        };
        let has_consent = list.has("consent") || self.settings.policy.consent == Consent::Column;
        let signatories = people::signatories(self).signatories;
        let signatory = signatories.iter().find(|signatory| signatory.line() == line);
        let policy = &self.settings.policy;
        let printed = signatory.map(|signatory| signatory.signature_when_signing(policy)).and_then(|face| match face {
            Face::Named(signature) => Some(signature.name),
            Face::Withheld { .. } => None,
        });
        let cell = |column: &str| list.cell(line, column).to_owned();
        let whole = [cell("given_name"), cell("family_name")].join(" ");
        let names = printed.into_iter().chain([cell("name"), cell("pseudonym"), whole]);
        let names = names.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        names.sort();
        names.dedup();
        let standing = signatory.map(|signatory| signatory.signs(policy));
        let has_withdrawn = standing == Some(Standing::LeftOut(Reason::Withdrawn));
        Ok(Leaver { list, line, names, has_withdrawn, has_consent })
    }

    /// Those who withdrew, as recorded here and beside the list: campaigns can share one.
    ///
    /// # Errors
    /// A record of them cannot be read.
    pub fn tombstones(&self) -> Result<Vec<Tombstones>, Finding> {
        let of_list = self.dir.join(&self.settings.signatories.file);
        let of_list = of_list.parent().filter(|folder| folder.canonicalize().ok() != self.dir.canonicalize().ok());
        let folders = std::iter::once(&*self.dir).chain(of_list);
        folders.filter_map(|folder| read_tombstones(folder).transpose()).collect()
    }

    /// Reports those who withdrew and are in the list as signing, unless they have signed or agreed again since.
    pub(super) fn returned(&self, signatories: &[Signatory]) -> Vec<Finding> {
        let tombstones = match self.tombstones() {
            Ok(tombstones) if tombstones.is_empty() => return Vec::new(),
            Ok(tombstones) => tombstones,
            Err(finding) => return vec![finding],
        };
        let signs = signatories.iter().filter(|signatory| signatory.signs(&self.settings.policy) == Standing::Signs);
        let returned = signs.filter(|signatory| {
            let withdrew = tombstones.iter().filter_map(|tombstones| tombstones.find(&signatory.identity())).max();
            withdrew.is_some_and(|on| signatory.agreed_on().is_none_or(|agreed| agreed <= on))
        });
        let finding = |signatory: &Signatory| {
            let help = "set `consent` to withdrawn; if they have signed again since, record the day in `consent_at`";
            let finding = Finding::new(Code::WithdrawnListed, "this signatory has withdrawn, and is in the list again");
            finding.at(Place::line(&*self.settings.signatories.file, signatory.line())).help(help)
        };
        returned.map(finding).collect()
    }
}

impl Leaver<'_> {
    /// The line of their row.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Whether this is their id in the list, as in the ids of their own letters.
    pub fn has_id(&self, id: &str) -> bool {
        !id.is_empty() && self.list.cell(self.line, "id") == id
    }

    /// Whether a text may name them. Initials may be somebody else's.
    pub fn is_named_in(&self, text: &str) -> bool {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.names.iter().any(|name| is_named_in(&text, name))
    }

    /// Whether an allowed text has a word of a name, and so may be about them.
    pub fn is_allowed(&self, allow: &[Allow]) -> bool {
        let shares = |name: &String| {
            allow.iter().any(|allow| is_named_in(name, allow.text.trim()) || is_named_in(&allow.text, name))
        };
        self.names.iter().any(shares)
    }

    /// The list with their row marked; every other byte stays.
    ///
    /// # Errors
    /// The list cannot be changed in place.
    pub fn marked(&self, on: Date) -> Result<Vec<u8>, Vec<Finding>> {
        let on = on.to_string();
        let mut cells = vec![("withdrawn_at", &*on)];
        if self.has_consent {
            cells.insert(0, ("consent", "withdrawn"));
        }
        self.list.with(self.line, &cells)
    }

    fn add_to(&self, tombstones: &mut Tombstones, on: Date) {
        let cell = |column: &str| self.list.cell(self.line, column);
        let whole = [cell("given_name"), cell("family_name")].join(" ");
        let name = if cell("name").is_empty() { &*whole } else { cell("name") };
        tombstones.add(&Identity { id: cell("id"), email: cell("email"), name }, on);
    }
}

/// Adds a tombstone to the record of the campaign in `dir`, durably. `key` is random, and used for the first one.
///
/// # Errors
/// The record cannot be read or written.
pub fn record_withdrawal(dir: &Path, leaver: &Leaver<'_>, on: Date, key: &[u8; 32]) -> Result<(), Finding> {
    let mut tombstones = read_tombstones(dir)?.unwrap_or_else(|| Tombstones::new(key));
    leaver.add_to(&mut tombstones, on);
    let folder = dir.join(RECORDS);
    let write = || -> io::Result<()> {
        private_file::ensure_folder(&folder)?;
        private_file::replace(&folder, TOMBSTONES, &serde_json::to_vec(&tombstones)?)
    };
    write().map_err(|error| damaged(dir, &error.to_string()))
}

fn read_tombstones(dir: &Path) -> Result<Option<Tombstones>, Finding> {
    match fs::read(dir.join(RECORDS).join(TOMBSTONES)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(damaged(dir, &error.to_string())),
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| damaged(dir, &error.to_string())),
    }
}

fn damaged(dir: &Path, why: &str) -> Finding {
    let path = dir.join(RECORDS).join(TOMBSTONES).display().to_string();
    let what = spans!["the record of those who withdrew cannot be used: ", own(why.to_owned())];
    Finding::new(Code::ListFile, what)
        .at(Place::file(path))
        .help("restore it from a backup: it keeps them out of the list")
}
