//! The letters that are being offered right now, for whoever must say what a run waits for.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// The letters that workers have taken and that have no reply yet. Shared between threads.
#[derive(Debug, Default)]
pub struct UnderWay(Mutex<BTreeMap<u32, String>>);

impl UnderWay {
    /// Returns the numbers and ids of the letters, in order.
    pub fn letters(&self) -> Vec<(u32, String)> {
        self.0.lock().map(|letters| letters.clone().into_iter().collect()).unwrap_or_default()
    }

    pub(super) fn add(&self, number: u32, id: &str) {
        if let Ok(mut letters) = self.0.lock() {
            letters.insert(number, id.to_owned());
        }
    }

    pub(super) fn remove(&self, number: u32) {
        if let Ok(mut letters) = self.0.lock() {
            letters.remove(&number);
        }
    }
}
