//! Makes some letters at a time, on all cores.
//!
//! What is in memory at a time must not grow with the letters, nor with their files.

use super::individual::Pair;
use super::making::{Made, Maker};
use super::translations::Translations;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

/// The fewest letters for which a thread is started.
const SHARE: usize = 16;

/// How many bytes the letters that are made at a time may have: for themselves, and with files where each may carry others.
const ROOM: usize = 4 << 20;
const ROOM_WITH_FILES: usize = 64 << 20;

impl Maker<'_> {
    /// Makes these letters on all cores; the results are in the same order. Of large letters it makes only the first ones,
    /// at least one.
    pub(super) fn make_all(&self, pairs: &[&Pair]) -> Vec<Made> {
        static CORES: OnceLock<usize> = OnceLock::new();
        let has_files = self.translations.as_ref().is_some_and(Translations::attaches_by_recipient);
        let [next, own, with_files] = [const { AtomicUsize::new(0) }; 3];
        let work = || {
            let mut made = Vec::new();
            while own.load(Relaxed) <= ROOM && with_files.load(Relaxed) <= ROOM_WITH_FILES {
                let at = next.fetch_add(1, Relaxed);
                let Some(pair) = pairs.get(at) else { break };
                let one = self.make(pair);
                if let Some((letter, _)) = &one.letter {
                    own.fetch_add(letter.bytes.own_len(), Relaxed);
                    with_files.fetch_add(if has_files { letter.bytes.len() } else { 0 }, Relaxed);
                }
                made.push((at, one));
            }
            made
        };
        let threads = match pairs.len() / SHARE {
            few @ 0..2 => few,
            many => many.min(*CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))),
        };
        let mut made = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut made = work();
            for other in others {
                made.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            made
        });
        made.sort_unstable_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, made)| made).collect()
    }
}
