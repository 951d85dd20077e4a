import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import { z } from "zod";
import { UserError, UserErrors } from "./user-error.ts";

// Limits.
const filesMax = 64;
const fileBytesMax = 256 * 1024;
/** So many names are listed as what would be right. */
const namesMax = 24;
/** So many faults of a file are told at once. */
const faultsMax = 20;

type YamlPath = readonly PropertyKey[];

/** What is wrong at a place of a file. */
export interface YamlFault {
  readonly path: YamlPath;
  readonly reason: string;
}

/** A YAML file that can say on which line and column something stands. */
export interface YamlFile {
  /** Without its folder. */
  readonly name: string;
  readonly text: string;
  /** Throws a `UserError` that says wherever the file departs from the schema, and what would be right. */
  parse<Output>(schema: z.ZodType<Output>): Output;
  /** The error to throw for a fault that the schema can't see. */
  error(path: YamlPath, reason: string): UserError;
  /** Throws one `UserError` of all such faults, if there are any. */
  refuse(faults: readonly YamlFault[]): void;
  /** `file:line:column` of the node at the path, or of the nearest one above it that exists. */
  place(path: YamlPath): string;
}

/** Reads one file. Throws a `UserError` if it can't be read, is too large, is no UTF-8, or no YAML. */
export function openYamlFile(path: string): YamlFile {
  const lines = new LineCounter();
  const text = readText(path);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const failure = (...faults: readonly string[]): UserError => {
    const shown = faults.slice(0, faultsMax);
    if (shown.length < faults.length) shown.push(`${path}: and ${faults.length - shown.length} more`);
    return new UserErrors(shown, "mend the file: one with a fault is not used");
  };
  const place = (at: YamlPath): string => placeAt(offsetOf(document, at));
  const value = (): unknown => {
    try {
      return document.toJS({ maxAliasCount: 0 });
    } catch (error) {
      throw failure(`${placeAt(0)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const told = ({ path: at, reason }: YamlFault): string => `${place(at)}: ${reason}`;
  if (document.errors.length > 0)
    throw failure(...document.errors.map(({ pos, message }) => `${placeAt(pos[0])}: ${message}`));
  return {
    name: basename(path),
    text,
    parse(schema) {
      const result = schema.safeParse(value(), { error: explain });
      if (result.success) return result.data;
      throw failure(...result.error.issues.flatMap(faultsOf).map(told));
    },
    error: (at, reason) => failure(`${place(at)}: ${reason}`),
    refuse(faults) {
      if (faults.length > 0) throw failure(...faults.map(told));
    },
    place,
  };
}

/** Names of the `.yaml` files of a folder, sorted. `what` names the folder in the `UserError` where there are none, or too many. */
export function listYamlFiles(directory: string, what: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw new UserError(`the ${what} ${directory} can't be read`, "give a folder of .yaml files", { cause: error });
  }
  const files = names.filter((file) => file.endsWith(".yaml")).toSorted();
  if (files.length > filesMax) throw new UserError(`the ${what} ${directory} holds more than ${filesMax} files`);
  return files.map((file) => join(directory, file));
}

/** Zod's own words, where they don't say what would be right. */
const explain: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject) {
    const known = Object.keys(issue.inst.shape).slice(0, namesMax);
    return `there is no such field; there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`;
  }
  if (issue.code === "invalid_type" && issue.input === undefined) return `is missing: give ${issue.expected}`;
  return undefined;
};

/** Several fields that there are not are one issue of Zod's. */
function faultsOf(issue: z.core.$ZodIssue): YamlFault[] {
  const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({ path, reason: (path.length === 0 ? "" : `${path.join(".")}: `) + issue.message }));
}

/** The key's own place in its map, where there is one: that is where the eye looks for a field. */
function offsetOf(document: Document.Parsed, path: YamlPath): number {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function readText(path: string): string {
  try {
    if (lstatSync(path).size > fileBytesMax) throw new Error(`larger than ${fileBytesMax} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${path}: can't be read: ${reason}`, undefined, { cause: error });
  }
}
