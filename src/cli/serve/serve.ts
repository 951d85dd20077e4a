import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ServerCredentials } from "@grpc/grpc-js";
import { intakeDoors } from "../../api/intake/doors.ts";
import { createAppeals } from "../../decide/appeals/appeals.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Policy } from "../../decide/policy/policy.ts";
import { fromMemory } from "../../detect/watch/memory.ts";
import { Watch } from "../../detect/watch/watch.ts";
import { createDecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { createDecisionTable } from "../../gateway/table/decision-table.ts";
import { prepareIntents } from "../../ingest/intent/sql.ts";
import { consumeTopics } from "../../ingest/kafka/topics.ts";
import { openSignalStream } from "../../ingest/otlp/signal-stream.ts";
import { openSpool } from "../../ingest/spool/spool.ts";
import { openStream } from "../../ingest/stream/stream.ts";
import type { Clock } from "../../kit/clock.ts";
import { seededRandom } from "../../kit/random.ts";
import { UserError } from "../../kit/user-error.ts";
import { systemWait } from "../../kit/wait.ts";
import type { Wait } from "../../kit/wait.ts";
import { openEngine } from "../../store/engine.ts";
import { openState } from "../../store/state/state.ts";
import { loadFeed } from "../online/feed.ts";
import { liveCampaigns } from "../online/round.ts";
import { createCaptured } from "./captured.ts";
import type { ServeConfig } from "./config.ts";
import { openGateway } from "./gateway.ts";
import { describeFailure } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { hostAndPort, listen, shut, surfaceServer } from "./listen.ts";
import { openPeople } from "./people.ts";
import { runFollowing, runRounds } from "./rounds.ts";
import type { RoundOutcome } from "./rounds.ts";

export interface ServeOptions {
  readonly config: ServeConfig;
  readonly policy: Policy;
  /** A PostgreSQL server instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  readonly clock: Clock;
  readonly wait?: Wait;
  readonly journal: Journal;
}

export interface Serving {
  /** Where it listens, with the ports that were given. */
  readonly port: number;
  readonly proxyPort: number | null;
  /** Takes nothing more, finishes what is under way, and closes everything in order. */
  stop(): Promise<void>;
}

/** What has to be closed, the last opened first. */
type Closing = () => Promise<unknown>;

/**
 * The long-running product: exchanges in, campaigns kept current, decisions out. Throws a `UserError` where it can't start; then
 * everything that was opened is closed again.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const closings: Closing[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closings.splice(0).toReversed()) await close();
  };
  try {
    return { ...(await start(options, closings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: ServeOptions, closings: Closing[]): Promise<Omit<Serving, "stop">> {
  const { config, policy, databaseUrl, clock, wait = systemWait, journal } = options;
  const onFailure = (error: unknown): void => journal.error(describeFailure(error), "failed");
  const folder = (name: string): string => join(config.data, name);
  await mkdir(config.data, { recursive: true });

  const store = await openEngine({ path: folder("engine") });
  closings.push(() => store.close());
  const state = await openState(databaseUrl === undefined ? { path: folder("state") } : { url: databaseUrl });
  closings.push(() => state.close());
  const intents = await prepareIntents(store);
  const spool = await openSpool(folder("spool"));
  closings.push(() => spool.close());
  const signals = await openSpool(folder("signals"));
  closings.push(() => signals.close());
  const retention = { keepText: config.keep.text, retentionDays: config.keep.days };
  const stream = await openStream({ store, spool, folder: folder("batch"), intents, retention, clock, onFailure });
  closings.push(() => stream.stop());
  const accountByKey = new Map<string, string>();
  const signalStream = openSignalStream({ signals, spool, clock, accountByKey, onFailure });
  closings.push(() => signalStream.stop());

  const desk = createDesk({ state, policy });
  await desk.adopt(clock.nowMs());
  const appeals = createAppeals(desk);
  const feed = createDecisionFeed(createDecisionTable());
  await loadFeed(state, feed, clock.nowMs());
  const known = (await liveCampaigns(state)).map(({ id, memory }) => fromMemory(id, memory));
  const watch = await Watch.open(store, { random: seededRandom("watch"), intents: intents.intents }, known);

  const stopping = new AbortController();
  let last: RoundOutcome | null = null;
  const shared = { state, feed, clock, wait, signal: stopping.signal, onFailure };
  const running = Promise.all([
    runFollowing(shared),
    runRounds({
      ...shared,
      store,
      watch,
      desk,
      appeals,
      exchangeDays: config.keep.days,
      onRound(outcome) {
        last = outcome;
        journal.info(outcome, "round");
      },
    }),
  ]);
  closings.push(
    () => running,
    () => Promise.resolve(stopping.abort()),
  );

  const captured = createCaptured(spool, onFailure);
  closings.push(() => captured.close());
  const gateway = await openGateway({ config, feed, clock, onDefect: onFailure, onExchange: captured.take });
  const health = healthSurface(() => ({
    intake: { ...stream.status(), ...spool.status() },
    decisions: { sequence: feed.table.sequence, held: feed.table.size, refused: feed.table.refused },
    round: last,
    proxy: gateway.proxy === null ? null : { ...gateway.proxy.counts(), dropped: captured.dropped },
  }));
  const tokenDigests = config.intake["token-sha256"];
  const doors = intakeDoors({ spool, signals, tokenDigests, accountByKey, onFailure });
  const people = openPeople(config, { state, desk, appeals, clock, onFailure });
  const server = surfaceServer([...gateway.surfaces, doors, people, health]);
  const port = await listen(server, config.listen);
  closings.push(() => shut(server));

  if (config.kafka !== undefined) {
    const { brokers, topics, group, format } = config.kafka;
    const consumer = consumeTopics({
      brokers,
      topics,
      groupId: group,
      ...(format === undefined ? {} : { format }),
      accountByKey,
      spool,
      onFailure,
    });
    closings.push(() => consumer.stop());
  }
  const { extAuthz, proxy } = gateway;
  if (extAuthz !== null && config["ext-authz"] !== undefined) {
    const { host, port: grpcPort } = hostAndPort(config["ext-authz"].listen);
    await bindGrpc(extAuthz, `${host}:${grpcPort}`);
    closings.push(() => new Promise((done) => extAuthz.tryShutdown(() => done(undefined))));
  }
  let proxyPort: number | null = null;
  if (proxy !== null && config.proxy !== undefined) {
    proxyPort = await listen(proxy.server, config.proxy.listen);
    closings.push(
      () => proxy.close(),
      () => shut(proxy.server),
    );
  }
  journal.info({ listen: config.listen, policy: policy.name, mode: policy.mode, campaigns: known.length }, "serving");
  return { port, proxyPort };
}

/** `GET /healthz`: how far everything is. */
function healthSurface(describe: () => object): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (request.url !== "/healthz") return false;
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(describe()));
    return true;
  };
}

function bindGrpc(
  server: NonNullable<Awaited<ReturnType<typeof openGateway>>["extAuthz"]>,
  address: string,
): Promise<void> {
  return new Promise((done, fail) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
      if (error === null) done();
      else
        fail(
          new UserError(`cannot listen on ${address}`, "stop what listens there, or give another address", {
            cause: error,
          }),
        );
    });
  });
}
