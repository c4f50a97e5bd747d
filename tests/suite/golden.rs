//! One letter of the sample, byte for byte as it was when it was last reviewed.
//!
//! An approval is valid for exact bytes. A new version of a library that changes them would invalidate every existing
//! approval, so such a change must be noticed, decided and noted in CHANGELOG.md. To accept it:
//!
//! ```sh
//! UPDATE_GOLDEN=1 cargo test --test suite golden
//! ```
//!
//! Then put the digest that the test prints into `DIGEST`.

use crate::desk::{Desk, root};
use std::fs;

const FILE: &str = "tests/golden/okafor-ceo.eml";
const DIGEST: &str = "d9b82756686f4fcd84b64cb153919abf532305bcf77fa17f305055730c0e18fe";

#[test]
fn the_first_letter_of_the_sample_is_unchanged() {
    let desk = Desk::sample();
    desk.run("write").exit(0);
    let letter = desk.bytes("outbox/letters/00001-okafor-ceo.eml");
    let path = root().join(FILE);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, &letter).expect("written");
    }
    let golden = fs::read(&path).unwrap_or_else(|error| panic!("{FILE}: {error}"));
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).split('\n').map(str::to_owned).collect::<Vec<_>>();
    for (number, (now, then)) in (1..).zip(lines(&letter).into_iter().zip(lines(&golden))) {
        assert_eq!(now, then, "line {number} of the letter differs from {FILE}");
    }
    assert_eq!(letter.len(), golden.len(), "the letter has more or fewer lines than {FILE}");

    let digest = ring::digest::digest(&ring::digest::SHA256, &letter);
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, DIGEST, "the pinned digest is of other bytes");
}
