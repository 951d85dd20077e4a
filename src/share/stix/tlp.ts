import { z } from "zod";
import { iepIdSchema } from "./iep.ts";

/** FIRST's Traffic Light Protocol 2.0, from what all may see to what one person may. */
export const TLP_LEVELS = ["clear", "green", "amber", "amber+strict", "red"] as const;
export type TlpLevel = (typeof TLP_LEVELS)[number];

/** OASIS, extension definition of TLP 2.0: its id, and those of the five markings. */
const extension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
const ids = {
  clear: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
  green: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
  amber: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
  "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
  red: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
} as const satisfies Record<TlpLevel, string>;

const tlpSchema = z.enum(TLP_LEVELS);

export const tlpMarkingSchema = z
  .strictObject({
    type: z.literal("marking-definition"),
    spec_version: z.literal("2.1"),
    id: z.enum(Object.values(ids)),
    created: z.literal("2022-10-01T00:00:00.000Z"),
    name: z.string(),
    extensions: z.strictObject({
      [extension]: z.strictObject({ extension_type: z.literal("property-extension"), tlp_2_0: tlpSchema }),
    }),
  })
  .refine(({ id, name, extensions }) => {
    const level = extensions[extension]?.tlp_2_0;
    return level !== undefined && id === ids[level] && name === nameOf(level);
  }, "not one of the published markings");

export type TlpMarking = z.infer<typeof tlpMarkingSchema>;
/** What an object's `object_marking_refs` may be: one level, and a policy where there is one. */
export const markingRefsSchema = z
  .array(z.union([z.enum(Object.values(ids)), iepIdSchema]))
  .min(1)
  .max(2)
  .refine(([first, second]) => isLevel(first) && !isLevel(second), "not a level of TLP and at most one policy");

/** The level that an object is marked with; null where there is none. */
export function tlpOf(markings: readonly string[]): TlpLevel | null {
  return TLP_LEVELS.find((level) => markings.includes(ids[level])) ?? null;
}

function isLevel(id: string | undefined): boolean {
  return id !== undefined && tlpOf([id]) !== null;
}

export function tlpMarking(level: TlpLevel): TlpMarking {
  const marking: TlpMarking = {
    type: "marking-definition",
    spec_version: "2.1",
    id: ids[level],
    created: "2022-10-01T00:00:00.000Z",
    name: nameOf(level),
    extensions: { [extension]: { extension_type: "property-extension", tlp_2_0: level } },
  };
  return Object.freeze(marking);
}

function nameOf(level: TlpLevel): string {
  return `TLP:${level.toUpperCase()}`;
}
