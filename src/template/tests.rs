//! Valid and invalid templates, as organisers write them.

use super::schema;
use super::{Format, Rendered, Renderer, Source, compile};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::language::ENGLISH;
use crate::markdown::NoImages;
use serde_json::{Map, Value, json};
use std::sync::Arc;

fn source(file: &str, text: &str) -> Source {
    let name = file.strip_prefix("templates/").unwrap();
    let format = Format::ALL.into_iter().find(|format| name.ends_with(format.ending())).unwrap();
    let name = name.strip_suffix(format.ending()).unwrap();
    Source { file: file.into(), name: name.into(), format, text: text.into() }
}

fn shape() -> schema::Shape {
    schema::joint(["name", "title", "department", "email"], ["survivor", "campaigner"])
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => unreachable!("only objects are given here"),
    }
}

fn print(sources: &[Source]) -> Result<Rendered, Vec<Finding>> {
    let campaign = object(json!({
        "campaign": { "id": "c", "title": "T", "organisation": "Lantern & Co", "date": "2018-01-11", "cc": ["Chair", "Press"] },
        "signatures": [{ "name": "Ada *Star*", "line": "Ada *Star*, Poet" }],
        "groups": [{ "category": "survivor", "heading": "Survivors", "one": "survivor", "many": "survivors", "count": 2, "listed": 1, "withheld": 1, "others": 0,
            "others_line": "", "withheld_line": "and 1 survivor whose name is withheld",
            "signatures": [{ "name": "Ada *Star*", "line": "Ada *Star*, Poet" }],
            "persons": [{ "name": "Ada *Star*", "line": "Ada *Star*, Poet" }], "organisations": [] }],
        "roll": { "identification": false, "affiliation_note": "A note." },
        "count": { "total": 2, "persons": 2, "organisations": 0, "listed": 1, "withheld": 1, "by": { "survivor": 2, "campaigner": 0 } },
    }));
    let recipient = object(json!({
        "recipient": { "name": "Zoë O'Neill", "title": "", "department": "Films", "email": "z@example.org" },
        "salutation": "Dear Zoë:", "closing": "Sincerely,",
    }));
    Renderer::new(compile(sources, "letter", &ENGLISH, &shape())?, move || campaign.clone(), Arc::new(NoImages))?
        .print(recipient, &Place::line("recipients.csv", 7))
}

fn text(template: &str) -> Result<String, Vec<Finding>> {
    print(&[source("templates/letter.txt.hbs", &format!("Subject: Hello\n\n{template}"))]).map(|letter| letter.text)
}

/// The only finding of a template: code, place, and message with fix.
fn fault(template: &str) -> (Code, String, String) {
    let findings = text(template).unwrap_err();
    let [finding] = findings.as_slice() else { panic!("{template}: {findings:?}") };
    let expected =
        format!("{}; {}", finding.message, finding.fix.as_ref().map(ToString::to_string).as_deref().unwrap_or(""));
    (finding.code, finding.place().map(Place::to_string).unwrap_or_default(), expected)
}

fn is(template: &str, code: Code, place: &str, expected: &str) {
    let (got, at, what) = fault(template);
    assert_eq!((got, at.as_str()), (code, place), "{template}: {what}");
    assert!(what.contains(expected), "{template}: {what}");
}

#[test]
fn a_text_letter_prints_values_as_they_are() {
    assert_eq!(text("{{recipient.name}} & {{campaign.organisation}}\n").unwrap(), "Zoë O'Neill & Lantern & Co\n");
}

#[test]
fn the_subject_is_a_value_and_is_never_parsed_again() {
    let letter =
        print(&[source("templates/letter.txt.hbs", "Subject: For {{recipient.name}}: {{count.total}}\n\nx")]).unwrap();
    assert_eq!(letter.subject, "For Zoë O'Neill: 2");
}

#[test]
fn an_html_letter_escapes_values() {
    let letter = print(&[
        source("templates/letter.txt.hbs", "Subject: x\n\nplain"),
        source("templates/letter.html.hbs", "<p>{{campaign.organisation}} {{recipient.name}}</p>"),
    ])
    .unwrap();
    assert_eq!(letter.html.as_deref(), Some("<p>Lantern &amp; Co Zoë O&#x27;Neill</p>"));
}

