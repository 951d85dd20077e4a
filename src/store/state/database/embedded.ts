import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { WorkerOptions } from "node:worker_threads";
import { DatabaseError } from "pg";
import { z } from "zod";
import { errorCode } from "../../../kit/error-code.ts";
import { assertNever } from "../../../kit/assert.ts";
import { systemClock } from "../../../kit/clock.ts";
import { mapInTurns } from "../../../kit/turns.ts";
import { UserError } from "../../../kit/user-error.ts";
import type { PostgresStatement } from "../../sql.ts";
import { lockDirectory } from "./directory-lock.ts";
import { DatabaseUnavailableError, readerOf, rethrow } from "./driver.ts";
import type { Answer, Driver, Lease } from "./driver.ts";

// Limits.
/** One that has stopped is started again, from its log, no sooner than so long after its last start: that takes a second of processor time. */
const restartMs = 10_000;

/**
 * Opens PostgreSQL in a thread of this process (PGlite). Without a path it lives in memory. On disk a folder belongs to one
 * process, and a commit is synced before it is acknowledged. One that stops, as where there is no room for its log, is started again
 * when it is next asked. Throws a `UserError` where the folder is taken, damaged, full, or of another edition of PostgreSQL.
 */
export async function openEmbedded(path?: string): Promise<Driver> {
  if (path === undefined) return embeddedDriver(await startEngine(null), null, async () => {});
  let unlock = async (): Promise<void> => {};
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    unlock = await lockDirectory(path);
    const start = (): Promise<Engine> => startEngine(join(path, "postgres"));
    return embeddedDriver(await start(), start, unlock);
  } catch (error) {
    await unlock();
    throw explained(error, path);
  }
}

/** PGlite in its thread: one statement at a time. */
interface Engine {
  readonly hasStopped: boolean;
  run(statement: PostgresStatement): Promise<Answer>;
  close(): Promise<void>;
}

const replySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({
    kind: z.literal("answer"),
    rows: z.array(z.array(z.string().nullable())),
    fields: z.array(z.object({ name: z.string(), dataTypeID: z.int() })),
    affected: z.int(),
    command: z.string(),
  }),
  z.object({ kind: z.literal("error"), message: z.string(), code: z.string() }),
  z.object({ kind: z.literal("crash"), message: z.string() }),
]);
type Reply = z.infer<typeof replySchema>;

async function startEngine(cluster: string | null): Promise<Engine> {
  // Options of Node that this process was started with (--input-type, --inspect-brk) are not meant for the thread.
  const options: WorkerOptions = { workerData: { cluster }, execArgv: [] };
  const worker = new Worker(new URL("./embedded-worker.mjs", import.meta.url), options);
  let ended: Error | undefined;
  let onReply = (_reply: unknown): void => {};
  let onEnd = (_error: Error): void => {};
  const end = (error: Error): void => onEnd((ended ??= error));
  worker.on("message", (reply: unknown) => onReply(reply));
  worker.on("error", end);
  worker.on("exit", () => end(new Error("its thread has ended")));
  const reply = async (request?: unknown): Promise<Reply> => {
    if (ended !== undefined) throw ended;
    const replied = new Promise<unknown>((resolve, reject) => {
      onReply = resolve;
      onEnd = reject;
    });
    if (request !== undefined) worker.postMessage(request);
    return replySchema.parse(await replied);
  };
  await reply();
  return {
    get hasStopped() {
      return ended !== undefined;
    },
    async run({ text, values }) {
      const received = await reply({ text, values: [...values] }).catch(stopped);
      switch (received.kind) {
        case "answer":
          return answerOf(received);
        case "error":
          return rethrow(Object.assign(new DatabaseError(received.message, 0, "error"), { code: received.code }));
        case "crash":
          // Only a new start recovers it, from its log.
          end(new Error(received.message));
          await worker.terminate();
          return stopped(ended);
        case "ready":
          throw new Error("the embedded PostgreSQL was not asked to start");
        default:
          return assertNever(received, "reply");
      }
    },
    async close() {
      // One that has stopped can't be shut down; what it acknowledged is in its log.
      if (ended !== undefined) return;
      const exited = once(worker, "exit");
      worker.postMessage("close");
      await exited;
    },
  };
}

async function answerOf({ rows, fields, affected, command }: Extract<Reply, { kind: "answer" }>): Promise<Answer> {
  const columns = fields.map(({ name, dataTypeID }) => ({ name, parse: readerOf(dataTypeID) }));
  const read = (row: readonly (string | null)[]): Record<string, unknown> =>
    Object.fromEntries(
      columns.map(({ name, parse }, index) => {
        const text = row[index] ?? null;
        return [name, text === null ? null : parse(text)];
      }),
    );
  return { rows: await mapInTurns(rows, read), affected, command };
}

function stopped(cause: unknown): never {
  const hint =
    "make room if the disk of the state is full: it is started again by itself, and has all that it acknowledged";
  throw new DatabaseUnavailableError("the embedded PostgreSQL has stopped", hint, { cause });
}

/** @param restart null: what it held is gone with it. */
function embeddedDriver(first: Engine, restart: (() => Promise<Engine>) | null, unlock: () => Promise<void>): Driver {
  let engine = first;
  let startedMs = systemClock.monotonicMs();
  let isClosed = false;
  // There is one connection; who comes later waits for its turn.
  let turn = Promise.resolve();
  const running = async (): Promise<Engine> => {
    if (!engine.hasStopped || isClosed || restart === null) return engine;
    const nowMs = systemClock.monotonicMs();
    if (nowMs - startedMs < restartMs) return engine;
    startedMs = nowMs;
    engine = await restart().catch(stopped);
    return engine;
  };
  return {
    vacuumsItself: false,
    async lease(): Promise<Lease> {
      const before = turn;
      let release = (): void => {};
      turn = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      try {
        const leased = await running();
        return { run: (statement) => leased.run(statement), release: () => release() };
      } catch (error) {
        release();
        throw error;
      }
    },
    async close() {
      isClosed = true;
      await turn;
      await engine.close();
      await unlock();
    },
  };
}

function explained(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  const refuse = (message: string, hint: string): UserError => new UserError(message, hint, { cause: error });
  switch (errorCode(error)) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return refuse(`the state directory ${path} can't be written`, "give this user the right to write there");
    case "ENOTDIR":
    case "EEXIST":
      return refuse(`${path} is no directory`, "choose another path for the state");
    case "ENOSPC":
      return refuse(`the disk of the state directory ${path} is full`, "make room and start again");
    default:
      return refuse(
        `the state in ${path} can't be opened`,
        "it is damaged, its disk is full, or another edition of PostgreSQL wrote it: make room if there is none, " +
          "or bring back a copy of the directory",
      );
  }
}
