// Asks the server at the URL given for decisions at a steady pace, however long it takes to answer, from a process of its own. When it is
// sent anything, it sends back how long the answers took since it was asked last (milliseconds), and how many questions got none.
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { questionsPerSecond } from "./asker.ts";
import { token } from "./sender.ts";

// Limits.
const connections = 256;
const tickMs = 5;

const [url = ""] = process.argv.slice(2);
const pool = new Pool(url, { connections });
const headers = { "content-type": "application/json", "x-api-key": token };
const body = JSON.stringify({ account: "acct_4711", organization: "org_4711", address: "198.51.100.7" });
let answerMs: number[] = [];
let failures = 0;

async function ask(): Promise<void> {
  const startMs = performance.now();
  try {
    const answer = await pool.request({ path: "/v1/decide", method: "POST", headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`a question was answered with ${answer.statusCode}`);
    answerMs.push(performance.now() - startMs);
  } catch (error) {
    failures++;
    process.stderr.write(`${String(error)}\n`);
  }
}

process.on("message", () => {
  process.send?.({ answerMs, failures });
  answerMs = [];
  failures = 0;
});
process.once("disconnect", () => process.exit());

const startMs = performance.now();
for (let asked = 0; ; await sleep(tickMs))
  for (; asked < ((performance.now() - startMs) / 1000) * questionsPerSecond; asked++) void ask();
