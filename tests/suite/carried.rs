//! Attachments and images: only regular files of their folders, one file per recipient, nothing remote, nothing private, and
//! the same bytes that were reviewed.

use crate::desk::{Desk, attachments};
use mail_parser::{MessageParser, MimeHeaders};

const LETTER: &str = "templates/letter.md.hbs";
const CAMPAIGN: &str = "campaign.toml";

/// A PNG of 60 by 20 pixels, as far as its size.
const LOGO: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x3c\0\0\0\x14\x08\x02\0\0\0";
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj << /Title (Annex) >> endobj\n";

/// A campaign whose template attaches what the recipients' column `file` says.
fn desk(ceo: &str, legal: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "\n\n{{salutation}}", "\nAttach: {{recipient.file}}\n\n{{salutation}}");
    desk.edit("recipients.csv", "title,email", "title,email,file");
    desk.edit("recipients.csv", "ceo@northlight.example", &format!("ceo@northlight.example,{ceo}"));
    desk.edit("recipients.csv", "legal@northlight.example", &format!("legal@northlight.example,{legal}"));
    desk.write("attachments/annex.pdf", PDF).write("attachments/list.csv", "number,request\n1,Ünlü\n");
    desk.write("images/logo.png", LOGO);
    desk
}

/// The files that a written letter carries.
fn files(desk: &Desk, letter: &str) -> Vec<(String, String, Vec<u8>)> {
    attachments(&desk.bytes(&format!("outbox/letters/{letter}")))
}

#[test]
fn each_recipient_gets_the_files_of_their_row() {
    let desk = desk("annex.pdf", "");
    desk.write("attachments/Übersicht & Plan.csv", "a,b\n");
    desk.edit(CAMPAIGN, "[letter]", "[letter]\nattach = [\"Übersicht & Plan.csv\"]");
    desk.run("write").exit(0);
    let plan = ("Übersicht & Plan.csv".to_owned(), "text/csv".to_owned(), b"a,b\n".to_vec());
    let annex = ("annex.pdf".to_owned(), "application/pdf".to_owned(), PDF.to_vec());
    assert_eq!(files(&desk, "00001-ceo.eml"), [plan.clone(), annex]);
    assert_eq!(files(&desk, "00002-legal.eml"), [plan]);
    let manifest = desk.text("outbox/manifest.csv");
    let carried: Vec<_> = manifest.lines().filter(|line| line.starts_with("file,")).collect();
    assert_eq!(carried.len(), 2, "{manifest}");
    assert!(
        carried[1].starts_with("file,,,attachments/annex.pdf,") && carried[1].ends_with(&format!(",{},,,,", PDF.len()))
    );
    desk.run("preview").exit(0).prints("Attachment: annex.pdf (application/pdf, 45 bytes)\n");
    desk.run("approve --by 'Ada Example'").exit(0).reports("attachments/annex.pdf (45 bytes)");
    desk.run("check --verbose").exit(0).prints("size of a letter").prints("note[file-not-searched]");
}

#[test]
fn large_letters_are_made_a_few_at_a_time_and_none_is_left_out() {
    let desk = desk("", "");
    // With every third row without a letter, and every other letter of 4 MB.
    let row = |n| {
        let (refusal, file) = (if n % 3 == 0 { "yes" } else { "" }, if n % 2 == 0 { "large.bin" } else { "" });
        format!("r{n},Ada,Okafor,Editor {n},r{n}@northlight.example,{refusal},{file}\n")
    };
    let rows: String = (1..=120).map(row).collect();
    desk.write("recipients.csv", format!("id,given_name,family_name,title,email,do_not_contact,file\n{rows}"));
    desk.write("attachments/large.bin", vec![7; 3_000_000]);
    let listed = desk.run("preview --list").exit(0).out;
    let titles: Vec<_> = (1..=120).filter(|n| n % 3 != 0).map(|n| format!("Editor {n}")).collect();
    let lines: Vec<_> = listed.lines().filter(|line| line.contains("Editor ")).collect();
    assert_eq!(lines.len(), titles.len(), "{listed}");
    assert!(lines.iter().zip(titles).all(|(line, title)| line.contains(&title)), "{listed}");
}

