import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../../src/kit/canonical-json.ts";
import type { AccountFacts } from "../../src/model/account.ts";
import type { Exchange } from "../../src/model/exchange.ts";
import { fingerprint } from "../../src/share/stix/keyed.ts";
import type { CircleKey } from "../../src/share/stix/keyed.ts";

// Limits.
/** A shorter text is found by chance in any digest, so it is looked for in quotes. */
const bareCharactersMin = 8;
/** So many words in a row are somebody's text; fewer are anybody's. */
const wordsInARow = 4;

/** What is known of the honest customers of all labs, and what they said. */
export interface Honest {
  readonly accounts: number;
  readonly facts: readonly AccountFacts[];
  readonly exchanges: readonly Exchange[];
}

interface Secret {
  readonly what: string;
  readonly text: string;
}

interface Found {
  readonly what: string;
  readonly form: string;
  /** The file of traffic. */
  readonly file: string;
}

export interface Proof {
  readonly holds: boolean;
  readonly trafficBytes: number;
  readonly customers: number;
  /** How many different ones were looked for, by what they are. */
  readonly lookedFor: Readonly<Record<string, number>>;
  readonly found: readonly Found[];
  /** What the search must find, or it proves nothing. */
  readonly controls: readonly { readonly what: string; readonly found: boolean }[];
}

/** Bytes as they passed, a file of the taps each. */
export type Traffic = ReadonlyMap<string, Buffer>;

