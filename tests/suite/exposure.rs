//! Nobody is exposed, whatever the list and the template: letters of campaigns made by chance are searched by a search that
//! shares nothing with the program's own, and what is planted in them stops them.

use openletter::campaign::Campaign;
use openletter::letter::check::Code;
use openletter::letter::place::Place;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::fmt::Write as _;
use std::fs;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A row of the signatory list.
#[derive(Clone, Debug)]
struct Person {
    given: String,
    family: String,
    display: &'static str,
    consent: &'static str,
    category: &'static str,
    kind: &'static str,
    pseudonym: String,
    role: String,
    affiliation: String,
    place: String,
    show: [&'static str; 3],
    email: String,
}

const SHARED_GIVEN: &[&str] = &["Ana", "Ana María", "Zoë", "Дарья", "雨桐", "هالة", "Anna", "Ngát"];
const SHARED_FAMILY: &[&str] = &["Lima", "Lima Souza", "Ångström", "Козлова", "李", "القنديلي", "O’Mara", "de la Cruz"];

/// A name from the few that lists share and that contain each other, or one of its own.
fn part(shared: &'static [&'static str], own: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![1 => select(shared).prop_map(str::to_owned), 4 => own]
}

fn person() -> impl Strategy<Value = Person> {
    let names = (part(SHARED_GIVEN, "Qua[a-zé]{3,5}"), part(SHARED_FAMILY, "Vor[a-zü]{3,6}(-Zil[a-z]{3})?"));
    let display = select(vec!["", "full", "full", "given-initial", "initials", "pseudonym", "withheld"]);
    let consent = select(vec!["given", "given", "given", "", "pending", "refused", "withdrawn"]);
    let choices =
        (display, consent, select(vec!["", "survivor", "ally"]), select(vec!["person", "person", "organisation"]));
    let texts =
        ("Pse[a-z]{4,6}", "(Rol[a-z]{4})?", "(Aff[a-z]{4} House)?", "(Pla[a-z]{4})?", "mai[a-z]{6}@inbox\\.example");
    let show = [(); 3].map(|()| select(vec!["", "yes", "no"]));
    (names, choices, texts, show).prop_map(
        |((given, family), (display, consent, category, kind), (pseudonym, role, affiliation, place, email), show)| {
            Person { given, family, display, consent, category, kind, pseudonym, role, affiliation, place, show, email }
        },
    )
}

impl Person {
    fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// How they are shown, by the page that tells it: `docs/display.md`.
    fn shown(&self) -> &'static str {
        match (self.consent, self.display) {
            ("given", "") => "withheld",
            ("given", display) => display,
            _ => "left out",
        }
    }

    fn is_named(&self) -> bool {
        !["withheld", "left out"].contains(&self.shown())
    }

    /// What they cleared: every text that may be printed of them, and the words of their name that it holds.
    fn cleared(&self) -> Vec<String> {
        let mut cleared = match self.shown() {
            "full" => vec![self.name(), self.given.clone(), self.family.clone()],
            "given-initial" if self.kind == "person" => vec![self.given.clone()],
            "pseudonym" => vec![self.pseudonym.clone()],
            _ => Vec::new(),
        };
        cleared.extend(
            cleared.clone().iter().flat_map(|text| text.split([' ', '-']).map(str::to_owned).collect::<Vec<_>>()),
        );
        for (text, show) in [&self.role, &self.affiliation, &self.place].into_iter().zip(self.show) {
            if self.is_named() && (show == "yes" || show.is_empty() && self.shown() == "full") {
                cleared.push(text.clone());
            }
        }
        cleared
    }

    /// What they did not: of name, address, pseudonym and affiliation.
    fn uncleared(&self) -> Vec<String> {
        let cleared: Vec<String> = self.cleared().iter().map(|text| plain(text)).collect();
        let mut all = vec![
            self.name(),
            self.given.clone(),
            self.family.clone(),
            self.pseudonym.clone(),
            self.affiliation.clone(),
        ];
        all.push(self.email.clone());
        all.retain(|text| plain(text).chars().filter(|c| *c != ' ').count() > 1 && !cleared.contains(&plain(text)));
        all
    }

    fn row(&self) -> String {
        let Person {
            given, family, display, consent, category, kind, pseudonym, role, affiliation, place, email, ..
        } = self;
        let [show_role, show_affiliation, show_place] = self.show;
        format!(
            "{},{given},{family},{display},{consent},{category},{kind},{pseudonym},{role},{affiliation},{place},{show_role},\
             {show_affiliation},{show_place},{email},2018-01-05,yes,yes\n",
            self.name()
        )
    }
}

