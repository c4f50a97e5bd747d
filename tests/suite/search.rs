//! The search of all privacy tests: simple, slow and strict.
//!
//! It decides independently which text of a list is private, and searches for it with its own folding. It must never share
//! code with the program, or both could miss the same thing.

use mail_parser::{MessageParser, MessagePart, PartType};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words put together.
struct Run {
    letters: String,
    /// Where the words begin and end.
    edges: BTreeSet<usize>,
}

impl Run {
    fn of(words: &[String]) -> Run {
        let ends = words.iter().scan(0, |end, word| {
            *end += word.len();
            Some(*end)
        });
        Run { letters: words.concat(), edges: std::iter::once(0).chain(ends).collect() }
    }

    /// Where the same words are; where a script has no spaces between them, only the same letters.
    fn places<'r>(&'r self, sought: &'r Run) -> impl Iterator<Item = Range<usize>> + 'r {
        let length = if self.letters.contains(&sought.letters) { self.letters.len() } else { 0 };
        (0..length)
            .filter(|at| self.letters.as_bytes()[*at..].starts_with(sought.letters.as_bytes()))
            .map(|at| at..at + sought.letters.len())
            .filter(|place| {
                (place.start..=place.end).filter(|edge| self.letters.is_char_boundary(*edge)).all(|edge| {
                    self.edges.contains(&edge) == sought.edges.contains(&(edge - place.start))
                        || self.is_beside_unspaced(edge)
                })
            })
    }

    fn is_beside_unspaced(&self, edge: usize) -> bool {
        let (before, after) = self.letters.split_at(edge);
        before.chars().next_back().into_iter().chain(after.chars().next()).any(is_unspaced)
    }
}

/// What is private in a list.
pub(crate) struct Search {
    /// Folded words, and the line they come from.
    private: BTreeMap<Vec<String>, u64>,
    /// What anybody may read, and what is a part of it there: a name within a longer one.
    lawful: Vec<Run>,
}

impl Search {
    /// Everything in the list that its rows do not clear; in `protected` they must also be known to be adults.
    pub(crate) fn of(list: &str, protected: &str) -> Search {
        let mut reader = csv::Reader::from_reader(list.as_bytes());
        let headers = reader.headers().expect("a header").clone();
        let mut private = BTreeMap::new();
        let mut public = Vec::new();
        for row in reader.records() {
            let row = row.expect("a row");
            let line = row.position().expect("a place").line();
            let cell = |name: &str| {
                headers.iter().position(|header| header == name).and_then(|at| row.get(at)).unwrap_or_default()
            };
            let signs = cell("consent") == "given" && cell("withdrawn_at").is_empty();
            let vouched = cell("category") != protected || !cell("consent_at").is_empty() && cell("adult") == "yes";
            let display = if signs && vouched { cell("display") } else { "withheld" };
            let mut hide = |text: &str| {
                let words = words(text);
                if words.concat().chars().count() > 1 {
                    private.entry(words).or_insert(line);
                }
            };
            cell("email").split_whitespace().for_each(&mut hide);
            match display {
                "full" => public.extend([words(cell("name")), words(cell("given_name")), words(cell("family_name"))]),
                "given-initial" => {
                    public.push(words(cell("given_name")));
                    [cell("name"), cell("family_name")].into_iter().for_each(&mut hide);
                }
                _ => {
                    // The name can be anywhere, and so can its parts.
                    [cell("name"), cell("given_name"), cell("family_name")].into_iter().for_each(&mut hide);
                }
            }
            if display == "pseudonym" {
                public.push(words(cell("pseudonym")));
            }
            let shows =
                if cell("show_affiliation").is_empty() { display == "full" } else { cell("show_affiliation") == "yes" };
            if shows && signs {
                public.push(words(cell("affiliation")));
            } else {
                hide(cell("affiliation"));
            }
        }
        // The sample's campaign.toml allows the one word that is also a common noun.
        public.push(words("Hope"));
        private.retain(|words, _| !public.contains(words));
        Search { private, lawful: Vec::new() }
    }

