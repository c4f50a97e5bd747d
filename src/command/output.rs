//! The output of a command: results go to standard output, everything else to standard error.
//!
//! All text must go through `terminal`, so that nothing in it can control the user's terminal.

use super::exit::{Exit, Failure};
use crate::diagnostics::finding::{Finding, Severity};
use crate::diagnostics::fold::Findings;
use crate::terminal;
use crate::terminal::{Answer, Detail, Terminal};
use std::io::{self, BufWriter, IsTerminal, StdoutLock};

/// The two output streams.
pub(super) struct Output {
    pub(super) out: Terminal,
    pub(super) err: Terminal,
}

impl Output {
    pub(super) fn new(color: terminal::Color, volume: terminal::Volume) -> Self {
        Output { out: Terminal::stdout(color, volume), err: Terminal::stderr(color, volume) }
    }

    /// Standard output, for results.
    pub(super) fn results(&self) -> BufWriter<StdoutLock<'static>> {
        BufWriter::new(io::stdout().lock())
    }

    /// Whether somebody is there to answer a question.
    pub(super) fn can_ask(&self) -> bool {
        self.err.is_terminal() && io::stdin().is_terminal()
    }

    /// Prints a line about progress or a next step; not with `--quiet`.
    pub(super) fn note(&self, text: &str) -> Result<(), Failure> {
        Ok(self.err.note(&mut io::stderr().lock(), text)?)
    }

    /// Prints a line that matters with `--quiet` too.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        Ok(self.err.say(&mut io::stderr().lock(), text)?)
    }

    /// Prints findings that are not the result itself.
    pub(super) fn findings(&self, tally: &Tally) -> Result<(), Failure> {
        Ok(terminal::findings(&self.err, &mut io::stderr().lock(), &tally.findings, Detail::Brief)?)
    }

    /// Prints findings that end the command, and returns the failure with their exit code.
    pub(super) fn refuse(&self, findings: impl IntoIterator<Item = Finding>) -> Failure {
        let mut tally = Tally::default();
        tally.add(findings);
        self.findings(&tally).err().unwrap_or_else(|| Failure::reported(tally.exit()))
    }

    /// Asks for confirmation at the terminal. Any answer but yes is an error that says what was not done.
    pub(super) fn confirm(&self, question: &str, not_done: &str) -> Result<(), Failure> {
        // A terminal would break long lines within words.
        let question = match question.rsplit_once('\n') {
            Some((facts, question)) => {
                self.err.say(&mut io::stderr().lock(), facts)?;
                question
            }
            None => question,
        };
        match terminal::confirm(question, &mut io::stdin().lock(), &mut io::stderr().lock())? {
            Answer::Yes => Ok(()),
            Answer::No => Err(Failure::msg(Exit::Refused, format!("{not_done}: the answer was not yes"))),
        }
    }

    /// Prints a failure with its causes. Ignores write errors, since there is nowhere to report them.
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

/// The formats of a report.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// The formats of a table.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum TableFormat {
    Text,
    Json,
    Csv,
}

/// Collects findings, folds them, and counts errors.
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
