"""A person at the review page, played over WebDriver (https://www.w3.org/TR/webdriver2/) with nothing but Python.

    browser.py OUTBOX DESK [PICTURES]    opens OUTBOX/review.html and tries all it can do; DESK is for scratch files,
                                         PICTURES a folder for screenshots
    browser.py large OUTBOX DESK         opens a large one, and holds it to its size and its time
    browser.py poison CAMPAIGN           puts texts into a campaign that try to run or load something
    browser.py hostile OUTBOX DESK       tries the page of such a campaign
    browser.py many CAMPAIGN             gives a campaign 2,000 recipients

Every message in the browser's console fails the check, but for those that say that a hostile letter was stopped; and so
does every request that is not for the page itself.
"""

import base64
import contextlib
import csv
import hashlib
import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"down": "\ue015", "up": "\ue013", "right": "\ue014", "escape": "\ue00c", "enter": "\ue007", "tab": "\ue004"}


def expect(condition, what):
    if not condition:
        sys.exit(f"browser: {what}")


class Browser:
    """One session with chromedriver."""

    def __init__(self, desk):
        # Port 0: the driver says which one it took.
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        port = next(found[1] for line in self.driver.stdout if (found := re.search(r"on port (\d+)\.", line)))
        self.base = f"http://127.0.0.1:{port}"
        options = {
            "binary": "/usr/bin/chromium",
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars",
                     "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={desk}/profile"],
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        started = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base += f"/session/{started['sessionId']}"

    def close(self):
        with contextlib.suppress(Exception):
            self.ask("DELETE", "", None)
        self.driver.terminate()
        self.driver.wait()

    def ask(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        # No proxy of the machine's stands between this and its own driver.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *args):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(args)})

    def devtools(self, command, **params):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def press(self, *keys):
        """Keys to whatever has the focus."""
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def wait(self, script, what, *args):
        for _ in range(100):
            if self.run(f"return {script}", *args):
                return
            time.sleep(0.05)
        sys.exit(f"browser: {what}")

    def picture(self, folder, name):
        if folder:
            png = base64.b64decode(self.ask("GET", "/screenshot", None))
            (Path(folder) / f"{name}.png").write_bytes(png)

    def size(self, width, height, mobile=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def scheme(self, name):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def pdf(self, path, width, height):
        """Prints to paper of this size, in centimetres."""
        printed = self.ask("POST", "/print", {"page": {"width": width, "height": height}, "background": False})
        Path(path).write_bytes(base64.b64decode(printed))
        text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
        return text.split("\f")[:-1]

    def check_silence(self, page, hostile=False):
        """Nothing was said in the console, and nothing was asked for but the page. A hostile letter may have been stopped."""
        said = [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]
        said = [text for text in said if not (hostile and re.search(r"has been blocked\.$|Blocked script execution", text))]
        expect(not said, f"the console says {said[:3]}")
        asked, stopped = {}, set()
        for entry in self.ask("POST", "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            params = message["params"]
            if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                asked[params["requestId"]] = params.get("request", params)["url"]
            # The policy stops a request before it goes anywhere.
            if message["method"] == "Network.loadingFailed" and params.get("blockedReason") == "csp":
                stopped.add(params["requestId"])
        for request, url in asked.items():
            # The rest is the browser's own start page.
            is_fine = url.split("#")[0] == page or url.startswith(("data:", "about:", "chrome:"))
            expect(is_fine or hostile and request in stopped, f"the page asks for {url}")


def letters_of(outbox):
    with open(outbox / "manifest.csv", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "letter"]


@contextlib.contextmanager
def browser(desk):
    session = Browser(desk)
    try:
        yield session
    finally:
        session.close()


def at(session, number):
    session.wait("location.hash === arguments[0] && !document.getElementById('letter').hidden",
                 f"letter {number} is not shown", f"#letter-{number}")


def review(outbox, desk, pictures, hostile=False):
    letters = letters_of(outbox)
    count = len(letters)
    page = (outbox / "review.html").resolve().as_uri()
    with browser(desk) as session:
        session.size(1280, 900)
        session.scheme("light")
        session.open(page)
        session.picture(pictures, "overview")
        shown = session.run("return [...document.querySelectorAll('#list .where')].map((e) => e.textContent)")
        expect(shown == [row["envelope_to"] for row in letters], f"the list shows {shown}")
        rows = (outbox / "manifest.csv").read_bytes().split(b"\npage,")[0] + b"\n"
        expect(session.text("#digest") == f"sha256:{hashlib.sha256(rows).hexdigest()}", "the digest is another")

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
            session.wait("document.querySelector('#panel iframe')?.offsetHeight > 200", "the frame has not grown")
            inner = session.run("""const frame = document.querySelector('#panel iframe');
                const inside = frame.contentDocument;
                return [frame.getAttribute('sandbox'), inside.body.innerText, inside.scripts.length,
                  inside.documentElement.scrollHeight - frame.clientHeight]""")
            expect(inner[0] == "allow-same-origin" and inner[2] == 0, f"the frame is not shut: {inner}")
            expect(len(inner[1]) > 1000 and inner[3] <= 0, f"letter {row['number']} does not fit its frame")
            for view, sign in (("2", "Dear "), ("3", row["message_id"]), ("4", "Content-Transfer-Encoding")):
                session.press(view)
                expect(sign in session.text("#panel"), f"view {view} of letter {row['number']} lacks {sign!r}")
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

        # Tabs by arrows, the list by arrows, and search.
        session.run("document.getElementById('tab-html').focus()")
        session.press("right")
        expect(session.run("return document.activeElement.id + document.activeElement.ariaSelected") == "tab-texttrue",
               "the tabs do not follow the arrows")
        session.press("/")
        expect(session.run("return document.activeElement.id") == "search", "/ does not search")
        session.press(*"quarrington")
        expect(session.text("#found") == "1 letter found", f"search says {session.text('#found')!r}")
        session.press("down")
        at(session, count)
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

        # What a screen reader is told.
        nameless = session.run("""return [...document.querySelectorAll('button,input,iframe,nav,section,[role]')]
            .filter((e) => !(e.ariaLabel || e.title || e.labels?.length || e.getAttribute('aria-labelledby')
              || e.textContent.trim() || e.role === 'status')).map((e) => e.outerHTML.slice(0, 80))""")
        expect(not nameless, f"these have no name: {nameless}")
        expect(session.run("return document.querySelectorAll('main,nav,header').length") == 3, "a landmark is missing")

        # Paper: the overview, then every letter begins a page.
        for name, width, height in (("a4", 21.0, 29.7), ("letter", 21.59, 27.94)):
            pages = session.pdf(f"{desk}/{name}.pdf", width, height)
            begins = [n for text in pages for n in re.findall(r"Letter (\d+) of \d+ ·", text)]
            tops = [found[1] for text in pages if (found := re.match(r"\s*Letter (\d+) of \d+ ·", text))]
            expect(begins == tops == [row["number"] for row in letters], f"on {name}, letters begin so: {begins}, {tops}")
            expect(re.search(r"sha256:[0-9a-f]{64}", pages[0].replace("\n", "")), f"the overview is not first on {name}")
            wide = [line for text in pages for line in text.splitlines() if re.match(r"Dear |We who", line.strip())]
            expect(len(wide) >= count, f"the text is cut on {name}")
            if pictures:
                subprocess.run(["pdftoppm", "-r", "60", "-png", "-l", "6", f"{desk}/{name}.pdf", f"{pictures}/{name}"], check=True)

        # In the dark, and on a phone.
        session.scheme("dark")
        session.open("about:blank")
        session.open(f"{page}#letter-{min(9, count)}")
        session.wait("document.querySelector('#panel iframe')?.offsetHeight > 200", "the frame has not grown")
        colours = session.run("const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]")
        ink, desk_colour = ([int(n) for n in re.findall(r"\d+", colour)[:3]] for colour in colours)
        expect(sum(ink) > 600 and sum(desk_colour) < 150, f"in the dark it is {colours}")
        session.picture(pictures, "dark")
        session.press("2")
        session.picture(pictures, "dark-text")
        session.size(390, 844, mobile=True)
        session.picture(pictures, "phone-dark")
        session.scheme("light")
        session.press("1")
        for where in ("", "#letters", "#overview", "#letter-1"):
            session.open("about:blank")
            session.open(page + where)
            wide = session.run("return document.documentElement.scrollWidth - innerWidth")
            expect(wide <= 0, f"on a phone {where or 'the start'} is {wide} pixels too wide")
            session.picture(pictures, f"phone{where.replace('#', '-')}")
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
        session.open(path.resolve().as_uri() + f"#letter-{len(letters)}")
        at(session, len(letters))
        timing = "performance.getEntriesByType('navigation')[0]"
        session.wait(f"{timing}.loadEventEnd > 0", "the page does not load")
        milliseconds = session.run(f"return {timing}.loadEventEnd")
        expect(milliseconds < 2000, f"the page of {len(letters)} letters opens in {milliseconds:.0f} ms")
        session.wait("document.getElementById('proof').textContent.includes('byte for byte')", "the last letter is another")
        session.check_silence(path.resolve().as_uri())
    print(f"the review page of {len(letters)} letters has {octets:,} octets and opens in {milliseconds:.0f} ms")


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
            writer.writerow({**row, "id": f"{row['id']}-{number}", "email": address, "given_name": f"No{number}"})
    settings = campaign / "campaign.toml"
    settings.write_text(settings.read_text("utf-8").replace("expect = 10", "expect = 2000"), "utf-8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["poison", campaign]:
            poison(Path(campaign))
        case ["hostile", outbox, desk]:
            review(Path(outbox), desk, None, hostile=True)
        case ["many", campaign]:
            many(Path(campaign))
        case ["large", outbox, desk]:
            large(Path(outbox), desk)
        case [outbox, desk, *pictures] if len(pictures) <= 1:
            review(Path(outbox), desk, pictures[0] if pictures else None)
        case _:
            sys.exit(__doc__)
