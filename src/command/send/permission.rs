//! Whether the letters may go: unchanged, within the embargo's window, and approved by a person.

use super::relay;
use crate::campaign::Campaign;
use crate::command::exit::{Exit, Failure};
use crate::command::inputs::{self, letters_of};
use crate::command::voice::Voice;
use crate::outbox::{Approved, Outbox};
use crate::screen::{self, Answer};
use jiff::{SignedDuration, Timestamp};
use std::io;

/// A Date header this far from now looks odd to filters and to readers.
const FAR: SignedDuration = SignedDuration::from_hours(12);

/// Refuses an outbox whose files have changed, or whose lists and templates have.
pub(super) fn is_as_written(
    as_written: bool,
    campaign: &Campaign,
    outbox: &Outbox,
    voice: &Voice,
) -> Result<(), Failure> {
    let wrong = inputs::discrepancies(outbox)?;
    if !wrong.is_empty() {
        let what = format!("the outbox is not what was written:\n  {}", wrong.join("\n  "));
        return Err(
            Failure::said(Exit::Refused, what).help("write it anew with `openletter write --force`, and review it")
        );
    }
    let changed = inputs::changed_sources(campaign, outbox)?;
    if changed.is_empty() {
        return Ok(());
    }
    let list = changed.join("\n  ");
    if as_written {
        return voice.say(&format!("Going on with the letters as they were written, although:\n  {list}"));
    }
    Err(Failure::said(Exit::Refused, format!("since the outbox was written:\n  {list}"))
        .help("write it anew with `openletter write --force`, or send these letters with --as-written"))
}

/// Refuses outside the embargo's window.
pub(super) fn embargo(campaign: &Campaign, now: Timestamp) -> Result<(), Failure> {
    let settings = &campaign.settings;
    if let Some(from) = settings.not_before.filter(|from| now < *from) {
        return Err(Failure::said(Exit::Refused, format!("the letters are under embargo until {}", local(from)))
            .help("run it again then; `--to-me` and `rehearse` work before"));
    }
    if let Some(until) = settings.not_after.filter(|until| now > *until) {
        return Err(Failure::said(Exit::Refused, format!("the time for these letters ended at {}", local(until)))
            .help("a campaign that goes on needs another not_after in campaign.toml"));
    }
    Ok(())
}

/// Warns when the Date header is far from now.
pub(super) fn date(campaign: &Campaign, now: Timestamp, voice: &Voice) -> Result<(), Failure> {
    let date = campaign.letter_date();
    if date.duration_until(now).abs() > FAR {
        voice.say(&format!(
            "The letters are dated {}, which is far from now: mail programs sort them there.",
            local(date)
        ))?;
    }
    Ok(())
}

/// An approval on file, or the answer of a person who has been shown what is about to happen.
pub(super) fn approval(yes: bool, campaign: &Campaign, outbox: &Outbox, voice: &Voice) -> Result<(), Failure> {
    let approved = outbox.approved().map_err(inputs::outbox_failure)?;
    if yes || !voice.can_ask() {
        return match approved {
            Approved::By(_) => Ok(()),
            Approved::No => Err(Failure::said(Exit::Refused, "nobody has approved these letters")
                .help("review them, then `openletter approve --by \"Your Name\"`")),
            Approved::Undone => {
                Err(Failure::said(Exit::Refused, "what was approved is not this outbox: it was written anew since")
                    .help("review it again, then `openletter approve --by \"Your Name\"`"))
            }
        };
    }
    let question = format!("{}\nSend them?", summary(&approved, campaign, outbox)?);
    match screen::confirm(&question, &mut io::stdin().lock(), &mut io::stderr().lock())? {
        Answer::No => Err(Failure::said(Exit::Refused, "not sent: the answer was not yes")),
        Answer::Yes if matches!(approved, Approved::By(_)) => Ok(()),
        Answer::Yes => {
            outbox.approve(&inputs::whoami(), Timestamp::now()).map_err(inputs::outbox_failure)?;
            Ok(())
        }
    }
}

/// What is about to happen.
fn summary(approved: &Approved, campaign: &Campaign, outbox: &Outbox) -> Result<String, Failure> {
    let settings = &campaign.settings;
    let relay = relay::named(campaign)?;
    let first = outbox.letters().map_err(inputs::outbox_failure)?.next().transpose().map_err(inputs::outbox_failure)?;
    let first = first.map(|entry| entry.envelope.to.to_string()).unwrap_or_default();
    let (mut went, mut open) = (0, 0);
    if let Some(ledger) = inputs::ledger_of(campaign, outbox)? {
        let totals = ledger.totals().map_err(inputs::ledger_failure)?;
        went = totals.of(crate::ledger::State::Accepted);
        open = totals.of(crate::ledger::State::Unknown);
    }
    let approved = match approved {
        Approved::By(names) => format!("approved by {}", names.join(", ")),
        Approved::No => "not approved yet: your yes is an approval".to_owned(),
        Approved::Undone => "an earlier approval was for another outbox: your yes is an approval".to_owned(),
    };
    let mut lines = vec![
        format!("About to send  {}: {}", letters_of(outbox.len().into()), settings.title),
        format!("from           {}", settings.sender.from),
        format!("through        {}:{}", relay.host, relay.port),
        format!(
            "to             {first}{}",
            if outbox.len() > 1 { format!(" and {} more", outbox.len() - 1) } else { String::new() }
        ),
        format!("approval       {approved}"),
    ];
    if went > 0 {
        lines.push(format!("already sent   {went}: they are not sent again"));
    }
    if open > 0 {
        lines.push(format!("unknown        {open}: they are not sent again by themselves"));
    }
    Ok(lines.join("\n"))
}

/// An instant in the zone of whoever is at the keyboard.
fn local(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M %Z (%:z)").to_string()
}
