import { randomUUID } from "node:crypto";
import { z } from "zod";

/** `TYPE--UUID` (STIX 2.1, 2.9). */
export function identifierOf<Type extends string>(...types: readonly Type[]): z.ZodType<`${Type}--${string}`> {
  const pattern = new RegExp(`^(?:${types.join("|")})--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`);
  return z.custom<`${Type}--${string}`>(
    (value) => typeof value === "string" && pattern.test(value),
    "not an identifier",
  );
}

/** Makes identifiers. A dependency, so that a test knows them. */
export type NewIdentifier = <Type extends string>(type: Type) => `${Type}--${string}`;

/**
 * Random also for observables, where the standard would derive them (STIX 2.1, 2.9: UUIDv5 of the value): that is a hash without
 * a key, and whoever has a list of values finds those that are in it.
 */
export const randomIdentifier: NewIdentifier = (type) => `${type}--${randomUUID()}`;
