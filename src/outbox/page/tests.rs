//! The page contains every letter byte for byte, keeps every text inside its data, and is covered by the manifest.

use super::super::manifest::Row;
use super::super::tests::{desk, letter, name, names, sources};
use super::super::{Discrepancy, DiscrepancyKind, Layout, Outbox, Replace, Writer};
use super::*;
use crate::diagnostics::code::Code;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::file_text;
use crate::message::octets::Octets;
use proptest::prelude::*;
use std::fs;
use std::sync::Arc;

const HOSTILE: [&str; 7] = [
    "</script><script>alert(1)</script>",
    "<!-- <script> ]]>",
    "<img src=https://evil.example onerror=alert(1)>",
    "</iframe></pre></style><style>@import url(//evil.example)</style>",
    "javascript:alert(1)\u{2028}\u{2029}\u{0}\u{feff}",
    "%data% %script% %style% %policy% &lt;b&gt; &#60;",
    "\\u003cscript\\u003e \\\"",
];

/// A cover of nothing but this text.
fn with_cover<T>(text: &str, take: impl FnOnce(&Cover) -> T) -> T {
    let finding =
        Finding::new(Code::GroupSmall, file_text(text)).at(Place::file(text)).quote(text).help(file_text(text));
    let facts = [("From", text.to_owned())];
    let titles = [text.to_owned()];
    take(&Cover {
        title: text,
        organisation: text,
        facts: &facts,
        titles: &titles,
        roll: &Roll::default(),
        groups: &[],
        findings: &[finding],
    })
}

/// An outbox with these letters and its page, not yet in place.
fn written(dir: &Path, letters: &[Letter], cover: &str) -> Writer {
    let mut writer = Writer::begin(dir, &sources(), Layout::Flat).unwrap();
    writer.begin_page().unwrap();
    for letter in letters {
        writer.add(letter, &name(letter.number)).unwrap();
    }
    with_cover(cover, |cover| writer.close_page(cover)).unwrap();
    writer
}

fn outbox(dir: &Path) -> Outbox {
    let letters = [1, 2, 3].map(|number| letter(number, &format!("id-{number}")));
    written(dir, &letters, "Not entertainment").commit(Replace::Refuse).unwrap()
}

