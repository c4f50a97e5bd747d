//! Each legal and each illegal move, one by one.

use super::*;

/// A letter's situation: its state, and whether its data has begun.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Current {
    NotSeen,
    Pending,
    Offered,
    Begun,
    Accepted,
    Deferred,
    Rejected,
    Unknown,
    Dropped,
}

const LETTER: &str = "okafor";

type Act = fn(&mut Ledger) -> Result<(), LedgerError>;

/// What can be done to a letter.
const ACTS: [(&str, Act); 10] = [
    ("claim", |ledger| ledger.claim(&[claim(LETTER)], &RUN, at(9)).map(|_| ())),
    ("began", |ledger| ledger.began(LETTER, RELAY, at(9))),
    ("accepted", |ledger| ledger.record(LETTER, &accepted(), at(9))),
    ("deferred", |ledger| ledger.record(LETTER, &Reply::Deferred(Answer::default()), at(9))),
    ("rejected", |ledger| ledger.record(LETTER, &Reply::Rejected(Answer::default()), at(9))),
    ("unknown", |ledger| ledger.record(LETTER, &Reply::Unknown(Answer::default()), at(9))),
    ("sent", |ledger| ledger.settle(LETTER, Settlement::Sent, "R. Mora", at(9))),
    ("resend", |ledger| ledger.settle(LETTER, Settlement::Resend, "R. Mora", at(9))),
    ("release", |ledger| ledger.release(&[LETTER], at(9))),
    ("drop", |ledger| ledger.settle(LETTER, Settlement::Drop, "R. Mora", at(9))),
];

/// Where each act leads from each situation; `None` where it is refused.
const TABLE: [(Current, [Option<Current>; 10]); 9] = {
    use Current::*;
    const NO: Option<Current> = None;
    [
        (NotSeen, [Some(Offered), NO, NO, NO, NO, NO, NO, NO, NO, NO]),
        (Pending, [Some(Offered), NO, NO, NO, NO, NO, NO, NO, NO, Some(Dropped)]),
        (
            Offered,
            [NO, Some(Begun), Some(Accepted), Some(Deferred), Some(Rejected), Some(Unknown), NO, NO, Some(Pending), NO],
        ),
        (Begun, [NO, NO, Some(Accepted), Some(Deferred), Some(Rejected), Some(Unknown), NO, NO, NO, NO]),
        (Accepted, [NO; 10]),
        (Deferred, [Some(Offered), NO, NO, NO, NO, NO, NO, NO, NO, Some(Dropped)]),
        (Rejected, [NO, NO, NO, NO, NO, NO, NO, Some(Pending), NO, Some(Dropped)]),
        (Unknown, [NO, NO, NO, NO, NO, NO, Some(Accepted), Some(Pending), NO, Some(Dropped)]),
        (Dropped, [NO; 10]),
    ]
};

fn current(ledger: &Ledger) -> Current {
    match state(ledger, LETTER) {
        None => Current::NotSeen,
        Some(State::Pending) => Current::Pending,
        Some(State::Offered) if ledger.history(LETTER).unwrap().pop().unwrap().what == Move::Began => Current::Begun,
        Some(State::Offered) => Current::Offered,
        Some(State::Accepted) => Current::Accepted,
        Some(State::Deferred) => Current::Deferred,
        Some(State::Rejected) => Current::Rejected,
        Some(State::Unknown) => Current::Unknown,
        Some(State::Dropped) => Current::Dropped,
    }
}

/// Brings the letter into a situation by legal moves only.
fn bring(ledger: &mut Ledger, to: Current) {
    let acts: &[&str] = match to {
        Current::NotSeen => &[],
        Current::Pending => &["claim", "unknown", "resend"],
        Current::Offered => &["claim"],
        Current::Begun => &["claim", "began"],
        Current::Accepted => &["claim", "began", "accepted"],
        Current::Deferred => &["claim", "deferred"],
        Current::Rejected => &["claim", "rejected"],
        Current::Unknown => &["claim", "began", "unknown"],
        Current::Dropped => &["claim", "deferred", "drop"],
    };
    for name in acts {
        ACTS.iter().find(|(act, _)| act == name).unwrap().1(ledger).unwrap();
    }
    assert_eq!(current(ledger), to);
}

