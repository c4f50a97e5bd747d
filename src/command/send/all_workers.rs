//! The totals over all workers of a shared ledger, as events beside those of this worker.
//!
//! They are counted over a connection of their own, so that no letter waits. Nothing may be printed after the run's last event.

use crate::command::exit::Failure;
use crate::command::overview::{self, Counter, Overview};
use crate::ledger::{Ledger, LedgerPlace};
use crate::outbox::Outbox;
use crate::terminal;
use jiff::Timestamp;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The pause between two counts.
const EVERY: Duration = Duration::from_secs(5);

/// Counting takes at most one part of the time in this many, for each worker.
const SHARE: u32 = 50;

/// Prints the event `progress` when it has changed. Nothing more is printed once it is dropped.
pub(super) struct AllWorkers {
    has_ended: Arc<Mutex<bool>>,
}

impl AllWorkers {
    /// Starts; does nothing for a ledger that is not shared, where there is no other worker.
    pub(super) fn start(place: &LedgerPlace, ledger: &Ledger, outbox: &Outbox) -> Result<AllWorkers, Failure> {
        let has_ended = Arc::new(Mutex::new(false));
        if place.is_shared() {
            let counter = Counter::new(Some(ledger), outbox)?;
            let (place, flag) = (place.clone(), Arc::clone(&has_ended));
            // Not joined: it may be waiting for a database that is away.
            thread::spawn(move || report(&place, &counter, &flag));
        }
        Ok(AllWorkers { has_ended })
    }
}

impl Drop for AllWorkers {
    fn drop(&mut self) {
        if let Ok(mut has_ended) = self.has_ended.lock() {
            *has_ended = true;
        }
    }
}

fn report(place: &LedgerPlace, counter: &Counter, has_ended: &Mutex<bool>) {
    let (mut ledger, mut last) = (None, serde_json::Value::Null);
    loop {
        let begin = Instant::now();
        // A database that is away comes back, or ends the run; the run says so.
        let event = count(place, counter, &mut ledger).map(|overview| overview.json());
        let spent = begin.elapsed();
        match has_ended.lock() {
            Ok(has_ended) if !*has_ended => {
                if let Some(event) = event.filter(|event| *event != last) {
                    // An output that fails must not stop the run.
                    let _ = terminal::json_line(&mut io::stdout(), &overview::at(Timestamp::now(), &event));
                    last = event;
                }
            }
            _ => return,
        }
        thread::sleep(EVERY.max(spent * SHARE));
    }
}

fn count(place: &LedgerPlace, counter: &Counter, ledger: &mut Option<Ledger>) -> Option<Overview> {
    if ledger.is_none() {
        *ledger = place.open().ok();
    }
    let overview = counter.count(Some(ledger.as_ref()?));
    if overview.is_err() {
        *ledger = None;
    }
    overview.ok()
}
