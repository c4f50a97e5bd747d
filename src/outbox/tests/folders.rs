//! Many letters are in sub-folders of a thousand, and the same is promised for them.

use super::*;

/// An outbox of letters of these numbers in sub-folders, not yet in place.
fn in_folders(dir: &Path, numbers: &[u32]) -> Writer {
    let mut writer = Writer::begin(dir, &sources(), Layout::Folders).unwrap();
    for number in numbers {
        writer.add(&letter(*number, &format!("id-{number}")), &name(*number)).unwrap();
    }
    writer
}

#[test]
fn letters_in_sub_folders_read_back_as_they_were_written() {
    let (_desk, dir) = desk();
    let numbers = [1, 2, 1000, 1001, 2000, 2001];
    in_folders(&dir, &numbers).commit(Replace::Refuse).unwrap();
    let outbox = Outbox::open(&dir).unwrap();
    let entries = entries(&outbox);
    let files: Vec<_> = entries.iter().map(|entry| &*entry.file).collect();
    let expected = ["0001/00001", "0001/00002", "0001/01000", "0002/01001", "0002/02000", "0003/02001"];
    assert_eq!(files, expected.map(|file| format!("{file}-to.eml")));
    assert_eq!(names(&dir.join("letters")), ["0001", "0002", "0003"]);
    for (entry, number) in entries.iter().zip(numbers) {
        let bytes = letter(number, "id").bytes.to_vec();
        assert_eq!(fs::read(dir.join("letters").join(&entry.file)).unwrap(), bytes);
        assert_eq!(outbox.read(entry).unwrap(), bytes);
    }
    assert_eq!(outbox.verify().unwrap(), []);
}

#[test]
fn letters_added_together_are_where_letters_added_one_by_one_are() {
    let (_one, first) = desk();
    let (_two, second) = desk();
    let numbers: Vec<u32> = (900..1100).collect();
    let together: Vec<_> =
        numbers.iter().map(|number| (letter(*number, &format!("id-{number}")), name(*number))).collect();
    let mut writer = in_folders(&first, &[]);
    writer.add_all(&together).unwrap();
    let all = writer.commit(Replace::Refuse).unwrap();
    assert_eq!(all.digest, in_folders(&second, &numbers).commit(Replace::Refuse).unwrap().digest);
    assert_eq!(all.verify().unwrap(), []);
}

#[test]
fn every_changed_missing_and_extra_file_in_a_sub_folder_is_found() {
    let (_desk, dir) = desk();
    let outbox = in_folders(&dir, &[1, 2, 1001, 2001]).commit(Replace::Refuse).unwrap();
    let letters = dir.join("letters");
    fs::write(letters.join("0001/00001-to.eml"), "forged").unwrap();
    fs::write(letters.join("0001/.DS_Store"), "a file manager was here").unwrap();
    fs::write(letters.join("0002/00009-to.eml"), "one more").unwrap();
    fs::write(letters.join("00009-to.eml"), "one more").unwrap();
    fs::create_dir(letters.join("drafts")).unwrap();
    fs::remove_dir_all(letters.join("0003")).unwrap();
    fs::write(letters.join("0003"), "a file in the place of a folder").unwrap();
    let found = |file: &str, what| Discrepancy { file: format!("letters/{file}"), what };
    assert_eq!(
        outbox.verify().unwrap(),
        [
            found("0001/00001-to.eml", DiscrepancyKind::Changed),
            found("0003/02001-to.eml", DiscrepancyKind::Missing),
            found("00009-to.eml", DiscrepancyKind::Extra),
            found("0002/00009-to.eml", DiscrepancyKind::Extra),
            found("0003", DiscrepancyKind::Extra),
            found("drafts", DiscrepancyKind::Extra),
        ]
    );
}

#[test]
fn an_outbox_without_sub_folders_is_read_whatever_its_numbers_are() {
    let (_desk, dir) = desk();
    let mut writer = Writer::begin(&dir, &sources(), Layout::Flat).unwrap();
    for number in [1, 1001, 70_000] {
        writer.add(&letter(number, "id"), &name(number)).unwrap();
    }
    writer.commit(Replace::Refuse).unwrap();
    let outbox = Outbox::open(&dir).unwrap();
    assert_eq!(outbox.verify().unwrap(), []);
    assert!(entries(&outbox).iter().all(|entry| outbox.read(entry).is_ok()));
    // A folder that looks like a sub-folder is not one here.
    fs::create_dir(dir.join("letters/0001")).unwrap();
    assert_eq!(outbox.verify().unwrap().len(), 1);
}

#[test]
fn a_letter_in_another_sub_folder_than_its_number_says_is_refused() {
    let (_desk, dir) = desk();
    in_folders(&dir, &[1, 1001]).commit(Replace::Refuse).unwrap();
    let path = dir.join("manifest.csv");
    let manifest = fs::read_to_string(&path).unwrap();
    for other in ["0001/", "0003/", "002/", "00002/", "0002//", "0002/../0001/", "0002\\", "/0002/", "0002/0002/"] {
        fs::write(&path, manifest.replace("0002/", other)).unwrap();
        assert!(matches!(Outbox::open(&dir), Err(OutboxError::Damaged { line: Some(4), .. })), "{other}");
    }
}

#[test]
fn a_sub_folder_that_cannot_be_created_leaves_the_old_outbox() {
    let (desk, dir) = desk();
    let old = outbox(&dir);
    let mut writer = in_folders(&dir, &[1]);
    fs::write(desk.path().join(".outbox.partial/letters/0002"), "in the way").unwrap();
    assert!(matches!(writer.add(&letter(1001, "id"), &name(1001)), Err(OutboxError::Io { .. })));
    drop(writer);
    assert_eq!(names(desk.path()), [".openletter", "outbox"]);
    assert_eq!(Outbox::open(&dir).unwrap().digest, old.digest);
    let new = in_folders(&dir, &[1, 1001]).commit(Replace::Existing).unwrap();
    assert_eq!((new.verify().unwrap(), names(desk.path())), (vec![], vec![".openletter".into(), "outbox".into()]));
}
