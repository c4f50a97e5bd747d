"""A person at the review page, played over WebDriver (https://www.w3.org/TR/webdriver2/) with nothing but Python.

    browser.py OUTBOX DESK [PICTURES]    opens OUTBOX/review.html and tries all it can do; DESK is for scratch files,
                                         PICTURES a folder for screenshots
    browser.py large OUTBOX DESK         opens a large one, and holds it to its size and its time
    browser.py poison CAMPAIGN           puts texts into a campaign that try to run or load something
    browser.py hostile OUTBOX DESK       tries the page of such a campaign
    browser.py part PROGRAM CAMPAIGN DESK    opens the HTML part of such a letter as `preview` does
    browser.py many CAMPAIGN             gives a campaign 2,000 recipients, one with a letter too long for the page, and
                                         signatories who have not said yes
"""

import csv
import hashlib
import os
import pty
import re
import sys
import time
from pathlib import Path

from driver import browser, expect
from paper import hostile_on_paper, letters_on, on_paper


def letters_of(outbox):
    with open(outbox / "manifest.csv", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "letter"]


# The HTML part is in its frame, and the frame is as high as it.
FILLED = """(() => {
    const frame = document.querySelector("#panel iframe");
    return frame?.style.height && frame.contentDocument?.readyState === "complete" && frame.offsetHeight > 200;
})()"""


def at(session, number):
    session.wait("location.hash === arguments[0] && !document.getElementById('letter').hidden",
                 f"letter {number} is not shown", f"#letter-{number}")


def in_place(session, lines):
    """A name that is isolated at the beginning of its line stands there, to the left of the rest."""
    places = session.run("""return [...document.querySelectorAll(arguments[0])].filter((line) => line.textContent[0] === "\\u2068")
        .map((line) => {
          const text = line.firstChild, range = document.createRange();
          const left = (from, to) => (range.setStart(text, from), range.setEnd(text, to), range.getBoundingClientRect().left);
          const end = text.data.indexOf("\\u2069");
          return [left(1, end), left(end + 1, text.data.length)];
        })""", lines)
    expect(len(places) >= 2 and all(name < rest for name, rest in places), f"in {lines} names stand so: {places}")


def differences(session):
    """In the letter as a mail program shows it: words that are new are marked, and what is missing is told."""
    notes, marks, framed = session.run("""const html = (rank) => inert(read(linesOf(letters, letters[rank])).html).doc;
        const doc = html(1);
        markIn(doc, blocksOf(html(8)).map(({ key }) => key), 9);
        const texts = (selector) => [...doc.querySelectorAll(selector)].map((element) => element.textContent);
        return [texts("[role=note]"), texts("mark"), texts("[aria-description]")]""")
    expect(len(notes) == 1 and notes[0].startswith("Not here, but in letter 9: “This letter goes on"), f"what is missing is told so: {notes}")
    expect("Mr. Halvor Brandvold" in marks and "Mr. Brandvold:" in marks and framed == ["Sincerely,"], f"marked: {marks}, framed: {framed}")


