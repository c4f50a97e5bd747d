//! Writes the numbers of the press sheet as sentences, each true without the others and with its units.
//!
//! Every sentence must pass the number check of [`super::claims`]. No sentence may state a number of withheld names that is
//! so small that it identifies a person, or a number from which such a one can be calculated.

use super::{Breakdown, SenderIs, Sheet};
use crate::people::count::Figures;
use crate::people::signature::Policy;
use crate::text::pluralize::numbered;
use jiff::civil::Date;

/// Returns all sentences, the most important first.
pub(super) fn all(sheet: &Sheet, policy: &Policy) -> Vec<String> {
    let total = sheet.all.signatories.total;
    if total == 0 {
        let nobody = match sheet.unverified {
            0 => format!("As of {}, nobody has signed the letter.", written(sheet.as_of)),
            _ => format!("As of {}, no signature is verified.", written(sheet.as_of)),
        };
        return std::iter::once(nobody).chain(unverified(sheet)).collect();
    }
    let mut sentences = vec![whole(sheet, policy), sender(sheet)];
    sentences.extend(sheet.categories.iter().filter_map(|line| category(line, total, policy)));
    sentences.extend(names(sheet, policy));
    sentences.extend(unverified(sheet));
    sentences
}

/// "As of January 11, 2018, 3 further signatures are not verified, and not counted here."
fn unverified(sheet: &Sheet) -> Option<String> {
    let further = numbered(sheet.unverified as u64, "further signature");
    let are = if sheet.unverified == 1 { "is" } else { "are" };
    (sheet.unverified > 0)
        .then(|| format!("As of {}, {further} {are} not verified, and not counted here.", written(sheet.as_of)))
}

/// "As of January 11, 2018, the letter is signed by 56 signatories: …": this sentence is complete without the others.
fn whole(sheet: &Sheet, policy: &Policy) -> String {
    let all = &sheet.all;
    let mut sentence = format!(
        "As of {}, the letter is signed by {}: {}",
        written(sheet.as_of),
        signatories(all.signatories.total),
        kinds(all, |figures| figures.total),
    );
    for line in &sheet.categories {
        let Some(name) = line.category.as_deref().filter(|name| policy.protects(name)) else { continue };
        let Figures { total, withheld, .. } = line.signatories;
        let withheld = if states_withheld(sheet, line, policy) { withheld } else { 0 };
        let among = match total {
            1 => format!("; {} is among them", policy.categories.numbered(1, name)),
            _ => format!("; {total} of them are {}", policy.categories.predicate(name)),
        };
        sentence.push_str(&among);
        sentence.push_str(&match withheld {
            0 => String::new(),
            1 if total == 1 => ", whose name is withheld".to_owned(),
            1 => ", of whom 1 withholds their name".to_owned(),
            _ if withheld == total => ", all of whom withhold their names".to_owned(),
            _ => format!(", of whom {withheld} withhold their names"),
        });
    }
    sentence + "."
}

/// Whether the first sentence states how many withhold their names in a category.
fn states_withheld(sheet: &Sheet, line: &Breakdown, policy: &Policy) -> bool {
    line.category.as_deref().is_some_and(|name| policy.protects(name)) && !sheet.is_small(line.signatories.withheld)
}

/// Whether a small number of withheld names could be calculated from the total, and the first sentence or the larger groups
/// of the letter.
fn reveals_small(sheet: &Sheet, policy: &Policy, of: impl Fn(&Breakdown) -> usize) -> bool {
    let stated = sheet.categories.iter().filter(|line| states_withheld(sheet, line, policy)).map(&of);
    let small = sheet.categories.iter().map(&of).filter(|withheld| sheet.is_small(*withheld));
    let all = of(&sheet.all);
    [all, all - stated.sum::<usize>(), small.sum()].into_iter().any(|left| sheet.is_small(left))
}

/// States whether the sender is one of the signatories.
fn sender(sheet: &Sheet) -> String {
    let (sender, total) = (&sheet.sender, sheet.all.signatories.total);
    let organisation = &sender.organisation;
    match (sender.is, total) {
        (SenderIs::Among, 1) => format!("{organisation} is itself the 1 signatory."),
        (SenderIs::Among, _) => {
            let others = numbered(sender.others as u64, "other signatory");
            format!("{organisation} is itself one of the {total} signatories: it signs together with {others}.")
        }
        (SenderIs::Apart, 1) => format!("{organisation} sends the letter and is not its signatory."),
        (SenderIs::Apart, _) => {
            format!("{organisation} sends the letter and is not one of the {total} signatories.")
        }
    }
}

/// "21 of the 56 signatories are survivors: 21 people."
fn category(line: &Breakdown, total: usize, policy: &Policy) -> Option<String> {
    let name = line.category.as_deref().filter(|name| !name.is_empty())?;
    let of = line.signatories.total;
    let are = match of {
        1 => format!("is in the category “{name}”"),
        _ => format!("are {}", policy.categories.predicate(name)),
    };
    Some(format!("{} {are}: {}.", share(of, total), kinds(line, |figures| figures.total)))
}

/// States how many are named and how many are not, unless that reveals a small number; by kind only if that reveals none.
fn names(sheet: &Sheet, policy: &Policy) -> Vec<String> {
    let all = &sheet.all;
    let Figures { total, named, withheld, others } = all.signatories;
    if reveals_small(sheet, policy, |line| line.signatories.withheld) {
        return Vec::new();
    }
    let states_kinds = !reveals_small(sheet, policy, |line| line.persons.withheld)
        && !reveals_small(sheet, policy, |line| line.organisations.withheld);
    let sentence = |how: &str, of: usize, by_kind: fn(&Figures) -> usize| {
        let is = if of == 1 { "is" } else { "are" };
        let kinds = if states_kinds { format!(": {}", kinds(all, by_kind)) } else { String::new() };
        (of > 0).then(|| format!("{} {is} {how}{kinds}.", share(of, total)))
    };
    [
        sentence("named in the letter", named, |of| of.named),
        sentence("counted without being named", withheld, |of| of.withheld),
        sentence("counted and not named, for lack of space", others, |of| of.others),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// "21 of the 56 signatories", "All 56 signatories", "Both signatories", "The 1 signatory".
fn share(of: usize, total: usize) -> String {
    match (of, total) {
        (1, 1) => "The 1 signatory".to_owned(),
        (2, 2) => "Both signatories".to_owned(),
        _ if of == total => format!("All {total} signatories"),
        _ => format!("{of} of the {total} signatories"),
    }
}

/// "44 people and 12 organisations", without a kind that does not occur.
fn kinds(line: &Breakdown, of: impl Fn(&Figures) -> usize) -> String {
    let kinds = [(of(&line.persons), "person"), (of(&line.organisations), "organisation")];
    let kinds: Vec<String> =
        kinds.into_iter().filter(|(n, _)| *n > 0).map(|(n, unit)| numbered(n as u64, unit)).collect();
    kinds.join(" and ")
}

fn signatories(n: usize) -> String {
    numbered(n as u64, "signatory")
}

/// Formats a date as the letter does: "January 11, 2018".
pub fn written(date: Date) -> String {
    date.strftime("%B %-d, %Y").to_string()
}
