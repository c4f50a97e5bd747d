//! Composes a letter into a message: RFC 5322 with CRLF, the same bytes for the same letter on any machine.
//!
//! lettre builds it, with its date, ids, boundary and encodings fixed here. This module must never put anything into a
//! message that it was not given (no clock, host name or program name), or repeat a name or an address in a finding.

pub use super::sender::Sender;

use super::address;
use super::file_part::FilePart;
use super::frame::Varying;
use super::header;
use super::identity::{self, Boundary};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::text::characters::{TextUse, refused};
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use std::fmt::Display;
use std::sync::Arc;

/// Everything a message is made of: the same draft always gives the same bytes.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// The campaign's id.
    pub campaign_id: &'a str,
    /// The letter's id within the campaign.
    pub letter_id: &'a str,
    /// The sender.
    pub sender: &'a Sender,
    /// The recipient: the only `To`.
    pub to: &'a Mailbox,
    /// The subject, decoded.
    pub subject: &'a str,
    /// The Message-IDs of the earlier messages that this one follows, with angle brackets, the oldest first.
    pub references: &'a [String],
    /// The value of the Date header, in its zone and whole seconds (RFC 5322 §3.3).
    pub date: &'a ZonedDateTime,
    /// The plain text. Lines may end in LF, CR or CRLF; the last line end may be missing.
    pub text: &'a str,
    /// The same letter in HTML, if it has an HTML part.
    pub html: Option<&'a str>,
    /// The images that the HTML shows.
    pub images: &'a [Arc<FilePart>],
    /// The attachments, in the order in which mail programs list them.
    pub attachments: &'a [Arc<FilePart>],
}

impl Draft<'_> {
    /// The Message-ID with its angle brackets.
    pub(crate) fn message_id(&self) -> String {
        identity::message_id(self.campaign_id, self.letter_id, self.sender.from.email.domain())
    }

    /// A boundary between its parts.
    pub(crate) fn boundary(&self, between: Boundary) -> String {
        identity::boundary(between, self.campaign_id, self.letter_id)
    }
}

/// A finished message.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// RFC 5322 with CRLF line ends, also after the last line.
    pub bytes: Vec<u8>,
    /// The Message-ID with its angle brackets.
    pub message_id: String,
}

impl std::fmt::Debug for Composed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Composed {{ octets: {} }}", self.bytes.len())
    }
}

