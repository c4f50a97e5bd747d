//! Letters in several languages: each is in one language from the salutation to the roll.

use crate::desk::Desk;
use crate::page::Page;
use mail_parser::MessageParser;
use openletter::language::{ALL, Addressee};

const LETTER: &str = "templates/letter.md.hbs";
const GERMAN: &str = "templates/letter.de.md.hbs";
const IN_GERMAN: &str = "Subject: Ein Brief an {{recipient.title}}\n\n{{date campaign.date}}\n\n{{salutation}}\n\nwir sind \
                         {{words count.total \"f\"}}.\n\n{{closing}}\n\n{{roll}}\n";

/// Two recipients with these languages and honorifics.
fn written_to(first: &str, second: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    let rows = format!(
        "id,honorific,given_name,family_name,title,email,language\n\
         ceo,Ms.,Thandeka,Okafor,Chief Executive Officer,ceo@northlight.example,{first}\n\
         legal,,Chris,Penhallick,General Counsel,legal@northlight.example,{second}\n"
    );
    desk.write("recipients.csv", rows);
    desk
}

/// The text part and the HTML part of each letter.
fn parts(desk: &Desk) -> Vec<[String; 2]> {
    desk.run("write").exit(0);
    let part = |bytes: Vec<u8>| {
        let letter = MessageParser::default().parse(&bytes).expect("a message");
        let [text, html] = [letter.body_text(0), letter.body_html(0)].map(|part| part.expect("a part").into_owned());
        [text.replace("\r\n", "\n"), html]
    };
    desk.octets().into_iter().map(part).collect()
}

#[track_caller]
fn holds(part: &str, texts: &[&str]) {
    for text in texts {
        assert!(part.contains(text), "no {text:?} in\n{part}");
    }
}

fn translated(desk: &Desk) -> &Desk {
    let english = "survivor = { one = \"survivor\", many = \"survivors\" }";
    let german = "survivor = { one = \"survivor\", many = \"survivors\", de = { one = \"Überlebende\", many = \"Überlebende\" } }";
    let campaigner = "campaigner = { one = \"campaigner\", many = \"campaigners\" }";
    let engagiert =
        "campaigner = { one = \"campaigner\", many = \"campaigners\", de = { one = \"Aktive\", many = \"Aktive\" } }";
    desk.edit("campaign.toml", english, german).edit("campaign.toml", campaigner, engagiert)
}

#[test]
fn a_letter_is_in_its_recipients_language_from_the_salutation_to_the_roll() {
    let desk = written_to("German", "");
    translated(&desk).write(GERMAN, IN_GERMAN);
    assert_eq!(desk.found(), [] as [&str; 0]);
    let [german, english] = <[_; 2]>::try_from(parts(&desk)).expect("two letters");
    let withheld = "1 Überlebende (Name zum Schutz der Person nicht genannt)";
    holds(&german[0], &["11. Januar 2018\n\nSehr geehrte Frau Okafor,\n\nwir sind zwei.\n\nMit freundlichen Grüßen\n"]);
    holds(&german[0], &["AKTIVE", "ÜBERLEBENDE", withheld, "* Die Angabe der Einrichtung dient nur der Zuordnung"]);
    holds(&german[1], &["lang=\"de\"", "Aktive", withheld, "Mit freundlichen Grüßen"]);
    holds(&english[0], &["Dear Chris Penhallick:\n\nWe are two signatories.\n\nSincerely,\n", "SURVIVORS"]);
    holds(&english[1], &["lang=\"en\"", "1 survivor whose name is withheld for their safety"]);
}

#[test]
fn a_variety_uses_the_letter_of_its_language() {
    let desk = written_to("de-AT", "en-AU");
    translated(&desk).write(GERMAN, IN_GERMAN);
    let [austrian, australian] = <[_; 2]>::try_from(parts(&desk)).expect("two letters");
    holds(&austrian[0], &["Sehr geehrte Frau Okafor,"]);
    holds(&australian[0], &["Dear Chris Penhallick,", "Yours sincerely,"]);
    holds(&australian[1], &["lang=\"en-GB\""]);
}

