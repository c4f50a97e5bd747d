//! A worker: one connection that sends letter after letter.
//!
//! It must never offer a letter that it did not take from the queue, nor send data before the ledger has recorded that it
//! begins.

use super::pace::Backoff;
use super::queue::Next;
use super::{Delivery, DeliveryError, Event};
use crate::message::reply::{Answer, Reply};
use crate::message::stamp;
use crate::outbox::Entry;
use crate::relay::{Offer, RelayError, Session};
use std::time::Duration;

/// The session is closed before a wait this long, since the relay would close it.
const IDLE: Duration = Duration::from_secs(60);

/// The ledger is synced before a wait this long.
const SYNC_PAUSE: Duration = Duration::from_secs(1);

/// How often a wait checks whether it is still needed.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// How long to wait while the relays that can be used have enough connections.
const NO_ROOM: Duration = Duration::from_millis(500);

/// How often in a row commands that were sent early may come to nothing: a relay that loses them is not tried again.
const MOST_WASTED: u32 = 2;

/// A connection to a relay, open or not.
pub(super) struct Worker<'r, 'a> {
    run: &'r Delivery<'a>,
    session: Option<Session>,
    /// The relay of the session.
    relay: usize,
    /// Letters sent over this session.
    through: u32,
    /// The seed for random pauses; each worker has its own.
    seed: u64,
    /// Whether the last letter of this session was accepted. Only behind such a one are the next one's commands sent early: after
    /// a refusal the session would have to close.
    is_steady: bool,
    /// How often in a row the session ended before it answered commands that were sent early.
    wasted: u32,
    /// When the session was lost, and the pauses between attempts to connect.
    outage: Option<(Duration, Backoff)>,
}

impl<'r, 'a> Worker<'r, 'a> {
    /// The `number`-th worker of a run.
    pub(super) fn new(run: &'r Delivery<'a>, number: u64) -> Self {
        let seed = run.options.seed.wrapping_add(number << 1);
        Worker { run, session: None, relay: 0, through: 0, is_steady: false, wasted: 0, seed, outage: None }
    }

    /// Sends until nothing is left to do, then quits. Calls `others` as soon as the first session is open.
    pub(super) fn work(mut self, others: impl FnOnce()) {
        if let Err(stop) = self.serve(others) {
            self.run.queue().fail(stop);
        }
        self.quit();
    }

    fn serve(&mut self, others: impl FnOnce()) -> Result<(), DeliveryError> {
        let (run, mut others) = (self.run, Some(others));
        loop {
            // A separate statement, so that the queue's lock is released.
            let next = run.queue().next(run.clock.elapsed(), run.is_stopped())?;
            match next {
                Next::Nothing => return Ok(()),
                Next::Wait(pause) => {
                    if pause >= SYNC_PAUSE {
                        run.queue().sync()?;
                    }
                    self.pause_for(pause);
                    continue;
                }
                Next::Due => {}
            }
            match self.connect() {
                Ok(Connected::Yes) => {}
                other => {
                    run.queue().stop_seeking();
                    match other? {
                        Connected::After(pause) => self.pause_for(pause),
                        _ => return Ok(()),
                    }
                    continue;
                }
            }
            if let Some(others) = others.take() {
                others();
            }
            let entry = run.queue().take(run.clock.elapsed(), run.clock.now(), run.is_stopped())?;
            if let Some(entry) = entry {
                match self.send(entry)? {
                    Connected::Yes => {}
                    Connected::After(pause) => self.pause_for(pause),
                    Connected::Never => return Ok(()),
                }
            }
        }
    }

