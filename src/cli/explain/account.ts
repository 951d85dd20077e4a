import { createReadStream, existsSync } from "node:fs";
import { UserError } from "../../kit/user-error.ts";
import { parseJson } from "../../ingest/json-value.ts";
import { readLines } from "../../ingest/lines.ts";
import { type Explanation, explanationSchema } from "../../model/report.ts";
import { nearest } from "./nearest.ts";

/**
 * The account's line of `explanations.ndjson`, read in bounded memory.
 * Throws a `UserError` where the file does not know the account (naming those that are spelled alike) or can't be read.
 */
export async function findExplanation(path: string, account: string): Promise<Explanation> {
  for await (const { name, text, number } of accountLines(path)) {
    if (name === account) return parsedExplanation(path, text, number);
  }
  const near = await nearest(account, names(path));
  throw new UserError(
    `the report has no account ${JSON.stringify(account)}`,
    near.length > 0
      ? `did you mean ${near.map((name) => JSON.stringify(name)).join(", ")}?`
      : "names are case-sensitive and stand in explanations.ndjson as in the log",
  );
}

/** Those of these accounts that the file explains. Throws a `UserError` where it can't be read. */
export async function explanationsOf(
  path: string,
  accounts: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Explanation>> {
  const found = new Map<string, Explanation>();
  for await (const { name, text, number } of accountLines(path)) {
    if (accounts.has(name)) found.set(name, parsedExplanation(path, text, number));
  }
  return found;
}

async function* names(path: string): AsyncGenerator<string> {
  for await (const { name } of accountLines(path)) yield name;
}

/** Quotes within a JSON string are escaped, so the key can't be found inside a value. */
const ACCOUNT_FIELD = /"account":\s*("(?:[^"\\]|\\.)*")/;

async function* accountLines(path: string): AsyncGenerator<{ name: string; text: string; number: number }> {
  if (!existsSync(path)) throw new UserError(`there is no ${path}`, "a part of the report is missing: scan again");
  for await (const line of readLines({ path, open: () => createReadStream(path) })) {
    if (line.kind === "reject") throw damaged(path, line.number);
    const field = ACCOUNT_FIELD.exec(line.text)?.[1];
    const name = field === undefined ? null : parsedText(field);
    if (name === null || !line.text.trimEnd().endsWith("}")) throw damaged(path, line.number);
    yield { name, text: line.text, number: line.number };
  }
}

function parsedExplanation(path: string, text: string, line: number): Explanation {
  const parsed = explanationSchema.safeParse(parseJson(text));
  if (!parsed.success) throw damaged(path, line);
  return parsed.data;
}

function parsedText(json: string): string | null {
  const value = parseJson(json);
  return typeof value === "string" ? value : null;
}

function damaged(path: string, line: number): UserError {
  return new UserError(`${path}, line ${line}, is no explanation`, "the file was changed or cut: scan again");
}
