import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { closeGently } from "../../kit/http/close-gently.ts";
import { seededRandom } from "../../kit/random.ts";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { verifierKey } from "../note/note.ts";
import type { SnapshotEntry } from "../query/snapshot.ts";
import type { StixObject } from "../stix/objects.ts";
import { sharing } from "../stix/stix.case.ts";
import { TAXII_MEDIA_TYPE } from "../taxii/media-type.ts";
import type { CountQuestion } from "./count-messages.ts";
import { openCircle } from "./circle.ts";
import type { Circle, CircleSettings } from "./circle.ts";
import { logKeysOf, makeSecretFile, signingKeyOf } from "./own-keys.ts";

export const startMs = Date.parse("2026-11-20T10:00:00Z");
/** What a member of a test counts first; each time, one more. */
export const accountsCounted = 500;
const password = "a password of tests";

/** One provider of a test's circle, on a port of its own, with a state of its own. */
export interface TestMember {
  readonly name: string;
  readonly id: string;
  readonly url: string;
  readonly folder: string;
  readonly secret: Uint8Array;
  readonly state: State;
  readonly circle: Circle;
  readonly server: Server;
  /** What its intelligence was given, by the member that said it and the key that it is signed with. */
  readonly learnt: { readonly member: string; readonly key: string; readonly object: StixObject }[];
  /** Ids of objects that its intelligence does not keep. */
  readonly unwanted: Set<string>;
  /** What its intelligence was told to take as taken back, by id. */
  readonly withdrawn: string[];
  /** What it answers queries about. */
  readonly answers: SnapshotEntry[];
  /** What it was asked a count of, and says is the number of. */
  readonly counted: CountQuestion[];
  readonly failures: unknown[];
  /** As the circle was opened, to open it anew. */
  readonly settings: CircleSettings;
}

export interface TestCircle {
  /** In the order of their names. */
  readonly members: readonly [TestMember, TestMember, ...TestMember[]];
  readonly clock: ReturnType<typeof fixedClock>;
  readonly membersFile: string;
  /** Writes the members' file with each one's entry changed. */
  write(change?: (entry: MemberEntry) => MemberEntry): void;
}

export interface MemberEntry {
  readonly name: string;
  readonly collections: string;
  readonly roles: string;
  /** A line of the file. */
  readonly snapshots: string;
  readonly keys: string;
}

