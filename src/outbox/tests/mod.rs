//! What the outbox promises: letters read back byte for byte, every change noticed, approvals valid for one manifest.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a test runs itself again as another process")]

mod approval;
mod crash;
mod folders;
mod manifest;

use super::*;
use crate::message::{Envelope, Letter};
use tempfile::TempDir;

pub(super) fn desk() -> (TempDir, PathBuf) {
    let desk = tempfile::tempdir().unwrap();
    let dir = desk.path().join("outbox");
    (desk, dir)
}

pub(super) fn letter(number: u32, id: &str) -> Letter {
    Letter {
        number,
        id: id.into(),
        envelope: Envelope {
            from: "bounces@example.org".parse().unwrap(),
            to: format!("to-{number}@northlight.example").parse().unwrap(),
        },
        message_id: format!("<{number}@example.org>"),
        subject: "Not entertainment".into(),
        bytes: format!("Subject: Not entertainment\r\n\r\nDear no. {number},\r\n").into_bytes().into(),
        files: Vec::new(),
    }
}

pub(super) fn sources() -> Vec<Source> {
    vec![Source { file: "recipients.csv".into(), digest: digest::of(b"the list") }]
}

pub(super) fn name(number: u32) -> String {
    format!("{number:05}-to.eml")
}

/// An outbox of three letters, not yet in place.
fn written(dir: &Path) -> Writer {
    let mut writer = Writer::begin(dir, &sources(), Layout::Flat).unwrap();
    for number in 1..=3 {
        writer.add(&letter(number, &format!("id-{number}")), &name(number)).unwrap();
    }
    writer
}

fn outbox(dir: &Path) -> Outbox {
    written(dir).commit(Replace::Refuse).unwrap()
}

/// The names in a folder, sorted.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn entries(outbox: &Outbox) -> Vec<Entry> {
    outbox.letters().unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn letters_read_back_as_they_were_written() {
    let (desk, dir) = desk();
    let committed = outbox(&dir);
    let opened = Outbox::open(&dir).unwrap();
    assert_eq!(committed.digest, opened.digest);
    assert_eq!(opened.digest, digest::of(&fs::read(dir.join("manifest.csv")).unwrap()));
    assert_eq!((opened.len(), opened.sources()), (3, &sources()[..]));
    for (number, entry) in (1..).zip(entries(&opened)) {
        let sent = letter(number, &format!("id-{number}"));
        assert_eq!(opened.read(&entry).unwrap(), sent.bytes.to_vec());
        assert_eq!(fs::read(dir.join("letters").join(name(number))).unwrap(), sent.bytes.to_vec());
        assert_eq!(entry, Entry::of(&sent, &name(number)));
    }
    assert_eq!(opened.verify().unwrap(), []);
    assert_eq!(names(desk.path()), [".openletter", "outbox"]);
}

#[test]
fn the_digest_is_sha_256() {
    let known = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(digest::of(b"abc"), known);
    assert_eq!(digest::of_file(&mut &b"abc"[..]).unwrap(), known);
}

#[test]
fn the_same_letters_give_the_same_manifest() {
    let (_one, first) = desk();
    let (_two, second) = desk();
    assert_eq!(outbox(&first).digest, outbox(&second).digest);
}

#[test]
fn a_missing_outbox_is_not_damaged() {
    let (desk, dir) = desk();
    assert!(matches!(Outbox::open(&dir), Err(OutboxError::NotThere { .. })));
    assert!(names(desk.path()).is_empty());
    fs::create_dir(&dir).unwrap();
    assert!(matches!(Outbox::open(&dir), Err(OutboxError::Damaged { line: None, .. })));
}

#[test]
fn an_outbox_can_be_empty() {
    let (_desk, dir) = desk();
    let outbox = Writer::begin(&dir, &[], Layout::Flat).unwrap().commit(Replace::Refuse).unwrap();
    assert!(outbox.is_empty() && entries(&outbox).is_empty() && outbox.verify().unwrap().is_empty());
}

