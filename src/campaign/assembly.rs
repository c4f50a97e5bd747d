//! Builds letters from the parts that all of them share, and the parts that each has for itself.
//!
//! Shared text is encoded, checked and searched once. Per letter only its own fields and passages are searched. No match can
//! extend over two passages, because each consists of whole lines and whole units of the search. This module must not report
//! anything, and must refuse every letter that the plain way would refuse: it returns `None`, and the plain way takes over.

use super::making::Order;
use crate::language::Language;
use crate::leak_gate::{Gate, Scope, Searched, SharedText, is_whole_markup};
use crate::message::compose::{Draft, is_own_head_sound, unprintable};
use crate::message::frame::{Frame, Framed, Stretch, Varying};
use crate::message::lint::lint;
use crate::message::quoted_printable;
use crate::template::{Passage, Passages, Renderer};
use std::sync::{Arc, OnceLock};

/// The shared parts of letters: encoded, checked and searched.
pub(super) struct Assembly {
    /// The frame of letters without files, and those with images and attachments, made with the first such letter.
    frame: Frame,
    frames_with_files: [OnceLock<Option<Frame>>; 3],
    text: Encoded,
    html: Encoded,
    shared: SharedText,
    /// Text that is not searched again: the built-in roll.
    known: Vec<String>,
    language: Option<&'static Language>,
    /// Which header fields differ from letter to letter.
    varying: Varying,
}

/// The texts that one part of letters shares.
#[derive(Default)]
struct Encoded {
    texts: Vec<Arc<[u8]>>,
    /// Whether each holds more than white space.
    are_filled: Vec<bool>,
}

impl Assembly {
    /// Makes the shared parts; `None` if anything is wrong with them, and all letters must be made the plain way. Only the
    /// fields of the draft that all letters share are read.
    pub(super) fn new(renderer: &Renderer<'_>, gate: &Gate, draft: &Draft<'_>, varying: Varying) -> Option<Assembly> {
        let shared = renderer.shared()?;
        let html = renderer.has_html().then_some("");
        let draft = Draft { to: &draft.sender.from, subject: "-", references: &[], html, ..*draft };
        if !shared.html.iter().all(|text| is_whole_markup(text)) {
            return None;
        }
        let (text, html) = (Encoded::new(&shared.text)?, Encoded::new(&shared.html)?);
        let frame = Frame::of(&draft, varying)?;
        let all = |encoded: &Encoded| -> Vec<Stretch<'static>> {
            encoded.texts.iter().flat_map(|text| [Stretch::Shared(Arc::clone(text)), Stretch::Own("\n")]).collect()
        };
        let alone = frame.message(&draft, &all(&text), &all(&html)).octets.to_vec();
        let known: Vec<String> = renderer.built_in_roll().into_iter().map(str::to_owned).collect();
        lint(&alone).ok()?;
        let in_scope: Vec<&str> = known.iter().map(String::as_str).collect();
        let language = Some(renderer.language());
        let shared = gate.search_shared(&alone, Scope { already_searched: &in_scope, language, ..Scope::default() })?;
        Some(Assembly { frame, frames_with_files: Default::default(), text, html, shared, known, language, varying })
    }

    /// Builds a letter from its passages, and searches it; `None` if it has a leak of its own or anything else is wrong.
    pub(super) fn letter(
        &self,
        passages: &Passages,
        draft: &Draft<'_>,
        order: &Order<'_>,
        gate: &Gate,
    ) -> Option<(Framed, Searched)> {
        if !is_own_head_sound(draft, self.varying) || self.shared.is_touched_by(|take| order.each_cleared(take)) {
            return None;
        }
        let html = passages.html.as_deref().unwrap_or_default();
        let is_filled =
            |passages: &[Passage], encoded: &Encoded| passages.iter().any(|passage| encoded.is_filled(passage));
        if !is_filled(&passages.text, &self.text) || passages.html.is_some() && !is_filled(html, &self.html) {
            return None;
        }
        // A shared text that this letter has only beside its own is searched with that.
        let has_all = || self.text.are_all_in(&passages.text) && self.html.are_all_in(html);
        if !self.shared.leaks().is_empty() && !has_all() {
            return None;
        }
        let own_passages = || passages.text.iter().chain(html).filter_map(Passage::own);
        // To look for a text takes time by its own length too.
        let holds = |text: &str, known: &String| known.len() <= text.len() && text.contains(&**known);
        if !own_passages().all(|text| is_fit(text) && !self.known.iter().any(|known| holds(text, known)))
            || !unmirrored(html).all(is_whole_markup)
        {
            return None;
        }
        let draft = &Draft { html: passages.html.as_ref().map(|_| ""), ..*draft };
        let frame = match (draft.images.is_empty(), draft.attachments.is_empty()) {
            (true, true) => &self.frame,
            (no_image, no_attachment) => {
                let frame = &self.frames_with_files[usize::from(no_image) + 2 * usize::from(no_attachment)];
                frame.get_or_init(|| frame_with_files(draft, self.varying)).as_ref()?
            }
        };
        let framed = frame.message(draft, &self.text.stretches(&passages.text), &self.html.stretches(html));
        if !framed.is_sound() || !draft.images.iter().chain(draft.attachments).all(|file| file.is_sound()) {
            return None;
        }
        let references = draft.references.join(" ");
        let mut values = vec![draft.subject, &*framed.message_id, &references];
        let sender = match self.varying {
            Varying::Recipient => [None, None],
            Varying::SenderAndRecipient => [Some(&draft.sender.from), draft.sender.reply_to.as_ref()],
        };
        for mailbox in sender.into_iter().flatten().chain([draft.to]) {
            values.extend([mailbox.name.as_deref().unwrap_or_default(), mailbox.email.as_ref()]);
        }
        if gate.is_free(&values, passages.text.iter().filter_map(Passage::own), unmirrored(html)) {
            return Some((framed, self.searched(false)));
        }
        let known: Vec<&str> = self.known.iter().map(String::as_str).collect();
        let (own, writer) = (order.own_strings(), order.writer_strings());
        let scope =
            Scope { own: &own, writer: &writer, already_searched: &known, language: self.language, ..Scope::default() };
        let (text, html) = (passages.text.iter().filter_map(Passage::own), html.iter().filter_map(Passage::own));
        let searched = gate.search_own((&framed.fields, &values), text, html, scope);
        if !searched.leaks.is_empty() || !searched.unsearched.is_empty() {
            return None;
        }
        Some((framed, self.searched(searched.has_overlap)))
    }

    /// The result for a letter that has no leaks of its own.
    fn searched(&self, has_overlap: bool) -> Searched {
        Searched { leaks: self.shared.leaks().to_vec(), has_overlap, ..Searched::default() }
    }
}

