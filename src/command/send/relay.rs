//! The campaign's relay as `send` reaches it: settings, the password, and troubles in the user's words.

use crate::campaign::{self, Campaign};
use crate::command::exit::{Exit, Failure};
use crate::command::status::said;
use crate::relay::{DOT_TIMEOUT, Login, Secret, Settings, Tls, Trouble};

/// The relay that the campaign names.
pub(super) fn named(campaign: &Campaign) -> Result<&campaign::Relay, Failure> {
    campaign.settings.relay.as_ref().ok_or_else(|| {
        Failure::said(Exit::Settings, "campaign.toml names no relay")
            .help("add [relay] with host = \"…\"; `openletter rehearse` needs none")
    })
}

/// How the relay is reached, with the password fetched from where it is.
pub(super) fn settings(campaign: &Campaign, relay: &campaign::Relay) -> Result<Settings, Failure> {
    let login = match &relay.login {
        None => None,
        Some((username, from)) => {
            let password = from.fetch(campaign.dir()).map_err(|error| Failure::new(Exit::Settings, error))?;
            Some(Login { username: username.clone(), password: Secret::new(password) })
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
