import type { IncomingMessage } from "node:http";
import type { Clock } from "../../../kit/clock.ts";
import { isTurnOver, nextTurn } from "../../../kit/turns.ts";
import { systemWait } from "../../../kit/wait.ts";
import type { Wait } from "../../../kit/wait.ts";
import type { Exchange } from "../../../model/exchange.ts";
import { createByteBudget } from "../byte-budget.ts";
import type { Caller } from "../caller.ts";
import { exchangeOf } from "./exchange-of.ts";
import { createRecorder } from "./recorder.ts";
import type { Recorder, Recording } from "./recorder.ts";

// Limits.
/** Of all bodies that are held, those that still pass and those that wait to be read. */
const heldBytesMax = 256 * 2 ** 20;
/** Exchanges that wait to be read. */
const waitingMax = 10_000;
/** An answer's end is when its caller asks again: read at once, an exchange would hold up just that request. */
const lullMs = 20;

export interface Capture {
  record(request: Pick<IncomingMessage, "url" | "headers">, caller: Caller, account: string | undefined): Recorder;
  counts(): CaptureCounts;
  /** Resolves once all that has passed so far was read and handed on. */
  settled(): Promise<void>;
}

export interface CaptureCounts {
  readonly captured: number;
  /** Let go since there was no room for them. */
  readonly dropped: number;
  /** Read, and found to be no exchange: an error before any model was named, a body of another kind. */
  readonly unreadable: number;
}

export interface CaptureOptions {
  readonly clock: Pick<Clock, "nowMs">;
  /** Names exchanges whose upstream gives them no id. */
  readonly newId: () => string;
  /** Gets every exchange that passed and could be read, some time after. */
  readonly onExchange: (exchange: Exchange) => void;
  readonly onDefect: (error: unknown) => void;
  readonly wait?: Wait;
}

/**
 * Makes exchanges of what passes the proxy, for the same ingest that reads logs. Best effort: it never slows a request, it holds
 * a bounded number of bytes, and counts what it let go. Bodies are read some time after, one after the other, while others have their turns.
 */
export function createCapture({ clock, newId, onExchange, onDefect, wait = systemWait }: CaptureOptions): Capture {
  const budget = createByteBudget(heldBytesMax);
  const waiting: Recording[] = [];
  let reading: Promise<void> | null = null;
  const counts = { captured: 0, dropped: 0, unreadable: 0 };

  async function readAll(): Promise<void> {
    await wait(lullMs, neverAborted);
    for (let recording = waiting.shift(); recording !== undefined; recording = waiting.shift()) {
      if (isTurnOver()) await nextTurn();
      try {
        const exchange = await exchangeOf(recording, newId);
        if (exchange === null) counts.unreadable++;
        else {
          onExchange(exchange);
          counts.captured++;
        }
      } catch (error) {
        onDefect(error);
      } finally {
        recording.release();
      }
    }
    reading = null;
  }

  const letGo = (): void => {
    counts.dropped++;
  };
  const keep = (recording: Recording): void => {
    if (waiting.length >= waitingMax) {
      recording.release();
      letGo();
      return;
    }
    waiting.push(recording);
    reading ??= readAll();
  };

  return {
    record({ url = "", headers }, caller, account) {
      // A query may hold a key.
      const [path = ""] = url.split("?", 1);
      const opening = {
        path,
        userAgent: headers["user-agent"],
        encoding: headers["content-encoding"],
        caller,
        account,
      };
      return createRecorder({ ...opening, timeMs: clock.nowMs() }, budget, { keep, letGo });
    },
    counts: () => ({ ...counts }),
    async settled() {
      await reading;
    },
  };
}

const neverAborted = new AbortController().signal;
