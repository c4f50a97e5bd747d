//! Characters, scripts, line breaks, plurals, number words and sizes: facts about text, whatever it is used for.
//!
//! This module must never know about letters, people or files.

pub mod characters;
pub mod line_break;
pub mod number_words;
pub mod pluralize;
pub mod script;
pub mod size;
