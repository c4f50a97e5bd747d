//! A template or a press text as a row of words, with what stands between them.
//!
//! Markup, addresses and comments are no words. Of Handlebars' expressions only those of `count` mean anything here: they
//! print a number of the list, and the noun beside it can still be the wrong one.

use crate::people::count::Count;
use crate::text::pluralize::plural;

/// One token, with the octets of the text it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word or a numeral, in lower case, with `'` for every apostrophe and `-` for every hyphen.
    Word(String),
    /// A number of the list, which an expression prints.
    Count(u64),
    /// The number of a group, which an expression prints inside a loop: another one in every group.
    Group,
    /// Any other expression: it prints something, or nothing.
    Expression,
    /// A comma, a bracket, a quotation mark: a noun seldom reaches across it.
    Pause(char),
    /// The end of a sentence, a paragraph, a table's cell.
    Stop,
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        if let Kind::Word(word) = &self.kind { Some(word) } else { None }
    }
}

/// Tags that stand within a line of text.
const INLINE: &str = "a abbr b bdi cite em font i mark small span strong sub u";

/// Whether a word is one of a list's, which blanks divide.
pub(super) fn listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// Reads a text; it need not be well-formed.
pub(super) fn tokens(text: &str, count: &Count) -> Vec<Token> {
    let mut reader =
        Reader { text, at: 0, line_begins: true, in_heading: false, loops: Vec::new(), tokens: Vec::new() };
    while let Some(c) = reader.peek() {
        reader.step(c, count);
    }
    reader.tokens
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Nothing but blanks stands before on the same line.
    line_begins: bool,
    /// The line is a heading, and its end the end of a text.
    in_heading: bool,
    /// The loops around, and whether each goes over the groups.
    loops: Vec<bool>,
    tokens: Vec<Token>,
}

