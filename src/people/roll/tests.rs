//! Who is in the roll, in which group and place; and that neither reveals anybody who must be hidden.

use super::*;
use crate::language::ENGLISH;
use crate::people::category::Categories;
use crate::people::row::{Columns, Row};
use proptest::prelude::*;
use std::sync::Arc;

const COLUMNS: [&str; 9] = ["name", "category", "display", "consent", "id", "email", "sort_key", "signed_at", "kind"];

/// A list of rows in the order of [`COLUMNS`], from line 2 on; missing cells are blank.
fn list(rows: &[&[&str]]) -> Vec<Signatory> {
    let columns = Arc::new(Columns { file: "signatories.csv".into(), names: COLUMNS.map(str::to_owned).to_vec() });
    let read = |(line, row): (u32, &&[&str])| {
        let cells = (0..COLUMNS.len()).map(|at| row.get(at).copied().unwrap_or("").to_owned()).collect();
        let positions = (1..).map(|column| (line, column)).take(COLUMNS.len()).collect();
        Signatory::read(&Row::new(Arc::clone(&columns), cells, positions), &policy()).expect("a signatory")
    };
    (2..).zip(rows).map(read).collect()
}

fn policy() -> Policy {
    let nouns = [("survivor", "survivors"), ("service provider", "service providers")];
    Policy { categories: Categories::of(&nouns), ..Policy::default() }
}

fn gather(rows: &[&[&str]], order: RollOrder) -> Roll {
    Roll::gather(&list(rows), &policy(), &order).0
}

fn findings(rows: &[&[&str]]) -> Vec<(Code, Option<u32>)> {
    let findings = Roll::gather(&list(rows), &policy(), &RollOrder::default()).1;
    findings.into_iter().map(|finding| (finding.code, finding.place().and_then(|place| place.line))).collect()
}

fn names(roll: &Roll) -> Vec<&str> {
    roll.signatures().map(|signature| &*signature.name).collect()
}

const CAMPAIGN: [&[&str]; 7] = [
    &["Otto Gone", "left out", "full", "refused"],
    &["Maria Rossi", "survivor", "given-initial", "given"],
    &["Ines Vega", "Survivor", "withheld", "given"],
    &["Harbour House", "service provider", "full", "given", "", "", "", "", "organisation"],
    &["Åsa Ek", "SURVIVOR", "full", "given"],
    &["Zoe Abel", "", "full", "given"],
    &["Bo Ask", "service-provider", "full", "given"],
];

#[test]
fn groups_come_in_the_order_of_the_list_with_headings_and_numbers() {
    let roll = gather(&CAMPAIGN, RollOrder::default());
    let groups: Vec<_> = roll.groups.iter().map(|g| (&*g.category, g.count, g.listed, g.withheld)).collect();
    let expected = [("survivor", 3, 2, 1), ("service provider", 2, 2, 0), ("", 1, 1, 0)];
    assert_eq!(groups, expected);
    let Count { total, persons, organisations, listed, withheld, others, unverified, by, by_category } = roll.count;
    assert_eq!((total, persons, organisations, listed, withheld, others, unverified), (6, 5, 1, 5, 1, 0, 0));
    assert_eq!(by.into_iter().collect::<Vec<_>>(), [("service_provider".into(), 2), ("survivor".into(), 3)]);
    assert_eq!(by_category.iter().map(|one| one.figures.total).sum::<usize>(), total);
    assert_eq!(roll.left_out, [(Reason::Refused, vec![2])].into());
}

#[test]
fn without_groups_there_is_one_without_a_heading() {
    let roll = gather(&CAMPAIGN, RollOrder { group_by: GroupBy::Nothing, ..RollOrder::default() });
    assert_eq!(roll.groups.len(), 1);
    assert_eq!((&*roll.groups[0].category, roll.groups[0].count), ("", 6));
    assert_eq!(roll.count.by.len(), 2, "the categories are still counted");
    assert_eq!(names(&roll), ["Zoe Abel", "Bo Ask", "Åsa Ek", "Maria R.", "Harbour House"]);
}

#[test]
fn signatures_are_ordered_as_asked() {
    let rows: [&[&str]; 5] = [
        &["Zoe Abel", "", "full", "given", "", "", "", "2018-01-03"],
        &["élodie Zay", "", "full", "given", "", "", "", ""],
        &["Eli Mann", "", "full", "given", "", "", "aaa", "2018-01-02T09:00:00+02:00"],
        &["Ed Ábel", "", "full", "given", "", "", "", "2018-01-02T08:00:00Z"],
        &["Bo Ask", "", "full", "given", "", "", "", "2018-01-01"],
    ];
    let by = |order_by| names(&gather(&rows, RollOrder { order_by, ..RollOrder::default() })).join(" · ");
    assert_eq!(by(OrderBy::SortKey), "Eli Mann · Ed Ábel · Zoe Abel · Bo Ask · élodie Zay");
    assert_eq!(by(OrderBy::Name), "Bo Ask · Ed Ábel · Eli Mann · élodie Zay · Zoe Abel");
    assert_eq!(by(OrderBy::SignedAt), "Bo Ask · Eli Mann · Ed Ábel · Zoe Abel · élodie Zay");
    assert_eq!(by(OrderBy::File), "Zoe Abel · élodie Zay · Eli Mann · Ed Ábel · Bo Ask");
}

