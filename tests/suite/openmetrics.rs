//! `status --format openmetrics`: its text is read here by the grammar and the rules of OpenMetrics 1.0, to the letter.

use crate::desk::Desk;
use crate::page::{Page, bare};
use crate::relay::{Relay, Step};
use std::collections::{BTreeMap, BTreeSet};

/// The labels of a sample.
type Labels = BTreeMap<String, String>;

/// A family of metrics.
#[derive(Debug, Default)]
struct Family {
    name: String,
    kind: String,
    unit: Option<String>,
    help: Option<String>,
    samples: Vec<(String, Labels, f64)>,
}

/// Reads an exposition; what the specification does not allow is an error.
fn parse(text: &str) -> Result<Vec<Family>, String> {
    let body = text.strip_suffix("# EOF\n").ok_or("it does not end with EOF")?;
    let mut families: Vec<Family> = Vec::new();
    for line in body.split_inclusive('\n') {
        let line = line.strip_suffix('\n').ok_or("a line does not end")?;
        if line.contains('\r') {
            return Err("a carriage return".into());
        }
        if let Some(metadata) = line.strip_prefix("# ") {
            let mut words = metadata.splitn(3, ' ');
            let (Some(key), Some(name), Some(value)) = (words.next(), words.next(), words.next()) else {
                return Err(format!("metadata {line:?}"));
            };
            if families.last().is_none_or(|family| family.name != name) {
                families.push(Family { name: metric_name(name)?.into(), ..Family::default() });
            }
            let family = families.last_mut().expect("one");
            // The order is TYPE, UNIT, HELP, then samples.
            let is_in_order = match key {
                "TYPE" => family.kind.is_empty() && family.unit.is_none() && family.help.is_none(),
                "UNIT" => family.unit.is_none() && family.help.is_none(),
                "HELP" => family.help.is_none(),
                _ => false,
            };
            if !is_in_order || !family.samples.is_empty() {
                return Err(format!("metadata out of order: {line:?}"));
            }
            match key {
                "TYPE" if ["counter", "gauge"].contains(&value) => family.kind = value.into(),
                "UNIT" if name.ends_with(&format!("_{value}")) => family.unit = Some(value.into()),
                "HELP" => family.help = Some(unescaped(value)?),
                _ => return Err(format!("metadata {line:?}")),
            }
            continue;
        }
        let (name, labels, value) = sample(line)?;
        let family = families.last_mut().ok_or("a sample without a family")?;
        let wanted = if family.kind == "counter" { format!("{}_total", family.name) } else { family.name.clone() };
        if name != wanted || family.kind == "counter" && value < 0.0 {
            return Err(format!("{line:?} in the family {}", family.name));
        }
        if family.samples.iter().any(|(_, known, _)| *known == labels) {
            return Err(format!("twice: {line:?}"));
        }
        family.samples.push((name, labels, value));
    }
    let names: BTreeSet<_> = families.iter().map(|family| &family.name).collect();
    if names.len() < families.len() { Err("families are interleaved".into()) } else { Ok(families) }
}

fn metric_name(name: &str) -> Result<&str, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let is_good = name.chars().all(is_name) && name.starts_with(|c: char| !c.is_ascii_digit());
    if is_good { Ok(name) } else { Err(format!("the name {name:?}")) }
}

/// `name{label="text",…} number`
fn sample(line: &str) -> Result<(String, Labels, f64), String> {
    let bad = || format!("the sample {line:?}");
    let end = line.find(['{', ' ']).ok_or_else(bad)?;
    let name = metric_name(&line[..end])?;
    let mut rest = &line[end..];
    let mut labels = Labels::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, after) = rest.split_once("=\"").ok_or_else(bad)?;
            if metric_name(label)?.contains(':') {
                return Err(bad());
            }
            let mut is_escaped = false;
            let end = after.find(|c| {
                let is_end = c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                is_end
            });
            let (text, after) = after.split_at(end.ok_or_else(bad)?);
            if labels.insert(label.into(), unescaped(text)?).is_some() {
                return Err(bad());
            }
            rest = &after[1..];
            match rest.strip_prefix(',') {
                Some(more) if !more.starts_with('}') => rest = more,
                None if rest.starts_with('}') => {}
                _ => return Err(bad()),
            }
        }
        rest = &rest[1..];
    }
    let number = rest.strip_prefix(' ').ok_or_else(bad)?;
    let is_number = |c: char| c.is_ascii_digit() || "+-.e".contains(c);
    let value = number.parse().ok().filter(|_| number.chars().all(is_number)).ok_or_else(bad)?;
    Ok((name.into(), labels, value))
}

