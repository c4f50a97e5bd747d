//! An SMTP client with TLS and login, whose replies are values; and the built-in relay for rehearsals.
//!
//! lettre's client (0.11.23) is not used: it treats any 2xx or 3xx as success, does not report which command was refused, keeps
//! input that arrived before STARTTLS, and reads lines without a limit. Each of these could make a letter count as sent, or
//! not. Here every command requires the exact code of RFC 5321 §4.3.2, and a letter is sent in one write.
//!
//! This module must never send a letter or a credential in clear to another machine, skip a TLS check, change a letter's
//! bytes, treat anything but 250 as acceptance, or return a reply with credentials in it.

mod auth;
mod certificates;
mod connect;
mod connection;
mod content;
mod deadline;
mod error;
mod extension;
mod login;
mod receipt;
mod refusal;
mod rehearsal;
mod reply;
mod session;
mod settings;
mod transport;

pub use error::{CertificateFault, RelayError};
pub use login::{Credential, Login, Proof, Secret};
pub use receipt::{assigned_message_id, queue_id};
pub use refusal::Refusal;
pub use rehearsal::{Arrival, Rehearsal};
pub use session::{Capabilities, Offer, Session};
pub use settings::{DOT_TIMEOUT, Pipelining, Settings, Tls, is_this_machine};
