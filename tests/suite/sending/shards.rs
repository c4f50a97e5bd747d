//! `send --shard`: several runs divide the letters, in one folder or in copies of it, and nobody gets two.

use super::copies::copied;
use super::*;
use crate::relay::Step;
use std::fs;

/// Two copies of the folder.
fn two_more(desk: &Desk) -> [Desk; 2] {
    [copied(desk), copied(desk)]
}

/// The folders of others, as arguments.
fn folders(others: &[Desk]) -> String {
    others.iter().map(|desk| desk.dir().display().to_string()).collect::<Vec<_>>().join(" ")
}

/// The ids of the letters of each shard of three, as `status` has them.
fn by_shard(desk: &Desk) -> [Vec<String>; 3] {
    let status = desk.run("status --format json").exit(0).json();
    [1, 2, 3].map(|number| {
        let letters = status["letters"].as_array().expect("letters").iter();
        let ids =
            letters.filter(|letter| letter["shard"] == number).map(|letter| letter["id"].as_str().expect("an id"));
        ids.map(str::to_owned).collect()
    })
}

#[track_caller]
fn assert_each_once(letters: usize, relay: &Relay) {
    let received = relay.letters();
    let mut to: Vec<_> = received.iter().map(|letter| letter.to.clone()).collect();
    assert_eq!(received.len(), letters);
    to.sort_unstable();
    to.dedup();
    assert_eq!(to.len(), letters, "nobody got two");
}

#[test]
fn shards_in_one_folder_send_every_letter_once_at_the_same_time() {
    let relay = Relay::start();
    let desk = approved_many(30, &relay);
    let runs = [1, 2, 3].map(|number| desk.start(&format!("send --yes --shard {number}/3")));
    for (run, number) in runs.into_iter().zip(1..) {
        let ran = end("send --shard", run).exit(0).prints(&format!("Shard {number} of 3, "));
        assert!(ran.err.contains(&format!("first run of shard {number} of 3 in this folder")), "{}", ran.err);
    }
    assert_each_once(30, &relay);
    desk.run("status").exit(0).prints("30 accepted");
    let shards = by_shard(&desk);
    assert_eq!(shards.iter().map(Vec::len).sum::<usize>(), 30);
    assert!(shards.iter().all(|shard| shard.len() > 2), "{shards:?}");
    for number in 1..=3 {
        assert!(desk.has(&format!(".openletter/shard-{number}-of-3/ledger.sqlite3")));
        desk.run(&format!("send --yes --shard {number}/3")).exit(0).hides("first run");
    }
    assert_eq!(relay.letters().len(), 30, "a second run sends nothing");
}

#[test]
fn shards_in_copied_folders_send_every_letter_once_and_status_counts_them_together() {
    let relay = Relay::start();
    let desk = approved_many(30, &relay);
    let others = two_more(&desk);
    desk.run("send --yes --shard 1/3").exit(0);
    others[0].run("send --yes --shard 2/3").exit(0);
    let first = by_shard(&desk)[0].len();

    // A letter whose ledger is elsewhere is not shown as unsent.
    let ran = desk.run("status").exit(0).prints(&format!("{first} accepted\n")).prints("not here");
    assert!(
        ran.out
            .contains(&format!("{} letters not counted (shard 2 of 3 and 3 of 3): name the folders from", 30 - first)),
        "{}",
        ran.out
    );
    let json = desk.run("status --format json").exit(0).json();
    assert_eq!(json["shards"], serde_json::json!({ "of": 3, "missing": [2, 3] }));
    assert_eq!(json["totals"]["pending"], 0);
    let all = folders(&others);
    desk.run(&format!("status {all}")).exit(77).reports("no shard was sent from this folder");
    others[1].run("send --yes --shard 3/3").exit(0);
    assert_each_once(30, &relay);
    desk.run(&format!("status {all} {}", desk.dir().display())).exit(0).prints("30 accepted").hides("not counted");
    others[1].run(&format!("status {} {}", desk.dir().display(), others[0].dir().display())).prints("30 accepted");
    let csv = desk.run(&format!("status {all} --format csv")).exit(0).csv();
    assert_eq!((csv[0][3].as_str(), csv.len()), ("shard", 31));
}

