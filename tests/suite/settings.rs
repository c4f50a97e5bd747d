//! `campaign.toml`: everything that is wrong in it is reported at once, with line and column, and never a password.

use crate::desk::Desk;

#[test]
fn all_wrong_settings_are_reported_at_once_with_line_and_column() {
    let desk = Desk::with("two-recipients");
    desk.write(
        "campaign.toml",
        "[campain]\n\
         [campaign]\n\
         id = \"a b\"\n\
         title = 7\n\
         date = \"2018-01-11\"\n\
         not_befour = 2018-01-11T09:00:00-05:00\n\
         not_after = 2018-01-11T09:00:00\n\
         [letter]\n\
         from = \"Lantern Alliance\"\n\
         cc = \"The Chair\"\n\
         [signatories]\n\
         order_by = \"sort-key\"\n\
         max_listed = -1\n\
         [privacy]\n\
         default_display = \"initial\"\n\
         consent = \"onfile\"\n\
         allow = [{ text = \"Hope\" }, \"Grace\"]\n\
         [relay]\n\
         port = 70000\n\
         rate = \"fast\"\n\
         timeout = \"1 day\"\n",
    );
    desk.refused(&[
        "error[settings-key]: campaign.toml:1:2",
        "error[settings-value]: campaign.toml:2:1",
        "error[settings-value]: campaign.toml:3:6",
        "error[settings-value]: campaign.toml:4:9",
        "error[settings-value]: campaign.toml:5:8",
        "error[settings-key]: campaign.toml:6:1",
        "error[settings-value]: campaign.toml:7:13",
        "error[settings-value]: campaign.toml:9:8",
        "error[settings-value]: campaign.toml:10:6",
        "error[settings-value]: campaign.toml:12:12",
        "error[settings-value]: campaign.toml:13:14",
        "error[settings-value]: campaign.toml:15:19",
        "error[settings-value]: campaign.toml:16:11",
        "error[settings-value]: campaign.toml:17:10",
        "error[settings-value]: campaign.toml:17:29",
        "error[settings-value]: campaign.toml:18:1",
        "error[settings-value]: campaign.toml:19:8",
        "error[settings-value]: campaign.toml:20:8",
        "error[settings-value]: campaign.toml:21:11",
    ])
    .reports("did you mean \"campaign\"?")
    .reports("did you mean \"not_before\"?")
    .reports("did you mean \"sort_key\"?")
    .reports("did you mean \"on-file\"?")
    .reports("[campaign] organisation is missing")
    .reports("[relay] host is missing");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_or_all_known_keys() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "return_path", "retrun_path");
    desk.refused(&["error[settings-key]: campaign.toml:9:1"])
        .reports("     9 | retrun_path = …\n       | ^\n")
        .reports("did you mean \"return_path\"?");
    desk.edit("campaign.toml", "retrun_path", "subject");
    desk.refused(&["error[settings-key]: campaign.toml:9:1"]).reports(
        "known here: archive, attach, cc, date_header, from, max_letters, max_size, paper_size, pdf, reply_to, return_path, template",
    );
}

#[test]
fn invalid_toml_is_reported_at_its_place() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "title = \"A letter to two\"", "title = A letter to two");
    let found = desk.found();
    assert!(!found.is_empty() && found.iter().all(|one| one.starts_with("error[settings-file]: campaign.toml:3:")));
    desk.run("write").exit(78);
    desk.holds_no_letters();
    desk.write("campaign.toml", b"[campaign]\nid = \"\xff\"\n");
    desk.refused(&["error[settings-file]: campaign.toml"]).reports("it is not UTF-8");
}

#[test]
fn every_verb_reports_a_folder_without_a_campaign() {
    let desk = Desk::with("two-recipients");
    std::fs::remove_file(desk.path("campaign.toml")).expect("removed");
    for verb in ["check", "preview", "preview --list", "write", "approve --by Ada", "rehearse", "send --yes", "status"]
    {
        let ran = desk.run(verb).exit(78);
        let printed = if verb == "check" { &ran.out } else { &ran.err };
        assert!(
            printed.contains("there is no campaign here") && printed.contains("name it with -C"),
            "{verb}: {printed}"
        );
    }
}

#[test]
fn a_password_in_the_settings_is_refused_and_not_shown() {
    for line in [
        "password = \"open-sesame\"",
        "password = { literal = \"open-sesame\" }",
        "password = [\"open-sesame\"]",
        "password = { env = \"A\", command = \"echo open-sesame\" }",
        "password = open-sesame",
        "password = \"open-sesame",
        "passwrd = \"open-sesame\"",
        "passwd = \"open-sesame\"",
        "pasword = open-sesame",
        "secret = \"open-sesame\"",
        "token = \"open-sesame\"",
        "username = { name = \"open-sesame\" }",
        "auth = { user = \"letters\", pass = \"open-sesame\" }",
    ] {
        let desk = Desk::with("two-recipients");
        let text = desk.text("campaign.toml");
        desk.write(
            "campaign.toml",
            format!("{text}username = \"letters\"\n{line}\n").replacen(
                "username = \"letters\"\nusername",
                "username",
                1,
            ),
        );
        for verb in ["check", "check --verbose", "check --format json", "write", "preview", "send --yes"] {
            let ran = desk.run(verb).exit(78);
            assert!(
                !format!("{}{}", ran.out, ran.err).contains("sesame"),
                "{verb} with {line}:\n{}{}",
                ran.out,
                ran.err
            );
        }
        desk.holds_no_letters();
    }
}

