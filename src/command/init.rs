//! `init`: creates a working campaign to edit, all of it or nothing.
//!
//! It must never overwrite a file, nor create a list that others on the machine can read.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::wording;
use crate::campaign::Campaign;
use crate::private_file;
use crate::text::pluralize::numbered;
use anyhow::{Context, Error};
use jiff::ZonedDateTime;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter init not-for-sale          create a campaign in a new folder
  openletter init                       create one in this folder
  openletter init press --form press    a press statement, beside a letter
  openletter init action --form action  supporters' own letters, beside a letter
  openletter init --form petition       a cover letter with the signatures")]
pub(super) struct Args {
    /// Folder of the new campaign; created if missing
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// What the campaign makes
    #[arg(long, value_name = "FORM", default_value = "letter")]
    form: CampaignForm,
}

/// What a campaign makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum CampaignForm {
    /// One letter, signed by all
    Letter,
    /// Each supporter's own letter to each recipient
    Action,
    /// A statement for the press
    Press,
    /// A cover letter that carries the signatures
    Petition,
}

/// Text of the sample letter that no real letter contains.
pub(super) const SAMPLE: &str = "This is the sample text of a new campaign: write your own in its place.";

/// Values of the sample's settings that no real campaign has.
pub(super) const SAMPLE_NAMES: [&str; 2] = ["Sample title: what the letter asks for", "Sample Organisation"];

/// The signatories of the sample that letters print with their whole names.
pub(super) const SAMPLE_SIGNATORIES: [&str; 2] = ["Ada Sampleton", "Specimen House Shelter"];

const IGNORE: &str = ".gitignore";

const SIGNATORIES: &str = "signatories.csv";

/// The tables about the signatories, where there is no letter to take them from.
const TABLES: &str = include_str!("init/tables.toml");

/// A file and its text, before what differs is filled in.
type Sample = (&'static str, &'static str);

/// What a campaign takes from the letter around it.
struct Shared {
    tables: String,
    /// The signatory list, seen from the campaign's folder.
    list: PathBuf,
}

impl CampaignForm {
    /// Every file. Folders are created as needed.
    fn files(self) -> [Sample; 5] {
        let [settings, recipients, template] = match self {
            CampaignForm::Letter => [
                ("campaign.toml", include_str!("init/campaign.toml")),
                ("recipients.csv", include_str!("init/recipients.csv")),
                ("templates/letter.md.hbs", include_str!("init/letter.md.hbs")),
            ],
            CampaignForm::Action => [
                ("campaign.toml", include_str!("init/action/campaign.toml")),
                ("recipients.csv", include_str!("init/recipients.csv")),
                ("templates/letter.md.hbs", include_str!("init/action/letter.md.hbs")),
            ],
            CampaignForm::Press => [
                ("campaign.toml", include_str!("init/press/campaign.toml")),
                ("recipients.csv", include_str!("init/press/recipients.csv")),
                ("templates/press.md.hbs", include_str!("init/press/press.md.hbs")),
            ],
            CampaignForm::Petition => [
                ("campaign.toml", include_str!("init/petition/campaign.toml")),
                ("recipients.csv", include_str!("init/recipients.csv")),
                ("templates/petition.md.hbs", include_str!("init/petition/petition.md.hbs")),
            ],
        };
        let signatories = match self {
            CampaignForm::Petition => (SIGNATORIES, include_str!("init/petition/signatories.csv")),
            _ => (SIGNATORIES, include_str!("init/signatories.csv")),
        };
        [(IGNORE, include_str!("init/gitignore")), settings, recipients, signatories, template]
    }

