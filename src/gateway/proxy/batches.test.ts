import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI, { toFile } from "openai";
import { beforeEach, afterEach, describe, expect, it } from "vitest";
import { all, DEGRADE, KEY, startScene } from "./proxy.case.ts";
import type { Scene } from "./proxy.case.ts";
import { answerOf, open, read, send } from "./raw-client.case.ts";
import { TEXT, THOUGHT } from "./stand-in/answer.case.ts";
import { createBatches, recordsIn } from "./stand-in/batches.case.ts";
import type { Batches } from "./stand-in/batches.case.ts";

/** Batches by the vendors' own clients, against the proxy: what is asked for now and given later, in files and in lines. */

const withKey = { authorization: `Bearer ${KEY}` };
/** What degrade withholds, as the stand-in writes it; empty fields are none of it. */
const traces = /logprob\w*":(?!null|\[\])|"index":1|The user asks/i;

let scene: Scene;
let batches: Batches;

beforeEach(async () => {
  scene = await startScene();
  batches = createBatches(scene.url);
  scene.standIn.answerBy(batches.listener);
});
afterEach(() => scene.close());

describe("OpenAI's", () => {
  const messages = [{ role: "user", content: "What is the capital of France?" }];
  const bodies = [
    { model: "plain", messages, n: 2, logprobs: true, top_logprobs: 5, reasoning_effort: "high" },
    { model: "plain", prompt: "Paris is", n: 2, logprobs: 5, echo: true },
    { model: "plain", input: "Hi", include: ["message.output_text.logprobs"], reasoning: { summary: "auto" } },
  ];
  const lines = (list: readonly object[]): string =>
    list.map((body, at) => JSON.stringify({ custom_id: `${at}`, method: "POST", url: "/v1/x", body })).join("\n");
  let client: OpenAI;

  beforeEach(() => {
    client = new OpenAI({ apiKey: KEY, baseURL: `${scene.url}/v1`, maxRetries: 0 });
  });

  const upload = async (text: string): Promise<string> => {
    const file = await toFile(Buffer.from(text), "requests.jsonl");
    return (await client.files.create({ file, purpose: "batch" })).id;
  };
  const resultsOf = async (id: string): Promise<string> => {
    const asked = { input_file_id: id, endpoint: "/v1/chat/completions", completion_window: "24h" } as const;
    const { output_file_id: output = "" } = await client.batches.create(asked);
    return (await client.files.content(output)).text();
  };

  it("hold what was asked for without a decision", async () => {
    const text = lines(bodies);
    const id = await upload(text);
    expect(batches.files.get(id)).toBe(text);
    expect(await resultsOf(id)).toMatch(traces);
    expect(scene.exchanges).toEqual([]);
  });

  it("are stripped under degrade: the requests in the file", async () => {
    scene.gateway.decide(DEGRADE);
    const id = await upload(lines(bodies));
    const kept = [
      { model: "plain", messages },
      { model: "plain", prompt: "Paris is" },
      { model: "plain", input: "Hi" },
    ];
    expect(recordsIn(batches.files.get(id) ?? "").map((line) => line["body"])).toEqual(kept);
    expect(await resultsOf(id)).not.toMatch(traces);
  });

  it("are stripped under degrade: the results of what was asked for before", async () => {
    const generous = bodies.map((body) => ({ ...body, model: "generous" }));
    const id = await upload(lines(generous));
    scene.gateway.decide(DEGRADE);
    const results = await resultsOf(id);
    expect(batches.asked.map((line) => line["body"])).toEqual(generous);
    expect(recordsIn(results)).toHaveLength(3);
    expect(recordsIn(results)[0]).toHaveProperty("response.body.choices.0.message.content", TEXT);
    // How many prompts a completion had is not told with it.
    expect(results.replace('"index":1,"text"', "")).not.toMatch(traces);
  });

  it("are not read in parts, where no line can be told from the next", async () => {
    scene.gateway.decide(DEGRADE);
    const asked = { filename: "r.jsonl", bytes: 9, mime_type: "application/jsonl" };
    const refused = client.uploads.create({ ...asked, purpose: "batch" });
    await expect(refused).rejects.toMatchObject({ status: 415, message: expect.stringContaining("in one piece") });
    await client.uploads.create({ ...asked, purpose: "fine-tune" });
  });

  it("leave files alone that are for something else", async () => {
    scene.gateway.decide(DEGRADE);
    const text = `{"messages":[],"n":2}\n{"body":{"messages":[],"n":2}}\n{\n"custom_id":NaN\r}\n{NaN}\r${"%PDF".repeat(100_000)}`;
    const id = await upload(text);
    expect(batches.files.get(id)).toBe(text);
    expect(await (await client.files.content(id)).text()).toBe(text);
  });

  it("are given whole, since a piece of a line can't be read", async () => {
    scene.gateway.decide(DEGRADE);
    let asked: unknown = null;
    scene.standIn.answerBy((request, response) => {
      asked = request.headers["range"];
      response.end("{}");
    });
    await send(scene.port, { method: "GET", path: "/v1/files/f/content", headers: { ...withKey, range: "bytes=1-" } });
    expect(asked).toBeUndefined();
  });

  it.each([
    `2,"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}`,
    "NaN}}",
    '2}}\r{"custom_id":"2","x":Infinity}',
    "2",
    "2}},",
  ])("are refused under degrade where a lenient server would read what can't be stripped: %.20j", async (rest) => {
    scene.gateway.decide(DEGRADE);
    for (const name of ["custom_id", String.raw`custom\u005fid`]) {
      const refused = upload(`{"${name}":"1","body":{"messages":[],"n":${rest}`);
      await expect(refused).rejects.toMatchObject({ status: 415, message: expect.stringContaining("one line") });
    }
  });

  it.each(["utf16le", "utf-16be", "\u{feff}"])("are refused under degrade in UTF-16: %s", async (kind) => {
    scene.gateway.decide(DEGRADE);
    const bytes = Buffer.from((kind === "\u{feff}" ? kind : "") + lines(bodies.slice(0, 1)), "utf16le");
    const file = await toFile(kind === "utf-16be" ? bytes.swap16() : bytes, "requests.jsonl");
    await expect(client.files.create({ file, purpose: "batch" })).rejects.toMatchObject({ status: 415 });
  });

  it.each(["base64", "quoted-printable", "Binary"])(
    "are refused under degrade where they are written in %s",
    async (coding) => {
      scene.gateway.decide(DEGRADE);
      const head = `content-disposition: form-data; name="file"; filename="f"\r\ncontent-Transfer-encoding: ${coding}`;
      const body = `--b\r\n${head}\r\n\r\nContent-Transfer-Encoding: base64\r\n--b--\r\n`;
      const headers = { ...withKey, "content-type": 'multipart/form-data; boundary="b"' };
      scene.standIn.answerBy((request, response) => void request.resume().once("end", () => response.end()));
      const outgoing = open(scene.port, { path: "/v1/files", headers });
      // The name of the header is cut in two.
      outgoing.write(body.slice(0, 80));
      outgoing.end(body.slice(80));
      expect((await answerOf(outgoing)).statusCode).toBe(coding === "Binary" ? 200 : 415);
    },
  );

  it.each([
    ["a line that is too long to be held", {}, 413],
    ["a form that is compressed", { "content-encoding": "gzip" }, 415],
  ])("are refused under degrade for %s", async (_what, headers, status) => {
    scene.gateway.decide(DEGRADE);
    const body = Buffer.alloc(65 * 2 ** 20, " ").fill("{", 0, 1);
    const refused = await send(scene.port, { path: "/v1/files", headers: { ...withKey, ...headers }, body });
    expect([refused.status, refused.text]).toEqual([status, expect.stringContaining('"problem"')]);
    expect(batches.files.size).toBe(0);
    // What was held is given back, and the next is read.
    expect(batches.files.get(await upload(lines(bodies)))).not.toMatch(traces);
  });
});

