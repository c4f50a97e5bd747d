//! Properties: bad bytes never panic, and what a list was written from is what it reads as.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces that lists trip over.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 24] = [
        b"name", b"id", b"statement", b"sep=", b"\"", b"\"\"", b",", b";", b"\t", b"\n", b"\r\n", b"\r", b" ", b"a",
        b"\0", b"\xC2\xA0", b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF", b"\xE2\x80\x8D", b"\xE0\xA5\x8D",
        b"\xF4\x80\x80\x80", b"\xE9", b"\xD8\x00",
    ];
    prop_oneof![4 => select(pieces.to_vec()).prop_map(<[u8]>::to_vec), 1 => vec(any::<u8>(), 1..4)]
}

/// Text that any cell of several lines can hold.
fn cell() -> impl Strategy<Value = String> {
    let pieces = ["a", "Zoë", "山", "😀", "\"", "\"\"", ",", ";", "\n", "\r\n", "\r", " ", "\u{A0}", "'", "=", "name"];
    prop_oneof![2 => vec(select(pieces.to_vec()), 0..8).prop_map(|p| p.concat()), 1 => "[ -~\n]{0,12}"]
        .prop_filter("a wrapped cell is read without its wrapping", |cell| {
            crate::roster::repair::unwrapped(cell.trim()).is_none()
        })
}

/// Line breaks as an editor counts them, without the reader's own counter.
fn breaks(text: &str) -> usize {
    text.replace("\r\n", "\n").matches(['\n', '\r']).count()
}

const WIDE: ListKind = ListKind { multiline: &["id", "name", "email", "statement"], ..PEOPLE };

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        head in select(vec!["", "name,id\n", "\u{FEFF}name;statement\r\n", "sep=,\nname,x"]),
        pieces in vec(piece(), 0..60),
        encoding in select(vec![None, Some("utf-16le"), Some("windows-1252"), Some("shift_jis"), Some("nonsense")]),
        drop in any::<bool>(),
    ) {
        let bytes = [head.as_bytes(), &pieces.concat()].concat();
        let settings = ListSettings { encoding: encoding.map(str::to_owned), ..settings() };
        let kind = if drop { SIGNATORIES } else { PEOPLE };
        let lines = bytes.len() as u32 + 1;
        match read(&bytes, &settings, &kind) {
            Err(findings) => prop_assert!(!findings.is_empty() && findings.iter().all(|f| f.place().is_some())),
            Ok(list) => for row in list {
                match row {
                    Ok(row) if row.broken().next().is_some() => {}
                    Ok(row) => for (name, cell) in row.cells() {
                        prop_assert_eq!(cell.trim(), cell);
                        let refused = cell.contains(['\0', '\r', '\t', '\u{100000}']);
                        prop_assert!(!refused);
                        prop_assert!(name == "statement" || !cell.contains('\n'));
                        prop_assert!(row.place(name).line.is_some_and(|line| line <= lines));
                    },
                    Err(findings) => {
                        let reported_lines = findings.iter().map(|f| f.place().and_then(|place| place.line));
                        prop_assert!(reported_lines.flatten().filter(|line| *line <= lines).count() == findings.len());
                    }
                }
            }
        }
    }

    #[test]
    fn a_written_list_reads_back_cell_for_cell_and_line_for_line(
        written in vec([cell(), cell(), cell(), cell()], 0..12),
        delimiter in select(vec![b',', b';', b'\t']),
        ending in select(vec![csv::Terminator::CRLF, csv::Terminator::Any(b'\n'), csv::Terminator::Any(b'\r')]),
        style in select(vec![csv::QuoteStyle::Necessary, csv::QuoteStyle::Always]),
        encoding in select(vec!["utf-8", "marked utf-8", "utf-16le", "utf-16be"]),
        sep in any::<bool>(),
    ) {
        let mut text = if sep { format!("sep={}\r\n", char::from(delimiter)) } else { String::new() };
        let names = ["id", "name", "email", "statement"].map(str::to_owned);
        let mut begins = Vec::new();
        for record in [&names].into_iter().chain(&written) {
            begins.push(1 + breaks(&text));
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter).terminator(ending).quote_style(style).from_writer(Vec::new());
            writer.write_record(record).unwrap();
            text += &String::from_utf8(writer.into_inner().unwrap()).unwrap();
        }
        let bytes = match encoding {
            "utf-8" => text.clone().into_bytes(),
            "marked utf-8" => format!("\u{FEFF}{text}").into_bytes(),
            "utf-16le" => utf16(&text, u16::to_le_bytes),
            _ => utf16(&text, u16::to_be_bytes),
        };
        let trimmed = |cell: &String| cell.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
        let expected: Vec<(usize, Vec<String>)> = written.iter().zip(&begins[1..])
            .map(|(record, line)| (*line, record.iter().map(trimmed).collect::<Vec<_>>()))
            .filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()))
            .collect();

        let mut list = read(bytes, &settings(), &WIDE).unwrap();
        let rows: Vec<Row> = list.by_ref().map(|row| row.unwrap()).collect();
        prop_assert_eq!(list.rows(), expected.len());
        let found: Vec<(usize, Vec<String>)> = rows.iter()
            .map(|row| (row.line() as usize, row.cells().map(|(_, cell)| cell.to_owned()).collect()))
            .collect();
        prop_assert_eq!(found, expected);

        let normal = text.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<&str> = normal.split('\n').collect();
        for row in &rows {
            for (name, cell) in row.cells().filter(|(_, cell)| !cell.is_empty()) {
                let place = row.place(name);
                let line = lines[place.line.unwrap() as usize - 1];
                let there = line.chars().nth(place.column.unwrap() as usize - 1);
                prop_assert!(there == Some('"') || there == cell.chars().next(), "{place}: {there:?}");
            }
        }
    }
}
