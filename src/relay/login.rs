//! An account at the relay. The same type contains the place of the secret (in `campaign.toml`), a way to fetch it (in a run)
//! or the secret itself (in a session).
//!
//! A secret must never be printed, formatted or serialised.

use super::error::RelayError;
use std::fmt;
use std::io;
use std::sync::Arc;

/// An account at the relay. `S` is the secret, or how to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login<S = Credential> {
    /// The account's name.
    pub username: String,
    /// What proves that the account is ours.
    pub proof: Proof<S>,
}

/// What proves that an account is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof<S = Credential> {
    /// A password.
    Password(S),
    /// An access token (OAuth 2.0, RFC 6750).
    Token(S),
}

impl<S> Proof<S> {
    /// Returns the secret, or how to get it.
    pub fn secret(&self) -> &S {
        let (Proof::Password(secret) | Proof::Token(secret)) = self;
        secret
    }

    /// Returns its name in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Proof::Password(_) => "password",
            Proof::Token(_) => "token",
        }
    }

    /// Returns the same proof with another secret.
    pub fn with<T>(&self, secret: T) -> Proof<T> {
        match self {
            Proof::Password(_) => Proof::Password(secret),
            Proof::Token(_) => Proof::Token(secret),
        }
    }
}

impl Login {
    /// Fetches the secret for a new connection.
    pub(super) fn fetch(&self, relay: &str) -> Result<Login<Secret>, RelayError> {
        let secret = (self.proof.secret().0)();
        let secret = secret.map_err(|cause| RelayError::NoCredential {
            relay: relay.to_owned(),
            what: self.proof.name(),
            cause,
        })?;
        Ok(Login { username: self.username.clone(), proof: self.proof.with(secret) })
    }
}

/// How a run gets the secret. It is fetched for each connection, since an access token expires during a long run.
#[derive(Clone)]
pub struct Credential(Arc<dyn Fn() -> io::Result<Secret> + Send + Sync>);

impl Credential {
    /// Calls `fetch` for each connection. Its error must not contain any part of the secret.
    pub fn new(fetch: impl Fn() -> io::Result<Secret> + Send + Sync + 'static) -> Self {
        Credential(Arc::new(fetch))
    }
}

impl From<Secret> for Credential {
    fn from(secret: Secret) -> Self {
        Credential::new(move || Ok(secret.clone()))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(hidden)")
    }
}

/// A password or token. Only this module can read it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Secret(secret.into())
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_secrets() {
        let proof = Proof::Password(Credential::from(Secret::new("open sesame")));
        assert_eq!(format!("{proof:?} {:#?}", Secret::new("x")), "Password(Credential(hidden)) Secret(hidden)");
    }
}
