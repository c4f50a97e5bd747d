//! The test suite: one module for each command or promise. The tests run the program as a user would.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests wait for other processes and print what they measure"
)]

mod act;
mod after;
mod answer;
mod approve;
mod architecture;
mod beside;
mod carried;
mod cells;
mod command_line;
mod contributing;
mod counts;
mod desk;
mod docs;
mod edition;
mod exposure;
mod findings;
mod follow_up;
mod forms;
mod golden;
mod guards;
mod guessing;
mod import;
mod individual;
mod init;
mod languages;
mod leak_forms;
mod leaks;
mod letters;
mod lists;
mod many;
mod one_run;
mod openmetrics;
mod oracle;
mod outbox;
mod overlaps;
mod page;
mod pdf;
mod petition;
#[cfg(all(unix, feature = "postgres"))]
mod postgres;
mod press;
mod preview;
mod privacy;
mod publish;
mod purge;
#[cfg(target_os = "linux")]
mod read_once;
mod readme;
mod record;
mod record_page;
mod relay;
mod review;
mod roll;
mod rows;
mod search;
mod sending;
mod session;
mod settings;
mod settle;
mod skip;
mod snapshots;
mod spelling;
mod status;
mod study;
mod templates;
#[cfg(unix)]
mod terminal;
mod verbs;
mod verified;
mod watch;
mod withdraw;
#[cfg(not(feature = "postgres"))]
mod without_postgres;