    /// Sends a letter, and those that follow it directly in this session. The next one's file is read while the relay has this
    /// one, and its commands are sent with this one's data if nothing speaks against it; it is taken only after the reply.
    fn send(&mut self, mut entry: Entry) -> Result<Connected, DeliveryError> {
        let run = self.run;
        let mut bytes = match run.outbox.read(&entry) {
            Ok(bytes) => bytes,
            Err(error) => {
                run.queue().put_back_taken(entry);
                return Err(error.into());
            }
        };
        loop {
            let Some(ready) = self.offer(entry)? else { return Ok(Connected::Yes) };
            entry = match ready {
                Ready::Yes(entry) => entry,
                Ready::Unconnected(connected) => return Ok(connected),
            };
            // The ledger has the Date header of every attempt: it is when the attempt began.
            let now = run.clock.now();
            let next = {
                let mut queue = run.queue();
                let next = if self.through + 1 < self.per_connection() {
                    queue.reserve(run.clock.elapsed(), now)?
                } else {
                    None
                };
                if let Err(error) = queue.began(&entry, self.relay, now) {
                    next.into_iter().for_each(|next| queue.put_back(next));
                    let is_lost = matches!(&error, DeliveryError::Ledger(error) if queue.is_lost(error));
                    if !is_lost {
                        return Err(error);
                    }
                    queue.forget(&entry);
                    drop(queue);
                    // The relay waits for the data of a letter that is not sent.
                    self.quit();
                    return Ok(Connected::Yes);
                }
                next
            };
            if let Some(zone) = run.options.date_zone {
                stamp::set_date(&mut bytes, &now.to_zoned_datetime(zone.clone()));
            }
            let early = next.as_ref().filter(|_| self.is_steady && self.wasted < MOST_WASTED);
            let early = early.map(|next| (&next.entry.envelope, next.entry.octets));
            let mut read = None;
            let session = self.session.as_mut().expect("the relay is ready");
            let reply = session
                .content_and_next(&bytes, early, || read = next.as_ref().map(|next| run.outbox.read(&next.entry)));
            self.through += 1;
            self.is_steady = matches!(reply, Reply::Accepted(_));
            let is_usable = session.is_usable();

            let mut queue = run.queue();
            let recorded = queue.answered(&entry, &reply, self.relay, run.clock.elapsed(), run.clock.now());
            let Some(next) = next else { return recorded.map(|()| Connected::Yes) };
            let taken = match (recorded, read) {
                (Ok(()), Some(Ok(read))) if is_usable && queue.keeps(self.relay, run.clock.elapsed()) => {
                    let taken = queue.confirm(next, run.clock.elapsed(), run.clock.now(), run.is_stopped());
                    taken.map(|taken| taken.map(|taken| (taken, read)))
                }
                (recorded, read) => {
                    queue.put_back(next);
                    match (recorded, read) {
                        (Ok(()), Some(Err(error))) => Err(error.into()),
                        (recorded, _) => recorded.map(|()| None),
                    }
                }
            };
            drop(queue);
            match taken {
                Ok(Some(next)) => (entry, bytes) = next,
                other => {
                    // The relay may wait for the data of a letter that is not sent.
                    if self.session.as_ref().is_some_and(Session::has_early) {
                        self.quit();
                    }
                    return other.map(|_| Connected::Yes);
                }
            }
        }
    }

    /// Offers a letter; `None` if it was refused, which is recorded. If the relay has closed the session since the last letter,
    /// a new one is opened; if that fails, the letter goes back to the queue.
    fn offer(&mut self, entry: Entry) -> Result<Option<Ready>, DeliveryError> {
        let run = self.run;
        let session = self.session.as_mut().expect("connect leaves a session");
        let was_early = session.has_early();
        let mut offered = session.offer(&entry.envelope, entry.octets);
        if let Ok(Offer::Closed) = offered {
            self.wasted += u32::from(was_early);
            self.quit();
            match self.connect() {
                Ok(Connected::Yes) => {}
                other => {
                    let mut queue = run.queue();
                    queue.put_back_taken(entry);
                    // Claims are released while there is no relay: a power cut would make them unknown.
                    if !queue.is_connected() {
                        queue.settle(run.clock.now())?;
                    }
                    return other.map(|connected| Some(Ready::Unconnected(connected)));
                }
            }
            let session = self.session.as_mut().expect("connect leaves a session");
            offered = session.offer(&entry.envelope, entry.octets);
        } else if was_early {
            self.wasted = 0;
        }
        let reply = match offered {
            Ok(Offer::Ready) => return Ok(Some(Ready::Yes(entry))),
            Ok(Offer::Refused(reply)) => reply,
            Ok(Offer::TooLarge(answer)) => {
                let mut queue = run.queue();
                match queue.give_up_too_small(self.relay, &answer) {
                    true => queue.put_back_taken(entry),
                    false => queue.record(&entry, &Reply::Deferred(answer), self.relay, run.clock.now())?,
                }
                return Ok(None);
            }
            Ok(Offer::Closed) => unreachable!("a new session is not closed"),
            Err(error) => {
                // No data was sent: the letter can be offered again.
                let words = || Answer { text: error.to_string(), ..Answer::default() };
                let answer = error.answer().cloned().unwrap_or_else(words);
                let (reply, mut queue) = (Reply::Deferred(answer), run.queue());
                queue.answered(&entry, &reply, self.relay, run.clock.elapsed(), run.clock.now())?;
                return if queue.give_up_for(self.relay, &error) { Ok(None) } else { Err(error.into()) };
            }
        };
        self.through += 1;
        self.is_steady = false;
        run.queue().answered(&entry, &reply, self.relay, run.clock.elapsed(), run.clock.now())?;
        Ok(None)
    }

