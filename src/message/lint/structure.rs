//! Checks header fields, parts and boundaries. It must never quote a message.

use super::{Faults, Line, Rule};

/// Fields that a letter has exactly once.
const ONCE: [&str; 7] = ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"];

/// Fields that a letter has at most once.
const AT_MOST_ONCE: [&str; 5] = ["Reply-To", "Sender", "Content-Transfer-Encoding", "In-Reply-To", "References"];

/// Fields that a letter must not have; `Resent-` is a prefix.
const FORBIDDEN: [&str; 5] = ["Cc", "Bcc", "Resent-", "Received", "Return-Path"];

/// A header field: its first line, its name and its unfolded value.
struct Field<'a> {
    line: usize,
    name: &'a [u8],
    value: Vec<u8>,
}

impl Field<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    fn begins(&self, prefix: &str) -> bool {
        self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    }

    fn value(&self) -> String {
        String::from_utf8_lossy(&self.value).trim().to_owned()
    }
}

/// Checks a whole message.
pub(super) fn message(lines: &[Line], faults: &mut Faults) {
    let (fields, body) = header(1, lines, faults);
    for name in ONCE {
        if !fields.iter().any(|field| field.is(name)) {
            faults.add(1, Rule::Missing(name));
        }
    }
    at_most_once(&fields, &ONCE, faults);
    for field in &fields {
        for name in FORBIDDEN {
            if field.is(name) || name.ends_with('-') && field.begins(name) {
                faults.add(field.line, Rule::Forbidden(name));
            }
        }
    }
    entity(&fields, body, faults);
}

/// Checks header fields, which must be these, and perhaps all of `more` after them.
pub(super) fn own_fields(lines: &[Line], names: &[&str], always: usize, more: &[&str], faults: &mut Faults) {
    let (fields, _) = header(1, lines, faults);
    let mut rest = fields.iter().peekable();
    let (optional, required) = names.split_at(names.len() - always);
    optional.iter().for_each(|name| _ = rest.next_if(|field| field.is(name)));
    let has_required = required.iter().all(|name| rest.next_if(|field| field.is(name)).is_some());
    let has_more = rest.peek().is_none() || more.iter().all(|name| rest.next_if(|field| field.is(name)).is_some());
    if !has_required || !has_more || rest.next().is_some() {
        faults.add(1, Rule::NoField);
    }
}

/// Whether a line with its CRLF is quoted-printable and printable.
pub(super) fn is_sound_line(line: &[u8]) -> bool {
    let Some(line) = line.strip_suffix(b"\r\n") else { return false };
    let is_printable = line.iter().fold(true, |all, b| all & matches!(b, b' '..=b'~' | b'\t'));
    is_printable && is_quoted_printable(line)
}

/// Checks a part of a multipart that begins at line `start`.
pub(super) fn part(start: usize, lines: &[Line], faults: &mut Faults) {
    let (fields, body) = header(start, lines, faults);
    if !fields.iter().any(|field| field.is("Content-Type")) {
        faults.add(start, Rule::Missing("Content-Type"));
    }
    at_most_once(&fields, &["Content-Type"], faults);
    for field in fields.iter().filter(|field| !field.begins("Content-")) {
        faults.add(field.line, Rule::PartField);
    }
    entity(&fields, body, faults);
}

