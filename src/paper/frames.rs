//! Reads the text of finished pages: what a person will see, whatever the page's template did.

use super::fonts::is_invisible;
use typst::layout::{Abs, Frame, FrameItem, Point};
use typst_layout::PagedDocument;

/// A piece of a line, as far as no wide gap divides it.
struct Piece {
    text: String,
    /// The baseline.
    y: Abs,
    /// Where its last run ends, and the size of that.
    end: Abs,
    size: Abs,
}

/// The pieces of each page's lines.
pub(super) fn lines(document: &PagedDocument) -> Vec<Vec<String>> {
    let page = |frame: &Frame| {
        let mut pieces: Vec<Piece> = Vec::new();
        collect(frame, Point::zero(), &mut pieces);
        pieces.into_iter().map(|piece| piece.text).collect()
    };
    document.pages().iter().map(|of| page(&of.frame)).collect()
}

fn collect(frame: &Frame, origin: Point, pieces: &mut Vec<Piece>) {
    for (at, item) in frame.items() {
        let at = origin + *at;
        match item {
            FrameItem::Group(group) => {
                collect(&group.frame, at + Point::new(group.transform.tx, group.transform.ty), pieces);
            }
            FrameItem::Text(run) => {
                let near = Abs::pt(0.1);
                let end = at.x + run.width();
                match pieces.last_mut() {
                    Some(piece)
                        if (piece.y - at.y).abs() < near
                            && at.x > piece.end - piece.size
                            && at.x < piece.end + piece.size =>
                    {
                        if at.x - piece.end > piece.size * 0.15 {
                            piece.text.push(' ');
                        }
                        piece.text.push_str(&run.text);
                        (piece.end, piece.size) = (end, run.size);
                    }
                    _ => pieces.push(Piece { text: run.text.to_string(), y: at.y, end, size: run.size }),
                }
            }
            _ => {}
        }
    }
}

/// Returns the first character that is shown as a box.
pub(super) fn boxed(document: &PagedDocument) -> Option<char> {
    fn of(frame: &Frame) -> Option<char> {
        frame.items().find_map(|(_, item)| match item {
            FrameItem::Group(group) => of(&group.frame),
            FrameItem::Text(run) => {
                let boxes = run.glyphs.iter().filter(|glyph| glyph.id == 0);
                let texts = boxes.filter_map(|glyph| run.text.get(glyph.range()));
                texts.flat_map(str::chars).find(|c| !is_invisible(*c))
            }
            _ => None,
        })
    }
    document.pages().iter().find_map(|page| of(&page.frame))
}
