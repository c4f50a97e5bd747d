//! Writes a site into a folder, as a whole or not at all.
//!
//! The files are written into a folder beside it, which then takes its place. A folder with anything that is not a site of
//! this program is never replaced, and a page that is no longer published must not stay: it can name somebody who has
//! withdrawn.

use super::PDF;
use crate::private_file;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Every file that a site can have.
const FILES: [&str; 6] = ["index.html", "press.html", "act.html", "record.html", "press.txt", PDF];

/// In each page of this program.
const MARK: &str = "<meta name=\"generator\" content=\"openletter\">";

/// In each PDF of this program.
const PDF_MARK: &str = "/Creator(openletter)";

/// Why a site was not written.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The folder has something else in it, or is not a folder.
    #[error("{} holds something that `publish` did not write: {what}", .dir.display())]
    NotASite {
        /// The folder.
        dir: PathBuf,
        /// What is in it.
        what: String,
    },
    /// The file system.
    #[error("cannot {doing} {}", .path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

/// Writes these files, by their names, as the content of `dir`.
///
/// # Errors
/// The folder is not a site, or the file system fails. The folder is then as it was.
pub fn write(dir: &Path, files: &[(&str, &[u8])]) -> Result<(), SiteError> {
    // A link is followed, so that the folder it leads to is replaced, not the link.
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let is_there = examine(&dir)?;
    let name = dir.file_name().ok_or_else(|| not_a_site(&dir, "it is not a folder that can be replaced".into()))?;
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".partial");
    fs::create_dir_all(parent).map_err(failed("create", parent))?;
    let partial = Partial::create(parent.join(hidden))?;
    for (name, content) in files {
        let path = partial.0.join(name);
        let write = || {
            let mut file = File::create_new(&path)?;
            file.write_all(content)?;
            file.sync_all()
        };
        write().map_err(failed("write", &path))?;
    }
    private_file::sync_folder(&partial.0).map_err(failed("sync", &partial.0))?;
    match is_there {
        // What was there is then in the partial folder, and is removed with it.
        true => private_file::exchange(&partial.0, &dir).map_err(failed("replace", &dir))?,
        false => fs::rename(&partial.0, &dir).map_err(failed("create", &dir))?,
    }
    private_file::sync_folder(parent).map_err(failed("sync", parent))
}

/// The folder beside the site. Dropping it removes it.
struct Partial(PathBuf);

impl Partial {
    fn create(path: PathBuf) -> Result<Partial, SiteError> {
        // What a killed run left.
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed("remove", &path)(error)),
            _ => {}
        }
        fs::create_dir(&path).map_err(failed("create", &path))?;
        Ok(Partial(path))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether the folder exists; an error if it has anything but a site.
fn examine(dir: &Path) -> Result<bool, SiteError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Err(not_a_site(dir, "it is a file".into())),
        Err(error) => return Err(failed("read", dir)(error)),
    };
    let (mut has_page, mut other) = (false, None);
    for entry in entries {
        let path = entry.map_err(failed("list", dir))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_html = name.ends_with(".html");
        let has_mark =
            |mark: &str| fs::read(&path).is_ok_and(|file| memchr::memmem::find(&file, mark.as_bytes()).is_some());
        let is_ours = match () {
            () if is_html => has_mark(MARK),
            () if name == PDF => has_mark(PDF_MARK),
            () => true,
        };
        if !FILES.contains(&&*name) || !path.is_file() || !is_ours {
            return Err(not_a_site(dir, name));
        }
        has_page |= is_html;
        other = Some(name);
    }
    // Every site has a page: its other files alone can be anybody's.
    match other {
        Some(name) if !has_page => Err(not_a_site(dir, name)),
        _ => Ok(true),
    }
}

fn not_a_site(dir: &Path, what: String) -> SiteError {
    SiteError::NotASite { dir: dir.to_owned(), what }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SiteError {
    let path = path.to_owned();
    move |source| SiteError::Io { doing, path, source }
}
