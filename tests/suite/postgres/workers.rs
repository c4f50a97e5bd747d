//! Several workers, each with the campaign's folder on its own machine: one sends what the other does not.

use super::*;

pub(super) fn signal(child: &Child, name: &str) {
    let sent = std::process::Command::new("kill").args([&*format!("-{name}"), &child.id().to_string()]).status();
    assert!(sent.expect("a signal").success());
}

#[test]
fn one_worker_sends_all_and_every_machine_knows() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(8, &relay, &server, "connections = 2");
    let other = elsewhere(&desk, &server);
    desk.run("send --yes").exit(0).prints("8 letters: 8 accepted");
    other.run("status").exit(0).prints("8 accepted");
    other.run("send --yes").exit(0).prints("8 accepted");
    assert_eq!(taken(&relay).len(), 8);
    assert!(!desk.has(".openletter/ledger.sqlite3"));
}

#[test]
fn two_workers_share_the_letters_and_both_wait_for_the_last() {
    let server = shared();
    let relay = slow(15).start();
    let desk = campaign(60, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    let runs = [desk.start("send --yes"), other.start("send --yes")];
    for run in runs {
        end(run).exit(0).prints("60 letters: 60 accepted");
    }
    assert_eq!(taken(&relay).len(), 60);
    let letters = relay
        .transcript()
        .iter()
        .map(|said| said.iter().filter(|line| line.starts_with("MAIL")).count())
        .collect::<Vec<_>>();
    assert!(letters.iter().filter(|letters| **letters >= 5).count() >= 2, "each sends some: {letters:?}");
}

#[test]
fn letters_of_a_killed_worker_are_sent_by_the_other_unless_their_data_had_begun() {
    let server = shared();
    for (step, unknown) in [(Step::Dot, 1), (Step::Rcpt, 0)] {
        let relay = Relay::script().on(step).letter(4).stall().start();
        let desk = campaign(30, &relay, &server, "");
        let other = elsewhere(&desk, &server);
        let first = desk.start("send --yes");
        relay.await_begun(4);
        relay.wait_for(step, 4);
        let second = other.start("send --yes");
        relay.await_begun(8);
        kill(first);
        let second = end(second).exit(if unknown > 0 { 76 } else { 0 });
        let second = second.prints(&format!("{} accepted", 30 - unknown));
        assert_eq!(second.out.contains("unknown: letter 4 · r4"), unknown > 0, "{}", second.out);
        assert_eq!(taken(&relay).len(), 30 - unknown);
        assert_eq!(count(&other, "unknown"), unknown as u64);
    }
}

#[test]
fn a_frozen_worker_that_lost_its_lease_sends_nothing_when_it_wakes() {
    let server = shared();
    let relay = Relay::script().on(Step::Rcpt).letter(3).held().reply("250 2.1.5 ok").start();
    let desk = campaign(12, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    let first = desk.start("send --yes");
    relay.await_begun(3);
    relay.wait_for(Step::Rcpt, 3);
    signal(&first, "STOP");
    other.run("send --yes").exit(0).prints("12 accepted");
    assert_eq!(taken(&relay).len(), 12);
    relay.release();
    signal(&first, "CONT");
    end(first).exit(0).prints("12 accepted");
    assert_eq!(taken(&relay).len(), 12, "the worker that woke up sent a letter of the other");
}

#[test]
fn a_frozen_worker_whose_letter_was_on_its_way_does_not_change_that_it_is_unknown() {
    let server = shared();
    let relay = Relay::script().on(Step::Dot).letter(3).held().reply("250 2.0.0 queued").start();
    let desk = campaign(12, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    let first = desk.start("send --yes");
    relay.wait_for(Step::Dot, 3);
    signal(&first, "STOP");
    other.run("send --yes").exit(76).prints("11 accepted, 1 unknown").prints("letter 3 · r3");
    relay.release();
    signal(&first, "CONT");
    // A person may have decided meanwhile; the answer is reported instead.
    end(first).exit(76).reports("openletter settle r3 --sent");
    assert_eq!((taken(&relay).len(), count(&other, "unknown")), (12, 1));
    other.run("settle r3 --sent --by Ada --yes").exit(0);
    desk.run("send --yes").exit(0).prints("12 accepted");
    assert_eq!(taken(&relay).len(), 12);
}

#[test]
fn one_workers_failures_stop_all() {
    let server = shared();
    // Only the first connection's recipients are refused.
    let relay = (1..=100)
        .fold(slow(100), |script, time| script.on(Step::Rcpt).connection(1).time(time).reply("550 5.7.1 blocked"))
        .start();
    let desk = campaign(60, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    let first = desk.start("send --yes --retry-for 0s");
    relay.await_begun(1);
    let second = other.start("send --yes --retry-for 0s");
    end(first).exit(75).reports("Stopped after 10 failures of the same kind in a row");
    end(second).exit(75).reports("Stopped because another worker did, for all: 550 5.7.1 blocked");
    let left = count(&desk, "pending");
    assert!(left > 0, "the other worker sent the rest");
    assert_eq!(count(&desk, "offered"), 0);
    other.run("send --yes").exit(1);
    assert_eq!(taken(&relay).len() as u64, 60 - count(&desk, "rejected"));
}

#[test]
fn the_rate_holds_over_all_workers() {
    let server = shared();
    for line in ["rate = \"5/s\"", "rate_per_domain = \"5/s\""] {
        let relay = Relay::start();
        let desk = campaign(9, &relay, &server, line);
        let others = [elsewhere(&desk, &server), elsewhere(&desk, &server)];
        let start = Instant::now();
        let runs = [&desk, &others[0], &others[1]].map(|desk| desk.start("send --yes"));
        for run in runs {
            end(run).exit(0).prints("9 accepted");
        }
        let took = start.elapsed();
        assert!(took >= Duration::from_millis(1_600), "{line}: 9 letters went in {took:?}");
        assert_eq!(taken(&relay).len(), 9);
    }
}

#[test]
fn a_recipients_daily_limit_holds_over_all_workers() {
    let server = shared();
    let relay = slow(20).start();
    let mut desk = Desk::with("supporters");
    desk.through(&relay).edit("campaign.toml", "[relay]", "[recipients]\nper_day = 1\n\n[relay]");
    connect(&mut desk, &server);
    let ledger = format!("\n[ledger]\nurl = {{ env = \"OPENLETTER_LEDGER\" }}\nschema = \"{}\"\n", server.new_schema());
    desk.write("campaign.toml", desk.text("campaign.toml") + &ledger);
    desk.run("ledger prepare").exit(0);
    desk.approved();
    let other = elsewhere(&desk, &server);
    let runs = [desk.start("send --yes"), other.start("send --yes")];
    for run in runs {
        end(run).exit(75);
    }
    let to: Vec<String> = relay.letters().iter().map(|letter| letter.to.concat()).collect();
    assert_eq!(to.iter().collect::<BTreeSet<_>>().len(), to.len(), "a recipient got two on one day: {to:?}");
    assert!(!to.is_empty());
}

#[test]
fn another_outbox_is_not_sent_with_the_same_ledger() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(4, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    desk.run("send --yes --limit 1").exit(75);
    other.write("templates/letter.md.hbs", other.text("templates/letter.md.hbs") + "\nOne more line.\n");
    other.run("write --force").exit(0);
    other.run("approve --by Ada").exit(0);
    other.run("send --yes").exit(77).reports("letters were sent from another outbox of this campaign");
    other.run("send --yes --moved").exit(0).prints("4 accepted");
    desk.run("send --yes").exit(77).reports("another outbox");
    assert_eq!(taken(&relay).len(), 4);
}

#[test]
fn copies_for_the_archive_go_once() {
    let server = shared();
    let relay = slow(10).start();
    let desk = campaign(12, &relay, &server, "");
    desk.edit("campaign.toml", "[letter]", "[letter]\narchive = \"archive@lantern.example\"");
    desk.run("write --force").exit(0);
    desk.run("approve --by Ada").exit(0);
    let other = elsewhere(&desk, &server);
    let runs = [desk.start("send --yes"), other.start("send --yes")];
    for run in runs {
        end(run).exit(0);
    }
    desk.run("send --yes").exit(0);
    let letters = relay.letters();
    let copies = letters.iter().filter(|letter| letter.to == ["archive@lantern.example"]).count();
    assert_eq!((letters.len(), copies), (24, 12));
}

/// A database can be far away: every statement takes a round trip.
#[test]
fn letters_are_not_looked_up_one_by_one() {
    let server = Server::start(&[]);
    let relay = Relay::start();
    let desk = campaign(200, &relay, &server, "");
    desk.run("send --yes").exit(0);
    let statements = || -> u64 {
        let sql = "SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'";
        server.sql("public", sql)[0].parse().expect("a number")
    };
    for command in ["status", "status --format json", "send --dry-run", "send --yes"] {
        let before = statements();
        desk.run(command).exit(0);
        let took = statements() - before;
        assert!(took < 150, "`{command}` takes {took} statements for 200 letters");
    }
}

#[test]
fn a_worker_with_only_some_letters_does_not_wait_for_others() {
    let server = shared();
    let relay = Relay::script().on(Step::Rcpt).letter(1).held().reply("250 2.1.5 ok").start();
    let desk = campaign(30, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    let first = desk.start("send --yes");
    relay.wait_for(Step::Rcpt, 1);
    other.run("send --yes --only r30").exit(75).prints("1 accepted").hides("other workers are sending");
    relay.release();
    end(first).exit(0).prints("30 accepted");
    assert_eq!(taken(&relay).len(), 30);
}

#[test]
fn a_deferred_letter_that_another_worker_sent_is_not_waited_for() {
    let server = shared();
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("451 4.7.1 greylisted").start();
    let desk = campaign(3, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    let start = Instant::now();
    let first = desk.start("send --yes --retry-for 2m");
    relay.await_letters(2);
    other.run("send --yes --retry-for 0s").exit(0).prints("3 accepted");
    end(first).exit(0).prints("3 accepted");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(relay.letters().iter().filter(|letter| letter.accepted).count(), 3);
}

/// Does something twice at once: both have read that a letter is deferred before one of them moves it.
fn race(server: &Server, schema: &str, campaign: &str, start: impl Fn() -> Child) -> [Ran; 2] {
    let mut client = server.connect(schema);
    let mut tx = client.transaction().expect("begun");
    let sql =
        "SELECT FROM letter JOIN campaign ON campaign = key WHERE campaign.id = $1 AND letter.id = 'r1' FOR UPDATE";
    assert_eq!(tx.query(sql, &[&campaign]).expect(sql).len(), 1);
    let runs = [start(), start()];
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'
         AND application_name = 'openletter'";
    let mut others = server.connect(schema);
    let begun = Instant::now();
    while others.query_one(waiting, &[&"move("]).expect(waiting).get::<_, i64>(0) < 2 {
        assert!(begun.elapsed() < Duration::from_secs(60), "they do not wait");
        std::thread::sleep(Duration::from_millis(20));
    }
    tx.rollback().expect("ended");
    runs.map(end)
}

#[test]
fn of_two_people_who_settle_a_letter_the_second_is_told() {
    let server = Server::start(&["fsync=off"]);
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("451 4.7.1 greylisted").start();
    let desk = campaign(2, &relay, &server, "");
    desk.run("send --yes --retry-for 0s").exit(75);
    let id = server.sql(&schema(&desk), "SELECT id FROM campaign").concat();
    let runs = race(&server, &schema(&desk), &id, || desk.start("settle r1 --drop --by Ada --yes"));
    let (settled, refused): (Vec<_>, Vec<_>) = runs.into_iter().partition(|run| run.code == Some(0));
    assert_eq!(settled.len(), 1);
    let refused = refused.into_iter().next().expect("the other");
    refused.exit(77).reports("letter \"r1\" is dropped").reports("somebody else changed it meanwhile");
}

#[test]
fn workers_that_start_together_drop_the_letter_of_somebody_who_answered() {
    let server = Server::start(&["fsync=off"]);
    let relay = Relay::script().on(Step::Rcpt).letter(4).reply("451 4.7.1 greylisted").start();
    let desk = campaign(3, &relay, &server, "");
    desk.run("send --yes --as-written").exit(0);
    desk.run("follow-up --init ../again").exit(0);
    desk.through_in("../again", &relay);
    desk.run("-C ../again write").exit(0);
    desk.run("-C ../again approve --by Ada").exit(0);
    desk.run("-C ../again send --yes --limit 1 --retry-for 0s").exit(75);
    desk.run("answer r1 --kind reply --by Ada").exit(0);
    let id = server.sql(&schema(&desk), "SELECT id FROM campaign ORDER BY key DESC LIMIT 1").concat();
    for run in race(&server, &schema(&desk), &id, || desk.start("-C ../again send --yes")) {
        run.exit(0).prints("2 accepted, 1 dropped");
    }
    assert_eq!(relay.letters().iter().filter(|letter| letter.accepted).count(), 5);
}

#[test]
fn a_letter_that_another_worker_releases_at_the_end_is_sent() {
    let server = shared();
    let relay = Relay::script().on(Step::Dot).letter(3).held().reply("250 2.0.0 queued").start();
    let desk = campaign(4, &relay, &server, "");
    desk.run("send --yes --limit 1").exit(75);
    // Another worker has the last letter, until it loses its relay.
    let schema = desk.text("campaign.toml").lines().find_map(|line| line.strip_prefix("schema = ").map(str::to_owned));
    let mut other = server.connect(&schema.expect("a schema"));
    let mut sql = |sql: &str| other.batch_execute(sql).expect(sql);
    sql("INSERT INTO run SELECT campaign, 'other', began_at, 'infinity' FROM run;
         UPDATE letter SET state = 'offered', run = 'other', lease = 'infinity' WHERE id = 'r4'");
    let run = desk.start("send --yes");
    relay.wait_for(Step::Dot, 3);
    sql("UPDATE letter SET state = 'pending', run = NULL, lease = NULL WHERE id = 'r4'");
    relay.release();
    end(run).exit(0).prints("4 letters: 4 accepted");
    assert_eq!(taken(&relay).len(), 4);
}
