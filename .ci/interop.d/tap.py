"""A relay's ear: passes loopback connections on, and keeps what the clients say.

    tap.py SOCKET WIRE PORT     connections go on to SOCKET, what the clients say is appended to the file WIRE, and the
                                ear's own port is written into the file PORT

It must never change an octet on the way.
"""

import os
import socket
import sys
import threading
from pathlib import Path


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


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    tap(*sys.argv[1:])
