//! `purge`: reduces a finished campaign's folder to its numbers, its ledger and its public record.
//!
//! What is removed is first moved out of the way as a whole or not at all, and only then deleted. The ledger, the claims file and
//! the keyed record of those who withdrew must always stay: without them somebody could be written to again, or be back.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::record::{self, RecordFormat};
use super::{campaign, ledger};
use crate::campaign::{Campaign, Including};
use crate::ledger::{Ledger, Lock, State};
use crate::private_file::{self, RECORDS};
use crate::terminal;
use crate::text::pluralize::numbered;
use anyhow::Context;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter purge           show what would be removed, and ask
  openletter purge --yes     do not ask")]
pub(super) struct Args {
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

/// Where files wait to be deleted, and the folder of what is written before.
const TRASH: &str = ".purge.partial";
const KEPT: &str = "record";
const RECORD_FILE: &str = "record.json";

/// Files and folders of a campaign, beside its lists.
const REMOVED: [&str; 11] = [
    "outbox/letters",
    "outbox/manifest.csv",
    "outbox/review.html",
    "outbox/approval.toml",
    ".outbox.partial",
    ".outbox.old",
    "templates",
    "attachments",
    "images",
    "fonts",
    "pdf",
];

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let Some(ledger) = ledger::existing(&campaign)? else {
        return Err(Failure::msg(
            Exit::Refused,
            "there is no ledger here: nothing was sent, so there is nothing to keep",
        )
        .help("delete the folder, or restore the ledger from a backup"));
    };
    let _lock = Lock::take(campaign.dir())?;
    ledger::idle(&ledger)?;
    let (found, outside) = to_remove(&campaign)?;
    let was_interrupted = dir.join(TRASH).exists();
    if found.is_empty() && !was_interrupted {
        output.note("Nothing is left to remove.")?;
        return Ok(Exit::Done);
    }
    // After an interrupted run the lists may be gone already; the record was written before.
    let lists = [&campaign.settings.signatories.file, &campaign.settings.recipients.file];
    let kept = match was_interrupted && !lists.iter().all(|list| dir.join(list).exists()) {
        true => Vec::new(),
        false => kept(&campaign, &ledger, output)?,
    };
    if !args.yes {
        if !output.can_ask() {
            return Err(Failure::msg(Exit::Refused, "there is no terminal to ask for confirmation").help("add --yes"));
        }
        output.confirm(&question(&found, &ledger, dir)?, "nothing was removed")?;
    }

    if !kept.is_empty() {
        let folder = dir.join(KEPT);
        private_file::ensure_folder(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for (name, bytes) in &kept {
            private_file::replace(&folder, name, bytes).with_context(|| format!("cannot write {KEPT}/{name}"))?;
        }
    }
    let trash = dir.join(TRASH);
    private_file::ensure_folder(&trash).with_context(|| format!("cannot create {}", trash.display()))?;
    move_all(dir, &found, &trash)?;
    private_file::replace(dir, "campaign.toml", campaign.reduced_settings().as_bytes())
        .context("cannot write campaign.toml; run `openletter purge` again")?;
    fs::remove_dir_all(&trash)
        .with_context(|| format!("cannot delete {}: run `openletter purge` again", trash.display()))?;
    private_file::sync_folder(dir)?;

    let mut out = output.results();
    output.out.say(&mut out, &format!("Removed: {}.", found.join(", ")))?;
    output.out.say(
        &mut out,
        &format!("Kept: the ledger, its claims, the record of withdrawals, {KEPT}/, and campaign.toml without its privacy settings."),
    )?;
    out.flush()?;
    if !outside.is_empty() {
        output.say(&format!("Not removed, because it is outside of this folder: {}.", outside.join(", ")))?;
    }
    match others(dir)? {
        0 => {}
        1 => output.say("1 other file or folder is not part of this campaign and was kept: check it yourself.")?,
        count => output.say(&format!(
            "{count} other files or folders are not part of this campaign and were kept: check them yourself."
        ))?,
    }
    Ok(Exit::Done)
}

/// Refuses a campaign that is over, where its letters or lists are needed.
pub(super) fn refuse_purged(campaign: &Campaign) -> Result<(), Failure> {
    let dir = campaign.dir();
    if dir.join(&campaign.settings.recipients.file).exists() || !dir.join(KEPT).join(RECORD_FILE).exists() {
        return Ok(());
    }
    Err(Failure::msg(Exit::Refused, "this campaign is over: `openletter purge` removed its lists and letters")
        .help(format!("{KEPT}/ has the counts and the record, and the ledger still records who was written to")))
}

/// What is written before anything is removed: the counts and the record, by file name.
fn kept(campaign: &Campaign, ledger: &Ledger, output: &Output) -> Result<Vec<(&'static str, Vec<u8>)>, Failure> {
    let record = record::of(campaign, ledger, Including::default(), output)?;
    let list = campaign.signatory_list();
    let Some(sheet) = list.sheet() else { return Err(output.refuse(list.findings)) };
    let mut counts = Vec::new();
    terminal::json(&mut counts, sheet)?;
    Ok(vec![
        ("counts.json", counts),
        ("record.md", record::rendered(RecordFormat::Markdown, &record)?),
        ("record.csv", record::rendered(RecordFormat::Csv, &record)?),
        (RECORD_FILE, record::rendered(RecordFormat::Json, &record)?),
    ])
}

/// The paths to remove, relative to the campaign's folder, and lists that are outside of it.
fn to_remove(campaign: &Campaign) -> Result<(Vec<String>, Vec<String>), Failure> {
    let (dir, settings) = (campaign.dir(), &campaign.settings);
    let mut paths: Vec<String> = REMOVED.iter().map(|path| (*path).to_owned()).collect();
    let mut outside = Vec::new();
    let lists = [&settings.signatories.file, &settings.recipients.file].into_iter().chain(&settings.allow_file);
    for file in lists {
        let is_inside =
            Path::new(file).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        match is_inside {
            true => {
                let path = Path::new(file);
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                // What a killed run may have left beside the list.
                paths.push(path.with_file_name(format!(".{name}.partial")).to_string_lossy().into_owned());
                paths.push(file.clone());
            }
            false if dir.join(file).exists() => outside.push(file.clone()),
            false => {}
        }
    }
    for entry in fs::read_dir(dir.join(RECORDS))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_import = name.starts_with("import-") || name.starts_with(".import-");
        if is_import || name == "sources.toml" {
            paths.push(format!("{RECORDS}/{name}"));
        }
    }
    paths.retain(|path| fs::symlink_metadata(dir.join(path)).is_ok());
    paths.dedup();
    Ok((paths, outside))
}

