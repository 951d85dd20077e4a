import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ristretto255 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { MalformedElementError, loadRistretto255 } from "./ristretto255.ts";
import { drawSessionScalar } from "./session-scalar.ts";
import type { SessionScalar } from "./session-scalar.ts";

const { Point } = ristretto255;
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

async function drawn(signal = new AbortController().signal): Promise<SessionScalar> {
  const scalar = await drawSessionScalar(signal);
  onTestFinished(() => scalar.destroy());
  return scalar;
}

describe("a session's scalar", () => {
  it("hashes as the group does, and multiplies in either order", async () => {
    const [group, a, b] = [await loadRistretto255(), await drawn(), await drawn()];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 40 }), async (messages) => {
        const blinded = await a.blind("test", messages);
        expect(blinded).toEqual(await a.multiply(messages.map((message) => group.hashToElement("test", message))));
        expect(await b.multiply(blinded)).toEqual(await a.multiply(await b.blind("test", messages)));
      }),
      { numRuns: 10 },
    );
  });

  it("multiplies as an independent implementation of the group adds up, and is another each time", async () => {
    const [a, b] = [await drawn(), await drawn()];
    const elements = [1n, 2n, 3n].map((factor) => Point.BASE.multiply(factor).toBytes());
    const [one, two, three] = (await a.multiply(elements)).map((element) => Point.fromBytes(element));
    expect(one!.add(two!).equals(three!)).toBe(true);
    expect(one!.equals(Point.BASE)).toBe(false);
    expect(await b.multiply(elements)).not.toEqual(await a.multiply(elements));
  });

  // RFC 9496, appendix A.2.
  it.each([
    ["the identity", "00".repeat(32)],
    ["a field element that is not canonical", `00${"ff".repeat(31)}`],
    ["a negative field element", `01${"00".repeat(31)}`],
    ["an x^2 that is no square", "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"],
    ["31 bytes", "00".repeat(31)],
    ["none", ""],
  ])("refuses a list with %s, and goes on", async (_what, element) => {
    const scalar = await drawn();
    const base = Point.BASE.toBytes();
    await expect(scalar.multiply([base, bytes(element)])).rejects.toThrow(MalformedElementError);
    expect(await scalar.multiply([base])).toHaveLength(1);
  });

  it("is of no use once it is destroyed", async () => {
    const scalar = await drawn();
    await scalar.destroy();
    await expect(scalar.multiply([Point.BASE.toBytes()])).rejects.toThrow("has ended");
    await scalar.destroy();
  });

  it("is overwritten with every copy of it before its thread ends", async () => {
    const found = new Int32Array(new SharedArrayBuffer(16));
    const worker = new Worker("./test/scalar-probe.mjs", { execArgv: [], workerData: found.buffer });
    await once(worker, "message");
    worker.postMessage({ kind: "multiply", bytes: Point.BASE.toBytes() });
    await once(worker, "message");
    worker.postMessage({ kind: "destroy" });
    await once(worker, "exit");
    const [bytesInUse = 0, copiesInUse = 0, bytesLeft, copiesLeft] = found;
    expect(bytesInUse).toBeGreaterThan(0);
    expect(copiesInUse).toBeGreaterThan(0);
    expect([bytesLeft, copiesLeft]).toEqual([0, 0]);
  });

  it("ends with the session's signal, whatever is under way", async () => {
    const stopping = new AbortController();
    const scalar = await drawn(stopping.signal);
    const blinding = scalar.blind(
      "test",
      Array.from({ length: 50_000 }, (_, i) => Buffer.from(String(i))),
    );
    stopping.abort();
    await expect(blinding).rejects.toThrow("aborted");
    await scalar.destroy();
    await expect(drawSessionScalar(stopping.signal)).rejects.toThrow("aborted");
  });
});
