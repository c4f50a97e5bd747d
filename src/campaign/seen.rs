//! Remembers the ids and addresses of recipients, to find a second letter to the same recipient.
//!
//! It keeps digests only, so that memory stays small.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::message::identity::Digest;
use crate::people::recipient::Recipient;
use std::collections::HashMap;

/// The ids and addresses so far, with their lines.
#[derive(Default)]
pub(super) struct Seen {
    ids: HashMap<Digest, u32>,
    /// With the digest of the recipient's name.
    addresses: HashMap<Digest, (u32, Digest)>,
}

impl Seen {
    /// Reports an id or an address that an earlier row has. One address for two names is only a warning if each row has its
    /// own id.
    pub(super) fn check(&mut self, recipient: &Recipient, findings: &mut Vec<Finding>) {
        let row = recipient.row();
        let mut report = |code: Code, column: &str, line: u32, what: &'static str, help: &'static str| {
            let finding = Finding::new(code, what).at(row.place(column)).and_at(Place::line(row.file(), line));
            findings.push(finding.help(help));
        };
        let key = Digest::of(recipient.key().as_bytes());
        let name = Digest::of(recipient.name().to_lowercase().as_bytes());
        if let Some((line, other)) = self.addresses.insert(key, (row.line(), name)) {
            if other == name || !row.has("id") {
                let help = "delete one of the two rows: each recipient gets one letter";
                report(Code::AddressTwice, "email", line, "another row has the same address", help);
            } else {
                let what = "a row with another name has the same address";
                report(Code::AddressShared, "email", line, what, "check that two letters may go to this address");
            }
        }
        if row.has("id")
            && let Some(line) = self.ids.insert(Digest::of(recipient.letter_id().as_bytes()), row.line())
        {
            let help = "give each row its own id";
            report(Code::IdTwice, "id", line, "another row has the same id", help);
        }
    }
}
