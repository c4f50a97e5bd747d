//! Login mechanisms, and the forms of a credential to redact.
//!
//! Credentials must never be sent before TLS is verified, except on loopback, or with a mechanism that the relay does not
//! offer.

use super::login::{Login, Proof, Secret};
use crate::text::redact::Redactor;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};

/// A SASL mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    /// PLAIN (RFC 4616): one line.
    Plain,
    /// LOGIN: username, then password. Some providers offer only this.
    Login,
    /// XOAUTH2: an access token, in one line.
    Xoauth2,
}

impl Mechanism {
    /// The preferred one first.
    const FOR_PASSWORDS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];
    const FOR_TOKENS: &[Mechanism] = &[Mechanism::Xoauth2];

    /// Returns the preferred mechanism that the reply to EHLO offers (RFC 4954 §3). Some relays write `AUTH=`, as in an old
    /// draft.
    pub(super) fn offered(ehlo: &str, proof: &Proof<Secret>) -> Option<Self> {
        let ehlo = ehlo.to_ascii_uppercase();
        let offers = |name: &str| {
            let mut lines = ehlo.lines().filter_map(|line| line.strip_prefix("AUTH"));
            lines.any(|line| line.starts_with([' ', '=']) && line.split([' ', '=']).any(|word| word == name))
        };
        let known = match proof {
            Proof::Password(_) => Self::FOR_PASSWORDS,
            Proof::Token(_) => Self::FOR_TOKENS,
        };
        known.iter().copied().find(|mechanism| offers(mechanism.name()))
    }

    /// Returns the lines to send, each with the required reply code (RFC 4954 §4). LOGIN asks for the username first,
    /// whatever its challenge says.
    pub(super) fn lines(self, login: &Login<Secret>) -> Vec<(String, u16)> {
        match self {
            Mechanism::Plain => vec![(format!("AUTH PLAIN {}\r\n", plain(login)), 235)],
            Mechanism::Login => vec![
                ("AUTH LOGIN\r\n".into(), 334),
                (format!("{}\r\n", base64(&login.username)), 334),
                (format!("{}\r\n", base64(login.proof.secret().expose())), 235),
            ],
            Mechanism::Xoauth2 => vec![(format!("AUTH XOAUTH2 {}\r\n", bearer(login)), 235)],
        }
    }

    /// The mechanism's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::Xoauth2 => "XOAUTH2",
        }
    }
}

/// Returns the mechanisms that the reply to EHLO offers, for a message.
pub(super) fn mechanisms(ehlo: &str) -> String {
    let lines = ehlo.lines().skip(1).filter(|line| line.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case("AUTH")));
    let words = lines.flat_map(|line| line[4..].split([' ', '='])).filter(|word| !word.is_empty());
    // Untrusted text: keep only what can be a mechanism's name (RFC 4422 §3.1).
    let is_name =
        |word: &&str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) && word.len() <= 20;
    let names: Vec<_> = words.filter(is_name).map(str::to_ascii_uppercase).collect();
    if names.is_empty() { "no login".to_owned() } else { names.join(", ") }
}

/// The initial response of PLAIN (RFC 4616 §2).
fn plain(login: &Login<Secret>) -> String {
    base64(&format!("\0{}\0{}", login.username, login.proof.secret().expose()))
}

/// Returns what precedes the token in the initial response of XOAUTH2.
fn before_token(login: &Login<Secret>) -> String {
    format!("user={}\x01auth=Bearer ", login.username)
}

fn bearer(login: &Login<Secret>) -> String {
    base64(&format!("{}{}\x01\x01", before_token(login), login.proof.secret().expose()))
}

/// RFC 4648 §4.
fn base64(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

/// Returns a redactor for every form in which the password or token is sent.
pub(super) fn redactor(login: &Login<Secret>) -> Redactor {
    let secret = login.proof.secret().expose();
    let mut forms = echoes(secret);
    match login.proof {
        Proof::Password(_) => forms.push(plain(login)),
        // The text before the token also occurs in ordinary error messages.
        Proof::Token(_) => {
            let word = bearer(login);
            let before = before_token(login).len() / 3 * 4;
            forms.push(word[before.min(word.len())..].to_owned());
        }
    }
    Redactor::new(&forms)
}

/// Returns the forms in which a relay can echo a secret: in clear, and in base64 at each of the three alignments, with any
/// bytes around it.
fn echoes(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), base64(secret)];
    // The first characters depend on the bytes before the secret.
    for (before, mixed) in [(0, 0), (1, 2), (2, 3)] {
        let bytes = [&b"\0\0"[..before], secret.as_bytes()].concat();
        let encoded = BASE64_STANDARD_NO_PAD.encode(&bytes);
        // The last character depends on the bytes after the secret, unless it ends with the secret.
        let end = encoded.len() - usize::from(bytes.len() % 3 != 0);
        // A shorter form would occur in any text.
        forms.extend(encoded.get(mixed..end).filter(|form| form.len() >= 4).map(str::to_owned));
    }
    forms
}

