//! The relays of a run: to which one a connection opens, and which ones are left alone after they failed.
//!
//! It only calculates with clock readings. It must never give a relay more connections than it may have.

use super::failure_streak::FailureStreak;
use crate::relay::Settings;
use std::time::Duration;

/// A relay, and how much of the work it gets.
pub struct Route {
    /// Its name in reports and in the ledger.
    pub name: String,
    /// How to reach it.
    pub settings: Settings,
    /// Its share of the connections, in proportion to those of the other relays.
    pub weight: u32,
    /// The most connections at once: one or more.
    pub connections: u32,
    /// The number of letters sent over one connection.
    pub per_connection: u32,
}

/// How many connections the relays get at once, by the weight and the connections of each: as many as all allow while the weights
/// hold.
pub fn connections(relays: impl Iterator<Item = (u32, u32)> + Clone) -> u32 {
    let weights: u64 = relays.clone().map(|(weight, _)| u64::from(weight)).sum();
    let most = |(weight, connections): (u32, u32)| weights * u64::from(connections) / u64::from(weight).max(1);
    relays.map(most).min().unwrap_or(1).clamp(1, u32::MAX.into()) as u32
}

/// How long a relay is left alone after its first failure; then twice as long each time.
const FIRST_LEAVE: Duration = Duration::from_secs(60);

/// The longest, as a multiple of the first. The first is at most this fraction of the time for retries.
const LONGEST: u32 = 15;

/// What is known of the relays.
pub(super) struct Relays {
    all: Vec<Standing>,
    first_leave: Duration,
}

struct Standing {
    weight: i64,
    most: u32,
    /// Connections that are open or being opened.
    open: u32,
    /// Grows with each choice of another relay (smooth weighted round robin).
    credit: i64,
    /// No connection is opened before this.
    left_until: Duration,
    /// Whether the open connections end too while it is left.
    is_broken: bool,
    /// How often it was left since it last accepted a letter.
    failures: u32,
    /// Whether it is left for the rest of the run.
    is_given_up: bool,
    streak: FailureStreak,
}

impl Relays {
    pub(super) fn new(routes: &[Route], retry_for: Duration) -> Relays {
        let all = routes.iter().map(|route| Standing {
            weight: route.weight.into(),
            most: route.connections,
            open: 0,
            credit: 0,
            left_until: Duration::ZERO,
            is_broken: false,
            failures: 0,
            is_given_up: false,
            streak: FailureStreak::new(route.connections),
        });
        let scaled = Some(retry_for / LONGEST).filter(|leave| !leave.is_zero());
        Relays { all: all.collect(), first_leave: scaled.unwrap_or(FIRST_LEAVE).min(FIRST_LEAVE) }
    }

    /// Chooses the relay for a new connection, and counts the connection. `None` while those that can be used have enough.
    pub(super) fn choose(&mut self, now: Duration) -> Option<usize> {
        let is_left = |relay: &Standing| relay.is_given_up || relay.left_until > now;
        let has_room = |relay: &Standing| relay.open < relay.most;
        let chosen = if self.all.iter().all(is_left) {
            // There is none to wait for.
            let usable = self.all.iter().enumerate().filter(|(_, relay)| !relay.is_given_up && has_room(relay));
            usable.min_by_key(|(_, relay)| relay.left_until).map(|(at, _)| at)?
        } else {
            let mut total = 0;
            for relay in self.all.iter_mut().filter(|relay| !is_left(relay) && has_room(relay)) {
                relay.credit += relay.weight;
                total += relay.weight;
            }
            let open = self.all.iter().enumerate().filter(|(_, relay)| !is_left(relay) && has_room(relay));
            // Of several, `max_by_key` would return the last.
            let chosen = open.rev().max_by_key(|(_, relay)| relay.credit).map(|(at, _)| at)?;
            self.all[chosen].credit -= total;
            chosen
        };
        self.all[chosen].open += 1;
        Some(chosen)
    }

    /// A connection was opened: the relay is not left any more.
    pub(super) fn opened(&mut self, relay: usize) {
        self.all[relay].left_until = Duration::ZERO;
    }

    /// A connection has ended, or could not be opened.
    pub(super) fn closed(&mut self, relay: usize) {
        self.all[relay].open = self.all[relay].open.saturating_sub(1);
    }

    /// A letter was accepted.
    pub(super) fn accepted(&mut self, relay: usize) {
        self.all[relay].failures = 0;
    }

    /// Leaves a relay for a while. `is_broken` says that its open connections are of no use either. Returns for how long; `None` if it
    /// is left already.
    pub(super) fn leave(&mut self, relay: usize, is_broken: bool, now: Duration) -> Option<Duration> {
        let standing = &mut self.all[relay];
        if standing.is_given_up || standing.left_until > now {
            standing.is_broken |= is_broken;
            return None;
        }
        let pause = self.first_leave * 2u32.pow(standing.failures.min(4)).min(LONGEST);
        standing.failures += 1;
        standing.is_broken = is_broken;
        standing.left_until = now + pause;
        Some(pause)
    }

    /// Leaves a relay for the rest of the run. Whether it was not yet.
    pub(super) fn give_up(&mut self, relay: usize) -> bool {
        !std::mem::replace(&mut self.all[relay].is_given_up, true)
    }

    /// Whether a connection to this relay can send another letter.
    pub(super) fn keeps(&self, relay: usize, now: Duration) -> bool {
        let standing = &self.all[relay];
        !(standing.is_given_up || standing.is_broken && standing.left_until > now)
    }