    /// These strings, each named by its rank from 1.
    pub(crate) fn for_strings<'t>(strings: impl IntoIterator<Item = &'t str>) -> Search {
        let private = strings.into_iter().map(words).zip(1..).filter(|(words, _)| !words.is_empty()).collect();
        Search { private, lawful: Vec::new() }
    }

    /// The same, except within these texts.
    pub(crate) fn but_within(self, lawful: &[Vec<String>]) -> Search {
        Search { lawful: lawful.iter().map(|words| Run::of(words)).collect(), ..self }
    }

    /// How many strings are searched for.
    pub(crate) fn len(&self) -> usize {
        self.private.len()
    }

    /// The line of the first private string in a text.
    pub(crate) fn first_in(&self, text: &str) -> Option<u64> {
        let text = Run::of(&words(text));
        let is_lawful = |place: &Range<usize>| {
            self.lawful
                .iter()
                .any(|lawful| text.places(lawful).any(|around| around.start <= place.start && place.end <= around.end))
        };
        let is_in = |private: &[String]| text.places(&Run::of(private)).any(|place| !is_lawful(&place));
        self.private.iter().find(|(private, _)| is_in(private)).map(|(_, line)| *line)
    }

    /// The text holds nothing private. What it is named by when it does is not the private string.
    #[track_caller]
    pub(crate) fn passes(&self, what: &str, text: &str) {
        if let Some(line) = self.first_in(text) {
            panic!("{what}: something of signatories.csv:{line} is printed in\n{text}");
        }
    }

    /// A letter holds nothing private: as it is, and as it is read.
    #[track_caller]
    pub(crate) fn letter(&self, what: &str, bytes: &[u8]) {
        readings(bytes).iter().for_each(|text| self.passes(what, text));
    }

    /// Nothing private is in any file of a campaign's folder but the lists and what the user wrote, nor in its name.
    #[track_caller]
    pub(crate) fn all_that_was_left(&self, dir: &Path) {
        for entry in fs::read_dir(dir).expect("a folder") {
            let entry = entry.expect("an entry");
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            self.passes("a name of a file", &name);
            if ["signatories.csv", "recipients.csv", "campaign.toml", "templates"].contains(&&*name) {
                continue;
            }
            if path.is_dir() {
                self.all_that_was_left(&path);
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            if name.ends_with(".eml") {
                self.letter(&name, &bytes);
            } else {
                self.passes(&name, &String::from_utf8_lossy(&bytes));
            }
        }
    }
}

/// The texts of a letter: its bytes, its headers as they are and as they are read, and its parts, HTML with each tag as
/// nothing and as a blank.
pub(crate) fn readings(bytes: &[u8]) -> Vec<String> {
    let letter = MessageParser::default().parse(bytes).expect("a message");
    let mut texts = vec![String::from_utf8_lossy(bytes).into_owned()];
    texts.extend(letter.headers_raw().map(|(name, value)| format!("{name}: {value}")));
    texts.push(letter.subject().unwrap_or_default().to_owned());
    let mailboxes = [letter.from(), letter.to(), letter.reply_to()].into_iter().flatten().flat_map(|list| list.iter());
    texts.extend(mailboxes.map(|mailbox| format!("{:?} {:?}", mailbox.name(), mailbox.address())));
    texts.push(letter.body_text(0).unwrap_or_default().into_owned());
    // Asked for the HTML of a letter of plain text alone, the parser makes some, and a line's end becomes a tag.
    let is_html = |part: &&MessagePart<'_>| matches!(part.body, PartType::Html(_));
    let html = letter.parts.iter().find(is_html).and_then(MessagePart::text_contents).unwrap_or_default();
    for blank in ["", " "] {
        let shown = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
        let shown = shown.collect::<Vec<_>>().join(blank);
        texts.push(shown.replace("&amp;", "&").replace("&#39;", "'").replace("&#x27;", "'").replace("&quot;", "\""));
        texts.push(shown);
    }
    texts.push(html.to_owned());
    texts
}

/// The words of a text without case and accents.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Scripts that put no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}
