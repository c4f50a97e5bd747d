//! Joining the ledgers of shards: nothing is lost, and an interruption at any point leaves nothing that can be sent twice.

use super::*;

fn shard(number: u32) -> Shard {
    Shard::new(number, 2).unwrap()
}

/// The ids of this many letters of a shard.
fn ids(number: u32, letters: usize) -> Vec<String> {
    (0..).map(|n| format!("r{n}")).filter(|id| shard(number).has(id)).take(letters).collect()
}

/// A folder with two shards: in each, one letter was accepted, one deferred and one is pending again.
fn shards() -> (TempDir, LedgerPlace, Vec<LedgerPlace>) {
    let desk = tempfile::tempdir().unwrap();
    let whole = here(desk.path());
    let parts: Vec<LedgerPlace> = [1, 2].map(|number| whole.clone().of_shard(shard(number))).into();
    for (number, part) in (1..).zip(&parts) {
        let _lock = part.lock().unwrap();
        let mut ledger = part.create("random", at(0)).unwrap();
        let ids = ids(number, 3);
        let claims: Vec<_> = (1..).zip(&ids).map(|(number, id)| claim_of(id, number)).collect();
        ledger.claim(&claims, &RUN, at(1)).unwrap();
        for (id, code) in ids.iter().zip([250, 450]) {
            ledger.began(id, "relay.example", at(2)).unwrap();
            let answer = Answer { stage: Stage::Dot, code: Some(code), text: format!("{id} {code}") };
            let reply = if code == 250 { Reply::Accepted(answer) } else { Reply::Deferred(answer) };
            ledger.record(id, &reply, at(3)).unwrap();
        }
        ledger.release(&[&ids[2]], at(4)).unwrap();
        ledger.record_subjects(&[(ids[0].clone(), format!("Subject {number}"))]).unwrap();
    }
    (desk, whole, parts)
}

fn claim_of(id: &str, number: u32) -> Claim<'_> {
    Claim { id, number, digest: "sha256:1", message_id: "<1@a.example>", to: "a@b.example" }
}

#[track_caller]
fn assert_joined(ledger: &Ledger, whole: &LedgerPlace, parts: &[LedgerPlace]) {
    assert!(ledger.is_at_home().unwrap());
    assert_eq!(ledger.entries(&State::ALL).count(), 6);
    for number in [1, 2] {
        let ids = ids(number, 3);
        let entry = ledger.entry(&ids[0]).unwrap().unwrap();
        assert_eq!((entry.state, entry.attempts), (State::Accepted, 1));
        assert_eq!(entry.answer.unwrap().text, format!("{} 250", ids[0]), "each has its own answer");
        assert_eq!(ledger.entry(&ids[1]).unwrap().unwrap().answer.unwrap().code, Some(450));
        assert_eq!(ledger.entry(&ids[2]).unwrap().unwrap().state, State::Pending);
        assert_eq!(ledger.subject_of(&ids[0]).unwrap().unwrap(), format!("Subject {number}"));
        assert_eq!(ledger.sent_at(&ids[0]).unwrap(), Some(at(3)));
    }
    for part in parts {
        assert!(matches!(part.open(), Err(LedgerError::Moved { .. })), "a shard is over");
    }
    assert!(matches!(whole.join(parts, at(9)), Err(LedgerError::Exists { .. })), "once");
}

#[test]
fn everything_of_the_shards_is_in_the_joined_ledger() {
    let (_desk, whole, parts) = shards();
    let mut ledger = whole.join(&parts, at(5)).unwrap();
    assert_joined(&ledger, &whole, &parts);
    let ids = ids(1, 3);
    ledger.claim(&[claim_of(&ids[2], 3)], &RUN, at(6)).unwrap();
    assert!(ledger.claim(&[claim_of(&ids[0], 1)], &RUN, at(6)).is_err(), "it was accepted");
}

#[test]
fn an_interrupted_join_is_refused_and_completed_when_it_is_done_again() {
    for left in 0..=2 {
        let (_desk, whole, parts) = shards();
        let mut open: Vec<_> =
            parts.iter().map(|part| SqliteLedger::open(&part.records(), CAMPAIGN).unwrap()).collect();
        let all: Vec<&SqliteLedger> = open.iter().collect();
        SqliteLedger::create_joined(&whole.records(), CAMPAIGN, "joined", &all, at(5)).unwrap();
        let name = whole.dir().canonicalize().unwrap().display().to_string();
        open.iter_mut().take(left).for_each(|part| part.leave(&name, at(5)).unwrap());
        drop(open);

        assert!(matches!(whole.open(), Err(LedgerError::HalfJoined { .. })));
        assert_eq!(parts.iter().filter(|part| part.open().is_err()).count(), left);
        for (before, part) in parts.iter().enumerate() {
            assert_eq!(part.open_to_join(&whole, at(6)).unwrap().1, before < left);
        }
        assert_joined(&whole.join(&parts, at(7)).unwrap(), &whole, &parts);
    }
}

#[test]
fn a_shards_ledger_is_read_as_no_other() {
    let (_desk, whole, parts) = shards();
    let [one, two] = [&parts[0], &parts[1]].map(|part| files::ledger_in(&part.records()));
    std::fs::copy(one, &two).unwrap();
    assert!(matches!(parts[1].open(), Err(LedgerError::Damaged { .. })));
    std::fs::copy(&two, files::ledger_in(&whole.records())).unwrap();
    assert!(matches!(whole.open(), Err(LedgerError::Damaged { .. })));
}

#[test]
fn shards_are_at_work_together_and_with_nothing_else() {
    let (desk, _, parts) = shards();
    let one = parts[0].lock().unwrap();
    let other = parts[1].lock().unwrap();
    assert!(matches!(parts[0].lock(), Err(LedgerError::Busy { pid: Some(_) })));
    assert!(matches!(Lock::take(desk.path()), Err(LedgerError::Busy { pid: None })), "no one of them is named");
    drop((one, other));
    let all = Lock::take(desk.path()).unwrap();
    assert!(matches!(parts[0].lock(), Err(LedgerError::Busy { pid: Some(_) })));
    drop(all);
    parts[0].lock().unwrap();
}