#[test]
fn every_act_in_every_situation_leads_where_the_table_says_or_changes_nothing() {
    for (from, row) in TABLE {
        for ((name, act), to) in ACTS.iter().zip(row) {
            let (_desk, mut ledger) = desk();
            bring(&mut ledger, from);
            let before = (ledger.entry(LETTER).unwrap(), ledger.history(LETTER).unwrap());
            match (act(&mut ledger), to) {
                (Ok(()), Some(to)) => {
                    assert_eq!(current(&ledger), to, "{name} from {from:?}");
                    assert_eq!(ledger.history(LETTER).unwrap().len(), before.1.len() + 1);
                    assert_eq!(ledger.entry(LETTER).unwrap().unwrap().at, at(9));
                }
                (Err(LedgerError::Illegal { .. } | LedgerError::NotSeen { .. }), None) => {
                    assert_eq!((ledger.entry(LETTER).unwrap(), ledger.history(LETTER).unwrap()), before);
                }
                (result, to) => panic!("{name} from {from:?}: {result:?}, not {to:?}"),
            }
        }
    }
}

#[test]
fn a_refusal_names_the_letter_its_state_and_the_move() {
    let (_desk, mut ledger) = desk();
    bring(&mut ledger, Current::Accepted);
    let error = ledger.claim(&[claim(LETTER)], &RUN, at(9)).unwrap_err();
    let why = if is_shared() { ": somebody else changed it meanwhile" } else { " and cannot be claimed" };
    assert_eq!(error.to_string(), format!("letter \"okafor\" is accepted{why}"));
}

#[test]
fn one_letter_that_cannot_be_claimed_leaves_the_whole_window_unclaimed() {
    let (_desk, mut ledger) = desk();
    bring(&mut ledger, Current::Unknown);
    assert!(ledger.claim(&[claim("first"), claim(LETTER), claim("last")], &RUN, at(9)).is_err());
    assert_eq!((state(&ledger, "first"), state(&ledger, "last")), (None, None));
    assert!(ledger.claim(&[claim("twin"), claim("twin")], &RUN, at(9)).is_err());
    assert_eq!(state(&ledger, "twin"), None);
}

#[test]
fn letters_that_are_looked_up_together_come_in_their_order_and_strangers_as_none() {
    let (_desk, mut ledger) = desk();
    ledger.claim(&[claim("a"), claim("b"), claim("c")], &RUN, at(1)).unwrap();
    ledger.record("b", &accepted(), at(2)).unwrap();
    let found = ledger.entries_of(&["c", "nobody", "b"]).unwrap();
    assert_eq!(found, [ledger.entry("c").unwrap(), None, ledger.entry("b").unwrap()]);
    assert!(found[0].is_some() && found[2].is_some());
}

#[test]
fn one_letter_that_cannot_be_released_leaves_the_whole_window_claimed() {
    let (_desk, mut ledger) = desk();
    bring(&mut ledger, Current::Begun);
    ledger.claim(&[claim("first")], &RUN, at(8)).unwrap();
    assert!(ledger.release(&["first", LETTER], at(9)).is_err());
    assert_eq!(state(&ledger, "first"), Some(State::Offered));
    ledger.release(&["first"], at(9)).unwrap();
    let entry = ledger.entry("first").unwrap().unwrap();
    assert_eq!((entry.state, entry.attempts), (State::Pending, 0), "a claim that was given up is no attempt");
}

#[test]
fn recovery_follows_the_mark_and_the_boot() {
    use Current::*;
    // In a database the lease decides, and not the boot of one of its machines.
    let offered_before = if is_shared() { Pending } else { Unknown };
    for (from, boot, to) in [
        (Offered, "boot-1", Pending),
        (Offered, "boot-2", offered_before),
        (Begun, "boot-1", Unknown),
        (Begun, "boot-2", Unknown),
        (NotSeen, "boot-2", NotSeen),
        (Pending, "boot-2", Pending),
        (Accepted, "boot-2", Accepted),
        (Deferred, "boot-2", Deferred),
        (Rejected, "boot-2", Rejected),
        (Unknown, "boot-1", Unknown),
    ] {
        let (_desk, mut ledger) = desk();
        bring(&mut ledger, from);
        end_leases(&mut ledger);
        let recovered = ledger.recover(boot, at(9)).unwrap();
        assert_eq!(current(&ledger), to, "{from:?} in {boot}");
        assert_eq!(recovered.released, u64::from(from != to && to == Pending));
        assert_eq!(recovered.unknown, if from != to && to == Unknown { vec![LETTER] } else { vec![] });
        assert_eq!(ledger.recover(boot, at(10)).unwrap(), Recovered::default(), "a second recovery finds nothing");
    }
}

