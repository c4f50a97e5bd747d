//! The ways one text can be read: with its entities and percent signs resolved, and, of HTML, what is shown and what the
//! tags hold.
//!
//! A view replaces an escape only where it can be resolved. It must never leave half an escaped word standing as a word
//! of its own: `Ren&eacute;e` is no Ren.

use super::boilerplate::{Sought, content};
use super::fold::{Border, Folded, Folder};
use encoding_rs::WINDOWS_1252;
use mail_parser::decoders::html::add_html_token;
use std::borrow::Cow;

/// What looks at each reading of a text, and what it looks for there.
pub(super) type Look<'l> = dyn FnMut(&Folded, Sought) + 'l;

/// Every reading of a text that is no markup.
pub(super) fn plain(text: &str, sought: Sought, look: &mut Look) {
    let text = entities(text, Entity::Closed);
    let resolved = percent(&text, Octets::Utf8);
    look(&Folded::new(&resolved), sought);
    if let Some(untagged) = untagged(&resolved) {
        look(&Folded::new(&untagged), sought);
    }
    // What browsers forgive, and what is older than UTF-8. Each can also be a mere `&` or `%` before a word.
    if let Cow::Owned(forgiven) = entities(&text, Entity::Open) {
        look(&Folded::new(&forgiven), sought);
    }
    let older = percent(&text, Octets::Any);
    if older != resolved {
        look(&Folded::new(&older), sought);
    }
}

/// Every reading of HTML or XML: the text between the tags, and the tags.
///
/// Which tags are inline is a matter of style sheets, so a tag is a soft border: `<b>Ma</b>ria` is found, and so is
/// `Maria<sup>1</sup>`.
pub(super) fn markup(text: &str, look: &mut Look) {
    tagged(text, look);
    if let Some(untagged) = untagged(text) {
        tagged(&untagged, look);
    }
}

fn tagged(text: &str, look: &mut Look) {
    let mut shown = Folder::with_capacity(text.len());
    let show = |shown: &mut Folder, text: &str| {
        shown.push(&percent(&entities(&entities(text, Entity::Closed), Entity::Open), Octets::Utf8));
    };
    let (mut tags, mut contents) = (String::new(), String::new());
    let mut rest = text;
    // Without a `>` ahead there is no tag ahead, and nothing to try again at every `<`.
    while let Some(at) = rest.find('<').filter(|at| rest[*at..].contains('>')) {
        let (before, tag) = rest.split_at(at);
        show(&mut shown, before);
        match tag_end(tag) {
            Some(end) => {
                shown.part(Border::Soft);
                tags.push_str(&tag[..end]);
                contents.push_str(&content(&tag[..end]));
                rest = &tag[end..];
            }
            None => {
                shown.part(Border::Hard);
                rest = &tag[1..];
            }
        }
    }
    show(&mut shown, rest);
    look(&shown.finish(), Sought::All);
    plain(&tags, Sought::Phrases, look);
    plain(&contents, Sought::All, look);
}

/// The text with its addresses as they are without a tag: `ana+letter@` is the mailbox of `ana@`. `None` where no address
/// has one.
fn untagged(text: &str) -> Option<String> {
    let mut untagged = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('@') {
        let local = text[done..at].rfind(|c: char| !(c.is_alphanumeric() || "+-._".contains(c)));
        let from =
            local.map_or(done, |before| done + before + text[done + before..].chars().next().map_or(1, char::len_utf8));
        if let Some(tag) = text[from..at].find('+').filter(|tag| *tag > 0) {
            untagged.push_str(&text[done..from + tag]);
            done = at;
        }
    }
    (done > 0).then(|| untagged + &text[done..])
}

/// Octets as text: UTF-8, and where they are none, windows-1252 as well.
pub(super) fn readings(bytes: &[u8]) -> Vec<Cow<'_, str>> {
    match String::from_utf8_lossy(bytes) {
        text @ Cow::Borrowed(_) => vec![text],
        lossy => vec![lossy, WINDOWS_1252.decode_without_bom_handling(bytes).0],
    }
}

/// Undoes what quoted-printable (RFC 2045 §6.7) does to a text, wherever in it that was done.
pub(super) fn unquoted(text: &str) -> String {
    escapes(&text.replace("=\r\n", "").replace("=\n", ""), '=', Octets::Utf8).into_owned()
}

