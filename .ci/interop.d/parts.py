"""Reads the parts of every letter with Python's email, and scores them with SpamAssassin where it is installed.

    parts.py CAMPAIGN

Each attachment and image must be the campaign's file, under its name; the HTML must show exactly the images that the letter
carries; and SpamAssassin must find nothing in the structure to score.
"""

import email
import email.policy
import re
import shutil
import subprocess
import sys
from pathlib import Path

campaign = Path(sys.argv[1])
# Rules about the structure of a message; the one without a score says only that it has HTML.
STRUCTURE = re.compile(r"^ *-?\d+\.\d ((?:BASE64|CTYPE|HTML|INVALID|MIME|MISSING|MPART|PART|T_)_?[A-Z0-9_]*)", re.M)
HARMLESS = {"HTML_MESSAGE"}

files = {path.name: path.read_bytes() for folder in ("attachments", "images") for path in (campaign / folder).rglob("*")}
letters = sorted((campaign / "outbox/letters").rglob("*.eml"))
carried = 0
for path in letters:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    parts = list(message.walk())
    defects = [defect for part in parts for defect in part.defects]
    assert not defects, f"{path.name}: {defects}"
    for part in parts:
        name = part.get_filename()
        if name is not None:
            carried += 1
            assert part.get_payload(decode=True) == files[name], f"{path.name}: {name} is not the campaign's file"
            expected = "inline" if part["Content-ID"] else "attachment"
            assert part.get_content_disposition() == expected, f"{path.name}: {name}"
    shown = set(re.findall(r'src="cid:([^"]+)"', message.get_body(("html",)).get_content()))
    assert shown == {part["Content-ID"].strip("<>") for part in parts if part["Content-ID"]}, f"{path.name}: {shown}"
    # The first has every kind of part; each takes seconds.
    if path == letters[0] and shutil.which("spamassassin"):
        scored = subprocess.run(["spamassassin", "-L", "-t"], input=path.read_bytes(), capture_output=True).stdout.decode()
        report = scored.rsplit("Content analysis details:", 1)[-1]
        rules = set(STRUCTURE.findall(report)) - HARMLESS
        assert not rules, f"{path.name}: SpamAssassin scores {rules}"
assert letters and carried > len(letters), "every letter has a logo, and one an attachment"
print(f"The parts of {len(letters)} letters are the campaign's files.")
