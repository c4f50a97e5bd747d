//! A program without the feature `postgres`, and a campaign that names a database: it must never use another ledger instead.

use crate::desk::Desk;
use crate::relay::Relay;

#[test]
fn a_campaign_with_a_shared_ledger_is_not_sent() {
    let relay = Relay::start();
    let mut desk = Desk::with("two-recipients");
    desk.through(&relay);
    desk.approved();
    desk.env("OPENLETTER_LEDGER", "postgres://letters:Heron-lamp-86-orange@db.example/letters");
    desk.write("campaign.toml", desk.text("campaign.toml") + "\n[ledger]\nurl = { env = \"OPENLETTER_LEDGER\" }\n");
    for words in ["send --yes", "status", "ledger prepare", "ledger move --to database", "ledger move --to folder"] {
        desk.run(words).exit(78).reports("built without PostgreSQL").reports("--features postgres").hides("Heron");
    }
    assert!(relay.letters().is_empty() && !desk.has(".openletter/ledger.sqlite3"));
}
