//! `check --verbose`: shows the settings in force, with defaults, and the column of each header in the lists.
//!
//! It must never show a password or its source, nor what a signatory did not clear.

use super::{Failure, Sizes};
use crate::campaign::{Campaign, Letters, Petition, Relays};
use crate::command::clock::format_moment;
use crate::command::wording::{self, date_header};
use crate::delivery;
use crate::paper::PaperSize;
use crate::people::roll::{GroupBy, OrderBy};
use crate::people::signature::{Consent, Counted};
use crate::people::supporter::LetterConsent;
use crate::press::signatures::Split;
use crate::roster::ListSettings;
use crate::terminal::{Terminal, safe};
use crate::text::pluralize::numbered;
use crate::text::size::format_size;
use std::io::Write;

/// The width of the names of settings.
const NAMES: usize = 17;
/// The width of headers on a terminal of at least `NARROW` columns.
const HEADERS: usize = 24;
const NARROW: usize = 60;

pub(super) fn show(
    campaign: &Campaign,
    letters: &Letters,
    sizes: Option<&Sizes>,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for (name, value) in lines(campaign).into_iter().filter(|(_, value)| !letters.is_private(value)) {
        terminal.name(out, name, NAMES, &value)?;
    }
    if let Some(sizes) = sizes {
        let [least, most] = [*sizes.start(), *sizes.end()].map(format_size);
        let size = if least == most { most } else { format!("{least} to {most}") };
        terminal.name(out, "size of a letter", NAMES, &format!("{size} as it is sent"))?;
    }
    let settings = &campaign.settings;
    let headers = if terminal.columns() < NARROW { 0 } else { HEADERS };
    for (list, mapping) in [&settings.signatories, &settings.recipients].into_iter().zip(letters.mappings()) {
        writeln!(out, "\n{}", safe::visible(&list.file))?;
        for header in mapping {
            let (text, column) = match letters.may_show(header, mapping) {
                true => (&*header.header, header.column.as_deref().unwrap_or("(dropped)")),
                false => ("(not shown)", if header.column.is_some() { "(not shown)" } else { "(dropped)" }),
            };
            terminal.say(out, &format!("  {:<headers$} → {}", safe::visible(text), safe::visible(column)))?;
        }
    }
    writeln!(out)?;
    Ok(())
}

