//! French, with the customs of France.

use super::page::{utc_beside, zone_name};
use super::{Addressee, Counting, Gender, Honorific, Language, NumberForm, PageWords, Unnamed};
use jiff::civil::Date;

/// French.
pub(super) static FRENCH: Language = Language {
    tag: "fr",
    name: "French",
    wordings: "french|français|francais",
    months: [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ],
    short_months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    date: |date: Date| {
        let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
        format!("{day} {} {}", FRENCH.months[date.month() as usize - 1], date.year())
    },
    salutation: |to| Some(format!("{},", address(to))),
    closing,
    number: words,
    ordinal: |n| if n == 1 { "1er".to_owned() } else { format!("{n}e") },
    // Zero takes the singular too.
    is_singular: |n| n < 2,
    plural: None,
    and: |_| "et",
    others: |unnamed| {
        let noun = if unnamed.number == 1 { "autre" } else { "autres" };
        unnamed.after("et", &format!("{} {noun}", unnamed.number))
    },
    withheld,
    in_category: |category| {
        ["signataire", "signataires"].map(|noun| format!("{noun} de la catégorie «\u{a0}{category}\u{a0}»"))
    },
    affiliation_note: "Les affiliations sont mentionnées uniquement à des fins d’identification.",
    verification_note: "Seules les signatures vérifiées sont comptées.",
    page_of: "Page {page} sur {pages}",
    separators: &[' ', '\u{202f}', '\u{a0}', '.'],
    counting: Some(Counting {
        signatories: "signataire signataires cosignataire cosignataires signatures",
        persons: "personne personnes gens",
        organisations: "organisation organisations association associations",
        other: "autre autres",
        signing: "signer signe signons signent signé signée signés signées signataire signataires cosignataires \
                  soussigné soussignée soussignés soussignées signatures",
        we: "nous",
        being: "sommes les tous toutes étions",
        naming: "nom noms nommé nommée nommés nommées anonyme anonymes anonymement pseudonyme initiales",
        about: "environ près presque plus moins quelque jusqu'à",
        share: "sur",
        endings: "",
    }),
    function_words: "à afin ai ainsi alors après au aucun aucune aussi autre autres aux avant avec avez avons bien car ce \
                     ceci cela celle celles celui ces cet cette ceux chacun chaque chez comme comment contre d dans de \
                     depuis des deux donc dont du elle elles en encore entre est et étaient était être eu eux fait fois \
                     ici il ils j je jamais jusque l la là laquelle le lequel les lesquels leur leurs lors lorsque lui m \
                     ma mais malgré me même mêmes mes moins mon n ne ni non nos notre nous on ont ou où par parce parmi \
                     pas pendant peu peut plus plusieurs pour pourquoi puis qu quand que quel quelle quelles quels qui \
                     quoi s sa sans se sera ses si son sont sous souvent sur t ta te tes toi ton tous tout toute toutes \
                     très trop tu un une vers voici votre vos vous y premier première deuxième troisième",
    before_month: "en depuis fin début mi dès",
    page: PageWords {
        embargoed: |at| {
            let (time, date) = (at.strftime("%-H h %M"), FRENCH.date);
            format!("SOUS EMBARGO JUSQU’AU {}, {time} {}{}", date(at.date()), zone_name(at), utc_beside(at, date))
        },
        for_immediate_release: "POUR DIFFUSION IMMÉDIATE",
        letter: "Lettre ouverte",
        press: "Communiqué de presse",
        action: "Écrire soi-même",
        edition: "Édition",
        pages: "Pages de cette campagne",
        to: "À",
        all_signatories: "Tous les signataires",
        no_category: "Sans catégorie",
        no_place: "Sans lieu",
        run: "Signatures {first}–{last} sur {total}",
        signatories: ["signataire", "signataires"],
        people: ["personne", "personnes"],
        organisations: ["organisation", "organisations"],
        as_of: "Au",
        unverified: [
            "autre signature n’est pas vérifiée et n’est pas comptée",
            "autres signatures ne sont pas vérifiées et ne sont pas comptées",
        ],
        about: "À propos de cette lettre",
        signing: "Pour signer la lettre, ou pour corriger ou retirer une signature, écrivez à",
        contact: "Contact",
        plain_text: "Texte brut",
        draft: "Brouillon, à ne pas publier",
        own_words: "Une lettre écrite avec vos propres mots compte plus qu’une copie. Partez de ce texte et changez ce que \
            vous voulez : dites qui vous êtes et pourquoi cela vous concerne.",
        send: "Ouvrir dans votre messagerie",
        copy: "Copier le texte",
        copied: "Copié",
        address: "Adresse",
        subject: "Objet",
        too_long: "Le texte est trop long pour un lien. Copiez-le, puis collez-le dans le message.",
        text: "Le texte",
        paste: "[Collez la lettre ici.]",
        your_name: "[Votre nom]",
        record: "À qui nous avons écrit",
        sent: "Envoyée",
        answer: "Réponse",
        answers: ["Réponse reçue", "Réception confirmée", "Refus", "Non distribuée"],
        no_answer: "Aucune à ce jour",
        formerly: "Destinataire d’une liste antérieure",
        letters: ["lettre", "lettres"],
        replies: ["réponse", "réponses"],
        undeliverable: ["non distribuée", "non distribuées"],
        sent_means: "Une lettre est considérée comme envoyée quand le serveur de messagerie de l’expéditeur l’a acceptée. \
            Les réponses sont celles que l’expéditeur a enregistrées.",
    },
};

