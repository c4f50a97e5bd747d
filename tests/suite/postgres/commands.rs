//! `ledger prepare` and `ledger move`.

use super::*;
use std::fs;

/// Takes `[ledger]` out of the settings, or puts it back.
fn with_ledger(desk: &Desk, is_shared: bool) {
    let (from, to) = if is_shared { ("#[ledger]", "[ledger]") } else { ("[ledger]", "#[ledger]") };
    desk.edit("campaign.toml", from, to);
    for key in ["url = ", "schema = ", "lease = "] {
        let (from, to) =
            if is_shared { (format!("#{key}"), key.to_owned()) } else { (key.to_owned(), format!("#{key}")) };
        desk.edit("campaign.toml", &format!("\n{from}"), &format!("\n{to}"));
    }
}

#[test]
fn a_database_is_prepared_once_and_nothing_is_sent_before() {
    let server = shared();
    let relay = Relay::start();
    let desk = unprepared(3, &relay, &server, "");
    desk.run("write").exit(77).reports("is not prepared").reports("run `openletter ledger prepare`");
    let name = format!("PostgreSQL at 127.0.0.1:{}, database postgres, schema letters_", server.port());
    desk.run("ledger prepare").exit(0).reports("Prepared for ledgers: ").reports(&name);
    desk.run("ledger prepare").exit(0);
    desk.approved().run("send --yes").exit(0).prints("3 accepted");
    desk.run("ledger prepare").exit(0);
    assert_eq!(count(&desk, "accepted"), 3);
    let backup = desk.run("ledger backup copy").exit(74);
    assert!(backup.err.contains("pg_dump") && !desk.has("copy"), "{}", backup.err);
}

#[test]
fn a_ledger_moves_to_the_database_and_back_with_all_it_knows() {
    let server = shared();
    let relay = Relay::script().on(Step::Rcpt).letter(2).reply("550 5.1.1 no such user").start();
    let desk = campaign(6, &relay, &server, "");
    with_ledger(&desk, false);
    desk.run("send --yes --limit 3").exit(75);
    desk.run("answer r1 --kind reply --note Thanks --by Ada").exit(0);
    let before = desk.run("status --format json").exit(0).json();

    with_ledger(&desk, true);
    for words in ["send --yes", "status", "ledger backup copy"] {
        desk.run(words).exit(77).reports("has a ledger in its folder").reports("openletter ledger move --to database");
    }
    let moved =
        desk.run("ledger move --to database").exit(0).reports("Moved the ledger, with 3 letters, to PostgreSQL at");
    assert!(moved.err.contains("Keep [ledger] in campaign.toml"), "{}", moved.err);
    assert_eq!(desk.run("status --format json").exit(0).json(), before, "nothing is lost or added");
    desk.run("ledger move --to database").exit(0);
    let other = elsewhere(&desk, &server);
    with_ledger(&other, false);
    other.run("send --yes").exit(77).reports("the ledger was moved to PostgreSQL at");
    assert_eq!(relay.letters().len(), 2);
    desk.run("send --yes --limit 2").exit(75);
    desk.run("settle r2 --drop --by Ada --yes").exit(0);
    let before = desk.run("status --format json").exit(0).json();

    desk.run("ledger move --to folder").exit(0).reports("Moved the ledger, with 5 letters, from PostgreSQL at");
    desk.run("send --yes").exit(77).reports("remove [ledger] if this ledger was moved back");
    desk.run("ledger move --to folder").exit(0);
    with_ledger(&desk, false);
    assert_eq!(desk.run("status --format json").exit(0).json(), before, "nothing is lost or added");
    desk.run("send --yes").exit(0).prints("5 accepted, 1 dropped");
    assert_eq!(taken(&relay).len(), 5);

    // A campaign does not come back to where it was: an old program might have it open.
    with_ledger(&desk, true);
    desk.run("ledger move --to database").exit(74).reports("was in this database before").reports("use another schema");
    with_ledger(&desk, false);
    desk.run("send --yes").exit(0);
    assert_eq!(taken(&relay).len(), 5);
}

