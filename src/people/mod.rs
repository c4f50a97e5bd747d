//! People: the private row of a list, the public signature made from it, and the counted, ordered roll.
//!
//! A signatory is private and a signature is public; they are different types. This module must never open a file, print,
//! or turn a signatory into text other than through a signature.

pub mod category;
pub(crate) mod cells;
pub(crate) mod content;
pub mod count;
pub mod disclosure;
pub mod recipient;
pub mod roll;
pub mod row;
pub mod salutation;
pub mod signatory;
pub mod signature;
pub mod supporter;
pub mod values;
