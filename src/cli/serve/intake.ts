import { join } from "node:path";
import type { IntentPack } from "../../ingest/intent/pack.ts";
import { prepareIntents } from "../../ingest/intent/sql.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { openSignalStream } from "../../ingest/otlp/signal-stream.ts";
import { openSpool } from "../../ingest/spool/spool.ts";
import type { Spool } from "../../ingest/spool/spool.ts";
import { openStream } from "../../ingest/stream/stream.ts";
import type { IntakeStream } from "../../ingest/stream/stream.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Store } from "../../store/engine.ts";
import type { Together } from "../../store/turns.ts";
import type { ServeConfig } from "./config.ts";
import type { Closings } from "./closings.ts";

interface IntakeOptions {
  readonly config: ServeConfig;
  readonly keys: KeyDirectory;
  readonly store: Store;
  readonly together: Together;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

export interface Intake {
  readonly intents: IntentPack;
  readonly spool: Spool;
  readonly signals: Spool;
  readonly stream: IntakeStream;
}

/** The way from the doors into the engine. */
export async function openIntake(options: IntakeOptions, closings: Closings): Promise<Intake> {
  const { config, keys, store, together, clock, onFailure } = options;
  const folder = (name: string): string => join(config.data, name);
  const intents = await prepareIntents(store);
  const spool = await openSpool(folder("spool"));
  closings.push(() => spool.close());
  const signals = await openSpool(folder("signals"));
  closings.push(() => signals.close());
  const retention = { keepText: config.keep.text, retentionDays: config.keep.days };
  const stream = await openStream({
    store,
    together,
    spool,
    folder: folder("batch"),
    intents,
    retention,
    clock,
    onFailure,
  });
  closings.push(() => stream.stop());
  const signalStream = openSignalStream({ signals, spool, clock, keys, onFailure });
  closings.push(() => signalStream.stop());
  return { intents, spool, signals, stream };
}
