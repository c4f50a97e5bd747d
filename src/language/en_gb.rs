//! English as in the United Kingdom, and in most countries outside of North America.

use super::en;
use super::{Addressee, Language, PageWords};
use jiff::civil::Date;

/// British English.
pub(super) static BRITISH: Language = Language {
    tag: "en-GB",
    name: "British English",
    wordings: "british english|english (uk)|english (united kingdom)|english (gb)|english (australia)|english (ireland)",
    short_months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"],
    date: |date: Date| format!("{} {} {}", date.day(), en::month(date), date.year()),
    salutation,
    closing,
    number: |n, _| en::words(n, "and "),
    page: PageWords {
        embargoed: |at| en::embargoed(at, ["am", "pm"], BRITISH.date),
        organisations: ["organisation", "organisations"],
        ..en::ENGLISH_PAGE
    },
    ..en::AMERICAN
};

/// The salutation of a letter to nobody in particular.
const UNNAMED: &str = "Dear Sir or Madam,";

fn salutation(to: &Addressee<'_>) -> Option<String> {
    let named = Addressee { office: "", ..*to };
    Some(en::address(&named, false).map_or_else(|| UNNAMED.to_owned(), |whom| format!("Dear {whom},")))
}

/// A letter that begins without a name ends "faithfully".
fn closing(salutation: &str) -> String {
    let salutation = salutation.trim_end_matches([',', ':', ' ']).to_lowercase();
    let unnamed = ["dear sir", "dear madam", "dear sirs", "dear sir or madam", "dear madam or sir", "dear sir/madam"];
    if unnamed.contains(&&*salutation) { "Yours faithfully,".to_owned() } else { "Yours sincerely,".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::table::hold;

    #[test]
    fn british_english_is_written_as_the_table_says() {
        hold(
            &super::BRITISH,
            &[
                ("to Ms/Ada/Okafor/Chair", "Dear Ms Okafor,"),
                ("to Ms./Ada/Okafor/Chair", "Dear Ms Okafor,"),
                ("to Mr./Karl/Brandt/", "Dear Mr Brandt,"),
                ("to Mx/Sam/Lee/", "Dear Mx Lee,"),
                ("to Dr./Ada/Okafor/", "Dear Dr Okafor,"),
                ("to Prof./Ada/Okafor/", "Dear Professor Okafor,"),
                ("to Herr Prof. Dr./Karl/Brandt/", "Dear Professor Brandt,"),
                ("to Frau Dr./Ada/Okafor/", "Dear Dr Okafor,"),
                ("to Mme/Ada/Okafor/", "Dear Ms Okafor,"),
                ("to Sir/John/Marsh/", "Dear Sir John,"),
                ("to Dame/Ada/Okafor/", "Dear Dame Ada,"),
                ("to Lord//Marsh/", "Dear Lord Marsh,"),
                ("to /Chris/Jones/", "Dear Chris Jones,"),
                ("to ///Chief Content Officer", "Dear Sir or Madam,"),
                ("to ///", "Dear Sir or Madam,"),
                ("close Dear Ms Okafor,", "Yours sincerely,"),
                ("close Dear Sir or Madam,", "Yours faithfully,"),
                ("close Dear Sir John,", "Yours sincerely,"),
                ("close Dear Madam,", "Yours faithfully,"),
                ("date 2018-01-11", "11 January 2018"),
                ("date 2018-02-01", "1 February 2018"),
                ("number 56", "fifty-six"),
                ("number 101", "one hundred and one"),
                ("number 412", "four hundred and twelve"),
                ("number 1005", "one thousand and five"),
                ("number 1821", "one thousand eight hundred and twenty-one"),
                ("number 20000", "twenty thousand"),
                ("number 1000001", "one million and one"),
                ("ordinal 3", "3rd"),
                ("ordinal 12", "12th"),
                ("list a/b/c", "a, b and c"),
                ("others 412 and", "and 412 others"),
                ("others 1", "1 other"),
                (
                    "withheld 3 survivor survivors protected and",
                    "and 3 survivors whose names are withheld for their safety",
                ),
                ("withheld 1 survivor survivors and", "and 1 survivor whose name is withheld"),
                ("category academia", "signatory in the category “academia” / signatories in the category “academia”"),
                ("format %A %-d %b %Y", "Thursday 11 Jan 2018"),
            ],
        );
    }
}
