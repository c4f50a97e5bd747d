//! The program's own words on web pages and in press material, by language.
//!
//! They hold no text of a campaign. A moment must never be printed without its time zone.

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

/// The words of one language.
pub struct PageWords {
    /// The line above a statement that may not be published before this moment.
    pub embargoed: fn(&ZonedDateTime) -> String,
    /// The line above a statement that may be published.
    pub for_immediate_release: &'static str,
    /// What each page is: an open letter, a press release, a page where others write themselves.
    pub letter: &'static str,
    /// A press release.
    pub press: &'static str,
    /// A page where others write themselves.
    pub action: &'static str,
    /// Before the number of a later edition of the letter.
    pub edition: &'static str,
    /// The links between the pages.
    pub pages: &'static str,
    /// Above the recipients.
    pub to: &'static str,
    /// The row of the count sheet for all who sign.
    pub all_signatories: &'static str,
    /// The row for signatories without a category.
    pub no_category: &'static str,
    /// Above the signatories who did not clear a place.
    pub no_place: &'static str,
    /// Which signatures a page of their list has, with `{first}`, `{last}` and `{total}` for the numbers.
    pub run: &'static str,
    /// The nouns for one signatory and for several.
    pub signatories: [&'static str; 2],
    /// The nouns for one person and for several.
    pub people: [&'static str; 2],
    /// The nouns for one organisation and for several.
    pub organisations: [&'static str; 2],
    /// Before the date for which numbers are true.
    pub as_of: &'static str,
    /// After the number of signatures that are not verified: one, several.
    pub unverified: [&'static str; 2],
    /// Above the facts about the letter.
    pub about: &'static str,
    /// Before the address for those who want to sign.
    pub signing: &'static str,
    /// Before the address for others.
    pub contact: &'static str,
    /// The link to a text file.
    pub plain_text: &'static str,
    /// At the top of a draft.
    pub draft: &'static str,
    /// The invitation to use own words.
    pub own_words: &'static str,
    /// The link that opens a mail program.
    pub send: &'static str,
    /// The button that copies a text.
    pub copy: &'static str,
    /// What the button says afterwards.
    pub copied: &'static str,
    /// Before an e-mail address.
    pub address: &'static str,
    /// Before a subject.
    pub subject: &'static str,
    /// Beside a text that is too long for a link.
    pub too_long: &'static str,
    /// Above a text that can be copied.
    pub text: &'static str,
    /// The body of a message into which the text has to be pasted.
    pub paste: &'static str,
    /// In place of the name of whoever writes.
    pub your_name: &'static str,
    /// The page that lists to whom the letter went.
    pub record: &'static str,
    /// Above the days on which the letters were sent.
    pub sent: &'static str,
    /// Above the answers.
    pub answer: &'static str,
    /// The answers: a reply, a receipt, a refusal, a letter that came back.
    pub answers: [&'static str; 4],
    /// Where no answer is on record.
    pub no_answer: &'static str,
    /// In place of a recipient of whom nothing is known any more.
    pub formerly: &'static str,
    /// The nouns for one letter and for several.
    pub letters: [&'static str; 2],
    /// The nouns for one answer and for several.
    pub replies: [&'static str; 2],
    /// After the number of letters that came back: one, several.
    pub undeliverable: [&'static str; 2],
    /// What the table says, and what it does not.
    pub sent_means: &'static str,
}

/// The abbreviation of a moment's time zone: "EST"; "UTC−3" for a zone that has none.
pub fn zone_name(at: &ZonedDateTime) -> String {
    let name = at.strftime("%Z").to_string();
    if name.chars().all(|c| c.is_ascii_alphabetic()) && !name.is_empty() {
        return name;
    }
    let seconds = at.offset().seconds();
    let (sign, minutes) = (if seconds < 0 { '−' } else { '+' }, seconds.abs() / 60);
    match minutes % 60 {
        0 => format!("UTC{sign}{}", minutes / 60),
        rest => format!("UTC{sign}{}:{rest:02}", minutes / 60),
    }
}

/// The same moment in UTC, in brackets after a space; empty if it is given in UTC. `date` writes a date.
pub(super) fn utc_beside(at: &ZonedDateTime, date: fn(jiff::civil::Date) -> String) -> String {
    let utc = at.with_time_zone(TimeZone::UTC);
    if zone_name(at) == "UTC" {
        return String::new();
    }
    let time = utc.strftime("%H:%M UTC");
    match utc.date() == at.date() {
        true => format!(" ({time})"),
        false => format!(" ({}, {time})", date(utc.date())),
    }
}

/// The time on a clock of twelve hours: "9:00 a.m.", "12:00 noon".
pub(super) fn twelve_hours(at: &ZonedDateTime, halves: [&str; 2]) -> String {
    let (hour, minute) = (at.hour(), at.minute());
    let half = match (hour, minute) {
        (12, 0) => "noon",
        (..=11, _) => halves[0],
        _ => halves[1],
    };
    format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
}

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;

    fn moment(text: &str, zone: &str) -> ZonedDateTime {
        let at: jiff::Timestamp = text.parse().expect("a moment");
        at.to_zoned_datetime(TimeZone::get(zone).expect("a zone"))
    }

    #[test]
    fn an_embargo_names_hour_zone_day_and_utc_in_every_language() {
        let at = moment("2018-01-11T14:00:00Z", "America/New_York");
        let lines: Vec<String> = ALL.iter().map(|language| (language.page.embargoed)(&at)).collect();
        assert_eq!(
            lines,
            [
                "SPERRFRIST: 11. Januar 2018, 9:00 Uhr EST (14:00 UTC)",
                "EMBARGOED UNTIL 9:00 a.m. EST, January 11, 2018 (14:00 UTC)",
                "EMBARGOED UNTIL 9:00 am EST, 11 January 2018 (14:00 UTC)",
                "EMBARGADO HASTA: 11 de enero de 2018, 9:00 EST (14:00 UTC)",
                "SOUS EMBARGO JUSQU’AU 11 janvier 2018, 9 h 00 EST (14:00 UTC)",
                "EMBARGO FINO A: 11 gennaio 2018, ore 9:00 EST (14:00 UTC)",
            ]
        );
    }

    #[test]
    fn an_hour_has_one_meaning_in_every_zone() {
        for (text, zone, line) in [
            ("2018-07-11T16:00:00Z", "America/New_York", "12:00 noon EDT, July 11, 2018 (16:00 UTC)"),
            ("2018-07-11T16:05:00Z", "America/New_York", "12:05 p.m. EDT, July 11, 2018 (16:05 UTC)"),
            ("2018-01-12T05:01:00Z", "America/New_York", "12:01 a.m. EST, January 12, 2018 (05:01 UTC)"),
            (
                "2018-01-12T02:30:00Z",
                "America/New_York",
                "9:30 p.m. EST, January 11, 2018 (January 12, 2018, 02:30 UTC)",
            ),
            ("2018-01-11T14:00:00Z", "America/Sao_Paulo", "12:00 noon UTC−2, January 11, 2018 (14:00 UTC)"),
            ("2018-01-11T14:00:00Z", "Asia/Kathmandu", "7:45 p.m. UTC+5:45, January 11, 2018 (14:00 UTC)"),
            ("2018-01-11T14:00:00Z", "Europe/London", "2:00 p.m. GMT, January 11, 2018 (14:00 UTC)"),
            ("2018-01-11T14:00:00Z", "UTC", "2:00 p.m. UTC, January 11, 2018"),
        ] {
            let shown = (crate::language::ENGLISH.page.embargoed)(&moment(text, zone));
            assert_eq!(shown, format!("EMBARGOED UNTIL {line}"), "{text} in {zone}");
        }
    }
}
