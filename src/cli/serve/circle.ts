import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { Agent } from "undici";
import type { CircleDesk } from "../../api/desk/routes/circle.ts";
import type { Clock } from "../../kit/clock.ts";
import { seededRandom } from "../../kit/random.ts";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Wait } from "../../kit/wait.ts";
import { checkCircleFiles, openCircle } from "../../share/circle/circle.ts";
import type { Circle, CircleOptions, CircleRound, CircleSettings } from "../../share/circle/circle.ts";
import type { OverlapLimits } from "../../share/circle/comparisons.ts";
import type { Intelligence } from "../../share/circle/inbox.ts";
import type { State } from "../../store/state/state.ts";
import { circleLogFolder } from "../circle-log-folder.ts";
import { closeAll } from "./closings.ts";
import type { Closings } from "./closings.ts";
import type { CircleConfig } from "./config.ts";
import { limitServer, listen, shut } from "./listen.ts";

export interface ServeCircleOptions {
  readonly config: CircleConfig;
  /** Of the server; the transparency log lies in it. */
  readonly data: string;
  readonly state: State;
  readonly intelligence: Intelligence;
  readonly findCampaign: CircleDesk["findCampaign"];
  readonly known: CircleDesk["known"];
  readonly answers: CircleOptions["answers"];
  readonly accountsIn: CircleOptions["accountsIn"];
  readonly identifiersOf: CircleDesk["overlaps"]["identifiersOf"];
  readonly clock: Clock;
  readonly wait: Wait;
  readonly onRound: (outcome: CircleRound) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface ServedCircle {
  readonly port: number;
  readonly desk: CircleDesk;
}

/**
 * Our part in a circle, with its listener and its rounds, until `closings` end it. Throws a `UserError` where the configuration won't do;
 * then nothing is left open.
 */
export async function serveCircle(options: ServeCircleOptions, closings: Closings): Promise<ServedCircle> {
  const opened: Closings = [];
  try {
    const served = await openAll(options, opened);
    closings.push(() => closeAll(opened));
    return served;
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function openAll(options: ServeCircleOptions, opened: Closings): Promise<ServedCircle> {
  const { config, data, state, intelligence, clock, wait, onFailure } = options;
  const tls = readTls(config.tls);
  const dispatcher = tls === null ? null : new Agent({ connect: tls });
  if (dispatcher !== null) opened.push(() => dispatcher.destroy());
  const stopping = new AbortController();
  const circle = await openCircle({
    settings: settingsOf(config, data),
    state,
    intelligence,
    answers: options.answers,
    accountsIn: options.accountsIn,
    dispatcher,
    clock,
    random: systemSecureRandom,
    jitter: seededRandom(config.self),
    wait,
    signal: stopping.signal,
    onFailure,
  });
  opened.push(() => circle.close());
  const server = listener(circle, tls);
  const port = await listen(server, config.listen);
  opened.push(() => shut(server));
  const running = runRounds(circle, options, stopping.signal);
  opened.push(
    () => running,
    () => Promise.resolve(stopping.abort()),
  );
  const { proposals, recipients, nameOf, ask, count } = circle;
  const { findCampaign, known, identifiersOf } = options;
  const overlaps = { ...circle.overlaps, identifiersOf };
  return { port, desk: { proposals, recipients, nameOf, ask, count, overlaps, findCampaign, known } };
}

/** What a start would find wrong with the files of a circle. Throws a `UserError`. */
export function checkCircle(config: CircleConfig, data: string, nowMs: number): void {
  readTls(config.tls);
  checkCircleFiles(settingsOf(config, data), nowMs);
}

const settingsOf = (config: CircleConfig, data: string): CircleSettings => ({
  self: config.self,
  membersFile: config.members,
  signingKeyFile: config["signing-key-file"],
  logKeyFile: config["log-key-file"],
  circleKeysFile: config["circle-keys-file"],
  logFolder: circleLogFolder(data),
  queryKeyFile: join(data, "circle-query-key.json"),
  publicUrl: config["public-url"],
  pollFrom: config["poll-from"] ?? null,
  pushTo: config["push-to"],
  witnesses: config.witnesses,
  overlap: limitsOf(config.overlap),
});

function limitsOf(overlap: CircleConfig["overlap"]): OverlapLimits {
  return {
    setSizeMax: overlap["identifiers-of-set-max"],
    budget: {
      sessionsMax: overlap["sessions-per-day-max"],
      identifiersMax: overlap["identifiers-per-day-max"],
    },
  };
}

async function runRounds(
  circle: Circle,
  { config, wait, onRound, onFailure }: ServeCircleOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      onRound(await circle.round());
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
    await wait(config["poll-seconds"] * 1_000, signal);
  }
}

interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

/** With an authority of the circle's own, who connects has to show a certificate of it. */
function listener({ handle }: Circle, tls: Tls | null): Server {
  if (tls === null) return limitServer(createHttpServer(handle));
  const isMutual = tls.ca !== undefined;
  return limitServer(
    createHttpsServer({ ...tls, minVersion: "TLSv1.2", requestCert: isMutual, rejectUnauthorized: isMutual }, handle),
  );
}

function readTls(files: CircleConfig["tls"]): Tls | null {
  if (files === undefined) return null;
  const read = (what: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new UserError(`the circle's ${what}, ${path}, can't be read`, "give a file in PEM", { cause: error });
    }
  };
  return {
    cert: read("certificate", files.cert),
    key: read("key of the certificate", files.key),
    ...(files.ca === undefined ? {} : { ca: read("authority's certificate", files.ca) }),
  };
}
