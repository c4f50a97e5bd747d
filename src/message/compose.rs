//! A letter becomes a message: RFC 5322 in CRLF, the same bytes for the same letter on any machine.
//!
//! lettre builds it from values that leave it nothing to choose: date, ids, boundary, encodings. It judges what it is handed before it writes anything, and puts nothing into a message that it was not handed: no
//! clock, no host name, no program's name. It never repeats a name or an address in what it reports.

pub use super::sender::Sender;

use super::address;
use super::header;
use super::identity;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::text::characters::{Lines, refused};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use std::fmt::Display;
use std::time::SystemTime;

/// All that makes a message: the same draft always gives the same bytes.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// The campaign's id.
    pub campaign_id: &'a str,
    /// The letter's id within the campaign.
    pub letter_id: &'a str,
    /// Who it is from.
    pub sender: &'a Sender,
    /// Who it is for: the one and only `To`.
    pub to: &'a Mailbox,
    /// The subject, decoded.
    pub subject: &'a str,
    /// When it is said to be written; goes out in UTC and whole seconds (RFC 5322 §3.3).
    pub date: Timestamp,
    /// The plain text. Lines may end in LF, CR or CRLF; a last line without an end gets one.
    pub text: &'a str,
    /// The same letter in HTML, if there is such a part.
    pub html: Option<&'a str>,
}

/// A finished message.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// RFC 5322 in CRLF, ending in CRLF.
    pub bytes: Vec<u8>,
    /// The Message-ID with its angle brackets.
    pub message_id: String,
}

impl std::fmt::Debug for Composed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Composed {{ octets: {} }}", self.bytes.len())
    }
}

/// Has the message built, or tells all that stands against it.
pub fn compose(draft: &Draft) -> Result<Composed, Vec<Finding>> {
    let faults = faults(draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    let date = SystemTime::try_from(draft.date).map_err(|cause| {
        let what = spans!["This system cannot express the letter's date: ", own(cause.to_string())];
        vec![Finding::new(Code::HeaderText, what)]
    })?;
    let Draft { campaign_id, letter_id, sender, .. } = *draft;
    let message_id = identity::message_id(campaign_id, letter_id, sender.from.email.domain());
    let envelope = Envelope::new(Some(sender.return_path.clone()), vec![draft.to.email.clone()]);
    let mut text = in_lines(draft.text);
    let html = draft.html.map(|html| part(ContentType::TEXT_HTML, in_lines(html)));
    if html.is_none() {
        // lettre ends a part that stands alone with a line break of its own.
        text.truncate(text.len().saturating_sub(2));
    }
    let text = part(ContentType::TEXT_PLAIN, text);

    let message = envelope.and_then(|envelope| {
        let builder =
            Message::builder().envelope(envelope).date(date).raw_header(header::mailbox("From", &sender.from));
        let builder = match &sender.reply_to {
            Some(reply_to) => builder.raw_header(header::mailbox("Reply-To", reply_to)),
            None => builder,
        };
        let builder = builder
            .raw_header(header::mailbox("To", draft.to))
            .raw_header(header::text("Subject", draft.subject))
            .message_id(Some(message_id.clone()));
        match html {
            None => builder.singlepart(text),
            Some(html) => builder.multipart(
                MultiPart::alternative()
                    .boundary(identity::boundary(campaign_id, letter_id))
                    .singlepart(text)
                    .singlepart(html),
            ),
        }
    });
    match message {
        Ok(message) => Ok(Composed { bytes: message.formatted(), message_id }),
        Err(cause) => {
            Err(vec![Finding::new(Code::HeaderText, spans!["The message cannot be built: ", own(cause.to_string())])])
        }
    }
}

/// One part. Always quoted-printable: the encoding never hangs on what a letter happens to hold.
fn part(kind: ContentType, text: String) -> SinglePart {
    let encoding = ContentTransferEncoding::QuotedPrintable;
    // Any text can be quoted-printable, so the text that would come back with a refusal never does.
    let body =
        Body::new_with_encoding(text, encoding).unwrap_or_else(|text| Body::dangerous_pre_encoded(text, encoding));
    SinglePart::builder().header(kind).body(body)
}

/// The text in whole lines that end in CRLF, without a mark of byte order. lettre's own conversion takes the square of
/// the number of lines, so it must find nothing to do.
fn in_lines(text: &str) -> String {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = text.replace('\n', "\r\n");
    if !lines.is_empty() && !lines.ends_with('\n') {
        lines.push_str("\r\n");
    }
    lines
}

/// White space at the edge of a header would be lost on the way.
const EDGE: &str = "has white space at its beginning or end";

/// A control character other than tab and the ends of lines.
fn is_unprintable(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn faults(draft: &Draft) -> Vec<Finding> {
    let mut faults = Vec::new();
    let mut header = |what: &str, fault: &dyn Display| {
        let help = "mend it where it comes from: the template's header line, the recipient's row or `[letter]`";
        faults.push(Finding::new(Code::HeaderText, spans![own(what), " ", own(fault.to_string())]).help(help));
    };
    match refused(draft.subject, Lines::One) {
        _ if draft.subject.trim().is_empty() => header("The subject", &"is empty"),
        Some(refusal) => header("The subject", &format_args!("holds {refusal}")),
        None if draft.subject.trim() != draft.subject => header("The subject", &EDGE),
        None => {}
    }
    let reply_to = draft.sender.reply_to.as_ref().map(|mailbox| ("Reply-To", mailbox));
    for (field, mailbox) in [("From", &draft.sender.from), ("To", draft.to)].into_iter().chain(reply_to) {
        let name = mailbox.name.as_deref().unwrap_or_default();
        if let Some(refusal) = refused(name, Lines::One) {
            header(&format!("The name in `{field}`"), &format_args!("holds {refusal}"));
        } else if name.trim() != name {
            header(&format!("The name in `{field}`"), &EDGE);
        }
        if let Some(fault) = address::fault(&mailbox.email) {
            header(&format!("The address in `{field}`"), &fault);
        }
    }
    if !(1900..=9999).contains(&draft.date.to_zoned_datetime(TimeZone::UTC).year()) {
        header("The letter's date", &"is not between the years 1900 and 9999");
    }
    let parts = [("The text", Some(draft.text)), ("The HTML", draft.html)];
    for (part, body) in parts.into_iter().filter_map(|(part, body)| Some((part, body?))) {
        if let Some(control) = body.chars().find(|c| is_unprintable(*c)) {
            let code = format!("{:04X}", u32::from(control));
            let what = spans![part, " of the letter holds a control character (U+", own(code), ")"];
            let help = "take it out of the template, or of the cell that is printed";
            faults.push(Finding::new(Code::Wire, what).help(help));
        }
        if body.trim().is_empty() {
            let help =
                "write the letter below the header lines of its template; for this recipient nothing of it is printed";
            faults.push(Finding::new(Code::Wire, spans![part, " of the letter is empty"]).help(help));
        }
    }
    faults
}

#[cfg(test)]
mod tests;
