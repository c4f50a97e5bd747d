//! The file as a whole: opening, bounds, and what memory it takes.

use super::super::record::LIMIT;
use super::*;
use std::cell::Cell;
use std::rc::Rc;

#[test]
fn a_list_is_read_from_its_path_and_shown_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    std::fs::write(&path, "name\nAda\n").unwrap();
    let row = List::open(std::fs::File::open(path), &settings(), &PEOPLE).unwrap().next().unwrap().unwrap();
    assert_eq!((row.get("name"), row.place("name").to_string()), ("Ada", "people.csv:2:1".to_owned()));
}

#[test]
fn a_file_that_cannot_be_opened_or_read_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("missing"), folder.path().to_owned()] {
        let findings = List::open(std::fs::File::open(path), &settings(), &PEOPLE).unwrap_err();
        assert_eq!(located(&findings), [(Code::ListFile, String::new())]);
    }
}

#[test]
fn a_disk_that_fails_halfway_is_reported_after_the_rows_before() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let input = Cursor::new(b"name,id\nA,1\nB,".to_vec()).chain(Failing);
    let mut list = List::open(Ok(input), &settings(), &PEOPLE).unwrap();
    assert_eq!(list.next().unwrap().unwrap().get("name"), "A");
    let findings = list.next().unwrap().unwrap_err();
    assert_eq!(located(&findings), [(Code::ListFile, "3:3".to_owned())]);
    assert!(findings[0].message.to_string().contains("the disk is gone"));
    assert!(list.next().is_none());
}

#[test]
fn an_empty_file_has_no_header() {
    for list in ["", "\u{FEFF}", "\n \n;;\n", "sep=;\n"] {
        assert_eq!(located(&findings(list)), [(Code::ListHeader, String::new())], "{list:?}");
    }
}

#[test]
fn the_file_of_a_spreadsheet_program_is_called_so() {
    let findings = findings(b"PK\x03\x04\x14\x00\x06\x00\x08\x00");
    assert_eq!(findings[0].code, Code::ListFile);
    assert!(findings[0].fix.as_ref().unwrap().to_string().contains("CSV UTF-8"));
}

#[test]
fn a_row_is_handed_out_before_the_file_is_read_to_its_end() {
    struct Endless(Rc<Cell<usize>>);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let line = b"name,id\n";
            let read = self.0.get();
            buffer.iter_mut().enumerate().for_each(|(at, byte)| *byte = line[(read + at) % line.len()]);
            self.0.set(read + buffer.len());
            Ok(buffer.len())
        }
    }
    let read = Rc::new(Cell::new(0));
    let mut list = List::open(Ok(Endless(Rc::clone(&read))), &settings(), &PEOPLE).unwrap();
    let row = list.nth(9_999).unwrap().unwrap();
    assert_eq!((row.line(), list.rows()), (10_001, 10_000));
    assert!(read.get() < 10_001 * 8 + 64 * 1024, "{} bytes were read for 80 kB of rows", read.get());
}

#[test]
fn a_row_that_is_too_long_is_reported_and_the_rest_goes_on() {
    let long = "x".repeat(3 * LIMIT);
    for cell in [format!("\"{long}\n{long}\""), long.clone()] {
        let mut list = read(format!("name,id\n{cell},1\nB,2\n"), &settings(), &PEOPLE).unwrap();
        assert_eq!(located(&list.next().unwrap().unwrap_err()), [(Code::RowLength, "2:1".to_owned())]);
        assert!(list.record.held() <= 2 * LIMIT);
        assert_eq!(list.next().unwrap().unwrap().get("name"), "B");
    }
}

#[test]
fn a_row_of_countless_cells_is_counted_and_not_kept() {
    let surplus = ",x".repeat(2 * LIMIT);
    let findings = findings(format!("name,id\nA,1{surplus}\n"));
    assert_eq!(located(&findings), [(Code::RowLength, "2:5".to_owned())]);
    assert!(findings[0].message.to_string().contains(&format!("{} cells, the header 2", 2 * LIMIT + 2)));
}

#[test]
fn a_header_of_countless_cells_is_reported() {
    let headers: Vec<String> = (0..2000).map(|n| format!("h{n}")).collect();
    let findings = findings(format!("name,{}\n", headers.join(",")));
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::ListHeader]);
}

#[test]
fn neither_a_list_nor_its_rows_show_a_cell_when_debugged() {
    let mut list = read("name\nSecret Person\n", &settings(), &SIGNATORIES).unwrap();
    let row = list.next().unwrap().unwrap();
    assert_eq!(format!("{list:?} {row:?}"), "List { people.csv, rows: 1 } Row { people.csv:2 }");
}
