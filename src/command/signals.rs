//! Handles signals: stops a run cleanly, and disables core dumps.
//!
//! A core dump would hold the lists. None may be written, whatever the user's limits allow.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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

/// Returns a flag that the first signal to stop sets; the second signal ends the program at once.
pub(super) fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    use signal_hook::consts;
    let stop = Arc::new(AtomicBool::new(false));
    let mut signals = vec![consts::SIGINT, consts::SIGTERM];
    #[cfg(unix)]
    {
        signals.push(consts::SIGQUIT);
        if !is_hangup_ignored() {
            signals.push(consts::SIGHUP);
        }
    }
    for signal in signals {
        // The order matters: the handler that ends the program must run before the one that sets the flag.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))?;
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
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
