//! Letters made from shared parts are the same as letters made as a whole.
//!
//! Every campaign of the suite and random campaigns are made both ways: the bytes and the findings must be equal.

use crate::desk::{Desk, root};
use openletter::campaign::{Campaign, Letters, Step};
use openletter::diagnostics::finding::Finding;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::fs;
use std::path::Path;

/// A PNG of 60 by 20 pixels, as far as its size.
const LOGO: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x3c\0\0\0\x14\x08\x02\0\0\0";

/// What the letters of a campaign came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    before: Vec<Finding>,
    letters: Vec<(Option<Made>, Vec<Finding>)>,
    after: Vec<Finding>,
}

#[derive(Debug, PartialEq)]
struct Made {
    number: u32,
    id: String,
    to: String,
    message_id: String,
    subject: String,
    bytes: String,
}

/// Makes the letters; gives also how many of them share bytes.
fn outcome(mut letters: Letters<'_>) -> (Outcome, usize) {
    let before = letters.take_findings();
    let mut sharing = 0;
    let made = letters.by_ref().map(|Step { letter, findings, pdf: _ }| {
        sharing += usize::from(letter.as_ref().is_some_and(|letter| {
            // Files are shared whichever way a letter is made.
            let files = letter.files.iter().filter(|file| file.encoded_len() > 400).count();
            letter.bytes.runs().count() > 1 + 2 * files
        }));
        let letter = letter.map(|letter| Made {
            number: letter.number,
            id: letter.id,
            to: letter.envelope.to.to_string(),
            message_id: letter.message_id,
            subject: letter.subject,
            bytes: String::from_utf8(letter.bytes.to_vec()).expect("ASCII"),
        });
        (letter, findings)
    });
    let letters_made = made.collect();
    (Outcome { before, letters: letters_made, after: letters.finish() }, sharing)
}

/// Makes the campaign's letters both ways, compares them, and gives how many letters there are and how many share bytes.
fn both_ways(dir: &Path) -> Result<(usize, usize), TestCaseError> {
    let Ok(campaign) = Campaign::examine(dir) else { return Ok((0, 0)) };
    let (quick, sharing) = outcome(campaign.letters());
    let (plain, none) = outcome(campaign.letters().made_plainly());
    prop_assert_eq!(&quick, &plain);
    prop_assert_eq!(none, 0, "the plain way shares nothing");
    Ok((quick.letters.iter().filter(|(letter, _)| letter.is_some()).count(), sharing))
}

#[test]
fn the_campaigns_of_the_suite_come_to_the_same_both_ways() {
    assert_eq!(both_ways(root()).expect("the same"), (10, 10), "every letter of the sample shares bytes");
    for campaign in fs::read_dir(root().join("tests/campaigns")).expect("campaigns") {
        let dir = campaign.expect("an entry").path();
        let (letters, sharing) = both_ways(&dir).expect("the same");
        assert!(letters > 0 && sharing == letters, "{}", dir.display());
    }
}

#[test]
fn a_letter_that_gmail_cuts_off_is_reported_both_ways() {
    let desk = Desk::with("two-recipients");
    desk.write(
        "templates/letter.md.hbs",
        format!("Subject: Hello\n\n{{{{salutation}}}}\n\n{}\n", "word ".repeat(21_000)),
    );
    assert_eq!(both_ways(desk.dir()).expect("the same"), (2, 2));
    desk.run("check").exit(0).prints("warning[size-clipped]");
}

