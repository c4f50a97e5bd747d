//! Whether the letters may go: unchanged, within the embargo's window, and approved by a person.

use super::Args;
use super::summary::Going;
use crate::campaign::Campaign;
use crate::command::exit::{Exit, Failure};
use crate::command::inputs;
use crate::command::voice::Voice;
use crate::ledger::Ledger;
use crate::outbox::{Approved, Outbox};
use crate::screen::{self, Answer};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
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

/// Refuses an outbox of another campaign: its letters may have gone out from there.
pub(super) fn is_ours(campaign: &Campaign, outbox: &Outbox) -> Result<(), Failure> {
    if inputs::is_of(campaign, outbox)? {
        return Ok(());
    }
    Err(Failure::said(Exit::Refused, "the outbox holds the letters of another campaign")
        .help("is the id in campaign.toml right? `openletter write --force` writes this campaign's letters"))
}

/// Refuses to write to somebody twice, and to somebody else not at all, because an id or an address has changed since.
pub(super) fn nobody_twice(ledger: &Ledger, outbox: &Outbox) -> Result<(), Failure> {
    let strangers = inputs::strangers(ledger, outbox)?;
    if strangers.is_empty() {
        return Ok(());
    }
    let what = format!("ids or addresses have changed since letters went out:\n  {}", strangers.join("\n  "));
    Err(Failure::said(Exit::Refused, what)
        .help("give each recipient the id they had; write to a new address under a new id"))
}

/// An approval on file, or the answer of a person who has been shown what is about to happen.
pub(super) fn approval(
    args: &Args,
    only: Option<&BTreeSet<String>>,
    campaign: &Campaign,
    outbox: &Outbox,
    voice: &Voice,
) -> Result<(), Failure> {
    let approved = outbox.approved().map_err(inputs::outbox_failure)?;
    if args.yes || !voice.can_ask() {
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
    let going = Going::count(only, args.limit, campaign, outbox)?;
    if going.letters == 0 {
        return Ok(());
    }
    let question = format!("{}\nSend?", going.summary(&approved, campaign, outbox)?);
    match screen::confirm(&question, &mut io::stdin().lock(), &mut io::stderr().lock())? {
        Answer::No => Err(Failure::said(Exit::Refused, "not sent: the answer was not yes")),
        Answer::Yes if matches!(approved, Approved::By(_)) => Ok(()),
        Answer::Yes => {
            let forged = if args.as_written { Vec::new() } else { inputs::forgeries(campaign, outbox)? };
            if !forged.is_empty() {
                let what = format!("the outbox is not what was written:\n  {}", forged.join("\n  "));
                return Err(Failure::said(Exit::Refused, what)
                    .help("write it anew with `openletter write --force`, and review it"));
            }
            outbox.approve(&inputs::whoami(), Timestamp::now()).map_err(inputs::outbox_failure)?;
            Ok(())
        }
    }
}

/// An instant in the zone of whoever is at the keyboard.
fn local(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M %Z (%:z)").to_string()
}
