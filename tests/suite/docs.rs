//! The pages in `docs/`: every table and example must agree with the program.

use crate::desk::{Desk, root};
use crate::page::{Page, bare, is_shown};
use crate::readme::page_runs_as_shown;
use crate::relay::{Relay, Step};
use openletter::command::Exit;
use openletter::diagnostics::code::Code;
use openletter::language::ALL;
use openletter::ledger::{ResponseKind, State};
use openletter::message::reply::Stage;
use openletter::people::supporter::Supporter;
use openletter::people::{recipient, signatory};
use openletter::template::helpers::HELPERS;
use openletter::template::schema::{Shape, individual, joint};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The first cells of a table, without their code marks.
fn names(table: &[Vec<String>]) -> BTreeSet<String> {
    let names: BTreeSet<_> = table.iter().map(|row| bare(&row[0]).to_owned()).collect();
    assert_eq!(names.len(), table.len(), "a name is in a table twice");
    names
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

#[test]
fn every_finding_is_in_the_table_of_findings() {
    let page = Page::read("docs/findings.md");
    let row =
        |code: &Code| vec![format!("`{}`", code.name()), code.severity().name().to_owned(), code.meaning().to_owned()];
    page.has_rows(&page.table(), &Code::ALL.iter().map(row).collect::<Vec<_>>());
}

#[test]
fn every_finding_in_the_docs_is_one_that_check_prints() {
    let mut seen = BTreeSet::new();
    for name in ["docs/findings.md", "docs/campaign.md"] {
        for block in Page::read(name).blocks().iter().filter(|block| block.text.starts_with("error[")) {
            let code = block.text[6..].split(']').next().expect("a code");
            let desk = Desk::with("two-recipients");
            match code {
                "settings-key" => desk.edit("campaign.toml", "organisation =", "organization ="),
                "cell-value" => desk.edit("signatories.csv", "survivor,withheld", "survivor,hidden"),
                "list-header" => desk.edit("recipients.csv", ",email", ",E-Mail Adr."),
                "list-encoding" => desk.write("signatories.csv", b"name,display\nZo\xeb,full\n"),
                "category-undeclared" => desk.edit("signatories.csv", "survivor,withheld", "survivr,withheld"),
                other => panic!("{name} shows {other}, and nothing here brings it about"),
            };
            let shown = desk.run("check").hides("Satterwhaite").out;
            assert!(is_shown(&format!("…\n{}…\n", block.text), &shown), "{name} shows\n{}\nof\n{shown}", block.text);
            seen.insert(code.to_owned());
        }
    }
    assert_eq!(seen.len(), 5);
}

#[test]
fn check_prints_the_json_of_docs_formats() {
    let desk = Desk::with("two-recipients");
    desk.edit("signatories.csv", "full,given", "full,pending");
    let report = json(&desk.run("check --format json").exit(0).out);
    let [top, finding, count] = &Page::read("docs/formats.md").section("`check --format json`").tables()[..] else {
        panic!("three tables")
    };
    assert_eq!(keys(&report), names(top));
    assert_eq!(keys(&report["findings"][0]), names(finding));
    assert_eq!(keys(&report["count"]), names(count));
}

#[test]
fn preview_prints_the_list_of_docs_formats() {
    let desk = Desk::with("two-recipients");
    let list = json(&desk.run("preview --list --format json").exit(0).out);
    let section = Page::read("docs/formats.md").section("`preview --list --format json`");
    assert_eq!(keys(&list[0]), names(&section.table()));
    let csv = desk.run("preview --list --format csv").exit(0).out;
    assert!(is_shown(&section.blocks()[0].text, &csv), "{csv}");
}

#[test]
fn status_prints_the_json_of_docs_formats() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    let report = json(&desk.run("status --format json").exit(0).out);
    let section = Page::read("docs/formats.md").section("`status --format json`");
    let [top, letter, states, approval] = &section.tables()[..] else { panic!("four tables") };
    assert_eq!(keys(&report), names(top));
    assert_eq!(keys(&report["approval"]), names(approval));
    assert_eq!(keys(&report["letters"][0]), names(letter));
    assert_eq!(keys(&report["totals"]), names(states));
    assert_eq!(keys(&report["answers"]), set(ResponseKind::ALL.map(ResponseKind::name)));
    assert_eq!(names(states), set(State::ALL.map(State::name)));
    let stage = letter.iter().find(|row| row[0] == "`stage`").expect("a stage");
    for step in [Stage::Connect, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot] {
        assert!(stage[1].contains(&format!("`{}`", step.name())), "{}", step.name());
    }
    let csv = desk.run("status --format csv").exit(0).out;
    assert!(is_shown(&section.blocks()[0].text, &csv), "{csv}");
}

