//! Characters, scripts, line breaks, plurals and sizes: facts about text, whatever it is used for.
//!
//! This module must never know about letters, people or files.

pub mod characters;
pub mod formula;
pub mod line_break;
pub mod pluralize;
pub mod redact;
pub mod script;
pub mod size;
