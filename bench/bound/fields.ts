import { createReadStream } from "node:fs";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { assertNever } from "../../src/kit/assert.ts";

/** What a log lacks. A scan must not become bolder for what it is not told. */
export const lacks = ["nothing", "facts", "addresses", "frame", "text"] as const;
export type Lack = (typeof lacks)[number];

export function titleOfLack(lack: Lack): string {
  switch (lack) {
    case "nothing":
      return "whole logs";
    case "facts":
      return "without accounts' facts";
    case "addresses":
      return "without addresses";
    case "frame":
      return "without system prompts, tools and answers";
    case "text":
      return "without any text";
    default:
      return assertNever(lack, "lack of a log");
  }
}

const addressFields = ["ip", "asn", "country"];
const addressFacts = ["signup_ip", "country"];
const frameFields = ["system", "tools", "response"];
const textFields = [...frameFields, "messages"];

/** Takes fields out of a world that lies in a folder. */
export async function dropFields(folder: string, lack: Lack): Promise<void> {
  switch (lack) {
    case "nothing":
      return;
    case "facts":
      await rm(join(folder, "accounts.ndjson"));
      return;
    case "addresses":
      await dropFrom(folder, /^exchanges-\d+\.ndjson$/, addressFields);
      await dropFrom(folder, /^accounts\.ndjson$/, addressFacts);
      return;
    case "frame":
      await dropFrom(folder, /^exchanges-\d+\.ndjson$/, frameFields);
      return;
    case "text":
      await dropFrom(folder, /^exchanges-\d+\.ndjson$/, textFields);
      return;
    default:
      assertNever(lack, "lack of a log");
  }
}

async function dropFrom(folder: string, files: RegExp, fields: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!files.test(name)) continue;
    const path = join(folder, name);
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    await writeFile(`${path}.part`, withoutFields(lines, fields));
    await rename(`${path}.part`, path);
  }
}

const lineSchema = z.record(z.string(), z.unknown());

/** Lines of JSON objects without some of their fields. */
export async function* withoutFields(lines: AsyncIterable<string>, fields: readonly string[]): AsyncIterable<string> {
  for await (const line of lines) {
    if (line === "") continue;
    const kept = Object.entries(lineSchema.parse(JSON.parse(line))).filter(([field]) => !fields.includes(field));
    yield `${JSON.stringify(Object.fromEntries(kept))}\n`;
  }
}
