//! Logging in: the mechanisms, and what of a login must be kept out of every text.
//!
//! Credentials must never be sent before TLS has been verified, but to this machine itself, and never by a mechanism
//! that the relay did not offer.

use super::secret::Sieve;
use super::settings::Login;
use lettre::transport::smtp::authentication::{Credentials, Mechanism as Encoding};
use lettre::transport::smtp::commands::Auth;

/// A way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    /// RFC 4616: everything in one line.
    Plain,
    /// What came before it, and some providers still have nothing else: name, then password.
    Login,
}

impl Mechanism {
    /// The better one first.
    const KNOWN: [(&'static str, Mechanism); 2] = [("PLAIN", Mechanism::Plain), ("LOGIN", Mechanism::Login)];

    /// The best mechanism among those that the answer to EHLO offers (RFC 4954 §3). Some relays write `AUTH=`, as was
    /// once drafted.
    pub(super) fn offered(ehlo: &str) -> Option<Self> {
        let ehlo = ehlo.to_ascii_uppercase();
        let offers = |name: &str| {
            let mut lines = ehlo.lines().filter_map(|line| line.strip_prefix("AUTH"));
            lines.any(|line| line.starts_with([' ', '=']) && line.split([' ', '=']).any(|word| word == name))
        };
        Self::KNOWN.into_iter().find(|(name, _)| offers(name)).map(|(_, mechanism)| mechanism)
    }

    /// The lines to say, each with the only code to go on after (RFC 4954 §4). What a relay calls its questions does not
    /// matter: LOGIN asks for the name first.
    pub(super) fn lines(self, login: &Login) -> Vec<(String, u16)> {
        match self {
            Mechanism::Plain => vec![(line(Encoding::Plain, login, None), 235)],
            Mechanism::Login => vec![
                (line(Encoding::Login, login, None), 334),
                (line(Encoding::Login, login, Some("Username")), 334),
                (line(Encoding::Login, login, Some("Password")), 235),
            ],
        }
    }
}

/// A sieve for each form in which the password goes over the wire.
pub(super) fn sieve(login: &Login) -> Sieve {
    let mut forms = vec![login.password.expose().to_string()];
    for line in [line(Encoding::Plain, login, None), line(Encoding::Login, login, Some("Password"))] {
        forms.extend(line.split_whitespace().last().map(str::to_string));
    }
    Sieve::new(&forms)
}

/// One line of a login as it goes over the wire.
fn line(encoding: Encoding, login: &Login, asked: Option<&str>) -> String {
    let credentials = Credentials::new(login.username.clone(), login.password.expose().to_string());
    Auth::new(encoding, credentials, asked.map(str::to_string)).expect("a question that lettre knows").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::secret::Secret;
    use super::*;

    fn login() -> Login {
        Login { username: "desk".into(), password: Secret::new("open-sesame") }
    }

    #[test]
    fn the_better_mechanism_is_taken_however_it_is_written() {
        for (ehlo, mechanism) in [
            ("relay.example\nAUTH LOGIN PLAIN", Some(Mechanism::Plain)),
            ("relay.example\nauth login", Some(Mechanism::Login)),
            ("relay.example\nAUTH=LOGIN", Some(Mechanism::Login)),
            ("relay.example\nAUTH XOAUTH2\nAUTH CRAM-MD5", None),
            ("relay.example\nAUTHENTIC PLAIN\nSIZE 9", None),
            ("relay.example", None),
        ] {
            assert_eq!(Mechanism::offered(ehlo), mechanism, "{ehlo}");
        }
    }

    #[test]
    fn each_mechanism_says_its_lines() {
        assert_eq!(Mechanism::Plain.lines(&login()), [("AUTH PLAIN AGRlc2sAb3Blbi1zZXNhbWU=\r\n".to_string(), 235)]);
        let lines = [("AUTH LOGIN\r\n", 334), ("ZGVzaw==\r\n", 334), ("b3Blbi1zZXNhbWU=\r\n", 235)];
        assert_eq!(Mechanism::Login.lines(&login()), lines.map(|(line, code)| (line.to_string(), code)));
    }

    #[test]
    fn no_form_of_the_password_passes_the_sieve() {
        let echo = "no: AUTH PLAIN AGRlc2sAb3Blbi1zZXNhbWU= or b3Blbi1zZXNhbWU= or open-sesame";
        assert_eq!(sieve(&login()).clean(echo), "no: AUTH PLAIN [hidden] or [hidden] or [hidden]");
    }
}
