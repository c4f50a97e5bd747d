//! A letter's template: compiled once, checked as a whole, then rendered for each recipient.
//!
//! Handlebars in strict mode, plus the checks that strict mode lacks. Each header line is rendered separately as a value,
//! and rendered text is never parsed again. A template sees only what [`schema`] names; it must never see a signatory.

mod check;
mod compile;
mod division;
pub mod helpers;
mod language_check;
mod line_breaks;
mod outline;
mod own;
mod page;
mod paper;
mod parse;
mod plan;
mod position;
mod render;
pub mod schema;
mod scope;
mod source;
mod translation;

pub use division::{Passage, Passages, Shared};
pub use outline::OwnFields;
pub use paper::PaperText;
pub use render::{Rendered, Renderer};
pub use source::{Format, Source};
pub use translation::{check_names, for_language};

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, spans};
use crate::language::Language;
use crate::markdown;
use check::{Check, Parsed, name_of};
use handlebars::Handlebars;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use helpers::{RollUse, Typeset};
use parse::{has_partials, parse};
use schema::Shape;
use source::{Piece, divide};
use std::collections::BTreeMap;

/// The names under which pieces are registered; no partial can have them.
const SUBJECT: &str = "(Subject)";
const ATTACH: &str = "(Attach)";
const BODY: &str = "(body)";
const LAYOUT: &str = "(layout)";
const ROLL: &str = "(roll)";

/// The rolls of campaigns that have none of their own.
const BUILT_IN_ROLL_TEXT: &str = include_str!("builtin/roll.txt.hbs");
pub(crate) const BUILT_IN_ROLL_HTML: &str = include_str!("builtin/roll.html.hbs");

/// The files that a letter is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LetterFiles {
    /// `.md.hbs`: both parts from one source.
    Markdown,
    /// Only `.txt.hbs`.
    Text,
    /// `.txt.hbs` and `.html.hbs`, one for each part.
    TextAndHtml,
}

/// A compiled letter and everything it includes.
pub struct Template {
    files: LetterFiles,
    attach: Vec<AttachLine>,
    /// The letter's language.
    language: &'static Language,
    /// Whether the letter reads the recipient's language, so that it can be in each of several.
    reads_language: bool,
    /// Whether the letter prints the roll.
    roll: bool,
    /// Whether the campaign has its own roll in Markdown.
    roll_is_markdown: bool,
    /// Whether the text part prints the built-in roll, and whether the HTML part does.
    built_in_roll: [bool; 2],
    markdown: Registry,
    text: Registry,
    html: Registry,
}

/// An `Attach:` line of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachLine {
    /// Where its value is.
    pub place: Place,
    /// Its value, if it is the same for every recipient.
    pub same: Option<String>,
    /// The name it is registered by.
    name: String,
}

/// The registry of one format and its pieces.
struct Registry {
    format: Format,
    registry: Handlebars<'static>,
    typeset: Typeset,
    pieces: BTreeMap<String, Piece>,
}

impl Registry {
    fn new(format: Format, language: &'static Language) -> Self {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        match format {
            Format::Markdown => registry.register_escape_fn(markdown::escape_value),
            Format::Text => registry.register_escape_fn(handlebars::no_escape),
            Format::Html => registry.register_escape_fn(handlebars::html_escape),
        }
        let typeset = Typeset::default();
        helpers::register(&mut registry, typeset.clone(), language);
        Registry { format, registry, typeset, pieces: BTreeMap::new() }
    }

    fn add(&mut self, name: &str, mut parsed: Parsed) {
        rewrite(&mut parsed.template);
        self.add_as_is(name, parsed);
    }

    /// Adds a piece that can print an empty value.
    fn add_as_is(&mut self, name: &str, mut parsed: Parsed) {
        parsed.template.name = Some(name.to_owned());
        self.registry.register_template(name, parsed.template);
        self.pieces.insert(name.to_owned(), parsed.piece);
    }
}

