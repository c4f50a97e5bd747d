//! Finds what an HTML part would load, and puts the identifiers of the letter's own images in its place.
//!
//! A letter loads nothing: no image, font, style sheet or frame. Only what travels in it (`cid:`) or is written in it
//! (`data:`) may be shown. In doubt an address counts as one that is loaded.

use super::image::{ImageProblem, Images, is_remote};
use std::borrow::Cow;
use std::ops::Range;

/// An address that would be loaded and is not in the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Where it is in the HTML, in bytes.
    pub at: Range<usize>,
    /// What is wrong with it.
    pub problem: ImageProblem,
}

/// Replaces each `images/…` by the identifier of that image.
///
/// # Errors
/// Everything that would be loaded, and every image that cannot be shown.
pub fn embedded<'h>(html: &'h str, images: &dyn Images) -> Result<Cow<'h, str>, Vec<Load>> {
    let (mut out, mut done, mut loads) = (String::new(), 0, Vec::new());
    for at in loaded(html) {
        let address = html[at.clone()].trim();
        if is_own(address) {
            continue;
        }
        match if is_remote(address) { Err(ImageProblem::Remote) } else { images.image(address) } {
            Ok(image) => {
                out.push_str(&html[done..at.start]);
                out.push_str("cid:");
                out.push_str(&image.content_id);
                done = at.end;
            }
            Err(problem) => loads.push(Load { at, problem }),
        }
    }
    match (loads.is_empty(), done) {
        (false, _) => Err(loads),
        (true, 0) => Ok(Cow::Borrowed(html)),
        (true, _) => Ok(Cow::Owned(out + &html[done..])),
    }
}

/// What a template for HTML would load whoever it is rendered for. An address with a placeholder is known only in the letter.
pub fn loads_in_template(template: &str, images: &dyn Images) -> Vec<Load> {
    let found = embedded(template, images).err().unwrap_or_default();
    found.into_iter().filter(|load| !template[load.at.clone()].contains("{{")).collect()
}

/// Whether an address needs nothing but the letter.
fn is_own(address: &str) -> bool {
    let begins = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    address.is_empty() || address.starts_with('#') || begins("cid:") || begins("data:")
}

/// Attributes whose address is loaded, on whatever element.
const LOADING: [&str; 9] = ["src", "background", "poster", "data", "lowsrc", "dynsrc", "xlink:href", "code", "archive"];

/// Elements of which `href` is loaded, or changes what the other addresses mean.
const LOADING_HREF: [&str; 5] = ["link", "base", "image", "use", "feimage"];

/// The ranges of the addresses that HTML loads, in their order.
fn loaded(html: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &html.as_bytes()[at..]).map(|open| at + open) {
        at = open + 1;
        if html[at..].starts_with("!--") {
            // Outlook reads conditional comments, so that what is in a comment counts too.
            continue;
        }
        let name_len = html[at..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(html.len() - at);
        let element = html[at..at + name_len].to_ascii_lowercase();
        if element.is_empty() {
            continue;
        }
        at = attributes(html, at + name_len, &mut |name, value| of_attribute(html, &element, name, value, &mut found));
        if element == "style" {
            let end = html[at..].find("</").map_or(html.len(), |end| at + end);
            in_css(html, at..end, &mut found);
            at = end;
        }
    }
    found
}

/// Passes on each attribute of a tag, with the range of its value; returns where the tag ends.
fn attributes(html: &str, mut at: usize, take: &mut dyn FnMut(&str, Range<usize>)) -> usize {
    let bytes = html.as_bytes();
    let skip = |mut at: usize, is: &dyn Fn(u8) -> bool| {
        while bytes.get(at).is_some_and(|b| is(*b)) {
            at += 1;
        }
        at
    };
    loop {
        at = skip(at, &|b| b.is_ascii_whitespace() || b == b'/');
        match bytes.get(at) {
            None => return at,
            Some(b'>') => return at + 1,
            Some(_) => {}
        }
        let name = at;
        at = skip(at + 1, &|b| !b.is_ascii_whitespace() && !b"=/>".contains(&b));
        let name = html.get(name..at).unwrap_or_default().to_ascii_lowercase();
        let equals = skip(at, &|b| b.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            continue;
        }
        at = skip(equals + 1, &|b| b.is_ascii_whitespace());
        let value = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let end = memchr::memchr(*quote, &bytes[at + 1..]).map_or(bytes.len(), |end| at + 1 + end);
                let value = at + 1..end;
                at = (end + 1).min(bytes.len());
                value
            }
            _ => {
                let from = at;
                at = skip(at, &|b| !b.is_ascii_whitespace() && b != b'>');
                from..at
            }
        };
        take(&name, value);
    }
}

