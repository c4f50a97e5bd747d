//! Rows as a table, as CSV and as JSON.

use super::*;
use crate::terminal::{Color, Device, Volume};

const COLUMNS: [Column; 3] = [Column::number("no"), Column::text("id"), Column::text("to")];

fn table(device: Device, rows: &[[&str; 3]]) -> String {
    let mut out = Vec::new();
    let terminal = Terminal::new(device, Color::Never, Volume::Normal);
    let mut table = Rows::table(&terminal, &mut out, &COLUMNS);
    rows.iter().for_each(|row| table.row(row).expect("written"));
    table.finish().expect("written");
    String::from_utf8(out).expect("text")
}

fn csv_of(rows: &[[&str; 3]]) -> String {
    let mut out = Vec::new();
    let mut csv = Rows::csv(&mut out, &COLUMNS).expect("written");
    rows.iter().for_each(|row| csv.row(row).expect("written"));
    csv.finish().expect("written");
    String::from_utf8(out).expect("text")
}

#[test]
fn columns_are_aligned_by_visible_width() {
    let rows = [["1", "okafor", "Ada Okafor"], ["10", "王秀英", "Xiuying"], ["3", "e\u{301}", ""]];
    let expected = "no  id      to\n 1  okafor  Ada Okafor\n10  王秀英  Xiuying\n 3  e\u{301}\n";
    assert_eq!(table(Device::Pipe, &rows), expected);
    assert_eq!(table(Device::Pipe, &[]), "no  id  to\n");
}

#[test]
fn a_row_is_shortened_only_for_a_terminal() {
    let rows = [["1", "okafor", "Ada Okafor, Chief Content Officer, Northlight"]];
    let cut = table(Device::Terminal { columns: 30 }, &rows);
    assert_eq!(cut, "no  id      to\n 1  okafor  Ada Okafor, Chief…\n");
    assert!(table(Device::Pipe, &rows).contains(rows[0][2]));
    let narrow = table(Device::Terminal { columns: 12 }, &rows);
    assert!(narrow.lines().all(|line| fit::width(line) <= 12), "{narrow}");
}

#[test]
fn folding_columns_are_put_whole_under_a_row_that_is_too_wide() {
    const FOLDING: [Column; 4] =
        [Column::number("no"), Column::text("id"), Column::text("at").folding(), Column::text("answer").folding()];
    let shown = |columns| {
        let mut out = Vec::new();
        let terminal = Terminal::new(Device::Terminal { columns }, Color::Never, Volume::Normal);
        let mut table = Rows::table(&terminal, &mut out, &FOLDING);
        table.row(&["1", "okafor", "12:00", "550 no such user here"]).expect("written");
        table.row(&["2", "legal", "", ""]).expect("written");
        table.finish().expect("written");
        String::from_utf8(out).expect("text")
    };
    assert_eq!(shown(40), "no  id      at     answer\n 1  okafor  12:00  550 no such user here\n 2  legal\n");
    assert_eq!(shown(30), "no  id      at\n 1  okafor  12:00\n    550 no such user here\n 2  legal\n");
    assert_eq!(shown(16), "no  id\n 1  okafor\n    12:00  550\n    no such user\n    here\n 2  legal\n");
}

#[test]
fn a_right_to_left_cell_is_isolated_only_on_a_terminal() {
    let rows = [["1", "إيمان", "x\u{202e}y\u{1b}"]];
    let shown = table(Device::Terminal { columns: 80 }, &rows);
    assert!(shown.contains(" 1  \u{2068}إيمان\u{2069}  x\\u{202e}y␛\n"), "{shown:?}");
    assert!(!table(Device::Pipe, &rows).contains('\u{2068}'));
}

#[test]
fn rows_after_the_sample_are_written_at_once() {
    let rows = vec![["1", "a", "b"]; SAMPLE + 500];
    assert_eq!(table(Device::Pipe, &rows).lines().count(), SAMPLE + 501);
    let mut out = Vec::new();
    let terminal = Terminal::new(Device::Pipe, Color::Never, Volume::Normal);
    let mut table = Rows::table(&terminal, &mut out, &COLUMNS);
    rows.iter().for_each(|row| table.row(row).expect("written"));
    let Rows(Writer::Table(table)) = table else { panic!("a table") };
    assert!(table.waiting.is_empty());
}

#[test]
fn csv_keeps_every_cell_and_contains_no_formula() {
    let rows = [["1", "=1+1", "a, \"b\"\nc"], ["+2", "@x", "-3"], ["\t=", "\r=", "a=b -c"]];
    assert_eq!(csv_of(&rows), "no,id,to\n1,'=1+1,\"a, \"\"b\"\"\nc\"\n'+2,'@x,'-3\n'\t=,\"'\r=\",a=b -c\n");
}

#[test]
fn json_is_indented() {
    let mut out = Vec::new();
    json(&mut out, &[1]).expect("written");
    assert_eq!(out, b"[\n  1\n]\n");
}

#[test]
fn json_escapes_control_characters_without_changing_the_value() {
    let text = "\u{1b}[2J\u{9b}\u{7f}\u{202e}\u{10ff3c} é 王 \n";
    let mut out = Vec::new();
    json(&mut out, text).expect("written");
    let written = String::from_utf8(out).expect("text");
    assert_eq!(written, "\"\\u001b[2J\\u009b\\u007f\\u202e\\udbff\\udf3c é 王 \\n\"\n");
    assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
}
