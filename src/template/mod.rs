//! A letter's template: compiled once, checked as a whole, then rendered for each recipient.
//!
//! Handlebars in strict mode, plus the checks that strict mode lacks. Each header line is rendered separately as a value,
//! and rendered text is never parsed again. A template sees only what [`schema`] names; it must never see a signatory.

mod check;
pub mod helpers;
mod parse;
mod position;
mod render;
pub mod schema;
mod scope;
mod source;

pub use render::{Rendered, Renderer};
pub use source::{Format, Source};

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, spans};
use crate::markdown;
use check::{Check, Parsed};
use handlebars::Handlebars;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use helpers::Typeset;
use parse::parse;
use schema::Shape;
use source::{Piece, divide};
use std::collections::BTreeMap;

/// The names that pieces are registered by; no partial can have them.
const SUBJECT: &str = "(Subject)";
const BODY: &str = "(body)";
const LAYOUT: &str = "(layout)";
const ROLL: &str = "(roll)";

/// The rolls for campaigns without their own.
const BUILT_IN_ROLL_TEXT: &str = include_str!("builtin/roll.txt.hbs");
pub(crate) const BUILT_IN_ROLL_HTML: &str = include_str!("builtin/roll.html.hbs");

/// Which files a letter is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LetterFiles {
    /// `.md.hbs`: both parts from one source.
    Markdown,
    /// `.txt.hbs` alone.
    Text,
    /// `.txt.hbs` and `.html.hbs`, one for each part.
    TextAndHtml,
}

/// A compiled letter and everything it includes.
pub struct Template {
    form: LetterFiles,
    /// Whether the letter prints the roll.
    roll: bool,
    /// Whether the campaign has a Markdown roll of its own.
    roll_is_markdown: bool,
    /// Whether the roll that is built in is printed in the text part, and in the HTML part.
    built_in_roll: [bool; 2],
    markdown: Registry,
    text: Registry,
    html: Registry,
}

/// The registry of one format and its pieces.
struct Registry {
    registry: Handlebars<'static>,
    typeset: Typeset,
    pieces: BTreeMap<String, Piece>,
}

impl Registry {
    fn new(format: Format) -> Self {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        match format {
            Format::Markdown => registry.register_escape_fn(markdown::escape_value),
            Format::Text => registry.register_escape_fn(handlebars::no_escape),
            Format::Html => registry.register_escape_fn(handlebars::html_escape),
        }
        let typeset = Typeset::default();
        helpers::register(&mut registry, typeset.clone());
        Registry { registry, typeset, pieces: BTreeMap::new() }
    }

    fn add(&mut self, name: &str, mut parsed: Parsed) {
        rewrite(&mut parsed.template);
        parsed.template.name = Some(name.to_owned());
        self.registry.register_template(name, parsed.template);
        self.pieces.insert(name.to_owned(), parsed.piece);
    }
}

