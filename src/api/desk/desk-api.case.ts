import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "vitest";
import { z } from "zod";
import { createAppeals } from "../../decide/appeals/appeals.ts";
import type { Appeals } from "../../decide/appeals/appeals.ts";
import { dayMs, testPolicy } from "../../decide/desk/desk.case.ts";
import { closeGently } from "../../kit/http/close-gently.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import { standing } from "../../decide/standing.case.ts";
import { testNames } from "../../ingest/keys/keys.case.ts";
import { fixedClock } from "../../kit/clock.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { deskApi } from "./desk-api.ts";
import type { DeskApiOptions } from "./desk-api.ts";
import type { Role } from "./route.ts";

/** Each is the token of a person of the same name. */
const staff: Readonly<Record<string, readonly Role[]>> = {
  anna: ["operator"],
  berit: ["appeals"],
  carl: [],
  dora: ["operator", "appeals"],
  erik: ["sharing"],
};

const operationSchema = z.looseObject({
  operationId: z.string(),
  description: z.string(),
  security: z.array(z.unknown()),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.looseObject({})) })),
});
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) });
export type ApiDocument = z.output<typeof documentSchema>;

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export interface Asking {
  /** A member of the staff; null: nobody. */
  readonly by?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API on a server of this machine, with a desk of its own, and a state of its own unless one is given. */
export interface OpenApi {
  readonly url: string;
  readonly document: ApiDocument;
  readonly state: State;
  readonly desk: Desk;
  readonly appeals: Appeals;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly failures: unknown[];
  /** Asks, and checks the answer against the API's own document. */
  ask(method: string, path: string, asking?: Asking): Promise<Told>;
  close(): Promise<void>;
}

export async function openApi(changes: Partial<DeskApiOptions> = {}): Promise<OpenApi> {
  const state = changes.state ?? (await emptyState());
  const desk = createDesk({ state, policy: testPolicy() });
  const appeals = createAppeals(desk);
  const clock = fixedClock(Date.UTC(2026, 8, 1));
  const failures: unknown[] = [];
  const handle = deskApi({
    state,
    desk,
    appeals,
    keys: testNames,
    clock,
    trustedProxies: [],
    staff: Object.entries(staff).map(([person, roles]) => ({ person, roles, sha256: digestOf(person) })),
    appealUrl: "https://provider.example/appeals/{reference}",
    onFailure: (error) => failures.push(error),
    ...changes,
  });
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(404, { "content-type": "text/plain" }).end("somebody else");
  });
  closeGently(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  const document = documentSchema.parse(await (await fetch(`${url}/v1/openapi.json`)).json());
  const check = answerCheck(document);
  return {
    url,
    document,
    state,
    desk,
    appeals,
    clock,
    failures,
    async ask(method, path, { by = null, body, headers = {} } = {}) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(by === null ? {} : { authorization: `Bearer ${by}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const type = answer.headers.get("content-type") ?? "";
      const parsed: unknown = type.includes("json") ? JSON.parse(text) : null;
      check(method, path, { status: answer.status, type, body: parsed ?? text });
      return { status: answer.status, headers: answer.headers, text, body: parsed };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      if (changes.state === undefined) await state.close();
    },
  };
}

/** A decision that the desk makes on an account, and its reference. */
export async function decided({ state, desk, clock }: OpenApi, account: string, campaign: string): Promise<string> {
  const time = new Date(clock.nowMs()).toISOString();
  await desk.take([standing({ account, time, campaign: { ...standing().campaign, id: campaign } })], clock.nowMs());
  const [decision] = await state.decisions.inForceOfAccounts([account], clock.nowMs());
  return decision?.id ?? "";
}

export const anOrder = (account: string) => ({
  account,
  step: { action: "block", ttl: "2d" },
  reason: "it was seen by hand",
});

export const later = (api: OpenApi, days: number): string => new Date(api.clock.nowMs() + days * dayMs).toISOString();

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** No answer may differ from what the document says of it. */
function answerCheck(
  document: ApiDocument,
): (method: string, path: string, answer: { status: number; type: string; body: unknown }) => void {
  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  formats.default(ajv);
  ajv.addSchema({ ...document, $id: "https://api/" });
  return (method, path, { status, type, body }) => {
    const operation = operationAt(document, method, path);
    if (operation === undefined) return;
    const [place, { responses }] = operation;
    const key = status in responses ? String(status) : "default";
    expect(Object.keys(responses[key]?.content ?? {}), `${method} ${path}: ${status}`).toContain(type);
    const pointer = `${place}/responses/${key}/content/${escaped(type)}/schema`;
    const isValid = ajv.getSchema(`https://api/#${encodeURI(pointer)}`);
    expect(isValid?.(body), `${method} ${path}: ${JSON.stringify(isValid?.errors)}`).toBe(true);
  };
}

function operationAt(document: ApiDocument, method: string, path: string) {
  const [plain = ""] = path.split("?");
  const matches = Object.keys(document.paths).filter((one) =>
    new RegExp(`^${one.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(plain),
  );
  // A path without names goes before one with a name in the same place.
  const found = matches.toSorted((one, other) => Number(one.includes("{")) - Number(other.includes("{")))[0];
  const operation = found === undefined ? undefined : document.paths[found]?.[method.toLowerCase()];
  if (found === undefined || operation === undefined) return undefined;
  return [`/paths/${escaped(found)}/${method.toLowerCase()}`, operation] as const;
}

/** JSON Pointer, RFC 6901. */
function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
