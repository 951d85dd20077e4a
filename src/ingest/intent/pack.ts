import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import { compilePattern } from "./expression.ts";
import type { Expression, Vocabulary } from "./expression.ts";

// Limits.
/** The mask of an exchange is a UInt32. */
const intentsMax = 32;
/** Signs of all intents together are a UInt64 while the engine matches. */
const signsMax = 64;
const filesMax = 64;
const fileBytesMax = 256 * 1024;
const patternsPerSignMax = 64;
const casesPerListMax = 200;
const caseCharactersMax = 5_000;

/** What a harvest with this intent teaches the other model. */
export const CAPABILITIES = [
  "reasoning",
  "grading",
  "instruction-following",
  "coding",
  "agentic",
  "tool-use",
  "dialogue",
  "translation",
  "safety",
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** One thing that a request can say, in many wordings: shown if any of its expressions matches. */
export interface Sign {
  readonly name: string;
  readonly expressions: readonly Expression[];
}

export interface Intent {
  readonly id: string;
  readonly title: string;
  readonly capability: Capability;
  readonly signs: readonly Sign[];
  /** Any one of these; each is a set of signs (positions in `signs`) that must all be shown, wherever and in any order. */
  readonly shownBy: readonly (readonly number[])[];
}

/** Bit i of an exchange's mask says that it shows `intents[i]`; the files fix i, so that masks outlive the pack's edition. */
export interface IntentPack {
  readonly intents: readonly Intent[];
}

const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u, "names are lower-case words joined by hyphens");
const sentence = z.string().trim().min(1).max(caseCharactersMax);
const cases = z.array(sentence).min(1).max(casesPerListMax);

const intentFileSchema = z.strictObject({
  id: name,
  bit: z.int().min(0).max(intentsMax - 1),
  title: sentence,
  capability: z.enum(CAPABILITIES),
  description: sentence,
  sources: z.array(sentence).min(1),
  signs: z.record(name, z.array(z.string().min(1)).min(1).max(patternsPerSignMax)),
  "shown-by": z.array(z.array(name).min(1)).min(1),
  cases: z.strictObject({ match: cases, pass: cases }),
});

const vocabularyFileSchema = z.record(name, z.record(name, z.array(z.string().min(1)).min(1)));

const vocabularyFile = "words.yaml";
const ownPack = fileURLToPath(new URL("../../../packs/intent/", import.meta.url));

/**
 * Reads and compiles the patterns, and runs every file's own cases against it. Default: the pack that comes with Stillwatch.
 * Throws a `UserError` that names file, line and reason.
 */
export function loadIntentPack(directory: string = ownPack): IntentPack {
  const files = listFiles(directory);
  const vocabulary = readVocabulary(join(directory, vocabularyFile));
  const loaded = files.map((file) => readIntent(new PackFile(join(directory, file)), vocabulary));
  loaded.sort((one, other) => one.bit - other.bit);
  const seen = new Map<string, string>();
  loaded.forEach(({ file, bit, intent }, index) => {
    const earlier = seen.get(intent.id);
    if (earlier !== undefined) throw file.error(["id"], `the id ${intent.id} is taken by ${earlier}`);
    seen.set(intent.id, file.name);
    const before = loaded[index - 1];
    if (before?.bit === bit) throw file.error(["bit"], `bit ${bit} is taken by ${before.file.name}`);
    if (bit !== index) throw file.error(["bit"], `bits count from 0 without gaps, and no file has bit ${index}`);
  });
  const intents = loaded.map(({ intent }) => intent);
  const signs = intents.reduce((sum, intent) => sum + intent.signs.length, 0);
  if (signs > signsMax) {
    throw new UserError(`${directory}: ${signs} signs, more than ${signsMax}`, "join signs that always stand for each other");
  }
  return Object.freeze({ intents: Object.freeze(intents) });
}

/** Whether a text shows the intent: the same answer as the engine's, for one text at a time. */
export function showsIntent(intent: Intent, text: string): boolean {
  const shown = intent.signs.map((sign) => sign.expressions.some((expression) => expression.check.test(text)));
  return intent.shownBy.some((set) => set.every((position) => shown[position] === true));
}

