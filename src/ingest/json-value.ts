export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field of what may be a record; undefined where it isn't one, or has none, or has null. */
export function field(value: unknown, name: string): unknown {
  if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
  return value[name] ?? undefined;
}

/** The first of several fields that is there. */
export function firstField(value: unknown, ...names: readonly string[]): unknown {
  for (const name of names) {
    const found = field(value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text that isn't blank. Whole numbers count: vendors use them as ids. */
export function nonBlank(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** The first of several values that is a text. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = nonBlank(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A container that may have been written as a JSON text, parsed; any other value as it is. */
export function maybeJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  return parseJson(value) ?? value;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A number, also where it was written as a text: 64-bit integers often are. Anything else as it is. */
export function maybeNumber(value: unknown): unknown {
  if (typeof value !== "string") return value ?? undefined;
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(value.trim()) ? Number(value) : value;
}

/** As `maybeNumber`, for logs that write 0 where they counted nothing. */
export function maybeCount(value: unknown): unknown {
  const count = maybeNumber(value);
  return count === 0 ? undefined : count;
}

/** True or false, also where it was written as a text. Anything else as it is. */
export function maybeFlag(value: unknown): unknown {
  const word = typeof value === "string" ? value.trim().toLowerCase() : value;
  return word === "true" || word === "false" ? word === "true" : (value ?? undefined);
}

/** The value of a JSON text, undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** As JSON; null where it is nested beyond the stack. */
export function jsonText(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A record as a line of a log, or why it can't be one. */
export type RecordText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reject"; readonly reason: string };

export function recordText(value: unknown): RecordText {
  if (!isRecord(value)) return { kind: "reject", reason: "not a JSON object" };
  const text = jsonText(value);
  return text === null ? { kind: "reject", reason: "nested too deeply" } : { kind: "text", text };
}

/** As `maybeJson`, for logs that cut what is long: undefined where a container begins and never ends. */
export function uncutJson(value: unknown): unknown {
  return typeof value === "string" && /^\s*[[{]/.test(value) ? parseJson(value) : (value ?? undefined);
}
