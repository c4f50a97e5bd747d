//! Blocks with holes: a source that is parsed once, and written for each letter with its values.
//!
//! A value is never read as Markdown, whatever it is and however long. So what a source with a value means does not depend
//! on the value, and what is written here must be what [`markdown`](super::markdown) writes for the source with the values.

use super::escape::{HOLE, MOST_HOLES, escape_value, hole};
use super::html::Styles;
use super::parse::with_holes;
use super::tree::{Block, Inline};
use super::{Images, Parts, html, plain_text};

/// Parsed blocks whose values are not known yet.
pub struct HoledBlocks {
    blocks: Vec<Block>,
    has_same_words: bool,
}

impl HoledBlocks {
    /// Parses a source with `holes` holes ([`push_hole`](super::push_hole)); `None` if it has a fault, or a value would be
    /// read, as in an address.
    pub fn of(source: &str, holes: usize, images: &dyn Images) -> Option<HoledBlocks> {
        // A template could write the sign itself.
        let are_all = holes <= MOST_HOLES && source.matches(HOLE).count() == holes;
        are_all.then(|| with_holes(source, images)).flatten().map(|blocks| {
            let has_same_words = have_same_words(&blocks);
            HoledBlocks { blocks, has_same_words }
        })
    }

    /// Whether both parts surely have the same words, and the HTML has none in its tags.
    pub fn has_same_words(&self) -> bool {
        self.has_same_words
    }

    /// Writes both parts with these values, by the numbers of their holes. A value must have no control characters.
    pub fn fill(&self, values: &[&str]) -> Parts {
        let html = html::write(&self.blocks, "", values, Styles::Inline);
        Parts { text: plain_text::write(&self.blocks, "", values), html }
    }
}

/// Whether blocks are nothing but words in paragraphs, headings, quotations and lists without numbers.
fn have_same_words(blocks: &[Block]) -> bool {
    fn are_words(inlines: &[Inline]) -> bool {
        inlines.iter().all(|inline| match inline {
            Inline::Text(_) | Inline::Hole(_) | Inline::Soft | Inline::Hard => true,
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Struck(inner) => are_words(inner),
            Inline::Code(_) | Inline::Link { .. } | Inline::Note(_) | Inline::Image { .. } => false,
        })
    }
    blocks.iter().all(|block| match block {
        Block::Paragraph(inlines) | Block::Plain(inlines) | Block::Heading(_, inlines) => are_words(inlines),
        Block::Quote(blocks) => have_same_words(blocks),
        Block::List { first: None, items } => items.iter().all(|item| have_same_words(item)),
        Block::List { .. } | Block::Table { .. } | Block::Code(_) | Block::Roll | Block::Notes(_) => false,
        Block::Rule => true,
    })
}

/// The source with these values in its holes.
pub fn with_values(source: &str, values: &[&str]) -> String {
    let mut pieces = source.split(HOLE);
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (number, after) = hole(piece).unwrap_or((usize::MAX, piece));
        whole.push_str(&values.get(number).map_or_else(String::new, |value| escape_value(value)));
        whole.push_str(after);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::super::{NoImages, blocks, markdown, push_hole};
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = String> {
        let hostile = "[-*_#>`~|!&<\\\\\\[\\](){}+.:@\"'1a ]{1,8}";
        prop_oneof![
            hostile,
            "[a-z]{1,90}",
            " ?[A-Zé日\u{5d0}-\u{5d3}\u{1F600} ]{1,30} ?",
            "[a-z]{1,9}( [a-z]{1,9}){5,20}"
        ]
    }

    /// What a reader sees of escaped text.
    fn unescaped(text: &str) -> String {
        let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        signs.iter().fold(text.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn blocks_with_filled_holes_are_the_source_with_its_values(
            pieces in prop::collection::vec(
                (
                    prop_oneof![
                        "[-a-z*_#>`.&;<:|!\\\\\\[\\]()1 \n]{0,12}",
                        prop::sample::select(vec!["\n\n", "\\\n", "- ", "> ", "1. ", "\n===\n", "    ", "**", "](https://a.example)", "[", "<https://", " https://a.example/_", "| a | ", "\n|-|-|\n", "~~"]).prop_map(str::to_owned),
                    ],
                    value(),
                ),
                1..8,
            ),
        ) {
            let (mut holed, mut whole) = (String::new(), String::new());
            for (number, (text, value)) in pieces.iter().enumerate() {
                holed += text;
                push_hole(&mut holed, number);
                whole += text;
                whole += &escape_value(value);
            }
            prop_assume!(blocks::is_divisible(&whole));
            let values: Vec<&str> = pieces.iter().map(|(_, value)| &**value).collect();
            prop_assert_eq!(with_values(&holed, &values), &*whole);
            if let Some(holed) = HoledBlocks::of(&holed, values.len(), &NoImages) {
                let filled = holed.fill(&values);
                if holed.has_same_words() {
                    let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
                    let untagged = filled.html.split('<').map(|piece| piece.rsplit('>').next().unwrap_or(piece));
                    let shown = unescaped(&untagged.collect::<String>());
                    prop_assert_eq!(words(&filled.text), words(&shown), "{:?}", whole);
                }
                prop_assert_eq!(Ok(filled), markdown(&whole, None, &NoImages), "{:?}", whole);
            }
        }
    }

    #[test]
    fn a_value_that_would_be_read_has_no_hole() {
        let holed = |before: &str, after: &str| {
            let mut source = before.to_owned();
            push_hole(&mut source, 0);
            HoledBlocks::of(&(source + after), 1, &NoImages)
        };
        assert!(holed("Dear ", "!").is_some());
        for (before, after) in [
            ("[a](https://a.example/", ")"),
            ("`a ", "`"),
            ("    ", ""),
            ("[a](https://a.example \"", "\")"),
            ("https://a.example/", "/b"),
        ] {
            assert!(holed(before, after).is_none(), "{before}…{after}");
        }
        assert!(HoledBlocks::of("\u{10DC01}\u{10DC01}", 0, &NoImages).is_none(), "the sign in a template");
    }
}
