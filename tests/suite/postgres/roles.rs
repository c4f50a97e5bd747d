//! Users of the database that are no superusers: the owner of the tables, and one that only sends.

use super::*;

const WORD: &str = "Plover-bell-33-scarlet";

/// The address of a database for a user with this name.
fn url(server: &Server, role: &str, database: &str) -> String {
    let url = server.url().replace("letters:", &format!("{role}:")).replace(PASSWORD, WORD);
    url.replace("/postgres", &format!("/{database}"))
}

/// A user that owns a database of its own, and nothing else. Returns the address.
fn owner(server: &Server, role: &str) -> String {
    server.sql("public", &format!("CREATE ROLE {role} LOGIN PASSWORD '{WORD}'"));
    server.sql("public", &format!("CREATE DATABASE {role} OWNER {role}"));
    url(server, role, role)
}

#[test]
fn the_owner_of_a_database_prepares_it_and_sends() {
    let server = shared();
    let relay = Relay::start();
    let mut desk = unprepared(4, &relay, &server, "");
    let mut other = elsewhere(&desk, &server);
    let url = owner(&server, "owner");
    desk.env("OPENLETTER_LEDGER", &url);
    other.env("OPENLETTER_LEDGER", &url);
    desk.run("ledger prepare").exit(0);
    desk.approved().run("send --yes --limit 2").exit(75);
    desk.run("status").exit(0).prints("2 accepted");
    desk.run("send --yes").exit(0).prints("4 accepted");
    desk.run("ledger move --to folder").exit(0);
    assert_eq!(taken(&relay).len(), 4);
}

#[test]
fn a_user_that_may_not_ask_which_database_it_is_is_told_what_to_allow() {
    let server = Server::start(&[]);
    let relay = Relay::start();
    let mut desk = unprepared(2, &relay, &server, "");
    let url = owner(&server, "owner");
    desk.env("OPENLETTER_LEDGER", &url);
    for function in ["pg_control_system()", "pg_current_wal_lsn()", "pg_walfile_name(pg_lsn)"] {
        server.sql_in("owner", &format!("REVOKE EXECUTE ON FUNCTION {function} FROM public"));
    }
    let refused = desk.run("ledger prepare").exit(74).reports("permission denied for function").hides(WORD);
    let (_, grant) = refused.err.split_once("GRANT ").expect("a statement");
    let (grant, _) = grant.split_once('…').expect("its end");
    server.sql_in("owner", &format!("GRANT {grant} owner"));
    desk.run("ledger prepare").exit(0);
    desk.approved().run("send --yes").exit(0).prints("2 accepted");
    assert_eq!(taken(&relay).len(), 2);
}

#[test]
fn a_role_that_only_sends_may_neither_change_what_happened_nor_the_tables() {
    let server = shared();
    let relay = Relay::start();
    let mut desk = campaign(6, &relay, &server, "");
    let schema = schema(&desk);
    let role = format!("worker_{schema}");
    let page = std::fs::read_to_string(crate::desk::root().join("docs/shared-ledger.md")).expect("the page");
    let (_, rest) = page.split_once("```sql\n").expect("SQL");
    let (grants, _) = rest.split_once("```").expect("its end");
    let grants = grants.replace("openletter_worker", &role).replace("SCHEMA openletter", &format!("SCHEMA {schema}"));
    server.sql(&schema, &grants.replace("'…'", &format!("'{WORD}'")));
    desk.env("OPENLETTER_LEDGER", &url(&server, &role, "postgres"));
    desk.run("send --yes --limit 4").exit(75);
    desk.run("answer r1 --kind reply --by Ada").exit(0);
    desk.run("settle r6 --drop --by Ada --yes").exit(0);
    desk.run("send --yes").exit(0).prints("5 accepted, 1 dropped");
    desk.run("ledger prepare").exit(0);
    for sql in
        ["DELETE FROM event", "UPDATE event SET what = 'x'", "DELETE FROM letter", "DROP TABLE pace", "TRUNCATE run"]
    {
        let url = url(&server, &role, "postgres");
        let mut client = postgres::Client::connect(&url, postgres::NoTls).expect("a connection");
        client.batch_execute(&format!("SET search_path = {schema}")).expect("set");
        assert!(client.batch_execute(sql).is_err(), "{sql}");
    }
}
