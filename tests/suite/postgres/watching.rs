//! What is shown of a run that several workers do: `status --watch`, `send --format json`, OpenMetrics.

use super::*;
use serde_json::Value;
use std::thread;

fn events(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn progress(ran: &Ran) -> Vec<Value> {
    events(ran).into_iter().filter(|event| event["event"] == "progress").collect()
}

#[test]
fn every_machine_sees_the_letters_and_the_workers_of_all() {
    let server = shared();
    let relay = slow(40).start();
    let desk = campaign(120, &relay, &server, "");
    let [other, third] = [elsewhere(&desk, &server), elsewhere(&desk, &server)];
    let watching = third.start("status --watch --format json");
    thread::sleep(Duration::from_millis(1_200));
    let runs = [desk.start("send --yes"), other.start("send --yes")];
    for run in runs {
        end(run).exit(0);
    }
    let ran = end(watching).exit(0);
    let all = progress(&ran);
    assert_eq!(all.len(), ran.out.lines().count());
    assert!(all.iter().any(|event| event["workers"] == 2), "{}", ran.out);
    let last = all.last().expect("an event");
    assert_eq!(
        (&last["totals"]["accepted"], &last["workers"], &last["halted"]),
        (&120.into(), &0.into(), &Value::Null)
    );
}

#[test]
fn the_events_of_a_worker_have_the_totals_of_all() {
    let server = shared();
    let relay = slow(100).start();
    let desk = campaign(140, &relay, &server, "");
    let other = elsewhere(&desk, &server);
    other.run("send --yes --limit 5").exit(75);
    let beside = other.start("send --yes");
    let ran = end(desk.start("send --yes --format json")).exit(0);
    end(beside).exit(0);
    let all = progress(&ran);
    let accepted = |event: &Value| event["totals"]["accepted"].as_u64().expect("a number");
    assert!(all.len() >= 2 && accepted(&all[0]) >= 5, "{}", ran.out);
    let last = all.last().expect("an event");
    let own = events(&ran).iter().take_while(|event| *event != last).filter(|event| event["event"] == "letter").count();
    assert!(accepted(last) > own as u64 + 5, "those of the other worker too: {own}, {last}");
    assert_eq!(events(&ran).last().expect("an end")["event"], "end");
}

#[test]
fn a_halt_ends_the_view_and_is_a_metric_until_another_run_begins() {
    let server = shared();
    let relay = Relay::script().on(Step::Rcpt).reply("550 5.7.1 <r1@northlight.example> refused").start();
    let desk = campaign(30, &relay, &server, "");
    let metric = |value: u32| {
        let line = format!("openletter_halted{{campaign=\"two-recipients\"}} {value}\n");
        desk.run("status --format openmetrics").exit(0).prints(&line).hides("northlight").hides("550")
    };
    assert!(!desk.run("status --format openmetrics").exit(0).out.contains("openletter_halted"), "no ledger yet");
    desk.run("send --yes").exit(75);
    metric(1);
    desk.run("status --watch").exit(0).reports("A worker has stopped all: 550 5.7.1");
    let ran = desk.run("status --watch --format json").exit(0);
    assert!(events(&ran)[0]["halted"].as_str().is_some_and(|why| why.contains("5.7.1")), "{}", ran.out);
    desk.run("send --yes --limit 1").exit(75);
    metric(0);
}

#[test]
fn a_database_that_is_away_does_not_keep_a_view_from_ending() {
    let server = Server::start(&["fsync=off"]);
    let relay = Relay::start();
    let desk = campaign(4, &relay, &server, "");
    desk.run("send --yes --limit 2").exit(75);
    let watching = desk.start("status --watch");
    thread::sleep(Duration::from_millis(1_500));
    server.stop();
    thread::sleep(Duration::from_millis(1_500));
    let begin = Instant::now();
    let sent = std::process::Command::new("kill").args(["-INT", &watching.id().to_string()]).status();
    assert!(sent.expect("a signal").success());
    end(watching).exit(0).prints("2 pending, 2 accepted; nobody is sending").reports("trying again for 60 s");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}
