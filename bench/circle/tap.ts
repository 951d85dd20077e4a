import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { finished } from "node:stream/promises";

/** A wire-tap in front of a lab's listener: whatever passes is written down as it is, both ways. */
export interface Tap {
  /** How others reach the lab. */
  readonly url: string;
  /** Where the lab listens. Who connects before that waits. */
  leadTo(port: number): void;
  /** Ends all connections, and waits until everything is written. */
  close(): Promise<void>;
}

/** Writes `NAME-NUMBER-asked.bytes` and `NAME-NUMBER-answered.bytes` into the folder, for each connection. */
export async function openTap(name: string, folder: string): Promise<Tap> {
  const sockets = new Set<Socket>();
  const written: Promise<void>[] = [];
  let leadTo: (port: number) => void = () => {};
  const target = new Promise<number>((done) => {
    leadTo = done;
  });
  const keep = (socket: Socket, file: string): void => {
    const out = createWriteStream(join(folder, file));
    sockets.add(socket);
    socket.on("data", (bytes) => out.write(bytes));
    socket.on("close", () => {
      sockets.delete(socket);
      out.end();
    });
    written.push(finished(out));
  };
  let connections = 0;
  const server = createServer((asking) => {
    connections += 1;
    const number = connections;
    keep(asking, `${name}-${number}-asked.bytes`);
    // What is read before the other end is there would not be handed on.
    asking.pause();
    const lead = (port: number): void => {
      const answering = connect({ port, host: "127.0.0.1" });
      keep(answering, `${name}-${number}-answered.bytes`);
      asking.pipe(answering).pipe(asking);
      // Whatever broke it, the other end is to see it broken.
      asking.on("error", () => answering.destroy());
      answering.on("error", () => asking.destroy());
    };
    target.then(lead, () => asking.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the tap listens on no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    leadTo,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      await Promise.all(written);
    },
  };
}
