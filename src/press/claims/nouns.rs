//! The nouns that a list counts, and what it counts under them.

use super::tokens;
use super::tokens::{Kind, Token};
use crate::people::count::{Count, Figures};
use crate::people::signature;
use crate::press::SenderIs;
use crate::template::helpers::numbered;
use crate::text::pluralize::{is_countable, of_category, plural, singular};

/// What a noun stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    /// All who sign.
    Signatory,
    /// The people among them, of whom other texts speak too.
    Person,
    /// The organisations among them.
    Organisation,
    /// Those of a category, as the list spells it.
    Category(String),
    /// "others": all but the sender.
    Other,
    /// "experts": nothing that the list counts.
    Uncounted,
}

const SIGNATORIES: &str = "signatory signer co-signer cosigner co-signatory cosignatory undersigned";
const PERSONS: &str = "person individual";
const ORGANISATIONS: &str = "organisation organization";
const UNCOUNTED: &str = "expert advocate activist campaigner survivor leader supporter professional specialist academic scholar \
    clinician provider group charity nonprofit non-profit ngo member institution agency voice name signature \
    coalition";

/// What a list counts, and the words for it.
pub(super) struct Nouns<'a> {
    pub(super) count: &'a Count,
    pub(super) sender: SenderIs,
    /// Words of a noun, what it stands for, and whether it is the word for one or for several.
    words: Vec<(Vec<String>, Noun, Form)>,
    /// The words of each category, as a text has them behind "in the category".
    names: Vec<(Vec<String>, Noun)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    One,
    Several,
    Either,
}

impl<'a> Nouns<'a> {
    pub(super) fn new(count: &'a Count, sender: SenderIs) -> Self {
        let mut nouns = Nouns { count, sender, words: Vec::new(), names: Vec::new() };
        for category in count.categories().into_iter().filter(|category| !category.is_empty()) {
            let noun = Noun::Category(category.to_owned());
            if is_countable(category) {
                nouns.add(&singular(category), &noun);
            }
            let words = tokens::tokens(category, count).iter().filter_map(Token::word).map(str::to_owned).collect();
            nouns.names.push((words, noun));
        }
        SIGNATORIES.split(' ').for_each(|noun| nouns.add(noun, &Noun::Signatory));
        PERSONS.split(' ').for_each(|noun| nouns.add(noun, &Noun::Person));
        nouns.add("persons", &Noun::Person);
        ORGANISATIONS.split(' ').for_each(|noun| nouns.add(noun, &Noun::Organisation));
        nouns.add("others", &Noun::Other);
        UNCOUNTED.split(' ').for_each(|noun| nouns.add(noun, &Noun::Uncounted));
        nouns
    }

    /// A noun in both forms; one that is there already keeps its meaning.
    fn add(&mut self, noun: &str, meaning: &Noun) {
        let split = |text: &str| -> Vec<String> {
            text.to_lowercase().replace('’', "'").split([' ', '_']).map(str::to_owned).collect()
        };
        let (one, several) = (split(noun), split(&plural(noun)));
        let forms =
            if one == several { vec![(one, Form::Either)] } else { vec![(one, Form::One), (several, Form::Several)] };
        for (words, form) in forms {
            if !self.words.iter().any(|known| known.0 == words) {
                self.words.push((words, meaning.clone(), form));
            }
        }
    }

    /// The noun that stands at the beginning of these words, in the form that goes with the number; and its length. Of
    /// several the longest. A hyphen is as good as a blank.
    pub(super) fn at(&self, words: &[&str], number: u64) -> Option<(&Noun, usize)> {
        let wrong = if number == 1 { Form::Several } else { Form::One };
        let fitting = self.words.iter().filter(|(_, _, form)| *form != wrong);
        let found = fitting.filter_map(|(noun, meaning, _)| {
            let spaced = words.len() >= noun.len() && noun.iter().zip(words).all(|(a, b)| a == b);
            let hyphened = noun.len() > 1 && words.first().is_some_and(|word| *word == noun.join("-"));
            let length = if spaced { noun.len() } else { usize::from(hyphened) };
            (length > 0).then_some((meaning, length))
        });
        found.max_by_key(|(_, length)| *length)
    }

    /// Whether a word alone is such a noun, in either form.
    pub(super) fn knows(&self, word: &str) -> bool {
        [1, 2].iter().any(|number| self.at(&[word], *number).is_some())
    }

    /// The category that these words begin with, in either form, and its length.
    pub(super) fn category(&self, words: &[&str]) -> Option<(&Noun, usize)> {
        let found = [1, 2].iter().filter_map(|number| self.at(words, *number));
        found.filter(|(noun, _)| matches!(noun, Noun::Category(_))).max_by_key(|(_, length)| *length)
    }

    /// Whether a number is of the list's size; a larger one means something else.
    pub(super) fn may_mean(&self, value: u64) -> bool {
        value <= 2 * self.count.total as u64
    }

    /// All that the list counts under a noun.
    pub(super) fn figures(&self, noun: &Noun) -> Figures {
        match noun {
            Noun::Person => self.count.figures(Some(signature::SignatoryKind::Person), None),
            Noun::Organisation => self.count.figures(Some(signature::SignatoryKind::Organisation), None),
            Noun::Category(category) => self.count.figures(None, Some(category)),
            Noun::Signatory | Noun::Other | Noun::Uncounted => self.count.figures(None, None),
        }
    }

