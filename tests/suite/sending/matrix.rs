//! Every step of the SMTP dialogue, failing in every way: the state of the letter, the end of the run, and what the
//! next run does.

use super::*;
use crate::relay::{Leaf, Script, Step};
use std::fmt::Write;

const STEPS: [(&str, Step); 9] = [
    ("greeting", Step::Greeting),
    ("EHLO", Step::Ehlo),
    ("STARTTLS", Step::StartTls),
    ("login", Step::Auth),
    ("MAIL", Step::Mail),
    ("RCPT", Step::Rcpt),
    ("DATA", Step::Data),
    ("content", Step::Content),
    ("dot", Step::Dot),
];

const FAULTS: [&str; 10] =
    ["4xx", "5xx", "wrong 2xx", "wrong 3xx", "garbage", "half a reply", "hang-up", "reset", "stall", KILL];

/// What befalls the program, and not the relay.
const KILL: &str = "kill -9";

/// The first letter's state and the exit code, where the step fails only for it.
///
/// A relay that fails before any letter cannot be used (69), nor one that refuses the sender. An unexpected reply defers
/// only that letter.
/// Within the content it is unknown whether the rest arrived. After DATA the stall ends, later than `timeout`, since the
/// wait there is ten minutes. After a kill, this is the next run: letters that were sent are not repeated, and letters that
/// may have been sent are named.
const EXPECTED: &str = "
             | greeting    | EHLO        | STARTTLS    | login       | MAIL        | RCPT        | DATA        | content     | dot
4xx          | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | deferred 75 | deferred 75 | deferred 75 | deferred 75
5xx          | pending 69  | pending 69  | pending 69  | pending 69  | deferred 69 | rejected 1  | rejected 1  | rejected 1  | rejected 1
wrong 2xx    | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | accepted 0  | deferred 75 | unknown 76  | unknown 76
wrong 3xx    | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | deferred 75 | deferred 75 | unknown 76  | unknown 76
garbage      | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | deferred 75 | deferred 75 | unknown 76  | unknown 76
half a reply | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | deferred 75 | deferred 75 | unknown 76  | unknown 76
hang-up      | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | deferred 75 | deferred 75 | unknown 76  | unknown 76
reset        | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | deferred 75 | deferred 75 | unknown 76  | unknown 76
stall        | pending 69  | pending 69  | pending 69  | pending 69  | deferred 75 | deferred 75 | deferred 75 | accepted 0  | accepted 0
kill -9      | accepted 0  | accepted 0  | accepted 0  | accepted 0  | accepted 0  | accepted 0  | accepted 0  | unknown 76  | unknown 76
";

fn is_protected(step: Step) -> bool {
    matches!(step, Step::StartTls | Step::Auth)
}

fn script(step: Step, fault: &str) -> Script {
    let on = match step {
        Step::Greeting | Step::Ehlo => Relay::script().on(step).connection(1),
        _ if is_protected(step) => {
            Relay::script().starttls(Leaf::Good).login("desk", "open-sesame").on(step).connection(1)
        }
        _ => Relay::script().on(step).letter(1),
    };
    let late = Duration::from_millis(2_300);
    match (fault, step) {
        // In the middle of a letter a relay has the word only to end it.
        ("4xx", Step::Content) => on.last_words(b"421 4.3.2 closing\r\n"),
        ("5xx", Step::Content) => on.last_words(b"554 5.7.1 no more of that\r\n"),
        ("4xx", _) => on.reply("451 4.3.0 later"),
        ("5xx", _) => on.reply("554 5.7.1 no"),
        ("wrong 2xx", _) => on.reply("252 2.0.0 nearly"),
        ("wrong 3xx", _) => on.reply("334 VXNlcm5hbWU6"),
        ("garbage", _) => on.raw(b"who are\xff you?\r\n"),
        ("half a reply", _) => on.last_words(b"250 o"),
        ("hang-up", _) => on.hang_up(),
        ("reset", _) => on.reset(),
        ("stall", Step::Content) => on.after(late).raw(b""),
        ("stall", Step::Dot) => on.after(late).reply("250 2.0.0 queued"),
        ("stall" | KILL, _) => on.stall(),
        other => panic!("{other:?}"),
    }
}