def review(outbox, desk, pictures, hostile=False):
    letters = letters_of(outbox)
    count = len(letters)
    page = (outbox / "review.html").resolve().as_uri()
    with browser(desk) as session:
        session.size(1280, 900)
        session.media(scheme="light")
        session.open(page)
        session.picture(pictures, "overview")
        shown = session.run("return [...document.querySelectorAll('#list .where')].map((e) => e.textContent)")
        expect(shown == [row["envelope_to"] for row in letters], f"the list shows {shown}")
        rows = (outbox / "manifest.csv").read_bytes().split(b"\npage,")[0] + b"\n"
        expect(session.text("#digest") == f"sha256:{hashlib.sha256(rows).hexdigest()}", "the digest is another")

        # Who signs in letters that run from right to left still stands before what they are.
        in_place(session, "#roll li")

        # By keys: forward, back, past the ends.
        session.press("j")
        at(session, 1)
        session.press("j", "j")
        at(session, 3)
        session.press("k", "k", "k")
        at(session, 1)
        expect("Letter 1 of" in session.run("return document.getElementById('said').textContent"), "nothing is announced")

        # Every letter, in every view: the bytes are the file's, and the HTML fills its frame.
        for row in letters:
            at(session, row["number"])
            session.wait("document.getElementById('proof').textContent.includes('byte for byte')",
                         f"letter {row['number']} is not shown byte for byte")
            session.wait(FILLED, "the frame has not grown")
            inner = session.run("""const frame = document.querySelector('#panel iframe');
                const inside = frame.contentDocument;
                return [frame.getAttribute('sandbox'), inside.body.innerText, inside.scripts.length,
                  inside.documentElement.scrollHeight - frame.clientHeight]""")
            expect(inner[0] == "allow-same-origin" and inner[2] == 0, f"the frame is not shut: {inner}")
            expect(len(inner[1]) > 1000 and inner[3] <= 0, f"letter {row['number']} does not fit its frame")
            marked = session.run("return document.querySelector('#panel iframe').contentDocument.querySelectorAll('mark,[aria-description]').length")
            expect(bool(marked) == (row["number"] != "1"), f"{marked} marks in the HTML of letter {row['number']}")
            for view, sign in (("2", "Dear "), ("3", row["message_id"]), ("4", "Content-Transfer-Encoding")):
                session.press(view)
                expect(sign in session.text("#panel"), f"view {view} of letter {row['number']} lacks {sign!r}")
                if view == "2":
                    in_place(session, "#panel pre span")
            source = session.run("return linesOf(letters, letters[at]).join('\\r\\n')")
            expect(source.encode() == (outbox / "letters" / row["file"]).read_bytes(), f"{row['file']} is another")
            session.press("2")
            marked = session.run("return [...document.querySelectorAll('#panel mark')].map((e) => e.textContent)")
            expect(bool(marked) == (row["number"] != "1"), f"marked in letter {row['number']}: {marked}")
            if row["number"] == "9":
                session.picture(pictures, "text")
                session.press("3")
                session.picture(pictures, "headers")
            session.press("1")
            if row["number"] == "9":
                session.picture(pictures, "letter")
            session.press("j")
        session.press("m", "2")
        expect(session.run("return document.querySelectorAll('#panel mark').length") == 0, "the marks stay")
        session.press("m", "1")

        if not hostile:
            differences(session)

        # Tabs by arrows, the list by arrows, and search.
        session.run("document.getElementById('tab-html').focus()")
        session.press("right")
        expect(session.run("return document.activeElement.id + document.activeElement.ariaSelected") == "tab-texttrue",
               "the tabs do not follow the arrows")
        session.press("/", *"ratings and adv")
        expect(session.text("#found") == "1 letter found", f"by a title the search finds {session.text('#found')!r}")
        expect(session.text("#list li:not([hidden]) .who") == "Director of Ratings and Advisories", "who has no name has no title either")
        session.press("escape", "/")
        expect(session.run("return document.activeElement.id") == "search", "/ does not search")
        session.press(*"quarrington")
        expect(session.text("#found") == "1 letter found", f"search says {session.text('#found')!r}")
        session.press("down")
        at(session, count)
        session.press("o")
        session.wait("!document.getElementById('cover').hidden", "o does not lead to the overview")
        expect(len(letters_on(session.pdf(f"{desk}/found.pdf", 21.0, 29.7))) == 1, "what was not found is printed too")
        session.press("/", "escape")
        expect(session.run("return document.querySelectorAll('#list li:not([hidden])').length") == count, "search stays")
        session.click("#list li:nth-child(2) a")
        at(session, 2)
        expect(session.run("return document.activeElement.id") == "name", "the focus does not follow")
        session.press("down")
        at(session, 2)

        # With the shortcuts off a letter of the alphabet is nothing but one.
        session.press("?")
        session.run("document.getElementById('shortcuts').click()")
        session.press("j")
        expect(session.run("return location.hash") == "#overview", "a shortcut that is off works")

        on_paper(session, page, desk, letters, pictures)
        if hostile:
            hostile_on_paper(session)

        # In the dark, and on a phone.
        session.media(scheme="dark")
        session.open("about:blank")
        session.open(f"{page}#letter-{min(9, count)}")
        session.wait(FILLED, "the frame has not grown")
        colours = session.run("const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]")
        ink, desk_colour = ([int(n) for n in re.findall(r"\d+", colour)[:3]] for colour in colours)
        expect(sum(ink) > 600 and sum(desk_colour) < 150, f"in the dark it is {colours}")
        session.picture(pictures, "dark")
        session.press("2")
        session.picture(pictures, "dark-text")
        session.size(390, 844, mobile=True)
        session.picture(pictures, "phone-dark")
        session.media(scheme="light")
        session.press("1")
        for where in ("", "#letters", "#overview", "#letter-1"):
            session.open("about:blank")
            session.open(page + where)
            wide = session.run("return document.documentElement.scrollWidth - innerWidth")
            expect(wide <= 0, f"on a phone {where or 'the start'} is {wide} pixels too wide")
            session.picture(pictures, f"phone{where.replace('#', '-')}")
        at(session, 1)
        session.open("about:blank")
        session.open(page)
        session.wait("document.getElementById('digest').offsetHeight", "a phone does not open on the overview")
        session.open(f"{page}#letter-1")
        at(session, 1)
        visible = session.run("return document.querySelector('nav').offsetHeight")
        expect(visible == 0, "on a phone the list covers the letter")
        session.click(".back a")
        session.wait("document.querySelector('nav').offsetHeight > 0", "there is no way back to the list")
        title = session.run("return document.title")
        expect(title.endswith("letters to review"), f"the page is called {title}")
        session.check_silence(page, hostile)
    words = "hostile letters" if hostile else "letters"
    print(f"the review page shows {count} {words} byte for byte, by keys, in the dark, on a phone and on paper")


