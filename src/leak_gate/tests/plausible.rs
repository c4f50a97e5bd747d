//! What is passed over as plainly harmless holds nothing.

use super::super::search::{Search, Syntax};
use super::*;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces of texts: names of the gate below, what looks like them, and whatever can hide or separate words.
const PIECES: &[&str] = &[
    "ann", "Ann", "ANN", "ANNA", "anns", "annes", "Jo", "jo", "Jos", "Ladies", "lee", "Lee", "Leeś", "o", "s", "es",
    "S", "x", "Zoë", "zoe", "Größe", "Groesse", "ﬁn", "Fin", "ª", "½", "1", "84", "\u{ad}", "\u{200b}", "\u{2019}",
    "\u{2014}", "日", "ё", " ", " ", "\n", "\n\n", "-", "- ", "'", ".", "_", "/", ",", "@", "+", "#", "&", "&amp;",
    "&lt;", "&#39;", "&quot;", "&amp;lt;", "&eacute;", "&eacute", "&#110;", "%41", "%4", "%", "%25", "=", "<", ">",
    "\"", "<b>", "</b>", "<br>", "<p>", "</p>", "<a href=\"", "\">", "<!-- ", " -->", "<p title=", "data-ann",
    "<style>", "</style>", "\\", ";base64,", "data:", "Hill", "Mc", "de", "ann@lee.example", "lee+x@lee.example",
    "Lee House", "Zo", "ë", "House", "Gr", "öße",
];

fn gate() -> Gate {
    let private = [
        (2, PrivateKind::Word, "Ann"),
        (2, PrivateKind::Word, "Lee"),
        (2, PrivateKind::Name, "Ann Lee"),
        (3, PrivateKind::Word, "Jo"),
        (3, PrivateKind::Joiner, "de"),
        (3, PrivateKind::Name, "Jo de Größe"),
        (4, PrivateKind::Name, "Zoë Fin"),
        (4, PrivateKind::Pseudonym, "Ladies"),
        (4, PrivateKind::Address, "ann@lee.example"),
        (5, PrivateKind::Affiliation, "Lee House"),
        (5, PrivateKind::Word, "Hill"),
        (6, PrivateKind::Word, "ё"),
    ];
    let private = private.map(|(line, kind, text)| super::private(line, kind, text));
    Gate::new(private, [], &[])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn nothing_is_found_in_what_is_passed_over(pieces in prop::collection::vec(select(PIECES), 0..14)) {
        let (gate, text) = (gate(), pieces.concat());
        for syntax in [Syntax::Plain, Syntax::Value, Syntax::Markup] {
            if !gate.is_free_of_secrets(syntax, &text) {
                continue;
            }
            let mut thorough = Search::new(&gate, Scope::default());
            thorough.is_thorough = true;
            thorough.text(Location::Text, syntax, &text);
            prop_assert_eq!(thorough.finish(), Searched::default(), "{:?}: {:?}", syntax, text);
        }
    }

    #[test]
    fn what_is_free_of_secrets_in_a_letter_holds_nothing(
        parts in prop::collection::vec(prop::collection::vec(select(PIECES), 0..8), 4),
    ) {
        let gate = gate();
        let [one, other, text, html] = [0, 1, 2, 3].map(|at| parts[at].concat());
        if gate.is_free(&[&one, &other], [&*text].into_iter(), [&*html].into_iter()) {
            let texts = [(Syntax::Value, one), (Syntax::Value, other), (Syntax::Plain, text), (Syntax::Markup, html)];
            for (syntax, text) in texts {
                let mut thorough = Search::new(&gate, Scope::default());
                thorough.is_thorough = true;
                thorough.text(Location::Text, syntax, &text);
                prop_assert_eq!(thorough.finish(), Searched::default(), "{:?}: {:?}", syntax, text);
            }
        }
    }

    #[test]
    fn a_unit_that_is_passed_over_holds_nothing(pieces in prop::collection::vec(select(PIECES), 0..14)) {
        let (gate, text) = (gate(), pieces.concat());
        for syntax in [Syntax::Plain, Syntax::Value, Syntax::Markup] {
            let [mut quick, mut thorough] = [false, true].map(|is_thorough| {
                let mut search = Search::new(&gate, Scope::default());
                search.is_thorough = is_thorough;
                search
            });
            quick.text(Location::Text, syntax, &text);
            thorough.text(Location::Text, syntax, &text);
            prop_assert_eq!(quick.finish(), thorough.finish(), "{:?}: {:?}", syntax, text);
        }
    }
}

#[test]
fn most_texts_are_passed_over() {
    let gate = gate();
    for text in ["Annex and Leek, joined by a plane", "Señora Müller – “Über”, R & D, 5 % more", "x@north.example"]
    {
        assert!(gate.is_free_of_secrets(Syntax::Plain, text), "{text}");
    }
    let is_free = |values: &[&str], text, html| gate.is_free(values, [text].into_iter(), [html].into_iter());
    for html in ["<p style=\"margin:0\">Annex &amp; O&#39;Brien<br>\nPlanes</p>", "<em>É</em> &lt;x&gt;"] {
        assert!(gate.is_free_of_secrets(Syntax::Markup, html), "{html}");
    }
    assert!(is_free(&["Annex", "x@north.example"], "Annex\n", "<p>Annex</p>\n"));
    for (values, text, html) in [(["Ann", "x"], "", ""), (["", ""], "Lee", ""), (["", ""], "", "<i>Jo</i>")] {
        assert!(!is_free(&values, text, html));
    }
}
