//! English as in the United States.

use super::page::{twelve_hours, utc_beside, zone_name};
use super::{Addressee, Gender, Honorific, Language, PageWords, Unnamed};
use crate::text::pluralize::plural;
use jiff::ZonedDateTime;
use jiff::civil::Date;

/// American English.
pub static ENGLISH: Language = AMERICAN;

/// The same, to take what is the same elsewhere.
pub(super) const AMERICAN: Language = Language {
    tag: "en",
    name: "English",
    wordings: "english|american english|english (us)|english (united states)",
    months: MONTHS,
    short_months: SHORT_MONTHS,
    weekdays: WEEKDAYS,
    date: |date: Date| format!("{} {}, {}", month(date), date.day(), date.year()),
    salutation: |to| address(to, true).map(|whom| format!("Dear {whom}:")),
    closing: |_| "Sincerely,".to_owned(),
    number: |n, _| words(n, ""),
    ordinal,
    is_singular: |n| n == 1,
    plural: Some(plural),
    and: |_| "and",
    others,
    withheld,
    in_category,
    affiliation_note: "Affiliations are given for identification only.",
    verification_note: "Only verified signatures are counted.",
    page_of: "Page {page} of {pages}",
    separators: &[','],
    counting: None,
    function_words: FUNCTION_WORDS,
    before_month: BEFORE_MONTH,
    page: ENGLISH_PAGE,
};

/// The words on pages.
pub(super) const ENGLISH_PAGE: PageWords = PageWords {
    embargoed: |at| embargoed(at, ["a.m.", "p.m."], ENGLISH.date),
    for_immediate_release: "FOR IMMEDIATE RELEASE",
    letter: "Open letter",
    press: "Press release",
    action: "Write your own letter",
    edition: "Edition",
    pages: "Pages of this campaign",
    to: "To",
    all_signatories: "All signatories",
    no_category: "Without a category",
    no_place: "Without a place",
    run: "Signatures {first}–{last} of {total}",
    signatories: ["signatory", "signatories"],
    people: ["person", "people"],
    organisations: ["organization", "organizations"],
    as_of: "As of",
    unverified: [
        "further signature is not verified, and not counted",
        "further signatures are not verified, and not counted",
    ],
    about: "About this letter",
    signing: "To sign the letter, or to correct or withdraw a signature, write to",
    contact: "Contact",
    plain_text: "Plain text",
    draft: "Draft, not for publication",
    own_words: "A letter in your own words counts for more than a copy. Use this text as a starting point and change \
        whatever you like: say who you are and why this matters to you.",
    send: "Open in your mail program",
    copy: "Copy the text",
    copied: "Copied",
    address: "Address",
    subject: "Subject",
    too_long: "The text is too long for a link. Copy it, and paste it into the message.",
    text: "The text",
    paste: "[Paste the letter here.]",
    your_name: "[Your name]",
    record: "Who was written to",
    sent: "Sent",
    answer: "Answer",
    answers: ["Answered", "Receipt confirmed", "Declined", "Undeliverable"],
    no_answer: "None so far",
    formerly: "A recipient of an earlier list",
    letters: ["letter", "letters"],
    replies: ["answer", "answers"],
    undeliverable: ["undeliverable", "undeliverable"],
    sent_means: "A letter counts as sent when the mail server of the sender accepted it for delivery. \
        The answers are those that the sender has recorded.",
};

pub(super) fn embargoed(at: &ZonedDateTime, halves: [&str; 2], date: fn(Date) -> String) -> String {
    let time = twelve_hours(at, halves);
    format!("EMBARGOED UNTIL {time} {}, {}{}", zone_name(at), date(at.date()), utc_beside(at, date))
}

