//! Rows: cutting, trimming, places, lengths, quotation marks, and what a cell may hold.

use super::*;

fn positions(row: &Row, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| row.place(name).to_string().replace("people.csv:", "")).collect()
}

/// Whether the name is a good one.
fn is_name(name: &str) -> bool {
    reports_for("name", name).is_empty()
}

fn reports_for(column: &str, cell: &str) -> Vec<(Code, String)> {
    let list = match column {
        "name" => format!("id,name\n1,\"{cell}\"\n"),
        _ => format!("id,name,{column}\n1,A,\"{cell}\"\n"),
    };
    located(&findings(list))
}

#[test]
fn every_cell_has_its_place_as_an_editor_shows_it() {
    for line_break in ["\n", "\r\n", "\r"] {
        let list = "name,statement,id\nZoë,\"a\nb\n\nc\",  7\n\n ,,\n\"B\"\"B\" , d,\n".replace('\n', line_break);
        let rows = rows(list);
        assert_eq!(positions(&rows[0], &["name", "statement", "id"]), ["2:1", "2:5", "5:6"], "{line_break:?}");
        assert_eq!(rows[0].get("statement"), "a\nb\n\nc", "line breaks come in as LF");
        assert_eq!(positions(&rows[1], &["name", "statement", "id"]), ["8:1", "8:10", "8:12"]);
        assert_eq!(rows[1].get("name"), "B\"B");
    }
}

#[test]
fn a_row_begins_where_its_dropped_cells_begin() {
    let list = read("Comment,name\n\"a\nb\",A\n", &settings(), &SIGNATORIES).unwrap();
    let row = list.map(Result::unwrap).next().unwrap();
    assert_eq!((row.line(), row.place("name").line, row.place("email").line), (2, Some(3), Some(2)));
}

#[test]
fn white_space_around_cells_is_trimmed() {
    let rows = rows("name;id;x\n\u{A0} Ada Q. \t; \" 1 \" ;\"\n\u{3000}y\n\"\n");
    assert_eq!(rows[0].cells().map(|(_, cell)| cell).collect::<Vec<_>>(), ["Ada Q.", "1", "y"]);
    assert_eq!(positions(&rows[0], &["name", "id", "x"]), ["2:3", "2:13", "2:20"]);
}

#[test]
fn blank_rows_are_skipped_and_shift_no_line() {
    let rows = rows("name,id\n\n , \n\"\",\"\n\"\n,,,,\nA,1\n\n");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].line(), 7);
}

#[test]
fn a_row_too_short_or_too_long_is_reported_with_its_line() {
    let list = "name,id,x\nA,1\nB,1,2,3,4\nC,1,2\n\"D\nD\",\"1\n2\",3,4\n";
    let mut list = read(list, &settings(), &PEOPLE).unwrap();
    let short = list.next().unwrap().unwrap_err();
    assert_eq!(located(&short), [(Code::RowLength, "2:4".to_owned())]);
    assert_eq!(short[0].message.to_string(), "the row has 2 cells, the header 3");
    let long = list.next().unwrap().unwrap_err();
    assert_eq!(located(&long), [(Code::RowLength, "3:7".to_owned())]);
    assert_eq!(list.next().unwrap().unwrap().get("name"), "C");
    let split = list.next().unwrap().unwrap_err();
    assert_eq!(located(&split), [(Code::RowLength, "7:6".to_owned())]);
    assert_eq!(
        (split[0].message.to_string().as_str(), split[0].places[1].line),
        ("the row has 4 cells, the header 3", Some(5))
    );
    assert_eq!((list.next().is_none(), list.rows()), (true, 4));
}

#[test]
fn a_quotation_mark_never_closed_is_reported_where_it_was_opened() {
    let mut list = read("name,id\nA,1\nB, \"2\nC,3\nD,4\n", &settings(), &PEOPLE).unwrap();
    assert_eq!(list.next().unwrap().unwrap().get("name"), "A");
    assert_eq!(located(&list.next().unwrap().unwrap_err()), [(Code::ListQuote, "3:4".to_owned())]);
    assert!(list.next().is_none());
    assert_eq!(located(&findings("name,\"id\nA,1\n")), [(Code::ListQuote, "1:6".to_owned())]);
    let long = format!("name,id\n\"A,{}", "1\n".repeat(2_000_000));
    assert_eq!(located(&findings(long)), [(Code::ListQuote, "2:1".to_owned())]);
}

#[test]
fn text_after_a_closing_quotation_mark_is_reported_with_both_places() {
    let findings = findings("name,id\n\"She said \"hi\"\",1\n\"A,1\n\"B\",2\nC,3\n");
    assert_eq!(located(&findings), [(Code::ListQuote, "2:12".to_owned()), (Code::ListQuote, "4:2".to_owned())]);
    assert!(findings[1].message.to_string().contains("line 3, column 1"));
    let spaced = self::findings("name,id\n\"A\" \"B\",1\n\"\" x,\n");
    assert_eq!(located(&spaced), [(Code::ListQuote, "2:5".to_owned()), (Code::ListQuote, "3:4".to_owned())]);
}

