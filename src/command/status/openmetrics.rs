//! `status --format openmetrics`: the totals for a monitoring system, as OpenMetrics 1.0.
//!
//! Nothing that belongs to one letter may be a label: no address, no domain, no text of a relay.

use crate::campaign::Campaign;
use crate::command::exit::{Exit, Failure};
use crate::command::output::Output;
use crate::command::overview::{Counter, Overview};
use crate::ledger::{Ledger, Move, State};
use crate::message::identity::split_letter_id;
use crate::outbox::Outbox;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::io::Write as _;

pub(super) fn run(
    campaign: &Campaign,
    outbox: &Outbox,
    ledger: Option<&Ledger>,
    output: &Output,
) -> Result<Exit, Failure> {
    let overview = Counter::new(ledger, outbox)?.count(ledger)?;
    let first = outbox.letters()?.next().transpose()?;
    let edition = first.map_or(campaign.settings.edition, |letter| split_letter_id(&letter.id).1);
    let mut text = Exposition::of(&campaign.settings.id);
    letters(&mut text, &overview, edition);
    text.family("openletter_attempts", Metric::Counter, "Attempts to send a letter, by outcome.");
    let attempts = ledger.map(Ledger::attempts).transpose()?;
    for (outcome, count) in attempts.unwrap_or_else(|| Move::OUTCOMES.map(|outcome| (outcome, 0)).to_vec()) {
        text.sample("openletter_attempts_total", &[("outcome", outcome.name())], count);
    }
    text.family("openletter_workers", Metric::Gauge, "Runs of send that are at work.");
    text.sample("openletter_workers", &[], overview.workers);
    if ledger.is_some_and(Ledger::is_shared) {
        let help = "Whether a worker has stopped all, and none has begun since.";
        text.family("openletter_halted", Metric::Gauge, help);
        text.sample("openletter_halted", &[], u8::from(overview.halt.is_some()));
    }
    for (name, help, at) in [
        (
            "openletter_last_accepted_timestamp_seconds",
            "When the relay last accepted a letter.",
            overview.last_accepted,
        ),
        (
            "openletter_unknown_since_timestamp_seconds",
            "When the oldest of the unknown letters became unknown.",
            overview.unknown_since,
        ),
    ] {
        text.family(name, Metric::Seconds, help);
        if let Some(at) = at {
            text.sample(name, &[], seconds(at));
        }
    }
    let mut out = output.results();
    out.write_all(text.finish().as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

/// The letters of the outbox, and those that the ledger has from earlier ones.
fn letters(text: &mut Exposition, overview: &Overview, edition: u32) {
    const NAME: &str = "openletter_letters";
    text.family(NAME, Metric::Gauge, "Letters by state: those of the outbox, and others that the ledger has.");
    let mut sample = |edition: u32, outbox, state: State, count| {
        let labels = [("edition", &*edition.to_string()), ("outbox", outbox), ("state", state.name())];
        text.sample(NAME, &labels, count);
    };
    for state in State::ALL {
        sample(edition, "current", state, overview.totals.of(state));
    }
    let editions: BTreeSet<u32> = overview.earlier.keys().map(|(edition, _)| *edition).collect();
    for edition in editions {
        for state in State::ALL {
            let count = overview.earlier.get(&(edition, state)).copied().unwrap_or_default();
            sample(edition, "earlier", state, count);
        }
    }
}

/// A moment in seconds, with all its digits.
fn seconds(at: Timestamp) -> String {
    format!("{}.{:03}", at.as_second(), at.subsec_millisecond())
}

/// The type of a family of metrics.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Metric {
    Counter,
    Gauge,
    /// A gauge whose unit is the second.
    Seconds,
}

/// A text of metrics, all of one campaign.
struct Exposition {
    campaign: String,
    text: String,
}

impl Exposition {
    fn of(campaign: &str) -> Exposition {
        Exposition { campaign: escaped(campaign), text: String::new() }
    }

    /// Begins a family. The name of a counter is here without `_total`.
    fn family(&mut self, name: &str, metric: Metric, help: &str) {
        let kind = if metric == Metric::Counter { "counter" } else { "gauge" };
        let unit = if metric == Metric::Seconds { format!("# UNIT {name} seconds\n") } else { String::new() };
        // Writing to a text cannot fail.
        let _ = write!(self.text, "# TYPE {name} {kind}\n{unit}# HELP {name} {}\n", escaped(help));
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let _ = write!(self.text, "{name}{{campaign=\"{}\"", self.campaign);
        for (label, text) in labels {
            let _ = write!(self.text, ",{label}=\"{}\"", escaped(text));
        }
        let _ = writeln!(self.text, "}} {value}");
    }

    fn finish(self) -> String {
        self.text + "# EOF\n"
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