/// Finds the letter among the sources of one language ([`for_language`]), compiles it with everything it includes, and checks
/// every name in it.
///
/// # Errors
/// All findings at once: syntax, header lines, unknown names, helpers and partials, recursion.
pub fn compile(
    sources: &[Source],
    letter: &str,
    language: &'static Language,
    shape: &Shape,
) -> Result<Template, Vec<Finding>> {
    let find =
        |name: &str, format: Format| sources.iter().find(|source| source.name == name && source.format == format);
    let (main, html) = match (find(letter, Format::Markdown), find(letter, Format::Text)) {
        (Some(_), Some(text)) => {
            let (one, other) = (file_text(letter), file_text(letter));
            let what = spans!["the letter exists twice, as ", one, ".md.hbs and as ", other, ".txt.hbs"];
            let finding = Finding::new(Code::TemplateFile, what).at(Place::file(&*text.file));
            return Err(vec![finding.help("delete one of them")]);
        }
        (Some(markdown), None) => (markdown, None),
        (None, Some(text)) => (text, find(letter, Format::Html)),
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
    let files = match (main.format, html) {
        (Format::Markdown, _) => LetterFiles::Markdown,
        (_, Some(_)) => LetterFiles::TextAndHtml,
        (_, None) => LetterFiles::Text,
    };
    let template = Template {
        files,
        attach: Vec::new(),
        language,
        reads_language: false,
        roll: false,
        roll_is_markdown: false,
        built_in_roll: [false; 2],
        markdown: Registry::new(Format::Markdown, language),
        text: Registry::new(Format::Text, language),
        html: Registry::new(Format::Html, language),
    };
    let mut build = Build { sources, shape, template, findings: Vec::new() };

    let divided = divide(main);
    build.findings.extend(divided.findings);
    if let Some(subject) = divided.subject {
        build.add(Format::Text, SUBJECT, subject, Slot::Header);
    }
    for (rank, piece) in divided.attach.into_iter().enumerate() {
        let name = format!("{ATTACH}{rank}");
        let line = AttachLine {
            place: Place::at(&*piece.file, piece.line, piece.column),
            same: Some(piece.text.clone()).filter(|text| !text.contains("{{")),
            name: name.clone(),
        };
        build.template.attach.push(line);
        build.add(Format::Text, &name, piece, Slot::Attach);
    }
    build.add(main.format, BODY, divided.body, Slot::Body);
    if let Some(html) = html {
        build.add(Format::Html, BODY, Piece::whole(html), Slot::Body);
    }
    if files == LetterFiles::Markdown {
        let layout = find("layout", Format::Html)
            .map_or_else(|| built_in("the built-in layout", markdown::LAYOUT), Piece::whole);
        build.add(Format::Html, LAYOUT, layout, Slot::Layout);
    }
    if build.template.roll {
        let own = find("roll", Format::Markdown).filter(|_| files == LetterFiles::Markdown);
        if let Some(own) = own {
            build.template.roll_is_markdown = true;
            build.add(Format::Markdown, ROLL, Piece::whole(own), Slot::Roll);
        } else {
            let parts = [(Format::Text, BUILT_IN_ROLL_TEXT), (Format::Html, BUILT_IN_ROLL_HTML)];
            let count = if files == LetterFiles::Text { 1 } else { 2 };
            for (at, (format, text)) in parts.into_iter().take(count).enumerate() {
                let own = find("roll", format);
                build.template.built_in_roll[at] = own.is_none();
                let roll = own.map_or_else(|| built_in("the built-in roll", text), Piece::whole);
                build.add(format, ROLL, roll, Slot::Roll);
            }
        }
    }
    let Build { template, mut findings, .. } = build;
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
    /// One placeholder that is the whole value may be blank: that recipient gets no attachment.
    Attach,
    Body,
    Layout,
    Roll,
}

struct Build<'a> {
    sources: &'a [Source],
    shape: &'a Shape,
    template: Template,
    findings: Vec<Finding>,
}

