//! What the typesetter may see of the world: the templates, the letter or list, the campaign's images and its fonts. No other
//! file, no package, no network, no clock.

use super::fonts::Fonts;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// What all letters of a campaign share.
pub(super) struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    pub(super) fonts: Fonts,
    sources: HashMap<FileId, Source>,
    dir: PathBuf,
    /// The images that were read.
    images: Mutex<HashMap<String, Bytes>>,
}

impl Shared {
    /// `template` is the letter's, `dir` the campaign's folder.
    pub(super) fn new(template: String, fonts: Fonts, dir: &Path) -> Shared {
        let sources = [
            (Template::Letter.main(), template),
            (Template::Signatures.main(), include_str!("signatures.typ").to_owned()),
            (id("blocks.typ"), include_str!("blocks.typ").to_owned()),
        ];
        Shared {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(fonts.book()),
            fonts,
            sources: sources.into_iter().map(|(id, text)| (id, Source::new(id, text))).collect(),
            dir: dir.to_owned(),
            images: Mutex::default(),
        }
    }
}

impl Shared {
    /// A regular file below `images/`, also through a link that does not lead out.
    fn image(&self, path: &str) -> Option<Bytes> {
        let mut images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = images.get(path) {
            return Some(known.clone());
        }
        let folder = self.dir.join("images").canonicalize().ok()?;
        let real = folder.join(path).canonicalize().ok()?;
        if !real.starts_with(&folder) || !real.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return None;
        }
        let bytes = Bytes::new(std::fs::read(real).ok()?);
        images.insert(path.to_owned(), bytes.clone());
        Some(bytes)
    }
}

/// What is typeset.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    Letter,
    Signatures,
}

impl Template {
    fn main(self) -> FileId {
        id(match self {
            Template::Letter => "letter.typ",
            Template::Signatures => "signatures.typ",
        })
    }

    fn data(self) -> FileId {
        id(match self {
            Template::Letter => "letter.json",
            Template::Signatures => "signatures.json",
        })
    }
}

/// One document's view.
pub(super) struct View<'a> {
    pub(super) shared: &'a Shared,
    pub(super) template: Template,
    /// What the template reads, as JSON.
    pub(super) data: Bytes,
}

impl World for View<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.template.main()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.shared.sources.get(&id).cloned().ok_or_else(|| missing(id))
    }

    fn file(&self, file: FileId) -> FileResult<Bytes> {
        if file == self.template.data() {
            return Ok(self.data.clone());
        }
        let path = file.get().vpath().get_without_slash();
        match path.strip_prefix("images/") {
            Some(image) if *file.get().root() == VirtualRoot::Project => {
                self.shared.image(image).ok_or_else(|| missing(file))
            }
            _ => Err(missing(file)),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}

/// A file of the page by its name.
fn id(name: &str) -> FileId {
    let path = VirtualPath::new(name).unwrap_or_else(|_| unreachable!("the names are fixed"));
    RootedPath::new(VirtualRoot::Project, path).intern()
}
