//! Reports a run: a progress bar on a terminal, a line for each letter elsewhere, or JSON events.
//!
//! An output that fails must not stop the run: the ledger has the record.

use crate::command::status::{Totals, format_answer};
use crate::command::wording::letters_of;
use crate::delivery::{Clock, Event};
use crate::ledger::State;
use crate::message::reply::Reply;
use crate::outbox::Entry;
use crate::terminal;
use crate::terminal::{Progress, safe, span};
use serde_json::json;
use std::io;

/// Reports what happens.
pub(super) enum Reporter<'a> {
    /// To a person.
    Live {
        progress: Progress<'a>,
        totals: Totals,
        /// Whether there are several relays: then each letter's is named.
        are_several: bool,
    },
    /// To a program, on the standard output.
    Events { clock: &'a dyn Clock },
}

impl Reporter<'_> {
    pub(super) fn report(&mut self, event: Event) {
        let _ = match self {
            Reporter::Live { progress, totals, are_several } => show(event, progress, totals, *are_several),
            Reporter::Events { clock } => emit(event, *clock),
        };
    }
}

/// For a person.
fn show(event: Event, progress: &mut Progress, totals: &mut Totals, are_several: bool) -> io::Result<()> {
    match event {
        Event::Connected => Ok(()),
        Event::ConnectionFailed { error } => {
            let answer = error.answer().map(|answer| format!(": {}", format_answer(answer))).unwrap_or_default();
            let line = format!("Continuing with one connection fewer: {error}{answer}");
            progress.aside(|terminal, out| terminal.note(out, &line))
        }
        Event::Answered { entry, reply, relay } => {
            let state = state_of(reply);
            totals.add(state);
            let line = || {
                let relay = if are_several { format!(" · {}", safe::visible(relay)) } else { String::new() };
                let answer = format_answer(reply.answer());
                format!("letter {} · {}: {} · {answer}{relay}", entry.number, entry.id, state.name())
            };
            let done = totals.of(State::Accepted) + totals.of(State::Rejected) + totals.of(State::Unknown);
            progress.update(done, || totals.sentence());
            progress.aside(|terminal, out| match reply {
                Reply::Accepted(_) if terminal.is_terminal() => Ok(()),
                Reply::Accepted(_) | Reply::Deferred(_) if terminal.is_quiet() => Ok(()),
                _ => terminal.say(out, &line()),
            })
        }
        Event::Unrecorded { entry, answer } => {
            let line = format!(
                "letter {} · {} was accepted ({}), but this could not be recorded. Before you send again: openletter settle \
                 {} --sent",
                entry.number,
                entry.id,
                format_answer(answer),
                entry.id
            );
            progress.aside(|terminal, out| terminal.say(out, &line))
        }
        Event::RelayLeft { relay, why, answer, help, pause } => {
            let reply = answer.map(|answer| format!(": {}", format_answer(answer))).unwrap_or_default();
            let span = pause.map_or_else(|| "the rest of this run".to_owned(), span);
            let line = format!("Leaving {} for {span}: {why}{reply}", safe::visible(relay));
            progress.aside(|terminal, out| match pause {
                Some(_) => terminal.note(out, &line),
                None => {
                    terminal.say(out, &line)?;
                    help.map_or(Ok(()), |help| terminal.say(out, &format!("  help: {help}")))
                }
            })
        }
        Event::Paused { why, answer, pause } => {
            let reply = answer.map(|answer| format!(": {}", format_answer(answer))).unwrap_or_default();
            let line = format!("Pausing for {}: {why}{reply}", span(pause));
            progress.aside(|terminal, out| terminal.note(out, &line))
        }
        Event::Waiting { letters, pause } => {
            // Each deferred letter is counted again when it is retried.
            totals.clear(State::Deferred);
            let line = format!("the relay deferred {}; trying again in {}", letters_of(letters as u64), span(pause));
            progress.aside(|terminal, out| terminal.note(out, &line))
        }
    }
}

/// For a program.
fn emit(event: Event, clock: &dyn Clock) -> io::Result<()> {
    let at = clock.now().to_string();
    let value = match event {
        Event::Connected => json!({ "event": "connected", "at": at }),
        Event::ConnectionFailed { error } => {
            let answer = error.answer().map(format_answer);
            json!({ "event": "fewer", "at": at, "why": error.to_string(), "answer": answer })
        }
        Event::Answered { entry, reply, relay } => letter(entry, reply, relay, &at),
        Event::Unrecorded { entry, answer } => {
            let Entry { number, id, message_id, .. } = entry;
            json!({
                "event": "unrecorded", "at": at, "number": number, "id": id, "message_id": message_id,
                "answer": format_answer(answer),
            })
        }
        Event::RelayLeft { relay, why, answer, pause, .. } => json!({
            "event": "leaving", "at": at, "relay": relay, "why": why, "answer": answer.map(format_answer),
            "seconds": pause.map(|pause| pause.as_secs_f64()),
        }),
        Event::Paused { why, answer, pause } => {
            json!({ "event": "paused", "at": at, "why": why, "answer": answer.map(format_answer), "seconds": pause.as_secs_f64() })
        }
        Event::Waiting { letters, pause } => {
            json!({ "event": "waiting", "at": at, "letters": letters, "seconds": pause.as_secs_f64() })
        }
    };
    terminal::json_line(&mut io::stdout(), &value)
}

fn letter(entry: &Entry, reply: &Reply, relay: &str, at: &str) -> serde_json::Value {
    let answer = reply.answer();
    json!({
        "event": "letter",
        "at": at,
        "number": entry.number,
        "id": entry.id,
        "to": entry.envelope.to.to_string(),
        "message_id": entry.message_id,
        "state": state_of(reply).name(),
        "stage": answer.stage.name(),
        "code": answer.code,
        "answer": safe::visible(&answer.text),
        "relay": relay,
    })
}

fn state_of(reply: &Reply) -> State {
    match reply {
        Reply::Accepted(_) => State::Accepted,
        Reply::Deferred(_) => State::Deferred,
        Reply::Rejected(_) => State::Rejected,
        Reply::Unknown(_) => State::Unknown,
    }
}
