//! The command line's manners: help, completions, manual pages, and a word for a slip of the fingers.

use crate::desk::Desk;
use openletter::command::Exit;

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

/// The examples that a help ends with.
fn examples(help: &str) -> Vec<&str> {
    let (_, examples) = help.split_once("\nExamples:\n").expect(help);
    examples.lines().collect()
}

#[test]
fn help_is_short_or_long_and_ends_with_examples() {
    let mut desk = Desk::with("two-recipients");
    desk.env("COLUMNS", "80");
    for verb in verbs(&desk) {
        let (short, long) =
            (desk.run(&format!("{verb} -h")).exit(0).out, desk.run(&format!("{verb} --help")).exit(0).out);
        assert!(short.lines().count() < long.lines().count(), "{verb}:\n{short}");
        for (help, most) in [(&short, 3), (&long, 9)] {
            let begun = |line: &&&str| line.starts_with("  openletter ");
            let count = examples(help).iter().filter(begun).count();
            assert!((1..=most).contains(&count) && help.contains(&format!("openletter {verb}")), "{verb}:\n{help}");
            // Beyond the first line of an example only what belongs to it is set deeper.
            let deep = |line: &&str| line.starts_with("  ");
            assert!(verb == "preview" || examples(help).iter().all(deep), "{verb} is wrapped twice:\n{help}");
        }
    }
    assert!(examples(&desk.run("-h").exit(0).out).len() <= 3);
}

#[test]
fn exit_codes_have_a_line_each() {
    let mut desk = Desk::with("two-recipients");
    desk.env("COLUMNS", "80");
    let help = desk.run("--help").exit(0).out;
    let (_, listed) = help.split_once("\nExit codes:\n").expect("the codes");
    let codes: Vec<_> = listed.lines().map(|line| line.trim().split("  ").next().expect("a code").to_owned()).collect();
    assert_eq!(codes, Exit::ALL.map(|exit| exit.code().to_string()));
}

#[test]
fn options_that_every_verb_has_come_last_under_their_own_heading() {
    let desk = Desk::with("two-recipients");
    for verb in verbs(&desk) {
        for form in ["-h", "--help"] {
            let help = desk.run(&format!("{verb} {form}")).exit(0).out;
            let (own, global) = help.split_once("\nGlobal options:\n").expect(&help);
            for option in ["--campaign", "--quiet", "--color", "--help"] {
                assert!(
                    !own.contains(&format!("  {option}")) && !own.contains(&format!(", {option}")),
                    "{verb}:\n{help}"
                );
                assert!(global.contains(option), "{verb}:\n{help}");
            }
        }
    }
}

#[test]
fn a_slip_of_the_fingers_is_answered_with_the_word_that_was_meant() {
    let desk = Desk::with("two-recipients");
    desk.run("sedn").exit(64).tells("'send'");
    desk.run("preveiw").exit(64).tells("'preview'").hides("'approve'");
    desk.run("preview --lsit").exit(64).tells("'--list'");
    desk.run("man sedn").exit(64).tells("'send'");
    desk.run("send --limit x").exit(64).tells("write a whole number").hides("invalid digit");
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
    desk.run("man").exit(0).says(".SH EXAMPLES\n.nf\n\\&").says("EXIT STATUS");
}