/// A tag, a link's target or an entity is never longer than this, in octets.
const LONGEST: usize = 4096;

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, end: usize, kind: Kind) {
        self.tokens.push(Token { start: self.at, end, kind });
        self.at = end;
    }

    /// Goes to behind the next `end`, or to the end of the text.
    fn skip_past(&mut self, end: &str) {
        let rest = self.rest();
        self.at += rest.find(end).map_or(rest.len(), |found| found + end.len());
    }

    /// How far away a sign is, where it is near.
    fn near(&self, sign: u8, within: usize) -> Option<usize> {
        self.rest().bytes().take(within).position(|b| b == sign)
    }

    fn step(&mut self, c: char, count: &Count) {
        let rest = self.rest();
        let line_begins = self.line_begins;
        self.line_begins = c == '\n' || line_begins && c.is_whitespace();
        if line_begins && self.list_mark() {
            return;
        }
        if rest.starts_with("{{") {
            return self.expression(count);
        }
        if c == '<' && self.tag() {
            return;
        }
        if c == '&'
            && let Some(end) = self.near(b';', 10)
        {
            let entity = &rest[1..end];
            if entity.starts_with('#') || entity.chars().all(|c| c.is_ascii_alphanumeric()) {
                let blank = ["nbsp", "thinsp", "ensp", "emsp", "#160", "#xa0", "shy"].contains(&entity);
                return if blank { self.at += end + 1 } else { self.push(self.at + end + 1, Kind::Pause(c)) };
            }
        }
        // A link's target, in Markdown.
        if rest.starts_with("](") {
            self.at += self.near(b')', LONGEST).map_or(2, |end| end + 1);
            return;
        }
        if c.is_alphanumeric() {
            return self.word();
        }
        if c == '\n' {
            let blank = rest[1..].lines().next().is_none_or(|line| line.trim().is_empty());
            let ends = std::mem::take(&mut self.in_heading) || blank;
            return if ends { self.push(self.at + 1, Kind::Stop) } else { self.at += 1 };
        }
        let end = self.at + c.len_utf8();
        match c {
            '.' | '!' | '?' | '…' => {
                let after = rest[c.len_utf8()..].chars().next();
                let ends = after.is_none_or(|c| !c.is_alphanumeric()) && !self.abbreviation();
                self.push(end, if ends { Kind::Stop } else { Kind::Pause(c) });
            }
            '|' => self.push(end, Kind::Stop),
            '*' | '_' | '`' | '~' | '[' | ']' => self.at = end,
            c if c.is_whitespace() => self.at = end,
            _ => self.push(end, Kind::Pause(c)),
        }
    }

    /// A heading's or list item's mark begins a text of its own; a quotation's stands before every line of it.
    fn list_mark(&mut self) -> bool {
        let rest = self.rest();
        let marks = rest.find(|c: char| !matches!(c, '#' | '>' | '-' | '*' | '+' | '•')).unwrap_or(rest.len());
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let mark = match rest[digits..].chars().next() {
            Some('.' | ')') if (1..=3).contains(&digits) => digits + 1,
            _ => marks,
        };
        if mark == 0 || !rest[mark..].starts_with([' ', '\t']) {
            return false;
        }
        self.in_heading = rest.starts_with('#');
        if rest.starts_with('>') {
            self.at += mark;
        } else {
            self.push(self.at + mark, Kind::Stop);
        }
        true
    }

    /// `Ms.`, `Dr.`, `St.`: a dot that ends no sentence.
    fn abbreviation(&self) -> bool {
        let before = &self.text[..self.at];
        let word = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        word.chars().next().is_some_and(char::is_uppercase) && word.chars().count() <= 3
    }

    fn expression(&mut self, count: &Count) {
        let rest = self.rest();
        if rest.starts_with("{{!--") || rest.starts_with("{{~!--") {
            return self.skip_past("--}}");
        }
        let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
        let inside = rest[2..end.max(2)].trim_end_matches('}').trim_matches(['{', '~', ' ', '\n']);
        if inside.starts_with('!') {
            self.at += end;
            return;
        }
        match inside.split_whitespace().collect::<Vec<_>>()[..] {
            ["#each", over, ..] => self.loops.push(over == "groups"),
            ["/each"] => drop(self.loops.pop()),
            _ => {}
        }
        let start = self.at;
        match computed(inside, count, self.loops.contains(&true)) {
            Some((number, noun)) => {
                self.push(start + end, number);
                for word in noun.split([' ', '-']).filter(|word| !word.is_empty()) {
                    self.tokens.push(Token { start, end: start + end, kind: Kind::Word(plain(word)) });
                }
            }
            None => self.push(start + end, Kind::Expression),
        }
    }

    /// A tag, comment or autolink of HTML; false where the sign is only a sign.
    fn tag(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.skip_past("-->");
            return true;
        }
        let name = rest[1..].trim_start_matches('/');
        let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let (name, Some(close)) = (name[..length].to_lowercase(), self.near(b'>', LONGEST)) else { return false };
        if name.is_empty() && !rest.starts_with("<!") {
            return false;
        }
        if ["style", "script"].contains(&&*name) && !rest.starts_with("</") {
            self.skip_past(&format!("</{name}>"));
        } else if listed(INLINE, &name) || rest[..close].contains("://") || rest[..close].contains('@') {
            self.at += close + 1;
        } else {
            self.push(self.at + close + 1, Kind::Stop);
        }
        true
    }

    /// A word, a numeral, or an address, which is passed over.
    fn word(&mut self) {
        let rest = self.rest();
        let run = rest.find(|c: char| c.is_whitespace() || "<>()[]\"{}".contains(c)).unwrap_or(rest.len());
        let run = &rest[..run];
        if run.contains("://") || run.contains('@') || run.starts_with("www.") || run.starts_with("mailto:") {
            self.push(self.at + run.trim_end_matches(['.', ',', ';', ':']).len(), Kind::Pause('@'));
            return;
        }
        let mut end = 0;
        let mut signs = rest.char_indices().peekable();
        while let Some((at, c)) = signs.next() {
            let next = signs.peek().map(|(_, c)| *c);
            let joins = match c {
                c if c.is_alphanumeric() => true,
                '\'' | '’' => next.is_some_and(char::is_alphanumeric) || rest[..at].ends_with('s'),
                '-' | '\u{2010}' | '\u{2011}' | '.' => next.is_some_and(char::is_alphanumeric),
                ',' => {
                    let group = rest[at + 1..].chars().take_while(char::is_ascii_digit).count();
                    group == 3 && rest[..at].bytes().all(|b| b.is_ascii_digit() || b == b',')
                }
                // Accents by themselves, and joiners of the scripts that need them.
                c => {
                    !c.is_ascii()
                        && !c.is_whitespace()
                        && !c.is_control()
                        && unicode_normalization::char::is_combining_mark(c)
                }
            };
            if !joins {
                break;
            }
            end = at + c.len_utf8();
        }
        let mut word = plain(&rest[..end]);
        // A share is no number of people.
        if rest[end..].starts_with('%') || self.text[..self.at].ends_with(['$', '€', '£', '§']) {
            word.push('%');
        }
        self.push(self.at + end, Kind::Word(word));
    }
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('’', "'").replace(['\u{2010}', '\u{2011}'], "-")
}