/// The page's data, between the only two tags that can enclose it.
fn data(page: &str) -> Value {
    let (_, after) = page.split_once("<script type=\"application/json\" id=\"outbox\">").unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

/// The bytes of the letter of this rank, put together as the page's script does it.
fn put_together(letters: &[Value], rank: usize) -> Option<String> {
    let lines = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let record = &letters[rank];
    let mut result = Vec::new();
    match record.get("edits") {
        None => result = lines(record.get("lines")?),
        Some(edits) => {
            let base = lines(&letters[record["like"].as_u64().unwrap() as usize]["lines"]);
            let mut from = 0;
            for edit in edits.as_array().unwrap() {
                let at = edit[0].as_u64().unwrap() as usize;
                result.extend_from_slice(&base[from..at]);
                result.extend(lines(&edit[2]));
                from = at + edit[1].as_u64().unwrap() as usize;
            }
            result.extend_from_slice(&base[from..]);
        }
    }
    Some(result.join("\r\n"))
}

proptest! {
    #[test]
    fn no_text_means_anything_to_html_and_every_text_comes_out_as_it_went_in(text in any::<String>(), at in 0usize..7) {
        let text = format!("{text}{}{text}", HOSTILE[at]);
        let json = encode::json(&text).unwrap();
        prop_assert!(!json.contains(['<', '>', '&', '\n', '\u{2028}', '\u{2029}']), "{json}");
        prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn every_letter_comes_out_of_its_edits_byte_for_byte(
        common in proptest::collection::vec("[a-c]{0,2}", 0..30),
        changes in proptest::collection::vec(proptest::collection::vec((0usize..30, "[a-d\r\n]{0,3}"), 0..6), 1..12),
    ) {
        let texts: Vec<String> = changes.iter().map(|changes| {
            let mut lines = common.clone();
            for (at, line) in changes {
                let at = at % (lines.len() + 1);
                if line.is_empty() && at < lines.len() { drop(lines.remove(at)) } else { lines.insert(at, line.clone()) }
            }
            lines.join("\r\n")
        }).collect();
        let mut bases = edits::Bases::default();
        let records: Vec<Value> = texts.iter().enumerate()
            .map(|(rank, text)| bases.show(rank as u32, &text.clone().into_bytes().into(), ROOM, |shown| json!(shown)))
            .collect();
        for (rank, text) in texts.iter().enumerate() {
            prop_assert_eq!(put_together(&records, rank), Some(text.clone()));
        }
    }

    #[test]
    fn letters_that_share_blocks_come_out_byte_for_byte(
        ends in proptest::collection::vec(prop_oneof![Just(""), Just("a"), Just("\r\n"), Just("a\r\nb")], 3),
        letters in proptest::collection::vec(proptest::collection::vec((0usize..3, "[ab\r\n]{0,4}"), 0..6), 1..8),
    ) {
        let block = |(at, end): (usize, &&str)| -> Arc<[u8]> {
            [end, &*format!("block {at}\r\n").repeat(40), end].concat().into_bytes().into()
        };
        let blocks: Vec<Arc<[u8]>> = ends.iter().enumerate().map(block).collect();
        let letters: Vec<Octets> = letters.iter().map(|runs| {
            let mut octets = Octets::default();
            for (at, own) in runs {
                octets.push(own.as_bytes());
                octets.push_shared(&blocks[*at]);
            }
            octets
        }).collect();
        let mut bases = edits::Bases::default();
        let records: Vec<Value> = (0..).zip(&letters)
            .map(|(rank, octets)| bases.show(rank, octets, ROOM, |shown| json!(shown))).collect();
        for (rank, octets) in letters.iter().enumerate() {
            prop_assert_eq!(put_together(&records, rank).map(String::into_bytes), Some(octets.to_vec()));
        }
    }
}

#[test]
fn the_page_holds_every_letter_and_shows_the_digest_of_what_it_shows() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    let page = fs::read_to_string(outbox.page().unwrap()).unwrap();
    let data = data(&page);
    let letters = data["letters"].as_array().unwrap();
    for (rank, number) in (1..=3).enumerate() {
        let bytes = letter(number, "").bytes.to_vec();
        assert_eq!(put_together(letters, rank).unwrap().as_bytes(), bytes);
        assert_eq!(format!("sha256:{}", letters[rank]["sha256"].as_str().unwrap()), digest::of(&bytes));
        assert_eq!(letters[rank]["to"], format!("to-{number}@northlight.example"));
    }
    let manifest = fs::read_to_string(dir.join("manifest.csv")).unwrap();
    let (before, _) = manifest.split_once("page,").unwrap();
    assert_eq!(data["cover"]["digest"], digest::of(before.as_bytes()));
    assert_eq!(outbox.letters_digest(), digest::of(before.as_bytes()));
    assert_eq!(Outbox::open(&dir).unwrap().letters_digest(), outbox.letters_digest());
}

#[test]
fn lines_shared_by_all_letters_are_on_the_page_once() {
    let body = "We ask Northlight not to release the series.\r\n".repeat(500);
    let letters: Vec<Letter> = (1..=50)
        .map(|number| {
            let plain = letter(number, "id");
            Letter { bytes: [&plain.bytes.to_vec()[..], body.as_bytes()].concat().into(), ..plain }
        })
        .collect();
    let (_desk, dir) = desk();
    let outbox = written(&dir, &letters, "").commit(Replace::Refuse).unwrap();
    let page = fs::metadata(outbox.page().unwrap()).unwrap().len() as usize;
    let frame = frame().0.len() + frame().1.len();
    assert!(page < frame + body.len() * 2 + 50 * 400, "{page} octets");
}

#[test]
fn letters_in_several_languages_share_their_base_letters() {
    let mut bases = edits::Bases::default();
    let texts = ["one\r\n", "uno\r\n"].map(|line| line.repeat(200));
    let whole = (0..20)
        .map(|rank| {
            let octets = texts[rank as usize % 2].clone().into_bytes().into();
            bases.show(rank, &octets, ROOM, |shown| matches!(shown, Shown::Whole { .. }))
        })
        .filter(|is_whole| *is_whole);
    assert_eq!(whole.count(), 2);
}

#[test]
fn letters_too_large_for_the_page_are_listed_by_file() {
    let mut bases = edits::Bases::default();
    let mut show = |bytes: &[u8], room| bases.show(0, &bytes.to_vec().into(), room, |shown| json!(shown));
    assert_eq!(show(b"a\r\nb\r\n", 3), json!({}));
    assert_eq!(show(b"a\xff\r\n", ROOM), json!({}));
    assert_eq!(show(b"a\r\nb\r\n", ROOM), json!({ "lines": ["a", "b", ""] }));
    let (_desk, dir) = desk();
    let bytes = b"from: Alder <letters@alder.example>\r\nSubject: x\r\nTo: =?utf-8?q?N=C3=B3?=\r\n  Okafor\r\n <to-1@northlight.example>\r\n\r\nTo: b\xff\r\n";
    let letter = Letter { bytes: bytes.to_vec().into(), ..letter(1, "id") };
    let outbox = written(&dir, &[letter], "").commit(Replace::Refuse).unwrap();
    let data = data(&fs::read_to_string(outbox.page().unwrap()).unwrap());
    let field = |key: &str| data["letters"][0][key].clone();
    assert_eq!((field("lines"), field("subject")), (Value::Null, json!("Not entertainment")));
    assert_eq!(field("from_field"), "Alder <letters@alder.example>");
    assert_eq!(field("to_field"), "=?utf-8?q?N=C3=B3?=  Okafor <to-1@northlight.example>");
}

#[test]
fn no_campaign_text_escapes_the_data() {
    let plain = frame();
    for (number, text) in (1..).zip(HOSTILE) {
        let (_desk, dir) = desk();
        let id: String = text.chars().filter(|c| !c.is_control()).collect();
        let letter =
            Letter { bytes: format!("Subject: {text}\r\n\r\n{text}\r\n").into_bytes().into(), ..letter(number, &id) };
        let outbox = written(&dir, &[letter], text).commit(Replace::Refuse).unwrap();
        let page = fs::read_to_string(outbox.page().unwrap()).unwrap();
        let inside = page.strip_prefix(&plain.0).unwrap().strip_suffix(&plain.1).unwrap();
        assert!(!inside.contains(['<', '>', '&']), "{text}");
        assert_eq!(data(&page)["cover"]["title"], text);
    }
}

#[test]
fn the_policy_allows_only_the_pages_own_script() {
    let (before, after) = frame();
    let script = after.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    let policy = before.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once('"').unwrap().0;
    let allowed = format!("'sha256-{}'", BASE64_STANDARD.encode(Digest::of(script.as_bytes()).octets()));
    let directives: Vec<_> = policy.split("; ").collect();
    assert_eq!(directives[0], "default-src 'none'");
    assert!(directives.contains(&&*format!("script-src {allowed}")), "{policy}");
    assert!(directives.contains(&"base-uri 'none'") && directives.contains(&"form-action 'none'"), "{policy}");
    let frame = before + &after;
    assert!(!frame.contains("%data%") && !frame.contains("%style%") && !frame.contains('\r'));
    for remote in ["http:", "https:", "src=\"", "url(", "@import", "innerHTML", "eval("] {
        assert!(!frame.contains(remote), "{remote}");
    }
}

#[test]
fn a_changed_page_is_noticed() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    assert_eq!(names(&dir), ["letters", "manifest.csv", "review.html"]);
    assert_eq!(outbox.verify().unwrap(), []);
    let found = |what| vec![Discrepancy { file: "review.html".into(), what }];
    let path = outbox.page().unwrap();
    let page = fs::read_to_string(&path).unwrap();
    fs::write(&path, page.replacen("Not", "Now", 1)).unwrap();
    assert_eq!(outbox.verify().unwrap(), found(DiscrepancyKind::Changed));
    fs::write(&path, page.clone() + " ").unwrap();
    assert_eq!(outbox.verify().unwrap(), found(DiscrepancyKind::Changed));
    fs::remove_file(&path).unwrap();
    assert_eq!(outbox.verify().unwrap(), found(DiscrepancyKind::Missing));
    fs::create_dir(&path).unwrap();
    assert_eq!(outbox.verify().unwrap(), found(DiscrepancyKind::Changed));
}

