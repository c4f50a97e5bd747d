//! Values that are moments or time zones.

use super::{Table, as_text};
use crate::diagnostics::finding::nearest;
use crate::diagnostics::spans::{file_text, own, spans};
use jiff::tz::{Offset, TimeZone};
use toml::de::DeValue;

impl Table<'_, '_> {
    /// A date and time with an offset, in a zone with that offset.
    pub(in crate::campaign) fn instant(&self, key: &'static str) -> Option<jiff::ZonedDateTime> {
        match self.find(key)? {
            (span, DeValue::Datetime(at)) if at.offset.is_some() => {
                // A time that does not exist must not mean that there is no embargo.
                let parsed = at.to_string().parse::<jiff::Timestamp>().ok();
                if parsed.is_none() {
                    self.wrong_type(span, key, "an existing date and time", "2018-01-11T09:00:00-05:00");
                }
                let minutes = match at.offset {
                    Some(toml::value::Offset::Custom { minutes }) => i32::from(minutes),
                    _ => 0,
                };
                let zone = TimeZone::fixed(Offset::from_seconds(minutes * 60).unwrap_or(Offset::UTC));
                parsed.map(|at| at.to_zoned_datetime(zone))
            }
            (span, value) => {
                let meant = as_text(value).filter(|text| text.parse::<jiff::Timestamp>().is_ok());
                let meant = meant.map_or("2018-01-11T09:00:00-05:00".into(), own);
                self.wrong_type(span, key, "a date, a time and a zone", meant);
                None
            }
        }
    }

    /// A time zone by its IANA name.
    pub(in crate::campaign) fn time_zone(&self, key: &'static str) -> Option<TimeZone> {
        let name = self.text(key)?;
        let zone = zone(&name);
        if zone.is_none() {
            let known = jiff::tz::db().available().map(|zone| zone.to_string()).collect::<Vec<_>>();
            let near = nearest(&name, known.iter().map(String::as_str));
            let help = match near {
                Some(near) => spans!["did you mean \"", own(near), "\"?"],
                None => "write the name of a time zone, such as \"America/New_York\" or \"Europe/Berlin\"".into(),
            };
            self.reject(key, spans!["there is no time zone \"", file_text(name), "\""], help);
        }
        zone
    }
}

/// The system's zone of this name. To look it up, jiff reads the names of all zones; the file with this name is enough.
fn zone(name: &str) -> Option<TimeZone> {
    const FOLDER: &str = "/usr/share/zoneinfo";
    let is_name = name.split('/').all(|word| word.starts_with(|c: char| c.is_ascii_uppercase()));
    let file = is_name.then(|| std::fs::read(format!("{FOLDER}/{name}")).ok()).flatten();
    file.and_then(|file| TimeZone::tzif(name, &file).ok()).or_else(|| TimeZone::get(name).ok())
}
