//! The letters in the outbox: every one can be parsed by any mail program, and has the same bytes on any machine.

use crate::desk::Desk;
use mail_parser::{MessageParser, MimeHeaders};

/// The sample's letters: the file's number and name, who it is for, and how it greets.
const SAMPLE: &[(&str, &str, &str, &str)] = &[
    ("00001-okafor-ceo", "Thandeka Okafor", "thandeka.okafor@northlight.example", "Dear Ms. Okafor:"),
    ("00002-brandvold-content", "Halvor Brandvold", "halvor.brandvold@northlight.example", "Dear Mr. Brandvold:"),
    ("00003-penhallick-series", "Chris Penhallick", "chris.penhallick@northlight.example", "Dear Chris Penhallick:"),
    (
        "00004-castellanos-marketing",
        "Íñigo Castellanos-Roe",
        "inigo.castellanos-roe@northlight.example",
        "Dear Mr. Castellanos-Roe:",
    ),
    (
        "00005-raghunandan-legal",
        "Suvarna Raghunandan",
        "suvarna.raghunandan@northlight.example",
        "Dear Ms. Raghunandan:",
    ),
    (
        "00006-eikenboom-safety",
        "Lotte Eikenboom",
        "lotte.eikenboom@northlight.example",
        "Sehr geehrte Frau Dr. Eikenboom,",
    ),
    (
        "00007-achterhof-communications",
        "Desmond Achterhof",
        "desmond.achterhof@northlight.example",
        "Dear Mr. Achterhof:",
    ),
    ("00008-ratings-director", "", "ratings@northlight.example", "Dear Director of Ratings and Advisories:"),
    ("00009-tietgen-chair", "Rosamund Tietgen", "board.chair@northlight.example", "Dear Madam Chair:"),
    (
        "00010-quarrington-council",
        "Anselm Quarrington-Hale",
        "president@screenstandards.example",
        "Dear Prof. Quarrington-Hale:",
    ),
];

