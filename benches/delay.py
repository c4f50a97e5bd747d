"""A TCP proxy on loopback that delays everything.

    delay.py PORT SECONDS READY      forwards connections to 127.0.0.1:PORT and delays each byte by SECONDS in each
                                     direction; writes its own port to the file READY

It adds latency and does not limit the bandwidth.
"""

import asyncio
import os
import socket
import sys


async def pump(reader, writer, delay):
    loop = asyncio.get_running_loop()
    while data := await reader.read(65536):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


async def main(port, delay, ready):
    async def serve(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", port)
        for end in (writer, back):
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(pump(reader, back, delay), pump(there, writer, delay), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    with open(f"{ready}.new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.replace(f"{ready}.new", ready)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
