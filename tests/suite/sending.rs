//! `send` and `status`: what the program does, what the relay gets, and that both agree, whatever fails.
//!
//! These tests see the program as its user and the relay do: exit code, output, states, letters. They must never depend
//! on how a run works inside.

mod account;
mod archive;
mod chosen;
pub(crate) mod copies;
mod dated;
#[cfg(unix)]
mod early;
mod hostile;
#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod killed;
mod matrix;
mod output;
mod permission;
#[cfg(unix)]
pub(crate) mod random;
mod record;
#[cfg(unix)]
mod relays;
mod reported;
mod retry;
#[cfg(unix)]
mod shards;

use crate::desk::{Desk, Ran};
use crate::relay::{Relay, undated};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// A campaign with two letters, approved, to go through this relay.
fn approved(relay: &Relay) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.through(relay).approved();
    desk
}

/// The same with so many letters, their ids `r1`, `r2` and so on.
fn approved_many(letters: usize, relay: &Relay) -> Desk {
    let desk = Desk::with("two-recipients");
    let rows: String = (1..=letters).map(|n| format!("r{n},,,,Officer {n},r{n}@northlight.example\n")).collect();
    desk.write("recipients.csv", format!("id,honorific,given_name,family_name,title,email\n{rows}"));
    desk.through(relay).approved();
    desk
}

/// Sends through this relay with these settings of `[relay]`, one a line, instead of the harness's.
fn reach(desk: &Desk, relay: &Relay, settings: &str) {
    let text = desk.through(relay).text("campaign.toml");
    let (before, _) = text.split_once("[relay]").expect("a relay");
    desk.write("campaign.toml", format!("{before}[relay]\nport = {}\n{settings}", relay.port()));
}

/// Waits for a run that was started.
fn end(words: &str, child: Child) -> Ran {
    Ran::of(words, child.wait_with_output().expect("the run ends"))
}

/// Waits for something that happens in another process, or does not.
#[track_caller]
fn wait_until(mut happens: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happens() {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not happen");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A letter as `status --format json` has it.
#[derive(serde::Deserialize)]
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) message_id: String,
    pub(crate) state: String,
    attempts: u32,
}

/// The state of each letter.
#[track_caller]
pub(crate) fn letters(desk: &Desk) -> Vec<Letter> {
    let out = desk.run("status --format json").exit(0).out;
    let mut status: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    serde_json::from_value(status["letters"].take()).expect("letters")
}

/// "accepted, pending": the states of all letters, in order.
#[track_caller]
fn states(desk: &Desk) -> String {
    letters(desk).into_iter().map(|letter| letter.state).collect::<Vec<_>>().join(", ")
}

/// How often the relay got the letter with this Message-ID: whole, and taken.
fn arrived(relay: &Relay, message_id: &str) -> (usize, usize) {
    let line = format!("Message-ID: {message_id}\r\n");
    let received = relay.letters();
    let of_it = || received.iter().filter(|letter| String::from_utf8_lossy(&letter.bytes).contains(&line));
    (of_it().count(), of_it().filter(|letter| letter.accepted).count())
}

/// What the program says of each letter is what the relay says of it, and nobody got one twice.
#[track_caller]
fn assert_agreed(desk: &Desk, relay: &Relay) {
    let letters = letters(desk);
    let taken = relay.letters().iter().filter(|letter| letter.accepted).count();
    let known: usize = letters.iter().map(|letter| arrived(relay, &letter.message_id).1).sum();
    assert_eq!(taken, known, "every letter at the relay is one of the outbox");
    for letter in letters {
        let taken = arrived(relay, &letter.message_id).1;
        let possible = match letter.state.as_str() {
            "accepted" => 1..=1,
            "offered" | "unknown" => 0..=1,
            _ => 0..=0,
        };
        assert!(possible.contains(&taken), "{} is {}, and was taken {taken} times", letter.id, letter.state);
    }
}

/// The letters in the outbox.
fn written(desk: &Desk) -> Vec<Vec<u8>> {
    desk.letters().into_iter().map(|name| desk.bytes(&format!("outbox/letters/{name}"))).collect()
}

/// All bytes in a folder of the campaign, with the names of its files.
fn everything(desk: &Desk, folder: &str) -> Vec<u8> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(desk.path(folder)).expect("a folder") {
        let path = file.expect("an entry").path();
        all.extend(path.to_string_lossy().bytes());
        if path.is_dir() {
            let inner = path.strip_prefix(desk.dir()).expect("inside").to_string_lossy().into_owned();
            all.extend(everything(desk, &inner));
        } else {
            all.extend(std::fs::read(path).expect("a file"));
        }
    }
    all
}

/// Whether these bytes hold that text.
fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
