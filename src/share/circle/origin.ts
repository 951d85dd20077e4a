import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { outboxItemSchema } from "../../model/sharing.ts";
import type { OutboxItem } from "../../model/sharing.ts";
import { saltedCommitment } from "../log/commitments.ts";
import { ORIGIN, originSchema } from "../stix/extensions.ts";
import type { Origin } from "../stix/extensions.ts";

/*
 * A shared object carries who says it within itself, as an extension: so it comes by whatever way, and is looked at once. What is
 * signed and committed to is the object without that extension.
 */

export type SealedObject = Readonly<Record<string, unknown>>;

const extendedSchema = z.looseObject({ extensions: z.looseObject({ [ORIGIN]: originSchema }) });

export function sealed(object: object, origin: Omit<Origin, "extension_type">): SealedObject {
  const extensions = "extensions" in object && typeof object.extensions === "object" ? object.extensions : {};
  return { ...object, extensions: { ...extensions, [ORIGIN]: { extension_type: "property-extension", ...origin } } };
}

/** Null: the object does not say where it comes from in the form that there is for it. */
export function unsealed(value: unknown): { readonly object: Record<string, unknown>; readonly origin: Origin } | null {
  const read = extendedSchema.safeParse(value);
  if (!read.success) return null;
  const { extensions, ...rest } = read.data;
  const { [ORIGIN]: origin, ...others } = extensions;
  return { object: Object.keys(others).length === 0 ? rest : { ...rest, extensions: others }, origin };
}

/** Where the member's log has to hold what, if it has committed itself to the object. Throws a `TypeError` where that has no canonical form. */
export function commitmentTo({ object, origin }: NonNullable<ReturnType<typeof unsealed>>): {
  readonly logIndex: number;
  /** In base64. */
  readonly commitment: string;
} {
  const hash = saltedCommitment(Buffer.from(origin.salt, "base64"), Buffer.from(canonicalJson(object)));
  return { logIndex: origin.log_index, commitment: Buffer.from(hash).toString("base64") };
}

/** Objects as they are kept and as they leave: what is undefined is not there. */
export function asJson(objects: readonly object[]): OutboxItem["objects"] {
  return outboxItemSchema.shape.objects.parse(JSON.parse(JSON.stringify(objects)));
}
