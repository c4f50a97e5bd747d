//! The architecture of the sources: which modules may import each other, which module may use each crate, and the
//! maximum length of a file.
//!
//! These tests read the plan at the top of `src/lib.rs`.

use crate::desk::root;
use std::fs;
use std::path::Path;

/// Outside crates that belong to one module. A prefix of a path is enough: "src/relay/" or one file.
const CRATES: &[(&str, &[&str])] = &[
    ("anstream", &["src/terminal/"]),
    ("anstyle", &["src/terminal/"]),
    ("clap", &["src/command/"]),
    (
        "csv",
        &[
            "src/roster/",
            "src/outbox/claims.rs",
            "src/outbox/manifest",
            "src/outbox/tests/",
            "src/terminal/table.rs",
            "src/press/signatures.rs",
        ],
    ),
    ("csv_core", &["src/outbox/manifest"]),
    ("handlebars", &["src/template/"]),
    ("indicatif", &["src/terminal/"]),
    ("pulldown_cmark", &["src/markdown/"]),
    ("postgres", &["src/ledger/postgres/"]),
    ("rusqlite", &["src/ledger/"]),
    // A relay and a database each have a connection of their own.
    ("rustls", &["src/relay/", "src/ledger/postgres/"]),
    ("rustls_native_certs", &["src/relay/", "src/ledger/postgres/"]),
    ("rustix", &["src/command/signals.rs", "src/private_file.rs"]),
    ("signal_hook", &["src/command/"]),
    ("terminal_size", &["src/terminal/"]),
    ("typst", &["src/paper/"]),
    ("typst_assets", &["src/paper/"]),
    ("typst_layout", &["src/paper/"]),
    ("typst_pdf", &["src/paper/"]),
    // Its client decides too early whether a letter counts as sent: see src/relay/mod.rs.
    ("lettre::transport", &[]),
];

/// A file has one subject, and one subject fits in this many lines.
const MOST_LINES: usize = 400;
const MOST_LINES_OF_MAIN: usize = 40;

/// A source file: its path from the repository's root, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The lines of code with their numbers from 1; comments are left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The top-level module: "people" for `src/people/roll.rs`.
    fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split(['/', '.']).next().unwrap_or(inside)
    }
}

fn sources(folder: &str) -> Vec<Source> {
    fn collect(folder: &Path, sources: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(root()).expect("a path of the repository").to_string_lossy();
                let text = fs::read_to_string(&path).expect("a source file");
                sources.push(Source { path: inside.replace('\\', "/"), text });
            }
        }
    }
    let mut sources = Vec::new();
    collect(&root().join(folder), &mut sources);
    assert!(sources.len() > 50, "only {} files in {folder}", sources.len());
    sources
}

/// The layers drawn in `src/lib.rs`, the highest first: each line names its modules with a slash behind them.
fn layers() -> Vec<Vec<String>> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let plan = lib.split("```text").nth(1).expect("a plan").split("```").next().expect("its end").to_owned();
    let names = |line: &str| {
        let words = line.trim_start_matches("//!").split_whitespace();
        words.map_while(|word| word.strip_suffix('/')).map(str::to_owned).collect::<Vec<_>>()
    };
    plan.lines().map(names).filter(|layer| !layer.is_empty()).collect()
}

/// The names in a line that directly follow `stem`: "people" in `use crate::people::roll::Roll;`.
fn after<'a>(line: &'a str, stem: &'a str) -> impl Iterator<Item = &'a str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(stem).filter(move |(at, _)| !line[..*at].ends_with(is_name)).map(move |(at, _)| {
        let rest = &line[at + stem.len()..];
        &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())]
    })
}

#[track_caller]
fn none_of(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn a_module_imports_only_layers_below_it() {
    let layers = layers();
    let layer = |module: &str| layers.iter().position(|layer| layer.iter().any(|name| name == module));
    let mut broken = Vec::new();
    for source in sources("src").iter().filter(|source| !["src/lib.rs", "src/main.rs"].contains(&source.path.as_str()))
    {
        let own = source.module();
        let depth = source.path.trim_end_matches("/mod.rs").matches('/').count();
        for (number, line) in source.code() {
            let place = format!("{}:{number}: {}", source.path, line.trim());
            for used in after(line, "crate::") {
                let is_below = matches!((layer(own), layer(used)), (Some(own), Some(used)) if own < used);
                if used != own && !is_below {
                    broken.push(place.clone());
                }
            }
            // `super` must not climb out of the module, where this test would not see what it imports.
            if line.contains(&"super::".repeat(depth + 1)) {
                broken.push(place);
            }
        }
    }
    none_of("imports that the plan in src/lib.rs does not allow", &broken);
}

#[test]
fn the_plan_names_each_module() {
    let mut planned = layers().concat();
    planned.sort();
    let entries = fs::read_dir(root().join("src")).expect("src").map(|entry| entry.expect("an entry").path());
    let mut modules: Vec<String> = entries
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "lib" && name != "main")
        .collect();
    modules.sort();
    assert_eq!(planned, modules);
}

#[test]
fn an_outside_crate_is_used_only_in_its_module() {
    let mut broken = Vec::new();
    for source in sources("src") {
        for (name, places) in CRATES.iter().filter(|(_, places)| !places.iter().any(|at| source.path.starts_with(at))) {
            for (number, line) in source.code() {
                let is_inside_path =
                    |at: usize| line[..at].ends_with([':', '_', '.']) || line[..at].ends_with(char::is_alphanumeric);
                if line.match_indices(&format!("{name}::")).any(|(at, _)| !is_inside_path(at)) {
                    broken.push(format!("{}:{number}: {name} belongs to {places:?}", source.path));
                }
            }
        }
    }
    none_of("crates outside of their modules", &broken);
}

#[test]
fn every_file_has_a_module_doc_and_is_short() {
    let mut broken = Vec::new();
    for source in sources("src").into_iter().chain(sources("tests")) {
        let most = if source.path == "src/main.rs" { MOST_LINES_OF_MAIN } else { MOST_LINES };
        if !source.text.starts_with("//! ") {
            broken.push(format!("{}:1: does not open with //!", source.path));
        }
        if source.text.lines().count() > most {
            broken.push(format!("{}: more than {most} lines", source.path));
        }
    }
    none_of("files without a module doc, or too long", &broken);
}

#[test]
fn names_say_what_a_thing_is() {
    let mut broken = Vec::new();
    for source in sources("src") {
        for (number, line) in source.code() {
            let types = ["struct ", "enum ", "trait ", "type "].into_iter().flat_map(|stem| after(line, stem));
            let is_vague = types.into_iter().any(|name| ["Kind", "Part", "Form", "Fault"].contains(&name));
            let is_riddle = |name: &str| ["told", "said", "tell"].iter().any(|word| name.starts_with(word));
            if is_vague || after(line, "fn ").any(is_riddle) {
                broken.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none_of("names that only their author understands", &broken);
}
