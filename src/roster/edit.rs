//! Sets cells of one row of a list in place. Every other byte of the file stays: encoding, quotation marks, line ends, blank
//! lines, the order of rows and columns.
//!
//! The result is read again and compared, so that a list is changed exactly as wanted or not at all. No finding may quote a
//! cell.

use super::header::{is_key, key};
use super::repair::unwrapped;
use super::table::{Table, read_table};
use super::text::{detect, unsupported};
use super::{ListSettings, declared_delimiter};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::spans;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use std::io::Cursor;
use std::ops::Range;

/// A list that was read to be changed.
pub struct EditableList<'s> {
    settings: &'s ListSettings,
    bytes: Vec<u8>,
    table: Table,
}

impl<'s> EditableList<'s> {
    /// Reads a list from the bytes of its file.
    ///
    /// # Errors
    /// What is wrong with the file, its encoding or its quoting.
    pub fn read(bytes: Vec<u8>, settings: &'s ListSettings) -> Result<Self, Vec<Finding>> {
        let table = read_table(Cursor::new(bytes.clone()), settings)?;
        Ok(EditableList { settings, bytes, table })
    }

    /// Whether the list has this column.
    pub fn has(&self, column: &str) -> bool {
        self.index(column).is_some()
    }

    /// The lines on which its rows begin, from 1.
    pub fn lines(&self) -> impl Iterator<Item = u32> {
        self.table.records.iter().skip(1).map(|row| row.line)
    }

    /// The cell of this column in the row that begins on this line; empty if there is none.
    pub fn cell(&self, line: u32, column: &str) -> &str {
        let row = self.table.records.iter().skip(1).find(|row| row.line == line);
        let cell = row.zip(self.index(column)).and_then(|(row, at)| row.cells.get(at)).map_or("", String::as_str);
        unwrapped(cell).unwrap_or(cell)
    }

    fn index(&self, column: &str) -> Option<usize> {
        let header = &self.table.records.first()?.cells;
        match self.settings.columns.get(column) {
            Some(mapped) => header.iter().position(|header| key(header) == key(mapped)),
            None => header.iter().position(|header| is_key(column, &key(header))),
        }
    }

    /// The bytes of the file with these cells in the row that begins on this line. A column that the list lacks is added at
    /// the end, with blank cells in the other rows. Names of columns and values are ASCII.
    ///
    /// # Errors
    /// The list cannot be changed in this way.
    pub fn with(&self, line: u32, cells: &[(&str, &str)]) -> Result<Vec<u8>, Vec<Finding>> {
        let file = &*self.settings.file;
        let cannot = |what| vec![Finding::new(Code::ListFile, what).at(Place::file(file)).help(BY_HAND)];
        let text = DecodedText::of(&self.bytes, self.settings.encoding.as_deref())
            .map_err(|finding| vec![finding.at(Place::file(file)).help(BY_HAND)])?;
        let records = records(&text.text, self.table.delimiter);
        let is_same_shape = records.len() == self.table.records.len()
            && records.iter().zip(&self.table.records).all(|(record, read)| record.cells.len() == read.cells.len());
        let Some(row) = self.table.records.iter().skip(1).position(|row| row.line == line).filter(|_| is_same_shape)
        else {
            return Err(cannot("the list cannot be changed in place"));
        };
        let row = row + 1;
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut wanted: Vec<Vec<String>> = self.table.records.iter().map(|record| record.cells.clone()).collect();
        for (column, value) in cells {
            match self.index(column) {
                Some(at) => {
                    let Some(range) = records[row].cells.get(at) else {
                        return Err(vec![short(file, line)]);
                    };
                    let is_quoted = text.text[range.clone()].starts_with('"') || value.contains(self.table.delimiter);
                    edits.push((range.clone(), if is_quoted { format!("\"{value}\"") } else { (*value).to_owned() }));
                    wanted[row][at] = (*value).to_owned();
                }
                None => {
                    let width = self.table.records[0].cells.len();
                    if let Some(short_row) = self.table.records.iter().find(|record| record.cells.len() != width) {
                        return Err(vec![short(file, short_row.line)]);
                    }
                    for (at, record) in records.iter().enumerate() {
                        let cell = if at == 0 {
                            column
                        } else if at == row {
                            value
                        } else {
                            ""
                        };
                        let is_quoted = record.cells.iter().all(|cell| text.text[cell.clone()].starts_with('"'));
                        let cell_text = if is_quoted { format!("\"{cell}\"") } else { cell.to_owned() };
                        edits.push((record.end..record.end, format!("{}{cell_text}", self.table.delimiter)));
                        wanted[at].push(cell.to_owned());
                    }
                }
            }
        }
        // Two new columns are added to a row in their order.
        edits.sort_by_key(|(range, _)| range.start);
        let bytes = text.with(&self.bytes, &edits);
        let again = read_table(Cursor::new(bytes.clone()), self.settings)?;
        let is_as_wanted =
            again.delimiter == self.table.delimiter && again.records.iter().map(|record| &record.cells).eq(&wanted);
        if is_as_wanted { Ok(bytes) } else { Err(cannot("the list cannot be changed in place")) }
    }
}