function listFiles(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw new UserError(`the intent pack ${directory} can't be read`, "give a folder of .yaml files", { cause: error });
  }
  const files = names.filter((file) => file.endsWith(".yaml") && file !== vocabularyFile).toSorted();
  if (files.length === 0) throw new UserError(`the intent pack ${directory} holds no .yaml file`);
  if (files.length > filesMax) throw new UserError(`the intent pack ${directory} holds more than ${filesMax} files`);
  return files;
}

type YamlPath = readonly PropertyKey[];

/** A YAML file that can say on which line something stands. */
class PackFile {
  readonly name: string;
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(path: string) {
    this.#path = path;
    this.name = basename(path);
    this.#document = parseDocument(readText(path), { lineCounter: this.#lines, prettyErrors: false });
    const [error] = this.#document.errors;
    if (error) throw this.#failure(this.#lines.linePos(error.pos[0]).line, error.message);
  }

  parse<Output>(schema: z.ZodType<Output>): Output {
    const result = schema.safeParse(this.#value());
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw this.error(issue?.path ?? [], `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
  }

  error(path: YamlPath, reason: string): UserError {
    return this.#failure(this.#lineOf(path), reason);
  }

  place(path: YamlPath): string {
    return `${this.#path}:${this.#lineOf(path)}`;
  }

  #value(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: 0 });
    } catch (error) {
      throw this.#failure(1, error instanceof Error ? error.message : String(error));
    }
  }

  /** Of the node at the path, or of the nearest one above it that exists. */
  #lineOf(path: YamlPath): number {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = this.#document.getIn(path.slice(0, length), true);
      const offset = rangeSchema.safeParse(node);
      if (offset.success) return this.#lines.linePos(offset.data.range[0]).line;
    }
    return 1;
  }

  #failure(line: number, reason: string): UserError {
    return new UserError(`${this.#path}:${line}: ${reason}`, "mend the file: a pack with a fault is not used");
  }
}

const rangeSchema = z.object({ range: z.tuple([z.int(), z.int(), z.int()]) });

function readText(path: string): string {
  try {
    if (lstatSync(path).size > fileBytesMax) throw new Error(`larger than ${fileBytesMax} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${path}: can't be read: ${reason}`, undefined, { cause: error });
  }
}

function readVocabulary(path: string): Vocabulary {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return new Map();
  const file = new PackFile(path);
  const lists = file.parse(vocabularyFileSchema);
  return new Map(
    Object.entries(lists).map(([list, groups]) => [
      list,
      new Map(Object.entries(groups).map(([group, words]) => [group, `(?:${words.join("|")})`])),
    ]),
  );
}

interface LoadedIntent {
  readonly file: PackFile;
  readonly bit: number;
  readonly intent: Intent;
}

function readIntent(file: PackFile, vocabulary: Vocabulary): LoadedIntent {
  const source = file.parse(intentFileSchema);
  if (`${source.id}.yaml` !== file.name) throw file.error(["id"], `the id ${source.id} is not the file's name`);
  const signs = Object.entries(source.signs).map(([sign, patterns]) => ({
    name: sign,
    expressions: patterns.flatMap((pattern, index) => {
      try {
        return compilePattern(pattern, vocabulary, file.place(["signs", sign, index]));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw file.error(["signs", sign, index], `${pattern}: ${reason}`);
      }
    }),
  }));
  const shownBy = source["shown-by"].map((names, set) =>
    names.map((wanted, index) => {
      const position = signs.findIndex((sign) => sign.name === wanted);
      if (position < 0) throw file.error(["shown-by", set, index], `there is no sign "${wanted}"`);
      return position;
    }),
  );
  const unused = signs.find((_, position) => !shownBy.flat().includes(position));
  if (unused) throw file.error(["signs", unused.name], `the sign "${unused.name}" is in none of shown-by`);
  const intent: Intent = Object.freeze({
    id: source.id,
    title: source.title,
    capability: source.capability,
    signs,
    shownBy,
  });
  source.cases.match.forEach((text, index) => {
    if (!showsIntent(intent, text)) throw file.error(["cases", "match", index], "this case should show the intent, and doesn't");
  });
  source.cases.pass.forEach((text, index) => {
    if (showsIntent(intent, text)) throw file.error(["cases", "pass", index], "this case should pass, and shows the intent");
  });
  return { file, bit: source.bit, intent };
}
