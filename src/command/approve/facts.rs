//! What a person must see before they approve or send: sender, recipients, signatures and warnings. It fits on one screen.

use crate::campaign::{Campaign, Mode};
use crate::command::approver;
use crate::command::clock::format_moment;
use crate::command::exit::Failure;
use crate::command::ledger;
use crate::command::outbox;
use crate::command::rerender::Rerendered;
use crate::command::sent_before::growth;
use crate::command::shards;
use crate::command::wording::{self, letters_of};
use crate::diagnostics::finding::Finding;
use crate::outbox::{Approval, CarriedFile, Outbox};
use crate::people::count::Count;
use crate::text::pluralize::numbered;
use crate::text::size::format_size;
use std::collections::{BTreeMap, BTreeSet};

/// The most addresses, domains or subjects that are listed; further ones are counted.
pub(in crate::command) const MOST: usize = 5;

/// All facts for `approve`, with their labels.
pub(super) fn all(
    campaign: &Campaign,
    outbox: &Outbox,
    rerendered: &Rerendered,
    before: &[Approval],
) -> Result<Vec<(&'static str, String)>, Failure> {
    let settings = &campaign.settings;
    let sender = &settings.sender;
    let destinations = Destinations::of(outbox)?;
    // 64 digits after a label of 15 columns just fit into 80.
    let digest = outbox.letters_digest().trim_start_matches("sha256:").to_owned();
    let page = outbox.page().map(|page| format!("as {} shows it", wording::shown(campaign, &page)));
    let mut facts =
        vec![("To approve", format!("{}: {}", letters_of(outbox.len().into()), settings.title)), ("sha256", digest)];
    facts.extend(page.map(|page| ("", page)));
    facts.extend(outbox::pairing(campaign, outbox)?.map(|pairing| ("letters", pairing.to_string())));
    facts.push(("from", wording::from(campaign)));
    facts.extend(wording::replies_to(campaign).map(|reply_to| ("replies to", reply_to)));
    facts.extend([
        ("failures to", format!("{}, the envelope's sender", sender.return_path)),
        ("to", destinations.domains()),
        ("first and last", destinations.ends()),
        ("subject", subjects(&destinations.subjects)),
    ]);
    facts.extend(settings.archive.as_ref().map(|archive| ("copies to", format!("{archive}, of each accepted letter"))));
    facts.extend(files(outbox)?.map(|files| ("files", files)));
    facts.extend((settings.mode == Mode::Joint).then(|| ("signed by", signed(&rerendered.letters.roll().count))));
    facts.extend(edition(campaign, outbox)?);
    facts.extend([("warnings", warnings(&rerendered.tally.warnings())), ("may be sent", window(campaign))]);
    facts.extend(relays(campaign));
    facts.extend([(
        "approved by",
        if before.is_empty() { "nobody yet".to_owned() } else { approver::format_approvals(before) },
    )]);
    Ok(facts)
}

/// "2: 57 signatories; edition 1 had 56"; `None` for a first edition.
pub(in crate::command) fn edition(
    campaign: &Campaign,
    outbox: &Outbox,
) -> Result<Option<(&'static str, String)>, Failure> {
    // Shards send only what nothing was sent of before.
    let ledger = if shards::apart(campaign)?.is_some() { None } else { ledger::existing(campaign)? };
    let growth = growth(campaign, ledger.as_ref(), outbox)?;
    Ok(growth.map(|growth| ("edition", format!("{}: {growth}", campaign.settings.edition))))
}

/// "attachments/report.pdf (35 kB), images/logo.png (2 kB)"; `None` for letters that carry nothing.
fn files(outbox: &Outbox) -> Result<Option<String>, Failure> {
    let (mut shown, mut more) = (Vec::new(), 0);
    for file in outbox.files()? {
        let CarriedFile { file, octets, .. } = file?;
        match shown.len() < MOST {
            true => shown.push(format!("{file} ({})", format_size(octets))),
            false => more += 1,
        }
    }
    shown.extend((more > 0).then(|| numbered(more, "other file")));
    Ok((!shown.is_empty()).then(|| shown.join(", ")))
}

