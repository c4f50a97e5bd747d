//! Italian.

use super::page::{utc_beside, zone_name};
use super::{Addressee, Counting, Gender, Honorific, Language, NumberForm, PageWords, Unnamed};
use jiff::civil::Date;

/// Italian.
pub(super) static ITALIAN: Language = Language {
    tag: "it",
    name: "Italian",
    wordings: "italian|italiano",
    months: [
        "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
        "novembre", "dicembre",
    ],
    short_months: ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
    weekdays: ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
    date: |date: Date| {
        let day = if date.day() == 1 { "1º".to_owned() } else { date.day().to_string() };
        format!("{day} {} {}", ITALIAN.months[date.month() as usize - 1], date.year())
    },
    salutation,
    closing: |_| "Cordiali saluti,".to_owned(),
    number: words,
    ordinal: |n| format!("{n}º"),
    is_singular: |n| n == 1,
    plural: None,
    // Before the same vowel the conjunction takes a d.
    and: |next| if next.starts_with(['e', 'E', 'è', 'È', 'é', 'É']) { "ed" } else { "e" },
    others: |unnamed| match unnamed.number {
        1 => unnamed.after("e", "1 altra firma"),
        number => unnamed.after("e", &format!("altre {number} firme")),
    },
    withheld,
    in_category: |category| ["firmatario", "firmatari"].map(|noun| format!("{noun} della categoria «{category}»")),
    affiliation_note: "Le affiliazioni sono indicate al solo scopo di identificazione.",
    verification_note: "Sono conteggiate solo le firme verificate.",
    page_of: "Pagina {page} di {pages}",
    separators: &['.', '\u{202f}', '\u{a0}'],
    counting: Some(Counting {
        signatories: "firmatario firmataria firmatari firmatarie sottoscrittori sottoscrittrici firme",
        persons: "persona persone",
        organisations: "organizzazione organizzazioni associazione associazioni",
        other: "altri altre altro altra",
        signing: "firmare firma firmano firmiamo firmato firmata firmati firmate firmatari firmatarie sottoscritto \
                  sottoscritta sottoscritti sottoscritte sottoscriviamo sottoscrivono firme",
        we: "noi",
        being: "siamo i le gli tutti tutte eravamo",
        naming: "nome nomi nominati nominate anonimo anonima anonimi anonime pseudonimo iniziali nominativi",
        about: "circa quasi oltre più meno almeno",
        share: "su",
        endings: "",
    }),
    function_words: "a ad agli ai al alcuni alcune all alla alle allo anche ancora avere aveva c che chi ci ciascuno ciò \
                     come con contro cosa così cui da dagli dai dal dall dalla dalle dallo degli dei del dell della delle \
                     dello di dopo dove dunque e è ed era erano essere fra gli ha hanno ho i il in io l la le lei li lo \
                     loro lui ma mai me mentre mi mia mie mio molti molto ne negli nei nel nell nella nelle nello noi non \
                     nostra nostre nostri nostro o ogni oltre ora per perché però più poi prima qualche quale quali \
                     quando quanto quasi quella quelle quelli quello questa queste questi questo qui s se sei sempre \
                     senza si sia siamo siete sono sopra sotto sta stato su sua sue sugli sui sul sull sulla sulle sullo \
                     suo suoi tra troppo tutta tutte tutti tutto un una uno vi voi vostra vostre vostri vostro primo \
                     prima secondo seconda terzo terza",
    before_month: "in entro inizio metà fine nel",
    page: PageWords {
        embargoed: |at| {
            let (time, date) = (at.strftime("ore %-H:%M"), ITALIAN.date);
            format!("EMBARGO FINO A: {}, {time} {}{}", date(at.date()), zone_name(at), utc_beside(at, date))
        },
        for_immediate_release: "PER DIFFUSIONE IMMEDIATA",
        letter: "Lettera aperta",
        press: "Comunicato stampa",
        action: "Scrivere di persona",
        edition: "Edizione",
        pages: "Pagine di questa campagna",
        to: "A",
        all_signatories: "Tutti i firmatari",
        no_category: "Senza categoria",
        no_place: "Senza luogo",
        run: "Firme {first}–{last} di {total}",
        signatories: ["firmatario", "firmatari"],
        people: ["persona", "persone"],
        organisations: ["organizzazione", "organizzazioni"],
        as_of: "Aggiornamento:",
        unverified: [
            "altra firma non è verificata e non è contata",
            "altre firme non sono verificate e non sono contate",
        ],
        about: "Su questa lettera",
        signing: "Per firmare la lettera, o per correggere o ritirare una firma, scrivere a",
        contact: "Contatto",
        plain_text: "Solo testo",
        draft: "Bozza, da non pubblicare",
        own_words: "Una lettera con parole proprie vale più di una copia. Si può partire da questo testo e cambiare ciò che \
            si vuole: dire chi si è, e perché la cosa importa.",
        send: "Aprire nel programma di posta",
        copy: "Copiare il testo",
        copied: "Copiato",
        address: "Indirizzo",
        subject: "Oggetto",
        too_long: "Il testo è troppo lungo per un collegamento. Copiarlo e incollarlo nel messaggio.",
        text: "Il testo",
        paste: "[Incollare qui la lettera.]",
        your_name: "[Nome e cognome]",
        record: "A chi è stato scritto",
        sent: "Inviata",
        answer: "Risposta",
        answers: ["Risposta ricevuta", "Ricezione confermata", "Rifiutata", "Non recapitata"],
        no_answer: "Finora nessuna",
        formerly: "Da un elenco precedente",
        letters: ["lettera", "lettere"],
        replies: ["risposta", "risposte"],
        undeliverable: ["non recapitata", "non recapitate"],
        sent_means: "Una lettera è considerata inviata quando il server di posta del mittente l’ha accettata per la consegna. \
            Le risposte sono quelle registrate dal mittente.",
    },
};

