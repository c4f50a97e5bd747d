//! The whole story of one campaign, from writing to purging, and the walk in `docs/after.md`.

use crate::desk::{Desk, root};
use crate::follow_up::header;
use crate::page::Page;
use crate::relay::{Received, Relay, Step};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Who withdraws, named in full in the first letters.
const NAME: &str = "Marisol Quintanar-Ibáñez";
const WORD: &str = "Quintanar";

fn text(letter: &Received) -> String {
    String::from_utf8_lossy(&letter.bytes).replace("=\r\n", "").replace("=C3=A1", "á").replace("=C3=B1", "ñ")
}

/// How many letters the relay took for each address.
fn taken(letters: &[Received]) -> BTreeMap<String, usize> {
    let mut taken = BTreeMap::new();
    for letter in letters.iter().filter(|letter| letter.accepted) {
        *taken.entry(letter.to.concat()).or_default() += 1;
    }
    taken
}

/// Asserts that no file below a folder, apart from the list, has the word.
pub(crate) fn is_clean(folder: &Path, word: &str) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let is_list = path.file_name().is_some_and(|name| name == "signatories.csv");
        if path.is_dir() {
            is_clean(&path, word);
        } else if !is_list {
            let content =
                String::from_utf8_lossy(&fs::read(&path).expect("a file")).replace("=\r\n", "").to_lowercase();
            assert!(!content.contains(&word.to_lowercase()), "{} has the name", path.display());
        }
        assert!(!path.to_string_lossy().to_lowercase().contains(&word.to_lowercase()));
    }
}

#[test]
fn nobody_is_written_to_twice_nobody_is_lost_and_who_withdrew_is_in_nothing_made_later() {
    // The second letter is rejected, the outcome of the fifth is unknown.
    let script = Relay::script().on(Step::Rcpt).letter(2).reply("550 5.1.1 no such user");
    let relay = script.on(Step::Dot).letter(5).hang_up().start();
    let desk = Desk::sample();
    desk.through(&relay).approved();
    let list: Vec<Vec<String>> = desk.run("preview --list --format csv").exit(0).csv();
    let ids: Vec<&str> = list[1..].iter().map(|row| &*row[1]).collect();
    desk.run("send --yes").exit(76).prints("8 accepted, 1 rejected, 1 unknown");

    // The address is corrected; the unknown letter had arrived.
    let wrong =
        desk.run("status --format json").exit(0).json()["letters"][1]["to"].as_str().expect("an address").to_owned();
    desk.run(&format!("settle {} --sent --yes", ids[4])).exit(0);
    desk.edit("recipients.csv", &wrong, "corrected@northlight.example");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run(&format!("settle {} --resend --yes", ids[1])).exit(0);
    desk.run("send --yes").exit(0).prints("10 accepted");
    let first = relay.letters();
    assert_eq!(first.len(), 10, "the unknown one was received");
    assert!(first.iter().all(|letter| text(letter).contains(NAME)));

    // Somebody withdraws, and everybody whose letter had the name gets a notice.
    desk.run("withdraw marisol.quintanar-ibanez@inbox.example --yes --notice notice")
        .exit(0)
        .hides(WORD)
        .reports("10 recipients");
    is_clean(&desk.path("notice"), WORD);
    desk.run("-C notice write").exit(0).hides(WORD);
    desk.run("-C notice approve --by 'Ada Example'").exit(0);
    desk.run("-C notice send --yes").exit(0).prints("10 accepted");

    // One answers before the follow-up is made, one before it is sent.
    desk.run(&format!("answer {} --kind reply --note 'by phone'", ids[0])).exit(0);
    desk.run("write --force").exit(0).reports("10 letters already sent differ from the outbox").hides(WORD);
    desk.run("follow-up --init second").exit(0).prints("9 letters");
    is_clean(&desk.path("second"), WORD);
    desk.run("-C second write").exit(0);
    desk.run("-C second approve --by 'Ada Example'").exit(0);
    desk.run(&format!("answer {} --kind acknowledged", ids[2])).exit(0);
    desk.run("-C second send --yes").exit(0).prints("8 accepted, 1 dropped");

    // The second edition goes to all.
    desk.edit("campaign.toml", "\nmode = \"joint\"", "\nedition = 2\nmode = \"joint\"");
    desk.run("write --force").exit(0).reports("Edition 2: 55 signatories; edition 1 had 56.");
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(0).prints("10 letters: 10 accepted");

    let letters = relay.letters();
    let (notices, rest) = letters[10..].split_at(10);
    let (follow_ups, second) = rest.split_at(8);
    assert_eq!(second.len(), 10);
    for letter in &letters[10..] {
        assert!(!text(letter).contains(WORD), "{}", text(letter));
    }
    // Each address has each letter once.
    for (sent, each) in [(&letters[..10], 10), (notices, 10), (follow_ups, 8), (second, 10)] {
        let to: Vec<String> = sent.iter().map(|letter| letter.to.concat()).collect();
        let mut different = to.clone();
        different.sort();
        different.dedup();
        assert_eq!((to.len(), different.len()), (each, each), "{to:?}");
    }
    assert_eq!(taken(second).len(), 10);
    // Everything is under the first letter to the same person.
    let ids_of: BTreeMap<String, String> =
        first.iter().map(|letter| (letter.to.concat(), header(letter, "Message-ID").expect("an id"))).collect();
    for letter in &letters[10..] {
        assert_eq!(header(letter, "References"), Some(ids_of[&letter.to.concat()].clone()));
    }

    let record = desk.run("record --format csv").exit(0).hides(WORD).csv();
    assert_eq!(record.len(), 21, "two editions of ten");
    desk.run("purge --yes").exit(0).hides(WORD);
    is_clean(&desk.path("record"), WORD);
    is_clean(&desk.path(".openletter"), WORD);
    assert!(!desk.has("signatories.csv") && !desk.has("outbox/letters") && desk.has("record/counts.json"));
    assert_ne!(desk.run("send --yes").code, Some(0));
    assert_eq!(relay.letters().len(), letters.len());
}

#[test]
fn the_walk_in_the_docs_works_as_it_is_written() {
    let page = Page::read("docs/after.md");
    let relay = Relay::start();
    let desk = Desk::sample();
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    let mut ran = 0;
    for block in page.blocks().iter().filter(|block| block.language == "sh") {
        for line in block.text.lines() {
            let command = line.split("  #").next().unwrap_or_default().trim();
            let Some(words) = command.strip_prefix("openletter ") else { continue };
            if words.contains("edition") || words.ends_with(" send") {
                continue;
            }
            let words = words.split(" > ").next().unwrap_or_default();
            let yes = if ["withdraw", "purge"].iter().any(|verb| words.starts_with(verb)) { " --yes" } else { "" };
            if words.contains("--from") {
                desk.write("answers.csv", "id,kind,on,note\nlundqvist-cfo,bounced,,\n");
                let id = desk.run("status --format json").exit(0).json()["letters"][1]["id"]
                    .as_str()
                    .expect("an id")
                    .to_owned();
                desk.write("answers.csv", format!("id,kind,on,note\n{id},bounced,,\n"));
            }
            desk.run(&format!("{words}{yes}")).exit(0);
            ran += 1;
        }
    }
    assert!(ran >= 7, "only {ran} commands were run");
    assert!(page.text().lines().count() <= 90, "the walk is longer than two screens");
    assert!(root().join("docs/after.md").exists());
}
