//! `send --dry-run` and `send --to-me`: test the relay, and send letters to oneself. Neither may change the ledger.

use super::permission;
use super::relay;
use super::summary::{Selection, SendPlan};
use crate::campaign;
use crate::campaign::Campaign;
use crate::command::approver;
use crate::command::clock;
use crate::command::exit::{Exit, Failure};
use crate::command::ledger;
use crate::command::output::Output;
use crate::command::status::format_answer;
use crate::command::wording::{self, letters_of};
use crate::delivery::Route;
use crate::message::Envelope;
use crate::message::address;
use crate::message::reply::Reply;
use crate::message::stamp;
use crate::outbox::{Approved, Entry, Outbox};
use crate::relay::{Capabilities, Offer, Session};
use crate::terminal;
use jiff::Timestamp;
use lettre::Address;
use std::collections::BTreeSet;
use std::io::Write;
use std::time::Duration;

/// Connects and logs in, then reports what would be sent and what already was.
pub(super) fn dry_run(
    campaign: &Campaign,
    relays: &campaign::Relays,
    outbox: &Outbox,
    chosen: &Selection,
    output: &Output,
) -> Result<Exit, Failure> {
    let ledger = ledger::of_outbox(campaign, outbox, chosen.shard)?;
    if let Some(ledger) = &ledger {
        permission::knows_all(false, ledger, outbox)?;
    }
    let routes = relay::routes(campaign, relays, output)?;
    let mut probes = Vec::new();
    for (relay, route) in relays.all.iter().zip(&routes) {
        match probe(campaign, route) {
            Ok(probe) => probes.push((relay, route, probe)),
            // The others can send without it.
            Err(failure) if routes.len() > 1 => output.failure(&failure),
            Err(failure) => return Err(failure),
        }
    }
    let smallest = probes.iter().filter_map(|(_, route, (able, _))| Some((able.size?, &*route.name))).min();
    let plan = SendPlan::with_limit(chosen, smallest.map(|(size, _)| size), ledger.as_ref(), outbox)?;
    let would_go = plan.letters - plan.too_large.len() as u64;
    let mut out = output.results();
    let pace = pace(chosen.pause(relays.pause), would_go);
    for (at, (relay, route, (able, refusal))) in probes.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(
            out,
            "Connected to {}.",
            if routes.len() > 1 { wording::relay(relay) } else { route.settings.to_string() }
        )?;
        for (name, what) in session_facts(campaign, relay, able, refusal.as_ref(), &pace) {
            output.out.name(&mut out, name, 12, &what)?;
        }
    }
    writeln!(out)?;
    if !chosen.except.is_empty() {
        let ids = chosen.except.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        output.out.say(&mut out, &format!("Answered, so not to be sent: {ids}."))?;
    }
    let shard = chosen.shard.map(|shard| format!("Shard {shard}: ")).unwrap_or_default();
    writeln!(out, "{shard}{} would be sent. State now: {}.", letters_of(would_go), plan.totals.sentence())?;
    let approval = match outbox.approved()? {
        Approved::By(approvals) => format!("approved by {}", approver::format_approvals(&approvals)),
        Approved::No => "not approved yet".to_owned(),
        Approved::Undone => "no longer approved: it was written again since".to_owned(),
    };
    writeln!(out, "The outbox is {approval}. Nothing was sent.")?;
    out.flush()?;
    if !plan.too_large.is_empty() {
        let numbers: Vec<_> = plan.too_large.iter().map(u32::to_string).collect();
        let relay = smallest.map(|(_, name)| name).filter(|_| routes.len() > 1).unwrap_or("this relay");
        return Err(Failure::msg(Exit::Relay, format!("too large for {relay}: letter {}", numbers.join(", "))));
    }
    if probes.len() < routes.len() { Err(Failure::reported(Exit::Relay)) } else { Ok(Exit::Done) }
}

/// Connects and logs in. Returns what the relay offers, and its reply if it defers the sender.
fn probe(campaign: &Campaign, route: &Route) -> Result<(Capabilities, Option<Reply>), Failure> {
    let mut session = Session::connect(&route.settings)?;
    let able = session.capabilities();
    let refusal = session.try_sender(&campaign.settings.sender.return_path)?;
    session.quit();
    Ok((able, refusal))
}

/// How fast letters would be sent.
fn pace(pause: Option<Duration>, would_go: u64) -> String {
    match pause {
        None => "as fast as the relay allows: no rate is set".to_owned(),
        Some(pause) if would_go > 1 => {
            let least = pause.saturating_mul(would_go.saturating_sub(1).try_into().unwrap_or(u32::MAX));
            let (pace, letters) = (terminal::pace(pause), letters_of(would_go));
            format!("{pace}: {letters} take at least {}", terminal::span(least))
        }
        Some(pause) => terminal::pace(pause),
    }
}

