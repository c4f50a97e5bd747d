//! Opens the ledger, and finds letters that were already sent, or may have been.

use super::exit::{Exit, Failure};
use super::outbox::writer;
use super::shards;
use crate::campaign::{Campaign, Mode};
use crate::ledger::{Entry, Ledger, LedgerError, LedgerPlace, Shard, State, is_copy};
use crate::message::identity::{letter_id, split_letter_id};
use crate::outbox::{Claimed, Entry as Letter, Outbox, OutboxError};
use jiff::Timestamp;
use std::collections::HashMap;

/// Where the campaign's ledger is. Refused while shards have ledgers of their own.
pub(super) fn place(campaign: &Campaign) -> Result<LedgerPlace, Failure> {
    shards::refuse_apart(campaign)?;
    campaign.ledger_place().map_err(|error| Failure::new(Exit::Settings, error))
}

/// Where the ledger of a shard is, or that of all letters.
pub(super) fn place_of(campaign: &Campaign, shard: Option<Shard>) -> Result<LedgerPlace, Failure> {
    shard.map_or_else(|| place(campaign), |shard| Ok(campaign.folder_ledger().of_shard(shard)))
}

/// The campaign's ledger; `None` before the first letter is sent. Refused while shards have ledgers of their own.
pub(super) fn existing(campaign: &Campaign) -> Result<Option<Ledger>, Failure> {
    existing_of(campaign, None)
}

/// The ledger of a shard, or that of all letters; `None` before the first letter is sent.
pub(super) fn existing_of(campaign: &Campaign, shard: Option<Shard>) -> Result<Option<Ledger>, Failure> {
    at(&place_of(campaign, shard)?)
}

