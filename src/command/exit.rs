//! How a run ends: exit codes as in sysexits.h, which mail programs use, and failures that carry one.

use std::fmt;
use std::process::ExitCode;

/// The program's exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, but the relay permanently refused some letters.
    Rejected = 1,
    /// The command line is wrong.
    Usage = 64,
    /// The campaign has errors.
    Campaign = 65,
    /// The relay cannot be reached, or refuses the connection, login or sender.
    Relay = 69,
    /// A bug of this program.
    Bug = 70,
    /// Disk and files.
    Disk = 74,
    /// Letters remain: run again.
    Remain = 75,
    /// The outcome of some letters is unknown: settle them.
    Unknown = 76,
    /// Refused: approval, embargo, changed bytes, an existing outbox, another run, the ledger.
    Refused = 77,
    /// `campaign.toml`.
    Settings = 78,
    /// Interrupted; everything is recorded.
    Interrupted = 130,
}

impl Exit {
    /// Every code, for the documentation.
    pub const ALL: [Exit; 12] = [
        Exit::Done,
        Exit::Rejected,
        Exit::Usage,
        Exit::Campaign,
        Exit::Relay,
        Exit::Bug,
        Exit::Disk,
        Exit::Remain,
        Exit::Unknown,
        Exit::Refused,
        Exit::Settings,
        Exit::Interrupted,
    ];

    /// Its meaning, as a line of the help.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Rejected => "done, but the relay permanently refused some letters",
            Exit::Usage => "the command line is wrong",
            Exit::Campaign => "the campaign has errors: lists, templates, missing files, leaks",
            Exit::Relay => "the relay cannot be reached, or refuses TLS, login or sender",
            Exit::Bug => "a bug in openletter",
            Exit::Disk => "a file cannot be read or written",
            Exit::Remain => "letters remain: run `send` again",
            Exit::Unknown => "the outcome of some letters is unknown: see `settle`",
            Exit::Refused => "refused: approval, embargo, changed bytes, another run, the ledger",
            Exit::Settings => "campaign.toml is wrong",
            Exit::Interrupted => "interrupted; everything is recorded",
        }
    }

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// Why a command failed, with its exit code.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong, with its causes; `None` if it was already reported.
    pub error: Option<anyhow::Error>,
    /// How to fix it.
    pub help: Option<String>,
}

impl Failure {
    /// A failure with an exit code.
    pub fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Failure { exit, error: Some(error.into()), help: None }
    }

    /// A failure with a message.
    pub fn msg(exit: Exit, what: impl fmt::Display + fmt::Debug + Send + Sync + 'static) -> Self {
        Failure { exit, error: Some(anyhow::Error::msg(what)), help: None }
    }

    /// A failure whose findings were already shown.
    pub fn reported(exit: Exit) -> Self {
        Failure { exit, error: None, help: None }
    }

    /// The same failure with a fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<std::io::Error> for Failure {
    /// Writing to the terminal or a pipe failed; all other code adds what it was doing.
    fn from(error: std::io::Error) -> Self {
        Failure::new(Exit::Disk, error)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::new(Exit::Disk, error)
    }
}

/// Whether the reader closed our output, which is not a failure.
pub(super) fn is_broken_pipe(failure: &Failure) -> bool {
    let causes = failure.error.iter().flat_map(anyhow::Error::chain);
    causes
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