fn unescaped(text: &str) -> Result<String, String> {
    let (mut plain, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        plain.push(match c {
            '"' => return Err(format!("a quotation mark in {text:?}")),
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some(c @ ('"' | '\\')) => c,
                _ => return Err(format!("an escape in {text:?}")),
            },
            c => c,
        });
    }
    Ok(plain)
}

/// The metrics of a campaign. Each sample has the campaign's id, which is left out here.
#[track_caller]
fn metrics(desk: &Desk, campaign: &str) -> BTreeMap<String, f64> {
    let text = desk.run("status --format openmetrics").exit(0).out;
    let families = parse(&text).unwrap_or_else(|why| panic!("{why} in\n{text}"));
    let mut metrics = BTreeMap::new();
    for family in families {
        assert!(family.help.is_some_and(|help| !help.is_empty()) && !family.kind.is_empty(), "{text}");
        assert_eq!(family.unit.as_deref() == Some("seconds"), family.name.ends_with("_seconds"));
        for (name, mut labels, value) in family.samples {
            assert_eq!(labels.remove("campaign").as_deref(), Some(campaign), "{text}");
            let labels: Vec<_> = labels.into_values().collect();
            metrics.insert(format!("{} {}", name.trim_start_matches("openletter_"), labels.join(" ")), value);
        }
    }
    metrics
}

/// Those that are not zero, without times.
#[track_caller]
fn counted(desk: &Desk) -> Vec<String> {
    let all = metrics(desk, "two-recipients").into_iter();
    let some = all.filter(|(name, value)| *value != 0.0 && !name.contains("timestamp"));
    some.map(|(name, value)| format!("{}: {value}", name.trim_end())).collect()
}

#[test]
fn the_parser_refuses_what_the_specification_does_not_allow() {
    let whole = "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds x\n\
                 a_seconds{b=\"\\\"c\\\\\\n\",d=\"e}\"} 1.5\n# TYPE f counter\nf_total 2\n# EOF\n";
    let read = parse(whole).expect("good");
    assert_eq!(read[0].samples[0].1["b"], "\"c\\\n");
    assert_eq!((read[0].samples[0].2, read[1].samples[0].2), (1.5, 2.0));
    for (from, to) in [
        ("# EOF\n", ""),
        ("# EOF\n", "# EOF"),
        ("# EOF\n", "\n# EOF\n"),
        ("# EOF", "# A comment\n# EOF"),
        ("x\na", "x\r\na"),
        ("f_total 2", "f 2"),
        ("f_total 2", "f_total -2"),
        ("f_total 2", "f_total 2\nf_total 3"),
        ("f_total 2", "f_total 2\na_seconds 3"),
        ("f_total 2", "f_total 2\n# TYPE a_seconds gauge"),
        ("f_total 2", "f_total two"),
        ("f_total 2", "f_total  2"),
        ("f_total 2", "f_total2"),
        ("# UNIT a_seconds seconds", "# UNIT a_seconds bytes"),
        ("# HELP a_seconds x\n", "# HELP a_seconds x\n# TYPE a_seconds gauge\n"),
        ("\\\\\\n", "\\\\\\m"),
        (",d", ";d"),
        (",d", ",b"),
        ("e}\"}", "e}\",}"),
        (",d=", ",d:e="),
        ("f_total", "1_total"),
    ] {
        assert!(whole.contains(from) && parse(&whole.replacen(from, to, 1)).is_err(), "{from:?} as {to:?}");
    }
}