/// Finds the letter among the sources, compiles it with everything it includes, and checks every name in it.
///
/// # Errors
/// All findings at once: syntax, header lines, unknown names, helpers and partials, recursion.
pub fn compile(sources: &[Source], letter: &str, shape: &Shape) -> Result<Template, Vec<Finding>> {
    let find =
        |name: &str, format: Format| sources.iter().find(|source| source.name == name && source.format == format);
    let mut findings = Vec::new();
    let (main, form) = match (find(letter, Format::Markdown), find(letter, Format::Text)) {
        (Some(_), Some(text)) => {
            return Err(vec![
                Finding::new(
                    Code::TemplateFile,
                    spans![
                        "the letter exists twice, as ",
                        file_text(letter),
                        ".md.hbs and as ",
                        file_text(letter),
                        ".txt.hbs"
                    ],
                )
                .at(Place::file(&*text.file))
                .help("delete one of them"),
            ]);
        }
        (Some(markdown), None) => (markdown, LetterFiles::Markdown),
        (None, Some(text)) if find(letter, Format::Html).is_some() => (text, LetterFiles::TextAndHtml),
        (None, Some(text)) => (text, LetterFiles::Text),
        (None, None) => {
            let names = sources.iter().map(|source| source.name.as_str());
            let (one, other) = (file_text(letter), file_text(letter));
            let what = spans!["there is no templates/", one, ".md.hbs or templates/", other, ".txt.hbs"];
            let finding = Finding::new(Code::TemplateFile, what);
            let finding = finding.at(Place::file(format!("templates/{letter}.md.hbs")));
            return Err(vec![match crate::diagnostics::finding::nearest(letter, names) {
                Some(near) => finding.help(spans!["did you mean template = \"", file_text(near), "\"?"]),
                None => finding.help("create this file, or set [letter] template to another name"),
            }]);
        }
    };

    if let Some(other) =
        sources.iter().find(|source| source.name.strip_prefix(letter).is_some_and(|rest| rest.starts_with('.')))
    {
        let finding = Finding::new(Code::TemplateFile, "letters in other languages are not supported yet");
        findings.push(
            finding
                .at(Place::file(&*other.file))
                .help("remove the file from templates/, or everybody gets the same letter"),
        );
    }

    let mut template = Template {
        form,
        roll: false,
        roll_is_markdown: false,
        built_in_roll: [false; 2],
        markdown: Registry::new(Format::Markdown),
        text: Registry::new(Format::Text),
        html: Registry::new(Format::Html),
    };
    let mut build = Build { sources, findings: &mut findings };

    let divided = divide(main);
    build.findings.extend(divided.findings);
    if let Some(subject) = divided.subject {
        build.piece(&mut template.text, Format::Text, SUBJECT, subject, shape, Slot::Header);
    }
    let main_format = if form == LetterFiles::Markdown { Format::Markdown } else { Format::Text };
    let prints_roll = {
        let registry = if form == LetterFiles::Markdown { &mut template.markdown } else { &mut template.text };
        build.piece(registry, main_format, BODY, divided.body, shape, Slot::Body)
    };
    template.roll |= prints_roll;
    if form == LetterFiles::TextAndHtml
        && let Some(html) = find(letter, Format::Html)
    {
        template.roll |= build.piece(&mut template.html, Format::Html, BODY, Piece::whole(html), shape, Slot::Body);
    }
    if form == LetterFiles::Markdown {
        let layout = find("layout", Format::Html)
            .map_or_else(|| built_in("the built-in layout", markdown::LAYOUT), Piece::whole);
        build.piece(&mut template.html, Format::Html, LAYOUT, layout, &schema::layout(), Slot::Layout);
    }
    if template.roll {
        let own = if form == LetterFiles::Markdown { find("roll", Format::Markdown) } else { None };
        if let Some(own) = own {
            template.roll_is_markdown = true;
            build.piece(&mut template.markdown, Format::Markdown, ROLL, Piece::whole(own), shape, Slot::Roll);
        } else {
            template.built_in_roll[0] = find("roll", Format::Text).is_none();
            let text = find("roll", Format::Text)
                .map_or_else(|| built_in("the built-in roll", BUILT_IN_ROLL_TEXT), Piece::whole);
            build.piece(&mut template.text, Format::Text, ROLL, text, shape, Slot::Roll);
            if form != LetterFiles::Text {
                template.built_in_roll[1] = find("roll", Format::Html).is_none();
                let html = find("roll", Format::Html)
                    .map_or_else(|| built_in("the built-in roll", BUILT_IN_ROLL_HTML), Piece::whole);
                build.piece(&mut template.html, Format::Html, ROLL, html, shape, Slot::Roll);
            }
        }
    }
    findings.sort();
    findings.dedup();
    if findings.iter().any(Finding::is_error) { Err(findings) } else { Ok(template) }
}

