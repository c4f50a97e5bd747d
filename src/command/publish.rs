//! `publish`: writes the campaign's page, and those of its sibling campaigns, as a site of static pages.
//!
//! All or nothing. It must never publish before an embargo ends, or a page that the leak gate has not searched.

use super::clock::format_moment;
use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use super::{campaign, ledger};
use crate::campaign::{Campaign, NoRecord};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::spans;
use crate::language::ENGLISH;
use crate::ledger::{Ledger, State};
use crate::paper;
use crate::people::count::Count;
use crate::site::{self, Frame, PageKind, SiteError};
use jiff::Timestamp;
use std::path::{Component, Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter publish site                 write the campaign's page into site/
  openletter publish site --with press    and the page of the campaign in press/
  openletter publish site --record        and, once sent, who was written to
  openletter publish site --draft         before the embargo ends, with a banner")]
pub(super) struct Args {
    /// Folder of the site; created if missing, else replaced if it is a site
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Also publish the page of the campaign in this folder
    #[arg(long, value_name = "CAMPAIGN", num_args = 1..)]
    with: Vec<PathBuf>,
    /// Also publish the record: who was written to, when, and what came back
    #[arg(long)]
    record: bool,
    /// Leave out letter.pdf, which a program with the feature `pdf` writes
    #[arg(long)]
    no_pdf: bool,
    /// Address at which the site will be, for search engines and programs that show a link
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,
    /// Publish at any time, with a banner on each page; search engines are asked to ignore it
    #[arg(long)]
    draft: bool,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let mut campaigns = vec![campaign::open(dir, output)?];
    for folder in &args.with {
        campaigns.push(campaign::open(folder, output)?);
    }
    campaigns.sort_by_key(Campaign::page_kind);
    let mut kinds: Vec<PageKind> = campaigns.iter().map(Campaign::page_kind).collect();
    if let Some(twice) = kinds.windows(2).find(|two| two[0] == two[1]) {
        let what = format!("two of these campaigns would be {}", twice[0].file());
        return Err(Failure::msg(Exit::Usage, what).help("publish them into folders of their own"));
    }
    if !args.draft {
        campaigns.iter().try_for_each(|campaign| after_embargo(campaign, Timestamp::now()))?;
    }
    let ledger = if args.record { Some(ledger_of_letter(&campaigns)?) } else { None };
    kinds.extend(ledger.as_ref().map(|_| PageKind::Record));
    let mut tally = Tally::default();
    let files = files(args, &campaigns, &kinds, ledger.as_ref(), &mut tally)?;
    output.findings(&tally)?;
    if tally.errors > 0 {
        return Err(Failure::reported(tally.exit()));
    }
    let contents: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, &**content)).collect();
    site::write(&args.folder, &contents)?;
    let names: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    let folder = args.folder.display().to_string();
    let separator = if folder.ends_with('/') { "" } else { std::path::MAIN_SEPARATOR_STR };
    output.note(&format!("Wrote {} into {folder}{separator}.", ENGLISH.list(&names)))?;
    Ok(Exit::Done)
}

/// The files of the site, with their names; adds to the tally what is wrong with them.
fn files(
    args: &Args,
    campaigns: &[Campaign],
    kinds: &[PageKind],
    ledger: Option<&Ledger>,
    tally: &mut Tally,
) -> Result<Vec<(&'static str, Vec<u8>)>, Failure> {
    let (mut files, mut counted) = (Vec::new(), Vec::new());
    for campaign in campaigns {
        let here = |finding| in_its_folder(finding, campaign, args);
        let mut letters = campaign.letters();
        // How many letters there would be does not matter to a page.
        let findings = letters.take_findings().into_iter().filter(|finding| finding.code != Code::TooManyLetters);
        let findings: Vec<Finding> = findings.map(here).collect();
        let is_wrong = findings.iter().any(Finding::is_error);
        tally.add(findings);
        if is_wrong {
            continue;
        }
        let (publication, findings) = match letters.publication() {
            Ok(made) => made,
            Err(wrong) => {
                tally.add(wrong.into_iter().map(here));
                continue;
            }
        };
        tally.add(findings.into_iter().map(here));
        let ledger = ledger.filter(|_| campaign.page_kind() == PageKind::Letter);
        let record = match ledger.map(|ledger| letters.record_page(ledger)).transpose() {
            Ok(record) => record,
            Err(NoRecord::Ledger(error)) => return Err(error.into()),
            Err(NoRecord::Findings(wrong)) => {
                tally.add(wrong.into_iter().map(here));
                continue;
            }
        };
        let draft = args.draft.then(|| banner(campaign));
        let is_typeset = paper::IS_BUILT_IN && !args.no_pdf;
        let pdf = match is_typeset.then(|| publication.pdf(draft.as_deref())).transpose() {
            Ok(pdf) => pdf.flatten(),
            Err(wrong) => {
                tally.add(wrong.into_iter().map(here));
                continue;
            }
        };
        let (base_url, draft, has_pdf) = (args.base_url.as_deref(), draft.as_deref(), pdf.is_some());
        let frame = Frame { pages: kinds, base_url, draft, has_pdf };
        for publication in [&publication].into_iter().chain(&record) {
            let page = &publication.page;
            let html = page.html(&frame);
            tally.add(publication.search(&html).into_iter().map(here));
            files.push((page.kind().file(), html.page().into()));
            files.extend(page.plain_text().map(|(file, text)| (file, text.into())));
        }
        files.extend(pdf.map(|pdf| (site::PDF, pdf)));
        let list = campaign.dir().join(&campaign.settings.signatories.file);
        counted.push((campaign.page_kind(), list.canonicalize().unwrap_or(list), letters.roll().count.clone()));
    }
    tally.add(differently_counted(&counted));
    Ok(files)
}

