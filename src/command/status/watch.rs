//! `status --watch`: the totals of a run as they change, over all workers, whoever started them.
//!
//! It only reads. A slow or lost database must not keep anybody from ending it.

use crate::campaign::Campaign;
use crate::command::exit::{Exit, Failure};
use crate::command::ledger;
use crate::command::output::Output;
use crate::command::overview::{self, Counter, Overview};
use crate::command::signals::StopSignals;
use crate::ledger::{Ledger, LedgerPlace, Outages, State};
use crate::outbox::Outbox;
use crate::terminal::{self, LiveView, Reading, safe};
use anyhow::Context;
use jiff::Timestamp;
use std::io::Write;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

/// How often to look whether somebody ends it.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How long closing the ledger may take.
const CLOSING: Duration = Duration::from_millis(200);

/// Reading takes at most one part of the time in this many: it must not load a machine or a database that sends.
const SHARE: u32 = 10;

pub(super) fn run(
    every: Duration,
    as_json: bool,
    campaign: &Campaign,
    outbox: Outbox,
    output: &Output,
) -> Result<Exit, Failure> {
    let signals = StopSignals::register().context("cannot watch for signals")?;
    let mut view = View::new(as_json, &campaign.settings.id, &outbox, output);
    let place = ledger::place(campaign)?;
    // Nothing is kept: the reader waits until each is taken.
    let (sender, news) = mpsc::sync_channel(0);
    let reader = thread::spawn(move || read(every, &place, &outbox, &sender));
    let end = follow(&news, &signals, &mut view, output);
    drop(news);
    // The ledger's file is closed in order. A database that is away is not waited for.
    reader.thread().unpark();
    let begin = Instant::now();
    while !reader.is_finished() && begin.elapsed() < CLOSING {
        thread::sleep(Duration::from_millis(1));
    }
    view.end()?;
    if let Some(overview) = end? {
        conclude(&overview, as_json, output)?;
    }
    Ok(Exit::Done)
}

/// Shows the news until there is nothing more to wait for, and returns the last; `None` if somebody ends it.
fn follow(
    news: &Receiver<News>,
    signals: &StopSignals,
    view: &mut View,
    output: &Output,
) -> Result<Option<Overview>, Failure> {
    let mut outages = Outages::default();
    while !signals.is_stopped() {
        if let Some(outage) = outages.take() {
            view.make_room();
            output.say(&outage)?;
        }
        match news.recv_timeout(POLL_INTERVAL) {
            Ok(News::Opened(of_ledger)) => outages = of_ledger,
            Ok(News::Counted(overview)) => {
                let overview = overview?;
                view.show(&overview)?;
                if overview.is_over() {
                    return Ok(Some(overview));
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
    Ok(None)
}

/// What the reader of the ledger has to say.
enum News {
    /// It has opened the ledger.
    Opened(Outages),
    /// It has counted the letters, or cannot; then it ends.
    Counted(Result<Overview, Failure>),
}

/// Counts again and again, until nobody listens any more or an error.
fn read(every: Duration, place: &LedgerPlace, outbox: &Outbox, sender: &SyncSender<News>) {
    let mut reader = Reader { ledger: None, counter: Counter::default() };
    loop {
        let begin = Instant::now();
        let is_new = reader.ledger.is_none();
        let opened = reader.open(place, outbox);
        if is_new && let Some(ledger) = &reader.ledger {
            // If nobody listens, the next one fails too.
            let _ = sender.send(News::Opened(ledger.outages()));
        }
        let overview = opened.and_then(|()| reader.count(outbox));
        let pause = every.max(begin.elapsed() * SHARE);
        let is_last = overview.is_err();
        if sender.send(News::Counted(overview)).is_err() || is_last {
            return;
        }
        thread::park_timeout(pause);
    }
}

struct Reader {
    ledger: Option<Ledger>,
    counter: Counter,
}

impl Reader {
    /// Opens the ledger. Before the first letter there is none.
    fn open(&mut self, place: &LedgerPlace, outbox: &Outbox) -> Result<(), Failure> {
        if self.ledger.is_none() {
            self.ledger = ledger::of_outbox_at(place, outbox, None)?;
            self.counter = Counter::new(self.ledger.as_ref(), outbox)?;
        }
        Ok(())
    }

    fn count(&mut self, outbox: &Outbox) -> Result<Overview, Failure> {
        if self.counter.is_of_a_copy() {
            self.counter = Counter::new(self.ledger.as_ref(), outbox)?;
        }
        Ok(self.counter.count(self.ledger.as_ref())?)
    }
}

/// Where the totals are shown.
enum View<'a> {
    /// Redrawn in place.
    Terminal { view: LiveView, begin: Instant },
    /// A line for each change.
    Lines { output: &'a Output, last: String },
    /// The same as JSON.
    Json { last: serde_json::Value },
}

impl View<'_> {
    fn new<'a>(as_json: bool, campaign: &str, outbox: &Outbox, output: &'a Output) -> View<'a> {
        if as_json {
            View::Json { last: serde_json::Value::Null }
        } else if output.out.is_terminal() {
            View::Terminal { view: LiveView::new(campaign, outbox.len().into()), begin: Instant::now() }
        } else {
            View::Lines { output, last: String::new() }
        }
    }

    fn show(&mut self, overview: &Overview) -> Result<(), Failure> {
        match self {
            View::Terminal { view, begin } => {
                let last =
                    overview.last_accepted.map_or_else(String::new, |at| format!("; last accepted {}", time(at)));
                view.show(&Reading {
                    at: begin.elapsed(),
                    done: overview.letters.saturating_sub(overview.left()),
                    is_moving: overview.workers > 0,
                    text: &[overview.totals.sentence(), overview.workers() + &last],
                })?;
            }
            View::Lines { output, last } => {
                let line = format!("{}; {}", overview.totals.sentence(), overview.workers());
                if *last != line {
                    let mut out = output.results();
                    output.out.say(&mut out, &format!("{} {line}", time(Timestamp::now())))?;
                    out.flush()?;
                    *last = line;
                }
            }
            View::Json { last } => {
                let event = overview.json();
                if *last != event {
                    terminal::json_line(&mut std::io::stdout(), &overview::at(Timestamp::now(), &event))?;
                    *last = event;
                }
            }
        }
        Ok(())
    }

    /// Lets something else be written under what is shown.
    fn make_room(&mut self) {
        match self {
            View::Terminal { view, .. } => view.make_room(),
            View::Lines { .. } | View::Json { .. } => {}
        }
    }

    fn end(&mut self) -> Result<(), Failure> {
        match self {
            View::Terminal { view, .. } => Ok(view.end()?),
            View::Lines { .. } | View::Json { .. } => Ok(()),
        }
    }
}

/// Says why there is nothing more to watch.
fn conclude(overview: &Overview, as_json: bool, output: &Output) -> Result<(), Failure> {
    if as_json {
        return Ok(());
    }
    if overview.left() > 0
        && let Some(why) = &overview.halt
    {
        return output.say(&format!("A worker has stopped all: {}", safe::visible(why)));
    }
    let next = match overview.totals.of(State::Unknown) {
        0 => "",
        _ => " Find out what happened to the unknown ones: see `openletter settle --help`.",
    };
    output.note(&format!("No letter is left to send.{next}"))
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
