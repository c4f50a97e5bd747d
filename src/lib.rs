//! openletter merges a letter with its signatories and recipients, shows every letter, and sends each person exactly one.
//!
//! One library with a thin binary. A room is a file or a folder; a floor stands only on the floors below it, and
//! `tests/suite/house.rs` keeps this page true.
//!
//! ```text
//! floor 5   main.rs      parse, run, print the error chain once, exit code
//! floor 4   command/     one verb, one file
//! floor 3   delivery/    an outbox through a relay, once each
//!           campaign/    a folder becomes a Campaign; the only reader of settings
//! floor 2   roster/      the only reader of lists
//!           outbox/      the folder of letters: all or nothing
//!           relay/       one SMTP session, and the relay for rehearsals
//!           ledger/      what was offered and what came back
//!           screen/      the terminal
//! floor 1   letter/      the letter and its people; no file, no socket, no clock, no environment
//! ```
//!
//! Data flows one way: campaign → letter → outbox → delivery → ledger.

pub mod message;

pub mod ledger;
pub mod outbox;
pub mod relay;
pub mod roster;
pub mod terminal;

pub mod campaign;
pub mod delivery;

pub mod command;

pub mod text;

pub mod diagnostics;
pub mod leak_gate;
pub mod markdown;

pub mod people;
pub mod press;
pub mod template;