#[test]
fn only_regular_files_below_the_folder_can_be_attached() {
    for (cell, message) in [
        ("../campaign.toml", "is not the name of a file in attachments/"),
        ("/etc/hostname", "is not the name of a file in attachments/"),
        ("a/../annex.pdf", "is not the name of a file in attachments/"),
        ("./annex.pdf", "is not the name of a file in attachments/"),
        ("..\\campaign.toml", "is not the name of a file in attachments/"),
        ("none.pdf", "there is no attachments/none.pdf"),
        ("Annex.pdf", "there is no attachments/Annex.pdf"),
        ("folder", "attachments/folder is not a file"),
        ("empty.txt", "attachments/empty.txt is empty"),
        ("large.bin", "attachments/large.bin is larger than [letter] max_size, 20 kB"),
    ] {
        let desk = desk(cell, "");
        desk.write("attachments/folder/x.txt", "x").write("attachments/empty.txt", "");
        desk.write("attachments/large.bin", vec![7; 20_001]);
        desk.edit(CAMPAIGN, "[letter]", "[letter]\nmax_size = \"20kB\"");
        desk.run("check").exit(65).prints("error[attachment]: recipients.csv:2").prints(message);
        desk.run("write").exit(65);
        assert!(!desk.has("outbox"));
    }
}

#[cfg(unix)]
#[test]
fn a_link_or_a_pipe_is_not_followed_out_of_the_folder() {
    let desk = desk("link.pdf", "pipe");
    std::os::unix::fs::symlink(desk.path("signatories.csv"), desk.path("attachments/link.pdf")).expect("a link");
    desk.shell("mkfifo attachments/pipe").exit(0);
    desk.run("check")
        .exit(65)
        .prints("\"link.pdf\" is not the name of a file")
        .prints("attachments/pipe is not a file");
    std::fs::remove_file(desk.path("attachments/link.pdf")).expect("removed");
    std::os::unix::fs::symlink("annex.pdf", desk.path("attachments/link.pdf")).expect("a link");
    desk.edit("recipients.csv", ",pipe", ",");
    desk.run("check").exit(0);
    desk.edit(LETTER, "We are", "![Logo](images/out.png)\n\nWe are");
    std::os::unix::fs::symlink(desk.path("attachments/annex.pdf"), desk.path("images/out.png")).expect("a link");
    desk.run("check")
        .exit(65)
        .prints("error[image]: templates/letter.md.hbs:6:1")
        .prints("an image is not a file in images/");
}

#[test]
fn what_every_letter_should_have_is_reported_once_where_it_is_named() {
    let desk = desk("", "");
    desk.edit(CAMPAIGN, "[letter]", "[letter]\nattach = [\"none.pdf\"]");
    desk.edit(LETTER, "Attach: {{recipient.file}}", "Attach: {{recipient.file}}\nAttach: gone.pdf");
    let out = desk.run("check").exit(65).prints("error[attachment]: campaign.toml:8:10").out;
    assert_eq!(out.matches("error[attachment]").count(), 2, "{out}");
    assert!(out.contains("error[attachment]: templates/letter.md.hbs:3:9"), "{out}");
}

#[test]
fn private_text_in_an_attachment_is_a_leak_at_its_line() {
    let desk = desk("list.csv", "");
    desk.write("attachments/list.csv", "name,place\nIfeoma Nwachinemere,x\nJolene Satterwhaite,y\n");
    desk.run("check").exit(65).prints("error[leak]: attachments/list.csv:3:1").hides("Satterwhaite");
    desk.write("attachments/list.csv", "name\nIfeoma Nwachinemere\n");
    desk.run("check").exit(0);
    desk.write("attachments/list.csv", [PDF, b"<< /Author (Jolene Satterwhaite) >>"].concat());
    desk.run("check")
        .exit(65)
        .prints("error[leak]: attachments/list.csv")
        .prints("warning[attachment-type]")
        .hides("Jolene");
}

