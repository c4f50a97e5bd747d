"""Simulates the distance to a server: a TCP proxy that passes everything on after a delay in each direction.

    distance.py ADDRESS PORT MILLISECONDS

Listens on ADDRESS:PORT and connects to the same port of 127.0.0.1.

It must never change, drop or reorder a byte, nor close a connection before what was sent over it has arrived.
"""

import asyncio
import contextlib
import sys


class End(asyncio.Protocol):
    """One end of a connection. What it receives goes to the other end."""

    def __init__(self, delay):
        self.delay = delay
        self.loop = asyncio.get_running_loop()
        self.other = self.transport = None
        # What came while the other end was not connected yet.
        self.early = []

    def connection_made(self, transport):
        self.transport = transport
        for do in self.early:
            do()

    def later(self, do):
        """Does it after the delay, and after all that was to be done before."""
        self.loop.call_later(self.delay, lambda: do() if self.transport else self.early.append(do))

    def data_received(self, data):
        self.other.later(lambda: self.other.transport.write(data))

    def eof_received(self):
        self.other.later(self.other.end)
        return True

    def end(self):
        with contextlib.suppress(OSError):
            self.transport.write_eof()

    def connection_lost(self, error):
        self.other.later(lambda: self.other.transport.abort() if error else self.other.transport.close())


class Client(End):
    """The end at which the proxy listens."""

    def __init__(self, delay, port):
        super().__init__(delay)
        self.port = port

    def connection_made(self, transport):
        super().connection_made(transport)
        self.other = End(self.delay)
        self.other.other = self
        self.connecting = self.loop.create_task(self.connect())

    async def connect(self):
        await asyncio.sleep(self.delay)
        try:
            await self.loop.create_connection(lambda: self.other, "127.0.0.1", self.port)
        except OSError:
            self.later(self.transport.abort)


async def main(address, port, milliseconds):
    server = await asyncio.get_running_loop().create_server(lambda: Client(milliseconds / 1000, port), address, port)
    await server.serve_forever()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
