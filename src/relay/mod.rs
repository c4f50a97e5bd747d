//! An SMTP session with TLS and login, its replies as values; and the relay built in for rehearsals.
//!
//! The client is our own. lettre's (0.11.23) treats any 2xx or 3xx as success, hides at which command a letter was
//! refused, keeps what arrived before STARTTLS, and reads lines without a limit; each of these decides whether a letter
//! counts as sent. So every command expects the exact code of RFC 5321 §4.3.2, and the letter goes out in one write.
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
mod redact;
mod refusal;
mod rehearsal;
mod reply;
mod session;
mod settings;
mod transport;

pub use error::{CertificateFault, RelayError};
pub use login::{Credential, Login, Proof, Secret};
pub use refusal::Refusal;
pub use rehearsal::{Arrival, Rehearsal};
pub use session::{Capabilities, Offer, Session};
pub use settings::{DOT_TIMEOUT, Settings, Tls, is_this_machine};
