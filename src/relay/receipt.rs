//! What an accepting reply says about the letter: the relay's own id for it, and the Message-ID if the relay replaced ours.
//!
//! Nothing here may decide whether a letter was accepted. A text that is not recognised says nothing.

use super::reply::enhanced_code;
use crate::message::identity::is_message_id;
use crate::message::reply::{Answer, Stage};

/// Returns the id by which the relay's log knows an accepted letter; `None` if the reply is not in a known form.
pub fn queue_id(answer: &Answer) -> Option<&str> {
    let text = accepted_text(answer)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let after = |word: &str| words.iter().position(|other| other.eq_ignore_ascii_case(word)).map(|at| at + 1);
    let key = |key: &str| words.iter().find_map(|word| word.trim_start_matches('[').strip_prefix(key));
    let found = None
        // Postfix: "Ok: queued as 4X1".
        .or_else(|| {
            after("queued").filter(|at| words.get(*at) == Some(&"as")).and_then(|at| words.get(at + 1).copied())
        })
        // Exim: "OK id=1rNab-0001". Exchange: "<…> [InternalId=1, Hostname=…] Queued mail for delivery".
        .or_else(|| key("id="))
        .or_else(|| key("InternalId="))
        // Sendmail, OpenSMTPD: "4X1 Message accepted for delivery".
        .or_else(|| {
            after("message")
                .filter(|at| words.get(*at) == Some(&"accepted"))
                .and_then(|at| words.get(at.checked_sub(2)?).copied())
        })
        // qmail: "ok 1516 qp 123".
        .or_else(|| after("qp").and_then(|at| words.get(at).copied()))
        // Google: "OK  1516 4X1.1 - gsmtp".
        .or_else(|| {
            words.iter().position(|word| *word == "gsmtp").and_then(|at| words.get(at.checked_sub(2)?).copied())
        })
        // Amazon SES: "Ok 0100-…".
        .or_else(|| ses_id(text));
    found.map(|id| id.trim_matches([',', ';', '.', ')', ']', '>'])).filter(|id| is_id(id))
}

/// Returns the Message-ID that the relay gave an accepted letter in place of ours, with its angle brackets, if the reply says
/// so. `host` is the relay's name: Amazon SES says only the first half.
pub fn assigned_message_id(answer: &Answer, host: &str, to: &str) -> Option<String> {
    let text = accepted_text(answer)?;
    if let Some(id) = ses_id(text)
        && let Some(region) = host.strip_prefix("email-smtp.").and_then(|rest| rest.strip_suffix(".amazonaws.com"))
    {
        let domain = if region == "us-east-1" { "email" } else { region };
        return Some(format!("<{id}@{domain}.amazonses.com>"));
    }
    // Exchange Online: "OK <…@….prod.outlook.com> [Hostname=…]".
    let (_, rest) = text.split_once('<')?;
    let (id, _) = rest.split_once('>')?;
    let message_id = format!("<{id}>");
    (is_message_id(&message_id) && !id.eq_ignore_ascii_case(to)).then_some(message_id)
}

/// The text of a 250 to the final dot, without its enhanced code.
fn accepted_text(answer: &Answer) -> Option<&str> {
    if answer.stage != Stage::Dot || answer.code != Some(250) {
        return None;
    }
    let text = answer.text.trim();
    Some(match enhanced_code(text) {
        Some(_) => text.split_once(' ').map_or("", |(_, rest)| rest),
        None => text,
    })
}

/// "Ok 0100016a…-…-000000".
fn ses_id(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace();
    let (ok, id) = (words.next()?, words.next()?);
    let is_long = id.len() >= 40 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    (ok.eq_ignore_ascii_case("ok") && is_long && words.next().is_none()).then_some(id)
}

/// Whether a word can be an id, and not a word of the relay's language or an address.
fn is_id(word: &str) -> bool {
    (3..=100).contains(&word.len())
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(text: &str) -> Answer {
        Answer { stage: Stage::Dot, code: Some(250), text: text.to_owned() }
    }

    const SES: &str = "010f0167a1b2c3d4-0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d-000000";
    const EXCHANGE: &str =
        "2.0.0 OK <AM0PR01MB1@AM0PR01MB1.eurprd01.prod.outlook.com> [Hostname=AM0PR01MB1.eurprd01.prod.outlook.com]";

    #[test]
    fn the_relays_id_is_found_in_the_forms_of_common_servers() {
        for (text, id) in [
            ("2.0.0 Ok: queued as 4TzH5k2Q1Lz", "4TzH5k2Q1Lz"),
            ("OK id=1rNabc-0001Ab-2C", "1rNabc-0001Ab-2C"),
            ("2.0.0 w0BF1234567890 Message accepted for delivery", "w0BF1234567890"),
            ("ok 1515679201 qp 12345", "12345"),
            ("2.0.0 OK  1515679201 d12si345678qkb.90 - gsmtp", "d12si345678qkb.90"),
            ("2.6.0 <a@b.example> [InternalId=12345678, Hostname=x.example] Queued mail for delivery", "12345678"),
            (&*format!("Ok {SES}"), SES),
        ] {
            assert_eq!(queue_id(&accepted(text)), Some(id), "{text}");
        }
        for text in ["", "2.0.0 queued", "Ok: queued as jolene@mail.example", "OK", "thank you, Jolene", "queued as"] {
            assert_eq!(queue_id(&accepted(text)), None, "{text}");
        }
        assert_eq!(queue_id(&Answer { code: Some(550), ..accepted("queued as 4TzH5k2Q1Lz") }), None);
    }

    #[test]
    fn a_message_id_of_the_relays_own_is_found() {
        let of = |text: &str, host: &str| assigned_message_id(&accepted(text), host, "ceo@northlight.example");
        assert_eq!(
            of(EXCHANGE, "smtp.office365.com").as_deref(),
            Some("<AM0PR01MB1@AM0PR01MB1.eurprd01.prod.outlook.com>")
        );
        let ses = format!("Ok {SES}");
        let (ireland, virginia) = ("email-smtp.eu-west-1.amazonaws.com", "email-smtp.us-east-1.amazonaws.com");
        assert_eq!(of(&ses, ireland), Some(format!("<{SES}@eu-west-1.amazonses.com>")));
        assert_eq!(of(&ses, virginia), Some(format!("<{SES}@email.amazonses.com>")));
        assert_eq!(of(&ses, "smtp.example.org"), None);
        for text in [
            "2.0.0 Ok: queued as 4X1",
            "<ceo@northlight.example> accepted",
            "OK <>",
            "OK <a b@c>",
            "OK <a@b\r\nBcc: c@d>",
        ] {
            assert_eq!(of(text, "smtp.example.org"), None, "{text}");
        }
    }
}
