import { z } from "zod";
import { isNestedDeeper } from "../../../kit/nesting.ts";
import { unversionedUs } from "../../../model/shared-object.ts";
import type { OfferedObject } from "../../../model/shared-object.ts";
import type { RefusedObject } from "../../../store/state/submissions.ts";
import { envelopeSchema } from "../resources.ts";
import { parseTimestampUs } from "../timestamp.ts";
import { TaxiiProblem } from "./problem.ts";

// Limits.
/** Objects of one request. */
const objectsMax = 10_000;
/** Lists and objects in each other, of one object. STIX needs less than ten. */
const levelsMax = 64;

/** What a client wants to have added, object by object. */
export interface Offer {
  readonly offered: readonly OfferedObject[];
  readonly refused: readonly RefusedObject[];
}

const identified = z.object({
  /** STIX 2.1, 2.9 */
  id: z.string().regex(/^[a-z0-9-]{3,250}--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  type: z.string(),
  spec_version: z.string().optional(),
  created: z.string().optional(),
  modified: z.string().optional(),
});

/**
 * Reads the body of a POST (TAXII 2.1, 5.5). Throws a `TaxiiProblem` where the request as a whole is none: 400 where it is no
 * JSON, 422 where it is no envelope of objects with ids. An object that can be named and not taken is refused by itself.
 */
export function readEnvelope(
  body: string,
  faultOf: (object: Readonly<Record<string, unknown>>) => string | null = () => null,
): Offer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // The parser's message quotes the text.
    throw new TaxiiProblem(400, "the body is not JSON");
  }
  const envelope = envelopeSchema.safeParse(parsed);
  if (!envelope.success) throw new TaxiiProblem(422, "the body is no envelope of objects");
  const objects = envelope.data.objects ?? [];
  if (objects.length === 0) throw new TaxiiProblem(422, "the envelope holds no objects");
  if (objects.length > objectsMax) throw new TaxiiProblem(422, `an envelope holds at most ${objectsMax} objects`);
  const offered: OfferedObject[] = [];
  const refused: RefusedObject[] = [];
  objects.forEach((object, index) => {
    const read = identified.safeParse(object);
    if (!read.success) {
      throw new TaxiiProblem(422, `object ${index + 1}: ${read.error.issues[0]?.path.join(".") ?? "it"} is not valid`);
    }
    const { id, type, spec_version: specVersion, created, modified } = read.data;
    const version = modified ?? created;
    const versionUs = version === undefined ? unversionedUs : parseTimestampUs(version);
    const refuse = (message: string): number => refused.push({ id, versionUs: versionUs ?? unversionedUs, message });
    const fault = isNestedDeeper(object, levelsMax) ? "it is nested too deeply" : faultOf(object);
    if (fault !== null) refuse(fault);
    else if (!id.startsWith(`${type}--`)) refuse("the id is one of another type");
    // TAXII 2.1, 3.7: what travels are objects; a bundle holds some and is none.
    else if (type === "bundle") refuse("a bundle is no object: send what it holds");
    else if (versionUs === null) refuse("modified, or created, is no timestamp in UTC with at most six decimals");
    // STIX 2.0 has no spec_version, and its cyber-observables are no objects by themselves.
    else if (specVersion !== "2.1" && (specVersion !== undefined || version !== undefined)) {
      refuse("only STIX 2.1 is taken here");
    } else offered.push({ id, type, specVersion: "2.1", versionUs, body: JSON.stringify(object) });
  });
  return { offered, refused };
}