describe("an upload that is stripped", () => {
  beforeEach(() => {
    scene.gateway.decide(DEGRADE);
  });

  it("is answered where the upstream does not read it", async () => {
    scene.standIn.answerBy((_request, response) => response.writeHead(401).end("{}"));
    const body = Buffer.from('{"custom_id":"1","body":{"n":2}}\n'.repeat(200_000));
    expect((await send(scene.port, { path: "/v1/files", headers: withKey, body })).status).toBe(401);
  });

  it("gives back what it held where the caller leaves", async () => {
    const line = Buffer.alloc(60 * 2 ** 20, " ").fill("{", 0, 1);
    // Together they are more than what may be held at once.
    for (let times = 0; times < 9; times++) {
      const upload = open(scene.port, { path: "/v1/files", headers: withKey });
      await new Promise((sent) => {
        upload.write(line, sent);
      });
      upload.destroy();
      await expect.poll(() => scene.proxy.counts().inFlight).toBe(0);
    }
    const body = Buffer.concat([line, Buffer.from("}")]);
    expect((await send(scene.port, { path: "/v1/files", headers: withKey, body })).status).toBe(200);
  });

  it("gives back what it held where the upstream can't be reached and the caller leaves", async () => {
    await scene.standIn.close();
    const line = Buffer.alloc(30 * 2 ** 20, " ").fill("{", 0, 1);
    const asked = { path: "/v1/files", headers: { ...withKey, connection: "keep-alive" } };
    for (let times = 0; times < 24; times++) {
      const upload = open(scene.port, asked);
      const answered = answerOf(upload).then(read);
      // That it is sent shows that it is read on after the answer.
      await new Promise((sent) => {
        upload.write(line, sent);
      });
      expect((await answered).status).toBe(502);
      upload.destroy();
    }
    await scene.standIn.restart();
    const body = Buffer.concat([line, line.fill(" "), Buffer.from("}")]);
    expect((await send(scene.port, { ...asked, body })).status).toBe(200);
  });
});

