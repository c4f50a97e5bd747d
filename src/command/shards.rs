//! `--shard`: which letters a run sends, and whether it may.
//!
//! A letter that two runs could send, because they divide the letters differently or not at all, must never be sent.

use super::exit::{Exit, Failure};
use crate::campaign::Campaign;
use crate::ledger::{Ledger, LedgerError, Shard, Sharding};
use crate::outbox::Outbox;
use std::env;
use std::path::Path;

/// A shard as the command line names it.
#[derive(Clone, Copy, Debug)]
pub(super) enum ShardArg {
    /// "2/5".
    Named(Shard),
    /// "auto/5": the number is in a variable that the scheduler sets.
    Auto(u32),
}

/// The variables of schedulers, and what they begin to count from.
const VARIABLES: [(&str, u32); 2] = [("JOB_COMPLETION_INDEX", 0), ("SLURM_ARRAY_TASK_ID", 1)];

/// Reads the value of `--shard`.
pub(super) fn parse(text: &str) -> Result<ShardArg, String> {
    let auto = text.strip_prefix("auto/").and_then(|of| format!("1/{of}").parse::<Shard>().ok());
    match (auto, text.parse()) {
        (Some(first), _) => Ok(ShardArg::Auto(first.of())),
        (None, Ok(shard)) => Ok(ShardArg::Named(shard)),
        (None, Err(())) => Err(format!("must be I/N with I from 1 to N, or auto/N, and N at most {}", Shard::MOST)),
    }
}

impl ShardArg {
    /// The shard; from the scheduler's variable, if it is not named.
    pub(super) fn shard(self) -> Result<Shard, Failure> {
        let of = match self {
            ShardArg::Named(shard) => return Ok(shard),
            ShardArg::Auto(of) => of,
        };
        let refuse = |what: String, help: String| Err(Failure::msg(Exit::Usage, what).help(help));
        match variables().as_slice() {
            [] => refuse(
                format!("--shard auto/{of} needs {}, and neither is set", VARIABLES.map(|(name, _)| name).join(" or ")),
                format!(
                    "run it in a Kubernetes Job with completionMode: Indexed or a Slurm job array, or write --shard I/{of}"
                ),
            ),
            [(name, first, value)] => {
                let index = value.parse::<u32>().ok();
                let shard = index.and_then(|index| Shard::new(index.checked_add(1)?.checked_sub(*first)?, of));
                shard.map_or_else(
                    || {
                        let last = of - 1 + first;
                        refuse(
                            format!("{name} is {value:?}: for --shard auto/{of} it must be {first} to {last}"),
                            if *first == 0 {
                                format!("set completions: {of} in the Job, and the same number after auto/")
                            } else {
                                format!("submit it with --array=1-{of}, and the same number after auto/")
                            },
                        )
                    },
                    Ok,
                )
            }
            several => refuse(
                format!("{} are both set", several.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(" and ")),
                format!("write --shard I/{of}"),
            ),
        }
    }
}

/// The variables that are set, with what they count from and their values.
fn variables() -> Vec<(&'static str, u32, String)> {
    let value = |(name, first)| env::var_os(name).map(|value| (name, first, value.to_string_lossy().into_owned()));
    VARIABLES.into_iter().filter_map(value).collect()
}

/// The shard of a run, if it has one. A job of several tasks would send every letter as often as it has tasks.
pub(super) fn of_run(arg: Option<ShardArg>, campaign: &Campaign) -> Result<Option<Shard>, Failure> {
    if campaign.settings.ledger.is_some() {
        return match arg {
            None => Ok(None),
            Some(_) => Err(Failure::msg(
                Exit::Usage,
                "a shared ledger needs no --shard: each run sends what no other one has taken",
            )
            .help("leave --shard out")),
        };
    }
    match (arg, variables().first()) {
        (Some(arg), _) => arg.shard().map(Some),
        (None, None) => Ok(None),
        (None, Some((name, ..))) => Err(Failure::msg(
            Exit::Usage,
            format!("{name} is set: this is one of several tasks, and each would send all letters"),
        )
        .help(format!("add --shard auto/N, N being the number of tasks; or unset {name} if only this one sends"))),
    }
}

