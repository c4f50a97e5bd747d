//! The words that the program itself writes into every letter: of markup, of style sheets, of headers. A withheld Max, Jan
//! or Georgia is not told by them, and whoever runs the campaign could not take them out.
//!
//! Only single words are passed over, and only where such words have their place: full names, addresses and phrases are
//! searched for in everything, and whatever a template or a list can put somewhere is content.

use super::{PrivateKind, Secret};
use crate::markdown::LAYOUT;
use crate::template::BUILT_IN_ROLL_HTML;

/// What is searched for in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    /// Everything.
    All,
    /// What is no single word: a text is searched for those without the program's own words.
    Phrases,
}

impl Sought {
    pub(super) fn is_for(self, secret: &Secret) -> bool {
        let is_telling =
            |kind: &PrivateKind| matches!(kind, PrivateKind::Address | PrivateKind::Account | PrivateKind::Statement);
        self == Sought::All || !secret.folded.is_one_word() || secret.rows.values().any(is_telling)
    }
}

/// The names of headers that the program writes.
const FIELDS: [&str; 10] = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Message-ID",
    "Date",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
];

/// The words of a date (RFC 5322 §3.3).
const DATE: [&str; 19] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec",
];

/// The words of MIME headers (RFC 2045) that the program writes.
const MIME: [&str; 18] = [
    "mime",
    "version",
    "content",
    "type",
    "transfer",
    "encoding",
    "disposition",
    "text",
    "plain",
    "html",
    "charset",
    "utf",
    "multipart",
    "alternative",
    "boundary",
    "quoted",
    "printable",
    "inline",
];

/// The names of elements and attributes (HTML §4).
const MARKUP: [&str; 78] = [
    "a",
    "abbr",
    "alt",
    "aria",
    "article",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "body",
    "border",
    "br",
    "caption",
    "center",
    "charset",
    "class",
    "cite",
    "code",
    "color",
    "content",
    "data",
    "dd",
    "del",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "face",
    "figure",
    "font",
    "footer",
    "h",
    "head",
    "header",
    "height",
    "hr",
    "href",
    "html",
    "http",
    "i",
    "id",
    "img",
    "label",
    "lang",
    "li",
    "line",
    "link",
    "main",
    "mark",
    "meta",
    "name",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rel",
    "role",
    "s",
    "section",
    "size",
    "small",
    "span",
    "src",
    "start",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "title",
    "tr",
    "type",
    "u",
];

/// The words of the styles that the program writes, and the commonest besides.
const STYLE: [&str; 70] = [
    "adjust",
    "align",
    "auto",
    "background",
    "block",
    "bitstream",
    "bold",
    "border",
    "bottom",
    "box",
    "break",
    "center",
    "charter",
    "collapse",
    "color",
    "dark",
    "decoration",
    "display",
    "family",
    "flex",
    "float",
    "font",
    "georgia",
    "gap",
    "height",
    "hidden",
    "inherit",
    "inline",
    "iowan",
    "italic",
    "justify",
    "left",
    "letter",
    "light",
    "line",
    "list",
    "margin",
    "max",
    "media",
    "min",
    "monospace",
    "new",
    "none",
    "normal",
    "old",
    "overflow",
    "padding",
    "position",
    "pre",
    "relative",
    "right",
    "roman",
    "sans",
    "scheme",
    "serif",
    "size",
    "sizing",
    "solid",
    "space",
    "spacing",
    "style",
    "table",
    "text",
    "times",
    "top",
    "vertical",
    "webkit",
    "weight",
    "white",
    "width",
];

/// A header, its name on a line of its own, without what the program writes there.
pub(super) fn header(text: &str) -> String {
    let (name, value) = text.split_once('\n').unwrap_or((text, ""));
    if !is_field(name) {
        return text.to_owned();
    }
    written_in(name).map_or_else(|| value.to_owned(), |words| without(value, words))
}

/// The source of a letter without what the program writes in header lines.
pub(super) fn lines(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.split_once(':').filter(|(name, _)| is_field(name)) {
            Some((name, value)) => {
                left.push_str(&written_in(name).map_or_else(|| value.to_owned(), |words| without(value, words)));
            }
            // A parameter on a line of its own.
            None if line.starts_with([' ', '\t']) && line.trim_start().starts_with("boundary=") => {
                left.push_str(&without(line, &MIME));
            }
            None => left.push_str(line),
        }
    }
    left
}

fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name))
}

/// The words that are of the program's own writing in a header; none in one that says something.
fn written_in(name: &str) -> Option<&'static [&'static str]> {
    match name.to_ascii_lowercase() {
        name if name == "date" => Some(&DATE),
        name if name.starts_with("content-") || name == "mime-version" => Some(&MIME),
        _ => None,
    }
}

/// What a tag can have from a template or list: a comment whole, and of an element the values of its attributes and
/// whatever is no word of markup or of a style.
pub(super) fn content(tag: &str) -> String {
    if [LAYOUT, BUILT_IN_ROLL_HTML].iter().any(|own| own.contains(tag)) {
        return " | ".to_owned();
    }
    let Some(inner) = tag.strip_prefix('<').filter(|inner| !inner.starts_with(['!', '?'])) else {
        return tag.to_owned();
    };
    let mut rest = inner.strip_suffix('>').unwrap_or(inner);
    let mut left = String::from(" | ");
    while let Some(at) = rest.find(|c: char| !c.is_whitespace() && c != '/') {
        // A sign in front can be part of a name, so that no malformed tag is gone round in for ever.
        let from = &rest[at..];
        let end = from.char_indices().skip(1).find(|(_, c)| c.is_whitespace() || "=/".contains(*c));
        let (name, after) = from.split_at(end.map_or(from.len(), |(end, _)| end));
        left.push_str(&without(name, &MARKUP));
        left.push_str(" | ");
        rest = after;
        if let Some(value) = after.trim_start().strip_prefix('=') {
            let (value, after) = value_of(value.trim_start());
            let is_style = name.eq_ignore_ascii_case("style");
            left.push_str(&if is_style { without(value, &STYLE) } else { value.to_owned() });
            left.push_str(" | ");
            rest = after;
        }
    }
    left
}

/// An attribute's value, and what follows it.
fn value_of(text: &str) -> (&str, &str) {
    match text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

/// The text without these words, which are ASCII in small letters; where each stood, a sign that parts what is left.
fn without(text: &str, words: &[&str]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(if end == 0 { c.len_utf8() } else { end });
        let is_own = words.iter().any(|own| own.eq_ignore_ascii_case(word));
        left.push_str(if is_own { " | " } else { word });
        rest = after;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::super::fold::Folded;
    use super::*;

    fn words(text: &str) -> String {
        Folded::new(text).words()
    }

    #[test]
    fn of_a_tag_what_a_template_can_say_is_left() {
        for (tag, left) in [
            ("<div style=\"max-width:40em;font-family:Georgia,'Times New Roman'\">", "40em"),
            ("<a href=\"https://x.example/?max=1\" title='Georgia'>", "https x example max 1 georgia"),
            ("<img alt=May src=light.png>", "may light png"),
            ("<p style=\"background:url(wilhelmina.png)\">", "url wilhelmina png"),
            ("<p aria-label=\"Dark\" data-wilhelmina>", "dark wilhelmina"),
            ("<!-- Max -->", "max"),
            ("<wilhelmina/>", "wilhelmina"),
            ("<strong>", ""),
            ("<h2 ==\"Max\"=>", "2 max"),
            ("<a title=\"Max", "max"),
            ("<body dir=\"auto\" style=\"margin:0;padding:0;-webkit-text-size-adjust:100%\">", ""),
        ] {
            assert_eq!(words(&content(tag)), left, "{tag}");
        }
    }

    #[test]
    fn of_a_header_what_it_says_is_left() {
        assert_eq!(
            words(&header("Date\nSun, 11 Jan 2026 00:00:00 +0000 (Wilhelmina)")),
            "11 2026 00 00 00 0000 wilhelmina"
        );
        assert_eq!(words(&header("Subject\nDate: Max")), "date max");
        assert_eq!(words(&header("X-Max\nyes")), "x max yes");
        assert_eq!(words(&header("Content-Type\ntext\nplain\nname\nMax")), "name max");
        let source =
            "Date: Sun, 11 Jan 2026\r\nFrom: May\r\nContent-Type: text/plain;\r\n boundary=\"Max\"\r\n\r\nPlain";
        assert_eq!(words(&lines(source)), "11 2026 may max plain");
    }
}
