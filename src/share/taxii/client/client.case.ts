import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fixedClock } from "../../../kit/clock.ts";
import { listenOnLoopback } from "../../../kit/http/loopback.case.ts";
import { seededRandom } from "../../../kit/random.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { password, startMs } from "../server/site.case.ts";
import { taxiiConnection } from "./connection.ts";
import type { TaxiiConnection, Transport } from "./connection.ts";

/** A connection that waits without taking time, and what it waited. */
export interface TestConnection {
  readonly connection: TaxiiConnection;
  readonly waits: readonly number[];
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly abort: AbortController;
}

export function connect(name = "member", secret = password, transport: Transport = fetch): TestConnection {
  const waits: number[] = [];
  const clock = fixedClock(startMs);
  const abort = new AbortController();
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
    clock.advance(ms);
  };
  const connection = taxiiConnection({
    credentials: { name, password: secret },
    clock,
    random: seededRandom("a client"),
    wait,
    signal: abort.signal,
    transport,
  });
  return { connection, waits, wait, clock, abort };
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that does what the test says, one request after the other; the last answer stays. Its address. */
export async function serve(...answers: readonly Answer[]): Promise<URL> {
  let requests = 0;
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests++, answers.length - 1)];
    request.resume().on("end", () => answer?.(request, response));
  });
  return new URL(`http://127.0.0.1:${await listenOnLoopback(server)}/`);
}

export function says(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_request, response) =>
    void response.writeHead(status, { "content-type": TAXII_MEDIA_TYPE, ...headers }).end(body);
}
