"""Compares what arrived at several mail servers with the ledger.

    compare.py STATUS UNKNOWN MAILDIR...

STATUS is the output of `openletter status --format json`. Nobody may have got two letters, and nobody may be lost: an accepted
letter must have arrived, a rejected one must not, and the outcome of every other one must be unknown. Writes into the folder
UNKNOWN the ids of those of them that have arrived, `sent`, and that have not, `resend`.

It must never accept a difference.
"""

import email
import json
import sys
from collections import Counter
from pathlib import Path


def main(status, unknown, *maildirs):
    arrived = Counter()
    for maildir in maildirs:
        for path in Path(maildir).glob("new/*"):
            arrived[email.message_from_bytes(path.read_bytes())["Message-ID"].strip("<>")] += 1
    letters = {letter["message_id"].strip("<>"): letter for letter in json.loads(Path(status).read_bytes())["letters"]}
    problems = [f"{key} arrived {times} times" for key, times in arrived.items() if times != 1]
    problems += [f"{key} is not in the outbox" for key in arrived.keys() - letters.keys()]
    files = {"sent": [], "resend": []}
    for key, letter in letters.items():
        state, has_arrived = letter["state"], key in arrived
        if state == "unknown":
            files["sent" if has_arrived else "resend"].append(letter["id"])
        elif state not in ("accepted", "rejected") or has_arrived != (state == "accepted"):
            problems.append(f"{letter['id']} is {state}, and {'arrived' if has_arrived else 'did not arrive'}")
    if problems:
        sys.exit("\n".join(f"fleet: {problem}" for problem in problems))
    for name, ids in files.items():
        (Path(unknown) / name).write_text("".join(f"{key}\n" for key in ids))
    states = Counter(letter["state"] for letter in letters.values())
    print(f"{len(letters)} letters: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())), end="")
    print(f"; {len(files['sent'])} of the unknown ones arrived" if states["unknown"] else "", end="")
    print(f"; arrived {sum(arrived.values())}, nobody twice")


main(*sys.argv[1:])