#[test]
fn what_would_send_a_letter_twice_is_refused() {
    let relay = Relay::start();
    let mut desk = approved_many(9, &relay);
    let plain = copied(&desk);
    desk.run("send --yes --shard 1/3").exit(0);
    let sent = relay.letters().len();
    for words in ["send --yes", "send --dry-run", "send --yes --moved", "write --force", "answer r1 --kind reply"] {
        desk.run(words).exit(77).reports("are sent in 3 shards, each with a ledger of its own").reports("ledger join");
    }
    for words in
        ["record", "follow-up --init ../next", "purge --yes", "settle --all-unknown --sent --yes", "ledger backup x"]
    {
        desk.run(words).exit(77).reports("are sent in 3 shards");
    }
    for words in ["status --watch", "status --format openmetrics"] {
        desk.run(words).exit(77).reports("are sent in 3 shards");
        desk.run(&words.replacen("status", "status ../two", 1)).exit(64).reports("each shard has its own");
    }
    desk.run("send --yes --shard 2/4").exit(77).reports("divided into 3 shards, not 4").reports("sent twice");
    // So does a copy that has the letters without the records.
    let bare = copied(&desk);
    fs::remove_dir_all(bare.path(".openletter")).expect("removed");
    bare.run("send --yes").exit(77).reports("are sent in 3 shards");
    bare.run("send --yes --shard 1/3").exit(77).reports("the ledger is missing");
    bare.run("send --yes --shard 1/4").exit(77).reports("divided into 3 shards, not 4");
    bare.run("write --force").exit(77).reports("are sent in 3 shards");
    let copy = copied(&desk);
    copy.run("send --yes --shard 1/3").exit(77).reports("a copy or a restored backup").reports("--shard 1/3 --moved");
    assert_eq!(relay.letters().len(), sent);

    // A record that is lost or damaged is not made again.
    let record = desk.bytes(".openletter/shards.toml");
    desk.write(".openletter/shards.toml", "shards = 0\noutbox = \"\"\n");
    desk.run("send --yes --shard 2/3").exit(77).reports("shards.toml: the ledger is damaged");
    fs::remove_file(desk.path(".openletter/shards.toml")).expect("removed");
    desk.run("send --yes --shard 2/3").exit(77).reports("it is missing, and shards have begun");
    desk.run("send --yes").exit(77).reports("it is missing, and shards have begun");
    desk.write(".openletter/shards.toml", record);

    // Another outbox: the approved letters were replaced by others.
    let other = approved_many(8, &relay);
    fs::remove_dir_all(desk.path("outbox")).expect("removed");
    fs::rename(other.path("outbox"), desk.path("outbox")).expect("moved");
    desk.run("send --yes --shard 2/3 --as-written").exit(77).reports("send another outbox than the one in this folder");

    // And the reverse.
    plain.run("send --yes --limit 1").exit(75);
    plain.run("send --yes --shard 1/3").exit(77).reports("sent from here without shards");
    fs::remove_dir_all(plain.path(".openletter")).expect("removed");
    plain.run("send --yes --shard 1/3").exit(77).reports("sent from here without shards");

    desk.env("JOB_COMPLETION_INDEX", "0");
    desk.run("send --yes").exit(64).reports("JOB_COMPLETION_INDEX is set").reports("--shard auto/N");
}

#[test]
fn a_limit_a_day_or_a_shared_ledger_has_no_shards() {
    let relay = Relay::start();
    let desk = approved(&relay);
    for (wrong, why) in
        [("0/3", "I from 1 to N"), ("4/3", "I from 1 to N"), ("auto", "auto/N"), ("1/2000", "at most 1000")]
    {
        desk.run(&format!("send --yes --shard {wrong}")).exit(64).reports(why);
    }
    desk.write("campaign.toml", desk.text("campaign.toml") + "\n[ledger]\nurl = \"postgres://db.example/letters\"\n");
    desk.run("send --yes --shard 1/2").exit(64).reports("a shared ledger needs no --shard");

    let desk = Desk::with("supporters");
    desk.edit("campaign.toml", "[relay]", "[recipients]\nper_day = 1\n\n[relay]").through(&relay).approved();
    desk.run("send --yes --shard 1/2").exit(77).reports("per_day cannot hold over shards");
    assert!(relay.letters().is_empty());
}

