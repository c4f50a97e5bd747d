//! `publish --record`: the page of who was written to, without addresses, only when asked for, true as of its last entry.

use crate::desk::Desk;
use crate::relay::{Relay, Step};
use crate::search::Search;

/// The two letters, whose text is for everybody, sent: one was answered and one came back.
fn sent() -> (Desk, Relay) {
    let relay = Relay::script().on(Step::Dot).letter(1).reply("250 2.0.0 Ok: queued as 4TzH5k2Q1Lz").start();
    let desk = Desk::with("two-recipients");
    desk.write("templates/letter.md.hbs", "Subject: A letter\n\nWe ask.\n\n{{roll}}\n");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    (desk, relay)
}

/// Today, in the campaign's zone.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

fn written(date: jiff::civil::Date) -> String {
    date.strftime("%B %-d, %Y").to_string()
}

#[test]
fn the_page_says_to_whom_when_and_what_came_back() {
    let (desk, _relay) = sent();
    desk.run("answer ceo --kind reply --note 'by phone'").exit(0);
    desk.run("answer legal --kind bounced").exit(0);
    desk.run("publish site --record --no-pdf").exit(0).reports("Wrote index.html and record.html into site/");
    let (page, today) = (desk.text("site/record.html"), today());
    let (iso, written) = (today.to_string(), written(today));
    for text in [
        "<p class=\"kind\">Who was written to · January 11, 2018</p>\n<h1>A letter to two</h1>".to_owned(),
        "<p class=\"count\">2 letters, 1 answer, 1 undeliverable</p>".to_owned(),
        "<th scope=\"col\">To</th><th scope=\"col\">Sent</th><th scope=\"col\">Answer</th>".to_owned(),
        "<th scope=\"row\"><b>Thandeka Okafor</b><span>Chief Executive Officer</span>".to_owned(),
        format!("<td>Answered<span><time datetime=\"{iso}\">{written}</time></span></td>"),
        format!("<td>Undeliverable<span><time datetime=\"{iso}\">{written}</time></span></td>"),
        format!("<p>As of {written} (UTC): 2 letters, 1 answer, 1 undeliverable. "),
        "<a href=\"record.html\" aria-current=\"page\">Who was written to</a>".to_owned(),
    ] {
        assert!(page.contains(&text), "{text} is missing in\n{page}");
    }
    for text in ["northlight.example", "4TzH5k2Q1Lz", "by phone", "<script"] {
        assert!(!page.contains(text), "{text} is in\n{page}");
    }
    let letter = desk.text("site/index.html");
    assert!(letter.contains("<a href=\"record.html\">Who was written to</a>"), "{letter}");
    desk.run("publish again --record").exit(0);
    assert_eq!(page, desk.text("again/record.html"), "the same for the same ledger");
}

#[test]
fn it_is_published_only_when_asked_for_and_only_of_a_letter_that_was_sent() {
    let (desk, _relay) = sent();
    desk.run("publish site --record").exit(0);
    desk.run("publish site").exit(0);
    assert!(!desk.has("site/record.html") && !desk.text("site/index.html").contains("record.html"));

    let unsent = Desk::with_examples();
    unsent.run("publish site --record").exit(77).reports("no letter was sent from here yet");
    unsent.run("-C examples/press publish site --record").exit(64).reports("journalists");
    unsent.run("-C examples/action publish site --record").exit(64);
    assert!(!unsent.has("site"));
}

#[test]
fn each_edition_has_its_table_and_who_left_the_list_stays_unnamed() {
    let (desk, _relay) = sent();
    desk.edit("campaign.toml", "[letter]", "edition = 2\n\n[letter]");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(0);
    desk.edit("recipients.csv", "legal,", "lawyer,");
    desk.run("publish site --record").exit(0);
    let page = desk.text("site/record.html");
    for edition in 1..=2 {
        let heading =
            format!("<h2 id=\"edition{edition}\">Edition {edition}</h2>\n<table class=\"record\" aria-labelledby");
        assert!(page.contains(&heading), "{heading} is missing in\n{page}");
    }
    assert!(page.contains("4 letters, 0 answers"), "{page}");
    assert_eq!(page.matches("<th scope=\"row\"><span>A recipient of an earlier list</span></th>").count(), 2, "{page}");
    assert!(page.contains("<p class=\"kind\">Who was written to · January 11, 2018</p>"), "not of one edition: {page}");
}

#[test]
fn it_speaks_the_campaigns_language_and_a_draft_says_so() {
    let (desk, _relay) = sent();
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-01-11\nlanguage = \"de\"\ntimezone = \"Asia/Tokyo\"");
    desk.run("publish site --record --draft --base-url https://lantern.example/").exit(0);
    let page = desk.text("site/record.html");
    for text in [
        "<html lang=\"de\">",
        "An wen geschrieben wurde · 11. Januar 2018",
        "2 Briefe, 0 Antworten",
        " (JST): 2 Briefe",
        "<td><span>Bisher keine</span></td>",
        "Entwurf, nicht zur Veröffentlichung",
        "<link rel=\"canonical\" href=\"https://lantern.example/record.html\">",
    ] {
        assert!(page.contains(text), "{text} is missing in\n{page}");
    }
}

#[test]
fn a_private_name_in_it_stops_the_whole_site() {
    let (desk, _relay) = sent();
    desk.run("publish site --record").exit(0);
    let before = desk.bytes("site/record.html");
    desk.edit("recipients.csv", "Chief Executive Officer", "Friend of Jolene Satterwhaite");
    desk.run("publish site --record").exit(65).reports("error[leak]").hides("Satterwhaite");
    assert_eq!(before, desk.bytes("site/record.html"));
    desk.run("publish new --record").exit(65);
    assert!(!desk.has("new"));
}

#[test]
fn the_record_of_the_sample_holds_no_address_and_nothing_private() {
    let relay = Relay::start();
    let desk = Desk::sample();
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.run("publish site --record").exit(0);
    let page = desk.text("site/record.html");
    Search::of(&desk.text("signatories.csv"), "survivor").passes("record.html", &page);
    assert!(page.contains("10 letters, 0 answers") && !page.contains("northlight.example"), "{page}");
    // The embargo holds for it too.
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-01-11\nembargo = 2999-01-11T09:00:00-05:00");
    desk.run("publish new --record").exit(77);
}
