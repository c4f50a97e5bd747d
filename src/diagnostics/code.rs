//! The codes of findings, with their severities and meanings.
//!
//! The table in `docs/findings.md` is tested against this list. A published code must never get another meaning.

use serde::{Serialize, Serializer};
use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written or sent until it is fixed.
    Error,
    /// A person should decide; it stops nothing.
    Warning,
    /// Expected; counted, and listed by `check --verbose`.
    Note,
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $meaning:literal)*) => {
        /// The kind of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The name in messages and JSON, which scripts can rely on.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// Error, warning or note.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    SettingsFile "settings-file" Error "`campaign.toml` cannot be read, or is not TOML."
    SettingsKey "settings-key" Error "`campaign.toml` has an unknown key or table."
    SettingsValue "settings-value" Error "A value in `campaign.toml` is missing or not allowed."

    ListFile "list-file" Error "A list cannot be opened or read."
    ListEncoding "list-encoding" Error "A list has bytes that are invalid in its encoding."
    ListHeader "list-header" Error "A list has no header line, lacks a required header, or has a header twice or one with the name of a template helper."
    HeaderLike "header-like" Error "A header of the signatory list resembles a column's name, but its cells would not be read."
    ListMapping "list-mapping" Error "`columns` names a header that the list does not have, or a column that does not exist."
    ListQuote "list-quote" Error "A quotation mark in a list is never closed, or closed inside a cell."
    RowLength "row-length" Error "A row has fewer or more cells than the header, or is too long."
    CellText "cell-text" Error "A cell has a line break, or a control, bidirectional, invisible or private-use character, where none is allowed."
    CellMissing "cell-missing" Error "A required cell is blank."
    CellValue "cell-value" Error "A cell has an unknown value."
    CellContent "cell-content" Error "A cell that would be printed has an address, a phone number, a spreadsheet error, a placeholder or broken characters."
    CellUnusual "cell-unusual" Warning "A cell is probably in the wrong column or format."
    CellUnwrapped "cell-unwrapped" Note "A cell had a spreadsheet's apostrophe or `=\"…\"` around it, which was removed on reading."
    ImportConflict "import-conflict" Warning "A cell was edited in the list and changed in the export that is imported."
    AnswerRow "answer-row" Error "A row of a list of answers has an unknown kind or date, or is not about a letter that was sent."
    ListCount "list-count" Error "A list has no rows, or another number of rows than `expect`."
    IdTwice "id-twice" Error "Two rows have the same id."

    SignatoryTwin "signatory-twin" Error "The same person is in the list twice."
    SignatoryAddress "signatory-address" Warning "Two signatories share an e-mail address."
    SignatoryLike "signatory-like" Warning "Two rows have the same name and may be the same signatory."
    NameDoubtful "name-doubtful" Warning "A name looks like a test entry, a form's text or an address."
    SignatoryMinor "signatory-minor" Error "A signatory is under age."
    ConsentUnknown "consent-unknown" Error "The list does not say who has consented, and `consent` does not say that all have."
    ConsentMissing "consent-missing" Note "A signatory has not consented, or has withdrawn, and is left out."
    LetterConsent "letter-consent" Note "In individual mode, no letter goes out in a signatory's name, or it is without their own words, because that is not cleared."
    NotVerified "not-verified" Note "A signatory is not verified and is left out, because only verified ones count."
    WithdrawnListed "withdrawn-listed" Error "A signatory who withdrew is in the list again as if they signed."
    SignedAgain "signed-again" Note "In a petition, a row is left out, because a later one has the same address, or the same name and postcode."
    ProtectedShown "protected-shown" Error "A signatory of a protected category would be shown without `consent_at` and `adult = yes`."
    CategoryUndeclared "category-undeclared" Error "A category of the list is not declared in `[categories]`."
    CategoryMissing "category-missing" Error "A signatory has no category, while some categories are protected."
    InitialsMissing "initials-missing" Note "A name cannot be shortened to initials and is withheld."
    PseudonymMissing "pseudonym-missing" Error "A signatory chose a pseudonym, but the cell is blank."
    PseudonymOwn "pseudonym-own" Error "A pseudonym contains the signatory's whole name."
    NobodyNamed "nobody-named" Warning "Nobody is named in the letter."
    GroupSmall "group-small" Warning "A printed group is so small that the people in it can be guessed."
    WithheldFew "withheld-few" Warning "So few of a printed group are withheld that the number can identify them."
    RareDetail "rare-detail" Warning "A name that is not shown in full is printed with an affiliation or place that few have."
    ProtectedDetail "protected-detail" Warning "A signatory of a protected category is shown with a role, affiliation or place."
    PseudonymTelling "pseudonym-telling" Warning "A pseudonym reveals a real name, or looks like an account that can be looked up."
    OrderTelling "order-telling" Warning "The order of the roll reveals where a hidden name is in the alphabet."

    AddressInvalid "address-invalid" Error "An e-mail address is invalid, or unsafe to pass to a relay."
    AddressTwice "address-twice" Error "Two recipients have the same e-mail address."
    AddressShared "address-shared" Warning "Two recipients with different names have the same e-mail address."
    AddressUnusual "address-unusual" Warning "A recipient's address is at a free mail service, or its domain mixes alphabets."
    CheckedLongAgo "checked-long-ago" Warning "A recipient was last checked more than a year before the letter."
    AddressDomain "address-domain" Error "A recipient's domain is not among `domains`."
    SalutationMissing "salutation-missing" Error "A recipient has no `salutation`, and no name or title to make one from."
    LanguageMissing "language-missing" Warning "There is no letter or roll in a recipient's language, and they get the one in the campaign's."
    CategoryLanguage "category-language" Warning "A category has no words in the language of a letter."
    DoNotContact "do-not-contact" Note "A recipient is marked `do_not_contact` and gets no letter."

    TemplateFile "template-file" Error "A template is missing, unreadable, too large, or outside `templates/`."
    TemplateText "template-text" Error "A template has a control, bidirectional, invisible or private-use character."
    TemplateSyntax "template-syntax" Error "A template is not valid Handlebars, or uses a feature that is not allowed."
    TemplateHeader "template-header" Error "A template's header lines are wrong, or `Subject:` is missing."
    NameUnknown "name-unknown" Error "A template uses a name that does not exist."
    NameKind "name-kind" Error "A template uses a name of the wrong type: it prints a list, or loops over a text."
    HelperUnknown "helper-unknown" Error "A template calls a helper that does not exist, or with wrong arguments."
    PartialUnknown "partial-unknown" Error "A template includes a partial that does not exist."
    PartialCircle "partial-circle" Error "Partials include each other in a cycle."
    CellEmpty "cell-empty" Error "A template prints a cell that is empty in this row."
    Image "image" Error "An image of a letter does not exist, is not a file in `images/`, or is not PNG, JPEG, GIF or WebP."
    ImageText "image-text" Warning "An image has no text for those who cannot see it."
    RemoteContent "remote-content" Error "A letter would load something from the network."
    Attachment "attachment" Error "An attachment does not exist, or is not a file in `attachments/`."
    AttachmentType "attachment-type" Warning "The name of an attachment or image says another type than its content."
    LetterSize "letter-size" Error "A letter is larger than `max_size`."
    SizeClipped "size-clipped" Warning "The HTML part of letters is so large that Gmail does not show its end."
    OutputLimit "output-limit" Error "A letter exceeds the size limit."
    BodyMarkup "body-markup" Error "A Markdown letter has HTML, a link that is not http, https or mailto, a table row with too many cells, a footnote without its text or reference, or the roll inside a paragraph."
    LinesTogether "lines-together" Warning "Short lines of a Markdown letter, such as those of a signature, are printed as one."
    TooManyLetters "too-many-letters" Error "There are more letters than `max_letters`, or it is missing in individual mode."
    LettersAlike "letters-alike" Warning "Many individual letters have nearly the same text."
    HeaderText "header-text" Error "A header of a letter is empty or has text that is not allowed in a header."

    NumberWrong "number-wrong" Warning "A text states a number of signatories that the list does not have."
    DateRelative "date-relative" Warning "A text says \"today\", \"next year\", \"two days ago\" or similar, which means another day to later readers."
    PressFile "press-file" Error "A text given to `--press` cannot be read."

    Page "page" Error "A letter cannot be typeset for paper."
    Font "font" Error "No font has a character of a letter for paper, or a file in `fonts/` is not a font."
    Wire "wire" Error "The finished letter does not conform to RFC 5321 and RFC 5322."
    Leak "leak" Error "A letter contains private data of a signatory."
    Overlap "overlap" Warning "A word of a recipient's own name or office is also private; it is allowed in their letter."
    FileNotSearched "file-not-searched" Note "The text of an attachment cannot be read here, and is not searched for private data."
    NotSearched "not-searched" Note "A private string has a single letter or digit, and cannot be searched for."
}

impl Severity {
    /// The name in messages and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl Code {
    /// Whether it is about `campaign.toml` itself.
    pub fn is_of_settings(self) -> bool {
        matches!(self, Code::SettingsFile | Code::SettingsKey | Code::SettingsValue)
    }

    /// Whether it is about all rows of the signatory list together, and is unreliable while some cannot be read.
    pub fn is_of_the_whole_list(self) -> bool {
        self == Code::CategoryUndeclared || self.is_of_the_roll()
    }

    /// Whether it is about what the printed roll reveals.
    pub fn is_of_the_roll(self) -> bool {
        use Code::{GroupSmall, NobodyNamed, OrderTelling, RareDetail, WithheldFew};
        matches!(self, NobodyNamed | GroupSmall | WithheldFew | RareDetail | OrderTelling)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
