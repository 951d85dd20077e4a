import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedClock } from "../../kit/clock.ts";
import { openEngine } from "../../store/engine.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import { encodeDelivery } from "../delivery/delivery.ts";
import { openSpool } from "../spool/spool.ts";
import type { Spool } from "../spool/spool.ts";
import { goodLine, testIntents } from "../world/scratch.case.ts";
import { openStream } from "./stream.ts";
import type { IntakeStream, StreamOptions } from "./stream.ts";

/** A line of an exchange at a second of a day. */
export const lineAt = (second: number, id: string, more: object = {}): string =>
  JSON.stringify({ ...goodLine, time: new Date(Date.UTC(2026, 0, 5) + second * 1000).toISOString(), id, ...more });

/** A spool, an engine and the stream between them, that can be stopped and started again like a process. */
export interface Intake {
  readonly folder: string;
  readonly store: Store;
  spool: Spool;
  stream: IntakeStream;
  append(
    lines: readonly string[],
    more?: { origin?: string; rejects?: readonly string[]; kind?: "facts" },
  ): Promise<void>;
  /** Until the spool is empty. */
  settled(): Promise<void>;
  restart(options?: Partial<StreamOptions>): Promise<void>;
  close(): Promise<void>;
}

/** `backlogBytesMax` and what else differs from the defaults of tests: no lingering, a clock that stands still. */
export async function openIntake(
  options: Partial<StreamOptions> & { readonly backlogBytesMax?: number; readonly wrap?: (store: Store) => Store } = {},
): Promise<Intake> {
  const { backlogBytesMax, wrap = (store) => store, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-intake-"));
  const store = await openEngine({ path: join(folder, "engine") });
  let batches = 0;
  let wake = (): void => {};
  const openBoth = async (changed: Partial<StreamOptions>): Promise<{ spool: Spool; stream: IntakeStream }> => {
    const spool = await openSpool(join(folder, "spool"), backlogBytesMax);
    const stream = await openStream({
      store: wrap(store),
      spool,
      folder: join(folder, "batch"),
      intents: testIntents,
      retention: { keepText: false, retentionDays: 30 },
      clock: fixedClock(Date.UTC(2026, 0, 6)),
      wait: () => Promise.resolve(),
      ...rest,
      ...changed,
      onBatch: (arrived) => {
        batches += 1;
        changed.onBatch?.(arrived);
        wake();
      },
    });
    return { spool, stream };
  };
  const intake: Intake = {
    folder,
    store,
    ...(await openBoth({})),
    append: (lines, { origin = "test", rejects = [], kind } = {}) =>
      intake.spool.append(encodeDelivery({ kind: kind ?? "exchange", origin, lines, rejects })),
    async settled() {
      while (intake.spool.status().backlogBytes > 0) {
        const seen = batches;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (batches > seen) resolve();
        });
      }
    },
    async restart(changed = {}) {
      await intake.stream.stop();
      await intake.spool.close();
      Object.assign(intake, await openBoth(changed));
    },
    async close() {
      await intake.stream.stop();
      await intake.spool.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return intake;
}

export async function countOf(store: Store): Promise<{ rows: number; ids: number }> {
  const [row] = await store.rows<{ rows: number; ids: number }>(
    sql`SELECT count() AS rows, uniqExact(id_hash) AS ids FROM exchange`,
  );
  return row ?? { rows: 0, ids: 0 };
}
