//! Characters, scripts, line breaks and plurals: facts about text, whatever it is used for.
//!
//! Must never know about letters, people or files.

pub mod characters;
pub mod line_break;
pub mod pluralize;
pub mod script;
