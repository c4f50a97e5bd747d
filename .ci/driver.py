"""A browser as a person would use it: headless Chromium over WebDriver (https://www.w3.org/TR/webdriver2/), with nothing but
Python.

Every message in the browser's console fails the check, but for those that say that a hostile letter was stopped; and so
does every request that is not for the page itself.
"""

import base64
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"down": "\ue015", "up": "\ue013", "right": "\ue014", "left": "\ue012", "home": "\ue011", "end": "\ue010",
        "escape": "\ue00c", "enter": "\ue007", "tab": "\ue004", "shift": "\ue008", "space": " "}

# The rest of them keeps the browser from asking anything of a network it may not have.
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--force-color-profile=srgb", "--no-first-run", "--no-default-browser-check", "--no-proxy-server", "--disable-quic",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-domain-reliability",
    "--disable-extensions", "--disable-sync", "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--metrics-recording-only", "--host-resolver-rules=MAP * ~NOTFOUND",
)


def expect(condition, what):
    if not condition:
        sys.exit(f"browser: {what}")


class Browser:
    """One session with chromedriver."""

    def __init__(self, desk):
        # Port 0: the driver says which one it took.
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said = []
        for line in self.driver.stdout:
            said.append(line)
            if found := re.search(r"on port (\d+)\.", line):
                break
        else:
            sys.exit(f"browser: chromedriver does not start: {''.join(said)}")
        # What it says later is for nobody, but a full pipe would hold it up.
        threading.Thread(target=lambda: all(self.driver.stdout), daemon=True).start()
        self.base = f"http://127.0.0.1:{found[1]}"
        profile = tempfile.mkdtemp(prefix="profile-", dir=desk)
        options = {"binary": shutil.which("chromium"), "args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        try:
            started = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        except SystemExit:
            self.driver.terminate()
            raise
        self.base += f"/session/{started['sessionId']}"

    def close(self):
        with contextlib.suppress(SystemExit, OSError):
            self.ask("DELETE", "", None)
        self.driver.terminate()
        self.driver.wait()

    def ask(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        # No proxy of the machine's stands between this and its own driver.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            sys.exit(f"browser: {method} {path}: {value['error']}: {value['message'][:400]}")

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *args):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(args)})

    def promised(self, script, *args):
        """The same, of a script that is done when its last argument is called."""
        return self.ask("POST", "/execute/async", {"script": script, "args": list(args)})

    def devtools(self, command, **params):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def press(self, *keys):
        """Keys to whatever has the focus; `shift+tab` holds one while the other is pressed."""
        actions = []
        for key in keys:
            held = [KEYS.get(part, part) for part in (key.split("+") if len(key) > 1 else [key])]
            actions += [{"type": "keyDown", "value": value} for value in held]
            actions += [{"type": "keyUp", "value": value} for value in reversed(held)]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def wait(self, script, what, *args):
        for _ in range(200):
            if self.run(f"return {script}", *args):
                return
            time.sleep(0.05)
        sys.exit(f"browser: {what}")

    def picture(self, folder, name):
        if folder:
            png = base64.b64decode(self.ask("GET", "/screenshot", None))
            (Path(folder) / f"{name}.png").write_bytes(png)

    def size(self, width, height, mobile=False, scale=1):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=mobile)

    def media(self, **features):
        """What the reader prefers: `scheme="dark"`, `motion="reduce"`."""
        names = {"scheme": "prefers-color-scheme", "motion": "prefers-reduced-motion", "forced": "forced-colors"}
        features = [{"name": names[name], "value": value} for name, value in features.items()]
        self.devtools("Emulation.setEmulatedMedia", features=features)

    def pdf(self, path, width, height):
        """Prints to paper of this size, in centimetres, and gives the text of each page."""
        printed = self.ask("POST", "/print", {"page": {"width": width, "height": height}, "background": False})
        Path(path).write_bytes(base64.b64decode(printed))
        text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
        return text.split("\f")[:-1]

    def check_silence(self, page, hostile=False):
        """Nothing was said in the console, and nothing was asked for but the page. A hostile letter may have been stopped."""
        said = [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]
        said = [text for text in said if not (hostile and re.search(r"has been blocked\.|Blocked script execution", text))]
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


@contextlib.contextmanager
def browser(desk):
    session = Browser(desk)
    try:
        yield session
    finally:
        session.close()
