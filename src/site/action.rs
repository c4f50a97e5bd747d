//! The page where others write themselves: for each recipient a text to send, with a link that opens a mail program.
//!
//! The page works without its script, which only adds buttons that copy a text.

use super::mailto::Mailto;
use super::markup::Html;
use super::{Addressee, OpenLetter, Page};

pub(super) fn write(page: &Page<'_>, letters: &[OpenLetter], html: &mut Html) {
    let words = &page.language.page;
    html.own("<article>\n");
    page.heading(false, html);
    html.own(&format!("<p class=\"lead\">{}</p>\n", words.own_words));
    for (rank, letter) in letters.iter().enumerate() {
        write_letter(page, rank + 1, letter, html);
    }
    html.own(&format!("<footer>\n<p>{}: ", words.contact));
    page.contact(html);
    html.own("</p>\n</footer>\n</article>\n");
}

fn write_letter(page: &Page<'_>, number: usize, letter: &OpenLetter, html: &mut Html) {
    let words = &page.language.page;
    let whole = Mailto { address: &letter.address, subject: &letter.subject, body: &letter.text };
    let (href, is_whole) = whole.href_or(letter.language.page.paste);
    let language = match letter.language == page.language {
        true => String::new(),
        false => format!(" lang=\"{}\"", letter.language.tag),
    };
    html.own(&format!("<section class=\"act\">\n<h2 id=\"to{number}\">"));
    letter.to.write(html);
    html.own(&format!("</h2>\n<dl>\n<dt>{}</dt><dd>", words.address));
    html.text(&letter.address);
    html.own(&format!("</dd>\n<dt>{}</dt><dd{language}>", words.subject));
    html.text(&letter.subject);
    html.own("</dd>\n</dl>\n<p class=\"do\"><a class=\"button\" href=\"");
    // Its parts are searched above and below.
    html.own(&href.replace('&', "&amp;"));
    html.own(&format!("\" aria-describedby=\"to{number}\">{}</a>\n", words.send));
    html.own(&format!(
        "<button type=\"button\" hidden value=\"text{number}\" data-done=\"{}\" aria-describedby=\"to{number}\">{}</button> \
         <span role=\"status\"></span></p>\n",
        words.copied, words.copy
    ));
    if !is_whole {
        html.own(&format!("<p class=\"note\">{}</p>\n", words.too_long));
    }
    let open = if number == 1 || !is_whole { " open" } else { "" };
    html.own(&format!(
        "<details{open}>\n<summary>{}</summary>\n<div{language} class=\"text\" id=\"text{number}\">",
        words.text
    ));
    html.text(&letter.text);
    html.own("</div>\n</details>\n</section>\n");
}

impl Addressee {
    /// The name, then the office and where they work.
    pub(super) fn write(&self, html: &mut Html) {
        for (rank, part) in self.parts().enumerate() {
            html.own(if rank == 0 { "<b>" } else { "<span>" });
            html.text(part);
            html.own(if rank == 0 { "</b>" } else { "</span>" });
        }
    }
}