const HEADER: &str = "name,given_name,family_name,display,consent,category,kind,pseudonym,role,affiliation,place,show_role,\
                      show_affiliation,show_place,email,consent_at,adult,reviewed\n";

/// Ways in which a template can print what there is to print.
const PIECES: &[&str] = &[
    "{{roll}}",
    "{{#each signatures}}\n- {{line}}\n{{/each}}",
    "{{#each groups}}\n{{default heading \"All\"}} {{count}} {{#each signatures}}{{name}}; {{/each}}\n{{/each}}",
    "{{#each signatures}}{{#if affiliation}}{{name}} of {{affiliation}}, {{/if}}{{/each}}",
    "{{#each signatures}}{{default role \"–\"}} {{default place \"–\"}} {{/each}}",
    "{{words count.total}} of {{campaign.organisation}}",
    "{{recipient.name}}: {{recipient.cover}}",
];

/// A campaign of chance.
#[derive(Clone, Debug)]
struct Case {
    people: Vec<Person>,
    pieces: Vec<&'static str>,
    ending: &'static str,
    group_by: &'static str,
}

fn case() -> impl Strategy<Value = Case> {
    let pieces = prop::sample::subsequence(PIECES, 1..=PIECES.len());
    let settings = (select(vec![".md.hbs", ".txt.hbs"]), select(vec!["group_by = \"category\"\n", ""]));
    (prop::collection::vec(person(), 1..7), pieces, settings).prop_map(|(people, pieces, (ending, group_by))| Case {
        people,
        pieces,
        ending,
        group_by,
    })
}

/// Where a private string is planted.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Spot {
    Body,
    Subject,
    Cell,
    Title,
}

/// What came of a campaign: its letters, or the errors that stopped it.
struct Came {
    letters: Vec<Vec<u8>>,
    errors: Vec<(Code, Option<Place>)>,
}

impl Case {
    fn lawful(&self) -> Vec<String> {
        let own = ["Lantern Alliance", "letters@lantern.example", "A letter to two", "Chris Penhallick", "a copy"];
        self.people.iter().flat_map(Person::cleared).chain(own.map(str::to_owned)).map(|text| plain(&text)).collect()
    }

    /// Everything that no letter may hold.
    fn private(&self) -> Vec<String> {
        let lawful = self.lawful();
        self.people.iter().flat_map(Person::uncleared).filter(|text| !lawful.contains(&plain(text))).collect()
    }