fn of_attribute(html: &str, element: &str, name: &str, value: Range<usize>, found: &mut Vec<Range<usize>>) {
    match name {
        "style" => in_css(html, value, found),
        "srcset" | "imagesrcset" => {
            let mut from = value.start;
            // An address in a set ends at white space; a comma is between two of them.
            for candidate in html[value.clone()].split_inclusive(',') {
                let text = candidate.trim_end_matches(',');
                let begin = from + text.len() - text.trim_start().len();
                let length = text.split_whitespace().next().map_or(0, str::len);
                if length > 0 {
                    found.push(begin..begin + length);
                }
                from += candidate.len();
            }
        }
        _ if LOADING.contains(&name) => found.push(value),
        "href" if LOADING_HREF.contains(&element) => found.push(value),
        // A page that replaces the letter.
        "content" if element == "meta" => {
            let text = html[value.clone()].to_ascii_lowercase();
            if let Some(at) = text.find("url=") {
                found.push(value.start + at + 4..value.end);
            }
        }
        _ => {}
    }
}

/// Adds what a style sheet or a `style` attribute loads: `url(…)`, `image-set("…")` and `@import`.
fn in_css(html: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let css = html[range.clone()].to_ascii_lowercase();
    if css.contains('\\') && css.contains('(') {
        // An escape can hide the function: none of this is needed in a letter.
        return found.push(range);
    }
    for (mark, ends) in [("url(", ")"), ("image-set(", ")"), ("@import", ";")] {
        for (at, _) in css.match_indices(mark) {
            let rest = &css[at + mark.len()..];
            let length = rest.find(ends).unwrap_or(rest.len());
            let text = &rest[..length];
            if text.trim_start().starts_with("url(") {
                // Found as such.
                continue;
            }
            let quoted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
            let entity =
                ["&quot;", "&#39;", "&#34;", "&apos;"].into_iter().find(|sign| text.trim_start().starts_with(sign));
            let begin = text.len() - text.trim_start_matches(quoted).len();
            let begin = entity.map_or(begin, |sign| text.find(sign).unwrap_or_default() + sign.len());
            let tail = &text[begin..];
            let tail = tail.trim_end_matches(quoted);
            let tail = entity.and_then(|sign| tail.strip_suffix(sign)).unwrap_or(tail);
            let from = range.start + at + mark.len() + begin;
            found.push(from..from + tail.len());
        }
    }
    found.sort_by_key(|range| range.start);
}

#[cfg(test)]
mod tests {
    use super::super::Image;
    use super::*;
    use proptest::prelude::*;

    struct Logo;

    impl Images for Logo {
        fn image(&self, path: &str) -> Result<Image, ImageProblem> {
            match path {
                "images/logo.png" => Ok(Image { content_id: "1@example.org".into(), size: [1, 1] }),
                _ => Err(ImageProblem::Missing),
            }
        }
    }

    #[test]
    fn what_would_be_loaded_is_found() {
        for (html, address) in [
            ("<img src=\"https://a.example/x.png\">", "https://a.example/x.png"),
            ("<IMG alt='>' SRC=//a.example/x>", "//a.example/x"),
            ("<img srcset=\"cid:1 1x, http://a.example/2 2x\">", "http://a.example/2"),
            ("<table background='http://a.example/b'>", "http://a.example/b"),
            ("<link rel=stylesheet href=\"https://a.example/s.css\">", "https://a.example/s.css"),
            ("<base href=\"https://a.example/\">", "https://a.example/"),
            ("<p style=\"background:URL( 'https://a.example/b' )\">", "https://a.example/b"),
            ("<p style=\"background:url(&quot;https://a.example/b&quot;)\">", "https://a.example/b"),
            ("<style>@import \"https://a.example/s\"; p { color: red }</style>", "https://a.example/s"),
            ("<style>@font-face { src: url(https://a.example/f) }</style>", "https://a.example/f"),
            ("<!--[if mso]><v:fill src=\"https://a.example/v\"><![endif]-->", "https://a.example/v"),
            ("<meta http-equiv=refresh content=\"0; url=https://a.example/\">", "https://a.example/"),
            ("<iframe src='https://a.example/'></iframe>", "https://a.example/"),
            ("<svg><image xlink:href=\"https://a.example/i\"/></svg>", "https://a.example/i"),
        ] {
            let loads = embedded(html, &Logo).expect_err(html);
            let found: Vec<_> = loads.iter().map(|load| (&html[load.at.clone()], load.problem)).collect();
            assert_eq!(found, [(address, ImageProblem::Remote)], "{html}");
        }
    }

    #[test]
    fn what_is_in_the_letter_stays_and_its_images_get_identifiers() {
        let html = "<a href=\"https://a.example/\">src=\"http://x\"</a><img src=\"cid:2\"><img src=\"data:image/png;base64,AA\">\
                    <img alt=\"\" src='images/logo.png'><p style=\"background:url(images/logo.png)\">";
        let shown = embedded(html, &Logo).expect("nothing is loaded");
        assert_eq!(shown, html.replace("images/logo.png", "cid:1@example.org"));
        let loads = embedded("<img src=\"images/other.png\">", &Logo).expect_err("no such image");
        assert_eq!(loads[0].problem, ImageProblem::Missing);
        assert!(loads_in_template("<img src=\"images/{{a}}.png\">", &Logo).is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in "([<>\"'= a-z/:;(){}@\\\\é,!-]|img|src|style|url\\(|srcset|<!--){0,60}") {
            let _ = embedded(&html, &Logo);
        }
    }
}
