import { encodeDelivery } from "../../ingest/delivery/delivery.ts";
import type { Spool } from "../../ingest/spool/spool.ts";
import type { Exchange } from "../../model/exchange.ts";

// Limits.
/** Exchanges that wait for the spool. What is above is let go: capture never slows the proxy. */
const waitingMax = 20_000;

/** Hands what the proxy saw to the spool, many at a time. */
export interface Captured {
  take(exchange: Exchange): void;
  /** Let go because the spool was slow or full. */
  readonly dropped: number;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export function createCaptured(spool: Spool, onFailure: (error: unknown) => void): Captured {
  let waiting: string[] = [];
  let dropped = 0;
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      try {
        await spool.append(encodeDelivery({ kind: "exchange", origin: "proxy", lines, rejects: [] }));
      } catch (error) {
        dropped += lines.length;
        onFailure(error);
      }
    }
    writing = null;
  }

  return {
    take(exchange) {
      if (waiting.length >= waitingMax) dropped += 1;
      else waiting.push(JSON.stringify(exchange));
      writing ??= write();
    },
    get dropped() {
      return dropped;
    },
    async close() {
      await writing;
    },
  };
}