export async function readTraffic(folder: string): Promise<Traffic> {
  const names = (await readdir(folder)).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

/** Every form in which something is looked for; null: it has none of its own. */
const forms: Readonly<Record<string, (text: string) => string | null>> = {
  "in the clear": (text) => (text.length < bareCharactersMin ? `"${text}"` : text),
  "in base64": (text) => wholeTriples(Buffer.from(text)).toString("base64"),
  "escaped for JSON": (text) => unless(text, escapedForJson(text)),
  "encoded for a URL": (text) => unless(text, encodeURIComponent(text)),
  "as its SHA-256 in hex": (text) => createHash("sha256").update(text).digest("hex"),
  "as its SHA-256 in hex, in capitals": (text) => createHash("sha256").update(text).digest("hex").toUpperCase(),
  "as its SHA-256 in base64": (text) => createHash("sha256").update(text).digest("base64").replace(/=+$/, ""),
  "as its SHA-256 in base64url": (text) => createHash("sha256").update(text).digest("base64url"),
  "as the UUID that STIX makes of a value": (text) => stixUuid({ value: text }),
  "as the UUID that STIX makes of a user's id": (text) => stixUuid({ user_id: text }),
  "as the UUID that STIX makes of a login": (text) => stixUuid({ account_login: text }),
};

/** Of an observable, by what tells it from others (STIX 2.1, 2.9; RFC 4122, 4.3: version 5): a hash that anybody can make of a list. */
function stixUuid(contributing: object): string {
  const namespace = Buffer.from("00abedb4aa42466c9c01fed23315a9b7", "hex");
  const bytes = createHash("sha1").update(namespace).update(canonicalJson(contributing)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** What there is nothing to escape in is found in the clear. */
function unless(text: string, formed: string): string | null {
  return formed === text ? null : formed;
}

/** With everything outside of ASCII as numbers, as some write it; `JSON.stringify` leaves that as it is. */
function escapedForJson(text: string): string {
  const quoted = JSON.stringify(text).slice(1, -1);
  return quoted.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What follows would change the last digits. */
function wholeTriples(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - (bytes.length % 3));
}

/**
 * Looks through the traffic for every identifier of every honest customer, in the clear and as a plain digest; for what the circle's
 * digests of their payments and devices would be; and for four words in a row of anything that they or the model said.
 *
 * @param told an id that did cross, so that it must be found.
 */
export function prove(traffic: Traffic, honest: Honest, key: CircleKey, told: string): Proof {
  const secrets = secretsOf(honest);
  const texts = textsOf(honest);
  const runs = new Set(texts.flatMap(runsOfWords));
  const keyed = keyedOf(honest, key);
  const found = search(traffic, secrets, keyed, runs);
  const [someRun] = runs;
  const controls = [
    { what: "an id that crossed", found: [...traffic.values()].some((bytes) => bytes.includes(told)) },
    {
      what: "bodies that can be read: none is compressed, none in chunks",
      found: [...traffic.values()].every(isPlain),
    },
    ...Object.entries(forms).flatMap(([form, make]) => {
      const formed = secrets.flatMap(({ text }) => make(text) ?? []).at(0);
      if (formed === undefined) return [];
      const all = search(planted(traffic, formed), secrets, keyed, runs);
      return [{ what: `an identifier that was planted ${form}`, found: all.length > found.length }];
    }),
    {
      what: "four words that were planted",
      found: search(planted(traffic, someRun ?? ""), secrets, keyed, runs).length > found.length,
    },
  ];
  return {
    holds: found.length === 0 && controls.every((control) => control.found),
    trafficBytes: [...traffic.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    customers: honest.accounts,
    lookedFor: { ...countBy(secrets), "keyed digest": keyed.size, "four words in a row": runs.size },
    found,
    controls,
  };
}

function planted(traffic: Traffic, text: string): Traffic {
  return new Map([...traffic, ["planted", Buffer.from(`{"x":"-${text}-"}`)]]);
}

function isPlain(bytes: Buffer): boolean {
  return !/^(?:content-encoding|transfer-encoding):/im.test(bytes.toString("latin1"));
}

function search(
  traffic: Traffic,
  secrets: readonly Secret[],
  keyed: ReadonlySet<string>,
  runs: ReadonlySet<string>,
): Found[] {
  const found: Found[] = [];
  const formed = Object.entries(forms).flatMap(([form, make]) =>
    secrets.flatMap(({ what, text: secret }) => {
      const text = make(secret);
      return text === null ? [] : [{ what, form, text }];
    }),
  );
  const digests = [...keyed].flatMap((digest) =>
    [digest, digest.toUpperCase(), Buffer.from(digest, "hex").toString("base64").replace(/=+$/, "")].map((text) => ({
      what: "payment or device",
      form: "as the circle's digest",
      text,
    })),
  );
  for (const [file, bytes] of traffic) {
    const beginnings = beginningsIn(bytes);
    for (const { what, form, text } of [...formed, ...digests]) {
      const sought = Buffer.from(text);
      const begins = sought.length < beginningBytes || beginnings.has(sought.toString("latin1", 0, beginningBytes));
      if (begins && bytes.includes(sought)) found.push({ what, form, file });
    }
    const said = runsOfWords(unescaped(bytes)).filter((run) => runs.has(run));
    found.push(...[...new Set(said)].map(() => ({ what: "four words in a row", form: "in the clear", file })));
  }
  return found;
}

/** So that most of what is not there need not be looked for at each place. */
const beginningBytes = 8;
function beginningsIn(bytes: Buffer): Set<string> {
  const text = bytes.toString("latin1");
  const beginnings = new Set<string>();
  for (let at = 0; at + beginningBytes <= text.length; at++) beginnings.add(text.slice(at, at + beginningBytes));
  return beginnings;
}

/** As it reads once what is escaped for a URL or for JSON is not. */
function unescaped(bytes: Buffer): string {
  const decoded = bytes.toString("latin1").replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => characterOf(hex));
  return Buffer.from(decoded, "latin1")
    .toString("utf8")
    .replaceAll(/\\[nrt]/g, " ")
    .replaceAll(/\\u([\da-f]{4})/gi, (_, hex: string) => characterOf(hex));
}

const characterOf = (hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

function runsOfWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const runs: string[] = [];
  for (let at = 0; at + wordsInARow <= words.length; at++) runs.push(words.slice(at, at + wordsInARow).join(" "));
  return runs;
}

function secretsOf({ facts, exchanges }: Honest): Secret[] {
  const all = [
    ...facts.flatMap((fact) => [
      ["account", fact.account],
      ["organisation", fact.organization],
      ["e-mail domain", fact.email_domain],
      ["shape of an e-mail address", fact.email_shape],
      ["payment", fact.payment],
      ["phone", fact.phone],
      ["device", fact.device],
      ["address", fact.signup_ip],
    ]),
    ...exchanges.flatMap(({ id, account, key, ip, end_user }) => [
      ["exchange", id],
      ["account", account],
      ["API key", key],
      ["address", ip],
      ["end user", end_user],
    ]),
  ];
  const secrets = new Map<string, Secret>();
  for (const [what = "", text = ""] of all) if (text !== "") secrets.set(`${what} ${text}`, { what, text });
  return [...secrets.values()];
}

function keyedOf({ facts }: Honest, key: CircleKey): Set<string> {
  return new Set(
    facts.flatMap(({ payment, device }) => [
      ...(payment === undefined ? [] : [fingerprint(key, "payment", payment)]),
      ...(device === undefined ? [] : [fingerprint(key, "device", device)]),
    ]),
  );
}

function textsOf({ facts, exchanges }: Honest): string[] {
  return [
    ...facts.flatMap(({ declared_use }) => declared_use ?? []),
    ...exchanges.flatMap(({ system = "", messages = [], response = "" }) => [
      system,
      response,
      ...messages.map(({ content }) => content),
    ]),
  ];
}

function countBy(secrets: readonly Secret[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { what } of secrets) counts[what] = (counts[what] ?? 0) + 1;
  return counts;
}