#[test]
fn texts_are_ordered_as_unicode_orders_them() {
    let rows =
        ["Øre", "Zoe", "öl", "Ola", "Łuk", "Lux", "Élan", "elm", "Дарья", "Ægir", "af Ek", "Eve", "王小明", "דנה"];
    let cells: Vec<[&str; 4]> = rows.iter().map(|name| [*name, "", "full", "given"]).collect();
    let rows: Vec<&[&str]> = cells.iter().map(|row| &row[..]).collect();
    let order = RollOrder { order_by: OrderBy::Name, ..RollOrder::default() };
    assert_eq!(
        names(&gather(&rows, order)).join(" "),
        "Ægir af Ek Élan elm Eve Łuk Lux öl Ola Øre Zoe Дарья דנה 王小明"
    );
}

#[test]
fn organisations_stand_after_persons_whatever_the_order() {
    let rows: [&[&str]; 4] = [
        &["Alder House", "", "full", "given", "", "", "", "2018-01-01", "organisation"],
        &["Zoe Abel", "", "full", "given", "", "", "", "2018-01-02"],
        &["Birch House", "", "full", "given", "", "", "", "2018-01-03", "organisation"],
        &["Bo Ask", "", "full", "given", "", "", "", "2018-01-04"],
    ];
    for order_by in [OrderBy::File, OrderBy::SignedAt] {
        let roll = gather(&rows, RollOrder { order_by, ..RollOrder::default() });
        assert_eq!(names(&roll), ["Zoe Abel", "Bo Ask", "Alder House", "Birch House"]);
        let (persons, organisations) = roll.groups[0].by_kind();
        assert_eq!((persons.len(), organisations.len()), (2, 2));
        let group =
            serde_json::to_value(&roll.printed(&Categories::default(), &ENGLISH, &ENGLISH)[0]).expect("a plain object");
        assert_eq!(group["persons"][1]["name"], "Bo Ask");
        assert_eq!(group["organisations"][0]["name"], "Alder House");
        assert_eq!(group["signatures"].as_array().map(Vec::len), Some(4));
    }
}

#[test]
fn the_rank_of_a_shortened_name_reveals_nothing_of_the_rest() {
    // By what they hide, the first two would change places, and the last would come first.
    let rows: [&[&str]; 3] = [
        &["Ada Rzepka", "", "given-initial", "given", "", "", "a"],
        &["Bea Rabe", "", "given-initial", "given"],
        &["Cleo Abel", "", "initials", "given", "", "", "zzz"],
    ];
    assert_eq!(names(&gather(&rows, RollOrder::default())), ["C. A.", "Ada R.", "Bea R."]);
}

#[test]
fn the_rest_beyond_the_limit_are_others_over_the_whole_roll() {
    let roll = gather(&CAMPAIGN, RollOrder { max_listed: Some(3), ..RollOrder::default() });
    let groups: Vec<_> = roll.groups.iter().map(|g| (g.count, g.listed, g.withheld, g.others)).collect();
    assert_eq!(groups, [(3, 2, 1, 0), (2, 1, 0, 1), (1, 0, 0, 1)]);
    assert_eq!((roll.count.total, roll.count.listed), (6, 3));
}

#[test]
fn the_same_person_twice_is_reported_with_both_lines() {
    let rows: [&[&str]; 6] = [
        &["Ada Lund", "", "full", "given", "s1", "ada@example.org"],
        &["ada  Lund", "", "full", "given", "s2", "Ada@example.org"],
        &["Bo Ask", "", "full", "given", "s1", "bo@example.org"],
        &["Cleo Abel", "", "full", "given", "s4", "bo@example.org"],
        &["Dan Ek", "", "full", "given"],
        &["Dan Ek", "", "full", "given"],
    ];
    assert_eq!(
        findings(&rows),
        [
            (Code::SignatoryTwin, Some(3)),
            (Code::SignatoryTwin, Some(4)),
            (Code::SignatoryAddress, Some(5)),
            (Code::SignatoryLike, Some(7))
        ]
    );
    let whats: Vec<_> = Roll::gather(&list(&rows), &policy(), &RollOrder::default()).1;
    assert_eq!(whats[0].message.to_string(), "this row and an earlier one have the same name and address");
    assert_eq!(
        whats[0].message.revealed(),
        "this row and an earlier one have the same name and address (lines 2 and 3)"
    );
    assert_eq!(whats[1].message.revealed(), "this row and an earlier one have the same id (lines 2 and 4)");
}

