//! What `{{name}}` becomes: a call of this helper, which refuses an empty value.
//!
//! Handlebars prints nothing for an empty cell, even in strict mode, and "Dear ," would go out. Every plain `{{name}}` is
//! rewritten to a call of this helper before anything is rendered.

use super::{Arguments, HelperError};

/// The name the helper is registered by; no template can write it.
pub(crate) const PRINT: &str = "(print)";

pub(super) fn call(arguments: &Arguments) -> Result<String, HelperError> {
    arguments.text(0).map(Into::into)
}
