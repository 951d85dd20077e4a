import { z } from "zod";
import { sharedEntrySchema, sharedObjectSchema, unversionedUs } from "../../model/shared-object.ts";
import type { SharedEntry, SharedObject } from "../../model/shared-object.ts";
import { integer, integers, join, sql, text, texts } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";

// Limits.
/** Content of one page, as JSON; the first object comes in any case. */
const pageBytesMax = 8 * 2 ** 20;

/** Which versions of an object, among those that the rest of the query admits. */
export type VersionSelection =
  | { readonly kind: "all" }
  | { readonly kind: "some"; readonly first: boolean; readonly last: boolean; readonly exactUs: readonly number[] };

/** Which versions of which objects of a collection. Null means that it does not matter. */
export interface SharedObjectFilter {
  readonly collection: string;
  /** Added strictly after. */
  readonly addedAfterUs: number;
  readonly ids: readonly string[] | null;
  readonly types: readonly string[] | null;
  /** Null: of each object only what is written in its newest specification. */
  readonly specVersions: readonly string[] | null;
  readonly versions: VersionSelection;
}

/** A place in the order of `date_added`, and how many rows from there. */
export interface SharedObjectPageRequest {
  readonly afterUs: number;
  readonly limit: number;
}

export interface SharedObjectPage<Row> {
  readonly rows: readonly Row[];
  /** Whether there is more behind the last row. */
  readonly more: boolean;
}

/**
 * What a circle shares, by collection, in the order in which it was added. Numbers of that order are given out under a lock that
 * is held until the commit: who has read up to one has missed nothing before it. They are never used again, nor is one of an
 * object that was removed. Objects come in through `submissions`.
 */
export interface SharedObjects {
  /** Their content; fewer than asked for where it is large. */
  objects(filter: SharedObjectFilter, page: SharedObjectPageRequest): Promise<SharedObjectPage<SharedObject>>;
  entries(filter: SharedObjectFilter, page: SharedObjectPageRequest): Promise<SharedObjectPage<SharedEntry>>;
  /** How many versions of objects went. */
  remove(filter: SharedObjectFilter): Promise<number>;
}

/** `found`: how many rows there are up to one more than was asked for. */
const counted = { found: z.int() };

export function sharedObjects(connection: Connection): SharedObjects {
  return {
    async objects(filter, page) {
      const rows = await connection.rows(
        sql`
          SELECT "dateAddedUs", body, found FROM (
            SELECT
              date_added AS "dateAddedUs", body, count(*) OVER () AS found,
              sum(octet_length(body)) OVER (ORDER BY date_added) - octet_length(body) AS bytes_before
            FROM (${selection(filter, page)}) AS selected) AS page
          WHERE bytes_before < ${integer(pageBytesMax)} ORDER BY "dateAddedUs"`,
        sharedObjectSchema.extend(counted),
      );
      return pageOf(rows, page.limit);
    },
    async entries(filter, page) {
      const rows = await connection.rows(
        sql`
          SELECT ${entryColumns}, count(*) OVER () AS found FROM (${selection(filter, page)}) AS selected
          ORDER BY date_added`,
        sharedEntrySchema.extend(counted),
      );
      return pageOf(rows, page.limit);
    },
    remove: (filter) =>
      connection.transaction(async (transaction) => {
        // Taken first, as every writer takes it, so that the count is right.
        await transaction.run(
          sql`SELECT FROM shared_collection WHERE collection = ${text(filter.collection)} FOR UPDATE`,
        );
        const removed = await transaction.run(sql`DELETE FROM shared_object AS chosen WHERE ${conditions(filter)}`);
        await transaction.run(sql`
          UPDATE shared_collection SET objects = objects - ${integer(removed)}
          WHERE collection = ${text(filter.collection)}`);
        return removed;
      }),
  };
}

/** An object without a version goes by when it was added (TAXII 2.1, 3.4.1). */
const entryColumns = sql`
  date_added AS "dateAddedUs", id, spec_version AS "specVersion",
  CASE WHEN version = ${integer(unversionedUs)} THEN date_added ELSE version END AS "versionUs"`;

/** One row more than asked for says that there is more. */
function selection(filter: SharedObjectFilter, { afterUs, limit }: SharedObjectPageRequest): Sql {
  return sql`
    SELECT * FROM shared_object AS chosen WHERE ${conditions(filter)} AND date_added > ${integer(afterUs)}
    ORDER BY date_added LIMIT ${integer(limit + 1)}`;
}

function conditions({ collection, addedAfterUs, ids, types, specVersions, versions }: SharedObjectFilter): Sql {
  const sameObject = sql`
    other.collection = chosen.collection AND other.id = chosen.id AND other.date_added > ${integer(addedAfterUs)}`;
  // Asked row by row, by the index (that is what OFFSET 0 is for): as a join it would read the whole collection for a page.
  const none = (condition: Sql): Sql =>
    sql`NOT EXISTS (SELECT FROM shared_object AS other WHERE ${sameObject} AND ${condition} OFFSET 0)`;
  const all: Sql[] = [
    sql`collection = ${text(collection)} AND date_added > ${integer(addedAfterUs)}`,
    ...(ids === null ? [] : [sql`id = ANY (${texts(ids)})`]),
    ...(types === null ? [] : [sql`type = ANY (${texts(types)})`]),
  ];
  if (specVersions === null && isLastAlone(versions)) {
    // What is asked for without a filter, in one question: of the versions in the newest specification the last.
    all.push(none(sql`(other.spec_version, other.version) > (chosen.spec_version, chosen.version)`));
    return join(all, sql` AND `);
  }
  all.push(
    specVersions === null
      ? none(sql`other.spec_version > chosen.spec_version`)
      : sql`spec_version = ANY (${texts(specVersions)})`,
  );
  if (versions.kind === "some") {
    const sameSpecification = sql`other.spec_version = chosen.spec_version`;
    const { first, last, exactUs } = versions;
    const exact = integers(exactUs);
    const any = [
      ...(first ? [none(sql`${sameSpecification} AND other.version < chosen.version`)] : []),
      ...(last ? [none(sql`${sameSpecification} AND other.version > chosen.version`)] : []),
      ...(exactUs.length === 0
        ? []
        : [sql`version = ANY (${exact})`, sql`(version = ${integer(unversionedUs)} AND date_added = ANY (${exact}))`]),
    ];
    all.push(sql`(${join(any, sql` OR `)})`);
  }
  return join(all, sql` AND `);
}

function isLastAlone(versions: VersionSelection): boolean {
  return versions.kind === "some" && versions.last && !versions.first && versions.exactUs.length === 0;
}

function pageOf<Row extends { readonly found: number }>(found: readonly Row[], limit: number): SharedObjectPage<Row> {
  const rows = found.slice(0, limit);
  return { rows, more: (found[0]?.found ?? 0) > rows.length };
}
