import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { pythonPeer } from "../../../test/peers.ts";
import { CALLER_KEY } from "../http/listen.case.ts";
import { decision } from "../table/decision.case.ts";
import { servedFeed } from "./stream.case.ts";

const peer = pythonPeer("pycrowdsec");
const script = fileURLToPath(new URL("bouncer.py", import.meta.url));

/** CrowdSec's client: pulls and says what it would do with an address. */
function bouncer(base: string): (address: string) => Promise<unknown> {
  const child = spawn(peer.command("python"), [script, `${base}/`, CALLER_KEY], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (address) => {
    child.stdin.write(`${address}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error("the client has ended");
    const answer: unknown = JSON.parse(line.value);
    return answer;
  };
}

describe.skipIf(peer.skipped)(`a bouncer that exists (${peer.ifSkipped})`, () => {
  it("follows the stream, and asks about an address", async () => {
    const on = (value: string) => ({ kind: "address", value }) as const;
    const ban = decision({ id: "ban", scope: on("192.0.2.1") });
    const captcha = decision({ id: "captcha", scope: on("192.0.2.1"), action: "challenge" });
    const network = decision({ id: "network", scope: on("2001:db8::1") });
    const { base, change } = await servedFeed(ban, captcha);
    const pull = bouncer(base);
    expect(await pull("192.0.2.1")).toEqual({
      held: { "192.0.2.1/32": "ban" },
      action: "ban",
      asked: expect.arrayContaining(["ban", "captcha"]),
    });
    change("new", network);
    expect(await pull("2001:db8::2")).toMatchObject({ action: "ban", asked: ["ban"] });
    change("deleted", ban, network);
    expect(await pull("192.0.2.1")).toEqual({
      held: { "192.0.2.1/32": "captcha" },
      action: "captcha",
      asked: ["captcha"],
    });
    change("deleted", captcha);
    expect(await pull("192.0.2.1")).toEqual({ held: {}, action: null, asked: [] });
  });
});
