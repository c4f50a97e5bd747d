//! Settings that choose between kinds of letters.
//!
//! Nothing here may read the settings.

/// Whose letters they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One letter to each recipient, signed by all.
    Joint,
    /// Each supporter's letter to each recipient.
    Individual,
}

impl Mode {
    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Joint => "joint",
            Mode::Individual => "individual",
        }
    }
}

/// What a letter's Date header is when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateHeader {
    /// The moment of sending.
    Sent,
    /// As it is in the letter's file.
    Fixed,
}
