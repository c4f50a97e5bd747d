//! A letter becomes a message: RFC 5322 in CRLF, the same bytes for the same letter on any machine.
//!
//! It judges what it is handed before it writes anything, and puts nothing into a message that it was not handed: no
//! clock, no host name, no program's name. It never repeats a name or an address in what it reports.

pub mod address;
mod header;
mod quoted_printable;
mod sender;
pub mod text;

pub use sender::Sender;

use super::check::Code;
use super::finding::Finding;
use super::identity;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::message::Mailbox;
use std::borrow::Cow;
use std::fmt::Display;

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

/// Writes the message, or tells all that stands against it.
pub fn compose(draft: &Draft) -> Result<Composed, Vec<Finding>> {
    let faults = faults(draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    let Draft { campaign_id, letter_id, sender, .. } = *draft;
    let message_id = identity::message_id(campaign_id, letter_id, sender.from.email.domain());

    let mut out = Vec::with_capacity(1024 + 5 * (draft.text.len() + draft.html.map_or(0, str::len)) / 4);
    header::plain(&mut out, "Date", &date(draft.date));
    header::mailbox(&mut out, "From", &sender.from);
    if let Some(reply_to) = &sender.reply_to {
        header::mailbox(&mut out, "Reply-To", reply_to);
    }
    header::mailbox(&mut out, "To", draft.to);
    header::text(&mut out, "Subject", draft.subject);
    header::plain(&mut out, "Message-ID", &message_id);
    header::plain(&mut out, "MIME-Version", "1.0");

    match draft.html {
        None => part(&mut out, "plain", draft.text),
        Some(html) => {
            let boundary = identity::boundary(campaign_id, letter_id);
            let delimiter = format!("--{boundary}\r\n");
            header::plain(&mut out, "Content-Type", &format!("multipart/alternative; boundary=\"{boundary}\""));
            for (kind, text) in [("plain", draft.text), ("html", html)] {
                // The line break before a delimiter is the delimiter's (RFC 2046 §5.1.1).
                out.extend_from_slice(b"\r\n");
                out.extend_from_slice(delimiter.as_bytes());
                part(&mut out, kind, text);
            }
            out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        }
    }
    Ok(Composed { bytes: out, message_id })
}

/// One part with its headers. Always quoted-printable: the encoding never hangs on what a letter happens to hold.
fn part(out: &mut Vec<u8>, kind: &str, text: &str) {
    header::plain(out, "Content-Type", &format!("text/{kind}; charset=utf-8"));
    header::plain(out, "Content-Transfer-Encoding", "quoted-printable");
    out.extend_from_slice(b"\r\n");
    quoted_printable::encode(&in_lines(text), out);
}

/// The text with LF as the only end of a line, and without a mark of byte order.
fn in_lines(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// RFC 5322 §3.3.
fn date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn faults(draft: &Draft) -> Vec<Finding> {
    let mut faults = Vec::new();
    let mut header = |what: &str, fault: &dyn Display| {
        faults.push(Finding::new(Code::HeaderText, format!("{what} {fault}")));
    };
    match text::refused(draft.subject) {
        _ if draft.subject.trim().is_empty() => header("The subject", &"is empty"),
        Some(refusal) => header("The subject", &format_args!("holds {refusal}")),
        None => {}
    }
    let reply_to = draft.sender.reply_to.as_ref().map(|mailbox| ("Reply-To", mailbox));
    for (field, mailbox) in [("From", &draft.sender.from), ("To", draft.to)].into_iter().chain(reply_to) {
        if let Some(refusal) = mailbox.name.as_deref().and_then(text::refused) {
            header(&format!("The name in `{field}`"), &format_args!("holds {refusal}"));
        }
        if let Some(fault) = address::fault(&mailbox.email) {
            header(&format!("The address in `{field}`"), &fault);
        }
    }
    if !(1900..=9999).contains(&draft.date.to_zoned(TimeZone::UTC).year()) {
        header("The letter's date", &"is not between the years 1900 and 9999");
    }
    let parts = [("The text", Some(draft.text)), ("The HTML", draft.html)];
    for (part, body) in parts.into_iter().filter_map(|(part, body)| Some((part, body?))) {
        if let Some(refusal) = text::unprintable(body) {
            faults.push(Finding::new(Code::Wire, format!("{part} of the letter holds {refusal}")));
        }
    }
    faults
}

#[cfg(test)]
mod tests;
