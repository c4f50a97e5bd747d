//! Skips what cannot be tested on this machine, and reports it.
//!
//! A test that checks nothing must never pass silently: it prints one line past the test harness, which would capture
//! it. With `CI=true`, only what the platform really lacks may be skipped.

use std::io::Write;

/// Prints that something is skipped, and why.
///
/// `is_expected` says whether this platform normally has what is missing.
///
/// # Panics
/// With `CI=true`, if it is expected.
#[track_caller]
pub(crate) fn skip(what: &str, because: &str, is_expected: bool) {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!(is_ci && is_expected), "{what} must not be skipped in CI: {because}");
    // `eprintln!` is captured by the test harness, this is not.
    writeln!(std::io::stderr(), "skipped: {what}, because {because}").expect("the standard error is open");
}