#[test]
fn every_letter_of_the_sample_is_parsed_correctly() {
    let desk = Desk::sample();
    desk.run("write").exit(0);
    assert_eq!(desk.letters(), SAMPLE.iter().map(|(file, ..)| format!("{file}.eml")).collect::<Vec<_>>());
    for ((file, name, address, greeting), bytes) in SAMPLE.iter().zip(desk.octets()) {
        let letter = MessageParser::default().parse(&bytes).expect("a message");
        let names: Vec<_> = letter.headers().iter().map(|header| header.name().to_owned()).collect();
        let expected = ["Date", "From", "Reply-To", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"];
        assert_eq!(names, expected, "{file}");
        let one = |list: Option<&mail_parser::Address>| {
            let list = list.and_then(|list| list.as_list()).expect("addresses").to_vec();
            assert_eq!(list.len(), 1, "{file}");
            (list[0].name().unwrap_or_default().to_owned(), list[0].address().unwrap_or_default().to_owned())
        };
        assert_eq!(one(letter.to()), ((*name).to_owned(), (*address).to_owned()));
        assert_eq!(one(letter.from()), ("Alder Street Coalition".into(), "letters@alder-street.example".into()));
        assert_eq!(one(letter.reply_to()), (String::new(), "desk@alder-street.example".into()));
        assert_eq!(letter.date().expect("a date").to_rfc3339(), "2018-01-11T09:00:00-08:00");
        let subject = match file.contains("eikenboom") {
            true => "Die Ausbeutung von Kindern ist keine Unterhaltung: ein offener Brief mit 56 Unterschriften",
            false => "The exploitation of children is not entertainment: an open letter from 56 signatories",
        };
        assert_eq!(letter.subject(), Some(subject));
        assert!(letter.message_id().is_some_and(|id| id.ends_with("@alder-street.example")));
        let carried: Vec<_> = letter.attachments().map(|part| part.attachment_name().unwrap_or_default()).collect();
        let expected = if *file == "00001-okafor-ceo" { &["logo.png", "annex.pdf"][..] } else { &["logo.png"] };
        assert_eq!((letter.text_body_count(), letter.html_body_count(), &*carried), (1, 1, expected), "{file}");
        let (text, html) = (letter.body_text(0).expect("text"), letter.body_html(0).expect("HTML"));
        assert!(text.lines().any(|line| line == *greeting), "{file}: no {greeting:?} in\n{text}");
        assert!(html.contains(&format!(">{greeting}<")), "{file}");
        for printed in ["Marisol Quintanar-Ibáñez", "هالة القنديلي", "岑芷澄", "K. D.", "Wren", "Nadia W."]
        {
            assert!(text.contains(printed) && html.contains(printed), "{file}: {printed}");
        }
    }
}

#[test]
fn every_line_of_every_letter_is_short_ascii_with_crlf() {
    let desk = Desk::sample();
    desk.run("write").exit(0);
    for bytes in desk.octets() {
        assert!(bytes.ends_with(b"\r\n") && bytes.is_ascii());
        let lines: Vec<_> = bytes.split(|b| *b == b'\n').collect();
        for line in &lines[..lines.len() - 1] {
            let line = line.strip_suffix(b"\r").expect("CRLF");
            assert!(!line.contains(&b'\r') && !line.contains(&0), "a bare CR or NUL");
            assert!(line.len() <= 78, "{}", String::from_utf8_lossy(line));
        }
        let letter = MessageParser::default().parse(&bytes).expect("a message");
        for part in letter.parts.iter().filter(|part| part.is_text()) {
            let encoding = part.content_transfer_encoding();
            assert_eq!(encoding, Some("quoted-printable"), "a person can read the file");
        }
    }
}

#[test]
fn a_letter_contains_nothing_about_the_machine() {
    let mut desk = Desk::sample();
    desk.env("USER", "machinist").env("HOSTNAME", "engine-room.example").env("EMAIL", "machinist@engine-room.example");
    for (path, bytes) in desk.written() {
        // The review page shows what to type to approve.
        let text = String::from_utf8(bytes).expect("UTF-8").replace("<code>openletter approve</code>", "");
        let home = desk.dir().to_str().expect("UTF-8").to_owned();
        for trace in ["machinist", "engine-room", "penletter", "lettre", "localhost", &home] {
            assert!(!text.contains(trace), "{path}: {trace}");
        }
    }
}

#[test]
fn the_text_part_is_wrapped() {
    let desk = Desk::sample();
    desk.run("write").exit(0);
    for bytes in desk.octets() {
        let letter = MessageParser::default().parse(&bytes).expect("a message");
        let text = letter.body_text(0).expect("text").replace("\r\n", "\n");
        let prose = text.split("SURVIVORS").next().and_then(|text| text.split("ÜBERLEBENDE").next()).expect("a text");
        let too_wide: Vec<_> = prose.lines().filter(|line| line.chars().count() > 72).collect();
        assert!(too_wide.is_empty(), "{too_wide:#?}");
        assert!(
            (prose.contains("\n1. not to release") || prose.contains("\n1. „Half Past Curfew“ nicht"))
                && prose.contains("\n> “Please do not use our lives as décor.”\n")
        );
    }
}

#[test]
fn the_same_campaign_gives_the_same_bytes_at_any_place_and_time() {
    let first = Desk::sample().written();
    assert_eq!(first.len(), SAMPLE.len() + 2, "the letters, their manifest and their page");
    let mut abroad = Desk::sample();
    for (name, value) in [
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "de_DE.ISO-8859-1"),
        ("COLUMNS", "20"),
        ("SOURCE_DATE_EPOCH", "0"),
        ("USER", "ada"),
    ] {
        abroad.env(name, value);
    }
    assert_eq!(abroad.written(), first, "in another folder, zone and language");
    let desk = Desk::sample();
    let elsewhere = desk.dir().parent().expect("a folder");
    let mut command = desk.command("-C campaign write");
    assert!(command.current_dir(elsewhere).output().expect("it runs").status.success());
    assert_eq!(desk.outbox(), first, "from outside");
    desk.run("write --force").exit(0);
    assert_eq!(desk.outbox(), first, "a second time");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_an_outbox_with_any_umask() {
    use std::os::unix::fs::PermissionsExt;
    let mut first = None;
    for umask in ["000", "022", "027", "077"] {
        let desk = Desk::with("two-recipients");
        desk.shell(&format!("umask {umask}; exec \"$0\" write")).exit(0);
        let mode = |file: &str| desk.path(file).metadata().expect("it is there").permissions().mode() & 0o7777;
        let files = desk.outbox();
        for file in ["outbox", "outbox/letters"] {
            assert_eq!(mode(file), 0o700, "{file}, umask {umask}");
        }
        for file in files.keys() {
            assert_eq!(mode(&format!("outbox/{file}")), 0o600, "{file}, umask {umask}");
        }
        assert_eq!(*first.get_or_insert(files.clone()), files);
    }
}

#[test]
fn the_message_id_does_not_depend_on_the_text() {
    let ids = |desk: &Desk| {
        let list = desk.run("preview --list --format json").exit(0).json();
        list.as_array().expect("a list").iter().map(|row| row["message_id"].clone()).collect::<Vec<_>>()
    };
    let desk = Desk::with("two-recipients");
    let first = ids(&desk);
    assert_ne!(first[0], first[1]);
    desk.edit("templates/letter.md.hbs", "We are", "All of us are")
        .edit("campaign.toml", "A letter to two", "Two letters");
    desk.edit("recipients.csv", "ceo@northlight.example", "chief@northlight.example");
    assert_eq!(ids(&desk), first);
    desk.edit("campaign.toml", "id = \"two-recipients\"", "id = \"two-more\"");
    assert!(ids(&desk).iter().all(|id| !first.contains(id)), "another campaign");
}

#[test]
fn a_letter_file_is_dated_by_the_embargo_or_else_at_nine_in_the_campaigns_zone() {
    let desk = Desk::with("two-recipients");
    let date = |desk: &Desk| {
        let bytes = desk.run("preview --part source").exit(0).out;
        bytes.lines().find_map(|line| Some(line.strip_prefix("Date: ")?.to_owned())).expect("a date")
    };
    assert_eq!(date(&desk), "Thu, 11 Jan 2018 09:00:00 +0000");
    desk.edit("campaign.toml", "date = 2018-01-11", "timezone = \"America/New_York\"\ndate = 2018-01-11");
    assert_eq!(date(&desk), "Thu, 11 Jan 2018 09:00:00 -0500");
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-01-11\nnot_before = 2018-01-12T05:30:00+01:00");
    assert_eq!(date(&desk), "Thu, 11 Jan 2018 23:30:00 -0500");
}

#[test]
fn without_ids_letters_are_named_by_address() {
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", "name,title,email\nAda,Chair,Ada.Okafor@Northlight.example\n");
    desk.run("write").exit(0);
    assert_eq!(desk.run("status --format csv").exit(0).csv()[1][1], "ada.okafor@northlight.example");
    desk.run("preview ada.okafor@northlight.example").exit(0);
    assert_eq!(desk.letters().len(), 1);
}

#[test]
fn ids_cannot_lead_out_of_the_outbox() {
    let desk = Desk::with("two-recipients");
    let rows = ["../../up", "a/b", "..", "con", ".hidden", "a\\b", "A", "a", "é", "e\u{301}", &"x".repeat(300)];
    let rows: Vec<_> =
        rows.iter().enumerate().map(|(row, id)| format!("{id},Ada,Chair,{row}@northlight.example\n")).collect();
    desk.write("recipients.csv", format!("id,name,title,email\n{}", rows.concat()));
    desk.run("write").exit(0);
    assert_eq!(desk.letters().len(), rows.len());
    let around = std::fs::read_dir(desk.dir()).expect("a folder").count();
    assert_eq!(around, 6, "campaign.toml, two lists, templates, outbox and its lock");
    assert!(desk.letters().iter().all(|name| name.len() < 100 && name.ends_with(".eml")), "{:?}", desk.letters());
    desk.run("approve --by Ada").exit(0);
    desk.run("rehearse").exit(0).prints("11 letters went over SMTP");
}

#[test]
fn paragraphs_without_spaces_are_wrapped_between_ideographs() {
    let desk = Desk::with("two-recipients");
    let chinese = "我们写信给你们，因为我们在乎那些被剥削的孩子。".repeat(40);
    let japanese = "「私たちは手紙を書きます。」それはとても大切なことです、ちょっと待ってください。".repeat(30);
    desk.edit("templates/letter.md.hbs", "We are", &format!("{chinese}\n\n- {japanese}\n\nWe are"));
    let shown = desk.run("preview 1 --part text").exit(0).out;
    let width = |line: &str| line.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum::<usize>();
    for line in shown.lines().filter(|line| line.contains(['我', '私'])) {
        assert!(width(line) <= 72, "{line}");
    }
    let lines: Vec<&str> = shown.lines().map(str::trim_start).collect();
    assert!(lines.iter().all(|line| !line.starts_with(['，', '。', '、', '」', 'っ'])), "{shown}");
    assert!(lines.concat().contains(&chinese), "no character is lost");
    let first = desk.run("write").exit(0).code;
    let before = desk.octets();
    desk.run("write --force").exit(0);
    assert_eq!((first, before), (Some(0), desk.octets()), "the same bytes, and clean");
}
