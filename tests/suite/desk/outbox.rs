//! The content of the outbox, byte by byte.

use super::Desk;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

impl Desk {
    /// Writes the outbox, and gives every file in it by its path.
    #[track_caller]
    pub(crate) fn written(&self) -> BTreeMap<String, Vec<u8>> {
        self.run("write").exit(0);
        self.outbox()
    }

    /// Every file of the outbox by its path.
    pub(crate) fn outbox(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        gather(&self.path("outbox"), "", &mut files);
        files
    }

    /// The octets of every letter, in the order of their numbers.
    pub(crate) fn octets(&self) -> Vec<Vec<u8>> {
        self.letters().iter().map(|name| self.bytes(&format!("outbox/letters/{name}"))).collect()
    }
}

fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_str().expect("UTF-8"));
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).expect("a file"));
        }
    }
}
