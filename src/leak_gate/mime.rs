//! Splits a finished letter into everything that can come from a template, a setting or a list: the values of headers, the
//! parts, and whatever is between them.
//!
//! The program itself writes header names, dates and MIME parameters; they are left out. What cannot be read must never be
//! skipped silently: a part is passed on as text, or reported as not searched, or both.

use super::decode::decode_bytes;
use super::report::Location;
use super::search::Syntax;
use encoding_rs::{Encoding as Charset, REPLACEMENT, UTF_8};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;
use std::ops::Range;

/// Receives each text of a letter.
pub(super) type Visit<'l> = dyn FnMut(Location, Syntax, &str) + 'l;

/// Reads a letter (RFC 5322) and its parts (RFC 2045 to 2047, 2231). Returns where it could not be read.
pub(super) fn read(bytes: &[u8], visit: &mut Visit) -> Vec<Location> {
    let mut reader = Reader { visit, attachments: 0, unread: Vec::new(), read: Vec::new(), boundaries: Vec::new() };
    // As text, every header is decoded in full, with its comments and malformed pieces.
    let parser = MessageParser::new().default_header_text().with_mime_headers();
    match parser.parse(bytes) {
        Some(message) => {
            reader.message(&message, Depth::Outer);
            reader.gaps(bytes);
        }
        None => {
            reader.unread.push(Location::Raw);
            decode_bytes(bytes).iter().for_each(|text| (reader.visit)(Location::Raw, Syntax::Plain, text));
        }
    }
    let mut unread = reader.unread;
    unread.sort();
    unread.dedup();
    unread
}

#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// The letter itself.
    Outer,
    /// An attached message, with offsets into the same bytes.
    Nested,
    /// An attached message that had to be decoded first.
    Decoded,
}

struct Reader<'r, 'l> {
    visit: &'r mut Visit<'l>,
    attachments: u32,
    unread: Vec<Location>,
    /// The ranges of headers and parts that have been read.
    read: Vec<Range<usize>>,
    boundaries: Vec<String>,
}

impl Reader<'_, '_> {
    fn message(&mut self, message: &Message, depth: Depth) {
        for (id, part) in (0u32..).zip(&message.parts) {
            for header in &part.headers {
                self.header(&header.name, &header.value);
                // The parser knows few charsets of encoded words.
                let raw = message.raw_message.get(header.offset_start as usize..header.offset_end as usize);
                if let HeaderValue::Text(_) = header.value {
                    self.raw_header(&header.name, raw.unwrap_or_default());
                }
            }
            let is_multipart = matches!(part.body, PartType::Multipart(_));
            if depth != Depth::Decoded {
                let end = if is_multipart { part.offset_body } else { part.offset_end };
                self.read.push(part.offset_header as usize..end as usize);
                let boundary = part.content_type().and_then(|kind| kind.attribute("boundary"));
                self.boundaries.extend(boundary.map(str::to_owned));
            }
            let is_body = |bodies: &[u32]| depth == Depth::Outer && bodies.contains(&id);
            let place = match part.body {
                PartType::Multipart(_) => continue,
                PartType::Text(_) if is_body(&message.text_body) => Location::TextPart,
                PartType::Html(_) if is_body(&message.html_body) => Location::HtmlPart,
                _ => {
                    self.attachments += 1;
                    Location::Attachment(self.attachments)
                }
            };
            if part.is_encoding_problem {
                self.unread.push(place);
            }
            self.body(message, part, place, depth);
        }
    }

    fn body(&mut self, message: &Message, part: &MessagePart, place: Location, depth: Depth) {
        match &part.body {
            PartType::Text(text) | PartType::Html(text) if is_utf8(part, text) => self.text(part, text, place),
            PartType::Text(text) | PartType::Html(text) => {
                let bytes = decode_transfer(message, part).unwrap_or_default();
                match charset(part).filter(|charset| *charset != UTF_8 && !bytes.is_empty()) {
                    Some(charset) => {
                        let (text, _, is_malformed) = charset.decode(&bytes);
                        self.text(part, &text, place);
                        self.unread.extend(is_malformed.then_some(place));
                    }
                    None => {
                        self.unread.push(place);
                        self.text(part, text, place);
                        decode_bytes(&bytes).iter().for_each(|text| self.text(part, text, place));
                    }
                }
            }
            PartType::Message(inner) => {
                let same = depth != Depth::Decoded && matches!(inner.raw_message, Cow::Borrowed(_));
                self.message(inner, if same { Depth::Nested } else { Depth::Decoded });
            }
            // XML and JSON are text, whatever their type, and a drawing can be XML.
            PartType::Binary(bytes) | PartType::InlineBinary(bytes)
                if ["xml", "json"].iter().any(|kind| subtype(part).ends_with(kind)) =>
            {
                decode_bytes(bytes).iter().for_each(|text| self.text(part, text, place));
            }
            PartType::Binary(_) | PartType::InlineBinary(_) => self.unread.push(place),
            PartType::Multipart(_) => {}
        }
    }

    fn text(&mut self, part: &MessagePart, text: &str, place: Location) {
        let text = text.replace("\r\n", "\n");
        match subtype(part) {
            kind if kind == "html" || kind.ends_with("xml") => (self.visit)(place, Syntax::Markup, &text),
            "plain" | "csv" | "markdown" | "tab-separated-values" => (self.visit)(place, Syntax::Plain, &text),
            // RTF, calendars, cards, JSON: text, but with escapes that are not decoded here.
            _ => {
                (self.visit)(place, Syntax::Plain, &text);
                self.unread.push(place);
            }
        }
    }

