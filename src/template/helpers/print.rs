//! The helper that every plain `{{name}}` calls: it refuses an empty value.
//!
//! Handlebars prints nothing for an empty cell, even in strict mode, and "Dear ," would be sent. Templates are rewritten to
//! call this helper before anything is rendered.

use super::{Arguments, HelperError};

/// The name under which the helper is registered; no template can write it.
pub(crate) const PRINT: &str = "(print)";

pub(super) fn call(arguments: &Arguments) -> Result<String, HelperError> {
    arguments.text(0).map(Into::into)
}
