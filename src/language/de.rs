//! German, with the customs of Germany and Austria.

use super::page::{utc_beside, zone_name};
use super::{Addressee, Counting, Gender, Honorific, Language, NumberForm, PageWords, Unnamed};
use jiff::civil::Date;

/// German.
pub(super) static GERMAN: Language = Language {
    tag: "de",
    name: "German",
    wordings: "german|deutsch",
    months: [
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ],
    short_months: ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    date: |date: Date| format!("{}. {} {}", date.day(), GERMAN.months[date.month() as usize - 1], date.year()),
    salutation,
    closing: |_| "Mit freundlichen Grüßen".to_owned(),
    number: words,
    ordinal: |n| format!("{n}."),
    is_singular: |n| n == 1,
    plural: None,
    and: |_| "und",
    others,
    withheld,
    in_category: |category| {
        ["unterzeichnende Person", "Unterzeichnende"].map(|noun| format!("{noun} in der Kategorie „{category}“"))
    },
    affiliation_note: "Die Angabe der Einrichtung dient nur der Zuordnung der Person.",
    verification_note: "Gezählt sind nur geprüfte Unterschriften.",
    page_of: "Seite {page} von {pages}",
    separators: &['.', '\u{202f}', '\u{a0}'],
    counting: Some(Counting {
        signatories: "unterzeichnende unterzeichnenden unterzeichner unterzeichnern unterzeichnerinnen \
                      unterschriften unterschrift mitunterzeichnende mitunterzeichnenden",
        persons: "person personen menschen leute einzelpersonen",
        organisations: "organisation organisationen einrichtungen verbände vereine",
        other: "weitere weiteren weiterer andere anderen anderer",
        signing: "unterzeichnen unterzeichnet unterzeichneten unterzeichnete unterschreiben unterschrieben \
                  unterzeichnende unterzeichnenden unterzeichner unterzeichnerinnen unterschriften unterstützen \
                  mitunterzeichnen",
        we: "wir",
        being: "sind die alle waren",
        naming: "name namen namentlich anonym ungenannt genannt pseudonym initialen",
        about: "rund etwa ungefähr circa ca fast knapp über mehr als mindestens gut weniger höchstens bis jede jeder",
        share: "von",
        endings: "n",
    }),
    function_words: "aber alle allem allen aller alles als also am an andere anderen anderer auch auf aus bei beide beiden \
                     bin bis da damit dann das dass dein dem den denn der deren des dessen deshalb die dies diese diesem \
                     diesen dieser dieses doch dort du durch ein eine einem einen einer eines er erst es etwas euch euer \
                     für gegen gibt haben habe hat hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer \
                     ihres im in ins ist ja jede jedem jeden jeder jedes jene jetzt kann kein keine keinem keinen keiner \
                     können man mehr mein mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr \
                     sei seid sein seine seinem seinen seiner sich sie sind so solche soll sollen sondern über um und uns \
                     unser unsere unserem unseren unserer unter viel viele vom von vor war waren was weil weiter weitere \
                     welche welcher wenn wer werden wie wieder wir wird wo wurde wurden während zu zum zur zwischen erste \
                     ersten zweite zweiten dritte dritten",
    before_month: "im seit bis anfang mitte ende ab",
    page: PageWords {
        embargoed: |at| {
            let (time, date) = (at.strftime("%-H:%M Uhr"), GERMAN.date);
            format!("SPERRFRIST: {}, {time} {}{}", date(at.date()), zone_name(at), utc_beside(at, date))
        },
        for_immediate_release: "ZUR SOFORTIGEN VERÖFFENTLICHUNG",
        letter: "Offener Brief",
        press: "Pressemitteilung",
        action: "Selbst schreiben",
        edition: "Ausgabe",
        pages: "Seiten dieser Kampagne",
        to: "An",
        all_signatories: "Alle Unterzeichnenden",
        no_category: "Ohne Kategorie",
        no_place: "Ohne Ort",
        run: "Unterschriften {first}–{last} von {total}",
        signatories: ["Unterschrift", "Unterschriften"],
        people: ["Person", "Personen"],
        organisations: ["Organisation", "Organisationen"],
        as_of: "Stand:",
        unverified: [
            "weitere Unterschrift ist nicht geprüft und nicht gezählt",
            "weitere Unterschriften sind nicht geprüft und nicht gezählt",
        ],
        about: "Über diesen Brief",
        signing: "Wer unterzeichnen oder eine Unterschrift berichtigen oder zurückziehen möchte, schreibt an",
        contact: "Kontakt",
        plain_text: "Nur Text",
        draft: "Entwurf, nicht zur Veröffentlichung",
        own_words: "Ein Brief in eigenen Worten bewirkt mehr als eine Kopie. Nehmen Sie diesen Text als Anfang, und ändern \
            Sie, was Sie möchten: Schreiben Sie, wer Sie sind und warum Sie das betrifft.",
        send: "Im Mailprogramm öffnen",
        copy: "Text kopieren",
        copied: "Kopiert",
        address: "Adresse",
        subject: "Betreff",
        too_long: "Der Text ist zu lang für einen Link. Kopieren Sie ihn, und fügen Sie ihn in die Nachricht ein.",
        text: "Der Text",
        paste: "[Hier den Brief einfügen.]",
        your_name: "[Ihr Name]",
        record: "An wen geschrieben wurde",
        sent: "Gesendet",
        answer: "Antwort",
        answers: ["Beantwortet", "Eingang bestätigt", "Abgelehnt", "Unzustellbar"],
        no_answer: "Bisher keine",
        formerly: "Aus einer früheren Liste",
        letters: ["Brief", "Briefe"],
        replies: ["Antwort", "Antworten"],
        undeliverable: ["unzustellbar", "unzustellbar"],
        sent_means: "Ein Brief gilt als gesendet, wenn der Mailserver des Absenders ihn zur Zustellung angenommen hat. \
            Die Antworten sind die, die der Absender erfasst hat.",
    },
};

