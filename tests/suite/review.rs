//! The review page of the sample campaign, as a file: its content, its policy, and that every change of it is noticed.
//!
//! `.ci/browser` tests it in a browser.

use crate::desk::{Desk, Ran};
use serde_json::Value;

const PAGE: &str = "outbox/review.html";

fn write(desk: &Desk) -> Ran {
    desk.run("write").exit(0)
}

/// The page's data, and the page without it.
fn parts(page: &str) -> (Value, String) {
    let (before, rest) = page.split_once("<script type=\"application/json\" id=\"outbox\">").expect("data");
    let (data, after) = rest.split_once("</script>").expect("its end");
    (serde_json::from_str(data).expect("JSON"), format!("{before}{after}"))
}

fn lines(value: &Value) -> Vec<&str> {
    value.as_array().expect("lines").iter().map(|line| line.as_str().expect("a line")).collect()
}

/// A letter as the page's script puts it together.
fn put_together(letters: &[Value], letter: &Value) -> String {
    let Some(edits) = letter.get("edits") else { return lines(&letter["lines"]).join("\r\n") };
    let mut whole = lines(&letters[letter["like"].as_u64().expect("a rank") as usize]["lines"]);
    for edit in edits.as_array().expect("edits").iter().rev() {
        let number = |at: usize| edit[at].as_u64().expect("a number") as usize;
        whole.splice(number(0)..number(0) + number(1), lines(&edit[2]));
    }
    whole.join("\r\n")
}

#[test]
fn the_page_shows_every_letter_byte_for_byte_with_its_envelope() {
    let desk = Desk::sample();
    write(&desk).reports("Review them in a browser: outbox/review.html");
    let (data, _) = parts(&desk.text(PAGE));
    let letters = data["letters"].as_array().expect("letters");
    let files = desk.letters();
    assert_eq!(letters.len(), files.len());
    for (letter, file) in letters.iter().zip(&files) {
        assert_eq!(letter["file"], **file);
        assert_eq!(put_together(letters, letter).as_bytes(), desk.bytes(&format!("outbox/letters/{file}")));
        assert_eq!(letter["from"], "bounces@alder-street.example");
        let row = format!(",{},", letter["to"].as_str().expect("an address"));
        assert!(desk.text("outbox/manifest.csv").contains(&row), "{row}");
    }
    let whole: Vec<_> = letters.iter().filter(|letter| letter.get("lines").is_some()).collect();
    assert_eq!(whole.len(), 2, "what is the same in all letters of a language is there once");
    assert_eq!(data["cover"]["count"]["total"], 56);
    assert_eq!(data["cover"]["titles"].as_array().expect("titles").len(), letters.len());
    assert_eq!(data["cover"]["titles"][7], "Director of Ratings and Advisories");
    assert!(data["cover"]["findings"].as_array().expect("findings").iter().all(|finding| finding["what"].is_string()));
}

#[test]
fn the_page_loads_nothing_and_runs_only_its_own_script() {
    let desk = Desk::sample();
    write(&desk);
    let (_, frame) = parts(&desk.text(PAGE));
    let (_, policy) = frame.split_once("http-equiv=\"Content-Security-Policy\" content=\"").expect("a policy");
    let (policy, _) = policy.split_once('"').expect("its end");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("http") && !policy.contains('*') && !policy.contains("unsafe-eval"), "{policy}");
    // The campaign is only in the data, and the rest of the page is always the same.
    for absent in ["Northlight", "Alder", "http://", "https://", "src=", "@import", "url("] {
        assert!(!frame.contains(absent), "{absent}");
    }
    assert_eq!((frame.matches("<script>").count(), frame.matches("<style>").count()), (1, 1));
}

#[test]
fn withheld_names_are_not_on_the_page() {
    let desk = Desk::sample();
    write(&desk);
    let page = desk.text(PAGE);
    for withheld in ["Satterwhaite", "Pottinghurst", "Rushgrove", "mail.example"] {
        assert!(desk.text("signatories.csv").contains(withheld) && !page.contains(withheld), "{withheld}");
    }
}

#[test]
fn a_private_name_only_on_the_page_stops_the_run() {
    let desk = Desk::sample();
    desk.edit("campaign.toml", "id = \"not-entertainment-2018\"", "id = \"for-jolene-satterwhaite\"");
    desk.run("write")
        .exit(65)
        .reports("error[leak]: campaign.toml:")
        .reports("this setting contains private data")
        .hides("jolene");
    assert!(!desk.has("outbox"));
}

#[test]
fn a_changed_page_invalidates_the_approval() {
    let desk = Desk::sample();
    write(&desk);
    let digest = parts(&desk.text(PAGE)).0["cover"]["digest"].as_str().expect("a digest").to_owned();
    desk.run("approve --by 'Ada Example'")
        .exit(0)
        .prints(&format!("({digest})"))
        .reports("outbox/review.html shows the same digest");
    desk.edit(PAGE, "We ask Northlight", "We beg Northlight");
    desk.run("send --yes").exit(77).reports("review.html has changed");
    desk.run("approve --by 'Ada Example'").exit(77).reports("review.html has changed");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0).prints(&digest);
}

#[test]
fn the_same_campaign_gives_the_same_page() {
    let pages = [Desk::sample(), Desk::sample()].map(|desk| {
        write(&desk);
        desk.bytes(PAGE)
    });
    assert!(pages[0] == pages[1]);
}