#[test]
fn before_the_first_letter_all_are_pending() {
    let desk = Desk::with("two-recipients");
    desk.run("status --format openmetrics").exit(77).reports("no outbox yet");
    desk.run("write").exit(0);
    assert_eq!(counted(&desk), ["letters 1 current pending: 2"]);
    let all = metrics(&desk, "two-recipients");
    assert_eq!(all.keys().filter(|name| name.starts_with("attempts_total")).count(), 5);
    assert!(!all.keys().any(|name| name.contains("timestamp") || name.contains("halted")), "{all:?}");
}

#[test]
fn letters_attempts_and_times_are_those_of_the_ledger() {
    let relay = Relay::script()
        .on(Step::Rcpt)
        .letter(1)
        .reply("450 4.2.0 greylisted")
        .on(Step::Rcpt)
        .letter(2)
        .reply("550 5.1.1 no such user")
        .on(Step::Dot)
        .letter(3)
        .hang_up()
        .start();
    let desk = Desk::with("two-recipients");
    let rows: String = (1..=4).map(|n| format!("r{n},,,,Officer {n},r{n}@northlight.example\n")).collect();
    desk.write("recipients.csv", format!("id,honorific,given_name,family_name,title,email\n{rows}"));
    desk.through(&relay).approved().run("send --yes --retry-for 0s").exit(76);
    let letters = ["letters 1 current accepted: 1", "letters 1 current deferred: 1", "letters 1 current rejected: 1"];
    let attempts = [
        "attempts_total accepted: 1",
        "attempts_total deferred: 1",
        "attempts_total rejected: 1",
        "attempts_total unknown: 1",
    ];
    let unknown = ["letters 1 current unknown: 1"];
    assert_eq!(counted(&desk), [&attempts[..], &letters, &unknown].concat());

    let all = metrics(&desk, "two-recipients");
    let seconds = |name: &str| all[&format!("{name}_timestamp_seconds ")];
    let status = desk.run("status --format json").exit(0).json();
    let at = |state: &str| {
        let letters = status["letters"].as_array().expect("letters").iter();
        let known =
            letters.filter(|letter| letter["state"] == state).map(|letter| letter["at"].as_str().expect("a time"));
        let at: jiff::Timestamp = known.max().expect("a letter").parse().expect("a time");
        at.as_millisecond() as f64 / 1000.0
    };
    assert!((seconds("last_accepted") - at("accepted")).abs() < 0.002, "{all:?}");
    assert!((seconds("unknown_since") - at("unknown")).abs() <= 1.0, "{all:?}");

    desk.run("send --yes").exit(76);
    desk.run("settle r3 --sent --by Ada --yes").exit(0);
    let all = metrics(&desk, "two-recipients");
    assert_eq!((all["letters 1 current accepted"], all["attempts_total accepted"]), (3.0, 2.0));
    assert!(!all.contains_key("unknown_since_timestamp_seconds "), "{all:?}");
}

#[test]
fn letters_of_an_earlier_edition_and_of_removed_rows_are_counted_apart() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved().run("send --yes").exit(0);
    desk.edit("campaign.toml", "[campaign]", "[campaign]\nedition = 2");
    desk.run("write --force").exit(0);
    let expected = ["attempts_total accepted: 2", "letters 1 earlier accepted: 2", "letters 2 current pending: 2"];
    assert_eq!(counted(&desk), expected);
    let rows = desk.text("recipients.csv");
    let (rest, _) = rows.trim_end().rsplit_once('\n').expect("two rows");
    desk.write("recipients.csv", format!("{rest}\n")).edit("campaign.toml", "edition = 2", "edition = 1");
    desk.run("write --force").exit(0);
    let expected = ["attempts_total accepted: 2", "letters 1 current accepted: 1", "letters 1 earlier accepted: 1"];
    assert_eq!(counted(&desk), expected);
}

