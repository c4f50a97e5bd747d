//! The bytes around the text of a campaign's letters: taken once from a message that lettre has built, then used for all.
//!
//! [`compose`] is the plain way to build a message; this is the quick way for letters that share most of their text. The
//! bytes must be the same. It writes only the fields that differ, and refuses any message that it does not recognise.

use super::compose::{Draft, compose};
use super::octets::Octets;
use super::{header, identity, quoted_printable};
use lettre::message::Mailbox;
use std::sync::Arc;

/// Encoded text of one part, in whole lines.
#[derive(Clone, Debug)]
pub(crate) enum Stretch<'t> {
    /// Encoded for all letters.
    Shared(Arc<[u8]>),
    /// Of this letter only, as text in lines that end in LF.
    Own(&'t str),
}

/// The bytes around the text of every letter.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Up to the fields that differ.
    head: Arc<[u8]>,
    /// What follows them.
    rest: Vec<Slot>,
}

#[derive(Debug)]
enum Slot {
    Same(Arc<[u8]>),
    Boundary,
    Text,
    Html,
}

/// The texts of the sample's parts: one line each, and found nowhere else in a message.
const TEXT: &str = "The-text-of-the-letter";
const HTML: &str = "The-HTML-of-the-letter";

impl Frame {
    /// The frame of letters like this draft; `None` if it is not recognised in what lettre builds.
    pub(crate) fn of(draft: &Draft<'_>) -> Option<Frame> {
        let to = Mailbox::new(None, "sample@example.org".parse().ok()?);
        let sample = Draft {
            letter_id: "sample",
            to: &to,
            subject: "Sample",
            text: TEXT,
            html: draft.html.map(|_| HTML),
            ..*draft
        };
        let built = String::from_utf8(compose(&sample).ok()?.bytes).ok()?;
        let (head, rest) = built.split_once(&*fields(&sample, &sample.message_id()))?;
        let boundary = identity::boundary(sample.campaign_id, sample.letter_id);
        let mut slots = Vec::new();
        for (rank, between) in rest.split(&*boundary).enumerate() {
            if rank > 0 {
                slots.push(Slot::Boundary);
            }
            let mut between = between;
            for (mark, slot) in [(TEXT, Slot::Text), (HTML, Slot::Html)] {
                // An encoded stretch ends its last line.
                if let Some((before, after)) = between.split_once(&*format!("{mark}\r\n")) {
                    slots.push(Slot::Same(before.as_bytes().into()));
                    slots.push(slot);
                    between = after;
                }
            }
            slots.push(Slot::Same(between.as_bytes().into()));
        }
        let count = |is: fn(&Slot) -> bool| slots.iter().filter(|slot| is(slot)).count();
        let parts = [count(|slot| matches!(slot, Slot::Text)), count(|slot| matches!(slot, Slot::Html))];
        (parts == [1, usize::from(draft.html.is_some())]).then(|| Frame { head: head.as_bytes().into(), rest: slots })
    }

    /// Builds a message around these texts, which must have no faults. `text` and `html` of the draft are not read.
    pub(crate) fn message(&self, draft: &Draft<'_>, text: &[Stretch<'_>], html: &[Stretch<'_>]) -> Framed {
        let mut framed = Framed {
            octets: Octets::default(),
            reduced: Vec::new(),
            fields: String::new(),
            message_id: draft.message_id(),
        };
        framed.same(&self.head);
        framed.fields = fields(draft, &framed.message_id);
        let fields = framed.fields.clone();
        framed.own(|out| out.extend_from_slice(fields.as_bytes()));
        let boundary = identity::boundary(draft.campaign_id, draft.letter_id);
        for slot in &self.rest {
            match slot {
                Slot::Same(bytes) => framed.same(bytes),
                Slot::Boundary => framed.own(|out| out.extend_from_slice(boundary.as_bytes())),
                Slot::Text => framed.put(text),
                Slot::Html => framed.put(html),
            }
        }
        framed
    }
}

/// A message that was put together.
pub(crate) struct Framed {
    /// The message.
    pub(crate) octets: Octets,
    /// The message with a blank line in place of each shared stretch, for checks of what only this message has.
    pub(crate) reduced: Vec<u8>,
    /// The header fields that are the message's own, in whole lines.
    pub(crate) fields: String,
    /// Its Message-ID with the angle brackets.
    pub(crate) message_id: String,
}

impl Framed {
    /// Adds what is around the texts of every letter.
    fn same(&mut self, bytes: &Arc<[u8]>) {
        self.octets.push_shared(bytes);
        self.reduced.extend_from_slice(bytes);
    }

    /// Adds what `write` writes.
    fn own(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let from = self.reduced.len();
        write(&mut self.reduced);
        self.octets.push(&self.reduced[from..]);
    }

    fn put(&mut self, stretches: &[Stretch<'_>]) {
        for stretch in stretches {
            match stretch {
                Stretch::Shared(bytes) => {
                    self.octets.push_shared(bytes);
                    self.reduced.extend_from_slice(b"\r\n");
                }
                Stretch::Own(text) => self.own(|out| quoted_printable::encode(text, out)),
            }
        }
    }
}

/// The fields that differ from letter to letter.
fn fields(draft: &Draft<'_>, message_id: &str) -> String {
    let to = header::mailbox_value("To", draft.to);
    let subject = header::text_value("Subject", draft.subject);
    format!("To: {to}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n")
}
