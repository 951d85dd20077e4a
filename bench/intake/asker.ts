import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export const questionsPerSecond = 200;

/** What came of the questions since this was asked last. */
export interface Answers {
  /** How long each answer took (milliseconds). */
  readonly answerMs: readonly number[];
  /** Questions without an answer, or with another one than 200. */
  readonly failures: number;
}

/** Asks a server for decisions, `questionsPerSecond`. */
export interface Asker {
  take(): Promise<Answers>;
  /** Resolves once nobody asks any more: the server may end then. */
  stop(): Promise<void>;
}

const answersSchema = z.object({ answerMs: z.array(z.number()), failures: z.int() });

export function startAsker(url: string): Asker {
  const child = fork(fileURLToPath(new URL("asking.js", import.meta.url)), [url]);
  const ended = once(child, "exit").then(() => Promise.reject(new Error("nobody asks any more")));
  // It ends at last; who waits for an answer then is told.
  ended.catch(() => {});
  return {
    async take() {
      child.send("take");
      const message: readonly unknown[] = await Promise.race([once(child, "message"), ended]);
      return answersSchema.parse(message[0]);
    },
    async stop() {
      const exit = once(child, "exit");
      child.disconnect();
      await exit;
    },
  };
}