fn salutation(to: &Addressee<'_>) -> Option<String> {
    let honorific = Honorific::read(to.honorific);
    let title = match (honorific.gender, honorific.professor, honorific.doctor) {
        (Some(Gender::Woman), true, _) => "Prof.ssa ",
        (_, true, _) => "Prof. ",
        (Some(Gender::Woman), _, true) => "Dott.ssa ",
        (Some(Gender::Man), _, true) => "Dott. ",
        (None, _, true) => "Dr. ",
        (Some(Gender::Woman), ..) => "Signora ",
        (Some(Gender::Man), ..) => "Signor ",
        (None, ..) => "",
    };
    Some(match (to.surname(), to.full()) {
        (Some(surname), _) if honorific.gender.is_some() => format!("Gentile {title}{surname},"),
        (Some(surname), _) if honorific.is_other => format!("Gentile {} {surname},", to.honorific),
        (_, Some(full)) if !to.honorific.is_empty() || !to.name.is_empty() => format!("Gentile {title}{full},"),
        _ => "Gentili Signore e Signori,".to_owned(),
    })
}

fn withheld(unnamed: &Unnamed<'_>) -> String {
    let is_one = unnamed.number == 1;
    let line = match (unnamed.counted(is_one), is_one) {
        (Some(whom), true) => {
            let why = if unnamed.is_protected { " per la sua sicurezza" } else { "" };
            format!("{whom} il cui nome non è reso pubblico{why}")
        }
        (Some(whom), false) => {
            let why = if unnamed.is_protected { " per la loro sicurezza" } else { "" };
            format!("{whom} i cui nomi non sono resi pubblici{why}")
        }
        (None, _) => {
            let whom = match is_one {
                true => "1 altro nominativo non reso pubblico".to_owned(),
                false => format!("altri {} nominativi non resi pubblici", unnamed.number),
            };
            whom + if unnamed.is_protected { " per motivi di sicurezza" } else { "" }
        }
    };
    unnamed.after("e", &line)
}

