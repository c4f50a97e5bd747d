//! Takes a finished letter apart into what a template, a setting or a list can put there: the values of headers, the
//! parts, and whatever is between them.
//!
//! The names of headers, dates and MIME parameters are the program's own, and are not handed on. What cannot be read must
//! never be passed over: a part is handed on as text, or reported as not searched, or both.

use super::decode::texts;
use super::report::Whereabouts;
use super::search::Carrier;
use encoding_rs::{Encoding as Charset, REPLACEMENT, UTF_8};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;
use std::ops::Range;

/// What looks at each text.
pub(super) type Look<'l> = dyn FnMut(Whereabouts, Carrier, &str) + 'l;

/// Reads a letter (RFC 5322) with its parts (RFC 2045 to 2047, 2231); returns where it could not be read.
pub(super) fn read(bytes: &[u8], look: &mut Look) -> Vec<Whereabouts> {
    let mut reader = Reader { look, attachments: 0, unread: Vec::new(), read: Vec::new(), boundaries: Vec::new() };
    // As text, every header is decoded whole, with its comments and whatever is malformed in it.
    let parser = MessageParser::new().default_header_text().with_mime_headers();
    match parser.parse(bytes) {
        Some(message) => {
            reader.message(&message, Depth::Outer);
            reader.between(bytes);
        }
        None => {
            reader.unread.push(Whereabouts::Raw);
            texts(bytes).iter().for_each(|text| (reader.look)(Whereabouts::Raw, Carrier::Plain, text));
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
    /// A message attached to it, at offsets of the same octets.
    Within,
    /// A message attached to it that had to be decoded first.
    Decoded,
}

struct Reader<'r, 'l> {
    look: &'r mut Look<'l>,
    attachments: u32,
    unread: Vec<Whereabouts>,
    /// Where headers and parts are that have been read.
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
                PartType::Text(_) if is_body(&message.text_body) => Whereabouts::TextPart,
                PartType::Html(_) if is_body(&message.html_body) => Whereabouts::HtmlPart,
                _ => {
                    self.attachments += 1;
                    Whereabouts::Attachment(self.attachments)
                }
            };
            if part.is_encoding_problem {
                self.unread.push(place);
            }
            self.body(message, part, place, depth);
        }
    }

    fn body(&mut self, message: &Message, part: &MessagePart, place: Whereabouts, depth: Depth) {
        match &part.body {
            PartType::Text(text) | PartType::Html(text) if is_utf8(part, text) => self.text(part, text, place),
            PartType::Text(text) | PartType::Html(text) => {
                let octets = transferred(message, part).unwrap_or_default();
                match charset(part).filter(|charset| *charset != UTF_8 && !octets.is_empty()) {
                    Some(charset) => {
                        let (text, _, is_malformed) = charset.decode(&octets);
                        self.text(part, &text, place);
                        self.unread.extend(is_malformed.then_some(place));
                    }
                    None => {
                        self.unread.push(place);
                        self.text(part, text, place);
                        texts(&octets).iter().for_each(|text| self.text(part, text, place));
                    }
                }
            }
            PartType::Message(inner) => {
                let same = depth != Depth::Decoded && matches!(inner.raw_message, Cow::Borrowed(_));
                self.message(inner, if same { Depth::Within } else { Depth::Decoded });
            }
            // XML and JSON are text by other names, and a drawing may be XML.
            PartType::Binary(octets) | PartType::InlineBinary(octets)
                if ["xml", "json"].iter().any(|kind| subtype(part).ends_with(kind)) =>
            {
                texts(octets).iter().for_each(|text| self.text(part, text, place));
            }
            PartType::Binary(_) | PartType::InlineBinary(_) => self.unread.push(place),
            PartType::Multipart(_) => {}
        }
    }

    fn text(&mut self, part: &MessagePart, text: &str, place: Whereabouts) {
        let text = text.replace("\r\n", "\n");
        match subtype(part) {
            kind if kind == "html" || kind.ends_with("xml") => (self.look)(place, Carrier::Markup, &text),
            "plain" | "csv" | "markdown" | "tab-separated-values" => (self.look)(place, Carrier::Plain, &text),
            // RTF, calendars, cards, JSON: text, with escapes of its own.
            _ => {
                (self.look)(place, Carrier::Plain, &text);
                self.unread.push(place);
            }
        }
    }

    fn raw_header(&mut self, name: &HeaderName, bytes: &[u8]) {
        for text in texts(bytes).iter().filter(|_| !is_ours(name)) {
            if let Cow::Owned(decoded) = decoded_words(text) {
                (self.look)(place_of(name), Carrier::Value, &decoded);
            }
        }
    }

    fn header(&mut self, name: &HeaderName, value: &HeaderValue) {
        let place = place_of(name);
        let mut items: Vec<&str> = Vec::new();
        if place == Whereabouts::Header(None) {
            items.push(name.as_str());
        }
        match value {
            _ if is_ours(name) => {}
            HeaderValue::Text(item) => items.push(item),
            HeaderValue::TextList(all) => items.extend(all.iter().map(|item| &**item)),
            HeaderValue::ContentType(kind) => {
                let parameters = kind.attributes.iter().flatten();
                let is_ours = |name: &str| ["boundary", "charset", "format", "delsp", "type"].contains(&name);
                items.extend(parameters.filter(|item| !is_ours(&item.name)).map(|item| &*item.value));
            }
            HeaderValue::Empty => {}
            // The parser was asked for text.
            _ => self.unread.push(place),
        }
        if !items.iter().all(|item| is_legible(item)) {
            self.unread.push(place);
        }
        for item in items {
            (self.look)(place, Carrier::Value, item);
        }
    }

    /// What no part or header holds: the text before the first part, between two and after the last.
    fn between(&mut self, bytes: &[u8]) {
        self.read.sort_by_key(|range| range.start);
        let mut at = 0;
        for range in std::mem::take(&mut self.read).into_iter().chain(std::iter::once(bytes.len()..bytes.len())) {
            for text in texts(bytes.get(at..range.start).unwrap_or_default()) {
                let is_boundary = |line: &&str| {
                    let line = line.trim_end().strip_prefix("--").map(|line| line.trim_end_matches("--"));
                    line.is_some_and(|line| self.boundaries.iter().any(|boundary| boundary == line))
                };
                let rest: Vec<&str> = text.lines().filter(|line| !is_boundary(line)).collect();
                (self.look)(Whereabouts::Raw, Carrier::Plain, &rest.join("\n"));
            }
            at = at.max(range.end);
        }
    }
}

