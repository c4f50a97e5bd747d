//! The campaigns of the findings' snapshots: small edits of `two-recipients`, at least one for each code.

use super::Case;
use super::Edit::{self, Append, Remove, Replace, Write};

const CAMPAIGN: &str = "campaign.toml";
const SIGNATORIES: &str = "signatories.csv";
const RECIPIENTS: &str = "recipients.csv";
const LETTER: &str = "templates/letter.md.hbs";

/// What an earlier import left: the digests of Ifeoma's address and of the name that the form had then.
const IMPORTED: &[u8] = b"{\"key\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"rows\":{\"de4ab97c4c264af8d937d4bdde1f3c3f\":{\"name\":\"488094283c2dc55e5d8873127567421b\"}}}";

/// The record of a withdrawal: the digest of Ifeoma's address.
const WITHDRAWN: &[u8] = b"{\"key\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"withdrawn\":[{\"on\":\"2018-01-20\",\"id\":null,\"email\":\"a8368376d23ab0789ecf1de4a22a95d2\",\"name\":null}]}";

/// A case that `check` reports.
const fn check(code: &'static str, what: &'static str, edits: &'static [Edit]) -> Case {
    Case { code, what, words: "check --verbose", edits }
}

/// A letter of 103,000 bytes.
const LONG: &[u8] = &{
    let mut text = [b'.'; 103_000];
    let subject = b"Subject: Hello\n\n";
    let mut at = 0;
    while at < text.len() {
        if at < subject.len() {
            text[at] = subject[at];
        } else if at % 60 == 0 {
            text[at] = b'\n';
        }
        at += 1;
    }
    text
};

/// Two signatories in whose names letters go out, and a letter.
const BOTH_WRITE: &[u8] = b"id,name,category,display,consent,letter_consent,email\ns1,Ifeoma Nwachinemere,ally,full,given,yes,ifeoma@inbox.example\ns2,Rosa Mora,ally,full,given,yes,rosa@inbox.example\n";
const FROM_ONE: &[u8] = b"Subject: A letter to {{recipient.title}}\n\n{{salutation}}\n\nPlease stop the series before its next season.\n\n{{closing}}\n\n{{signatory.name}}\n";