def large(outbox, desk):
    letters = letters_of(outbox)
    path = outbox / "review.html"
    octets = path.stat().st_size
    expect(octets < 5_000_000, f"the page of {len(letters)} letters has {octets} octets")
    with browser(desk) as session:
        timing = "performance.getEntriesByType('navigation')[0]"
        times = []
        # The best of three is the page's own time; what the machine has to do besides is in the others.
        for _ in range(3):
            session.open("about:blank")
            session.open(path.resolve().as_uri() + f"#letter-{len(letters)}")
            at(session, len(letters))
            session.wait(f"{timing}.loadEventEnd > 0", "the page does not load")
            times.append(session.run(f"return {timing}.loadEventEnd"))
        milliseconds = min(times)
        expect(milliseconds < 2000, f"the page of {len(letters)} letters opens in {milliseconds:.0f} ms")
        session.wait("document.getElementById('proof').textContent.includes('byte for byte')", "the last letter is another")
        # Many findings of a kind take little room, and none is lost.
        session.press("o")
        session.wait("!document.getElementById('cover').hidden", "o does not lead to the overview")
        kinds = session.run("return document.querySelectorAll('#findings > li').length")
        expect(kinds < 10, f"{kinds} findings are shown at once")
        session.click("#findings summary")
        told = session.run("return [...document.querySelectorAll('#findings .code')].filter((e) => e.offsetHeight).length")
        expect(told > 40, f"of more than 40 findings {told} are told")
        # A letter that the page has no room for is named all the same, and the overview says where it is.
        told = session.text("#absent")
        expect("1 letter of these is listed and not shown" in told and "number 1999." in told and "letters/" in told, f"it says {told!r}")
        # As many as a browser sets in seconds are printed, and what else can be chosen is said.
        expect("100 of 2,000 letters" in session.text("#paper-note"), f"of paper it says {session.text('#paper-note')!r}")
        expect(session.text("#paper-print") == "Print 100 letters", "how many are printed is not said")
        # The driver waits ten seconds for paper, and not longer.
        session.run("document.getElementById('paper-to').value = 8")
        start = time.monotonic()
        printed = len(letters_on(session.pdf(f"{desk}/many.pdf", 21.0, 29.7)))
        seconds = time.monotonic() - start
        expect(printed == 8, f"{printed} letters are printed")
        session.run("""document.getElementById("paper-to").value = 2000;
            document.getElementById("paper-to").dispatchEvent(new Event("input"))""")
        told = session.text("#paper-note")
        expect("busy for minutes" in told and "1 letter of this range cannot be printed" in told, f"of paper it says {told!r}")
        session.open("about:blank")
        session.open(path.resolve().as_uri() + "#letter-1999")
        at(session, "1999")
        told = session.text("#envelope")
        expect("Alder Street Coalition <letters@" in told and "No1998 " in told and "not on this page" in session.text("#panel"),
               f"of a letter without room it says {told!r}")
        session.check_silence(path.resolve().as_uri())
    print(f"the review page of {len(letters)} letters has {octets:,} octets, opens in {milliseconds:.0f} ms, and prints 8 in {seconds:.1f} s")


