//! E-mail addresses that any relay can be handed safely.
//!
//! Nothing may pass that the mail library mishandles: quoted local parts and address literals lose recipients, what is
//! not ASCII asks for SMTPUTF8, and an invisible character makes another address of what looks the same.

use lettre::Address;
use unicode_normalization::char::is_combining_mark;

/// Reads a bare address: a dot-atom (RFC 5322 §3.4.1) of at most 64 octets, `@`, and a domain name of two labels or
/// more, which is turned into its ASCII form (RFC 5891 §4); at most 254 octets in all (RFC 5321 §4.5.3.1).
///
/// # Errors
///
/// What is wrong, as the end of a sentence that begins with "the address". It holds nothing of the address.
pub fn address(text: &str) -> Result<Address, &'static str> {
    let (local, domain) = text.rsplit_once('@').ok_or("has no @")?;
    if local.contains('"') {
        return Err("has a quoted part before the @, which many relays mishandle");
    }
    if text.contains(['<', '>', ',', ';', ' ']) {
        return Err("has something around it, or is more than one");
    }
    if !local.is_ascii() {
        return Err("has a letter before the @ that is not ASCII, which many relays cannot take");
    }
    if !local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b)) {
        return Err("has a character before the @ that no address can have");
    }
    if local.is_empty() || local.len() > 64 || local.split('.').any(str::is_empty) {
        return Err("is empty, too long or wrongly dotted before the @");
    }
    let domain = ascii_domain(domain)?;
    if local.len() + 1 + domain.len() > 254 {
        return Err("is longer than 254 octets");
    }
    Address::new(local, domain).map_err(|_| "is none")
}

fn ascii_domain(domain: &str) -> Result<String, &'static str> {
    if domain.starts_with('[') {
        return Err("names a machine by its number instead of its domain");
    }
    // Looked at before the conversion, which drops invisible characters without a word.
    let visible = |c: char| c.is_alphanumeric() || is_combining_mark(c) || ".-\u{3002}\u{B7}\u{30FB}".contains(c);
    if !domain.chars().all(visible) {
        return Err("has a character in its domain that no domain can have");
    }
    let ascii = idna::domain_to_ascii(domain).map_err(|_| "has a domain that is none")?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !ascii.split('.').all(label) || ascii.len() > 253 {
        return Err("has a domain that is none");
    }
    match ascii.rsplit_once('.') {
        Some((_, top)) if !top.bytes().all(|b| b.is_ascii_digit()) => Ok(ascii),
        Some(_) => Err("names a machine by its number instead of its domain"),
        None => Err("has a domain without a dot"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_goes_out_with_its_domain_in_ascii() {
        for (text, expected) in [
            ("J.Okafor+press@Northlight.example", "J.Okafor+press@northlight.example"),
            ("info@bücher.example", "info@xn--bcher-kva.example"),
            ("o'brien@mail.example.org", "o'brien@mail.example.org"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn what_no_relay_can_be_handed_safely_is_refused() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long_label = format!("a@{}.example", "a".repeat(64));
        let long = format!("{}@{}.example", "a".repeat(64), ["b".repeat(60), "c".repeat(60), "d".repeat(60)].join("."));
        for text in [
            "",
            "@",
            "a@",
            "@example.org",
            "example.org",
            "a@localhost",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "\"a b\"@example.org",
            "a b@example.org",
            ".a@example.org",
            "a..b@example.org",
            "a.@example.org",
            "jürgen@example.org",
            "a@exam\u{200B}ple.org",
            "a@exam\u{AD}ple.org",
            "a\u{200B}@example.org",
            "a@example..org",
            "a@example.org.",
            "a@-example.org",
            "a@ex_ample.org",
            "a@example.org\r\nb",
            "Chris <a@example.org>",
            "a@example.org, b@example.org",
            "a@example.org;b@example.org",
            "a@b@example.org",
            "mailto:a@example.org",
            &*long_local,
            &*long_label,
            &*long,
        ] {
            assert!(address(text).is_err(), "{text:?} passed");
        }
    }

    proptest! {
        #[test]
        fn what_passes_is_plain_ascii_and_reads_back_as_itself(text in "\\PC{0,8}[a-z.\"]{0,4}@[\\PC]{0,6}[a-zü.]{1,5}\\.[a-z]{2}") {
            if let Ok(parsed) = address(&text) {
                let again = parsed.to_string();
                prop_assert!(again.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(address(&again), Ok(parsed));
            }
        }
    }
}
