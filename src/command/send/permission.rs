//! Checks whether the letters may be sent: unchanged, not a sample, within the embargo, and approved by a person.
//!
//! Each function returns an error or does nothing. Together they must refuse whatever must not be sent.

use super::Args;
use super::summary::{Selection, SendPlan};
use crate::campaign::{Campaign, Mode, Relay, Relays};
use crate::command::approver;
use crate::command::clock::format_moment;
use crate::command::exit::{Exit, Failure};
use crate::command::init;
use crate::command::outbox::refuse_changed;
use crate::command::output::Output;
use crate::command::rerender::Rerendered;
use crate::command::{ledger, outbox, shards, sources};
use crate::ledger::Ledger;
use crate::message::parse::{Reading, all_text};
use crate::outbox::{Approved, Outbox};
use crate::relay::{Tls, is_this_machine};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io;

/// Refuses an outbox that has changed, or whose lists or templates have.
pub(super) fn is_as_written(
    as_written: bool,
    campaign: &Campaign,
    outbox: &Outbox,
    output: &Output,
) -> Result<(), Failure> {
    refuse_changed(&outbox::discrepancies(outbox)?)?;
    let mut changed = sources::changed_since(outbox, campaign)?;
    if changed.is_empty() && !sources::is_private_source_known(outbox, campaign)? {
        changed = Rerendered::compare(campaign, outbox)?.differing;
    }
    if changed.is_empty() {
        return Ok(());
    }
    let list = changed.join("\n  ");
    if as_written {
        all_still_consent(campaign, outbox)?;
        return output.say(&format!("Using the letters as they were written, although:\n  {list}"));
    }
    Err(Failure::msg(Exit::Refused, format!("since the outbox was written:\n  {list}"))
        .help("write it again with `openletter write --force`, or send these letters with --as-written"))
}

/// Refuses letters that name somebody who no longer consents: `--as-written` is for other changes.
fn all_still_consent(campaign: &Campaign, outbox: &Outbox) -> Result<(), Failure> {
    let signatories = campaign.signatory_list();
    let (mut named, mut writers, cleared) = (0, BTreeSet::new(), signatories.cleared_now());
    for entry in outbox.letters()? {
        let entry = entry?;
        let bytes = outbox.read(&entry)?;
        if campaign.settings.mode == Mode::Individual {
            let writer = outbox::writer(&entry.id);
            if !writers.contains(writer) && !cleared.has(writer, &bytes) {
                writers.insert(writer.to_owned());
            }
            continue;
        }
        named = named.max(signatories.count_left_out_in(&all_text(&bytes)));
    }
    let what = match (named, writers.len()) {
        (0, 0) => return Ok(()),
        (0, 1) => "1 supporter no longer consents to what a letter in their name says".to_owned(),
        (0, many) => format!("{many} supporters no longer consent to what letters in their names say"),
        (1, _) => "1 signatory named in these letters no longer consents".to_owned(),
        (many, _) => format!("{many} signatories named in these letters no longer consent"),
    };
    Err(Failure::msg(Exit::Refused, what)
        .help("write the letters again with `openletter write --force`, and review them"))
}

/// Refuses before `not_before` and after `not_after`.
pub(super) fn embargo(campaign: &Campaign, now: Timestamp) -> Result<(), Failure> {
    let settings = &campaign.settings;
    if let Some(from) = settings.not_before.as_ref().filter(|from| now < from.timestamp()) {
        return Err(Failure::msg(
            Exit::Refused,
            format!("the letters are under embargo until {}", format_moment(from)),
        )
        .help("run it again then, or leave it waiting with --wait; `--to-me` and `rehearse` work earlier"));
    }
    if let Some(until) = settings.not_after.as_ref().filter(|until| now > until.timestamp()) {
        return Err(Failure::msg(Exit::Refused, format!("the letters could be sent until {}", format_moment(until)))
            .help("to send them later, change not_after in campaign.toml"));
    }
    Ok(())
}

