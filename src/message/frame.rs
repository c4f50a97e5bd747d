//! The bytes around the text of a campaign's letters: taken once from a message that lettre has built, then used for all.
//!
//! [`compose`] is the plain way to build a message; this is the quick way for letters that share most of their text. The
//! bytes must be the same. It writes only the fields that differ, and refuses any message that it does not recognise.

use super::compose::{Draft, compose};
use super::file_part::FilePart;
use super::identity::Boundary;
use super::octets::Octets;
use super::{header, lint, quoted_printable};
use lettre::message::Mailbox;
use std::cell::OnceCell;
use std::sync::Arc;

/// Encoded text of one part, in whole lines.
#[derive(Clone, Debug)]
pub(crate) enum Stretch<'t> {
    /// Encoded for all letters.
    Shared(Arc<[u8]>),
    /// Of this letter only, as text in lines that end in LF.
    Own(&'t str),
}

/// Which header fields differ from letter to letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Varying {
    /// `To`, `Subject` and `Message-ID`.
    Recipient,
    /// `From` and `Reply-To` too: each supporter writes.
    SenderAndRecipient,
}

/// The bytes around the text of every letter.
#[derive(Debug)]
pub(crate) struct Frame {
    varying: Varying,
    /// Up to the fields that differ.
    head: Arc<[u8]>,
    /// What follows them.
    rest: Vec<Slot>,
}

#[derive(Debug)]
enum Slot {
    Same(Arc<[u8]>),
    Boundary(Boundary),
    Text,
    Html,
    /// One image or more, and one attachment or more, with the boundaries between them.
    Images,
    Attachments,
}

/// Most letters have fewer bytes of their own.
const ROOM: usize = 2 << 10;

/// The texts of the sample's parts: one line each, and found nowhere else in a message.
const TEXT: &str = "The-text-of-the-letter";
const HTML: &str = "The-HTML-of-the-letter";

impl Frame {
    /// The frame of letters like this draft, with or without images and attachments as it has them; `None` if it is not
    /// recognised in what lettre builds.
    pub(crate) fn of(draft: &Draft<'_>, varying: Varying) -> Option<Frame> {
        let to = Mailbox::new(None, "sample@example.org".parse().ok()?);
        let [image, attachment] = [
            FilePart::image("sample-image", b"sample image", "example.org"),
            FilePart::attachment("sample-attachment", b"sample attachment"),
        ]
        .map(|file| [Arc::new(file)]);
        let sample = Draft {
            letter_id: "sample",
            to: &to,
            subject: "Sample",
            references: &[],
            text: TEXT,
            html: draft.html.map(|_| HTML),
            images: if draft.images.is_empty() { &[] } else { &image },
            attachments: if draft.attachments.is_empty() { &[] } else { &attachment },
            ..*draft
        };
        let built = String::from_utf8(compose(&sample).ok()?.bytes).ok()?;
        let (head, rest) = built.split_once(&*fields(&sample, &sample.message_id(), varying))?;
        let whole = |file: &FilePart| String::from_utf8([&file.head()[..], &file.body()[..]].concat()).ok();
        // An encoded stretch ends its last line.
        let marks: Vec<(String, fn() -> Slot)> = vec![
            (format!("{TEXT}\r\n"), || Slot::Text),
            (format!("{HTML}\r\n"), || Slot::Html),
            (whole(&image[0])?, || Slot::Images),
            (whole(&attachment[0])?, || Slot::Attachments),
            (sample.boundary(Boundary::Alternative), || Slot::Boundary(Boundary::Alternative)),
            (sample.boundary(Boundary::Related), || Slot::Boundary(Boundary::Related)),
            (sample.boundary(Boundary::Mixed), || Slot::Boundary(Boundary::Mixed)),
        ];
        let mut slots = Vec::new();
        let mut rest = rest;
        while let Some((at, mark, slot)) =
            marks.iter().filter_map(|(mark, slot)| Some((rest.find(&**mark)?, mark, slot))).min_by_key(|(at, ..)| *at)
        {
            slots.push(Slot::Same(rest.as_bytes()[..at].into()));
            slots.push(slot());
            rest = &rest[at + mark.len()..];
        }
        slots.push(Slot::Same(rest.as_bytes().into()));
        let count = |is: fn(&Slot) -> bool| slots.iter().filter(|slot| is(slot)).count();
        let found = [
            count(|slot| matches!(slot, Slot::Text)),
            count(|slot| matches!(slot, Slot::Html)),
            count(|slot| matches!(slot, Slot::Images)),
            count(|slot| matches!(slot, Slot::Attachments)),
        ];
        let expected = [true, draft.html.is_some(), !draft.images.is_empty(), !draft.attachments.is_empty()];
        (found == expected.map(usize::from)).then(|| Frame { varying, head: head.as_bytes().into(), rest: slots })
    }

