//! The files that letters carry: attachments below `attachments/`, images below `images/`.
//!
//! Each file is read, encoded and searched once, and shared by the letters that have it. It must never open anything but a
//! regular file below its folder, whatever a template or a cell names, and must never hold more than a bounded amount of
//! files that only a few letters have.

use super::petition::SignaturesFile;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, own, spans};
use crate::leak_gate::Gate;
use crate::markdown::{Image, ImageProblem, Images, is_remote};
use crate::message::file_part::FilePart;
use crate::message::media_type;
use crate::text::characters::{TextUse, refused};
use crate::text::size::format_size;
use std::collections::{HashMap, VecDeque};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The folders, relative to the campaign's.
const ATTACHMENTS: &str = "attachments";
const IMAGES: &str = "images";

/// How many bytes of encoded attachments stay in memory for further letters.
const KEPT: usize = 32 << 20;

/// A file that was read, encoded and searched.
pub(super) struct Carried {
    pub(super) part: Arc<FilePart>,
    /// What is wrong or doubtful with it, whichever letter has it.
    pub(super) findings: Vec<Finding>,
    image: Option<Image>,
}

/// Why a file cannot be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    Outside,
    Missing,
    NotAFile,
    Unreadable,
    Empty,
    Large,
    Name,
}

/// The files of a campaign.
pub(super) struct Files {
    dir: PathBuf,
    /// The sender's domain, for the images' identifiers.
    domain: String,
    /// The size that a letter may have, in bytes.
    max_size: u64,
    gate: Option<Arc<Gate>>,
    allow_file: Option<String>,
    /// What the program makes and every letter carries.
    made: Vec<Arc<Carried>>,
    attachments: Mutex<Recent>,
    images: Mutex<ImageTable>,
}

/// The attachments that were used last.
#[derive(Default)]
struct Recent {
    known: HashMap<String, Arc<Carried>>,
    order: VecDeque<String>,
    octets: usize,
}

/// The images that were used, by their paths and by their identifiers.
#[derive(Default)]
struct ImageTable {
    by_path: HashMap<String, Result<Arc<Carried>, ImageProblem>>,
    by_id: HashMap<String, Arc<Carried>>,
}

impl Carried {
    /// A file that the program made.
    pub(super) fn made(part: FilePart) -> Carried {
        Carried { part: Arc::new(part), findings: Vec::new(), image: None }
    }
}

impl Files {
    pub(super) fn new(
        dir: &Path,
        domain: &str,
        max_size: u64,
        gate: Option<Arc<Gate>>,
        allow_file: Option<String>,
        made: &[SignaturesFile],
    ) -> Files {
        let mut files = Files {
            dir: dir.to_owned(),
            domain: domain.to_owned(),
            max_size,
            gate,
            allow_file,
            made: Vec::new(),
            attachments: Mutex::default(),
            images: Mutex::default(),
        };
        let carry = |file: &SignaturesFile| match (FilePart::attachment(&file.name, &file.bytes), file.is_typeset) {
            (part, true) => Carried::made(part),
            (part, false) => files.carry(part, &file.bytes),
        };
        files.made = made.iter().map(|file| Arc::new(carry(file))).collect();
        files
    }

    /// What the program makes and every letter carries. Their paths have no folder.
    pub(super) fn made(&self) -> &[Arc<Carried>] {
        &self.made
    }

    /// An attachment by its path below `attachments/`; the folder's own name in front of it is no mistake.
    pub(super) fn attachment(&self, path: &str) -> Result<Arc<Carried>, Unusable> {
        let path = path.trim();
        let path = path.strip_prefix("attachments/").unwrap_or(path);
        let recent = || self.attachments.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(carried) = recent().known.get(path) {
            return Ok(Arc::clone(carried));
        }
        let bytes = read(&self.dir, ATTACHMENTS, path, self.max_size)?;
        let carried = Arc::new(self.carry(FilePart::attachment(&format!("{ATTACHMENTS}/{path}"), &bytes), &bytes));
        recent().keep(path, &carried);
        Ok(carried)
    }