#[test]
fn somebody_who_left_out_and_signs_again_is_still_twice_in_the_list() {
    let rows: [&[&str]; 2] = [
        &["Ada Lund", "", "full", "withdrawn", "", "ada@example.org"],
        &["Ada Lund", "", "full", "given", "", "ada@example.org"],
    ];
    assert_eq!(findings(&rows), [(Code::ConsentMissing, Some(2)), (Code::SignatoryTwin, Some(3))]);
}

#[test]
fn who_is_left_out_is_reported_by_line_and_leaves_no_trace_in_the_roll() {
    let (roll, findings) = Roll::gather(&list(&CAMPAIGN), &policy(), &RollOrder::default());
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (findings[0].code, &*findings[0].message.to_string()),
        (Code::ConsentMissing, "this signatory is left out: consent was refused")
    );
    let shown = format!(
        "{roll:?}{findings:?}{}",
        serde_json::to_string(&roll.printed(&Categories::default(), &ENGLISH, &ENGLISH)).expect("plain groups")
    );
    for private in ["Otto", "Gone", "left_out\"", "left out\"", "Ines", "Vega", "Rossi"] {
        assert!(!shown.contains(private), "{private} is shown");
    }
}

#[test]
fn a_letter_that_names_nobody_is_reported_so() {
    assert_eq!(findings(&[&["Ada Lund", "", "withheld", "given"]]), [(Code::NobodyNamed, None)]);
    assert_eq!(findings(&[]), []);
}

#[test]
fn a_group_is_small_only_where_somebody_in_it_is_to_be_hidden() {
    let least = |min_group| {
        let policy = Policy { min_group, ..policy() };
        let findings = Roll::gather(&list(&CAMPAIGN[1..]), &policy, &RollOrder::default()).1;
        findings
            .into_iter()
            .map(|finding| (finding.code, finding.place().and_then(|place| place.line)))
            .collect::<Vec<_>>()
    };
    assert_eq!(least(1), []);
    assert_eq!(least(3), [(Code::WithheldFew, Some(3))], "one of three is withheld");
    assert_eq!(least(4), [(Code::GroupSmall, Some(2))], "the other groups are printed in full");
}

proptest! {
    #[test]
    fn the_numbers_of_a_roll_always_add_up_and_its_order_never_changes(
        rows in prop::collection::vec(
            (
                prop::sample::select(vec!["Ada Lund", "Bo Ask", "王小明", "Åsa Ek"]),
                prop::sample::select(vec!["", "survivor", "Survivor", "ally"]),
                prop::sample::select(vec!["", "full", "initials", "given-initial", "withheld"]),
                prop::sample::select(vec!["given", "given", "pending", ""]),
                prop::sample::select(vec!["person", "organisation"]),
            ),
            0..12,
        ),
        max_listed in prop::option::of(0_usize..8),
    ) {
        let cells: Vec<[&str; 9]> =
            rows.iter().map(|(name, category, display, consent, kind)| [name, category, display, consent, "", "", "", "", kind]).collect();
        let rows: Vec<&[&str]> = cells.iter().map(|row| &row[..]).collect();
        let order = RollOrder { max_listed, ..RollOrder::default() };
        let roll = gather(&rows, order);
        prop_assert_eq!(&roll, &gather(&rows, order));

        let sum = |part: fn(&Group) -> usize| roll.groups.iter().map(part).sum::<usize>();
        let count = &roll.count;
        prop_assert_eq!(count.total + roll.left_out.values().map(Vec::len).sum::<usize>(), rows.len());
        prop_assert_eq!(count.total, count.persons + count.organisations);
        prop_assert_eq!(count.total, sum(|group| group.count));
        prop_assert_eq!(count.listed, roll.signatures().count());
        let all = count.figures(None, None);
        prop_assert_eq!((all.total, all.named, all.withheld), (count.total, count.listed, count.withheld));
        prop_assert_eq!(all.others, sum(|group| group.others));
        prop_assert_eq!(all.total, all.named + all.withheld + all.others);
        prop_assert_eq!(count.listed, sum(|group| group.listed));
        prop_assert_eq!(count.withheld, sum(|group| group.withheld));
        prop_assert!(roll.groups.iter().all(|g| g.count == g.listed + g.withheld + g.others && g.count > 0));
        prop_assert!(max_listed.is_none_or(|max| count.listed <= max));
    }
}
