//! Renews the leases of a run, whatever the run itself waits for.
//!
//! It has a connection of its own, so that neither has to wait for the other. It must never renew a lease that has ended: somebody
//! may have taken what it was for.

use super::PostgresLedger;
use super::link::Link;
use super::value::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

/// How often a lease is renewed before it ends.
const TIMES: u32 = 4;

const RENEW: &str = "WITH renewed AS (
        UPDATE run SET lease = clock_timestamp() + make_interval(secs => $3)
        WHERE campaign = $1 AND id = $2 AND lease > clock_timestamp() RETURNING true
    ) UPDATE letter SET lease = clock_timestamp() + make_interval(secs => $3)
      WHERE campaign = $1 AND run = $2 AND state = 'offered' AND EXISTS (SELECT FROM renewed)";

/// Keeps the leases of a run alive until it is dropped.
#[derive(Debug)]
pub(in crate::ledger) struct Keeper {
    ended: Arc<AtomicBool>,
    thread: Thread,
}

impl PostgresLedger {
    /// Keeps the leases of this run alive. It connects when it first has to renew them. What fails is tried again: a run whose
    /// leases end all the same learns that from its next claim.
    pub(crate) fn keeper(&self) -> Keeper {
        let (shared, server) = (self.shared.clone(), self.link.borrow().server.clone());
        let (key, run, lease) = (self.key, self.run.clone(), self.shared.lease);
        let ended = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&ended);
        // Nobody waits for its end: the database may be away then.
        let renewing = thread::spawn(move || {
            let values: [Value<'_>; 3] = [&key, &run, &lease.as_secs_f64()];
            let mut link = None;
            loop {
                thread::park_timeout(lease / TIMES);
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                if link.is_none() {
                    link = Link::open(&shared).ok().filter(|link| link.server == server);
                }
                let Some(link) = &mut link else { continue };
                // The first try notices that the connection is lost.
                let mut renew = || link.try_once(|session| session.query(RENEW, &values).map(drop));
                let _ = renew() || renew();
            }
        });
        Keeper { ended, thread: renewing.thread().clone() }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.unpark();
    }
}
