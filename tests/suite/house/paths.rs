//! The paths that a Rust file names, and the modules of this crate that they lead to.
//!
//! Braces in a `use` are opened out, and a path in the middle of the code counts like one that is imported, so there is
//! no way to reach a room that is not seen here.

use super::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// A path as it is written, and its line from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// Every path in a file's code, imports and others.
pub(super) fn named(code: &str) -> Vec<Named> {
    let tokens = tokens(code);
    let mut all = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (token, line) = &tokens[at];
        // `use<…>` says what a type captures, and imports nothing.
        if token == "use" && tokens.get(at + 1).is_none_or(|(next, _)| next != "<") {
            at = tree(&tokens, at + 1, &[], &mut all);
        } else if is_name(token) && tokens.get(at + 1).is_some_and(|(next, _)| next == "::") {
            let mut path = vec![token.clone()];
            while let [(colons, _), (name, _), ..] = &tokens[at + 1..]
                && colons == "::"
                && is_name(name)
            {
                path.push(name.clone());
                at += 2;
            }
            all.push(Named { path, line: *line });
            at += 1;
        } else {
            at += 1;
        }
    }
    all
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, double colons and single signs, each with its line.
fn tokens(code: &str) -> Vec<(String, usize)> {
    let mut tokens = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push((rest[..length].to_owned(), line));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// Reads one branch of a `use` from `at` on, and gives where the reading stopped.
fn tree(tokens: &[(String, usize)], mut at: usize, stem: &[String], all: &mut Vec<Named>) -> usize {
    let mut path = stem.to_vec();
    let mut line = None;
    while let Some((token, here)) = tokens.get(at) {
        match token.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|(token, _)| token != "}" && token != ";") {
                    at = tree(tokens, at, &path, all);
                    at += usize::from(tokens.get(at).is_some_and(|(token, _)| token == ","));
                }
                return at + 1;
            }
            "}" | "," | ";" => break,
            "as" => at += 1,
            "::" => {}
            // `{self, …}` means the stem.
            "self" if !path.is_empty() => line = Some(*here),
            _ => {
                path.push(token.clone());
                line = Some(*here);
            }
        }
        at += 1;
    }
    all.extend(line.map(|line| Named { path, line }));
    at
}

/// From one module of the crate to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrow {
    pub(super) from: Vec<String>,
    pub(super) to: Vec<String>,
    /// Where it is drawn: `file:line`.
    pub(super) place: String,
}

/// The arrows between the modules of these files; those within a file are none.
pub(super) fn arrows(sources: &[Source]) -> Vec<Arrow> {
    let modules: BTreeSet<Vec<String>> = sources.iter().map(Source::module).collect();
    let mut arrows = Vec::new();
    for source in sources {
        let from = source.module();
        for Named { path, line } in named(&source.code) {
            let Some(mut to) = absolute(&path, &from, &modules) else { continue };
            while !modules.contains(&to) && to.pop().is_some() {}
            if to != from {
                arrows.push(Arrow { from: from.clone(), to, place: format!("{}:{line}", source.path) });
            }
        }
    }
    arrows
}

/// A path from the crate's root; `None` for one that leads out of the crate.
fn absolute(path: &[String], from: &[String], modules: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let (stem, rest) = match path.first().map(String::as_str)? {
        "crate" | "openletter" => (&[][..], &path[1..]),
        "self" => (from, &path[1..]),
        "super" => (&from[..from.len().checked_sub(ups)?], &path[ups..]),
        child if modules.contains(&[from, &[child.to_owned()]].concat()) => (from, path),
        _ => return None,
    };
    Some([stem, rest].concat())
}

/// Circles among modules that stand side by side in a folder. An arrow between two folders counts for the folders; a
/// module and its own parts are one.
pub(super) fn circles(arrows: &[Arrow]) -> Vec<String> {
    let mut graph: BTreeMap<Vec<String>, BTreeMap<Vec<String>, &str>> = BTreeMap::new();
    for arrow in arrows {
        let shared = arrow.from.iter().zip(&arrow.to).take_while(|(a, b)| a == b).count();
        if let (Some(from), Some(to)) = (arrow.from.get(..=shared), arrow.to.get(..=shared)) {
            graph.entry(from.to_vec()).or_default().entry(to.to_vec()).or_insert(&arrow.place);
        }
    }
    let mut circles = BTreeSet::new();
    for (from, targets) in &graph {
        for (to, place) in targets {
            if reaches(&graph, to, from) {
                circles.insert(format!("{place}: {} → {}, and back", from.join("::"), to.join("::")));
            }
        }
    }
    circles.into_iter().collect()
}

fn reaches(graph: &BTreeMap<Vec<String>, BTreeMap<Vec<String>, &str>>, from: &Vec<String>, goal: &Vec<String>) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        if module == goal {
            return true;
        }
        if seen.insert(module) {
            next.extend(graph.get(module).into_iter().flat_map(BTreeMap::keys));
        }
    }
    false
}

#[test]
fn every_path_is_seen_however_it_is_written() {
    let code = "use crate::letter::{self, roll::{Roll, Group as G}, *};\npub(crate) use super::place::Place;\n\
                fn f(x: csv::Reader<std::fs::File>) -> a::B { <crate::outbox::O as T>::go(y.z) }\n";
    let paths: Vec<_> = named(code).into_iter().map(|named| (named.path.join("::"), named.line)).collect();
    let expected = [
        ("crate::letter", 1),
        ("crate::letter::roll::Roll", 1),
        ("crate::letter::roll::Group", 1),
        ("crate::letter::*", 1),
        ("super::place::Place", 2),
        ("csv::Reader", 3),
        ("std::fs::File", 3),
        ("a::B", 3),
        ("crate::outbox::O", 3),
    ];
    assert_eq!(paths, expected.map(|(path, line)| (path.to_owned(), line)));
}

#[test]
fn arrows_lead_to_the_file_that_is_meant_and_circles_are_seen() {
    let file = |path: &str, text: &str| Source::new(path, text.to_owned());
    let sources = [
        file("src/a/mod.rs", "mod b; mod c; pub use b::X;"),
        file("src/a/b.rs", "use super::c::d::Y; use std::fs;"),
        file("src/a/c.rs", "mod d; use d::Y;"),
        file("src/a/c/d.rs", "fn f() { crate::a::b::X }"),
        file("src/a/e.rs", "use super::{Z, b::X};"),
    ];
    let drawn = arrows(&sources);
    let told: Vec<_> = drawn.iter().map(|arrow| format!("{} > {}", arrow.from.join("."), arrow.to.join("."))).collect();
    assert_eq!(told, ["a > a.b", "a.b > a.c.d", "a.c > a.c.d", "a.c.d > a.b", "a.e > a", "a.e > a.b"]);
    assert_eq!(circles(&drawn), ["src/a/b.rs:1: a::b → a::c, and back", "src/a/c/d.rs:1: a::c → a::b, and back"]);
}
