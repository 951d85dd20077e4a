import { hash } from "node:crypto";
import { z } from "zod";
import { isHttpsOrLoopback } from "../../../kit/http/https-or-loopback.ts";
import { UserError } from "../../../kit/user-error.ts";

// Limits.
/** A longer secret is refused unhashed. */
const credentialsCharactersMax = 4_096;
/** Octets of a request's body: at least what a useful envelope takes, and what one process holds at ease. */
const contentLengthMin = 64 * 2 ** 10;
const contentLengthMax = 64 * 2 ** 20;

const pathSegment = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens");

const collectionSchema = z.strictObject({
  /** TAXII 2.1, 2: an identifier is a UUID of version 4. */
  id: z.uuidv4(),
  /** Works in place of the id in addresses. */
  alias: pathSegment.optional(),
  title: z.string().min(1),
  description: z.string().optional(),
});

const apiRootSchema = z.strictObject({
  /** Of its address: `/taxii2/NAME/`. */
  name: pathSegment.refine((name) => name !== "taxii2", "taxii2 is the address of the discovery"),
  title: z.string().min(1),
  description: z.string().optional(),
  contentBytesMax: z.int().min(contentLengthMin).max(contentLengthMax),
  collections: z.array(collectionSchema),
});

const userSchema = z.strictObject({
  /** Without a colon, which ends it in the header (RFC 7617, 2). */
  name: z.string().regex(/^[^:\p{Cc}]{1,255}$/u, "a name without colons"),
  /**
   * SHA-256 of the password, in hex. Passwords are random tokens, so that no slow hash is needed. Null: the user has none, and is
   * known by what is in front of the server.
   */
  passwordSha256: z
    .string()
    .regex(/^[\da-f]{64}$/, "64 hex digits, made with: printf %s PASSWORD | sha256sum")
    .nullable(),
  /** By id of the collection; of one that is not named the user sees nothing. */
  rights: z.record(z.uuid(), z.enum(["read", "write", "read-write"])),
});

export const siteSchema = z.strictObject({
  /**
   * How clients reach the server: `https://share.example/`. The discovery stands at its root (TAXII 2.1, 8.2.1), and API roots are
   * https addresses without a query (4.1.1).
   */
  publicUrl: z
    .url()
    .regex(/^https?:\/\/[^/?#@]+\/$/, "scheme, host and port, and a slash at the end")
    .refine(isHttpsOrLoopback, "https, except on this machine itself"),
  title: z.string().min(1),
  description: z.string().optional(),
  contact: z.string().optional(),
  /** The first one is the default. */
  apiRoots: z.array(apiRootSchema).min(1),
  users: z.array(userSchema),
});

export type SiteOptions = z.infer<typeof siteSchema>;
export type ApiRoot = z.infer<typeof apiRootSchema>;
export type Collection = z.infer<typeof collectionSchema>;

/** Somebody who has shown who it is. */
export interface User {
  readonly name: string;
  canRead(collection: string): boolean;
  canWrite(collection: string): boolean;
}

/** What is served, and to whom. */
export interface Site {
  readonly options: SiteOptions;
  /** By the value of an `Authorization` header: HTTP Basic (TAXII 2.1, 1.6.9). Null: nobody that is known. */
  userOf(authorization: string | undefined): User | null;
  /** Somebody who has shown in another way who it is. */
  userNamed(name: string): User | null;
  apiRoot(name: string): ApiRoot | null;
  /** By id or alias. */
  collection(root: ApiRoot, name: string): Collection | null;
}

/** Throws a `UserError` that says which setting is wrong. */
export function openSite(given: SiteOptions): Site {
  const checked = siteSchema.safeParse(given);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new UserError(`the TAXII server's ${issue?.path.join(".") ?? "settings"}: ${issue?.message ?? "not valid"}`);
  }
  const options = checked.data;
  const ids = options.apiRoots.flatMap(({ collections }) => collections.map(({ id }) => id));
  refuseRepeated(
    "API root",
    options.apiRoots.map(({ name }) => name),
  );
  refuseRepeated("collection", ids);
  for (const { collections } of options.apiRoots) {
    refuseRepeated(
      "alias",
      collections.flatMap(({ alias }) => alias ?? []),
    );
  }
  refuseRepeated(
    "user",
    options.users.map(({ name }) => name),
  );
  for (const { name, rights } of options.users) {
    if (!Object.keys(rights).every((id) => ids.includes(id))) {
      throw new UserError(`the TAXII server's user ${name} has rights on a collection that does not exist`);
    }
  }
  const byName = new Map(options.users.map(({ name, rights }) => [name, userOf(name, rights)]));
  const byCredentials = new Map(
    options.users.flatMap(({ name, passwordSha256 }) =>
      passwordSha256 === null ? [] : [[`${name}:${passwordSha256}`, byName.get(name)] as const],
    ),
  );
  return {
    options,
    userOf(authorization) {
      const credentials = basicCredentials(authorization);
      // By digest: how long the look-up takes tells nothing of a password.
      return credentials === null
        ? null
        : (byCredentials.get(`${credentials.name}:${hash("sha256", credentials.password)}`) ?? null);
    },
    userNamed: (name) => byName.get(name) ?? null,
    apiRoot: (name) => options.apiRoots.find((root) => root.name === name) ?? null,
    collection: (root, name) => root.collections.find(({ id, alias }) => id === name || alias === name) ?? null,
  };
}

function userOf(name: string, rights: SiteOptions["users"][number]["rights"]): User {
  const of = new Map(Object.entries(rights));
  return {
    name,
    canRead: (collection) => ["read", "read-write"].includes(of.get(collection) ?? ""),
    canWrite: (collection) => ["write", "read-write"].includes(of.get(collection) ?? ""),
  };
}

/** RFC 7617, 2. */
function basicCredentials(authorization = ""): { readonly name: string; readonly password: string } | null {
  if (authorization.length > credentialsCharactersMax) return null;
  const [, encoded] = /^basic +([\w+/=-]+) *$/i.exec(authorization) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

function refuseRepeated(what: string, names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new UserError(`the TAXII server has two of ${what} ${repeated}`);
}