#[test]
fn what_a_killed_run_left_stays_unknown_in_the_database() {
    let server = shared();
    let relay = Relay::script().on(Step::Dot).letter(3).stall().start();
    let desk = campaign(6, &relay, &server, "");
    with_ledger(&desk, false);
    let run = desk.start("send --yes");
    relay.wait_for(Step::Dot, 3);
    with_ledger(&desk, true);
    desk.run("ledger move --to database").exit(77).reports("another run is active");
    kill(run);
    desk.run("ledger move --to database").exit(0);
    assert_eq!((count(&desk, "accepted"), count(&desk, "unknown"), count(&desk, "pending")), (2, 1, 3));
    desk.run("send --yes").exit(76).prints("unknown: letter 3 · r3");
    assert_eq!(taken(&relay).len(), 5);
}

#[test]
fn an_interrupted_move_stops_sending_until_it_is_completed() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(5, &relay, &server, "");
    let schema = schema(&desk);
    with_ledger(&desk, false);
    desk.run("send --yes --limit 2").exit(75);
    with_ledger(&desk, true);
    server.sql(
        &schema,
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no room''; END'",
    );
    // The last moment, when the file is left already.
    server.sql(
        &schema,
        "CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON subject DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION fail()",
    );
    desk.run("ledger move --to database").exit(74).reports("cannot move the ledger: no room");
    // Neither store sends now.
    desk.run("send --yes").exit(77).reports("run `openletter ledger move --to database`");
    with_ledger(&desk, false);
    desk.run("send --yes").exit(77).reports("the ledger was moved to PostgreSQL");
    with_ledger(&desk, true);
    server.sql(&schema, "DROP TRIGGER fails ON subject");
    desk.run("ledger move --to database").exit(0).reports("with 2 letters");

    server.sql(&schema, "CREATE TRIGGER fails BEFORE UPDATE ON campaign FOR EACH ROW EXECUTE FUNCTION fail()");
    desk.run("ledger move --to folder").exit(74).reports("no room");
    with_ledger(&desk, false);
    desk.run("send --yes").exit(77).reports("the ledger was moved to PostgreSQL");
    with_ledger(&desk, true);
    server.sql(&schema, "DROP TRIGGER fails ON campaign");
    desk.run("send --yes --limit 1").exit(75);
    desk.run("ledger move --to folder").exit(0).reports("with 3 letters");
    with_ledger(&desk, false);
    desk.run("send --yes").exit(0).prints("5 accepted");
    assert_eq!(taken(&relay).len(), 5);
}

#[test]
fn a_ledger_that_cannot_be_read_to_its_end_leaves_nothing_in_the_database() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(5, &relay, &server, "");
    with_ledger(&desk, false);
    desk.run("send --yes --limit 2").exit(75);
    with_ledger(&desk, true);
    let file = || rusqlite::Connection::open(desk.path(".openletter/ledger.sqlite3")).expect("a file");
    // Subjects come last.
    file().execute("UPDATE subject SET text = CAST(x'ff' AS TEXT) WHERE letter = 'r2'", []).expect("damaged");
    desk.run("ledger move --to database").exit(77).reports("the ledger is damaged");
    let rows = server.sql(&schema(&desk), "SELECT id FROM campaign UNION ALL SELECT id FROM letter");
    assert!(rows.is_empty(), "{rows:?}");
    // And the file is what it was.
    with_ledger(&desk, false);
    desk.run("send --yes --limit 1").exit(75);
    with_ledger(&desk, true);
    file().execute("UPDATE subject SET text = 'We ask you' WHERE letter = 'r2'", []).expect("updated");
    desk.run("ledger move --to database").exit(0).reports("with 3 letters");
    desk.run("send --yes").exit(0).prints("5 accepted");
    assert_eq!(taken(&relay).len(), 5);
}

#[test]
fn no_ledger_moves_while_a_worker_sends() {
    let server = shared();
    let relay = Relay::script().on(Step::Dot).letter(2).held().reply("250 2.0.0 queued").start();
    let desk = campaign(4, &relay, &server, "");
    let run = desk.start("send --yes");
    relay.wait_for(Step::Dot, 2);
    let other = elsewhere(&desk, &server);
    other.run("ledger move --to folder").exit(77).reports("another run is active");
    other.run("purge --yes").exit(77).reports("another run is active");
    relay.release();
    end(run).exit(0).prints("4 accepted");
    other.run("ledger move --to folder").exit(0);
    assert_eq!(taken(&relay).len(), 4);
}

