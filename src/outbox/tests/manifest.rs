//! The manifest reads back exactly, is harmless in a spreadsheet, and is refused if written in any other way.

use super::super::manifest::{CarriedFile, Reader, Row, header};
use super::*;
use proptest::prelude::*;

/// Texts with characters that are special in spreadsheets, CSV and TOML.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            proptest::sample::select("=+-@';,\" \u{feff}＝\\|é".chars().collect::<Vec<_>>()),
            any::<char>().prop_filter("no control", |c| !c.is_control()),
        ],
        0..24,
    )
    .prop_map(String::from_iter)
}

fn row() -> impl Strategy<Value = Row> {
    let letter = (any::<u32>(), text(), text(), text(), any::<u64>(), "[a-z0-9+=-]{1,12}").prop_map(
        |(number, id, message_id, subject, octets, local)| {
            let entry = Entry::of(&letter(number, &id), &name(number));
            let to = format!("{local}@northlight.example").parse().unwrap();
            Row::Letter(Entry {
                message_id,
                subject,
                octets,
                envelope: Envelope { to, ..entry.envelope.clone() },
                ..entry
            })
        },
    );
    let source = text().prop_map(|file| Row::Source(Source { file, digest: digest::of(b"") }));
    let page = any::<u64>().prop_map(|octets| Row::Page { digest: digest::of(b""), octets });
    let file = (text(), any::<u64>())
        .prop_map(|(file, octets)| Row::File(CarriedFile { file, digest: digest::of(b""), octets }));
    prop_oneof![4 => letter, 4 => source, 2 => file, 1 => page]
}

fn read(bytes: &[u8]) -> Result<Vec<Row>, (u32, &'static str)> {
    let mut reader = Reader::new(std::io::Cursor::new(bytes.to_owned()));
    let mut rows = Vec::new();
    loop {
        match reader.next() {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => return Ok(rows),
            Err(ReadError::Malformed(why)) => return Err((reader.line(), why)),
            Err(ReadError::Io(error)) => panic!("{error}"),
        }
    }
}

fn manifest(rows: &[Row]) -> Vec<u8> {
    let lines = rows.iter().flat_map(|row| row.line().unwrap());
    header().unwrap().into_iter().chain(lines).collect()
}

/// The manifest of the outbox of three letters, as text.
fn sample() -> String {
    let (_desk, dir) = desk();
    outbox(&dir);
    fs::read_to_string(dir.join("manifest.csv")).unwrap()
}

proptest! {
    #[test]
    fn any_rows_read_back_exactly(sources in proptest::collection::vec(row(), 0..6)) {
        let mut rows = sources;
        rows.sort_by_key(|row| match row {
            Row::Source(_) => 0,
            Row::Letter(_) | Row::File(_) => 1,
            Row::Page { .. } | Row::End { .. } => 2,
        });
        let pages = rows.iter().filter(|row| matches!(row, Row::Page { .. })).count();
        rows.truncate(rows.len() - pages.saturating_sub(1));
        let letters = rows.iter().filter(|row| matches!(row, Row::Letter(_))).count() as u32;
        rows.push(Row::End { letters });
        prop_assert_eq!(read(&manifest(&rows)), Ok(rows));
    }

    #[test]
    fn no_cell_is_a_formula_to_any_spreadsheet(row in row()) {
        let line = row.line().unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&line[..]);
        let record = reader.records().next().unwrap().unwrap();
        let by_semicolon = record.iter().flat_map(|cell| cell.split(';'));
        for cell in by_semicolon {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']), "{cell:?}");
        }
    }

    #[test]
    fn a_line_has_one_spelling(line in "(letter|source|file|page|end),[0-9+]{0,2},'?[=a]{0,2},\"?x\"?,[0-9a]{0,64},?[ 0]{0,2},,,,") {
        if let Ok(rows) = read(&[header().unwrap(), line.clone().into_bytes(), b"\nend,0,,,,,,,,\n".to_vec()].concat()) {
            prop_assert_eq!(rows[0].line().unwrap(), (line + "\n").into_bytes());
        }
    }

    #[test]
    fn changing_a_byte_changes_the_digest_or_is_refused(at in 0usize..4096, to in any::<u8>()) {
        let (_desk, dir) = desk();
        let whole = outbox(&dir);
        let path = dir.join("manifest.csv");
        let mut bytes = fs::read(&path).unwrap();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        fs::write(&path, &bytes).unwrap();
        prop_assert!(Outbox::open(&dir).map_or(true, |changed| changed.digest != whole.digest));
        prop_assert!(whole.approve("Rosa Mora", jiff::Timestamp::UNIX_EPOCH).is_err());
    }
}

