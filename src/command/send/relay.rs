//! Prepares the relay's settings and credentials for `send`, and reports its errors with their fixes.
//!
//! A password or token must never be shown, nor kept longer than the run.

use crate::campaign::{self, Campaign, SecretFrom};
use crate::command::exit::{Exit, Failure};
use crate::command::output::Output;
use crate::command::status::format_answer;
use crate::delivery::Route;
use crate::message::host::ascii_host;
use crate::relay::{Credential, DOT_TIMEOUT, Login, Proof, RelayError, Secret, Settings};
use crate::terminal;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Mutex;

/// The relays in `campaign.toml`.
pub(super) fn configured(campaign: &Campaign) -> Result<&campaign::Relays, Failure> {
    campaign.settings.relays.as_ref().ok_or_else(|| {
        Failure::msg(Exit::Settings, "campaign.toml has no [relay]")
            .help("add [relay] with host = \"…\"; `openletter rehearse` needs none")
    })
}

/// Returns how to reach each relay, and how much it gets.
pub(super) fn routes(campaign: &Campaign, relays: &campaign::Relays, output: &Output) -> Result<Vec<Route>, Failure> {
    let route = |relay: &campaign::Relay| {
        Ok(Route {
            name: relay.name.clone(),
            settings: settings(campaign, relay, output)?,
            weight: relay.weight,
            connections: relay.connections,
            per_connection: relay.per_connection,
        })
    };
    relays.all.iter().map(route).collect()
}

/// Returns how to reach a relay. The password or token is fetched now, so that a missing one is reported before
/// connecting.
fn settings(campaign: &Campaign, relay: &campaign::Relay, output: &Output) -> Result<Settings, Failure> {
    let login = relay.login.as_ref().map(|login| {
        let credential = match &login.proof {
            Proof::Password(SecretFrom::Terminal) => ask(&login.username, &relay.host, output)?.into(),
            proof => {
                let secret = campaign::fetch_secret(proof, campaign.dir())
                    .map_err(|error| Failure::new(Exit::Settings, error))?;
                match proof {
                    Proof::Password(_) => Secret::new(secret).into(),
                    Proof::Token(_) => tokens(secret, proof.clone(), campaign.dir()),
                }
            }
        };
        Ok::<_, Failure>(Login { username: login.username.clone(), proof: login.proof.with(credential) })
    });
    Ok(Settings {
        // DNS and certificates use the ASCII form of names such as bücher.example.
        host: ascii_host(&relay.host),
        port: relay.port,
        tls: relay.tls,
        ca_file: relay.ca_file.as_ref().map(|file| campaign.dir().join(file)),
        login: login.transpose()?,
        pipelining: relay.pipelining,
        timeout: relay.timeout,
        dot_timeout: DOT_TIMEOUT,
        // Not the machine's name: every recipient could read it.
        hello: campaign.settings.sender.from.email.domain().to_owned(),
    })
}

/// Uses the token fetched first, then fetches one for each connection: tokens expire after about an hour, and a slow run
/// takes longer.
fn tokens(first: String, proof: Proof<SecretFrom>, dir: &Path) -> Credential {
    let (first, dir) = (Mutex::new(Some(first)), dir.to_owned());
    Credential::new(move || {
        let first = first.lock().ok().and_then(|mut first| first.take());
        let token = first.map_or_else(|| campaign::fetch_secret(&proof, &dir), Ok);
        token.map(Secret::new).map_err(|error| io::Error::other(format!("{error:#}")))
    })
}

/// Asks for the password at the terminal, without showing it.
fn ask(username: &str, host: &str, output: &Output) -> Result<Secret, Failure> {
    const HELP: &str = "run at a terminal to be asked for it, or add to [relay] one of\n        \
        password = { env = \"OPENLETTER_PASSWORD\" }\n        \
        password = { command = \"pass show relay\" }\n        \
        password = { file = \"relay-password\" }";
    let nobody = || {
        let what = format!(
            "campaign.toml does not say where to find the password of {username}, and there is no terminal to ask at"
        );
        Failure::msg(Exit::Settings, what).help(HELP)
    };
    if !output.can_ask() {
        return Err(nobody());
    }
    match terminal::password(&format!("Password of {username} at {host}:")) {
        Ok(password) if password.is_empty() => Err(Failure::msg(Exit::Settings, "no password was given").help(HELP)),
        Ok(password) => Ok(Secret::new(password)),
        Err(error) if error.kind() == ErrorKind::Interrupted => Err(Failure::reported(Exit::Interrupted)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(Failure::msg(Exit::Settings, "no password was given").help(HELP))
        }
        // A process can have a terminal as its streams but no controlling terminal.
        Err(_) => Err(nobody()),
    }
}

impl From<RelayError> for Failure {
    /// Exit code 69, with the relay's answer.
    fn from(error: RelayError) -> Failure {
        let answer = error.answer().map(|answer| format!("it answered: {}", format_answer(answer)));
        let help: Vec<String> = answer.into_iter().chain(error.help().map(str::to_owned)).collect();
        let failure = Failure::new(Exit::Relay, error);
        if help.is_empty() { failure } else { failure.help(help.join("\n        ")) }
    }
}
