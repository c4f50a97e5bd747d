"""Whether everybody can use the review page, and read a letter: axe-core's rules (https://github.com/dequelabs/axe-core),
the keyboard alone, the names a screen reader says, small and enlarged screens, and what a reader prefers.

    accessible.py OUTBOX LETTER DESK AXE     OUTBOX/review.html, the HTML part of a letter in the file LETTER, and the file
                                             axe.min.js
"""

import sys
import time
from pathlib import Path

from driver import browser, expect

# WCAG 2.2 AA, and what is good practice besides.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# A letter stands in a mail program, which has these itself: landmarks, and the subject for a heading.
NOT_IN_A_LETTER = ["landmark-one-main", "page-has-heading-one", "region"]

# What axe leaves to a person, and a person has looked at: the frame runs no script, axe's neither, so the letter in it is
# examined as a document of its own; and an arrow is a sign whose contrast is that of the letters beside it.
LOOKED_AT = {"frame-tested": "", "color-contrast": "non-text characters"}

EXAMINE = """
const done = arguments[arguments.length - 1], rules = Object.fromEntries(arguments[1].map((id) => [id, { enabled: false }]));
const told = (found) => found.map(({ id, nodes }) => [id, nodes.map(({ target, any, all, none }) =>
  [target.join(" "), [...any, ...all, ...none].map(({ message }) => message).join("; ")])]);
axe.run(document, { iframes: false, runOnly: arguments[0], rules }).then(
  ({ violations, incomplete, passes }) => done([passes.length, told(violations), told(incomplete)]),
  (error) => done([0, [["axe", [["", String(error)]]]], []]));
"""

# What the keyboard is at: which it is, whether that can be seen, and whether something lies over it.
FOCUS = """
const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
const over = document.elementFromPoint(Math.max(0, box.left) + Math.min(box.width, 40) / 2, Math.max(0, box.top) + Math.min(box.height, 20) / 2);
return [at.id || at.getAttribute("href") || at.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  at.contains(over), box.left >= 0 && box.bottom > 0 && box.top < innerHeight];
"""


def examine(session, axe, where, without=()):
    session.run(axe)
    passed, faults, doubts = session.promised(EXAMINE, RULES, list(without))
    expect(not faults, f"{where}: {faults}")
    open_doubts = [(rule, at, why) for rule, nodes in doubts for at, why in nodes
                   if rule not in LOOKED_AT or LOOKED_AT[rule] not in why]
    expect(not open_doubts, f"{where}, to be looked at: {open_doubts}")
    expect(passed > 10, f"{where}: only {passed} rules had something to examine")
    return 1


def shown(session, page, where):
    """A view of the page, by its address and the key that leads there."""
    session.open("about:blank")
    session.open(page + where.split(" ")[0])
    if " " in where:
        session.press(where.split(" ")[1])
        session.wait("document.getElementById('proof').textContent.includes('byte for byte')", f"{where} is not shown")
    session.run("document.querySelectorAll('details').forEach((details) => { details.open = true; })")


VIEWS = ("", "#letters", "#overview", "#letter-9 1", "#letter-9 2", "#letter-9 3", "#letter-9 4")


def by_axe(session, page, letter, axe):
    count = 0
    for width, height in ((1440, 900), (375, 812)):
        session.size(width, height, mobile=width < 500)
        for scheme in ("light", "dark"):
            session.media(scheme=scheme)
            for where in VIEWS:
                shown(session, page, where)
                count += examine(session, axe, f"{where or 'the start'}, {scheme}, at {width} pixels")
            session.open(letter)
            # axe takes a page without a background for a white one; this is the colour that is there.
            session.run("document.documentElement.style.background = 'Canvas'")
            count += examine(session, axe, f"the letter, {scheme}, at {width} pixels", NOT_IN_A_LETTER)
    session.media(scheme="light")
    return count


