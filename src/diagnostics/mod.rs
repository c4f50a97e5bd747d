//! Findings: what is wrong or doubtful in a campaign, with its code, its places and its fix.
//!
//! Must never hold private text without marking it so, print, or read a file.

pub mod code;
pub mod finding;
pub mod fold;
pub mod place;
pub mod spans;
