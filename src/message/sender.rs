//! The sender: the campaign's addresses, parsed as a person writes them in `campaign.toml`.
//!
//! A finding must never quote the value: a sender may be a supporter whose address is private.

use super::address::{AddressFault, address};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::text::characters::{Refused, TextUse, refused};
use lettre::Address;
use lettre::message::Mailbox;

/// The sender's addresses. `From` is one mailbox, so no `Sender` header is needed (RFC 5322 §3.6.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    /// The `From` header.
    pub from: Mailbox,
    /// The `Reply-To` header, if answers go elsewhere.
    pub reply_to: Option<Mailbox>,
    /// The envelope sender, which gets the bounces.
    pub return_path: Address,
}

impl Sender {
    /// A placeholder for invalid settings, so that the rest of a letter can be checked. It must never be sent.
    pub fn placeholder() -> Sender {
        let nobody = Address::new("nobody", "letter.invalid").expect("an address");
        Sender { from: Mailbox::new(None, nobody.clone()), reply_to: None, return_path: nobody }
    }

    /// Parses the settings of `[letter]`, or returns everything that is wrong with them.
    pub fn parse(from: &str, reply_to: Option<&str>, return_path: Option<&str>) -> Result<Sender, Vec<Finding>> {
        let from = mailbox(from).map_err(|fault| fault.finding("from"));
        let reply_to = reply_to.map(mailbox).transpose().map_err(|fault| fault.finding("reply_to"));
        let return_path = return_path
            .map(|text| address(text.trim()))
            .transpose()
            .map_err(|fault| MailboxFault::Address(fault).finding("return_path"));
        match (from, reply_to, return_path) {
            (Ok(from), Ok(reply_to), Ok(return_path)) => {
                let return_path = return_path.unwrap_or_else(|| from.email.clone());
                Ok(Sender { from, reply_to, return_path })
            }
            (from, reply_to, return_path) => {
                Err([from.err(), reply_to.err(), return_path.err()].into_iter().flatten().collect())
            }
        }
    }
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sender { .. }")
    }
}

/// Why a text is not a mailbox; the text continues "`from` …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum MailboxFault {
    #[error("contains {0}")]
    Refused(Refused),
    #[error("contains more than one address")]
    Several,
    #[error("has a name with punctuation that separates addresses")]
    Unquoted,
    #[error("has a name with unmatched quotation marks")]
    Quotes,
    #[error("{0}")]
    Address(AddressFault),
}

impl MailboxFault {
    fn finding(self, key: &'static str) -> Finding {
        let what = spans!["`", key, "` ", own(self.to_string())];
        let finding = Finding::new(Code::SettingsValue, what).about(key);
        match self {
            MailboxFault::Several => finding.help("give one address"),
            MailboxFault::Unquoted => {
                finding.help(r#"put the name in quotes: `'"Surname, Given" <name@example.org>'`"#)
            }
            MailboxFault::Quotes => finding.help(r#"write a quotation mark inside a quoted name as `\"`"#),
            MailboxFault::Address(AddressFault::Syntax | AddressFault::Domain) if key == "return_path" => {
                finding.help("write only the address, such as `bounces@example.org`")
            }
            MailboxFault::Address(_) => finding.help("write it as `Name <name@example.org>` or `name@example.org`"),
            MailboxFault::Refused(refused) => finding.help(refused.class.help()),
        }
    }
}

/// Parses one mailbox: `Name <address>`, `"Name" <address>` or an address.
fn mailbox(text: &str) -> Result<Mailbox, MailboxFault> {
    let text = text.trim();
    if let Some(refusal) = refused(text, TextUse::Name) {
        return Err(MailboxFault::Refused(refusal));
    }
    let Some((name, email)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else {
        let several = text.matches('@').count() > 1 && text.contains([',', ';', ' ']);
        return match several {
            true => Err(MailboxFault::Several),
            false => Ok(Mailbox::new(None, address(text).map_err(MailboxFault::Address)?)),
        };
    };
    let name = display_name(name.trim())?;
    let email = address(email.trim()).map_err(MailboxFault::Address)?;
    Ok(Mailbox::new((!name.is_empty()).then_some(name), email))
}

/// The name before the address, unquoted.
fn display_name(text: &str) -> Result<String, MailboxFault> {
    let Some(quoted) = text.strip_prefix('"') else {
        return match text {
            _ if text.contains('"') => Err(MailboxFault::Quotes),
            _ if text.contains(['@', '<', '>']) => Err(MailboxFault::Several),
            _ if text.contains([',', ';', ':', '(', ')', '[', ']', '\\']) => Err(MailboxFault::Unquoted),
            _ => Ok(text.to_owned()),
        };
    };
    let mut name = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    loop {
        match chars.next() {
            Some('\\') => name.extend(chars.next()),
            Some('"') => break,
            Some(c) => name.push(c),
            None => return Err(MailboxFault::Quotes),
        }
    }
    match chars.as_str() {
        "" => Ok(name.trim().to_owned()),
        rest if rest.contains('@') => Err(MailboxFault::Several),
        _ => Err(MailboxFault::Quotes),
    }
}

#[cfg(test)]
mod tests;
