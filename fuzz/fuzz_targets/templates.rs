//! Compiles arbitrary text as a template, and renders it with fixed fields.
//!
//! The first byte selects the type of the letter; texts are separated by 0x00: the letter, its HTML part or its roll, and
//! a partial. A template must never panic, grow without limit or render differently the second time, and in a Markdown
//! letter no value may become HTML.

#![no_main]

use libfuzzer_sys::fuzz_target;
use openletter::diagnostics::place::Place;
use openletter::language::ENGLISH;
use openletter::template::{Format, Rendered, Renderer, Source, compile, schema};
use serde_json::{Map, Value, json};

/// A value that would be an HTML element if it were not escaped.
const ELEMENT: &str = "<i>Zoë</i>";

fn source(name: &str, format: Format, text: &str) -> Source {
    let file = format!("templates/{name}{}", format.ending());
    Source { file, name: name.into(), format, text: text.into() }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("{other} is not an object"),
    }
}

/// The fields that are the same in every letter.
fn campaign() -> Map<String, Value> {
    let signature = json!({
        "name": "Ada *Star* <i>", "role": "", "affiliation": "Lantern & Co", "place": "", "statement": "",
        "line": "Ada *Star* <i>, Lantern & Co", "identification": false,
    });
    object(json!({
        "campaign": {
            "id": "c", "title": "T", "organisation": "Lantern & Co", "date": "2018-01-11", "cc": ["Chair", "Press"],
        },
        "signatures": [signature],
        "groups": [{
            "category": "survivor", "heading": "Survivors", "count": 2, "listed": 1, "withheld": 1, "protected": true,
            "others": 0, "others_line": "", "withheld_line": "and 1 more", "signatures": [signature], "persons": [signature], "organisations": [],
        }],
        "recipient": { "language": "en" },
        "roll": { "identification": false, "affiliation_note": "A note.", "verification_note": "" },
        "count": {
            "total": 2, "persons": 2, "organisations": 0, "listed": 1, "withheld": 1, "others": 0,
            "by": { "survivor": 2, "campaigner": 0 },
        },
    }))
}

/// The fields of one recipient.
fn recipient() -> Map<String, Value> {
    object(json!({
        "recipient": { "name": ELEMENT, "title": "", "department": "# Films", "email": "z@example.org", "language": "en" },
        "salutation": format!("Dear {ELEMENT}:"), "closing": "Sincerely,",
    }))
}

fn render(sources: &[Source]) -> Option<(Rendered, Rendered)> {
    let shape = schema::joint(["name", "title", "department", "email", "language"], ["survivor", "campaigner"]);
    let template = compile(sources, "letter", &ENGLISH, &shape);
    let renderer = template
        .and_then(|template| Renderer::new(template, campaign, std::sync::Arc::new(openletter::markdown::NoImages)));
    let renderer = match renderer {
        Ok(renderer) => renderer,
        Err(findings) => {
            assert!(!findings.is_empty(), "a template is refused without a finding");
            return None;
        }
    };
    let row = Place::line("recipients.csv", 2);
    let first = renderer.print(recipient(), &row);
    let second = renderer.print(recipient(), &row);
    assert_eq!(first, second, "the second letter differs");
    Some((first.ok()?, second.ok()?))
}

fuzz_target!(|data: &[u8]| {
    let [choice, bytes @ ..] = data else { return };
    // Files are decoded before they are compiled.
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let mut texts = text.split('\0');
    let mut next = || texts.next().unwrap_or_default();
    let (letter, second, partial) = (next(), next(), next());
    let mut sources = match choice % 3 {
        0 => vec![source("letter", Format::Markdown, letter)],
        1 => vec![source("letter", Format::Text, letter), source("roll", Format::Text, second)],
        _ => vec![source("letter", Format::Text, letter), source("letter", Format::Html, second)],
    };
    if !partial.is_empty() {
        let format = if choice % 3 == 0 { Format::Markdown } else { Format::Text };
        sources.push(source("part", format, partial));
    }
    let Some((rendered, again)) = render(&sources) else { return };
    assert_eq!(rendered, again);
    if choice % 3 == 0 {
        let html = rendered.html.expect("a Markdown letter has both parts");
        assert!(!html.contains("<i>"), "a value became an element in\n{html}");
    }
});