#[test]
fn a_typo_inside_if_is_found_although_nothing_prints_it() {
    is(
        "{{#if recipient.nmae}}x{{/if}}",
        Code::NameUnknown,
        "templates/letter.txt.hbs:3:7",
        "did you mean \"recipient.name\"?",
    );
    is(
        "\n  {{#unless (eq recipient.nam \"x\")}}{{/unless}}",
        Code::NameUnknown,
        "templates/letter.txt.hbs:4:17",
        "recipient.name",
    );
    is(
        "{{#each signatres}}{{/each}}",
        Code::NameUnknown,
        "templates/letter.txt.hbs:3:9",
        "did you mean \"signatures\"?",
    );
    is(
        "{{#each signatures}}{{nme}}{{/each}}",
        Code::NameUnknown,
        "templates/letter.txt.hbs:3:23",
        "did you mean \"name\"?",
    );
    is(
        "{{count.by.survivors}}",
        Code::NameUnknown,
        "templates/letter.txt.hbs:3:3",
        "did you mean \"count.by.survivor\"?",
    );
}

#[test]
fn private_columns_of_signatories_cannot_be_named() {
    for name in ["email", "consent", "pseudonym", "given_name"] {
        let (code, _, _) = fault(&format!("{{{{#each signatures}}}}{{{{#if {name}}}}}x{{{{/if}}}}{{{{/each}}}}"));
        assert_eq!(code, Code::NameUnknown);
    }
}

#[test]
fn names_resolve_through_loops_parents_parameters_and_root() {
    let template = "{{#each groups}}{{heading}}:{{#each signatures as |s i|}}{{i}} {{s.name}} {{../heading}} {{../../campaign.id}} \
                    {{@root.count.total}}{{#if @last}}.{{/if}}{{/each}}{{/each}}";
    assert_eq!(text(template).unwrap(), "Survivors:0 Ada *Star* Survivors c 2.");
    assert_eq!(text("{{#with recipient}}{{name}} {{../salutation}}{{/with}}").unwrap(), "Zoë O'Neill Dear Zoë:");
    assert_eq!(text("{{#each campaign.cc}}{{this}}{{#unless @last}}; {{/unless}}{{/each}}").unwrap(), "Chair; Press");
}

#[test]
fn printing_an_empty_cell_names_the_row_and_the_line() {
    is(
        "a\n{{recipient.title}}",
        Code::CellEmpty,
        "templates/letter.txt.hbs:4:1",
        "is empty here, and would be printed",
    );
    assert_eq!(text("{{#if recipient.title}}{{recipient.title}}{{else}}none{{/if}}").unwrap(), "none");
    assert_eq!(text("{{default recipient.title \"Sir or Madam\"}}").unwrap(), "Sir or Madam");
}

#[test]
fn comparisons_see_an_empty_cell_as_empty() {
    assert_eq!(text("{{#if (eq recipient.title \"\")}}yes{{/if}}").unwrap(), "yes");
    assert_eq!(text("{{#if (and recipient.department (not recipient.title))}}yes{{/if}}").unwrap(), "yes");
}

#[test]
fn unescaped_printing_and_unsupported_syntax_are_refused() {
    is("{{{recipient.name}}}", Code::TemplateSyntax, "templates/letter.txt.hbs:3:1", "without escaping");
    is("{{&recipient.name}}", Code::TemplateSyntax, "templates/letter.txt.hbs:3:1", "without escaping");
    is("{{#*inline \"x\"}}y{{/inline}}", Code::TemplateSyntax, "templates/letter.txt.hbs:3:1", "inline partials");
    is(
        "{{lookup recipient \"name\"}}",
        Code::HelperUnknown,
        "templates/letter.txt.hbs:3:3",
        "there is no helper \"lookup\"",
    );
    is(
        "{{#recipient}}{{name}}{{/recipient}}",
        Code::HelperUnknown,
        "templates/letter.txt.hbs:3:4",
        "{{#with recipient}}",
    );
}

#[test]
fn arguments_of_helpers_are_checked() {
    is("{{uper recipient.name}}", Code::HelperUnknown, "templates/letter.txt.hbs:3:3", "did you mean \"upper\"?");
    is("{{words recipient.name}}", Code::NameKind, "templates/letter.txt.hbs:3:9", "takes a number");
    is("{{list signatures}}", Code::NameKind, "templates/letter.txt.hbs:3:8", "takes a list of texts");
    is("{{plural 3}}", Code::HelperUnknown, "templates/letter.txt.hbs:3:1", "is called with 1 argument");
    is("{{signatures}}", Code::NameKind, "templates/letter.txt.hbs:3:3", "loop over it");
    is("{{recipient}}", Code::NameKind, "templates/letter.txt.hbs:3:3", "recipient.department");
    is("{{#each recipient}}x{{/each}}", Code::NameKind, "templates/letter.txt.hbs:3:9", "loops over a list");
    is("{{#upper recipient.name}}x{{/upper}}", Code::HelperUnknown, "templates/letter.txt.hbs:3:1", "has no block");
}

