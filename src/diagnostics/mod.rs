//! Findings: what is wrong or doubtful in a campaign, with its code, its places and its fix.
//!
//! It must never hold private text that is not marked as private, print, or read a file.

pub mod code;
pub mod finding;
pub mod fold;
pub mod place;
pub mod spans;
