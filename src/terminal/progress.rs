//! Shows the progress of a run: a bar, the results of the letters, the rate, and the time left.
//!
//! It must never be written to a file or pipe, or with `--quiet`.

use super::{Terminal, Volume, safe::visible};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

/// The minimum width of a terminal for a bar.
const MIN_FOR_BAR: usize = 60;

/// The line at the bottom of a run. It is removed from the terminal when it is dropped.
pub struct Progress<'a> {
    terminal: &'a Terminal,
    out: &'a mut (dyn Write + Send),
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// Creates a bar for `letters` on the standard error; other output goes to `out`. `pause` is the minimum time between two
    /// letters, which limits the estimates.
    pub fn new(terminal: &'a Terminal, out: &'a mut (dyn Write + Send), letters: u64, pause: Duration) -> Self {
        let is_shown = terminal.is_terminal() && terminal.volume == Volume::Normal;
        let target = if is_shown { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(letters), target);
        let template = match terminal.columns() {
            MIN_FOR_BAR.. => "[{bar:12}] {pos} of {len}{rate}{left} · {wide_msg}",
            _ => "{pos} of {len} · {wide_msg}",
        };
        let style = ProgressStyle::with_template(template).expect("a template of our own");
        let style =
            style.progress_chars("=> ").with_key("rate", move |state: &ProgressState, out: &mut dyn fmt::Write| {
                rate(state, pause, out);
            });
        bar.set_style(style.with_key("left", move |state: &ProgressState, out: &mut dyn fmt::Write| {
            left(state, pause, out);
        }));
        Progress { terminal, out, bar }
    }

    /// Returns what another thread needs to write above the bar.
    pub fn pauses(&self) -> ProgressBreak {
        ProgressBreak(self.bar.clone())
    }

    /// Sets how many letters are done, and the text after it: `118 accepted, 2 deferred`.
    pub fn update(&self, done: u64, text: impl FnOnce() -> String) {
        if !self.bar.is_hidden() {
            self.bar.set_message(visible(&text()).into_owned());
            self.bar.set_position(done);
        }
    }

    /// Writes something else above the bar, whether or not the bar is shown.
    pub fn aside(&mut self, write: impl FnOnce(&Terminal, &mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let (terminal, out) = (self.terminal, &mut *self.out);
        self.bar.suspend(|| write(terminal, out))
    }
}

/// Lets another thread write while the bar is shown.
#[derive(Clone, Debug)]
pub struct ProgressBreak(ProgressBar);

impl ProgressBreak {
    /// Runs `write` with the bar removed from the terminal.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Writes " · 35/s"; nothing until there is a rate.
fn rate(state: &ProgressState, pause: Duration, out: &mut dyn fmt::Write) {
    let most = if pause.is_zero() { f64::INFINITY } else { 1.0 / pause.as_secs_f64() };
    let rate = state.per_sec().min(most);
    if state.pos() >= 2 && rate.is_finite() {
        // If the terminal fails, there is nowhere to report it.
        let _ = write!(out, " · {}", format_rate(rate));
    }
}

/// Formats letters a second: `35/s`, or per minute if they are few.
pub(super) fn format_rate(rate: f64) -> String {
    match rate {
        2.0.. => format!("{rate:.0}/s"),
        _ => format!("{:.0}/min", rate * 60.0),
    }
}

/// Writes " · 2 min left".
fn left(state: &ProgressState, pause: Duration, out: &mut dyn fmt::Write) {
    let letters = state.len().unwrap_or_default().saturating_sub(state.pos());
    if state.pos() >= 2 && letters > 0 {
        let least = pause.saturating_mul(letters.try_into().unwrap_or(u32::MAX));
        let _ = write!(out, " · {} left", span(state.eta().max(least)));
    }
}

/// Formats a pause between letters as a rate: `3 letters a second`.
pub fn pace(pause: Duration) -> String {
    let seconds = pause.as_secs_f64();
    let (many, unit) = match seconds {
        ..=1.0 => (1.0 / seconds, "a second"),
        ..=60.0 => (60.0 / seconds, "a minute"),
        _ => (3600.0 / seconds, "an hour"),
    };
    let many = many.round();
    format!("{many} {} {unit}", if many == 1.0 { "letter" } else { "letters" })
}

/// Formats a time for people: `40 s`, `3 min`, `2 h 5 min`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes @ 1..=9, seconds @ 1..) => format!("{minutes} min {seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device};
    use super::*;

    #[test]
    fn no_progress_is_written_to_a_pipe_or_when_quiet() {
        let terminal = Device::Terminal { columns: 80 };
        for (device, volume) in [(Device::Pipe, Volume::Normal), (terminal, Volume::Quiet)] {
            let mut out = Vec::new();
            let terminal = Terminal::new(device, Color::Never, volume);
            let mut progress = Progress::new(&terminal, &mut out, 2, Duration::ZERO);
            assert!(progress.bar.is_hidden());
            progress.update(1, || "1 sent".to_owned());
            progress.aside(|_, out| write!(out, "deferred")).expect("written");
            drop(progress);
            assert_eq!(out, b"deferred");
        }
    }

    #[test]
    fn a_pause_is_formatted_as_a_rate() {
        let rates = [
            (333, "3 letters a second"),
            (500, "2 letters a second"),
            (1_000, "1 letter a second"),
            (2_000, "30 letters a minute"),
            (60_000, "1 letter a minute"),
            (360_000, "10 letters an hour"),
        ];
        for (milliseconds, expected) in rates {
            assert_eq!(pace(Duration::from_millis(milliseconds)), expected);
        }
    }

    #[test]
    fn a_time_is_formatted_for_people() {
        let formatted = |seconds| span(Duration::from_secs(seconds));
        let all = [0, 1, 59, 60, 61, 125, 599, 600, 659, 3599, 3600, 3659, 3660, 7500].map(formatted);
        let expected = [
            "0 s", "1 s", "59 s", "1 min", "1 min 1 s", "2 min 5 s", "9 min 59 s", "10 min", "10 min", "59 min", "1 h",
            "1 h", "1 h 1 min", "2 h 5 min",
        ];
        assert_eq!(all, expected);
        assert_eq!(span(Duration::from_millis(1)), "1 s");
    }
}
