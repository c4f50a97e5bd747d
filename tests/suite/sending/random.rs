//! Random runs: kills, restored ledgers, copied folders, faults of the relay and a full disk, in any order. Afterwards every
//! letter was accepted once, or is named as rejected, and the archive has no copy twice.
//!
//! `OPENLETTER_RANDOM_RUNS` is the number of runs, and `OPENLETTER_RANDOM_SEED` the first one's seed: a failure prints it.

use super::archive::{ARCHIVE, archived_many};
use super::copies::copied;
use super::*;
use crate::relay::{Received, Script, Step};
use std::collections::BTreeSet;
use std::fs;

const LETTERS: usize = 6;

const FILE: &str = ".openletter/ledger.sqlite3";

/// The exit codes that a run may have here. Anything else, such as 70, is a bug.
const CODES: [i32; 6] = [0, 1, 69, 74, 75, 76];

/// Repeatable random numbers (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// A relay with up to four faults, each for one letter or one connection.
pub(crate) fn faulty(random: &mut Random) -> Script {
    let mut script = if random.below(2) == 0 { Relay::script() } else { Relay::script().pipelining() };
    for _ in 0..random.below(5) {
        let step =
            random.of(&[Step::Greeting, Step::Mail, Step::Rcpt, Step::Data, Step::Content, Step::Dot, Step::Dot]);
        let on = match step {
            Step::Greeting => script.on(step).connection(1 + random.below(6)),
            _ => script.on(step).letter(1 + random.below(2 * LETTERS)),
        };
        script = match (random.below(8), step) {
            (0, _) => on.hang_up(),
            (1, _) => on.reset(),
            (2, _) => on.last_words(b"421 4.3.2 closing\r\n"),
            (3, _) => on.last_words(b"250 o"),
            (_, Step::Content) => on.after(Duration::from_millis(20)).raw(b""),
            (4, Step::Dot) => on.reply("421 4.4.0 Lost connection to relay server"),
            (5, Step::Dot) => on.after(Duration::from_millis(20)).reply("250"),
            (4 | 5, _) => on.reply("451 4.3.0 later"),
            (6, _) => on.reply("450 4.2.0 greylisted"),
            _ => on.reply("550 5.1.1 no such user"),
        };
    }
    script
}

/// What a run of everything found.
#[derive(Default)]
struct Found {
    lost: usize,
    doubled: usize,
    unknown: usize,
    unnamed: usize,
    copies: usize,
}

/// A campaign that is sent, in the folder where it is now.
struct Play<'a> {
    desk: Desk,
    relay: &'a Relay,
    random: Random,
    /// Backups of the ledger.
    backups: Vec<Vec<u8>>,
    /// Whether `send` must be told that the folder is not a copy.
    moved: bool,
    /// The letters that were unknown at some time.
    unknown: BTreeSet<String>,
}

impl Play<'_> {
    fn words(&self) -> String {
        let moved = if self.moved { " --moved" } else { "" };
        format!("send --yes --retry-for 0s{moved}")
    }

    fn has_ledger(&self) -> bool {
        self.desk.has(FILE)
    }

    /// Whether the outbox has a claims file.
    fn is_bound(&self) -> bool {
        let mut files = fs::read_dir(self.desk.path("outbox")).expect("an outbox").flatten();
        files.any(|file| file.file_name().to_string_lossy().starts_with("claims-"))
    }

    /// Something happens.
    fn act(&mut self) {
        match self.random.below(7) {
            0 => {
                let limit = self.random.below(LETTERS);
                let ran = self.desk.run(&format!("{} --limit {limit}", self.words()));
                self.check(&ran);
            }
            1 | 2 => self.kill(),
            3 => self.fill_disk(),
            4 => self.back_up(),
            5 => self.restore(),
            _ => self.copy(),
        }
    }

    fn check(&self, ran: &Ran) {
        let refuses = ran.code == Some(77) && ran.err.contains("may have been sent");
        let is_known = ran.code.is_some_and(|code| CODES.contains(&code)) || refuses;
        assert!(is_known, "{:?}\n{}{}", ran.code, ran.out, ran.err);
    }

    fn kill(&mut self) {
        let mut child = self.desk.start(&self.words());
        thread::sleep(Duration::from_millis(self.random.below(90) as u64));
        child.kill().expect("killed, or ended");
        child.wait().expect("it ends");
        // The relay still reads what was sent: whoever settles a letter looks at its log later.
        thread::sleep(Duration::from_millis(100));
    }

    /// No file may grow beyond a size that the ledger soon reaches.
    fn fill_disk(&mut self) {
        let blocks = 2 + self.random.below(200);
        let words = self.words();
        let ran = self.desk.shell(&format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {words}"));
        self.check(&ran);
    }

    fn back_up(&mut self) {
        if self.has_ledger() {
            let _ = fs::remove_file(self.desk.path("copy"));
            let backup = self.desk.path("copy");
            self.desk.run(&format!("ledger backup {}", backup.display())).exit(0);
            self.backups.push(self.desk.bytes("copy"));
        }
    }

    /// Restores a backup, into the ledger's file as `cp` does or as a new file.
    fn restore(&mut self) {
        // A run that was killed before its first claim may leave a ledger that the outbox does not know: without it, the next
        // one starts over.
        if self.backups.is_empty() || !self.is_bound() {
            return;
        }
        let backup = self.random.below(self.backups.len());
        for file in ["-wal", "-shm"] {
            let _ = fs::remove_file(self.desk.path(&format!("{FILE}{file}")));
        }
        if self.random.below(2) == 0 {
            fs::remove_file(self.desk.path(FILE)).expect("a ledger");
            self.desk.run(&self.words()).exit(77);
        }
        self.desk.write(FILE, &self.backups[backup]);
        self.moved = true;
    }

    /// A copy of the folder sends nothing; it may then become the only one.
    fn copy(&mut self) {
        if !self.has_ledger() {
            return;
        }
        let other = copied(&self.desk);
        other.run("send --yes --retry-for 0s").exit(77);
        if self.random.below(2) == 0 {
            (self.desk, self.moved) = (other, true);
        }
    }

    /// Whether the relay has accepted the letter.
    fn is_accepted(&self, letter: &Letter) -> bool {
        accepted_for(self.relay, &letter.message_id, |to| to != [ARCHIVE]) > 0
    }

    /// Settles what is unknown by what the relay's log says, and sends the rest, until nothing changes.
    fn finish(&mut self, found: &mut Found) {
        for _ in 0..12 {
            let ran = self.desk.run(&self.words());
            self.check(&ran);
            let letters = letters(&self.desk);
            let open = letters.iter().filter(|letter| letter.state == "unknown").collect::<Vec<_>>();
            for letter in &open {
                // A refused run names the letters by their ids.
                let names_it = match ran.code {
                    Some(77) => ran.err.lines().any(|line| line.trim() == letter.id),
                    _ => ran.out.contains(&letter.message_id),
                };
                found.unnamed += usize::from(!names_it);
                self.unknown.insert(letter.id.clone());
                let how = if self.is_accepted(letter) { "--sent" } else { "--resend" };
                self.desk.run(&format!("settle {} {how} --yes", letter.id)).exit(0);
            }
            let is_settled = |letter: &Letter| matches!(letter.state.as_str(), "accepted" | "rejected");
            if letters.iter().all(is_settled) {
                break;
            }
        }
        let letters = letters(&self.desk);
        assert_eq!(letters.len(), LETTERS);
        for letter in &letters {
            let copies = accepted_for(self.relay, &letter.message_id, |to| to == [ARCHIVE]);
            let times = accepted_for(self.relay, &letter.message_id, |to| to != [ARCHIVE]);
            found.doubled += usize::from(times > 1) + usize::from(copies > 1);
            found.copies += copies;
            assert!(copies <= times, "{} was copied and not sent", letter.id);
            found.lost += usize::from(times != usize::from(letter.state == "accepted"));
            assert!(matches!(letter.state.as_str(), "accepted" | "rejected"), "{} is {}", letter.id, letter.state);
        }
        found.unknown += self.unknown.len();
    }
}

