//! A scripted SMTP relay in the test process. It serves SMTP on loopback, with TLS and login, records every byte, and
//! can fail at any step in any way.
//!
//! It does not judge the client: a test looks at the transcript. It must never make a test hang: its threads end when
//! it is dropped, or after a long time without input.

pub(crate) mod certificates;
mod message;
mod serve;
mod wire;

pub(crate) use message::undated;

use certificates::Authority;
pub(crate) use certificates::Leaf;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Where in the dialogue something is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The greeting, before anything is read.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS; the handshake follows what begins with 220.
    StartTls,
    /// The questions of AUTH LOGIN, and the one that follows a token that is wrong.
    Challenge,
    /// The answer to a whole login.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA; the message follows what begins with 354.
    Data,
    /// The middle of a message, when some of it has arrived.
    Content,
    /// The final dot.
    Dot,
    /// RSET.
    Rset,
    /// QUIT.
    Quit,
}

/// What is to happen.
#[derive(Clone, Debug)]
enum Act {
    /// These bytes are said, and the dialogue goes on.
    Say(Vec<u8>),
    /// These bytes are said, and the connection ends.
    SayAndHangUp(Vec<u8>),
    /// These bytes are said one by one, with a pause before each.
    Dribble(Vec<u8>, Duration),
    /// These bytes are said, and then the last of them again and again, until the client leaves.
    Pour(Vec<u8>),
    /// Nothing more is said until the client leaves.
    Stall,
    /// The connection ends in order, without an answer.
    HangUp,
    /// The connection ends with a reset, as far as the system does so for bytes left unread.
    Reset,
}

/// When it is to happen: everything that is given must be so.
#[derive(Clone, Debug)]
struct Case {
    step: Step,
    letter: Option<usize>,
    connection: Option<usize>,
    time: Option<usize>,
    after: Duration,
    held: bool,
    act: Act,
}

/// A relay's part, being written. Of two cases that fit, the first counts.
#[derive(Default)]
pub(crate) struct Script {
    cases: Vec<Case>,
    login: Option<(String, String)>,
    mechanisms: Option<String>,
    implicit: Option<Leaf>,
    starttls: Option<Leaf>,
    ipv6: bool,
    pipelining: bool,
}

/// A case, being written.
pub(crate) struct On {
    script: Script,
    case: Case,
}

impl Script {
    /// Something is to happen at this step.
    pub(crate) fn on(self, step: Step) -> On {
        let (after, held) = (Duration::ZERO, false);
        On {
            script: self,
            case: Case { step, letter: None, connection: None, time: None, after, held, act: Act::Stall },
        }
    }

    /// Only who logs in so can send.
    pub(crate) fn login(mut self, username: &str, password: &str) -> Self {
        self.login = Some((username.into(), password.into()));
        self
    }

    /// The line that offers mechanisms, instead of `AUTH PLAIN LOGIN`.
    pub(crate) fn mechanisms(mut self, line: &str) -> Self {
        self.mechanisms = Some(line.into());
        self
    }

    /// TLS from the first byte.
    pub(crate) fn tls(mut self, leaf: Leaf) -> Self {
        self.implicit = Some(leaf);
        self
    }

    /// STARTTLS.
    pub(crate) fn starttls(mut self, leaf: Leaf) -> Self {
        self.starttls = Some(leaf);
        self
    }

    /// Offers PIPELINING.
    pub(crate) fn pipelining(mut self) -> Self {
        self.pipelining = true;
        self
    }

    /// Listens on `::1` instead of `127.0.0.1`.
    pub(crate) fn ipv6(mut self) -> Self {
        self.ipv6 = true;
        self
    }

