//! The relay: one SMTP session with TLS and login, its replies as values; and the relay that is built in for rehearsals.
//!
//! The dialogue is our own. lettre's takes any 2xx or 3xx for a yes, hides at which step a letter was refused, keeps what
//! came before TLS for what comes after it, and reads a line without an end until memory is full; all of it decides
//! whether a letter counts as sent. So this room speaks step by step, asks for the exact code that RFC 5321 §4.3.2 gives
//! for each, and hands the letter over in one piece.
//!
//! This room must never send a letter or a credential in clear to another machine, switch a TLS check off, send a
//! letter's bytes other than as they are, take anything but 250 for acceptance, or pass on a relay's words with
//! credentials in them.

mod auth;
mod certificates;
mod connect;
mod connection;
mod content;
mod deadline;
mod error;
mod extension;
mod failure;
mod login;
mod redact;
mod rehearsal;
mod reply;
mod session;
mod settings;

pub use error::{CertificateFault, RelayError};
pub use login::{Credential, Login, Proof, Secret};
pub use rehearsal::{Arrival, Rehearsal};
pub use session::{Capabilities, Offer, Session};
pub use settings::{DOT_TIMEOUT, Settings, Tls, is_this_machine};
