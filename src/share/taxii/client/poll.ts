import type { Clock } from "../../../kit/clock.ts";
import type { FeedCursors } from "../../../store/state/feed-cursors.ts";
import { envelopeSchema } from "../resources.ts";
import { TaxiiProtocolError, TaxiiRefusedError } from "./connection.ts";
import type { TaxiiConnection } from "./connection.ts";

// Limits.
/** Pages of one reading; the next one goes on behind them. */
const pagesMax = 10_000;
/** Objects that are asked for at once. */
const pageObjectsMax = 500;

/** How servers say that they do not know a place in the middle of a list any more. */
const forgotten = new Set([400, 404, 410, 422]);

export type ReceivedObject = Readonly<Record<string, unknown>>;

export interface PollOptions {
  readonly connection: TaxiiConnection;
  readonly cursors: FeedCursors;
  readonly clock: Clock;
  /** Of the collection, with its trailing slash. */
  readonly collection: URL;
  /** Only objects of these types. */
  readonly types?: readonly string[];
  /** Every version, also those that a later one replaces: a server may take later ones from anybody. */
  readonly everyVersion?: boolean;
}

/**
 * Takes what a collection got since the last reading, page by page, in the server's order (TAXII 2.1, 3.3, 3.4). `take` is to be
 * durable when it resolves: only then is noted how far it is, so that after a crash a page may come again and none is lost.
 * Objects are versions, so that taking one twice changes nothing. Resolves to how many came.
 *
 * What is noted is a time and not the server's `next`: that one may stand for a list that is used up by being read, or is soon
 * forgotten. Within a list it is the time of a page's first object, since of the last one's there may be more on the next page.
 * What a server adds later with the time of an object that it showed before is not seen; TAXII has no means for that. Ours gives
 * each object a time of its own.
 */
export async function poll(
  options: PollOptions,
  take: (objects: readonly ReceivedObject[]) => Promise<void>,
): Promise<number> {
  const { cursors, clock } = options;
  const feed = feedOf(options);
  const start = await cursors.find(feed);
  let noted = start;
  let place: Place = { addedAfter: start, next: null };
  let objects = 0;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await readPage(options, place);
    if (page === "place-unknown") {
      place = { addedAfter: noted, next: null };
      continue;
    }
    if (page.objects.length > 0) await take(page.objects);
    objects += page.objects.length;
    const { first, last } = page;
    const whole = page.more ? (first === last ? null : first) : last;
    if (whole !== null) {
      await cursors.put(feed, whole, clock.nowMs());
      noted = whole;
    }
    if (!page.more) break;
    if (page.objects.length === 0 && page.next === place.next) {
      throw new TaxiiProtocolError("the server says that there is more, and gives nothing of it");
    }
    place = page.next === null ? { addedAfter: last, next: null } : { addedAfter: place.addedAfter, next: page.next };
  }
  return objects;
}

/** Where in the list a page begins: behind a time, or where the server says. */
interface Place {
  readonly addedAfter: string | null;
  readonly next: string | null;
}

interface ReadPage {
  readonly objects: readonly ReceivedObject[];
  readonly more: boolean;
  readonly next: string | null;
  /** When the first and the last of its objects were added. */
  readonly first: string | null;
  readonly last: string | null;
}

/** What the noted time belongs to: another filter is another list. */
function feedOf({ collection, types = [], everyVersion = false }: PollOptions): string {
  const filters = [
    ...(types.length === 0 ? [] : [types.toSorted().join(",")]),
    ...(everyVersion ? ["every version"] : []),
  ];
  return [collection.href, ...filters].join(" ");
}

async function readPage(
  { connection, collection, types = [], everyVersion = false }: PollOptions,
  { addedAfter, next }: Place,
): Promise<ReadPage | "place-unknown"> {
  const url = new URL("objects/", collection);
  url.searchParams.set("limit", String(pageObjectsMax));
  if (types.length > 0) url.searchParams.set("match[type]", types.join(","));
  if (everyVersion) url.searchParams.set("match[version]", "all");
  if (addedAfter !== null) url.searchParams.set("added_after", addedAfter);
  if (next !== null) url.searchParams.set("next", next);
  try {
    const { resource, headers } = await connection.ask(url, { method: "GET" }, envelopeSchema);
    const { objects = [], more = false, next: following = null } = resource;
    const [first, last] = [headers.get("x-taxii-date-added-first"), headers.get("x-taxii-date-added-last")];
    if (objects.length > 0 && (first === null || last === null)) {
      throw new TaxiiProtocolError("the answer does not say when its objects were added");
    }
    return { objects, more, next: following, first, last };
  } catch (error) {
    if (error instanceof TaxiiRefusedError && next !== null && forgotten.has(error.status)) return "place-unknown";
    throw error;
  }
}