    fn run(&self, planted: Option<(Spot, &str)>) -> Came {
        let at =
            |spot| planted.filter(|(there, _)| *there == spot).map_or(String::new(), |(_, text)| format!(" {text}"));
        let home = tempfile::tempdir().expect("a temporary folder");
        let write = |file: &str, text: String| fs::write(home.path().join(file), text).expect("written");
        let mut template = format!("Subject: {{{{campaign.title}}}}{}\n\nHello.\n", at(Spot::Subject));
        for piece in &self.pieces {
            write!(template, "\n{piece}\n").expect("a text");
        }
        write!(template, "\n{{{{recipient.cover}}}}\n\nThanks{}\n", at(Spot::Body)).expect("a text");
        fs::create_dir(home.path().join("templates")).expect("a folder");
        write(&format!("templates/letter{}", self.ending), template);
        write(
            "recipients.csv",
            format!("name,email,cover\nChris Penhallick,c@northlight.example,a copy{}\n", at(Spot::Cell)),
        );
        write("signatories.csv", self.people.iter().fold(HEADER.to_owned(), |list, person| list + &person.row()));
        write(
            "campaign.toml",
            format!(
                "[campaign]\nid = \"x\"\ntitle = \"A letter to two{}\"\norganisation = \"Lantern Alliance\"\ndate = 2018-01-11\n\
                 [letter]\nfrom = \"Lantern Alliance <letters@lantern.example>\"\n\
                 [signatories]\n{}[privacy]\nprotect = [\"survivor\"]\n",
                at(Spot::Title),
                self.group_by
            ),
        );
        let campaign = Campaign::open(home.path()).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let mut letters = campaign.letters();
        let mut findings = letters.take_findings();
        let mut came = Came { letters: Vec::new(), errors: Vec::new() };
        for step in letters.by_ref() {
            came.letters.extend(step.letter.map(|letter| letter.bytes));
            findings.extend(step.findings);
        }
        for finding in findings.iter().filter(|finding| finding.is_error()) {
            came.errors.push((finding.code, finding.place.clone()));
        }
        for person in &self.people {
            let told = plain(&format!("{findings:?}"));
            assert!(!holds(&told, &plain(&person.email)) && !holds(&told, &plain(&person.pseudonym)), "{told}");
        }
        came
    }
}

/// A text without accents, case and signs: words with one blank between them.
fn plain(text: &str) -> String {
    let letters: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a plain text holds another by whole words; Chinese has none.
fn holds(text: &str, sought: &str) -> bool {
    let is_chinese = sought.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if is_chinese { text.contains(sought) } else { format!(" {text} ").contains(&format!(" {sought} ")) }
}

/// All that a letter says, read by a mail parser and a pair of scissors.
fn said(bytes: &[u8]) -> String {
    let message = mail_parser::MessageParser::new().parse(bytes).expect("a message");
    let mut all = String::from_utf8_lossy(bytes).into_owned();
    all += &format!("\n{:?}\n{:?}\n{}\n", message.from(), message.to(), message.subject().unwrap_or_default());
    all += &message.body_text(0).unwrap_or_default();
    let html = message.body_html(0).unwrap_or_default();
    for piece in html.split('<') {
        all.push(' ');
        all += piece.split_once('>').map_or(piece, |(_, text)| text);
    }
    plain(&all.replace("&amp;", "&").replace("&#39;", "'").replace("&#x27;", "'").replace("&quot;", "\""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_letter_ever_holds_what_somebody_did_not_clear(case in case()) {
        let came = case.run(None);
        prop_assert!(came.letters.is_empty() || came.errors.is_empty());
        for letter in &came.letters {
            let said = said(letter);
            let in_full = case.people.iter().filter(|person| person.shown() == "full");
            for person in in_full.filter(|_| case.pieces.contains(&"{{roll}}")) {
                prop_assert!(holds(&said, &plain(&person.name())), "the search finds what is there");
            }
            for private in case.private() {
                prop_assert!(!holds(&said, &plain(&private)), "{private:?} is in\n{said}");
            }
        }
    }

    #[test]
    fn what_is_planted_stops_the_letters_and_is_told_where_it_stands(
        case in case(),
        spot in select(vec![Spot::Body, Spot::Subject, Spot::Cell, Spot::Title]),
        which in any::<Index>(),
    ) {
        let private = case.private();
        prop_assume!(!private.is_empty() && case.run(None).errors.is_empty());
        let planted = which.get(&private);
        let came = case.run(Some((spot, planted)));
        prop_assert!(came.letters.is_empty(), "{planted:?} in {spot:?} goes out");
        let file = match spot {
            Spot::Body | Spot::Subject => format!("templates/letter{}", case.ending),
            Spot::Cell => "recipients.csv".to_owned(),
            Spot::Title => "campaign.toml".to_owned(),
        };
        let is_told = |(code, place): &(Code, Option<Place>)| *code == Code::Leak && place.as_ref().is_some_and(|place| place.file == file);
        prop_assert!(came.errors.iter().any(is_told), "{planted:?} in {spot:?}: {:?}", came.errors);
    }
}
