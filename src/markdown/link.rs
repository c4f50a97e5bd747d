//! Link targets: which are allowed, and how values inside them are encoded.
//!
//! Both parts use the same address. A value inside an address must never be able to add a query, a fragment or another
//! recipient.

use super::escape::{Piece, pieces, unescape_value};
use std::fmt::Write as _;

/// Returns a link's address if it is http or https with a host and without credentials, or mailto; `None` for all others,
/// including relative ones.
///
/// A value at the start of the destination is a whole address. A later value is data (RFC 3986 §2.2): its delimiters are
/// percent-encoded, except `/`, `:` and `@`, which occur in paths and mailboxes.
pub(super) fn address(destination: &str) -> Option<String> {
    let mut address = String::new();
    for (rank, piece) in pieces(destination).enumerate() {
        match piece {
            Piece::Literal(text) => encode(&mut address, text, ""),
            Piece::Value(value) if rank == 0 => encode(&mut address, &unescape_value(value), ""),
            Piece::Value(value) => {
                // In a query `+` means a space; in a mailbox it means itself.
                let data = if is_mailto(&address) { "%?#&" } else { "%?#&+" };
                encode(&mut address, &unescape_value(value), data);
            }
        }
    }
    let address = address.trim_matches(' ').replace(' ', "%20");
    is_allowed(&address).then_some(address)
}

/// Whether the address is a mailbox.
pub(super) fn is_mailto(address: &str) -> bool {
    address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
}

/// The address to print beside the words of a link; `None` if the words are the address. Of a mailto link, the address is the
/// mailbox.
pub(super) fn address_beside<'a>(address: &'a str, words: &str) -> Option<&'a str> {
    let mailbox = is_mailto(address).then(|| address.get(7..).unwrap_or_default());
    let shown = mailbox.map_or(address, |mailbox| mailbox.split('?').next().unwrap_or_default());
    let words = words.trim();
    if words.is_empty() && shown.is_empty() {
        return Some(address);
    }
    let is_same = [address, shown].contains(&words) || is_without_scheme(words, address);
    Some(shown).filter(|shown| !is_same && !shown.is_empty())
}

/// Whether the words are the address from its `www.` on, which mail programs make a link of.
fn is_without_scheme(words: &str, address: &str) -> bool {
    let (words, address) = (words.trim_end_matches('/'), address.trim_end_matches('/'));
    words.starts_with("www.") && address.split_once("://").is_some_and(|(_, rest)| rest == words)
}

fn is_allowed(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            authority.starts_with(|c: char| c.is_alphanumeric() || c == '[') && !authority.contains('@')
        }),
        "mailto" => !rest.is_empty(),
        _ => false,
    }
}

/// Appends text to an address. Control characters are dropped, as browsers do; letters of all scripts stay readable;
/// characters that RFC 3986 does not allow, and those in `data`, are percent-encoded (§2.1). The caller trims spaces.
fn encode(address: &mut String, text: &str, data: &str) {
    for c in text.chars().filter(|c| !c.is_control()) {
        let stays = c.is_alphanumeric() || (c.is_ascii() && !"<>\"\\^`{|}".contains(c) && !data.contains(c));
        if stays {
            address.push(c);
        } else {
            for octet in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(address, "%{octet:02X}");
            }
        }
    }
}