    /// Whether another relay can be used now.
    pub(super) fn has_other(&self, relay: usize, now: Duration) -> bool {
        let is_usable = |other: &Standing| !other.is_given_up && other.left_until <= now;
        self.all.iter().enumerate().any(|(at, other)| at != relay && is_usable(other))
    }

    /// Whether another relay can be used now or later.
    pub(super) fn remains(&self, relay: usize) -> bool {
        self.all.iter().enumerate().any(|(at, other)| at != relay && !other.is_given_up)
    }

    /// The failures in a row at this relay.
    pub(super) fn streak(&mut self, relay: usize) -> &mut FailureStreak {
        &mut self.all[relay].streak
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::{DOT_TIMEOUT, Pipelining, Tls};

    fn routes(of: &[(u32, u32)]) -> Vec<Route> {
        let settings = || Settings {
            host: "localhost".into(),
            port: 25,
            tls: Tls::None,
            ca_file: None,
            login: None,
            pipelining: Pipelining::Letter,
            timeout: Duration::from_secs(1),
            dot_timeout: DOT_TIMEOUT,
            hello: "example.org".into(),
        };
        let route = |(weight, connections): &(u32, u32)| Route {
            name: String::new(),
            settings: settings(),
            weight: *weight,
            connections: *connections,
            per_connection: 100,
        };
        of.iter().map(route).collect()
    }

    const NOW: Duration = Duration::from_secs(1000);

    /// The relays that are chosen for so many connections, each of which ends before the next.
    fn one_by_one(relays: &mut Relays, times: usize, now: Duration) -> Vec<usize> {
        let mut next = || {
            let chosen = relays.choose(now);
            chosen.into_iter().for_each(|relay| relays.closed(relay));
            chosen
        };
        (0..times).filter_map(|_| next()).collect()
    }

    #[test]
    fn connections_are_as_many_as_the_weights_allow() {
        for (of, expected) in [
            (&[(1, 1)][..], 1),
            (&[(7, 3)], 3),
            (&[(1, 1), (1, 1)], 2),
            (&[(4, 4), (1, 1)], 5),
            (&[(1, 4), (1, 1)], 2),
            (&[(3, 3), (1, 1)], 4),
            (&[(3, 1), (1, 1)], 1),
            (&[(1000, 1), (1, 50)], 1),
        ] {
            assert_eq!(connections(of.iter().copied()), expected, "{of:?}");
        }
    }

    #[test]
    fn weights_decide_to_which_relay_a_connection_opens() {
        let mut relays = Relays::new(&routes(&[(3, 1), (1, 1)]), Duration::from_secs(900));
        assert_eq!(one_by_one(&mut relays, 8, NOW), [0, 0, 1, 0, 0, 0, 1, 0]);
        // At once: never more than a relay may have.
        let mut relays = Relays::new(&routes(&[(3, 3), (1, 1)]), Duration::from_secs(900));
        let mut all: Vec<_> = (0..5).map(|_| relays.choose(NOW)).collect();
        all.sort();
        assert_eq!(all, [None, Some(0), Some(0), Some(0), Some(1)]);
        relays.closed(1);
        assert_eq!(relays.choose(NOW), Some(1));
    }

    #[test]
    fn a_relay_that_failed_is_left_longer_each_time_until_it_accepts_a_letter() {
        let mut relays = Relays::new(&routes(&[(1, 1), (1, 1)]), Duration::from_secs(900));
        let mut now = NOW;
        for minutes in [1, 2, 4, 8, 15, 15] {
            let pause = relays.leave(0, true, now).expect("left");
            assert_eq!(pause, Duration::from_secs(60 * minutes));
            assert_eq!(relays.leave(0, true, now), None, "others notice the same failure");
            assert_eq!(one_by_one(&mut relays, 3, now), [1, 1, 1]);
            assert!(!relays.keeps(0, now) && relays.keeps(1, now));
            assert!(!relays.has_other(1, now) && relays.remains(1));
            now += pause;
            assert!(relays.keeps(0, now));
            assert_eq!(one_by_one(&mut relays, 2, now).len(), 2);
            assert!(relays.has_other(1, now));
        }
        relays.accepted(0);
        assert_eq!(relays.leave(0, false, now), Some(Duration::from_secs(60)));
        assert!(relays.keeps(0, now), "only new connections were refused");
        relays.opened(0);
        assert!(relays.has_other(1, now));
        // With less time for retries, it is left for less.
        let mut relays = Relays::new(&routes(&[(1, 1), (1, 1)]), Duration::from_secs(15));
        assert_eq!(relays.leave(0, true, NOW), Some(Duration::from_secs(1)));
        let mut relays = Relays::new(&routes(&[(1, 1), (1, 1)]), Duration::ZERO);
        assert_eq!(relays.leave(0, true, NOW), Some(Duration::from_secs(60)));
    }

    #[test]
    fn where_all_are_left_the_one_that_returns_first_is_tried() {
        let mut relays = Relays::new(&routes(&[(1, 1), (1, 1), (1, 1)]), Duration::from_secs(900));
        assert!(relays.give_up(2) && !relays.give_up(2));
        relays.leave(1, true, NOW);
        relays.leave(0, true, NOW + Duration::from_secs(1));
        assert_eq!(one_by_one(&mut relays, 2, NOW + Duration::from_secs(2)), [1, 1]);
        assert!(relays.give_up(1));
        assert!(!relays.remains(0));
        assert!(relays.give_up(0));
        assert_eq!(relays.choose(NOW), None);
    }
}
