// A relay that accepts every letter and keeps none. It prints its port; `campaigns.mjs` starts and ends it.

import { createServer } from "node:net";

const server = createServer((socket) => {
  let text = "", isContent = false;
  socket.write("220 relay.example ESMTP\r\n");
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    for (let end; (end = text.indexOf(isContent ? "\r\n.\r\n" : "\r\n")) >= 0;) {
      const line = text.slice(0, end);
      text = text.slice(end + (isContent ? 5 : 2));
      const begins = !isContent && /^DATA$/i.test(line);
      socket.write(begins ? "354 go on\r\n" : /^QUIT$/i.test(line) ? "221 bye\r\n" : "250 2.0.0 Ok\r\n");
      isContent = begins;
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
