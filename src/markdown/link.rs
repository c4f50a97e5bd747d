//! Where a link may lead.
//!
//! The address that is printed in the text part is the one the HTML part leads to. A value inside an address must never
//! be able to change its structure: to add a query, a fragment or another recipient.

use super::escape::{Piece, pieces, unshield};
use std::fmt::Write as _;

/// The address of a link's destination as written: http or https with a host and without credentials, or mailto;
/// `None` for all others, relative ones included.
///
/// A value that begins the destination is a whole address. One further on is data (RFC 3986 §2.2): the delimiters in it
/// are percent-encoded, but for `/`, `:` and `@`, which paths and mailboxes are made of.
pub(super) fn address(destination: &str) -> Option<String> {
    let mut address = String::new();
    for (rank, piece) in pieces(destination).enumerate() {
        match piece {
            Piece::Literal(text) => encode(&mut address, text, ""),
            Piece::Value(value) if rank == 0 => encode(&mut address, &unshield(value), ""),
            Piece::Value(value) => {
                // A plus in a query means a space; in a mailbox it is what it is.
                let data = if is_mailto(&address) { "%?#&" } else { "%?#&+" };
                encode(&mut address, &unshield(value), data);
            }
        }
    }
    let address = address.trim_matches(' ').replace(' ', "%20");
    leads_somewhere(&address).then_some(address)
}

/// Whether the address is one of a mailbox.
pub(super) fn is_mailto(address: &str) -> bool {
    address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
}

fn leads_somewhere(address: &str) -> bool {
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

/// Adds text to an address: controls are left out, as browsers leave them out; letters of all scripts stay readable;
/// what RFC 3986 has no place for, and `data`, is percent-encoded (§2.1). Spaces are left to the caller, to be trimmed.
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
