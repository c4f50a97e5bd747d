//! Takes a finished letter apart into everything it says: headers, texts, tags, and the octets between them.
//!
//! What cannot be read is told, never passed over: a part is handed on as text, or named as not searched, or both.

use super::boilerplate;
use super::boilerplate::Sought;
use super::decode::{markup, plain, readings, unquoted};
use super::fold::Folded;
use super::report::Whereabouts;
use encoding_rs::{Encoding as Charset, REPLACEMENT, UTF_8};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;
use std::ops::Range;

/// What looks at each view of each part.
pub(super) type Look<'l> = dyn FnMut(Whereabouts, &Folded, Sought) + 'l;

/// Reads a letter (RFC 5322) with its parts (RFC 2045 to 2047, 2231); returns where it could not be read.
pub(super) fn read(bytes: &[u8], look: &mut Look) -> Vec<Whereabouts> {
    let mut reader = Reader { look, attachments: 0, unread: Vec::new(), cuts: Vec::new(), markups: Vec::new() };
    // As text, every header is decoded whole, with its comments and whatever is malformed in it.
    let parser = MessageParser::new().default_header_text().with_mime_headers();
    match parser.parse(bytes) {
        Some(message) => reader.message(&message, Depth::Outer),
        None => reader.unread.push(Whereabouts::Raw),
    }
    reader.raw(bytes);
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
    /// Where base64 stands that has been decoded: searched raw, it is noise that now and then spells a short name.
    cuts: Vec<Range<usize>>,
    /// Where HTML stands that was read without a loss: what it says has been searched, its tags without markup's words.
    markups: Vec<Range<usize>>,
}

impl Reader<'_, '_> {
    fn message(&mut self, message: &Message, depth: Depth) {
        for (id, part) in (0u32..).zip(&message.parts) {
            part.headers.iter().for_each(|header| self.header(&header.name, &header.value));
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
            } else if part.encoding == Encoding::Base64 && depth != Depth::Decoded {
                self.cuts.push(part.offset_body as usize..part.offset_end as usize);
            } else if let PartType::Html(text) = &part.body
                && depth != Depth::Decoded
                && is_utf8(part, text)
            {
                self.markups.push(part.offset_body as usize..part.offset_end as usize);
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
                        readings(&octets).iter().for_each(|text| self.text(part, text, place));
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
                readings(octets).iter().for_each(|text| self.text(part, text, place));
            }
            PartType::Binary(_) | PartType::InlineBinary(_) => self.unread.push(place),
            PartType::Multipart(_) => {}
        }
    }

    fn text(&mut self, part: &MessagePart, text: &str, place: Whereabouts) {
        let look = &mut |folded: &Folded, sought| (self.look)(place, folded, sought);
        match subtype(part) {
            kind if kind == "html" || kind.ends_with("xml") => markup(text, look),
            "plain" | "csv" | "markdown" | "tab-separated-values" => plain(text, Sought::All, look),
            // RTF, calendars, cards, JSON: text, with escapes of its own.
            _ => {
                plain(text, Sought::All, look);
                self.unread.push(place);
            }
        }
    }

    fn header(&mut self, name: &HeaderName, value: &HeaderValue) {
        let place = Whereabouts::Header(match name {
            // Its name may be what leaks.
            HeaderName::Other(_) => None,
            known => Some(known.as_static_str()),
        });
        let mut text = String::from(name.as_str());
        let mut add = |item: &str| {
            text.push('\n');
            text.push_str(item);
        };
        match value {
            HeaderValue::Text(item) => add(item),
            HeaderValue::TextList(items) => items.iter().for_each(|item| add(item)),
            HeaderValue::ContentType(kind) => {
                add(&kind.c_type);
                kind.c_subtype.iter().for_each(|item| add(item));
                kind.attributes.iter().flatten().for_each(|attribute| {
                    add(&attribute.name);
                    add(&attribute.value);
                });
            }
            HeaderValue::Empty => {}
            // The parser was asked for text.
            _ => self.unread.push(place),
        }
        if !is_legible(&text) {
            self.unread.push(place);
        }
        let look = &mut |folded: &Folded, sought| (self.look)(place, folded, sought);
        plain(&text, Sought::Phrases, look);
        plain(&boilerplate::header(&text), Sought::All, look);
    }

    /// All octets as they stand, for what no part or header holds: the preamble, comments, malformed lines. The program's
    /// own words are in the markup and in the headers.
    fn raw(&mut self, bytes: &[u8]) {
        let mut cuts = std::mem::take(&mut self.cuts);
        self.stretches(bytes, &cuts, Sought::Phrases);
        cuts.append(&mut self.markups);
        cuts.sort_by_key(|cut| cut.start);
        self.stretches(bytes, &cuts, Sought::All);
    }

    fn stretches(&mut self, bytes: &[u8], cuts: &[Range<usize>], sought: Sought) {
        let mut rest = 0;
        for cut in cuts {
            self.stretch(bytes.get(rest..cut.start).unwrap_or_default(), sought);
            rest = rest.max(cut.end);
        }
        self.stretch(bytes.get(rest..).unwrap_or_default(), sought);
    }

    fn stretch(&mut self, bytes: &[u8], sought: Sought) {
        for text in readings(bytes) {
            let mut text = unquoted(&decoded_words(&text));
            if sought == Sought::All {
                text = boilerplate::lines(&text);
            }
            plain(&text, sought, &mut |folded, sought| (self.look)(Whereabouts::Raw, folded, sought));
        }
    }
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

/// The text with each encoded word decoded (RFC 2047 §2), wherever it stands and in whatever charset, and white space
/// between two of them taken out (§6.2).
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