/// Another desk with this one's outbox.
fn twin(desk: &Desk) -> Desk {
    let twin = Desk::with("two-recipients");
    let letters = desk.letters().into_iter().map(|name| format!("letters/{name}"));
    for file in ["manifest.csv".into(), "approval.toml".into(), "review.html".into()].into_iter().chain(letters) {
        let file = format!("outbox/{file}");
        twin.write(&file, desk.bytes(&file));
    }
    twin
}

/// Returns the result of one fault at one step. The next run must send what can still be sent, and nothing else.
fn outcome(pattern: &Desk, step: Step, fault: &str) -> String {
    let relay = script(step, fault).start();
    let mut desk = twin(pattern);
    let timeout = if fault == "stall" { "2s" } else { "60s" };
    let how = if is_protected(step) {
        desk.write("relay-ca.pem", relay.ca_pem());
        desk.env("PASSWORD", "open-sesame");
        "host = \"localhost\"\ntls = \"starttls\"\nca_file = \"relay-ca.pem\"\nusername = \"desk\"\n\
         password = { env = \"PASSWORD\" }"
    } else {
        "host = \"127.0.0.1\"\ntls = \"none\""
    };
    reach(&desk, &relay, &format!("{how}\ntimeout = \"{timeout}\"\n"));
    if fault == KILL {
        let mut child = desk.start("send --yes");
        relay.wait_for(step, 1);
        child.kill().expect("killed");
        child.wait().expect("it ends");
    }
    let ran = desk.run("send --yes --retry-for 0s");
    assert_agreed(&desk, &relay);
    let [first, second] = &letters(&desk)[..] else { panic!("two letters") };
    let code = ran.code.expect("an exit code");
    let going_on = match (code, first.state.as_str()) {
        (69, _) => "pending",
        _ => "accepted",
    };
    assert_eq!(second.state, going_on, "{fault} at {step:?}: the letter after it");
    let names_it = ran.out.contains(&first.message_id);
    assert_eq!(names_it, first.state == "unknown", "{fault} at {step:?}: {}", ran.out);
    let attempts = u32::from(first.state != "pending");
    assert_eq!(first.attempts, attempts, "{fault} at {step:?}");

    let whole = arrived(&relay, &first.message_id).0;
    let (after, again) = match first.state.as_str() {
        "rejected" => ("rejected", 1),
        "unknown" => ("unknown", 76),
        _ => ("accepted", 0),
    };
    let ran = desk.run("send --yes --retry-for 0s").exit(again);
    assert_eq!(ran.out.contains(&first.message_id), after == "unknown", "{fault} at {step:?}: {}", ran.out);
    assert_agreed(&desk, &relay);
    assert_eq!(states(&desk), format!("{after}, accepted"), "{fault} at {step:?}");
    if matches!(first.state.as_str(), "accepted" | "rejected" | "unknown") {
        assert_eq!(arrived(&relay, &first.message_id).0, whole, "{fault} at {step:?}: offered again");
    }
    format!("{} {code}", first.state)
}

#[test]
fn no_failure_sends_a_letter_twice_or_loses_one() {
    let pattern = approved(&Relay::start());
    let mut table = format!("\n{:13}", "");
    for (name, _) in STEPS {
        write!(table, "| {name:12}").expect("a string");
    }
    for fault in FAULTS {
        write!(table, "\n{fault:13}").expect("a string");
        let row: Vec<String> = thread::scope(|scope| {
            let pattern = &pattern;
            let cells = STEPS.map(|(_, step)| scope.spawn(move || outcome(pattern, step, fault)));
            cells.into_iter().map(|cell| cell.join().expect("an outcome")).collect()
        });
        for cell in row {
            write!(table, "| {cell:12}").expect("a string");
        }
    }
    let trimmed = |table: &str| table.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    println!("{table}");
    assert_eq!(trimmed(&table), trimmed(EXPECTED), "\n{table}\n-- is not --\n{EXPECTED}");
}