/// How a person is addressed, in the salutation and again in the closing.
fn address(to: &Addressee<'_>) -> &'static str {
    match Honorific::read(to.honorific) {
        Honorific { gender: Some(Gender::Woman), professor: true, .. } => "Madame la Professeure",
        Honorific { gender: Some(Gender::Man), professor: true, .. } => "Monsieur le Professeur",
        Honorific { gender: Some(Gender::Woman), .. } => "Madame",
        Honorific { gender: Some(Gender::Man), .. } => "Monsieur",
        _ => "Madame, Monsieur",
    }
}

/// The closing repeats the address of the salutation, also of one from the list.
fn closing(salutation: &str) -> String {
    const ADDRESSES: &str = "madame mesdames monsieur messieurs mademoiselle docteur maître excellence monseigneur cher \
                             chère chers chères";
    let address = salutation.trim().trim_end_matches([',', ':', '!', ' ', '\u{a0}', '\u{202f}']);
    let first = address.split([' ', ',']).next().unwrap_or_default().to_lowercase();
    let address = match &*first {
        "cher" | "chère" | "chers" | "chères" => format!("{first}{}", &address[first.len()..]),
        _ if ADDRESSES.split(' ').any(|known| known == first) => address.to_owned(),
        _ => "Madame, Monsieur".to_owned(),
    };
    format!("Veuillez agréer, {address}, l’expression de nos salutations distinguées.")
}

fn withheld(unnamed: &Unnamed<'_>) -> String {
    let is_one = unnamed.number == 1;
    let other = if is_one { "autre" } else { "autres" };
    let whom = unnamed.counted(is_one).unwrap_or_else(|| format!("{} {other}", unnamed.number));
    let (names, why) = match is_one {
        true => ("dont le nom n’est pas publié", " pour sa sécurité"),
        false => ("dont les noms ne sont pas publiés", " pour leur sécurité"),
    };
    unnamed.after("et", &format!("{whom} {names}{}", if unnamed.is_protected { why } else { "" }))
}

const ONES: [&str; 20] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
];
const TENS: [&str; 10] =
    ["", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"];

fn words(n: u64, form: NumberForm) -> Option<String> {
    let one = if form == NumberForm::Feminine { "une" } else { "un" };
    let joined = |head: String, rest: u64| match rest {
        0 => Some(head),
        _ => Some(format!("{head} {}", words(rest, form)?)),
    };
    match n {
        0..=999 => Some(below_thousand(n, one, true)),
        1_000..=1_999 => joined("mille".to_owned(), n % 1_000),
        // "Quatre-vingt mille", without the s.
        2_000..=999_999 => joined(format!("{} mille", below_thousand(n / 1_000, "un", false)), n % 1_000),
        1_000_000..=1_999_999 => joined("un million".to_owned(), n % 1_000_000),
        2_000_000..=999_999_999 => {
            joined(format!("{} millions", below_thousand(n / 1_000_000, "un", true)), n % 1_000_000)
        }
        _ => None,
    }
}

/// The words for a number below 1,000. `is_last`: whether a final "cent" or "vingt" takes an s.
fn below_thousand(n: u64, one: &str, is_last: bool) -> String {
    let (hundreds, rest) = (n as usize / 100, n as usize % 100);
    let head = match (hundreds, rest) {
        (0, _) => return below_hundred(rest, one, is_last),
        (1, _) => "cent".to_owned(),
        (_, 0) if is_last => format!("{} cents", ONES[hundreds]),
        _ => format!("{} cent", ONES[hundreds]),
    };
    if rest == 0 { head } else { format!("{head} {}", below_hundred(rest, one, is_last)) }
}

fn below_hundred(n: usize, one: &str, is_last: bool) -> String {
    let (tens, ones) = (n / 10, n % 10);
    // Seventy and ninety go on from sixty and eighty.
    let ones = if tens == 7 || tens == 9 { ones + 10 } else { ones };
    match (tens, ones) {
        (0, 1) => one.to_owned(),
        (0 | 1, _) => ONES[n].to_owned(),
        (8, 0) if is_last => "quatre-vingts".to_owned(),
        (_, 0) => TENS[tens].to_owned(),
        (8, 1) => format!("quatre-vingt-{one}"),
        (9, 11) => "quatre-vingt-onze".to_owned(),
        (_, 1) => format!("{} et {one}", TENS[tens]),
        (_, 11) => format!("{} et onze", TENS[tens]),
        _ => format!("{}-{}", TENS[tens], ONES[ones]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::hold;

    #[test]
    fn french_is_written_as_the_table_says() {
        hold(
            &super::FRENCH,
            &[
                ("to Mme/Ada/Okafor/", "Madame,"),
                ("to Ms./Ada/Okafor/", "Madame,"),
                ("to M./Karl/Brandt/", "Monsieur,"),
                ("to Mr/Karl/Brandt/", "Monsieur,"),
                ("to Frau Dr./Ada/Okafor/", "Madame,"),
                ("to Frau Prof. Dr./Ada/Okafor/", "Madame la Professeure,"),
                ("to M. Professeur/Karl/Brandt/", "Monsieur le Professeur,"),
                ("to /Chris/Jones/", "Madame, Monsieur,"),
                ("to Dr/Chris/Jones/", "Madame, Monsieur,"),
                ("to ///Chief Content Officer", "Madame, Monsieur,"),
                ("close Madame,", "Veuillez agréer, Madame, l’expression de nos salutations distinguées."),
                (
                    "close Madame, Monsieur,",
                    "Veuillez agréer, Madame, Monsieur, l’expression de nos salutations distinguées.",
                ),
                (
                    "close Madame la Présidente,",
                    "Veuillez agréer, Madame la Présidente, l’expression de nos salutations distinguées.",
                ),
                ("close Chère Madame,", "Veuillez agréer, chère Madame, l’expression de nos salutations distinguées."),
                (
                    "close Bonjour Ada,",
                    "Veuillez agréer, Madame, Monsieur, l’expression de nos salutations distinguées.",
                ),
                ("date 2018-01-11", "11 janvier 2018"),
                ("date 2018-08-01", "1er août 2018"),
                ("number 1", "un"),
                ("number f 1", "une"),
                ("number 21", "vingt et un"),
                ("number f 21", "vingt et une"),
                ("number 56", "cinquante-six"),
                ("number 70", "soixante-dix"),
                ("number 71", "soixante et onze"),
                ("number 80", "quatre-vingts"),
                ("number 81", "quatre-vingt-un"),
                ("number 91", "quatre-vingt-onze"),
                ("number 99", "quatre-vingt-dix-neuf"),
                ("number 100", "cent"),
                ("number 200", "deux cents"),
                ("number 412", "quatre cent douze"),
                ("number 1821", "mille huit cent vingt et un"),
                ("number 80000", "quatre-vingt mille"),
                ("number 200000", "deux cent mille"),
                ("number 80000000", "quatre-vingts millions"),
                ("number 1000001", "un million un"),
                ("ordinal 1", "1er"),
                ("ordinal 3", "3e"),
                ("list a/b/c", "a, b et c"),
                ("others 412 and", "et 412 autres"),
                ("others 1", "1 autre"),
                (
                    "withheld 3 survivante survivantes protected and",
                    "et 3 survivantes dont les noms ne sont pas publiés pour leur sécurité",
                ),
                (
                    "withheld 1 survivante survivantes protected",
                    "1 survivante dont le nom n’est pas publié pour sa sécurité",
                ),
                ("withheld 3 and", "et 3 autres dont les noms ne sont pas publiés"),
                (
                    "category recherche",
                    "signataire de la catégorie «\u{a0}recherche\u{a0}» / signataires de la catégorie «\u{a0}recherche\u{a0}»",
                ),
                ("format %A %-d %B %Y", "jeudi 11 janvier 2018"),
            ],
        );
    }
}