/// In the order of `docs/findings.md`.
pub(super) const CASES: &[Case] = &[
    check("settings-file", "a table's bracket is not closed", &[Replace(CAMPAIGN, "[letter]", "[letter")]),
    check("settings-key", "a misspelt key", &[Replace(CAMPAIGN, "organisation", "organization")]),
    check("settings-value", "a port that cannot be", &[Replace(CAMPAIGN, "port = 2525", "port = 0")]),
    check("settings-value", "a key that is missing", &[Replace(CAMPAIGN, "organisation = \"Lantern Alliance\"\n", "")]),
    check("list-file", "no recipient list", &[Remove(RECIPIENTS)]),
    check("list-encoding", "Windows-1252 instead of UTF-8", &[Write(SIGNATORIES, b"name,display\nZo\xeb,full\n")]),
    check("list-header", "no column of addresses", &[Replace(RECIPIENTS, ",email", ",E-Mail Adr.")]),
    check("list-header", "a header twice", &[Replace(RECIPIENTS, "honorific,given_name", "given_name,given_name")]),
    check("header-like", "a misspelt header", &[Replace(SIGNATORIES, "category", "categry")]),
    check("list-mapping", "a header that the list lacks", &[Replace(CAMPAIGN, "[privacy]", "[signatories.columns]\nname = \"Full name\"\n\n[privacy]")]),
    check("list-quote", "a quotation mark that is never closed", &[Replace(RECIPIENTS, "General Counsel", "\"General Counsel")]),
    check("row-length", "a comma without quotation marks", &[Replace(RECIPIENTS, ",General Counsel", ",General, Counsel")]),
    check("cell-text", "a right-to-left override in a name", &[Replace(RECIPIENTS, "Penhallick", "Pen\u{202e}hallick")]),
    check("cell-missing", "a recipient without an address", &[Replace(RECIPIENTS, "legal@northlight.example", "")]),
    check("cell-value", "a display choice that does not exist", &[Replace(SIGNATORIES, "survivor,withheld", "survivor,hidden")]),
    check("cell-content", "a phone number for a role", &[Replace(SIGNATORIES, "email,affiliation", "email,role"), Replace(SIGNATORIES, "Corran Bridge", "07700 900123")]),
    check("cell-unusual", "a name in capitals", &[Replace(RECIPIENTS, "Chris,Penhallick", "CHRIS,PENHALLICK")]),
    check("cell-unwrapped", "a spreadsheet's apostrophe", &[Replace(RECIPIENTS, "legal,", "'007,")]),
    Case { code: "import-conflict", what: "a name edited in the list and changed in the form", words: "import export.csv", edits: &[Write("export.csv", b"Timestamp,Email Address,Your name\n2018-01-05,ifeoma@inbox.example,I. N.\n"), Write(".openletter/import-signatories-csv.json", IMPORTED)] },
    Case { code: "answer-row", what: "a kind of answer that there is not", words: "answer --from answers.csv", edits: &[Write("answers.csv", b"id,kind\nceo,answered\n")] },
    check("list-count", "fewer rows than expected", &[Replace(CAMPAIGN, "group_by =", "expect = 3\ngroup_by =")]),
    check("id-twice", "two recipients with one id", &[Replace(RECIPIENTS, "legal,", "ceo,")]),
    check("signatory-twin", "a row twice", &[Append(SIGNATORIES, "Ifeoma Nwachinemere,campaigner,full,given,,,ifeoma@inbox.example,Corran Bridge\n")]),
    check("signatory-address", "one address for two signatories", &[Replace(SIGNATORIES, "jolene@", "ifeoma@")]),
    check("signatory-like", "one name with two addresses", &[Append(SIGNATORIES, "Ifeoma Nwachinemere,campaigner,full,given,,,i.n@inbox.example,Corran Bridge\n")]),
    check("name-doubtful", "a test entry", &[Append(SIGNATORIES, "Test Test,campaigner,full,given,,,someone@inbox.example,\n")]),
    check("signatory-minor", "a signatory who is under age", &[Replace(SIGNATORIES, ",full,given,,,", ",full,given,,no,")]),
    check("consent-unknown", "no column of consent", &[Write(SIGNATORIES, b"name,email\nIfeoma Nwachinemere,ifeoma@inbox.example\n")]),
    check("consent-missing", "consent is pending", &[Replace(SIGNATORIES, "full,given", "full,pending")]),
    check("letter-consent", "a signatory who is not shown in full", &[Replace(CAMPAIGN, "date =", "mode = \"individual\"\ndate ="), Replace(CAMPAIGN, "return_path", "max_letters = 10\nreturn_path"), Write(SIGNATORIES, BOTH_WRITE), Replace(SIGNATORIES, "full", "initials"), Write(LETTER, FROM_ONE)]),
    check("not-verified", "only verified signatures count", &[Replace(CAMPAIGN, "group_by =", "count = \"verified\"\ngroup_by ="), Write(SIGNATORIES, b"name,category,display,consent,verified\nIfeoma Nwachinemere,campaigner,full,given,yes\nJolene Satterwhaite,campaigner,full,given,\n")]),
    check("withdrawn-listed", "a list from before somebody withdrew", &[Write(".openletter/withdrawn.json", WITHDRAWN)]),
    check("signed-again", "somebody signed a petition twice", &[Replace(CAMPAIGN, "[signatories]", "[petition]\n[signatories]"), Append(SIGNATORIES, "Ifeoma Nwachinemere,campaigner,full,given,,,ifeoma@inbox.example,Corran Bridge\n")]),
    check("protected-shown", "a survivor in full without a date of consent", &[Replace(SIGNATORIES, "withheld,given,2018-01-05,yes", "full,given,,")]),
    check("category-undeclared", "a misspelt category", &[Append(SIGNATORIES, "Rosa Mora,survivr,full,given,,,rosa@inbox.example,\n")]),
    check("category-undeclared", "protection without a table", &[Replace(CAMPAIGN, "[categories]\nsurvivor = { one = \"survivor\", many = \"survivors\" }\ncampaigner = { one = \"campaigner\", many = \"campaigners\" }\nally = { one = \"ally\", many = \"allies\" }\n", "")]),
    check("category-missing", "a named signatory without a category", &[Append(SIGNATORIES, "Rosa Mora,,full,given,,,rosa@inbox.example,\n")]),
    check("initials-missing", "initials of Chinese signs", &[Append(SIGNATORIES, "\u{738b}\u{5c0f}\u{660e},campaigner,initials,given,,,wang@inbox.example,\n")]),
    check("pseudonym-missing", "no pseudonym", &[Replace(SIGNATORIES, "campaigner,full", "campaigner,pseudonym")]),
    check("pseudonym-own", "the whole name as pseudonym", &[Write(SIGNATORIES, b"name,category,display,consent,consent_at,adult,email,affiliation,pseudonym\nIfeoma Nwachinemere,campaigner,pseudonym,given,,,ifeoma@inbox.example,,Ifeoma Nwachinemere\n")]),
    check("nobody-named", "everybody is withheld", &[Replace(SIGNATORIES, "campaigner,full", "campaigner,withheld")]),
    check("group-small", "a group smaller than `min_group`", &[Replace(CAMPAIGN, "min_group = 1", "min_group = 5")]),
    check("withheld-few", "one of four is withheld", &[Replace(CAMPAIGN, "min_group = 1", "min_group = 2"), Append(SIGNATORIES, "Rosa Mora,survivor,full,given,2018-01-05,yes,rosa@inbox.example,\nAda Quill,survivor,full,given,2018-01-05,yes,ada@inbox.example,\nBea Thorne,survivor,full,given,2018-01-05,yes,bea@inbox.example,\n")]),
    check("rare-detail", "initials beside an affiliation of one", &[Write(SIGNATORIES, b"name,category,display,consent,consent_at,adult,email,affiliation,show_affiliation\nIfeoma Nwachinemere,campaigner,initials,given,,,ifeoma@inbox.example,Corran Bridge,yes\nRosa Mora,campaigner,full,given,,,rosa@inbox.example,,\n")]),
    check("protected-detail", "a survivor with an affiliation", &[Replace(SIGNATORIES, "withheld,given", "full,given")]),
    check("pseudonym-telling", "a given name and figures", &[Write(SIGNATORIES, b"name,category,display,consent,consent_at,adult,email,affiliation,pseudonym\nIfeoma Nwachinemere,campaigner,pseudonym,given,,,ifeoma@inbox.example,,ifeoma84\n")]),
    check("order-telling", "initials in the order of real names", &[Replace(CAMPAIGN, "protect = [\"survivor\"]\n", ""), Replace(CAMPAIGN, "group_by = \"category\"", "order_by = \"file\""), Write(SIGNATORIES, "name,category,display,consent,consent_at,adult,email,affiliation\nBo Ask,,full,given,,,bo@inbox.example,\nZoë Dahl,,full,given,,,zoe@inbox.example,\nCleo Ek,,initials,given,,,cleo@inbox.example,\nIda Frost,,full,given,,,ida@inbox.example,\nAda Lund,,full,given,,,ada@inbox.example,\n".as_bytes())]),
    check("address-invalid", "a domain of one label", &[Replace(RECIPIENTS, "legal@northlight.example", "legal@northlight")]),
    check("address-twice", "the same name and address", &[Replace(RECIPIENTS, "legal,,Chris,Penhallick", "legal,,Thandeka,Okafor"), Replace(RECIPIENTS, "legal@", "CEO@")]),
    check("address-shared", "the same address in capitals", &[Replace(RECIPIENTS, "legal@", "CEO@")]),
    check("address-unusual", "a free mail service", &[Replace(RECIPIENTS, "legal@northlight.example", "chris@gmail.com")]),
    check("checked-long-ago", "a check of two years ago", &[Replace(RECIPIENTS, "title,email", "title,email,checked_on"), Replace(RECIPIENTS, "ceo@northlight.example", "ceo@northlight.example,2016-01-11"), Replace(RECIPIENTS, "legal@northlight.example", "legal@northlight.example,")]),
    check("address-domain", "another domain", &[Replace(CAMPAIGN, "[privacy]", "[recipients]\ndomains = [\"northlight.example\"]\n\n[privacy]"), Replace(RECIPIENTS, "legal@northlight", "legal@southlight")]),
    check("salutation-missing", "neither name nor title", &[Replace(RECIPIENTS, ",Chris,Penhallick,General Counsel", ",,,")]),
    check("language-missing", "no German letter", &[Replace(RECIPIENTS, "title,email", "title,language,email"), Replace(RECIPIENTS, "Executive Officer,", "Executive Officer,de,"), Replace(RECIPIENTS, "General Counsel,", "General Counsel,,")]),
    check("category-language", "no German words", &[Replace(RECIPIENTS, "title,email", "title,language,email"), Replace(RECIPIENTS, "Executive Officer,", "Executive Officer,de,"), Replace(RECIPIENTS, "General Counsel,", "General Counsel,,"), Write("templates/letter.de.md.hbs", b"Subject: Brief\n\n{{salutation}}\n\n{{closing}}\n")]),
    check("do-not-contact", "a recipient who wants no letter", &[Replace(RECIPIENTS, "title,email", "title,email,do_not_contact"), Replace(RECIPIENTS, "ceo@northlight.example", "ceo@northlight.example,"), Replace(RECIPIENTS, "legal@northlight.example", "legal@northlight.example,yes")]),
    check("template-file", "no letter", &[Remove(LETTER)]),
    check("template-text", "a right-to-left override in a word", &[Replace(LETTER, "signatories", "signat\u{202e}ories")]),
    check("template-syntax", "a brace too few", &[Replace(LETTER, "{{closing}}", "{{closing}")]),
    check("template-header", "a misspelt header field", &[Replace(LETTER, "Subject", "Subjekt")]),
    check("name-unknown", "a misspelt column", &[Replace(LETTER, "recipient.title", "recipient.titel")]),
    check("name-kind", "a list that is printed", &[Replace(LETTER, "{{closing}}", "{{groups}}")]),
    check("helper-unknown", "a misspelt helper", &[Replace(LETTER, "words count", "wrods count")]),
    check("partial-unknown", "a partial without a file", &[Replace(LETTER, "{{closing}}", "{{> footer}}")]),
    check("partial-circle", "a partial that includes itself", &[Replace(LETTER, "{{closing}}", "{{> footer}}"), Write("templates/footer.md.hbs", b"{{> footer}}\n")]),
    check("cell-empty", "a cell that is blank in one row", &[Replace(LETTER, "{{closing}}", "{{recipient.honorific}}")]),
    check("image", "an image that is SVG", &[Write("images/logo.svg", b"<svg/>"), Replace(LETTER, "{{closing}}", "![Logo](images/logo.svg)")]),
    check("lines-together", "a signature without line breaks", &[Replace(LETTER, "{{closing}}", "{{closing}}\nAnna Berg\nDirector")]),
    check("image-text", "an image without words", &[Write("images/logo.gif", b"GIF89a\x01\0\x01\0\0\0\0"), Replace(LETTER, "{{closing}}", "![](images/logo.gif)")]),
    check("remote-content", "an image on a server", &[Replace(LETTER, "{{closing}}", "![Logo](https://lantern.example/logo.png)")]),
    check("attachment", "a file that is missing", &[Replace(LETTER, "\n\n{{salutation}}", "\nAttach: annex.pdf\n\n{{salutation}}")]),
    check("attachment-type", "text with the name of a PDF", &[Write("attachments/annex.pdf", b"Annex\n"), Replace(LETTER, "\n\n{{salutation}}", "\nAttach: annex.pdf\n\n{{salutation}}")]),
    check("letter-size", "a limit that is too small", &[Replace(CAMPAIGN, "[letter]", "[letter]\nmax_size = \"1kB\"")]),
    check("size-clipped", "a letter as long as a book", &[Write(LETTER, LONG)]),
    check("output-limit", "loops in loops", &[Replace(SIGNATORIES, "survivor,withheld", "survivor,full"), Write(LETTER, b"Subject: Hello\n\n{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}{{#each @root.signatures}}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}\n")]),
    check("body-markup", "HTML in a Markdown letter", &[Replace(LETTER, "{{closing}}", "<b>{{closing}}</b>")]),
    check("too-many-letters", "more letters than are meant", &[Replace(CAMPAIGN, "date =", "mode = \"individual\"\ndate ="), Replace(CAMPAIGN, "return_path", "max_letters = 3\nreturn_path"), Write(SIGNATORIES, BOTH_WRITE), Write(LETTER, FROM_ONE)]),
    check("letters-alike", "letters without own words", &[Replace(CAMPAIGN, "date =", "mode = \"individual\"\ndate ="), Replace(CAMPAIGN, "return_path", "max_letters = 4\nreturn_path"), Write(SIGNATORIES, BOTH_WRITE), Write(LETTER, FROM_ONE)]),
    check("header-text", "an empty subject in one letter", &[Remove(LETTER), Write("templates/letter.txt.hbs", b"Subject: {{#if recipient.honorific}}Hello{{/if}}\n\n{{salutation}}\n")]),
    check("number-wrong", "a number that is not the list's", &[Replace(LETTER, "{{words count.total}}", "three")]),
    check("date-relative", "a day that moves", &[Replace(LETTER, "We are", "Today we are")]),
    Case { code: "press-file", what: "a press text that is missing", words: "check --verbose --press missing.txt", edits: &[] },
    Case { code: "page", what: "a template of the page that is wrong", words: "pdf", edits: &[Write("templates/letter.typ", b"#set document(title: \"A\")\n#letter.date\n")] },
    Case { code: "page", what: "a letter in plain text", words: "pdf", edits: &[Remove(LETTER), Write("templates/letter.txt.hbs", b"Subject: A\n\n{{salutation}}\n\n{{roll}}\n")] },
    Case { code: "font", what: "a letter with Thai in it", words: "pdf", edits: &[Replace(LETTER, "We are", "\u{e02}\u{e2d} We are")] },
    Case { code: "font", what: "a file that is not a font", words: "pdf", edits: &[Write("fonts/serif.ttf", b"<html>")] },
    check("wire", "a letter without text", &[Remove(LETTER), Write("templates/letter.txt.hbs", b"Subject: Hello\n\n{{#if recipient.honorific}}{{salutation}}{{/if}}\n")]),
    check("leak", "a withheld name in the letter", &[Replace(LETTER, "We are", "Jolene Satterwhaite and we are")]),
    check("overlap", "a recipient with a withheld signatory's name", &[Replace(RECIPIENTS, "Chris,Penhallick", "Jolene,Satterwhaite")]),
    check("file-not-searched", "an attached PDF", &[Write("attachments/annex.pdf", b"%PDF-1.4\n"), Replace(LETTER, "\n\n{{salutation}}", "\nAttach: annex.pdf\n\n{{salutation}}")]),
    check("not-searched", "a name of one letter", &[Replace(SIGNATORIES, "Jolene Satterwhaite", "J")]),
    check(
        "not-searched",
        "two names of one letter",
        &[Replace(SIGNATORIES, "Jolene Satterwhaite", "J"), Append(SIGNATORIES, "K,campaigner,withheld,given,,yes,k@inbox.example,\n")],
    ),
];