    /// Raises the curtain, on a port that the system chooses.
    pub(crate) fn start(self) -> Relay {
        let address: IpAddr = if self.ipv6 { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() };
        let listener = TcpListener::bind((address, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("the port");
        let (authority, leaf) = (Authority::new(), self.implicit.or(self.starttls));
        let stage = Arc::new(Stage {
            tls: leaf.map(|leaf| authority.server(leaf)),
            script: self,
            book: Mutex::default(),
            released: AtomicBool::new(false),
            over: AtomicBool::new(false),
        });
        let porter = thread::spawn({
            let stage = Arc::clone(&stage);
            move || admit(&listener, &stage)
        });
        Relay { address, stage, porter: Some(porter), ca_pem: authority.pem(leaf) }
    }
}

impl On {
    /// Only for the n-th letter, counted by its MAIL from 1 over all connections.
    pub(crate) fn letter(mut self, n: usize) -> Self {
        self.case.letter = Some(n);
        self
    }

    /// Only in the n-th connection, from 1.
    pub(crate) fn connection(mut self, n: usize) -> Self {
        self.case.connection = Some(n);
        self
    }

    /// Only the n-th time that a connection reaches this step, from 1.
    pub(crate) fn time(mut self, n: usize) -> Self {
        self.case.time = Some(n);
        self
    }

    /// Not before so much time has passed.
    pub(crate) fn after(mut self, pause: Duration) -> Self {
        self.case.after = pause;
        self
    }

    /// Not before [`Relay::release`].
    pub(crate) fn held(mut self) -> Self {
        self.case.held = true;
        self
    }

    /// Answers this, one line or more.
    pub(crate) fn reply(self, reply: &str) -> Script {
        self.act(Act::Say(format!("{reply}\r\n").into()))
    }

    /// Says exactly these bytes, and goes on.
    pub(crate) fn raw(self, bytes: &[u8]) -> Script {
        self.act(Act::Say(bytes.into()))
    }

    /// Says exactly these bytes, and hangs up: half a reply, or a last word before the next command is read.
    pub(crate) fn last_words(self, bytes: &[u8]) -> Script {
        self.act(Act::SayAndHangUp(bytes.into()))
    }

    /// Says these bytes one by one, with a pause before each.
    pub(crate) fn dribble(self, bytes: &[u8], pause: Duration) -> Script {
        self.act(Act::Dribble(bytes.into(), pause))
    }

    /// Says these bytes, and the last of them again and again.
    pub(crate) fn pour(self, bytes: &[u8]) -> Script {
        self.act(Act::Pour(bytes.into()))
    }

    /// Says nothing more.
    pub(crate) fn stall(self) -> Script {
        self.act(Act::Stall)
    }

    /// Hangs up without an answer.
    pub(crate) fn hang_up(self) -> Script {
        self.act(Act::HangUp)
    }

    /// Breaks the connection off.
    pub(crate) fn reset(self) -> Script {
        self.act(Act::Reset)
    }

    fn act(mut self, act: Act) -> Script {
        self.case.act = act;
        self.script.cases.push(self.case);
        self.script
    }
}

/// A message with its final dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// The sender, as given with MAIL.
    pub(crate) from: String,
    /// All recipients that were given and not refused.
    pub(crate) to: Vec<String>,
    /// The message, its dots undone.
    pub(crate) bytes: Vec<u8>,
    /// Whether the relay answered 250, so that its client knows.
    pub(crate) accepted: bool,
}

/// What has happened so far.
#[derive(Default)]
struct Book {
    /// For each connection the lines it said.
    transcript: Vec<Vec<String>>,
    letters: Vec<Received>,
    /// How many letters were begun.
    begun: usize,
    /// Every step that a connection reached.
    steps: Vec<Step>,
}

/// What all connections share.
struct Stage {
    script: Script,
    tls: Option<Arc<rustls::ServerConfig>>,
    book: Mutex<Book>,
    released: AtomicBool,
    over: AtomicBool,
}

/// A relay that listens until it is dropped.
pub(crate) struct Relay {
    address: SocketAddr,
    stage: Arc<Stage>,
    porter: Option<JoinHandle<()>>,
    ca_pem: String,
}

impl Relay {
    /// A relay that takes everything.
    pub(crate) fn start() -> Relay {
        Relay::script().start()
    }

    /// A relay without a script yet.
    pub(crate) fn script() -> Script {
        Script::default()
    }

    /// Where it listens, on loopback.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every message with a final dot, whatever the reply.
    pub(crate) fn letters(&self) -> Vec<Received> {
        self.stage.book.lock().expect("no panic in the relay").letters.clone()
    }

    /// What was said to it, line by line without ends, for each connection. Messages are not in it.
    pub(crate) fn transcript(&self) -> Vec<Vec<String>> {
        self.stage.book.lock().expect("no panic in the relay").transcript.clone()
    }

    /// Waits until its connections have come to this step so many times: a command has been read, but is not answered
    /// yet; with a case for [`Step::Content`], some of a message.
    #[track_caller]
    pub(crate) fn wait_for(&self, step: Step, times: usize) {
        let start = Instant::now();
        while self.stage.book.lock().expect("no panic in the relay").steps.iter().filter(|s| **s == step).count()
            < times
        {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "no connection reached {step:?}: {:?}",
                self.transcript()
            );
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Lets everything happen that was [held](On::held).
    pub(crate) fn release(&self) {
        self.stage.released.store(true, Ordering::Release);
    }

    /// How many letters were begun, by their MAIL.
    pub(crate) fn begun(&self) -> usize {
        self.stage.book.lock().expect("no panic in the relay").begun
    }

    /// Waits until so many letters were begun.
    #[track_caller]
    pub(crate) fn await_begun(&self, letters: usize) {
        self.wait(|| self.begun() >= letters);
    }

    /// Waits until the final dots of so many messages have arrived.
    #[track_caller]
    pub(crate) fn await_letters(&self, letters: usize) {
        self.wait(|| self.letters().len() >= letters);
    }

    #[track_caller]
    fn wait(&self, until: impl Fn() -> bool) {
        let start = Instant::now();
        while !until() {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "the relay waits in vain, after {} letters",
                self.begun()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The certificate of the authority that signs its own: what a client is to trust.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stage.over.store(true, Ordering::Release);
        // The porter waits for a connection, so one comes.
        if TcpStream::connect(self.address).is_ok() {
            let ended = self.porter.take().map(JoinHandle::join);
            assert!(thread::panicking() || !matches!(ended, Some(Err(_))), "the relay's threads have panicked");
        }
    }
}

/// Lets connections in until it is over, and waits for all to end.
fn admit(listener: &TcpListener, stage: &Arc<Stage>) {
    let mut threads = Vec::new();
    for stream in listener.incoming().map_while(Result::ok) {
        if stage.over.load(Ordering::Acquire) {
            break;
        }
        let number = {
            let mut book = stage.book.lock().expect("no panic in the relay");
            book.transcript.push(Vec::new());
            book.transcript.len()
        };
        let stage = Arc::clone(stage);
        threads.push(thread::spawn(move || serve::serve(stream, &stage, number)));
    }
    for thread in threads {
        thread.join().expect("no panic in the relay");
    }
}
