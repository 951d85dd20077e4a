import { asList, field, isRecord } from "../json-value.ts";

/** AnyValue nests; what is deeper is dropped. */
const depthMax = 16;

export type Attributes = ReadonlyMap<string, unknown>;

/**
 * An OTLP `AnyValue` in its JSON form as a plain value (opentelemetry-proto, common/v1/common.proto; JSON mapping in
 * "OTLP Specification, JSON Protobuf Encoding": 64-bit integers are texts). Undefined where it is empty.
 */
export function plainValue(value: unknown, depth = 0): unknown {
  if (!isRecord(value) || depth > depthMax) return undefined;
  const integer = field(value, "intValue");
  if (integer !== undefined) return typeof integer === "string" ? Number(integer) : integer;
  const list = field(value, "arrayValue");
  if (list !== undefined) return asList(field(list, "values")).map((item) => plainValue(item, depth + 1));
  const fields = field(value, "kvlistValue");
  if (fields !== undefined) return Object.fromEntries(pairs(field(fields, "values"), depth + 1));
  return field(value, "stringValue") ?? field(value, "boolValue") ?? field(value, "doubleValue");
}

/** A list of `KeyValue`. Of a repeated key the last counts. */
export function attributesOf(...lists: readonly unknown[]): Attributes {
  return new Map(lists.flatMap((list) => pairs(list, 0)));
}

function pairs(list: unknown, depth: number): readonly (readonly [string, unknown])[] {
  return asList(list).flatMap((item) => {
    const key = field(item, "key");
    return typeof key === "string" ? [[key, plainValue(field(item, "value"), depth)] as const] : [];
  });
}

/** The first of several attributes that is there. */
export function firstAttribute(attributes: Attributes, names: readonly string[]): unknown {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}
