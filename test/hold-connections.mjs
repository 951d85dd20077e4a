// Opens connections to a port of this machine, sends on each what it is told, and keeps them open until it is killed; says "open" when
// all are. In a process of its own, since each connection has two ends and a process may have only so many open files.
import { connect } from "node:net";

/** Below what a server lets wait to be accepted. */
const atOnce = 256;

const [, , port, groups] = process.argv;
const texts = JSON.parse(groups ?? "[]").flatMap(({ count, text }) => Array.from({ length: count }, () => text));

async function open(text) {
  const socket = connect(Number(port), "127.0.0.1");
  // The kernel resets what has waited too long to be accepted.
  socket.once("error", () => void open(text));
  socket.resume();
  await new Promise((done) => socket.once("connect", done).once("error", done));
  socket.write(text);
}

while (texts.length > 0) await Promise.all(texts.splice(0, atOnce).map(open));
process.stdout.write("open\n");
