import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { isHttpsOrLoopback } from "../../../kit/http/https-or-loopback.ts";
import type { Random } from "../../../kit/random.ts";
import { UserError } from "../../../kit/user-error.ts";
import type { Wait } from "../../../kit/wait.ts";
import { isTaxiiContent, TAXII_MEDIA_TYPE } from "../media-type.ts";
import { errorMessageSchema } from "../resources.ts";

// Limits.
/** An answer's body. */
const answerBytesMax = 32 * 2 ** 20;
/** What is shown of a server's own words. */
const wordsCharactersMax = 200;
/** One request with its answer. */
const requestMsMax = 60_000;
/** How often a request is sent in all. */
const attemptsMax = 6;
/** Before the second attempt at most so long; then twice as long each time, and never longer than the last. */
const firstDelayMs = 500;
const delayMsMax = 60_000;

/** TAXII 2.1, 8.4.1. Which edition it is helps nobody but whoever looks for its holes. */
const userAgent = "stillwatch";

/** 408, 425, 429 and what servers in between say of a server that can't be reached. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** What is used of an answer, whoever's `fetch` it comes from. */
export interface TransportAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<unknown> | null;
}

/** Sends one request. The global `fetch`, or one that signs or shows a certificate. */
export type Transport = (
  url: URL,
  request: {
    readonly method: string;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  },
) => Promise<TransportAnswer>;

export interface TaxiiConnectionOptions {
  /** Null: the server asks nobody who it is. */
  readonly credentials: Credentials | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly wait: Wait;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly transport?: Transport;
}

export interface TaxiiRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly body?: string;
}

export interface TaxiiAnswer<T> {
  readonly resource: T;
  readonly headers: TransportAnswer["headers"];
}

/** The server says no, with a status that does not pass by itself. */
export class TaxiiRefusedError extends Error {
  override readonly name = "TaxiiRefusedError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What came is no TAXII 2.1, or more than a client takes. */
export class TaxiiProtocolError extends Error {
  override readonly name = "TaxiiProtocolError";
}

/** One server, as one user. */
export interface TaxiiConnection {
  /**
   * Sends a request, again where that may help, and checks the answer. All that TAXII has is safe to send twice: an object that
   * is there already is added once. Throws a `UserError` (no connection, no access), `TaxiiRefusedError`, `TaxiiProtocolError`.
   */
  ask<T>(url: URL, request: TaxiiRequest, resource: z.ZodType<T>): Promise<TaxiiAnswer<T>>;
}

export function taxiiConnection(options: TaxiiConnectionOptions): TaxiiConnection {
  return {
    async ask(url, request, resource) {
      if (!isHttpsOrLoopback(url.href)) {
        throw new UserError(`${url.origin} is not asked without encryption`, "give its https address");
      }
      for (let attempt = 1; ; attempt++) {
        const outcome = await send(options, url, request);
        if (outcome.kind === "answer") return readAnswer(outcome.response, outcome.body, resource);
        if (attempt === attemptsMax) throw outcome.error;
        await options.wait(delayMs(options, attempt, outcome.retryAfter), options.signal);
        options.signal.throwIfAborted();
      }
    },
  };
}

type Outcome =
  | { readonly kind: "answer"; readonly response: TransportAnswer; readonly body: string }
  | { readonly kind: "failure"; readonly error: Error; readonly retryAfter: string | null };

async function send(options: TaxiiConnectionOptions, url: URL, { method, body }: TaxiiRequest): Promise<Outcome> {
  const { credentials, signal, transport = fetch } = options;
  try {
    const response = await transport(url, {
      method,
      // Whoever a redirect leads to must not get the password.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMsMax)]),
      headers: {
        accept: TAXII_MEDIA_TYPE,
        "user-agent": userAgent,
        ...(credentials === null ? {} : { authorization: basic(credentials) }),
        ...(body === undefined ? {} : { "content-type": TAXII_MEDIA_TYPE }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await boundedText(response);
    if (!passing.has(response.status)) return { kind: "answer", response, body: text };
    const error = new UserError(`${url.origin} answers ${response.status}${wordsOf(text)}`, "try again later");
    return { kind: "failure", error, retryAfter: response.headers.get("retry-after") };
  } catch (error) {
    if (error instanceof TaxiiProtocolError || signal.aborted) throw error;
    const unreachable = new UserError(`${url.origin} can't be reached`, "check its address and the network", {
      cause: error,
    });
    return { kind: "failure", error: unreachable, retryAfter: null };
  }
}

function readAnswer<T>(response: TransportAnswer, body: string, resource: z.ZodType<T>): TaxiiAnswer<T> {
  const { status, headers } = response;
  if (status === 401) throw new UserError("the TAXII server does not know the name and the password", "check them");
  if (!response.ok) throw new TaxiiRefusedError(status, `the TAXII server answers ${status}${wordsOf(body)}`);
  if (!isTaxiiContent(headers.get("content-type") ?? undefined)) {
    throw new TaxiiProtocolError("the answer is not TAXII 2.1: is this the address of a TAXII server?");
  }
  const checked = resource.safeParse(parsed(body));
  if (checked.success) return { resource: checked.data, headers };
  throw new TaxiiProtocolError(
    `the answer is not TAXII 2.1: ${checked.error.issues[0]?.path.join(".") ?? "it"} is not valid`,
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new TaxiiProtocolError("the answer is not JSON");
  }
}

async function boundedText(response: TransportAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new TaxiiProtocolError(`the answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What the server says of an error, as far as it is a message of TAXII (3.6.1), without what a terminal would obey. */
function wordsOf(body: string): string {
  try {
    const { title, description } = errorMessageSchema.parse(JSON.parse(body));
    const words = [title, ...(description === undefined ? [] : [description])].join(": ");
    return ` (${words.replaceAll(/\p{C}/gu, "").slice(0, wordsCharactersMax)})`;
  } catch {
    return "";
  }
}

/** Exponential with full jitter; the server's own wish goes first, up to a bound. */
function delayMs({ clock, random }: TaxiiConnectionOptions, attempt: number, retryAfter: string | null): number {
  const wished = retryAfter === null ? null : retryAfterMs(retryAfter, clock.nowMs());
  if (wished !== null) return Math.min(wished, delayMsMax);
  return random.next() * Math.min(firstDelayMs * 2 ** (attempt - 1), delayMsMax);
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs(value: string, nowMs: number): number | null {
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : Math.max(0, ms - nowMs);
}

function basic({ name, password }: Credentials): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}