/// A stretch of a template in Markdown.
fn markdown() -> impl Strategy<Value = &'static str> {
    select(vec![
        "{{salutation}}",
        "{{#if (eq recipient.language \"de\")}}\nGuten Tag\n\n{{else}}\nHello\n\n{{/if}}\n",
        "{{date campaign.date}} {{words count.total}}, {{recipient.language}}",
        "{{closing}}",
        "{{roll}}",
        "We write about **one series**, and about what it asks of its audience: {{plural count.total \"signatory\"}}.",
        "A second\nparagraph of `words`, with a [link](https://example.org/?a=b&c).",
        "Dear {{recipient.title}}, **bold {{recipient.family_name}}** and *{{recipient.city}}*",
        "{{#if recipient.title}}\nTo the {{recipient.title}}\n\n{{/if}}\n",
        "{{#if recipient.given_name}}{{recipient.given_name}} {{/if}}and others",
        "{{#if (eq recipient.title \"Editor\")}}\nA paragraph for editors.\n\nAnd another.\n\n{{else}}\n- a list\n- for others\n\n{{/if}}\n",
        "{{#unless recipient.suffix}}Unless{{/unless}}",
        "{{#if (and recipient.given_name (not recipient.city))}}\n> quoted {{recipient.given_name}}\n\n{{else}}{{default recipient.city \"*nowhere*\"}}{{/if}}\n",
        "{{#if (or (eq \"Editor\" recipient.title) recipient.suffix)}}1. {{recipient.email}}\n2. {{count.total}}\n{{/if}}\n",
        "{{#if recipient.city}}{{#if recipient.title}}## {{recipient.title}} of {{recipient.city}}\n{{else}}> {{recipient.city}}\n{{/if}}{{/if}}\n",
        "`{{recipient.city}}` and [{{recipient.given_name}}](https://example.org/{{recipient.family_name}})",
        "{{recipient.given_name}}{{recipient.family_name}}*{{recipient.email}}*_{{recipient.title}}_",
        "{{upper recipient.title}} {{#if recipient.city}}in {{recipient.city}}{{/if}}",
        "{{> address}}",
        "  {{> address}}",
        "{{> common}}",
        "{{#with recipient}}{{email}}{{/with}}",
        "{{#each campaign.cc}}\n- {{this}}\n{{/each}}\n",
        "{{#each signatures}}\n> {{name}}\n\n{{/each}}\n",
        "{{#each groups}}\n{{heading}} for {{../recipient.email}}\n{{/each}}\n",
        "- one\n- {{recipient.family_name}}\n",
        "- one\n\n- two\n",
        "1. one\n2. two\n\n   still two",
        "> a quotation\n> {{recipient.title}}",
        "## A heading\n",
        "---",
        "    code of {{recipient.title}}",
        "```\nfenced\n\n# code\n```",
        "[x]: https://example.org/x",
        "see [x]",
        "[mail](mailto:{{recipient.email}})",
        "{{default recipient.suffix \"nobody\"}}\\\nand so on",
        "A line\\\nof two, Jolene",
        "Jolene Satterwhaite",
        "{{recipient.department}}",
        "Ifeoma Nwachinemere, of Corran Bridge",
        "{{!-- a remark --}}",
        "  an indented line",
        "Über 日本語 — “quoted” = é\t.",
        "<b>",
        "|a|b|\n|-|-|",
        "| Who | {{recipient.title}} |\n|---|--:|\n| {{recipient.family_name}} | {{count.total}} |",
        "~~{{recipient.title}}~~ see https://x.example/_a_/{{recipient.family_name}}.",
        "A note[^1] on {{recipient.city}}",
        "[^1]: Its text, for {{recipient.title}}",
        "[^1]: Its text",
        "![The logo](images/logo.png)",
        "![{{recipient.title}}](images/logo.png){width=40} and ![other](images/other.gif)",
        "![own](images/{{recipient.image}})",
        "![gone](images/gone.png)",
    ])
}

fn separator() -> impl Strategy<Value = &'static str> {
    select(vec!["\n\n", "\n\n", "\n\n", "\n\n", "\n", "\n\n\n", " \n \n", "", " "])
}

fn template() -> impl Strategy<Value = String> {
    prop::collection::vec((markdown(), separator()), 1..9)
        .prop_map(|stretches| stretches.into_iter().map(|(text, end)| [text, end].concat()).collect())
}

