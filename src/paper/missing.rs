//! Stands in for the typesetter in a program that was built without it. It must never pass for one.

use super::{MISSING, PageError, Pages, Sheet, SignatureList};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use std::convert::Infallible;
use std::path::Path;

/// Never exists.
pub struct Typesetter(Infallible);

impl Typesetter {
    /// Says how to get a program with the typesetter.
    ///
    /// # Errors
    /// Always.
    pub fn new(_: Option<String>, _: &Path, _: &Path) -> Result<Typesetter, Box<Finding>> {
        let [what, help] = MISSING;
        Err(Box::new(Finding::new(Code::Page, what).help(help)))
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub fn typeset(&self, _: &Sheet) -> Result<Pages, PageError> {
        match self.0 {}
    }
    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub fn list(&self, _: &SignatureList<'_>) -> Result<Vec<u8>, PageError> {
        match self.0 {}
    }
}
