//! A file as a part of a message: an attachment, or an image that the HTML part shows.
//!
//! It is encoded once and shared by every letter that has it. Its header fields and its bytes depend on the file alone, so
//! that they are the same in every letter and on any machine.

use super::header;
use super::identity::Digest;
use super::lint;
use super::media_type;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lettre::message::header::{ContentId, ContentTransferEncoding, Header, HeaderName, HeaderValue};
use lettre::message::{Body, SinglePart};
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// How many bytes a line of base64 encodes (RFC 2045 §6.8: at most 76 characters).
const LINE: usize = 57;

/// A file with its header fields, encoded.
#[derive(PartialEq, Eq)]
pub struct FilePart {
    /// The file, relative to the campaign's folder, with `/` between folders.
    pub file: String,
    /// The name that mail programs show.
    pub name: String,
    /// The media type, without parameters.
    pub media_type: &'static str,
    /// Its size in bytes, before encoding.
    pub octets: u64,
    /// The digest of its bytes.
    pub digest: Digest,
    /// The identifier by which the HTML part shows it (RFC 2392), without angle brackets; `None` for an attachment.
    pub content_id: Option<String>,
    content_type: String,
    head: Arc<[u8]>,
    /// Lines of base64, each with its CRLF.
    body: Arc<[u8]>,
    is_sound: bool,
}

impl fmt::Debug for FilePart {
    /// Writes its size, not its name or content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilePart {{ {}, octets: {} }}", self.media_type, self.octets)
    }
}

impl FilePart {
    /// Encodes an attachment. `file` ends in its name, which must have no control characters.
    pub fn attachment(file: &str, bytes: &[u8]) -> FilePart {
        FilePart::named(file, file.rsplit('/').next().unwrap_or(file), bytes)
    }

    /// Encodes an attachment that has another name than its file.
    pub fn named(file: &str, name: &str, bytes: &[u8]) -> FilePart {
        FilePart::new(file, name, bytes, None)
    }

    /// Encodes an image. `domain` is the sender's, for the identifier.
    pub fn image(file: &str, bytes: &[u8], domain: &str) -> FilePart {
        let digest = Digest::of_parts(&[b"content-id", file.as_bytes(), bytes]).to_string();
        let digits: String = digest.trim_start_matches("sha256:").chars().take(32).collect();
        FilePart::new(file, file.rsplit('/').next().unwrap_or(file), bytes, Some(format!("{digits}@{domain}")))
    }