fn subject() -> impl Strategy<Value = &'static str> {
    select(vec![
        "A letter to all",
        "To {{recipient.title}}",
        "{{campaign.title}}",
        "{{recipient.family_name}}: {{count.total}}",
    ])
}

/// Header lines besides the subject.
fn attach() -> impl Strategy<Value = String> {
    let line = select(vec![
        "Attach: annex.pdf\n",
        "Attach: {{recipient.file}}\n",
        "Attach: {{#if recipient.suffix}}{{recipient.file}}{{/if}}\n",
        "Attach: {{recipient.family_name}}.txt\n",
        "Attach: leak.csv\n",
        "Attach: gone.pdf\n",
    ]);
    prop_oneof![2 => Just(String::new()), 3 => prop::collection::vec(line, 1..3).prop_map(|lines| lines.concat())]
}

fn layout() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![
        None,
        None,
        Some("<html lang=\"{{language}}\"><title>{{subject}}</title>\n{{{body}}}\n</html>"),
        Some("<style>p { color: #123 }</style>\n<div>{{{body}}}</div>\n<p>{{#if subject}}re {{subject}}{{/if}}</p>"),
        Some("<p>{{#if body}}x{{/if}}</p>\n{{{body}}}"),
        Some("<p title='\n{{{body}}}\n'>"),
        Some("plain words\n{{{body}}}and more words"),
    ])
}

