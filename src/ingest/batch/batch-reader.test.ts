import { describe, expect, it } from "vitest";
import { memoryFile, outcomeOf } from "../contract.case.ts";
import { openaiBatchReader } from "../openai-batch/reader.ts";
import type { SourceFile } from "../reader.ts";
import { batchName, batchOfFile, sharedName } from "./batch-name.ts";

function requestsFile(path: string, ...prompts: readonly string[]): SourceFile {
  const lines = prompts.map((content, at) => ({
    custom_id: `request-${at}`,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "m", messages: [{ role: "user", content }] },
  }));
  return memoryFile(path, lines.map((line) => JSON.stringify(line)).join("\n"));
}

function resultsFile(path: string, ...answers: readonly string[]): SourceFile {
  const lines = answers.map((content, at) => ({
    id: `${path}-${at}`,
    custom_id: `request-${at}`,
    response: { status_code: 200, body: { created: 1_767_614_400, choices: [{ message: { content } }] } },
    error: null,
  }));
  return memoryFile(path, lines.map((line) => JSON.stringify(line)).join("\n"));
}

async function pairsOf(...files: readonly SourceFile[]): Promise<readonly string[]> {
  const { items } = await outcomeOf(openaiBatchReader, files);
  return items.map((item) =>
    item.kind === "exchange"
      ? `${item.exchange.account}: ${item.exchange.messages?.[0]?.content} -> ${item.exchange.response}`
      : `${item.kind} ${item.file}:${item.line}`,
  );
}

describe("the join of batch files", () => {
  it("joins whatever the order of the files", async () => {
    const expected = ["results: p -> a", "results: q -> b"].map((pair) => pair.replace("results", "requests"));
    expect(await pairsOf(requestsFile("requests.jsonl", "p", "q"), resultsFile("results.jsonl", "a", "b"))).toEqual(
      expected,
    );
    expect(await pairsOf(resultsFile("results.jsonl", "a", "b"), requestsFile("requests.jsonl", "p", "q"))).toEqual(
      expected,
    );
  });

  it("keeps batches apart that use the same ids, by the names of their files", async () => {
    const files = [
      requestsFile("acme-input.jsonl", "p"),
      requestsFile("zeta-input.jsonl", "q"),
      resultsFile("zeta-output.jsonl", "b"),
      resultsFile("acme-output.jsonl", "a"),
    ];
    expect(await pairsOf(...files)).toEqual(["acme: p -> a", "zeta: q -> b"]);
  });

  it("joins nothing on an id that two batches use, where names don't tell them apart", async () => {
    const files = [requestsFile("one.jsonl", "p"), requestsFile("two.jsonl", "q"), resultsFile("results.jsonl", "a")];
    expect(await pairsOf(...files)).toEqual(["reject one.jsonl:1", "reject two.jsonl:1", "reject results.jsonl:1"]);
  });

  it("takes a request file given twice for one", async () => {
    const files = [
      requestsFile("requests.jsonl", "p"),
      requestsFile("requests.jsonl.gz", "p"),
      resultsFile("results.jsonl", "a"),
    ];
    expect(await pairsOf(...files)).toEqual(["requests: p -> a"]);
  });
});

describe("names of batches", () => {
  it.each([
    ["logs/acme-input.jsonl", "acme"],
    ["acme_output.jsonl.gz", "acme"],
    ["results-acme.ndjson", "acme"],
    ["batch_68ab12_output.jsonl", "batch_68ab12"],
    ["msgbatch_013Zva2C_results.jsonl", "msgbatch_013Zva2C"],
    ["requests.jsonl", ""],
    ["batch-errors.jsonl", ""],
  ])("shares of %s the name '%s'", (path, name) => {
    expect(sharedName(path)).toBe(name);
  });

  const batches = [
    { id: "batch_1234", created: 1, fileIds: ["file-aa"] },
    { id: "batch_5678", created: 2, fileIds: ["file-bb"] },
  ];

  it("finds a file's batch by its id or its file's id, or because there is no other", () => {
    expect(batchOfFile("x/batch_5678_output.jsonl", batches)?.created).toBe(2);
    expect(batchOfFile("x/file-aa.jsonl", batches)?.created).toBe(1);
    expect(batchOfFile("x/other.jsonl", batches)).toBeUndefined();
    expect(batchOfFile("x/other.jsonl", batches.slice(0, 1))?.created).toBe(1);
  });

  it("names a batch after its files, its id, or at last its file", () => {
    expect(batchName("acme-input.jsonl", batches[0])).toBe("acme");
    expect(batchName("requests.jsonl", batches[0])).toBe("batch_1234");
    expect(batchName("requests.jsonl", undefined)).toBe("requests");
  });
});
