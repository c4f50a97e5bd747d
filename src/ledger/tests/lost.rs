//! A connection that is lost when the server has committed, and before it says so: what was recorded is recorded once.
//!
//! They need a database, named by [`SHARED`].

use super::shared::{FIRST, is_claimed};
use super::*;
use jiff::civil::date;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::time::Duration;

/// Whether the server says what a statement has done: after `BindComplete`, and after `ParseComplete` if it was not prepared.
fn is_result(said: &[u8]) -> bool {
    matches!(said, [b'2', ..] | [b'1', _, _, _, _, b'2', ..])
}

/// An address that leads to the database, where each connection is lost instead of its second result. The first one is that of the
/// statement that was lost before: so the server runs every statement twice.
fn cut_before_each_result(url: &str) -> String {
    let (start, rest) = url.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let server = server.to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
            pass_on(client, server);
        }
    });
    format!("{start}@{address}/{database}")
}

fn pass_on(mut client: TcpStream, mut server: TcpStream) {
    let (mut asks, mut answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || std::io::copy(&mut asks, &mut answers));
    std::thread::spawn(move || {
        let (mut said, mut results) = (vec![0; 1 << 16], 0);
        while let Ok(length @ 1..) = server.read(&mut said) {
            results += u32::from(is_result(&said[..length]));
            if results == 2 || client.write_all(&said[..length]).is_err() {
                break;
            }
        }
        let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
    });
}

/// Does everything that writes to a ledger. Returns what it was told, and what the database has in the end.
fn everything(url: impl Fn(&str) -> String) -> (Vec<String>, Vec<String>) {
    assert!(is_shared(), "{SHARED} is not set");
    let desk = tempfile::tempdir().unwrap();
    let direct = place(desk.path());
    direct.prepare().unwrap();
    let shared = direct.shared().unwrap().clone();
    let there = LedgerPlace::new(desk.path(), CAMPAIGN, Some(Shared { url: url(&shared.url), ..shared }));
    let mut told: Vec<String> = Vec::new();
    let mut tell = |what: &dyn std::fmt::Debug| told.push(format!("{what:?}"));

    let mut ledger = there.create("ledger-1", at(0)).unwrap();
    ledger.begin_run(&FIRST, "sha256:outbox", false).unwrap();
    ledger.record_roll(FIRST.id, 56, 12).unwrap();
    ledger.record_subjects(&[("a".to_owned(), "We ask you".to_owned())]).unwrap();
    let pacing = Pacing { pause: Some(Duration::from_millis(1)), ..Pacing::default() };
    let claims = ["a", "b", "c", "d"].map(claim);
    let slowly = Pacing { pause: Some(Duration::from_secs(30)), ..pacing };
    match ledger.claim_free(&claims, 3, &FIRST, &slowly, at(1)).unwrap() {
        Claimed::Grants(grants) => tell(&grants.iter().map(is_claimed).collect::<Vec<_>>()),
        other => tell(&other),
    }
    ledger.began("a", RELAY, at(2)).unwrap();
    ledger.record("a", &accepted(), at(3)).unwrap();
    ledger.began("b", RELAY, at(4)).unwrap();
    ledger.record("b", &Reply::Deferred(answer(Stage::Rcpt, 451, "later")), at(5)).unwrap();
    ledger.release(&["c"], at(6)).unwrap();
    tell(&ledger.claim_copy(&claim("a"), "archive@lantern.example", &FIRST, at(7)).unwrap());
    ledger.record_copy("a", &accepted(), at(8)).unwrap();
    tell(&ledger.claim(&[claim("c"), claim("d")], &FIRST, at(9)).unwrap().len());
    ledger.began("d", RELAY, at(10)).unwrap();
    end_leases(&mut open(desk.path()));
    tell(&ledger.recover("boot-1", at(11)).unwrap());
    ledger.settle("d", Settlement::Resend, "Ada", at(12)).unwrap();
    ledger.cancel(&claim("e"), "Ada", at(13)).unwrap();
    ledger.take_over(&[(7, claim("f")), (-2, claim("b"))], 0, at(14)).unwrap();
    let new = |kind| NewResponse { letter: "a", kind, on: date(2018, 1, 20), note: Some("a remark") };
    ledger.respond(&[new(Some(ResponseKind::Reply)), new(None)], "Ada", at(15)).unwrap();
    ledger.respond(&[new(Some(ResponseKind::Refused))], "Ada", at(16)).unwrap();
    assert!(execute(
        &mut open(desk.path()),
        "INSERT INTO home (campaign, at, server) SELECT key, created_at, 'another' FROM campaign"
    ));
    ledger.move_home(at(17)).unwrap();
    ledger.recover_copies(at(18)).unwrap();
    ledger.halt("550 no").unwrap();
    ledger.end_run().unwrap();

    let ledger = open(desk.path());
    let Store::Postgres(store) = &ledger.0 else { panic!("a database") };
    let kept = [
        "SELECT concat_ws(' ', id, state, begun, attempts, run, at, seen) FROM letter ORDER BY id",
        "SELECT concat_ws(' ', letter, at, what, run, digest, stage, code, text, by_whom) FROM event ORDER BY number",
        "SELECT concat_ws(' ', letter, state, claims, run, at) FROM archive ORDER BY letter",
        "SELECT concat_ws(' ', letter, kind, answered_on, note, at) FROM response ORDER BY number",
        // Without the last number, by which the tables of each run differ.
        "SELECT concat_ws(' ', at, regexp_replace(server, ' [0-9]+$', '')) FROM home ORDER BY number",
        "SELECT concat_ws(' ', id, ledger, outbox, halt) FROM campaign",
        "SELECT concat_ws(' ', id, lease > clock_timestamp()) FROM run",
        "SELECT concat_ws(' ', run, total, listed) FROM roll",
        "SELECT concat_ws(' ', letter, text) FROM subject",
    ];
    (told, kept.into_iter().flat_map(|sql| store.column(sql)).collect())
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn what_was_committed_when_the_connection_was_lost_is_recorded_once() {
    let (direct, cut) = (everything(str::to_owned), everything(cut_before_each_result));
    assert_eq!(direct.0[0], "[true, true, true, false]");
    assert!(direct.1.len() > 25, "{:#?}", direct.1);
    assert_eq!(cut, direct);
}
