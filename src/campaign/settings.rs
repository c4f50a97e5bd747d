//! The settings in `campaign.toml`, with defaults for what it leaves out.
//!
//! Reading them must open no other file. They never hold a password, only its source.

mod categories;
mod choices;
mod ledger;
mod pages;
mod petition;
mod relay;

pub use choices::{DateHeader, Mode};
pub(super) use ledger::{SharedLedger, UrlFrom};
pub use pages::PageSettings;
pub use petition::Petition;
pub use relay::{Relay, Relays, SecretFrom};

use super::keys::Table;
use super::toml_source::{FILE, TomlSource, UnreliableKeys};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, file_text, own, quoted, spans};
use crate::language::{self, ENGLISH, Language};
use crate::leak_gate::Allow;
use crate::message::address::address;
use crate::message::compose::Sender;
use crate::people::roll::{GroupBy, OrderBy, RollOrder};
use crate::people::signature::{Consent, Counted, Display, Policy};
use crate::people::supporter::LetterConsent;
use crate::people::values::{expected, local_date};
use crate::roster::ListSettings;
use jiff::ZonedDateTime;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use lettre::Address;
use std::path::Path;

/// The contents of `campaign.toml`.
pub struct Settings {
    /// Stable; part of every letter's identity.
    pub id: String,
    /// The campaign's title.
    pub title: String,
    /// Who writes.
    pub organisation: String,
    /// Whose letters they are.
    pub mode: Mode,
    /// Which edition of the letter it is, from 1.
    pub edition: u32,
    /// The folder of the campaign that this one follows: whoever answered there gets no letter.
    pub follows: Option<String>,
    /// The date printed on the letter.
    pub date: Date,
    /// The language of letters to recipients without one, and of templates that name none.
    pub language: &'static Language,
    /// Where the campaign's hours and days are.
    pub timezone: TimeZone,
    /// Nothing is published before it. In the campaign's zone.
    pub embargo: Option<ZonedDateTime>,
    /// `send` refuses before it. In the zone it was written in.
    pub not_before: Option<ZonedDateTime>,
    /// `send` refuses after it. In the zone it was written in.
    pub not_after: Option<ZonedDateTime>,
    /// The name of the letter's template.
    pub template: String,
    /// From, Reply-To and the envelope sender.
    pub sender: Sender,
    /// What the letters' Date header is when they are sent.
    pub date_header: DateHeader,
    /// How letters are typeset.
    pub pages: PageSettings,
    /// Printed in the letter's cc block.
    pub cc: Vec<String>,
    /// Where a copy of each accepted letter goes.
    pub archive: Option<Address>,
    /// The files below `attachments/` that every letter has.
    pub attach: Vec<String>,
    /// Where they are named.
    pub(super) attach_place: Place,
    /// The largest size that a letter may have, in bytes.
    pub max_size: u64,
    /// How many letters there may be.
    pub max_letters: Option<u32>,
    /// Where that is set.
    pub(super) max_letters_place: Place,
    /// The recipient list.
    pub recipients: ListSettings,
    /// How many rows the recipient list must have.
    pub expected_recipients: Option<u32>,
    /// The domains that recipients may have; empty for any.
    pub domains: Vec<String>,
    /// How many letters a recipient gets a day.
    pub per_day: Option<u32>,
    /// The signatory list.
    pub signatories: ListSettings,
    /// How many rows the signatory list must have.
    pub expected_signatories: Option<u32>,
    /// How the roll is grouped and ordered, and how many names it lists.
    pub order: RollOrder,
    /// What may be printed of each signatory.
    pub policy: Policy,
    /// What is handed over with the letter, if it is a petition's.
    pub petition: Option<Petition>,
    /// Strings that the leak gate allows.
    pub allow: Vec<Allow>,
    /// Passages whose numbers and dates are right as they are.
    pub allowed_claims: Vec<String>,
    /// A file with more entries of `allow`, which is not shared.
    pub allow_file: Option<String>,
    /// The relays, if there are any.
    pub relays: Option<Relays>,
    /// The database that keeps the ledger, if several machines share it.
    pub ledger: Option<SharedLedger>,
}

/// The settings that could be read, and what is wrong in `campaign.toml`.
pub(super) struct Read {
    pub(super) settings: Settings,
    /// If there are any, wrong and missing values have placeholders, which no letter may hold.
    pub(super) findings: Vec<Finding>,
    pub(super) unreliable_keys: UnreliableKeys,
}

/// Reads the text of `campaign.toml`.
///
/// # Errors
/// The text is not TOML.
pub(super) fn read(text: &str) -> Result<Read, Vec<Finding>> {
    let source = TomlSource::new(text);
    let Some(entries) = source.parse() else { return Err(source.into_findings().0) };
    let root = Table::root(&source, &entries);
    let settings = read_tables(&root);
    root.finish();
    let (mut findings, unreliable_keys) = source.into_findings();
    findings.sort();
    Ok(Read { settings, findings, unreliable_keys })
}

