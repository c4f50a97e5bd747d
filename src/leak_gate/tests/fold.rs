//! Which strings are the same to a reader.

use super::*;
use crate::leak_gate::fold::Folded;
use unicode_normalization::UnicodeNormalization;

fn words(text: &str) -> String {
    Folded::new(text).words()
}

#[test]
fn a_name_is_found_whatever_its_case_accents_and_separators() {
    let names = ["Anne-Marie O'Brien", "Łukasz Østergård", "İbrahim Yıldız", "Ólafur Þórðarson", "Straßer & Söhne"];
    for (line, text) in [
        (2, "ANNE  MARIE\r\nO’BRIEN"),
        (2, "Anne&nbsp;Marie O&#39;Brien"),
        (2, "Anne<b>-Marie</b> O'Brien"),
        (2, "anne\u{2010}marie o\u{2bc}brien"),
        (2, "AnneMarie OBrien"),
        (2, "Ａｎｎｅ－Ｍａｒｉｅ　Ｏ＇Ｂｒｉｅｎ"),
        (2, "𝐀𝐧𝐧𝐞-𝐌𝐚𝐫𝐢𝐞 O'Brien"),
        (2, "An\u{ad}ne-Ma\u{200d}rie O'\u{feff}Brien"),
        (2, "Ánné-Märïe O'Brîen"),
        (2, "_anne_marie_o_brien_"),
        (3, "LUKASZ OSTERGARD"),
        (3, "Łukasz Østerga\u{30a}rd"),
        (4, "IBRAHIM YILDIZ"),
        (4, "ibrahim yildiz"),
        (4, "I\u{307}brahim Yıldız"),
        (5, "olafur thordarson"),
        (5, "ᴏʟᴀꜰᴜʀ ᴛʜᴏʀᴅᴀʀꜱᴏɴ"),
        (5, "🅾🅻🅰🅵🆄🆁 🅣🅗🅞🅡🅓🅐🅡🅢🅞🅝"),
        (5, "Óla\u{2800}fur\u{2800}Þórðarson"),
        (6, "STRASSER & SOHNE"),
        (6, "STRAẞER &amp; SO\u{308}HNE"),
    ] {
        assert!(holds(names[line - 2], text), "{text}");
    }
}

#[test]
fn a_short_name_inside_a_longer_word_is_not_found() {
    for (name, text) in [
        ("Ann", "Anna and Johann met at the annex"),
        ("Ed", "Ed25519 and 2Ed"),
        ("Ann", "b4ann7c"),
        ("Ann", "SaveAnnNow"),
        ("Ann", "x.example/SaveAnnNow"),
        ("Tobe", "It was to be so"),
        ("Im", "I'm here"),
        ("Ren", "Ren&eacute;e"),
        ("Ren", "https://x.example/?n=Ren%C3%A9e"),
        ("Lima Souza", "Ana Lima, Souzana"),
        ("أحمد", "الأحمدي"),
        ("안나", "한안나"),
    ] {
        assert!(!holds(name, text), "{name} in {text}");
    }
    assert!(holds("Ann", "Mary-Ann"));
    assert!(holds("Ann", "#SaveAnnNow") && holds("Ann", "#JusticeForAnn"));
}

#[test]
fn words_of_a_name_may_be_joined_and_a_long_word_split_as_names_are() {
    assert!(holds("Jean-Luc", "JeanLuc"));
    assert!(holds("Mc Donald", "McDonald"));
    for (name, text) in [
        ("Jeanluc", "Jean-Luc"),
        ("Vandenberg", "Ms. Van den Berg"),
        ("Annemarie", "Anne Marie"),
        ("Obrien", "O'Brien"),
        ("Satterwhaite", "Satter-\nwhaite and Satter-whaite"),
        ("Goodman", "GOOD MAN"),
        ("Jolene", "J O L E N E"),
        ("Jolene", "j o l e n e"),
        ("Jolene", "J.o.l.e.n.e."),
        ("Jolene", "J-O-L-E-N-E"),
        ("Jolene Satterwhaite", "J O L E N E  S A T T E R W H A I T E"),
    ] {
        assert!(holds(name, text), "{name} in {text}");
    }
    for (name, text) in [
        ("Goodman", "a good man"),
        ("Goodman", "for good. Man is"),
        ("Goodman", "Good, Man"),
        ("Goodman", "good – Man"),
        ("Ireneo", "Irene, O."),
        ("Mari", "M. A.\nR. I."),
        ("Iman", "I Man the phone"),
        ("Shell", "she'll see"),
    ] {
        assert!(!holds(name, text), "{name} in {text}");
    }
    assert!(!holds("Ana Lima", "Ana and Lima"));
}