const ONES: [&str; 20] = [
    "zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici", "dodici",
    "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", "diciannove",
];
const TENS: [&str; 10] =
    ["", "", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"];

fn words(n: u64, form: NumberForm) -> Option<String> {
    match (n, form) {
        (1, NumberForm::Masculine) => Some("un".to_owned()),
        (1, NumberForm::Feminine) => Some("una".to_owned()),
        (0..=999_999, _) => Some(below_million(n)),
        (1_000_000..=999_999_999, _) => {
            let millions = match n / 1_000_000 {
                1 => "un milione".to_owned(),
                millions => format!("{} milioni", below_million(millions)),
            };
            match n % 1_000_000 {
                0 => Some(millions),
                rest => Some(format!("{millions} {}", below_million(rest))),
            }
        }
        _ => None,
    }
}

/// The word for a number below 1,000,000. A compound that ends in "tre" has an accent.
fn below_million(n: u64) -> String {
    let (thousands, rest) = (n / 1_000, n % 1_000);
    let word = match thousands {
        0 => below_thousand(n),
        1 => "mille".to_owned() + &tail(rest),
        // Inside a word there is no accent: "ventitremila".
        _ => below_thousand(thousands).replace('é', "e") + "mila" + &tail(rest),
    };
    match word.strip_suffix("tre") {
        Some(head) if !head.is_empty() => format!("{head}tré"),
        _ => word,
    }
}

fn tail(rest: u64) -> String {
    if rest == 0 { String::new() } else { below_thousand(rest) }
}

fn below_thousand(n: u64) -> String {
    let (hundreds, rest) = (n as usize / 100, n as usize % 100);
    let head = match hundreds {
        0 => String::new(),
        1 => "cento".to_owned(),
        _ => format!("{}cento", ONES[hundreds]),
    };
    let tail = match (rest / 10, rest % 10) {
        (0, 0) if hundreds > 0 => String::new(),
        (0 | 1, _) => ONES[rest].to_owned(),
        (tens, 0) => TENS[tens].to_owned(),
        // "Ventuno", "ventotto".
        (tens, ones @ (1 | 8)) => TENS[tens][..TENS[tens].len() - 1].to_owned() + ONES[ones],
        (tens, ones) => TENS[tens].to_owned() + ONES[ones],
    };
    // "Centotto", "centottanta".
    let head = if tail.starts_with("ott") { head.trim_end_matches('o') } else { &head };
    head.to_owned() + &tail
}

#[cfg(test)]
mod tests {
    use super::super::table::hold;

    #[test]
    fn italian_is_written_as_the_table_says() {
        hold(
            &super::ITALIAN,
            &[
                ("to Sig.ra/Ada/Okafor/", "Gentile Signora Okafor,"),
                ("to Ms./Ada/Okafor/", "Gentile Signora Okafor,"),
                ("to Sig./Karl/Brandt/", "Gentile Signor Brandt,"),
                ("to Mr/Karl/Brandt/", "Gentile Signor Brandt,"),
                ("to Dott.ssa/Ada/Okafor/", "Gentile Dott.ssa Okafor,"),
                ("to Herr Dr./Karl/Brandt/", "Gentile Dott. Brandt,"),
                ("to Prof.ssa/Ada/Okafor/", "Gentile Prof.ssa Okafor,"),
                ("to Prof./Ada/Okafor/", "Gentile Prof. Ada Okafor,"),
                ("to Dr/Ada/Okafor/", "Gentile Dr. Ada Okafor,"),
                ("to /Chris/Jones/", "Gentile Chris Jones,"),
                ("to On./Ada/Okafor/", "Gentile On. Okafor,"),
                ("to ///Chief Content Officer", "Gentili Signore e Signori,"),
                ("close Gentile Signora Okafor,", "Cordiali saluti,"),
                ("date 2018-01-11", "11 gennaio 2018"),
                ("date 2018-01-01", "1º gennaio 2018"),
                ("number 1", "uno"),
                ("number m 1", "un"),
                ("number f 1", "una"),
                ("number 3", "tre"),
                ("number 17", "diciassette"),
                ("number 21", "ventuno"),
                ("number 23", "ventitré"),
                ("number 28", "ventotto"),
                ("number 56", "cinquantasei"),
                ("number 101", "centouno"),
                ("number 103", "centotré"),
                ("number 108", "centotto"),
                ("number 180", "centottanta"),
                ("number 412", "quattrocentododici"),
                ("number 1000", "mille"),
                ("number 1821", "milleottocentoventuno"),
                ("number 2003", "duemilatré"),
                ("number 23000", "ventitremila"),
                ("number 1000000", "un milione"),
                ("number 2300000", "due milioni trecentomila"),
                ("ordinal 3", "3º"),
                ("list a/b/c", "a, b e c"),
                ("list a/Elena", "a ed Elena"),
                ("others 412 and", "e altre 412 firme"),
                ("others 1", "1 altra firma"),
                (
                    "withheld 3 sopravvissuta sopravvissute protected and",
                    "e 3 sopravvissute i cui nomi non sono resi pubblici per la loro sicurezza",
                ),
                (
                    "withheld 1 sopravvissuta sopravvissute protected",
                    "1 sopravvissuta il cui nome non è reso pubblico per la sua sicurezza",
                ),
                ("withheld 3 and", "e altri 3 nominativi non resi pubblici"),
                ("category ricerca", "firmatario della categoria «ricerca» / firmatari della categoria «ricerca»"),
                ("format %A %-d %B %Y", "giovedì 11 gennaio 2018"),
            ],
        );
    }
}
