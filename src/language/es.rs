//! Spanish.

use super::page::{utc_beside, zone_name};
use super::{Addressee, Counting, Gender, Honorific, Language, NumberForm, PageWords, Unnamed};
use jiff::civil::Date;

/// Spanish.
pub(super) static SPANISH: Language = Language {
    tag: "es",
    name: "Spanish",
    wordings: "spanish|español|espanol|castellano",
    months: [
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ],
    short_months: ["ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic."],
    weekdays: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    date: |date: Date| format!("{} de {} de {}", date.day(), SPANISH.months[date.month() as usize - 1], date.year()),
    salutation,
    closing: |_| "Atentamente,".to_owned(),
    number: words,
    ordinal: |n| format!("{n}.º"),
    is_singular: |n| n == 1,
    plural: None,
    and,
    others: |unnamed| unnamed.after("y", &format!("{} más", unnamed.number)),
    withheld,
    in_category: |category| ["firmante", "firmantes"].map(|noun| format!("{noun} de la categoría «{category}»")),
    affiliation_note: "Las afiliaciones se indican solo a efectos de identificación.",
    verification_note: "Solo se cuentan las firmas verificadas.",
    page_of: "Página {page} de {pages}",
    separators: &['.', ' ', '\u{202f}', '\u{a0}'],
    counting: Some(Counting {
        signatories: "firmante firmantes signatario signataria signatarios signatarias firmas",
        persons: "persona personas",
        organisations: "organización organizaciones entidades asociación asociaciones",
        other: "otros otras",
        signing: "firmar firma firman firmamos firmado firmada firmados firmadas firmante firmantes suscribimos \
                  suscriben abajo firmas",
        we: "nosotros nosotras",
        being: "somos los las todos todas",
        naming: "nombre nombres nombrados nombradas anónimo anónima anónimos anónimas seudónimo iniciales",
        about: "unos unas casi más menos alrededor aproximadamente cerca sobre",
        share: "de",
        endings: "",
    }),
    function_words: "a al algo algunas algunos ante antes aquel aquella aquí así aún aunque bajo bien cada casi como cómo \
                     con contra cual cuál cuales cuando cuándo cuanto de del desde después donde dónde dos durante e el \
                     él ella ellas ellos en entre era eran es esa esas ese eso esos esta está estaba están estas este \
                     esto estos fue fueron ha había han hasta hay he la las le les lo los luego más me menos mi mientras \
                     mis mucho muchos muy nada ni no nos nosotras nosotros nuestra nuestras nuestro nuestros nunca o os \
                     otra otras otro otros para pero poco por porque pues que qué quien quién quienes se sea según ser si \
                     sí sido siempre sin sino so sobre solo somos son su sus también tan tanto te tiene tienen toda todas \
                     todavía todo todos tras tu tus u un una unas uno unos usted ustedes y ya yo primero primera segundo \
                     segunda tercero tercera",
    before_month: "en desde hasta principios mediados finales",
    page: PageWords {
        embargoed: |at| {
            let (time, date) = (at.strftime("%-H:%M"), SPANISH.date);
            format!("EMBARGADO HASTA: {}, {time} {}{}", date(at.date()), zone_name(at), utc_beside(at, date))
        },
        for_immediate_release: "PARA SU PUBLICACIÓN INMEDIATA",
        letter: "Carta abierta",
        press: "Comunicado de prensa",
        action: "Escriba su propia carta",
        edition: "Edición",
        pages: "Páginas de esta campaña",
        to: "A",
        all_signatories: "Todas las firmas",
        no_category: "Sin categoría",
        no_place: "Sin lugar",
        run: "Firmas {first}–{last} de {total}",
        signatories: ["firma", "firmas"],
        people: ["persona", "personas"],
        organisations: ["organización", "organizaciones"],
        as_of: "Actualización:",
        unverified: ["firma más no está verificada ni contada", "firmas más no están verificadas ni contadas"],
        about: "Sobre esta carta",
        signing: "Para firmar la carta, o para corregir o retirar una firma, escriba a",
        contact: "Contacto",
        plain_text: "Solo texto",
        draft: "Borrador, no publicar",
        own_words: "Una carta con sus propias palabras vale más que una copia. Parta de este texto y cambie lo que quiera: \
            diga quién es y por qué le importa.",
        send: "Abrir en su programa de correo",
        copy: "Copiar el texto",
        copied: "Copiado",
        address: "Dirección",
        subject: "Asunto",
        too_long: "El texto es demasiado largo para un enlace. Cópielo y péguelo en el mensaje.",
        text: "El texto",
        paste: "[Pegue aquí la carta.]",
        your_name: "[Su nombre]",
        record: "A quién se escribió",
        sent: "Enviada",
        answer: "Respuesta",
        answers: ["Respondida", "Recepción confirmada", "Rechazada", "No entregada"],
        no_answer: "Ninguna hasta ahora",
        formerly: "De una lista anterior",
        letters: ["carta", "cartas"],
        replies: ["respuesta", "respuestas"],
        undeliverable: ["no entregada", "no entregadas"],
        sent_means: "Una carta se considera enviada cuando el servidor de correo de quien la envía la aceptó para su entrega. \
            Las respuestas son las que ha registrado quien la envía.",
    },
};

