import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { type Random, seededRandom } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { weighted } from "../../sim/draw.ts";
import type { Store } from "../../store/engine.ts";
import { integer, sql } from "../../store/sql.ts";

// Limits.
/** Clients that are borrowed from a log, the most frequent first. */
const CLIENTS_MAX = 200;
/** A field that fewer of the log's lines carry is left out of what is injected. */
const CARRIED_SHARE_MIN = 0.01;

/** What a log looks like, so that what is injected does not stand out for having been made elsewhere. */
export interface Dress {
  /** Midnight of its first day, in milliseconds. */
  readonly startMs: number;
  readonly days: number;
  /** By first use. */
  readonly models: readonly string[];
  readonly clients: readonly Client[];
  /** Optional fields that its exchanges and its accounts' facts carry. */
  readonly exchangeFields: ReadonlySet<string>;
  readonly factFields: ReadonlySet<string>;
}

interface Client {
  readonly user_agent: string;
  readonly ja4: string;
  readonly pathway: string;
  readonly accounts: number;
}

/** Looks at the log in the store. */
export async function dressOf(store: Store): Promise<Dress> {
  const [span] = await store.rows<{ first_ms: number; last_ms: number }>(sql`
    SELECT toUnixTimestamp64Milli(min(time)) AS first_ms, toUnixTimestamp64Milli(max(time)) AS last_ms FROM exchange`);
  const [exchangeShares] = await store.rows<Record<string, number>>(sql`
    SELECT avg(key != '') AS key, avg(pathway != '') AS pathway, avg(ip != '') AS ip, avg(isNotNull(asn)) AS asn,
      avg(country != '') AS country, avg(user_agent != '') AS user_agent, avg(ja4 != '') AS ja4,
      avg(end_user != '') AS end_user, avg(system_length > 0) AS system, avg(message_count > 0) AS messages,
      avg(tool_count > 0) AS tools, avg(isNotNull(max_tokens) OR isNotNull(temperature)) AS params,
      avg(isNotNull(usage_output)) AS usage, avg(isNotNull(status)) AS status, avg(finish != '') AS finish,
      avg(response_length > 0) AS response
    FROM exchange`);
  const [factShares] = await store.rows<Record<string, number>>(sql`
    SELECT avg(isNotNull(created)) AS created, avg(organization != '') AS organization,
      avg(email_domain != '') AS email_domain, avg(email_shape != '') AS email_shape, avg(payment != '') AS payment,
      avg(phone != '') AS phone, avg(device != '') AS device, avg(signup_ip != '') AS signup_ip,
      avg(country != '') AS country, avg(plan != '') AS plan, avg(isNotNull(verified)) AS verified,
      avg(declared_use != '') AS declared_use
    FROM account_facts`);
  const models = await store.rows<{ model: string }>(sql`
    SELECT model FROM exchange GROUP BY model ORDER BY min(time), model`);
  const clients = await store.rows<Client>(sql`
    SELECT user_agent, ja4, pathway, toUInt32(uniqExact(account)) AS accounts FROM exchange
    GROUP BY user_agent, ja4, pathway ORDER BY accounts DESC, user_agent, ja4, pathway LIMIT ${integer(CLIENTS_MAX)}`);
  const startMs = Math.floor((span?.first_ms ?? 0) / dayMs) * dayMs;
  return {
    startMs,
    days: Math.floor(((span?.last_ms ?? 0) - startMs) / dayMs) + 1,
    models: models.map(({ model }) => model),
    clients,
    exchangeFields: carried(exchangeShares),
    factFields: carried(factShares),
  };
}

/** Shares of nothing come as `null`. */
function carried(shares: Readonly<Record<string, number | null>> = {}): Set<string> {
  return new Set(Object.entries(shares).flatMap(([field, share]) => ((share ?? 0) >= CARRIED_SHARE_MIN ? field : [])));
}

const lineSchema = z.looseObject({ id: z.string().optional(), model: z.string().optional() });
type Line = z.infer<typeof lineSchema>;

const EXCHANGE_ALWAYS = new Set(["time", "id", "account", "model"]);
const FACTS_ALWAYS = new Set(["account"]);

/**
 * Rewrites a simulated world's lines, so that its exchanges are told from the log's by id and, with a dress, look like the
 * log's: its models, its clients, no field that it lacks. `from` and `to` are world folders; labels stay behind.
 */
export async function dressWorld(from: string, to: string, dress: Dress | null): Promise<void> {
  const random = seededRandom("dress");
  const model = dress === null ? undefined : modelOf(dress);
  const client = dress === null ? undefined : clientOf(dress, random);
  await rewrite(join(from, "exchanges-000.ndjson"), join(to, "exchanges-injected.ndjson"), (line) => {
    const named = { ...line, id: `injected-${line.id ?? ""}` };
    if (dress === null) return named;
    const dressed = { ...named, ...client?.(line), model: model?.(line.model ?? "") };
    return only(dressed, (field) => EXCHANGE_ALWAYS.has(field) || dress.exchangeFields.has(field));
  });
  if (dress !== null && dress.factFields.size === 0) return;
  await rewrite(join(from, "accounts.ndjson"), join(to, "accounts.ndjson"), (line) =>
    dress === null ? line : only(line, (field) => FACTS_ALWAYS.has(field) || dress.factFields.has(field)),
  );
}

function only(line: Line, keep: (field: string) => boolean): Line {
  return Object.fromEntries(Object.entries(line).filter(([field]) => keep(field)));
}

/** The simulator's models in the places of the log's, in the order in which they are met. */
function modelOf({ models }: Dress): (model: string) => string {
  const places = new Map<string, string>();
  return (model) => {
    const place = places.get(model) ?? models[places.size % models.length] ?? model;
    places.set(model, place);
    return place;
  };
}

/** One of the log's clients for each of the simulator's: who shared one still does. */
function clientOf({ clients }: Dress, random: Random): (line: Line) => Partial<Client> {
  const places = new Map<string, Partial<Client>>();
  const draw = weighted(clients.map((client) => [client, client.accounts] as const));
  return (line) => {
    const key = JSON.stringify([line["user_agent"], line["ja4"], line["pathway"]]);
    let place = places.get(key);
    if (place === undefined) {
      const { user_agent, ja4, pathway } = draw.draw(random);
      place = {
        ...(user_agent === "" ? {} : { user_agent }),
        ...(ja4 === "" ? {} : { ja4 }),
        ...(pathway === "" ? {} : { pathway }),
      };
      places.set(key, place);
    }
    return place;
  };
}

async function rewrite(from: string, to: string, change: (line: Line) => Line): Promise<void> {
  const lines = createInterface({ input: createReadStream(from), crlfDelay: Infinity });
  await pipeline(async function* () {
    for await (const line of lines)
      if (line !== "") yield `${JSON.stringify(change(lineSchema.parse(JSON.parse(line))))}\n`;
  }, createWriteStream(to));
}