/// Moves everything into the trash, or nothing.
fn move_all(dir: &Path, paths: &[String], trash: &Path) -> Result<(), Failure> {
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    for path in paths {
        let (from, mut to) = (dir.join(path), trash.join(path.replace('/', "-")));
        // An interrupted run may have moved one of the same name.
        while fs::symlink_metadata(&to).is_ok() {
            to.as_mut_os_string().push("-");
        }
        if let Err(error) = fs::rename(&from, &to) {
            for (from, to) in moved.iter().rev() {
                fs::rename(to, from).with_context(|| format!("cannot move {} back", from.display()))?;
            }
            let _ = fs::remove_dir(trash);
            let error = anyhow::Error::new(error).context(format!("cannot move {path}; nothing was removed"));
            return Err(Failure::new(Exit::Disk, error));
        }
        moved.push((from, to));
    }
    Ok(())
}

fn question(paths: &[String], ledger: &Ledger, dir: &Path) -> Result<String, Failure> {
    let open = [State::Pending, State::Deferred, State::Unknown, State::Offered];
    let mut letters = Vec::new();
    for entry in ledger.entries(&open) {
        let entry = entry?;
        letters.push(format!("{} ({})", entry.id, entry.state.name()));
    }
    let open = match letters.as_slice() {
        [] => String::new(),
        letters => format!("These letters can no longer be sent: {}.\n", letters.join(", ")),
    };
    let inner = match inner_campaigns(dir)? {
        0 => String::new(),
        count => format!(
            "{} in this folder can no longer be sent if {} its lists.\n",
            numbered(count, "campaign"),
            if count == 1 { "it shares" } else { "they share" }
        ),
    };
    Ok(format!("To remove for good:\n  {}\n{open}{inner}Remove?", paths.join("\n  ")))
}

/// How many folders of this one are campaigns of their own: notices, follow-ups.
fn inner_campaigns(dir: &Path) -> Result<u64, Failure> {
    let mut count = 0;
    for entry in fs::read_dir(dir)? {
        count += u64::from(entry?.path().join("campaign.toml").is_file());
    }
    Ok(count)
}

/// How many files and folders are left that do not belong to the campaign.
fn others(dir: &Path) -> Result<u64, Failure> {
    let known = [RECORDS, KEPT, "outbox", "campaign.toml", ".gitignore"];
    let mut count = 0;
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        count += u64::from(!known.iter().any(|known| name == *known));
    }
    // An outbox that was never sent has no claims.
    match fs::remove_dir(dir.join("outbox")) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => Err(error.into()),
        _ => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_moved_or_nothing_is() {
        let home = tempfile::tempdir().expect("a folder");
        let (dir, trash) = (home.path(), home.path().join(TRASH));
        fs::create_dir(&trash).expect("a folder");
        fs::create_dir(dir.join("templates")).expect("a folder");
        fs::write(dir.join("recipients.csv"), "email\n").expect("a file");
        let paths = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let failure =
            move_all(dir, &paths(&["templates", "recipients.csv", "missing"]), &trash).expect_err("it is missing");
        assert_eq!(failure.exit, Exit::Disk);
        assert!(dir.join("templates").exists() && dir.join("recipients.csv").exists() && !trash.exists());
        fs::create_dir(&trash).expect("a folder");
        move_all(dir, &paths(&["templates", "recipients.csv"]), &trash).expect("moved");
        assert!(!dir.join("templates").exists() && trash.join("recipients.csv").exists());
    }
}
