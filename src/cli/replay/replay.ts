import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Policy } from "../../decide/policy/policy.ts";
import { Watch } from "../../detect/watch/watch.ts";
import { ingest } from "../../ingest/ingest.ts";
import { prepareIntents } from "../../ingest/intent/sql.ts";
import { invariant } from "../../kit/assert.ts";
import { systemClock } from "../../kit/clock.ts";
import { makeFolder } from "../../kit/make-folder.ts";
import { seededRandom } from "../../kit/random.ts";
import type { DecisionDelta } from "../../model/decision.ts";
import { openEngine } from "../../store/engine.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import { openState } from "../../store/state/state.ts";
import type { State } from "../../store/state/state.ts";
import { noExchanges } from "../no-exchanges.ts";
import { deltasAfter } from "../online/deltas.ts";
import { decide } from "../online/round.ts";
import { writeRejects } from "../report/write.ts";
import { printable } from "../terminal/printable.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { standingActions } from "./standing-actions.ts";
import type { DecisionLine } from "./standing-actions.ts";

/** How far event time goes on at once (milliseconds): a decision is late by no more than this. */
const stepMs = 15 * 60_000;

export interface ReplayOptions {
  readonly log: string;
  readonly out: string;
  readonly format: string | undefined;
  readonly facts: string | undefined;
  readonly policy: Policy;
}

export interface ReplaySummary {
  readonly exchanges: number;
  /** Lines that could not be read; `rejects.ndjson` names each. */
  readonly rejected: number;
  readonly campaigns: number;
  /** Accounts that anything was done to at any time, and those at the end. */
  readonly affected: number;
  readonly affectedAtEnd: number;
  readonly lines: number;
}

/**
 * Takes a log through the online path in event time: each step sees what had arrived by then and nothing later. What the
 * policy would enforce is written to `decisions.ndjson` as it takes effect, and what could not be read to `rejects.ndjson`.
 */
export async function replay(
  options: ReplayOptions,
  terminal: Pick<Terminal, "progress" | "note">,
): Promise<ReplaySummary> {
  await makeFolder(options.out);
  const store = await openEngine();
  const state = await openState();
  try {
    const intents = await prepareIntents(store);
    const summary = await ingest(store, {
      path: options.log,
      except: options.out,
      intents,
      ...(options.format === undefined ? {} : { format: options.format }),
      ...(options.facts === undefined ? {} : { facts: options.facts }),
      clock: systemClock,
      onProgress: ({ exchanges }) =>
        terminal.progress.update({ done: exchanges, total: null, unit: "exchanges", label: "Reading" }),
    });
    for (const note of summary.notes) terminal.note(printable(note));
    const decisions = join(options.out, "decisions.ndjson");
    // Those of an earlier replay are of other lines.
    await rm(decisions, { force: true });
    await writeRejects(options.out, summary.rejects());
    if (summary.lines === 0) throw noExchanges(options.log, summary);
    const watch = await Watch.open(store, { random: seededRandom("replay"), intents: intents.intents });
    const tally = { lines: 0, affected: new Set<string>(), atEnd: new Set<string>(), campaigns: new Set<string>() };
    await pipeline(async function* () {
      for await (const line of walk({ store, state, watch, policy: options.policy }, terminal)) {
        count(line, tally);
        yield `${JSON.stringify(line)}\n`;
      }
    }, createWriteStream(decisions));
    return {
      exchanges: summary.exchanges,
      rejected: summary.rejected,
      campaigns: tally.campaigns.size,
      affected: tally.affected.size,
      affectedAtEnd: tally.atEnd.size,
      lines: tally.lines,
    };
  } finally {
    await state.close();
    await store.close();
  }
}

interface Walk {
  readonly store: Store;
  readonly state: State;
  readonly watch: Watch;
  readonly policy: Policy;
}

async function* walk(
  { store, state, watch, policy }: Walk,
  terminal: Pick<Terminal, "progress">,
): AsyncGenerator<DecisionLine> {
  const [span] = await store.rows<{ first_ms: number; last_ms: number }>(sql`
    SELECT toUnixTimestamp64Milli(min(time)) AS first_ms, toUnixTimestamp64Milli(max(time)) AS last_ms FROM exchange`);
  if (span === undefined) return;
  // A replay is for seeing what a policy does, so it does it.
  const desk = createDesk({ state, policy: { ...policy, mode: "enforce" } });
  const actions = standingActions();
  let sequence = 0;
  const startMs = Math.ceil(span.first_ms / stepMs) * stepMs;
  await desk.adopt(startMs);
  const steps = Math.ceil((span.last_ms - startMs) / stepMs) + 1;
  // The desk works on one step while the watch is at the next: they are on threads of their own.
  let looking = watch.advance(startMs);
  try {
    for (let step = 0; step < steps; step++) {
      const nowMs = startMs + step * stepMs;
      terminal.progress.update({ done: step, total: steps, unit: "steps", label: "Replaying" });
      const standings = await looking;
      looking = step + 1 < steps ? watch.advance(nowMs + stepMs) : Promise.resolve([]);
      // Where the desk fails first, that is told, and not this.
      looking.catch(() => {});
      await decide({ store, state, desk }, standings, nowMs);
      const changes: DecisionDelta[] = [];
      for await (const page of deltasAfter(state, sequence)) {
        invariant(page !== null, "the log of changes is whole");
        changes.push(...page);
      }
      sequence = changes.at(-1)?.sequence ?? sequence;
      yield* actions.follow(changes, nowMs);
    }
  } finally {
    // The engine must not be closed under it.
    await Promise.allSettled([looking]);
  }
}

function count(
  line: DecisionLine,
  tally: { lines: number; affected: Set<string>; atEnd: Set<string>; campaigns: Set<string> },
): void {
  tally.lines += 1;
  if (line.campaign !== null) tally.campaigns.add(line.campaign);
  if (line.action === "observe") tally.atEnd.delete(line.account);
  else {
    tally.affected.add(line.account);
    tally.atEnd.add(line.account);
  }
}
