//! Says what an interrupted run waits for, and after the second signal which letters it leaves; and that a database is away.
//!
//! It must never end the program before a second signal, nor change the ledger.

use crate::command::output::Output;
use crate::command::signals::StopSignals;
use crate::delivery::UnderWay;
use crate::ledger::{LedgerPlace, Outages, State};
use crate::terminal::ProgressBreak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often the signals are looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The most letters that are listed; further ones are counted.
const MOST: usize = 5;

/// A run to watch.
pub(super) struct Watch<'a> {
    pub(super) signals: &'a StopSignals,
    pub(super) under_way: &'a UnderWay,
    /// Set, and the thread unparked, when the run has ended.
    pub(super) ended: &'a AtomicBool,
    /// Where the ledger is, to read it.
    pub(super) ledger: &'a LedgerPlace,
    /// What happens to the connection to it.
    pub(super) outages: Outages,
    pub(super) progress: Option<ProgressBreak>,
    pub(super) output: &'a Output,
}

impl Watch<'_> {
    /// Watches until the run ends. After the second signal it ends the program.
    pub(super) fn run(self) {
        if !self.waits_for(|| self.signals.is_stopped()) {
            return;
        }
        // If this fails, the second signal ends the program without a word.
        let Ok(again) = self.signals.await_second() else { return };
        self.say(&match list(&self.under_way.letters()) {
            Some(letters) => {
                format!("Interrupted: waiting for the relay's reply to {letters}. A second Ctrl-C stops without it.")
            }
            None => "Interrupted: no letter is being sent; ending the run.".to_owned(),
        });
        if !self.waits_for(|| again.load(Ordering::Relaxed)) {
            return;
        }
        self.say(&self.left());
        StopSignals::exit();
    }

    /// Waits until something is true, or the run ends: then false.
    fn waits_for(&self, happens: impl Fn() -> bool) -> bool {
        loop {
            if let Some(outage) = self.outages.take() {
                self.say(&outage);
            }
            if self.ended.load(Ordering::Relaxed) {
                return false;
            }
            if happens() {
                return true;
            }
            thread::park_timeout(POLL_INTERVAL);
        }
    }

    /// What the ledger leaves as offered.
    fn left(&self) -> String {
        // A database may be away, and a person does not wait for it a second time.
        if self.ledger.is_shared() {
            return "Stopped without waiting. Letters that have begun are unknown once their lease has ended; the others are \
                    sent by the next `openletter send`."
                .to_owned();
        }
        let offered = self.ledger.open().and_then(|ledger| {
            let entries = ledger.entries(&[State::Offered]);
            entries.map(|entry| entry.map(|entry| (entry.number, entry.id))).collect::<Result<Vec<_>, _>>()
        });
        match offered.map(|offered| list(&offered)) {
            Ok(Some(letters)) => format!(
                "Stopped without waiting. Left as offered: {letters}. The next `openletter send` names those that may have \
                 been sent, and sends the others."
            ),
            Ok(None) => "Stopped without waiting. No letter is left as offered.".to_owned(),
            Err(_) => {
                "Stopped without waiting. `openletter status` shows which letters are left as offered.".to_owned()
            }
        }
    }

    fn say(&self, text: &str) {
        let say = || self.output.say(text);
        // If the terminal fails, there is nowhere to report it.
        let _ = match &self.progress {
            Some(progress) => progress.suspend(say),
            None => say(),
        };
    }
}

/// "letter 3 · okafor", "letters 3 · okafor, 4 · brandt and 20 more".
fn list(letters: &[(u32, String)]) -> Option<String> {
    let shown: Vec<String> = letters.iter().take(MOST).map(|(number, id)| format!("{number} · {id}")).collect();
    let noun = match letters.len() {
        0 => return None,
        1 => "letter",
        _ => "letters",
    };
    let more = letters.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("{noun} {}{more}", shown.join(", ")))
}
