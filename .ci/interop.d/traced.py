"""Finds letters by their Message-ID in a mail server's log, as docs/relays.md describes.

    traced.py STATUS LOG SERVER RETURN_PATH USER

Each letter that is accepted in STATUS (`openletter status --format json`) must have one entry with its Message-ID, with
the login, the sender, its recipient and a delivery, and the relay's reply must name that entry. A letter that was refused
before its text was sent must have none.
"""

import json
import re
import sys
from pathlib import Path

from arrived import expect

# For each server: the entry of a Message-ID, the lines of an entry, and what they must contain, in this order.
SERVERS = {
    "postfix": (
        r"/cleanup\[\d+\]: (\w+): message-id={id}$",
        r"\]: {entry}: (.*)$",
        [
            r"client=localhost\[127\.0\.0\.1\], sasl_method=(?:PLAIN|LOGIN), sasl_username={user}",
            r"message-id={id}",
            r"from=<{sender}>, size=\d+, nrcpt=1 \(queue active\)",
            r"to=<{to}>, relay=virtual, .* status=sent \(delivered to maildir\)",
            r"removed",
        ],
    ),
    "exim": (
        r"^\S+ \S+ (\S+) <= .* id={bare}(?: |$)",
        r"^\S+ \S+ {entry} (.*)$",
        [
            r"<= {sender} .* P=esmtpsa .* A=\w+:{user} S=\d+ id={bare}",
            r"=> \S+ <{to}> R=here T=maildir",
            r"Completed",
        ],
    ),
}


def trace(status, log, server, sender, user):
    log = Path(log).read_text(encoding="utf-8")
    entry_of, lines_of, story = SERVERS[server]
    found = 0
    for letter in json.loads(Path(status).read_bytes())["letters"]:
        bare = letter["message_id"].strip("<>")
        words = {"id": re.escape(letter["message_id"]), "bare": re.escape(bare), "to": re.escape(letter["to"])}
        words |= {"sender": re.escape(sender), "user": re.escape(user)}
        entries = re.findall(entry_of.format(**words), log, re.MULTILINE)
        if letter["state"] != "accepted":
            expect(bare not in log, letter["id"], "was refused, and its text left all the same")
            continue
        expect(len(entries) == 1, letter["id"], f"has {len(entries)} entries in the log")
        expect(entries[0] in letter["answer"], letter["id"], f"is {entries[0]} in the log, and was {letter['answer']}")
        lines = re.findall(lines_of.format(entry=re.escape(entries[0])), log, re.MULTILINE)
        expect(len(lines) == len(story), letter["id"], f"has in the log {lines}")
        for line, pattern in zip(lines, story):
            expect(re.fullmatch(pattern.format(**words), line), letter["id"], f"has in the log: {line}")
        found += 1
    print(f"{found} letters found by their Message-ID in the log of {server}, each delivered")


if __name__ == "__main__":
    if len(sys.argv) != 6 or sys.argv[3] not in SERVERS:
        sys.exit(__doc__)
    trace(*sys.argv[1:])
