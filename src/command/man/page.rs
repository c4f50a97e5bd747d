//! Writes a manual page in man(7) from the definition of the command line.
//!
//! `mandoc -T lint` and groff report nothing about it, so it looks the same in every reader. clap_mangen 0.3.3 was tried:
//! mandoc warns of its `.br` beside `.sp` ("skipping paragraph macro"), of blanks at line ends and of lines over 80 bytes, and
//! it writes no examples, files or environment.

use crate::command::exit::Exit;
use clap::{Arg, ArgAction, Command};
use std::fmt::Write;

/// The date of this version, for the last line of each page.
const DATE: &str = "2026-11-25";

/// The longest line of the source, in bytes.
const LONGEST: usize = 78;

const FILES: &[(&str, &str)] = &[
    ("campaign.toml", "The settings: who writes, to whom, when, and through which relay."),
    ("templates/", "The letter."),
    ("signatories.csv", "The signatories. Private."),
    ("recipients.csv", "The recipients."),
    ("outbox/", "The finished letters, their manifest, the review page, and the approvals."),
    (".openletter/", "The ledger: what was sent, and what the relay answered. Private; keep it."),
];

/// Environment variables with the verb that reads them; empty for all verbs.
const ENVIRONMENT: &[(&str, &str, &str)] = &[
    ("PAGER", "preview", "The pager for letters that are longer than the terminal; less(1) by default."),
    ("BROWSER", "preview", "The browser for HTML parts: one command, or several separated by colons."),
    ("TMPDIR", "preview", "The folder for the copy that the browser opens."),
    (
        "OPENLETTER_PASSWORD",
        "send",
        "The relay's password, if campaign.toml contains password = { env = \"OPENLETTER_PASSWORD\" }. Any other name \
         works as well.",
    ),
    (
        "OPENLETTER_LEDGER",
        "",
        "The address of a shared ledger's database, if campaign.toml contains url = { env = \"OPENLETTER_LEDGER\" } in \
         [ledger]. Any other name works as well.",
    ),
    ("NO_COLOR", "", "Turns colour off, unless --color turns it on."),
];

/// The page of the program, or of one of its verbs.
pub(super) fn page(program: &Command, verb: Option<&Command>) -> String {
    let command = verb.unwrap_or(program);
    let name = verb.map_or_else(|| "openletter".to_owned(), |verb| format!("openletter-{}", verb.get_name()));
    let mut page = Page::default();
    let version = program.get_version().unwrap_or_default();
    page.line(&format!(".TH {} 1 {DATE} \"openletter {version}\" \"openletter\"", text(&name.to_uppercase())));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    page.section("NAME");
    page.fill(&format!("{} \\- {}", text(&name), text(&about)));
    page.section("SYNOPSIS");
    synopsis(&mut page, program, verb);
    page.section("DESCRIPTION");
    let more = command.get_long_about().map(ToString::to_string).unwrap_or(about);
    page.paragraphs(&more);
    let (global, own): (Vec<&Arg>, Vec<&Arg>) = command.get_arguments().partition(|arg| arg.is_global_set());
    for (heading, args) in [("OPTIONS", own), ("GLOBAL OPTIONS", global)] {
        if !args.is_empty() {
            page.section(heading);
            args.into_iter().for_each(|arg| option(&mut page, arg));
        }
    }
    if verb.is_none() {
        page.section("COMMANDS");
        for verb in program.get_subcommands().filter(|verb| verb.get_name() != "help") {
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            page.item(&format!("\\fBopenletter\\-{}\\fR(1)", text(verb.get_name())), &text(&about));
        }
    }
    // Exit codes have a section of their own.
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let examples = help.split("\n\nExit codes:").next().unwrap_or_default();
    page.section("EXAMPLES");
    page.example(examples.strip_prefix("Examples:\n").unwrap_or(examples));
    page.section("EXIT STATUS");
    for exit in Exit::ALL {
        page.item(&format!("\\fB{}\\fR", exit.code()), &text(exit.meaning()));
    }
    page.section("FILES");
    FILES.iter().for_each(|(file, what)| page.item(&format!("\\fI{}\\fR", text(file)), &text(what)));
    page.section("ENVIRONMENT");
    let here = |of: &str| of.is_empty() || verb.is_none_or(|verb| verb.get_name() == of);
    for (variable, _, what) in ENVIRONMENT.iter().filter(|(_, of, _)| here(of)) {
        page.item(&format!("\\fB{}\\fR", text(variable)), &text(what));
    }
    page.section("SEE ALSO");
    let others = program.get_subcommands().map(Command::get_name).filter(|other| *other != "help");
    let others = others.filter(|other| verb.is_none_or(|verb| verb.get_name() != *other));
    let mut names: Vec<String> = others.map(|other| format!("openletter-{other}")).collect();
    names.extend(verb.map(|_| "openletter".to_owned()));
    names.sort();
    let names: Vec<String> = names.iter().map(|name| format!("\\fB{}\\fR(1)", text(name))).collect();
    page.fill(&names.join(", "));
    page.0
}