    /// The tables about the signatories of the letter in the folder around this one; `None` if there is no letter, or its
    /// settings have errors.
    fn shared_tables(self, folder: &Path) -> Option<Shared> {
        // A petition has other signatories.
        if matches!(self, CampaignForm::Letter | CampaignForm::Petition) {
            return None;
        }
        // A folder that does not exist yet has no `..`.
        let around = match folder.exists() {
            true => folder.join(".."),
            false => {
                folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
            }
        };
        let letter = Campaign::open(&around).ok()?;
        let list = &letter.settings.signatories.file;
        let is_there = around.join(list).is_file();
        is_there.then(|| Shared { tables: letter.shared_tables(), list: Path::new("..").join(list) })
    }
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let folder = match args.folder.as_path() {
        here if here == Path::new(".") => dir.to_owned(),
        other if dir == Path::new(".") => other.to_owned(),
        other => dir.join(other),
    };
    let shared = args.form.shared_tables(&folder);
    let is_needed = |(file, _): &Sample| shared.is_none() || *file != SIGNATORIES;
    let files: Vec<Sample> = args.form.files().into_iter().filter(is_needed).collect();
    let tables = shared.as_ref().map_or(TABLES, |shared| &shared.tables);
    let kept_out = write_all(&folder, &files, tables, &ZonedDateTime::now())?;
    if output.out.is_quiet() {
        return Ok(Exit::Done);
    }
    let program = wording::program(&folder);
    let mut out = output.results();
    writeln!(out, "Created a campaign to edit in {}{}", folder.display(), std::path::MAIN_SEPARATOR)?;
    for (file, _) in files {
        match kept_out {
            Some(0) if file == IGNORE => writeln!(out, "  {file}  (kept: nothing was missing)")?,
            Some(lines) if file == IGNORE => {
                writeln!(out, "  {file}  (kept, with {} added)", numbered(lines as u64, "line"))?
            }
            _ => writeln!(out, "  {file}")?,
        }
    }
    if let Some(shared) = &shared {
        writeln!(out, "The signatories are those in {}.", shared.list.display())?;
    }
    writeln!(out, "Next:")?;
    for (verb, what) in [
        ("check", "find what is wrong or missing"),
        ("preview", "show the letter as recipients will read it"),
        ("write", "write all letters, with a page to review them"),
    ] {
        writeln!(out, "  {program} {verb:<10}{what}")?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// Writes every file, or removes those it has written. An existing `.gitignore` is kept and gets the missing lines, since
/// without them the next commit could publish a list. Returns the number of added lines.
fn write_all(folder: &Path, files: &[Sample], tables: &str, now: &ZonedDateTime) -> Result<Option<usize>, Failure> {
    let filled = [
        ("\r", ""),
        ("%tables%\n", tables),
        ("%date%", &now.date().to_string()),
        ("%timezone%", now.time_zone().iana_name().unwrap_or("UTC")),
        ("%signatories%", SIGNATORIES),
    ];
    if fs::symlink_metadata(folder.join("campaign.toml")).is_ok() {
        let what = format!("campaign.toml already exists in {}", folder.display());
        return Err(Failure::msg(Exit::Refused, what).help(format!(
            "continue with it: `{} check`; or use a new folder: openletter init DIR",
            wording::program(folder)
        )));
    }
    let mut ignore = None;
    for (file, text) in files {
        let path = folder.join(file);
        match fs::symlink_metadata(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound) => {}
            Err(error) => return Err(Failure::new(Exit::Disk, cannot("read", &path, error))),
            Ok(there) if *file == IGNORE && there.is_file() => {
                let yours = fs::read(&path).map_err(|error| cannot("read", &path, error))?;
                ignore = Some(missing_lines(&String::from_utf8_lossy(&yours), text));
            }
            Ok(_) => return Err(exists(&path)),
        }
    }
    let mut created = Created::default();
    created.folders(folder)?;
    for (file, text) in files {
        let path = folder.join(file);
        if *file == IGNORE && ignore.is_some() {
            continue;
        }
        created.folders(path.parent().unwrap_or(folder))?;
        let text = filled.iter().fold((*text).to_owned(), |text, (mark, value)| text.replace(mark, value));
        created.file(&path, &text)?;
    }
    // Last, because it is not undone.
    if let Some((text, _)) = ignore.as_ref().filter(|(_, lines)| *lines > 0) {
        let path = folder.join(IGNORE);
        let added = OpenOptions::new().append(true).open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        added.map_err(|error| cannot("write", &path, error))?;
    }
    created.keep();
    Ok(ignore.map(|(_, lines)| lines))
}

/// What to append to a `.gitignore` so that it ignores all that ours does, and the number of patterns. The last pattern
/// that matches a path decides: a line before one with a `!` may be undone by it, and counts as missing.
fn missing_lines(yours: &str, ours: &str) -> (String, usize) {
    let theirs: Vec<&str> = yours.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    let start = theirs.iter().rposition(|line| line.starts_with('!')).map_or(0, |at| at + 1);
    let has = |line: &str| theirs[start..].contains(&line);
    let lines: Vec<&str> = ours.lines().filter(|line| !line.starts_with('#') && !has(line)).collect();
    let end = if yours.is_empty() || yours.ends_with('\n') { "" } else { "\n" };
    let head = ours.lines().next().unwrap_or_default();
    (format!("{end}{head}\n{}\n", lines.join("\n")), lines.len())
}

fn exists(path: &Path) -> Failure {
    Failure::msg(Exit::Refused, format!("{} already exists, and init never overwrites a file", path.display()))
        .help("move it away, or use a new folder: openletter init DIR")
}

fn cannot(doing: &str, path: &Path, error: io::Error) -> Error {
    Error::new(error).context(format!("cannot {doing} {}", path.display()))
}

/// What was created so far. Dropping it removes everything, last first.
#[derive(Default)]
pub(super) struct Created {
    paths: Vec<PathBuf>,
}

impl Created {
    /// Creates a folder and its missing parents, private to their owner since they will contain lists.
    pub(super) fn folders(&mut self, folder: &Path) -> Result<(), Failure> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.folders(parent)?;
        }
        private_file::create_folder(folder)
            .with_context(|| format!("cannot create the folder {}", folder.display()))?;
        self.paths.push(folder.to_owned());
        Ok(())
    }

    pub(super) fn file(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        let mut file = match private_file::create(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(exists(path)),
            other => other.map_err(|error| cannot("create", path, error))?,
        };
        self.paths.push(path.to_owned());
        file.write_all(text.as_bytes()).map_err(|error| cannot("write", path, error))?;
        Ok(())
    }

    pub(super) fn keep(mut self) {
        self.paths.clear();
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        for path in self.paths.iter().rev() {
            // A folder that now contains something else stays.
            let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_says_that_it_is_one() {
        for form in [CampaignForm::Letter, CampaignForm::Action, CampaignForm::Press, CampaignForm::Petition] {
            let [_, (_, settings), _, (_, signatories), (_, template)] = form.files();
            assert!(SAMPLE_SIGNATORIES.iter().all(|name| signatories.contains(&format!(",{name},"))));
            assert!(SAMPLE_NAMES.iter().all(|name| settings.contains(&format!("= \"{name}\"\n"))));
            assert!(template.split_whitespace().collect::<Vec<_>>().join(" ").contains(SAMPLE));
        }
    }

    #[test]
    fn an_unfinished_campaign_is_removed() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("a/b");
        let mut created = Created::default();
        created.folders(&folder).expect("folders");
        created.file(&folder.join("list.csv"), "name\n").expect("a file");
        drop(created);
        assert!(!home.path().join("a").exists() && home.path().exists());
    }
}