fn salutation(to: &Addressee<'_>) -> Option<String> {
    let honorific = Honorific::read(to.honorific);
    let titles = match honorific {
        Honorific { professor: true, doctor: true, .. } => "Prof. Dr. ",
        Honorific { professor: true, .. } => "Prof. ",
        Honorific { doctor: true, .. } => "Dr. ",
        _ => "",
    };
    let is_titled = !to.honorific.is_empty();
    Some(match (honorific.gender, to.surname(), to.full()) {
        (Some(Gender::Woman), Some(surname), _) => format!("Sehr geehrte Frau {titles}{surname},"),
        (Some(Gender::Man), Some(surname), _) => format!("Sehr geehrter Herr {titles}{surname},"),
        (None, Some(surname), _) if honorific.is_other => format!("Guten Tag {} {surname},", to.honorific),
        (None, _, Some(full)) if is_titled || !to.name.is_empty() => format!("Guten Tag {titles}{full},"),
        _ => "Sehr geehrte Damen und Herren,".to_owned(),
    })
}

fn others(unnamed: &Unnamed<'_>) -> String {
    let noun = if unnamed.number == 1 { "Unterschrift" } else { "Unterschriften" };
    unnamed.after("sowie", &format!("{} weitere {noun}", unnamed.number))
}

fn withheld(unnamed: &Unnamed<'_>) -> String {
    let is_one = unnamed.number == 1;
    let line = match (unnamed.counted(is_one), is_one) {
        (Some(whom), true) => {
            // The pronoun "deren" or "dessen" would depend on the noun.
            let why = if unnamed.is_protected { "zum Schutz der Person " } else { "" };
            format!("{whom} (Name {why}nicht genannt)")
        }
        (Some(whom), false) => {
            let why = if unnamed.is_protected { "zu ihrem Schutz " } else { "" };
            format!("{whom}, deren Namen {why}nicht genannt werden")
        }
        (None, _) => {
            let noun = if is_one { "Unterschrift" } else { "Unterschriften" };
            let why = match (unnamed.is_protected, is_one) {
                (true, true) => " zum Schutz der Person",
                (true, false) => " zum Schutz der Personen",
                (false, _) => "",
            };
            format!("{} weitere {noun} ohne Namensnennung{why}", unnamed.number)
        }
    };
    unnamed.after("sowie", &line)
}

const ONES: [&str; 20] = [
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
];
const TENS: [&str; 10] =
    ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];

fn words(n: u64, form: NumberForm) -> Option<String> {
    let one = match form {
        NumberForm::Alone => "eins",
        NumberForm::Masculine => "ein",
        NumberForm::Feminine => "eine",
    };
    match n {
        0..=999_999 => Some(below_million(n, one)),
        1_000_000..=999_999_999 => {
            let millions = match n / 1_000_000 {
                1 => "eine Million".to_owned(),
                millions => format!("{} Millionen", below_million(millions, "eine")),
            };
            match n % 1_000_000 {
                0 => Some(millions),
                rest => Some(format!("{millions} {}", below_million(rest, one))),
            }
        }
        _ => None,
    }
}

/// The word for a number below 1,000,000; `one` is the 1 at its end.
fn below_million(n: u64, one: &str) -> String {
    let (thousands, rest) = (n / 1_000, n % 1_000);
    let head = match thousands {
        0 => return below_thousand(n, one),
        1 => "tausend".to_owned(),
        _ => below_thousand(thousands, "ein") + "tausend",
    };
    match rest {
        0 => head,
        100..=199 => head + "ein" + &below_thousand(rest, one),
        _ => head + &below_thousand(rest, one),
    }
}

