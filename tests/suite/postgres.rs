//! A ledger in PostgreSQL: several workers, moves between the stores, and what fails on the way. Nobody gets two letters.
//!
//! Each test has a schema of its own, in a server that runs in a temporary folder.

mod commands;
mod faults;
mod random;
mod relays;
mod roles;
mod round_trips;
mod server;
mod watching;
mod workers;

use crate::desk::{Desk, Ran};
use crate::relay::{Relay, Script, Step};
use crate::sending::copies::copied;
use server::{PASSWORD, Server, shared};
use std::collections::BTreeSet;
use std::process::Child;
use std::time::{Duration, Instant};

/// An approved campaign of so many letters, `r1@northlight.example` and so on, with a ledger in a prepared schema.
fn campaign(letters: usize, relay: &Relay, server: &Server, lines: &str) -> Desk {
    let desk = unprepared(letters, relay, server, lines);
    desk.run("ledger prepare").exit(0);
    desk.approved();
    desk
}

/// The same, with a schema that does not exist yet.
fn unprepared(letters: usize, relay: &Relay, server: &Server, lines: &str) -> Desk {
    let mut desk = Desk::with("two-recipients");
    let rows: String = (1..=letters).map(|n| format!("r{n},,,,Officer {n},r{n}@northlight.example\n")).collect();
    desk.write("recipients.csv", format!("id,honorific,given_name,family_name,title,email\n{rows}"));
    desk.through(relay).edit("campaign.toml", "timeout = ", &format!("{lines}\ntimeout = "));
    connect(&mut desk, server);
    let ledger = format!(
        "\n[ledger]\nurl = {{ env = \"OPENLETTER_LEDGER\" }}\nschema = \"{}\"\nlease = \"2s\"\n",
        server.new_schema()
    );
    desk.write("campaign.toml", desk.text("campaign.toml") + &ledger);
    desk
}

fn connect(desk: &mut Desk, server: &Server) {
    desk.env("OPENLETTER_LEDGER", &server.url());
}

/// The campaign's folder on another machine.
fn elsewhere(desk: &Desk, server: &Server) -> Desk {
    let mut other = copied(desk);
    connect(&mut other, server);
    other
}

/// A relay that needs a moment for each letter, so that workers meet.
fn slow(pause: u64) -> Script {
    Relay::script().pipelining().on(Step::Dot).after(Duration::from_millis(pause)).reply("250 2.0.0 queued")
}

/// Everyone for whom the relay has accepted a letter. Checks that nobody was sent one twice, accepted or not.
#[track_caller]
fn taken(relay: &Relay) -> BTreeSet<String> {
    let letters: Vec<_> = relay.letters().into_iter().filter(|letter| !letter.to.is_empty()).collect();
    let to: BTreeSet<_> = letters.iter().map(|letter| letter.to.concat()).collect();
    assert_eq!(to.len(), letters.len(), "somebody got two");
    letters.into_iter().filter(|letter| letter.accepted).map(|letter| letter.to.concat()).collect()
}

/// How many letters are in this state.
#[track_caller]
fn count(desk: &Desk, state: &str) -> u64 {
    desk.run("status --format json").exit(0).json()["totals"][state].as_u64().expect("a number")
}

fn end(child: Child) -> Ran {
    Ran::of("send", child.wait_with_output().expect("the run ends"))
}

/// Ends a run as a crash would.
fn kill(mut child: Child) {
    child.kill().expect("killed");
    child.wait().expect("it ends");
}

/// The schema of the campaign's ledger.
fn schema(desk: &Desk) -> String {
    let text = desk.text("campaign.toml");
    let (_, rest) = text.split_once("schema = \"").expect("a schema");
    rest.split('"').next().expect("its end").to_owned()
}
