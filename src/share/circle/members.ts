import { createHash } from "node:crypto";
import { z } from "zod";
import { FLOWS } from "../../model/sharing.ts";
import { isHttpsOrLoopback } from "../../kit/http/https-or-loopback.ts";
import { openYamlFile } from "../../kit/yaml-file.ts";
import type { YamlFile } from "../../kit/yaml-file.ts";
import { base64Bytes } from "../group/base64.ts";
import type { KeyStanding } from "../intelligence/said.ts";
import { NoteError, parseVerifierKey } from "../note/note.ts";
import type { NoteVerifier } from "../note/note.ts";
import { publicKeyBytes } from "../sign/ed25519.ts";
import type { MemberKey } from "../sign/member-keys.ts";
import { identifierOf } from "../stix/identifier.ts";
import type { Member as MemberIdentity } from "../stix/objects.ts";

// Limits.
const membersMax = 256;
const keysPerMemberMax = 16;

/** What a member may ask of us, besides its rights on collections. */
const MEMBER_ROLES = [
  /** That we cosign its log. */
  "witness",
  /** Whether anything is known of identifiers, blindly. */
  "query",
  /** That sets are compared, where a person has offered it one. */
  "overlap",
  /** How many accounts our campaigns have, with noise. */
  "count",
] as const;
type MemberRole = (typeof MEMBER_ROLES)[number];

const rightSchema = z.enum(["read", "write", "read-write"]);
const dateSchema = z.iso.date();

const keySchema = z
  .strictObject({
    id: z.string().regex(/^[\w.-]{1,128}$/, "give letters, digits, dots and hyphens"),
    /** Ed25519, 32 bytes. */
    "public-key": base64Bytes(publicKeyBytes),
    from: dateSchema,
    /** The first day on which it counts no more. */
    until: dateSchema,
    /** Somebody else may have it: nothing counts that it has ever signed. */
    revoked: z.boolean().default(false),
  })
  .refine(({ from, until }) => from < until, { error: "it ends before it begins", path: ["until"] });

const memberFieldsSchema = z.strictObject({
  id: identifierOf("identity"),
  name: z.string().regex(/^member-[a-z0-9]{1,16}$/, "give member- and up to 16 lower-case letters and digits"),
  joined: dateSchema,
  /** Where its listener is, with a trailing slash. One that has none is only ever asked by. */
  url: z
    .url()
    .regex(/\/$/, "end it with a slash")
    .refine(isHttpsOrLoopback, "give an https address: plain http is for one machine alone")
    .optional(),
  /** None: it only reads, by its password. */
  keys: z.array(keySchema).max(keysPerMemberMax),
  /** Of its transparency log, and with which it cosigns those of others: name+id+key. */
  log: z.string().optional(),
  cosigner: z.string().optional(),
  /** With which it signs what it answers blind queries from. */
  snapshots: z.string().optional(),
  /** By flow: what it may do with our collections, and whether what it says there is taken. */
  collections: z.partialRecord(z.enum(FLOWS), rightSchema).default({}),
  roles: z.array(z.enum(MEMBER_ROLES)).default([]),
  /** For a TAXII client that can't sign: SHA-256 of its password, in hex; its name is the member's. */
  "password-sha256": z
    .string()
    .regex(/^[\da-f]{64}$/, "give 64 hex digits (stillwatch token makes them)")
    .optional(),
});

const memberSchema = memberFieldsSchema
  .refine(({ keys, "password-sha256": password }) => keys.length > 0 || password !== undefined, {
    error: "give a key, or password-sha256 for a client that only reads",
    path: ["keys"],
  })
  .refine(({ keys, collections }) => keys.length > 0 || Object.values(collections).every((right) => right === "read"), {
    error: "who has no key can say nothing: give read",
    path: ["collections"],
  })
  .refine(({ keys, roles }) => keys.length > 0 || roles.length === 0, {
    error: "who has no key can't ask for it: give no roles",
    path: ["roles"],
  });

const fileSchema = z.strictObject({ members: z.array(memberSchema).min(1).max(membersMax) });

