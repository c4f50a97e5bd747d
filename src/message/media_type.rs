//! The media type of a file, by its content and by the ending of its name.
//!
//! A short table of what people attach to letters. The content decides where the two disagree, since a mail program that
//! is given the wrong type shows nothing. Anything else is `application/octet-stream`, which every program offers to save.

use encoding_rs::Encoding;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The media type, in small letters and without parameters.
    pub media_type: &'static str,
    /// What its name says that its content is not.
    pub claimed: Option<&'static str>,
}

/// The type of a file that nothing is known about.
const UNKNOWN: &str = "application/octet-stream";

/// What can be told from the first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// One type only.
    Exactly(&'static str),
    /// A ZIP archive, and every format that is one.
    Zip,
    /// The compound file of older office programs.
    Compound,
    Text,
    Unknown,
}

/// The endings of file names, with their types and contents.
const ENDINGS: [(&str, &str, Content); 38] = [
    ("pdf", "application/pdf", Content::Exactly("application/pdf")),
    ("png", "image/png", Content::Exactly("image/png")),
    ("jpg", "image/jpeg", Content::Exactly("image/jpeg")),
    ("jpeg", "image/jpeg", Content::Exactly("image/jpeg")),
    ("gif", "image/gif", Content::Exactly("image/gif")),
    ("webp", "image/webp", Content::Exactly("image/webp")),
    ("tif", "image/tiff", Content::Exactly("image/tiff")),
    ("tiff", "image/tiff", Content::Exactly("image/tiff")),
    ("rtf", "application/rtf", Content::Exactly("application/rtf")),
    ("mp3", "audio/mpeg", Content::Exactly("audio/mpeg")),
    ("mp4", "video/mp4", Content::Exactly("video/mp4")),
    ("m4a", "audio/mp4", Content::Exactly("video/mp4")),
    ("mov", "video/quicktime", Content::Exactly("video/mp4")),
    ("ogg", "audio/ogg", Content::Exactly("audio/ogg")),
    ("wav", "audio/wav", Content::Exactly("audio/wav")),
    ("zip", "application/zip", Content::Zip),
    ("epub", "application/epub+zip", Content::Zip),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Content::Zip),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Content::Zip),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", Content::Zip),
    ("odt", "application/vnd.oasis.opendocument.text", Content::Zip),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", Content::Zip),
    ("odp", "application/vnd.oasis.opendocument.presentation", Content::Zip),
    ("doc", "application/msword", Content::Compound),
    ("xls", "application/vnd.ms-excel", Content::Compound),
    ("ppt", "application/vnd.ms-powerpoint", Content::Compound),
    ("txt", "text/plain", Content::Text),
    ("md", "text/markdown", Content::Text),
    ("csv", "text/csv", Content::Text),
    ("tsv", "text/tab-separated-values", Content::Text),
    ("html", "text/html", Content::Text),
    ("htm", "text/html", Content::Text),
    ("ics", "text/calendar", Content::Text),
    ("vcf", "text/vcard", Content::Text),
    ("json", "application/json", Content::Text),
    ("xml", "application/xml", Content::Text),
    ("svg", "image/svg+xml", Content::Text),
    ("eml", "message/rfc822", Content::Text),
];

/// The first bytes of files, and what they are.
const BEGINNINGS: [(&[u8], Content); 15] = [
    (b"%PDF-", Content::Exactly("application/pdf")),
    (b"\x89PNG\r\n\x1a\n", Content::Exactly("image/png")),
    (b"\xff\xd8\xff", Content::Exactly("image/jpeg")),
    (b"GIF87a", Content::Exactly("image/gif")),
    (b"GIF89a", Content::Exactly("image/gif")),
    (b"II*\0", Content::Exactly("image/tiff")),
    (b"MM\0*", Content::Exactly("image/tiff")),
    (b"{\\rtf", Content::Exactly("application/rtf")),
    (b"ID3", Content::Exactly("audio/mpeg")),
    (b"\xff\xfb", Content::Exactly("audio/mpeg")),
    (b"OggS", Content::Exactly("audio/ogg")),
    (b"PK\x03\x04", Content::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content::Compound),
    (b"MZ", Content::Unknown),
    (b"\x7fELF", Content::Unknown),
];