/// Refuses a campaign that is still a sample: it has the sample text, or an address in a reserved domain. Relays on this
/// machine may get it, for trials; without TLS no other is used.
pub(super) fn sample(campaign: &Campaign, relays: &Relays, outbox: &Outbox) -> Result<(), Failure> {
    let is_here = |relay: &Relay| relay.tls == Tls::None || is_this_machine(&relay.host);
    if relays.all.iter().all(is_here) {
        return Ok(());
    }
    let refuse = |what: String, help: &str| Err(Failure::msg(Exit::Refused, what).help(help));
    for template in campaign.templates() {
        if template.text.split_whitespace().collect::<Vec<_>>().join(" ").contains(init::SAMPLE) {
            let what = format!("{} still contains the sample text that `openletter init` wrote", template.file);
            return refuse(what, "replace it with your letter, then run `openletter write --force`");
        }
    }
    let sender = &campaign.settings.sender;
    for address in [&sender.from.email, &sender.return_path] {
        if is_reserved(address.domain()) {
            let what = format!("the sender's address {address} is in a domain reserved for examples (RFC 2606)");
            return refuse(what, "change [letter] in campaign.toml, then run `openletter write --force`");
        }
    }
    for entry in outbox.letters()? {
        let entry = entry?;
        if [&entry.envelope.from, &entry.envelope.to].iter().any(|address| is_reserved(address.domain())) {
            let what =
                format!("letter {} is for an address in a domain reserved for examples (RFC 2606)", entry.number);
            return refuse(what, "remove sample rows from the recipient list, then run `openletter write --force`");
        }
    }
    let settings = &campaign.settings;
    let names = [Some(&settings.title), Some(&settings.organisation), sender.from.name.as_ref()];
    if let Some(name) = names.into_iter().flatten().find(|name| init::SAMPLE_NAMES.contains(&name.as_str())) {
        let what = format!("\"{name}\" in campaign.toml is sample text that `openletter init` wrote");
        return refuse(what, "replace it, then run `openletter write --force`");
    }
    // Every joint letter prints the same roll, and every letter of a supporter the same name.
    let mut last = None;
    for entry in outbox.letters()? {
        let entry = entry?;
        let writer = if settings.mode == Mode::Individual { outbox::writer(&entry.id) } else { "" };
        if last.as_deref() == Some(writer) {
            continue;
        }
        last = Some(writer.to_owned());
        let text = Reading::of(&outbox.read(&entry)?).text;
        if let Some(name) = init::SAMPLE_SIGNATORIES.iter().find(|name| text.contains(**name)) {
            let what =
                format!("the letters are signed by \"{name}\", from the sample list that `openletter init` wrote");
            return refuse(what, "remove sample rows from the signatory list, then run `openletter write --force`");
        }
    }
    Ok(())
}