    fn raw_header(&mut self, name: &HeaderName, bytes: &[u8]) {
        for text in decode_bytes(bytes).iter().filter(|_| !is_generated(name)) {
            if let Cow::Owned(decoded) = decoded_words(text) {
                (self.visit)(header_location(name), Syntax::Value, &decoded);
            }
        }
    }

    fn header(&mut self, name: &HeaderName, value: &HeaderValue) {
        let place = header_location(name);
        let mut items: Vec<&str> = Vec::new();
        if place == Location::Header(None) {
            items.push(name.as_str());
        }
        match value {
            _ if is_generated(name) => {}
            HeaderValue::Text(item) => items.push(item),
            HeaderValue::TextList(all) => items.extend(all.iter().map(|item| &**item)),
            HeaderValue::ContentType(kind) => {
                let parameters = kind.attributes.iter().flatten();
                let is_generated = |name: &str| ["boundary", "charset", "format", "delsp", "type"].contains(&name);
                items.extend(parameters.filter(|item| !is_generated(&item.name)).map(|item| &*item.value));
            }
            HeaderValue::Empty => {}
            // The parser was asked for text.
            _ => self.unread.push(place),
        }
        if !items.iter().all(|item| is_legible(item)) {
            self.unread.push(place);
        }
        for item in items {
            (self.visit)(place, Syntax::Value, item);
        }
    }

    /// Passes on what is in no part or header: the text before the first part, between two parts and after the last.
    fn gaps(&mut self, bytes: &[u8]) {
        self.read.sort_by_key(|range| range.start);
        let mut at = 0;
        for range in std::mem::take(&mut self.read).into_iter().chain(std::iter::once(bytes.len()..bytes.len())) {
            for text in decode_bytes(bytes.get(at..range.start).unwrap_or_default()) {
                let is_boundary = |line: &&str| {
                    let line = line.trim_end().strip_prefix("--").map(|line| line.trim_end_matches("--"));
                    line.is_some_and(|line| self.boundaries.iter().any(|boundary| boundary == line))
                };
                let rest: Vec<&str> = text.lines().filter(|line| !is_boundary(line)).collect();
                (self.visit)(Location::Raw, Syntax::Plain, &rest.join("\n"));
            }
            at = at.max(range.end);
        }
    }
}

/// Whether the program writes the whole header.
fn is_generated(name: &HeaderName) -> bool {
    matches!(name, HeaderName::Date | HeaderName::MimeVersion | HeaderName::ContentTransferEncoding)
}

fn header_location(name: &HeaderName) -> Location {
    Location::Header(match name {
        // Its name can be private.
        HeaderName::Other(_) => None,
        known => Some(known.as_static_str()),
    })
}

/// The charset that a part names, if it can be decoded.
fn charset(part: &MessagePart) -> Option<&'static Charset> {
    Charset::for_label(label(part)?.as_bytes()).filter(|charset| *charset != REPLACEMENT)
}

fn label<'p>(part: &'p MessagePart) -> Option<&'p str> {
    part.content_type()?.attribute("charset")
}

fn subtype<'p>(part: &'p MessagePart) -> &'p str {
    part.content_type().and_then(|kind| kind.subtype()).unwrap_or("plain")
}

/// Whether a text shows no sign of wrong decoding, such as a replacement character or the control characters of ISO 2022.
pub(super) fn is_legible(text: &str) -> bool {
    !text.contains(|c: char| c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_whitespace())
}

/// Whether a part is in UTF-8, declared or not, and was decoded without loss.
fn is_utf8(part: &MessagePart, text: &str) -> bool {
    (label(part).is_none() || charset(part) == Some(UTF_8)) && is_legible(text)
}

/// The bytes of a part after its transfer encoding is decoded.
fn decode_transfer<'p>(message: &'p Message, part: &MessagePart) -> Option<Cow<'p, [u8]>> {
    let bytes = message.raw_message.get(part.offset_body as usize..part.offset_end as usize)?;
    match part.encoding {
        Encoding::None => Some(Cow::Borrowed(bytes)),
        Encoding::Base64 => base64_decode(bytes).map(Cow::Owned),
        Encoding::QuotedPrintable => quoted_printable_decode(bytes).map(Cow::Owned),
    }
}

/// The text with each encoded word decoded (RFC 2047 §2), at any position and in any charset, and white space between two
/// of them removed (§6.2).
fn decoded_words(text: &str) -> Cow<'_, str> {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some((at, end, word)) = encoded_word(rest) {
        let between = &rest[..at];
        let is_adjacent = rest.len() < text.len() && between.trim().is_empty();
        decoded.push_str(if is_adjacent { "" } else { between });
        decoded.push_str(&word);
        rest = &rest[end..];
    }
    if rest.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(decoded + rest) }
}

/// Where the first encoded word of a text begins and ends, and its decoded text.
fn encoded_word(text: &str) -> Option<(usize, usize, String)> {
    text.match_indices("=?").find_map(|(at, _)| {
        let mut fields = text[at + 2..].splitn(4, '?');
        let (label, encoding, payload, rest) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let end = text.len() - rest.strip_prefix('=')?.len();
        let bytes = match encoding {
            _ if payload.contains(char::is_whitespace) => None,
            "B" | "b" => base64_decode(payload.as_bytes()),
            "Q" | "q" => quoted_printable_decode(payload.replace('_', " ").as_bytes()),
            _ => None,
        }?;
        Some((at, end, Charset::for_label(label.as_bytes())?.decode(&bytes).0.into_owned()))
    })
}