    fn new(file: &str, name: &str, bytes: &[u8], content_id: Option<String>) -> FilePart {
        let name = name.to_owned();
        let media_type = media_type::detect(&name, bytes).media_type;
        let charset = match media_type.starts_with("text/") {
            true => media_type::text(bytes).and_then(|(_, charset)| charset),
            false => None,
        };
        let charset = charset.map_or_else(String::new, |charset| format!("; charset={charset}"));
        let content_type = format!("{media_type}{charset};\r\n {}", header::name_parameter(&name));
        let mut body = Vec::with_capacity(bytes.len().div_ceil(LINE) * 78);
        for line in bytes.chunks(LINE) {
            body.extend_from_slice(BASE64_STANDARD.encode(line).as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        let mut part = FilePart {
            file: file.to_owned(),
            name,
            media_type,
            octets: bytes.len() as u64,
            digest: Digest::of(bytes),
            content_id,
            content_type,
            head: Arc::new([]),
            body: body.into(),
            is_sound: false,
        };
        let mut head = part.with_body(Vec::new()).formatted();
        // An empty body is the blank line after the fields, and the line break that ends it.
        head.truncate(head.len().saturating_sub(2));
        part.is_sound = lint::is_sound_head(&head);
        part.head = head.into();
        part
    }

    /// The part as lettre builds it.
    pub(crate) fn single_part(&self) -> SinglePart {
        // lettre ends the last line.
        self.with_body(self.body[..self.body.len().saturating_sub(2)].to_vec())
    }

    fn with_body(&self, body: Vec<u8>) -> SinglePart {
        let disposition = if self.content_id.is_some() { "inline" } else { "attachment" };
        let disposition = format!("{disposition};\r\n {}", header::extended_parameter("filename", &self.name));
        let builder =
            SinglePart::builder().header(TypeField(self.content_type.clone())).header(DispositionField(disposition));
        let builder = match &self.content_id {
            Some(id) => builder.header(ContentId::from(format!("<{id}>"))),
            None => builder,
        };
        builder.body(Body::dangerous_pre_encoded(body, ContentTransferEncoding::Base64))
    }

    /// Whether its header fields break no rule.
    pub(crate) fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// Its header fields with the blank line after them.
    pub(crate) fn head(&self) -> &Arc<[u8]> {
        &self.head
    }

    /// Its encoded bytes, in whole lines.
    pub(crate) fn body(&self) -> &Arc<[u8]> {
        &self.body
    }

    /// How many bytes it takes in a message.
    pub fn encoded_len(&self) -> usize {
        self.head.len() + self.body.len()
    }
}

/// A field whose value is already encoded and folded.
macro_rules! encoded_field {
    ($field:ident $name:literal) => {
        #[derive(Clone)]
        struct $field(String);

        impl Header for $field {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(value: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
                Ok($field(value.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
            }
        }
    };
}

encoded_field!(TypeField "Content-Type");
encoded_field!(DispositionField "Content-Disposition");

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::{MessageParser, MimeHeaders};
    use proptest::prelude::*;

    fn text(part: &FilePart) -> String {
        let bytes = [&part.head[..], &part.body[..]].concat();
        assert_eq!(bytes, part.single_part().formatted(), "as lettre builds it");
        String::from_utf8(bytes).expect("ASCII")
    }

    #[test]
    fn a_part_has_type_name_and_content() {
        let part = FilePart::attachment("attachments/annex/report.pdf", b"%PDF-1.4\n");
        assert_eq!(
            text(&part),
            "Content-Type: application/pdf;\r\n name=\"report.pdf\"\r\n\
             Content-Disposition: attachment;\r\n filename=\"report.pdf\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n"
        );
        let part = FilePart::attachment("attachments/Zoë’s list.csv", "Zoë\n".as_bytes());
        assert_eq!(
            text(&part),
            "Content-Type: text/csv; charset=utf-8;\r\n name=\"=?utf-8?b?Wm/Dq+KAmXMgbGlzdC5jc3Y=?=\"\r\n\
             Content-Disposition: attachment;\r\n filename*=utf-8''Zo%C3%AB%E2%80%99s%20list.csv\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nWm/Dqwo=\r\n"
        );
    }

    #[test]
    fn an_image_has_an_identifier_of_its_own() {
        let part = |bytes: &[u8]| FilePart::image("images/logo.png", bytes, "example.org");
        let (one, other) = (part(b"\x89PNG\r\n\x1a\n1"), part(b"\x89PNG\r\n\x1a\n2"));
        assert_ne!(one.content_id, other.content_id);
        assert_eq!(one.content_id, part(b"\x89PNG\r\n\x1a\n1").content_id);
        let id = one.content_id.clone().expect("an identifier");
        assert!(text(&one).contains(&format!("Content-ID: <{id}>\r\n")) && text(&one).contains(": inline;"));
    }

    proptest! {
        #[test]
        fn every_name_and_content_is_read_back(
            name in "[\\PC&&[^/]]{1,40}(ä|日本語のファイル){0,6}[a-z \"\\\\=?']{0,60}\\.(pdf|txt|csv)",
            bytes in prop::collection::vec(any::<u8>(), 1..300),
        ) {
            let bytes = [b"%PDF-", &bytes[..]].concat();
            let part = FilePart::attachment(&format!("attachments/{name}"), &bytes);
            let built = text(&part);
            let head = built.split("\r\n\r\n").next().unwrap_or_default();
            prop_assert!(head.lines().all(|line| line.len() <= 78), "{}", head);
            let message = MessageParser::default().parse(built.as_bytes()).expect("a message");
            let read = &message.parts[0];
            prop_assert_eq!(read.attachment_name(), Some(&*name));
            prop_assert_eq!(read.contents(), &bytes[..]);
        }
    }
}
