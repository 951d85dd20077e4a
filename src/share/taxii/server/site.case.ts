import { hash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { closeGently } from "../../../kit/http/close-gently.ts";
import { portOf } from "../../../kit/http/loopback.case.ts";
import { fixedClock } from "../../../kit/clock.ts";
import type { State } from "../../../store/state/state.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { createTaxiiServer } from "./server.ts";
import type { TaxiiServer } from "./server.ts";
import type { SiteOptions } from "./site.ts";

export const startMs = Date.parse("2026-03-01T00:00:00.000Z");
export const contentBytesMax = 256 * 2 ** 10;
export const password = "a password of tests";

/** A server with collections of its own on a state that tests share. Its clock stands still. A failure of its fails the test. */
export interface OpenSite {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  readonly server: TaxiiServer;
  readonly clock: ReturnType<typeof fixedClock>;
  /** The reading and writing member's; `hidden` is nobody's. */
  readonly collection: string;
  readonly inbox: string;
  readonly hidden: string;
  /** Of a path under `url`, as the member unless `as` says otherwise. */
  ask(path: string, options?: AskOptions): Promise<Response>;
  /** Of a path under the collection. */
  askCollection(path: string, options?: AskOptions): Promise<Response>;
  post(objects: readonly object[], options?: AskOptions): Promise<Response>;
}

export interface AskOptions extends Omit<RequestInit, "headers"> {
  /** A user, or nobody. */
  readonly as?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function openTaxii(state: State, change: Partial<SiteOptions> = {}): Promise<OpenSite> {
  const clock = fixedClock(startMs);
  const failures: unknown[] = [];
  const [collection, inbox, hidden] = [randomUUID(), randomUUID(), randomUUID()];
  let server: TaxiiServer | undefined;
  const http = createServer((request, response) => {
    if (server?.handle(request, response) !== true) response.writeHead(404).end("of another surface");
  });
  closeGently(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    http.closeAllConnections();
    http.close();
    await once(http, "close");
    await server?.close();
    if (failures.length > 0) throw new AggregateError(failures, "the server failed");
  });
  const url = `http://127.0.0.1:${portOf(http.address())}/`;
  const user = (name: string, rights: SiteOptions["users"][number]["rights"]): SiteOptions["users"][number] => ({
    name,
    passwordSha256: hash("sha256", password),
    rights,
  });
  const opened = (server = createTaxiiServer({
    site: {
      publicUrl: url,
      title: "A circle of tests",
      contact: "desk@share.example",
      apiRoots: [
        {
          name: "circle",
          title: "The circle",
          contentBytesMax,
          collections: [
            { id: collection, alias: "campaigns", title: "Campaigns" },
            { id: inbox, title: "What is handed in" },
            { id: hidden, title: "Nobody's" },
          ],
        },
        { name: "empty", title: "Nobody's", contentBytesMax, collections: [] },
      ],
      users: [
        user("member", { [collection]: "read-write", [inbox]: "write" }),
        user("reader", { [collection]: "read" }),
        user("stranger", {}),
      ],
      ...change,
    },
    state,
    clock,
    onFailure: (error) => failures.push(error),
  }));
  const ask = (path: string, { as = "member", headers, ...options }: AskOptions = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...options,
      headers: {
        ...(as === null ? {} : { authorization: basic(as, password) }),
        accept: TAXII_MEDIA_TYPE,
        ...headers,
      },
    });
  const askCollection: OpenSite["askCollection"] = (path, options) =>
    ask(`circle/collections/${collection}/${path}`, options);
  return {
    url,
    server: opened,
    clock,
    collection,
    inbox,
    hidden,
    ask,
    askCollection,
    post: (objects, { headers, ...options } = {}) =>
      askCollection("objects/", {
        method: "POST",
        body: JSON.stringify({ objects }),
        headers: { "content-type": TAXII_MEDIA_TYPE, ...headers },
        ...options,
      }),
  };
}

export function basic(name: string, secret: string): string {
  return `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`;
}

export interface TestObject extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly id: string;
  readonly modified: string;
}

/** An indicator, small and valid. */
export function indicator(change: Readonly<Record<string, unknown>> & Partial<TestObject> = {}): TestObject {
  const time = "2026-02-01T10:00:00.000Z";
  return {
    type: "indicator",
    spec_version: "2.1",
    id: `indicator--${randomUUID()}`,
    created: time,
    modified: time,
    name: "An address of a relay",
    pattern: "[ipv4-addr:value = '192.0.2.1']",
    pattern_type: "stix",
    valid_from: time,
    ...change,
  };
}