    fn load_image(&self, path: &str) -> Result<Arc<Carried>, ImageProblem> {
        if is_remote(path) {
            return Err(ImageProblem::Remote);
        }
        let below = path.strip_prefix("images/").ok_or(ImageProblem::Outside)?;
        let bytes = read(&self.dir, IMAGES, below, self.max_size).map_err(|unusable| match unusable {
            Unusable::Outside | Unusable::Name => ImageProblem::Outside,
            Unusable::Missing => ImageProblem::Missing,
            Unusable::NotAFile | Unusable::Unreadable => ImageProblem::Unreadable,
            Unusable::Empty => ImageProblem::Format,
            Unusable::Large => ImageProblem::Large,
        })?;
        let part = FilePart::image(path, &bytes, &self.domain);
        if !["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&part.media_type) {
            let is_svg = part.media_type == "image/svg+xml" || bytes.windows(4).take(1_000).any(|at| at == b"<svg");
            return Err(if is_svg { ImageProblem::Svg } else { ImageProblem::Format });
        }
        let size = imagesize::blob_size(&bytes).map_err(|_| ImageProblem::Format)?;
        let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0).ok_or(ImageProblem::Format);
        let image = Image {
            content_id: part.content_id.clone().unwrap_or_default(),
            size: [side(size.width)?, side(size.height)?],
        };
        Ok(Arc::new(Carried { image: Some(image), ..self.carry(part, &bytes) }))
    }

    /// Judges a file that was read.
    fn carry(&self, part: FilePart, bytes: &[u8]) -> Carried {
        let is_private = |text: &str| self.gate.as_ref().is_some_and(|gate| gate.is_private(text));
        // The name of a file can be private where it is the recipient's own: it is then not printed.
        let place = Some(Place::file(&*part.file)).filter(|_| !is_private(&part.file));
        let placed = |finding: Finding| match &place {
            Some(place) => finding.at(place.clone()),
            None => finding,
        };
        let mut findings = Vec::new();
        if let Some(claimed) = media_type::detect(&part.name, bytes).claimed {
            let what = spans!["the file's name says ", claimed, ", but its content is ", part.media_type];
            let help = "it is sent as its content is; correct the name, or save it in the other format";
            findings.push(placed(Finding::new(Code::AttachmentType, what).help(help)));
        }
        if let Some(gate) = &self.gate {
            let searched = gate.search_file(part.media_type, bytes);
            for leak in searched.leaks {
                let finding = leak.finding("this file", self.allow_file.as_deref());
                findings.push(match (&searched.text, &place) {
                    (Some(text), Some(_)) => finding.at(Place::in_text(&*part.file, text, leak.begin)),
                    _ => placed(finding),
                });
            }
            if searched.text.is_none() && part.content_id.is_none() {
                let what = "the text of this attachment cannot be read here, and is not searched for private data";
                let help = "look through it by hand, including its properties";
                findings.push(placed(Finding::new(Code::FileNotSearched, what).help(help)));
            }
        }
        Carried { part: Arc::new(part), findings, image: None }
    }

    /// The images that HTML shows by their identifiers, in the order of their first use, each once.
    pub(super) fn shown_in(&self, html: &str, shown: &mut Vec<Arc<Carried>>) {
        const MARK: &str = "cid:";
        // Most letters show none, and the HTML can be long.
        if self.images.lock().unwrap_or_else(PoisonError::into_inner).by_id.is_empty() {
            return;
        }
        for (at, _) in html.match_indices(MARK) {
            let rest = &html[at + MARK.len()..];
            let end = rest.find(|c: char| c.is_whitespace() || "\"'()<>&;,".contains(c)).unwrap_or(rest.len());
            let images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(image) = images.by_id.get(&rest[..end]) else { continue };
            if !shown.iter().any(|known| Arc::ptr_eq(known, image)) {
                shown.push(Arc::clone(image));
            }
        }
    }
}

impl Files {
    /// HTML with its images in it (RFC 2397), and what is wrong or doubtful with them.
    pub(super) fn with_images(&self, html: &str) -> (String, Vec<Finding>) {
        let (mut shown, mut html) = (Vec::new(), html.to_owned());
        self.shown_in(&html, &mut shown);
        for image in &shown {
            let part = &image.part;
            let lines = String::from_utf8_lossy(part.body()).replace("\r\n", "");
            let id = part.content_id.as_deref().unwrap_or_default();
            html = html.replace(&format!("cid:{id}"), &format!("data:{};base64,{lines}", part.media_type));
        }
        (html, shown.iter().flat_map(|image| image.findings.clone()).collect())
    }
}

