//! Finds the fonts that a campaign brings: the files in its folder `fonts/`.

use std::fs;
use std::io;
use std::path::Path;

/// The folder of a campaign's own fonts.
pub const FONTS: &str = "fonts";

/// The endings of fonts.
const ENDINGS: [&str; 4] = ["ttf", "otf", "ttc", "otc"];

/// The font files of the campaign in `dir` with their contents, by name; none if it has no such folder.
///
/// # Errors
/// The folder or a file in it cannot be read.
pub fn font_files(dir: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let entries = match fs::read_dir(dir.join(FONTS)) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        let is_font = ending.is_some_and(|ending| ENDINGS.contains(&&*ending));
        if is_font && entry.path().is_file() {
            files.push((name, fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}
