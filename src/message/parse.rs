//! Parses a finished letter as a mail program does: decoded headers, the text part, the HTML part.
//!
//! It must use only the bytes that are sent, so that a preview shows what arrives.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};

/// A parsed letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The headers that mail programs show, by name, with decoded values: From, Reply-To, To, Subject, Date.
    pub headers: Vec<(String, String)>,
    /// The text part, with LF line ends.
    pub text: String,
    /// The HTML part, if there is one.
    pub html: Option<String>,
    /// The attachments.
    pub attachments: Vec<AttachedFile>,
    /// The images that the HTML part shows, by their identifiers, as `data:` addresses.
    pub images: Vec<(String, String)>,
}

/// An attachment as a mail program lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes, decoded.
    pub octets: usize,
}

impl Reading {
    /// The HTML part with its images in it.
    pub fn html_with_images(&self) -> Option<String> {
        let mut html = self.html.clone()?;
        for (id, data) in &self.images {
            html = html.replace(&format!("cid:{id}"), data);
        }
        Some(html)
    }

    /// Parses a message. Whatever cannot be parsed is left empty.
    pub fn of(bytes: &[u8]) -> Reading {
        let Some(message) = MessageParser::default().parse(bytes) else { return Reading::default() };
        let mailboxes = |value: &HeaderValue| {
            let addresses = value.as_address().map(|list| list.iter().collect::<Vec<_>>()).unwrap_or_default();
            let shown: Vec<_> = addresses
                .iter()
                .map(|address| match (address.name(), address.address()) {
                    (Some(name), Some(email)) => format!("{name} <{email}>"),
                    (name, email) => email.or(name).unwrap_or_default().to_owned(),
                })
                .collect();
            shown.join(", ")
        };
        let mut headers = Vec::new();
        for name in ["From", "Reply-To", "To", "Subject", "Date"] {
            let Some(value) = message.header(name) else { continue };
            let shown = match value {
                HeaderValue::Address(_) => mailboxes(value),
                HeaderValue::DateTime(date) => date.to_rfc822(),
                other => other.as_text().unwrap_or_default().to_owned(),
            };
            headers.push((name.to_owned(), shown));
        }
        let part = |html: bool| {
            let parts = if html { &message.html_body } else { &message.text_body };
            let id = *parts.first()?;
            let part = message.part(id)?;
            (part.is_text_html() == html).then(|| part.text_contents().unwrap_or_default().replace("\r\n", "\n"))
        };
        let (mut attachments, mut images) = (Vec::new(), Vec::new());
        for part in message.attachments() {
            let media_type = part
                .content_type()
                .map_or_else(String::new, |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()));
            match part.content_id() {
                Some(id) if media_type.starts_with("image/") => {
                    images.push((
                        id.to_owned(),
                        format!("data:{media_type};base64,{}", BASE64_STANDARD.encode(part.contents())),
                    ));
                }
                _ => attachments.push(AttachedFile {
                    name: part.attachment_name().unwrap_or_default().to_owned(),
                    media_type,
                    octets: part.contents().len(),
                }),
            }
        }
        Reading { headers, text: part(false).unwrap_or_default(), html: part(true), attachments, images }
    }
}

/// The text of a message and of its attachments that are text, such as a list of signatures. Whatever cannot be parsed is left
/// out.
pub fn all_text(bytes: &[u8]) -> String {
    let Some(message) = MessageParser::default().parse(bytes) else { return String::new() };
    let attached = message.attachments().filter_map(|part| part.text_contents());
    let shown = message.body_text(0).map(|text| text.into_owned());
    shown.iter().map(String::as_str).chain(attached).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::Reading;

    #[test]
    fn a_letter_is_parsed_as_a_mail_program_does() {
        let message = "From: =?utf-8?q?Zo=C3=AB?= <z@example.org>\r\nTo: \"Okafor, Ada\" <a@northlight.example>\r\n\
            Subject: =?utf-8?q?H=C3=A9?=\r\nDate: Thu, 11 Jan 2018 12:00:00 +0000\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=\"=_x\"\r\n\r\n\
            --=_x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=\r\nb\r\n\r\n\
            --=_x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>ab\r\n\r\n--=_x--\r\n";
        let reading = Reading::of(message.as_bytes());
        let header = |name: &str| reading.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(header("From"), Some("Zoë <z@example.org>"));
        assert_eq!(header("To"), Some("Okafor, Ada <a@northlight.example>"));
        assert_eq!(header("Subject"), Some("Hé"));
        assert_eq!(header("Date"), Some("Thu, 11 Jan 2018 12:00:00 +0000"));
        assert_eq!(reading.text, "ab\n");
        assert_eq!(reading.html.as_deref(), Some("<p>ab\n"));
    }

    #[test]
    fn a_text_only_letter_has_no_html() {
        let reading = Reading::of(b"Subject: x\r\n\r\nhello\r\n");
        assert_eq!((reading.text.as_str(), reading.html), ("hello\n", None));
    }
}
