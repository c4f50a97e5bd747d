//! Random campaigns: signatory lists with every display, consent and category, and templates that print everything.

use crate::desk::Desk;
use crate::search::{Search, words};
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Write as _;

/// A row of the signatory list.
#[derive(Clone, Debug)]
pub(super) struct Person {
    given: String,
    family: String,
    /// How the list writes the name.
    spelling: Spelling,
    display: &'static str,
    consent: &'static str,
    category: &'static str,
    kind: &'static str,
    pub(super) pseudonym: String,
    role: String,
    affiliation: String,
    place: String,
    show: [&'static str; 3],
    pub(super) email: String,
}

/// How a list writes a name of two words.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    /// With this between the given name and the family name, and a column for each of them.
    Columns(&'static str),
    /// With this between them, and nothing to tell which is which.
    Parted(&'static str),
    /// The family name, this, and the given name.
    Inverted(&'static str),
    /// In small letters.
    Small,
}

const SPELLINGS: &[Spelling] = &[
    Spelling::Columns(" "),
    Spelling::Columns(" "),
    Spelling::Columns("_"),
    Spelling::Parted(" "),
    Spelling::Parted("."),
    Spelling::Parted("_"),
    Spelling::Parted("/"),
    Spelling::Parted("+"),
    Spelling::Parted("–"),
    Spelling::Parted("・"),
    Spelling::Parted(""),
    Spelling::Inverted(","),
    Spelling::Inverted(", "),
    Spelling::Inverted(";"),
    Spelling::Small,
];

const SHARED_GIVEN: &[&str] = &["Ana", "Ana María", "Zoë", "Дарья", "雨桐", "هالة", "Anna", "Ngát"];
const SHARED_FAMILY: &[&str] = &["Lima", "Lima Souza", "Ångström", "Козлова", "李", "القنديلي", "O’Mara", "de la Cruz"];

/// A name from a few that contain each other and that lists share, or a unique one.
fn part(shared: &'static [&'static str], own: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![1 => select(shared).prop_map(str::to_owned), 4 => own]
}

fn person() -> impl Strategy<Value = Person> {
    let names = (part(SHARED_GIVEN, "Qua[a-zé]{3,5}"), part(SHARED_FAMILY, "Vor[a-zü]{3,6}(-Zil[a-z]{3})?"));
    let display = select(vec!["", "full", "full", "given-initial", "initials", "pseudonym", "withheld"]);
    let consent = select(vec!["given", "given", "given", "", "pending", "refused", "withdrawn"]);
    let choices = (
        display,
        consent,
        select(vec!["survivor", "ally", "Allies", "survivor, ally", "Survivor/ally"]),
        select(vec!["person", "person", "organisation"]),
        select(SPELLINGS.to_vec()),
    );
    let texts =
        ("Pse[a-z]{4,6}", "(Rol[a-z]{4})?", "(Aff[a-z]{4} House)?", "(Pla[a-z]{4})?", "mai[a-z]{6}@inbox\\.example");
    let show = [(); 3].map(|()| select(vec!["", "yes", "no"]));
    (names, choices, texts, show).prop_map(
        |(
            (given, family),
            (display, consent, category, kind, spelling),
            (pseudonym, role, affiliation, place, email),
            show,
        )| {
            // Where nothing parts them, only capitals tell that there are two; words shared with others stay words.
            let is_own = given.starts_with("Qua") && family.starts_with("Vor");
            let spelling = if is_own { spelling } else { Spelling::Columns(" ") };
            Person {
                given,
                family,
                spelling,
                display,
                consent,
                category,
                kind,
                pseudonym,
                role,
                affiliation,
                place,
                show,
                email,
            }
        },
    )
}

impl Person {
    pub(super) fn name(&self) -> String {
        let Person { given, family, .. } = self;
        match self.spelling {
            Spelling::Columns(sign) | Spelling::Parted(sign) => format!("{given}{sign}{family}"),
            Spelling::Inverted(sign) => format!("{family}{sign}{given}"),
            Spelling::Small => format!("{given} {family}").to_lowercase(),
        }
    }

    /// How they are shown, according to `docs/display.md`.
    pub(super) fn shown(&self) -> &'static str {
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
        let cleared: Vec<_> = self.cleared().iter().map(|text| words(text)).collect();
        let mut all = vec![self.name(), self.pseudonym.clone(), self.affiliation.clone()];
        // The words of an organisation's name are words of the language.
        if self.kind == "person" || matches!(self.spelling, Spelling::Columns(_)) {
            all.extend([self.given.clone(), self.family.clone()]);
        }
        all.push(self.email.clone());
        if self.kind == "person" {
            all.extend([&self.given, &self.family].iter().flat_map(|name| name.split([' ', '-'])).map(str::to_owned));
        }
        // "de la" by itself identifies nobody.
        all.retain(|text| {
            let is_long = words(text).concat().chars().count() > 1;
            is_long && !["de", "la"].contains(&&**text) && !cleared.contains(&words(text))
        });
        all
    }

    fn row(&self) -> String {
        let Person {
            given, family, display, consent, category, kind, pseudonym, role, affiliation, place, email, ..
        } = self;
        let [show_role, show_affiliation, show_place] = self.show;
        let (given, family) = match self.spelling {
            Spelling::Columns(_) => (&**given, &**family),
            _ => ("", ""),
        };
        format!(
            "\"{}\",{given},{family},{display},{consent},\"{category}\",{kind},{pseudonym},{role},{affiliation},{place},{show_role},\
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
pub(super) struct Case {
    pub(super) people: Vec<Person>,
    pub(super) pieces: Vec<&'static str>,
    pub(super) ending: &'static str,
    group_by: &'static str,
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    let pieces = prop::sample::subsequence(PIECES, 1..=PIECES.len());
    let settings = (select(vec![".md.hbs", ".txt.hbs"]), select(vec!["group_by = \"category\"\n", ""]));
    (prop::collection::vec(person(), 1..7), pieces, settings).prop_map(|(people, pieces, (ending, group_by))| Case {
        people,
        pieces,
        ending,
        group_by,
    })
}

impl Case {
    /// The words of every text that anybody may read.
    fn lawful(&self) -> Vec<Vec<String>> {
        let own = ["Lantern Alliance", "letters@lantern.example", "A letter to two", "Chris Penhallick", "a copy"];
        self.people.iter().flat_map(Person::cleared).chain(own.map(str::to_owned)).map(|text| words(&text)).collect()
    }

    /// Everything that no letter may hold.
    pub(super) fn private(&self) -> Vec<String> {
        let lawful = self.lawful();
        self.people.iter().flat_map(Person::uncleared).filter(|text| !lawful.contains(&words(text))).collect()
    }

    /// Searches for all of it, but not within what anybody may read: "Ana Lima" is in the name of "Ana Lima Souza".
    pub(super) fn search(&self) -> Search {
        Search::for_strings(self.private().iter().map(String::as_str)).but_within(&self.lawful())
    }

    /// Writes the campaign, with a private string at this spot.
    pub(super) fn desk(&self, planted: Option<(Spot, &str)>) -> Desk {
        let at =
            |spot| planted.filter(|(there, _)| *there == spot).map_or(String::new(), |(_, text)| format!(" {text}"));
        let desk = Desk::with("two-recipients");
        let mut template =
            format!("Subject: {{{{campaign.title}}}}{}\n\nHello.\n\n{{{{> friends}}}}\n", at(Spot::Subject));
        for piece in &self.pieces {
            write!(template, "\n{piece}\n").expect("a text");
        }
        write!(template, "\n{{{{recipient.cover}}}}\n\nThanks{}\n", at(Spot::Body)).expect("a text");
        std::fs::remove_dir_all(desk.path("templates")).expect("a folder");
        desk.write(&format!("templates/letter{}", self.ending), template);
        desk.write(&format!("templates/friends{}", self.ending), format!("Friends{}.\n", at(Spot::Partial)));
        if !at(Spot::Layout).is_empty() {
            desk.write(
                "templates/layout.html.hbs",
                format!("<html>{{{{{{body}}}}}}<!--{}--></html>\n", at(Spot::Layout)),
            );
        }
        desk.write(
            "recipients.csv",
            format!(
                "id,name,email,cover\nchris{},Chris Penhallick,c@northlight.example,\"a copy{}\"\n",
                at(Spot::Id).replace(|c: char| !c.is_alphanumeric(), "-"),
                at(Spot::Cell)
            ),
        );
        let mut list = self.people.iter().fold(HEADER.to_owned(), |list, person| list + &person.row());
        if !at(Spot::Neighbour).is_empty() {
            let role = format!("friend of{}", at(Spot::Neighbour));
            writeln!(list, "Zora Quillon,Zora,Quillon,full,given,ally,person,,\"{role}\",,,yes,,,,2018-01-05,yes,yes")
                .expect("a text");
        }
        desk.write("signatories.csv", list);
        desk.write("press.txt", format!("54 survivors sign{}.\n", at(Spot::Press)));
        let name = at(Spot::FileName).replace(|c: char| !c.is_alphanumeric(), "-");
        if !name.is_empty() {
            desk.write(&format!("templates/note.by{name}{}", self.ending), "A note.\n");
        }
        desk.write(
            "campaign.toml",
            format!(
                "[campaign]\nid = \"x\"\ntitle = \"A letter to two{}\"\norganisation = \"Lantern Alliance\"\ndate = 2018-01-11\n\
                 [letter]\nfrom = \"Lantern Alliance <letters@lantern.example>\"\n\
                 [signatories]\n{}[categories]\n\
                 survivor = {{ one = \"survivor\", many = \"survivors\", protect = true }}\n\
                 ally = {{ one = \"ally\", many = \"allies\" }}\n\
                 both = {{ one = \"survivor and ally\", many = \"survivor, ally\" }}\n[privacy]\nprotect = [\"both\"]\n\
                 [relay]\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\ntimeout = \"2s\"\n",
                at(Spot::Title),
                self.group_by
            ),
        );
        desk
    }

    /// The file at which a private string planted there must be reported.
    pub(super) fn file(&self, spot: Spot) -> String {
        match spot {
            Spot::Body | Spot::Subject => format!("templates/letter{}", self.ending),
            Spot::Partial => format!("templates/friends{}", self.ending),
            Spot::Layout => "templates/layout.html.hbs".to_owned(),
            Spot::Cell | Spot::Id => "recipients.csv".to_owned(),
            Spot::Neighbour | Spot::FileName => "signatories.csv".to_owned(),
            Spot::Press => "press.txt".to_owned(),
            Spot::Title => "campaign.toml".to_owned(),
        }
    }

    /// Whether letters hold what is planted there.
    pub(super) fn prints(&self, spot: Spot) -> bool {
        match spot {
            Spot::Layout => self.ending == ".md.hbs",
            Spot::Neighbour => self.pieces.contains(&"{{roll}}"),
            Spot::Press => false,
            _ => true,
        }
    }
}

/// Where a private string is planted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spot {
    Body,
    Subject,
    Partial,
    Layout,
    Cell,
    /// The id, of which the name of the letter's file is made.
    Id,
    /// Another signatory's cell.
    Neighbour,
    Title,
    /// The name of a template's file.
    FileName,
    /// A text for the press, which is not a letter.
    Press,
}

pub(super) const SPOTS: [Spot; 10] = [
    Spot::Body,
    Spot::Subject,
    Spot::Partial,
    Spot::Layout,
    Spot::Cell,
    Spot::Id,
    Spot::Neighbour,
    Spot::Title,
    Spot::FileName,
    Spot::Press,
];