/** Members `member-a`, `member-b`, …, each with rights at each. */
export async function openTestCircle(
  names: readonly string[],
  change: Partial<Record<string, Partial<CircleSettings>>> = {},
): Promise<TestCircle> {
  const root = mkdtempSync(join(tmpdir(), "stillwatch-circle-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const clock = fixedClock(startMs);
  const membersFile = join(root, "members.yaml");
  const circleKeysFile = join(root, "circle-keys.yaml");
  const circleKeys = ["2026-11", "2026-12", "2027-01"].map(
    (epoch) => `  - { epoch: "${epoch}", secret: "${randomBytes(32).toString("base64")}" }`,
  );
  writeFileSync(circleKeysFile, `keys:\n${circleKeys.join("\n")}\n`, { mode: 0o600 });
  const places: (Pick<TestMember, "name" | "id" | "folder" | "secret" | "url"> & { readonly server: Server })[] = [];
  for (const [index, name] of names.entries()) {
    const folder = mkdtempSync(join(root, `${name}-`));
    const secret = makeSecretFile(join(folder, "secret"));
    const { server, url } = await listening();
    places.push({ name, id: `identity--00000000-0000-4000-8000-00000000000${index}`, folder, secret, server, url });
  }
  const write: TestCircle["write"] = (edit = (entry) => entry) => {
    const entries = places.map(({ name, id, secret, url }) => {
      const { log, cosigner, snapshots } = logKeysOf(secret, name);
      const key = Buffer.from(signingKeyOf(secret).publicKey).toString("base64");
      const entry = edit({
        name,
        collections: "{ intelligence: read-write, incidents: read-write, response: read-write }",
        roles: "[witness, query, overlap, count]",
        snapshots: `    snapshots: ${verifierKey(snapshots)}`,
        keys: `[{ id: ${name}-1, public-key: "${key}", from: 2026-01-01, until: 2028-01-01 }]`,
      });
      return `  - id: ${id}
    name: ${name}
    joined: 2026-01-01
    url: ${url}
    log: ${verifierKey(log)}
    cosigner: ${verifierKey(cosigner)}
${entry.snapshots}
    password-sha256: ${createHash("sha256").update(password).digest("hex")}
    collections: ${entry.collections}
    roles: ${entry.roles}
    keys: ${entry.keys}`;
    });
    writeFileSync(membersFile, `members:\n${entries.join("\n")}\n`);
  };
  write();
  const members: TestMember[] = [];
  for (const { name, id, folder, secret, server, url } of places) {
    const settings: CircleSettings = {
      self: name,
      membersFile,
      signingKeyFile: join(folder, "secret"),
      logKeyFile: join(folder, "secret"),
      circleKeysFile,
      logFolder: join(folder, "log"),
      queryKeyFile: join(folder, "query-key.json"),
      publicUrl: url,
      pollFrom: null,
      pushTo: [],
      witnesses: [],
      overlap: { setSizeMax: 100, budget: { sessionsMax: 2, identifiersMax: 150 } },
      ...change[name],
    };
    const state = await emptyState();
    onTestFinished(() => state.close());
    const learnt: TestMember["learnt"] = [];
    const unwanted: TestMember["unwanted"] = new Set();
    const withdrawn: TestMember["withdrawn"] = [];
    const answers: TestMember["answers"] = [];
    const counted: TestMember["counted"] = [];
    const failures: unknown[] = [];
    const circle = await openCircle({
      settings,
      state,
      intelligence: {
        async receive(speaker, objects) {
          const kept = objects.filter((object) => !unwanted.has(object.id));
          learnt.push(...kept.map((object) => ({ ...speaker, object })));
          const refused = objects
            .filter((object) => unwanted.has(object.id))
            .map((object) => ({ id: object.id, reason: "too old" }));
          return { refused };
        },
        async withdraw(_speaker, versions) {
          withdrawn.push(...versions.map(({ id: object }) => object));
        },
      },
      answers: () => Promise.resolve([...answers]),
      accountsIn: (question) => Promise.resolve(counted.push(question) + accountsCounted - 1),
      dispatcher: null,
      clock,
      random: systemSecureRandom,
      jitter: seededRandom(name),
      // Nothing of a test is worth waiting for.
      wait: () => Promise.resolve(),
      signal: new AbortController().signal,
      onFailure: (error) => failures.push(error),
    });
    server.on("request", circle.handle);
    onTestFinished(async () => {
      server.closeAllConnections();
      server.close();
      await circle.close();
    });
    members.push({
      name,
      id,
      url,
      folder,
      secret,
      server,
      state,
      circle,
      learnt,
      unwanted,
      withdrawn,
      answers,
      counted,
      failures,
      settings,
    });
  }
  const [first, second, ...rest] = members;
  if (first === undefined || second === undefined) throw new RangeError("a circle has two members at least");
  return { members: [first, second, ...rest], clock, membersFile, write };
}

async function listening(): Promise<{ server: Server; url: string }> {
  const server = createServer();
  closeGently(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/` };
}

export const { campaign, signals, actions } = sharing();
export const by = { person: "Ada", nowMs: startMs };
export const terms = { tlp: "amber+strict", permitted: null } as const;

/** Puts the tests' campaign into a member's outbox. */
export async function propose(member: TestMember, nowMs = startMs): Promise<string> {
  const proposing = { ...terms, flows: ["intelligence"], actor: null } as const;
  const [id] = await member.circle.proposals.campaign({ campaign, signals, actions }, proposing, { ...by, nowMs });
  return id!;
}

/** The same, released and sent. */
export async function share(member: TestMember): Promise<string> {
  const id = await propose(member);
  await member.state.outbox.decide(id, "released", "Berit", startMs);
  await member.circle.round();
  return id;
}

/** What a plain TAXII client of this member sends along. */
export function plainHeaders(
  name: string,
  secret = password,
): Record<"authorization" | "accept" | "content-type", string> {
  return {
    authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`,
    accept: TAXII_MEDIA_TYPE,
    "content-type": TAXII_MEDIA_TYPE,
  };
}

/** Of what a member has learnt. */
export function types(member: TestMember): string[] {
  return member.learnt.map(({ object }) => object.type);
}
