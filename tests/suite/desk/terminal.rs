//! The program at a pseudo-terminal, with simulated input.

use super::{Desk, Ran};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, ExitStatus, Output};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Long enough for a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, running in a terminal.
pub(crate) struct Terminal {
    words: String,
    child: Child,
    keyboard: File,
    seen: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Desk {
    /// Starts the program on a terminal of this size.
    pub(crate) fn at_terminal(&self, words: &str, columns: u16, rows: u16) -> Terminal {
        on_terminal(words, self.command(words), columns, rows)
    }

    /// The same, where the terminal is also the one that the program belongs to: `/dev/tty`.
    #[cfg(target_os = "linux")]
    pub(crate) fn at_own_terminal(&self, words: &str, columns: u16, rows: u16) -> Terminal {
        let program = self.command(words);
        let mut command = Command::new("setsid");
        command.arg("--ctty").arg(program.get_program()).args(program.get_args()).current_dir(self.dir()).env_clear();
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        on_terminal(words, command, columns, rows)
    }
}

fn on_terminal(words: &str, mut command: Command, columns: u16, rows: u16) -> Terminal {
    let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&control).and_then(|()| unlockpt(&control)).expect("its other side");
    let name = ptsname(&control, Vec::new()).expect("a name");
    let path = std::ffi::OsStr::from_bytes(name.as_bytes());
    let screen = OpenOptions::new().read(true).write(true).open(path).expect("its other side");
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&screen, size).expect("a size");
    let stream = || screen.try_clone().expect("a stream");
    let child = command.stdin(stream()).stdout(stream()).stderr(stream()).spawn().expect("it starts");
    let keyboard = File::from(control);
    let mut output = keyboard.try_clone().expect("a stream");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let reader = {
        let seen = Arc::clone(&seen);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // At the end some systems give no bytes, and others an error.
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                seen.lock().expect("the screen").extend_from_slice(&bytes[..count]);
            }
        })
    };
    Terminal { words: words.to_owned(), child, keyboard, seen, reader }
}

impl Terminal {
    /// What was shown so far, as text, with plain line ends.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().expect("the screen")).replace("\r\n", "\n")
    }

    /// Waits until this is shown.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) -> &mut Terminal {
        let begin = Instant::now();
        while !self.shown().contains(text) {
            assert!(begin.elapsed() < PATIENCE, "openletter {}: no {text:?} in\n{}", self.words, self.shown());
            thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// Waits until what is typed is not shown any more.
    #[track_caller]
    pub(crate) fn until_hidden(&mut self) -> &mut Terminal {
        let begin = Instant::now();
        while tcgetattr(&self.keyboard).expect("its settings").local_modes.contains(LocalModes::ECHO) {
            assert!(begin.elapsed() < PATIENCE, "openletter {}: it goes on being shown", self.words);
            thread::sleep(Duration::from_millis(2));
        }
        self
    }

    /// Types this.
    pub(crate) fn types(&mut self, keys: &str) -> &mut Terminal {
        self.keyboard.write_all(keys.as_bytes()).expect("a keyboard");
        self
    }

    /// The program's process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end; what was shown is the standard output, for a terminal has one stream.
    #[track_caller]
    pub(crate) fn ends(mut self) -> Ran {
        let begin = Instant::now();
        let status: ExitStatus = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None if begin.elapsed() > PATIENCE => {
                    let _ = self.child.kill();
                    panic!("openletter {} does not end; it shows\n{}", self.words, self.shown());
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        self.reader.join().expect("a reader");
        let shown = String::from_utf8_lossy(&self.seen.lock().expect("the screen")).replace("\r\n", "\n");
        Ran::of(&self.words, Output { status, stdout: shown.into_bytes(), stderr: Vec::new() })
    }
}
