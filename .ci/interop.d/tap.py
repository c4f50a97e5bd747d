"""Forwards loopback connections to a relay, and records what the clients send.

    tap.py SOCKET WIRE PORT     forwards connections to SOCKET, appends what the clients send to the file WIRE, and writes
                                its own port to the file PORT

It must never change a byte.
"""

import os
import socket
import sys
import threading
from pathlib import Path


def pump(source, sink, copy=None):
    """Forwards bytes until the source ends, and copies them."""
    while data := source.recv(65536):
        if copy:
            copy.write(data)
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)


def tap(path, wire, port):
    """Serves until it is killed. All connections share one file, since the sample uses one connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    ready = Path(f"{port}.new")
    ready.write_text(str(listener.getsockname()[1]))
    os.replace(ready, port)
    with open(wire, "ab", buffering=0) as copy:
        while True:
            client, _ = listener.accept()
            relay = socket.socket(socket.AF_UNIX)
            relay.connect(path)
            threading.Thread(target=pump, args=(client, relay, copy), daemon=True).start()
            threading.Thread(target=pump, args=(relay, client), daemon=True).start()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    tap(*sys.argv[1:])