/// What `count.total`, `words count.total`, `len signatures` or `plural count.total "signatory"` prints: the number, and
/// the noun.
fn computed(inside: &str, count: &Count, in_group: bool) -> Option<(Kind, String)> {
    let (asked, nouns) = inside.split_once('"').unwrap_or((inside, ""));
    let mut parts = asked.split(['(', ')', ' ', '\n']).filter(|part| !part.is_empty()).peekable();
    let takes_nouns = parts.next_if_eq(&"plural").is_some();
    parts.next_if_eq(&"words");
    let is_length = parts.next_if_eq(&"len").is_some();
    let path = parts.next()?.trim_start_matches("../").trim_start_matches("@root.");
    let value = match (path, path.strip_prefix("count.")) {
        ("signatures", _) if is_length && !in_group => Some(count.listed),
        (_, Some(number)) => Some(match number {
            "total" => count.total,
            "persons" => count.persons,
            "organisations" => count.organisations,
            "listed" => count.listed,
            "withheld" => count.withheld,
            "others" => count.others,
            other => *count.by.get(other.strip_prefix("by.")?)?,
        }),
        // Of the group itself: `count`, `this.count`, or that of a name for the group.
        _ if in_group && path.split('.').next_back() == Some("count") => None,
        _ => return None,
    };
    let mut nouns = nouns.split('"').filter(|_| takes_nouns);
    let singular = nouns.next().unwrap_or_default();
    let noun = match (value, nouns.nth(1)) {
        (Some(1), _) => singular.to_owned(),
        (_, Some(given)) if !given.is_empty() => given.to_owned(),
        _ => plural(singular),
    };
    Some((value.map_or(Kind::Group, |value| Kind::Count(value as u64)), noun))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str) -> String {
        let count = Count {
            total: 56,
            persons: 44,
            listed: 40,
            withheld: 16,
            by: [("survivor".to_owned(), 21)].into(),
            ..Count::default()
        };
        let shown = |token: Token| match token.kind {
            Kind::Word(word) => word,
            Kind::Count(value) => format!("#{value}"),
            Kind::Group => "#?".into(),
            Kind::Expression => "{}".into(),
            Kind::Pause(_) => ",".into(),
            Kind::Stop => ".".into(),
        };
        tokens(text, &count).into_iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_text_is_read_without_its_markup() {
        for (text, said) in [
            ("**56** survivors’ *stories*, 1,821 in all.", "56 survivors' stories , 1,821 in all ."),
            ("<p><b>56</b>&nbsp;experts</p>", ". 56 experts ."),
            ("signed\nby 56\n\nSurvivors", "signed by 56 . survivors"),
            ("# 56\npeople\n\n> signed\n> by 56", ". 56 . people . signed by 56"),
            ("[56 people](https://example.org/55-people)", "56 people"),
            ("see https://example.org/55/people.", "see , ."),
            ("- 56 people\n- 12 groups\n12. groups", ". 56 people . 12 groups . groups"),
            ("18 U.S.C. § 1591; Ms. Okafor", "18 u.s.c , , 1591 , ms , okafor"),
            ("56% of $12 and 12.5", "56% , of , 12% and 12.5"),
            ("<style>b { a: 56 people }</style><!-- 56 --> x", "x"),
            ("fifty‑six {{!-- 55 people --}}{{! 55 }}people", "fifty-six people"),
        ] {
            assert_eq!(told(text), said, "{text}");
        }
    }

    #[test]
    fn expressions_of_counts_are_numbers_and_no_others_are_words() {
        for (text, said) in [
            ("{{words count.total}} survivors", "#56 survivors"),
            ("{{~count.by.survivor~}} {{#if 56}}people{{/if}}", "#21 {} people {}"),
            ("{{plural count.total \"service provider\"}} x", "#56 service providers x"),
            ("{{plural count.persons \"person\" \"people\"}}", "#44 people"),
            ("{{count.by.nobody}} {{recipient.name}}", "{} {}"),
            ("{{count.listed}} {{words (len signatures)}} {{@root.count.withheld}}", "#40 #40 #16"),
            ("{{count}} {{#each groups}}{{count}} {{this.count}} x{{/each}} {{count}}", "{} {} #? #? x {} {}"),
            ("{{", "{}"),
        ] {
            assert_eq!(told(text), said, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_in_order_and_to_its_end(text in "(\\PC|[\\n<>{}&;.,\"'’é0-9 -]){0,60}") {
            let tokens = tokens(&text, &Count::default());
            prop_assert!(tokens.iter().all(|token| text.get(token.start..token.end).is_some()));
            prop_assert!(tokens.windows(2).all(|pair| pair[0].start <= pair[1].start));
        }
    }
}
