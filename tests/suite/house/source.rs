//! The sources as the house rules read them: code without comments and literals, comments without code, each character
//! at its own line, so that a rule can name the place where it is broken.
//!
//! This must never take a word in a text or in a comment for code.

use crate::desk::root;
use std::fs;
use std::path::Path;

/// A file of the repository.
#[derive(Clone)]
pub(super) struct Source {
    /// Relative to the repository's root, as `src/letter/roll.rs`.
    pub(super) path: String,
    pub(super) text: String,
    /// Without comments, and with the insides of literals blank.
    pub(super) code: String,
    /// The comments alone.
    pub(super) prose: String,
}

/// Every Rust file under a folder, ordered by path.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    let read = |path: String| Source::new(&path, fs::read_to_string(root().join(&path)).expect("a text"));
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let inside = path.strip_prefix(root()).expect("a file of the repository");
            paths.push(inside.to_str().expect("UTF-8").replace('\\', "/"));
        }
    }
}

impl Source {
    pub(super) fn new(path: &str, text: String) -> Source {
        let (code, prose) = divide(&text);
        Source { path: path.to_owned(), text, code, prose }
    }

    /// The module the file holds, from the crate's root: `src/letter/mod.rs` is `letter`. The program's own file is
    /// outside of the library.
    pub(super) fn module(&self) -> Vec<String> {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let inside = inside.strip_suffix("/mod").unwrap_or(inside);
        if inside == "lib" { Vec::new() } else { inside.split('/').map(str::to_owned).collect() }
    }

    /// The lines of `code` or `prose` in which `word` stands by itself, from 1.
    pub(super) fn lines_with(view: &str, word: &str) -> Vec<usize> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let stands = |line: &str| {
            line.match_indices(word).any(|(at, _)| {
                !line[..at].ends_with(|c| is_word(c) && word.starts_with(is_word))
                    && !line[at + word.len()..].starts_with(|c| is_word(c) && word.ends_with(is_word))
            })
        };
        (1..).zip(view.lines()).filter(|(_, line)| stands(line)).map(|(line, _)| line).collect()
    }

    /// The same file without what is compiled for tests only.
    pub(super) fn without_tests(&self) -> Source {
        let mut code = self.code.clone();
        while let Some(start) = code.find(TEST) {
            let from = start + TEST.len();
            let end = item_end(&code[from..]).map_or(code.len(), |length| from + length);
            let blank: String = code[start..end].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
            code.replace_range(start..end, &blank);
        }
        Source { code, ..self.clone() }
    }

    /// The modules that this file declares for tests only.
    pub(super) fn test_modules(&self) -> Vec<Vec<String>> {
        let after = self.code.split(TEST).skip(1);
        let names = after.filter_map(|after| after.trim_start().strip_prefix("mod ")?.split_once(';'));
        let names = names.map(|(name, _)| name).filter(|name| !name.contains('{'));
        names.map(|name| self.module().into_iter().chain([name.to_owned()]).collect()).collect()
    }
}

const TEST: &str = "#[cfg(test)]";

/// Where the item that begins here ends: after its block, or after the semicolon of one without.
fn item_end(code: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            ';' if depth == 0 => return Some(at + 1),
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at + 1),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What a stretch of Rust is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stretch {
    Code,
    Comment,
    Literal,
}

/// Code and prose of a Rust text, each with blanks for the other and for what stands in literals.
fn divide(text: &str) -> (String, String) {
    let (mut code, mut prose) = (String::new(), String::new());
    let mut rest = text;
    let mut before = ' ';
    while !rest.is_empty() {
        let (stretch, length) = stretch(rest, before);
        for c in rest[..length].chars() {
            let blank = if c == '\n' { '\n' } else { ' ' };
            code.push(if stretch == Stretch::Code { c } else { blank });
            prose.push(if stretch == Stretch::Comment { c } else { blank });
            before = c;
        }
        rest = &rest[length..];
    }
    (code, prose)
}

/// What begins here, and how long it is in bytes; code is taken one character at a time.
fn stretch(rest: &str, before: char) -> (Stretch, usize) {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    if rest.starts_with("//") {
        return (Stretch::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Stretch::Comment, block_comment(rest));
    }
    if rest.starts_with('"') {
        return (Stretch::Literal, quoted(rest, '"'));
    }
    if !(before.is_alphanumeric() || before == '_')
        && let Some(raw) = rest.trim_start_matches(['b', 'c']).strip_prefix('r')
    {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let open = rest.len() - raw.len() + hashes + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            return (Stretch::Literal, rest[open..].find(&close).map_or(rest.len(), |at| open + at + close.len()));
        }
    }
    // A quotation mark begins a character where one closes it, and a lifetime elsewhere.
    if let Some(inside) = rest.strip_prefix('\'') {
        let mut chars = inside.chars();
        if inside.starts_with('\\') || (chars.next().is_some() && chars.next() == Some('\'')) {
            return (Stretch::Literal, quoted(rest, '\''));
        }
    }
    (Stretch::Code, first)
}

fn quoted(rest: &str, mark: char) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            c if c == mark => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Block comments stand within block comments.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = concat!(
        "let a = \"// x::y \\\" z\"; // prose \"p\n",
        "let b = r#\"crate::q\"#; let c = '\"'; let d: &'a str = br\"r\"; /* one /* two */ 'three */ f('\\'', r#type)\n",
    );
    let (code, prose) = divide(text);
    assert_eq!(code.split_whitespace().collect::<String>(), "leta=;letb=;letc=;letd:&'astr=;f(,r#type)");
    assert_eq!(prose.split_whitespace().collect::<Vec<_>>().join(" "), "// prose \"p /* one /* two */ 'three */");
    assert_eq!(code.lines().count(), text.lines().count());
}

#[test]
fn what_is_compiled_for_tests_only_is_left_out() {
    let text = "use a;\n#[cfg(test)]\nmod tests;\nuse b;\n#[cfg(test)]\nmod inner {\n    fn f() { c(); }\n}\nuse d;\n";
    let source = Source::new("src/letter/roll.rs", text.to_owned());
    let left = source.without_tests();
    assert_eq!(left.code.split_whitespace().collect::<Vec<_>>(), ["use", "a;", "use", "b;", "use", "d;"]);
    assert_eq!(Source::lines_with(&left.code, "d"), [9]);
    assert_eq!(source.test_modules(), [["letter", "roll", "tests"]]);
}

#[test]
fn a_word_is_found_only_by_itself() {
    assert_eq!(Source::lines_with("a_todo\ntodo!()\nx todo_b\n(todo)\n", "todo"), [2, 4]);
    assert_eq!(Source::lines_with("println!(1)\neprintln!(2)\n", "println!"), [1]);
}
