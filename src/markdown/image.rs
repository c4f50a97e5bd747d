//! The images that a letter can show: what is known of each, and why one cannot be shown.
//!
//! An image travels in the letter. This module must never open a file: it asks the campaign for what it names.

use crate::diagnostics::code::Code;

/// An image, as the HTML part shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The identifier of its part (RFC 2392), without angle brackets.
    pub content_id: String,
    /// Its width and height in pixels.
    pub size: [u32; 2],
}

/// Why an image cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageProblem {
    /// It would be loaded from the network.
    Remote,
    /// It is not below `images/`.
    Outside,
    /// There is no such file.
    Missing,
    /// It is a folder, a device or the like, or cannot be read.
    Unreadable,
    /// SVG, which few mail programs show.
    Svg,
    /// It is not a PNG, JPEG, GIF or WebP.
    Format,
    /// It alone makes the letter too large.
    Large,
    /// The braces after it hold no width.
    Width,
}

impl ImageProblem {
    /// The code of the finding.
    pub fn code(self) -> Code {
        if self == ImageProblem::Remote { Code::RemoteContent } else { Code::Image }
    }

    /// What is wrong.
    pub fn what(self) -> &'static str {
        match self {
            ImageProblem::Remote => "this would be loaded from the network",
            ImageProblem::Outside => "an image is not a file in images/",
            ImageProblem::Missing => "an image does not exist",
            ImageProblem::Unreadable => "an image cannot be read, or is not a file",
            ImageProblem::Svg => "an image is SVG, which Gmail and Outlook do not show",
            ImageProblem::Format => "an image is not PNG, JPEG, GIF or WebP, whatever its name says",
            ImageProblem::Large => "an image makes the letter larger than [letter] max_size",
            ImageProblem::Width => "the braces after an image hold no width in pixels",
        }
    }

    /// How to fix it.
    pub fn help(self) -> &'static str {
        match self {
            ImageProblem::Remote => {
                "mail programs block it, and it tells a server who reads the letter: put an image into images/, or write a link"
            }
            ImageProblem::Outside => {
                "put it into images/ and write ![what it shows](images/name.png), without `..` and not through a link"
            }
            ImageProblem::Missing => "put it into images/ under this name; capital and small letters differ",
            ImageProblem::Unreadable => "check that it is a file and that you may read it",
            ImageProblem::Svg => "export it as PNG, twice as wide as it is shown, and write its width: {width=300}",
            ImageProblem::Format => "open it in an image editor and export it as PNG or JPEG",
            ImageProblem::Large => "make it smaller",
            ImageProblem::Width => "write a whole number, such as ![what it shows](images/logo.png){width=300}",
        }
    }
}

/// The images of a campaign.
pub trait Images: Send + Sync {
    /// Looks up an image by its path as a template writes it, `images/logo.png`.
    fn image(&self, path: &str) -> Result<Image, ImageProblem>;
}

/// No images at all.
pub struct NoImages;

impl Images for NoImages {
    fn image(&self, path: &str) -> Result<Image, ImageProblem> {
        Err(if is_remote(path) { ImageProblem::Remote } else { ImageProblem::Missing })
    }
}

/// Whether an address has a scheme or a host, and is not a file of the campaign.
pub fn is_remote(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    address.starts_with("//") || address.starts_with("\\\\") || scheme.is_some_and(is_scheme)
}

/// The width in braces at the beginning of a text, `{width=300}`, and what follows it.
pub(super) fn width(text: &str) -> Option<Result<(u32, &str), ImageProblem>> {
    let (inside, rest) = text.strip_prefix('{')?.split_once('}')?;
    let width = inside.trim().strip_prefix("width").map(str::trim_start).and_then(|width| width.strip_prefix('='));
    let width = width?.trim().trim_matches('"');
    let width = width.strip_suffix("px").unwrap_or(width).parse().ok().filter(|width| (1..=2_000).contains(width));
    Some(width.map(|width| (width, rest)).ok_or(ImageProblem::Width))
}
