//! The page where others write themselves: whole messages in links, the whole text beside them, and no supporter's name.

use crate::desk::Desk;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use openletter::message::identity::Digest;
use openletter::site::LONGEST;

/// A campaign of individual letters, and its page.
fn published() -> (Desk, String) {
    let desk = Desk::with("supporters");
    desk.run("publish site").exit(0).reports("Wrote act.html into site/");
    let page = desk.text("site/act.html");
    (desk, page)
}

/// What is between two texts, everywhere in a page.
fn between<'p>(page: &'p str, start: &str, end: &str) -> Vec<&'p str> {
    page.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// What a browser reads in an attribute or in content.
fn unescaped(html: &str) -> String {
    let html = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    html.replace("&amp;", "&")
}

/// Address, subject and body of a link; empty where there is none.
fn message(href: &str) -> [String; 3] {
    let href = unescaped(href);
    assert!(href.chars().count() <= LONGEST, "{} characters", href.len());
    let decoded = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, after @ ..] = rest {
            let code = (*first == b'%').then(|| std::str::from_utf8(&after[..2]).expect("two digits"));
            bytes.push(code.map_or(*first, |code| u8::from_str_radix(code, 16).expect("a code")));
            rest = if code.is_some() { &after[2..] } else { after };
        }
        String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
    };
    let (address, fields) = href.strip_prefix("mailto:").expect("a mailto link").split_once('?').unwrap_or_default();
    let field =
        |name: &str| fields.split('&').find_map(|field| field.strip_prefix(name)).map(decoded).unwrap_or_default();
    [decoded(address), field("subject="), field("body=")]
}

fn links(page: &str) -> Vec<[String; 3]> {
    between(page, "class=\"button\" href=\"", "\"").into_iter().map(message).collect()
}

fn texts(page: &str) -> Vec<String> {
    let texts = between(page, "class=\"text\" id=", "</div>");
    texts.into_iter().map(|text| unescaped(text.split_once('>').expect("a text").1)).collect()
}

#[test]
fn every_link_has_the_whole_message_that_the_page_shows() {
    let (desk, page) = published();
    let (links, texts) = (links(&page), texts(&page));
    assert_eq!((links.len(), texts.len()), (2, 2), "{page}");
    for ([address, subject, body], text) in links.iter().zip(&texts) {
        assert_eq!(body, text);
        assert!(page.contains(&format!("<dd>{address}</dd>")) && page.contains(&format!("<dd>{subject}</dd>")));
        assert!(text.starts_with("Dear ") && text.ends_with("[Your name]"), "{text}");
        assert!(desk.text("recipients.csv").contains(address.as_str()));
    }
    assert_eq!(links[0][1], "A letter to Chief Executive Officer");
    assert!(page.contains("A letter in your own words counts for more than a copy."));
}

#[test]
fn a_text_that_is_too_long_for_a_link_is_there_to_copy() {
    let desk = Desk::with("supporters");
    let long = "We ask you, “dear Sir or Madam”, to stop & think \\<now>. ".repeat(60);
    desk.edit("templates/letter.md.hbs", "I am one of", &format!("{long}\n\nI am one of"));
    desk.run("publish site").exit(0);
    let page = desk.text("site/act.html");
    for ([_, subject, body], text) in links(&page).iter().zip(texts(&page)) {
        assert_eq!((&**body, subject.starts_with("A letter to ")), ("[Paste the letter here.]", true));
        assert!(text.contains("stop & think <now>. We ask"), "the paragraph is not one line: {text}");
    }
    assert_eq!(page.matches("The text is too long for a link.").count(), 2);
    assert_eq!(page.matches("<details open>").count(), 2);
}

#[test]
fn the_only_script_is_the_one_that_the_policy_names() {
    let (_, page) = published();
    let scripts = between(&page, "<script>", "</script>");
    assert_eq!((scripts.len(), page.matches("<script").count()), (1, 1));
    let digest = BASE64_STANDARD.encode(Digest::of(scripts[0].as_bytes()).octets());
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")[0];
    assert!(policy.contains(&format!("; script-src 'sha256-{digest}';")) && !policy.contains("unsafe"), "{policy}");
    // Without it there are no buttons.
    let buttons = page.matches("<button").count();
    assert_eq!((buttons, page.matches("<button type=\"button\" hidden ").count()), (2, 2));
}

#[test]
fn no_supporter_is_on_the_page() {
    let (desk, page) = published();
    let mut list = csv::Reader::from_path(desk.path("signatories.csv")).expect("a list");
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        list.deserialize().map(|row| row.expect("a row")).collect();
    for row in rows {
        for column in ["name", "statement", "email"] {
            let cell = row.get(column).map_or("", String::as_str);
            assert!(cell.is_empty() || !page.contains(cell), "{column} of {:?} is on the page", row.get("id"));
        }
    }
}

#[test]
fn a_letter_is_in_its_recipients_language_and_those_who_decline_get_none() {
    let desk = Desk::with("supporters");
    desk.write(
        "recipients.csv",
        "id,name,title,email,language,do_not_contact\n\
         a,Ada Okoro,Chair,ada@northlight.example,,\n\
         b,Bea Lund,Leiterin,bea@northlight.example,de,\n\
         c,Cem Aksoy,Clerk,cem@northlight.example,,yes\n",
    );
    desk.write(
        "templates/letter.de.md.hbs",
        "Subject: Ein Brief\n\n{{salutation}}\n\nich schreibe.\n\n{{signatory.name}}\n",
    );
    desk.run("publish site").exit(0);
    let page = desk.text("site/act.html");
    assert_eq!(texts(&page)[1], "Guten Tag Bea Lund,\n\nich schreibe.\n\n[Ihr Name]");
    assert_eq!(page.matches(" lang=\"de\"").count(), 2, "{page}");
    assert!(!page.contains("Cem Aksoy") && texts(&page).len() == 2, "{page}");
}

#[test]
fn how_many_letters_there_would_be_does_not_matter_to_the_page() {
    let desk = Desk::with("supporters");
    desk.edit("campaign.toml", "max_letters = 10\n", "");
    desk.run("check").exit(65).prints("too-many-letters");
    desk.run("publish site").exit(0);
}

#[test]
fn what_is_missing_or_private_stops_the_page() {
    for (file, from, to, what) in [
        ("templates/letter.md.hbs", "I am one of", "Sent by Jolene Satterwhaite, one of", "error[leak]"),
        ("recipients.csv", "Chief Executive Officer", "Friend of Jolene Satterwhaite", "error[leak]"),
        ("templates/letter.md.hbs", "{{signatory.name}}", "{{signatory.role}}", "\"signatory.role\" is empty"),
    ] {
        let desk = Desk::with("supporters");
        let columns = desk.text("signatories.csv").lines().next().expect("a header").to_owned();
        let cells = columns.split(',').map(|column| match column {
            "id" => "w1",
            "name" => "Jolene Satterwhaite",
            "display" => "withheld",
            "consent" => "given",
            _ => "",
        });
        let row = cells.collect::<Vec<_>>().join(",");
        desk.write("signatories.csv", desk.text("signatories.csv") + &row + "\n");
        desk.run("publish before").exit(0);
        desk.edit(file, from, to);
        let ran = desk.run("publish site").exit(65);
        assert!(ran.err.contains(what) && !ran.err.contains("Satterwhaite"), "{file}: {}", ran.err);
        assert!(!desk.has("site"), "{file}");
    }
}
