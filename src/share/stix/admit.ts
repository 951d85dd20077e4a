import type { z } from "zod";
import { stixObjectSchema } from "./objects.ts";
import type { StixObject } from "./objects.ts";

/** An object has something that does not leave. Says where, and never what. */
export class NotAdmittedError extends Error {
  override readonly name = "NotAdmittedError";
}

/** The gate: whatever is about to be shared goes through it, however it was made. Throws a `NotAdmittedError`. */
export function admit(object: unknown): StixObject {
  const checked = stixObjectSchema.safeParse(object);
  if (checked.success) return checked.data;
  throw new NotAdmittedError(`not for sharing: ${placeOf(checked.error.issues) ?? "an object of this type"}`);
}

/** Where the object departs from the one of its type; null where there is none. */
function placeOf(issues: readonly z.core.$ZodIssue[]): string | null {
  const [issue] = issues;
  if (issue === undefined || issues.some(({ path }) => path[0] === "type")) return null;
  if (issue.code === "invalid_union") return issue.errors.map(placeOf).find((place) => place !== null) ?? null;
  const place = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") return place === "" ? "a property" : `a property of ${place}`;
  return `what stands in ${place === "" ? "the object" : place}`;
}
