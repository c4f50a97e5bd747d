//! `publish`: pages that are the same on every run, load nothing and name nobody who is not shown; all of them or none.

use crate::desk::Desk;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const PAGES: [&str; 2] = ["index.html", "press.html"];

/// The letter of the sample and its statement for the press, published into `site`.
fn published() -> Desk {
    let desk = Desk::with_examples();
    desk.run("publish site --no-pdf --with examples/press")
        .exit(0)
        .reports("Wrote index.html, press.html and press.txt into site/");
    desk
}

fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    entries.map(|name| name.into_string().expect("UTF-8")).collect()
}

/// A run that must fail with this code and leave nothing behind.
#[track_caller]
fn refused(desk: &Desk, words: &str, code: i32) -> crate::desk::Ran {
    let before = names(desk.dir());
    let ran = desk.run(words).exit(code);
    assert_eq!(names(desk.dir()), before, "openletter {words} leaves something");
    ran
}

/// How often a text is in a page.
fn count(page: &str, text: &str) -> usize {
    page.matches(text).count()
}

#[test]
fn a_site_is_the_same_on_every_run_and_loads_nothing() {
    let desk = published();
    desk.run("publish again --no-pdf --with examples/press").exit(0);
    let files = names(&desk.path("site"));
    assert_eq!(files, names(&desk.path("again")));
    for file in files {
        assert_eq!(desk.bytes(&format!("site/{file}")), desk.bytes(&format!("again/{file}")), "{file}");
    }
    desk.run("publish again --no-pdf --with examples/press").exit(0);
    for page in PAGES {
        let html = desk.text(&format!("site/{page}"));
        assert_eq!(html, desk.text(&format!("again/{page}")));
        for loaded in ["<script", "src=\"http", "url(", "@import", "<iframe", "style=\""] {
            assert_eq!(count(&html, loaded), 0, "{page} has {loaded}");
        }
    }
}

#[test]
fn the_letter_has_its_signatures_counts_recipients_and_a_way_to_answer() {
    let page = published().text("site/index.html");
    for text in [
        "<html lang=\"en\">",
        "<h1>The exploitation of children is not entertainment</h1>",
        "56 signatories: 44 people and 12 organizations",
        "As of January 11, 2018 (PST): 56 signatories",
        "<h3>Survivors <span class=\"number\">21</span></h3>",
        "<b><bdi>Noémie Castelbrac</bdi></b><span><bdi>Peer mentor</bdi></span><span><bdi>Lyon, France</bdi></span>",
        "and 10 survivors whose names are withheld for their safety",
        "* Affiliations are given for identification only.",
        "<b>Thandeka Okafor</b><span>Chief Executive Officer</span><span>Northlight, Inc.</span>",
        "<a href=\"mailto:desk@alder-street.example\">",
        "<a href=\"press.html\">Press release</a>",
        "<a href=\"index.html\" aria-current=\"page\">Open letter</a>",
        "<img src=\"data:image/png;base64,",
        "<meta property=\"og:title\" content=\"The exploitation of children is not entertainment\">",
        "fifty-six signatories, of whom forty-four are people",
    ] {
        assert!(page.contains(text), "{text} is missing in\n{page}");
    }
    let listed = count(&page, "<li><b><bdi>");
    assert_eq!(listed, 43, "everybody who is named, once");
    for text in ["Dear ", "okafor@northlight.example", "1 Observatory Plaza", "Satterwhaite", "canonical", "noindex"] {
        assert!(!page.contains(text), "{text} is in\n{page}");
    }
}

#[test]
fn the_statement_is_for_release_and_names_no_journalist() {
    let desk = published();
    let (page, text) = (desk.text("site/press.html"), desk.text("site/press.txt"));
    for shown in [&page, &text] {
        assert!(shown.contains("FOR IMMEDIATE RELEASE") && !shown.contains("EMBARGOED"), "{shown}");
        for journalist in ["Lindqvist", "Wavelength", "Aldergrove", "Dear "] {
            assert!(!shown.contains(journalist), "{journalist} is in\n{shown}");
        }
        assert!(shown.contains("of the 56 signatories are survivors"), "{shown}");
    }
    assert_eq!(count(&page, "<h1>"), 1, "the headline is in the statement");
    assert!(page.contains("<td class=\"right\">56</td>"), "{page}");
    assert!(page.contains("<a href=\"press.txt\">Plain text</a>"), "{page}");
}

