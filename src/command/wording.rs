//! Words that several verbs use: numbers of letters, and paths and commands as a user types them.

use super::clock::format_moment;
use crate::campaign::{Campaign, DateHeader, Mode, Relay};
use std::path::Path;

/// "1 letter", "10 letters".
pub(super) fn letters_of(n: u64) -> String {
    crate::text::pluralize::numbered(n, "letter")
}

/// The command that runs the program on the campaign in this folder.
pub(super) fn program(dir: &Path) -> String {
    if dir == Path::new(".") { "openletter".to_owned() } else { format!("openletter -C {}", quoted(dir)) }
}

/// A path quoted for a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%\\".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A path of the campaign as the user would type it.
pub(super) fn shown(campaign: &Campaign, path: &Path) -> String {
    let is_here = campaign.dir() == Path::new(".");
    let short = path.strip_prefix(".").ok().filter(|_| is_here);
    short.unwrap_or(path).display().to_string()
}

/// Who the letters are from.
pub(super) fn from(campaign: &Campaign) -> String {
    let (settings, from) = (&campaign.settings, &campaign.settings.sender.from);
    match settings.mode {
        Mode::Joint => from.to_string(),
        Mode::Individual => format!("each supporter, as \"… via {}\" <{}>", settings.organisation, from.email),
    }
}

/// Where answers to the letters go; `None` if to who they are from.
pub(super) fn replies_to(campaign: &Campaign) -> Option<String> {
    let reply_to = campaign.settings.sender.reply_to.as_ref().map(ToString::to_string);
    match campaign.settings.mode {
        Mode::Joint => reply_to,
        Mode::Individual => {
            let others = reply_to.unwrap_or_else(|| campaign.settings.sender.from.email.to_string());
            Some(format!("the supporter, if `reply_consent` says yes; else {others}"))
        }
    }
}

/// "mail.example.org:465", after the relay's name if it has one of its own.
pub(super) fn relay(relay: &Relay) -> String {
    let place = format!("{}:{}", relay.host, relay.port);
    if relay.name == relay.host { place } else { format!("{} ({place})", relay.name) }
}

/// What the letters' Date header is when they are sent.
pub(super) fn date_header(campaign: &Campaign) -> String {
    match campaign.settings.date_header {
        DateHeader::Sent => "the moment of sending".to_owned(),
        DateHeader::Fixed => format_moment(&campaign.letter_date()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_be_typed_as_it_is_printed() {
        assert_eq!(quoted(Path::new("not-for-sale")), "not-for-sale");
        assert_eq!(quoted(Path::new("it's for sale")), r"'it'\''s for sale'");
    }
}
