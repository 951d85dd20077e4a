import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { KEY, startScene, TARPIT } from "./proxy.case.ts";
import { send } from "./raw-client.case.ts";

// What is held.
const inTarpit = 2_000;
const sentAway = 6_000;
const streams = 2_000;
const connections = inTarpit + sentAway + streams;
/** A stream has its way up, and the stand-in's end of it, in this process too. */
const filesNeeded = connections + 2 * streams + 1_000;
/** Of all that this process holds for one: the proxy's part and, for a stream, the stand-in's. */
const bytesPerConnectionMax = 64 * 1024;

const filesMax = Number(execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }));
const isTooFew = filesMax < filesNeeded && process.env["CI"] === undefined;

const requestOf = (headers: string, body: object): string => {
  const text = JSON.stringify(body);
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: proxy\r\n${headers}content-length: ${text.length}\r\n\r\n${text}`;
};

/** Keeps connections until the test has finished, or until it is called. */
async function hold(
  port: number,
  groups: readonly { readonly count: number; readonly text: string }[],
): Promise<() => void> {
  const child = spawn(process.execPath, ["test/hold-connections.mjs", String(port), JSON.stringify(groups)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill();
    await exited;
  });
  const first = await Promise.race([once(child.stdout, "data"), exited]);
  if (String(first[0]).trim() !== "open") throw new Error("the connections could not be opened");
  return () => child.kill();
}

it.skipIf(isTooFew)(
  `${connections} connections that are held leave honest traffic alone (skipped where a process may not have ${filesNeeded} open files)`,
  async () => {
    const scene = await startScene({
      wait: (_ms, signal) => new Promise((done) => signal.addEventListener("abort", () => done(), { once: true })),
      heldMax: inTarpit,
      requestsMax: 16_384,
      connectionsMax: 16_384,
      upstreamConnectionsMax: 4_096,
    });
    onTestFinished(() => scene.close());
    scene.gateway.decide(TARPIT);
    const question = { model: "plain", messages: [{ role: "user", content: "a question" }] };
    const honest = async (): Promise<void> => {
      const answer = await send(scene.port, {
        headers: { authorization: "Bearer sk-honest" },
        body: JSON.stringify(question),
      });
      expect(answer.status).toBe(200);
    };
    await honest();
    const before = process.memoryUsage().rss;

    let isOpening = true;
    const opened = hold(scene.port, [
      { count: inTarpit + sentAway, text: requestOf(`authorization: Bearer ${KEY}\r\n`, question) },
      { count: streams, text: requestOf("", { ...question, model: "paced", stream: true }) },
    ]).finally(() => {
      isOpening = false;
    });
    while (isOpening) await honest();
    const letGo = await opened;
    const { counts } = scene.proxy;
    await expect.poll(() => counts().inFlight, { timeout: 60_000 }).toBe(inTarpit + streams);
    expect(counts()).toMatchObject({ held: inTarpit, refused: sentAway });
    for (let asked = 0; asked < 100; asked++) await honest();
    expect((process.memoryUsage().rss - before) / connections).toBeLessThan(bytesPerConnectionMax);

    letGo();
    await expect.poll(() => counts(), { timeout: 60_000 }).toMatchObject({ inFlight: 0, held: 0 });
    await honest();
  },
  180_000,
);