    /// The number of letters sent over one connection to the relay of the session.
    fn per_connection(&self) -> u32 {
        self.run.options.relays[self.relay].per_connection
    }

    /// Opens a session unless there is one that can take a letter. A relay that fails is left while there is another.
    fn connect(&mut self) -> Result<Connected, DeliveryError> {
        let run = self.run;
        if let Some(session) = &self.session {
            let is_usable = session.is_usable() && self.through < self.per_connection();
            if is_usable && run.queue().keeps(self.relay, run.clock.elapsed()) {
                return Ok(Connected::Yes);
            }
            self.quit();
        }
        loop {
            let chosen = run.queue().choose_relay(run.clock.elapsed());
            let Some(relay) = chosen else { return Ok(Connected::After(NO_ROOM)) };
            let error = match Session::connect(&run.options.relays[relay].settings) {
                Ok(session) => {
                    run.queue().opened(relay);
                    self.session = Some(session);
                    self.relay = relay;
                    self.through = 0;
                    self.is_steady = false;
                    self.outage = None;
                    return Ok(Connected::Yes);
                }
                Err(error) => error,
            };
            if !run.queue().connection_failed(relay, &error, run.clock.elapsed()) {
                return self.wait_for_relay(error);
            }
            if run.is_stopped() {
                return Ok(Connected::After(Duration::ZERO));
            }
        }
    }

    /// Decides what to do without a relay.
    fn wait_for_relay(&mut self, error: RelayError) -> Result<Connected, DeliveryError> {
        let mut queue = self.run.queue();
        let options = self.run.options;
        let now = self.run.clock.elapsed();
        // A relay that worked a moment ago may come back, and a busy one will.
        let is_retried = error.is_temporary() && (queue.was_connected() || error.answer().is_some());
        let pause = is_retried.then(|| {
            let new = || (now, Backoff::new(options.retry_for, self.seed));
            let (since, backoff) = self.outage.get_or_insert_with(new);
            backoff.next(options.retry_for.saturating_sub(now.saturating_sub(*since)))
        });
        match pause.flatten() {
            Some(pause) => {
                queue.report(Event::Paused { why: error.to_string(), answer: error.answer(), pause });
                if !queue.is_connected() {
                    queue.settle(self.run.clock.now())?;
                }
                Ok(Connected::After(pause))
            }
            // The others continue: this may just be one connection too many. If not, they get the same error.
            None if queue.is_connected() => {
                queue.report(Event::ConnectionFailed { error: &error });
                Ok(Connected::Never)
            }
            None => Err(error.into()),
        }
    }

    /// Waits, unless the run ends or should stop.
    fn pause_for(&mut self, pause: Duration) {
        if pause >= IDLE {
            self.quit();
        }
        let run = self.run;
        let until = run.clock.elapsed() + pause;
        loop {
            let left = until.saturating_sub(run.clock.elapsed());
            if left.is_zero() || run.is_stopped() || run.queue().is_over() {
                return;
            }
            run.clock.wait(left.min(POLL_INTERVAL));
        }
    }

    /// Closes the session, if there is one.
    fn quit(&mut self) {
        if let Some(session) = self.session.take() {
            self.run.queue().closed(self.relay);
            session.quit();
        }
    }
}

/// The result of offering a letter.
enum Ready {
    /// The relay waits for its data.
    Yes(Entry),
    /// There is no session; the letter was put back.
    Unconnected(Connected),
}

/// The result of connecting.
enum Connected {
    /// A session is open.
    Yes,
    /// Try again after this.
    After(Duration),
    /// This worker ends; the others continue.
    Never,
}
