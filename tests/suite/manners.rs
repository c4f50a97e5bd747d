//! The command line's manners: help, completions, manual pages, and a word for a slip of the fingers.

use crate::desk::Desk;

/// Every verb, as the help lists them.
fn verbs(desk: &Desk) -> Vec<String> {
    let help = desk.run("--help").exit(0).out;
    let (_, listed) = help.split_once("Commands:\n").expect("the verbs");
    let (listed, _) = listed.split_once("\n\n").expect("an end");
    let verb =
        |line: &str| line.strip_prefix("  ")?.split(' ').next().filter(|verb| !verb.is_empty()).map(str::to_owned);
    let verbs: Vec<_> = listed.lines().filter_map(verb).filter(|verb| verb != "help").collect();
    assert!(verbs.len() >= 10, "{verbs:?}");
    verbs
}

#[test]
fn help_is_short_or_long_with_examples() {
    let desk = Desk::with("two-recipients");
    for verb in ["check", "init", "preview", "write", "approve", "send", "status", "completions", "man"] {
        assert!(!desk.run(&format!("{verb} -h")).exit(0).out.contains("Examples:"), "{verb}");
        desk.run(&format!("{verb} --help")).exit(0).says("Examples:").says(&format!("openletter {verb}"));
    }
    desk.run("--help").exit(0).says("Exit codes: 0 done");
}

#[test]
fn a_slip_of_the_fingers_is_answered_with_the_word_that_was_meant() {
    let desk = Desk::with("two-recipients");
    desk.run("sedn").exit(64).tells("'send'");
    desk.run("preview --lsit").exit(64).tells("'--list'");
    desk.run("man sedn").exit(64).tells("did you mean send?");
}

#[test]
fn every_shell_can_complete_every_verb() {
    let desk = Desk::with("two-recipients");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&format!("completions {shell}")).exit(0).out;
        for verb in verbs(&desk) {
            assert!(script.contains(&verb), "{shell} does not know {verb}");
        }
    }
}

#[test]
fn every_verb_has_a_manual_page() {
    let desk = Desk::with("two-recipients");
    for verb in verbs(&desk) {
        desk.run(&format!("man {verb}")).exit(0).says(".TH").says(&format!("openletter\\-{verb}"));
    }
    desk.run("man").exit(0).says(".SH EXAMPLES\n.nf\n\\&").says(".SH EXIT STATUS\n.nf\n\\&Exit codes: 0 done");
}
