//! The public record of a campaign: who was written to, when, and what came back.
//!
//! It holds only what was searched by the leak gate, and an address only where somebody asked for it. Whoever shows it needs
//! to search nothing again.

use crate::ledger::ResponseKind;
use crate::text::pluralize::numbered;
use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

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
    /// How many came back as undeliverable, which is no answer.
    pub bounced: usize,
    /// The day of the last entry; `None` without letters.
    #[serde(serialize_with = "as_day")]
    pub as_of: Option<Date>,
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
    /// When the relay accepted it, in the campaign's zone.
    #[serde(serialize_with = "as_rfc_3339")]
    pub accepted_at: ZonedDateTime,
    /// The relay's id for it.
    pub queue_id: String,
    /// What came back.
    #[serde(serialize_with = "as_name")]
    pub answered: Option<ResponseKind>,
    /// On which day.
    #[serde(serialize_with = "as_day")]
    pub answered_on: Option<Date>,
    /// What whoever recorded the answer remarked; `None` unless it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl RecordedLetter {
    /// The day of the last entry.
    fn as_of(&self) -> Date {
        let accepted_on = self.accepted_at.date();
        self.answered_on.map_or(accepted_on, |on| on.max(accepted_on))
    }
}

impl Record {
    /// Adds the letters, and counts them.
    pub fn with(mut self, mut letters: Vec<RecordedLetter>) -> Record {
        letters.sort_by_key(|letter| letter.edition);
        let count =
            |is: fn(ResponseKind) -> bool| letters.iter().filter(|letter| letter.answered.is_some_and(is)).count();
        self.accepted = letters.len();
        self.answered = count(|kind| kind != ResponseKind::Bounced);
        self.bounced = count(|kind| kind == ResponseKind::Bounced);
        self.as_of = letters.iter().map(RecordedLetter::as_of).max();
        self.letters = letters;
        self
    }

    /// The time zone of all times.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

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
            ("accepted_at", rfc_3339(&letter.accepted_at)),
            ("queue_id", letter.queue_id.clone()),
            ("answered", name(letter.answered).to_owned()),
            ("answered_on", day(letter.answered_on)),
        ]);
        if has(|letter| &letter.note) {
            fields.push(("note", letter.note.clone().unwrap_or_default()));
        }
        fields
    }

    /// The record as a page in Markdown: a heading, the numbers, and a table.
    pub fn to_markdown(&self) -> String {
        let columns = self.columns();
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let were = |number: usize, what: &str| match number {
            0 => format!("none was {what}"),
            1 => format!("1 was {what}"),
            many => format!("{many} were {what}"),
        };
        let bounced = (self.bounced > 0).then(|| format!(", {}", were(self.bounced, "undeliverable")));
        let as_of = self.as_of.map(|day| format!(" As of {day}."));
        let mut lines = vec![
            format!("# {}", escape(&self.title)),
            String::new(),
            format!(
                "{} wrote {}; {}{}.{} Times are those of {}.",
                escape(&self.organisation),
                numbered(self.accepted as u64, "letter"),
                were(self.answered, "answered"),
                bounced.unwrap_or_default(),
                as_of.unwrap_or_default(),
                escape(&self.time_zone)
            ),
            String::new(),
            row(columns.iter().map(|column| column.replace('_', " ")).collect()),
            row(columns.iter().map(|_| "---".to_owned()).collect()),
        ];
        let accepted_at = columns.iter().position(|column| *column == "accepted_at");
        lines.extend(self.letters.iter().map(|letter| {
            let mut cells = self.cells(letter);
            if let Some(cell) = accepted_at.and_then(|column| cells.get_mut(column)) {
                // The zone is named above.
                *cell = letter.accepted_at.strftime("%Y-%m-%d %H:%M").to_string();
            }
            row(cells.iter().map(|cell| escape(cell)).collect())
        }));
        lines.join("\n") + "\n"
    }
}

fn rfc_3339(at: &ZonedDateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn name(kind: Option<ResponseKind>) -> &'static str {
    kind.map_or("", ResponseKind::name)
}

fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn as_rfc_3339<S: Serializer>(at: &ZonedDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc_3339(at))
}

fn as_name<S: Serializer>(kind: &Option<ResponseKind>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name(*kind))
}

fn as_day<S: Serializer>(on: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&day(*on))
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

    fn answered(kind: Option<ResponseKind>, on: &str) -> RecordedLetter {
        let accepted_at = "2018-01-11T23:30:00-05:00[America/New_York]".parse().expect("a moment");
        RecordedLetter { answered: kind, answered_on: on.parse().ok(), accepted_at, ..RecordedLetter::default() }
    }

    #[test]
    fn what_came_back_undelivered_is_no_answer_and_the_last_entry_has_a_day() {
        let of = |letters| Record { organisation: "Us".to_owned(), ..Record::default() }.with(letters);
        let record = of(vec![answered(None, "")]);
        assert_eq!((record.accepted, record.answered, record.bounced), (1, 0, 0));
        assert_eq!(record.as_of.map(|day| day.to_string()).as_deref(), Some("2018-01-11"), "in the campaign's zone");
        assert!(record.to_markdown().contains("Us wrote 1 letter; none was answered. As of 2018-01-11. Times"));
        let kinds = ResponseKind::ALL.map(|kind| answered(Some(kind), "2018-01-20"));
        let record = of(kinds.into_iter().chain([answered(Some(ResponseKind::Reply), "2018-02-01")]).collect());
        assert_eq!((record.accepted, record.answered, record.bounced), (5, 4, 1));
        let sentence = "Us wrote 5 letters; 4 were answered, 1 was undeliverable. As of 2018-02-01.";
        assert!(record.to_markdown().contains(sentence), "{}", record.to_markdown());
        assert_eq!(of(Vec::new()).as_of, None);
    }

    #[test]
    fn no_cell_breaks_the_table_or_becomes_markup() {
        let letter = RecordedLetter { name: "a|b *c* <i>".to_owned(), edition: 1, ..RecordedLetter::default() };
        let record = Record { title: "# T".to_owned(), ..Record::default() }.with(vec![letter]);
        let page = record.to_markdown();
        assert!(page.starts_with("# \\# T\n"), "{page}");
        assert!(page.contains("| 1 | a\\|b \\*c\\* \\<i\\> |"), "{page}");
        assert!(page.lines().skip(4).all(|line| line.replace("\\|", "").matches('|').count() == 9), "{page}");
    }
}