#[test]
fn a_private_name_in_a_files_name_is_a_leak_and_is_never_printed() {
    let desk = desk("jolene-satterwhaite.pdf", "");
    desk.write("attachments/jolene-satterwhaite.pdf", PDF);
    desk.run("check --verbose").exit(65).prints("error[leak]: recipients.csv:2").hides("satterwhaite");
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "\n\n{{salutation}}", "\nAttach: satterwhaite.pdf\n\n{{salutation}}");
    desk.write("attachments/satterwhaite.pdf", PDF);
    desk.run("check").exit(65).prints("error[leak]: templates/letter.md.hbs:2:9").hides("satterwhaite");
}

#[test]
fn a_letter_that_is_too_large_is_refused() {
    let desk = desk("annex.pdf", "");
    desk.write("attachments/annex.pdf", [PDF, &vec![b' '; 16_000]].concat());
    desk.edit(CAMPAIGN, "[letter]", "[letter]\nmax_size = \"20kB\"");
    desk.run("check").exit(65).prints("error[letter-size]: recipients.csv:2").prints("max_size is 20 kB");
    desk.edit(CAMPAIGN, "20kB", "20");
    desk.run("check").exit(78).prints("[letter] max_size is not a size");
}

#[test]
fn an_attachment_changed_after_writing_is_noticed() {
    let desk = desk("annex.pdf", "");
    desk.approved();
    desk.write("attachments/annex.pdf", [PDF, b" "].concat());
    desk.run("approve --by 'Bo Example'").exit(77).reports("attachments/annex.pdf has changed");
    desk.run("send --yes").exit(77).reports("attachments/annex.pdf has changed");
    std::fs::remove_file(desk.path("attachments/annex.pdf")).expect("removed");
    desk.run("status").exit(0).prints("attachments/annex.pdf is gone");
}

#[test]
fn an_image_travels_in_the_letter_once_for_all() {
    let desk = desk("", "");
    desk.edit(LETTER, "We are", "![The *Lantern*](images/logo.png){width=30}\n\n![](images/logo.png)\n\nWe are");
    desk.run("check").exit(0).prints("warning[image-text]: templates/letter.md.hbs:8:1");
    desk.run("write").exit(0);
    let [one, two] = ["00001-ceo.eml", "00002-legal.eml"].map(|letter| {
        let bytes = desk.bytes(&format!("outbox/letters/{letter}"));
        let message = MessageParser::default().parse(&bytes).expect("a message").into_owned();
        assert_eq!(message.attachments().count(), 1);
        let image = message.attachments().next().expect("an image");
        assert_eq!((image.contents(), image.attachment_name()), (LOGO, Some("logo.png")));
        let html = message.body_html(0).expect("HTML").into_owned();
        let shown = format!(
            "<img src=\"cid:{}\" alt=\"The Lantern\" width=\"30\" height=\"10\"",
            image.content_id().expect("an id")
        );
        assert!(html.contains(&shown), "{html}");
        assert!(message.body_text(0).expect("text").contains("\r\n[The Lantern]\r\n\r\nWe are"));
        image.content_id().map(str::to_owned)
    });
    assert_eq!(one, two);
}

#[test]
fn images_are_refused_with_the_reason() {
    for (image, file, bytes, message) in [
        ("images/a.svg", "images/a.svg", &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "an image is SVG"),
        ("images/a.png", "images/a.png", b"GIF", "an image is not PNG, JPEG, GIF or WebP"),
        ("images/b.png", "images/a.png", LOGO, "an image does not exist"),
        ("logo.png", "logo.png", LOGO, "an image is not a file in images/"),
        ("images/../logo.png", "logo.png", LOGO, "an image is not a file in images/"),
    ] {
        let desk = desk("", "");
        desk.write(file, bytes);
        desk.edit(LETTER, "We are", &format!("We ![an image]({image}) are"));
        desk.run("check").exit(65).prints("error[image]: templates/letter.md.hbs:6:4").prints(message);
    }
}

