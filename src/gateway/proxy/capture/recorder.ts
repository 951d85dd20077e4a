import type { IncomingHttpHeaders } from "node:http";
import { createHolding } from "../byte-budget.ts";
import type { ByteBudget, Holding } from "../byte-budget.ts";
import type { Caller } from "../caller.ts";

// Limits.
/** Of one body; a longer one is not an exchange that detection would learn from. */
const bodyBytesMax = 8 * 2 ** 20;

/** Takes down one exchange while it passes. It holds nobody up, and what it can't hold it lets go. */
export interface Recorder {
  request(chunk: Buffer): void;
  start(status: number, headers: IncomingHttpHeaders): void;
  answer(chunk: Buffer): void;
  /** The answer is over, whole or not. */
  end(): void;
}

/** Whom an exchange is with, and since when. */
export interface Opening {
  readonly timeMs: number;
  readonly path: string;
  readonly userAgent: string | undefined;
  /** The content coding of the request's body. */
  readonly encoding: string | undefined;
  readonly caller: Caller;
  readonly account: string | undefined;
}

/** An exchange that passed, its bodies unread. */
export interface Recording {
  readonly opening: Opening;
  readonly status: number;
  readonly answerHeaders: IncomingHttpHeaders;
  request(): Buffer;
  answer(): Buffer;
  /** Gives back what its bodies take. */
  release(): void;
}

/**
 * @param keep gets the recording when the exchange is over
 * @param letGo is told, once, that there was no room for it
 */
export function createRecorder(
  opening: Opening,
  budget: ByteBudget,
  { keep, letGo }: { readonly keep: (recording: Recording) => void; readonly letGo: () => void },
): Recorder {
  const asked = createHolding(budget, bodyBytesMax);
  const answered = createHolding(budget, bodyBytesMax);
  let begun: { readonly status: number; readonly answerHeaders: IncomingHttpHeaders } | null = null;
  let isLetGo = false;
  const release = (): void => {
    asked.release();
    answered.release();
  };
  const add = (holding: Holding, chunk: Buffer): void => {
    if (isLetGo || holding.add(chunk)) return;
    isLetGo = true;
    release();
    letGo();
  };
  return {
    request: (chunk) => add(asked, chunk),
    start(status, answerHeaders) {
      begun = { status, answerHeaders };
    },
    answer: (chunk) => add(answered, chunk),
    end() {
      if (isLetGo) return;
      // Without a status nothing came back: it did not pass.
      if (begun === null) release();
      else keep({ opening, ...begun, request: asked.bytes, answer: answered.bytes, release });
    },
  };
}
