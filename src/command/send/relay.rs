//! The campaign's relay as `send` reaches it: settings, the login, and troubles in the user's words.

use crate::campaign::{self, Campaign};
use crate::command::exit::{Exit, Failure};
use crate::command::output::Output;
use crate::command::status::said;
use crate::relay::{DOT_TIMEOUT, Login, Proof, RelayError, Secret, Settings, Tls, Tokens};
use crate::terminal;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Mutex;

/// The relay that the campaign names.
pub(super) fn named(campaign: &Campaign) -> Result<&campaign::Relay, Failure> {
    campaign.settings.relay.as_ref().ok_or_else(|| {
        Failure::said(Exit::Settings, "campaign.toml names no relay")
            .help("add [relay] with host = \"…\"; `openletter rehearse` needs none")
    })
}

/// How the relay is reached, with the password or token fetched from where it is.
pub(super) fn settings(campaign: &Campaign, relay: &campaign::Relay, output: &Output) -> Result<Settings, Failure> {
    let login = match &relay.login {
        None => None,
        Some(login) if login.proof.is_asked_for() => {
            let password = ask(&login.username, &relay.host, output)?;
            Some(Login { username: login.username.clone(), proof: Proof::Password(password) })
        }
        Some(login) => {
            let secret = login.proof.fetch(campaign.dir()).map_err(|error| Failure::new(Exit::Settings, error))?;
            let proof = match login.proof {
                campaign::Proof::Password(_) => Proof::Password(Secret::new(secret)),
                campaign::Proof::Token(_) => Proof::Tokens(tokens(secret, login.proof.clone(), campaign.dir())),
            };
            Some(Login { username: login.username.clone(), proof })
        }
    };
    Ok(Settings {
        host: relay.host.clone(),
        port: relay.port,
        tls: match relay.tls {
            campaign::Tls::Implicit => Tls::Implicit,
            campaign::Tls::StartTls => Tls::StartTls,
            campaign::Tls::None => Tls::None,
        },
        ca_file: relay.ca_file.as_ref().map(|file| campaign.dir().join(file)),
        login,
        timeout: relay.timeout,
        dot_timeout: DOT_TIMEOUT,
        // Not the machine's name: every recipient could read it.
        hello: campaign.settings.sender.from.email.domain().to_owned(),
    })
}

/// The token that was fetched to begin with, and a new one for each connection after the first: tokens last for about an
/// hour, and a run at the rate of some providers for longer.
fn tokens(first: String, proof: campaign::Proof, dir: &Path) -> Tokens {
    let (first, dir) = (Mutex::new(Some(first)), dir.to_owned());
    Tokens::new(move || {
        let first = first.lock().ok().and_then(|mut first| first.take());
        let token = first.map_or_else(|| proof.fetch(&dir), Ok);
        token.map(Secret::new).map_err(|error| io::Error::other(format!("{error:#}")))
    })
}

/// The password, from whoever is at the terminal. Nothing of it is shown or kept.
fn ask(username: &str, host: &str, output: &Output) -> Result<Secret, Failure> {
    const HELP: &str = "at a terminal it is asked for; elsewhere say in [relay] where it is, as one of\n        \
        password = { env = \"OPENLETTER_PASSWORD\" }\n        \
        password = { command = \"pass show relay\" }\n        \
        password = { file = \"relay-password\" }";
    let nobody = || {
        let what =
            format!("campaign.toml does not say where the password of {username} is, and nobody is there to ask");
        Failure::said(Exit::Settings, what).help(HELP)
    };
    if !output.can_ask() {
        return Err(nobody());
    }
    match terminal::password(&format!("Password of {username} at {host}:")) {
        Ok(password) if password.is_empty() => Err(Failure::said(Exit::Settings, "no password was given").help(HELP)),
        Ok(password) => Ok(Secret::new(password)),
        Err(error) if error.kind() == ErrorKind::Interrupted => Err(Failure::told(Exit::Interrupted)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(Failure::said(Exit::Settings, "no password was given").help(HELP))
        }
        // A process can have a terminal for its streams, and none that it belongs to.
        Err(_) => Err(nobody()),
    }
}

/// A trouble with the relay, with what it said itself.
pub(super) fn failure(trouble: RelayError) -> Failure {
    let words = trouble.answer().map(|answer| format!("it said: {}", said(answer)));
    let help: Vec<String> = words.into_iter().chain(trouble.help().map(str::to_owned)).collect();
    let failure = Failure::new(Exit::Relay, trouble);
    if help.is_empty() { failure } else { failure.help(help.join("\n        ")) }
}
