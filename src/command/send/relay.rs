//! The campaign's relay as `send` reaches it: settings, the login, and troubles in the user's words.

use crate::campaign::{self, Campaign};
use crate::command::exit::{Exit, Failure};
use crate::command::status::said;
use crate::relay::{DOT_TIMEOUT, Login, Proof, Secret, Settings, Tls, Trouble};

/// The relay that the campaign names.
pub(super) fn named(campaign: &Campaign) -> Result<&campaign::Relay, Failure> {
    campaign.settings.relay.as_ref().ok_or_else(|| {
        Failure::said(Exit::Settings, "campaign.toml names no relay")
            .help("add [relay] with host = \"…\"; `openletter rehearse` needs none")
    })
}

/// How the relay is reached, with the password or token fetched from where it is.
pub(super) fn settings(campaign: &Campaign, relay: &campaign::Relay) -> Result<Settings, Failure> {
    let login = match &relay.login {
        None => None,
        Some(login) => {
            let secret = login.proof.fetch(campaign.dir()).map_err(|error| Failure::new(Exit::Settings, error))?;
            let proof = match login.proof {
                campaign::Proof::Password(_) => Proof::Password(Secret::new(secret)),
                campaign::Proof::Token(_) => Proof::Token(Secret::new(secret)),
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

/// A trouble with the relay, with what it said itself.
pub(super) fn failure(trouble: Trouble) -> Failure {
    let words = trouble.answer().map(|answer| format!("it said: {}", said(answer)));
    let help: Vec<String> = words.into_iter().chain(trouble.help().map(str::to_owned)).collect();
    let failure = Failure::new(Exit::Relay, trouble);
    if help.is_empty() { failure } else { failure.help(help.join("\n        ")) }
}
