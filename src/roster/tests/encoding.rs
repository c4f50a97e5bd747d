//! Encodings: UTF-8, what a mark says, what the settings name; never a guess.

use super::*;

fn named(label: &str) -> ListSettings {
    ListSettings { encoding: Some(label.to_owned()), ..settings() }
}

#[test]
fn utf_8_is_read_with_and_without_a_mark() {
    assert_eq!(column("name,id\nZoë,1\n", "name"), ["Zoë"]);
    let marked = rows("\u{FEFF}name,id\nZoë,1\n");
    assert_eq!(marked[0].get("name"), "Zoë");
    assert_eq!(marked[0].place("id").to_string(), "people.csv:2:5");
}

#[test]
fn utf_16_is_read_by_its_mark_with_tabs_and_without_a_last_line_break() {
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let list = utf16("Name\tEmail\tPostal Code\r\nŁucja 😀\tl@example.org\t00-001\r\nÖ\t\t", unit);
        let rows = rows(list);
        assert_eq!(rows[0].get("name"), "Łucja 😀");
        assert_eq!(rows[0].get("postal_code"), "00-001");
        assert_eq!(rows[0].place("email").to_string(), "people.csv:2:9");
        assert_eq!((rows[1].get("name"), rows[1].get("email"), rows[1].line()), ("Ö", "", 3));
    }
}

#[test]
fn another_encoding_is_read_where_it_is_named() {
    let list = b"name;id\nJos\xE9 \x80;1\n";
    let rows: Vec<Row> = read(list, &named("windows-1252"), &PEOPLE).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows[0].get("name"), "José €");
    let japanese = b"name,id\n\x1B$B;3ED\x1B(B,1\n";
    let rows: Vec<Row> = read(japanese, &named("iso-2022-jp"), &PEOPLE).unwrap().map(Result::unwrap).collect();
    assert_eq!((rows[0].get("name"), rows[0].place("id").column), ("山田", Some(4)));
}

#[test]
fn a_byte_that_is_not_utf_8_is_reported_with_its_place_and_what_to_do() {
    let mut list =
        read(b"name,id\r\nZo\xC3\xAB,1\r\n\"two\r\nlines\",2\r\nMa\xF1a,3\r\nB,4\r\n", &settings(), &SIGNATORIES)
            .unwrap();
    assert_eq!(list.next().unwrap().unwrap().get("name"), "Zoë");
    assert_eq!(located(&wrong(list.next().unwrap())), [(Code::CellText, "3:5".to_owned())]);
    let broken = list.next().unwrap().unwrap_err();
    assert_eq!(located(&broken), [(Code::ListEncoding, "5:3".to_owned())]);
    assert!(broken[0].fix.as_ref().unwrap().to_string().contains("encoding = \"windows-1252\""));
    assert!(list.next().is_none(), "what follows a broken encoding cannot be trusted");
    assert!(list.next().is_none());
}

#[test]
fn a_broken_byte_in_the_header_stops_the_opening() {
    assert_eq!(located(&findings(b"name,Stra\xDFe\nA,B\n")), [(Code::ListEncoding, "1:10".to_owned())]);
}

#[test]
fn a_character_cut_off_at_the_end_is_reported() {
    assert_eq!(located(&findings(b"name\nZo\xC3")), [(Code::ListEncoding, "2:3".to_owned())]);
    let mut odd = utf16("name\nAB", u16::to_le_bytes);
    odd.pop();
    assert_eq!(located(&findings(odd)), [(Code::ListEncoding, "2:2".to_owned())]);
    let mut lone = utf16("name\nA", u16::to_be_bytes);
    lone.extend([0xD8, 0x00]);
    assert_eq!(located(&findings(lone)), [(Code::ListEncoding, "2:2".to_owned())]);
}

#[test]
fn utf_16_without_a_mark_is_not_guessed() {
    let bare = utf16("name\tid\nA\t1\n", u16::to_le_bytes).split_off(2);
    let findings = findings(&bare);
    assert_eq!(located(&findings), [(Code::CellText, "1:2".to_owned())]);
    assert!(findings[0].fix.as_ref().unwrap().to_string().contains("utf-16le"));
    assert_eq!(read(&bare, &named("utf-16le"), &PEOPLE).unwrap().count(), 1);
}

#[test]
fn an_unknown_encoding_is_reported_with_the_nearest() {
    let findings = findings_of("name\nA\n", &named("windos-1252"), &PEOPLE);
    assert_eq!(located(&findings), [(Code::ListEncoding, String::new())]);
    assert!(findings[0].fix.as_ref().unwrap().to_string().contains("`windows-1252`"));
}

#[test]
fn a_mark_that_contradicts_the_settings_is_reported() {
    for (label, list) in [("windows-1252", "\u{FEFF}name\nA\n".into()), ("utf-8", utf16("name\nA\n", u16::to_le_bytes))]
    {
        assert_eq!(located(&findings_of(list, &named(label), &PEOPLE)), [(Code::ListEncoding, String::new())]);
    }
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        assert_eq!(read(utf16("name\nA\n", unit), &named("UTF-16"), &PEOPLE).unwrap().count(), 1);
    }
}

#[test]
fn a_byte_at_a_time_reads_the_same() {
    for list in [
        utf16("name\r\n\"Ł😀\r\nB\"\r\n\r\nC\r\n", u16::to_le_bytes),
        b"\xEF\xBB\xBFname\r\n\"\xC5\x81\r\nB\"\r\n\r\nC\r\n".to_vec(),
        b"sep=;\r\n\r\nname\r\nA\xFF".to_vec(),
    ] {
        let all = |input: Box<dyn Read>| -> Vec<String> {
            let list = List::open(Ok(input), &settings(), &PEOPLE).unwrap();
            list.map(|row| format!("{row:?}")).collect()
        };
        assert_eq!(all(Box::new(Cursor::new(list.clone()))), all(Box::new(Drip(Cursor::new(list)))));
    }
}