#[test]
fn a_letter_without_a_template_in_its_language_stays_in_one_language() {
    let desk = written_to("de", "de");
    assert_eq!(desk.found(), ["warning[language-missing]: recipients.csv:2"], "one warning");
    desk.run("check")
        .exit(0)
        .prints("lines 2, 3")
        .prints("there is no letter in German, so")
        .prints("write templates/letter.de.md.hbs");
    for [text, html] in parts(&desk) {
        holds(&text, &["Dear ", "Sincerely,"]);
        holds(&html, &["lang=\"en\""]);
    }
}

#[test]
fn a_template_that_reads_the_language_is_in_each_of_them() {
    let desk = written_to("de", "fr");
    let body = "Subject: {{#if (eq recipient.language \"de\")}}Brief{{else}}Lettre{{/if}}\n\n{{salutation}}\n\n\
                {{#if (eq recipient.language \"de\")}}wir bitten{{else}}nous demandons{{/if}}\n\n{{closing}}\n\n{{roll}}\n";
    translated(&desk).write(LETTER, body);
    let roll = "{{#if (ne recipient.language \"de\")}}\nliste\n{{else}}\nListe\n{{/if}}\n";
    desk.write("templates/roll.txt.hbs", roll).write("templates/roll.html.hbs", roll);
    desk.edit(
        "campaign.toml",
        "many = \"Aktive\" }",
        "many = \"Aktive\" }, fr = { one = \"militante\", many = \"militantes\" }",
    )
    .edit(
        "campaign.toml",
        "many = \"Überlebende\" }",
        "many = \"Überlebende\" }, fr = { one = \"s\", many = \"s\" }",
    );
    assert_eq!(desk.found(), [] as [&str; 0]);
    let [german, french] = <[_; 2]>::try_from(parts(&desk)).expect("two letters");
    holds(&german[0], &["Sehr geehrte Frau Okafor,\n\nwir bitten\n\nMit freundlichen Grüßen\n\nListe"]);
    let closing = "Madame, Monsieur,\n\nnous demandons\n\nVeuillez agréer, Madame, Monsieur, l’expression";
    holds(&french[0], &[closing, "\n\nliste"]);
    holds(&french[1], &["lang=\"fr\""]);
}

#[test]
fn a_comparison_with_no_tag_is_an_error_that_names_the_tag() {
    let desk = written_to("de", "");
    desk.edit(LETTER, "We are", "{{#if (eq recipient.language \"German\")}}x{{/if}} We are");
    desk.refused(&["error[name-kind]: templates/letter.md.hbs:5:31"])
        .reports("a letter's language is never \"German\"")
        .reports("help: write \"de\"");
    let desk = written_to("", "");
    desk.edit(LETTER, "We are", "{{#if (ne \"pt\" recipient.language)}}x{{/if}} We are");
    desk.refused(&["error[name-kind]: templates/letter.md.hbs:5:12"]).reports("it is de, en, en-GB, es, fr or it");
}

#[test]
fn a_roll_knows_the_language_and_nothing_else_of_a_recipient() {
    let desk = written_to("", "");
    desk.write("templates/roll.md.hbs", "{{recipient.language}} {{recipient.title}} {{salutation}}\n");
    desk.refused(&[
        "error[name-unknown]: templates/roll.md.hbs:1:26",
        "error[name-unknown]: templates/roll.md.hbs:1:46",
    ])
    .reports("there is no \"recipient.title\" here");
}

#[test]
fn an_unknown_language_is_an_error_with_its_rows() {
    let desk = written_to("pt-BR", "Klingon");
    desk.refused(&["error[cell-value]: recipients.csv:2:72", "error[cell-value]: recipients.csv:3:66"])
        .reports("unknown value \"pt-BR\" in `language`")
        .reports("expected de, en, en-GB, es, fr or it, or a tag such as de-AT");
    desk.edit(
        "campaign.toml",
        "[letter]",
        "[recipients]\nvalues.language = { pt-BR = \"es\", Klingon = \"de\" }\n\n[letter]",
    );
    desk.run("check").exit(0).prints("language-missing");
}