#[test]
fn allowed_texts_are_not_shown() {
    for allow in [
        "allow = [{ text = \"Satterwhaite\" }]",
        "allow = [\n  { text = \"Satterwhaite\", reson = \"a street\" },\n]",
        "allow = [{ text = \"Satterwhaite\", reason = a street }]",
        "allow = [\"Satterwhaite\"]",
        "allow = [\n[\"Satterwhaite\"]]",
        "alow = [\"Satterwhaite\"]",
        "allow = \"Satterwhaite\"",
    ] {
        let desk = Desk::with("two-recipients");
        desk.edit("campaign.toml", "[privacy]", &format!("[privacy]\n{allow}"));
        for verb in ["check", "check --format json", "write"] {
            let ran = desk.run(verb).exit(78);
            assert!(
                !format!("{}{}", ran.out, ran.err).contains("Satter"),
                "{verb} with {allow}:\n{}{}",
                ran.out,
                ran.err
            );
        }
    }
}

#[test]
fn check_and_write_do_not_fetch_the_password() {
    let desk = Desk::with("two-recipients");
    let text = desk.text("campaign.toml");
    desk.write(
        "campaign.toml",
        format!("{text}username = \"letters\"\npassword = {{ command = \"touch fetched\" }}\n"),
    );
    for verb in ["check --verbose", "preview", "write", "approve --by Ada", "rehearse", "status"] {
        desk.run(verb).exit(0);
    }
    assert!(!desk.has("fetched"));
}

#[test]
fn a_mode_is_joint_or_individual() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "organisation", "mode = \"single\"\norganisation");
    desk.refused(&["error[settings-value]: campaign.toml:4:8"]).reports("write one of \"joint\", \"individual\"");
}

#[test]
fn sending_the_next_commands_early_needs_pipelining() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "tls = \"none\"", "tls = \"none\"\npipeline_next = true");
    desk.run("check").exit(0);
    desk.edit("campaign.toml", "pipeline_next", "pipelining = false\npipeline_next");
    desk.run("check").exit(78).prints("[relay] pipeline_next needs PIPELINING");
}

#[test]
fn a_relay_without_tls_must_be_set_explicitly() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "tls = \"none\"", "");
    desk.refused(&["error[settings-value]: campaign.toml:23:1"]).reports("[relay] tls is missing");
    desk.edit("campaign.toml", "port = 2525", "port = 465");
    desk.run("check --verbose").exit(0).prints("127.0.0.1:465 · implicit TLS");
    desk.edit("campaign.toml", "port = 465", "port = 587");
    desk.run("check --verbose").exit(0).prints("127.0.0.1:587 · STARTTLS");
}

#[test]
fn a_remote_relay_without_tls_is_reported_before_sending() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "127.0.0.1", "smtp.provider.example");
    desk.refused(&["error[settings-value]: campaign.toml:26:7"]).reports("`host` is not this machine");
    for host in ["localhost", "::1"] {
        let desk = Desk::with("two-recipients");
        desk.edit("campaign.toml", "127.0.0.1", host);
        desk.run("check").exit(0);
    }
}

#[test]
fn settings_can_have_a_byte_order_mark_and_crlf() {
    let desk = Desk::with("two-recipients");
    let first = desk.written();
    let text = desk.text("campaign.toml");
    desk.write("campaign.toml", format!("\u{feff}{}", text.replace('\n', "\r\n")));
    desk.run("approve --by Ada").exit(0);
    desk.run("write --force").exit(0);
    assert_eq!(desk.outbox().get("manifest.csv"), first.get("manifest.csv"), "spelling is no change");
}

#[test]
fn check_shows_every_setting_in_force_and_no_secret() {
    let desk = Desk::sample();
    let text = desk.text("campaign.toml");
    desk.write(
        "campaign.toml",
        format!("{text}username = \"letters\"\npassword = {{ env = \"SESAME\" }}\nrate = \"30/min\"\n"),
    );
    let printed = desk.run("check --verbose").exit(0).hides("SESAME");
    for line in [
        "mode             joint\n",
        "template         letter\n",
        "recipients       recipients.csv · UTF-8 or UTF-16 · 10 rows\n",
        "domains          northlight.example, screenstandards.example\n",
        "signatories      signatories.csv · UTF-8 or UTF-16 · any number of rows\n",
        "group by         category\n",
        "order by         sort_key\n",
        "max listed       all\n",
        "consent          column\n",
        "default display  withheld\n",
        "protect          survivor\n",
        "min group        3\n",
        "allow            1 text\n",
        "relay            127.0.0.1:2525 · no TLS, loopback only · timeout 60s\n",
        "connections      1, 100 letters per connection\n",
        "username         letters\n",
        "rate             a letter every 2s\n",
    ] {
        assert!(printed.out.contains(line), "no {line:?} in\n{}", printed.out);
    }
}