const BY_HAND: &str =
    "open the list, set `consent` to withdrawn and `withdrawn_at` to the day in the row, and save it as CSV UTF-8";

fn short(file: &str, line: u32) -> Finding {
    Finding::new(Code::RowLength, spans!["the row has another number of cells than the header"])
        .at(Place::line(file, line))
        .help("correct the row first")
}

/// The text of a file, with the place in the file of each character.
struct DecodedText {
    text: String,
    encoding: &'static Encoding,
    /// The first byte of each character: in the text, and in the file.
    starts: Vec<(usize, usize)>,
}

impl DecodedText {
    fn of(bytes: &[u8], named: Option<&str>) -> Result<DecodedText, Finding> {
        let (encoding, mark) = detect(bytes, named)?;
        let is_plain = encoding.is_ascii_compatible() || encoding == UTF_16LE || encoding == UTF_16BE;
        if !is_plain {
            return Err(unsupported(encoding));
        }
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let (mut text, mut starts, mut start) = (String::new(), Vec::new(), mark);
        for (at, byte) in bytes.iter().enumerate().skip(mark) {
            let before = text.len();
            text.reserve(16);
            // Errors were found when the list was read as a table.
            let _ = decoder.decode_to_string_without_replacement(&[*byte], &mut text, at + 1 == bytes.len());
            if text.len() > before {
                starts.extend(text[before..].char_indices().map(|(offset, _)| (before + offset, start)));
                start = at + 1;
            }
        }
        starts.push((text.len(), bytes.len()));
        Ok(DecodedText { text, encoding, starts })
    }

    /// Where a character of the text begins in the file.
    fn place(&self, offset: usize) -> usize {
        let at = self.starts.partition_point(|(start, _)| *start < offset);
        self.starts.get(at).map_or(0, |(_, place)| *place)
    }

    /// The bytes of the file with these stretches of the text replaced; they do not overlap, and come in order.
    fn with(&self, bytes: &[u8], edits: &[(Range<usize>, String)]) -> Vec<u8> {
        let (mut result, mut done) = (Vec::with_capacity(bytes.len() + 64), 0);
        for (range, text) in edits {
            result.extend_from_slice(&bytes[done..self.place(range.start)]);
            match self.encoding {
                encoding if encoding == UTF_16LE => result.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
                encoding if encoding == UTF_16BE => result.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
                _ => result.extend_from_slice(text.as_bytes()),
            }
            done = self.place(range.end);
        }
        result.extend_from_slice(&bytes[done..]);
        result
    }
}

