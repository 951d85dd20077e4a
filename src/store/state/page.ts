import { z } from "zod";
import { mapInTurns } from "../../kit/turns.ts";
import { UserError } from "../../kit/user-error.ts";
import { identifier, integer, join, sql, text } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { time } from "./database/values.ts";

// Limits.
/** Rows of one page. */
const pageRowsMax = 1_000;

/** The first page, or the one after `after`: the `next` of the page before it. */
export interface PageRequest {
  readonly after?: string;
  readonly limit?: number;
}

/** Rows in the list's order. A row that is there from the first page to the last comes exactly once. Next is null at the end. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** A column that a list is ordered by, and how its value is bound. */
interface OrderKey {
  readonly column: string;
  bind(value: string): Sql;
}

const bindText = (value: string): Sql => sql`${text(textSchema.parse(value))}`;
const bindTime = (value: string): Sql => time(timeSchema.parse(value));

/** What PostgreSQL takes as a text and as a time: it knows no NUL, and no year 0. */
const textSchema = z.string().refine((value) => !value.includes("\0"));
const timeSchema = z.iso.datetime().refine((value) => !value.startsWith("0000"));

/** Oldest first; the id decides between equals. */
export function byTime(timeColumn: string, idColumn: string): readonly OrderKey[] {
  return [
    { column: timeColumn, bind: bindTime },
    { column: idColumn, bind: bindText },
  ];
}

export function byId(idColumn: string): readonly OrderKey[] {
  return [{ column: idColumn, bind: bindText }];
}

/** Keyset pagination. The columns of the order have to be in the list, and together name one row. */
export async function readPage<Row>(
  connection: Connection,
  list: { readonly select: Sql; readonly order: readonly OrderKey[]; readonly row: z.ZodType<Row> },
  request: PageRequest,
): Promise<Page<Row>> {
  const limit = Math.max(1, Math.min(request.limit ?? pageRowsMax, pageRowsMax));
  const comma = sql`, `;
  const columns = join(
    list.order.map(({ column }) => sql`${identifier(column)}`),
    comma,
  );
  const isAfter =
    request.after === undefined
      ? sql`TRUE`
      : sql`(${columns}) > (${join(boundPlace(request.after, list.order), comma)})`;
  // One row more says that there is a next page.
  const found = await connection.rows(
    sql`SELECT * FROM (${list.select}) AS list WHERE ${isAfter} ORDER BY ${columns} LIMIT ${integer(limit + 1)}`,
    z.record(z.string(), z.unknown()),
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const place = found.length > limit && last !== undefined ? list.order.map(({ column }) => last[column]) : null;
  return {
    rows: await mapInTurns(rows, (row) => list.row.parse(row)),
    next: place === null ? null : Buffer.from(JSON.stringify(place)).toString("base64url"),
  };
}

/** What was passed on as the place of a page is none. */
export class UnknownPlaceError extends UserError {}

const placeSchema = z.array(z.string());

/** The place comes back from outside, so it may be anything. */
function boundPlace(after: string, order: readonly OrderKey[]): Sql[] {
  const refuse = (cause?: unknown): UnknownPlaceError =>
    new UnknownPlaceError("this is no place in the list", "pass on the `next` of a page as it is", { cause });
  try {
    const place = placeSchema.parse(JSON.parse(Buffer.from(after, "base64url").toString("utf8")));
    if (place.length !== order.length) throw refuse();
    return place.map((value, index) => order[index]!.bind(value));
  } catch (error) {
    throw refuse(error);
  }
}