#[test]
fn a_base_url_gives_canonical_links() {
    let desk = Desk::with_examples();
    desk.run("publish site --with examples/press --base-url https://alder-street.example/letter").exit(0);
    for (page, address) in [("index.html", "letter/"), ("press.html", "letter/press.html")] {
        let html = desk.text(&format!("site/{page}"));
        for head in ["<link rel=\"canonical\" href=\"", "<meta property=\"og:url\" content=\""] {
            assert!(html.contains(&format!("{head}https://alder-street.example/{address}\">")), "{html}");
        }
    }
    refused(&desk, "publish other --base-url alder-street.example", 64);
}

/// The two-recipient campaign, whose letter is for everybody.
fn lantern() -> Desk {
    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "{{salutation}}\n", "{{#unless page}}\n{{salutation}}\n\n{{/unless}}\n");
    let text = desk.text("templates/letter.md.hbs").replace("{{recipient.title}}", "two");
    desk.write("templates/letter.md.hbs", text);
    desk
}

#[test]
fn nothing_is_published_before_the_embargo_ends_but_drafts() {
    let desk = lantern();
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-01-11\nembargo = 2999-01-11T09:00:00-05:00");
    refused(&desk, "publish site", 77).reports("under embargo until 2999-01-11 14:00 UTC").reports("--draft");
    desk.run("publish site --draft").exit(0);
    let page = desk.text("site/index.html");
    assert!(page.contains("Draft, not for publication · EMBARGOED UNTIL 2:00 p.m. UTC, January 11, 2999"), "{page}");
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    desk.edit("campaign.toml", "2999-01-11T09", "2018-01-11T09");
    desk.run("publish site").exit(0);
    let page = desk.text("site/index.html");
    assert!(!page.contains("Draft") && !page.contains("noindex"), "{page}");
}

#[test]
fn an_embargo_of_one_campaign_holds_for_the_whole_site() {
    let desk = Desk::with_examples();
    desk.edit("examples/press/campaign.toml", "embargo = 2018", "embargo = 2999");
    refused(&desk, "publish site --with examples/press", 77);
    desk.run("publish site").exit(0);
}

#[test]
fn a_planted_withheld_name_stops_it_wherever_it_is() {
    let title = "title = \"The exploitation of children is not entertainment\"";
    for (file, from, to) in [
        ("templates/letter.md.hbs", "We do not ask for silence.", "We thank Jolene Satterwhaite."),
        ("templates/letter.md.hbs", "images/logo.png){width=64}", "images/Satterwhaite.png){width=64}"),
        ("campaign.toml", title, "title = \"Jolene Satterwhaite asks\""),
        ("recipients.csv", "Chief Executive Officer", "Friend of Jolene Satterwhaite"),
        ("campaign.toml", "many = \"campaigners\"", "many = \"friends of Jolene Satterwhaite\""),
        ("examples/press/templates/press.md.hbs", "**ENDS**", "Jolene Satterwhaite has signed."),
        ("examples/press/campaign.toml", "Survivors ask", "Jolene Satterwhaite asks"),
    ] {
        let desk = published();
        fs::copy(desk.path("images/logo.png"), desk.path("images/Satterwhaite.png")).expect("copied");
        let before: Vec<_> = PAGES.map(|page| desk.bytes(&format!("site/{page}"))).into();
        desk.edit(file, from, to);
        let ran = refused(&desk, "publish site --with examples/press", 65);
        assert!(ran.err.contains("error[leak]") && !ran.err.contains("Satterwhaite"), "{file}: {}", ran.err);
        let after: Vec<_> = PAGES.map(|page| desk.bytes(&format!("site/{page}"))).into();
        assert_eq!(before, after, "{file}: the site has changed");
        refused(&desk, "publish new --with examples/press", 65);
    }
    let desk = Desk::sample();
    refused(&desk, "publish site --base-url https://jolene-satterwhaite.example/", 65).reports("the page index.html");
}

