import { once } from "node:events";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { testKeys } from "../../ingest/keys/keys.case.ts";
import { answerAfterAllIsSent } from "../../kit/http/sent-first.case.ts";
import { UserError } from "../../kit/user-error.ts";
import { digestOf, openDoors, spooled, token } from "./doors.case.ts";
import { intakeDoors } from "./doors.ts";
import type { OpenDoors } from "./doors.case.ts";

let doors: OpenDoors | undefined;
afterEach(async () => {
  await doors?.close();
  doors = undefined;
});
const open = async (options: Parameters<typeof openDoors>[0] = {}): Promise<OpenDoors> =>
  (doors = await openDoors(options));

const line = (id: string, more: object = {}): object => ({
  time: "2026-01-05T12:00:00.000Z",
  id,
  account: "acct_1",
  model: "aster-3-mini",
  ...more,
});
const ndjson = (lines: readonly object[]): string => lines.map((value) => JSON.stringify(value)).join("\n");
const sample = (name: string): Buffer => readFileSync(join(import.meta.dirname, "../../ingest", name));
/** A raw block of Zstandard: RFC 8878, sections 3.1.1. */
const zstd = (text: string): Buffer => {
  const content = Buffer.from(text);
  const block = Buffer.alloc(3);
  // A last block (1), raw (0), and its size.
  block.writeUIntLE(1 + content.length * 8, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), block, content]);
};

describe("POST /v1/exchanges", () => {
  it("puts what is good into the spool, and says what is not, and why", async () => {
    const { post, spool } = await open();
    const answer = await post("/v1/exchanges", `${ndjson([line("a"), line("b")])}\n{"id":"c"}\nnonsense`);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      accepted: 2,
      skipped: 0,
      rejected_total: 2,
      rejected: [
        { line: 3, reason: "time is missing or empty" },
        { line: 4, reason: "not valid JSON" },
      ],
    });
    expect(await spooled(spool)).toEqual({
      lines: [line("a"), line("b")],
      rejects: ["line 3: time is missing or empty", "line 4: not valid JSON"],
    });
  });

  it("lists a hundred refusals and counts all", async () => {
    const { post } = await open();
    const answer = await post("/v1/exchanges?format=world", Array(250).fill("{").join("\n"));
    const told: unknown = await answer.json();
    expect(told).toMatchObject({ accepted: 0, rejected_total: 250 });
    expect(told).toHaveProperty("rejected.length", 100);
  });

  it.each([
    ["gzip", gzipSync(ndjson([line("a")]))],
    ["x-gzip", gzipSync(ndjson([line("a")]))],
    ["zstd", zstd(ndjson([line("a")]))],
  ])("reads %s", async (encoding, body) => {
    const { post, spool } = await open();
    expect((await post("/v1/exchanges", body, { "content-encoding": encoding })).status).toBe(202);
    expect((await spooled(spool)).lines).toEqual([line("a")]);
  });

  it("tells a reader's format by itself, or takes it from the address", async () => {
    const { post, spool } = await open();
    const body = sample("bedrock/samples/invocations.jsonl");
    const told: unknown = await (await post("/v1/exchanges", body)).json();
    expect(await (await post("/v1/exchanges?format=bedrock", body)).json()).toEqual(told);
    expect((await spooled(spool)).lines.length).toBeGreaterThan(4);
  });
});

describe("POST /v1/litellm", () => {
  it("reads an array of payloads, as the generic_api callback posts it, and one alone", async () => {
    const { post, spool } = await open();
    const payloads = sample("litellm-payload/samples/payloads.jsonl").toString("utf8").trim().split("\n");
    const array = `[${payloads.join(", ")}, null]`;
    const answer = await post("/v1/litellm", array, { "content-type": "application/json" });
    expect(await answer.json()).toMatchObject({ accepted: 2, rejected: [{ line: 1, reason: "not a JSON object" }] });
    await post("/v1/litellm", payloads[0] ?? "");
    await post("/v1/litellm", payloads.join("\n"));
    expect((await spooled(spool)).lines).toHaveLength(5);
  });

  it("answers 503 where there is no room, since LiteLLM does not come again after a 429", async () => {
    const { post } = await open({ backlogBytesMax: 10 });
    const answer = await post("/v1/litellm", sample("litellm-payload/samples/payloads.jsonl"));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"]);
  });
});

