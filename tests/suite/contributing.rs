//! `CONTRIBUTING.md`: its plan equals that of `src/lib.rs`, and every file that it mentions exists.

use crate::desk::root;
use crate::page::{Page, library_plan};
use std::path::Path;

#[test]
fn the_plan_is_that_of_the_library() {
    assert_eq!(Page::read("CONTRIBUTING.md").section("Layout").blocks()[0].text, library_plan());
}

#[test]
fn every_file_mentioned_exists() {
    let page = Page::read("CONTRIBUTING.md");
    let folders = ["src/", "tests/", "docs/"];
    let paths = page.text().split('`').filter(|code| folders.iter().any(|folder| code.starts_with(folder)));
    let mut found = 0;
    for path in paths {
        let stem = Path::new(path).file_stem().expect("a name").to_str().expect("UTF-8");
        // A file that is still to be written, such as src/command/VERB.rs: its folder exists.
        let path =
            if stem == stem.to_uppercase() { Path::new(path).parent().expect("a folder") } else { Path::new(path) };
        assert!(root().join(path).exists(), "{} does not exist", path.display());
        found += 1;
    }
    assert!(found > 30, "only {found} paths were found");
}
