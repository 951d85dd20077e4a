import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { mapInTurns } from "../../kit/turns.ts";
import { elementBytes, expandMessage, MalformedElementError } from "./ristretto255.ts";

/**
 * A secret scalar that is drawn for one session, and what it multiplies, in a thread of its own: tens of thousands of elements take
 * seconds, in which the process has other things to answer. The scalar never leaves the thread, which ends with the session.
 * One list at a time.
 */
export interface SessionScalar {
  /** Each message hashed to an element (see `Ristretto255.hashToElement`) and multiplied. */
  blind(domain: string, messages: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** Throws a `MalformedElementError` where one of them is none, or is the identity. */
  multiply(elements: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** Resolves once the scalar is overwritten and its thread has ended. */
  destroy(): Promise<void>;
}

const repliedSchema = z.tuple([z.instanceof(Uint8Array).nullable()]);

/** With the signal the thread ends at once, with all its memory; what is under way fails. */
export async function drawSessionScalar(signal: AbortSignal): Promise<SessionScalar> {
  // Options of Node that this process was started with (--input-type, --inspect-brk) are not meant for the thread.
  const worker = new Worker(new URL("./scalar-worker.mjs", import.meta.url), { execArgv: [] });
  let isOver = false;
  const ended = new Promise<void>((done) => {
    worker.once("exit", () => {
      isOver = true;
      done();
    });
  });
  const stop = (): void => void worker.terminate();
  signal.addEventListener("abort", stop, { once: true });
  const destroy = async (): Promise<void> => {
    signal.removeEventListener("abort", stop);
    if (signal.aborted) await worker.terminate();
    else worker.postMessage({ kind: "destroy" });
    await ended;
  };
  try {
    await once(worker, "message", { signal });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  const ask = async (kind: "blind" | "multiply", bytes: Uint8Array): Promise<Uint8Array[]> => {
    signal.throwIfAborted();
    if (isOver) throw new Error("the thread of the scalar has ended");
    const replied = once(worker, "message", { signal });
    worker.postMessage({ kind, bytes });
    const [elements] = repliedSchema.parse(await replied);
    if (elements === null) throw new MalformedElementError("no element of the group");
    return Array.from({ length: elements.length / elementBytes }, (_, i) =>
      elements.subarray(i * elementBytes, (i + 1) * elementBytes),
    );
  };
  return {
    async blind(domain, messages) {
      const tag = Buffer.from(domain);
      return ask("blind", Buffer.concat(await mapInTurns(messages, (message) => expandMessage(tag, message))));
    },
    async multiply(elements) {
      if (elements.some(({ length }) => length !== elementBytes)) {
        throw new MalformedElementError("no element of the group");
      }
      return ask("multiply", Buffer.concat(elements));
    },
    destroy,
  };
}