const RECIPIENTS: [&str; 20] = [
    "ceo,Ms.,Thandeka,Okafor,Chief Executive Officer,Los Verdes,ceo@northlight.example",
    "legal,,Chris,Penhallick,Editor,,legal@northlight.example",
    "jo,,Jolene,Marsh,Editor,Refuge,jo@northlight.example",
    "satter,Mr,Sam,Satterwhaite,Officer,Bridge,satter@northlight.example",
    "ifeoma,,Ifeoma,Nwachinemere,Editor,Corran Bridge,if@northlight.example",
    "marks,,A*b*,[x]: `c`,Editor,- x,marks@northlight.example",
    "tags,,<b>,&amp; \"q\",Editor,#,tags@northlight.example",
    "umlaut,Dr,Zoë,Größmann-Ålund,Vorstand für Öffentlichkeit,München,zoe@northlight.example",
    "title,,,,Editor,,title@northlight.example",
    "nobody,,,,,,nobody@northlight.example",
    "line,,Lina,We write,A line,of two,line@northlight.example",
    "long,,Anna,Averyveryveryverylongnamethatgoesonandonandonandonandonandonandonandonandon,Editor and chair of everything,日本,long@northlight.example",
    "jolene.satterwhaite,,Eve,Hill,Editor,,eve@northlight.example",
    "code,,Jolene Satterwhaite,Hill,Editor,,code@northlight.example",
    "words,,Jolenea,Satter,Editor of jolene84,SaveJolene,words@northlight.example",
    "signs,,Siân,O'Brien & Co.,R&D <x> 5%,Satterwhaites,o+brien@northlight.example",
    "escape,,A&eacute;b,%4aolene,`*_[x](y)\\,&#74;olene,escape@northlight.example",
    "hebrew,,שרה,כהן,日本の会社,القاهرة,hebrew@northlight.example",
    "wide,,Anna-Maria,of the very long names that must be wrapped somewhere in a line of text,A title that is so long that it goes over the end of its line in every template,Bad Königshofen im Grabfeld an der fränkischen Saale,wide@northlight.example",
    "blank,,,Hill,,,blank@northlight.example",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn campaigns_made_at_random_come_to_the_same_both_ways(
        (body, second, subject, layout, attach) in (template(), template(), subject(), layout(), attach()),
        form in 0..8,
        rows in subsequence(&RECIPIENTS[..], 1..7),
        roll in select(vec![None, None, Some("{{#each signatures}}\n- {{name}}\n{{/each}}\n"), Some("{{#each groups}}\n{{heading}}\n\n{{/each}}\n")]),
        display in select(vec!["withheld", "initials", "full"]),
        languages in prop::collection::vec(select(vec!["", "", "de", "en-GB", "fr", "es", "German"]), 1..4),
        (german, french) in (prop::option::of(template()), any::<bool>()),
    ) {
        let desk = Desk::with("two-recipients");
        let files = [",annex.pdf,logo.png", ",,logo.png", ",Ünsal & Söhne.csv,other.gif"];
        let tagged = rows.iter().zip(languages.iter().cycle()).enumerate();
        let rows = tagged.map(|(rank, (row, language))| format!("{}{},{language}\n", row.replace(", \"q\"", " 'q'"), files[rank % 3]));
        desk.write("recipients.csv", format!("id,honorific,given_name,family_name,title,city,email,file,image,language\n{}", rows.collect::<String>()));
        desk.edit("signatories.csv", "survivor,withheld", &format!("survivor,{display}"));
        desk.edit("campaign.toml", "[signatories]", "cc = [\"The Board\", \"Ifeoma Nwachinemere\"]\n\n[signatories]");
        fs::remove_file(desk.path("templates/letter.md.hbs")).expect("removed");
        for (ending, address) in [("md", "{{recipient.title}}\\\n{{recipient.city}}\n"), ("txt", "{{recipient.title}}\n"), ("html", "<p>{{recipient.title}}</p>\n")] {
            desk.write(&format!("templates/address.{ending}.hbs"), address);
            desk.write(&format!("templates/common.{ending}.hbs"), "{{campaign.organisation}}, again\n");
        }
        desk.write("attachments/annex.pdf", format!("%PDF-1.4\n{}", "x".repeat(300)));
        desk.write("attachments/Ünsal & Söhne.csv", "a,b\n").write("attachments/Hill.txt", "Hill").write("attachments/leak.csv", "Jolene\n");
        desk.write("images/logo.png", LOGO).write("images/other.gif", b"GIF89a\x01\0\x01\0\0\0\0");
        let whole = format!("Subject: {subject}\n{attach}\n{body}");
        match form {
            0 => _ = desk.write("templates/letter.txt.hbs", whole),
            1 => {
                desk.write("templates/letter.txt.hbs", whole);
                let paragraphs: Vec<_> = second.split("\n\n").map(|text| format!("<p>{}</p>\n", text.replace("<b>", "<b>b</b>"))).collect();
                desk.write("templates/letter.html.hbs", paragraphs.concat());
            }
            _ => {
                desk.write("templates/letter.md.hbs", whole);
                if let Some(layout) = layout {
                    desk.write("templates/layout.html.hbs", layout);
                }
            }
        }
        if let Some(german) = german {
            desk.write("templates/letter.de.md.hbs", format!("Subject: {subject}, auf Deutsch\n{attach}\n{german}"));
            desk.write("templates/address.de.md.hbs", "An {{recipient.title}}\n");
        }
        if french {
            desk.write("templates/letter.fr.txt.hbs", format!("Subject: {subject}\n\n{{{{salutation}}}}\n\nUn texte.\n\n{{{{closing}}}}\n\n{{{{roll}}}}\n"));
        }
        if let Some(roll) = roll {
            desk.write(&format!("templates/roll.{}.hbs", if form > 4 { "md" } else { "txt" }), roll);
        }
        both_ways(desk.dir())?;
    }
}

/// A stretch of an individual letter's template.
fn from_one() -> impl Strategy<Value = &'static str> {
    select(vec![
        "{{salutation}}",
        "{{closing}}",
        "{{signatory.name}}",
        "{{signatory.statement}}",
        "{{#if signatory.statement}}\n{{signatory.statement}}\n\n{{/if}}\n",
        "> {{default signatory.statement \"*no words*\"}}",
        "**{{signatory.name}}**, {{default signatory.role \"nobody\"}}\\\n{{recipient.title}}",
        "{{#if (eq signatory.place \"Bath\")}}\nFrom Bath\n\n{{else}}{{#if signatory.place}}{{signatory.place}}{{/if}}{{/if}}\n",
        "- {{signatory.name}} of {{default signatory.affiliation \"none\"}}\n- {{count.total}}\n",
        "{{#with signatory}}{{name}}{{#if role}}, {{role}}{{/if}}{{/with}}",
        "{{upper signatory.name}} and [a link](https://example.org/{{signatory.name}})",
        "We are {{words count.total}}, and this is for all.",
        "A bridge is a bridge in Bath.",
        "Jolene",
        "{{> address}}",
    ])
}