#[test]
fn nothing_in_a_letter_is_loaded_from_the_network() {
    let desk = desk("", "");
    desk.edit(LETTER, "We are", "![x](https://cdn.example/x.png)\n\nWe are");
    desk.run("check").exit(65).prints("error[remote-content]: templates/letter.md.hbs:6:1");
    let layout = |head: &str| format!("<html><head>{head}</head>\n<body>{{{{{{body}}}}}}</body></html>\n");
    for remote in [
        "<img src=\"https://cdn.example/x.png\" alt=\"\">",
        "<link rel=\"stylesheet\" href=\"https://cdn.example/x.css\">",
        "<style>p { background: url(https://cdn.example/x.png) }</style>",
        "<p background=\"//cdn.example/x\">",
    ] {
        let desk = Desk::with("two-recipients");
        desk.write("templates/layout.html.hbs", layout(remote));
        desk.run("check").exit(65).prints("error[remote-content]: templates/layout.html.hbs:1");
    }
    // The address is known only in the letter.
    let desk = Desk::with("two-recipients");
    desk.write("templates/letter.txt.hbs", "Subject: A letter\n\n{{salutation}}\n");
    desk.write("templates/letter.html.hbs", "<p>{{salutation}}<img alt=\"\" src=\"{{recipient.title}}\"></p>\n");
    std::fs::remove_file(desk.path(LETTER)).expect("removed");
    desk.edit("recipients.csv", "General Counsel", "https://cdn.example/x.png");
    desk.run("check").exit(65).prints("error[remote-content]: recipients.csv:3");
}

#[test]
fn html_templates_can_show_images() {
    let desk = desk("annex.pdf", "");
    desk.write("templates/layout.html.hbs", "<html><img src=\"images/logo.png\" alt=\"Logo\">\n{{{body}}}</html>\n");
    desk.run("write").exit(0);
    assert_eq!(files(&desk, "00001-ceo.eml").len(), 2);
    let html = desk.run("preview --part html").exit(0).prints("<img src=\"cid:").out;
    assert!(html.contains("@lantern.example\" alt=\"Logo\">"), "{html}");
    desk.write("templates/letter.txt.hbs", "Subject: A letter\nAttach: list.csv\n\n{{salutation}}\n");
    desk.write("templates/letter.html.hbs", "<p>{{salutation}}<img src=images/logo.png alt=x></p>\n");
    std::fs::remove_file(desk.path(LETTER)).expect("removed");
    desk.run("write --force").exit(0);
    let names: Vec<_> = files(&desk, "00002-legal.eml").into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["logo.png", "list.csv"]);
}

#[test]
fn the_review_page_lists_files_and_shows_images() {
    let desk = desk("annex.pdf", "large.txt");
    desk.write("attachments/large.txt", "A long text.\n".repeat(20_000));
    desk.edit(LETTER, "We are", "![Logo](images/logo.png)\n\nWe are");
    desk.run("write").exit(0);
    let page = desk.text("outbox/review.html");
    let data = page.split_once("\"files\":[").expect("files").1.split(']').next().expect("its end").to_owned();
    for file in ["attachments/annex.pdf", "attachments/large.txt", "images/logo.png"] {
        assert!(data.contains(&format!("\"{file}\"")), "{data}");
    }
    assert!(page.contains("\"omitted\":[\"large.txt\"]") && page.len() < 200_000, "{} bytes", page.len());
}

#[test]
fn copies_are_refused_with_the_way_to_get_one() {
    let help = "give whoever gets a letter a row in the recipient list";
    for line in ["bcc = \"desk@example.org\"", "cc = [\"The Chair <chair@example.org>\"]"] {
        let desk = Desk::with("two-recipients");
        desk.edit(CAMPAIGN, "[letter]", &format!("[letter]\n{line}"));
        desk.run("check").exit(78).prints("campaign.toml:8").prints(help);
    }
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "Subject:", "Bcc: desk@example.org\nSubject:");
    desk.run("check").exit(65).prints("error[template-header]: templates/letter.md.hbs:1:1").prints(help);
}