fn lines(campaign: &Campaign) -> Vec<(&'static str, String)> {
    let settings = &campaign.settings;
    let (sender, order, policy) = (&settings.sender, &settings.order, &settings.policy);
    let or = |texts: &[String], none: &str| if texts.is_empty() { none.to_owned() } else { texts.join(", ") };
    let mut lines = vec![
        ("campaign", format!("{} · {}", settings.id, settings.title)),
        ("edition", settings.edition.to_string()),
        ("follows", settings.follows.clone().unwrap_or_else(|| "no other letter".to_owned())),
        ("organisation", settings.organisation.clone()),
        ("mode", settings.mode.name().to_owned()),
        ("language", format!("{} · {}", settings.language.tag, settings.language.name)),
        ("date", settings.date.to_string()),
        ("time zone", settings.timezone.iana_name().unwrap_or("UTC").to_owned()),
        ("date header", date_header(campaign)),
    ];
    let moments =
        [("embargo", &settings.embargo), ("not before", &settings.not_before), ("not after", &settings.not_after)];
    for (name, at) in moments {
        lines.extend(at.as_ref().map(|at| (name, format_moment(at))));
    }
    lines.extend([("template", settings.template.clone()), ("from", sender.from.to_string())]);
    lines.extend(sender.reply_to.as_ref().map(|reply_to| ("reply to", reply_to.to_string())));
    lines.push(("return path", sender.return_path.to_string()));
    lines.extend((!settings.cc.is_empty()).then(|| ("cc", settings.cc.join("; "))));
    lines.extend(settings.archive.as_ref().map(|archive| ("archive", archive.to_string())));
    lines.extend((!settings.attach.is_empty()).then(|| ("attach", settings.attach.join("; "))));
    lines
        .push(("pdf", if settings.pages.are_attached { "attached to each letter" } else { "not attached" }.to_owned()));
    lines.push(("paper size", settings.pages.size.map_or("by the letter's language", PaperSize::name).to_owned()));
    lines.push(("max size", format_size(settings.max_size)));
    lines.extend(settings.max_letters.map(|most| ("max letters", most.to_string())));
    lines.extend([
        ("recipients", list(&settings.recipients, settings.expected_recipients)),
        ("domains", or(&settings.domains, "any")),
        (
            "per day",
            settings.per_day.map_or("no limit".to_owned(), |most| numbered(most.into(), "letter") + " to a recipient"),
        ),
        ("signatories", list(&settings.signatories, settings.expected_signatories)),
    ]);
    let group_by = match order.group_by {
        GroupBy::Category => "category",
        GroupBy::Nothing => "nothing",
    };
    let order_by = match order.order_by {
        OrderBy::SortKey => "sort_key",
        OrderBy::Name => "name",
        OrderBy::SignedAt => "signed_at",
        OrderBy::File => "file",
    };
    let consent = match policy.consent {
        Consent::Column => "column",
        Consent::OnFile => "on-file",
    };
    let counted = match policy.counted {
        Counted::All => "all",
        Counted::Verified => "verified",
    };
    lines.extend([
        ("letter consent", policy.letters.map_or("(joint letters)", LetterConsent::column).to_owned()),
        ("count", counted.to_owned()),
        ("petition", petition(settings.petition)),
        ("group by", group_by.to_owned()),
        ("order by", order_by.to_owned()),
        ("max listed", order.max_listed.map_or("all".to_owned(), |most| most.to_string())),
        ("consent", consent.to_owned()),
        ("default display", policy.default_display.name().to_owned()),
        ("protect", or(&policy.protected(), "no category")),
        ("min group", policy.min_group.to_string()),
        // Only their number: the texts can be names.
        ("allow", numbered(settings.allow.len() as u64, "text")),
    ]);
    match &settings.relays {
        Some(relays) => lines.extend(relay_lines(relays)),
        None => lines.push(("relay", "none: nothing can be sent".to_owned())),
    }
    lines.extend(settings.ledger.as_ref().map(|ledger| {
        ("ledger", format!("shared, in a database · schema {} · lease {:?}", ledger.schema, ledger.lease))
    }));
    lines
}

/// What a petition hands over.
fn petition(petition: Option<Petition>) -> String {
    let Some(petition) = petition else { return "(none)".to_owned() };
    let parts = match petition.split {
        None => "the signatures in one file",
        Some(Split::Category) => "a file of signatures for each category",
        Some(Split::Place) => "a file of signatures for each place",
    };
    let formats = match (petition.is_typeset(), petition.pdf) {
        (true, _) => "PDF and CSV",
        (false, Some(_)) => "CSV",
        (false, None) => "CSV; this program was built without PDF",
    };
    format!("{parts} · {formats}")
}

fn list(list: &ListSettings, expect: Option<u32>) -> String {
    let encoding = list.encoding.as_deref().unwrap_or("UTF-8 or UTF-16");
    let expect = expect.map_or("any number of".to_owned(), |rows| rows.to_string());
    format!("{} · {encoding} · {expect} rows", list.file)
}

fn relay_lines(relays: &Relays) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for relay in &relays.all {
        let place = wording::relay(relay);
        lines.push(("relay", format!("{place} · {} · timeout {:?}", relay.tls.name(), relay.timeout)));
        lines.push(("connections", format!("{}, {} letters per connection", relay.connections, relay.per_connection)));
        lines.extend((relays.all.len() > 1).then(|| ("weight", relay.weight.to_string())));
        lines.extend(relay.ca_file.as_ref().map(|file| ("ca file", file.display().to_string())));
        lines.extend(relay.login.as_ref().map(|login| ("username", login.username.clone())));
    }
    if relays.all.len() > 1 {
        let at_once = delivery::connections(relays.all.iter().map(|relay| (relay.weight, relay.connections)));
        lines.push(("at once", numbered(at_once.into(), "connection")));
    }
    let pause = |pause: std::time::Duration| format!("a letter every {pause:?}");
    lines.push(("rate", relays.pause.map_or("no limit".to_owned(), pause)));
    lines.extend(relays.pause_per_domain.map(|of_domain| ("rate per domain", pause(of_domain))));
    lines
}