#[test]
fn letters_sent_from_another_copy_are_unknown_as_in_status() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved().run("send --yes --limit 1").exit(75);
    let before: Vec<_> = ["", "-wal"].map(|end| format!(".openletter/ledger.sqlite3{end}")).into();
    let kept: Vec<_> = before.iter().filter(|file| desk.has(file)).map(|file| (file, desk.bytes(file))).collect();
    desk.run("send --yes").exit(0);
    before.iter().for_each(|file| drop(std::fs::remove_file(desk.path(file))));
    for (file, bytes) in kept {
        desk.write(file, bytes);
    }
    desk.run("status").exit(0).prints("1 accepted, 1 unknown");
    let all = metrics(&desk, "two-recipients");
    assert_eq!((all["letters 1 current accepted"], all["letters 1 current unknown"]), (1.0, 1.0));
}

#[test]
fn the_id_of_a_campaign_is_escaped_and_no_letter_can_be_recognised() {
    let relay =
        Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 <ceo@northlight.example> is not here").start();
    let desk = Desk::with("two-recipients");
    let id = r#"he said:"a\b""#;
    desk.edit("campaign.toml", "\"two-recipients\"", r#"'he said:"a\b"'"#.replace(' ', "-").as_str());
    desk.through(&relay).approved().run("send --yes").exit(1);
    assert_eq!(metrics(&desk, &id.replace(' ', "-"))["letters 1 current rejected"], 1.0);
    let printed = desk.run("status --format openmetrics").exit(0).out;
    // A time can have any digits in it.
    for line in printed.lines().filter(|line| !line.contains("timestamp_seconds")) {
        assert!(["northlight", "ceo", "550", "5.1.1"].iter().all(|text| !line.contains(text)), "{line}");
    }
}

#[test]
fn the_metrics_are_those_of_docs_formats() {
    let relay = Relay::script().on(Step::Dot).letter(1).hang_up().start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved().run("send --yes").exit(76);
    let table = Page::read("docs/formats.md").section("`status --format openmetrics`").table();
    // Only a shared ledger knows of a halt.
    let rows = table.iter().filter(|row| row[0] != "`openletter_halted`");
    let described: BTreeMap<&str, (&str, &str)> = rows.map(|row| (bare(&row[0]), (&*row[1], &*row[2]))).collect();
    let families = parse(&desk.run("status --format openmetrics").exit(0).out).expect("metrics");
    for Family { name, kind, samples, .. } in &families {
        let (sample, labels, _) = samples.first().unwrap_or_else(|| panic!("{name} has no sample"));
        let (described, text) = described[&**sample];
        assert_eq!(described, kind, "{name}");
        for label in labels.keys().filter(|label| *label != "campaign") {
            assert!(text.contains(&format!("`{label}")), "{name}: {label}");
        }
    }
    assert_eq!(families.len(), described.len());
}

#[test]
#[cfg(unix)]
fn the_script_of_docs_monitoring_writes_a_whole_file_or_none() {
    let page = std::fs::read_to_string(crate::desk::root().join("docs/monitoring.md")).expect("the page");
    let script = page.split("```sh\n").find(|block| block.starts_with("#!/bin/sh")).expect("a script");
    let (script, _) = script.split_once("```").expect("its end");
    let desk = Desk::with("two-recipients");
    let folder = desk.path("metrics");
    std::fs::create_dir(&folder).expect("a folder");
    let script = script
        .replace("/var/lib/prometheus/node-exporter", &folder.display().to_string())
        .replace("openletter -C /srv/letters/campaign", "\"$0\"");
    let files = || std::fs::read_dir(&folder).expect("a folder").count();
    desk.shell(&script).exit(77);
    assert_eq!(files(), 0);
    desk.run("write").exit(0);
    desk.shell(&script).exit(0);
    assert!(parse(&desk.text("metrics/openletter.prom")).is_ok() && files() == 1);
}
