//! Parses, asks for, checks and formats the names of approvers.

use super::exit::{Exit, Failure};
use super::output::Output;
use crate::campaign::SignatoryList;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::outbox::Approval;
use crate::terminal;
use crate::text::characters::{TextUse, refused};
use std::io;
use std::process::{Command, Stdio};

/// The name as it is recorded, or why it cannot be recorded.
pub(super) fn parse_name(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    let why = match refused(name, TextUse::Name) {
        Some(refused) => format!("the approver's name contains {refused}"),
        None if name.is_empty() => "an approval needs a name".to_owned(),
        None => return Ok(name.to_owned()),
    };
    Err(Failure::msg(Exit::Usage, why).help("--by \"Your Name\""))
}

/// Asks for a name at the terminal.
pub(super) fn ask(output: &Output) -> Result<String, Failure> {
    debug_assert!(output.can_ask());
    let name = terminal::ask("Your name, for the record:", &mut io::stdin().lock(), &mut io::stderr().lock())?;
    if name.is_empty() {
        return Err(Failure::msg(Exit::Refused, "nothing was approved: no name was given"));
    }
    parse_name(&name)
}

/// Refuses the whole name or an address of somebody who is not shown, since an approval is stored with the letters.
pub(super) fn search(name: &str, list: &SignatoryList, output: &Output) -> Result<(), Failure> {
    if !list.names_someone(name) {
        return Ok(());
    }
    let what = "the approver's name is private data of somebody who is not shown, or could not be searched";
    let help = "give the name of the person who approves, as it may be published";
    Err(output.refuse([Finding::new(Code::Leak, what).help(help)]))
}

/// "Ada Example (2018-01-10 15:04Z), Bo Example (…)".
pub(super) fn format_approvals(approvals: &[Approval]) -> String {
    let each =
        approvals.iter().map(|approval| format!("{} ({})", approval.by, approval.at.strftime("%Y-%m-%d %H:%MZ")));
    each.collect::<Vec<_>>().join(", ")
}

/// The user's login name: from the environment, which `cron` and containers leave out, or from the system.
pub(super) fn login_name() -> Option<String> {
    let from_environment = ["USER", "LOGNAME", "USERNAME"].iter().filter_map(|name| std::env::var(name).ok());
    let from_system = || {
        let id = Command::new("id").arg("-un").stderr(Stdio::null()).output().ok()?;
        id.status.success().then(|| String::from_utf8_lossy(&id.stdout).trim().to_owned())
    };
    from_environment.into_iter().find(|name| !name.trim().is_empty()).or_else(from_system)
}