#[test]
fn the_number_of_the_shard_comes_from_the_scheduler() {
    let relay = Relay::start();
    let mut desk = approved_many(9, &relay);
    desk.run("send --yes --shard auto/3").exit(64).reports("needs JOB_COMPLETION_INDEX or SLURM_ARRAY_TASK_ID");
    for index in ["3", "4294967295", "x", ""] {
        desk.env("JOB_COMPLETION_INDEX", index).run("send --yes --shard auto/3").exit(64).reports("it must be 0 to 2");
    }
    desk.env("JOB_COMPLETION_INDEX", "0").run("send --yes --shard auto/3").prints("Shard 1 of 3");
    desk.env("JOB_COMPLETION_INDEX", "2").run("send --yes --shard auto/3").prints("Shard 3 of 3");
    desk.run("send --yes --shard 2/3").exit(0).prints("Shard 2 of 3");
    desk.env("SLURM_ARRAY_TASK_ID", "2").run("send --yes --shard auto/3").exit(64).reports("are both set");
    assert_each_once(9, &relay);

    let mut desk = approved_many(3, &relay);
    desk.env("SLURM_ARRAY_TASK_ID", "0").run("send --yes --shard auto/3").exit(64).reports("--array=1-3");
    desk.env("SLURM_ARRAY_TASK_ID", "3").run("send --yes --shard auto/3").prints("Shard 3 of 3");
}

#[test]
fn a_shard_stays_within_its_letters_and_its_part_of_the_rate() {
    let relay = Relay::start();
    let desk = approved_many(9, &relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nrate = \"60/m\"\n");
    desk.run("send --dry-run --shard 2/3").exit(0).prints("20 letters a minute").prints("Shard 2 of 3: ");
    // Nothing has begun, so all is open still.
    desk.run("status").exit(0).prints("9 pending").hides("shard");
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\n");
    desk.run("send --yes --shard 1/3 --limit 1").exit(75).reports("run `openletter send --shard 1/3` again");
    let shards = by_shard(&desk);
    let other = &shards[1][0];
    desk.run(&format!("send --yes --shard 1/3 --only {other}"))
        .exit(64)
        .reports("is in shard 2 of 3, not in shard 1 of 3");
    desk.run(&format!("settle {other} --drop --yes --shard 1/3")).exit(64).reports("is in shard 2 of 3");
    let dropped = shards[0].last().expect("a letter");
    desk.run(&format!("settle {dropped} --drop --yes --shard 1/3")).exit(0);
    desk.run("send --yes --shard 1/3").exit(0).prints("1 dropped");
    desk.run("status --failed").exit(0).prints("1 dropped");
    assert_eq!(relay.letters().len(), shards[0].len() - 1);
}

#[test]
fn after_a_kill_a_shard_goes_on_and_is_settled_by_itself() {
    let relay = Relay::script().on(Step::Dot).letter(2).held().reply("250 2.0.0 queued").start();
    let desk = approved_many(12, &relay);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\ntimeout = \"60s\"\n");
    let mut run = desk.start("send --yes --shard 1/3");
    relay.wait_for(Step::Dot, 2);

    // The others can send meanwhile, and nothing else can.
    desk.run("send --yes --shard 1/3").exit(77).reports("another run is active");
    for words in ["write --force", "withdraw --line 2 --yes", "ledger join --never-ran 2/3 --never-ran 3/3"] {
        desk.run(words).exit(77);
    }
    run.kill().expect("killed");
    run.wait().expect("it ends");
    relay.release();
    let shards = by_shard(&desk);
    let ran = desk.run("send --yes --shard 1/3").exit(76).reports("An earlier run was killed");
    assert!(ran.err.contains("`openletter settle --shard 1/3`"), "{}", ran.err);
    desk.run("send --yes --shard 2/3").exit(0);
    desk.run("send --yes --shard 3/3").exit(0);
    let unknown = &shards[0][1];
    desk.run("status").prints(&format!("unknown in shard 1 of 3: {unknown}")).prints("11 accepted, 1 unknown");
    desk.run("ledger backup copy --shard 1/3").exit(0).reports(&format!("with {} letters", shards[0].len()));
    desk.run("settle --all-unknown --sent --yes").exit(77);
    desk.run("settle --all-unknown --sent --yes --shard 2/3").exit(0).reports("No letter's outcome is unknown");
    desk.run("settle --all-unknown --sent --yes --shard 1/3").exit(0).prints(unknown);
    desk.run("status").prints("12 accepted").hides("unknown in");
    assert_each_once(12, &relay);
    assert_agreed(&desk, &relay);

    // The backup lacks what was settled, and nothing that was sent.
    let backup = desk.bytes("copy");
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(desk.path(&format!(".openletter/shard-1-of-3/ledger.sqlite3{suffix}")));
    }
    desk.write(".openletter/shard-1-of-3/ledger.sqlite3", &backup);
    desk.run("status").prints("11 accepted, 1 unknown");
}

