"""The two halves of the interoperability test that need more than a shell.

    interop.py tap SOCKET WIRE PORT             a relay's ear: passes loopback connections on to SOCKET, appends what the
                                                clients say to the file WIRE, and writes its own port into the file PORT
    interop.py compare CAMPAIGN ARRIVED WIRE    the letters of CAMPAIGN's outbox, with what smtp-sink wrote into ARRIVED
                                                and with the octets in WIRE

It must never change an octet on the way, and never call two things alike that differ.
"""

import csv
import email
import email.policy
import os
import re
import socket
import sys
import threading
import tomllib
from pathlib import Path

# What smtp-sink puts above a message (smtp-sink(1), "Dump file format").
SINK_HEADERS = re.compile(
    rb"(?:X-(?:Client-Addr|Client-Proto|Helo-Args|Mail-Args|Rcpt-Args): [^\n]*\n)+Received: [^\n]*\n\t[^\n]*\n\t[^\n]*\n"
)


def pump(source, sink, copy=None):
    """Passes octets on until the source ends, and leaves a copy of them."""
    while octets := source.recv(65536):
        if copy:
            copy.write(octets)
        sink.sendall(octets)
    sink.shutdown(socket.SHUT_WR)


def tap(path, wire, port):
    """Serves until it is killed. One file for all connections: the sample's relay is used over one."""
    ear = socket.create_server(("127.0.0.1", 0))
    ready = Path(f"{port}.new")
    ready.write_text(str(ear.getsockname()[1]))
    os.replace(ready, port)
    with open(wire, "ab", buffering=0) as copy:
        while True:
            client, _ = ear.accept()
            relay = socket.socket(socket.AF_UNIX)
            relay.connect(path)
            threading.Thread(target=pump, args=(client, relay, copy), daemon=True).start()
            threading.Thread(target=pump, args=(relay, client), daemon=True).start()


def expect(condition, where, what):
    if not condition:
        sys.exit(f"interop: {where}: {what}")


def one(pattern, head, where):
    """The single match in the sink's headers."""
    found = re.findall(pattern, head, re.MULTILINE)
    expect(len(found) == 1, where, f"{len(found)} envelope addresses instead of one")
    return found[0].decode("ascii")


def read_dump(path):
    """Sender, recipient and message of a file of smtp-sink's: the message with LF line ends and dots unstuffed."""
    dump = path.read_bytes()
    head = SINK_HEADERS.match(dump)
    expect(head and dump.endswith(b"\n\n"), path.name, "is not a dump of smtp-sink")
    sender = one(rb"^X-Mail-Args: <([^>]*)>", head[0], path.name)
    recipient = one(rb"^X-Rcpt-Args: <([^>]*)>", head[0], path.name)
    # An empty line that the sink adds ends the dump.
    return sender, recipient, dump[head.end() : -1]


def check_message(octets, row, where):
    """Opens a letter as a mail program would: nothing to mend, both parts, and the recipient's own name."""
    message = email.message_from_bytes(octets, policy=email.policy.default)
    for part in message.walk():
        expect(not part.defects, where, f"defects: {part.defects}")
        for name, value in part.items():
            expect(not value.defects, where, f"defects in {name}: {value.defects}")
    expect(message.get_content_type() == "multipart/alternative", where, "is not multipart/alternative")
    kinds = [part.get_content_type() for part in message.iter_parts()]
    expect(kinds == ["text/plain", "text/html"], where, f"has the parts {kinds}")
    for name in ("Cc", "Bcc"):
        expect(name not in message, where, f"has a {name} header")

    addresses = message["To"].addresses
    expect([a.addr_spec for a in addresses] == [row["email"]], where, f"is to {message['To']}")
    name = f"{row['given_name']} {row['family_name']}".strip()
    # Who has no name has a title, and either it or nothing stands before the address.
    expect(addresses[0].display_name in ([name] if name else ["", row["title"]]), where, f"is to {message['To']}")
    for part in message.iter_parts():
        expect((name or row["title"]) in part.get_content(), where, f"its {part.get_content_type()} names somebody else")


def compare(campaign, arrived, wire):
    campaign = Path(campaign)
    with open(campaign / "campaign.toml", "rb") as file:
        return_path = tomllib.load(file)["letter"]["return_path"]
    with open(campaign / "recipients.csv", encoding="utf-8", newline="") as file:
        rows = {row["email"]: row for row in csv.DictReader(file)}
    letters = sorted((campaign / "outbox" / "letters").glob("*.eml"))
    expect(len(letters) == len(rows), "outbox", f"{len(letters)} letters for {len(rows)} recipients")

    octets = Path(wire).read_bytes()
    expect(not re.search(rb"(?<!\r)\n|\r(?!\n)", octets), "the connection", "a line did not end in CRLF")
    dumps = {}
    for path in sorted(Path(arrived).glob("letter.*")):
        sender, recipient, message = read_dump(path)
        expect(sender == return_path, path.name, f"came from <{sender}>")
        expect(recipient not in dumps, path.name, f"is the second letter to {recipient}")
        dumps[recipient] = message
    expect(dumps.keys() == rows.keys(), "the sink", f"got letters for {sorted(dumps)}")

    for letter in letters:
        written = letter.read_bytes()
        recipient = email.message_from_bytes(written, policy=email.policy.default)["To"].addresses[0].addr_spec
        expect(recipient in dumps, letter.name, f"nothing arrived for {recipient}")
        # As RFC 5321 §4.5.2 has it: a dot before each line that begins with one, and one on a line of its own at the end.
        sent = re.sub(rb"^\.", b"..", written, flags=re.MULTILINE) + b".\r\n"
        expect(octets.count(sent) == 1, letter.name, f"passed {octets.count(sent)} times")
        expect(dumps.pop(recipient) == written.replace(b"\r\n", b"\n"), letter.name, "smtp-sink read something else")
        check_message(written, rows[recipient], letter.name)

    print(f"{len(letters)} letters arrived byte for byte at smtp-sink, one for each row of recipients.csv")
    print(f"{len(letters)} letters opened with Python's email: no defects, text and HTML, each to the right name")


if __name__ == "__main__":
    verbs = {"tap": tap, "compare": compare}
    if len(sys.argv) != 5 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    verbs[sys.argv[1]](*sys.argv[2:])
