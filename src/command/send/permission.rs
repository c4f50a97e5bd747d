//! Whether the letters may go: unchanged, within the embargo's window, and approved by a person.

use super::Args;
use super::summary::{Chosen, Going};
use crate::campaign::{Campaign, Relay};
use crate::command::approver;
use crate::command::clock::local;
use crate::command::exit::{Exit, Failure};
use crate::command::init;
use crate::command::output::Output;
use crate::command::rerender::Rerendered;
use crate::command::{ledger, outbox, sources};
use crate::ledger::Ledger;
use crate::outbox::{Approved, Outbox};
use crate::relay::{Tls, is_this_machine};
use crate::terminal;
use crate::terminal::Answer;
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
    output: &Output,
) -> Result<(), Failure> {
    let wrong = outbox::discrepancies(outbox)?;
    if !wrong.is_empty() {
        let what = format!("the outbox is not what was written:\n  {}", wrong.join("\n  "));
        return Err(
            Failure::said(Exit::Refused, what).help("write it anew with `openletter write --force`, and review it")
        );
    }
    let changed = sources::changed_since(outbox, campaign)?;
    if changed.is_empty() {
        return Ok(());
    }
    let list = changed.join("\n  ");
    if as_written {
        return output.say(&format!("Going on with the letters as they were written, although:\n  {list}"));
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

/// Refuses a campaign that is still a sample: its letter, or an address of those that are never anybody's. A relay on
/// this machine may have it, to try things out; without TLS no other is ever called.
pub(super) fn sample(campaign: &Campaign, relay: &Relay, outbox: &Outbox) -> Result<(), Failure> {
    if relay.tls == Tls::None || is_this_machine(&relay.host) {
        return Ok(());
    }
    let refuse = |what: String, help: &str| Err(Failure::said(Exit::Refused, what).help(help));
    for template in campaign.templates() {
        if template.text.split_whitespace().collect::<Vec<_>>().join(" ").contains(init::SAMPLE) {
            let what = format!("{} still holds the sample text that `openletter init` wrote", template.file);
            return refuse(what, "write your letter in its place, then `openletter write --force`");
        }
    }
    let sender = &campaign.settings.sender;
    for address in [&sender.from.email, &sender.return_path] {
        if is_reserved(address.domain()) {
            let what = format!("the sender's address {address} is a sample: its domain can be nobody's");
            return refuse(what, "put yours into [letter] in campaign.toml, then `openletter write --force`");
        }
    }
    for entry in outbox.letters()? {
        let entry = entry?;
        if [&entry.envelope.from, &entry.envelope.to].iter().any(|address| is_reserved(address.domain())) {
            let what = format!("letter {} is for a sample address: its domain can be nobody's", entry.number);
            return refuse(what, "take sample rows out of the recipient list, then `openletter write --force`");
        }
    }
    let settings = &campaign.settings;
    let names = [Some(&settings.title), Some(&settings.organisation), sender.from.name.as_ref()];
    if let Some(name) = names.into_iter().flatten().find(|name| init::SAMPLE_NAMES.contains(&name.as_str())) {
        let what = format!("\"{name}\" in campaign.toml is what `openletter init` wrote");
        return refuse(what, "put yours in its place, then `openletter write --force`");
    }
    Ok(())
}

/// Whether a domain is one of those that documents and tests may use, and nobody can have (RFC 2606 §2, §3, RFC 6761 §6).
fn is_reserved(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let reserved = ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"];
    reserved.iter().any(|name| domain.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Warns when the Date header is far from now.
pub(super) fn date(campaign: &Campaign, now: Timestamp, output: &Output) -> Result<(), Failure> {
    let date = campaign.letter_date();
    if date.duration_until(now).abs() > FAR {
        output.say(&format!(
            "The letters are dated {}, which is far from now: mail programs sort them there.",
            local(date)
        ))?;
    }
    Ok(())
}

/// Refuses an outbox of another campaign: its letters may have gone out from there.
pub(super) fn is_ours(campaign: &Campaign, outbox: &Outbox) -> Result<(), Failure> {
    if outbox::is_of(campaign, outbox)? {
        return Ok(());
    }
    Err(Failure::said(Exit::Refused, "the outbox holds the letters of another campaign").help(
        "is the id in campaign.toml right? A new campaign has a folder of its own; where nothing was sent from here \
             yet, `openletter write --force` will do",
    ))
}

/// Refuses to write to somebody twice, and to somebody else not at all, because an id or an address has changed since.
pub(super) fn nobody_twice(ledger: &Ledger, outbox: &Outbox) -> Result<(), Failure> {
    let strangers = ledger::strangers(ledger, outbox)?;
    if strangers.is_empty() {
        return Ok(());
    }
    let what = format!("ids or addresses have changed since letters went out:\n  {}", strangers.join("\n  "));
    Err(Failure::said(Exit::Refused, what)
        .help("give each recipient the id they had; write to a new address under a new id"))
}

/// Once more, right before the first connection: the question may have stood on the terminal for hours, and in them the
/// window can have closed, and an approval have been taken back.
pub(super) fn still(campaign: &Campaign, outbox: &Outbox, now: Timestamp) -> Result<(), Failure> {
    embargo(campaign, now)?;
    is_on_file(&outbox.approved()?)
}

fn is_on_file(approved: &Approved) -> Result<(), Failure> {
    let what = match approved {
        Approved::By(_) => return Ok(()),
        Approved::No => "nobody has approved these letters",
        Approved::Undone => "what was approved is not this outbox: it was written anew since",
    };
    Err(Failure::said(Exit::Refused, what).help("review them, then `openletter approve --by \"Your Name\"`"))
}

/// An approval on file, or the answer of a person who has been shown what is about to happen.
pub(super) fn approval(
    args: &Args,
    only: Option<&BTreeSet<String>>,
    campaign: &Campaign,
    outbox: &Outbox,
    output: &Output,
) -> Result<(), Failure> {
    let approved = outbox.approved()?;
    if args.yes || !output.can_ask() {
        return is_on_file(&approved);
    }
    let ledger = ledger::of_outbox(campaign, outbox)?;
    let going = Going::count(&Chosen { only, limit: args.limit }, ledger.as_ref(), outbox)?;
    if going.letters == 0 {
        return Ok(());
    }
    let mut err = io::stderr().lock();
    for (name, value) in going.summary(&approved, campaign, outbox)? {
        output.err.name(&mut err, name, 15, &value)?;
    }
    let answer = terminal::confirm("Send?", &mut io::stdin().lock(), &mut err)?;
    drop(err);
    match answer {
        Answer::No => Err(Failure::said(Exit::Refused, "not sent: the answer was not yes")),
        Answer::Yes if matches!(approved, Approved::By(_)) => Ok(()),
        Answer::Yes => {
            let rerendered = match args.as_written {
                true => None,
                false => Some(Rerendered::compare(campaign, outbox)?),
            };
            if let Some(forged) = rerendered.as_ref().map(|made| &made.forged).filter(|forged| !forged.is_empty()) {
                let what = format!("the outbox is not what was written:\n  {}", forged.join("\n  "));
                return Err(Failure::said(Exit::Refused, what)
                    .help("write it anew with `openletter write --force`, and review it"));
            }
            // An approval without a name would be nobody's.
            let by = approver::ask(output)?;
            match &rerendered {
                Some(made) => approver::search(&by, made.letters.roll_call(), output)?,
                None => approver::search(&by, &campaign.roll_call(), output)?,
            }
            outbox.approve(&by, Timestamp::now())?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn reserved_domains_are_told_from_those_that_can_be_somebodys() {
        for domain in ["company.example", "EXAMPLE.org", "mail.example.com.", "a.test", "localhost", "x.invalid"] {
            assert!(is_reserved(domain), "{domain}");
        }
        for domain in ["myexample.org", "example.de", "example.org.uk", "contest", "latest.org", ""] {
            assert!(!is_reserved(domain), "{domain}");
        }
    }
}
