//! The schema of template values: the names in scope and their types.
//!
//! It is known before any row is read, so every name in a template can be checked before anything is rendered. It must
//! contain only public values (recipients' columns, signatures and counts), never a signatory.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text; empty if the cell is empty.
    Text,
    /// The tag of a letter's language: a text of which all values are known.
    Language,
    /// A whole number.
    Number,
    /// Yes or no.
    Truth,
    /// A list of values of one shape.
    List(Arc<Shape>),
    /// Named values.
    Record(Arc<BTreeMap<String, Shape>>),
}

impl Shape {
    /// A list of values of one shape.
    pub fn list(of: Shape) -> Shape {
        Shape::List(Arc::new(of))
    }

    /// A record of named values.
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Shape)>) -> Shape {
        Shape::Record(Arc::new(fields.into_iter().map(|(name, shape)| (name.into(), shape)).collect()))
    }

    /// How a message names the type.
    pub fn noun(&self) -> &'static str {
        match self {
            Shape::Text | Shape::Language => "a text",
            Shape::Number => "a number",
            Shape::Truth => "a yes or no",
            Shape::List(_) => "a list",
            Shape::Record(_) => "a record of several values",
        }
    }

    /// The names in a record; none for other shapes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let fields = if let Shape::Record(fields) = self { Some(fields.keys()) } else { None };
        fields.into_iter().flatten().map(String::as_str)
    }

    /// The names inside it, at any depth.
    pub fn all_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut rest = vec![self];
        while let Some(shape) = rest.pop() {
            match shape {
                Shape::List(item) => rest.push(item),
                Shape::Record(fields) => {
                    names.extend(fields.keys().cloned());
                    rest.extend(fields.values());
                }
                Shape::Text | Shape::Language | Shape::Number | Shape::Truth => {}
            }
        }
        names
    }

    /// The shape of `name` in this record.
    pub fn get(&self, name: &str) -> Option<&Shape> {
        match self {
            Shape::Record(fields) => fields.get(name),
            _ => None,
        }
    }
}

/// Everything in scope of a joint letter, given the columns of the recipient list and the categories of the roll.
pub fn joint<'a>(
    recipient_columns: impl IntoIterator<Item = &'a str>,
    category_slugs: impl IntoIterator<Item = &'a str>,
) -> Shape {
    let texts = ["name", "role", "affiliation", "place", "statement", "line"].map(|name| (name, Shape::Text));
    let truths = ["identification", "right_to_left"].map(|name| (name, Shape::Truth));
    let signature = Shape::record(texts.into_iter().chain(truths));
    let signatures = Shape::list(signature);
    let group = Shape::record([
        ("category", Shape::Text),
        ("heading", Shape::Text),
        ("one", Shape::Text),
        ("many", Shape::Text),
        ("count", Shape::Number),
        ("listed", Shape::Number),
        ("withheld", Shape::Number),
        ("protected", Shape::Truth),
        ("others", Shape::Number),
        ("others_line", Shape::Text),
        ("withheld_line", Shape::Text),
        ("signatures", signatures.clone()),
        ("persons", signatures.clone()),
        ("organisations", signatures.clone()),
    ]);
    let mut count = ["total", "persons", "organisations", "listed", "withheld", "others", "unverified"]
        .map(|name| (name.to_owned(), Shape::Number))
        .to_vec();
    count.push(("by".to_owned(), Shape::record(category_slugs.into_iter().map(|slug| (slug, Shape::Number)))));
    let campaign = Shape::record([
        ("id", Shape::Text),
        ("title", Shape::Text),
        ("organisation", Shape::Text),
        ("date", Shape::Text),
        ("cc", Shape::list(Shape::Text)),
    ]);
    Shape::record([
        ("campaign", campaign),
        ("recipient", Shape::record(recipient_columns.into_iter().map(recipient_column))),
        ("salutation", Shape::Text),
        ("closing", Shape::Text),
        ("signatures", signatures),
        ("groups", Shape::list(group)),
        ("roll", roll()),
        ("count", Shape::record(count)),
        ("press", press()),
        ("page", Shape::Truth),
    ])
}

/// Everything in scope of an individual letter: what is in scope of a joint one but the roll, and who writes, with these
/// fields.
pub fn individual<'a>(
    recipient_columns: impl IntoIterator<Item = &'a str>,
    category_slugs: impl IntoIterator<Item = &'a str>,
    signatory_fields: impl IntoIterator<Item = &'a str>,
) -> Shape {
    let joint = joint(recipient_columns, category_slugs);
    let names = joint.names().filter(|name| !["signatures", "groups", "roll"].contains(name));
    let kept = names.filter_map(|name| Some((name, joint.get(name)?.clone())));
    let signatory = Shape::record(signatory_fields.into_iter().map(|name| (name, Shape::Text)));
    Shape::record(kept.chain([("signatory", signatory)]))
}

fn recipient_column(column: &str) -> (&str, Shape) {
    (column, if column == "language" { Shape::Language } else { Shape::Text })
}

fn roll() -> Shape {
    let notes = ["affiliation_note", "verification_note"].map(|name| (name, Shape::Text));
    Shape::record(notes.into_iter().chain([("identification", Shape::Truth)]))
}

/// What a statement for the press prints besides the letter's own names.
fn press() -> Shape {
    let row = Shape::record([
        ("heading", Shape::Text),
        ("signatories", Shape::Number),
        ("persons", Shape::Number),
        ("organisations", Shape::Number),
    ]);
    Shape::record([
        ("release", Shape::Text),
        ("as_of", Shape::Text),
        ("sentences", Shape::list(Shape::Text)),
        ("table", Shape::list(row)),
        ("places", Shape::list(part())),
        ("days", Shape::list(part())),
    ])
}

/// A place or a day of a petition.
fn part() -> Shape {
    Shape::record([("heading", Shape::Text), ("signatories", Shape::Number)])
}

/// Everything in scope of a roll, given the scope of the letter: a roll is the same for all recipients of a language.
pub fn of_roll(letter: &Shape) -> Shape {
    let shared = letter.names().filter(|name| !["recipient", "salutation", "closing", "signatory"].contains(name));
    let shared = shared.filter_map(|name| Some((name.to_owned(), letter.get(name)?.clone())));
    let recipient = ("recipient".to_owned(), Shape::record([recipient_column("language")]));
    Shape::record(shared.chain([recipient]))
}

/// Everything in scope of a layout: the body, the subject for its title, and the language tag.
pub fn layout() -> Shape {
    Shape::record(["body", "subject", "language"].map(|name| (name, Shape::Text)))
}
