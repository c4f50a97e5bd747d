//! Approvals are valid for one manifest; a binding to a ledger is permanent.

use super::*;
use jiff::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_515_600_000 + second).unwrap()
}

#[test]
fn approvals_are_kept_in_order_and_name_manifest_and_number() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    assert_eq!((outbox.approvals().unwrap(), outbox.approved().unwrap()), (vec![], Approved::No));
    let first = outbox.approve(" Rosa \"R.\" Mora ", at(0)).unwrap();
    let second = outbox.approve("Ines Öz", at(1)).unwrap();
    let expected = Approval { by: "Rosa \"R.\" Mora".into(), at: at(0), manifest: outbox.digest.clone(), letters: 3 };
    assert_eq!(first, expected);
    assert_eq!(Outbox::open(&dir).unwrap().approvals().unwrap(), [first.clone(), second.clone()]);
    assert_eq!(outbox.approve("Ines Öz", at(2)).unwrap(), second, "recorded already");
    assert_eq!(outbox.approved().unwrap(), Approved::By(vec![first, second]));
    assert_eq!(names(&dir), ["approval.toml", "letters", "manifest.csv"]);
}

#[test]
fn an_approval_of_another_manifest_is_invalid() {
    let (_desk, dir) = desk();
    outbox(&dir).approve("Rosa Mora", at(0)).unwrap();
    let path = dir.join("manifest.csv");
    let text = fs::read_to_string(&path).unwrap().replace("to-3@", "to-4@");
    fs::write(&path, text).unwrap();
    assert_eq!(Outbox::open(&dir).unwrap().approved().unwrap(), Approved::Undone);
}

#[test]
fn an_outbox_that_replaces_an_approved_one_is_not_approved() {
    let (_desk, dir) = desk();
    outbox(&dir).approve("Rosa Mora", at(0)).unwrap();
    let replaced = written(&dir).commit(Replace::Existing).unwrap();
    assert_eq!(replaced.approved().unwrap(), Approved::No);
}

#[test]
fn a_manifest_that_was_not_opened_cannot_be_approved() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    let path = dir.join("manifest.csv");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("to-3@", "to-4@")).unwrap();
    assert!(matches!(outbox.approve("Rosa Mora", at(0)), Err(OutboxError::Changed(_))));
    for nobody in ["", "  ", "two\nlines"] {
        assert!(matches!(outbox.approve(nobody, at(0)), Err(OutboxError::Text { .. })));
    }
    assert_eq!(names(&dir), ["letters", "manifest.csv"]);
}

#[test]
fn a_damaged_approval_is_neither_trusted_nor_overwritten() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    let path = dir.join("approval.toml");
    outbox.approve("Rosa Mora", at(0)).unwrap();
    let good = fs::read_to_string(&path).unwrap();
    for bad in [
        &good[..good.len() / 2],
        &good.replace("by", "from"),
        &good.replace("Z\n", "\n"),
        &good.replace("letters = 3", "letters = -3"),
        &format!("{good}until = 2018\n"),
    ] {
        fs::write(&path, bad).unwrap();
        assert!(matches!(outbox.approved(), Err(OutboxError::Damaged { .. })), "{bad}");
        assert!(outbox.approve("Ines Öz", at(1)).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), bad);
    }
    fs::write(&path, good.replace("letters = 3", "letters = 2")).unwrap();
    assert_eq!(outbox.approved().unwrap(), Approved::Undone);
}

#[test]
fn an_outbox_is_bound_to_one_ledger_permanently() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    assert_eq!(outbox.ledger_id().unwrap(), None);
    outbox.bind_ledger("ledger-1").unwrap();
    outbox.bind_ledger("ledger-1").unwrap();
    let refused = outbox.bind_ledger("ledger-2");
    assert!(matches!(refused, Err(OutboxError::OtherLedger { bound, .. }) if bound == "ledger-1"));
    assert_eq!(Outbox::open(&dir).unwrap().ledger_id().unwrap().as_deref(), Some("ledger-1"));
}

#[test]
fn a_replacement_can_be_bound_before_it_is_in_place() {
    let (_desk, dir) = desk();
    outbox(&dir).bind_ledger("ledger-1").unwrap();
    let mut writer = written(&dir);
    writer.bind_ledger("ledger-1").unwrap();
    assert_eq!(writer.commit(Replace::Existing).unwrap().ledger_id().unwrap().as_deref(), Some("ledger-1"));
}
