//! The command line: help, completions, manual pages, and suggestions for misspelt words.

use crate::desk::Desk;
use openletter::command::Exit;

/// Every verb, as the help lists them.
pub(crate) fn verbs(desk: &Desk) -> Vec<String> {
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
            assert!(examples(help).iter().all(deep), "{verb} is wrapped twice:\n{help}");
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
fn global_options_come_last_under_their_own_heading() {
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
fn a_misspelt_word_suggests_the_right_one() {
    let desk = Desk::with("two-recipients");
    desk.run("sedn").exit(64).reports("'send'");
    desk.run("preveiw").exit(64).reports("'preview'").hides("'approve'");
    for verb in ["remind", "gather", "x"] {
        desk.run(verb).exit(64).reports(&format!("'{verb}'")).hides("similar");
    }
    desk.run("preview --lsit").exit(64).reports("'--list'");
    desk.run("man sedn").exit(64).reports("'send'");
    desk.run("send --limit x").exit(64).reports("must be a whole number").hides("invalid digit");
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
fn the_fish_completions_expand_no_variable() {
    let script = Desk::with("two-recipients").run("completions fish").exit(0).out;
    assert!(script.contains("\\$BROWSER") && !script.contains(" $BROWSER"), "{script}");
}

#[test]
fn completions_of_man_list_the_verbs() {
    let desk = Desk::with("two-recipients");
    let script = desk.run("completions fish").exit(0).out;
    let line = script.lines().find(|line| line.contains("_using_subcommand man") && line.contains("rehearse"));
    assert!(line.is_some(), "{script}");
    assert!(desk.run("completions --help").exit(0).out.contains("completions powershell"));
}

#[test]
fn every_verb_has_a_manual_page() {
    let desk = Desk::with("two-recipients");
    let version = env!("CARGO_PKG_VERSION");
    for verb in verbs(&desk).iter().map(String::as_str).chain([""]) {
        let page = desk.run(format!("man {verb}").trim_end()).exit(0).out;
        let name = ["openletter", verb].join("-").trim_end_matches('-').to_owned();
        let title = format!(".TH {} 1 20", name.to_uppercase().replace('-', "\\-"));
        assert!(page.starts_with(&title) && page.contains(&format!("\"openletter {version}\"")), "{page}");
        for section in ["NAME", "SYNOPSIS", "EXAMPLES", "EXIT STATUS", "FILES", "ENVIRONMENT", "SEE ALSO"] {
            let (_, rest) = page.split_once(&format!(".SH {section}\n")).unwrap_or_else(|| panic!("{section}: {page}"));
            assert!(!rest.starts_with(".SH"), "{verb}: {section} is blank");
        }
        let requests = [".TH ", ".SH ", ".TP", ".IP", ".PP", ".nf", ".fi"];
        for line in page.lines() {
            assert!(
                !line.starts_with(['.', '\'']) || requests.iter().any(|request| line.starts_with(request)),
                "{line}"
            );
            assert!(line.len() <= 110 && !line.is_empty(), "{line}");
        }
    }
    let synopsis = |verb: &str| {
        let page = desk.run(&format!("man {verb}")).exit(0).out;
        let (_, rest) = page.split_once(".SH SYNOPSIS\n").expect("a synopsis");
        let (synopsis, _) = rest.split_once(".SH").expect("its end");
        synopsis.replace("\\fB", "").replace("\\fI", "").replace("\\fR", "").replace('\\', "").replace('\n', " ")
    };
    for part in ["[--part PART]", "[--diff A B]", "[ID...]"] {
        assert!(synopsis("preview").contains(part), "{part}: {}", synopsis("preview"));
    }
    assert_eq!(
        synopsis("settle").trim(),
        "openletter settle --sent | --resend | --drop [--from FILE] [--shard I/N] [--all-unknown] [--by NAME] [--yes] [ID...]"
    );
    let settle = desk.run("man settle").exit(0).prints("Message").prints("openletter settle 3");
    drop(settle.prints("relay's log"));
}
