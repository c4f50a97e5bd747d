//! Decides which row counts where somebody signed several times, as many do in a petition.
//!
//! Rows are by the same signatory if they have the same address, or the same name and postcode. The last of them counts,
//! whatever it says: an earlier row must never show somebody who now wants to be withheld. Nor may a later one show somebody
//! who has withdrawn, unless they signed again after that.

use super::{ConsentAnswer, Signatory};
use crate::people::signature::{Face, Policy, Signature, fold};
use std::collections::HashMap;

/// What other rows by the same signatory mean for one.
#[derive(Clone, Default)]
pub(super) struct Others {
    /// A later row, which counts instead.
    pub(super) later: Option<Later>,
    /// Whether they withdrew by an earlier row, and did not sign after that.
    pub(super) has_withdrawn: bool,
}

/// A later row by the same signatory.
#[derive(Clone)]
pub(super) struct Later {
    /// What it shows, if it has the same name as the earlier row.
    pub(super) shown: Option<Box<Signature>>,
}

/// What rows by the same signatory have in common.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Address(String),
    NameAndPostcode(String, String),
}

/// Marks all rows but the last by each signatory, if they count once. The last is the latest by `signed_at`, or else by
/// `consent_at`; rows without a date are before the others, and in the order of the list.
pub(crate) fn settle_repeated(signatories: &mut [Signatory], policy: &Policy) {
    if !policy.once {
        return;
    }
    let mut order: Vec<usize> = (0..signatories.len()).collect();
    order.sort_by_key(|at| signatories[*at].signed_at.or(signatories[*at].consent_at));
    let mut last: HashMap<Key, usize> = HashMap::new();
    let mut earlier = Vec::new();
    for at in order {
        for key in keys(&signatories[at]) {
            earlier.extend(last.insert(key, at).filter(|before| *before != at).map(|before| (before, at)));
        }
    }
    for &(before, at) in &earlier {
        let (one, other) = (&signatories[before], &signatories[at]);
        let withdrew = one.others.has_withdrawn || one.withdrawn_at.is_some() || one.answer == ConsentAnswer::Withdrawn;
        let signed_after = one.withdrawn_at.is_some_and(|when| other.signed_at.is_some_and(|signed| signed > when));
        signatories[at].others.has_withdrawn |= withdrew && !signed_after;
    }
    // The last link of each chain first, so that every row gets what the row that counts shows.
    for (before, at) in earlier.into_iter().rev() {
        let shown = match &signatories[at].others.later {
            Some(later) => later.shown.clone(),
            None => match signatories[at].signature(policy) {
                Face::Named(signature) => Some(Box::new(signature)),
                Face::Withheld { .. } => None,
            },
        };
        let has_same_name = fold(&signatories[before].name) == fold(&signatories[at].name);
        signatories[before].others.later = Some(Later { shown: shown.filter(|_| has_same_name) });
    }
}

fn keys(signatory: &Signatory) -> Vec<Key> {
    let plain = |text: &str| fold(text).split_whitespace().collect::<String>();
    let addresses = signatory.addresses().map(|address| Key::Address(address.to_lowercase()));
    let (name, postcode) = (fold(&signatory.name), plain(&signatory.postcode));
    let by_name = (!name.is_empty() && !postcode.is_empty()).then_some(Key::NameAndPostcode(name, postcode));
    addresses.chain(by_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::signatory::tests::read;
    use crate::people::signatory::{Reason, Standing};

    const PETITION: fn() -> Policy = || Policy { once: true, ..Policy::default() };

    /// A row: name, address, postcode and date of signing, and further cells.
    type Cells = ([&'static str; 4], &'static [(&'static str, &'static str)]);

    /// Whether each row of a petition signs.
    fn standings(rows: &[Cells]) -> Vec<Standing> {
        let read = |([name, email, postcode, signed_at], more): &Cells| {
            let cells = [("name", *name), ("email", *email), ("postcode", *postcode), ("signed_at", *signed_at)];
            let has_consent = more.iter().any(|(column, _)| *column == "consent");
            let consent = (!has_consent).then_some(("consent", "given"));
            read(&cells.into_iter().chain(consent).chain(more.iter().copied()).collect::<Vec<_>>())
        };
        let mut signatories: Vec<Signatory> = rows.iter().map(read).collect();
        settle_repeated(&mut signatories, &PETITION());
        signatories.iter().map(|signatory| signatory.signs(&PETITION())).collect()
    }

    /// Which rows are left out because of a later one.
    fn left_out(rows: &[[&'static str; 4]]) -> Vec<usize> {
        let standings = standings(&rows.iter().map(|row| (*row, &[][..])).collect::<Vec<_>>());
        (0..rows.len()).filter(|at| standings[*at] == Standing::LeftOut(Reason::SignedAgain)).collect()
    }

    #[test]
    fn the_last_row_with_an_address_or_a_name_and_postcode_counts() {
        let (ana, bea) = ("ana@example.org", "bea@example.org");
        assert_eq!(left_out(&[["Ana", ana, "", ""], ["Bea", bea, "", ""]]), [] as [usize; 0]);
        assert_eq!(left_out(&[["Ana", ana, "", ""], ["Ana Lima", "ANA@example.org", "", ""]]), [0]);
        assert_eq!(left_out(&[["Ana", ana, "", "2018-01-05"], ["Ana", ana, "", "2018-01-04"]]), [1]);
        assert_eq!(left_out(&[["Ana Lima", "", "EC1A 1BB", ""], ["ana  lima", "", "ec1a1bb", ""]]), [0]);
        assert_eq!(left_out(&[["Ana Lima", "", "EC1A 1BB", ""], ["Ana Lima", "", "", ""]]), [] as [usize; 0]);
        assert_eq!(left_out(&[["Ana Lima", "", "10001", ""], ["Ana Lima", "", "10002", ""]]), [] as [usize; 0]);
        let chain = [["Ana", ana, "1", ""], ["Ana", bea, "1", ""], ["Ana", bea, "2", ""]];
        assert_eq!(left_out(&chain), [0, 1]);
    }

    #[test]
    fn who_withdrew_does_not_sign_by_another_row_unless_they_signed_again() {
        let row = |date| ["Ana Lima", "ana@example.org", "", date];
        let withdrawn = Standing::LeftOut(Reason::Withdrawn);
        let last = |first: Cells, second| standings(&[first, (row(second), &[])])[1];
        assert_eq!(last((row(""), &[("consent", "withdrawn")]), ""), withdrawn);
        assert_eq!(last((row("2018-01-02"), &[("consent", "withdrawn")]), "2018-01-09"), withdrawn);
        assert_eq!(last((row("2018-01-02"), &[("withdrawn_at", "2018-01-05")]), "2018-01-04"), withdrawn);
        assert_eq!(last((row("2018-01-02"), &[("withdrawn_at", "2018-01-05")]), "2018-01-09"), Standing::Signs);
        let chain = standings(&[
            (["Ana", "ana@example.org", "1", ""], &[("consent", "withdrawn")]),
            (["Ana", "other@example.org", "1", ""], &[]),
            (["Ana", "other@example.org", "2", ""], &[]),
        ]);
        assert_eq!(chain[2], withdrawn);
    }
}
