//! A relay that never finishes a line, a reply or a step.

use super::*;
use crate::relay::{Leaf, Step};
use std::time::Instant;

/// Long enough for an answer that comes at once, and short enough to wait for one that does not.
const PATIENCE: Duration = Duration::from_millis(1_500);

const STEPS: [(Step, &str); 5] = [
    (Step::Greeting, "error Timeout"),
    (Step::Ehlo, "error Timeout"),
    (Step::Mail, "deferred at MAIL, closed"),
    (Step::Rcpt, "deferred at RCPT, closed"),
    (Step::Dot, "unknown at final dot, closed"),
];

#[test]
fn an_endless_line_is_an_error_before_the_timeout() {
    for (step, expected) in STEPS {
        let relay = Relay::script().on(step).pour(b"250 x").start();
        let start = Instant::now();
        let expected = match step {
            Step::Greeting => "error Refused",
            Step::Ehlo => "error Unexpected",
            _ => expected,
        };
        assert_eq!(outcome(&settings(&relay)), expected, "{step:?}");
        assert!(start.elapsed() < LONG / 3, "{step:?}");
    }
}

#[test]
fn an_endless_reply_is_an_error() {
    let lines = "250-and more\r\n".repeat(10_000);
    let relay = Relay::script().on(Step::Dot).raw(lines.as_bytes()).start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    let Ok(Reply::Unknown(answer)) = send(&mut session, LETTER) else { panic!("it counts") };
    assert_eq!(answer.text, "malformed reply: a reply of more than 65536 bytes");
}

#[test]
fn a_slowly_dripping_reply_has_the_same_timeout() {
    std::thread::scope(|scope| {
        for (step, expected) in STEPS {
            scope.spawn(move || {
                let bytes = format!("250 2.0.0 {}\r\n", "x".repeat(200));
                let relay = Relay::script().on(step).dribble(bytes.as_bytes(), PATIENCE / 10).start();
                let start = Instant::now();
                let settings = Settings { timeout: PATIENCE, dot_timeout: PATIENCE, ..settings(&relay) };
                assert_eq!(outcome(&settings), expected, "{step:?}");
                assert!(start.elapsed() < PATIENCE * 3, "{step:?}: {:?}", start.elapsed());
            });
        }
    });
}

#[test]
fn a_slow_reply_in_time_is_accepted() {
    let relay = Relay::script().on(Step::Dot).dribble(b"250 ok\r\n", PATIENCE / 20).start();
    let settings = Settings { timeout: PATIENCE, dot_timeout: PATIENCE, ..settings(&relay) };
    assert_eq!(outcome(&settings), "accepted at final dot 250, usable");
}

#[test]
fn under_tls_the_timeout_is_the_same() {
    let relay = Relay::script().tls(Leaf::Good).on(Step::Dot).dribble(&[b'2'; 500], PATIENCE / 10).start();
    let folder = tempfile::tempdir().expect("a folder");
    let protected = protected(&relay, Tls::Implicit, &folder);
    let start = Instant::now();
    let settings = Settings { login: None, dot_timeout: PATIENCE, ..protected };
    assert_eq!(outcome(&settings), "unknown at final dot, closed");
    assert!(start.elapsed() < PATIENCE * 3);
}