/// Whether a domain is reserved for documents and tests (RFC 2606 §2, §3, RFC 6761 §6).
fn is_reserved(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let reserved = ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"];
    reserved.iter().any(|name| domain.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Refuses an outbox of another campaign: its letters may have been sent from there.
pub(super) fn belongs_to_campaign(campaign: &Campaign, outbox: &Outbox) -> Result<(), Failure> {
    if outbox::is_of(campaign, outbox)? {
        return Ok(());
    }
    Err(Failure::msg(Exit::Refused, "the outbox contains letters of another campaign").help(
        "check the id in campaign.toml. A new campaign needs its own folder; if nothing was sent from this one yet, \
             run `openletter write --force`",
    ))
}

/// Refuses a ledger that may lack letters that were sent: a copy, unless `--moved` says that it is the only one now, and one
/// without some claims of the outbox.
pub(in crate::command) fn knows_all(moved: bool, ledger: &Ledger, outbox: &Outbox) -> Result<(), Failure> {
    let shard = shards::flag(shards::of_ledger(ledger));
    if !moved && !ledger.is_at_home()? && ledger.is_shared() {
        let what = "the database was restored, or another server took over: it may lack letters that were sent";
        return Err(Failure::msg(Exit::Refused, what).help(
            "look in the relay's log, and drop the letters that were sent and are pending here, with `openletter settle ID \
             --drop`; then run `openletter send --moved`",
        ));
    }
    if !moved && !ledger.is_at_home()? {
        let what = "the ledger is a copy or a restored backup: letters may also be sent from the original";
        return Err(Failure::msg(Exit::Refused, what).help(format!(
            "if no other copy of this folder will be used to send, run `openletter send{shard} --moved`"
        )));
    }
    let missing = ledger::missing_claims(ledger, outbox)?;
    let mut ids = ledger.claimed_elsewhere()?;
    ids.extend(missing.into_iter().map(|claim| claim.id));
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let mut what = format!(
        "letters may have been sent from another copy of this folder, or since its ledger was backed up:\n  {}",
        ids.join("\n  ")
    );
    // They need the same decision, so both are named at once.
    let others = ledger::unsettled(ledger)?.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<_>>();
    if !others.is_empty() {
        what += &format!("\nthe outcome of others is not known either:\n  {}", others.join("\n  "));
    }
    Err(Failure::msg(Exit::Refused, what)
        .help(format!("look for them in the relay's log, then record what happened with `openletter settle{shard}`")))
}

/// Refuses if an id or an address has changed, since one person would get two letters and another none.
pub(super) fn no_changed_recipients(campaign: &Campaign, ledger: &Ledger, outbox: &Outbox) -> Result<(), Failure> {
    let changed_recipients = ledger::changed_recipients(campaign.settings.mode, ledger, outbox)?;
    if changed_recipients.is_empty() {
        return Ok(());
    }
    let what = format!("ids or addresses have changed since letters were sent:\n  {}", changed_recipients.join("\n  "));
    Err(Failure::msg(Exit::Refused, what)
        .help("give each recipient the id they had before; use a new id for a new address"))
}

/// Checks again right before the first connection: the question may have waited for hours, and the embargo may have ended
/// or an approval been removed meanwhile.
pub(super) fn check_again(campaign: &Campaign, outbox: &Outbox, now: Timestamp) -> Result<(), Failure> {
    embargo(campaign, now)?;
    is_approved(&outbox.approved()?)
}

fn is_approved(approved: &Approved) -> Result<(), Failure> {
    let what = match approved {
        Approved::By(_) => return Ok(()),
        Approved::No => "nobody has approved these letters",
        Approved::Undone => "the outbox was written again since it was approved",
    };
    Err(Failure::msg(Exit::Refused, what).help("review them, then `openletter approve --by \"Your Name\"`"))
}

/// Requires a recorded approval, or the consent of a person who was shown what is about to be sent.
pub(super) fn approval(
    args: &Args,
    chosen: &Selection,
    campaign: &Campaign,
    outbox: &Outbox,
    output: &Output,
) -> Result<(), Failure> {
    let approved = outbox.approved()?;
    if args.yes || !output.can_ask() {
        if let Some(pairing) = outbox::pairing(campaign, outbox)? {
            output.note(&format!("{pairing}."))?;
        }
        return is_approved(&approved);
    }
    let ledger = ledger::of_outbox(campaign, outbox, chosen.shard)?;
    let plan = SendPlan::count(chosen, ledger.as_ref(), outbox)?;
    if plan.letters == 0 {
        return Ok(());
    }
    let rerendered = match args.as_written {
        true => None,
        false => Some(Rerendered::compare(campaign, outbox)?),
    };
    refuse_changed(rerendered.as_ref().map_or(&[], |rerendered| &rerendered.differing))?;
    for (name, value) in plan.summary(chosen, &approved, campaign, outbox, rerendered.as_ref())? {
        output.err.name(&mut io::stderr(), name, 15, &value)?;
    }
    output.confirm("Send?", "not sent")?;
    if matches!(approved, Approved::By(_)) {
        return Ok(());
    }
    // An approval needs a name, so that others can ask that person about it.
    let by = approver::ask(output)?;
    match &rerendered {
        Some(rerendered) => approver::search(&by, rerendered.letters.signatory_list(), output)?,
        None => approver::search(&by, &campaign.signatory_list(), output)?,
    }
    outbox.approve(&by, Timestamp::now())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn reserved_domains_are_recognised() {
        for domain in ["company.example", "EXAMPLE.org", "mail.example.com.", "a.test", "localhost", "x.invalid"] {
            assert!(is_reserved(domain), "{domain}");
        }
        for domain in ["myexample.org", "example.de", "example.org.uk", "contest", "latest.org", ""] {
            assert!(!is_reserved(domain), "{domain}");
        }
    }
}
