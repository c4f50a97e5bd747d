//! One connection of the scripted relay, from its greeting to its end.

use super::wire::Wire;
use super::{Act, Received, Stage, Step};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

/// Serves one connection, the `number`-th.
pub(super) fn serve(stream: TcpStream, stage: &Stage, number: usize) {
    let Ok(wire) = Wire::new(stream, &stage.over) else { return };
    let mut conversation = Conversation {
        wire,
        stage,
        number,
        letter: 0,
        times: Vec::new(),
        logged_in: stage.script.login.is_none(),
        has_sender: false,
        from: String::new(),
        to: Vec::new(),
    };
    // The tests look at what the client makes of an error.
    let _ = conversation.play();
}

struct Conversation<'a> {
    wire: Wire<'a>,
    stage: &'a Stage,
    number: usize,
    /// The number of the current letter; 0 before the first.
    letter: usize,
    /// Every step that was reached.
    times: Vec<Step>,
    logged_in: bool,
    has_sender: bool,
    from: String,
    to: Vec<String>,
}

impl Conversation<'_> {
    fn play(&mut self) -> io::Result<()> {
        if let (Some(_), Some(tls)) = (self.stage.script.implicit, &self.stage.tls) {
            self.wire.upgrade(tls)?;
        }
        self.act(Step::Greeting, "220 relay.example ESMTP")?;
        loop {
            let line = self.line()?;
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => drop(self.act(Step::Ehlo, &self.extensions())?),
                "STARTTLS" => self.start_tls()?,
                "AUTH" => self.log_in(&line)?,
                "MAIL" => self.mail(&line)?,
                "RCPT" => {
                    let usual = if self.has_sender { "250 2.1.5 recipient ok" } else { "503 5.5.1 MAIL first" };
                    if self.act(Step::Rcpt, usual)?.starts_with('2') {
                        self.to.push(path(&line));
                    }
                }
                "DATA" => self.data()?,
                "RSET" => drop(self.act(Step::Rset, "250 2.0.0 reset")?),
                "QUIT" => {
                    self.act(Step::Quit, "221 2.0.0 goodbye")?;
                    return self.wire.settle();
                }
                _ => self.wire.write(b"500 5.5.2 no such command\r\n")?,
            }
        }
    }

    /// Reads a line without its end, and records it in the transcript.
    fn line(&mut self) -> io::Result<String> {
        let line = self.wire.until(b"\n", Vec::new())?;
        let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string();
        let mut book = self.stage.book.lock().expect("no panic in the relay");
        book.transcript[self.number - 1].push(line.clone());
        Ok(line)
    }

    /// Records that this step was reached.
    fn record_step(&self, step: Step) {
        self.stage.book.lock().expect("no panic in the relay").steps.push(step);
    }

    /// Returns the script's action for this step.
    fn plan(&mut self, step: Step) -> Option<Act> {
        self.times.push(step);
        let time = self.times.iter().filter(|done| **done == step).count();
        let fits = |wanted: Option<usize>, is: usize| wanted.is_none_or(|wanted| wanted == is);
        let case = self.stage.script.cases.iter().find(|case| {
            case.step == step
                && fits(case.letter, self.letter)
                && fits(case.connection, self.number)
                && fits(case.time, time)
        })?;
        thread::sleep(case.after);
        let waits = || case.held && ![&self.stage.released, &self.stage.over].iter().any(|f| f.load(Ordering::Acquire));
        while waits() {
            thread::sleep(Duration::from_millis(2));
        }
        Some(case.act.clone())
    }

    /// Performs an action and returns the reply; an error ends the connection.
    fn perform(&mut self, act: Act) -> io::Result<String> {
        match act {
            Act::Say(bytes) => {
                self.wire.write(&bytes)?;
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }
            Act::Dribble(bytes, pause) => {
                for byte in &bytes {
                    thread::sleep(pause);
                    self.wire.write(&[*byte])?;
                }
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }
            Act::Pour(bytes) => {
                self.wire.write(&bytes)?;
                let more = bytes[bytes.len() - 1..].repeat(64 << 10);
                loop {
                    self.wire.write(&more)?;
                }
            }
            Act::SayAndHangUp(bytes) => {
                self.wire.write(&bytes)?;
                Err(ErrorKind::ConnectionAborted.into())
            }
            Act::Stall => loop {
                self.wire.settle()?;
                let seen = self.wire.peek()?.len();
                self.wire.consume(seen)?;
            },
            Act::HangUp => {
                self.wire.settle()?;
                Err(ErrorKind::ConnectionAborted.into())
            }
            Act::Reset => Err(ErrorKind::ConnectionReset.into()),
        }
    }

    fn act(&mut self, step: Step, usual: &str) -> io::Result<String> {
        self.record_step(step);
        let act = self.plan(step).unwrap_or_else(|| usually(usual));
        self.perform(act)
    }

    fn extensions(&self) -> String {
        let script = &self.stage.script;
        let mut lines = vec!["250-relay.example".to_string(), "250-8BITMIME".into(), "250-SIZE 10485760".into()];
        if script.starttls.is_some() && !self.wire.is_encrypted() {
            lines.push("250-STARTTLS".into());
        }
        if script.login.is_some() {
            lines.push(format!("250-{}", script.mechanisms.as_deref().unwrap_or("AUTH PLAIN LOGIN")));
        }
        if script.pipelining {
            lines.push("250-PIPELINING".into());
        }
        lines.push("250 HELP".into());
        lines.join("\r\n")
    }

    fn start_tls(&mut self) -> io::Result<()> {
        let said = self.act(Step::StartTls, "220 2.0.0 go ahead")?;
        match &self.stage.tls {
            Some(tls) if said.starts_with("220") => self.wire.upgrade(tls),
            _ => Ok(()),
        }
    }

    fn log_in(&mut self, line: &str) -> io::Result<()> {
        let (username, password) = self.stage.script.login.clone().unwrap_or_default();
        let right = match line.split(' ').collect::<Vec<_>>()[..] {
            [_, "PLAIN", given] => given == base64(format!("\0{username}\0{password}").as_bytes()),
            [_, "LOGIN"] => {
                self.act(Step::Challenge, "334 VXNlcm5hbWU6")?;
                let name = self.line()?;
                self.act(Step::Challenge, "334 UGFzc3dvcmQ6")?;
                let word = self.line()?;
                name == base64(username.as_bytes()) && word == base64(password.as_bytes())
            }
            [_, "XOAUTH2", given] => {
                let right = given == base64(format!("user={username}\x01auth=Bearer {password}\x01\x01").as_bytes());
                if !right {
                    self.act(Step::Challenge, &format!("334 {}", base64(br#"{"status":"400","schemes":"bearer"}"#)))?;
                    self.line()?;
                }
                right
            }
            _ => false,
        };
        let usual = if right { "235 2.7.0 welcome" } else { "535 5.7.8 wrong username or password" };
        self.logged_in = self.act(Step::Auth, usual)?.starts_with("235");
        Ok(())
    }

    fn mail(&mut self, line: &str) -> io::Result<()> {
        self.letter = {
            let mut book = self.stage.book.lock().expect("no panic in the relay");
            book.begun += 1;
            book.begun
        };
        self.from = path(line);
        self.to.clear();
        let usual = if self.logged_in { "250 2.1.0 sender ok" } else { "530 5.7.0 authentication required" };
        self.has_sender = self.act(Step::Mail, usual)?.starts_with('2');
        Ok(())
    }

    fn data(&mut self) -> io::Result<()> {
        // Without a recipient it may be accepted all the same (RFC 2920 §3.1).
        let usual = if self.has_sender { "354 end with a dot" } else { "503 5.5.1 MAIL first" };
        if !self.act(Step::Data, usual)?.starts_with("354") {
            return Ok(());
        }
        // The line end before the final dot can be the one after DATA.
        let mut message = b"\r\n".to_vec();
        if let Some(act) = self.plan(Step::Content) {
            message.extend(self.wire.some()?);
            self.record_step(Step::Content);
            self.perform(act)?;
        }
        let message = self.wire.until(b"\r\n.\r\n", message)?;
        self.record_step(Step::Dot);
        let usual = if self.to.is_empty() { "554 5.5.1 no valid recipients" } else { "250 2.0.0 queued" };
        let act = self.plan(Step::Dot).unwrap_or_else(|| usually(usual));
        let letter = Received {
            from: self.from.clone(),
            to: std::mem::take(&mut self.to),
            bytes: undotted(&message),
            accepted: matches!(&act, Act::Say(bytes) if bytes.starts_with(b"250")),
        };
        self.stage.book.lock().expect("no panic in the relay").letters.push(letter);
        self.perform(act).map(drop)
    }
}

/// Returns the text between the angle brackets.
fn path(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(line, |(path, _)| path).into()
}

/// Returns a message between the line end before it and its final dot, without dot stuffing (RFC 5321 §4.5.2).
fn undotted(message: &[u8]) -> Vec<u8> {
    let inside = 2..message.len() - 3;
    inside.filter(|at| &message[at - 2..=*at] != b"\r\n.").map(|at| message[at]).collect()
}

fn usually(line: &str) -> Act {
    Act::Say(format!("{line}\r\n").into())
}

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