/// The ledger of the letter among these campaigns.
fn ledger_of_letter(campaigns: &[Campaign]) -> Result<Ledger, Failure> {
    let Some(letter) = campaigns.iter().find(|campaign| campaign.page_kind() == PageKind::Letter) else {
        let what =
            "--record needs a campaign with a letter: statements go to journalists, and supporters write themselves";
        return Err(Failure::msg(Exit::Usage, what).help("name the letter's folder with -C or --with"));
    };
    let ledger = ledger::existing(letter)?;
    let was_sent = |ledger: &Ledger| ledger.entries(&[State::Accepted]).next().is_some();
    ledger.filter(was_sent).ok_or_else(|| {
        Failure::msg(Exit::Refused, "no letter was sent from here yet, so nothing is on record")
            .help("publish without --record, or in the folder from which the letters were sent")
    })
}

/// The finding with the folder of a campaign named by `--with`.
fn in_its_folder(mut finding: Finding, campaign: &Campaign, args: &Args) -> Finding {
    if args.with.iter().any(|folder| folder == campaign.dir()) {
        finding.places.iter_mut().for_each(|place| place.file = shortened(&campaign.dir().join(&place.file)));
    }
    finding
}

/// A path without a folder that the next `..` leaves, so that a shared list has one name.
fn shortened(path: &Path) -> String {
    let mut short = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir if matches!(short.components().next_back(), Some(Component::Normal(_))) => {
                short.pop();
            }
            Component::CurDir => {}
            component => short.push(component),
        }
    }
    short.display().to_string()
}

/// Warns of two campaigns that count the same list differently.
fn differently_counted(counted: &[(PageKind, PathBuf, Count)]) -> Vec<Finding> {
    let pairs = counted.windows(2).filter(|two| two[0].1 == two[1].1 && two[0].2.total != two[1].2.total);
    let finding = |two: &[(PageKind, PathBuf, Count)]| {
        let (one, other) = (&two[0], &two[1]);
        let what = spans![
            other.0.file(),
            " counts ",
            other.2.total,
            " signatories, and ",
            one.0.file(),
            " ",
            one.2.total,
            " of the same list"
        ];
        let help = "make [signatories], [categories] and [privacy] the same in both campaigns";
        Finding::new(Code::NumberWrong, what).help(help)
    };
    pairs.map(finding).collect()
}

/// Refuses before the embargo ends.
fn after_embargo(campaign: &Campaign, now: Timestamp) -> Result<(), Failure> {
    match campaign.settings.embargo.as_ref().filter(|until| now < until.timestamp()) {
        Some(until) => {
            let what = format!("{} is under embargo until {}", campaign.page_kind().file(), format_moment(until));
            let help = "run it again then; `--draft` makes pages with a banner at any time";
            Err(Failure::msg(Exit::Refused, what).help(help))
        }
        None => Ok(()),
    }
}

/// The text at the top of a draft.
fn banner(campaign: &Campaign) -> String {
    let words = &campaign.settings.language.page;
    let embargo = campaign.settings.embargo.as_ref().map(words.embargoed);
    [Some(words.draft.to_owned()), embargo].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The address of a site, with a slash at its end.
fn base_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/%[]@!$'()*+,;=".contains(c);
    if rest.is_empty() || rest.starts_with('/') || !rest.chars().all(is_plain) {
        return Err("write the address of a folder, such as https://www.example.org/letter/".to_owned());
    }
    Ok(format!("{}/", text.trim_end_matches('/')))
}

impl From<SiteError> for Failure {
    fn from(error: SiteError) -> Failure {
        match error {
            SiteError::NotASite { .. } => {
                Failure::new(Exit::Refused, error).help("name a new folder, which `publish` creates")
            }
            SiteError::Io { .. } => Failure::new(Exit::Disk, error),
        }
    }
}