fn at_most_once(fields: &[Field], once: &[&'static str], faults: &mut Faults) {
    for name in once.iter().chain(&AT_MOST_ONCE) {
        if let Some(second) = fields.iter().filter(|field| field.is(name)).nth(1) {
            faults.add(second.line, Rule::Twice(name));
        }
    }
}

/// Parses the header that begins at line `start`; returns its fields and the lines after the blank line.
fn header<'a, 'b>(start: usize, lines: &'b [Line<'a>], faults: &mut Faults) -> (Vec<Field<'a>>, &'b [Line<'a>]) {
    let blank = lines.iter().position(|(_, line)| line.is_empty());
    if blank.is_none() {
        faults.add(lines.last().map_or(start, |line| line.0), Rule::NoBlankLine);
    }
    let (head, body) = lines.split_at(blank.unwrap_or(lines.len()));
    let mut fields: Vec<Field> = Vec::new();
    for &(number, line) in head {
        if line.len() > 78 && is_foldable(line) {
            faults.add(number, Rule::Unfolded);
        }
        if line.trim_ascii().is_empty() {
            faults.add(number, Rule::BlankFold);
        } else if line.starts_with(b" ") || line.starts_with(b"\t") {
            match fields.last_mut() {
                Some(field) => field.value.extend_from_slice(line),
                None => faults.add(number, Rule::NoField),
            }
        } else {
            match line.iter().position(|b| *b == b':').map(|colon| (&line[..colon], &line[colon + 1..])) {
                Some((name, value)) if !name.is_empty() && name.iter().all(|b| matches!(b, b'!'..=b'~')) => {
                    fields.push(Field { line: number, name, value: value.to_vec() });
                }
                _ => faults.add(number, Rule::NoField),
            }
        }
    }
    for field in fields.iter().filter(|field| field.value.trim_ascii().is_empty()) {
        faults.add(field.line, Rule::NoValue);
    }
    (fields, body.get(1..).unwrap_or_default())
}

/// Whether the line could be folded: it has white space after more than the field's name.
fn is_foldable(line: &[u8]) -> bool {
    let value = match line.iter().position(|b| *b == b':') {
        Some(colon) if !line.starts_with(b" ") && !line.starts_with(b"\t") => &line[colon + 1..],
        _ => line,
    };
    value.trim_ascii().iter().any(|b| matches!(b, b' ' | b'\t'))
}

/// Checks the body by its declared content type and encoding.
fn entity(fields: &[Field], body: &[Line], faults: &mut Faults) {
    let of = |name: &str| fields.iter().find(|field| field.is(name));
    let kind = of("Content-Type");
    if let Some(kind) = kind.filter(|kind| kind.value().to_ascii_lowercase().starts_with("multipart/")) {
        match boundary(&kind.value()) {
            Some(boundary) => multipart(&boundary, kind.line, body, faults),
            None => faults.add(kind.line, Rule::NoBoundary),
        }
    } else if of("Content-Transfer-Encoding").is_some_and(|f| f.value().eq_ignore_ascii_case("quoted-printable")) {
        for (number, _) in body.iter().filter(|(_, line)| !is_quoted_printable(line)) {
            faults.add(*number, Rule::NotQuotedPrintable);
        }
    }
}

/// Returns the boundary that a content type declares, if valid (RFC 2046 §5.1.1).
fn boundary(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.trim().split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let is_bare = |b: u8| b.is_ascii_alphanumeric() || b"'+_-.".contains(&b);
    let is_quoted = |b: u8| is_bare(b) || b"(),/:=? ".contains(&b);
    let boundary = quoted.unwrap_or(value);
    let is_usable = boundary.bytes().all(|b| if quoted.is_some() { is_quoted(b) } else { is_bare(b) });
    (is_usable && (1..=70).contains(&boundary.len()) && !boundary.ends_with(' ')).then(|| boundary.to_owned())
}

/// Checks the parts: delimiters between them, one closing delimiter, nothing around them.
fn multipart(boundary: &str, declared: usize, body: &[Line], faults: &mut Faults) {
    let delimiter = format!("--{boundary}");
    let closing = format!("{delimiter}--");
    let is_closing = |at: usize| body[at].1 == closing.as_bytes();
    let mut marks = Vec::new();
    for (at, (number, line)) in body.iter().enumerate().filter(|(_, (_, line))| line.starts_with(delimiter.as_bytes()))
    {
        if is_closing(at) || *line == delimiter.as_bytes() {
            marks.push(at);
        } else {
            faults.add(*number, Rule::FalseBoundary);
        }
    }
    let Some(&first) = marks.first().filter(|at| !is_closing(**at)) else {
        return faults.add(declared, Rule::NoParts);
    };
    if let Some((number, _)) = body[..first].iter().find(|(_, line)| !line.is_empty()) {
        faults.add(*number, Rule::Preamble);
    }
    match marks.iter().position(|at| is_closing(*at)) {
        None => faults.add(declared, Rule::Unclosed),
        Some(last) => {
            for two in marks[..=last].windows(2) {
                part(body[two[0]].0, &body[two[0] + 1..two[1]], faults);
            }
            if let Some((number, _)) = body.get(marks[last] + 1) {
                faults.add(*number, Rule::Epilogue);
            }
        }
    }
}

/// Checks RFC 2045 §6.7: at most 76 bytes, `=` only before two capital hexadecimal digits or the end, no white space at the end.
fn is_quoted_printable(line: &[u8]) -> bool {
    if line.len() > 76 || line.ends_with(b" ") || line.ends_with(b"\t") {
        return false;
    }
    if memchr::memchr(b'=', line).is_none() {
        return true;
    }
    let is_hex = |b: &u8| b.is_ascii_digit() || (b'A'..=b'F').contains(b);
    let escapes = line.split(|b| *b == b'=').skip(1);
    let soft = line.ends_with(b"=");
    let whole = if soft { escapes.clone().count() - 1 } else { usize::MAX };
    escapes.take(whole).all(|escape| escape.len() >= 2 && escape[..2].iter().all(is_hex))
}
