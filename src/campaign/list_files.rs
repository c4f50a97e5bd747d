//! Opens the list files of a campaign: each once per command, so that its digest is that of the bytes that were parsed.
//!
//! A list of up to 16 MiB stays in memory for later readers. A longer one is opened again, so that memory stays small.

use super::Campaign;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

/// The longest list that is kept in memory, in bytes: far more than real campaigns have.
const LONGEST_KEPT: u64 = 16 << 20;

/// The lists that were read, by their paths in the campaign's folder.
#[derive(Default)]
pub(super) struct ListFiles(RefCell<HashMap<String, Rc<[u8]>>>);

impl Campaign {
    /// Opens a list at its first byte.
    pub(super) fn open_list(&self, file: &str) -> io::Result<Box<dyn Read>> {
        if let Some(bytes) = self.list_files.0.borrow().get(file) {
            return Ok(Box::new(Cursor::new(Rc::clone(bytes))));
        }
        let mut input = File::open(self.dir.join(file))?;
        if input.metadata()?.len() > LONGEST_KEPT {
            return Ok(Box::new(input));
        }
        let mut bytes = Vec::new();
        (&mut input).take(LONGEST_KEPT + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST_KEPT {
            return Ok(Box::new(Cursor::new(bytes).chain(input)));
        }
        let bytes: Rc<[u8]> = bytes.into();
        self.list_files.0.borrow_mut().insert(file.to_owned(), Rc::clone(&bytes));
        Ok(Box::new(Cursor::new(bytes)))
    }
}
