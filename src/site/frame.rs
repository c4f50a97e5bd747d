//! What is around the content of every page: the head with policy and metadata, the links between the pages, the end.

use super::markup::Html;
use super::{Content, Page, PageKind, record};
use crate::message::identity::Digest;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

const STYLE: &str = include_str!("page.css");
pub(super) const SCRIPT: &str = include_str!("copy.js");

/// The letter for paper, beside its page.
pub const PDF: &str = "letter.pdf";

/// What a page shows of the site that it is in.
#[derive(Clone, Debug, Default)]
pub struct Frame<'s> {
    /// All pages of the site, in the order of their links.
    pub pages: &'s [PageKind],
    /// The address of the site, with a slash at its end.
    pub base_url: Option<&'s str>,
    /// The banner of a draft; `None` for a page that may be published.
    pub draft: Option<&'s str>,
    /// Whether the letter is also there as [`PDF`].
    pub has_pdf: bool,
}

impl Frame<'_> {
    pub(super) fn open(&self, page: &Page<'_>, html: &mut Html) {
        let words = &page.language.page;
        html.own("<!DOCTYPE html>\n<html lang=\"");
        html.own(page.language.tag);
        html.own("\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"");
        html.own(&policy(page.kind()));
        html.own("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.own(
            "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"openletter\">\n",
        );
        if self.draft.is_some() {
            html.own("<meta name=\"robots\" content=\"noindex\">\n");
        }
        html.own("<title>");
        html.text(page.title);
        html.own(" · ");
        html.own(page.kind().word(words));
        html.own("</title>\n");
        self.metadata(page, html);
        html.own("<link rel=\"icon\" href=\"data:,\">\n<style>");
        html.own(STYLE);
        html.own("</style>\n</head>\n<body>\n");
        if let Some(draft) = self.draft {
            html.own("<p class=\"draft\">");
            html.own(draft);
            html.own("</p>\n");
        }
        html.own("<header>\n<p class=\"sender\">");
        html.text(page.organisation);
        html.own("</p>\n");
        self.links(page, html);
        html.own("</header>\n<main>\n");
    }

    pub(super) fn close(&self, page: &Page<'_>, html: &mut Html) {
        html.own("</main>\n");
        if page.kind() == PageKind::Action {
            html.own("<script>");
            html.own(SCRIPT);
            html.own("</script>\n");
        }
        html.own("</body>\n</html>\n");
    }

    /// What search engines, and programs that show a link, take from the page.
    fn metadata(&self, page: &Page<'_>, html: &mut Html) {
        let address = self.base_url.map(|base| match page.kind() {
            PageKind::Letter => base.to_owned(),
            kind => format!("{base}{}", kind.file()),
        });
        if let Some(address) = &address {
            html.own("<link rel=\"canonical\" href=\"");
            html.text(address);
            html.own("\">\n");
        }
        let described = |html: &mut Html| {
            html.text(page.organisation);
            html.own(" · ");
            html.own(&(page.language.date)(page.date));
            let numbers = match &page.content {
                Content::Letter(letter) => Some(letter.counts.sentence(page.language)),
                Content::Record(record) => Some(record::numbers(record, page.language)),
                Content::Press(_) | Content::Action(_) => None,
            };
            if let Some(numbers) = numbers {
                html.own(" · ");
                html.own(&numbers);
            }
            html.own("\">\n");
        };
        html.own("<meta name=\"description\" content=\"");
        described(html);
        html.own("<meta property=\"og:type\" content=\"article\">\n<meta property=\"og:title\" content=\"");
        html.text(page.title);
        html.own("\">\n<meta property=\"og:description\" content=\"");
        described(html);
        html.own("<meta property=\"og:site_name\" content=\"");
        html.text(page.organisation);
        html.own("\">\n");
        if let Some(address) = &address {
            html.own("<meta property=\"og:url\" content=\"");
            html.text(address);
            html.own("\">\n");
        }
    }

    /// The links to the other pages; none where there are none.
    fn links(&self, page: &Page<'_>, html: &mut Html) {
        if self.pages.len() < 2 {
            return;
        }
        let words = &page.language.page;
        html.own(&format!("<nav aria-label=\"{}\">\n<ul>\n", words.pages));
        for kind in self.pages {
            let current = if *kind == page.kind() { " aria-current=\"page\"" } else { "" };
            html.own(&format!("<li><a href=\"{}\"{current}>{}</a></li>\n", kind.file(), kind.word(words)));
        }
        html.own("</ul>\n</nav>\n");
    }
}

/// The policy: nothing is loaded, and only the page's own style sheet and script count.
fn policy(kind: PageKind) -> String {
    let digest = |text: &str| format!("'sha256-{}'", BASE64_STANDARD.encode(Digest::of(text.as_bytes()).octets()));
    let script = match kind {
        PageKind::Action => format!("; script-src {}", digest(SCRIPT)),
        PageKind::Letter | PageKind::Press | PageKind::Record => String::new(),
    };
    format!(
        "default-src 'none'; img-src data:; style-src {}{script}; base-uri 'none'; form-action 'none'",
        digest(STYLE)
    )
}
