//! The public record of a campaign: who was written to, when, and what came back.
//!
//! It holds only what was searched by the leak gate, and an address only where somebody asked for it. Whoever shows it needs
//! to search nothing again.

use serde::Serialize;

/// The record of the letters that the relay accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The campaign's id.
    pub campaign: String,
    /// Its title.
    pub title: String,
    /// Who wrote.
    pub organisation: String,
    /// The time zone of all times, by its IANA name.
    pub time_zone: String,
    /// How many letters were accepted.
    pub accepted: usize,
    /// How many of them were answered.
    pub answered: usize,
    /// The letters, in the order of editions and numbers.
    pub letters: Vec<RecordedLetter>,
}

/// A letter that the relay accepted. Missing texts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RecordedLetter {
    /// The edition of the campaign's letter, from 1.
    pub edition: u32,
    /// The recipient's name.
    pub name: String,
    /// Their title.
    pub title: String,
    /// Their company.
    pub company: String,
    /// Their address; `None` unless it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When the relay accepted it: RFC 3339, in the campaign's zone.
    pub accepted_at: String,
    /// The relay's id for it.
    pub queue_id: String,
    /// What came back.
    pub answered: String,
    /// On which day.
    pub answered_on: String,
    /// What whoever recorded the answer remarked; `None` unless it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Record {
    /// The names of the columns that the letters have.
    pub fn columns(&self) -> Vec<&'static str> {
        self.fields(&RecordedLetter::default()).into_iter().map(|(name, _)| name).collect()
    }

    /// The cells of a letter under these columns.
    pub fn cells(&self, letter: &RecordedLetter) -> Vec<String> {
        self.fields(letter).into_iter().map(|(_, cell)| cell).collect()
    }

    fn fields(&self, letter: &RecordedLetter) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("edition", letter.edition.to_string()),
            ("name", letter.name.clone()),
            ("title", letter.title.clone()),
            ("company", letter.company.clone()),
        ];
        let has = |of: fn(&RecordedLetter) -> &Option<String>| {
            self.letters.first().is_some_and(|letter| of(letter).is_some())
        };
        if has(|letter| &letter.address) {
            fields.push(("address", letter.address.clone().unwrap_or_default()));
        }
        fields.extend([
            ("accepted_at", letter.accepted_at.clone()),
            ("queue_id", letter.queue_id.clone()),
            ("answered", letter.answered.clone()),
            ("answered_on", letter.answered_on.clone()),
        ]);
        if has(|letter| &letter.note) {
            fields.push(("note", letter.note.clone().unwrap_or_default()));
        }
        fields
    }

    /// The record as a page in Markdown: a heading, the numbers, and a table.
    pub fn to_markdown(&self) -> String {
        let count = |number: usize| crate::text::pluralize::numbered(number as u64, "letter");
        let columns = self.columns();
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![
            format!("# {}", escape(&self.title)),
            String::new(),
            format!(
                "{} wrote {}; {} answered. Times are those of {}.",
                escape(&self.organisation),
                count(self.accepted),
                match self.answered {
                    0 => "none was".to_owned(),
                    1 => "1 was".to_owned(),
                    many => format!("{many} were"),
                },
                escape(&self.time_zone)
            ),
            String::new(),
            row(columns.iter().map(|column| column.replace('_', " ")).collect()),
            row(columns.iter().map(|_| "---".to_owned()).collect()),
        ];
        let on_page = |letter: &RecordedLetter| {
            // The zone is named above.
            let accepted_at = letter.accepted_at.get(..16).unwrap_or_default().replace('T', " ");
            RecordedLetter { accepted_at, ..letter.clone() }
        };
        lines.extend(
            self.letters
                .iter()
                .map(on_page)
                .map(|letter| row(self.cells(&letter).iter().map(|cell| escape(cell)).collect())),
        );
        lines.join("\n") + "\n"
    }
}

/// A text that Markdown prints as it is.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !".,:;'()/+-@".contains(c) {
            escaped.push('\\');
        }
        escaped.push(if c.is_control() { ' ' } else { c });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_breaks_the_table_or_becomes_markup() {
        let letter = RecordedLetter { name: "a|b *c* <i>".to_owned(), edition: 1, ..RecordedLetter::default() };
        let record = Record { title: "# T".to_owned(), accepted: 1, letters: vec![letter], ..Record::default() };
        let page = record.to_markdown();
        assert!(page.starts_with("# \\# T\n"), "{page}");
        assert!(page.contains("| 1 | a\\|b \\*c\\* \\<i\\> |"), "{page}");
        assert!(page.lines().skip(4).all(|line| line.replace("\\|", "").matches('|').count() == 9), "{page}");
    }
}
