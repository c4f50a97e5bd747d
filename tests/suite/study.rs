//! The study: how many planted names the leak gate finds, and how many campaigns it stops although nothing leaks.
//!
//! Names are drawn by frequency. The letters, the frequencies and their sources are in `tests/study/`. When the rule
//! changes, these figures must be updated. `OPENLETTER_STUDY=20 cargo test --test suite study -- --nocapture` runs
//! twenty times as many campaigns.

use openletter::leak_gate::{Gate, Scope};
use openletter::people::disclosure::{Cleared, Extent};
use openletter::people::row::{Columns, Row};
use openletter::people::signatory::Signatory;
use openletter::people::signature::{Display, Policy};
use std::collections::BTreeSet;
use std::sync::Arc;

const LETTERS: [(&str, &str); 2] =
    [("children", include_str!("../study/children.md")), ("climate", include_str!("../study/climate.md"))];

/// Names with their frequencies.
struct Names {
    given: Vec<(&'static str, u64)>,
    family: Vec<(&'static str, u64)>,
}

const MILLION: u64 = 1_000_000;

const US: [&str; 2] = [include_str!("../study/us-given.csv"), include_str!("../study/us-family.csv")];
const GB: [&str; 2] = [include_str!("../study/gb-given.csv"), include_str!("../study/gb-family.csv")];
const EU: [&str; 2] = [include_str!("../study/eu-given.csv"), include_str!("../study/eu-family.csv")];

/// People with names that are dictionary words.
const WORD_LIKE: [&str; 2] = [
    "Grace,41666\nHope,41666\nFaith,41666\nJoy,41666\nWill,41666\nMark,41666\nRose,41666\nMay,41666\nJune,41666\nDawn,41666\nSummer,41666\nChance,41666\nPat,41666\nRay,41666\nBill,41666\n\
     Frank,41666\nGene,41666\nDrew,41666\nAmber,41666\nIvy,41666\nPearl,41666\nGuy,41666\nNorm,41666\nMelody,41666\n",
    "Young,40000\nPrice,40000\nLong,40000\nDay,40000\nGreen,40000\nRead,40000\nHall,40000\nBlack,40000\nWest,40000\nLaw,40000\nCross,40000\nWard,40000\nHill,40000\nBanks,40000\n\
     Field,40000\nWells,40000\nStone,40000\nRivers,40000\nBest,40000\nCase,40000\nParks,40000\nMoney,40000\nWise,40000\nHouse,40000\nKing,40000\n",
];

impl Names {
    fn of([given, family]: [&'static str; 2]) -> Names {
        let read = |text: &'static str| {
            let row = |line: &'static str| {
                let (name, weight) = line.rsplit_once(',').expect("a name and its weight");
                (name, weight.parse().expect("a number"))
            };
            text.lines().map(row).collect()
        };
        Names { given: read(given), family: read(family) }
    }

    /// A given and a family name. Those of the million that are not listed have rarer names, which are made up.
    fn draw(&self, chance: &mut Chance) -> (String, String) {
        let one = |names: &[(&'static str, u64)], chance: &mut Chance| {
            let mut at = chance.below(MILLION.max(names.iter().map(|(_, weight)| weight).sum()));
            let drawn = names.iter().find(|(_, weight)| {
                let is_it = at < *weight;
                at = at.saturating_sub(*weight);
                is_it
            });
            drawn.map_or_else(|| rare(chance), |(name, _)| (*name).to_owned())
        };
        (one(&self.given, chance), one(&self.family, chance))
    }
}

/// A name that nobody has.
fn rare(chance: &mut Chance) -> String {
    const SYLLABLES: [&str; 12] = ["bra", "kel", "mor", "tav", "zin", "ost", "lun", "wex", "dri", "fal", "gur", "hesk"];
    let syllables = [(); 3].map(|()| SYLLABLES[chance.below(12) as usize]);
    let name = syllables.concat();
    name[..1].to_uppercase() + &name[1..]
}

/// Numbers that look drawn and are the same on every run (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) % end
    }
}

/// A campaign of people drawn by chance.
struct Campaign {
    gate: Gate,
    withheld: Vec<(String, String)>,
    roll: String,
    /// The recipient's name.
    recipient: (String, String),
}