fn below_thousand(n: u64, one: &str) -> String {
    let (hundreds, rest) = (n as usize / 100, n as usize % 100);
    let head = match hundreds {
        0 => String::new(),
        1 => "hundert".to_owned(),
        _ => format!("{}hundert", ONES[hundreds]),
    };
    let tail = match (rest / 10, rest % 10) {
        (0, 0) if hundreds > 0 => String::new(),
        (0, 1) => one.to_owned(),
        (0 | 1, _) => ONES[rest].to_owned(),
        (tens, 0) => TENS[tens].to_owned(),
        (tens, 1) => format!("einund{}", TENS[tens]),
        (tens, ones) => format!("{}und{}", ONES[ones], TENS[tens]),
    };
    head + &tail
}

#[cfg(test)]
mod tests {
    use super::super::table::hold;

    #[test]
    fn german_is_written_as_the_table_says() {
        hold(
            &super::GERMAN,
            &[
                ("to Frau Dr./Ada/Okafor/", "Sehr geehrte Frau Dr. Okafor,"),
                ("to Ms./Ada/Okafor/Chair", "Sehr geehrte Frau Okafor,"),
                ("to Herr/Karl/Brandt/", "Sehr geehrter Herr Brandt,"),
                ("to Mr./Karl/Brandt/", "Sehr geehrter Herr Brandt,"),
                ("to Herr Prof. Dr./Karl/Brandt/", "Sehr geehrter Herr Prof. Dr. Brandt,"),
                ("to Frau Prof./Ada/Okafor/", "Sehr geehrte Frau Prof. Okafor,"),
                ("to Mme/Ada/Okafor/", "Sehr geehrte Frau Okafor,"),
                ("to Dr./Ada/Okafor/", "Guten Tag Dr. Ada Okafor,"),
                ("to Dr.//Okafor/", "Guten Tag Dr. Okafor,"),
                ("to Mx/Sam/Lee/", "Guten Tag Sam Lee,"),
                ("to /Chris/Jones/", "Guten Tag Chris Jones,"),
                ("to Senatorin/Ada/Okafor/", "Guten Tag Senatorin Okafor,"),
                ("to Herr/Karl//", "Sehr geehrter Herr Karl,"),
                ("to ///Chief Content Officer", "Sehr geehrte Damen und Herren,"),
                ("to //Okafor/", "Sehr geehrte Damen und Herren,"),
                ("to Ms.///", "Sehr geehrte Damen und Herren,"),
                ("close Sehr geehrte Frau Okafor,", "Mit freundlichen Grüßen"),
                ("date 2018-01-11", "11. Januar 2018"),
                ("date 2018-03-01", "1. März 2018"),
                ("number 1", "eins"),
                ("number m 1", "ein"),
                ("number f 1", "eine"),
                ("number 12", "zwölf"),
                ("number 17", "siebzehn"),
                ("number 21", "einundzwanzig"),
                ("number 56", "sechsundfünfzig"),
                ("number 100", "hundert"),
                ("number 101", "hunderteins"),
                ("number 412", "vierhundertzwölf"),
                ("number 1100", "tausendeinhundert"),
                ("number 1821", "tausendachthunderteinundzwanzig"),
                ("number 21000", "einundzwanzigtausend"),
                ("number 101000", "hunderteintausend"),
                ("number 2300000", "zwei Millionen dreihunderttausend"),
                ("ordinal 3", "3."),
                ("list a/b/c", "a, b und c"),
                ("others 412 and", "sowie 412 weitere Unterschriften"),
                ("others 1", "1 weitere Unterschrift"),
                (
                    "withheld 3 Überlebende Überlebende protected and",
                    "sowie 3 Überlebende, deren Namen zu ihrem Schutz nicht genannt werden",
                ),
                ("withheld 2 Helferin Helferinnen", "2 Helferinnen, deren Namen nicht genannt werden"),
                (
                    "withheld 1 Überlebende Überlebende protected and",
                    "sowie 1 Überlebende (Name zum Schutz der Person nicht genannt)",
                ),
                ("withheld 3 and", "sowie 3 weitere Unterschriften ohne Namensnennung"),
                (
                    "category Forschung",
                    "unterzeichnende Person in der Kategorie „Forschung“ / Unterzeichnende in der Kategorie „Forschung“",
                ),
                ("format %A, %-d. %B %Y", "Donnerstag, 11. Januar 2018"),
                ("format %-d. %b %Y", "11. Jan. 2018"),
            ],
        );
    }
}