#[test]
fn after_kills_of_all_shards_nobody_gets_two_letters_and_the_unknown_are_named() {
    let relay = Relay::start();
    let desk = approved_many(36, &relay);
    for dots in [3, 9, 18, 27] {
        let mut runs = [1, 2, 3].map(|number| desk.start(&format!("send --yes --shard {number}/3")));
        relay.wait_for(Step::Dot, dots);
        for run in &mut runs {
            run.kill().expect("killed");
            run.wait().expect("it ends");
        }
    }
    for number in 1..=3 {
        let code = desk.run(&format!("send --yes --shard {number}/3")).code;
        assert!(matches!(code, Some(0 | 76)), "{code:?}");
    }
    assert_agreed(&desk, &relay);
    let status = desk.run("status").exit(0).out;
    let named: Vec<&str> = status.lines().filter(|line| line.starts_with("unknown in shard")).collect();
    let letters = letters(&desk);
    for letter in &letters {
        let (whole, _) = arrived(&relay, &letter.message_id);
        match letter.state.as_str() {
            "accepted" => assert_eq!(whole, 1, "{}", letter.id),
            "unknown" => assert!(whole <= 1 && named.iter().any(|line| line.contains(&letter.id)), "{status}"),
            other => panic!("{} is {other}", letter.id),
        }
    }
    desk.run("ledger join").exit(0);
    assert_agreed(&desk, &relay);
    let all = relay.letters();
    desk.run("settle --all-unknown --sent --yes").exit(0);
    desk.run("send --yes").exit(0).prints("36 accepted");
    assert_eq!(relay.letters(), all, "nothing is left to send");
}

#[test]
fn after_a_join_the_campaign_is_as_if_one_run_had_sent_it() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 unknown user").start();
    let desk = approved_many(12, &relay);
    let others = two_more(&desk);
    desk.run("send --yes --shard 1/3").exit(1);
    others[0].run("send --yes --shard 2/3").exit(0);
    let all = folders(&others[..1]);
    desk.run(&format!("ledger join {all}")).exit(77).reports("no ledger of shard 3 of 3").reports("--never-ran 3/3");
    others[1].run("send --yes --shard 3/3 --limit 1").exit(75);
    let all = folders(&others);
    desk.run(&format!("ledger join {all} --never-ran 2/3")).exit(64).reports("shard 2 of 3 ran");
    let known = |words: &str| {
        let mut status: serde_json::Value = serde_json::from_str(&desk.run(words).out).expect("JSON");
        let letters = status["letters"].as_array_mut().expect("letters");
        letters.iter_mut().for_each(|letter| letter["shard"] = serde_json::Value::Null);
        status["letters"].take()
    };
    let (before, known_before) =
        (desk.run(&format!("status {all}")).out, known(&format!("status --format json {all}")));
    desk.run(&format!("ledger join {all}")).exit(0).reports("Joined 3 shards into one ledger").reports("12 letters");

    let sent = relay.letters().len();
    let states = |out: &str| out.lines().rfind(|line| line.contains("accepted")).map(str::to_owned);
    let after = desk.run("status").exit(0).hides("shard");
    let totals = states(&after.out).expect("totals");
    assert!(before.contains(&totals), "{before}");
    assert_eq!(known("status --format json"), known_before);
    // The shards are over, here and there.
    desk.run("send --yes --shard 3/3").exit(77).reports("the ledgers of the shards were joined");
    for other in &others {
        for words in ["send --yes", "send --yes --shard 3/3", "send --yes --shard 1/3", "status", "write --force"] {
            other.run(words).exit(77).reports("the ledgers of the shards were joined in").reports("go on there");
        }
    }
    desk.run(&format!("ledger join {all}")).exit(77).reports("a ledger of all letters");
    desk.run("ledger join").exit(77).reports("all are joined already");
    assert_eq!(relay.letters().len(), sent);

    // What is left goes from here.
    desk.run("send --yes").exit(1).prints("11 accepted, 1 rejected").hides("This is the first send");
    assert_each_once(11, &relay);
    let accepted = letters(&desk).into_iter().find(|letter| letter.state == "accepted").expect("a letter").id;
    desk.run(&format!("answer {accepted} --kind reply")).exit(0);
    let record = desk.run("record --format json").exit(0).json();
    assert_eq!(record["letters"].as_array().map(Vec::len), Some(11));
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(1);
    assert_eq!(relay.letters().iter().filter(|letter| letter.accepted).count(), 11);
    desk.run("purge --yes").exit(0);
}