/// A record of the text: its cells without the white space around them, and where it ends, before the line break.
struct RawRecord {
    cells: Vec<Range<usize>>,
    end: usize,
}

/// The records of a text in which all quotation marks are closed, without blank ones and the `sep=` line.
fn records(text: &str, delimiter: char) -> Vec<RawRecord> {
    let mut records = Vec::new();
    let mut at = 0;
    if declared_delimiter(text.lines().next().unwrap_or_default()).is_some() {
        at = text.find('\n').map_or(text.len(), |end| end + 1);
    }
    while at < text.len() {
        let (mut cells, mut begin, mut end) = (Vec::new(), at, text.len());
        let (mut is_open, mut has_text) = (false, false);
        let mut next = text.len();
        for (offset, c) in text[at..].char_indices() {
            let here = at + offset;
            if !is_open && (c == '\n' || c == '\r') {
                end = here;
                next = here + if text[here..].starts_with("\r\n") { 2 } else { 1 };
                break;
            }
            if !is_open && c == delimiter {
                cells.push(begin..here);
                begin = here + c.len_utf8();
                continue;
            }
            // A mark opens a cell only at its beginning; two marks in an open cell close it and open it again, and are one of
            // its text.
            let before = text[begin..here].trim_start();
            let reopens = c == '"' && !is_open && before.starts_with('"');
            let opens = c == '"' && (is_open || reopens || before.is_empty());
            is_open ^= opens;
            has_text |= reopens || !c.is_whitespace() && c != '"';
        }
        cells.push(begin..end);
        if has_text {
            let trimmed = |cell: Range<usize>| {
                let raw = &text[cell.clone()];
                let begin = cell.start + raw.len() - raw.trim_start().len();
                begin..begin + raw.trim().len()
            };
            records.push(RawRecord { cells: cells.into_iter().map(trimmed).collect(), end });
        }
        at = next;
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settings(encoding: Option<&str>) -> ListSettings {
        ListSettings {
            file: "s.csv".to_owned(),
            encoding: encoding.map(str::to_owned),
            columns: [("withdrawn_at".to_owned(), "Rückzug am".to_owned())]
                .into_iter()
                .filter(|_| encoding == Some("windows-1252"))
                .collect(),
            values: Default::default(),
            dates: None,
        }
    }

    const CELLS: &[(&str, &str)] = &[("consent", "withdrawn"), ("withdrawn_at", "2018-01-20")];

    fn edited(bytes: &[u8], encoding: Option<&str>, line: u32) -> Vec<u8> {
        let settings = settings(encoding);
        EditableList::read(bytes.to_vec(), &settings).expect("a list").with(line, CELLS).expect("changed")
    }

    #[test]
    fn only_the_cells_change() {
        for (before, line, after) in [
            (
                "name,consent,withdrawn_at\nA,given,\nB,given,\n",
                3,
                "name,consent,withdrawn_at\nA,given,\nB,withdrawn,2018-01-20\n",
            ),
            // Quotation marks, spaces, line ends and blank lines stay.
            (
                "sep=;\r\n\"name\";\"consent\" ; x;withdrawn_at\r\n\r\n\"A;\"\"\r\nB\" ; \"given\" ;1; \r\nC;given;2;",
                4,
                "sep=;\r\n\"name\";\"consent\" ; x;withdrawn_at\r\n\r\n\"A;\"\"\r\nB\" ; \"withdrawn\" ;1; 2018-01-20\r\nC;given;2;",
            ),
            // A column that is missing is added at the end of each row.
            (
                "\u{feff}name\tconsent\rA\tgiven\rB\tgiven",
                2,
                "\u{feff}name\tconsent\twithdrawn_at\rA\twithdrawn\t2018-01-20\rB\tgiven\t",
            ),
            (
                "\"name\",\"consent\"\n\"A\",\"given\"\n,,\n\"B\",\"given\"\n",
                4,
                "\"name\",\"consent\",\"withdrawn_at\"\n\"A\",\"given\",\"\"\n,,\n\"B\",\"withdrawn\",\"2018-01-20\"\n",
            ),
            ("name,consent\nA,given\n", 2, "name,consent,withdrawn_at\nA,withdrawn,2018-01-20\n"),
        ] {
            assert_eq!(String::from_utf8(edited(before.as_bytes(), None, line)).expect("UTF-8"), after);
        }
    }

    #[test]
    fn the_encoding_stays() {
        let utf16 = |text: &str| -> Vec<u8> {
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        };
        assert_eq!(
            edited(&utf16("name,consent\r\nZoë 😀,given\r\n"), None, 2),
            utf16("name,consent,withdrawn_at\r\nZoë 😀,withdrawn,2018-01-20\r\n")
        );
        let before = b"name,consent,R\xFCckzug am\r\nZo\xEB,given,\r\n";
        let after = b"name,consent,R\xFCckzug am\r\nZo\xEB,withdrawn,2018-01-20\r\n";
        assert_eq!(edited(before, Some("windows-1252"), 2), after);
        let (before, after) = (
            b"name,consent\r\n\x93\x63\x92\x86,given\r\n",
            b"name,consent,withdrawn_at\r\n\x93\x63\x92\x86,withdrawn,2018-01-20\r\n",
        );
        assert_eq!(edited(before, Some("shift_jis"), 2), after);
    }

    #[test]
    fn a_list_that_cannot_be_changed_says_so() {
        let settings = settings(None);
        let list = EditableList::read(b"name,consent\nA,given\nB\n".to_vec(), &settings).expect("a list");
        let finding = list.with(2, CELLS).expect_err("a short row").remove(0);
        assert_eq!((finding.code, finding.place().and_then(|place| place.line)), (Code::RowLength, Some(3)));
        assert!(list.with(9, CELLS).is_err());
        let japanese = self::settings(Some("iso-2022-jp"));
        let list = EditableList::read(b"name,consent\nA,given\n".to_vec(), &japanese).expect("a list");
        assert!(list.with(2, CELLS).is_err());
    }

    proptest! {
        /// Whatever a list looks like, either nothing changes or only the two cells do.
        #[test]
        fn no_other_byte_changes(
            rows in prop::collection::vec(prop::collection::vec("[a-zé\" ,;\r\n]{0,6}", 3), 1..6),
            quoted in any::<bool>(),
            end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
            at in 0_usize..6,
        ) {
            let cell = |text: &String| match quoted || text.contains(['"', ',', '\r', '\n']) {
                true => format!("\"{}\"", text.replace('"', "\"\"")),
                false => text.clone(),
            };
            let mut text = format!("name,consent,withdrawn_at{end}");
            let (mut rows_at, mut line) = (Vec::new(), 2);
            for row in &rows {
                let begin = text.len();
                text += &(row.iter().map(cell).collect::<Vec<_>>().join(",") + end);
                rows_at.push((line, begin..text.len()));
                line += text[begin..].replace("\r\n", "\n").matches(['\n', '\r']).count() as u32;
            }
            let settings = settings(None);
            let Ok(list) = EditableList::read(text.clone().into_bytes(), &settings) else { return Ok(()) };
            let lines: Vec<u32> = list.lines().collect();
            prop_assume!(!lines.is_empty());
            let line = lines[at % lines.len()];
            let after = String::from_utf8(list.with(line, CELLS).expect("changed")).expect("UTF-8");
            let (_, at) = rows_at.iter().find(|(begins, _)| *begins == line).expect("a row of the text");
            prop_assert_eq!(&text[..at.start], &after[..at.start]);
            prop_assert!(after.ends_with(&text[at.end..]));
            let row = after[at.start..after.len() - (text.len() - at.end)].replace(['"', ' '], "");
            prop_assert!(row.contains("withdrawn,2018-01-20"), "{}", after);
        }
    }
}
