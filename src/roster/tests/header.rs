//! Headers: delimiters, `sep=`, matching, mapping, and what is refused.

use super::*;

fn mapping(list: &str, settings: &ListSettings, kind: &ListKind) -> Vec<(String, Option<String>)> {
    let list = read(list, settings, kind).expect("opens");
    list.mapping().iter().map(|mapping| (mapping.header.clone(), mapping.column.clone())).collect()
}

fn some(header: &str, column: &str) -> (String, Option<String>) {
    (header.to_owned(), Some(column.to_owned()))
}

fn dropped(header: &str) -> (String, Option<String>) {
    (header.to_owned(), None)
}

fn help(findings: &[Finding]) -> String {
    findings[0].fix.as_ref().expect("a remedy").to_string()
}

#[test]
fn the_delimiter_is_found_in_the_header() {
    for delimiter in [",", ";", "\t"] {
        let list = ["id", "name", "email"].join(delimiter) + "\n" + &["1", "A.", "a@example.org"].join(delimiter);
        assert_eq!(column(list, "email"), ["a@example.org"], "{delimiter:?}");
    }
}

#[test]
fn delimiters_inside_quotation_marks_are_none() {
    let list = "\"Your part; id; email; in full\",name\nx,A\n";
    assert_eq!(column(list, "your_part_id_email_in_full"), ["x"]);
}

#[test]
fn a_delimiter_that_gives_known_headers_beats_one_that_occurs_more() {
    let list = "Name;Role, if any;City, State, Zip;E-Mail, if any\nA;B;C;D\n";
    assert_eq!(column(list, "role_if_any"), ["B"]);
}

#[test]
fn a_list_of_one_column_is_one_of_commas() {
    assert_eq!(column("name\nAda\n", "name"), ["Ada"]);
    assert_eq!(located(&findings("name\nAda,ada@example.org\n")), [(Code::RowLength, "2:5".to_owned())]);
}

#[test]
fn a_sep_line_sets_the_delimiter_and_counts_as_a_line() {
    for (first, delimiter) in [("sep=;\r\n", ";"), ("\"SEP=|\"\n", "|"), ("sep=\t\r", "\t"), ("\u{FEFF}sep=,\n", ",")] {
        let rows = rows(format!("{first}name{delimiter}id, or none\nA{delimiter}1\n").replace(", or", " or"));
        assert_eq!((rows[0].get("name"), rows[0].get("id_or_none"), rows[0].line()), ("A", "1", 3), "{first:?}");
    }
}

#[test]
fn headers_match_whatever_their_case_spaces_and_dashes() {
    let list = " \u{A0}ID ,GIVEN NAME,E-mail,\"Na\nme\"\n1,A,B,C\n";
    let expected = [some("ID", "id"), some("GIVEN NAME", "given_name"), some("E-mail", "email"), some("Na me", "name")];
    assert_eq!(mapping(list, &settings(), &SIGNATORIES), expected);
}

#[test]
fn other_columns_are_kept_under_a_plain_name_or_dropped() {
    let list = "name,Phone (home!),Étage, # ,Straße 2\nA,1,2,,4\n";
    let kept = [
        some("name", "name"),
        some("Phone (home!)", "phone_home"),
        some("Étage", "étage"),
        dropped("#"),
        some("Straße 2", "straße_2"),
    ];
    assert_eq!(mapping(list, &settings(), &PEOPLE), kept);
    let list = read(list, &settings(), &SIGNATORIES).unwrap();
    assert_eq!(list.columns().names, ["name"]);
    assert!(list.mapping()[1..].iter().all(|mapping| mapping.column.is_none()));
    let rows: Vec<Row> = list.map(Result::unwrap).collect();
    assert_eq!(rows[0].cells().collect::<Vec<_>>(), [("name", "A")]);
}

#[test]
fn columns_maps_a_header_and_takes_the_name_away_from_another() {
    let settings = mapped(&[("email", "e-mail (PRIVATE)"), ("name", "Signatory")]);
    let list = "E Mail,E-Mail (private),SIGNATORY\nold,new,A\n";
    let expected = [dropped("E Mail"), some("E-Mail (private)", "email"), some("SIGNATORY", "name")];
    for kind in [&PEOPLE, &SIGNATORIES] {
        assert_eq!(mapping(list, &settings, kind), expected);
        assert_eq!(read(list, &settings, kind).unwrap().next().unwrap().unwrap().get("email"), "new");
    }
}