impl Campaign {
    fn draw(names: &Names, withheld: usize, public: usize, chance: &mut Chance) -> Campaign {
        let mut people = |count| (0..count).map(|_| names.draw(chance)).collect::<Vec<_>>();
        let (hidden, shown, recipients) = (people(withheld), people(public), people(1));
        let columns = ["name", "email", "display", "consent"].map(str::to_owned).to_vec();
        let columns = Arc::new(Columns { file: "signatories.csv".into(), names: columns });
        let row = |line: u32, (given, family): &(String, String), display: &str| {
            let email =
                format!("{}.{}{line}@mail.example", given.to_lowercase(), family.to_lowercase().replace(' ', ""));
            let cells = vec![format!("{given} {family}"), email, display.to_owned(), "given".to_owned()];
            Row::new(columns.clone(), cells, vec![(line, 1); 4])
        };
        let hidden_rows = hidden.iter().map(|name| (name, "withheld"));
        let rows = hidden_rows.chain(shown.iter().map(|name| (name, "full")));
        let policy = Policy { default_display: Display::Withheld, ..Policy::default() };
        let signatories: Vec<Signatory> = (2..)
            .zip(rows)
            .map(|(line, (name, display))| Signatory::read(&row(line, name, display), &policy).expect("a good row"))
            .collect();
        let private = signatories.iter().flat_map(|signatory| signatory.private_strings(&policy));
        let cleared = signatories.iter().flat_map(|signatory| signatory.cleared_strings(&policy));
        let gate = Gate::new(private, cleared, &[]);
        let roll = shown.iter().map(|(given, family)| format!("{given} {family}\n")).collect();
        Campaign { gate, withheld: hidden, roll, recipient: recipients[0].clone() }
    }

    /// The words that stop a letter in which nobody withheld is named.
    fn false_alarms(&self, letter: &str) -> BTreeSet<String> {
        let (given, family) = &self.recipient;
        let text = letter
            .replace("{{words count.total}}", "five hundred and twenty")
            .replace("{{salutation}}", &format!("Dear Ms. {family}:"))
            .replace("{{closing}}", "Sincerely,")
            .replace("{{roll}}", &self.roll);
        let own = [given, family].map(|text| Cleared { text: text.clone(), extent: Extent::Everything });
        let searched = self.gate.search_text(&text, Scope { own: &own, ..Scope::default() });
        searched.leaks.iter().map(|leak| leak.words().collect::<Vec<_>>().join(" ")).collect()
    }
}

fn scale() -> usize {
    std::env::var("OPENLETTER_STUDY").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1)
}