fn read_tables(root: &Table) -> Settings {
    let campaign = root.table("campaign");
    let id = campaign.required("id");
    if id.chars().any(|c| c.is_control() || c.is_whitespace()) {
        campaign.reject("id", "[campaign] id has white space in it", "write something like \"not-entertainment-2018\"");
    }
    let title = campaign.required("title");
    let organisation = campaign.required("organisation");
    let modes = [Mode::Joint, Mode::Individual].map(|mode| (mode.name(), mode));
    let mode = campaign.choice("mode", &modes).unwrap_or(Mode::Joint);
    let edition = campaign.number("edition").unwrap_or(1);
    if edition == 0 {
        campaign.reject("edition", "[campaign] edition must be 1 or more", "leave it out for the first one");
    }
    let follows = campaign.text("follows");
    let date = campaign.date("date");
    if date.is_none() && !campaign.has("date") {
        campaign.missing("date", "2018-01-11");
    }
    let timezone = campaign.time_zone("timezone").unwrap_or(TimeZone::UTC);
    let language = language(&campaign);
    let embargo = campaign.instant("embargo").map(|at| at.with_time_zone(timezone.clone()));
    let not_before = campaign.instant("not_before");
    let not_after = campaign.instant("not_after");
    if let (Some(from), Some(until)) = (&not_before, &not_after)
        && until <= from
    {
        campaign.reject("not_after", "not_after must be later than not_before", "correct one of the two");
    }
    campaign.finish();

    let letter = root.table("letter");
    let template = letter.text("template").unwrap_or_else(|| "letter".into());
    let from = letter.required("from");
    let sender = Sender::parse(&from, letter.text("reply_to").as_deref(), letter.text("return_path").as_deref());
    let cc = letter.texts("cc");
    if cc.iter().any(|line| line.contains('@')) {
        let what = "[letter] cc is printed under the letter, and nothing is sent to an address in it";
        letter.reject("cc", what, COPIES);
    }
    letter.refuse_key("bcc", "there is no `bcc`: a letter goes to its recipient only", COPIES);
    let archive = letter.text("archive").and_then(|text| {
        let help = "write the address alone, such as archive = \"archive@example.org\"";
        let read = address(&text);
        if let Err(fault) = &read {
            letter.reject("archive", spans!["the address in [letter] archive ", own(fault.to_string())], help);
        }
        read.ok()
    });
    let (attach, attach_place) = (letter.texts("attach"), letter.place("attach"));
    let max_size = letter.size("max_size").unwrap_or(10_000_000);
    let (max_letters, max_letters_place) = (letter.number("max_letters"), letter.place("max_letters"));
    let date_header = letter.choice("date_header", &[("sent", DateHeader::Sent), ("fixed", DateHeader::Fixed)]);
    let pages = pages::read(&letter);
    let sender = sender.map_err(|faults| {
        if !from.is_empty() {
            faults.into_iter().for_each(|fault| letter.add(fault));
        }
    });
    letter.finish();

    let recipients = root.table("recipients");
    let recipient_list = list(&recipients, "recipients.csv");
    let expected_recipients = recipients.number("expect");
    let domains = recipients.texts("domains");
    let per_day = recipients.number("per_day");
    if per_day == Some(0) {
        recipients.reject("per_day", "[recipients] per_day must be 1 or more", "write per_day = 20, or delete it");
    }
    recipients.finish();

    let signatories = root.table("signatories");
    let signatory_list = list(&signatories, "signatories.csv");
    let expected_signatories = signatories.number("expect");
    let group_by = signatories.choice("group_by", &[("category", GroupBy::Category)]).unwrap_or(GroupBy::Nothing);
    let orders = [
        ("sort_key", OrderBy::SortKey),
        ("name", OrderBy::Name),
        ("signed_at", OrderBy::SignedAt),
        ("file", OrderBy::File),
    ];
    let order_by = signatories.choice("order_by", &orders).unwrap_or(OrderBy::SortKey);
    let max_listed = signatories.number("max_listed").map(|most| most as usize);
    let counted = [("all", Counted::All), ("verified", Counted::Verified)];
    let counted = signatories.choice("count", &counted).unwrap_or_default();
    let consents = LetterConsent::ALL.map(|consent| (consent.column(), consent));
    let letter_consent = signatories.choice("letter_consent", &consents).unwrap_or_default();

    let categories = categories::read(&root.table("categories"));

    let privacy = root.table("privacy");
    let consent = privacy
        .choice("consent", &[("column", Consent::Column), ("on-file", Consent::OnFile)])
        .unwrap_or(Consent::Column);
    let default_display = match privacy.text("default_display") {
        None => Display::Withheld,
        Some(word) => Display::parse(&word).unwrap_or_else(|| {
            privacy.reject(
                "default_display",
                spans!["[privacy] default_display cannot be \"", file_text(word), "\""],
                spans!["expected ", own(expected("display"))],
            );
            Display::Withheld
        }),
    };
    let petition = petition::read(root.table("petition"), mode, &signatories);
    signatories.finish();
    let policy = Policy {
        consent,
        counted,
        default_display,
        protect: categories::protect(&privacy, &categories),
        categories,
        once: petition.is_some(),
        letters: (mode == Mode::Individual).then_some(letter_consent),
        min_group: privacy.number("min_group").unwrap_or(3),
    };
    let allow = privacy.each("allow", |entry| Allow { text: entry.required("text"), reason: entry.required("reason") });
    let allow_file = privacy.text("allow_file");
    privacy.finish();

    let claims = root.table("claims");
    let allowed_claims = claims.texts("allow");
    claims.finish();

    let relays = relay::read(root);

    let ledger_table = root.table("ledger");
    let ledger = if ledger_table.exists() { ledger::read(&ledger_table) } else { None };
    ledger_table.finish();

    let or_placeholder = |text: String| if text.is_empty() { PLACEHOLDER.to_owned() } else { text };
    Settings {
        id: or_placeholder(id),
        title: or_placeholder(title),
        organisation: or_placeholder(organisation),
        mode,
        edition: edition.max(1),
        follows,
        date: date.unwrap_or(Date::constant(2000, 1, 1)),
        language,
        timezone,
        embargo,
        not_before,
        not_after,
        template,
        sender: sender.unwrap_or_else(|()| Sender::placeholder()),
        date_header: date_header.unwrap_or(DateHeader::Sent),
        pages,
        cc,
        archive,
        attach,
        attach_place,
        max_size,
        max_letters,
        max_letters_place,
        recipients: recipient_list,
        expected_recipients,
        domains,
        per_day,
        signatories: signatory_list,
        expected_signatories,
        order: RollOrder { group_by, order_by, max_listed },
        policy,
        petition,
        allow,
        allowed_claims,
        allow_file,
        relays,
        ledger,
    }
}