#[test]
fn a_copy_of_a_file_does_not_move() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(4, &relay, &server, "");
    with_ledger(&desk, false);
    desk.run("send --yes --limit 1").exit(75);
    let copy = elsewhere(&desk, &server);
    desk.run("send --yes --limit 1").exit(75);
    with_ledger(&copy, true);
    copy.run("ledger move --to database").exit(74).reports("it is a copy or a restored backup; move the original");
    with_ledger(&desk, true);
    desk.run("ledger move --to database").exit(0).reports("with 2 letters");
    copy.run("ledger move --to database").exit(74).reports("the database has a ledger of this campaign already");
    copy.run("send --yes").exit(77);
    fs::remove_file(copy.path(".openletter/ledger.sqlite3")).expect("removed");
    copy.run("send --yes").exit(0).prints("4 accepted");
    assert_eq!(taken(&relay).len(), 4);
}

#[test]
fn a_letter_that_follows_reads_the_database() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(3, &relay, &server, "");
    desk.edit("campaign.toml", "lease = ", "ca_file = \"ca.pem\"\nlease = ");
    desk.write("ca.pem", relay.ca_pem());
    desk.run("send --yes --as-written").exit(0);
    desk.run("answer r1 --kind reply --by Ada").exit(0);
    desk.run("record").exit(0).prints("Officer 2");
    desk.run("follow-up --init ../again").exit(0);
    let settings = desk.text("../again/campaign.toml");
    assert!(settings.contains("[ledger]") && settings.contains("ca_file = \"../campaign/ca.pem\""), "{settings}");
    desk.through_in("../again", &relay);
}

#[test]
fn a_file_that_was_left_for_one_database_fills_no_other() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(4, &relay, &server, "");
    with_ledger(&desk, false);
    desk.run("send --yes --limit 1").exit(75);
    with_ledger(&desk, true);
    desk.run("ledger move --to database").exit(0);
    desk.run("send --yes --limit 2").exit(75);
    let (first, second) = (schema(&desk), server.new_schema());
    desk.edit("campaign.toml", &format!("schema = \"{first}\""), &format!("schema = \"{second}\""));
    desk.run("ledger prepare").exit(0);
    for words in ["send --yes", "send --yes --moved", "ledger move --to database", "status"] {
        desk.run(words).exit(77).reports("the ledger was moved to PostgreSQL at").reports(&first);
    }
    desk.edit("campaign.toml", &format!("schema = \"{second}\""), &format!("schema = \"{first}\""));
    desk.run("send --yes").exit(0).prints("4 accepted");
    assert_eq!(relay.letters().len(), 4);
}

#[test]
fn a_large_ledger_may_take_its_time_to_move() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(3, &relay, &server, "");
    with_ledger(&desk, false);
    desk.run("send --yes").exit(0);
    with_ledger(&desk, true);
    for (table, what) in [("event", "INSERT"), ("campaign", "UPDATE")] {
        let sql = format!(
            "CREATE OR REPLACE FUNCTION takes_long() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF current_setting('statement_timeout') <> '0' THEN RAISE EXCEPTION 'too slow'; END IF;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER takes_long BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION takes_long()"
        );
        server.sql(&schema(&desk), &sql);
    }
    desk.run("ledger move --to database").exit(0).reports("with 3 letters");
    desk.run("ledger move --to folder").exit(0).reports("with 3 letters");
}

#[test]
fn no_table_of_what_happened_can_be_emptied() {
    let server = shared();
    let relay = Relay::start();
    let desk = campaign(3, &relay, &server, "");
    desk.run("send --yes").exit(0);
    let mut client = server.connect(&schema(&desk));
    for table in ["event", "response", "home", "archive", "letter", "campaign"] {
        let emptied = client.batch_execute(&format!("TRUNCATE {table} CASCADE"));
        let error = emptied.expect_err(table).as_db_error().map(|error| error.message().to_owned());
        assert!(error.is_some_and(|error| error.ends_with("is never changed or removed")), "{table}");
    }
    assert_eq!(count(&desk, "accepted"), 3);
}
