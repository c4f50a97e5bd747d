//! Reports how a run ended: the states in the ledger, why the run ended, and the exit code.

use super::summary::{Selection, SendPlan};
use crate::campaign::Campaign;
use crate::command::exit::{Exit, Failure};
use crate::command::ledger;
use crate::command::output::Output;
use crate::command::shards;
use crate::command::status::{Totals, format_answer};
use crate::command::wording::letters_of;
use crate::delivery::{Archived, Clock, DeliveryError, HaltReason, PerDay, RunEnd};
use crate::ledger::{Ledger, Shard, State};
use crate::message::reply::Answer;
use crate::outbox::Outbox;
use crate::relay::Refusal;
use crate::terminal::{self, safe};
use serde_json::json;
use std::io::{self, Write};

/// For a person. With several relays, each unknown letter's is named.
pub(super) fn text(
    end: Result<RunEnd, DeliveryError>,
    outbox: &Outbox,
    ledger: &Ledger,
    chosen: &Selection,
    are_several: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut out = output.results();
    let totals = count(outbox, ledger, |unknown| {
        let Unknown { number, id, message_id, relay } = unknown;
        let relay = relay.filter(|_| are_several).map(|relay| format!(" · {}", safe::visible(relay)));
        let which = match number {
            Some(number) => format!("unknown: letter {number} · {id}"),
            None => format!("unknown, from an earlier outbox: {id}"),
        };
        Ok(writeln!(out, "{which} · Message-ID {message_id}{}", relay.unwrap_or_default())?)
    })?;
    let shard = chosen.shard.map(|shard| format!("Shard {shard}, ")).unwrap_or_default();
    writeln!(out, "{shard}{}: {}.", letters_of(totals.here.all()), totals.here.sentence())?;
    out.flush()?;
    if totals.all.of(State::Unknown) > 0 {
        output.say(&format!(
            "The relay did not say whether it took the unknown letters, so they are not sent again. Search its log for \
             each Message-ID, then record what happened with `openletter settle{}`.",
            shards::flag(chosen.shard)
        ))?;
    }
    if totals.here.of(State::Rejected) > 0 {
        let joined = if chosen.shard.is_some() { "the shards are joined, " } else { "" };
        output.note(&format!(
            "Rejected letters are not sent again automatically. `openletter status --failed --format csv` lists their \
             recipients; once {joined}an address is corrected and the outbox written again, `openletter settle ID --resend` \
             sends the letter.",
        ))?;
    }
    let end = end.map_err(Failure::from);
    let exit = exit(&end, &totals.all);
    match end {
        Err(failure) if exit == Exit::Unknown => output.failure(&failure),
        Err(failure) => return Err(failure),
        Ok(RunEnd::Interrupted) => output
            .say(&format!("Interrupted; everything is recorded. Run `{}` again to continue.", chosen.command()))?,
        Ok(RunEnd::Expired) => {
            output.say("Stopped because not_after in campaign.toml has passed. The other letters were not sent.")?
        }
        Ok(RunEnd::Halted { why, answer }) => output.say(&halted(why, &answer, &chosen.command()))?,
        Ok(RunEnd::Complete) if exit == Exit::Remain => output.note(&remaining(chosen, outbox, ledger)?)?,
        Ok(RunEnd::Complete) => {}
    }
    Ok(exit)
}

