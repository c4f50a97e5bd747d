"""Compares what arrived at a mail server with the outbox and the ledger.

    arrived.py CAMPAIGN STATUS ARRIVED SERVER [STATE=COUNT…] [wire=WIRE]

Compares CAMPAIGN's outbox and STATUS (`openletter status --format json`) with what SERVER wrote into the folder ARRIVED
and, if a tap recorded it, with what the client sent in WIRE. COUNT letters must be in each STATE. The letters that the
relay has accepted, and no others, must have arrived.

It must never accept a difference.
"""

import csv
import email
import email.policy
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

# What smtp-sink writes before a message (smtp-sink(1), "Dump file format").
SINK = re.compile(
    rb"(?:X-(?:Client-Addr|Client-Proto|Helo-Args|Mail-Args|Rcpt-Args): [^\n]*\n)+Received: [^\n]*\n\t[^\n]*\n\t[^\n]*\n"
)
# What Postfix's virtual(8) and Exim's appendfile write before it. ESMTPSA means with TLS and a login (RFC 3848).
POSTFIX = re.compile(
    rb"Return-Path: <[^\n]*>\nX-Original-To: [^\n]*\nDelivered-To: [^\n]*\n"
    rb"Received: from [^\n]*\n(?:\t[^\n]*\n)*\tby localhost \(Postfix\) with ESMTPSA id [^\n]*\n(?:\t[^\n]*\n)*"
)
EXIM = re.compile(
    rb"Return-path: <[^\n]*>\nEnvelope-to: [^\n]*\n"
    rb"Received: from [^\n]*\n(?:\t[^\n]*\n)*\tby localhost with esmtpsa [^\n]*\n(?:\t[^\n]*\n)*"
)
# For each server: its files, what it writes before a message, and where that has the envelope's sender and recipient.
SERVERS = {
    "sink": ("letter.*", SINK, rb"^X-Mail-Args: <([^>]*)>", rb"^X-Rcpt-Args: <([^>]*)>"),
    "postfix": ("new/*", POSTFIX, rb"^Return-Path: <([^>]*)>$", rb"^Delivered-To: (.*)$"),
    "exim": ("new/*", EXIM, rb"^Return-path: <([^>]*)>$", rb"^Envelope-to: (.*)$"),
}


def expect(condition, where, what):
    if not condition:
        sys.exit(f"interop: {where}: {what}")


def one(pattern, head, where):
    """Returns the single match in the server's headers."""
    found = re.findall(pattern, head, re.MULTILINE)
    expect(len(found) == 1, where, f"{len(found)} envelope addresses instead of one")
    return found[0].decode("ascii")


def read(path, server):
    """Returns sender, recipient and message of a server's file; the message has LF line ends and no dot stuffing."""
    _, above, sender, recipient = SERVERS[server]
    octets = path.read_bytes()
    head = above.match(octets)
    expect(head, path.name, f"does not begin like a message from {server}")
    message = octets[head.end() :]
    if server == "sink":
        # An empty line that the sink adds ends the dump.
        expect(message.endswith(b"\n\n"), path.name, "is not a whole dump")
        message = message[:-1]
    return one(sender, head[0], path.name), one(recipient, head[0], path.name), message


def check_message(octets, row, where):
    """Parses a letter as a mail program would: no defects, both parts, and the recipient's name."""
    message = email.message_from_bytes(octets, policy=email.policy.default)
    for part in message.walk():
        expect(not part.defects, where, f"defects: {part.defects}")
        for name, value in part.items():
            expect(not value.defects, where, f"defects in {name}: {value.defects}")
    kinds = [part.get_content_type() for part in message.walk() if part.get_content_maintype() == "text"]
    expect(kinds == ["text/plain", "text/html"], where, f"has the texts {kinds}")
    for name in ("Cc", "Bcc"):
        expect(name not in message, where, f"has a {name} header")

    addresses = message["To"].addresses
    expect([a.addr_spec for a in addresses] == [row["email"]], where, f"is to {message['To']}")
    name = f"{row['given_name']} {row['family_name']}".strip()
    # A recipient without a name has a title, and the address has the title or nothing as display name.
    expect(addresses[0].display_name in ([name] if name else ["", row["title"]]), where, f"is to {message['To']}")
    for part in (message.get_body(("plain",)), message.get_body(("html",))):
        expect((name or row["title"]) in part.get_content(), where, f"its {part.get_content_type()} names somebody else")


def undated(octets):
    """The bytes without the value of Date headers: they are sent with the moment of sending."""
    return re.sub(rb"^Date: .{31}", b"Date:", octets, flags=re.MULTILINE)


def compare(campaign, status, arrived, server, counts, wire):
    campaign = Path(campaign)
    with open(campaign / "campaign.toml", "rb") as file:
        return_path = tomllib.load(file)["letter"]["return_path"]
    with open(campaign / "recipients.csv", encoding="utf-8", newline="") as file:
        rows = {row["email"]: row for row in csv.DictReader(file)}
    letters = sorted((campaign / "outbox" / "letters").glob("*.eml"))
    expect(len(letters) == len(rows), "outbox", f"{len(letters)} letters for {len(rows)} recipients")
    states = {letter["to"]: letter["state"] for letter in json.loads(Path(status).read_bytes())["letters"]}
    expect(states.keys() == rows.keys(), "the ledger", f"has letters for {sorted(states)}")
    expect(Counter(states.values()) == counts, "the ledger", f"has {dict(Counter(states.values()))}, not {counts}")
    accepted = {to for to, state in states.items() if state == "accepted"}

    octets = Path(wire).read_bytes() if wire else b""
    expect(not re.search(rb"(?<!\r)\n|\r(?!\n)", octets), "the connection", "a line did not end in CRLF")
    messages = {}
    for path in sorted(Path(arrived).glob(SERVERS[server][0])):
        sender, recipient, message = read(path, server)
        expect(sender == return_path, path.name, f"came from <{sender}>")
        expect(recipient not in messages, path.name, f"is the second letter to {recipient}")
        messages[recipient] = message
    expect(messages.keys() == accepted, server, f"got letters for {sorted(messages)}")

    for letter in letters:
        written = letter.read_bytes()
        recipient = email.message_from_bytes(written, policy=email.policy.default)["To"].addresses[0].addr_spec
        check_message(written, rows[recipient], letter.name)
        if recipient not in accepted:
            continue
        if wire:
            # RFC 5321 §4.5.2: a dot is added to each line that begins with one, and a line with a dot ends the message.
            sent = re.sub(rb"^\.", b"..", written, flags=re.MULTILINE) + b".\r\n"
            expect(undated(octets).count(undated(sent)) == 1, letter.name, f"passed {octets.count(sent)} times")
        expect(undated(messages.pop(recipient)) == undated(written.replace(b"\r\n", b"\n")), letter.name, f"{server} read something else")
    # Each letter must have a different recipient.
    expect(not messages, server, f"got what no letter holds, for {sorted(messages)}")

    print(f"{len(accepted)} letters arrived byte for byte at {server}, each once, each to its one recipient")
    print(f"{len(letters)} letters opened with Python's email: no defects, text and HTML, each to the right name")


if __name__ == "__main__":
    words = dict(word.split("=", 1) for word in sys.argv[5:])
    if len(sys.argv) < 6 or sys.argv[4] not in SERVERS:
        sys.exit(__doc__)
    tap = words.pop("wire", None)
    compare(*sys.argv[1:5], {state: int(count) for state, count in words.items()}, tap)
