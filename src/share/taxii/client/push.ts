import { apiRootSchema, statusSchema } from "../resources.ts";
import type { Status, StatusDetails } from "../resources.ts";
import type { Wait } from "../../../kit/wait.ts";
import { TaxiiProtocolError } from "./connection.ts";
import type { TaxiiConnection } from "./connection.ts";

// Limits.
/** Objects and octets of one request, whatever more the server takes. */
const requestObjectsMax = 1_000;
const requestBytesMax = 4 * 2 ** 20;
/** How often a status is asked for, and how long between. */
const statusAsksMax = 120;
const statusWaitMs = 1_000;

const envelopeBytes = Buffer.byteLength('{"objects":[]}');

export interface PushOptions {
  readonly connection: TaxiiConnection;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  /** Of the API root, with its trailing slash. */
  readonly apiRoot: URL;
  /** The collection's id or alias. */
  readonly collection: string;
}

export interface PushResult {
  readonly successes: readonly StatusDetails[];
  readonly failures: readonly StatusDetails[];
}

/**
 * Adds objects to a collection, in requests as large as the server takes, and waits until it has decided on each. Sending
 * the same again is safe. Throws a `RangeError` where one object alone is too large, and what a connection throws.
 */
export async function push(options: PushOptions, objects: readonly object[]): Promise<PushResult> {
  const { connection, apiRoot, collection } = options;
  const { resource: root } = await connection.ask(apiRoot, { method: "GET" }, apiRootSchema);
  const url = new URL(`collections/${encodeURIComponent(collection)}/objects/`, apiRoot);
  const successes: StatusDetails[] = [];
  const failures: StatusDetails[] = [];
  for (const body of envelopes(objects, Math.min(root.max_content_length, requestBytesMax))) {
    const { resource } = await connection.ask(url, { method: "POST", body }, statusSchema);
    const status = await finalStatus(options, resource);
    successes.push(...(status.successes ?? []));
    failures.push(...(status.failures ?? []));
  }
  return { successes, failures };
}

async function finalStatus({ connection, wait, signal, apiRoot }: PushOptions, first: Status): Promise<Status> {
  let status = first;
  for (let asks = 0; status.status === "pending"; asks++) {
    if (asks === statusAsksMax) throw new TaxiiProtocolError("the server has not decided on the objects in time");
    await wait(statusWaitMs, signal);
    signal.throwIfAborted();
    const url = new URL(`status/${encodeURIComponent(first.id)}/`, apiRoot);
    ({ resource: status } = await connection.ask(url, { method: "GET" }, statusSchema));
  }
  return status;
}

/** Bodies of requests, each within the bounds. */
function* envelopes(objects: readonly object[], bytesMax: number): Generator<string> {
  let items: string[] = [];
  let bytes = envelopeBytes;
  for (const object of objects) {
    const item = JSON.stringify(object);
    const itemBytes = Buffer.byteLength(item) + 1;
    if (envelopeBytes + itemBytes > bytesMax) throw new RangeError("an object is larger than the server takes");
    if (bytes + itemBytes > bytesMax || items.length === requestObjectsMax) {
      yield `{"objects":[${items.join(",")}]}`;
      items = [];
      bytes = envelopeBytes;
    }
    items.push(item);
    bytes += itemBytes;
  }
  if (items.length > 0) yield `{"objects":[${items.join(",")}]}`;
}
