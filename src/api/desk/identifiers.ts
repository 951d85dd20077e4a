import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import { mapInTurns } from "../../kit/turns.ts";
import { canonicalIdentifier, identifierKinds } from "../../share/overlap/identifier.ts";
import type { Identifier } from "../../share/overlap/identifier.ts";

/** As people give them; each kind has forms of its own, and one that counts. */
export function identifiersSchema(max: number) {
  return z
    .array(z.strictObject({ kind: z.enum(identifierKinds), value: z.string().min(1).max(1_024) }))
    .min(1)
    .max(max);
}

/** In their one form. Throws a `UserError` that says which of them has none, and never what it is. */
export async function canonicalIdentifiers(given: readonly Identifier[]): Promise<Identifier[]> {
  const found = await mapInTurns(given, ({ kind, value }) => canonicalIdentifier(kind, value));
  return found.map((identifier, index) => {
    if (identifier !== null) return identifier;
    throw new UserError(
      `identifier ${index + 1} is no ${given[index]?.kind ?? "identifier"}`,
      "see docs/overlap.md for the forms that there are",
    );
  });
}