/// The frame of letters with files as this draft has them; `None` if anything is wrong with it.
fn frame_with_files(draft: &Draft<'_>, varying: Varying) -> Option<Frame> {
    let (line, sample) =
        ([Stretch::Own("-\n")], Draft { to: &draft.sender.from, subject: "-", references: &[], ..*draft });
    Frame::of(draft, varying).filter(|frame| lint(&frame.message(&sample, &line, &line).octets.to_vec()).is_ok())
}

impl Encoded {
    fn new(texts: &[String]) -> Option<Encoded> {
        if !texts.iter().all(|text| is_fit(text)) {
            return None;
        }
        let encode = |text: &String| {
            let mut encoded = Vec::new();
            quoted_printable::encode(text, &mut encoded);
            encoded.into()
        };
        let are_filled = texts.iter().map(|text| !text.trim().is_empty()).collect();
        Some(Encoded { texts: texts.iter().map(encode).collect(), are_filled })
    }

    fn is_filled(&self, passage: &Passage) -> bool {
        match passage {
            Passage::Shared(place) => self.are_filled.get(*place).is_some_and(|is_filled| *is_filled),
            Passage::Own(text) | Passage::Mirrored(text) => !text.trim().is_empty(),
        }
    }

    /// Whether these passages have all texts, apart from blank lines.
    fn are_all_in(&self, passages: &[Passage]) -> bool {
        let is_in = |place: usize| passages.contains(&Passage::Shared(place));
        self.are_filled.iter().enumerate().all(|(place, is_filled)| !is_filled || is_in(place))
    }

    fn stretches<'p>(&self, passages: &'p [Passage]) -> Vec<Stretch<'p>> {
        passages
            .iter()
            .filter_map(|passage| match passage {
                Passage::Shared(place) => self.texts.get(*place).cloned().map(Stretch::Shared),
                Passage::Own(text) | Passage::Mirrored(text) => Some(Stretch::Own(text)),
            })
            .collect()
    }
}

/// The letter's own HTML that can have other words than its text.
fn unmirrored(html: &[Passage]) -> impl Iterator<Item = &str> {
    html.iter().filter(|passage| !matches!(passage, Passage::Mirrored(_))).filter_map(Passage::own)
}

/// Whether composing does not change a text: LF line ends only, no byte order mark, no other control character.
fn is_fit(text: &str) -> bool {
    let has_mark = || !text.is_ascii() && text.contains('\u{FEFF}');
    memchr::memchr(b'\r', text.as_bytes()).is_none() && unprintable(text).is_none() && !has_mark()
}
