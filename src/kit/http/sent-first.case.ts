import { once } from "node:events";
import { connect } from "node:net";

/**
 * The first line of the answer to a request whose sender looks at it only after its whole body is sent, as most clients do. Empty where
 * the connection was cut before.
 * @param lines the request's own, without the length
 */
export async function answerAfterAllIsSent(url: string, lines: readonly string[], bytes: number): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const errors: unknown[] = [];
  socket.on("error", (error) => errors.push(error));
  await once(socket, "connect");
  socket.pause();
  socket.write([...lines, "host: door", `content-length: ${bytes}`, "", ""].join("\r\n"));
  await new Promise((done) => socket.write(Buffer.alloc(bytes, "x"), done));
  const answer = once(socket, "data").catch(() => [""]);
  socket.resume();
  const [first] = await Promise.race([answer, once(socket, "close").then(() => [""])]);
  socket.destroy();
  return String(first).split("\r\n", 1)[0] ?? "";
}
