//! The test harness: a campaign in a temporary folder, and the program run in it as a user would.
//!
//! `Desk::with("two-recipients").run("check").exit(0)`. The campaigns of `tests/campaigns/` have the same shape as the
//! sample campaign at the repository's root, which is `Desk::sample()`.

mod findings;
mod outbox;
#[cfg(unix)]
mod terminal;

use crate::relay::Relay;
use mail_parser::{MessageParser, MimeHeaders};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A campaign in a temporary folder.
pub(crate) struct Desk {
    home: TempDir,
    dir: PathBuf,
    env: Vec<(String, String)>,
}

impl Desk {
    /// A copy of a campaign in `tests/campaigns/`.
    pub(crate) fn with(campaign: &str) -> Desk {
        Desk::copy(&root().join("tests/campaigns").join(campaign), &["."])
    }

    /// A copy of the sample campaign at the repository's root.
    pub(crate) fn sample() -> Desk {
        Desk::copy(
            root(),
            &["campaign.toml", "signatories.csv", "recipients.csv", "templates", "attachments", "images", "fonts"],
        )
    }

    /// The sample with the campaigns of `examples/`.
    pub(crate) fn with_examples() -> Desk {
        let desk = Desk::sample();
        copy(&root().join("examples"), &desk.path("examples"));
        desk
    }

    fn copy(from: &Path, entries: &[&str]) -> Desk {
        let home = tempfile::tempdir().expect("a temporary folder");
        let dir = home.path().join("campaign");
        fs::create_dir(&dir).expect("a folder");
        for entry in entries {
            copy(&from.join(entry), &dir.join(entry));
        }
        Desk { home, dir, env: Vec::new() }
    }

    /// The same for a campaign in a folder of this one.
    pub(crate) fn inside(mut self, folder: &str) -> Desk {
        self.dir.push(folder);
        self
    }

    /// The campaign's folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A file of the campaign.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.dir.join(file)
    }

    /// The bytes of a file of the campaign.
    pub(crate) fn bytes(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// The text of a file of the campaign.
    pub(crate) fn text(&self, file: &str) -> String {
        String::from_utf8(self.bytes(file)).expect("UTF-8")
    }

    /// Whether a file or folder of the campaign exists.
    pub(crate) fn has(&self, file: &str) -> bool {
        self.path(file).exists()
    }

    /// Writes a file of the campaign.
    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) -> &Desk {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("written");
        self
    }

    /// Replaces the first `from` in a file by `to`; it must be there.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) -> &Desk {
        let text = self.text(file);
        assert!(text.contains(from), "{file} does not hold {from:?}");
        self.write(file, text.replacen(from, to, 1))
    }

    /// Sets the relay to one of the test's, without TLS.
    pub(crate) fn through(&self, relay: &Relay) -> &Desk {
        self.through_in(".", relay)
    }

    /// The same for the campaign in a folder of this one.
    pub(crate) fn through_in(&self, folder: &str, relay: &Relay) -> &Desk {
        let file = &*format!("{folder}/campaign.toml");
        let text = self.text(file);
        let before = text.split("\n[relay]").next().expect("a text").to_owned();
        self.write(
            file,
            format!(
                "{before}\n[relay]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\ntimeout = \"5s\"\n",
                relay.port()
            ),
        )
    }

    /// Sets an environment variable for every run.
    pub(crate) fn env(&mut self, name: &str, value: &str) -> &mut Desk {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The names of the letters' files, in order.
    pub(crate) fn letters(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("outbox/letters")) else { return Vec::new() };
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    /// Returns a command that runs the program with these arguments; quotes group words.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openletter"));
        command.args(split(words)).current_dir(&self.dir).stdin(Stdio::null());
        command.env_clear().env("HOME", self.home.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program and waits for it.
    pub(crate) fn run(&self, words: &str) -> Ran {
        let output = self.command(words).output().expect("the program runs");
        Ran::of(words, output)
    }

    /// Runs a shell command in the campaign's folder; `$0` is the program.
    #[cfg(unix)]
    pub(crate) fn shell(&self, line: &str) -> Ran {
        let program = self.command("");
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).arg(program.get_program()).current_dir(&self.dir).stdin(Stdio::null()).env_clear();
        shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Ran::of(line, shell.output().expect("a shell runs"))
    }

    /// Starts the program and does not wait.
    pub(crate) fn start(&self, words: &str) -> Child {
        self.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Writes the outbox and approves it.
    pub(crate) fn approved(&self) -> &Desk {
        self.run("write").exit(0);
        self.run("approve --by 'Ada Example'").exit(0);
        self
    }
}

/// The result of a run.
pub(crate) struct Ran {
    words: String,
    /// The exit code, or `None` if a signal ended the program.
    pub(crate) code: Option<i32>,
    /// The standard output.
    pub(crate) out: String,
    /// The standard error.
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(words: &str, output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { words: words.to_owned(), code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn exit(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "openletter {}\n{}{}", self.words, self.out, self.err);
        self
    }

    /// Checks that the standard output contains this.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Ran {
        assert!(
            self.out.contains(text),
            "openletter {}: no {text:?} in\n{}\n-- and --\n{}",
            self.words,
            self.out,
            self.err
        );
        self
    }

    /// Checks that the standard error contains this.
    #[track_caller]
    pub(crate) fn reports(self, text: &str) -> Ran {
        assert!(
            self.err.contains(text),
            "openletter {}: no {text:?} in\n{}\n-- but --\n{}",
            self.words,
            self.err,
            self.out
        );
        self
    }

    /// The standard output, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{}: {error} in\n{}", self.words, self.out))
    }

    /// The standard output, as the rows of a CSV under their header.
    #[track_caller]
    pub(crate) fn csv(&self) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(self.out.as_bytes());
        let rows = reader.records().map(|row| row.map(|row| row.iter().map(str::to_owned).collect()));
        rows.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{}: {error} in\n{}", self.words, self.out))
    }

    /// Checks that neither stream contains this.
    #[track_caller]
    pub(crate) fn hides(self, text: &str) -> Ran {
        assert!(!self.out.contains(text) && !self.err.contains(text), "openletter {}: {text:?} is printed", self.words);
        self
    }
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    }
}

/// Splits at spaces outside single or double quotes.
fn split(words: &str) -> Vec<String> {
    let (mut all, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in words.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => all.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    all.extend(word);
    all
}

/// The names, types and bytes of the files that a message carries.
pub(crate) fn attachments(message: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let message = MessageParser::default().parse(message).expect("a message");
    let of = |part: &mail_parser::MessagePart| {
        let kind = part.content_type().expect("a type");
        let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default());
        (part.attachment_name().unwrap_or_default().to_owned(), kind, part.contents().to_vec())
    };
    message.attachments().map(of).collect()
}