/// Where the letters go, and their subjects.
#[derive(Default)]
struct Destinations {
    domains: BTreeMap<String, u64>,
    subjects: BTreeSet<String>,
    first: String,
    last: String,
}

impl Destinations {
    fn of(outbox: &Outbox) -> Result<Destinations, Failure> {
        let mut destinations = Destinations::default();
        for letter in outbox.letters()? {
            let letter = letter?;
            destinations.last = letter.envelope.to.to_string();
            if destinations.first.is_empty() {
                destinations.first.clone_from(&destinations.last);
            }
            *destinations.domains.entry(letter.envelope.to.domain().to_lowercase()).or_default() += 1;
            // One more than is shown, to know whether there are more.
            if destinations.subjects.len() <= MOST {
                destinations.subjects.insert(letter.subject);
            }
        }
        Ok(destinations)
    }

    /// "8 at northlight.example, 1 at screenstandards.example": the most frequent first.
    fn domains(&self) -> String {
        let mut domains: Vec<_> = self.domains.iter().collect();
        domains.sort_by_key(|(name, letters)| (std::cmp::Reverse(**letters), *name));
        let shown = domains.iter().take(MOST).map(|(name, letters)| format!("{letters} at {name}"));
        let rest: u64 = domains.iter().skip(MOST).map(|(_, letters)| **letters).sum();
        let more = domains.len().saturating_sub(MOST) as u64;
        let more = (more > 0).then(|| format!("{rest} at {}", numbered(more, "other domain")));
        shown.chain(more).collect::<Vec<_>>().join(", ")
    }

    fn ends(&self) -> String {
        if self.first == self.last { self.first.clone() } else { format!("{} and {}", self.first, self.last) }
    }
}

/// The first subjects; a set with more than [`MOST`] has others too.
pub(in crate::command) fn subjects(subjects: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = subjects.iter().take(MOST).map(String::as_str).collect();
    let more = if subjects.len() > MOST { " · and others" } else { "" };
    format!("{}{more}", shown.join(" · "))
}

/// "14: 12 persons and 2 organisations; 10 named, 4 withheld".
pub(in crate::command) fn signed(count: &Count) -> String {
    let others = if count.others > 0 { format!(", {} beyond `max_listed`", count.others) } else { String::new() };
    let unverified =
        if count.unverified > 0 { format!("; {} more not verified", count.unverified) } else { String::new() };
    format!(
        "{}: {} and {}; {} named, {} withheld{others}{unverified}",
        count.total,
        numbered(count.persons as u64, "person"),
        numbered(count.organisations as u64, "organisation"),
        count.listed,
        count.withheld,
    )
}

/// "5 (3 consent-missing, 2 overlap); `openletter check` shows them".
pub(in crate::command) fn warnings(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "none".to_owned();
    }
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in findings {
        *codes.entry(finding.code.name()).or_default() += 1;
    }
    let codes: Vec<String> = codes.iter().map(|(code, number)| format!("{number} {code}")).collect();
    format!("{} ({}); `openletter check` shows them", findings.len(), codes.join(", "))
}

/// The relays, one in a line.
fn relays(campaign: &Campaign) -> Vec<(&'static str, String)> {
    let Some(relays) = &campaign.settings.relays else {
        return vec![("relay", "none in campaign.toml yet".to_owned())];
    };
    let label = if relays.all.len() == 1 { "relay" } else { "relays" };
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    labels.zip(relays.all.iter().map(|relay| format!("{}, {}", wording::relay(relay), relay.tls.name()))).collect()
}

/// When the letters may be sent.
fn window(campaign: &Campaign) -> String {
    match (&campaign.settings.not_before, &campaign.settings.not_after) {
        (Some(from), Some(until)) => format!("from {} until {}", format_moment(from), format_moment(until)),
        (Some(from), None) => format!("from {}", format_moment(from)),
        (None, Some(until)) => format!("until {}", format_moment(until)),
        (None, None) => "at any time: `not_before` is not set".to_owned(),
    }
}
