//! The text of a finding, in spans: the program's own words, text from a file, and private text.
//!
//! Each span decides whether it may be shown; its text is never read for that. Private text must be shown only on the
//! terminal of somebody who asked for it; `Display` and `Debug` leave it out.

use std::borrow::Cow;
use std::fmt;

/// A text from its spans: `spans!["there is no \"", file_text(name), "\" here"]`. Literals and numbers are own words.
macro_rules! spans {
    ($($text:expr),+ $(,)?) => {{
        let mut spans = $crate::diagnostics::spans::Spans::default();
        $(spans.push($text);)+
        spans
    }};
}
pub(crate) use spans;

/// A text with one origin.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// The program's own words, with its numbers and the names it knows. Always shown.
    Own(Cow<'static, str>),
    /// Text from a file of the campaign: a header, a key, a word of a template. Shown unless it may be private.
    File(String),
    /// Text that may be private. Shown only on a terminal by `check --verbose`.
    Private(String),
    /// Text from a file that may not be shown, printed as `…`.
    Hidden,
}

/// A text made of spans.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spans(Vec<Span>);

/// The program's own words, if they are built at run time.
pub fn own(words: impl Into<String>) -> Span {
    Span::Own(Cow::Owned(words.into()))
}

/// Text from a file of the campaign.
pub fn file_text(text: impl Into<String>) -> Span {
    Span::File(text.into())
}

/// Text from a file of the campaign, in quotation marks.
pub fn quoted(text: impl Into<String>) -> Spans {
    spans!["\"", file_text(text), "\""]
}

/// Text that may be private.
pub fn private_text(text: impl Into<String>) -> Span {
    Span::Private(text.into())
}

impl Spans {
    /// Appends a text.
    pub fn push(&mut self, text: impl Into<Spans>) {
        for span in text.into().0 {
            match (self.0.last_mut(), span) {
                (Some(Span::Own(words)), Span::Own(more)) => words.to_mut().push_str(&more),
                (_, span) => self.0.push(span),
            }
        }
    }

    /// Texts with a separator between them.
    pub fn joined<T: Into<Spans>>(texts: impl IntoIterator<Item = T>, separator: &'static str) -> Spans {
        let mut joined = Spans::default();
        for (rank, text) in texts.into_iter().enumerate() {
            if rank > 0 {
                joined.push(separator);
            }
            joined.push(text);
        }
        joined
    }

    /// The same text without the text from files that may not be shown.
    #[must_use]
    pub fn hiding(mut self, may_show: &dyn Fn(&str) -> bool) -> Spans {
        for span in &mut self.0 {
            if matches!(span, Span::File(text) if !text.is_empty() && !may_show(text)) {
                *span = Span::Hidden;
            }
        }
        self
    }

    /// The same text without what is private.
    #[must_use]
    pub fn without_private(mut self) -> Spans {
        self.0.retain(|span| !matches!(span, Span::Private(_)));
        self
    }

    /// All of the text, with what is private; for the terminal of somebody who asked for it.
    pub fn revealed(&self) -> String {
        let text = |span: &Span| if let Span::Private(text) = span { text.clone() } else { span.to_string() };
        self.0.iter().map(text).collect()
    }
}

impl fmt::Display for Span {
    /// Private text is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Span::Own(text) => text,
            Span::File(text) => text,
            Span::Private(_) => "",
            Span::Hidden => "…",
        })
    }
}

impl fmt::Debug for Span {
    /// Private text is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Span::Own(text) => write!(f, "Own({text:?})"),
            Span::File(text) => write!(f, "File({text:?})"),
            Span::Private(_) => f.write_str("Private(_)"),
            Span::Hidden => f.write_str("Hidden"),
        }
    }
}

impl fmt::Display for Spans {
    /// Private text is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|span| write!(f, "{span}"))
    }
}

impl From<&'static str> for Span {
    fn from(words: &'static str) -> Span {
        Span::Own(Cow::Borrowed(words))
    }
}

impl From<&'static str> for Spans {
    fn from(words: &'static str) -> Spans {
        Spans(vec![words.into()])
    }
}

impl From<Span> for Spans {
    fn from(span: Span) -> Spans {
        Spans(vec![span])
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl From<$number> for Spans {
            fn from(number: $number) -> Spans {
                own(number.to_string()).into()
            }
        })*
    };
}

numbers!(u32 u64 usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_are_always_shown_and_text_from_files_only_where_it_may_be() {
        let text = spans!["there is no \"", file_text("nmae"), "\" in ", 2_u32, " rows", private_text(" of Ada")];
        assert_eq!(text.to_string(), "there is no \"nmae\" in 2 rows");
        assert_eq!(text.clone().hiding(&|text| text != "nmae").to_string(), "there is no \"…\" in 2 rows");
        assert_eq!(text.clone().hiding(&|_| false).to_string(), "there is no \"…\" in 2 rows");
    }

    #[test]
    fn private_text_is_shown_only_where_it_is_asked_for() {
        let text = spans!["the same name", private_text(" (line 7)")];
        assert_eq!(text.to_string(), "the same name");
        assert_eq!(format!("{text:?}"), "Spans([Own(\"the same name\"), Private(_)])");
        assert_eq!(text.revealed(), "the same name (line 7)");
        assert_eq!(text.without_private().revealed(), "the same name");
    }

    #[test]
    fn texts_are_joined() {
        let texts = [Spans::from("a"), file_text("b").into(), "c".into()];
        assert_eq!(Spans::joined(texts, ", ").to_string(), "a, b, c");
    }
}