fn built_in(name: &str, text: &str) -> Piece {
    Piece { file: name.to_owned(), text: text.to_owned(), line: 1, column: 1, head: String::new() }
}

/// Where a piece is used, which decides what it may contain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Header,
    Body,
    Layout,
    Roll,
}

struct Build<'a> {
    sources: &'a [Source],
    findings: &'a mut Vec<Finding>,
}

impl Build<'_> {
    /// Parses, checks and registers one piece with the partials it reaches. Returns whether it prints the roll.
    fn piece(
        &mut self,
        registry: &mut Registry,
        format: Format,
        name: &str,
        piece: Piece,
        shape: &Shape,
        slot: Slot,
    ) -> bool {
        let Some(parsed) = self.parse(piece) else { return false };
        let partials: BTreeMap<_, _> = self
            .sources
            .iter()
            .filter(|source| source.format == format)
            .filter_map(|source| Some((source.name.clone(), parse(Piece::whole(source)).ok()?)))
            .collect();
        let mut check = Check {
            format,
            roll: slot == Slot::Body,
            raw: (slot == Slot::Layout).then_some("body"),
            partials: &partials,
            findings: Vec::new(),
            reached: Vec::new(),
            rolls: 0,
        };
        check.walk(&parsed, shape);
        let (reached, rolls) = (check.reached, check.rolls);
        self.findings.extend(check.findings);
        if slot == Slot::Layout
            && !parsed.template.elements.iter().any(|element| matches!(element, TemplateElement::HtmlExpression(_)))
        {
            self.findings.push(
                Finding::new(Code::TemplateSyntax, "the layout does not contain {{{body}}}")
                    .at(Place::file(&*parsed.piece.file))
                    .help("add {{{body}}} where the letter goes"),
            );
        }
        let mut partials = partials;
        for partial in reached {
            if let Some(parsed) = partials.remove(&partial) {
                registry.add(&partial, parsed);
            }
        }
        registry.add(name, parsed);
        // A partial that does not parse was looked up in vain; say why, instead of that it does not exist.
        for source in self.sources.iter().filter(|source| source.format == format) {
            let is_looked_up = |finding: &Finding| {
                finding.code == Code::PartialUnknown && finding.about.as_deref() == Some(source.name.as_str())
            };
            if let Some(at) = self.findings.iter().position(is_looked_up)
                && let Err(finding) = parse(Piece::whole(source))
            {
                self.findings[at] = *finding;
            }
        }
        rolls > 0
    }

    fn parse(&mut self, piece: Piece) -> Option<Parsed> {
        match parse(piece) {
            Ok(parsed) => Some(parsed),
            Err(finding) => {
                self.findings.push(*finding);
                None
            }
        }
    }
}

/// Rewrites every plain `{{name}}` to a call of `print`, which refuses an empty value.
fn rewrite(template: &mut handlebars::Template) {
    for element in &mut template.elements {
        match element {
            TemplateElement::Expression(call) => print_instead(call),
            TemplateElement::HelperBlock(call) => {
                for inner in [&mut call.template, &mut call.inverse].into_iter().flatten() {
                    rewrite(inner);
                }
            }
            _ => {}
        }
    }
}

fn print_instead(call: &mut HelperTemplate) {
    let Parameter::Path(path) = &call.name else {
        if let Parameter::Name(name) = &call.name
            && call.params.is_empty()
            && helpers::spec(name).is_none()
            && let Ok(path) = handlebars::Path::parse(name)
        {
            call.params.push(Parameter::Path(path));
            call.name = Parameter::Name(helpers::PRINT.to_owned());
        }
        return;
    };
    let raw = match path {
        handlebars::Path::Relative((_, raw)) | handlebars::Path::Local((_, _, raw)) => raw,
    };
    if call.params.is_empty() && helpers::spec(raw).is_none() {
        call.params.push(call.name.clone());
        call.name = Parameter::Name(helpers::PRINT.to_owned());
    }
}

#[cfg(test)]
mod tests;