pub(super) const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];
pub(super) const SHORT_MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
pub(super) const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `will` and `may` are not among them: they are names.
pub(super) const FUNCTION_WORDS: &str = "a about above after again against all also although am among an and another \
     any are as at be because been before being below between both but by can cannot could did do does during each either \
     even every few for from had has have having he her here hers him his how however i if in into is it its just less many \
     me might mine more most much must my neither no none nor not nothing now of off on once only or other our ours out \
     over per same shall she should since so some such than that the their theirs them then there these they this those \
     though through thus to too under until up upon us very was we were what when where whether which while who whom whose \
     why with within without would yes yet you your yours first second third fourth fifth sixth seventh eighth ninth tenth";
pub(super) const BEFORE_MONTH: &str = "in since until till during last next this every each early late mid";

pub(super) fn month(date: Date) -> &'static str {
    MONTHS[date.month() as usize - 1]
}

/// Honorifics that are abbreviated; Americans write them with a full stop.
const ABBREVIATED: [&str; 6] = ["mr", "ms", "mrs", "mx", "dr", "prof"];

/// Whom a letter addresses: "Ms. Okafor", "Chris Jones", "Chief Content Officer".
pub(super) fn address(to: &Addressee<'_>, has_stops: bool) -> Option<String> {
    if !to.honorific.is_empty() && !to.family.is_empty() {
        let honorific = honorific(to.honorific, has_stops);
        // Knights and dames are addressed by their given names.
        let by_given = ["Sir", "Dame"].contains(&&*honorific) && !to.given.is_empty();
        return Some(format!("{honorific} {}", if by_given { to.given } else { to.family }));
    }
    [to.name, to.office].into_iter().find(|text| !text.is_empty()).map(str::to_owned)
}

/// An honorific in English: as the list has it, or translated.
fn honorific(cell: &str, has_stops: bool) -> String {
    let bare = cell.trim_end_matches('.');
    let is_english = |word: &str| ABBREVIATED.contains(&&*word.to_lowercase());
    let stop = if has_stops { "." } else { "" };
    if is_english(bare) {
        return match bare.to_lowercase().as_str() {
            "prof" if !has_stops => "Professor".to_owned(),
            _ => format!("{bare}{stop}"),
        };
    }
    let read = Honorific::read(cell);
    if read.is_other || ["miss", "professor", "doctor"].contains(&&*bare.to_lowercase()) {
        return cell.to_owned();
    }
    match read {
        Honorific { professor: true, .. } if has_stops => "Prof.".to_owned(),
        Honorific { professor: true, .. } => "Professor".to_owned(),
        Honorific { doctor: true, .. } => format!("Dr{stop}"),
        Honorific { gender: Some(Gender::Woman), .. } => format!("Ms{stop}"),
        Honorific { gender: Some(Gender::Man), .. } => format!("Mr{stop}"),
        _ => cell.to_owned(),
    }
}

pub(super) fn others(unnamed: &Unnamed<'_>) -> String {
    let noun = if unnamed.number == 1 { "other" } else { "others" };
    unnamed.after("and", &format!("{} {noun}", unnamed.number))
}

pub(super) fn withheld(unnamed: &Unnamed<'_>) -> String {
    let is_one = unnamed.number == 1;
    let whom = unnamed.counted(is_one).unwrap_or_else(|| format!("{} more", unnamed.number));
    let names = if is_one { "whose name is" } else { "whose names are" };
    let why = if unnamed.is_protected { " for their safety" } else { "" };
    unnamed.after("and", &format!("{whom} {names} withheld{why}"))
}

pub(super) fn in_category(category: &str) -> [String; 2] {
    ["signatory", "signatories"].map(|noun| format!("{noun} in the category “{category}”"))
}