impl Build<'_> {
    /// Parses, checks and registers one piece with the partials it reaches.
    fn add(&mut self, format: Format, name: &str, piece: Piece, slot: Slot) {
        let mut parsed = match parse(piece) {
            Ok(parsed) => parsed,
            Err(finding) => return self.findings.push(*finding),
        };
        let on_paper = (slot == Slot::Body).then(|| paper::dissolve(&mut parsed));
        let (mut partials, mut unparsed) = (BTreeMap::new(), BTreeMap::new());
        // To parse takes most of the time before the first letter.
        let may_include = has_partials(&parsed.piece.text);
        for source in self.sources.iter().filter(|source| may_include && source.format == format) {
            match parse(Piece::whole(source)) {
                Ok(parsed) => _ = partials.insert(source.name.clone(), parsed),
                Err(finding) => _ = unparsed.insert(&*source.name, finding),
            }
        }
        let (layout, roll) = (schema::layout(), schema::of_roll(self.shape));
        let shape = match slot {
            Slot::Layout => &layout,
            Slot::Roll => &roll,
            Slot::Header | Slot::Attach | Slot::Body => self.shape,
        };
        let mut check = Check {
            format,
            roll: match slot {
                _ if self.shape.get("signatory").is_some() => RollUse::NoRoll,
                Slot::Body => RollUse::Allowed,
                _ => RollUse::ElsewhereOnly,
            },
            unescaped: (slot == Slot::Layout).then_some("body"),
            partials: &partials,
            findings: Vec::new(),
            reached: Vec::new(),
            prints_roll: false,
            reads_language: false,
            language: self.template.language,
        };
        check.walk(&parsed, shape);
        self.template.reads_language |= slot != Slot::Roll && check.reads_language;
        self.template.roll |= slot == Slot::Body && check.prints_roll;
        let reached = check.reached;
        // A partial that does not parse is not in the map; report its syntax error, not that it is missing.
        self.findings.extend(check.findings.into_iter().map(|finding| {
            let name = finding.about.as_deref().filter(|_| finding.code == Code::PartialUnknown);
            name.and_then(|name| unparsed.get(name)).map_or(finding, |error| (**error).clone())
        }));
        if slot == Slot::Layout
            && !parsed.template.elements.iter().any(|element| matches!(element, TemplateElement::HtmlExpression(_)))
        {
            self.findings.push(
                Finding::new(Code::TemplateSyntax, "the layout does not contain {{{body}}}")
                    .at(Place::file(&*parsed.piece.file))
                    .help("add {{{body}}} where the letter goes"),
            );
        }
        let registry = match format {
            Format::Markdown => &mut self.template.markdown,
            Format::Text => &mut self.template.text,
            Format::Html => &mut self.template.html,
        };
        for partial in reached {
            if let Some(parsed) = partials.remove(&partial) {
                registry.add(&partial, parsed);
            }
        }
        if let Some(pieces) = on_paper.filter(|_| format == Format::Markdown) {
            paper::register(registry, pieces);
        }
        let is_optional = slot == Slot::Attach
            && matches!(parsed.template.elements.as_slice(), [TemplateElement::Expression(call)] if call.params.is_empty());
        match is_optional {
            true => registry.add_as_is(name, parsed),
            false => registry.add(name, parsed),
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
    let Some(name) = name_of(&call.name).filter(|name| helpers::spec(name).is_none()) else { return };
    let path = match &call.name {
        Parameter::Name(_) => handlebars::Path::parse(name).ok().map(Parameter::Path),
        path => Some(path.clone()),
    };
    if call.params.is_empty() && path.is_some() {
        call.params.extend(path);
        call.name = Parameter::Name(helpers::PRINT.to_owned());
    }
}

#[cfg(test)]
mod tests;