#[test]
fn a_digit_beside_a_name_does_not_hide_it() {
    for text in
        ["jolene84", "Jolene²", "Jolene\u{2460}", "2018jolene", "by Jolene1.", "jolene_84", "x@84jolene", "Jolene٢"]
    {
        assert!(holds("Jolene", text), "{text}");
    }
    assert!(holds("Group Seven", "GroupSeven2"));
    for (name, text) in [("Group 7", "Group 70"), ("Jolene", "9f3jolene84"), ("7th Street", "17th Street")] {
        assert!(!holds(name, text), "{name} in {text}");
    }
}

#[test]
fn capitals_separate_a_longer_name_from_other_words() {
    for text in
        ["#JusticeForJolene", "#JoleneMatters", "example.org/SaveJoleneNow", "#JusticeForJolene2018", "ForJOLENE"]
    {
        assert!(holds("Jolene", text), "{text}");
    }
    assert!(holds("Élodie", "#PourÉlodie"));
    assert!(holds("Дарья", "#ЗаДарью #ЗаДарья"));
    assert!(holds("Jolene Satterwhaite", "#WeAreJoleneSatterwhaite"));
    for (name, text) in [("Donald", "McDonald and MacDonald"), ("Gerald", "FitzGerald"), ("Rien", "AdRienne")] {
        assert!(!holds(name, text), "{name} in {text}");
    }
}

#[test]
fn a_name_in_the_plural_is_found() {
    for (name, text) in [
        ("Satterwhaite", "the Satterwhaites"),
        ("Jones", "the Joneses"),
        ("Jolene", "x.example/jolenes-story"),
        ("Jolene", "#JolenesStory"),
    ] {
        assert!(holds(name, text), "{name} in {text}");
    }
    for (name, text) in [("Jo", "Jos"), ("Tim", "The New York Times"), ("Satterwhaite", "Satterwhaitest")] {
        assert!(!holds(name, text), "{name} in {text}");
    }
}

#[test]
fn scripts_without_spaces_have_no_word_boundaries() {
    for (name, text) in [
        ("王小明", "我们与王小明一起呼吁"),
        ("王小明", "签名：王　小　明。"),
        ("王小明", "与王小\r\n明一起"),
        ("王 小明", "与王小明一起"),
        ("安娜利马", "与安娜·利马一起"),
        ("Maria", "与Maria一起"),
        ("山田太郎", "私は山田太郎です"),
        ("ヤマダ", "ﾔﾏﾀﾞさん"),
        ("สมชาย", "คุณสมชายและเพื่อน"),
        ("홍길동", "저는 홍길동입니다"),
    ] {
        assert!(holds(name, text), "{name} in {text}");
        assert!(holds(name, &text.nfd().collect::<String>()), "{name} in {text}, decomposed");
    }
    assert!(!holds("王小明", "王。小明"));
    assert!(!holds("가나", "각나"), "letters of a syllable are no syllable");
}

#[test]
fn arabic_and_hebrew_names_are_found_after_attached_prefixes() {
    assert!(holds("أحمد علي", "محمد وأحمد علي"));
    assert!(holds("أحمد علي", "اَحْمَد عـلى"));
    assert!(holds("علی‌رضا", "علی رضا"));
    assert!(holds("דנה", "שרה ודנה"));
    assert!(holds("דנה לוי", "שרה ולדנה לוי"));
    assert!(!holds("דנה", "סבדנה"));
}

#[test]
fn indic_names_keep_their_vowels() {
    assert!(holds("राम", "श्री राम जी"));
    assert!(!holds("राम", "रमा"));
    assert!(!holds("राम", "रामपुर"));
}

#[test]
fn every_character_folds_like_its_other_case_and_its_other_forms() {
    for c in ('\0'..'\u{20000}').chain('\u{2F800}'..='\u{2FA1F}') {
        let text = format!("a{c}b");
        let folded = words(&text);
        for other in [
            text.to_uppercase(),
            text.to_lowercase(),
            text.nfc().collect(),
            text.nfd().collect(),
            text.nfkd().collect(),
        ] {
            assert_eq!(folded, words(&other), "{:04X}", c as u32);
        }
    }
}

#[test]
fn folding_what_is_folded_changes_nothing() {
    for c in ('\0'..'\u{20000}').filter(|c| c.is_alphanumeric()) {
        let once = words(&format!("x {c} x"));
        assert_eq!(words(&once), once, "{:04X}", c as u32);
    }
}
