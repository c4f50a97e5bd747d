//! Handles signals: stops a run cleanly, and disables core dumps.
//!
//! A core dump would hold the lists. None may be written, whatever the user's limits allow.

use signal_hook::{SigId, consts, low_level};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const INTERRUPTED: i32 = 130;

/// Disables core dumps of this process. The hard limit stays, so a pager or browser that is started can raise its own.
pub(super) fn disable_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Core).maximum;
        // If the limit cannot be lowered, neither the program nor the user can do anything about it.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum });
    }
    // A system that pipes core dumps into a program ignores the limit, but not this.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// The signals that stop a run. The first one sets a flag; the second one ends the program at once, unless somebody
/// [awaits](StopSignals::await_second) it.
pub(super) struct StopSignals {
    stop: Arc<AtomicBool>,
    signals: Vec<i32>,
    ending: Vec<SigId>,
}

impl StopSignals {
    pub(super) fn register() -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut signals = vec![consts::SIGINT, consts::SIGTERM];
        #[cfg(unix)]
        {
            signals.push(consts::SIGQUIT);
            if !is_hangup_ignored() {
                signals.push(consts::SIGHUP);
            }
        }
        let ending = end_at_second(&signals, &stop)?;
        Ok(StopSignals { stop, signals, ending })
    }

    /// Returns the flag that the first signal sets.
    pub(super) fn flag(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Returns a flag that the next signal sets, instead of ending the program; the one after it ends the program.
    pub(super) fn await_second(&self) -> io::Result<Arc<AtomicBool>> {
        let again = Arc::new(AtomicBool::new(false));
        end_at_second(&self.signals, &again)?;
        for id in &self.ending {
            low_level::unregister(*id);
        }
        Ok(again)
    }

    /// Ends the program at once, as a signal does.
    pub(super) fn exit() -> ! {
        low_level::exit(INTERRUPTED)
    }
}

/// Lets a signal set the flag, or end the program if it is set. Returns the handlers that end it.
fn end_at_second(signals: &[i32], flag: &Arc<AtomicBool>) -> io::Result<Vec<SigId>> {
    let handlers = signals.iter().map(|signal| {
        // The order matters: the handler that ends the program must run before the one that sets the flag.
        let ending = signal_hook::flag::register_conditional_shutdown(*signal, INTERRUPTED, Arc::clone(flag))?;
        signal_hook::flag::register(*signal, Arc::clone(flag))?;
        Ok(ending)
    });
    handlers.collect()
}

/// Whether SIGHUP was ignored when the program started, as under `nohup`; then it stays ignored. Only on Linux can this be
/// read without unsafe code.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // Bit 0 is signal 1.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
