"""Reads the parts of every letter with Python's email, mailparser (npm) and mutt, which must agree.

    parts.py CAMPAIGN

Each attachment and image must be the campaign's file, under its name, and the HTML must show exactly the images that the
letter carries. Where SpamAssassin is installed, it must find nothing in the structure to score.
"""

import email
import email.policy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
# Rules about the structure of a message; the one without a score says only that it has HTML.
STRUCTURE = re.compile(r"^ *-?\d+\.\d ((?:BASE64|CTYPE|HTML|INVALID|MIME|MISSING|MPART|PART|T_)_?[A-Z0-9_]*)", re.M)
HARMLESS = {"HTML_MESSAGE"}
MUTT = 'set folder="{desk}" record="" move=no header_cache="" attach_format="@%m/%M|%f@"\n'


def by_email(path):
    """What Python's email finds in a letter, and its tree of types and names."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    parts = list(message.walk())
    defects = [defect for part in parts for defect in part.defects]
    assert not defects, f"{path.name}: {defects}"
    html = message.get_body(("html",)).get_content()
    files = [
        {
            "type": part.get_content_type(),
            "name": part.get_filename(),
            "disposition": part.get_content_disposition(),
            "cid": (part["Content-ID"] or "").strip("<>") or None,
            "sha256": hashlib.sha256(part.get_payload(decode=True)).hexdigest(),
        }
        for part in parts
        if part.get_filename() is not None
    ]
    found = {
        "subject": message["Subject"],
        "from": message["From"].addresses[0].addr_spec,
        "to": [address.addr_spec for address in message["To"].addresses],
        "text": message.get_body(("plain",)).get_content().strip() != "",
        "shown": re.findall(r'src="cid:([^"]+)"', html),
        "files": files,
    }
    # mutt shows what multipart/mixed holds, not itself.
    shown = [part for part in parts if part.get_content_type() != "multipart/mixed"]
    tree = [f"{part.get_content_type()}|{part.get_filename() or ''}" for part in shown]
    return found, tree


def by_mutt(path, desk):
    """The types and names that mutt shows for a letter; it needs a terminal."""
    box = desk / path.stem
    for folder in ("cur", "new", "tmp"):
        (box / folder).mkdir(parents=True)
    shutil.copy(path, box / "cur" / f"{path.stem}:2,S")
    (desk / "muttrc").write_text(MUTT.format(desk=desk))
    tmux = ["tmux", "-L", desk.name, "-f", "/dev/null"]
    command = ["mutt", "-n", "-F", str(desk / "muttrc"), "-R", "-f", str(box), "-e", "push <view-attachments>"]
    subprocess.run([*tmux, "new-session", "-d", "-x", "200", "-y", "50", *command], check=True)
    try:
        for _ in range(200):
            screen = subprocess.run([*tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True).stdout
            if "Mutt: Attachments" in screen:
                return re.findall(r"@(\S+?\|.*?)@", screen)
            time.sleep(0.05)
        raise AssertionError(f"{path.name}: mutt shows no attachments:\n{screen}")
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


def scored(path):
    """The rules about structure by which SpamAssassin scores a letter."""
    run = subprocess.run(["spamassassin", "-L", "-t"], input=path.read_bytes(), capture_output=True, check=True)
    report = run.stdout.decode().rsplit("Content analysis details:", 1)[-1]
    return set(STRUCTURE.findall(report)) - HARMLESS


def main():
    campaign = Path(sys.argv[1])
    os.environ["LC_ALL"] = "C.UTF-8"
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("attachments", "images")
        for path in (campaign / folder).rglob("*")
        if path.is_file()
    }
    letters = sorted((campaign / "outbox/letters").rglob("*.eml"))
    mailparser = json.loads(
        subprocess.run(["node", HERE / "parts.mjs", *letters], check=True, capture_output=True, text=True).stdout
    )
    carried = 0
    with tempfile.TemporaryDirectory() as desk:
        for path, theirs in zip(letters, mailparser, strict=True):
            ours, tree = by_email(path)
            assert ours == theirs, f"{path.name}: Python's email finds\n{ours}\nand mailparser\n{theirs}"
            shown = by_mutt(path, Path(desk))
            assert tree == shown, f"{path.name}: Python's email finds\n{tree}\nand mutt\n{shown}"
            for file in ours["files"]:
                carried += 1
                assert file["sha256"] == digests[file["name"]], f"{path.name}: {file['name']} is not the campaign's file"
                expected = "inline" if file["cid"] else "attachment"
                assert file["disposition"] == expected, f"{path.name}: {file['name']}"
            assert set(ours["shown"]) == {file["cid"] for file in ours["files"] if file["cid"]}, path.name
    assert letters and carried > len(letters), "every letter has a logo, and one an attachment"
    print(f"Python's email, mailparser and mutt agree on the parts of {len(letters)} letters, which are the campaign's files.")
    if shutil.which("spamassassin"):
        wrong = {path.name: rules for path in letters if (rules := scored(path))}
        assert not wrong, f"SpamAssassin scores the structure: {wrong}"
        print("SpamAssassin finds nothing in their structure to score.")


main()
