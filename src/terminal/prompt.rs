//! Asks questions, such as before something that cannot be undone.
//!
//! Only a typed yes means yes: an empty line, the end of the input, or anything else must never mean yes.

use super::safe::{visible, visible_lines};
use std::io::{self, BufRead, Read, Write};

/// The maximum length of an answer, in bytes.
const MAX_ANSWER: u64 = 1024;

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `y` or `yes` was typed.
    Yes,
    /// Anything else, or nothing.
    No,
}

/// Asks a question and reads one line: `y` or `yes`, in any case, means yes.
pub fn confirm(question: &str, input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<Answer> {
    let line = line(&format!("{question} [y/N]"), input, output)?;
    let word = line.trim_ascii().to_ascii_lowercase();
    Ok(if word == b"y" || word == b"yes" { Answer::Yes } else { Answer::No })
}

/// Asks for a line of text and returns it without the white space around it; it may be empty.
pub fn ask(question: &str, input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<String> {
    let line = line(question, input, output)?;
    Ok(String::from_utf8_lossy(&line).trim().to_owned())
}

/// Asks for a secret at the controlling terminal, even if the streams are redirected. The input is not shown.
///
/// # Errors
/// Also if there is no such terminal; `Interrupted` if Ctrl-C was typed.
pub fn password(question: &str) -> io::Result<String> {
    rpassword::prompt_password(format!("{} ", visible(question)))
}

fn line(question: &str, input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<Vec<u8>> {
    write!(output, "{} ", visible_lines(question))?;
    output.flush()?;
    let mut line = Vec::new();
    input.take(MAX_ANSWER).read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        writeln!(output)?;
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(mut typed: &[u8]) -> (Answer, String) {
        let mut output = Vec::new();
        let answer = confirm("Send 10 letters?", &mut typed, &mut output).expect("read");
        (answer, String::from_utf8(output).expect("text"))
    }

    #[test]
    fn only_a_typed_yes_means_yes() {
        for typed in ["y\n", "yes\n", " YES \r\n", "Y"] {
            assert_eq!(answer(typed.as_bytes()).0, Answer::Yes, "{typed:?}");
        }
        for typed in ["\n", "", "n\n", "no\n", "yess\n", "y es\n", "\ny\n", "ja\n", "\u{1b}[Ay\n"] {
            assert_eq!(answer(typed.as_bytes()).0, Answer::No, "{typed:?}");
        }
        assert_eq!(answer(&[0xff, b'y', b'\n']).0, Answer::No);
        assert_eq!(answer(&[b'y'; 5000]).0, Answer::No);
    }

    #[test]
    fn the_question_shows_the_default_and_ends_its_line() {
        assert_eq!(answer(b"yes\n").1, "Send 10 letters? [y/N] ");
        assert_eq!(answer(b"").1, "Send 10 letters? [y/N] \n");
    }

    #[test]
    fn a_text_is_a_line_without_white_space_around_it() {
        let mut output = Vec::new();
        let mut typed: &[u8] = b"  Ada Example \r\n\n";
        let answers = [(); 3].map(|()| ask("Your name:", &mut typed, &mut output).expect("read"));
        assert_eq!(answers, ["Ada Example", "", ""]);
        assert_eq!(output, b"Your name: Your name: Your name: \n");
    }

    #[test]
    fn the_next_line_is_left_for_the_next_question() {
        let mut typed: &[u8] = b"yes\nno\n";
        let mut output = Vec::new();
        let answers = [(); 2].map(|()| confirm("?", &mut typed, &mut output).expect("read"));
        assert_eq!(answers, [Answer::Yes, Answer::No]);
    }
}