const WRITERS: [&str; 12] = [
    "w1,Maria Rossi,Teacher,,Bath,full,given,yes,yes,Two girls asked me at school.,yes,maria@inbox.example",
    "w2,Jolene Marsh,Editor,Harrow Gate Refuge,,full,given,yes,no,\"One paragraph.\n\nAnother, with *stars* and <b>tags</b>.\",yes,jo@inbox.example",
    "w3,Anna <b> Q,\"`code`, [x]\",R&D <x>,- a list,full,given,yes,yes,# no heading & nothing else here,yes,anna@inbox.example",
    "w4,Averyveryveryverylongname Thatgoesonandonandonandonandonandonandonandonandonandon,,,,full,given,yes,yes,,,long@inbox.example",
    "w5,שרה כהן,עורכת,,日本,full,given,yes,yes,מילים משלי,yes,sara@inbox.example",
    "w6,Zoë O'Brien-Å,,,Bad Königshofen im Grabfeld an der fränkischen Saale,full,given,yes,no,It is long. It is longer than the line that it is on and goes over its end twice or more.,yes,zoe@inbox.example",
    "w7,Bo Hill,,,,full,given,yes,no,I know Jolene Satterwhaite well.,yes,bo@inbox.example",
    "w8,Eve Bridge,,,,full,given,yes,yes,A bridge in Bath.,yes,eve.bridge@inbox.example",
    "w9,Ida Frost,,,,initials,given,yes,yes,,,ida@inbox.example",
    "w10,Leo Ek,,,,full,given,no,yes,,,leo@inbox.example",
    "satterwhaite,Uma Lund,,,,full,given,yes,no,,,uma@inbox.example",
    "w.12,Max Berg,,,,full,given,yes,yes,,,max",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn individual_letters_come_to_the_same_both_ways(
        body in prop::collection::vec((from_one(), separator()), 1..7),
        subject in select(vec!["A letter to all", "To {{recipient.title}}", "{{signatory.name}} to {{recipient.family_name}}"]),
        is_text in any::<bool>(),
        writers in subsequence(&WRITERS[..], 1..6),
        recipients in subsequence(&RECIPIENTS[..], 1..4),
    ) {
        let desk = Desk::with("supporters");
        let head = desk.text("signatories.csv").lines().next().expect("a header").replace("place,", "affiliation,place,");
        let withheld = "x1,Jolene Satterwhaite,,,,withheld,given,yes,yes,Nobody knows that it happened to me as well.,no,jolene@inbox.example";
        desk.write("signatories.csv", format!("{head}\n{}\n{withheld}\n", writers.join("\n")));
        let head = "id,honorific,given_name,family_name,title,city,email";
        desk.write("recipients.csv", format!("{head}\n{}\n", recipients.join("\n").replace(", \"q\"", " 'q'")));
        desk.edit("campaign.toml", "max_letters = 10", "max_letters = 100");
        let body: String = body.into_iter().map(|(text, end)| [text, end].concat()).collect();
        fs::remove_file(desk.path("templates/letter.md.hbs")).expect("removed");
        let ending = if is_text { "txt" } else { "md" };
        desk.write(&format!("templates/address.{ending}.hbs"), "{{recipient.title}} for {{signatory.name}}\n");
        desk.write(&format!("templates/letter.{ending}.hbs"), format!("Subject: {subject}\n\n{body}"));
        both_ways(desk.dir())?;
    }
}
