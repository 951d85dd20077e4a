import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createKeyNames } from "../../ingest/keys/key-names.ts";
import type { Decision } from "../../model/decision.ts";
import { servedFeed } from "../decision-stream/stream.case.ts";
import { CALLER_KEY } from "../http/listen.case.ts";
import { LINKS } from "../ruling.case.ts";
import { decision } from "../table/decision.case.ts";
import { createMiddleware } from "./middleware.ts";

const keySecret = "a secret of these tests, and of nothing else";
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The server's own file: a key as it is, a key by its hash, and two of one account. */
const keyFile = `key,id,account,organization
sk-one,key_1,acct_1,org_1
${sha256("sk-two")},key_2,acct_1,
plainkey,,acct_3,org_3
`;

async function written(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-middleware-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "keys.csv");
  await writeFile(path, content);
  return path;
}

/** What is done with a request that carries a key, and perhaps the header of an account, by a middleware that follows these decisions. */
async function following(keys: string | undefined, ...decisions: readonly Decision[]) {
  const { base } = await servedFeed(...decisions);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const middleware = await createMiddleware({
    url: base,
    callerKey: CALLER_KEY,
    keySecret: `${keySecret}\n`,
    links: LINKS,
    headers: { account: "x-account" },
    ...(keys === undefined ? {} : { keys }),
  });
  const failed: unknown[] = [];
  void middleware.run(stop.signal, (error) => failed.push(error));
  while (!middleware.health().filled && failed.length === 0) await setImmediate();
  expect(failed).toEqual([]);
  type Rest = { readonly headers: Readonly<Record<string, string | undefined>>; readonly path: string };
  return async (key: string, account?: string, { headers, path }: Rest = { headers: {}, path: "/" }) => {
    const sent: Rest["headers"] = { "x-api-key": key, "x-account": account, ...headers };
    const asked = { header: (name: string) => sent[name], path, address: undefined };
    return (await middleware.guard(asked, stop.signal)).kind;
  };
}

const lasting = (id: string, scope: Decision["scope"], given: Partial<Decision> = {}): Decision =>
  decision({ id, scope, expires: "2999-01-01T00:00:00.000Z", ...given });

describe("the middleware", () => {
  it("finds decisions on accounts and organisations by the keys of its file, and by nothing else without it", async () => {
    const decisions = [
      lasting("a", { kind: "account", value: "acct_1" }),
      lasting("o", { kind: "organization", value: "org_3" }),
    ];
    const send = await following(await written(keyFile), ...decisions);
    for (const key of ["sk-one", "sk-two", "plainkey"]) expect(await send(key)).toBe("answer");
    expect(await send("sk-nobody")).toBe("go-on");
    const sendWithout = await following(undefined, ...decisions);
    for (const key of ["sk-one", "sk-two", "plainkey"]) expect(await sendWithout(key)).toBe("go-on");
  });

  it("believes its file of keys more than a header, and the header of other keys", async () => {
    const send = await following(await written(keyFile), lasting("a", { kind: "account", value: "acct_1" }));
    expect(await send("sk-one", "somebody")).toBe("answer");
    expect(await send("sk-nobody", "acct_1")).toBe("answer");
    expect(await send("plainkey", "acct_1")).toBe("go-on");
  });

  it.each([
    [{ authorization: "Bearer sk-junk", "x-api-key": "sk-one" }, "/"],
    [{ authorization: "sk-one", "x-api-key": "sk-junk" }, "/"],
    [{ "api-key": "sk-junk", "x-goog-api-key": "sk-one" }, "/"],
    [{ "x-api-key": "sk-junk" }, "/v1beta?key=sk-other&key=sk-one"],
    [{}, "/v1beta?access_token=sk-one"],
    [{ "x-api-key": "sk-junk, sk-one" }, "/"],
  ])("finds a decision on any of several keys, since the handler may take any: %j %s", async (headers, path) => {
    const middleware = await following(await written(keyFile), lasting("a", { kind: "account", value: "acct_1" }));
    expect(await middleware("sk-junk")).toBe("go-on");
    expect(await middleware("", undefined, { headers, path })).toBe("answer");
  });

  it("finds a decision on a long token", async () => {
    const token = `sk-${"x".repeat(2000)}`;
    const name = createKeyNames(keySecret).ofSecret(token);
    expect(await (await following(undefined, lasting("k", { kind: "key", value: name })))(token)).toBe("answer");
  });

  it("counts the keys of one account together", async () => {
    const parameters = { requests_per_minute: 1, burst: 2 };
    const throttle = lasting("t", { kind: "account", value: "acct_1" }, { action: "throttle", parameters });
    const send = await following(await written(keyFile), throttle);
    expect([await send("sk-one"), await send("sk-two")]).toEqual(["go-on", "go-on"]);
    expect([await send("sk-one"), await send("sk-two")]).toEqual(["answer", "answer"]);
  });

  it("names keys as the server does, whose secret stands in a file", async () => {
    const name = createKeyNames(keySecret).ofSecret("sk-one");
    expect(await (await following(undefined, lasting("k", { kind: "key", value: name })))("sk-one")).toBe("answer");
  });

  it("does not start with a file of keys that won't do, and shows nothing of it", async () => {
    const options = { url: "http://127.0.0.1:1", callerKey: CALLER_KEY, keySecret, links: LINKS };
    const torn = createMiddleware({ ...options, keys: await written("key,account\nsk-hidden,\n") });
    await expect(torn).rejects.toThrow("keys.csv:2: no key with its account");
    await expect(torn).rejects.not.toThrow("sk-hidden");
    await expect(createMiddleware({ ...options, keys: "/nowhere/keys.csv" })).rejects.toThrow(
      expect.objectContaining({ name: "UserError" }),
    );
  });
});