#[test]
fn the_campaigns_language_is_that_of_its_letter() {
    let desk = written_to("", "en");
    desk.edit("campaign.toml", "date = 2018", "language = \"en-GB\"\ndate = 2018");
    for [text, html] in parts(&desk) {
        holds(&text, &["Dear ", ",\n\nWe are two", "Yours sincerely,"]);
        holds(&html, &["lang=\"en-GB\""]);
    }
    desk.edit("campaign.toml", "\"en-GB\"", "\"english\"").run("check").exit(0);
    desk.edit("campaign.toml", "\"english\"", "\"eng\"");
    desk.run("check").exit(78).prints("[campaign] language cannot be \"eng\"").prints("did you mean \"en\"?");
}

#[test]
fn template_names_with_a_wrong_language_are_errors() {
    let desk = written_to("", "");
    desk.write("templates/letter.pt.md.hbs", IN_GERMAN).write("templates/letter.en.md.hbs", IN_GERMAN);
    desk.refused(&[
        "error[template-file]: templates/letter.en.md.hbs",
        "error[template-file]: templates/letter.pt.md.hbs",
    ])
    .reports("delete this file or templates/letter.md.hbs");
}

#[test]
fn words_without_a_translation_are_one_warning_with_the_line_to_add() {
    let desk = written_to("de", "de");
    desk.write(GERMAN, IN_GERMAN);
    assert_eq!(desk.found(), ["warning[category-language]: campaign.toml"]);
    desk.run("check")
        .exit(0)
        .prints("letters in German print these categories untranslated: \"survivors\", \"campaigners\"")
        .prints("\n  \"survivor\" = { …, de = { one = \"…\", many = \"…\" } }\n");
    translated(&desk).write("templates/roll.md.hbs", "{{#each signatures}}\nSigned: {{name}}\n\n{{/each}}\n");
    assert_eq!(desk.found(), ["warning[language-missing]: templates/roll.md.hbs"]);
    desk.write("templates/roll.de.md.hbs", "{{#each signatures}}\nGezeichnet: {{name}}\n\n{{/each}}\n");
    assert_eq!(desk.found(), [] as [&str; 0]);
    holds(&parts(&desk)[0][0], &["Gezeichnet: Ifeoma Nwachinemere"]);
}

#[test]
fn partials_and_layouts_have_versions_too() {
    let desk = written_to("de", "");
    translated(&desk).write(GERMAN, IN_GERMAN.replace("wir sind", "{{> greeting}} wir sind").as_str());
    desk.edit(LETTER, "We are", "{{> greeting}} We are");
    desk.write("templates/greeting.md.hbs", "Greetings.").write("templates/greeting.de.md.hbs", "Zum Gruß.");
    desk.write("templates/layout.de.html.hbs", "<html lang=\"{{language}}\"><!-- Rahmen -->{{{body}}}</html>");
    let [german, english] = <[_; 2]>::try_from(parts(&desk)).expect("two letters");
    holds(&german[0], &["Zum Gruß. wir sind"]);
    holds(&german[1], &["<html lang=\"de\"><!-- Rahmen -->"]);
    holds(&english[0], &["Greetings. We are"]);
    assert!(!english[1].contains("Rahmen"));
}

#[test]
fn a_cell_wins_and_a_french_closing_repeats_it_without_clearing_what_is_private() {
    let desk = written_to("fr", "fr");
    let french = "Subject: Lettre\n\n{{salutation}}\n\nNous demandons.\n\n{{closing}}\n";
    desk.write("templates/letter.fr.md.hbs", french);
    let list = desk.text("recipients.csv").replace(",language", ",language,salutation").replace(",fr\n", ",fr,\n");
    desk.write("recipients.csv", list.replacen(",fr,\n", ",fr,\"Madame la Présidente,\"\n", 1));
    let first = parts(&desk).remove(0);
    let letter = "Madame la Présidente,\n\nNous demandons.\n\nVeuillez agréer, Madame la Présidente, l’expression";
    holds(&first[0], &[letter]);
    desk.edit("recipients.csv", "Madame la Présidente,", "Madame Satterwhaite,");
    desk.run("check").exit(65).prints("error[leak]: recipients.csv:2");
}