#[test]
fn record_prints_the_json_of_docs_formats() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved().run("send --yes").exit(0);
    let record = json(&desk.run("record --format json").exit(0).out);
    let [top, letter] = &Page::read("docs/formats.md").section("`record --format json`").tables()[..] else {
        panic!("two tables")
    };
    assert_eq!((keys(&record), keys(&record["letters"][0])), (names(top), names(letter)));
    let columns = set(desk.run("record --format csv").exit(0).out.lines().next().expect("a header").split(','));
    assert_eq!(columns, names(letter));
}

#[test]
fn send_prints_the_events_of_docs_formats() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("450 4.2.0 later").on(Step::Dot).letter(2).hang_up();
    let relay = relay.start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    let out = desk.run("send --yes --format json").exit(76).out;
    let table = Page::read("docs/formats.md").section("`send --format json`").table();
    let rows: BTreeMap<_, _> = table.iter().map(|row| (bare(&row[0]), &row[2])).collect();
    let mut seen = BTreeSet::new();
    for event in out.lines().map(json) {
        let name = event["event"].as_str().expect("a name").to_owned();
        let row = rows.get(&*name).unwrap_or_else(|| panic!("{name} is not in the table"));
        for key in keys(&event).iter().filter(|key| !["event", "at"].contains(&key.as_str())) {
            assert!(row.contains(&format!("`{key}`")), "{name}: {key}");
        }
        seen.insert(name);
    }
    assert_eq!(seen, set(["connected", "letter", "waiting", "unknown", "end"]), "{out}");
}

#[test]
fn every_relay_in_docs_relays_is_valid() {
    let blocks = Page::read("docs/relays.md").blocks();
    let recipes: Vec<_> = blocks.iter().filter(|block| block.text.starts_with("[relay]")).collect();
    assert!(recipes.len() >= 6);
    for recipe in recipes {
        let desk = Desk::with("two-recipients");
        let text = desk.text("campaign.toml");
        let (before, _) = text.split_once("[relay]").expect("a relay");
        desk.write("campaign.toml", format!("{before}{}", recipe.text));
        desk.run("check").exit(0).hides("settings");
    }
}

#[test]
fn every_exit_code_is_in_the_table_of_exit_codes() {
    let table = Page::read("docs/formats.md").section("Exit codes").table();
    let codes: Vec<_> = table.iter().map(|row| row[0].clone()).collect();
    assert_eq!(codes, Exit::ALL.map(|exit| exit.code().to_string()));
}

#[test]
fn the_outbox_has_the_files_of_docs_formats() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "\n\n{{salutation}}", "\nAttach: annex.pdf\n\n{{salutation}}");
    desk.write("attachments/annex.pdf", "%PDF-1.4\n");
    desk.through(&relay).approved().run("send --yes").exit(0);
    let page = Page::read("docs/formats.md").section("The outbox");
    let [files, kinds, approval] = &page.tables()[..] else { panic!("three tables") };

    let entries = fs::read_dir(desk.path("outbox")).expect("an outbox").map(|entry| entry.expect("an entry"));
    let names_of = entries.map(|entry| {
        let folder = if entry.path().is_dir() { "/" } else { "" };
        let name = entry.file_name().into_string().expect("UTF-8");
        let (before, is_claims) = (name.split('-').next().unwrap_or_default(), name.starts_with("claims-"));
        if is_claims { format!("{before}-…") } else { format!("{name}{folder}") }
    });
    assert_eq!(names_of.collect::<BTreeSet<_>>(), names(files));

    let manifest = desk.text("outbox/manifest.csv");
    assert!(is_shown(&page.blocks()[0].text, &manifest), "{manifest}");
    let rows = manifest.lines().skip(1).map(|row| row.split(',').next().expect("a cell"));
    assert_eq!(set(rows), names(kinds));

    let document: toml::Table = desk.text("outbox/approval.toml").parse().expect("TOML");
    let statement = document["approval"][0].as_table().expect("a table");
    assert_eq!(set(statement.keys().map(String::as_str)), names(approval));
}