/// Where the tag, comment or instruction that `text` begins with ends; `None` where its `<` is only that.
fn tag_end(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map(|end| end + 7);
    }
    if !text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
        return None;
    }
    let nearest = text.find('>')? + 1;
    let mut quote = None;
    let outside_quotes = text.char_indices().find(|&(_, c)| match quote {
        Some(open) => {
            quote = (c != open).then_some(open);
            false
        }
        None => {
            quote = matches!(c, '"' | '\'').then_some(c);
            c == '>'
        }
    });
    Some(outside_quotes.map_or(nearest, |(at, _)| at + 1))
}

#[derive(Clone, Copy, PartialEq)]
enum Entity {
    /// `&eacute;`
    Closed,
    /// `&eacute` as well, which HTML forgives for the oldest entities (HTML §13.5).
    Open,
}

/// The text with its character references resolved (HTML §13.2.5.72).
fn entities(text: &str, which: Entity) -> Cow<'_, str> {
    /// The longest of the names that need no semicolon; and the longest of all.
    const OPEN: usize = 6;
    const CLOSED: usize = 32;
    replace(text, '&', |rest| {
        let run = rest.bytes().take(CLOSED).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let is_closed = rest[run..].starts_with(';');
        let name = &rest[..run];
        let (c, used) = if is_closed {
            (reference(name)?, run + 1)
        } else if which == Entity::Closed {
            return None;
        } else if let Some(number) = name.strip_prefix('#') {
            let is_hex = number.starts_with(['x', 'X']);
            let end = 1 + usize::from(is_hex);
            let end =
                end + name[end..].bytes().take_while(|b| b.is_ascii_digit() || is_hex && b.is_ascii_hexdigit()).count();
            (reference(&name[..end])?, end)
        } else {
            (2..=run.min(OPEN)).rev().find_map(|end| Some((reference(&name[..end])?, end)))?
        };
        Some((c.to_string(), used))
    })
}

/// The character that a reference without `&` and `;` stands for.
fn reference(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        let token = format!("&{name};");
        let mut character = String::new();
        add_html_token(&mut character, token.as_bytes(), false);
        return (character != token).then(|| character.chars().next()).flatten();
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    match code.ok()? {
        // Browsers read the C1 controls as what windows-1252 has in their place.
        code @ 0x80..=0x9f => WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.chars().next(),
        code => char::from_u32(code),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Octets {
    Utf8,
    /// UTF-8, and what is none as windows-1252.
    Any,
}

/// The text with its percent-encoding undone (RFC 3986 §2.1), also where it was done twice or three times.
fn percent(text: &str, octets: Octets) -> Cow<'_, str> {
    let mut text = escapes(text, '%', octets);
    for _ in 1..3 {
        match escapes(&text, '%', octets) {
            Cow::Owned(again) => text = Cow::Owned(again),
            Cow::Borrowed(_) => break,
        }
    }
    text
}

/// The text with runs of `sign` and two hexadecimal digits replaced by the text that these octets are.
fn escapes(text: &str, sign: char, octets: Octets) -> Cow<'_, str> {
    replace(text, sign, |rest| {
        let mut run = Vec::new();
        // The first sign is taken already: the run is `41%42…`.
        let digits = rest.as_bytes().chunks(3).map_while(|chunk| match *chunk {
            [high, low, ..] => Some((hex(high)? << 4 | hex(low)?, chunk.get(2) == Some(&(sign as u8)))),
            _ => None,
        });
        for (octet, goes_on) in digits {
            run.push(octet);
            if !goes_on {
                break;
            }
        }
        let valid = run.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        match (run.first(), octets) {
            (Some(_), _) if !valid.is_empty() => Some((valid.to_owned(), valid.len() * 3 - 1)),
            (Some(&octet), Octets::Any) => Some((WINDOWS_1252.decode_without_bom_handling(&[octet]).0.into_owned(), 2)),
            _ => None,
        }
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// The text with every `sign` that begins an escape replaced; `resolve` gets what follows the sign, and gives what the
/// escape stands for with the number of octets it takes after the sign. Borrowed where nothing was replaced.
fn replace(text: &str, sign: char, resolve: impl Fn(&str) -> Option<(String, usize)>) -> Cow<'_, str> {
    let mut result = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(at) = text[from..].find(sign) {
        let at = from + at;
        from = at + sign.len_utf8();
        if let Some((character, used)) = resolve(&text[from..]) {
            result.push_str(&text[done..at]);
            result.push_str(&character);
            from += used;
            done = from;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    result.push_str(&text[done..]);
    Cow::Owned(result)
}