/// The command with every option and its value.
fn synopsis(page: &mut Page, program: &Command, verb: Option<&Command>) {
    let Some(verb) = verb else {
        page.line("\\fBopenletter\\fR [\\fB\\-C\\fR \\fIDIR\\fR] [\\fB\\-q\\fR] [\\fB\\-\\-color\\fR \\fIWHEN\\fR] \\fICOMMAND\\fR");
        return;
    };
    page.line(&format!("\\fB{} {}\\fR", text(program.get_name()), text(verb.get_name())));
    let choices: Vec<_> = verb.get_groups().filter(|group| group.is_required_set()).collect();
    for group in &choices {
        let named = |id: &clap::Id| verb.get_arguments().find(|arg| arg.get_id() == id).map(usage);
        let words: Vec<String> = group.get_args().filter_map(named).collect();
        page.line(&words.join(" | "));
    }
    let in_choice = |arg: &Arg| choices.iter().any(|group| group.get_args().any(|id| id == arg.get_id()));
    let args = || verb.get_arguments().filter(|arg| !arg.is_global_set() && !in_choice(arg));
    for arg in args().filter(|arg| !arg.is_positional()).chain(args().filter(|arg| arg.is_positional())) {
        page.line(&if arg.is_required_set() { usage(arg) } else { format!("[{}]", usage(arg)) });
    }
}

/// An argument as typed: `--diff A B`, `ID...`.
fn usage(arg: &Arg) -> String {
    let mut words = Vec::new();
    match (arg.get_long(), arg.get_short()) {
        (Some(long), _) => words.push(format!("\\fB\\-\\-{}\\fR", text(long))),
        (None, Some(short)) => words.push(format!("\\fB\\-{short}\\fR")),
        (None, None) => {}
    }
    words.extend(values(arg));
    words.join(" ")
}

/// The names of an argument's values, with dots if there can be several.
fn values(arg: &Arg) -> Vec<String> {
    if !arg.get_action().takes_values() {
        return Vec::new();
    }
    let names = arg.get_value_names().unwrap_or_default().iter();
    let mut names: Vec<String> = names.map(|name| format!("\\fI{}\\fR", text(name))).collect();
    let many = matches!(arg.get_action(), ArgAction::Append)
        && (arg.is_positional() || arg.get_num_args().is_some_and(|n| n.max_values() > names.len()));
    if let Some(last) = names.last_mut().filter(|_| many) {
        last.push_str("...");
    }
    names
}

/// An option with its names, help, values and default.
fn option(page: &mut Page, arg: &Arg) {
    let short = arg.get_short().map(|short| format!("\\fB\\-{short}\\fR, "));
    let name = format!("{}{}", short.unwrap_or_default(), usage(arg));
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut paragraphs = help.split("\n\n").map(text);
    page.item(&name, &paragraphs.next().unwrap_or_default());
    for paragraph in paragraphs {
        page.indented(&paragraph);
    }
    let values = if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() };
    if !values.is_empty() {
        let value = |value: &clap::builder::PossibleValue| {
            let help = value.get_help().map(|help| format!(": {}", text(&help.to_string()))).unwrap_or_default();
            format!("\\fB{}\\fR{help}", text(value.get_name()))
        };
        let has_help = values.iter().any(|value| value.get_help().is_some());
        let listed: Vec<String> = values.iter().map(value).collect();
        page.indented(&format!("One of {}.", listed.join(if has_help { "; " } else { ", " })));
    }
    let defaults = arg.get_default_values();
    // Flags have a default too, but it need not be shown.
    if arg.get_action().takes_values() && !defaults.is_empty() && !arg.is_hide_default_value_set() {
        let listed: Vec<String> = defaults.iter().map(|value| text(&value.to_string_lossy())).collect();
        page.indented(&format!("The default is {}.", listed.join(", ")));
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{line}");
    }

    /// Text to be filled, in lines short enough for an editor.
    fn fill(&mut self, text: &str) {
        let mut line = String::new();
        for word in text.split(' ') {
            if !line.is_empty() && line.len() + 1 + word.len() > LONGEST {
                self.line(&std::mem::take(&mut line));
            }
            match line.is_empty() {
                // A dot at the start of a line would start a request.
                true if word.starts_with(['.', '\'']) => line.push_str("\\&"),
                true => {}
                false => line.push(' '),
            }
            line.push_str(word);
        }
        self.line(&line);
    }

    fn section(&mut self, name: &str) {
        self.line(&format!(".SH {name}"));
    }

    /// Text in paragraphs.
    fn paragraphs(&mut self, paragraphs: &str) {
        for (rank, paragraph) in paragraphs.split("\n\n").enumerate() {
            if rank > 0 {
                self.line(".PP");
            }
            self.fill(&text(paragraph));
        }
    }

    /// A name, with its description indented below.
    fn item(&mut self, name: &str, what: &str) {
        self.line(&format!(".TP\n{name}"));
        self.fill(what);
    }

    /// A further paragraph of an item.
    fn indented(&mut self, what: &str) {
        self.line(".IP");
        self.fill(what);
    }

    /// Lines printed as they are.
    fn example(&mut self, lines: &str) {
        self.line(".nf");
        // Examples are indented, so none starts with a request.
        lines.lines().for_each(|line| self.line(&text(line)));
        self.line(".fi");
    }
}

/// Text with its escape characters escaped.
fn text(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}
