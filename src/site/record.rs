//! The page of the record: to whom the letter went, when, and what came back.
//!
//! It must show no address, and not the ids under which relays have the letters: they tell readers nothing, and some have
//! names of machines or accounts in them. It is true as of the last entry, never of the clock.

use super::markup::Html;
use super::{Addressee, Page};
use crate::language::{Language, zone_name};
use crate::ledger::ResponseKind;
use crate::press::record::{Record, RecordedLetter};

pub(super) fn write(page: &Page<'_>, record: &Record, html: &mut Html) {
    let (language, words) = (page.language, &page.language.page);
    html.own("<article>\n");
    page.heading(false, html);
    html.own(&format!("<p class=\"count\">{}</p>\n", numbers(record, language)));
    let editions: Vec<_> = record.letters.chunk_by(|one, next| one.edition == next.edition).collect();
    for letters in &editions {
        let edition = letters.first().map_or(1, |letter| letter.edition);
        let label = match editions.len() {
            0 | 1 => String::new(),
            _ => {
                html.own(&format!("<h2 id=\"edition{edition}\">{} {edition}</h2>\n", words.edition));
                format!(" aria-labelledby=\"edition{edition}\"")
            }
        };
        html.own(&format!("<table class=\"record\"{label}>\n<thead>\n<tr>"));
        for heading in [words.to, words.sent, words.answer] {
            html.own(&format!("<th scope=\"col\">{heading}</th>"));
        }
        html.own("</tr>\n</thead>\n<tbody>\n");
        letters.iter().for_each(|letter| write_letter(letter, language, html));
        html.own("</tbody>\n</table>\n");
    }
    html.own(&format!("<footer>\n<h2>{}</h2>\n", words.about));
    if let Some(as_of) = record.as_of {
        let noon = as_of.at(12, 0, 0, 0).to_zoned_datetime(record.zone()).unwrap_or_default();
        let (day, zone) = ((language.date)(as_of), zone_name(&noon));
        html.own(&format!("<p>{} {day} ({zone}): {}. ", words.as_of, numbers(record, language)));
        html.own(&format!("{}</p>\n", words.sent_means));
    }
    html.own(&format!("<p>{}: ", words.contact));
    page.contact(html);
    html.own("</p>\n</footer>\n</article>\n");
}

/// "10 letters, 3 answers, 1 undeliverable".
pub(super) fn numbers(record: &Record, language: &Language) -> String {
    let words = &language.page;
    let count = |n: usize, [one, many]: [&str; 2]| language.counted(n as u64, one, many);
    let letters = count(record.accepted, words.letters);
    let answers = count(record.answered, words.replies);
    match record.bounced {
        0 => format!("{letters}, {answers}"),
        bounced => format!("{letters}, {answers}, {}", count(bounced, words.undeliverable)),
    }
}

fn write_letter(letter: &RecordedLetter, language: &Language, html: &mut Html) {
    let words = &language.page;
    let to = Addressee { name: letter.name.clone(), title: letter.title.clone(), company: letter.company.clone() };
    html.own("<tr><th scope=\"row\">");
    match to.is_empty() {
        true => html.own(&format!("<span>{}</span>", words.formerly)),
        false => to.write(html),
    }
    let accepted_at = &letter.accepted_at;
    html.own(&format!(
        "</th><td><time datetime=\"{}\">{}</time></td><td>",
        accepted_at.strftime("%Y-%m-%dT%H:%M:%S%:z"),
        (language.date)(accepted_at.date())
    ));
    match letter.answered {
        None => html.own(&format!("<span>{}</span>", words.no_answer)),
        Some(kind) => {
            let [reply, acknowledged, refused, bounced] = words.answers;
            html.own(match kind {
                ResponseKind::Reply => reply,
                ResponseKind::Acknowledged => acknowledged,
                ResponseKind::Refused => refused,
                ResponseKind::Bounced => bounced,
            });
        }
    }
    if let Some(on) = letter.answered_on {
        html.own(&format!("<span><time datetime=\"{on}\">{}</time></span>", (language.date)(on)));
    }
    html.own("</td></tr>\n");
}
