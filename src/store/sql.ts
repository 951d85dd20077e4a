import { assertNever } from "../kit/assert.ts";

/**
 * SQL as a value. A template's text is written by us; everything that is interpolated is either another fragment or a
 * value bound by type (ClickHouse query parameters), so that no value can ever become syntax. A plain string or number
 * does not fit a placeholder: the compiler refuses it.
 */

/** A value and the ClickHouse type that it is bound as. */
export interface Bound {
  readonly kind: "bound";
  readonly type: string;
  readonly value: string | number | boolean | readonly string[] | readonly number[];
}

/** A piece of SQL text with its bound values. Fragments nest. */
export interface Sql {
  readonly kind: "sql";
  readonly strings: readonly string[];
  readonly parts: readonly (Sql | Bound)[];
}

/** What a client sends: the text with `{p0:Type}` placeholders, and their values. */
export interface RenderedSql {
  readonly query: string;
  readonly params: Record<string, Bound["value"]>;
}

export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | Bound)[]): Sql {
  // The raw text: a backslash in a template is a backslash in SQL, so that a pattern is escaped once, for SQL.
  return Object.freeze({ kind: "sql", strings: strings.raw, parts });
}

export function text(value: string): Bound {
  return bound("String", value);
}

export function integer(value: number): Bound {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact integer: ${value}`);
  return bound("Int64", value);
}

export function decimal(value: number): Bound {
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  return bound("Float64", value);
}

export function texts(value: readonly string[]): Bound {
  return bound("Array(String)", value);
}

export function integers(value: readonly number[]): Bound {
  for (const item of value) integer(item);
  return bound("Array(Int64)", value);
}

/** A table, column or file name chosen by our own code at run time. */
export function identifier(value: string): Bound {
  return bound("Identifier", value);
}

/** Fragments one after the other with a fragment between them. */
export function join(fragments: readonly Sql[], separator: Sql): Sql {
  const parts = fragments.flatMap((fragment, index) => (index === 0 ? [fragment] : [separator, fragment]));
  return Object.freeze({ kind: "sql", strings: ["", ...parts.map(() => "")], parts });
}

/** A value that stands in several places of a statement travels once. */
export function render(statement: Sql): RenderedSql {
  const params: Record<string, Bound["value"]> = {};
  const names = new Map<Bound, string>();
  const write = (fragment: Sql): string => {
    let query = fragment.strings[0] ?? "";
    fragment.parts.forEach((part, index) => {
      switch (part.kind) {
        case "sql":
          query += write(part);
          break;
        case "bound": {
          const name = names.get(part) ?? `p${names.size}`;
          names.set(part, name);
          params[name] = part.value;
          query += `{${name}:${part.type}}`;
          break;
        }
        default:
          assertNever(part, "part of a statement");
      }
      query += fragment.strings[index + 1] ?? "";
    });
    return query;
  };
  return { query: write(statement), params };
}

function bound(type: string, value: Bound["value"]): Bound {
  return Object.freeze({ kind: "bound", type, value });
}
