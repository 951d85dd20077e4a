import type { SharedEntry, SharedObject } from "../../../model/shared-object.ts";
import type { SharedObjectPage, SharedObjects, VersionSelection } from "../../../store/state/shared-objects.ts";
import { STIX_MEDIA_TYPE } from "../media-type.ts";
import { formatLongTimestamp, formatTimestamp } from "../timestamp.ts";
import type { Access } from "./access.ts";
import { ok } from "./answer.ts";
import type { Asked, TaxiiAnswer } from "./answer.ts";
import { notFound, TaxiiProblem } from "./problem.ts";
import { deleteFilters, nextAfter, objectFilters, parseQuery, singleFilters, versionFilters } from "./query.ts";
import type { Query } from "./query.ts";

/** What a collection holds (TAXII 2.1, 5.3, 5.4, 5.6, 5.7, 5.8). Names come from the address. All of it throws a `TaxiiProblem`. */
export interface ObjectEndpoints {
  objects(asked: Asked, root: string, collection: string): Promise<TaxiiAnswer>;
  manifest(asked: Asked, root: string, collection: string): Promise<TaxiiAnswer>;
  object(asked: Asked, root: string, collection: string, id: string): Promise<TaxiiAnswer>;
  remove(asked: Asked, root: string, collection: string, id: string): Promise<TaxiiAnswer>;
  versions(asked: Asked, root: string, collection: string, id: string): Promise<TaxiiAnswer>;
}

/** `keptBecause`: why nothing is removed on request, as the asker is told; null: who may read and write a collection may remove. */
export function objectEndpoints(shared: SharedObjects, access: Access, keptBecause: string | null): ObjectEndpoints {
  /** The collection has none of these versions (any more, 5.7). That another filter leaves nothing of what it has is no error. */
  const refuseUnknown = async (collection: string, id: string, versions: VersionSelection): Promise<void> => {
    const wanted = { collection, addedAfterUs: 0, ids: [id], types: null, specVersions: null, versions };
    if ((await shared.entries(wanted, { afterUs: 0, limit: 1 })).rows.length === 0) throw notFound();
  };
  return {
    async objects({ user, parameters }, root, name) {
      const collection = access.readable(user, root, name);
      const query = parseQuery(parameters, objectFilters);
      return envelope(await shared.objects({ collection, ...query.filter }, query.page), query);
    },
    async manifest({ user, parameters }, root, name) {
      const collection = access.readable(user, root, name);
      const query = parseQuery(parameters, objectFilters);
      const found = await shared.entries({ collection, ...query.filter }, query.page);
      return pageOf(found, query, "objects", manifestRecord);
    },
    async object({ user, parameters }, root, name, id) {
      const collection = access.readable(user, root, name);
      const query = parseQuery(parameters, singleFilters);
      await refuseUnknown(collection, id, query.filter.versions);
      return envelope(await shared.objects({ collection, ...query.filter, ids: [id] }, query.page), query);
    },
    async remove({ user, parameters }, root, name, id) {
      const { id: collection } = access.collection(user, root, name);
      if (keptBecause !== null) throw new TaxiiProblem(403, keptBecause);
      if (!user.canRead(collection) || !user.canWrite(collection)) {
        throw new TaxiiProblem(403, "who removes an object must be able to read and to write the collection");
      }
      const { filter } = parseQuery(parameters, deleteFilters);
      if ((await shared.remove({ collection, ...filter, ids: [id] })) === 0) throw notFound();
      return ok({});
    },
    async versions({ user, parameters }, root, name, id) {
      const collection = access.readable(user, root, name);
      const query = parseQuery(parameters, versionFilters);
      const versions = { kind: "all" } as const;
      await refuseUnknown(collection, id, versions);
      const found = await shared.entries({ collection, ...query.filter, ids: [id], versions }, query.page);
      return pageOf(found, query, "versions", ({ versionUs }) => JSON.stringify(formatTimestamp(versionUs)));
    },
  };
}

function envelope(found: SharedObjectPage<SharedObject>, query: Query): TaxiiAnswer {
  return pageOf(found, query, "objects", ({ body }) => body);
}

/** A page, its items written as JSON by `write`. A list without items is left out, and so is `more` where it is false. */
function pageOf<Row extends Pick<SharedEntry, "dateAddedUs">>(
  { rows, more }: SharedObjectPage<Row>,
  { filter, page }: Query,
  list: "objects" | "versions",
  write: (row: Row) => string,
): TaxiiAnswer {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) {
    // Every answer has both times (3.2). Without an object they are where was looked from: who goes on behind that misses nothing.
    const fromUs = Math.max(filter.addedAfterUs, page.afterUs);
    return { ...ok({}), headers: addedHeaders(fromUs, fromUs) };
  }
  const head = more ? `"more":true,"next":${JSON.stringify(nextAfter(last.dateAddedUs))},` : "";
  return {
    status: 200,
    body: `{${head}"${list}":[${rows.map(write).join(",")}]}`,
    headers: addedHeaders(first.dateAddedUs, last.dateAddedUs),
  };
}

function addedHeaders(firstUs: number, lastUs: number): Readonly<Record<string, string>> {
  return {
    "x-taxii-date-added-first": formatLongTimestamp(firstUs),
    "x-taxii-date-added-last": formatLongTimestamp(lastUs),
  };
}

function manifestRecord({ id, dateAddedUs, versionUs }: SharedEntry): string {
  return JSON.stringify({
    id,
    date_added: formatLongTimestamp(dateAddedUs),
    version: formatTimestamp(versionUs),
    media_type: STIX_MEDIA_TYPE,
  });
}