/// The program's own words are not leaks, even if somebody has one as a name.
#[test]
fn no_word_of_the_program_is_a_leak() {
    let desk = lantern();
    let names =
        ["Press Canonical", "Letter About", "Open Website", "Viewport Grid", "Generator Robots", "Draft Contact"];
    let rows: String = names.iter().map(|name| format!("{name},survivor,withheld,given\n")).collect();
    desk.write("signatories.csv", format!("name,category,display,consent\n{rows}"));
    desk.run("publish site").exit(0);
    desk.run("publish site --draft").exit(0);
}

#[test]
fn what_is_for_one_recipient_is_not_published() {
    let desk = lantern();
    desk.edit("templates/letter.md.hbs", "{{#unless page}}\n{{salutation}}\n\n{{/unless}}\n", "{{salutation}}\n\n");
    let ran = refused(&desk, "publish site", 65);
    assert!(
        ran.err.contains("\"salutation\" is empty") && ran.err.contains("{{#unless page}}…{{/unless}}"),
        "{}",
        ran.err
    );
    // All of it is reported in one run.
    desk.edit("templates/letter.md.hbs", "We are", "{{recipient.title}}, {{recipient.family_name}}, we are");
    let ran = refused(&desk, "publish site", 65);
    assert_eq!(ran.err.matches("error[cell-empty]: templates/letter.md.hbs:").count(), 3, "{}", ran.err);
    desk.edit("templates/letter.md.hbs", "{{recipient.title}}, {{recipient.family_name}}, we are", "We are");
    // To one recipient, the letter is theirs.
    let one: Vec<String> = desk.text("recipients.csv").lines().take(2).map(|line| format!("{line}\n")).collect();
    desk.write("recipients.csv", one.concat());
    desk.run("publish site").exit(0);
    assert!(desk.text("site/index.html").contains("<p>Dear "));
}

#[test]
fn what_all_recipients_have_in_common_is_published() {
    let desk = Desk::with("two-recipients");
    desk.write(
        "recipients.csv",
        "name,title,company,email\nAda,Chair,Lumen,a@lumen.example\nBea,Clerk,Lumen,b@lumen.example\n",
    );
    desk.write(
        "templates/letter.md.hbs",
        "Subject: A letter\n\nWe ask {{recipient.company}}.\n\n{{closing}}\n\n{{roll}}\n",
    );
    desk.run("publish site").exit(0);
    assert!(desk.text("site/index.html").contains("<p>We ask Lumen.</p>\n<p>Sincerely,</p>"));
    desk.edit("templates/letter.md.hbs", "recipient.company", "recipient.title");
    refused(&desk, "publish site", 65).reports("\"recipient.title\" is empty");
}

#[test]
fn many_recipients_are_folded_up_and_those_without_a_name_are_left_out() {
    let desk = lantern();
    let row =
        |n: usize| format!("Member {},a{n}@council.example,Dear Member:\n", "abcdefghijklmnopqrstuvwxyz".split_at(n).0);
    let rows: String = (1..=25).map(row).collect();
    desk.write("recipients.csv", format!("name,email,salutation\n{rows},office@council.example,Dear office:\n"));
    desk.run("publish site").exit(0);
    let page = desk.text("site/index.html");
    assert!(page.contains("<details class=\"to\">\n<summary>To · 25</summary>"), "{page}");
    assert!(!page.contains("<li></li>") && !page.contains("council.example"), "{page}");
}

#[test]
fn who_is_not_verified_is_counted_apart() {
    let desk = lantern();
    desk.edit("campaign.toml", "[signatories]", "[signatories]\ncount = \"verified\"");
    let list = "name,category,display,consent,verified\nAda Lund,campaigner,full,given,yes\nBea Noor,campaigner,full,given,no\n";
    desk.write("signatories.csv", list);
    desk.run("publish site").exit(0);
    let page = desk.text("site/index.html");
    for text in [
        "1 signatory: 1 person.",
        "1 further signature is not verified, and not counted.",
        "Only verified signatures are counted.",
    ] {
        assert!(page.contains(text), "{text} is missing in\n{page}");
    }
    assert!(!page.contains("Noor"), "{page}");
}