def by_keyboard(session, page):
    """Everything that can be reached, in the order it is seen, never out of sight."""
    session.size(1280, 420)
    shown(session, page, "#letter-9")
    order = []
    for _ in range(20):
        session.press("tab")
        name, is_marked, is_on_top, is_seen = session.run(FOCUS)
        order.append(name)
        if name == "IFRAME":
            break
        expect(is_marked and is_on_top and is_seen, f"the focus on {name} cannot be seen")
    letters = [f"#letter-{number}" for number in range(1, 11)]
    expected = ["skip", "search", "to-overview", *letters, "previous", "next", "print-letter", "tab-html", "mark", "panel", "IFRAME"]
    expect(order == expected, f"the keyboard goes {order}")
    session.run("document.querySelector('#list li:last-child a').focus()")
    for number in range(9, 0, -1):
        session.press("shift+tab")
        name, is_marked, is_on_top, is_seen = session.run(FOCUS)
        expect(name == f"#letter-{number}" and is_marked and is_on_top and is_seen, f"going back, {name} cannot be seen")

    # Past the list in one step, and on from there.
    shown(session, page, "#letter-9")
    session.press("tab", "enter")
    expect(session.run(FOCUS)[0] == "name", "the skip link does not skip")
    session.press("tab")
    expect(session.run(FOCUS)[0] == "previous", "the skip link skips too much")
    session.press("tab", "tab", "tab")
    for key, tab in (("end", "source"), ("home", "html"), ("left", "source"), ("right", "html"), ("right", "text")):
        session.press(key)
        chosen = session.run("return document.querySelector('[aria-selected=true]').id")
        expect(session.run(FOCUS)[0] == chosen == f"tab-{tab}", f"{key} leads to {chosen}")
    session.press("tab", "space")
    expect(session.run("return !document.getElementById('mark').checked"), "the marks cannot be switched by the keyboard")
    session.press("space", "tab", "j")
    session.wait("location.hash === '#letter-10'", "j does not go on from the letter")

    # A link in a letter leads nowhere, and says where it would.
    shown(session, page, "#letter-9 1")
    session.click("#panel iframe")
    session.run("document.querySelector('#panel iframe').contentDocument.querySelector('a').focus()")
    session.press("enter")
    session.run("document.querySelector('#panel iframe').contentDocument.querySelector('a').click()")
    went = session.run("""const frame = document.querySelector('#panel iframe').contentDocument;
        return [location.hash, frame.location.href, frame.querySelector("a").title]""")
    expect(went[:2] == ["#letter-9", "about:srcdoc"] and ":" in went[2], f"a link in the letter leads to {went}")


def by_name(session, page):
    """What a screen reader says of each thing that can be used, from the browser's own tree."""
    used = {"button", "checkbox", "DisclosureTriangle", "heading", "Iframe", "link", "navigation", "searchbox", "tab", "tablist",
            "tabpanel", "table", "textbox"}
    for where in ("#overview", "#letter-9 1", "#letter-9 3"):
        shown(session, page, where)
        nodes = session.devtools("Accessibility.getFullAXTree")["nodes"]
        said = {}
        for node in nodes:
            role = node.get("role", {}).get("value")
            if not node.get("ignored") and role in used | {"main"}:
                said.setdefault(role, []).append(node.get("name", {}).get("value", ""))
        nameless = [role for role, names in said.items() for name in names if role in used and not name.strip()]
        expect(not nameless, f"at {where} these have no name: {nameless}")
        expect(len(said["main"]) == len(said["navigation"]) == 1, f"at {where} the landmarks are {said.keys()}")
        expect(said["searchbox"] == ["Search letters"] and len(said["link"]) >= 11, f"at {where} it says {said}")
        if where == "#letter-9 1":
            expect(said["tab"] == ["Letter", "Text", "Headers", "Source"], f"the tabs are {said['tab']}")
            expect(said["checkbox"] == ["Mark what differs from letter 1"], f"the box is {said['checkbox']}")


def enlarged(session, page, letter):
    """A small phone is what a desktop of 1280 by 1024 pixels at 400 % is too (WCAG 2.2, 1.4.10): nothing scrolls sideways."""
    session.size(320, 256)
    for where in VIEWS:
        shown(session, page, where)
        time.sleep(0.1)
        wide = session.run("""const inner = document.querySelector("#panel iframe")?.contentDocument?.documentElement;
            return [document.documentElement.scrollWidth - innerWidth, inner ? inner.scrollWidth - inner.clientWidth : 0]""")
        expect(max(wide) <= 0, f"at 320 pixels {where or 'the start'} is {wide} pixels too wide")
    session.open(letter)
    wide = session.run("return document.documentElement.scrollWidth - innerWidth")
    expect(wide <= 0, f"at 320 pixels the letter is {wide} pixels too wide")


def as_preferred(session, page):
    session.size(1280, 900)
    session.media(motion="reduce")
    shown(session, page, "#letter-9")
    moving = session.run("""return [...document.querySelectorAll("*")].filter((element) => {
        const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
        return animationName !== "none" || transitionDuration !== "0s" || scrollBehavior === "smooth";
      }).map((element) => element.tagName)""")
    expect(not moving, f"for those who want no motion these move: {moving[:9]}")
    # Where the reader's own colours stand for all others, what is chosen still looks chosen.
    session.media(forced="active")
    looks = session.run("""const look = (selector) => { const s = getComputedStyle(document.querySelector(selector));
        return [s.outlineStyle, s.borderBottomColor].join(" ") };
      return [look("nav [aria-current]") !== look("#list a:not([aria-current])"),
        look("[role=tab][aria-selected=true]") !== look("[role=tab][aria-selected=false]")]""")
    expect(looks == [True, True], f"in forced colours the letter or the view that is shown looks like any other: {looks}")


def main(outbox, letter, desk, axe):
    page, letter = ((Path(path)).resolve().as_uri() for path in (f"{outbox}/review.html", letter))
    with browser(desk) as session:
        count = by_axe(session, page, letter, Path(axe).read_text("utf-8"))
        by_keyboard(session, page)
        by_name(session, page)
        enlarged(session, page, letter)
        as_preferred(session, page)
    print(f"axe finds no fault in {count} views of page and letter; keyboard, names, 400 % and preferences are well")


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 5 else sys.exit(__doc__)
