import { join } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { intakeDoors } from "../../api/intake/doors.ts";
import { createAppeals } from "../../decide/appeals/appeals.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import { readPages } from "../../decide/desk/pages.ts";
import type { Policy } from "../../decide/policy/policy.ts";
import type { Leads } from "../../detect/leads/lead.ts";
import { Watch } from "../../detect/watch/watch.ts";
import type { Window } from "../../detect/window.ts";
import { createDecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { createDecisionTable } from "../../gateway/table/decision-table.ts";
import type { DecisionTable } from "../../gateway/table/decision-table.ts";
import { pathOf, sendJson, sendMethodNotAllowed } from "../../gateway/http/surface.ts";
import type { Clock } from "../../kit/clock.ts";
import { makeFolder } from "../../kit/make-folder.ts";
import { seededRandom } from "../../kit/random.ts";
import { systemWait } from "../../kit/wait.ts";
import type { Wait } from "../../kit/wait.ts";
import type { Lesson } from "../../model/appeal.ts";
import { openEngine } from "../../store/engine.ts";
import { openState } from "../../store/state/state.ts";
import { takeTurns } from "../../store/turns.ts";
import { createCampaignKeeper, readLiveCampaigns } from "../online/campaigns.ts";
import { loadFeed } from "../online/feed.ts";
import { createCaptured } from "./captured.ts";
import { openCirclePart } from "./circle-part.ts";
import type { CirclePart } from "./circle-part.ts";
import { closeAll } from "./closings.ts";
import type { Closings } from "./closings.ts";
import type { ServeConfig } from "./config.ts";
import { openGateway } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";
import { openIntake } from "./intake.ts";
import { failureTeller } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { openTopics } from "./kafka.ts";
import { openKeys } from "./keys.ts";
import { listen, listenGrpc, shut, surfaceServer } from "./listen.ts";
import { openNotices, runNotices } from "./notices.ts";
import { openPeople } from "./people.ts";
import { runRounds, startFollowing } from "./rounds.ts";
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
  readonly extAuthzPort: number | null;
  readonly circlePort: number | null;
  /** Takes nothing more, finishes what is under way, and closes everything in order. */
  stop(): Promise<void>;
}

