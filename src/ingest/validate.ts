import { z } from "zod";
import { accountFactsSchema } from "../model/account.ts";
import type { AccountFacts } from "../model/account.ts";
import { exchangeSchema } from "../model/exchange.ts";
import type { Exchange } from "../model/exchange.ts";
import { isSecret, maskKey, maskSecret } from "./secret.ts";

/*
 * Limits. Years outside of these are a clock that is off, not an exchange; an account may be older.
 */
const yearMin = 2015;
const accountYearMin = 1990;
const yearMax = 2100;
const quotedLengthMax = 60;

/** The fields of an exchange as a reader found them, right or wrong. */
export type ExchangeCandidate = { readonly [Field in keyof Exchange]?: unknown };
export type FactsCandidate = { readonly [Field in keyof AccountFacts]?: unknown };

export type Validated<Value> =
  | { readonly kind: "valid"; readonly value: Value }
  | { readonly kind: "invalid"; readonly reason: string };

/** What was said is never quoted, however wrong it is. */
const contentFields: ReadonlySet<string> = new Set(["system", "messages", "response"]);

const mustFields = ["time", "id", "account", "model"] as const;

/** Where a reader looked for the fields that an exchange must have, in the vendor's names. */
export type FieldSources = { readonly [Field in (typeof mustFields)[number]]: readonly string[] };

/**
 * The one gate between foreign records and exchanges. Blank and null fields are dropped (unknown, never zero), secrets
 * are masked, times become RFC 3339 with milliseconds, and what is wrong is said in words.
 */
export function validateExchange(candidate: ExchangeCandidate, sources: FieldSources): Validated<Exchange> {
  const filled = withoutBlanks(candidate);
  const missing = mustFields.find((name) => filled[name] === undefined);
  if (missing !== undefined) {
    return { kind: "invalid", reason: `no ${missing}: looked for ${sources[missing].join(", ")}` };
  }
  const clock = instant("time", filled["time"], yearMin);
  if (clock.kind === "invalid") return clock;
  filled["time"] = clock.value;
  mask(filled, "account", maskSecret);
  mask(filled, "end_user", maskSecret);
  mask(filled, "key", maskKey);
  const parsed = exchangeSchema.safeParse(filled);
  return parsed.success ? valid(parsed.data) : invalid(parsed.error, filled);
}

/** As `validateExchange`, for what a provider knows of an account. */
export function validateFacts(candidate: FactsCandidate): Validated<AccountFacts> {
  const filled = withoutBlanks(candidate);
  if (filled["account"] === undefined) return { kind: "invalid", reason: "account is missing or empty" };
  if (filled["created"] !== undefined) {
    const clock = instant("created", filled["created"], accountYearMin);
    if (clock.kind === "invalid") return clock;
    filled["created"] = clock.value;
  }
  mask(filled, "account", maskSecret);
  const parsed = accountFactsSchema.safeParse(filled);
  return parsed.success ? valid(parsed.data) : invalid(parsed.error, filled);
}

/** Why a foreign record isn't what its vendor documents: the first thing that is wrong. */
export function explain(error: z.ZodError, record: unknown): string {
  const [issue] = error.issues;
  if (issue === undefined) return "not a record of this format";
  const path = issue.path.map(String).join(".");
  const value = issue.path.reduce<unknown>((inner, step) => childOf(inner, String(step)), record);
  if (path === "") return "not a JSON object";
  if (value === undefined) return `${path} is missing`;
  if (issue.code === "too_small" && typeof value === "number") return `${path} is negative: ${value}`;
  const isContent = contentFields.has(String(issue.path[0])) && issue.path.at(-1) !== "role";
  return `${path} is not ${expectation(issue)}${isContent ? "" : `: ${quoted(value)}`}`;
}

function valid<Value>(value: Value): Validated<Value> {
  return { kind: "valid", value };
}

function invalid(error: z.ZodError, record: unknown): { readonly kind: "invalid"; readonly reason: string } {
  return { kind: "invalid", reason: explain(error, record) };
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_type") {
    if (issue.expected === "int") return "a whole number";
    if (issue.expected === "string") return "a text";
    if (issue.expected === "boolean") return "true or false";
    if (issue.expected === "number") return "a number";
    return issue.expected === "array" ? "a list" : "an object";
  }
  return "what it should be";
}

/** RFC 3339 with milliseconds, from epoch milliseconds, which is what `foreignTime` makes of every time. */
function instant(name: string, time: unknown, first: number): Validated<string> {
  const date = new Date(typeof time === "number" ? time : Number.NaN);
  if (Number.isNaN(date.getTime())) return { kind: "invalid", reason: `${name} is not an instant: ${quoted(time)}` };
  const year = date.getUTCFullYear();
  if (year >= first && year <= yearMax) return { kind: "valid", value: date.toISOString() };
  return {
    kind: "invalid",
    reason: `the clock is off: ${name} is in the year ${year}, outside of ${first}-${yearMax}`,
  };
}

function mask(fields: Record<string, unknown>, name: string, maskText: (text: string) => string): void {
  const value = fields[name];
  if (typeof value === "string") fields[name] = maskText(value);
}

/** A value as a person may see it: short, and never a credential. */
function quoted(value: unknown): string {
  if (typeof value === "string" && isSecret(value)) return "(a secret)";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > quotedLengthMax ? `${text.slice(0, quotedLengthMax)}...` : text;
}

function childOf(value: unknown, step: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(step);
}

/** Drops null and blank fields, one level of objects deep, and mends texts that aren't well-formed Unicode. */
function withoutBlanks(fields: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const cleaned = cleanedValue(value);
    if (cleaned !== undefined) kept[name] = cleaned;
  }
  return kept;
}

function cleanedValue(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : wellFormed(value);
  if (Array.isArray(value)) return value.map((item: unknown) => (isPlain(item) ? wellFormedFields(item) : item));
  if (!isPlain(value)) return value;
  const kept = withoutBlanks(value);
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wellFormedFields(message: object): object {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, typeof value === "string" ? wellFormed(value) : value]),
  );
}

/** JSON may escape half of a surrogate pair; UTF-8 and the engine can't hold it. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\u{FFFD}");
}