#[test]
fn the_search_uses_the_words_of_the_letters_language() {
    let desk = written_to("de", "");
    translated(&desk).write(GERMAN, IN_GERMAN);
    desk.edit("signatories.csv", "Jolene Satterwhaite", "Hope Will");
    desk.edit(LETTER, "We are", "We hope that we are");
    assert_eq!(desk.found(), [] as [&str; 0], "an ordinary English word");
    desk.edit(GERMAN, "wir sind", "wir hope sind");
    desk.refused(&["error[leak]: templates/letter.de.md.hbs:7:5"]);
    desk.edit(GERMAN, "wir hope sind", "wir und sind").edit("signatories.csv", "Hope Will", "Mai Und");
    assert_eq!(desk.found(), [] as [&str; 0], "a function word");
    desk.edit(GERMAN, "wir und sind", "im Mai sind wir");
    assert_eq!(desk.found(), [] as [&str; 0], "a month in a date");
    desk.edit(GERMAN, "im Mai sind wir", "Mai und wir");
    desk.run("check").exit(65).prints("error[leak]: templates/letter.de.md.hbs:7");
}

#[test]
fn numbers_are_checked_in_every_language() {
    let desk = written_to("de", "");
    translated(&desk).write(GERMAN, IN_GERMAN.replace("wir sind", "wir, 1.234 Unterzeichnende, sind").as_str());
    assert_eq!(desk.found(), ["warning[number-wrong]: templates/letter.de.md.hbs:7:6"]);
}

#[test]
fn the_table_of_languages_shows_what_they_write() {
    let table = Page::read("docs/templates.md").section("Languages").table();
    let shown: Vec<Vec<String>> = ALL
        .iter()
        .map(|language| {
            let to = |honorific, name: &str, office| {
                let family = name.split(' ').next_back().unwrap_or_default();
                let to = Addressee { honorific, given: "", family, name, office };
                (language.salutation)(&to).expect("a salutation")
            };
            let named = [to("Ms.", "Ada Okafor", ""), to("Mr.", "Karl Brandt", ""), to("", "Chris Jones", "")];
            vec![
                format!("`{}`", language.tag),
                named.join(" · "),
                to("", "", "Chief Content Officer"),
                (language.closing)(&named[0]),
                (language.date)(jiff::civil::date(2018, 1, 11)),
            ]
        })
        .collect();
    assert_eq!(table, shown);
}

#[test]
fn the_sample_has_one_letter_in_german() {
    let desk = Desk::sample();
    let letters = parts(&desk);
    let german: Vec<_> = letters.iter().filter(|[_, html]| html.contains("lang=\"de\"")).collect();
    let [text, html] = german.first().expect("a letter");
    assert_eq!((letters.len(), german.len()), (10, 1));
    holds(text, &["Sehr geehrte Frau Dr. Eikenboom,\n\ndiesen Brief unterzeichnen", "\nMit freundlichen Grüßen\n"]);
    holds(text, &["\nÜBERLEBENDE\n", "\nFACHLEUTE UND EINRICHTUNGEN\n", "deren Namen zu ihrem Schutz nicht genannt"]);
    for english in ["survivor", "Sincerely", "withheld", "January", "Dear ", "signatories", " and "] {
        // Statements, and names and roles of signatories, are as they wrote them.
        let own_words = text.split("ÜBERLEBENDE").next().expect("a text");
        let lines = own_words.lines().filter(|line| !line.starts_with('>'));
        assert!(lines.clone().all(|line| !line.contains(english)), "{english}");
    }
    holds(html, &["Überlebende</h3>", "Mit freundlichen Grüßen"]);
}
