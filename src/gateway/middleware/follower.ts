/*
 * Keeps a table at the state of the desk, over HTTP (`follow-surface.ts`): a snapshot first, then the changes by number. Nothing of
 * this stands in the way of a request. While the desk can't be reached, what is in force holds until it ends.
 */
import { z } from "zod";
import type { Clock } from "../../kit/clock.ts";
import type { Random } from "../../kit/random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Wait } from "../../kit/wait.ts";
import { allowedScopeSchema, createAllowList } from "../table/allow-list.ts";
import type { DecisionTable } from "../table/decision-table.ts";
import { surfaceDecisionSchema, surfaceDeltaSchema } from "../table/surface-decision.ts";
import { linesOf } from "./lines.ts";

// Limits.
const pollMs = 2000;
/** Share by which the time to the next poll varies, so that followers don't come all at once. */
const jitter = 0.2;
const retryMsMin = 500;
const retryMsMax = 60_000;
const answerMsMax = 120_000;
/** A thousand changes, with room. */
const deltasCharactersMax = 8 * 2 ** 20;
const lineCharactersMax = 16 * 1024;

/** How the follower is doing. */
export interface FollowerHealth {
  /** False until the first snapshot is in: until then every request goes on. */
  readonly filled: boolean;
  /** Of the last change that is in. */
  readonly sequence: number;
  /** Since the desk was last heard, changes or none; null before that. */
  readonly ageMs: number | null;
  /** Tries that have failed since. */
  readonly failures: number;
  /** Decisions that a limit kept out of the table. */
  readonly refused: number;
}

export interface Follower {
  health(): FollowerHealth;
  /** One step: what is new, or a snapshot where that is called for. Rejects where the desk can't be reached or is not understood. */
  poll(): Promise<void>;
  /** Steps until the signal, however often they fail. Failures are told, one call each. */
  run(signal: AbortSignal, onFailure: (error: unknown) => void): Promise<void>;
}

export interface FollowerOptions {
  /** Of `stillwatch serve`, such as https://stillwatch.internal:8443 */
  readonly url: string;
  readonly callerKey: string;
  readonly table: DecisionTable;
  readonly clock: Clock;
  readonly random: Random;
  readonly wait: Wait;
}

const deltasSchema = z.object({
  deltas: z.array(surfaceDeltaSchema),
  latest: z.int().nonnegative(),
  allowed: z.string(),
});
const allowedSchema = z.object({ entries: z.array(allowedScopeSchema) });
const headSchema = z.object({ sequence: z.int().nonnegative() });
const tailSchema = z.object({ end: z.literal(true) });

export function createFollower(options: FollowerOptions): Follower {
  const { table, clock, random } = options;
  let filled = false;
  let heardMs: number | null = null;
  let failures = 0;
  const get = (path: string): Promise<Response> => ask(path, options);

  async function loadSnapshot(): Promise<void> {
    const lines = linesOf((await get("/v1/decisions/snapshot")).body, lineCharactersMax);
    const head = await lines.next();
    if (head.done === true) throw new Error("the desk's snapshot is empty");
    const loader = table.load(headSchema.parse(JSON.parse(head.value)).sequence);
    let ended = false;
    for await (const line of lines) {
      const value: unknown = JSON.parse(line);
      ended = tailSchema.safeParse(value).success;
      if (!ended) loader.add(surfaceDecisionSchema.parse(value));
    }
    if (!ended) throw new Error("the desk's snapshot broke off");
    await takeAllowed();
    loader.finish();
    filled = true;
  }

  async function takeAllowed(): Promise<void> {
    const text = await oneLine(await get("/v1/decisions/allowed"));
    table.allow(createAllowList(allowedSchema.parse(JSON.parse(text)).entries));
  }

  /** False where the changes from here on are not to be had. */
  async function takeDeltas(): Promise<boolean> {
    for (;;) {
      const response = await get(`/v1/decisions/deltas?after=${table.sequence}`);
      if (response.status === 410) {
        await response.body?.cancel();
        return false;
      }
      const { deltas, latest, allowed } = deltasSchema.parse(JSON.parse(await oneLine(response)));
      if (allowed !== table.allowed.version) await takeAllowed();
      for (const delta of deltas) if (table.apply(delta) === "gap") return false;
      if (table.sequence >= latest || deltas.length === 0) return table.sequence >= latest;
    }
  }

  async function poll(): Promise<void> {
    if (!filled || !(await takeDeltas())) await loadSnapshot();
    heardMs = clock.monotonicMs();
    table.expire(clock.nowMs());
  }

  return {
    poll,
    health: () => ({
      filled,
      sequence: table.sequence,
      ageMs: heardMs === null ? null : clock.monotonicMs() - heardMs,
      failures,
      refused: table.refused,
    }),
    async run(signal, onFailure) {
      while (!signal.aborted) {
        try {
          await poll();
          failures = 0;
        } catch (error) {
          failures++;
          onFailure(error);
        }
        const baseMs = failures === 0 ? pollMs : Math.min(retryMsMin * 2 ** (failures - 1), retryMsMax);
        await options.wait(baseMs * (1 + jitter * (2 * random.next() - 1)), signal);
      }
    },
  };
}

async function ask(path: string, { url, callerKey }: FollowerOptions): Promise<Response> {
  const response = await fetch(new URL(path, url), {
    headers: { "x-api-key": callerKey },
    signal: AbortSignal.timeout(answerMsMax),
  });
  if (response.ok || response.status === 410) return response;
  await response.body?.cancel();
  if (response.status === 401)
    throw new UserError(
      "the desk does not know this caller's key",
      "give the key whose digest the desk is set up with",
    );
  throw new Error(`the desk answered ${response.status} to ${path}`);
}

/** An answer in JSON is one line. */
async function oneLine(response: Response): Promise<string> {
  const line = await linesOf(response.body, deltasCharactersMax).next();
  if (line.done === true) throw new Error("the desk's answer is empty");
  return line.value;
}