#[test]
fn every_helper_is_in_the_table_of_helpers_with_its_examples() {
    let page = Page::read("docs/templates.md").section("Helpers");
    let mut expected = Vec::new();
    for spec in HELPERS {
        let mut rows: Vec<_> = spec.examples.iter().map(|(call, said)| (format!("`{call}`"), *said)).collect();
        if rows.is_empty() {
            rows.push((String::new(), ""));
        }
        let heads = std::iter::once((format!("`{}`", spec.usage), spec.does))
            .chain(std::iter::repeat_n((String::new(), ""), rows.len() - 1));
        expected.extend(
            heads.zip(rows).map(|((usage, does), (call, said))| vec![usage, does.to_owned(), call, said.to_owned()]),
        );
    }
    page.has_rows(&page.table(), &expected);
}

#[test]
fn every_name_in_scope_is_in_the_tables_of_names() {
    let shape = joint(recipient::COLUMNS.iter().copied(), ["service_provider"]);
    let inside = |shape: &Shape| match shape {
        Shape::List(item) => set(item.names()),
        other => set(other.names()),
    };
    let mut everything = BTreeSet::new();
    for name in shape.names() {
        let value = shape.get(name).expect("a shape");
        match (name, value) {
            ("recipient", _) => drop(everything.insert("recipient.…".to_owned())),
            (_, Shape::Record(_)) => everything.extend(inside(value).into_iter().map(|field| match &*field {
                "by" => format!("{name}.by.…"),
                field => format!("{name}.{field}"),
            })),
            _ => drop(everything.insert(name.to_owned())),
        }
    }
    let [top, signature, group, writer] = &Page::read("docs/templates.md").section("Names").tables()[..] else {
        panic!("four tables")
    };
    // Its fields are in docs/press.md.
    let row = Page::read("docs/press.md").section("A statement, step by step").table();
    let shown = &row.iter().find(|row| row[0].contains("press.table")).expect("a row")[1];
    let fields = shape.get("press").and_then(|press| press.get("table")).expect("the table");
    assert!(inside(fields).iter().all(|field| shown.contains(&format!("`{field}`"))), "{shown}");
    assert_eq!(names(top), everything);
    assert_eq!(names(signature), inside(shape.get("signatures").expect("signatures")));
    assert_eq!(names(group), inside(shape.get("groups").expect("groups")));
    let individual = individual(recipient::COLUMNS.iter().copied(), ["service_provider"], Supporter::FIELDS);
    let of_writer = inside(individual.get("signatory").expect("a signatory"));
    assert_eq!(names(writer), of_writer.iter().map(|field| format!("signatory.{field}")).collect());
    let shared: BTreeSet<_> = individual.names().chain(["signatures", "groups", "roll"]).collect();
    assert_eq!(shared, shape.names().chain(["signatory"]).collect());
}

#[test]
fn the_template_in_the_docs_works() {
    let shown = Page::read("docs/templates.md").blocks().remove(0).text;
    let desk = Desk::with("two-recipients");
    assert_eq!(shown, desk.text("templates/letter.md.hbs"));
    desk.run("check").exit(0).prints("2 letters could be written");
}

#[test]
fn the_campaign_in_the_docs_passes_check() {
    let desk = Desk::with("two-recipients");
    desk.write("campaign.toml", shown_campaign()).write("attachments/evidence.pdf", "%PDF-1.4\n");
    desk.run("check").exit(0).prints("2 letters could be written");
}