#[test]
fn a_join_takes_no_ledger_that_may_be_sent_from_still() {
    let relay = Relay::start();
    let desk = approved_many(12, &relay);
    let other = copied(&desk);
    desk.run("send --yes --shard 1/2").exit(0);
    other.run("send --yes --shard 2/2 --limit 2").exit(75);
    // A copy that is older than what was sent.
    let stale = copied(&other);
    other.run("send --yes --shard 2/2").exit(0);
    let join = |from: &Desk, more: &str| desk.run(&format!("ledger join {} {more}", from.dir().display()));
    join(&stale, "").exit(77).reports("a copy of the ledger of shard 2 of 2").reports("--moved");
    // Its claims tell, if they are newer.
    fs::remove_dir_all(stale.path("outbox")).expect("removed");
    join(&stale, "--moved").exit(77).reports("the outbox is missing");
    for name in fs::read_dir(other.path("outbox")).expect("a folder").map(|entry| entry.expect("an entry").file_name())
    {
        fs::create_dir_all(stale.path("outbox")).expect("created");
        if other.path("outbox").join(&name).is_file() {
            fs::copy(other.path("outbox").join(&name), stale.path("outbox").join(&name)).expect("copied");
        }
    }
    join(&stale, "--moved").exit(77).reports("may have been sent").reports("settle --shard 2/2");
    // Two ledgers of one shard.
    let twice = copied(&desk);
    desk.run(&format!("ledger join {} {}", other.dir().display(), stale.dir().display())).exit(77).reports("copies of");
    desk.run(&format!("status {}", twice.dir().display())).exit(77).reports("copies of the ledger of shard 1 of 2");
    // Another number, and another outbox.
    let unlike = approved_many(12, &relay);
    unlike.run("send --yes --shard 1/3").exit(0);
    join(&unlike, "").exit(77).reports("divided into 3 shards, not 2");
    let unlike = approved_many(3, &relay);
    unlike.run("send --yes --shard 2/2").exit(0);
    join(&unlike, "").exit(77).reports("another outbox");

    // A copy of one that has ended is complete.
    let ended = copied(&other);
    join(&ended, "").exit(0).reports("12 accepted");
    desk.run("send --yes").exit(0);
}

#[test]
fn an_interrupted_join_with_letters_left_is_completed_by_running_it_again() {
    let relay = Relay::start();
    let desk = approved_many(12, &relay);
    let other = copied(&desk);
    desk.run("send --yes --shard 1/2 --limit 1").exit(75);
    other.run("send --yes --shard 2/2 --limit 1").exit(75);
    let join = || desk.run(&format!("ledger join {}", other.dir().display()));
    join().exit(0);
    // As it is before the last step: both ledgers were left, and the joined one is not at home yet.
    let file = rusqlite::Connection::open(desk.path(".openletter/ledger.sqlite3")).expect("a file");
    file.execute("INSERT INTO home (at, file) SELECT at, file FROM home ORDER BY number LIMIT 1", []).expect("written");
    drop(file);
    desk.run("send --yes").exit(77).reports("not joined completely").reports("`openletter ledger join` again");
    join().exit(0).reports("Joined 2 shards").reports("2 accepted");
    desk.run("send --yes").exit(0).prints("12 accepted");
    assert_each_once(12, &relay);
}