    /// The category that is named from a place on, whatever stands between its words; and the place after it.
    pub(super) fn named(&self, tokens: &[Token], at: usize) -> Option<(&Noun, usize)> {
        let reach = |words: &[String]| {
            let mut end = at;
            for word in words {
                while matches!(tokens.get(end)?.kind, Kind::Pause(_)) {
                    end += 1;
                }
                end = (tokens[end].word()? == word).then_some(end + 1)?;
            }
            Some(end).filter(|end| *end > at)
        };
        self.names.iter().filter_map(|(words, noun)| Some((noun, reach(words)?))).max_by_key(|(_, end)| *end)
    }

    /// What the list counts of a noun under another: survivors among the people. `None` where it cannot tell.
    pub(super) fn within(&self, whole: &Noun, noun: &Noun) -> Option<Figures> {
        let kind = |noun: &Noun| match noun {
            Noun::Person => Some(signature::SignatoryKind::Person),
            Noun::Organisation => Some(signature::SignatoryKind::Organisation),
            _ => None,
        };
        match (whole, noun) {
            _ if whole == noun => Some(self.figures(noun)),
            (Noun::Signatory, Noun::Person | Noun::Organisation | Noun::Category(_)) => Some(self.figures(noun)),
            (of, Noun::Category(category)) | (Noun::Category(category), of) if kind(of).is_some() => {
                Some(self.count.figures(kind(of), Some(category)))
            }
            _ => None,
        }
    }

    /// How many a group has of which the noun, a category, does not speak.
    pub(super) fn of_another_group(&self, noun: &Noun) -> Option<u64> {
        let Noun::Category(category) = noun else { return None };
        let other = self.count.categories().into_iter().find(|other| other != category)?;
        // However large: it is not of this noun.
        Some(self.count.figures(None, Some(other)).total as u64 + self.figures(noun).total as u64)
    }

    /// Whether the list has so many of anything.
    pub(super) fn has(&self, value: u64) -> bool {
        let categories =
            self.count.categories().into_iter().map(|category| self.count.figures(None, Some(category)).total);
        let kinds = [self.count.persons, self.count.organisations];
        let others = self.expected(&Noun::Other, true);
        categories.chain(kinds).chain([self.count.total, others]).any(|of| of as u64 == value)
    }

    /// The number that goes with a noun in a text: with the sender, or besides it ("55 other organisations").
    pub(super) fn expected(&self, noun: &Noun, besides: bool) -> usize {
        let total = self.figures(noun).total;
        // A category does not tell whether the sender is in it.
        let counts_sender = matches!(noun, Noun::Signatory | Noun::Organisation | Noun::Other | Noun::Uncounted);
        if (besides || *noun == Noun::Other) && counts_sender { self.sender.others(total) } else { total }
    }

    /// The same, category by category: what a sentence can count that speaks of one.
    pub(super) fn parts(&self, noun: &Noun) -> impl Iterator<Item = Figures> + use<'_> {
        let kind = match noun {
            Noun::Person => Some(signature::SignatoryKind::Person),
            Noun::Organisation => Some(signature::SignatoryKind::Organisation),
            _ => None,
        };
        let category = if let Noun::Category(category) = noun { Some(category.clone()) } else { None };
        let is_meant = move |one: &&str| category.as_ref().is_none_or(|category| category == one);
        self.count
            .categories()
            .into_iter()
            .filter(is_meant)
            .map(move |category| self.count.figures(kind, Some(category)))
    }

    /// How many of a noun are named and how many are not, in words.
    pub(super) fn told_names(&self, noun: &Noun) -> String {
        let of = self.figures(noun);
        let others = if of.others > 0 { format!(", {} beyond the roll", of.others) } else { String::new() };
        format!("{}: {} named, {} withheld{others}", self.told(noun, false), of.named, of.withheld)
    }

    /// What the list has, in words: "21 survivors among 56 signatories".
    pub(super) fn told(&self, noun: &Noun, besides: bool) -> String {
        let total = numbered(self.count.total as u64, "signatory");
        let kinds = format!(
            "{} and {}",
            numbered(self.count.persons as u64, "person"),
            numbered(self.count.organisations as u64, "organisation")
        );
        let n = self.figures(noun).total as u64;
        let said = match noun {
            Noun::Category(category) => format!("the list has {} among {total}", of_category(n as usize, category)),
            Noun::Person => format!("the list has {} among {total}", numbered(n, "person")),
            Noun::Organisation => format!("the list has {} among {total}", numbered(n, "organisation")),
            Noun::Signatory | Noun::Other => format!("the list has {total}: {kinds}"),
            Noun::Uncounted => format!("the list counts {total}: {kinds}"),
        };
        match (besides || *noun == Noun::Other, self.sender) {
            (true, SenderIs::Among) => format!("{said}, and the sender is one of them"),
            (true, SenderIs::Apart) => format!("{said}, and the sender is none of them"),
            (false, _) => said,
        }
    }
}