/// Keys that exclude each other are comments there.
#[test]
fn the_campaign_in_the_docs_has_every_key() {
    let shown = shown_campaign();
    let tables: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect();
    for table in ["", "allow"].into_iter().chain(tables.iter().copied()) {
        let line = match table {
            "" => "qqqqqqqqqqqq = 1\n[campaign]".to_owned(),
            "categories" => "survivor = { qqqqqqqqqqqq = 1, ".to_owned(),
            "allow" => "allow = [{ qqqqqqqqqqqq = 1, ".to_owned(),
            table => format!("[{table}]\nqqqqqqqqqqqq = 1"),
        };
        let from = match table {
            "" => "[campaign]".to_owned(),
            "allow" => "allow = [{ ".to_owned(),
            "categories" => "survivor = { ".to_owned(),
            table => format!("[{table}]"),
        };
        let desk = Desk::with("two-recipients");
        desk.write("campaign.toml", &shown).edit("campaign.toml", &from, &line);
        let report = desk.run("check").exit(78).out;
        let known = report.lines().find_map(|line| line.trim().strip_prefix("help: known here: ")).expect(&report);
        let shown: BTreeSet<String> = match table {
            "" => set(tables
                .iter()
                .copied()
                .chain(shown.lines().filter_map(|line| line.strip_prefix("# [")?.strip_suffix(']')))),
            "allow" => set(["reason", "text"]),
            "categories" => set(["many", "one", "protect"].into_iter().chain(ALL.iter().map(|language| language.tag))),
            table => {
                let lines = shown.lines().skip_while(|line| *line != format!("[{table}]")).skip(1);
                let lines = lines.take_while(|line| !line.starts_with('['));
                set(lines.filter_map(|line| Some(line.trim_start_matches("# ").split_once(" = ")?.0)))
            }
        };
        assert_eq!(set(known.split(", ")), shown, "[{table}]");
    }
}

fn shown_campaign() -> String {
    let blocks = Page::read("docs/campaign.md").blocks();
    blocks.into_iter().find(|block| block.language == "toml").expect("a campaign").text
}

#[test]
fn every_column_is_in_the_tables_of_columns() {
    let page = Page::read("docs/campaign.md");
    for (heading, columns) in [("Signatories", signatory::COLUMNS), ("Recipients", recipient::COLUMNS)] {
        let table = page.section(heading).table();
        let shown: Vec<_> = table.iter().map(|row| bare(&row[0])).collect();
        assert_eq!(shown, columns, "{heading}");
    }
}

#[test]
fn the_walk_of_docs_press_is_as_shown() {
    let desk = Desk::with("two-recipients");
    desk.run("init letter").exit(0);
    let walk = Page::read("docs/press.md").section("A statement, step by step");
    assert!(walk.text().lines().count() < 80, "the walk is longer than two screens");
    assert_eq!(page_runs_as_shown(&walk, &desk.inside("letter")), 7);
}

#[test]
fn the_walk_of_docs_action_is_as_shown() {
    let desk = Desk::with("two-recipients");
    desk.run("init letter").exit(0);
    let walk = Page::read("docs/action.md").section("An action, step by step");
    assert!(walk.text().lines().count() < 80, "the walk is longer than two screens");
    assert_eq!(page_runs_as_shown(&walk, &desk.inside("letter")), 6);
}

#[test]
fn the_walk_of_docs_letter_is_as_shown() {
    let walk = Page::read("docs/letter.md").section("A letter, step by step");
    assert!(walk.text().lines().count() < 80, "the walk is longer than two screens");
    assert_eq!(page_runs_as_shown(&walk, &Desk::with("two-recipients")), 8);
}

#[test]
fn the_walk_of_docs_petition_is_as_shown() {
    let walk = Page::read("docs/petition.md").section("A petition, step by step");
    assert!(walk.text().lines().count() < 80, "the walk is longer than two screens");
    assert_eq!(page_runs_as_shown(&walk, &Desk::with("two-recipients")), 7);
}

/// The pages in `docs/`, without the index.
fn pages() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("docs")).expect("the pages").map(|entry| entry.expect("an entry").file_name());
    let names = files.map(|name| name.into_string().expect("UTF-8"));
    names.filter(|name| name.ends_with(".md") && name != "README.md").collect()
}

#[test]
fn the_index_lists_every_page() {
    let links = names(&Page::read("docs/README.md").table());
    assert_eq!(links, pages().iter().map(|name| format!("[{name}]({name})")).collect());
}

#[test]
fn every_link_leads_to_a_file() {
    let mut pages: Vec<String> = pages().iter().map(|name| format!("docs/{name}")).collect();
    let others = ["docs/README.md", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
    pages.extend(others.map(str::to_owned));
    let mut links = 0;
    for name in pages {
        let folder = root().join(&name);
        let folder = folder.parent().expect("a folder");
        let page = Page::read(&name);
        for link in page.text().split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            // `images/` is a campaign's folder.
            if !link.starts_with("http") && !link.starts_with("images/") {
                assert!(folder.join(link).exists(), "{name} links to {link}, which does not exist");
                links += 1;
            }
        }
    }
    assert!(links > 20, "only {links} links were found");
}