#[test]
fn loops_that_multiply_are_refused() {
    let deep = "{{#each groups}}{{#each signatures}}{{#each @root.groups}}{{#each signatures}}x{{/each}}{{/each}}{{/each}}{{/each}}";
    assert_eq!(fault(deep).0, Code::OutputLimit);
}

#[test]
fn blocks_and_brackets_too_deep_are_refused_before_they_are_parsed() {
    let blocks = "{{#if campaign.id}}".repeat(5_000);
    assert_eq!(fault(&blocks).0, Code::TemplateSyntax);
    let brackets = format!("{{{{upper {}", "(upper ".repeat(3_000));
    assert_eq!(fault(&brackets).0, Code::TemplateSyntax);
}

#[test]
fn a_block_left_open_is_reported_where_it_was_opened() {
    is(
        "a\n{{#if recipient.name}}b\nc\n",
        Code::TemplateSyntax,
        "templates/letter.txt.hbs:4:1",
        "{{#if}} is never closed",
    );
    is("a {{recipient.name\n", Code::TemplateSyntax, "templates/letter.txt.hbs:3:3", "{{ is never closed");
    is(
        "{{#if recipient.name}}b{{/each}}",
        Code::TemplateSyntax,
        "templates/letter.txt.hbs:3:24",
        "closed by {{/each}}",
    );
}

#[test]
fn header_lines_are_checked() {
    let header = |template: &str| {
        let findings = print(&[source("templates/letter.txt.hbs", template)]).unwrap_err();
        (
            findings[0].code,
            findings[0].place().cloned().unwrap().to_string(),
            format!("{} {:?}", findings[0].message, findings[0].fix),
        )
    };
    assert_eq!(header("Dear all,\n\nx").0, Code::TemplateHeader);
    assert_eq!(header("").0, Code::TemplateHeader);
    let (code, place, expected) = header("Subject: a\nSubjct: b\n\nx");
    assert_eq!((code, place.as_str()), (Code::TemplateHeader, "templates/letter.txt.hbs:2:1"));
    assert!(expected.contains("Subject:"));
    let (code, place, _) = header("Subject: Hi {{recipient.nme}}\n\nx");
    assert_eq!((code, place.as_str()), (Code::NameUnknown, "templates/letter.txt.hbs:1:15"));
    assert_eq!(header("Subject: {{roll}}\n\nx").0, Code::HelperUnknown);
}

#[test]
fn a_finding_in_a_header_line_quotes_the_whole_line() {
    let findings = print(&[source("templates/letter.txt.hbs", "Subject:  To {{recipient.nme}}\n\nx")]).unwrap_err();
    let (place, quote) = (findings[0].place().cloned().unwrap(), findings[0].quote.clone().unwrap());
    let column = place.column.unwrap() as usize;
    assert_eq!((quote.as_str(), &quote[column - 1..column + 12]), ("Subject:  To {{recipient.nme}}", "recipient.nme"));
}

#[test]
fn a_comment_may_precede_the_header_lines() {
    let letter =
        print(&[source("templates/letter.txt.hbs", "{{!-- for the\nreviewers --}}\n\nSubject: Hello\n\nBody")])
            .unwrap();
    assert_eq!((letter.subject.as_str(), letter.text.as_str()), ("Hello", "Body"));
}

#[test]
fn partials_are_followed_with_the_scope_they_are_included_in() {
    let with = |partial: &str, letter: &str| {
        print(&[
            source("templates/letter.txt.hbs", &format!("Subject: x\n\n{letter}")),
            source("templates/parts/one.txt.hbs", partial),
        ])
        .map(|letter| letter.text)
    };
    assert_eq!(with("{{name}}!", "{{> parts/one recipient}}").unwrap(), "Zoë O'Neill!");
    assert_eq!(with("{{who}}!", "{{> parts/one who=recipient.name}}").unwrap(), "Zoë O'Neill!");
    let finding = &with("\n{{nme}}", "{{> parts/one recipient}}").unwrap_err()[0];
    assert_eq!(finding.place().unwrap().to_string(), "templates/parts/one.txt.hbs:2:3");
    let finding = &with("x", "{{> parts/on}}").unwrap_err()[0];
    assert_eq!(
        (finding.code, finding.fix.as_ref().map(ToString::to_string).as_deref()),
        (Code::PartialUnknown, Some("did you mean \"parts/one\"?"))
    );
    let finding = &with("{{#if}", "{{> parts/one}}").unwrap_err()[0];
    assert_eq!(finding.code, Code::TemplateSyntax);
    for outside in ["../secret", "/etc/passwd", "parts/../../x"] {
        let findings = with("x", &format!("{{{{> {outside}}}}}")).unwrap_err();
        assert!(matches!(findings[0].code, Code::PartialUnknown | Code::TemplateSyntax), "{findings:?}");
    }
}

