//! Images in both parts.

use super::*;

struct Pictures;

impl Images for Pictures {
    fn image(&self, path: &str) -> Result<Image, ImageProblem> {
        let logo = Image { content_id: "1@example.org".into(), size: [600, 200] };
        if path == "images/logo.png" { Ok(logo) } else { NoImages.image(path) }
    }
}

fn with_pictures(source: &str) -> Parts {
    markdown(source, None, &Pictures).unwrap_or_else(|faults| panic!("{faults:?}\n{source}"))
}

#[test]
fn an_image_has_its_size_and_its_text_is_in_the_text_part() {
    let parts = with_pictures(
        "![Alder *Street* & Co.](images/logo.png)\n\nA [![Logo](images/logo.png){width=300}](https://a.example/).",
    );
    let image = |alt: &str, size: &str| {
        format!("<img src=\"cid:1@example.org\" alt=\"{alt}\" {size} style=\"max-width:100%;height:auto;border:0\">")
    };
    let first = image("Alder Street &amp; Co.", "width=\"600\" height=\"200\"");
    assert!(parts.html.contains(&first), "{}", parts.html);
    assert!(parts.html.contains(&image("Logo", "width=\"300\" height=\"100\"")), "{}", parts.html);
    assert_eq!(parts.text, "[Alder Street & Co.]\n\nA [Logo] <https://a.example/>.\n");
    assert_eq!(with_pictures("![](images/logo.png)\n\nText").text, "Text\n");
}

#[test]
fn an_image_that_cannot_be_shown_is_a_fault() {
    let problem = |source: &str| match markdown(source, None, &Pictures).expect_err(source)[0].kind {
        MarkupProblem::Image(problem) => problem,
        other => panic!("{other:?}"),
    };
    assert_eq!(problem("![a](//example.org/a.png)"), ImageProblem::Remote);
    assert_eq!(problem("![a](images/other.png)"), ImageProblem::Missing);
    for width in ["{width=50%}", "{width=0}", "{width=}", "{width=99999}"] {
        assert_eq!(problem(&format!("![a](images/logo.png){width}")), ImageProblem::Width, "{width}");
    }
    assert_eq!(with_pictures("![a](images/logo.png){note}").text, "[a]{note}\n");
}
