//! Workers with several relays: each leaves the one that fails, and the ledger knows which relay has which letter.

use super::*;

#[test]
fn workers_leave_a_relay_that_fails_and_the_ledger_names_the_relay_of_each_letter() {
    let server = shared();
    let (bad, good) = (Relay::script().on(Step::Dot).hang_up().start(), slow(10).start());
    let desk = campaign(40, &bad, &server, "");
    let text = desk.text("campaign.toml");
    let (before, rest) = text.split_once("\n[relay]").expect("a relay");
    let (_, ledger) = rest.split_once("\n[ledger]").expect("a ledger");
    let table = |name, relay: &Relay| {
        format!("\n[[relay]]\nname = \"{name}\"\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {}\n", relay.port())
    };
    let tables = table("bad", &bad) + &table("good", &good);
    desk.write("campaign.toml", format!("{before}{tables}\n[ledger]{ledger}"));
    let other = elsewhere(&desk, &server);
    let runs = [desk.start("send --yes --retry-for 60s"), other.start("send --yes --retry-for 60s")];
    for run in runs {
        end(run).exit(76).reports("Leaving bad for ");
    }
    let unknown = count(&desk, "unknown");
    assert!((1..=2).contains(&unknown), "one for each worker: {unknown}");
    assert_eq!(count(&desk, "accepted"), 40 - unknown);
    let at_good = taken(&good);
    assert_eq!(at_good.len() as u64, 40 - unknown);
    assert!(taken(&bad).is_empty());
    let relays = |desk: &Desk| {
        let letters = desk.run("status --format json").exit(0).json()["letters"].take();
        let letters = letters.as_array().expect("letters").clone();
        letters.into_iter().map(|letter| (letter["to"].clone(), letter["relay"].clone())).collect::<Vec<_>>()
    };
    let before = relays(&desk);
    for (to, relay) in &before {
        let is_there = at_good.contains(to.as_str().expect("an address"));
        assert_eq!(relay, if is_there { "good" } else { "bad" }, "{to}");
    }
    desk.run("ledger move --to folder").exit(0);
    desk.edit("campaign.toml", &format!("\n[ledger]{ledger}"), "");
    assert_eq!(relays(&desk), before);
}