export interface CircleMember {
  readonly id: `identity--${string}`;
  readonly name: string;
  /** As the member's own objects name it. */
  readonly identity: MemberIdentity;
  readonly url: URL | null;
  readonly keys: readonly MemberKey[];
  readonly log: NoteVerifier | null;
  readonly cosigner: NoteVerifier | null;
  readonly snapshots: NoteVerifier | null;
  readonly collections: z.output<typeof memberSchema>["collections"];
  readonly roles: ReadonlySet<MemberRole>;
  readonly passwordSha256: string | null;
}

/** Who belongs to the circle, as of one reading of the file. */
export interface Members {
  readonly list: readonly CircleMember[];
  /** Of all members. */
  readonly keys: readonly MemberKey[];
  /** By id or by name. */
  find(idOrName: string): CircleMember | null;
  /** Changes where the file does. */
  readonly digest: string;
}

/** Reads the file that says who belongs to the circle. Throws a `UserError` with file, line and column. */
export function readMembers(path: string): Members {
  const file = openYamlFile(path);
  const { members } = file.parse(fileSchema);
  const list = members.map((member, index) => memberOf(member, index, file));
  refuseRepeated(file, list);
  const byName = new Map(list.flatMap((member) => [member.id, member.name].map((name) => [name, member] as const)));
  return {
    list,
    keys: list.flatMap(({ keys }) => keys),
    find: (idOrName) => byName.get(idOrName) ?? null,
    digest: createHash("sha256").update(file.text).digest("hex"),
  };
}

/** With which keys something may be said that is taken for intelligence, and with which it never counts. */
export function keyStandingIn({ list, keys }: Members): KeyStanding {
  const speaking = list.filter(({ collections }) => (collections.intelligence ?? "read") !== "read");
  const ids = (some: readonly MemberKey[], revoked: boolean): Set<string> =>
    new Set(some.filter((key) => key.revoked === revoked).map(({ id }) => id));
  return {
    believed: ids(
      speaking.flatMap((member) => member.keys),
      false,
    ),
    revoked: ids(keys, true),
  };
}

function memberOf(given: z.output<typeof memberSchema>, index: number, file: YamlFile): CircleMember {
  const { id, name, joined, url, collections } = given;
  const created = `${joined}T00:00:00.000Z`;
  const verifier = (field: "log" | "cosigner" | "snapshots", type: NoteVerifier["type"]): NoteVerifier | null => {
    const text = given[field];
    if (text === undefined) return null;
    const fault = (reason: string) => file.error(["members", index, field], `${field}: ${reason}`);
    try {
      const key = parseVerifierKey(text);
      if (key.type === type) return key;
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      throw fault(error.message);
    }
    throw fault("it is a key for something else");
  };
  return {
    id,
    name,
    identity: {
      type: "identity",
      spec_version: "2.1",
      id,
      created,
      modified: created,
      name,
      identity_class: "organization",
    },
    url: url === undefined ? null : new URL(url),
    keys: given.keys.map((key) => ({
      id: key.id,
      member: id,
      publicKey: Buffer.from(key["public-key"], "base64"),
      startsMs: Date.parse(key.from),
      endsMs: Date.parse(key.until),
      revoked: key.revoked,
    })),
    log: verifier("log", "note"),
    cosigner: verifier("cosigner", "cosignature"),
    snapshots: verifier("snapshots", "note"),
    collections,
    roles: new Set(given.roles),
    passwordSha256: given["password-sha256"] ?? null,
  };
}

/** Two that share a key, a name or a log could speak for each other. */
function refuseRepeated(file: YamlFile, list: readonly CircleMember[]): void {
  const seen = new Set<string>();
  for (const [index, { id, name, keys, log, cosigner, snapshots }] of list.entries()) {
    const own = [
      ...[id, name].map((value) => ["id", value] as const),
      ...keys.flatMap((key) => [
        ["keys", `key ${key.id}`] as const,
        ["keys", `key ${Buffer.from(key.publicKey).toString("base64")}`] as const,
      ]),
      ...(log === null ? [] : [["log", `log ${log.name}`] as const]),
      ...(cosigner === null ? [] : [["cosigner", `cosigner ${cosigner.name}`] as const]),
      ...(snapshots === null ? [] : [["snapshots", `snapshots ${snapshots.name}`] as const]),
    ];
    for (const [field, value] of own) {
      if (seen.has(value)) throw file.error(["members", index, field], `${value} stands there twice`);
      seen.add(value);
    }
  }
}
