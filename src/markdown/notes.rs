//! Footnotes: numbered in the order in which the letter refers to them, and printed before the roll or at the end.
//!
//! No note must be dropped in silence.

use super::tree::Block;

/// The footnotes of a letter.
#[derive(Default)]
pub(super) struct Notes {
    /// The labels in the order of their numbers.
    labels: Vec<String>,
    /// Each note with its label and its offset.
    defined: Vec<(String, usize, Vec<Block>)>,
    /// Whether something after the roll refers to a note.
    follow_roll: bool,
}

impl Notes {
    /// Returns the number of the note with this label, from 1. `follows_roll`: whether what refers to it is after the roll.
    pub(super) fn number(&mut self, label: &str, follows_roll: bool) -> usize {
        self.follow_roll |= follows_roll;
        let label = label.to_lowercase();
        let known = self.labels.iter().position(|known| *known == label);
        known.unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        }) + 1
    }

    /// Takes the text of a note that begins at this offset.
    pub(super) fn define(&mut self, label: String, at: usize, blocks: Vec<Block>) {
        self.defined.push((label.to_lowercase(), at, blocks));
    }

    /// Returns the offsets of notes that nothing refers to, and of those with the label of one before.
    pub(super) fn unused(&self) -> Vec<usize> {
        let is_unused = |(rank, (label, ..)): &(usize, &(String, usize, Vec<Block>))| {
            !self.labels.contains(label) || self.defined[..*rank].iter().any(|(before, ..)| before == label)
        };
        self.defined.iter().enumerate().filter(is_unused).map(|(_, (_, at, _))| *at).collect()
    }

    /// Returns the letter with its notes: before the roll unless something after it refers to one, else at the end.
    pub(super) fn placed(mut self, mut letter: Vec<Block>) -> Vec<Block> {
        if self.labels.is_empty() {
            return letter;
        }
        let rank = |label: &String| self.labels.iter().position(|known| known == label);
        self.defined.sort_by_key(|(label, ..)| rank(label));
        let mut notes: Vec<Vec<Block>> = self.defined.into_iter().map(|(_, _, blocks)| blocks).collect();
        for note in &mut notes {
            // A note of one paragraph needs no space around it.
            if let [Block::Paragraph(inlines)] = note.as_mut_slice() {
                *note = vec![Block::Plain(std::mem::take(inlines))];
            }
        }
        let roll = letter.iter().position(|block| *block == Block::Roll).filter(|_| !self.follow_roll);
        letter.insert(roll.unwrap_or(letter.len()), Block::Notes(notes));
        letter
    }
}