/// What the session found out, with labels.
fn session_facts(
    campaign: &Campaign,
    settings: &campaign::Relay,
    able: &Capabilities,
    refusal: Option<&Reply>,
    pace: &str,
) -> Vec<(&'static str, String)> {
    let sender = &campaign.settings.sender.return_path;
    let tls = able.tls.map_or_else(
        || settings.tls.name().to_owned(),
        |version| format!("{}, {version}; the certificate is valid for {}", settings.tls.name(), settings.host),
    );
    let size = able.size.map_or_else(|| "no size limit announced".into(), |bytes| format!("up to {bytes} bytes"));
    let dialogue = match able.round_trips {
        4 => "no PIPELINING: a letter takes four round trips",
        2 => "PIPELINING: a letter takes two round trips",
        _ => "PIPELINING: a letter takes one round trip",
    };
    let connections = match settings.connections {
        1 => "one connection".to_owned(),
        many => format!("{many} connections"),
    };
    vec![
        ("protection", tls),
        ("login", able.login.map_or_else(|| "none".into(), |mechanism| format!("login accepted, by {mechanism}"))),
        (
            "sender",
            match refusal {
                None => format!("{sender} is accepted"),
                Some(reply) => format!("{sender} was deferred: {}", format_answer(reply.answer())),
            },
        ),
        ("letters", size),
        ("dialogue", dialogue.to_owned()),
        ("pace", format!("{pace}; {connections}")),
    ]
}

/// Sends copies of letters to one address: byte for byte, but for the moment of sending and a Message-ID of their own.
/// Mailboxes drop a second letter with the same one.
pub(super) fn to_me(
    to: &str,
    only: Option<&BTreeSet<String>>,
    campaign: &Campaign,
    relays: &campaign::Relays,
    outbox: &Outbox,
    output: &Output,
) -> Result<Exit, Failure> {
    let to = address::address(to).map_err(|fault| Failure::msg(Exit::Usage, format!("the address {fault}")))?;
    let is_chosen = |letter: &Entry| only.is_none_or(|only| only.contains(&letter.id));
    let most = if only.is_none() { 1 } else { usize::MAX };
    let letters = outbox.letters()?.filter(|letter| letter.as_ref().map_or(true, is_chosen)).take(most);
    let chosen: Vec<Entry> = letters.collect::<Result<_, _>>()?;
    let routes = relay::routes(campaign, relays, output)?;
    let mut out = output.results();
    let mut is_done = true;
    for route in &routes {
        // Each relay may do something else to a letter.
        let through = if routes.len() > 1 { format!(" through {}", route.name) } else { String::new() };
        match copies(&chosen, &to, &through, campaign, route, outbox, &mut out) {
            Err(failure) if routes.len() > 1 => {
                output.failure(&failure);
                is_done = false;
            }
            sent => sent?,
        }
    }
    out.flush()?;
    if is_done { Ok(Exit::Done) } else { Err(Failure::reported(Exit::Relay)) }
}

/// Sends copies of these letters through one relay.
fn copies(
    letters: &[Entry],
    to: &Address,
    through: &str,
    campaign: &Campaign,
    route: &Route,
    outbox: &Outbox,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut session = Session::connect(&route.settings)?;
    for letter in letters {
        let mut bytes = outbox.read(letter)?;
        if let Some(zone) = campaign.date_zone() {
            stamp::set_date(&mut bytes, &Timestamp::now().to_zoned_datetime(zone.clone()));
        }
        let domain = campaign.settings.sender.from.email.domain();
        stamp::set_message_id(&mut bytes, &format!("<{}.copy@{domain}>", clock::random_id()?));
        let envelope = Envelope { from: letter.envelope.from.clone(), to: to.clone() };
        let mut offer = session.offer(&envelope, bytes.len() as u64)?;
        if offer == Offer::Closed {
            session = Session::connect(&route.settings)?;
            offer = session.offer(&envelope, bytes.len() as u64)?;
        }
        let reply = match offer {
            Offer::Ready => session.content(&bytes),
            Offer::Refused(reply) => reply,
            Offer::TooLarge(answer) => Reply::Deferred(answer),
            // A new session is never closed before its first letter.
            Offer::Closed => continue,
        };
        match reply {
            Reply::Accepted(_) => {
                let Entry { number, id, .. } = letter;
                writeln!(out, "Sent a copy of letter {number} ({id}) to {to} and to nobody else{through}.")?
            }
            other => {
                return Err(Failure::msg(
                    Exit::Relay,
                    format!("the relay did not accept letter {}: {}", letter.number, format_answer(other.answer())),
                ));
            }
        }
    }
    session.quit();
    Ok(())
}
