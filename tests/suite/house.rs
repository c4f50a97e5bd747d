//! The plan of the house, kept true by reading the sources: which room may know which, which outside crate has which
//! room, and what has no place in any of them.
//!
//! A rule that must bend says where and why beside it.

mod paths;
mod source;

use crate::desk::root;
use paths::{arrows, circles, named};
use source::{Source, sources};
use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

/// Every room with its floor and the rooms it may know; all of them may know the ground floor.
const ROOMS: &[(&str, u8, &[&str])] = &[
    ("command", 4, &["delivery", "campaign", "roster", "outbox", "relay", "ledger", "screen"]),
    ("delivery", 3, &["outbox", "relay", "ledger"]),
    ("campaign", 3, &["roster"]),
    ("roster", 2, &[]),
    ("outbox", 2, &[]),
    ("relay", 2, &[]),
    ("ledger", 2, &[]),
    ("screen", 2, &[]),
    ("letter", 1, &[]),
];

/// Outside crates and where they may be named: folders end in a slash.
const CRATES: &[(&str, &[&str])] = &[
    ("clap", &["src/command/"]),
    ("handlebars", &["src/letter/template.rs", "src/letter/template/", "src/letter/fields.rs", "src/letter/helper/"]),
    ("rusqlite", &["src/ledger/"]),
    // Its way of sending decides too little, and too early, whether a letter counts as sent: src/relay/mod.rs.
    ("lettre::transport", &[]),
    ("base64", &["src/relay/"]),
    ("rustls_native_certs", &["src/relay/"]),
    (
        "csv",
        &["src/roster/", "src/outbox/manifest.rs", "src/outbox/manifest/", "src/outbox/tests/", "src/screen/table.rs"],
    ),
    ("csv_core", &["src/outbox/manifest/"]),
    ("indicatif", &["src/screen/"]),
    ("terminal_size", &["src/screen/"]),
    ("anstream", &["src/screen/"]),
    ("anstyle", &["src/screen/"]),
    ("rustls", &["src/relay/"]),
    ("signal_hook", &["src/command/"]),
];

/// What the system can be asked for, and who may ask. The ground floor may ask for nothing.
const SYSTEM: &[(&str, &[&str])] = &[
    ("std::fs", &["src/command/", "src/campaign/", "src/roster/", "src/outbox/", "src/relay/", "src/ledger/"]),
    ("std::net", &["src/relay/"]),
    ("std::env", &["src/main.rs", "src/command/", "src/campaign/secret.rs", "src/screen/"]),
    ("std::time::SystemTime", &["src/command/"]),
    // A wait for a stranger needs an end of its own; nothing that is written down comes from there.
    ("std::time::Instant", &["src/command/", "src/relay/deadline.rs"]),
    ("jiff::Timestamp::now", &["src/command/"]),
    ("jiff::Zoned::now", &["src/command/"]),
    ("jiff::tz::TimeZone::system", &["src/command/"]),
    ("ring::rand", &["src/command/"]),
    ("std::hash::RandomState", &[]),
];

/// What is only ever met half done.
const LEFTOVERS: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore", "unsafe"];
const MARKS: &[&str] = &["FIXME", "TODO", "XXX"];

const LONGEST: usize = 400;
const LONGEST_MAIN: usize = 40;

/// Every file, of the program and of its tests.
static EVERYTHING: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let all = [sources("src"), sources("tests")].concat();
    assert!(all.len() > 100, "only {} files were found", all.len());
    all
});

/// The files that make up the program, without what is compiled for tests only.
static PROGRAM: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let all = || EVERYTHING.iter().filter(|source| source.path.starts_with("src/"));
    let tests: BTreeSet<Vec<String>> = all().flat_map(Source::test_modules).collect();
    let is_test = |module: &[String]| (1..=module.len()).any(|length| tests.contains(&module[..length]));
    all().filter(|source| !is_test(&source.module())).map(Source::without_tests).collect()
});

fn is_allowed(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| if place.ends_with('/') { path.starts_with(place) } else { path == *place })
}

fn begins(path: &[String], words: &[&str]) -> bool {
    path.len() >= words.len() && path.iter().zip(words).all(|(name, word)| name == word)
}