/// "1st", "2nd", "3rd", "11th".
pub(super) fn ordinal(n: u64) -> String {
    let ending = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

pub(crate) const ONES: [&str; 20] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];
pub(crate) const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The words for a number below 1,000,000,000. `and` precedes the part below a hundred: "and ", or nothing.
pub(super) fn words(n: u64, and: &str) -> Option<String> {
    let joined = |head: String, rest: u64| match rest {
        0 => Some(head),
        1..=99 => Some(format!("{head} {and}{}", words(rest, and)?)),
        _ => Some(format!("{head} {}", words(rest, and)?)),
    };
    match n {
        0..=19 => Some(ONES[n as usize].to_owned()),
        20..=99 if n.is_multiple_of(10) => Some(TENS[n as usize / 10].to_owned()),
        20..=99 => Some(format!("{}-{}", TENS[n as usize / 10], ONES[n as usize % 10])),
        100..=999 => joined(format!("{} hundred", ONES[n as usize / 100]), n % 100),
        1_000..=999_999 => joined(format!("{} thousand", words(n / 1_000, and)?), n % 1_000),
        1_000_000..=999_999_999 => joined(format!("{} million", words(n / 1_000_000, and)?), n % 1_000_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::hold;

    #[test]
    fn american_english_is_written_as_the_table_says() {
        hold(
            &super::ENGLISH,
            &[
                ("to Ms/Ada/Okafor/Chair", "Dear Ms. Okafor:"),
                ("to Ms./Ada/Okafor/Chair", "Dear Ms. Okafor:"),
                ("to Mr/Karl/Brandt/", "Dear Mr. Brandt:"),
                ("to Mrs/Ada/Okafor/", "Dear Mrs. Okafor:"),
                ("to Mx/Sam/Lee/", "Dear Mx. Lee:"),
                ("to Dr/Ada/Okafor/", "Dear Dr. Okafor:"),
                ("to Prof/Ada/Okafor/", "Dear Prof. Okafor:"),
                ("to Frau/Ada/Okafor/", "Dear Ms. Okafor:"),
                ("to Herr Dr./Karl/Brandt/", "Dear Dr. Brandt:"),
                ("to Herr Prof. Dr./Karl/Brandt/", "Dear Prof. Brandt:"),
                ("to M./Luc/Moreau/", "Dear Mr. Moreau:"),
                ("to Sig.ra/Carla/Bianchi/", "Dear Ms. Bianchi:"),
                ("to Miss/Ada/Okafor/", "Dear Miss Okafor:"),
                ("to Senator/Ada/Okafor/", "Dear Senator Okafor:"),
                ("to Sir//Okafor/", "Dear Sir Okafor:"),
                ("to Sir/John/Okafor/", "Dear Sir John:"),
                ("to /Chris/Jones/", "Dear Chris Jones:"),
                ("to ///Chief Content Officer", "Dear Chief Content Officer:"),
                ("to //Okafor/Chair", "Dear Chair:"),
                ("to ///", "-"),
                ("close Dear Ms. Okafor:", "Sincerely,"),
                ("date 2018-01-11", "January 11, 2018"),
                ("date 2018-02-01", "February 1, 2018"),
                ("number 0", "zero"),
                ("number 56", "fifty-six"),
                ("number 412", "four hundred twelve"),
                ("number 1821", "one thousand eight hundred twenty-one"),
                ("number 1000001", "one million one"),
                ("number 1000000000", "-"),
                ("ordinal 1", "1st"),
                ("ordinal 2", "2nd"),
                ("ordinal 11", "11th"),
                ("ordinal 23", "23rd"),
                ("list a", "a"),
                ("list a/b/c", "a, b and c"),
                ("others 412 and", "and 412 others"),
                ("others 1", "1 other"),
                (
                    "withheld 3 survivor survivors protected and",
                    "and 3 survivors whose names are withheld for their safety",
                ),
                ("withheld 1 survivor survivors and", "and 1 survivor whose name is withheld"),
                ("withheld 3", "3 more whose names are withheld"),
                ("category academia", "signatory in the category “academia” / signatories in the category “academia”"),
                ("format %A, %-d %B %Y", "Thursday, 11 January 2018"),
            ],
        );
    }
}
