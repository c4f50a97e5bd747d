//! Ids are pinned: a change would give a new Message-ID to a letter that was already sent.

use super::*;
use proptest::prelude::*;

#[test]
fn a_digest_is_sha_256() {
    let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(Digest::of(b"abc").to_string(), abc);
    assert_eq!(abc.parse(), Ok(Digest::of(b"abc")));
}

#[test]
fn a_digest_has_one_spelling() {
    let digest = Digest::of(b"abc").to_string();
    let without_prefix = &digest["sha256:".len()..];
    let multibyte = format!("sha256:{}", "é".repeat(32));
    for text in [
        "",
        "sha256:",
        without_prefix,
        &digest.to_uppercase(),
        &format!("sha256:{}", without_prefix.to_uppercase()),
        &digest[..digest.len() - 1],
        &format!("{digest}0"),
        &format!("{digest}\n"),
        &multibyte,
    ] {
        assert_eq!(text.parse::<Digest>(), Err(InvalidDigest), "{text:?}");
    }
}

#[test]
fn moving_a_byte_between_parts_changes_the_digest() {
    let digests = [
        Digest::of_parts(&[b"ab", b"c"]),
        Digest::of_parts(&[b"a", b"bc"]),
        Digest::of_parts(&[b"abc"]),
        Digest::of_parts(&[b"", b"abc"]),
        Digest::of_parts(&[b"abc", b""]),
        Digest::of(b"abc"),
    ];
    for (at, digest) in digests.iter().enumerate() {
        assert!(!digests[..at].contains(digest), "{at}");
    }
}

#[test]
fn message_id_and_boundary_never_change() {
    assert_eq!(
        message_id("not-entertainment-2018", "ceo@northlight.example", "letters.example.org"),
        "<b7cd4fdc0c30f4d7fa43d4ed41ada20c7a5aa43e@letters.example.org>"
    );
    assert_eq!(
        boundary(Boundary::Alternative, "not-entertainment-2018", "ceo@northlight.example"),
        "=_37bed32256e31e5100b309a0812eccd2"
    );
}

#[test]
fn a_file_is_named_by_number_and_id() {
    for (number, id, name) in [
        (1, "CEO@Northlight.example", "00001-ceo-northlight-example.eml"),
        (42, "  a--b..c  ", "00042-a-b-c.eml"),
        (7, "../../etc/passwd", "00007-etc-passwd.eml"),
        (8, "CON", "00008-con.eml"),
        (9, "Zoë Müller", "00009-zoe-muller.eml"),
        (123_456, "x", "123456-x.eml"),
    ] {
        assert_eq!(file_name(number, id), name);
    }
}

#[test]
fn an_id_without_latin_letters_is_named_by_its_digest() {
    let name = file_name(3, "李小龍");
    assert_eq!(name.len(), "00003-01234567.eml".len());
    assert_ne!(name, file_name(3, "李小虎"));
    assert_eq!(file_name(3, ""), "00003-e3b0c442.eml");
}

proptest! {
    #[test]
    fn a_digest_parses_back_and_is_the_same_in_pieces(bytes: Vec<u8>, cut: prop::sample::Index) {
        let digest = Digest::of(&bytes);
        prop_assert_eq!(digest.to_string().parse(), Ok(digest));
        let (head, tail) = bytes.split_at(cut.index(bytes.len() + 1));
        let mut digester = Digester::new();
        digester.update(head);
        digester.update(tail);
        prop_assert_eq!(digester.finish(), digest);
    }

    #[test]
    fn any_id_makes_a_file_name_that_is_valid_everywhere(number: u32, id: String) {
        let name = file_name(number, &id);
        let slug = name.strip_prefix(&format!("{number:05}-")).and_then(|name| name.strip_suffix(".eml"));
        let slug = slug.expect("number, slug, extension");
        prop_assert!((1..=40).contains(&slug.len()));
        prop_assert!(slug.split('-').all(|word| !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())), "{}", name);
    }

    #[test]
    fn any_other_text_is_refused_without_a_panic(text: String) {
        prop_assert!(text.parse::<Digest>().is_err());
    }
}
