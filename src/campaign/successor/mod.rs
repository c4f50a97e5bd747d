//! A campaign that follows another one: its settings, its recipients and its template, as files to edit.
//!
//! It shares the signatory list by its path, so that whoever withdraws later is not in it either. Nothing is copied that names a
//! signatory, apart from the settings themselves.

mod wording;

pub use wording::Occasion;

use super::{Campaign, toml_source};
use crate::diagnostics::finding::Finding;
use crate::language::Language;
use crate::people::recipient::Recipient;
use crate::roster::table::write_table;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};
use toml::{Table, Value};

/// An earlier letter that one of the new campaign follows.
pub struct EarlierLetter {
    /// Its subject, without "Re: ".
    pub subject: String,
    /// The day on which it was sent.
    pub sent_on: Date,
    /// Its Message-ID, as it arrived, after those of earlier editions.
    pub message_ids: Vec<String>,
}

/// What a new campaign is made for.
pub struct Succession<'s> {
    /// Why it follows.
    pub occasion: Occasion,
    /// Its folder, which need not exist.
    pub folder: &'s Path,
    /// Its id.
    pub id: String,
    /// The date on its letters.
    pub date: Date,
    /// The earlier letters, by their ids.
    pub earlier: &'s HashMap<String, EarlierLetter>,
    /// What its settings begin with, as comments.
    pub about: String,
}

/// A new campaign.
pub struct Successor {
    /// Its files: their paths in its folder, and their texts.
    pub files: Vec<(String, String)>,
    /// The ids of its recipients, in order.
    pub ids: Vec<String>,
}

/// The recipient list of a new campaign.
struct NewList {
    text: String,
    ids: Vec<String>,
    /// The tags of the languages in which the earlier letters have templates.
    languages: BTreeSet<&'static str>,
}

impl Campaign {
    /// The campaign that writes to the recipients of these earlier letters.
    ///
    /// # Errors
    /// What is wrong with the lists, or private in the recipients' rows.
    pub fn successor(&self, plan: &Succession<'_>) -> Result<Successor, Vec<Finding>> {
        let NewList { text: recipients, ids, languages } = self.successors_recipients(plan)?;
        let mut files = vec![
            (toml_source::FILE.to_owned(), self.successors_settings(plan)),
            ("recipients.csv".to_owned(), recipients),
        ];
        let own = self.settings.language;
        files.push(("templates/letter.md.hbs".to_owned(), wording::template(plan.occasion, own)));
        for language in languages.into_iter().filter(|language| *language != own.tag) {
            let Some(other) = Language::find(language) else { continue };
            let file = format!("templates/letter.{}.md.hbs", other.tag.to_lowercase());
            files.push((file, wording::template(plan.occasion, other)));
        }
        Ok(Successor { files, ids })
    }

    fn successors_recipients(&self, plan: &Succession<'_>) -> Result<NewList, Vec<Finding>> {
        const ADDED: [&str; 4] = ["id", "references", "first_subject", "first_sent_on"];
        let mut rows = self.recipient_rows()?;
        let mut columns: Vec<String> = Vec::new();
        let (mut lines, mut ids, mut languages) = (Vec::new(), Vec::new(), BTreeSet::new());
        while let Some(recipient) = rows.next().transpose()? {
            let Some(earlier) = plan.earlier.get(recipient.letter_id()) else { continue };
            // Searched for private data.
            let cells = rows.cells(&recipient)?;
            if columns.is_empty() {
                columns = recipient.row().cells().map(|(column, _)| column.to_owned()).collect();
                columns.retain(|column| !ADDED.contains(&&**column));
                columns.splice(0..0, ["id".to_owned()]);
                columns.extend(ADDED[1..].iter().map(|column| (*column).to_owned()));
            }
            debug_assert_eq!(cells.len(), recipient.row().cells().count());
            lines.push(columns.iter().map(|column| cell(column, &recipient, earlier)).collect::<Vec<_>>());
            ids.push(recipient.letter_id().to_owned());
            if self.has_template_in(recipient.language()) {
                languages.extend(Language::find(recipient.language()).map(|language| language.tag));
            }
        }
        Ok(NewList { text: write_table(&columns, &lines), ids, languages })
    }

    /// Whether the letter has a template in this language.
    fn has_template_in(&self, tag: &str) -> bool {
        let language = Language::find(tag);
        language.is_some() && self.templates.iter().any(|template| template.language() == language)
    }

    /// The settings of a campaign that is over, without anything that is private or about a list.
    pub fn reduced_settings(&self) -> String {
        let text = self.toml();
        let mut settings: Table = text.parse().unwrap_or_default();
        settings.retain(|name, _| ["campaign", "ledger", "letter"].contains(&name));
        if let Some(letter) = settings.get_mut("letter").and_then(Value::as_table_mut) {
            letter.retain(|key, _| ["from", "reply_to", "return_path"].contains(&key));
        }
        let about = "# What `openletter purge` left: the ledger beside it records who was written to. Keep the id.\n\n";
        about.to_owned() + &settings.to_string()
    }

