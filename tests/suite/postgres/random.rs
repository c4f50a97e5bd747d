//! Random runs of workers that share a ledger: kills, pauses longer than the lease, a server that crashes, and faults of the relay,
//! in any order. Afterwards every letter was accepted once, or is named as rejected.
//!
//! `OPENLETTER_RANDOM_RUNS` is the number of runs, and `OPENLETTER_RANDOM_SEED` the first one's seed: a failure prints it.

use super::workers::signal;
use super::*;
use crate::sending::random::{Random, accepted_for, faulty, number};
use crate::sending::{Letter, letters};
use std::thread;

const LETTERS: usize = 6;

/// Runs at the same time: they wait for leases most of the time.
const THREADS: u64 = 8;

const WORDS: &str = "send --yes --retry-for 0s";

/// The exit codes that a worker may have here. Anything else, such as 70, is a bug.
const CODES: [i32; 6] = [0, 1, 69, 74, 75, 76];

/// What a run of everything found.
#[derive(Default)]
struct Found {
    lost: usize,
    doubled: usize,
    unknown: BTreeSet<String>,
    unnamed: usize,
}

struct Play<'a> {
    server: &'a Server,
    relay: &'a Relay,
    /// The folder on each machine.
    desks: Vec<Desk>,
    random: Random,
}

impl Play<'_> {
    fn check(ran: &Ran) {
        assert!(ran.code.is_some_and(|code| CODES.contains(&code)), "{:?}\n{}{}", ran.code, ran.out, ran.err);
    }

    /// Some workers start, and something happens to them.
    fn act(&mut self) {
        let workers = 1 + self.random.below(self.desks.len());
        let mut runs: Vec<Child> = self.desks[..workers].iter().map(|desk| desk.start(WORDS)).collect();
        let moment = Duration::from_millis(self.random.below(140) as u64);
        thread::sleep(moment);
        let one = self.random.below(workers);
        match self.random.below(5) {
            0 | 1 => kill(runs.swap_remove(one)),
            2 => self.freeze(&runs[one]),
            3 => {
                self.server.crash();
                self.server.go_on();
            }
            _ => runs.drain(..).for_each(kill),
        }
        // Whoever settles a letter looks at the relay's log later.
        thread::sleep(Duration::from_millis(100));
        runs.into_iter().for_each(|run| Self::check(&end(run)));
    }

    /// A worker stands still for longer than its lease, or a little less.
    fn freeze(&mut self, run: &Child) {
        signal(run, "STOP");
        thread::sleep(Duration::from_millis(800 + self.random.below(700) as u64));
        signal(run, "CONT");
    }

    fn is_accepted(&self, letter: &Letter) -> bool {
        accepted_for(self.relay, &letter.message_id, |_| true) > 0
    }

    /// Settles what is unknown by what the relay's log says, and sends the rest, until nothing changes.
    fn finish(&mut self, found: &mut Found) {
        // Claims of killed workers outlive them.
        thread::sleep(Duration::from_millis(1_100));
        for _ in 0..12 {
            let ran = self.desks[0].run(WORDS);
            Self::check(&ran);
            let letters = letters(&self.desks[0]);
            for letter in letters.iter().filter(|letter| letter.state == "unknown") {
                found.unnamed += usize::from(!ran.out.contains(&letter.message_id));
                found.unknown.insert(letter.id.clone());
                let how = if self.is_accepted(letter) { "--sent" } else { "--resend" };
                self.desks[0].run(&format!("settle {} {how} --by Ada --yes", letter.id)).exit(0);
            }
            if letters.iter().all(|letter| matches!(letter.state.as_str(), "accepted" | "rejected")) {
                break;
            }
        }
        let letters = letters(&self.desks[0]);
        assert_eq!(letters.len(), LETTERS);
        for letter in &letters {
            let times = accepted_for(self.relay, &letter.message_id, |_| true);
            found.doubled += usize::from(times > 1);
            found.lost += usize::from(times != usize::from(letter.state == "accepted"));
            assert!(matches!(letter.state.as_str(), "accepted" | "rejected"), "{} is {}", letter.id, letter.state);
        }
    }
}

fn play(server: &Server, seed: u64) -> Found {
    let mut random = Random::new(seed);
    let relay = faulty(&mut random).start();
    let lines = format!("connections = {}\npipeline_next = {}", 1 + random.below(3), random.below(2) == 0);
    let desk = campaign(LETTERS, &relay, server, &lines);
    desk.edit("campaign.toml", "lease = \"2s\"", "lease = \"1s\"");
    let mut desks = vec![elsewhere(&desk, server), elsewhere(&desk, server)];
    desks.insert(0, desk);
    let mut play = Play { server, relay: &relay, desks, random };
    for _ in 0..2 + play.random.below(4) {
        play.act();
    }
    let mut found = Found::default();
    play.finish(&mut found);
    found
}

#[test]
fn random_runs_of_workers_lose_no_letter_and_send_none_twice() {
    let (runs, first) = (number("OPENLETTER_RANDOM_RUNS", 3), number("OPENLETTER_RANDOM_SEED", 1));
    let threads = THREADS.min(runs);
    let (mut unknown, mut played) = (0, 0);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || -> Vec<Found> {
                    let server = Server::start(&[]);
                    let seeds = (first..first + runs).filter(move |seed| seed % threads == worker);
                    let one = |seed| {
                        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(&server, seed)));
                        let found = found.unwrap_or_else(|_| panic!("the run with seed {seed} failed"));
                        let Found { lost, doubled, unnamed, .. } = found;
                        assert_eq!((lost, doubled, unnamed), (0, 0, 0), "lost, doubled, unnamed with seed {seed}");
                        found
                    };
                    seeds.map(one).collect()
                })
            })
            .collect();
        for found in workers.into_iter().flat_map(|worker| worker.join().expect("every run succeeds")) {
            (unknown, played) = (unknown + found.unknown.len(), played + 1);
        }
    });
    println!("{played} random runs of workers: letters lost 0, doubled 0, unknown {unknown}, each named");
}