#[test]
fn what_columns_gets_wrong_is_reported_with_the_nearest() {
    let wrong = mapped(&[("emial", "name"), ("given_name", "Vornamen"), ("id", "#"), ("statement", "name")]);
    let findings = findings_of("\nname,Vorname\nA,B\n", &wrong, &PEOPLE);
    let expected = [(Code::ListMapping, ""), (Code::ListMapping, "2"), (Code::ListMapping, "2")];
    assert_eq!(located(&findings[..3]), expected.map(|(code, position)| (code, position.to_owned())));
    assert!(findings[0].fix.as_ref().unwrap().to_string().contains("`email`"));
    assert!(findings[1].fix.as_ref().unwrap().to_string().contains("`Vorname`"));
    assert!(findings[2].message.to_string().contains("`id`"));
    assert!(findings[3].message.to_string().contains("both `emial` and `statement` to `name`"));
}

#[test]
fn a_needed_column_that_columns_gets_wrong_is_reported_once() {
    let findings = findings_of("name,id\nA,1\n", &mapped(&[("name", "Nmae")]), &PEOPLE);
    assert_eq!(located(&findings), [(Code::ListMapping, "1".to_owned())]);
    assert!(help(&findings).contains("`name`"));
}

#[test]
fn a_header_that_occurs_twice_is_reported_with_both_places() {
    let findings = findings("id,Given Name,name,Phone\nA,B,C,D\n".replace("Phone", "\"given\n_name\",Nr.,nr"));
    assert_eq!(located(&findings), [(Code::ListHeader, "1:20".to_owned()), (Code::ListHeader, "2:12".to_owned())]);
    assert!(findings[0].message.to_string().contains("line 1, column 4"));
    assert!(findings[1].message.to_string().contains("line 2, column 8"));
}

#[test]
fn a_kept_header_cannot_bear_the_name_of_a_helper() {
    let list = "name,List, Roll!\nA,B,C\n";
    assert_eq!(located(&findings(list)), [(Code::ListHeader, "1:6".to_owned()), (Code::ListHeader, "1:12".to_owned())]);
    assert_eq!(read(list, &settings(), &SIGNATORIES).unwrap().count(), 1, "a dropped one can");
}

#[test]
fn a_needed_column_that_is_missing_is_reported_with_what_the_list_has() {
    let findings = findings("id,Surname,Mame,E-mail\n1,A,B,C\n");
    assert_eq!(located(&findings), [(Code::ListHeader, "1".to_owned())]);
    assert!(help(&findings).contains("columns = { name = \"Mame\" }"));
    let far = self::findings("id,Wer\n1,A\n");
    assert!(help(&far).contains("`id`, `Wer`"));
}

#[test]
fn a_list_without_a_header_line_shows_nobody() {
    let list = "Maria Rossi,yes,maria@example.org,yes,Roll\nAda Okafor,yes,ada@example.org,no,List\n";
    let (plain, mapped) = (settings(), mapped(&[("name", "Signatory")]));
    for (settings, kind) in [(&plain, &SIGNATORIES), (&plain, &PEOPLE), (&mapped, &SIGNATORIES)] {
        let findings = findings_of(list, settings, kind);
        assert!(!findings.is_empty());
        assert!(findings.iter().all(|finding| finding.place().unwrap().line == Some(1)));
        let shown = format!("{findings:?}");
        assert!(!["Maria", "yes", "@", "Roll"].iter().any(|cell| shown.contains(cell)), "{shown}");
    }
}

#[test]
fn a_column_without_a_header_must_be_blank() {
    assert_eq!(column("name,,\nA,, \nB,,\n", "name"), ["A", "B"]);
    let findings = findings(",name,\u{200B}\nx,A,\n,B,\n,C, y\n");
    assert_eq!(located(&findings), [(Code::ListHeader, "2:1".to_owned()), (Code::ListHeader, "4:5".to_owned())]);
}

#[test]
fn blank_rows_before_the_header_are_skipped() {
    let rows = rows("\r\n  \r\n;;\r\nname;id;x\r\nA;1;2\r\n");
    assert_eq!((rows[0].get("id"), rows[0].line()), ("1", 5));
    assert_eq!(self::rows("\r\nname\nA\n")[0].line(), 3, "a file of two kinds of line breaks");
}

#[test]
fn all_that_is_wrong_with_a_header_is_reported_at_once() {
    let findings = findings_of("id,ID,roll\n", &mapped(&[("nmae", "x")]), &PEOPLE);
    let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::ListMapping, Code::ListHeader, Code::ListHeader, Code::ListHeader]);
}

#[test]
fn a_long_header_is_not_shown_to_its_end() {
    let question = "Why? ".repeat(100);
    let findings = findings(format!("name,{question},{question}\n"));
    assert!(findings[0].message.to_string().chars().count() < 200);
}