#[test]
fn signatures_that_the_letter_does_not_print_are_not_published() {
    let desk = Desk::with_examples();
    desk.run("-C examples/petition publish site").exit(0);
    let page = desk.text("site/index.html");
    assert!(page.contains("56 signatories: 44 people and 12 organizations"), "{page}");
    for name in ["Castelbrac", "Honest Screens", "Juniper"] {
        assert!(!page.contains(name), "{name} is on the page");
    }
}

#[test]
fn a_later_edition_says_so() {
    let desk = lantern();
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-01-11\nedition = 2");
    desk.run("publish site").exit(0);
    assert!(desk.text("site/index.html").contains("<p class=\"kind\">Open letter · Edition 2 · January 11, 2018</p>"));
}

#[test]
fn a_letter_in_plain_text_is_a_page_too() {
    let desk = lantern();
    fs::remove_file(desk.path("templates/letter.md.hbs")).expect("removed");
    desk.write(
        "templates/letter.txt.hbs",
        "Subject: A letter\n\nA < B & C,\nin two lines.\n\n{{roll}}\n\nThe end of {{campaign.title}}.\n",
    );
    desk.run("publish site").exit(0);
    let page = desk.text("site/index.html");
    assert!(page.contains("<p>A &lt; B &amp; C,<br>\nin two lines.</p>\n<div class=\"roll\">"), "{page}");
    assert!(page.contains("</div>\n<p>The end of "), "{page}");
}

#[test]
fn a_page_speaks_the_language_of_the_letter() {
    let desk = lantern();
    desk.edit(
        "campaign.toml",
        "date = 2018-01-11",
        "date = 2018-01-11\nlanguage = \"de\"\ntimezone = \"Europe/Berlin\"",
    );
    desk.run("publish site").exit(0);
    let page = desk.text("site/index.html");
    for text in
        ["<html lang=\"de\">", "Offener Brief · 11. Januar 2018", "Stand: 11. Januar 2018 (CET): 2 Unterschriften"]
    {
        assert!(page.contains(text), "{text} is missing in\n{page}");
    }
}

#[test]
fn a_folder_with_other_files_is_kept() {
    let desk = lantern();
    desk.write("site/notes.txt", "mine");
    refused(&desk, "publish site", 77).reports("notes.txt");
    refused(&desk, "publish .", 77);
    assert_eq!(desk.text("site/notes.txt"), "mine");
    refused(&desk, "publish campaign.toml", 77);
}

#[test]
fn two_campaigns_of_one_form_are_not_one_site() {
    let desk = Desk::with_examples();
    refused(&desk, "publish site --with .", 64).reports("index.html");
    desk.run("-C examples/press publish site --no-pdf --with .")
        .exit(0)
        .reports("index.html, press.html and press.txt");
}

#[test]
fn a_list_with_errors_is_not_published() {
    let desk = lantern();
    desk.edit("signatories.csv", "withheld", "hidden");
    refused(&desk, "publish site", 65);
    let desk = lantern();
    desk.edit("recipients.csv", "@", "");
    refused(&desk, "publish site", 65).reports("address-invalid");
}

#[test]
fn a_category_with_markup_is_escaped_on_the_page() {
    let desk = lantern();
    let settings = desk.text("campaign.toml");
    let (before, rest) = settings.split_once("[categories]\n").expect("categories");
    let (_, after) = rest.split_once("\n[").expect("the next table");
    desk.write("campaign.toml", format!("{before}[{}", after.replace("protect = [\"survivor\"]\n", "")));
    let list = desk.text("signatories.csv").replace("survivor", "R&D <b>").replace("campaigner", "R&D <b>");
    desk.write("signatories.csv", list);
    desk.run("publish site").exit(0);
    let page = desk.text("site/index.html");
    assert!(page.contains("R&amp;D &lt;b&gt;") && !page.contains("R&D <b>"), "{page}");
}

#[test]
fn the_address_of_the_only_recipient_is_not_published() {
    let desk = Desk::with("two-recipients");
    let list = desk.text("recipients.csv");
    desk.write("recipients.csv", list.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    desk.run("publish site").exit(0);
    desk.edit("templates/letter.md.hbs", "{{closing}}", "Sent to {{recipient.email}}.\n\n{{closing}}");
    desk.run("check").exit(0);
    refused(&desk, "publish other", 65).reports("recipient.email");
}
