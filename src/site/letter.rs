//! The page of the letter and the page of the statement for the press: a text with its signatures.

use super::markup::Html;
use super::{Addressee, Letter, PDF, Page, Statement};
use crate::markdown::PAGE_ROLL;
use crate::people::roll::PrintedGroup;
use crate::people::signature::Signature;

/// The most recipients that are listed above the letter.
pub const UNFOLDED: usize = 24;

pub(super) fn write(page: &Page<'_>, letter: &Letter<'_>, has_pdf: bool, html: &mut Html) {
    let (language, words) = (page.language, &page.language.page);
    html.own("<article>\n");
    page.heading(letter.statement.text.has_title, html);
    html.own("<p class=\"count\">");
    html.own(&letter.counts.sentence(language));
    html.own("</p>\n");
    recipients(&letter.recipients, words.to, html);
    statement(&letter.statement, html);
    html.own(&format!("<footer>\n<h2>{}</h2>\n<p>", words.about));
    html.own(&letter.counts.sentences(language));
    if !letter.verification_note.is_empty() {
        html.own(" ");
        html.own(letter.verification_note);
    }
    html.own(&format!("</p>\n<p>{} ", words.signing));
    page.contact(html);
    html.own(".</p>\n");
    if has_pdf {
        html.own(&format!("<p><a href=\"{PDF}\">{} (PDF)</a></p>\n", words.letter));
    }
    html.own("</footer>\n</article>\n");
}

/// Whom the letter is to; more than a screen of them are folded up.
fn recipients(recipients: &[Addressee], to: &str, html: &mut Html) {
    let (open, close) = match recipients.len() {
        0 => return,
        1..=UNFOLDED => (format!("<section class=\"to\">\n<h2>{to}</h2>\n"), "</section>\n"),
        many => (format!("<details class=\"to\">\n<summary>{to} · {many}</summary>\n"), "</details>\n"),
    };
    html.own(&open);
    html.own("<ul>\n");
    for to in recipients {
        html.own("<li>");
        to.write(html);
        html.own("</li>\n");
    }
    html.own("</ul>\n");
    html.own(close);
}

pub(super) fn write_press(page: &Page<'_>, content: &Statement<'_>, html: &mut Html) {
    let words = &page.language.page;
    html.own("<article>\n");
    page.heading(content.text.has_title, html);
    statement(content, html);
    if let Some((file, _)) = page.plain_text() {
        html.own(&format!("<footer>\n<p><a href=\"{file}\">{}</a></p>\n</footer>\n", words.plain_text));
    }
    html.own("</article>\n");
}

/// The text, with the signatures in their place. Where the letter does not print them, neither does the page: those who
/// signed a petition agreed to be handed over with it, and to no more.
fn statement(statement: &Statement<'_>, html: &mut Html) {
    match statement.text.html.split_once(PAGE_ROLL) {
        Some((before, after)) => {
            html.made(before);
            roll(statement, html);
            html.made(after.trim_start_matches('\n'));
        }
        None => html.made(&statement.text.html),
    }
}

/// The signatures: a list for each category.
fn roll(statement: &Statement<'_>, html: &mut Html) {
    html.own("<div class=\"roll\">\n");
    for group in &statement.groups {
        write_group(group, html);
    }
    if !statement.affiliation_note.is_empty() {
        html.own(&format!("<p class=\"note\">* {}</p>\n", statement.affiliation_note));
    }
    html.own("</div>\n");
}

fn write_group(group: &PrintedGroup<'_>, html: &mut Html) {
    html.own("<section>\n");
    if !group.heading.is_empty() {
        html.own("<h3>");
        html.text(&group.heading);
        html.own(&format!(" <span class=\"number\">{}</span></h3>\n", group.count));
    }
    if !group.signatures.is_empty() {
        html.own("<ul>\n");
        group.signatures.iter().for_each(|signature| write_signature(signature, html));
        html.own("</ul>\n");
    }
    // They have the category's nouns, which are the campaign's, or the cell of its list.
    for line in [&group.others_line, &group.withheld_line].into_iter().filter(|line| !line.is_empty()) {
        html.own("<p class=\"rest\">");
        html.text(line);
        html.own("</p>\n");
    }
    html.own("</section>\n");
}

fn write_signature(signature: &Signature, html: &mut Html) {
    html.own("<li><b><bdi>");
    html.cleared(&signature.name);
    html.own("</bdi></b>");
    let mark = if signature.identification { "*" } else { "" };
    for (text, mark) in [(&signature.role, ""), (&signature.affiliation, mark), (&signature.place, "")] {
        if !text.is_empty() {
            html.own("<span><bdi>");
            html.cleared(text);
            html.own(&format!("</bdi>{mark}</span>"));
        }
    }
    html.own("</li>\n");
}