#[test]
fn a_quotation_mark_inside_a_bare_cell_is_text() {
    assert_eq!(column("name,id\nMaria \"Mia\" R.,1\n5\"\",2\n", "name"), ["Maria \"Mia\" R.", "5\"\""]);
}

#[test]
fn what_is_refused_in_a_cell_is_named_with_its_place() {
    let list = "id,name,email\n1,\"A\r\nB\",\"\"\"x\"\"\u{202E}y\"\n2, a\tb,c\n";
    let findings = findings(list);
    let expected = [(Code::CellText, "2:5"), (Code::CellText, "3:10"), (Code::CellText, "4:5")];
    assert_eq!(located(&findings), expected.map(|(code, position)| (code, position.to_owned())));
    assert!(findings[0].message.to_string().contains("`name` contains a line break (U+000A)"));
    assert!(findings[1].message.to_string().contains("`email` contains a bidirectional control character (U+202E)"));
    assert!(findings[2].message.to_string().contains("(U+0009)"));
    assert!(findings.iter().all(|finding| finding.quote.is_none()));
}

#[test]
fn what_nobody_can_see_is_no_part_of_a_name() {
    for c in "\u{0}\t\u{7}\u{1B}\u{7F}\u{80}\u{85}\u{9F}\u{AD}\u{34F}\u{61C}\u{115F}\u{180E}\u{200B}\u{200C}\u{200D}\
              \u{200E}\u{200F}\u{2028}\u{2029}\u{202A}\u{202E}\u{2060}\u{2064}\u{2066}\u{2069}\u{206F}\u{2800}\u{3164}\
              \u{E000}\u{F8FF}\u{FDD0}\u{FE00}\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF9}\u{FFFC}\u{FFFD}\u{FFFE}\u{FFFF}\
              \u{1FFFF}\u{E0001}\u{E0020}\u{E007F}\u{E0100}\u{F0000}\u{100000}\u{10FFFD}\u{10FFFF}"
        .chars()
    {
        assert!(!is_name(&format!("Ma{c}ria")), "U+{:04X}", u32::from(c));
    }
}

#[test]
fn names_are_written_in_every_script() {
    for name in [
        "Jürgen Müller-Østergård",
        "Nguyễn Thị Minh",
        "José\u{301} O’Neill",
        "Дарья Ёлкина",
        "山田 太郎",
        "김민준",
        "محمد علی",
        "שרה לוי",
        "สมชาย ใจดี",
        "Nʻzinga 😀",
        // Persian and Urdu part letters, Sinhala, Devanagari, Bengali and Khmer join them.
        "می\u{200C}خواهم",
        "شه\u{200C}ناز",
        "ශ්\u{200D}රී",
        "क्\u{200D}षमा",
        "র\u{200D}্যাব",
        "ខ\u{200C}្មែរ",
        // A Malayalam name that ends in a chillu as older keyboards write it.
        "അരവിന്ദന്\u{200D}",
        // The ideograph a family writes itself with; a sign in emoji style.
        "葛\u{E0100}城",
        "Peace \u{262E}\u{FE0F} House",
    ] {
        assert!(is_name(name), "{name}");
    }
}

#[test]
fn joiners_are_welcome_only_inside_words_that_need_them() {
    for name in
        ["Ma\u{200D}ria", "\u{200C}علی", "علی\u{200C}", "علی\u{200C} رضا", "علی\u{200C}\u{200C}رضا", "م\u{200D}a"]
    {
        assert!(!is_name(name), "{}", name.escape_unicode());
    }
}

#[test]
fn a_statement_has_lines_and_emoji_and_no_controls() {
    for fine in ["a\nb\r\nc\rd", "co\u{AD}operate", "👩\u{200D}👧 \u{2764}\u{FE0F}", "\u{200F}שלום!\u{200F}"] {
        assert_eq!(reports_for("statement", fine), [], "{}", fine.escape_unicode());
    }
    for c in [
        '\t', '\0', '\u{B}', '\u{C}', '\u{2028}', '\u{202E}', '\u{2067}', '\u{E000}', '\u{10FFFD}', '\u{FFFE}',
        '\u{FFFD}',
    ] {
        let expected = [(Code::CellText, "3:2".to_owned())];
        assert_eq!(reports_for("statement", &format!("a\nb{c}c")), expected, "U+{:04X}", u32::from(c));
    }
}

#[test]
fn nul_is_reported_even_in_a_column_that_is_dropped() {
    let list = "name,Comment\nA,b\0\nB,\"c\nd\u{202E}\"\n";
    let mut list = read(list, &settings(), &SIGNATORIES).unwrap();
    assert_eq!(located(&wrong(list.next().unwrap())), [(Code::CellText, "2:4".to_owned())]);
    assert_eq!(list.next().unwrap().unwrap().get("name"), "B", "what else it holds concerns nobody");
}

#[test]
fn every_bad_cell_and_row_of_a_list_is_reported() {
    let list = "id,name,email\n1,\"A\n\",\"b\nc\"\n2,a\u{200B}b,\u{1}\n3,B\n4,C,d\n";
    let positions: Vec<String> = located(&findings(list)).into_iter().map(|(_, position)| position).collect();
    assert_eq!(positions, ["3:5", "5:4", "5:7", "6:4"]);
}
