//! One connection at work: letter after letter, each offered once, every step written down before the next.
//!
//! It must never offer a letter that was not handed to it, and never let a letter's data leave before that is written.

use super::pace::Pauses;
use super::queue::Next;
use super::{Delivery, Event, Stop};
use crate::message::reply::{Answer, Reply};
use crate::outbox::Entry;
use crate::relay::{Offer, Session};
use std::time::Duration;

/// A relay that waits with us for so long would only hang up.
const IDLE: Duration = Duration::from_secs(60);

/// A wait in which there is time to sync.
const LULL: Duration = Duration::from_secs(1);

/// How long a wait goes on before it looks whether there is still something to wait for.
const GLANCE: Duration = Duration::from_millis(200);

/// A connection to the relay, or what is to be one.
pub(super) struct Worker<'r, 'a> {
    run: &'r Delivery<'a>,
    session: Option<Session>,
    /// Letters that went through this session.
    through: u32,
    /// What the pauses' chance grows from: each connection's own.
    seed: u64,
    /// The pauses between tries to connect, while there is no session.
    pauses: Option<Pauses>,
}

impl<'r, 'a> Worker<'r, 'a> {
    /// The `number`-th connection of a run.
    pub(super) fn new(run: &'r Delivery<'a>, number: u64) -> Self {
        Worker { run, session: None, through: 0, seed: run.orders.seed.wrapping_add(number << 1), pauses: None }
    }

    /// Works until nothing is left to do, and says goodbye. As soon as the first session stands, `others` is called.
    pub(super) fn work(mut self, others: impl FnOnce()) {
        if let Err(stop) = self.serve(others) {
            self.run.queue().fail(stop);
        }
        self.hang_up();
    }

    fn serve(&mut self, others: impl FnOnce()) -> Result<(), Stop> {
        let (run, mut others) = (self.run, Some(others));
        loop {
            // In a statement of its own, so that the queue is free again.
            let next = run.queue().next(run.clock.elapsed(), run.is_stopped())?;
            match next {
                Next::Nothing => return Ok(()),
                Next::Wait(pause) => {
                    if pause >= LULL {
                        run.queue().sync()?;
                    }
                    self.rest(pause);
                    continue;
                }
                Next::Due => {}
            }
            match self.connect()? {
                Connected::Yes => {}
                Connected::After(pause) => {
                    self.rest(pause);
                    continue;
                }
                Connected::Never => return Ok(()),
            }
            if let Some(others) = others.take() {
                others();
            }
            let entry = run.queue().take(run.clock.elapsed(), run.clock.now(), run.is_stopped())?;
            if let Some(entry) = entry {
                self.offer(entry)?;
            }
        }
    }

    /// Offers one letter, and records what became of it.
    fn offer(&mut self, entry: Entry) -> Result<(), Stop> {
        let run = self.run;
        let Some(session) = self.session.as_mut() else { unreachable!("connect leaves a session") };
        let bytes = match run.outbox.read(&entry) {
            Ok(bytes) => bytes,
            Err(error) => {
                run.queue().put_back(entry);
                return Err(error.into());
            }
        };
        let (reply, is_refused) = match session.offer(&entry.envelope, entry.octets) {
            Ok(Offer::Ready) => {
                run.queue().began(&entry, run.clock.now())?;
                (session.content(&bytes), false)
            }
            Ok(Offer::Refused(reply)) => (reply, true),
            Err(trouble) => {
                // None of the letter has left: it is free to be offered again, once the trouble is mended.
                let words = || Answer { text: trouble.to_string(), ..Answer::default() };
                let answer = trouble.answer().cloned().unwrap_or_else(words);
                run.queue().answered(&entry, &Reply::Deferred(answer), run.clock.now())?;
                return Err(trouble.into());
            }
        };
        run.queue().answered(&entry, &reply, run.clock.now())?;
        self.through += 1;
        if is_refused && session.is_usable() {
            session.reset();
        }
        Ok(())
    }

    /// Sees to it that there is a session that can take a letter.
    fn connect(&mut self) -> Result<Connected, Stop> {
        if let Some(session) = &self.session {
            if session.is_usable() && self.through < self.run.orders.per_connection {
                return Ok(Connected::Yes);
            }
            self.hang_up();
        }
        let trouble = match Session::connect(self.run.orders.relay) {
            Ok(session) => {
                self.run.queue().opened();
                self.session = Some(session);
                self.through = 0;
                self.pauses = None;
                return Ok(Connected::Yes);
            }
            Err(trouble) => trouble,
        };
        let mut queue = self.run.queue();
        queue.give_way();
        let orders = self.run.orders;
        // A relay that was there a moment ago may come back; one that never was is misnamed.
        let pause = match queue.was_connected() && trouble.is_temporary() {
            true => self.pauses.get_or_insert_with(|| Pauses::new(orders.retry_for, self.seed)).next(Duration::ZERO),
            false => None,
        };
        match pause {
            Some(pause) => {
                if !queue.is_connected() {
                    queue.settle(self.run.clock.now())?;
                }
                Ok(Connected::After(pause))
            }
            // The others go on, and meet the same trouble if it is not only one connection too many.
            None if queue.is_connected() => {
                queue.tell(Event::Fewer { trouble: &trouble });
                Ok(Connected::Never)
            }
            None => Err(trouble.into()),
        }
    }

    /// Waits, as long as there is something to wait for.
    fn rest(&mut self, pause: Duration) {
        if pause >= IDLE {
            self.hang_up();
        }
        let run = self.run;
        let until = run.clock.elapsed() + pause;
        loop {
            let left = until.saturating_sub(run.clock.elapsed());
            if left.is_zero() || run.is_stopped() || run.queue().is_over() {
                return;
            }
            run.clock.wait(left.min(GLANCE));
        }
    }

    /// Says goodbye, where there is a session.
    fn hang_up(&mut self) {
        if let Some(session) = self.session.take() {
            self.run.queue().closed();
            session.quit();
        }
    }
}

/// What came of connecting.
enum Connected {
    /// A session stands.
    Yes,
    /// None for now: try again after this.
    After(Duration),
    /// None any more, and the others do without.
    Never,
}
