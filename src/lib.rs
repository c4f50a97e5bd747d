//! openletter merges a letter with its signatories and recipients, previews every letter, and sends each person exactly
//! one.
//!
//! One library with a thin binary. A module is a file or a folder; a layer imports only layers below it, and
//! `tests/suite/architecture.rs` holds the sources against this plan.
//!
//! ```text
//! main.rs                           parse, run, print the error chain once, exit code
//! command/                          one verb, one file
//! delivery/ campaign/ terminal/     sends an outbox, each letter once · reads a campaign's folder · output and prompts
//! outbox/ site/ paper/              the folder of letters, all or nothing · static pages for the web · letters as PDF
//! press/ leak_gate/ roster/         counts as sentences · the search for private strings · the only reader of lists
//! relay/ ledger/                    one SMTP session, replies as values · what was offered, and the answers
//! people/ template/                 private row → public face → typeset, counted roll; recipients · Handlebars, strict
//! message/ markdown/ language/      RFC 5322 bytes · Markdown to text and HTML · salutations, dates, numbers by language
//! text/ diagnostics/ private_file/  characters, scripts, line breaks · findings, codes, places · private files and locks
//! ```
//!
//! Data flows one way: campaign → people → template → markdown → message → outbox → delivery → ledger.

pub mod diagnostics;
pub mod private_file;
pub mod text;

pub mod language;
pub mod markdown;
pub mod message;

pub mod people;
pub mod template;

pub mod ledger;
pub mod relay;

pub mod leak_gate;
pub mod press;
pub mod roster;

pub mod outbox;
pub mod paper;
pub mod site;

pub mod campaign;
pub mod delivery;
pub mod terminal;

pub mod command;
