import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { asList, field, isRecord, parseJson } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import { messages } from "./anthropic.case.ts";
import type { Answer } from "./answer.case.ts";
import { generate } from "./gemini.case.ts";
import { chat, completions, responses } from "./openai.case.ts";

/*
 * A stand-in for the vendors' batches, which are done at once. Shapes: platform.openai.com/docs/api-reference/batch,
 * docs.claude.com/en/api/creating-message-batches, ai.google.dev/api/batch-api.
 */

export interface Batches {
  /** Files by their id, and Gemini's batches by their name. */
  readonly files: ReadonlyMap<string, string>;
  /** What the last batch was asked. */
  readonly asked: readonly JsonRecord[];
  /** Keeps a file, as one that was uploaded before. */
  keep(text: string): string;
  readonly listener: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** @param url where the vendor's clients find it */
export function createBatches(url: string): Batches {
  const files = new Map<string, string>();
  let asked: JsonRecord[] = [];
  const keep = (text: string): string => {
    const id = `file-${randomUUID()}`;
    files.set(id, text);
    return id;
  };
  const keepLines = (lines: readonly JsonRecord[]): string =>
    keep(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

  function openai(path: string, body: string): JsonRecord {
    if (path === "/v1/files") return { id: keep(fileIn(body)), object: "file", purpose: "batch" };
    asked = recordsIn(files.get(String(field(parseJson(body), "input_file_id"))) ?? "");
    const results = asked.map((line) => ({
      custom_id: field(line, "custom_id"),
      response: { status_code: 200, body: bodyOf(openaiAnswer(line)) },
      error: null,
    }));
    return { id: "batch_1", object: "batch", status: "completed", output_file_id: keepLines(results) };
  }

  function anthropic(body: string): JsonRecord {
    asked = asList(field(parseJson(body), "requests")).filter(isRecord);
    const results = asked.map((request) => ({
      custom_id: field(request, "custom_id"),
      result: { type: "succeeded", message: bodyOf(messages(recordOf(field(request, "params")))) },
    }));
    return batchOf(keepLines(results));
  }
  const batchOf = (id: string): JsonRecord => ({
    id,
    type: "message_batch",
    processing_status: "ended",
    results_url: `${url}/v1/messages/batches/${id}/results`,
  });

  function gemini(body: string): JsonRecord {
    const config =
      field(field(parseJson(body), "batch"), "inputConfig") ?? field(field(parseJson(body), "batch"), "input_config");
    asked = asList(field(field(config, "requests"), "requests")).filter(isRecord);
    const results = asked.map((item) => ({
      response: bodyOf(generate("generous", recordOf(field(item, "request")), null)),
    }));
    const output = { inlinedResponses: { inlinedResponses: results } };
    const name = `batches/${keep("")}`;
    const operation = { name, metadata: { state: "BATCH_STATE_SUCCEEDED", output }, done: true, response: output };
    files.set(name, JSON.stringify(operation));
    return operation;
  }

  return {
    files,
    get asked() {
      return asked;
    },
    keep,
    async listener(request, response) {
      const chunks: Buffer[] = [];
      for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const [path = ""] = (request.url ?? "").split("?");
      const [name = ""] = /(?:\bbatches\/)?file-[-\da-f]+/.exec(path) ?? [];
      const id = name.replace("batches/", "");
      if (request.method === "GET" && !path.endsWith(id)) {
        response.end(files.get(id));
        return;
      }
      response.setHeader("content-type", "application/json");
      if (request.method === "GET") {
        response.end(path.includes("/messages/") ? JSON.stringify(batchOf(id)) : files.get(name));
        return;
      }
      const answer = path.endsWith(":batchGenerateContent")
        ? gemini(body)
        : path === "/v1/messages/batches"
          ? anthropic(body)
          : openai(path, body);
      response.end(JSON.stringify(answer));
    },
  };
}

/** The file of a form, which is its part with a name for it. */
function fileIn(form: string): string {
  const boundary = form.slice(0, form.indexOf("\r\n"));
  const part = form.split(boundary).find((text) => text.includes('filename="')) ?? "";
  return part.slice(part.indexOf("\r\n\r\n") + 4, -2);
}

function openaiAnswer(line: JsonRecord): Answer {
  const body = recordOf(field(line, "body"));
  if (Object.hasOwn(body, "messages")) return chat(body);
  return Object.hasOwn(body, "prompt") ? completions(body) : responses(body);
}

export const recordsIn = (lines: string): JsonRecord[] => lines.split("\n").map(parseJson).filter(isRecord);
const bodyOf = (answer: Answer): unknown => (answer.kind === "json" ? answer.value : null);
const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {});