describe("a door", () => {
  const problemOf = async (answer: Response): Promise<unknown> => {
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    return answer.json();
  };

  it.each([
    ["no header", ""],
    ["a wrong token", "Bearer wrong"],
    ["another scheme", `Basic ${token}`],
    ["a long token", `Bearer ${"x".repeat(5000)}`],
    ["a token's digest", `Bearer ${digestOf(token)}`],
  ])("answers 401 to %s, and takes nothing", async (_what, authorization) => {
    const { post, spool } = await open();
    const answer = await post("/v1/exchanges", ndjson([line("a")]), { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(await problemOf(answer)).toMatchObject({ status: 401, title: "Unauthorized" });
    expect(spool.status().backlogBytes).toBe(0);
  });

  it("leaves other paths to others, and knows no other method", async () => {
    const { url, post } = await open();
    expect((await post("/v1/other", "")).status).toBe(404);
    const answer = await fetch(`${url}/v1/exchanges`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
  });

  it.each(["//", "http://[", "/v1/exchanges%", "*"])("leaves the odd target %s to others", async (target) => {
    const { url } = await open();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.end(`POST ${target} HTTP/1.1\r\nhost: door\r\nconnection: close\r\n\r\n`);
    const [answer]: unknown[] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 40[04] /);
  });

  it.each([
    ["an unknown format", "hello\nthere", {}, 415, /no format that is known.*world/],
    ["an unknown encoding", "x", { "content-encoding": "br" }, 415, /gzip, zstd/],
    ["a torn body", gzipSync("x".repeat(1000)).subarray(0, 20), { "content-encoding": "gzip" }, 400, /cut or damaged/],
    ["a long body", "x".repeat(3000), {}, 413, /longer than 2000 bytes/],
    ["a bomb", gzipSync("x".repeat(100_000)), { "content-encoding": "gzip" }, 413, /longer than 9000 bytes/],
  ])("refuses %s", async (_what, body, headers, status, detail) => {
    const { post, spool } = await open({ limits: { bodyBytesMax: 2000, plainBytesMax: 9000 } });
    const answer = await post("/v1/exchanges", body, headers);
    expect(answer.status).toBe(status);
    expect(await problemOf(answer)).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect(spool.status().backlogBytes).toBe(0);
  });

  it.each([
    ["/v1/exchanges", token, 413],
    ["/v1/traces", token, 413],
    ["/v1/exchanges", "another's", 401],
  ])("is heard by a sender who reads only after sending all: %s, %s", async (path, by, status) => {
    const { url } = await open({ limits: { bodyBytesMax: 2000 } });
    const lines = [`POST ${path} HTTP/1.1`, `authorization: Bearer ${by}`, "content-type: application/json"];
    expect(await answerAfterAllIsSent(url, lines, 2 ** 24)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it.each(["", "\n \r\n"])("takes nothing for nothing: %j", async (body) => {
    const { post, spool } = await open();
    const answer = await post("/v1/exchanges", body);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ accepted: 0, skipped: 0, rejected_total: 0, rejected: [] });
    expect(spool.status().backlogBytes).toBe(0);
  });

  it("refuses more records than one delivery may hold", async () => {
    const { post } = await open();
    const answer = await post("/v1/exchanges?format=world", Array(100_001).fill("1").join("\n"));
    expect(answer.status).toBe(413);
  });

  it("asks to come again where the spool is full", async () => {
    const { post, failures } = await open({ backlogBytesMax: 600 });
    const answers = [
      await post("/v1/exchanges", ndjson([line("a")])),
      await post("/v1/exchanges", ndjson([line("b", { response: "x".repeat(500) })])),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 429]);
    expect(answers[1]?.headers.get("retry-after")).toBe("10");
    expect(failures).toEqual([]);
  });

  it("asks to come again where more is under way than it may hold, and is free again afterwards", async () => {
    const { post, url } = await open({ limits: { heldBytesMax: 1000 } });
    const { port } = new URL(url);
    const slow = connect(Number(port), "127.0.0.1");
    const head = `POST /v1/exchanges HTTP/1.1\r\nhost: door\r\nauthorization: Bearer ${token}\r\ncontent-length: 2000\r\n\r\n`;
    slow.write(head + "x".repeat(900));
    // The door holds what it has received so far once this is refused.
    let refused = await post("/v1/exchanges", "y".repeat(500));
    while (refused.status !== 429) refused = await post("/v1/exchanges", "y".repeat(500));
    expect(refused.headers.get("retry-after")).toBe("1");
    slow.destroy();
    await once(slow, "close");
    let accepted = await post("/v1/exchanges", ndjson([line("a")]));
    while (accepted.status === 429) accepted = await post("/v1/exchanges", ndjson([line("a")]));
    expect(accepted.status).toBe(202);
  });

  it("asks to come again where the spool can't be written, says so to the operator, and says nothing of the body", async () => {
    const { post, spool, failures } = await open();
    await spool.close();
    const answer = await post("/v1/exchanges", ndjson([line("a", { response: "a secret answer" })]));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "30"]);
    expect(failures).toHaveLength(1);
    expect(JSON.stringify(await answer.json())).not.toContain("secret");
  });
});

it("there are none without a token", async () => {
  const { spool, signals } = await open();
  const without = {
    spool,
    signals,
    tokenDigests: [],
    keys: testKeys,
    onFailure: () => undefined,
  };
  expect(() => intakeDoors(without)).toThrow(UserError);
});
