//! The rehearsal relay: a small, real SMTP server that takes letters and keeps none.
//!
//! It lets a whole sending be tried out over real SMTP, and hands over what arrived, so that it can be compared with what
//! was sent byte for byte. It must never listen on anything but 127.0.0.1, pass a letter on, outlive its handle or hold
//! more than a bounded heap of what arrived.

#![allow(clippy::disallowed_methods, reason = "the built-in server polls for connections")]

mod dialogue;
mod lines;
#[cfg(test)]
mod tests;

use super::settings::{DOT_TIMEOUT, Settings, Tls};
use dialogue::Dialogue;
use std::fmt;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How many letters can wait to be fetched; one more is put off with 452.
const WAITING: usize = 16;

/// How many connections there can be at once; one more is turned away with 421.
const GUESTS: usize = 16;

/// How long a guest can be silent (RFC 5321 §4.5.3.2.7).
const SILENCE: Duration = Duration::from_secs(300);

/// A message as it arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The sender given with MAIL; empty for the null path.
    pub from: String,
    /// The recipients given with RCPT.
    pub to: Vec<String>,
    /// The message, its dots undone.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Arrival {
    /// Tells its size; a whole letter has no place in a debugging line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Arrival {{ recipients: {}, octets: {} }}", self.to.len(), self.bytes.len())
    }
}

/// A relay on 127.0.0.1 that ends, with all its connections, when it is dropped.
#[derive(Debug)]
pub struct Rehearsal {
    address: SocketAddr,
    arrivals: Receiver<Arrival>,
    over: Arc<AtomicBool>,
    porter: Option<JoinHandle<()>>,
}

impl Rehearsal {
    /// Opens it on a port that the system chooses.
    ///
    /// # Errors
    /// When the system gives no port or no thread.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (hand_over, arrivals) = sync_channel(WAITING);
        let over = Arc::new(AtomicBool::new(false));
        let porter = thread::Builder::new().name("rehearsal".into()).spawn({
            let over = Arc::clone(&over);
            move || receive(&listener, &hand_over, &over)
        })?;
        Ok(Rehearsal { address, arrivals, over, porter: Some(porter) })
    }

    /// How to reach it, greeting it by the name `hello`.
    pub fn settings(&self, timeout: Duration, hello: &str) -> Settings {
        Settings {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            tls: Tls::None,
            ca_file: None,
            login: None,
            timeout,
            dot_timeout: DOT_TIMEOUT,
            hello: hello.into(),
        }
    }

    /// The next message that arrived and has not been fetched. It is there as soon as its sender has read the 250.
    pub fn fetch(&self) -> Option<Arrival> {
        self.arrivals.try_recv().ok()
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        // The porter waits for a guest, so one comes. Should that fail, he ends with the program.
        if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok() {
            let _ = self.porter.take().map(JoinHandle::join);
        }
    }
}

/// Lets guests in until the rehearsal is over, and then shows all of them out.
fn receive(listener: &TcpListener, hand_over: &SyncSender<Arrival>, over: &AtomicBool) {
    let mut guests: Vec<(TcpStream, JoinHandle<()>)> = Vec::new();
    for guest in listener.incoming() {
        if over.load(Ordering::Acquire) {
            break;
        }
        guests.retain(|(_, thread)| !thread.is_finished());
        match guest.and_then(|guest| seat(guest, guests.len(), hand_over)) {
            Ok(seated) => guests.extend(seated),
            // The system is short of something: no reason to spin.
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
    for (guest, thread) in guests {
        let _ = guest.shutdown(Shutdown::Both);
        let _ = thread.join();
    }
}

/// A thread for one guest, where there is a seat.
fn seat(
    mut guest: TcpStream,
    seated: usize,
    hand_over: &SyncSender<Arrival>,
) -> io::Result<Option<(TcpStream, JoinHandle<()>)>> {
    guest.set_read_timeout(Some(SILENCE))?;
    guest.set_write_timeout(Some(SILENCE))?;
    // Answers are small and each is waited for.
    guest.set_nodelay(true)?;
    if seated >= GUESTS {
        guest.write_all(b"421 4.7.0 too many connections\r\n")?;
        return Ok(None);
    }
    let (stream, hand_over) = (guest.try_clone()?, hand_over.clone());
    let thread = thread::Builder::new().name("rehearsal guest".into()).spawn(move || {
        // A connection that breaks is the guest's affair: it has had no 250 for what was under way.
        let _ = Dialogue::new(&stream, &hand_over).hold();
        let _ = stream.shutdown(Shutdown::Both);
    })?;
    Ok(Some((guest, thread)))
}
