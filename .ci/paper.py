"""The letters as they come out of the printer: one by one, set as their recipients read them, and nothing else."""

import re
import subprocess

from driver import expect

# Every letter of the sample begins with its letterhead.
LETTERHEAD = "212 Alder Street"
# What may not end a sheet: the next one has what it leads to.
LEADS = ("The signatories", "Survivors", "Service providers", "Campaigners", "We ask Northlight", "Dear ", "Sincerely", "Yours", "Respectfully")
# What is the review's or the source's, and on no letter.
NOT_IN_PRINT = ("sha256", "bounces@", "Letter 1 of", "okafor-ceo", "*Alder", "*Re:", "<https", "_and ", ".eml", "Not here, but")


def letters_on(pages):
    """The pages of each letter. One begins at the top of a page, and nowhere else."""
    found = []
    for text in pages:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        expect(lines, "a sheet is blank")
        heads = [rank for rank, line in enumerate(lines) if line.startswith(LETTERHEAD)]
        expect(len(heads) < 2 and all(rank < 4 for rank in heads), f"a letter begins amid a sheet: {heads}")
        if heads:
            found.append([])
        if found:
            found[-1].append(lines)
    return found


def on_paper(session, page, desk, letters, pictures):
    """From the overview all letters, each on sheets of its own and as its recipient reads it; from a letter that one."""
    for name, width, height in (("a4", 21.0, 29.7), ("letter", 21.59, 27.94)):
        pages = session.pdf(f"{desk}/{name}.pdf", width, height)
        expect(re.search(r"sha256:[0-9a-f]{64}", pages[0].replace("\n", "")), f"the overview is not first on {name}")
        printed = letters_on(pages)
        expect(len(printed) == len(letters), f"on {name} there are {len(printed)} letters")
        for sheets in printed:
            text = "\n".join(line for lines in sheets for line in lines)
            expect(len(re.findall(r"^Dear ", text, re.MULTILINE)) == 1, f"on {name} two letters share a sheet")
            expect(not (wrong := [sign for sign in NOT_IN_PRINT if sign in text]), f"on {name} a letter shows {wrong}")
            expect(all(not lines[-1].startswith(LEADS) for lines in sheets), f"on {name} a heading ends a sheet")
            expect("The President, Open Council on Screen Standards" in text, f"on {name} a letter is cut: {sheets[-1]}")
        if pictures:
            subprocess.run(["pdftoppm", "-r", "60", "-png", "-l", "8", f"{desk}/{name}.pdf", f"{pictures}/{name}"], check=True)
    # As the printer is given it: names from right to left stand at the left of their lines, and nothing but text is there.
    places, titled, alive = session.run("""dispatchEvent(new Event("beforeprint"));
        const all = [...document.querySelectorAll("#print article")].map((article) => article.shadowRoot);
        const alive = all.flatMap((root) => [...root.querySelectorAll("*")]).filter((element) => /^(script|style|link|iframe|object|embed|svg|form|input|meta|base|a)$/
          .test(element.localName) || [...element.attributes].some(({ name, value }) => /^on|href|src|action|ping|background/.test(name) || /url[(]|position/.test(value)));
        const print = document.getElementById("print");
        print.style.display = "block";
        const places = all.flatMap((root) => [...root.querySelectorAll("li strong")]).map((name) =>
          name.firstChild.getBoundingClientRect().left - name.parentElement.getBoundingClientRect().left);
        const titled = document.title;
        dispatchEvent(new Event("afterprint"));
        print.style.display = "";
        return [places, titled, alive.map((element) => element.outerHTML.slice(0, 200))]""")
    expect(len(places) >= 30 * len(letters) and all(abs(place) < 1 for place in places), f"names stand so on paper: {places[:60]}")
    expect(titled.endswith("letters to review"), f"with the overview, paper is called {titled}")
    expect(not alive, f"on paper there is {alive[:3]}")
    session.run("document.getElementById('paper-overview').click()")
    from_to = session.run("""document.getElementById("paper-from").value = 2;
        document.getElementById("paper-to").value = 3;
        document.getElementById("paper-to").dispatchEvent(new Event("input"));
        return document.getElementById("paper-print").textContent""")
    pages = session.pdf(f"{desk}/two.pdf", 21.0, 29.7)
    expect(from_to == "Print 2 letters" and len(letters_on(pages)) == 2 and LETTERHEAD in pages[0], "a range is not printed as it is chosen")
    session.open("about:blank")
    session.open(f"{page}#letter-2")
    pages = session.pdf(f"{desk}/one.pdf", 21.0, 29.7)
    expect(len(letters_on(pages)) == 1 and LETTERHEAD in pages[0], "the letter in view is not printed alone")
    expect(session.run("return document.querySelectorAll('#print *').length") == 0, "what was printed stays on the page")


# What a letter's HTML can hold, and what of it is on paper.
NASTY = """<!DOCTYPE html><html lang=en><head><style>@import url(https://evil.example/a);@font-face{font-family:x;src:url(https://evil.example/b)}
p{position:fixed;background:url(https://evil.example/c);margin-top:-900px;padding-left:3px;font-family:x}:host{display:none}</style></head><body onload=alert(1)>
<p style="position:fixed;font-weight:bold;background:url(https://evil.example/d);list-style:url(https://evil.example/e);margin:-9px" onclick=alert(2) id=print>kept</p>
<a href="javascript:alert(3)" ping=https://evil.example>link</a> <a href="https://www.real.example/a/">words</a>
<img src=https://evil.example/f onerror=alert(4) alt=picture><svg onload=alert(5)><style>*{display:none}</style><a>svg</a></svg>
<math><mtext>math</mtext></math><form action=https://evil.example><button formaction=javascript:alert(6)>button</button><input value=no></form>
<iframe srcdoc="<script>alert(7)</script>"></iframe><template shadowrootmode=open><script>alert(8)</script></template>
<x-y onclick=alert(9)>unknown</x-y><table background=https://evil.example/g><tr><td>cell</table><noscript><p>no</noscript></body></html>"""


def hostile_on_paper(session):
    lines = ["Content-Type: text/html; charset=utf-8", "", *NASTY.split("\n")]
    html, rules = session.run("""const root = sheetsOf({ lines: arguments[0] }).shadowRoot;
        return [root.innerHTML, [...root.adoptedStyleSheets[0].cssRules].map((rule) => rule.cssText).join(" ")]""", lines)
    bad = re.findall(r"evil|javascript|alert|position|fixed|url\(|<(?:a|img|svg|style|script|form|button|input|iframe|template|x-y)\b", html + rules)
    expect(not bad, f"on paper there is {bad}: {html} {rules}")
    for sign in ('style="font-weight:bold', "kept", "link", "words (real.example/a)", "picture", "button", "unknown", "cell"):
        expect(sign in html, f"on paper there is no {sign}: {html}")
    expect("math" not in html and "padding-left: 3px" in rules and ":host" not in rules, f"on paper there is {html} {rules}")