/// Refuses a shard if letters were sent without shards or in others, or from another outbox.
pub(super) fn permit(shard: Shard, campaign: &Campaign, outbox: &Outbox) -> Result<(), Failure> {
    let refuse = |what: String, help: &str| Err(Failure::msg(Exit::Refused, what).help(help));
    if campaign.settings.per_day.is_some() {
        return refuse(
            "[recipients] per_day cannot hold over shards: each knows only its own letters".into(),
            "use a shared ledger ([ledger] in campaign.toml), or send without --shard",
        );
    }
    let sharding = Sharding::read(campaign.dir())?;
    if campaign.folder_ledger().has_file() || outbox.ledger_id()?.is_some() {
        return match sharding {
            Some(_) => refuse("the ledgers of the shards were joined".into(), "send what is left without --shard"),
            None => refuse(
                "letters were sent from here without shards".into(),
                "send without --shard; a shard would not know what was sent",
            ),
        };
    }
    if let Some(sharding) = &sharding {
        refuse_joined(sharding)?;
        agree(sharding, shard.of(), outbox.digest(), None)?;
    }
    // Copied folders may lack the record.
    match outbox.shard_ledger_ids()?.iter().filter_map(|id| Shard::of_ledger(id)).find(|other| other.of() != shard.of())
    {
        None => Ok(()),
        Some(other) => Err(differently("", other.of(), shard.of())),
    }
}

/// Refuses shards of another number, or of another outbox, in this folder or in another one.
pub(super) fn agree(sharding: &Sharding, of: u32, outbox: &str, dir: Option<&Path>) -> Result<(), Failure> {
    let place = dir.map(|dir| format!("{}: ", dir.display())).unwrap_or_default();
    if sharding.shards != of {
        return Err(differently(&place, sharding.shards, of));
    }
    if sharding.outbox == outbox {
        return Ok(());
    }
    let what = format!("{place}the shards that have begun send another outbox than the one in this folder");
    Err(Failure::msg(Exit::Refused, what).help("copy the outbox that they send into this folder"))
}

fn differently(place: &str, begun: u32, wanted: u32) -> Failure {
    Failure::msg(Exit::Refused, format!("{place}the letters are divided into {begun} shards, not {wanted}"))
        .help("divided in two ways, a letter would be in two shards and be sent twice")
}

/// Refuses while the ledgers of shards are apart: no one of them knows what was sent.
pub(super) fn refuse_apart(campaign: &Campaign) -> Result<(), Failure> {
    match apart(campaign)? {
        None => Ok(()),
        Some(sharding) => refuse_joined(&sharding).and(Err(refused_apart(sharding.shards))),
    }
}

/// Refuses shards whose ledgers were joined in another folder.
pub(super) fn refuse_joined(sharding: &Sharding) -> Result<(), Failure> {
    match &sharding.joined {
        None => Ok(()),
        Some(folder) => {
            let what = format!("the ledgers of the shards were joined in {folder}");
            Err(Failure::msg(Exit::Refused, what)
                .help("go on there, without --shard: nothing is sent from this folder any more"))
        }
    }
}

/// The same, for an outbox that was copied without the folder's records.
pub(super) fn refuse_apart_outbox(outbox: &Outbox) -> Result<(), Failure> {
    match outbox.shard_ledger_ids()?.iter().find_map(|id| Shard::of_ledger(id)) {
        Some(shard) if outbox.ledger_id()?.is_none() => Err(refused_apart(shard.of())),
        _ => Ok(()),
    }
}

fn refused_apart(shards: u32) -> Failure {
    let what = format!("the letters are sent in {shards} shards, each with a ledger of its own");
    Failure::msg(Exit::Refused, what).help(
        "when no shard is at work, run `openletter ledger join` with the folders they were sent from. Until then, `send`, \
         `settle` and `ledger backup` need --shard; `status` shows all",
    )
}

/// How the campaign's letters are divided, while the ledgers of the shards are apart.
pub(super) fn apart(campaign: &Campaign) -> Result<Option<Sharding>, LedgerError> {
    if campaign.folder_ledger().has_file() { Ok(None) } else { Sharding::read(campaign.dir()) }
}

/// What a command for a shard needs: " --shard 2/5", or nothing.
pub(super) fn flag(shard: Option<Shard>) -> String {
    shard.map(|shard| format!(" --shard {}", shard.word())).unwrap_or_default()
}

/// Refuses a letter that is in another shard.
pub(super) fn holds(shard: Option<Shard>, letter: &str) -> Result<(), Failure> {
    match shard {
        Some(shard) if !shard.has(letter) => {
            let other = Shard::of_letter(letter, shard.of());
            let what = format!("letter {letter} is in shard {other}, not in shard {shard}");
            Err(Failure::msg(Exit::Usage, what).help(format!("--shard {}", other.word())))
        }
        _ => Ok(()),
    }
}

/// The shard whose ledger this is.
pub(super) fn of_ledger(ledger: &Ledger) -> Option<Shard> {
    Shard::of_ledger(ledger.id())
}
