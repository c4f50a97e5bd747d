//! The two streams a command speaks on: results on the standard output, everything else on the standard error.
//!
//! All words go through the terminal, which lets nothing steer the terminal.

use super::exit::{Exit, Failure};
use crate::diagnostics::finding::{Finding, Severity};
use crate::diagnostics::fold::Findings;
use crate::terminal;
use crate::terminal::{Detail, Terminal};
use std::io::{self, BufWriter, IsTerminal, StdoutLock};

/// What a command speaks with.
pub(super) struct Output {
    pub(super) out: Terminal,
    pub(super) err: Terminal,
}

impl Output {
    pub(super) fn new(color: terminal::Color, volume: terminal::Volume) -> Self {
        Output { out: Terminal::stdout(color, volume), err: Terminal::stderr(color, volume) }
    }

    /// The standard output, for results.
    pub(super) fn results(&self) -> BufWriter<StdoutLock<'static>> {
        BufWriter::new(io::stdout().lock())
    }

    /// Whether a person can be asked something.
    pub(super) fn can_ask(&self) -> bool {
        self.err.is_terminal() && io::stdin().is_terminal()
    }

    /// A line that tells how things go.
    pub(super) fn note(&self, text: &str) -> Result<(), Failure> {
        Ok(self.err.note(&mut io::stderr().lock(), text)?)
    }

    /// A line that matters even to the quiet.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        Ok(self.err.say(&mut io::stderr().lock(), text)?)
    }

    /// Findings, where they are not themselves the result.
    pub(super) fn findings(&self, tally: &Tally) -> Result<(), Failure> {
        Ok(terminal::findings(&self.err, &mut io::stderr().lock(), &tally.findings, Detail::Brief)?)
    }

    /// A failure and its causes, once. The terminal may be gone: then there is nobody to tell.
    pub(super) fn failure(&self, failure: &Failure) {
        let Some(error) = &failure.error else { return };
        let mut err = io::stderr().lock();
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        let _ = self.err.say(&mut err, &format!("openletter: {}", chain.join(": ")));
        if let Some(help) = &failure.help {
            let _ = self.err.say(&mut err, &format!("  help: {help}"));
        }
    }
}

/// Findings as they come up, folded.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) findings: Findings,
    pub(super) errors: usize,
}

impl Tally {
    /// A tally for `check --verbose`: on a terminal it keeps the private text of findings.
    pub(super) fn in_full(terminal: &Terminal) -> Self {
        let findings = if terminal.is_terminal() { Findings::keeping_private() } else { Findings::default() };
        Tally { findings, errors: 0 }
    }

    pub(super) fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.findings.add(finding));
        self.errors = self.findings.count(Severity::Error);
    }

    /// The warnings, for pages that people read before they approve.
    pub(super) fn warnings(&self) -> Vec<Finding> {
        let mut warnings = self.findings.list();
        warnings.retain(|finding| finding.severity() == Severity::Warning);
        warnings
    }

    /// The exit code of a campaign with these findings.
    pub(super) fn exit(&self) -> Exit {
        let is_of_settings = |finding: &Finding| finding.is_error() && finding.code.is_of_settings();
        match self.errors {
            0 => Exit::Done,
            _ if self.findings.list().iter().any(is_of_settings) => Exit::Settings,
            _ => Exit::Campaign,
        }
    }
}