describe("Anthropic's", () => {
  const params = { model: "generous", max_tokens: 9, messages: [{ role: "user" as const, content: "Hi" }] };
  const thinking = { type: "enabled", budget_tokens: 1024 } as const;

  it("are stripped under degrade: requests and results", async () => {
    const client = new Anthropic({ apiKey: KEY, baseURL: scene.url, maxRetries: 0 });
    const requests = ["a", "b"].map((id) => ({ custom_id: id, params: { ...params, thinking } }));
    const { id } = await client.messages.batches.create({ requests });
    const blocks = async (): Promise<string[][]> =>
      (await all(await client.messages.batches.results(id))).map(({ result }) =>
        result.type === "succeeded" ? result.message.content.map(({ type }) => type) : [],
      );
    expect(await blocks()).toEqual([
      ["thinking", "redacted_thinking", "text"],
      ["thinking", "redacted_thinking", "text"],
    ]);
    scene.gateway.decide(DEGRADE);
    expect(await blocks()).toEqual([["text"], ["text"]]);
    await client.messages.batches.create({ requests });
    expect(batches.asked.map((request) => request["params"])).toEqual([params, params]);
  });
});

describe("Gemini's", () => {
  const contents = [{ role: "user", parts: [{ text: "Hi" }] }];
  const src = [{ contents, config: { candidateCount: 2, responseLogprobs: true } }];
  let client: GoogleGenAI;

  beforeEach(() => {
    client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: scene.url } });
  });

  it("are stripped under degrade: requests, and results that are in the batch", async () => {
    const { name = "" } = await client.batches.create({ model: "plain", src });
    expect(JSON.stringify(await client.batches.get({ name }))).toMatch(traces);
    scene.gateway.decide(DEGRADE);
    const { dest } = await client.batches.get({ name });
    expect(dest?.inlinedResponses?.[0]?.response?.candidates).toEqual([
      { index: 0, finishReason: "STOP", content: { role: "model", parts: [{ text: TEXT }] } },
    ]);
    const whole = await send(scene.port, {
      method: "GET",
      path: `/v1beta/${name}`,
      headers: { "x-goog-api-key": KEY },
    });
    expect(whole.text).not.toMatch(traces);
    expect(JSON.stringify(await client.batches.create({ model: "plain", src }))).not.toMatch(traces);
    expect(JSON.stringify(batches.asked)).not.toMatch(/candidateCount|logprobs/i);
  });

  it("are stripped under degrade: results that are in a file", async () => {
    const response = { candidates: [{ content: { parts: [{ text: THOUGHT, thought: true }, { text: TEXT }] } }] };
    const choice = { index: 0, message: { content: TEXT } };
    const compatible = (choices: readonly object[]): object => ({ custom_id: "2", response: { body: { choices } } });
    const asked = compatible([{ ...choice, message: { ...choice.message, reasoning_content: THOUGHT } }]);
    const id = batches.keep([{ key: "1", response }, response, asked].map((line) => JSON.stringify(line)).join("\n"));
    scene.gateway.decide(DEGRADE);
    const folder = await mkdtemp(join(tmpdir(), "stillwatch-batches-"));
    const downloadPath = join(folder, "results.jsonl");
    await client.files.download({ file: `files/${id}`, downloadPath });
    const kept = { candidates: [{ content: { parts: [{ text: TEXT }] } }] };
    expect(recordsIn(await readFile(downloadPath, "utf8"))).toEqual([
      { key: "1", response: kept },
      kept,
      compatible([choice]),
    ]);
    await rm(folder, { recursive: true });
  });

  it("are refused under degrade where the requests are in a file that nobody could strip", async () => {
    await client.batches.create({ model: "plain", src: "files/requests" });
    scene.gateway.decide(DEGRADE);
    const refused = client.batches.create({ model: "plain", src: "files/requests" });
    await expect(refused).rejects.toMatchObject({
      status: 415,
      message: expect.stringContaining("in the request itself"),
    });
  });

  it.each([
    ["/v1beta/openai/batches", { input_file_id: "files/requests", endpoint: "/v1/chat/completions" }, 415],
    ["/v1/batches", { input_file_id: "file-requests", endpoint: "/v1/chat/completions" }, 200],
    [
      "/v1beta/models/m:batchGenerateContent",
      { batch: { inputConfig: { requests: {} }, input_config: { file_name: "files/r" } } },
      415,
    ],
    ["/v1beta/models/m:batchGenerateContent", { batch: { inputConfig: { requests: {} } } }, 200],
  ])("are told by any client: %s of %j", async (path, body, status) => {
    scene.gateway.decide(DEGRADE);
    const answer = await send(scene.port, { path, headers: withKey, body: JSON.stringify(body) });
    expect(answer.status).toBe(status);
  });
});