/// Builds the message, or returns everything that is wrong with the draft.
pub fn compose(draft: &Draft) -> Result<Composed, Vec<Finding>> {
    let faults = faults(draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    let sender = draft.sender;
    let message_id = draft.message_id();
    let envelope = Envelope::new(Some(sender.return_path.clone()), vec![draft.to.email.clone()]);
    let mut text = with_crlf(draft.text);
    let html = draft.html.map(|html| part(ContentType::TEXT_HTML, with_crlf(html)));
    if html.is_none() && draft.attachments.is_empty() {
        // lettre adds a line break to a single part.
        text.truncate(text.len().saturating_sub(2));
    }
    let text = part(ContentType::TEXT_PLAIN, text);

    let message = envelope.and_then(|envelope| {
        let builder = Message::builder()
            .envelope(envelope)
            .raw_header(header::date(draft.date))
            .raw_header(header::mailbox("From", &sender.from));
        let builder = match &sender.reply_to {
            Some(reply_to) => builder.raw_header(header::mailbox("Reply-To", reply_to)),
            None => builder,
        };
        let builder = builder
            .raw_header(header::mailbox("To", draft.to))
            .raw_header(header::text("Subject", draft.subject))
            .message_id(Some(message_id.clone()));
        let builder = match draft.references {
            [] => builder,
            [.., last] => builder
                .raw_header(header::message_ids("In-Reply-To", std::slice::from_ref(last)))
                .raw_header(header::message_ids("References", draft.references)),
        };
        let body = match html {
            None => Content::Single(text),
            Some(html) => Content::Several(alternative(draft, text, html)),
        };
        if draft.attachments.is_empty() {
            return match body {
                Content::Single(text) => builder.singlepart(text),
                Content::Several(parts) => builder.multipart(parts),
            };
        }
        let mixed = MultiPart::mixed().boundary(draft.boundary(Boundary::Mixed));
        let mixed = match body {
            Content::Single(text) => mixed.singlepart(text),
            Content::Several(parts) => mixed.multipart(parts),
        };
        builder.multipart(with_files(mixed, draft.attachments))
    });
    match message {
        Ok(message) => Ok(Composed { bytes: message.formatted(), message_id }),
        Err(cause) => {
            Err(vec![Finding::new(Code::HeaderText, spans!["the message cannot be built: ", own(cause.to_string())])])
        }
    }
}

/// A letter without its attachments.
enum Content {
    Single(SinglePart),
    Several(MultiPart),
}

/// The text, and the HTML with its images. These are inside the alternative, so that a program that shows the text does not
/// list them.
fn alternative(draft: &Draft<'_>, text: SinglePart, html: SinglePart) -> MultiPart {
    let alternative = MultiPart::alternative().boundary(draft.boundary(Boundary::Alternative)).singlepart(text);
    if draft.images.is_empty() {
        return alternative.singlepart(html);
    }
    let boundary = draft.boundary(Boundary::Related);
    // RFC 2387 §3.1 requires the type of the first part.
    let kind = ContentType::parse(&format!("multipart/related; type=\"text/html\"; boundary=\"{boundary}\""));
    let related = match kind {
        Ok(kind) => MultiPart::builder().header(kind),
        Err(_) => MultiPart::related().boundary(boundary),
    };
    alternative.multipart(with_files(related.singlepart(html), draft.images))
}

fn with_files(parts: MultiPart, files: &[Arc<FilePart>]) -> MultiPart {
    files.iter().fold(parts, |parts, file| parts.singlepart(file.single_part()))
}

/// Builds one part, always quoted-printable: the encoding must not depend on a letter's content.
fn part(kind: ContentType, text: String) -> SinglePart {
    let encoding = ContentTransferEncoding::QuotedPrintable;
    // Any text can be quoted-printable, so this never fails.
    let body =
        Body::new_with_encoding(text, encoding).unwrap_or_else(|text| Body::dangerous_pre_encoded(text, encoding));
    SinglePart::builder().header(kind).body(body)
}

/// Returns the text with CRLF line ends and without a byte order mark. lettre's own conversion takes quadratic time, so it
/// must have nothing left to convert.
fn with_crlf(text: &str) -> String {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = text.replace('\n', "\r\n");
    if !lines.is_empty() && !lines.ends_with('\n') {
        lines.push_str("\r\n");
    }
    lines
}

/// White space at the edge of a header is lost in transit.
const EDGE: &str = "begins or ends with white space";

/// Everything that is wrong with a draft.
fn faults(draft: &Draft) -> Vec<Finding> {
    let mut faults = head_faults(draft);
    let parts = [("the text", Some(draft.text)), ("the HTML", draft.html)];
    for (part, body) in parts.into_iter().filter_map(|(part, body)| Some((part, body?))) {
        if let Some(control) = unprintable(body) {
            let code = format!("{:04X}", u32::from(control));
            let what = spans![part, " of the letter contains a control character (U+", own(code), ")"];
            let help = "remove it from the template or from the printed cell";
            faults.push(Finding::new(Code::Wire, what).help(help));
        }
        if body.trim().is_empty() {
            let help = "write the letter below the header lines of its template; nothing is printed for this recipient";
            faults.push(Finding::new(Code::Wire, spans![part, " of the letter is empty"]).help(help));
        }
    }
    faults
}

/// The first control character in a body, other than tab and line ends.
pub(crate) fn unprintable(body: &str) -> Option<char> {
    if body.bytes().fold(true, |is_plain, b| is_plain & matches!(b, b' '..=b'~' | b'\n')) {
        return None;
    }
    body.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// What is wrong with a draft besides its text.
pub(crate) fn head_faults(draft: &Draft) -> Vec<Finding> {
    let mut faults = subject_faults(draft.subject);
    mailbox_faults("From", &draft.sender.from, &mut faults);
    mailbox_faults("To", draft.to, &mut faults);
    if let Some(reply_to) = &draft.sender.reply_to {
        mailbox_faults("Reply-To", reply_to, &mut faults);
    }
    if !(1900..=9999).contains(&draft.date.with_time_zone(TimeZone::UTC).year()) {
        header_fault("the letter's date", &"is not between the years 1900 and 9999", &mut faults);
    }
    faults
}

/// Whether nothing is wrong with what a draft has of its own besides its text.
pub(crate) fn is_own_head_sound(draft: &Draft, varying: Varying) -> bool {
    let mut faults = subject_faults(draft.subject);
    mailbox_faults("To", draft.to, &mut faults);
    if varying == Varying::SenderAndRecipient {
        mailbox_faults("From", &draft.sender.from, &mut faults);
        draft.sender.reply_to.iter().for_each(|reply_to| mailbox_faults("Reply-To", reply_to, &mut faults));
    }
    faults.is_empty()
}

fn header_fault(what: &str, fault: &dyn Display, faults: &mut Vec<Finding>) {
    let help = "correct it in the template's header line, the recipient's row or `[letter]`";
    faults.push(Finding::new(Code::HeaderText, spans![own(what), " ", own(fault.to_string())]).help(help));
}

fn subject_faults(subject: &str) -> Vec<Finding> {
    let mut faults = Vec::new();
    let mut header = |what: &str, fault: &dyn Display| header_fault(what, fault, &mut faults);
    match refused(subject, TextUse::Cell) {
        _ if subject.trim().is_empty() => header("the subject", &"is empty"),
        Some(refusal) => header("the subject", &format_args!("contains {refusal}")),
        None if subject.trim() != subject => header("the subject", &EDGE),
        None => {}
    }
    faults
}

fn mailbox_faults(field: &str, mailbox: &Mailbox, faults: &mut Vec<Finding>) {
    let name = mailbox.name.as_deref().unwrap_or_default();
    if let Some(refusal) = refused(name, TextUse::Name) {
        header_fault(&format!("the name in `{field}`"), &format_args!("contains {refusal}"), faults);
    } else if name.trim() != name {
        header_fault(&format!("the name in `{field}`"), &EDGE, faults);
    }
    if let Some(fault) = address::fault(&mailbox.email) {
        header_fault(&format!("the address in `{field}`"), &fault, faults);
    }
}

#[cfg(test)]
mod tests;
