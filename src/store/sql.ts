import { assertNever } from "../kit/assert.ts";

/**
 * SQL as a value. A template's text is written by us; everything that is interpolated is either another fragment or a
 * value bound by type, so that no value can ever become syntax. A plain string or number does not fit a placeholder: the
 * compiler refuses it. A statement is rendered for one of two engines, each with its own placeholders and names of types.
 */

type BoundType = "text" | "integer" | "decimal" | "texts" | "integers" | "identifier";

/** A value and the type that it is bound as. */
export interface Bound {
  readonly kind: "bound";
  readonly type: BoundType;
  readonly value: string | number | boolean | readonly string[] | readonly number[];
}

/** A piece of SQL text with its bound values. Fragments nest. */
export interface Sql {
  readonly kind: "sql";
  readonly strings: readonly string[];
  readonly parts: readonly (Sql | Bound)[];
}

/** What ClickHouse's client sends: the text with `{p0:Type}` placeholders, and their values. */
export interface ClickHouseStatement {
  readonly query: string;
  readonly params: Record<string, Bound["value"]>;
}

/** What a PostgreSQL client sends: the text with `$1::type` placeholders, and their values. */
export interface PostgresStatement {
  readonly text: string;
  readonly values: readonly Bound["value"][];
}

const clickHouseTypes: Readonly<Record<BoundType, string>> = {
  text: "String",
  integer: "Int64",
  decimal: "Float64",
  texts: "Array(String)",
  integers: "Array(Int64)",
  identifier: "Identifier",
};

/** PostgreSQL binds values only: an identifier is quoted into the text. */
const postgresTypes: Readonly<Record<Exclude<BoundType, "identifier">, string>> = {
  text: "text",
  integer: "bigint",
  decimal: "double precision",
  texts: "text[]",
  integers: "bigint[]",
};

export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | Bound)[]): Sql {
  // The raw text: a backslash in a template is a backslash in SQL, so that a pattern is escaped once, for SQL.
  return Object.freeze({ kind: "sql", strings: strings.raw, parts });
}

export function text(value: string): Bound {
  return bound("text", value);
}

export function integer(value: number): Bound {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact integer: ${value}`);
  return bound("integer", value);
}

export function decimal(value: number): Bound {
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  return bound("decimal", value);
}

export function texts(value: readonly string[]): Bound {
  return bound("texts", value);
}

export function integers(value: readonly number[]): Bound {
  for (const item of value) integer(item);
  return bound("integers", value);
}

/** A table, column or file name chosen by our own code at run time. */
export function identifier(value: string): Bound {
  return bound("identifier", value);
}

/** Fragments one after the other with a fragment between them. */
export function join(fragments: readonly Sql[], separator: Sql): Sql {
  const parts = fragments.flatMap((fragment, index) => (index === 0 ? [fragment] : [separator, fragment]));
  return Object.freeze({ kind: "sql", strings: ["", ...parts.map(() => "")], parts });
}

/** A value that stands in several places of a statement travels once. */
export function renderForClickHouse(statement: Sql): ClickHouseStatement {
  const params: Record<string, Bound["value"]> = {};
  const names = new Map<Bound, string>();
  const query = write(statement, (part) => {
    const name = names.get(part) ?? `p${names.size}`;
    names.set(part, name);
    params[name] = part.value;
    return `{${name}:${clickHouseTypes[part.type]}}`;
  });
  return { query, params };
}

/** A value that stands in several places of a statement travels once. */
export function renderForPostgres(statement: Sql): PostgresStatement {
  const numbers = new Map<Bound, number>();
  const values: Bound["value"][] = [];
  const query = write(statement, (part) => {
    if (part.type === "identifier") return `"${String(part.value).replaceAll('"', '""')}"`;
    const number = numbers.get(part) ?? values.push(part.value);
    numbers.set(part, number);
    return `$${number}::${postgresTypes[part.type]}`;
  });
  return { text: query, values };
}

function write(fragment: Sql, placeholder: (part: Bound) => string): string {
  let query = fragment.strings[0] ?? "";
  fragment.parts.forEach((part, index) => {
    switch (part.kind) {
      case "sql":
        query += write(part, placeholder);
        break;
      case "bound":
        query += placeholder(part);
        break;
      default:
        assertNever(part, "part of a statement");
    }
    query += fragment.strings[index + 1] ?? "";
  });
  return query;
}

function bound(type: BoundType, value: Bound["value"]): Bound {
  return Object.freeze({ kind: "bound", type, value });
}