    /// The settings of the new campaign.
    fn successors_settings(&self, plan: &Succession<'_>) -> String {
        let text = self.toml();
        let mut settings: Table = text.parse().unwrap_or_default();
        let from_there = |file: &str| path_from(plan.folder, &self.dir.join(file));
        let mut in_table = |name: &str, change: &dyn Fn(&mut Table)| {
            if let Some(table) = settings.entry(name).or_insert_with(|| Value::Table(Table::new())).as_table_mut() {
                change(table);
            }
        };
        in_table("campaign", &|campaign| {
            for key in ["not_before", "not_after", "embargo", "edition", "follows"] {
                campaign.remove(key);
            }
            campaign.insert("id".into(), plan.id.clone().into());
            if let Ok(date) = plan.date.to_string().parse::<toml::value::Datetime>() {
                campaign.insert("date".into(), Value::Datetime(date));
            }
            if plan.occasion == Occasion::NoAnswer {
                campaign.insert("follows".into(), path_from(plan.folder, &self.dir).into());
            }
        });
        in_table("letter", &|letter| {
            letter.remove("attach");
            letter.insert("template".into(), "letter".into());
        });
        in_table("recipients", &|recipients| {
            for key in ["columns", "values", "dates", "encoding", "expect"] {
                recipients.remove(key);
            }
            recipients.insert("file".into(), "recipients.csv".into());
        });
        in_table("signatories", &|signatories| {
            signatories.remove("expect");
            signatories.insert("file".into(), from_there(&self.settings.signatories.file).into());
        });
        if let Some(file) = &self.settings.allow_file {
            in_table("privacy", &|privacy| drop(privacy.insert("allow_file".into(), from_there(file).into())));
        }
        for (name, secrets) in [("relay", &["password", "token"][..]), ("ledger", &["url"])] {
            move_files(settings.get_mut(name), secrets, &from_there);
        }
        let mut text = plan.about.lines().map(|line| format!("# {line}\n")).collect::<String>();
        const ORDER: [&str; 7] = ["campaign", "letter", "recipients", "signatories", "categories", "privacy", "claims"];
        let names = ORDER.iter().map(|name| (*name).to_owned());
        let others: Vec<String> = settings.keys().filter(|key| !ORDER.contains(&key.as_str())).cloned().collect();
        for name in names.chain(others) {
            if let Some(table) = settings.remove(&name) {
                text.push('\n');
                text.push_str(&Table::from_iter([(name, table)]).to_string());
            }
        }
        text
    }
}

/// The cell of a recipient in the new list.
fn cell(column: &str, recipient: &Recipient, earlier: &EarlierLetter) -> String {
    match column {
        "id" => recipient.letter_id().to_owned(),
        "first_subject" => earlier.subject.clone(),
        "first_sent_on" => earlier.sent_on.to_string(),
        "references" => {
            let before = recipient.references().iter().cloned();
            before.chain(earlier.message_ids.iter().cloned()).collect::<Vec<_>>().join(" ")
        }
        other => recipient.row().get(other).to_owned(),
    }
}

/// Makes the files that a table of a server, or several of them, names relative to the new folder.
fn move_files(server: Option<&mut Value>, secrets: &[&str], from_there: &dyn Fn(&str) -> String) {
    let mut tables: Vec<&mut Table> = match server {
        Some(Value::Table(table)) => vec![table],
        Some(Value::Array(items)) => items.iter_mut().filter_map(Value::as_table_mut).collect(),
        _ => return,
    };
    let moved = |value: &mut Value| {
        if let Value::String(file) = value {
            *file = from_there(file);
        }
    };
    for table in &mut tables {
        table.get_mut("ca_file").into_iter().for_each(moved);
        for secret in secrets {
            let file = table.get_mut(*secret).and_then(|source| source.as_table_mut()?.get_mut("file"));
            file.into_iter().for_each(moved);
        }
    }
}

/// The path of a file from a folder, which need not exist yet. Absolute paths stay, and so does one on another disk.
fn path_from(folder: &Path, to: &Path) -> String {
    let whole = |path: &Path| -> Option<PathBuf> {
        let mut missing = Vec::new();
        let mut path = path.to_owned();
        if path.as_os_str().is_empty() {
            path.push(".");
        }
        loop {
            match path.canonicalize() {
                Ok(real) => return Some(missing.iter().rev().fold(real, |path, name| path.join(name))),
                Err(_) => {
                    missing.push(path.file_name()?.to_owned());
                    path = path
                        .parent()
                        .filter(|parent| !parent.as_os_str().is_empty())
                        .unwrap_or(Path::new("."))
                        .to_owned();
                }
            }
        }
    };
    let (Some(from), Some(target)) = (whole(folder), whole(to)) else { return to.display().to_string() };
    let shared = from.components().zip(target.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return target.display().to_string();
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(target.components().skip(shared)).collect();
    let path = if path.as_os_str().is_empty() { PathBuf::from(".") } else { path };
    path.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_a_new_folder_to_an_old_file() {
        let home = tempfile::tempdir().expect("a folder");
        let first = home.path().join("first");
        std::fs::create_dir(&first).expect("a folder");
        for (folder, to, path) in [
            ("second", "first", "../first"),
            ("second", "first/signatories.csv", "../first/signatories.csv"),
            ("first/notice", "first/signatories.csv", "../signatories.csv"),
            ("first/notices/1", "first", "../.."),
        ] {
            assert_eq!(path_from(&home.path().join(folder), &home.path().join(to)), path, "from {folder}");
        }
    }
}
