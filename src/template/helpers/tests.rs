//! Renders every helper's examples, so that the documentation promises only what a helper does.

use super::{HELPERS, RESERVED, Typeset, register};
use crate::language::{ENGLISH, Language};
use handlebars::Handlebars;
use serde_json::json;

fn fields() -> serde_json::Value {
    json!({
        "campaign": {
            "organisation": "The Lantern Alliance",
            "date": "2018-01-11",
            "cc": ["the Chair", "the Board", "the Press"],
        },
        "recipient": { "title": "Chief Executive", "suffix": "" },
        "count": { "total": 56, "persons": 49, "by": { "survivor": 21 } },
    })
}

fn render(template: &str) -> Result<String, handlebars::RenderError> {
    render_in(&ENGLISH, template)
}

fn render_in(language: &'static Language, template: &str) -> Result<String, handlebars::RenderError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    register(&mut registry, Typeset::default(), language);
    registry.render_template(template, &fields())
}

#[test]
fn every_example_renders_to_its_result() {
    for spec in HELPERS {
        for (template, expected) in spec.examples {
            assert_eq!(render(template).unwrap(), *expected, "{template}");
        }
    }
}

#[test]
fn every_helper_of_ours_but_the_roll_has_an_example() {
    for spec in HELPERS.iter().filter(|spec| spec.call.is_some()) {
        assert!(!spec.examples.is_empty(), "{}", spec.name);
    }
}

#[test]
fn every_helper_is_reserved() {
    for spec in HELPERS {
        assert!(RESERVED.contains(&spec.name), "{}", spec.name);
    }
}

#[test]
fn helpers_refuse_an_empty_value() {
    for template in
        ["{{upper recipient.suffix}}", "{{date recipient.suffix}}", "{{default recipient.suffix recipient.suffix}}"]
    {
        let error = render(template).unwrap_err().reason().to_string();
        assert!(error.contains("recipient.suffix") && error.contains("empty"), "{error}");
    }
}

#[test]
fn a_text_that_is_not_a_date_is_refused() {
    let error = render("{{date recipient.title}}").unwrap_err().reason().to_string();
    assert!(error.contains("ISO date"), "{error}");
}

#[test]
fn unsafe_helpers_of_handlebars_are_removed() {
    for template in ["{{lookup recipient \"title\"}}", "{{log recipient}}", "{{{{raw}}}}x{{{{/raw}}}}"] {
        assert!(render(template).is_err(), "{template}");
    }
}

#[test]
fn helpers_write_in_the_language_of_the_letter() {
    for (tag, template, expected) in [
        ("de", "{{date campaign.date}}", "11. Januar 2018"),
        ("de", "{{date campaign.date \"%A, %-d. %B\"}}", "Donnerstag, 11. Januar"),
        ("de", "{{words count.total}}", "sechsundfünfzig"),
        ("de", "{{words 1 \"f\"}}", "eine"),
        ("es", "{{words 21 \"m\"}}", "veintiún"),
        ("fr", "{{ordinal 1}}", "1er"),
        ("fr", "{{plural 0 \"lettre\" \"lettres\"}}", "0 lettre"),
        ("de", "{{plural 0 \"Brief\" \"Briefe\"}}", "0 Briefe"),
        ("it", "{{list campaign.cc}}", "the Chair, the Board e the Press"),
    ] {
        let language = Language::find(tag).expect("a language");
        assert_eq!(render_in(language, template).expect("rendered"), expected, "{tag}: {template}");
    }
}

#[test]
fn a_gender_and_a_plural_that_are_not_known_are_refused() {
    let german = Language::find("de").expect("German");
    for template in ["{{words 1 \"x\"}}", "{{plural 2 \"Brief\"}}"] {
        assert!(render_in(german, template).is_err(), "{template}");
    }
}