/// For a program: an event for each letter that is unknown, and one for the end.
pub(super) fn events(
    end: Result<RunEnd, DeliveryError>,
    outbox: &Outbox,
    ledger: &Ledger,
    chosen: &Selection,
    clock: &dyn Clock,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut out = io::stdout();
    let at = clock.now().to_string();
    let totals = count(outbox, ledger, |unknown| {
        let Unknown { number, id, message_id, relay } = unknown;
        let event = json!({
            "event": "unknown", "at": at, "number": number, "id": id, "message_id": message_id, "relay": relay,
        });
        Ok(terminal::json_line(&mut out, &event)?)
    })?;
    let end = end.map_err(Failure::from);
    let exit = exit(&end, &totals.all);
    let (how, why) = match &end {
        Ok(RunEnd::Complete) => ("through", None),
        Ok(RunEnd::Interrupted) => ("interrupted", None),
        Ok(RunEnd::Expired) => ("expired", None),
        Ok(RunEnd::Halted { answer, .. }) => ("halted", Some(format_answer(answer))),
        Err(failure) => ("stopped", failure.error.as_ref().map(|error| format!("{error:#}"))),
    };
    let event = json!({
        "event": "end", "at": at, "how": how, "why": why, "shard": chosen.shard.map(Shard::word), "totals": totals.here.by_state(), "exit": exit.code(),
    });
    terminal::json_line(&mut out, &event)?;
    if let Err(failure) = end {
        output.failure(&failure);
    }
    Ok(exit)
}

/// Says what became of the copies for the archive, for a person.
pub(super) fn copies(
    copies: Option<Result<Archived, DeliveryError>>,
    campaign: &Campaign,
    output: &Output,
) -> Result<(), Failure> {
    let (Some(copies), Some(archive)) = (copies, &campaign.settings.archive) else { return Ok(()) };
    let copies = match copies {
        Ok(copies) => copies,
        Err(error) => {
            return output
                .say(&format!("The copies for {archive} are not complete: {error}. The next `send` goes on."));
        }
    };
    let Archived { accepted, failed, unknown, left, lost, answer } = copies;
    let copies = |count| if count == 1 { "1 copy".to_owned() } else { format!("{count} copies") };
    if accepted > 0 {
        output.note(&format!("{} for the archive, {archive}.", copies(accepted)))?;
    }
    let reply = answer.as_ref().map_or_else(String::new, |answer| format!(" ({})", format_answer(answer)));
    if failed > 0 {
        let what = copies(failed);
        output.say(&format!("The relay did not take {what} for {archive}{reply}. The next `send` tries again."))?;
    }
    if unknown > 0 {
        let what = copies(unknown);
        output.say(&format!("It is unknown whether {what} for {archive} arrived{reply}; never sent again."))?;
    }
    if left > 0 {
        output.say(&format!("{} for {archive} not sent yet: the next `send` does.", copies(left)))?;
    }
    if lost > 0 {
        let what = letters_of(lost);
        output.say(&format!("{what} cannot be copied for {archive}: what was sent is not in this outbox any more."))?;
    }
    Ok(())
}

/// The same as an event, for a program.
pub(super) fn copy_event(copies: Option<Result<Archived, DeliveryError>>, clock: &dyn Clock) -> Result<(), Failure> {
    let Some(copies) = copies else { return Ok(()) };
    let (copies, why) = match copies {
        Ok(copies) => (copies, None),
        Err(error) => (Archived::default(), Some(error.to_string())),
    };
    let why = why.or_else(|| copies.answer.as_ref().map(format_answer));
    let event = json!({
        "event": "archive", "at": clock.now().to_string(), "accepted": copies.accepted, "failed": copies.failed,
        "unknown": copies.unknown, "left": copies.left, "lost": copies.lost, "why": why,
    });
    Ok(terminal::json_line(&mut io::stdout(), &event)?)
}