impl Images for Files {
    fn image(&self, path: &str) -> Result<Image, ImageProblem> {
        let images = || self.images.lock().unwrap_or_else(PoisonError::into_inner);
        let known = images().by_path.get(path).cloned();
        let carried = known.unwrap_or_else(|| {
            let loaded = self.load_image(path);
            let mut images = images();
            if let Ok(carried) = &loaded {
                let id = carried.part.content_id.clone().unwrap_or_default();
                // Of two threads that read it the first one stays, so that there is one of it.
                images.by_id.entry(id).or_insert_with(|| Arc::clone(carried));
            }
            images.by_path.entry(path.to_owned()).or_insert(loaded).clone()
        })?;
        carried.image.clone().ok_or(ImageProblem::Format)
    }
}

impl Recent {
    fn keep(&mut self, path: &str, carried: &Arc<Carried>) {
        if self.known.insert(path.to_owned(), Arc::clone(carried)).is_some() {
            return;
        }
        self.order.push_back(path.to_owned());
        self.octets += carried.part.encoded_len();
        while self.octets > KEPT
            && self.order.len() > 1
            && let Some(oldest) = self.order.pop_front()
        {
            let dropped = self.known.remove(&oldest).map_or(0, |dropped| dropped.part.encoded_len());
            self.octets = self.octets.saturating_sub(dropped);
        }
    }
}

/// Reads a regular file below a folder of the campaign. A link is followed only within the folder.
pub(super) fn read(dir: &Path, folder: &str, path: &str, largest: u64) -> Result<Vec<u8>, Unusable> {
    let real = resolve(dir, folder, path)?;
    let metadata = fs::metadata(&real).map_err(|_| Unusable::Unreadable)?;
    // Before it is opened: a pipe would wait for a writer.
    if !metadata.is_file() {
        return Err(Unusable::NotAFile);
    }
    if metadata.len() > largest {
        return Err(Unusable::Large);
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    let file = File::open(&real).map_err(|_| Unusable::Unreadable)?;
    file.take(largest + 1).read_to_end(&mut bytes).map_err(|_| Unusable::Unreadable)?;
    match bytes.len() as u64 {
        0 => Err(Unusable::Empty),
        size if size > largest => Err(Unusable::Large),
        _ => Ok(bytes),
    }
}

/// The real path of a file below a folder of the campaign.
fn resolve(dir: &Path, folder: &str, path: &str) -> Result<PathBuf, Unusable> {
    let is_plain = !path.is_empty()
        && !path.ends_with('/')
        && !path.contains(['\\', '\0'])
        && Path::new(path).components().all(|component| matches!(component, Component::Normal(_)))
        && !path.split('/').any(|name| name.is_empty() || name == ".");
    if !is_plain {
        return Err(Unusable::Outside);
    }
    if refused(path, TextUse::Cell).is_some() {
        return Err(Unusable::Name);
    }
    let real = |path: &Path| {
        path.canonicalize().map_err(|cause| match cause.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Unusable::Missing,
            _ => Unusable::Unreadable,
        })
    };
    let inside = real(&dir.join(folder))?;
    let real = real(&inside.join(path))?;
    if real.starts_with(&inside) { Ok(real) } else { Err(Unusable::Outside) }
}

impl Unusable {
    /// The finding for an attachment, without a place.
    pub(super) fn finding(self, path: &str, max_size: u64) -> Finding {
        let file = || file_text(path.to_owned());
        let (what, help) = match self {
            Unusable::Outside => (
                spans!["\"", file(), "\" is not the name of a file in attachments/"],
                "put it into attachments/ and write its name there, without `..` and not through a link",
            ),
            Unusable::Missing => (
                spans!["there is no attachments/", file()],
                "put it there, or correct the name; capital and small letters differ",
            ),
            Unusable::NotAFile => {
                (spans!["attachments/", file(), " is not a file"], "name one file; a folder must be packed first")
            }
            Unusable::Unreadable => (spans!["attachments/", file(), " cannot be read"], "check that you may read it"),
            Unusable::Empty => (spans!["attachments/", file(), " is empty"], "was it saved?"),
            Unusable::Large => (
                spans!["attachments/", file(), " is larger than [letter] max_size, ", own(format_size(max_size))],
                "make it smaller, or link to it; many mail servers refuse more than 10 MB",
            ),
            Unusable::Name => {
                (spans!["the name of an attachment has a character that mail programs do not show"], "rename the file")
            }
        };
        Finding::new(Code::Attachment, what).help(help)
    }
}
