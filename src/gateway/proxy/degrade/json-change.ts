import { field, isRecord } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";

/*
 * Changes of JSON values that share what stays the same: where nothing changes, the value itself is given back.
 */

/** The record without some fields. */
export function without(record: JsonRecord, ...names: readonly string[]): JsonRecord {
  if (!names.some((name) => Object.hasOwn(record, name))) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** The record with another value in a field that it has. */
export function replaced(record: JsonRecord, name: string, value: unknown): JsonRecord {
  return !Object.hasOwn(record, name) || record[name] === value ? record : { ...record, [name]: value };
}

/** The record with one of its fields changed, where that holds a record. */
export function withRecord(record: JsonRecord, name: string, change: (inner: JsonRecord) => JsonRecord): JsonRecord {
  const inner = field(record, name);
  return isRecord(inner) ? replaced(record, name, change(inner)) : record;
}

/** The record with the records of one of its lists changed; null takes one out. What is no record stays. */
export function withRecords(
  record: JsonRecord,
  name: string,
  change: (item: JsonRecord, at: number) => JsonRecord | null,
): JsonRecord {
  const list = field(record, name);
  if (!Array.isArray(list)) return record;
  const kept = list.flatMap((item: unknown, at): unknown[] => {
    const changed = isRecord(item) ? change(item, at) : item;
    return isRecord(item) && changed === null ? [] : [changed];
  });
  const isSame = kept.length === list.length && kept.every((item, at) => item === list[at]);
  return isSame ? record : replaced(record, name, kept);
}

export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

/** The bytes of a record; null where it is nested deeper than the stack allows, though it was parsed without one. */
export function jsonBytes(value: JsonRecord): Buffer | null {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
