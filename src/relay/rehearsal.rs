//! The rehearsal relay: a small SMTP server that accepts letters and delivers none.
//!
//! With it, a whole run can be tried over SMTP, and what arrived can be compared byte for byte with what was sent. It must
//! never listen on another address than 127.0.0.1, deliver a letter, outlive its handle or keep more than a few letters.

#![allow(clippy::disallowed_methods, reason = "the built-in server polls for connections")]

mod dialogue;
mod lines;
#[cfg(test)]
mod tests;

use super::settings::{DOT_TIMEOUT, Pipelining, Settings, Tls};
use dialogue::ServerSession;
use std::fmt;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The maximum number of letters that wait to be fetched; the next one gets 452.
const MAX_WAITING: usize = 16;

/// The maximum number of connections; the next one gets 421.
const MAX_CLIENTS: usize = 16;

/// How long a client may be idle (RFC 5321 §4.5.3.2.7).
const IDLE_TIMEOUT: Duration = Duration::from_secs(300);

/// A message as it arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The sender given with MAIL.
    pub from: String,
    /// The recipients given with RCPT.
    pub to: Vec<String>,
    /// The message, without the doubled dots.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Arrival {
    /// Writes the size, not the letter.
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
    acceptor: Option<JoinHandle<()>>,
}

impl Rehearsal {
    /// Starts it on a port that the system chooses.
    ///
    /// # Errors
    /// If there is no free port or no thread.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (sender, arrivals) = sync_channel(MAX_WAITING);
        let over = Arc::new(AtomicBool::new(false));
        let acceptor = thread::Builder::new().name("rehearsal".into()).spawn({
            let over = Arc::clone(&over);
            move || accept(&listener, &sender, &over)
        })?;
        Ok(Rehearsal { address, arrivals, over, acceptor: Some(acceptor) })
    }

    /// Returns how to reach it with the EHLO name `hello`.
    pub fn settings(&self, timeout: Duration, hello: &str) -> Settings {
        Settings {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            tls: Tls::None,
            ca_file: None,
            login: None,
            pipelining: Pipelining::Letter,
            timeout,
            dot_timeout: DOT_TIMEOUT,
            hello: hello.into(),
        }
    }

    /// Returns the next message that was not fetched yet. It is available as soon as its sender has read the 250.
    pub fn fetch(&self) -> Option<Arrival> {
        self.arrivals.try_recv().ok()
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        // `accept` blocks, so connect once to wake it. If that fails, the thread ends with the program.
        if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok() {
            let _ = self.acceptor.take().map(JoinHandle::join);
        }
    }
}

/// Accepts clients until the rehearsal is over, then closes all connections.
fn accept(listener: &TcpListener, arrivals: &SyncSender<Arrival>, over: &AtomicBool) {
    let mut clients: Vec<(TcpStream, JoinHandle<()>)> = Vec::new();
    for client in listener.incoming() {
        if over.load(Ordering::Acquire) {
            break;
        }
        clients.retain(|(_, thread)| !thread.is_finished());
        match client.and_then(|client| serve(client, clients.len(), arrivals)) {
            Ok(served) => clients.extend(served),
            // The system lacks some resource; wait a little.
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
    for (client, thread) in clients {
        let _ = client.shutdown(Shutdown::Both);
        let _ = thread.join();
    }
}

/// Starts a thread for one client, unless there are too many.
fn serve(
    mut client: TcpStream,
    served: usize,
    arrivals: &SyncSender<Arrival>,
) -> io::Result<Option<(TcpStream, JoinHandle<()>)>> {
    client.set_read_timeout(Some(IDLE_TIMEOUT))?;
    client.set_write_timeout(Some(IDLE_TIMEOUT))?;
    // Replies are small, and the client waits for each.
    client.set_nodelay(true)?;
    if served >= MAX_CLIENTS {
        client.write_all(b"421 4.7.0 too many connections\r\n")?;
        return Ok(None);
    }
    let (stream, arrivals) = (client.try_clone()?, arrivals.clone());
    let thread = thread::Builder::new().name("rehearsal client".into()).spawn(move || {
        // If the connection breaks, the client got no 250 for what was in progress.
        let _ = ServerSession::new(&stream, &arrivals).run();
        let _ = stream.shutdown(Shutdown::Both);
    })?;
    Ok(Some((client, thread)))
}