/// Whether the program writes the header by itself.
fn is_ours(name: &HeaderName) -> bool {
    matches!(name, HeaderName::Date | HeaderName::MimeVersion | HeaderName::ContentTransferEncoding)
}

fn place_of(name: &HeaderName) -> Whereabouts {
    Whereabouts::Header(match name {
        // Its name may be what leaks.
        HeaderName::Other(_) => None,
        known => Some(known.as_static_str()),
    })
}

/// The charset that a part names, where it is one that can be read.
fn charset(part: &MessagePart) -> Option<&'static Charset> {
    Charset::for_label(label(part)?.as_bytes()).filter(|charset| *charset != REPLACEMENT)
}

fn label<'p>(part: &'p MessagePart) -> Option<&'p str> {
    part.content_type()?.attribute("charset")
}

fn subtype<'p>(part: &'p MessagePart) -> &'p str {
    part.content_type().and_then(|kind| kind.subtype()).unwrap_or("plain")
}

/// Whether a text shows no sign of having been decoded wrongly: a lost character, or a control such as ISO 2022 has.
fn is_legible(text: &str) -> bool {
    !text.contains(|c: char| c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_whitespace())
}

/// Whether a part is in UTF-8, said or unsaid, and was read as that without a loss.
fn is_utf8(part: &MessagePart, text: &str) -> bool {
    (label(part).is_none() || charset(part) == Some(UTF_8)) && is_legible(text)
}

/// A part's octets, its transfer encoding undone.
fn transferred<'p>(message: &'p Message, part: &MessagePart) -> Option<Cow<'p, [u8]>> {
    let octets = message.raw_message.get(part.offset_body as usize..part.offset_end as usize)?;
    match part.encoding {
        Encoding::None => Some(Cow::Borrowed(octets)),
        Encoding::Base64 => base64_decode(octets).map(Cow::Owned),
        Encoding::QuotedPrintable => quoted_printable_decode(octets).map(Cow::Owned),
    }
}

/// The text with each encoded word decoded (RFC 2047 §2), wherever it stands and in whatever charset, and white space between two
/// of them taken out (§6.2).
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

/// Where the first encoded word of a text begins and ends, and what it says.
fn encoded_word(text: &str) -> Option<(usize, usize, String)> {
    text.match_indices("=?").find_map(|(at, _)| {
        let mut fields = text[at + 2..].splitn(4, '?');
        let (label, kind, said, rest) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let end = text.len() - rest.strip_prefix('=')?.len();
        let octets = match kind {
            _ if said.contains(char::is_whitespace) => None,
            "B" | "b" => base64_decode(said.as_bytes()),
            "Q" | "q" => quoted_printable_decode(said.replace('_', " ").as_bytes()),
            _ => None,
        }?;
        Some((at, end, Charset::for_label(label.as_bytes())?.decode(&octets).0.into_owned()))
    })
}