HOSTILE = (
    "</script><script>document.title='run'</script><!--<script>",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "javascript:alert(1) </iframe></pre><svg onload=alert(2)>",
    "<style>@import url(https://evil.example/x);*{background:url(//evil.example/y)}</style>",
    "<link rel=preconnect href=https://evil.example><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "\u2028<![CDATA[ ]]> %data% %script% {{7*7}} &lt;script&gt; &#60;img&#62;",
)


def poison(campaign):
    path = campaign / "recipients.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, text in zip(rows, HOSTILE * 2):
        row["cover"] = text.replace("\u2028", " ")
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    settings = campaign / "campaign.toml"
    title = 'title = """' + HOSTILE[0].replace("'", "") + HOSTILE[1] + '"""'
    settings.write_text(re.sub(r"^title = .*$", lambda _: title, settings.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    # A layout of the campaign's own may hold anything.
    layout = "<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title>" + HOSTILE[4] + HOSTILE[3]
    layout += "</head><body onload='document.title=1' style='background:url(https://evil.example/z)'><div>{{{body}}}</div>"
    layout += "<script>parent.document.title='run'</script><iframe src=https://evil.example></iframe>"
    layout += "<a href='javascript:alert(3)' ping=https://evil.example>link</a><form action=https://evil.example><input></form>"
    layout += "<svg><a xlink:href='javascript:alert(4)'><text>x</text></a></svg><object data=https://evil.example></object></body></html>"
    (campaign / "templates" / "layout.html.hbs").write_text(layout, "utf-8")


def part(program, campaign, desk):
    """At a terminal, for only there does a browser open."""
    opener, seen = Path(desk, "opener"), Path(desk, "part.html")
    opener.write_text(f'#!/bin/sh\ncp "$1" "{seen}"\n', "utf-8")
    opener.chmod(0o755)
    child, terminal = pty.fork()
    if child == 0:
        os.environ["BROWSER"] = str(opener)
        os.execv(program, [program, "-C", campaign, "preview", "5", "--part", "html"])
    told = b""
    while b"Press Enter" not in told:
        try:
            told += os.read(terminal, 4096)
        except OSError:
            break
    expect(seen.exists(), f"no browser opens: {told.decode()}")
    os.write(terminal, b"\n")
    with open(terminal, "rb", buffering=0) as rest:
        try:
            while rest.read(4096):
                pass
        except OSError:
            pass
    _, status = os.waitpid(child, 0)
    expect(status == 0, f"preview ends with {status}: {told.decode()}")
    with browser(desk) as session:
        session.open(seen.as_uri())
        time.sleep(1)
        for selector in ("a[href^='javascript']", "svg a"):
            session.run("document.querySelector(arguments[0]).dispatchEvent(new MouseEvent('click', { bubbles: true }))", selector)
        found = session.run("return [document.title, location.href, document.body.innerText.length > 500]")
        expect(found == ["x", seen.as_uri(), True], f"the part runs or leads away: {found}")
        session.check_silence(seen.as_uri(), hostile=True)
    print("the HTML part of a hostile letter runs and loads nothing in the browser that preview opens")


def many(campaign):
    path = campaign / "recipients.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for number in range(2000):
            row = rows[number % 7]
            address = f"{number}.{row['email']}"
            # One letter is longer than the page shows any.
            cover = "word " * 60_000 if number == 1998 else row["cover"]
            writer.writerow({**row, "id": f"{row['id']}-{number}", "email": address, "given_name": f"No{number}", "cover": cover})
    path = campaign / "signatories.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(path, "a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), restval="")
        for number in range(40):
            name = f"Undecidra Q{chr(97 + number // 26)}{chr(97 + number % 26)}xworth"
            writer.writerow({"id": f"u{number}", "name": name, "category": rows[-1]["category"], "consent": "pending"})
    settings = campaign / "campaign.toml"
    settings.write_text(settings.read_text("utf-8").replace("expect = 10", "expect = 2000"), "utf-8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["poison", campaign]:
            poison(Path(campaign))
        case ["hostile", outbox, desk]:
            review(Path(outbox), desk, None, hostile=True)
        case ["part", program, campaign, desk]:
            part(program, campaign, desk)
        case ["many", campaign]:
            many(Path(campaign))
        case ["large", outbox, desk]:
            large(Path(outbox), desk)
        case [outbox, desk, *pictures] if len(pictures) <= 1:
            review(Path(outbox), desk, pictures[0] if pictures else None)
        case _:
            sys.exit(__doc__)
