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
pub(super) struct OtherRows {
    /// A later row, which counts instead.
    pub(super) later: Option<Later>,
    /// Whether they withdrew by an earlier row, and did not sign after that.
    pub(super) have_withdrawn: bool,
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
    for rows in groups(signatories) {
        let Some((&last, earlier)) = rows.split_last().filter(|(_, earlier)| !earlier.is_empty()) else { continue };
        let signed = signatories[last].signed_at;
        let has_withdrawn = earlier.iter().map(|at| &signatories[*at]).any(|one| {
            let withdrew = one.withdrawn_at.is_some() || one.answer == ConsentAnswer::Withdrawn;
            withdrew && one.withdrawn_at.is_none_or(|when| signed.is_none_or(|signed| signed <= when))
        });
        signatories[last].other_rows.have_withdrawn = has_withdrawn;
        let shown = match signatories[last].signature(policy) {
            Face::Named(signature) => Some(Box::new(signature)),
            Face::Withheld { .. } => None,
        };
        let name = fold(&signatories[last].name);
        for &at in earlier {
            let has_same_name = fold(&signatories[at].name) == name;
            signatories[at].other_rows.later = Some(Later { shown: shown.clone().filter(|_| has_same_name) });
        }
    }
}

/// The rows of each signatory, by their indexes, from the first to the last.
fn groups(signatories: &[Signatory]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let mut leaders: Vec<usize> = (0..signatories.len()).collect();
    let mut first: HashMap<Key, usize> = HashMap::new();
    for (at, signatory) in signatories.iter().enumerate() {
        for key in keys(signatory) {
            let other = *first.entry(key).or_insert(at);
            let (one, other) = (leader(&mut leaders, at), leader(&mut leaders, other));
            leaders[one] = other;
        }
    }
    let mut order: Vec<usize> = (0..signatories.len()).collect();
    order.sort_by_key(|at| signatories[*at].signed_at.or(signatories[*at].consent_at));
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for at in order {
        groups.entry(leader(&mut leaders, at)).or_default().push(at);
    }
    groups.into_values()
}

/// Returns the row that represents the group of a row.
fn leader(leaders: &mut [usize], mut at: usize) -> usize {
    while leaders[at] != at {
        leaders[at] = leaders[leaders[at]];
        at = leaders[at];
    }
    at
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
        // The first row has the address of the last, and the name and postcode of the second.
        let through_first = [["Ana", ana, "1", ""], ["Ana", bea, "1", ""], ["Ana", ana, "2", ""]];
        assert_eq!(left_out(&through_first), [0, 1]);
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
        let again = standings(&[
            (row("2018-01-02"), &[("withdrawn_at", "2018-01-05")]),
            (row("2018-01-04"), &[]),
            (row("2018-01-09"), &[]),
        ]);
        assert_eq!(again[2], Standing::Signs);
        let chain = standings(&[
            (["Ana", "ana@example.org", "1", ""], &[("consent", "withdrawn")]),
            (["Ana", "other@example.org", "1", ""], &[]),
            (["Ana", "other@example.org", "2", ""], &[]),
        ]);
        assert_eq!(chain[2], withdrawn);
    }
}
