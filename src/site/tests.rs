//! Pages of invented campaigns: what is searched, what is escaped, and what replaces a site.

use super::*;
use crate::language::ENGLISH;
use std::fs;
use std::path::Path;

fn page(title: &str, html: &str) -> (String, String) {
    let text = PageText { text: String::new(), flowing: String::new(), html: html.to_owned(), has_title: false };
    let statement = Statement { text, groups: Vec::new(), affiliation_note: "" };
    let page = Page {
        language: &ENGLISH,
        title,
        organisation: "Lantern Alliance",
        edition: 1,
        date: jiff::civil::date(2018, 1, 11),
        contact: "desk@lantern.example".to_owned(),
        content: Content::Press(statement),
    };
    let pages = [PageKind::Letter, PageKind::Press];
    let html = page.html(&Frame { pages: &pages, base_url: Some("https://lantern.example/"), ..Frame::default() });
    (html.page().to_owned(), html.searched().to_owned())
}

#[test]
fn every_text_of_a_campaign_is_escaped_and_searched_and_no_word_of_the_program_is() {
    let (page, searched) = page("<b>\"Zeppelina\" & co", "<p>Quixotina</p>");
    assert!(page.contains("content=\"&lt;b&gt;&quot;Zeppelina&quot; &amp; co\""), "{page}");
    for text in ["&quot;Zeppelina&quot;", "Quixotina", "Lantern Alliance", "https://lantern.example/"] {
        assert!(searched.contains(text), "{text} in {searched}");
    }
    for own in ["Press release", "Plain text", "January", "generator", "grid"] {
        assert!(page.contains(own) && !searched.contains(own), "{own} in {searched}");
    }
}

#[test]
fn the_policy_names_the_style_sheet_and_nothing_else() {
    let (page, _) = page("A title", "");
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
    let policy = policy.expect("a policy");
    assert!(policy.starts_with("default-src 'none'; img-src data:; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
    assert!(page.contains("<link rel=\"canonical\" href=\"https://lantern.example/press.html\">"));
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn a_site_replaces_a_site_as_a_whole() {
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path().join("a/site");
    let (page, _) = page("A title", "");
    write(&dir, &[("press.html", page.as_bytes()), ("press.txt", b"text")]).expect("written");
    assert_eq!(names(&dir), ["press.html", "press.txt"]);
    write(&dir, &[("index.html", page.as_bytes())]).expect("written again");
    assert_eq!(names(&dir), ["index.html"], "a page that is no longer published is gone");
    assert_eq!(names(&home.path().join("a")), ["site"], "nothing is left beside it");
}

#[test]
fn only_a_site_is_replaced() {
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path().join("site");
    fs::create_dir(&dir).expect("a folder");
    let (page, _) = page("A title", "");
    let files: [(&str, &[u8]); 1] = [("press.html", page.as_bytes())];
    for (name, text) in
        [("notes.txt", "mine"), ("index.html", "<title>mine</title>"), ("press.txt", "mine"), ("letter.pdf", "mine")]
    {
        fs::write(dir.join(name), text).expect("written");
        let error = write(&dir, &files).expect_err("refused").to_string();
        assert!(error.contains(name), "{error}");
        assert_eq!(names(&dir), [name]);
        fs::remove_file(dir.join(name)).expect("removed");
    }
    write(&dir, &files).expect("an empty folder is a site");
    assert!(write(Path::new("/"), &files).is_err());
}