fn salutation(to: &Addressee<'_>) -> Option<String> {
    let honorific = Honorific::read(to.honorific);
    Some(match (honorific.gender, to.surname(), to.full()) {
        (Some(Gender::Woman), Some(surname), _) => {
            let title = title(honorific, ["Profa.", "Dra.", "Sra."]);
            format!("Estimada {title} {surname}:")
        }
        (Some(Gender::Man), Some(surname), _) => {
            let title = title(honorific, ["Prof.", "Dr.", "Sr."]);
            format!("Estimado {title} {surname}:")
        }
        (None, Some(surname), _) if honorific.is_other => format!("Hola, {} {surname}:", to.honorific),
        // "Dr." would say that it is a man; without a given name there is nothing else.
        (None, _, Some(full)) if !to.name.is_empty() => format!("Hola, {full}:"),
        (None, Some(surname), _) if !to.honorific.is_empty() => format!("Hola, {} {surname}:", to.honorific),
        _ => "Estimadas señoras y señores:".to_owned(),
    })
}

fn title(honorific: Honorific, [professor, doctor, other]: [&'static str; 3]) -> &'static str {
    match honorific {
        Honorific { professor: true, .. } => professor,
        Honorific { doctor: true, .. } => doctor,
        _ => other,
    }
}

/// "Y", but "e" before the same vowel: "e Isabel", "e hijos", but "y hielo".
fn and(next: &str) -> &'static str {
    let next = next.to_lowercase();
    let sound = next.strip_prefix('h').unwrap_or(&next);
    let is_vowel =
        sound.starts_with(['i', 'í']) && !["ia", "ie", "io", "iu"].iter().any(|glide| sound.starts_with(glide));
    if is_vowel { "e" } else { "y" }
}

fn withheld(unnamed: &Unnamed<'_>) -> String {
    let is_one = unnamed.number == 1;
    let whom = unnamed.counted(is_one).unwrap_or_else(|| format!("{} más", unnamed.number));
    let names = if is_one { "cuyo nombre no se publica" } else { "cuyos nombres no se publican" };
    unnamed.after("y", &format!("{whom} {names}{}", if unnamed.is_protected { " por su seguridad" } else { "" }))
}

const ONES: [&str; 30] = [
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidós",
    "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
];
const TENS: [&str; 10] = ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const HUNDREDS: [&str; 10] = [
    "", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos",
    "ochocientos", "novecientos",
];

fn words(n: u64, form: NumberForm) -> Option<String> {
    let joined = |head: String, rest: u64| match rest {
        0 => Some(head),
        _ => Some(format!("{head} {}", words(rest, form)?)),
    };
    // Before "mil" and "millones", as before a noun.
    let before_mil = if form == NumberForm::Feminine { form } else { NumberForm::Masculine };
    match n {
        0..=999 => Some(below_thousand(n, form)),
        1_000..=1_999 => joined("mil".to_owned(), n % 1_000),
        2_000..=999_999 => joined(format!("{} mil", below_thousand(n / 1_000, before_mil)), n % 1_000),
        1_000_000..=1_999_999 => joined("un millón".to_owned(), n % 1_000_000),
        2_000_000..=999_999_999 => {
            joined(format!("{} millones", below_thousand(n / 1_000_000, NumberForm::Masculine)), n % 1_000_000)
        }
        _ => None,
    }
}

fn below_thousand(n: u64, form: NumberForm) -> String {
    let (hundreds, rest) = (n as usize / 100, n as usize % 100);
    let head = match (hundreds, form) {
        (1, _) if rest == 0 => return "cien".to_owned(),
        (2.., NumberForm::Feminine) => HUNDREDS[hundreds].replace("tos", "tas"),
        _ => HUNDREDS[hundreds].to_owned(),
    };
    let tail = match (rest, form) {
        (0, _) if hundreds > 0 => return head,
        (1, NumberForm::Masculine) => "un".to_owned(),
        (1, NumberForm::Feminine) => "una".to_owned(),
        (21, NumberForm::Masculine) => "veintiún".to_owned(),
        (21, NumberForm::Feminine) => "veintiuna".to_owned(),
        (0..=29, _) => ONES[rest].to_owned(),
        _ if rest.is_multiple_of(10) => TENS[rest / 10].to_owned(),
        _ => format!("{} y {}", TENS[rest / 10], below_thousand(rest as u64 % 10, form)),
    };
    if head.is_empty() { tail } else { format!("{head} {tail}") }
}

#[cfg(test)]
mod tests {
    use super::super::table::hold;

    #[test]
    fn spanish_is_written_as_the_table_says() {
        hold(
            &super::SPANISH,
            &[
                ("to Sra./Ada/Okafor/", "Estimada Sra. Okafor:"),
                ("to Ms/Ada/Okafor/", "Estimada Sra. Okafor:"),
                ("to Sr./Karl/Brandt/", "Estimado Sr. Brandt:"),
                ("to Mr./Karl/Brandt/", "Estimado Sr. Brandt:"),
                ("to Dra./Ada/Okafor/", "Estimada Dra. Okafor:"),
                ("to Herr Dr./Karl/Brandt/", "Estimado Dr. Brandt:"),
                ("to Frau Prof. Dr./Ada/Okafor/", "Estimada Profa. Okafor:"),
                ("to Dr./Ada/Okafor/", "Hola, Ada Okafor:"),
                ("to Dr.//Okafor/", "Hola, Dr. Okafor:"),
                ("to /Chris/Jones/", "Hola, Chris Jones:"),
                ("to Excma./Ada/Okafor/", "Hola, Excma. Okafor:"),
                ("to ///Chief Content Officer", "Estimadas señoras y señores:"),
                ("close Estimada Sra. Okafor:", "Atentamente,"),
                ("date 2018-01-11", "11 de enero de 2018"),
                ("date 2018-09-01", "1 de septiembre de 2018"),
                ("number 1", "uno"),
                ("number m 1", "un"),
                ("number f 1", "una"),
                ("number 16", "dieciséis"),
                ("number 21", "veintiuno"),
                ("number m 21", "veintiún"),
                ("number f 21", "veintiuna"),
                ("number 56", "cincuenta y seis"),
                ("number m 51", "cincuenta y un"),
                ("number 100", "cien"),
                ("number 101", "ciento uno"),
                ("number 412", "cuatrocientos doce"),
                ("number f 412", "cuatrocientas doce"),
                ("number 500", "quinientos"),
                ("number 1000", "mil"),
                ("number 1821", "mil ochocientos veintiuno"),
                ("number 21000", "veintiún mil"),
                ("number f 200000", "doscientas mil"),
                ("number 1000000", "un millón"),
                ("number 2300000", "dos millones trescientos mil"),
                ("ordinal 3", "3.º"),
                ("list a/b/c", "a, b y c"),
                ("list Juan/Isabel", "Juan e Isabel"),
                ("list padres/hijos", "padres e hijos"),
                ("list agua/hielo", "agua y hielo"),
                ("others 412 and", "y 412 más"),
                ("others 1", "1 más"),
                (
                    "withheld 3 superviviente supervivientes protected and",
                    "y 3 supervivientes cuyos nombres no se publican por su seguridad",
                ),
                (
                    "withheld 1 superviviente supervivientes protected",
                    "1 superviviente cuyo nombre no se publica por su seguridad",
                ),
                ("withheld 3 and", "y 3 más cuyos nombres no se publican"),
                ("category ciencia", "firmante de la categoría «ciencia» / firmantes de la categoría «ciencia»"),
                ("format %A, %-d de %B de %Y", "jueves, 11 de enero de 2018"),
            ],
        );
    }
}
