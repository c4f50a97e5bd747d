//! Finds the places where a Markdown source can be divided without changing the meaning of either part.
//!
//! Blocks without a recipient's field are converted once for all letters. This module must never report a place as safe that
//! is not: it recognises a few safe places, and in case of doubt does not divide.

/// Signs of constructs that can extend over a blank line (fenced code, link definitions, footnotes, HTML comments), and characters that
/// a parser treats differently at the start of a source.
const REACHING: [&str; 9] = ["```", "~~~", "]:", "[^", "<!", "<?", "\r", "\u{FEFF}", "\0"];

/// Whether a source can be divided at all.
pub fn is_divisible(source: &str) -> bool {
    !REACHING.iter().any(|sign| source.contains(sign))
}

/// Whether a stretch after a blank line begins a new block, whatever is before it. True for a blank one, which has no effect.
pub fn begins_block(stretch: &str) -> bool {
    let first = stretch.split('\n').find(|line| !is_blank(line));
    first.is_none_or(|line| !line.starts_with(char::is_whitespace) && !is_item(line))
}

/// Returns the offsets at which blocks of a divisible source begin: after a blank line, unless the line can continue a list
/// or a quotation before it. The first is 0 if the source begins with such a line.
pub fn block_starts(source: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    // What is before the source is not known: it may be a list.
    let (mut is_after_blank, mut has_item) = (true, true);
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let is_start = !line.starts_with(char::is_whitespace) && (!is_item(line) || !has_item);
        if is_blank(line) {
            // At the very beginning it may only end the line before.
            is_after_blank = at > 0;
        } else {
            if is_after_blank && is_start {
                starts.push(at);
                has_item = false;
            }
            has_item |= is_item(line.trim_start_matches([' ', '\t', '>']));
            is_after_blank = false;
        }
        at += line.len();
    }
    starts
}

/// Whether a source ends in a blank line.
pub fn ends_in_blank_line(source: &str) -> bool {
    let before = source.strip_suffix('\n').and_then(|source| source.rsplit_once('\n'));
    before.is_some_and(|(_, last)| is_blank(last))
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n'))
}

/// Whether a line may begin an item of a list.
fn is_item(line: &str) -> bool {
    let unnumbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[char] = if unnumbered.len() < line.len() { &['.', ')'] } else { &['-', '*', '+'] };
    unnumbered.strip_prefix(marks).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n']))
}

#[cfg(test)]
mod tests {
    use super::super::{NoImages, Parts, ROLL_MARK, escape_value, markdown};
    use super::*;
    use proptest::prelude::*;

    /// Converts a source stretch by stretch, and joins the results.
    fn in_stretches(source: &str, roll: &Parts) -> Option<Parts> {
        let mut starts = block_starts(source);
        starts.retain(|at| *at > 0);
        starts.push(source.len());
        let (mut text, mut html, mut from) = (String::new(), String::new(), 0);
        for to in starts {
            let parts = markdown(&source[from..to], Some(roll), &NoImages).ok()?;
            if parts.text != "\n" {
                text += if text.is_empty() { "" } else { "\n" };
                text += &parts.text;
            }
            html += &parts.html;
            from = to;
        }
        Some(Parts { text: if text.is_empty() { "\n".into() } else { text }, html })
    }

    fn line() -> impl Strategy<Value = String> {
        let begin = prop::sample::select(vec![
            "", "", "", "", "\n", "\n", "  ", "    ", "\t", "- ", "-", "* ", "+ ", "1. ", "2) ", "10. ", "> ", ">",
            "# ", "## ", "**", "*", "---", "***", "===", "- - -", "> - ", "- > ", "  - ", "   1. ", "    - ", "| a ",
            "1.", "-\t", "| a | b", "|-|-|", "---|:-:", "~~",
        ]);
        let words = "[a-z]{1,3}( [a-z*_`]{1,3}){0,2}";
        let end = prop::sample::select(vec![
            "",
            "",
            "",
            "\\",
            "  ",
            "\n",
            "\n",
            "\n \n",
            " `",
            "*",
            "[x](https://a.example)",
        ]);
        (begin, prop_oneof![Just(String::new()), words], end)
            .prop_map(|(begin, words, end)| begin.to_owned() + &words + end)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn a_divided_source_means_what_the_whole_does(
            lines in prop::collection::vec(prop_oneof![
                12 => line(),
                1 => "[a-z\n]{1,6}".prop_map(|value| escape_value(&value)),
                1 => Just(format!("\n{ROLL_MARK}\n")),
            ], 1..14),
        ) {
            let source = lines.join("\n");
            let roll = Parts { text: "ROLL\n\n  A\n".into(), html: "<p>ROLL</p>".into() };
            prop_assume!(is_divisible(&source));
            // Where something is wrong in a stretch the letter is made as a whole.
            if let Some(parts) = in_stretches(&source, &roll) {
                prop_assert_eq!(Ok(parts), markdown(&source, Some(&roll), &NoImages), "{:?}", source);
            }
        }
    }

    #[test]
    fn blocks_begin_after_a_blank_line() {
        let source = "One\ntwo\n\n**Three**\n\n- a\n\n- b\n\n  b\n\nFour\n \n> five\n\n1. six\n2. seven\n\n10 eight\n";
        let starts: Vec<&str> =
            block_starts(source).into_iter().map(|at| source[at..].split('\n').next().unwrap()).collect();
        assert_eq!(starts, ["One", "**Three**", "- a", "Four", "> five", "1. six", "10 eight"]);
        assert!(block_starts("\nmay go on").is_empty() && block_starts("- may go on").is_empty());
        assert!(ends_in_blank_line("a\n\n") && ends_in_blank_line("a\n \n") && !ends_in_blank_line("a\n"));
        assert!(!begins_block("\n- a") && !begins_block("  a") && begins_block("\n\na") && begins_block(""));
    }
}