#[test]
fn a_page_that_is_not_in_the_manifest_is_extra() {
    let (_desk, dir) = desk();
    let mut writer = Writer::begin(&dir, &sources(), Layout::Flat).unwrap();
    writer.add(&letter(1, "id"), &name(1)).unwrap();
    let outbox = writer.commit(Replace::Refuse).unwrap();
    assert_eq!(outbox.page(), None);
    fs::write(dir.join("review.html"), "somebody else's").unwrap();
    assert_eq!(outbox.verify().unwrap(), [Discrepancy { file: "review.html".into(), what: DiscrepancyKind::Extra }]);
}

#[test]
fn the_same_letters_give_the_same_page() {
    let pages = [(); 2].map(|()| {
        let (_desk, dir) = desk();
        fs::read(outbox(&dir).page().unwrap()).unwrap()
    });
    assert!(pages[0] == pages[1]);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_page() {
    use std::os::unix::fs::PermissionsExt;
    let (_desk, dir) = desk();
    let mode = fs::metadata(outbox(&dir).page().unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_page_has_one_row_after_the_letters() {
    let (_desk, dir) = desk();
    outbox(&dir);
    let path = dir.join("manifest.csv");
    let manifest = fs::read_to_string(&path).unwrap();
    let page = manifest.lines().find(|line| line.starts_with("page,")).unwrap().to_owned() + "\n";
    let refused = |text: String| {
        fs::write(&path, text).unwrap();
        Outbox::open(&dir).unwrap_err().to_string()
    };
    assert!(refused(manifest.replace(&page, &format!("{page}{page}"))).contains(":7: "));
    let third = manifest.lines().find(|line| line.starts_with("letter,3,")).unwrap().to_owned() + "\n";
    let swapped = manifest.replace(&third, "").replace(&page, &format!("{page}{third}"));
    assert!(refused(swapped).contains("only the closing row may follow the page"));
    assert!(refused(manifest.replace("review.html", "other.html")).contains("not written as this program writes it"));
    let row = Row::Page { digest: digest::of(b""), octets: 7 };
    assert!(String::from_utf8(row.line().unwrap()).unwrap().starts_with("page,,,review.html,e3b0"));
}