/// Of how many clean runs so many per cent are stopped, and how many lines of `allow` a campaign needs on average.
fn clean_runs(what: &str, names: [&'static str; 2], withheld: usize) -> (f64, f64) {
    let (names, campaigns) = (Names::of(names), 40 * scale());
    let (mut stopped, mut lines) = (0, 0);
    let mut words = std::collections::BTreeMap::<String, usize>::new();
    for seed in 0..campaigns {
        let mut chance = Chance(seed as u64 * 7_919 + 12_345);
        let campaign = Campaign::draw(&names, withheld, 20, &mut chance);
        let mut all = BTreeSet::new();
        for (_, letter) in LETTERS {
            let alarms = campaign.false_alarms(letter);
            stopped += usize::from(!alarms.is_empty());
            all.extend(alarms);
        }
        lines += all.len();
        all.into_iter().for_each(|word| *words.entry(word).or_default() += 1);
    }
    let percent = 100.0 * stopped as f64 / (campaigns * LETTERS.len()) as f64;
    let lines = lines as f64 / campaigns as f64;
    let mut often: Vec<_> = words.into_iter().collect();
    often.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    often.truncate(8);
    println!(
        "{what}, {withheld} withheld: {percent:.0} % of clean runs stopped, {lines:.2} lines of `allow`; {often:?}"
    );
    (percent, lines)
}

#[test]
fn few_clean_runs_are_stopped() {
    for (what, names, most) in [("US", US, 25.0), ("European", EU, 25.0), ("British", GB, 30.0)] {
        let (stopped, lines) = clean_runs(what, names, 500);
        assert!(stopped <= most, "{what}: {stopped:.0} % of clean runs are stopped");
        assert!(lines <= 1.0, "{what}: {lines:.2} lines of `allow`");
    }
}

/// What people write of somebody who is not to be named: G and F are the given and the family name, g and f the same in
/// small letters, I the initial of the given name, J that of the family name.
const FORMS: [&str; 36] = [
    "We thank {G} {F} for speaking first.",
    "{G} told us what had happened.",
    "It was {G} who spoke first.",
    "{G}, who works as a nurse, has written to you before.",
    "Our friend {G} will bring the file.",
    "Nobody has answered Ms. {F} to this day.",
    "Mr {F} has asked for nothing.",
    "We wrote of this to dr. {f} and to the board.",
    "The {F} family has waited for three years.",
    "{F}, {G}",
    "{F} is one of those who had to leave.",
    "What {F} saw is in the file.",
    "This is {G} {F}'s account.",
    "You have read {G}’s account.",
    "{F}'s employer was told.",
    "A letter by {g} {f} was returned.",
    "{G_UPPER} {F_UPPER} ASKS YOU TO ACT.",
    "{I}. {F} has asked for an answer.",
    "We heard it from {G} {J}.",
    "{F}, {I}., was not heard.",
    "{G} M. {F} signed it.",
    "We ask for #JusticeFor{G}.",
    "See #{G}{F} for more.",
    "The whole story: https://example.org/{g}-{f}",
    "The whole story: https://example.org/stories/{g}",
    "Follow @{g}{f} for the rest.",
    "Write to {g}.{f}{N}@mail.example at any time.",
    "The file is statement_{g}_{f}.pdf, page 3.",
    "The photograph is {f}.jpg.",
    "We have met the {F+S}.",
    "We owe this to {G}\n{F}, who was there.",
    "Signed by {G}-{F}.",
    "In the matter of {F} v. the company.",
    "Dear {G}, we have not forgotten.",
    "**{G}** said so.",
    "Those present: {G} {F}, and others.",
];

/// A family by its name.
fn plural(name: &str) -> String {
    let is_hissing = ["s", "x", "z", "ch", "sh"].iter().any(|ending| name.ends_with(ending));
    format!("{name}{}", if is_hissing { "es" } else { "s" })
}

/// Of how many planted names so many per cent are found.
fn recall(what: &str, names: [&'static str; 2], withheld: usize, public: usize) -> f64 {
    let names = Names::of(names);
    let (mut planted, mut found, mut missed) = (0, 0, std::collections::BTreeMap::<&str, Vec<String>>::new());
    for seed in 0..scale() {
        let campaign = Campaign::draw(&names, withheld, public, &mut Chance(seed as u64 * 104_729 + 4_711));
        for (index, (given, family)) in campaign.withheld.iter().take(20).enumerate() {
            let first = |name: &str| name.chars().next().expect("a letter").to_string();
            for form in FORMS {
                let text = form
                    .replace("{F+S}", &plural(family))
                    .replace("{G}", given)
                    .replace("{F}", family)
                    .replace("{g}", &given.to_lowercase())
                    .replace("{f}", &family.to_lowercase())
                    .replace("{G_UPPER}", &given.to_uppercase())
                    .replace("{F_UPPER}", &family.to_uppercase())
                    .replace("{I}", &first(given))
                    .replace("{J}", &first(family))
                    .replace("{N}", &(index + 2).to_string());
                planted += 1;
                if campaign.gate.search_text(&text, Scope::default()).leaks.is_empty() {
                    missed.entry(form).or_default().push(format!("{given} {family}"));
                } else {
                    found += 1;
                }
            }
        }
    }
    let percent = 100.0 * f64::from(found) / f64::from(planted);
    println!(
        "{what}, {withheld} withheld, {public} public: {found} of {planted} planted names found, {percent:.1} %; {missed:?}"
    );
    percent
}

#[test]
fn planted_names_are_found() {
    for (what, names) in [("US", US), ("British", GB), ("European", EU)] {
        assert!(recall(what, names, 200, 20) >= 98.0, "{what}");
    }
    assert!(recall("word-like", WORD_LIKE, 20, 20) >= 95.0);
}

#[test]
fn recall_does_not_fall_with_the_length_of_the_public_list() {
    let (short, long) = (recall("US", US, 200, 20), recall("US", US, 200, 2_000));
    assert!(long >= short - 0.5, "{long:.1} % with 2,000 public names, {short:.1} % with 20");
}