#[track_caller]
fn none_of(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn every_room_knows_only_the_rooms_its_arrows_lead_to() {
    let drawn = arrows(&PROGRAM);
    assert!(drawn.len() > 300, "only {} arrows were found", drawn.len());
    let mut broken = Vec::new();
    for arrow in drawn {
        let (from, to) = (arrow.from.first().map_or("", String::as_str), arrow.to.first().map_or("", String::as_str));
        let is_drawn = match from {
            // The library's own file declares the rooms, and names none of them; the program knows the hall alone.
            "" => false,
            "main" => to == "command",
            _ => {
                let known = ROOMS.iter().find(|(room, ..)| *room == from).map_or(&[][..], |(_, _, known)| known);
                from == to || (to == "letter" || known.contains(&to))
            }
        };
        if !is_drawn {
            broken.push(format!("{}: {from} → {}", arrow.place, arrow.to.join("::")));
        }
    }
    none_of("arrows that the plan does not have", broken);
}

#[test]
fn every_arrow_of_the_plan_leads_down() {
    let floor = |name: &str| ROOMS.iter().find(|(room, ..)| *room == name).map(|(_, floor, _)| *floor);
    for (room, height, known) in ROOMS {
        for other in *known {
            assert!(floor(other).is_some_and(|below| below < *height), "{room} → {other}");
        }
    }
}

#[test]
fn files_that_stand_side_by_side_know_each_other_one_way_only() {
    none_of("circles", circles(&arrows(&PROGRAM)));
}

#[test]
fn the_letter_itself_knows_none_of_its_parts() {
    let drawn = arrows(&PROGRAM);
    let upward = drawn.iter().filter(|arrow| arrow.from == ["letter"]).map(|arrow| arrow.place.clone());
    none_of("src/letter/mod.rs is under all the files of its folder, and imports one", upward.collect());
}

#[test]
fn the_plan_names_every_room_on_its_floor() {
    let mut folders: Vec<String> = fs::read_dir(root().join("src"))
        .expect("the sources")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_str().expect("UTF-8").to_owned())
        .collect();
    folders.sort();
    let mut rooms: Vec<_> = ROOMS.iter().map(|(room, ..)| (*room).to_owned()).collect();
    rooms.sort();
    assert_eq!(folders, rooms, "the folders of src/ are not the rooms of this test");

    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let mut floor = 0;
    let mut planned = Vec::new();
    for line in lib.lines().filter_map(|line| line.strip_prefix("//! ")) {
        let mut words = line.split_whitespace().peekable();
        if words.next_if_eq(&"floor").is_some() {
            floor = words.next().and_then(|floor| floor.parse().ok()).expect("the floor's number");
        }
        if let Some(room) = words.next().and_then(|word| word.strip_suffix('/'))
            && floor > 0
        {
            planned.push((room.to_owned(), floor));
        }
    }
    let expected: Vec<_> = ROOMS.iter().map(|(room, floor, _)| ((*room).to_owned(), *floor)).collect();
    assert_eq!(planned, expected, "the plan in src/lib.rs is not that of this test");
}

#[test]
fn an_outside_crate_is_named_in_its_own_rooms_alone() {
    let mut broken = Vec::new();
    for source in EVERYTHING.iter().filter(|source| source.path.starts_with("src/")) {
        for (name, places) in CRATES.iter().filter(|(_, places)| !is_allowed(&source.path, places)) {
            let wanted: Vec<_> = name.split("::").collect();
            for found in named(&source.code).iter().filter(|found| begins(&found.path, &wanted)) {
                broken.push(format!("{}:{}: {}, which belongs to {places:?}", source.path, found.line, name));
            }
        }
    }
    none_of("outside crates out of their rooms", broken);
}

#[test]
fn nothing_asks_the_system_for_what_it_should_be_given() {
    let mut broken = Vec::new();
    for source in PROGRAM.iter() {
        let paths = named(&source.code);
        for (name, places) in SYSTEM.iter().filter(|(_, places)| !is_allowed(&source.path, places)) {
            let wanted: Vec<_> = name.split("::").collect();
            // `Timestamp::now` after an import, and `jiff::Timestamp::now` without one.
            let tail: Vec<_> =
                wanted.iter().copied().skip_while(|part| !part.starts_with(char::is_uppercase)).collect();
            let is_it = |path: &[String]| begins(path, &wanted) || (tail.len() > 1 && begins(path, &tail));
            for found in paths.iter().filter(|found| is_it(&found.path)) {
                broken.push(format!("{}:{}: {name}, which is for {places:?}", source.path, found.line));
            }
        }
    }
    none_of("the system asked out of turn", broken);
}

#[test]
fn nothing_is_printed_but_through_the_screen() {
    let mut broken = Vec::new();
    for source in PROGRAM.iter() {
        for word in ["println!", "eprintln!", "print!", "eprint!"] {
            // The hook for panics speaks when nothing else can.
            if source.path == "src/main.rs" && word == "eprintln!" {
                continue;
            }
            let lines = Source::lines_with(&source.code, word);
            broken.extend(lines.iter().map(|line| format!("{}:{line}: {word}", source.path)));
        }
    }
    none_of("printing past the screen", broken);
}

#[test]
fn nothing_is_left_half_done() {
    let mut broken = Vec::new();
    for source in EVERYTHING.iter() {
        for (view, words) in [(&source.code, LEFTOVERS), (&source.prose, MARKS)] {
            for word in words {
                let lines = Source::lines_with(view, word);
                broken.extend(lines.iter().map(|line| format!("{}:{line}: {word}", source.path)));
            }
        }
    }
    none_of("leftovers", broken);
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let silent = EVERYTHING.iter().filter(|source| !source.text.starts_with("//! "));
    none_of("files that do not open with //!", silent.map(|source| format!("{}:1", source.path)).collect());
}

#[test]
fn no_file_is_longer_than_one_can_hold_in_mind() {
    let mut broken = Vec::new();
    for source in EVERYTHING.iter() {
        let most = if source.path == "src/main.rs" { LONGEST_MAIN } else { LONGEST };
        let lines = source.text.lines().count();
        if lines > most {
            broken.push(format!("{}:{lines}: more than {most} lines", source.path));
        }
    }
    none_of("files that are too long", broken);
}
