import { z } from "zod";
import { Problem } from "../problem.ts";

// Limits.
/** Faults that an answer lists, and characters of each. */
const faultsMax = 20;
const faultCharactersMax = 300;

/** What staff may do. Everybody of the staff reads everything that is ours. */
export const ROLES = [
  /** Only reads. */
  "analyst",
  /** Orders and lifts decisions, exempts, allows, moves the switches. */
  "operator",
  /** Judges appeals. */
  "appeals",
  /** Says what leaves to the circle, and reads what others say there. */
  "sharing",
] as const;
export type Role = (typeof ROLES)[number];

/** Who may call: staff with this role (any role, where it is for analysts), or customers, who know the reference of a decision. */
export type Access = Role | "customer";

/** Who calls, and when. */
export interface Call {
  /** The name that goes into the audit log. */
  readonly person: string;
  readonly nowMs: number;
}

/** A request as it came. */
export interface Given {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One operation of the API: what is routed, and what the document of the API says of it. */
export interface Route {
  /** Of the operation, for generated clients. */
  readonly name: string;
  readonly method: "get" | "post" | "put";
  /** With names in braces: `/v1/desk/decisions/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly input: { readonly path: z.ZodType; readonly query: z.ZodType; readonly body: z.ZodType | null };
  /** Its body may be as long as a set of identifiers. */
  readonly isLarge: boolean;
  readonly answer: { readonly status: 200 | 201; readonly contentType: string; readonly schema: z.ZodType };
  /** Throws a `Problem` where the input is not as it has to be. Resolves to the text of the answer. */
  run(given: Given, call: Call): Promise<string>;
}

interface About<Path, Result> {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: z.ZodType<Path>;
  /** Nothing that is not named here leaves. */
  readonly answer: z.ZodType<unknown, Result>;
}

interface Reading<Path, Query, Result> extends About<Path, Result> {
  readonly query: z.ZodType<Query>;
  read(input: { readonly path: Path; readonly query: Query }, call: Call): Promise<NoInfer<Result>>;
}

interface Writing<Path, Body, Result> extends About<Path, Result> {
  readonly body: z.ZodType<Body>;
  readonly status?: 201;
  readonly isLarge?: true;
  write(input: { readonly path: Path; readonly body: Body }, call: Call): Promise<NoInfer<Result>>;
}

const json = "application/json";

export function reads<Path, Query, Result>(reading: Reading<Path, Query, Result>): Route {
  const { name, path, summary, access, params, query, answer } = reading;
  return {
    name,
    path,
    summary,
    access,
    method: "get",
    isLarge: false,
    input: { path: params, query, body: null },
    answer: { status: 200, contentType: json, schema: answer },
    async run(given, call) {
      const input = { path: checked(params, given.path, "path"), query: checked(query, given.query, "query") };
      return JSON.stringify(answer.parse(await reading.read(input, call)));
    },
  };
}

/** A text that is no JSON, such as CSV. */
export function readsText<Path, Query>(
  reading: Omit<Reading<Path, Query, string>, "answer"> & { readonly contentType: string },
): Route {
  const { name, path, summary, access, params, query, contentType } = reading;
  return {
    name,
    path,
    summary,
    access,
    method: "get",
    isLarge: false,
    input: { path: params, query, body: null },
    answer: { status: 200, contentType, schema: z.string() },
    run: (given, call) =>
      reading.read({ path: checked(params, given.path, "path"), query: checked(query, given.query, "query") }, call),
  };
}

export function writes<Path, Body, Result>(method: "post" | "put", writing: Writing<Path, Body, Result>): Route {
  const { name, path, summary, access, params, body, answer, status = 200, isLarge = false } = writing;
  return {
    name,
    path,
    summary,
    access,
    method,
    isLarge,
    input: { path: params, query: z.strictObject({}), body },
    answer: { status, contentType: json, schema: answer },
    async run(given, call) {
      const input = { path: checked(params, given.path, "path"), body: checked(body, given.body, "body") };
      return JSON.stringify(answer.parse(await writing.write(input, call)));
    },
  };
}

/** Says where the input departs from the schema, and never what stood there. */
function checked<Value>(schema: z.ZodType<Value>, value: unknown, where: "path" | "query" | "body"): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, faultsMax).map(({ path, message, code }) => ({
    at: [where, ...path].join(".").slice(0, faultCharactersMax),
    fault: code === "unrecognized_keys" ? "holds a field that there is not" : message.slice(0, faultCharactersMax),
  }));
  throw new Problem(422, `the ${where} is not as it has to be`, {}, { faults });
}