#[test]
fn a_machine_that_cannot_tell_its_boots_apart_releases_nothing() {
    if is_shared() {
        return;
    }
    let (_desk, mut ledger) = desk();
    ledger.claim(&[claim("a")], &Run { id: "run-1", boot: "" }, at(1)).unwrap();
    assert_eq!(ledger.recover("", at(2)).unwrap(), Recovered { released: 0, unknown: vec!["a".into()] });
}

#[test]
fn a_letter_offered_again_carries_the_new_bytes_and_the_history_both() {
    let (_desk, mut ledger) = desk();
    bring(&mut ledger, Current::Deferred);
    ledger.claim(&[Claim { digest: "sha256:2", number: 7, ..claim(LETTER) }], &RUN, at(9)).unwrap();
    let entry = ledger.entry(LETTER).unwrap().unwrap();
    assert_eq!((entry.digest.as_str(), entry.number, entry.attempts), ("sha256:2", 7, 1));
    let digests: Vec<_> = ledger.history(LETTER).unwrap().into_iter().filter_map(|event| event.digest).collect();
    assert_eq!(digests, ["sha256:1", "sha256:2"]);
}

#[test]
fn attempts_count_offers_that_ended_and_not_released_claims() {
    let (_desk, mut ledger) = desk();
    bring(&mut ledger, Current::Deferred);
    ledger.claim(&[claim(LETTER)], &RUN, at(2)).unwrap();
    end_leases(&mut ledger);
    ledger.recover("boot-1", at(3)).unwrap();
    assert_eq!(ledger.entry(LETTER).unwrap().unwrap().attempts, 1);
    ledger.claim(&[claim(LETTER)], &RUN, at(4)).unwrap();
    ledger.began(LETTER, RELAY, at(4)).unwrap();
    end_leases(&mut ledger);
    ledger.recover("boot-2", at(5)).unwrap();
    let entry = ledger.entry(LETTER).unwrap().unwrap();
    assert_eq!((entry.attempts, entry.answer), (2, None), "the answer to an earlier offer is not that of a lost one");
}

#[test]
fn a_settlement_records_who_decided() {
    let (_desk, mut ledger) = desk();
    bring(&mut ledger, Current::Unknown);
    ledger.settle(LETTER, Settlement::Sent, "R. Mora", at(9)).unwrap();
    let last = ledger.history(LETTER).unwrap().pop().unwrap();
    assert_eq!((last.what, last.by.as_deref(), last.at), (Move::SettledSent, Some("R. Mora"), at(9)));
}

#[test]
fn a_letter_that_was_never_claimed_can_be_dropped_once() {
    let (_desk, mut ledger) = desk();
    ledger.cancel(&claim("a"), "R. Mora", at(2)).unwrap();
    assert_eq!(state(&ledger, "a"), Some(State::Dropped));
    assert!(ledger.claim(&[claim("a")], &RUN, at(3)).is_err());
    assert!(ledger.cancel(&claim("a"), "R. Mora", at(4)).is_err());
    assert_eq!(ledger.history("a").unwrap().len(), 1);
}

#[test]
fn a_rejected_letter_goes_to_a_corrected_address_and_the_history_keeps_both() {
    let (_desk, mut ledger) = desk();
    bring(&mut ledger, Current::Rejected);
    ledger.settle(LETTER, Settlement::Resend, "R. Mora", at(9)).unwrap();
    ledger.claim(&[Claim { to: "chair@northlight.example", ..claim(LETTER) }], &RUN, at(10)).unwrap();
    let addresses: Vec<_> = ledger.history(LETTER).unwrap().into_iter().filter_map(|event| event.to).collect();
    assert_eq!(addresses, ["ceo@northlight.example", "chair@northlight.example"]);
    assert_eq!(ledger.entry(LETTER).unwrap().unwrap().to, "chair@northlight.example");
}
