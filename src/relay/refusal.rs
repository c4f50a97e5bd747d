//! Recognises refusals that are about the sender or a quota, not about the letter: the relay would refuse every letter.
//!
//! Providers send them with 5xx, some of them only in reply to RCPT or the data. A reply that may be about the recipient must
//! never be listed here: a full mailbox (5.2.2) is a rejection.

use super::reply::enhanced_code;
use crate::message::reply::{Answer, Stage};

/// What a refusal is about, if it is not about the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The account or organisation has reached its limit, usually for 24 hours.
    Quota,
    /// The relay does not accept this sender.
    Sender,
}
use Refusal::{Quota, Sender};

/// How a refusal is recognised.
enum Sign {
    /// By its enhanced status code.
    Code([u16; 3]),
    /// By words, in small letters.
    Words(&'static str),
}
use Sign::{Code, Words};

const SIGNS: &[(Refusal, Sign)] = &[
    // Google, "Gmail SMTP errors and codes" (support.google.com/a/answer/3726730): daily user sending limit or quota
    // exceeded; for the relay service, daily SMTP relay limit exceeded, with 5.7.1.
    (Quota, Code([5, 4, 5])),
    (Quota, Words("daily smtp relay limit exceeded")),
    // Microsoft, "Email non-delivery reports and SMTP errors in Exchange Online" (learn.microsoft.com): daily limit for
    // message recipients; tenant external recipient rate limits; tenant has exceeded threshold.
    (Quota, Code([5, 1, 90])),
    (Quota, Code([5, 7, 232])),
    (Quota, Code([5, 7, 233])),
    (Quota, Code([5, 7, 705])),
    (Quota, Words("submissionquotaexceeded")),
    // Amazon SES, "Errors related to the sending quotas" (docs.aws.amazon.com): 454; only the words distinguish it from a rate.
    (Quota, Words("daily message quota exceeded")),
    // Some providers, in reply to MAIL. With 4xx it is a rate.
    (Quota, Words("too many messages")),
    // RFC 3463 §3.2: bad sender's mailbox address, bad sender's system address. Microsoft: bad outbound sender.
    (Sender, Code([5, 1, 7])),
    (Sender, Code([5, 1, 8])),
    // Postfix, postconf(5), reject_sender_login_mismatch and similar: "Sender address rejected: not owned by user".
    (Sender, Words("sender address rejected")),
    // Exim's `require verify = sender`.
    (Sender, Words("sender verify failed")),
    // Microsoft, with 5.2.0 or 5.2.252.
    (Sender, Words("sendasdenied")),
    // Google's relay service: unknown login, address and domain.
    (Sender, Words("invalid credentials for relay")),
    // Amazon SES, "SMTP response codes": From or the return path; in the sandbox the recipient too.
    (Sender, Words("email address is not verified")),
];

impl Refusal {
    /// Classifies a refusal; `None` if it is about the letter.
    pub fn of(answer: &Answer) -> Option<Refusal> {
        let code = answer.code.filter(|code| *code >= 400 && answer.stage >= Stage::Mail)?;
        let enhanced = enhanced_code(&answer.text);
        // The words can be spread over lines, each with the enhanced code.
        let words = answer.text.lines().map(|line| match enhanced_code(line) {
            Some(_) => line.trim_start().split_once(' ').map_or("", |(_, words)| words),
            None => line,
        });
        let words = words.map(str::trim).collect::<Vec<_>>().join(" ").to_ascii_lowercase();
        let found = SIGNS.iter().find(|(_, sign)| match sign {
            Code(code) => enhanced == Some(*code),
            Words(sign) => words.contains(sign),
        });
        // With 4xx, a sender may be refused because a name server does not answer, and "too many messages" may be a rate.
        let is_permanent = |refusal: &Refusal| code >= 500 || *refusal == Quota && words.contains("daily");
        found.map(|(refusal, _)| *refusal).filter(is_permanent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_every_letter_are_distinguished_from_those_of_a_recipient() {
        for (code, text, expected) in [
            (550, "5.4.5 Daily user sending limit exceeded. For more information on Gmail", Some(Quota)),
            (550, "5.4.5 Daily sending quota exceeded", Some(Quota)),
            (550, "5.7.1 Daily SMTP relay limit exceeded for customer", Some(Quota)),
            (550, "5.1.90 Your message can't be sent because you've reached your daily limit", Some(Quota)),
            (554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", Some(Quota)),
            (454, "Throttling failure: Daily message quota exceeded.", Some(Quota)),
            (454, "Throttling failure: Maximum sending rate exceeded.", None),
            (553, "5.7.1 <a@example.org>: Sender address rejected: not owned by user desk", Some(Sender)),
            (553, "5.7.1 <a@example.org>: Sender address\n5.7.1 rejected: not owned by user desk", Some(Sender)),
            (450, "4.1.8 <a@example.org>: Sender address rejected: Domain not found", None),
            (554, "5.2.252 SendAsDenied; desk@example.org not allowed to send as", Some(Sender)),
            (554, "Message rejected: Email address is not verified.", Some(Sender)),
            (550, "5.7.0 too many messages from you", Some(Quota)),
            (450, "4.7.0 too many messages, slow down", None),
            (552, "5.2.2 mailbox full, quota exceeded", None),
            (550, "5.1.1 no such user", None),
            (450, "4.2.1 The user is receiving mail too quickly", None),
        ] {
            let answer = Answer { stage: Stage::Rcpt, code: Some(code), text: text.into() };
            assert_eq!(Refusal::of(&answer), expected, "{code} {text}");
        }
        assert_eq!(Refusal::of(&Answer { text: "5.4.5 x".into(), ..Answer::default() }), None);
    }
}
