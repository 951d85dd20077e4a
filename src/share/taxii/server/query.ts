import type {
  SharedObjectFilter,
  SharedObjectPageRequest,
  VersionSelection,
} from "../../../store/state/shared-objects.ts";
import { parseTimestampUs } from "../timestamp.ts";
import { TaxiiProblem } from "./problem.ts";

// Limits and defaults.
/** Rows of a page; more may be asked for, and are not given. */
const pageRowsMax = 1_000;
const pageRowsDefault = 100;
/** Values of one filter. */
const filterValuesMax = 100;

/** TAXII 2.1, 3.4: which filters an endpoint has. */
export type FilterName =
  | "added_after"
  | "limit"
  | "next"
  | "match[id]"
  | "match[type]"
  | "match[version]"
  | "match[spec_version]";

/** 3.4, 5.3, 5.4 */
export const objectFilters: readonly FilterName[] = [
  "added_after",
  "limit",
  "next",
  "match[id]",
  "match[type]",
  "match[version]",
  "match[spec_version]",
];
/** 5.6 */
export const singleFilters: readonly FilterName[] = [
  "added_after",
  "limit",
  "next",
  "match[version]",
  "match[spec_version]",
];
/** 5.7 */
export const deleteFilters: readonly FilterName[] = ["match[version]", "match[spec_version]"];
/** 5.8 */
export const versionFilters: readonly FilterName[] = ["added_after", "limit", "next", "match[spec_version]"];

export interface Query {
  readonly filter: Omit<SharedObjectFilter, "collection">;
  readonly page: SharedObjectPageRequest;
}

/** Throws a `TaxiiProblem` (400) for what the endpoint does not have, has twice, or can't read: a filter is never passed over. */
export function parseQuery(parameters: URLSearchParams, allowed: readonly FilterName[]): Query {
  const values = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (!allowed.some((filter) => filter === name)) throw malformed(`the filters here are ${allowed.join(", ")}`);
    if (values.has(name)) throw malformed("a filter is given twice: put its values into one, between commas");
    values.set(name, value);
  }
  const listed = (name: FilterName): string[] | null => {
    const value = values.get(name);
    if (value === undefined) return null;
    const list = value.split(",");
    if (list.length > filterValuesMax) throw malformed(`a filter has at most ${filterValuesMax} values`);
    if (list.includes("")) throw malformed("a filter has an empty value");
    if (list.some(holdsNull)) throw malformed("a filter has a value that no object can have");
    return list;
  };
  const addedAfter = values.get("added_after");
  const addedAfterUs = addedAfter === undefined ? 0 : timestamp(addedAfter, "added_after");
  return {
    filter: {
      addedAfterUs,
      ids: listed("match[id]"),
      types: listed("match[type]"),
      specVersions: listed("match[spec_version]"),
      versions: versionSelection(listed("match[version]")),
    },
    page: { afterUs: placeOf(values.get("next")), limit: limitOf(values.get("limit")) },
  };
}

/** No text of an id, a type or a specification holds U+0000, nor does the database take one. */
export function holdsNull(text: string): boolean {
  return text.includes("\0");
}

/** The place behind the last row of a page. It needs no memory: places do not move, whatever is added or removed. */
export function nextAfter(dateAddedUs: number): string {
  return Buffer.from(String(dateAddedUs)).toString("base64url");
}

function placeOf(next: string | undefined): number {
  if (next === undefined) return 0;
  const text = Buffer.from(next, "base64url").toString("latin1");
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw malformed("next is no place that this server gave");
  }
  return Number(text);
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) return pageRowsDefault;
  const isInteger = /^\d{1,16}$/.test(limit) && Number.isSafeInteger(Number(limit));
  if (!isInteger || Number(limit) === 0) throw malformed("limit is not a positive integer");
  return Math.min(Number(limit), pageRowsMax);
}

/** 3.4.1: the last one unless said otherwise; `all` stands alone, and none comes twice. */
function versionSelection(values: readonly string[] | null): VersionSelection {
  if (values === null) return { kind: "some", first: false, last: true, exactUs: [] };
  if (values.includes("all")) {
    if (values.length > 1) throw malformed("all can't be combined with other versions");
    return { kind: "all" };
  }
  const named = values.map((value) =>
    value === "first" || value === "last" ? value : timestamp(value, "match[version]"),
  );
  if (new Set(named).size < named.length) throw malformed("a version is named twice");
  return {
    kind: "some",
    first: named.includes("first"),
    last: named.includes("last"),
    exactUs: named.filter((value) => typeof value === "number"),
  };
}

function timestamp(text: string, name: FilterName): number {
  const us = parseTimestampUs(text);
  if (us === null) throw malformed(`${name} is no timestamp (RFC 3339, UTC, at most six decimals)`);
  return us;
}

function malformed(description: string): TaxiiProblem {
  return new TaxiiProblem(400, description);
}