/// Decodes the challenge that explains why a token was refused: JSON in base64.
pub(super) fn token_error(question: &str) -> Option<String> {
    let json = BASE64_STANDARD.decode(question.trim()).ok()?;
    String::from_utf8(json).ok().filter(|reason| reason.trim_start().starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login<Secret> {
        Login { username: "desk".into(), proof: Proof::Password(Secret::new("open-sesame")) }
    }

    fn by_token() -> Login<Secret> {
        Login { username: "desk".into(), proof: Proof::Token(Secret::new("ya29.open-sesame")) }
    }

    #[test]
    fn the_offered_mechanisms_are_safe_to_show() {
        assert_eq!(mechanisms("relay.example\nAUTH cram-md5 GSSAPI\nAUTH=NTLM \u{1b}[2J"), "CRAM-MD5, GSSAPI, NTLM");
        assert_eq!(mechanisms("relay.example\nSIZE 9"), "no login");
    }

    #[test]
    fn the_preferred_mechanism_is_chosen_in_any_spelling() {
        for (ehlo, mechanism) in [
            ("relay.example\nAUTH LOGIN PLAIN", Some(Mechanism::Plain)),
            ("relay.example\nauth login", Some(Mechanism::Login)),
            ("relay.example\nAUTH=LOGIN", Some(Mechanism::Login)),
            ("relay.example\nAUTH XOAUTH2\nAUTH CRAM-MD5", None),
            ("relay.example\nAUTHENTIC PLAIN\nSIZE 9", None),
            ("relay.example", None),
        ] {
            assert_eq!(Mechanism::offered(ehlo, &login().proof), mechanism, "{ehlo}");
        }
    }

    #[test]
    fn a_token_is_sent_by_xoauth2_only() {
        for (ehlo, mechanism) in [
            ("relay.example\nAUTH PLAIN LOGIN xoauth2", Some(Mechanism::Xoauth2)),
            ("relay.example\nAUTH PLAIN LOGIN OAUTHBEARER", None),
        ] {
            assert_eq!(Mechanism::offered(ehlo, &by_token().proof), mechanism, "{ehlo}");
        }
        let line = "AUTH XOAUTH2 dXNlcj1kZXNrAWF1dGg9QmVhcmVyIHlhMjkub3Blbi1zZXNhbWUBAQ==\r\n";
        assert_eq!(Mechanism::Xoauth2.lines(&by_token()), [(line.to_string(), 235)]);
        let echo = "no: dXNlcj1kZXNrAWF1dGg9QmVhcmVyIHlhMjkub3Blbi1zZXNhbWUBAQ== or ya29.open-sesame";
        assert_eq!(redactor(&by_token()).clean(echo), "no: dXNlcj1kZXNrAWF1dGg9QmVhcmVy[hidden] or [hidden]");
    }

    #[test]
    fn the_error_challenge_is_decoded() {
        assert_eq!(token_error("eyJzdGF0dXMiOiI0MDAifQ=="), Some(r#"{"status":"400"}"#.into()));
        for question in ["", "VXNlcm5hbWU6", "what is that?", "gICA"] {
            assert_eq!(token_error(question), None, "{question}");
        }
    }

    #[test]
    fn each_mechanism_sends_its_lines() {
        assert_eq!(Mechanism::Plain.lines(&login()), [("AUTH PLAIN AGRlc2sAb3Blbi1zZXNhbWU=\r\n".to_string(), 235)]);
        let lines = [("AUTH LOGIN\r\n", 334), ("ZGVzaw==\r\n", 334), ("b3Blbi1zZXNhbWU=\r\n", 235)];
        assert_eq!(Mechanism::Login.lines(&login()), lines.map(|(line, code)| (line.to_string(), code)));
    }

    #[test]
    fn every_form_of_the_password_is_redacted() {
        let echo = "no: AUTH PLAIN AGRlc2sAb3Blbi1zZXNhbWU= or b3Blbi1zZXNhbWU= or open-sesame";
        assert_eq!(redactor(&login()).clean(echo), "no: AUTH PLAIN [hidden] or [hidden] or [hidden]");
    }

    #[test]
    fn base64_around_the_password_is_redacted_at_every_alignment() {
        for secret in ["open-sesame", "opens", "correct horse 4711", "päßwörd"] {
            let login = Login { username: "desk".into(), proof: Proof::Password(Secret::new(secret)) };
            for before in ["", "a", "ab", "desk:", "user=desk&pass="] {
                for after in ["", "!", "!!", "\r\n"] {
                    let echo = base64(&format!("{before}{secret}{after}"));
                    let clean = redactor(&login).clean(&format!("535 5.7.8 {echo}"));
                    let left = clean.replace("[hidden]", "").len() - "535 5.7.8 ".len();
                    // Only the characters around it are left, each with a few bits of the secret.
                    assert!(left <= base64(before).len() + 2 + base64(after).len(), "{secret} in {echo}: {clean}");
                    assert!(clean.contains("[hidden]"), "{secret} in {echo}: {clean}");
                }
            }
        }
    }
}