#[test]
fn every_changed_missing_and_extra_file_is_found() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    let letters = dir.join("letters");
    let mut torn = letter(1, "id-1").bytes.to_vec();
    torn[30] ^= 1;
    fs::write(letters.join(name(1)), torn).unwrap();
    fs::remove_file(letters.join(name(2))).unwrap();
    fs::write(letters.join("00004-to.eml"), "one more").unwrap();
    fs::create_dir(letters.join("drafts")).unwrap();
    fs::write(letters.join(".DS_Store"), "a file manager was here").unwrap();

    let found = |file: &str, what| Discrepancy { file: format!("letters/{file}"), what };
    assert_eq!(
        outbox.verify().unwrap(),
        [
            found(&name(1), DiscrepancyKind::Changed),
            found(&name(2), DiscrepancyKind::Missing),
            found("00004-to.eml", DiscrepancyKind::Extra),
            found("drafts", DiscrepancyKind::Extra),
        ]
    );
    let entries = entries(&outbox);
    assert!(matches!(
        outbox.read(&entries[0]),
        Err(OutboxError::Changed(Discrepancy { what: DiscrepancyKind::Changed, .. }))
    ));
    assert!(matches!(
        outbox.read(&entries[1]),
        Err(OutboxError::Changed(Discrepancy { what: DiscrepancyKind::Missing, .. }))
    ));
    assert!(outbox.read(&entries[2]).is_ok());
}

#[test]
fn a_letter_that_grew_shrank_or_became_a_folder_is_refused() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    let entry = entries(&outbox).remove(0);
    let path = dir.join("letters").join(&entry.file);
    let whole = fs::read(&path).unwrap();
    for bytes in [&whole[..whole.len() - 1], &[&whole[..], b"\n"].concat(), b""] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(outbox.read(&entry), Err(OutboxError::Changed(_))), "{} octets", bytes.len());
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(outbox.read(&entry), Err(OutboxError::Changed(_))));
    fs::remove_dir_all(dir.join("letters")).unwrap();
    assert_eq!(outbox.verify().unwrap().len(), 3);
}

#[test]
fn a_manifest_that_is_kept_yields_the_letters_that_were_opened() {
    let (_desk, dir) = desk();
    let outbox = outbox(&dir);
    let before = entries(&outbox);
    fs::write(dir.join("manifest.csv"), "other").unwrap();
    assert_eq!(entries(&outbox), before);
    assert!(matches!(outbox.approve("Rosa Mora", jiff::Timestamp::UNIX_EPOCH), Err(OutboxError::Changed(_))));
}

#[test]
fn a_long_manifest_that_is_exchanged_after_opening_yields_no_letter() {
    let (_desk, dir) = desk();
    let letters = entries(&outbox(&dir));
    let outbox = Outbox::load(&dir, 0).unwrap();
    assert_eq!(entries(&outbox), letters);
    let (_other, elsewhere) = desk_with_one_letter();
    fs::copy(elsewhere.join("manifest.csv"), dir.join("manifest.csv")).unwrap();
    assert!(matches!(outbox.letters(), Err(OutboxError::Changed(_))));
    assert!(matches!(outbox.verify(), Err(OutboxError::Changed(_))));
}

#[test]
fn a_long_manifest_that_changes_under_the_reader_ends_in_an_error() {
    let (_desk, dir) = desk();
    let path = dir.join("manifest.csv");
    let mut writer = Writer::begin(&dir, &[], Layout::Flat).unwrap();
    for number in 1..=200 {
        writer.add(&letter(number, "same"), &name(number)).unwrap();
    }
    writer.commit(Replace::Refuse).unwrap();
    let outbox = Outbox::load(&dir, 0).unwrap();
    let mut letters = outbox.letters().unwrap();
    letters.next().unwrap().unwrap();
    // In the same file, as an editor that writes in place would; the new row is as well formed as the old one.
    let text = fs::read_to_string(&path).unwrap().replace("to-200@", "to-201@");
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .unwrap();
    assert!(matches!(letters.last(), Some(Err(OutboxError::Changed(_)))));
}

fn desk_with_one_letter() -> (TempDir, PathBuf) {
    let (desk, dir) = desk();
    let mut writer = Writer::begin(&dir, &sources(), Layout::Flat).unwrap();
    writer.add(&letter(9, "id-9"), &name(9)).unwrap();
    writer.commit(Replace::Refuse).unwrap();
    (desk, dir)
}

#[test]
fn a_file_name_is_unique_and_stays_in_the_folder() {
    let (_desk, dir) = desk();
    let mut writer = written(&dir);
    let error = writer.add(&letter(4, "id-4"), &name(1)).unwrap_err();
    assert!(matches!(error, OutboxError::FileTwice { .. }));
    for hostile in ["", ".", "..", ".hidden", "../x.eml", "a/b.eml", "a\\b.eml", "/etc/x", "C:x", "a\0b", "a\nb"] {
        assert!(matches!(writer.add(&letter(4, "id-4"), hostile), Err(OutboxError::Text { .. })), "{hostile:?}");
    }
    let outbox = writer.commit(Replace::Refuse).unwrap();
    assert_eq!((outbox.len(), outbox.verify().unwrap()), (3, vec![]));
}