fn at(place: &LedgerPlace) -> Result<Option<Ledger>, Failure> {
    match place.open() {
        Ok(ledger) => Ok(Some(ledger)),
        Err(LedgerError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The ledger of this outbox. Another ledger, or a missing one for an outbox that was sent before, is an error: it would
/// not be known which letters were sent.
pub(super) fn of_outbox(campaign: &Campaign, outbox: &Outbox, shard: Option<Shard>) -> Result<Option<Ledger>, Failure> {
    of_outbox_at(&place_of(campaign, shard)?, outbox, shard)
}

/// The same, where the ledger is.
pub(super) fn of_outbox_at(
    place: &LedgerPlace,
    outbox: &Outbox,
    shard: Option<Shard>,
) -> Result<Option<Ledger>, Failure> {
    // In this order: the first send creates the ledger, and then binds the outbox to it.
    let bound = bound(outbox, shard)?;
    let ledger = at(place)?;
    if ledger.is_none() && shard.is_none() {
        shards::refuse_apart_outbox(outbox)?;
    }
    match (&ledger, bound) {
        (None, Some(_)) => Err(Failure::from(LedgerError::Missing { path: place.dir().join(".openletter") })),
        (Some(ledger), Some(bound)) if ledger.id() != bound => {
            Err(Failure::from(OutboxError::OtherLedger { dir: outbox.dir().to_owned(), bound }))
        }
        _ => Ok(ledger),
    }
}

/// The id of the ledger that the outbox was first sent with: that of a shard, or that of all letters.
pub(super) fn bound(outbox: &Outbox, shard: Option<Shard>) -> Result<Option<String>, Failure> {
    Ok(match shard {
        None => outbox.ledger_id()?,
        Some(shard) => outbox.shard_ledger_ids()?.into_iter().find(|id| Shard::of_ledger(id) == Some(shard)),
    })
}

/// Letters that were, or may have been, sent under the same id to another address, or under another id to the same address.
/// Sending this outbox would write to one person twice and skip another.
pub(super) fn changed_recipients(mode: Mode, ledger: &Ledger, outbox: &Outbox) -> Result<Vec<String>, Failure> {
    let (mut by_id, mut by_address) = (HashMap::new(), HashMap::new());
    // An address gets a letter in each edition, and in individual mode one from each supporter.
    let key = |id: &str, to: &str| {
        let writer = if mode == Mode::Individual { writer(id) } else { "" };
        (writer.to_owned(), split_letter_id(id).1, to.to_lowercase())
    };
    for known in ledger.entries(&[State::Accepted, State::Offered, State::Unknown]) {
        let known = known?;
        by_id.insert(known.id.clone(), known.to.clone());
        by_address.insert(key(&known.id, &known.to), known.id);
    }
    let mut found = Vec::new();
    for letter in outbox.letters()? {
        let letter = letter?;
        let to = letter.envelope.to.to_string();
        match (by_id.get(&letter.id), by_address.get(&key(&letter.id, &to))) {
            (Some(before), _) if !before.eq_ignore_ascii_case(&to) => {
                found.push(format!("{} was sent to {before}, but is now for {to}", letter.id));
            }
            (_, Some(before)) if *before != letter.id => {
                found.push(format!("{to} got a letter with id {before}, but now has id {}", letter.id));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The letters of the outbox, each with its entry in the ledger unless it was never offered. If the ledger is that of a shard, the
/// shard's.
pub(super) fn letters<'a>(
    outbox: &'a Outbox,
    ledger: Option<&'a Ledger>,
) -> Result<impl Iterator<Item = Result<(Letter, Option<Entry>), Failure>> + 'a, Failure> {
    Ok(looked_up(outbox.letters_in(ledger.and_then(shards::of_ledger))?, ledger))
}

/// These letters, each with its entry in the ledger unless it was never offered. They are looked up many at a time: a database can
/// be far away. After an error there are no more.
pub(super) fn looked_up<'a>(
    letters: impl Iterator<Item = Result<Letter, OutboxError>> + 'a,
    ledger: Option<&'a Ledger>,
) -> impl Iterator<Item = Result<(Letter, Option<Entry>), Failure>> + 'a {
    let (mut letters, mut page) = (Some(letters), Vec::new().into_iter());
    std::iter::from_fn(move || {
        if page.len() == 0 {
            match next_page(letters.as_mut()?, ledger) {
                Ok(next) => page = next.into_iter(),
                Err(error) => {
                    letters = None;
                    return Some(Err(error));
                }
            }
        }
        page.next().map(Ok)
    })
}

fn next_page(
    letters: &mut impl Iterator<Item = Result<Letter, OutboxError>>,
    ledger: Option<&Ledger>,
) -> Result<Vec<(Letter, Option<Entry>)>, Failure> {
    let page: Vec<Letter> = letters.take(PAGE).collect::<Result<_, _>>()?;
    let entries = match ledger {
        Some(ledger) if !page.is_empty() => {
            ledger.entries_of(&page.iter().map(|letter| letter.id.as_str()).collect::<Vec<_>>())?
        }
        _ => page.iter().map(|_| None).collect(),
    };
    Ok(page.into_iter().zip(entries).collect())
}

/// How many letters are looked up at a time.
const PAGE: usize = 1000;

/// Refuses while another machine sends letters.
pub(super) fn idle(ledger: &Ledger) -> Result<(), Failure> {
    if ledger.is_at_work()? { Err(LedgerError::Busy { pid: None }.into()) } else { Ok(()) }
}

/// The state of a letter; pending if it was never offered.
pub(super) fn state(entry: Option<&Entry>) -> State {
    entry.map_or(State::Pending, |entry| entry.state)
}

/// The ids of letters whose outcome is not settled: offered or unknown.
pub(super) fn unsettled(ledger: &Ledger) -> Result<Vec<String>, Failure> {
    ledger
        .entries(&[State::Offered, State::Unknown])
        .map(|entry| entry.map(|entry| entry.id).map_err(Failure::from))
        .collect()
}

/// The claims of letters in the outbox's claims file that are missing in the ledger. Those letters may have been sent from
/// another copy of the folder, or before this ledger was restored from a backup.
pub(super) fn missing_claims(ledger: &Ledger, outbox: &Outbox) -> Result<Vec<Claimed>, Failure> {
    let (mut missing, _) = missing(ledger, outbox)?;
    missing.retain(|claim| !is_copy(claim.event));
    Ok(missing)
}

/// The same with the claims of copies for the archive, and how much of the file was read.
fn missing(ledger: &Ledger, outbox: &Outbox) -> Result<(Vec<Claimed>, u64), Failure> {
    // A database is known by its own identity: there are no claims of it in a file.
    if ledger.is_shared() {
        return Ok((Vec::new(), 0));
    }
    let (read, claims) = outbox.claims(ledger.id(), ledger.claims_read()?)?;
    let mut missing = Vec::new();
    for claim in claims {
        let claim = claim?;
        if !ledger.has_claim(&claim.id, claim.event)? {
            missing.push(claim);
        }
    }
    Ok((missing, read))
}

/// Records the letters of such claims as unknown, so that they can be settled, and copies for the archive, which never go again.
pub(super) fn take_over(ledger: &mut Ledger, outbox: &Outbox, now: Timestamp) -> Result<(), Failure> {
    let (missing, read) = missing(ledger, outbox)?;
    if missing.is_empty() {
        return Ok(());
    }
    let claims: Vec<_> = missing.iter().map(|missing| (missing.event, missing.claim())).collect();
    Ok(ledger.take_over(&claims, read, now)?)
}

/// The letter with this id; if there is none, the only one with this number or to this address. Of several editions, the latest,
/// unless the id names one: `okafor/1`.
pub(super) fn find(ledger: &Ledger, wanted: &str, edition: u32) -> Result<Entry, Failure> {
    let exact = wanted.strip_suffix("/1").unwrap_or(wanted);
    let ids = if exact == wanted {
        (1..=edition).rev().map(|edition| letter_id(wanted.into(), edition)).collect()
    } else {
        vec![exact.into()]
    };
    for id in ids {
        if let Some(entry) = ledger.entry(&id)? {
            return Ok(entry);
        }
    }
    let is_wanted = |entry: &Entry| wanted.parse() == Ok(entry.number) || entry.to.eq_ignore_ascii_case(wanted);
    let all = ledger.entries(&State::ALL).filter(|entry| entry.as_ref().map_or(true, is_wanted));
    let mut found: Vec<Entry> = all.collect::<Result<_, _>>()?;
    let latest = found.iter().map(|entry| split_letter_id(&entry.id).1).max();
    found.retain(|entry| Some(split_letter_id(&entry.id).1) == latest);
    match (found.pop(), found.is_empty()) {
        (Some(entry), true) => Ok(entry),
        (Some(_), false) => {
            Err(Failure::msg(Exit::Usage, format!("more than one letter has had the number or address {wanted}"))
                .help("name it by its id: `openletter status` shows both"))
        }
        (None, _) => Err(Failure::msg(Exit::Usage, format!("no letter {wanted} was ever offered"))
            .help("`openletter status` shows ids and numbers")),
    }
}

/// Letters whose outcome is not settled and that are no longer in this outbox.
pub(super) fn unsettled_elsewhere(ledger: &Ledger, outbox: &Outbox) -> Result<Vec<Entry>, Failure> {
    let mut open: Vec<_> = ledger.entries(&[State::Offered, State::Unknown]).collect::<Result<_, _>>()?;
    if !open.is_empty() {
        for letter in outbox.letters()? {
            let letter = letter?;
            open.retain(|known: &Entry| known.id != letter.id);
        }
    }
    Ok(open)
}

impl From<LedgerError> for Failure {
    /// Exit code 74 for the disk, 77 for what the ledger refuses.
    fn from(error: LedgerError) -> Failure {
        let help = match &error {
            LedgerError::Missing { .. } | LedgerError::Damaged { .. } | LedgerError::Exists { .. } => {
                Some("the ledger records who has been written to: restore it from a backup; nothing is sent without it")
            }
            LedgerError::OtherCampaign { .. } => {
                Some("check the id in campaign.toml. To start a new campaign here, move .openletter away and keep it")
            }
            LedgerError::ReadOnly { .. } => Some(
                "check the owner and the permissions of .openletter and of the files in it; their owner must run this",
            ),
            LedgerError::Busy { .. } => Some("wait for the other run to end"),
            LedgerError::Illegal { is_shared: true, .. } => {
                Some("`openletter status` shows the current state; run this again for what is left")
            }
            LedgerError::NewerFormat { .. } => Some("use a newer version of openletter"),
            LedgerError::Moved { .. } => Some(
                "if it is in a database now, name that in [ledger] of campaign.toml; if it is in a folder, send from there, \
                 without [ledger]",
            ),
            LedgerError::HalfJoined { .. } => Some("run `openletter ledger join` again, with the same folders"),
            LedgerError::NotMoved { .. } => Some(
                "letters may have been sent already: run `openletter ledger move --to database`, or remove [ledger] if this \
                 ledger was moved back",
            ),
            LedgerError::NoPostgres => {
                Some("use a program that was built with it: `cargo install openletter --features postgres`")
            }
            LedgerError::NotShared => Some("add [ledger] with url = { env = \"OPENLETTER_LEDGER\" }"),
            LedgerError::OtherOutbox { is_at_work: true, .. } => {
                Some("copy their outbox into this folder, or wait until they have ended")
            }
            LedgerError::OtherOutbox { .. } => Some(
                "copy the outbox that was sent into this folder; if this one replaces it on every machine, run \
                 `openletter send --moved`",
            ),
            LedgerError::Unreachable { .. } => {
                Some("check the address, the server and its log; nothing is sent without it")
            }
            LedgerError::Unprepared { .. } => {
                Some("run `openletter ledger prepare`, as a user who may create tables there")
            }
            _ => None,
        };
        let exit = match &error {
            LedgerError::Io { .. }
            | LedgerError::Sql { .. }
            | LedgerError::ReadOnly { .. }
            | LedgerError::Unreachable { .. }
            | LedgerError::Database { .. } => Exit::Disk,
            LedgerError::NoPostgres | LedgerError::NotShared => Exit::Settings,
            LedgerError::Illegal { is_shared: false, .. } | LedgerError::NotSeen { .. } => Exit::Bug,
            _ => Exit::Refused,
        };
        let failure = Failure::new(exit, error);
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}
