import { hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

// Limits.
export const linesPerRequest = 500;
const chunkBytes = 4 * 2 ** 20;

const newline = 0x0a;
export const token = "of-the-benchmark";
/** For the configuration of who takes it in. */
export const tokenDigest = hash("sha256", token);

export interface Body {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** All exchanges of a world, so many lines at a time. */
export async function* bodiesOf(world: string): AsyncGenerator<Body, void> {
  for (const file of (await readdir(world)).filter((name) => name.startsWith("exchanges-")).toSorted()) {
    let rest = Buffer.alloc(0);
    for await (const chunk of createReadStream(join(world, file), { highWaterMark: chunkBytes })) {
      rest = Buffer.concat([rest, z.instanceof(Buffer).parse(chunk)]);
      for (let body = firstOf(rest); body.lines === linesPerRequest; body = firstOf(rest)) {
        yield body;
        rest = rest.subarray(body.bytes.length);
      }
    }
    const last = firstOf(rest);
    if (last.lines > 0) yield last;
  }
}

/** A copy of the first whole lines, as many as a request holds at most. */
function firstOf(bytes: Buffer): Body {
  let end = 0;
  let lines = 0;
  for (; lines < linesPerRequest; lines++) {
    const next = bytes.indexOf(newline, end) + 1;
    if (next === 0) break;
    end = next;
  }
  return { bytes: Buffer.from(bytes.subarray(0, end)), lines };
}

export interface Sender {
  /** Resolves once it is acknowledged; what is refused for want of room is sent again. */
  send(body: Body): Promise<void>;
  counts(): { readonly acknowledged: number; readonly refused: number };
  /** Of the requests since it was asked last: from the first byte to the answer that it is on disk, in order. */
  takeAnswerMs(): readonly number[];
}

export function createSender(url: string): Sender {
  let acknowledged = 0;
  let refused = 0;
  let answerMs: number[] = [];
  return {
    async send({ bytes, lines }) {
      for (;;) {
        const startMs = performance.now();
        const answer = await fetch(`${url}/v1/exchanges?format=world`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          body: bytes,
        });
        await answer.arrayBuffer();
        answerMs.push(performance.now() - startMs);
        if (answer.status === 202) break;
        if (answer.status !== 429) throw new Error(`the door answered ${answer.status}`);
        refused += 1;
        await sleep(1000 * Number(answer.headers.get("retry-after") ?? 1));
      }
      acknowledged += lines;
    },
    counts: () => ({ acknowledged, refused }),
    takeAnswerMs() {
      const times = answerMs.toSorted((one, other) => one - other);
      answerMs = [];
      return times;
    },
  };
}