/**
 * The long-running product: exchanges in, campaigns kept current, decisions out. Throws a `UserError` where it can't start; then
 * everything that was opened is closed again.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const closings: Closings = [];
  const stop = (): Promise<void> => closeAll(closings);
  try {
    return { ...(await start(options, closings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: ServeOptions, closings: Closings): Promise<Omit<Serving, "stop">> {
  const { config, policy, databaseUrl, clock, wait = systemWait, journal } = options;
  const failures = failureTeller(journal, clock);
  const onFailure = failures.tell;
  const folder = (name: string): string => join(config.data, name);
  const keys = await openKeys(config);
  await makeFolder(config.data);

  const engine = await openEngine({ path: folder("engine") });
  closings.push(() => engine.close());
  const { store, together } = takeTurns(engine);
  const state = await openState(databaseUrl === undefined ? { path: folder("state") } : { url: databaseUrl });
  closings.push(() => state.close());
  const intake = await openIntake({ config, keys, store: engine, together, clock, onFailure }, closings);
  const { intents, spool, signals, stream } = intake;

  const desk = createDesk({ state, policy });
  await desk.adopt(clock.nowMs());
  const appeals = createAppeals(desk);
  const feed = createDecisionFeed(createDecisionTable());
  const fed = { state, policy, feed };
  await loadFeed(fed, clock.nowMs());
  const known = await readLiveCampaigns(state);
  const lessons = (): Promise<readonly Lesson[]> => readPages((page) => state.appeals.lessons(page));
  // Asked for at the first look, when the circle is there.
  const leads = (nowMs: number): Promise<Leads | null> => circle.leads(nowMs);
  const onLook = lookTeller(journal);
  const watchOptions = { random: seededRandom("watch"), intents: intents.intents, lessons, leads, onLook };
  const watch = await Watch.open(store, watchOptions, known);

  const circle: CirclePart = await openCirclePart(
    { config, store, state, desk, watch, clock, wait, onFailure, journal },
    closings,
  );

  const stopping = new AbortController();
  let last: RoundOutcome | null = null;
  const shared = { ...fed, clock, wait, signal: stopping.signal, onFailure };
  const notifier = await openNotices(config, shared);
  const following = startFollowing(shared);
  const running = Promise.all([
    following.running,
    ...(notifier === null ? [] : [runNotices(notifier, shared)]),
    runRounds({
      ...shared,
      store,
      watch,
      desk,
      appeals,
      keeper: createCampaignKeeper(state, known),
      keep: config.keep,
      heed: circle.heed,
      onRound(outcome) {
        last = outcome;
        journal.info(outcome, "round");
        if (outcome.unkept > 0)
          journal.warn({ unkept: outcome.unkept }, "members are too many to be kept for a restart");
      },
    }),
  ]);
  closings.push(
    () => running,
    () => Promise.resolve(stopping.abort()),
  );

  const captured = createCaptured(spool, onFailure);
  closings.push(() => captured.close());
  const gateway = openGateway({ config, feed, keys, clock, onDefect: onFailure, onExchange: captured.take });
  const topics = await openTopics(config.kafka, { keys, spool, onFailure }, closings);
  const health = healthSurface(() => ({
    intake: { ...stream.status(), ...spool.status(), kafkaStopped: topics?.stopped ?? null },
    decisions: { ...sizeOf(feed.table), ageMs: following.ageMs() },
    round: last,
    proxy: gateway.proxy === null ? null : { ...gateway.proxy.counts(), dropped: captured.dropped },
    failing: failures.recent(),
  }));
  const doors = intakeDoors({ spool, signals, tokenDigests: config.intake["token-sha256"], keys, onFailure });
  const people = openPeople(config, { state, desk, appeals, keys, ...circle.people, clock, onFailure });
  const server = surfaceServer([...gateway.surfaces, doors, people, health]);
  const port = await listen(server, config.listen);
  closings.push(() => shut(server));

  const ports = await openOtherListeners(config, gateway, closings);
  const { name, mode } = policy;
  journal.info({ listen: config.listen, port, ...ports, policy: name, mode, campaigns: known.length }, "serving");
  return { port, circlePort: circle.port, ...ports };
}

function lookTeller(journal: Journal): (window: Window, oneIn: number) => void {
  return (_, oneIn) => {
    if (oneIn > 1) journal.warn({ oneIn }, "more exchanges than a look goes through: it sees one account in so many");
  };
}

const sizeOf = ({ sequence, size, refused }: Pick<DecisionTable, "sequence" | "size" | "refused">) => ({
  sequence,
  held: size,
  refused,
});

/** `GET /healthz`: how far everything is. */
function healthSurface(describe: () => object): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (pathOf(request) !== "/healthz") return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendMethodNotAllowed(response, "GET, HEAD");
      return true;
    }
    sendJson(response, describe());
    return true;
  };
}

/** Envoy's door and the proxy, each where it is configured. */
async function openOtherListeners(
  config: ServeConfig,
  { extAuthz, proxy }: Gateway,
  closings: Closings,
): Promise<Pick<Serving, "proxyPort" | "extAuthzPort">> {
  let extAuthzPort: number | null = null;
  if (extAuthz !== null && config["ext-authz"] !== undefined) {
    extAuthzPort = await listenGrpc(extAuthz, config["ext-authz"].listen);
    closings.push(() => new Promise((done) => extAuthz.tryShutdown(() => done(undefined))));
  }
  if (proxy === null || config.proxy === undefined) return { proxyPort: null, extAuthzPort };
  const proxyPort = await listen(proxy.server, config.proxy.listen);
  closings.push(
    () => proxy.close(),
    () => shut(proxy.server),
  );
  return { proxyPort, extAuthzPort };
}
