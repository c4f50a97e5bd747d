//! The findings of `check`, and that a campaign with errors produces nothing.

use super::{Desk, Ran};

impl Desk {
    /// The first place of every finding of `check`, as its text begins: `error[row-length]: recipients.csv:3:5`.
    pub(crate) fn found(&self) -> Vec<String> {
        let report = self.run("check --format json").json();
        let findings = report["findings"].as_array().expect("a list").iter();
        findings
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
                let numbers = ["line", "column"].into_iter().filter_map(|key| finding[key].as_u64());
                let place = numbers.fold(text("file"), |place, number| format!("{place}:{number}"));
                let head = format!("{}[{}]", text("severity"), text("code"));
                if place.is_empty() { head } else { format!("{head}: {place}") }
            })
            .collect()
    }

    /// Checks that the campaign has exactly these findings, in this order, and that nothing is written: each command
    /// reports each of them once, on its usual stream, and leaves nothing on disk. Returns the run of `write`.
    #[track_caller]
    pub(crate) fn refused(&self, findings: &[&str]) -> Ran {
        assert_eq!(self.found(), findings);
        let exit = if findings.iter().any(|finding| finding.contains("[settings-")) { 78 } else { 65 };
        let check = self.run("check").exit(exit);
        let write = self.run("write").exit(exit);
        assert_eq!(write.out, "", "`write` has no results");
        for finding in findings.iter().filter(|finding| !finding.starts_with("note[")) {
            let times = findings.iter().filter(|other| *other == finding).count();
            let printed = |text: &str| text.lines().filter(|line| line == finding).count();
            assert_eq!(printed(&check.out), times, "`check` on {finding}:\n{}", check.out);
            assert_eq!(printed(&write.err), times, "`write` on {finding}:\n{}", write.err);
        }
        assert_eq!(check.err, "", "the findings of `check` are its result");
        self.holds_no_letters();
        write
    }

    /// There is neither an outbox nor half of one.
    #[track_caller]
    pub(crate) fn holds_no_letters(&self) {
        for name in ["outbox", ".outbox.partial", ".outbox.old"] {
            assert!(!self.has(name), "{name} was left behind");
        }
    }
}