    /// Builds a message around these texts, which must have no faults. `text` and `html` of the draft are not read; it has
    /// images and attachments as the draft of this frame.
    pub(crate) fn message(&self, draft: &Draft<'_>, text: &[Stretch<'_>], html: &[Stretch<'_>]) -> Framed {
        let message_id = draft.message_id();
        let fields = fields(draft, &message_id, self.varying);
        let mut framed =
            Framed { octets: Octets::with_room(ROOM), encoded: Vec::with_capacity(ROOM), fields, message_id };
        framed.octets.push_shared(&self.head);
        framed.octets.push(framed.fields.as_bytes());
        let boundaries: [OnceCell<String>; 3] = Default::default();
        let boundary =
            |between: Boundary| -> &str { boundaries[between as usize].get_or_init(|| draft.boundary(between)) };
        for slot in &self.rest {
            match slot {
                Slot::Same(bytes) => framed.octets.push_shared(bytes),
                Slot::Boundary(between) => framed.octets.push(boundary(*between).as_bytes()),
                Slot::Text => framed.put(text),
                Slot::Html => framed.put(html),
                Slot::Images => framed.files(draft.images, boundary(Boundary::Related)),
                Slot::Attachments => framed.files(draft.attachments, boundary(Boundary::Mixed)),
            }
        }
        framed
    }
}

/// A message that was put together.
pub(crate) struct Framed {
    /// The message.
    pub(crate) octets: Octets,
    /// The encoded text that is the message's own, in whole lines.
    encoded: Vec<u8>,
    /// The header fields that are the message's own, in whole lines.
    pub(crate) fields: String,
    /// Its Message-ID with the angle brackets.
    pub(crate) message_id: String,
}

impl Framed {
    /// Whether what only this message has breaks no rule.
    pub(crate) fn is_sound(&self) -> bool {
        lint::is_sound(self.fields.as_bytes(), &self.encoded)
    }

    /// Adds files with the boundaries between them.
    fn files(&mut self, files: &[Arc<FilePart>], boundary: &str) {
        for (rank, file) in files.iter().enumerate() {
            if rank > 0 {
                ["--", boundary, "\r\n"].iter().for_each(|piece| self.octets.push(piece.as_bytes()));
            }
            self.octets.push_shared(file.head());
            self.octets.push_shared(file.body());
        }
    }

    fn put(&mut self, stretches: &[Stretch<'_>]) {
        for stretch in stretches {
            match stretch {
                Stretch::Shared(bytes) => self.octets.push_shared(bytes),
                Stretch::Own(text) => {
                    let from = self.encoded.len();
                    quoted_printable::encode(text, &mut self.encoded);
                    self.octets.push(&self.encoded[from..]);
                }
            }
        }
    }
}

/// The fields that differ from letter to letter, in the order of [`lint::OWN_FIELDS`] and [`lint::THREAD_FIELDS`].
fn fields(draft: &Draft<'_>, message_id: &str, varying: Varying) -> String {
    let to = header::mailbox_value("To", draft.to);
    let subject = header::text_value("Subject", draft.subject);
    let sender = match varying {
        Varying::Recipient => String::new(),
        Varying::SenderAndRecipient => {
            let field = |name: &str, mailbox| [name, ": ", &*header::mailbox_value(name, mailbox), "\r\n"].concat();
            let reply_to = draft.sender.reply_to.as_ref().map(|reply_to| field("Reply-To", reply_to));
            field("From", &draft.sender.from) + &reply_to.unwrap_or_default()
        }
    };
    let own = [&*sender, "To: ", &to, "\r\nSubject: ", &subject, "\r\nMessage-ID: ", message_id, "\r\n"].concat();
    let [.., last] = draft.references else { return own };
    let parent = header::message_ids_value("In-Reply-To", std::slice::from_ref(last));
    let thread = header::message_ids_value("References", draft.references);
    [&own, "In-Reply-To: ", &parent, "\r\nReferences: ", &thread, "\r\n"].concat()
}
