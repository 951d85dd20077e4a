import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifierKey } from "../note/note.ts";
import { ed25519Signer } from "../sign/ed25519.ts";
import { SignatureError } from "../sign/member-keys.ts";
import { signObject, verifyObject } from "../sign/object-signature.ts";
import { keyStandingIn, readMembers } from "./members.ts";
import {
  circleKeyAt,
  readableKeysAt,
  logKeysOf,
  makeSecretFile,
  openLogKeys,
  openSigner,
  readCircleKeys,
  signingKeyOf,
} from "./own-keys.ts";

const nowMs = Date.parse("2026-11-20T00:00:00Z");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-members-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const publicKey = (seed: number): string =>
  Buffer.from(ed25519Signer(new Uint8Array(32).fill(seed)).publicKey).toString("base64");
const id = (digit: number): string => `identity--00000000-0000-4000-8000-00000000000${digit}`;

function members(text: string): ReturnType<typeof readMembers> {
  const path = join(folder, "members.yaml");
  writeFileSync(path, text);
  return readMembers(path);
}

const one = (change: { key?: string; name?: string; rest?: string } = {}): string => `
  - id: ${id(1)}
    name: ${change.name ?? "member-a"}
    joined: 2026-01-01
    url: https://a.example/
    keys:
      - ${change.key ?? `{ id: a-1, public-key: "${publicKey(1)}", from: 2026-01-01, until: 2027-01-01 }`}
    collections: { intelligence: read-write }
    roles: [witness]${change.rest ?? ""}`;

const reader = (): string => `
  - id: ${id(3)}
    name: member-opencti
    joined: 2026-01-01
    keys: []
    password-sha256: "${"0".repeat(64)}"
    collections: { intelligence: read }`;