#[test]
fn partials_that_include_each_other_are_refused() {
    let findings = print(&[
        source("templates/letter.txt.hbs", "Subject: x\n\n{{> a}}"),
        source("templates/a.txt.hbs", "{{#if campaign.id}}{{> b}}{{/if}}"),
        source("templates/b.txt.hbs", "{{> a}}"),
    ])
    .unwrap_err();
    assert_eq!(findings[0].code, Code::PartialCircle);
    assert!(findings[0].message.to_string().contains("a → b → a"), "{}", findings[0].message);
}

#[test]
fn the_roll_is_inserted_as_typeset_and_not_escaped_again() {
    assert!(text("{{roll}}").unwrap().contains("Ada *Star*, Poet"));
    let own = print(&[
        source("templates/letter.txt.hbs", "Subject: x\n\n<{{roll}}>"),
        source("templates/roll.txt.hbs", "{{#each signatures}}* {{name}}{{/each}}"),
    ]);
    assert_eq!(own.unwrap().text, "<* Ada *Star*>");
}

#[test]
fn a_letter_above_the_size_limit_is_refused() {
    let huge = "x".repeat(1_100_000);
    let each = "{{#each @root.campaign.cc}}".repeat(3);
    let template = format!("{each}{huge}{}", "{{/each}}".repeat(3));
    assert_eq!(fault(&template).0, Code::OutputLimit);
}

#[test]
fn a_missing_letter_suggests_the_nearest_name() {
    let findings = print(&[source("templates/leter.md.hbs", "Subject: x\n\ny")]).unwrap_err();
    assert_eq!(
        findings[0].fix.as_ref().map(ToString::to_string).as_deref(),
        Some("did you mean template = \"leter\"?")
    );
}

fn markdown(template: &str) -> Result<Rendered, Vec<Finding>> {
    print(&[source("templates/letter.md.hbs", &format!("Subject: For {{{{recipient.name}}}}\n\n{template}"))])
}

#[test]
fn a_markdown_letter_gives_both_parts_and_no_value_becomes_markup() {
    let letter =
        markdown("Dear **{{recipient.name}}**,\n\n{{#each signatures}}\n- {{name}}\n{{/each}}\n\n{{roll}}\n").unwrap();
    assert!(letter.text.contains("- Ada *Star*\n"), "{}", letter.text);
    assert!(letter.text.contains("SURVIVORS\n\nAda *Star*, Poet\n"), "{}", letter.text);
    let html = letter.html.unwrap();
    assert!(html.contains("Ada *Star*</li>") && !html.contains("<em>Star</em>"), "{html}");
    assert!(html.contains("<title>For Zoë O&#x27;Neill</title>"), "{html}");
    assert!(!html.contains('\u{10DC00}') && !letter.text.contains('\u{10DC00}'));
}

#[test]
fn html_in_a_markdown_letter_is_an_error_at_its_line() {
    let findings = markdown("One.\n\nTwo <b>bold</b>.\n").unwrap_err();
    assert_eq!(findings[0].code, Code::BodyMarkup);
    assert_eq!(findings[0].place().unwrap().to_string(), "templates/letter.md.hbs:5:5");
}

#[test]
fn a_markdown_roll_of_the_campaign_is_used_in_both_parts() {
    let letter = print(&[
        source("templates/letter.md.hbs", "Subject: x\n\n{{roll}}\n"),
        source("templates/roll.md.hbs", "{{#each signatures}}\n1. *{{name}}*\n{{/each}}\n"),
    ])
    .unwrap();
    assert!(letter.text.contains("1. _Ada *Star*_") || letter.text.contains("1. *Ada *Star**"), "{}", letter.text);
    assert!(letter.html.unwrap().contains("<li"));
}

#[test]
fn a_layout_must_contain_the_body() {
    let with = |layout: &str| {
        print(&[
            source("templates/letter.md.hbs", "Subject: x\n\nHello\n"),
            source("templates/layout.html.hbs", layout),
        ])
    };
    assert_eq!(with("<i>{{subject}}</i>{{{body}}}").unwrap().html.unwrap().matches("Hello").count(), 1);
    assert_eq!(with("<i>{{subject}}</i>").unwrap_err()[0].code, Code::TemplateSyntax);
    assert_eq!(with("{{{body}}}{{recipient.name}}").unwrap_err()[0].code, Code::NameUnknown);
    assert_eq!(with("{{{body}}}{{{subject}}}").unwrap_err()[0].code, Code::TemplateSyntax);
}
