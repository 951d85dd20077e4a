import { sql, text } from "../../sql.ts";
import type { Bound, Sql } from "../../sql.ts";

/** Values of types that only PostgreSQL has; they travel as text. */

/** RFC 3339 in UTC, as the domain's values hold it. PostgreSQL keeps microseconds; milliseconds come back. */
export function time(iso: string): Sql {
  return sql`${text(iso)}::timestamptz`;
}

export function timeMs(ms: number): Sql {
  return time(new Date(ms).toISOString());
}

/** Anything that JSON can hold. */
export function json(value: unknown): Sql {
  return sql`${text(JSON.stringify(value))}::jsonb`;
}

export function flag(value: boolean): Sql {
  return value ? sql`TRUE` : sql`FALSE`;
}

export function optional<T>(value: T | null, write: (value: T) => Sql | Bound): Sql | Bound {
  return value === null ? sql`NULL` : write(value);
}