/// How to get a copy of the letters.
const COPIES: &str =
    "give whoever gets a letter a row in the recipient list; `archive` in [letter] gets a copy of every letter";

/// Replaces a wrong or missing text, so that the rest of the campaign can be checked.
const PLACEHOLDER: &str = "…";

fn list(table: &Table, default: &str) -> ListSettings {
    ListSettings {
        file: table.text("file").unwrap_or_else(|| default.into()),
        encoding: table.text("encoding"),
        columns: table.pairs("columns"),
        values: table.pairs_by_key("values"),
        dates: date_format(table),
    }
}

/// `[campaign] language`.
fn language(campaign: &Table) -> &'static Language {
    let Some(tag) = campaign.text("language") else { return &ENGLISH };
    Language::named(&tag).unwrap_or_else(|| {
        let what = spans!["[campaign] language cannot be ", quoted(&*tag)];
        let near = nearest(&tag, language::ALL.iter().map(|language| language.tag));
        campaign.reject(
            "language",
            what,
            match near {
                Some(near) => spans!["did you mean \"", near, "\"? The languages are ", own(language::tags())],
                None => spans!["the languages are ", own(language::tags())],
            },
        );
        &ENGLISH
    })
}

/// The format of dates; a date written in it must parse as the same date.
fn date_format(table: &Table) -> Option<String> {
    let format = table.text("dates")?;
    let date = date(2018, 12, 31).at(13, 14, 15, 0);
    let written = jiff::fmt::strtime::format(&format, date).ok();
    let read = written.and_then(|text| local_date(&text, &format));
    if read.is_none_or(|read| read.date() != date.date()) {
        let help = "write the list's date format with %d, %m and %Y, such as dates = \"%d/%m/%Y %H:%M:%S\"";
        table.reject("dates", spans![file_text(format!("{format:?}")), " is not a date format"], help);
        return None;
    }
    Some(format)
}

/// The finding for a `campaign.toml` that cannot be read.
pub(super) fn unreadable(cause: &std::io::Error, dir: &Path) -> Finding {
    if cause.kind() != std::io::ErrorKind::NotFound {
        let finding = Finding::new(Code::SettingsFile, spans!["it cannot be read: ", own(cause.to_string())])
            .at(Place::file(FILE));
        return match cause.kind() {
            std::io::ErrorKind::InvalidData => finding.help("save it as UTF-8"),
            _ => finding.help("check that it is a file and that you may read it"),
        };
    }
    let file = if dir == Path::new(".") { FILE.into() } else { dir.join(FILE).display().to_string() };
    let what = match dir {
        dir if dir == Path::new(".") => Spans::from("there is no campaign here"),
        dir if dir.is_dir() => spans!["there is no campaign in ", own(dir.display().to_string())],
        dir => spans!["there is no folder ", own(dir.display().to_string())],
    };
    Finding::new(Code::SettingsFile, what)
        .at(Place::file(file))
        .help("go to the campaign's folder, or name it with -C; `openletter init` creates a campaign")
}
