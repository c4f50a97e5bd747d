//! What a campaign in a folder of this one takes over, so that both count the same signatories: the tables that say who
//! signs, of which category, and what may be shown.
//!
//! They are taken as they are written, with their comments, except that paths lead out of the folder. What is returned must
//! mean the same as the tables here.

use super::Campaign;
use std::path::Path;
use toml::{Table, Value};

/// The tables, and their keys that are paths.
const TABLES: [(&str, Option<&str>); 3] =
    [("signatories", Some("file")), ("categories", None), ("privacy", Some("allow_file"))];

impl Campaign {
    /// The tables for `campaign.toml` of a campaign in a folder of this one.
    pub fn shared_tables(&self) -> String {
        tables(self.toml(), &self.settings.signatories.file)
    }
}

/// The tables of these settings, whose signatory list is this file.
fn tables(text: &str, list: &str) -> String {
    let text = text.replace('\r', "");
    let mut meant: Table = text.parse().unwrap_or_default();
    meant.retain(|name, _| TABLES.iter().any(|(table, _)| *table == name));
    let signatories = meant.entry("signatories").or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(signatories) = signatories {
        signatories.entry("file").or_insert_with(|| list.into());
    }
    for (table, path) in TABLES {
        let value = path.and_then(|path| meant.get_mut(table)?.get_mut(path));
        if let Some(Value::String(file)) = value {
            *file = outward(file);
        }
    }
    let written = verbatim(&text, list);
    match written.parse::<Table>() {
        Ok(read) if read == meant => written,
        _ => meant.to_string(),
    }
}

/// A path as it is from a folder inside.
fn outward(file: &str) -> String {
    if Path::new(file).is_absolute() { file.to_owned() } else { format!("../{file}") }
}

/// The tables as they are written, with the paths replaced.
fn verbatim(text: &str, list: &str) -> String {
    let (mut written, mut section, mut waiting) = (String::new(), None, String::new());
    let mut has_list = false;
    for line in text.lines() {
        if let Some(header) = line.strip_prefix('[') {
            let name = header.split([']', '.']).next().unwrap_or_default().trim();
            section = TABLES.iter().find(|(table, _)| *table == name);
            // Comments above a header belong to it.
            if section.is_none() {
                waiting.clear();
            }
        }
        let is_remark = line.trim().is_empty() || line.starts_with('#');
        if is_remark {
            waiting += &format!("{line}\n");
            continue;
        }
        let Some((table, path)) = section else {
            waiting.clear();
            continue;
        };
        written += &std::mem::take(&mut waiting);
        let key = line.split('=').next().unwrap_or_default().trim();
        let value = line.split('"').nth(1).filter(|_| *path == Some(key));
        has_list |= *table == "signatories" && value.is_some();
        match value {
            Some(file) => written += &line.replacen(&format!("\"{file}\""), &format!("\"{}\"", outward(file)), 1),
            None => written += line,
        }
        written.push('\n');
    }
    if !has_list {
        let file = format!("[signatories]\nfile = \"{}\"\n", outward(list));
        written = match written.contains("[signatories]\n") {
            true => written.replacen("[signatories]\n", &file, 1),
            false => format!("{file}\n{written}"),
        };
    }
    written.trim_matches('\n').to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_taken_as_they_are_written() {
        let text = "[campaign]\nid = \"x\"\n\n# Who signs.\n[signatories]\nfile = \"a.csv\"  # all\nexpect = 5\n\n[relay]\nport = 1\n\n\
                    # Words.\n[categories.\"service provider\"]\none = \"a\"\n\n[privacy]\nallow_file = \"p/allow.toml\"\n# The end.\n";
        let taken = "# Who signs.\n[signatories]\nfile = \"../a.csv\"  # all\nexpect = 5\n\n# Words.\n\
                     [categories.\"service provider\"]\none = \"a\"\n\n[privacy]\nallow_file = \"../p/allow.toml\"\n";
        assert_eq!(tables(text, "a.csv"), taken);
    }

    #[test]
    fn tables_mean_the_same_however_they_are_written() {
        for (text, signatories, privacy) in [
            ("[campaign]\nid = \"x\"\n", "file = \"../s.csv\"", ""),
            ("[signatories]\nexpect = 5\n", "file = \"../s.csv\"\nexpect = 5", ""),
            ("signatories = { file = 's.csv' }\n", "file = \"../s.csv\"", ""),
            ("[signatories]\nfile='/lists/s.csv'\n", "file = \"/lists/s.csv\"", ""),
            ("[ signatories ]\n\"file\" = \"s.csv\"\n", "file = \"../s.csv\"", ""),
            (
                "[privacy]\r\nallow = [\n[],\n{ text = \"[signatories]\" },\n]\n",
                "file = \"../s.csv\"",
                "allow = [[], { text = \"[signatories]\" }]",
            ),
            (
                "[privacy]\nnote = \"\"\"\n[signatories]\nfile = \"x\"\n\"\"\"\n",
                "file = \"../s.csv\"",
                "note = \"[signatories]\\nfile = \\\"x\\\"\\n\"",
            ),
        ] {
            let privacy = if privacy.is_empty() { String::new() } else { format!("[privacy]\n{privacy}\n") };
            let meant: Table = format!("[signatories]\n{signatories}\n{privacy}").parse().expect("TOML");
            let taken = tables(text, "s.csv");
            assert_eq!(taken.parse::<Table>().expect("TOML"), meant, "{text} gives\n{taken}");
        }
    }
}