/// The type of a file with this name and these bytes.
pub fn detect(name: &str, bytes: &[u8]) -> Detected {
    let content = content(bytes);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let known = ending.and_then(|ending| ENDINGS.iter().find(|(known, ..)| *known == ending));
    match known {
        Some((_, media_type, expected)) if *expected == content => Detected { media_type, claimed: None },
        Some((_, claimed, _)) => Detected { media_type: by_content(content), claimed: Some(claimed) },
        None => Detected { media_type: by_content(content), claimed: None },
    }
}

fn by_content(content: Content) -> &'static str {
    match content {
        Content::Exactly(media_type) => media_type,
        Content::Zip => "application/zip",
        Content::Text => "text/plain",
        Content::Compound | Content::Unknown => UNKNOWN,
    }
}

fn content(bytes: &[u8]) -> Content {
    if let Some((_, content)) = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)) {
        return *content;
    }
    match (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) => Content::Exactly("image/webp"),
        (Some(b"RIFF"), _, Some(b"WAVE")) => Content::Exactly("audio/wav"),
        (_, Some(b"ftyp"), _) => Content::Exactly("video/mp4"),
        _ if text(bytes).is_some() => Content::Text,
        _ => Content::Unknown,
    }
}

/// The text of a file, with its charset (a label of the IANA registry) where that is certain; `None` if it is not text.
/// Bytes that are not UTF-8 are read as windows-1252, in which every one has a meaning.
pub fn text(bytes: &[u8]) -> Option<(String, Option<&'static str>)> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        let (text, is_malformed) = encoding.decode_without_bom_handling(&bytes[bom..]);
        let charset = if encoding == encoding_rs::UTF_8 { "utf-8" } else { "utf-16" };
        return (!is_malformed && is_text(&text)).then(|| (text.into_owned(), Some(charset)));
    }
    match str::from_utf8(bytes) {
        Ok(text) => is_text(text).then(|| (text.to_owned(), Some("utf-8"))),
        Err(_) => {
            let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0;
            is_text(&text).then(|| (text.into_owned(), None))
        }
    }
}

fn is_text(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{C}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_and_the_name_give_the_type() {
        let zip = b"PK\x03\x04....";
        for (name, bytes, media_type, claimed) in [
            ("Report.PDF", &b"%PDF-1.4"[..], "application/pdf", None),
            ("report.pdf", b"\x89PNG\r\n\x1a\n.", "image/png", Some("application/pdf")),
            ("report.pdf", b"", "text/plain", Some("application/pdf")),
            ("list.csv", "Zoë,1\n".as_bytes(), "text/csv", None),
            ("list.csv", zip, "application/zip", Some("text/csv")),
            ("letter.docx", zip, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
            ("letter.doc", zip, "application/zip", Some("application/msword")),
            ("notes", b"plain", "text/plain", None),
            ("setup.exe", b"MZ\x90\0", UNKNOWN, None),
            ("a.webp", b"RIFF1234WEBPVP8 ", "image/webp", None),
        ] {
            assert_eq!(detect(name, bytes), Detected { media_type, claimed }, "{name}");
        }
    }

    #[test]
    fn text_is_decoded_by_its_bytes() {
        assert_eq!(text("Zoë".as_bytes()), Some(("Zoë".into(), Some("utf-8"))));
        assert_eq!(text(b"\xef\xbb\xbfa"), Some(("a".into(), Some("utf-8"))));
        assert_eq!(text(b"\xff\xfea\0"), Some(("a".into(), Some("utf-16"))));
        assert_eq!(text(b"Zo\xeb"), Some(("Zoë".into(), None)));
        assert_eq!(text(b"a\0b"), None);
    }
}