/// What to do about the letters that remain. After `--only` it must not suggest a run without it, which would send all.
fn remaining(chosen: &Selection, outbox: &Outbox, ledger: &Ledger) -> Result<String, Failure> {
    if let Some(PerDay { most, .. }) = chosen.per_day
        && chosen.limit.is_none()
        && SendPlan::count(chosen, Some(ledger), outbox)?.later > 0
    {
        let most = letters_of(most.into());
        return Ok(format!(
            "Letters remain for another day: a recipient gets {most} a day ([recipients] per_day). Run `openletter send` \
             again tomorrow."
        ));
    }
    let Some(only) = chosen.only else { return Ok(format!("Letters remain: run `{}` again.", chosen.command())) };
    let mut left = Vec::new();
    for letter in ledger::letters(outbox, Some(ledger))? {
        let (letter, entry) = letter?;
        if only.contains(&letter.id) && matches!(ledger::state(entry.as_ref()), State::Pending | State::Deferred) {
            left.push(letter.id);
        }
    }
    Ok(match left.as_slice() {
        [] => "The letters that --only did not name remain.".to_owned(),
        left => format!("Letters remain: run `{} --only {}`.", chosen.command(), left.join(" ")),
    })
}

/// Why a run stopped, and what to do.
fn halted(why: HaltReason, answer: &Answer, send: &str) -> String {
    let reply = format_answer(answer);
    match why {
        HaltReason::Streak(failures) => {
            format!(
                "Stopped after {failures} failures of the same kind in a row: {reply}. The remaining letters were not tried."
            )
        }
        HaltReason::Refusal(Refusal::Quota) => format!(
            "Stopped because the relay's sending limit is reached: {reply}. The remaining letters were not tried. Most limits count the \
             last 24 hours: run `{send}` again then, and add --limit for fewer letters a day."
        ),
        HaltReason::Refusal(Refusal::Sender) => format!(
            "Stopped because the relay does not accept the sender: {reply}. The remaining letters were not tried. Check from and \
             return_path in campaign.toml: most relays accept only addresses of the account. Then run `{send}` \
             again."
        ),
        HaltReason::Elsewhere => format!(
            "Stopped because another worker did, for all: {reply}. The remaining letters were not tried; look into it, then run \
             `{send}` again."
        ),
        HaltReason::Unavailable => format!(
            "Stopped because the relay accepts no mail for now: {reply}. The remaining letters were not tried; run `{send}` \
             again later."
        ),
    }
}

/// How many letters are in each state.
#[derive(Default)]
struct Count {
    /// The letters of this outbox.
    here: Totals,
    /// These, and those that earlier outboxes left unsettled.
    all: Totals,
}

/// A letter whose outcome is unknown; one from an earlier outbox has no number.
struct Unknown<'a> {
    number: Option<u32>,
    id: &'a str,
    message_id: &'a str,
    /// The relay that has it, or not.
    relay: Option<&'a str>,
}

fn count(
    outbox: &Outbox,
    ledger: &Ledger,
    mut unknown: impl FnMut(Unknown) -> Result<(), Failure>,
) -> Result<Count, Failure> {
    let mut count = Count::default();
    for letter in ledger::letters(outbox, Some(ledger))? {
        let (letter, entry) = letter?;
        let state = ledger::state(entry.as_ref());
        count.here.add(state);
        count.all.add(state);
        if state == State::Unknown {
            let relay = entry.as_ref().and_then(|entry| entry.relay.as_deref());
            unknown(Unknown { number: Some(letter.number), id: &letter.id, message_id: &letter.message_id, relay })?;
        }
    }
    // Those of other workers change meanwhile; those that this one has left, whatever went wrong, do not.
    if count.all.of(State::Offered) > 0 {
        count.all.leave_to_others(ledger.left_offered()?);
    }
    for known in ledger::unsettled_elsewhere(ledger, outbox)? {
        count.all.add(State::Unknown);
        let relay = known.relay.as_deref();
        unknown(Unknown { number: None, id: &known.id, message_id: &known.message_id, relay })?;
    }
    Ok(count)
}

/// The exit code of a run: 76 before all others.
fn exit(end: &Result<RunEnd, Failure>, totals: &Totals) -> Exit {
    match (totals.exit(), end) {
        (Exit::Unknown, _) => Exit::Unknown,
        (_, Err(failure)) => failure.exit,
        (_, Ok(RunEnd::Interrupted)) => Exit::Interrupted,
        (exit, _) => exit,
    }
}