#[test]
fn a_manifest_is_a_table_people_can_read() {
    let sample = sample();
    let lines: Vec<_> = sample.lines().collect();
    let digits = |bytes: &[u8]| digest::of(bytes).replace("sha256:", "");
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0], "kind,number,id,file,sha256,octets,envelope_from,envelope_to,message_id,subject");
    assert_eq!(lines[1], format!("source,,,recipients.csv,{},,,,,", digits(b"the list")));
    let bytes = letter(1, "id-1").bytes.to_vec();
    assert_eq!(
        lines[2],
        format!(
            "letter,1,id-1,00001-to.eml,{},{},bounces@example.org,to-1@northlight.example,<1@example.org>,Not entertainment",
            digits(&bytes),
            bytes.len()
        )
    );
    assert_eq!(lines[5], "end,3,,,,,,,,");
}

#[test]
fn a_manifest_truncated_at_any_byte_is_damaged() {
    let sample = sample();
    for length in 0..sample.len() {
        let (line, _) = read(&sample.as_bytes()[..length]).expect_err("a cut manifest");
        assert_eq!(line as usize, sample[..length].matches('\n').count() + 1);
    }
}

#[test]
fn a_malformed_manifest_is_damaged_with_its_line() {
    let sample = sample();
    let digits = digest::of(b"the list").replace("sha256:", "");
    for (line, from, to) in [
        (1, "kind,number", "number,kind"),
        (1, "kind", "\u{feff}kind"),
        (2, digits.as_str(), "abc"),
        (2, &digits, &digits.to_uppercase()),
        (2, "source,,", "source,7,"),
        (3, "letter,1,", "letter,+1,"),
        (3, "letter,1,", "letter,01,"),
        (3, "letter,1,", "letter,-1,"),
        (3, "letter,1,", "Letter,1,"),
        (3, "letter,1,", "\nletter,1,"),
        (3, "id-1", "\"id-1\""),
        (3, "id-1", "'id-1"),
        (3, "id-1", "=id-1"),
        (3, "id-1", "id\t1"),
        (3, "00001-to.eml", "../00001-to.eml"),
        (3, "00001-to.eml", "/etc/passwd"),
        (3, "00001-to.eml", "a\\b"),
        (3, "00001-to.eml", ".."),
        (3, "00001-to.eml", ""),
        (3, "bounces@example.org", "bounces"),
        (4, "to-2@northlight.example", "to-2@northlight.example>"),
        (4, "letter,2,id-2,", "letter,2,"),
        (4, "letter,2,id-2,", "letter,2,id-2,,"),
        (6, "end,3", "end,2"),
        (6, "end,3,", "end,3,x"),
        (6, "end", "source"),
        (7, "end,3,,,,,,,,\n", "end,3,,,,,,,,\nend,3,,,,,,,,\n"),
        (7, "end,3,,,,,,,,\n", "end,3,,,,,,,,\n\n"),
    ] {
        let (_desk, dir) = desk();
        outbox(&dir);
        assert!(sample.contains(from));
        fs::write(dir.join("manifest.csv"), sample.replacen(from, to, 1)).unwrap();
        match Outbox::open(&dir) {
            Err(OutboxError::Damaged { line: Some(told), .. }) => assert_eq!(told, line, "{from:?} → {to:?}"),
            other => panic!("{from:?} → {to:?}: {other:?}"),
        }
    }
}

#[test]
fn an_endless_line_is_refused_before_it_fills_memory() {
    let endless = [header().unwrap(), vec![b'x'; 1 << 20]].concat();
    assert_eq!(read(&endless), Err((2, "the line is truncated or too long")));
    assert_eq!(
        read(&[header().unwrap(), b"letter,\xff,,,,,,,,\n".to_vec()].concat()),
        Err((2, "the line is not UTF-8"))
    );
}

#[test]
fn a_row_that_needs_several_lines_is_not_written() {
    let (_desk, dir) = desk();
    let mut writer = Writer::begin(&dir, &[], Layout::Flat).unwrap();
    for subject in ["two\nlines", "a\ttab", "nul\0", "\u{85}", &"x".repeat(70_000)] {
        let letter = Letter { subject: subject.into(), ..letter(1, "id-1") };
        assert!(matches!(writer.add(&letter, &name(1)), Err(OutboxError::Text { .. })));
    }
    let bad = Source { file: "list.csv".into(), digest: "sha256:abc".into() };
    drop(writer);
    assert!(matches!(Writer::begin(&dir, &[bad], Layout::Flat), Err(OutboxError::Text { what: "digest", .. })));
}