/// How often the relay accepted the letter for such recipients.
pub(crate) fn accepted_for(relay: &Relay, message_id: &str, recipients: impl Fn(&[String]) -> bool) -> usize {
    let line = format!("Message-ID: {message_id}\r\n");
    let is_one = |letter: &&Received| {
        letter.accepted && recipients(&letter.to) && String::from_utf8_lossy(&letter.bytes).contains(&line)
    };
    relay.letters().iter().filter(is_one).count()
}

/// Another desk with this one's campaign and outbox.
fn twin(pattern: &Desk, relay: &Relay, connections: usize) -> Desk {
    let desk = copied(pattern);
    let early = connections % 2 == 1;
    let settings = format!(
        "host = \"127.0.0.1\"\ntls = \"none\"\ntimeout = \"5s\"\nconnections = {connections}\npipeline_next = {early}\n"
    );
    reach(&desk, relay, &settings);
    desk
}

fn play(pattern: &Desk, seed: u64) -> Found {
    let mut random = Random::new(seed);
    let relay = faulty(&mut random).start();
    let desk = twin(pattern, &relay, 1 + random.below(3));
    let mut play = Play { desk, relay: &relay, random, backups: Vec::new(), moved: false, unknown: BTreeSet::new() };
    for _ in 0..3 + play.random.below(6) {
        play.act();
    }
    let mut found = Found::default();
    play.finish(&mut found);
    found
}

pub(crate) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn random_runs_lose_no_letter_and_send_none_twice() {
    let (runs, first) = (number("OPENLETTER_RANDOM_RUNS", 6), number("OPENLETTER_RANDOM_SEED", 1));
    let patterns = [approved_many(LETTERS, &Relay::start()), archived_many(LETTERS, &Relay::start())];
    let threads = thread::available_parallelism().map_or(1, usize::from).min(4) as u64;
    let found: Vec<Found> = thread::scope(|scope| {
        let patterns = &patterns;
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || {
                    let seeds = (first..first + runs).filter(move |seed| seed % threads == worker);
                    let one = |seed| match std::panic::catch_unwind(|| play(&patterns[seed as usize / 2 % 2], seed)) {
                        Ok(found) => {
                            let Found { lost, doubled, unnamed, .. } = found;
                            assert_eq!((lost, doubled, unnamed), (0, 0, 0), "lost, doubled, unnamed with seed {seed}");
                            found
                        }
                        Err(_) => panic!("the run with seed {seed} failed"),
                    };
                    seeds.map(one).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("every run succeeds")).collect()
    });
    let sum = |of: fn(&Found) -> usize| found.iter().map(of).sum::<usize>();
    let (lost, doubled, unknown) = (sum(|found| found.lost), sum(|found| found.doubled), sum(|found| found.unknown));
    let copies = sum(|found| found.copies);
    println!(
        "{runs} random runs: letters lost {lost}, doubled {doubled}, unknown {unknown}, each named; {copies} copies"
    );
}
