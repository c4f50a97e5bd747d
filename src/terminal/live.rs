//! Shows a run that other processes do: a few lines, drawn again in place.
//!
//! It uses neither the alternate screen nor a hidden cursor, so that a killed program leaves the terminal as it was. Each frame is
//! written at once, over the one before, so that nothing flickers.

use super::progress::{format_rate, span};
use super::{columns_of, fit, safe::visible};
use anstream::AutoStream;
use std::collections::VecDeque;
use std::io::{self, Stdout, Write};
use std::time::Duration;

/// The time over which a rate is measured.
const WINDOW: Duration = Duration::from_secs(20);

/// How wide the bar is.
const BAR: usize = 24;

/// A run at one moment.
pub struct Reading<'a> {
    /// Since the view began.
    pub at: Duration,
    /// How many letters are done.
    pub done: u64,
    /// Whether somebody sends: only then there is a rate.
    pub is_moving: bool,
    /// What is shown under the bar.
    pub text: &'a [String],
}

/// A view of a run, on the standard output.
pub struct LiveView {
    out: AutoStream<Stdout>,
    title: String,
    letters: u64,
    /// Earlier readings, while somebody sends.
    before: VecDeque<(Duration, u64)>,
    /// The widths of the lines that are shown.
    shown: Vec<usize>,
}

impl LiveView {
    /// Creates a view of so many letters under a title.
    pub fn new(title: &str, letters: u64) -> LiveView {
        // The standard output is a terminal: on Windows this makes it obey.
        let out = AutoStream::always(io::stdout());
        LiveView { out, title: visible(title).into_owned(), letters, before: VecDeque::new(), shown: Vec::new() }
    }

    /// Draws this in place of what was shown before.
    pub fn show(&mut self, reading: &Reading) -> io::Result<()> {
        // The window may have got another width.
        let columns = columns_of(terminal_size::terminal_size_of(io::stdout()));
        // After a full line the cursor is on its last column, which erasing the rest would take.
        let lines = self.lines(reading, columns - 1);
        let frame = frame(&self.shown, &lines, columns);
        self.shown = lines.iter().map(|line| fit::width(line)).collect();
        self.out.write_all(frame.as_bytes())?;
        self.out.flush()
    }

    /// Leaves what is shown, and draws under what somebody else writes.
    pub fn make_room(&mut self) {
        self.shown.clear();
    }

    /// Leaves what is shown; removes what was typed under it.
    pub fn end(&mut self) -> io::Result<()> {
        self.out.write_all(b"\r\x1b[K")?;
        self.out.flush()
    }

    fn lines(&mut self, reading: &Reading, columns: usize) -> Vec<String> {
        let part = reading.done.min(self.letters) * BAR as u64 / self.letters.max(1);
        let bar = "=".repeat(part as usize) + if part < BAR as u64 { ">" } else { "" };
        let mut progress = format!("[{bar:BAR$}] {} of {}", reading.done, self.letters);
        if let Some(rate) = self.rate(reading) {
            let left = Duration::try_from_secs_f64(self.letters.saturating_sub(reading.done) as f64 / rate);
            progress += &format!(" · {}", format_rate(rate));
            progress += &left.map_or_else(|_| String::new(), |left| format!(" · {} left", span(left)));
        }
        let wrap = |text: &str| fit::wrap(&visible(text), columns, "", "");
        let text = reading.text.iter().flat_map(|text| wrap(text));
        [fit::cut(&self.title, columns)].into_iter().chain(wrap(&progress)).chain(text).collect()
    }

    /// How many letters a second were done lately; `None` if nobody sends, and until there is one.
    fn rate(&mut self, reading: &Reading) -> Option<f64> {
        if !reading.is_moving {
            self.before.clear();
            return None;
        }
        while self.before.get(1).is_some_and(|(at, _)| *at + WINDOW <= reading.at) {
            self.before.pop_front();
        }
        self.before.push_back((reading.at, reading.done));
        let (at, done) = self.before.front()?;
        let rate = reading.done.saturating_sub(*done) as f64 / (reading.at - *at).as_secs_f64();
        (rate.is_finite() && rate > 0.0).then_some(rate)
    }
}

/// What replaces lines of these widths by others, from the line under them to the line under the others.
fn frame(shown: &[usize], lines: &[String], columns: usize) -> String {
    // In a window that has become narrower, a line takes several rows.
    let rows: usize = shown.iter().map(|width| width.div_ceil(columns).max(1)).sum();
    let mut frame = if rows > 0 { format!("\r\x1b[{rows}A") } else { String::new() };
    for line in lines {
        frame.extend([line, "\x1b[K\r\n"]);
    }
    frame + "\x1b[J"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> LiveView {
        LiveView::new("the-campaign\u{1b}", 400)
    }

    fn at(seconds: u64, done: u64) -> Reading<'static> {
        Reading { at: Duration::from_secs(seconds), done, is_moving: true, text: &[] }
    }

    #[test]
    fn lines_fit_and_cannot_control_the_terminal() {
        let text = ["300 pending, 100 accepted".to_owned(), "1 worker is sending\u{1b}[2J".to_owned()];
        let mut view = view();
        let lines = view.lines(&Reading { text: &text, ..at(0, 100) }, 80);
        let bar = "[======>                 ] 100 of 400";
        assert_eq!(lines, ["the-campaign␛", bar, "300 pending, 100 accepted", "1 worker is sending␛[2J"]);
        let lines = view.lines(&Reading { text: &text, ..at(1, 110) }, 20);
        assert!(lines.iter().all(|line| fit::width(line) <= 24), "{lines:?}");
        assert_eq!(view.lines(&at(2, 400), 80)[1], "[========================] 400 of 400 · 150/s · 0 s left");
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds_while_somebody_sends() {
        let mut view = view();
        assert_eq!(view.rate(&at(0, 100)), None, "letters that were done before are not counted");
        assert_eq!(view.rate(&at(10, 120)), Some(2.0));
        assert_eq!(view.rate(&at(20, 120)), Some(1.0));
        assert_eq!(view.rate(&at(30, 220)), Some(5.0));
        assert_eq!(view.rate(&Reading { is_moving: false, ..at(40, 220) }), None);
        assert_eq!(view.rate(&at(50, 220)), None);
        assert_eq!(view.rate(&at(51, 223)), Some(3.0));
    }

    #[test]
    fn a_frame_replaces_all_rows_of_the_one_before() {
        let lines = ["one".to_owned(), "two".to_owned()];
        assert_eq!(frame(&[], &lines, 80), "one\x1b[K\r\ntwo\x1b[K\r\n\x1b[J");
        assert_eq!(frame(&[3, 0, 80], &lines, 80), "\r\x1b[3Aone\x1b[K\r\ntwo\x1b[K\r\n\x1b[J");
        assert!(frame(&[3, 0, 80], &lines, 40).starts_with("\r\x1b[4A"));
    }
}