describe("the members' file", () => {
  it("says who belongs to the circle, with which keys and rights", () => {
    const { list, keys, find } = members(`members:${one()}`);
    expect(list).toHaveLength(1);
    const member = find("member-a");
    expect(member).toBe(find(id(1)));
    expect(member).toMatchObject({ collections: { intelligence: "read-write" }, log: null, passwordSha256: null });
    expect(member?.identity.created).toBe("2026-01-01T00:00:00.000Z");
    expect(member?.roles.has("witness")).toBe(true);
    expect(keys).toMatchObject([{ id: "a-1", member: id(1), endsMs: Date.parse("2027-01-01"), revoked: false }]);
    expect(find("member-b")).toBeNull();
  });

  it("can have members without a key, who only read by a password", () => {
    const { keys, find } = members(`members:${one()}${reader()}`);
    expect(keys).toHaveLength(1);
    expect(find("member-opencti")).toMatchObject({ keys: [], passwordSha256: "0".repeat(64), url: null });
  });

  const other = `
  - id: ${id(2)}
    name: member-b
    joined: 2026-01-01
    keys: [{ id: b-1, public-key: "${publicKey(1)}", from: 2026-01-01, until: 2027-01-01 }]`;
  it.each([
    [
      "a name with a customer's",
      one({ name: "Customer Ltd." }),
      /members\.yaml:\d+:\d+: members\.0\.name: give member-/,
    ],
    [
      "a key that ends first",
      one({ key: `{ id: a, public-key: "${publicKey(1)}", from: 2026-02-01, until: 2026-01-01 }` }),
      /:7:\d+: .*ends before/,
    ],
    [
      "what is no key",
      one({ key: `{ id: a, public-key: "AAAA", from: 2026-01-01, until: 2027-01-01 }` }),
      /public-key/,
    ],
    ["a log's key that is none", one({ rest: "\n    log: a+b+c" }), /members\.yaml:10:5: log: no key/],
    ["a key of two members", one() + other, /members\.yaml:\d+:\d+: key .* stands there twice/],
    [
      "neither a key nor a password",
      reader().replace(/\n +password-sha256.*/, ""),
      /:\d+:\d+: members\.0\.keys: give a key, or/,
    ],
    [
      "a word for whom has no key",
      reader().replace("read }", "read-write }"),
      /collections: who has no key can say nothing/,
    ],
    ["a role for whom has no key", `${reader()}\n    roles: [query]`, /roles: who has no key can't ask for it/],
    ["a URL without encryption", one().replace("https://a", "http://a"), /url: give an https address/],
    ["a URL without its slash", one().replace("a.example/", "a.example"), /url: end it with a slash/],
  ])("is refused with %s, and where", (_what, text, message) => {
    expect(() => members(`members:${text}`)).toThrow(message);
  });
});

describe("our own keys", () => {
  const write = (secret: Uint8Array, change: { until?: string; revoked?: boolean } = {}) => {
    const { log, cosigner } = logKeysOf(secret, "member-a");
    const key = Buffer.from(signingKeyOf(secret).publicKey).toString("base64");
    const text = one({
      key: `{ id: a-1, public-key: "${key}", from: 2026-01-01, until: ${change.until ?? "2027-01-01"}, revoked: ${change.revoked ?? false} }`,
      rest: `\n    log: ${verifierKey(log)}\n    cosigner: ${verifierKey(cosigner)}`,
    });
    const { list, keys } = members(`members:${text}`);
    return { self: list[0]!, keys };
  };
  const secretFile = (name: string): { path: string; secret: Uint8Array } => {
    const path = join(folder, name);
    return { path, secret: makeSecretFile(path) };
  };

  it("are made for their owner's eyes, once", () => {
    const { path } = secretFile("once");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => makeSecretFile(path)).toThrow("can't be written");
  });

  it("are those that the members' file has for us", () => {
    const { path, secret } = secretFile("right");
    const { self, keys } = write(secret);
    const signer = openSigner(path, self, nowMs);
    expect(verifyObject({ a: 1 }, signObject({ a: 1 }, signer, nowMs), keys).member).toBe(self.id);
    expect(openLogKeys(path, self).log.name).toBe("member-a/log");
    const { path: wrong } = secretFile("wrong");
    expect(() => openSigner(wrong, self, nowMs)).toThrow("none of member-a");
    expect(() => openLogKeys(wrong, self)).toThrow("are not those of log");
  });

  it("count while they are in use, and never once they are revoked", () => {
    const { path, secret } = secretFile("ended");
    const before = write(secret);
    const signed = signObject({ a: 1 }, openSigner(path, before.self, nowMs), nowMs);
    const ended = write(secret, { until: "2026-11-21" });
    expect(verifyObject({ a: 1 }, signed, ended.keys).id).toBe("a-1");
    const earlier = write(secret, { until: "2026-11-20" });
    expect(() => verifyObject({ a: 1 }, signed, earlier.keys)).toThrow("not in use at that time");
    expect(() => openSigner(path, earlier.self, nowMs)).toThrow("not in use now");
    const revoked = write(secret, { revoked: true });
    expect(() => verifyObject({ a: 1 }, signed, revoked.keys)).toThrow(SignatureError);
    expect(() => openSigner(path, revoked.self, nowMs)).toThrow("not in use now");
  });

  it("are believed of whoever may say something, in use or not; revoked ones of anybody never", () => {
    const keysOf = (keys: string, collections: string): string => `
  - id: ${id(2)}
    name: member-b
    joined: 2026-01-01
    keys: [${keys}]
    collections: ${collections}`;
    const key = (name: string, seed: number, revoked: boolean): string =>
      `{ id: ${name}, public-key: "${publicKey(seed)}", from: 2026-01-01, until: 2026-02-01, revoked: ${revoked} }`;
    const both = `${key("b-1", 2, true)}, ${key("b-2", 3, false)}`;
    const standing = (text: string) => {
      const { believed, revoked } = keyStandingIn(members(`members:${text}`));
      return { believed: [...believed], revoked: [...revoked] };
    };
    expect(standing(one() + keysOf(both, "{ intelligence: write }"))).toEqual({
      believed: ["a-1", "b-2"],
      revoked: ["b-1"],
    });
    for (const collections of ["{ intelligence: read, incidents: read-write }", "{}"])
      expect(standing(one() + keysOf(both, collections))).toEqual({ believed: ["a-1"], revoked: ["b-1"] });
  });

  it("are refused where others may read them", () => {
    const { path, secret } = secretFile("open");
    const { self } = write(secret);
    chmodSync(path, 0o644);
    expect(() => openSigner(path, self, nowMs)).toThrow("others of this machine may read");
  });

  it("of the circle are used from their month on", () => {
    const path = join(folder, "circle-keys.yaml");
    const entry = (epoch: string): string => `{ epoch: "${epoch}", secret: "${randomBytes(32).toString("base64")}" }`;
    writeFileSync(path, `keys: [${entry("2026-12")}, ${entry("2026-10")}, ${entry("2026-08")}]`, { mode: 0o600 });
    const keys = readCircleKeys(path);
    expect(circleKeyAt(keys, nowMs).epoch).toBe("2026-10");
    expect(circleKeyAt(keys, Date.parse("2026-12-01")).epoch).toBe("2026-12");
    expect(() => circleKeyAt(keys, Date.parse("2026-07-31"))).toThrow("no key of the circle");
    // What others have told under the one before is compared, too.
    const readable = (day: string): string[] => readableKeysAt(keys, Date.parse(day)).map(({ epoch }) => epoch);
    expect(readable("2026-12-01")).toEqual(["2026-12", "2026-10"]);
    expect(readable("2026-11-30")).toEqual(["2026-10", "2026-08"]);
    expect(readable("2026-08-01")).toEqual(["2026-08"]);
    expect(() => readable("2026-07-31")).toThrow("no key of the circle");
    writeFileSync(path, `keys: [${entry("2026-10")}, ${entry("2026-10")}]`);
    expect(() => readCircleKeys(path)).toThrow("stands there twice");
  });
});
