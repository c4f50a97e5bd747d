//! The two streams a command speaks on: results on the standard output, everything else on the standard error.
//!
//! All words go through the terminal, which lets nothing steer the terminal.

use super::exit::{Exit, Failure};
use crate::diagnostics::finding::{Finding, Severity};
use crate::terminal;
use crate::terminal::Terminal;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

/// Findings beyond these are counted, so that a wrong list of a million rows does not fill the memory.
const MOST: usize = 1_000;

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
        tally.show(&self.err, &mut io::stderr().lock())
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

/// Findings as they come up, bounded.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) findings: Vec<Finding>,
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

impl Tally {
    pub(super) fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            match finding.severity() {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
            }
            if self.findings.len() < MOST {
                self.findings.push(finding);
            }
        }
    }

    /// In the order of the files; the same thing is told once.
    pub(super) fn show(&self, terminal: &Terminal, out: &mut dyn Write) -> Result<(), Failure> {
        let mut findings = self.findings.clone();
        findings.sort();
        findings.dedup();
        terminal::findings(terminal, out, &findings)?;
        let told = self.findings.len();
        if self.errors + self.warnings > told {
            writeln!(out, "… and {} more", self.errors + self.warnings - told)?;
        }
        Ok(())
    }

    /// The exit code of a campaign with these findings.
    pub(super) fn exit(&self) -> Exit {
        let settings = |finding: &Finding| finding.is_error() && finding.code.is_of_settings();
        match self.errors {
            0 => Exit::Done,
            _ if self.findings.iter().any(settings) => Exit::Settings,
            _ => Exit::Campaign,
        }
    }
}
