import { z } from "zod";

/*
 * FIRST's Information Exchange Policy 2.0 in STIX 2.1, by the extension that OASIS publishes for it: what a recipient may do with what it
 * is told. A few policies of our own, always the same, so that an object names one and a receiver knows it without asking.
 */

const extension = "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a";

/** Permitted actions, from none to any. */
export const PERMITTED_ACTIONS = [
  "none",
  "contact-for-instruction",
  "internally-visible-actions",
  "externally-visible-indirect-actions",
  "externally-visible-direct-actions",
] as const;
export type PermittedActions = (typeof PERMITTED_ACTIONS)[number];

/** Of the five markings; a policy has the same UUID. A marking has no versions: one that says something else gets another. */
const uuids = {
  none: "0449ee81-2844-47f0-ae3d-837cfd386e2c",
  "contact-for-instruction": "eae5b348-0281-403e-a4a1-6218ab7bfcb4",
  "internally-visible-actions": "e3c280de-a04d-4120-8311-c1b9763b6971",
  "externally-visible-indirect-actions": "fb6391b4-b9eb-42d6-b7b7-4ed905b3ce3e",
  "externally-visible-direct-actions": "2d9faf9e-29e1-48f0-9e5f-c37c3745282b",
} as const satisfies Record<PermittedActions, string>;

const idOf = (permitted: PermittedActions) => `marking-definition--${uuids[permitted]}` as const;
export const iepIdSchema = z.enum(PERMITTED_ACTIONS.map(idOf));

const nameOf = (permitted: PermittedActions): string => `IEP:${permitted}`;
const describe = (permitted: PermittedActions): string => `Recipients in the circle; permitted: ${permitted}.`;
const published = "2026-11-26T00:00:00.000Z";

/** The extension wants a reference: to what the words mean. */
const framework = { source_name: "FIRST IEP 2.0", url: "https://www.first.org/iep/iep_framework_2_0" } as const;

const markingSchemaOf = (permitted: PermittedActions) =>
  z.strictObject({
    type: z.literal("marking-definition"),
    spec_version: z.literal("2.1"),
    id: z.literal(idOf(permitted)),
    created: z.literal(published),
    name: z.literal(nameOf(permitted)),
    external_references: z.tuple([
      z.strictObject({ source_name: z.literal(framework.source_name), url: z.literal(framework.url) }),
    ]),
    extensions: z.strictObject({
      [extension]: z.strictObject({
        extension_type: z.literal("property-extension"),
        encrypt_in_transit: z.literal("must"),
        permitted_actions: z.literal(permitted),
        affected_party_notifications: z.literal("may"),
        /** The widest that it may be; the marking of TLP 2.0 beside it decides. */
        tlp: z.literal("amber"),
        provider_attribution: z.literal("may"),
        unmodified_resale: z.literal("must-not"),
        iep_id: z.literal(uuids[permitted]),
        iep_version: z.literal(2),
        description: z.literal(describe(permitted)),
        start_date: z.literal(published),
      }),
    }),
  });
export const iepMarkingSchema = z.union(PERMITTED_ACTIONS.map(markingSchemaOf));
type IepMarking = Readonly<z.infer<typeof iepMarkingSchema>>;

export function iepMarking(permitted: PermittedActions): IepMarking {
  return {
    type: "marking-definition",
    spec_version: "2.1",
    id: idOf(permitted),
    created: published,
    name: nameOf(permitted),
    external_references: [framework],
    extensions: {
      [extension]: {
        extension_type: "property-extension",
        encrypt_in_transit: "must",
        permitted_actions: permitted,
        affected_party_notifications: "may",
        tlp: "amber",
        provider_attribution: "may",
        unmodified_resale: "must-not",
        iep_id: uuids[permitted],
        iep_version: 2,
        description: describe(permitted),
        start_date: published,
      },
    },
  };
}

/** What the markings of an object permit. One without a policy permits what its marking of TLP does not forbid. */
export function permittedBy(markings: readonly string[]): PermittedActions {
  return (
    PERMITTED_ACTIONS.find((permitted) => markings.includes(idOf(permitted))) ?? "externally-visible-direct-actions"
  );
}

/** Whether something may be done to accounts because of it. They are somebody's outside, so that it is direct, and seen there. */
export function mayActOn(permitted: PermittedActions): boolean {
  return permitted === "externally-visible-direct-actions";
}

/**
 * Whether what is told may be looked for in one's own traffic: that is seen by nobody outside. What is then done about an account is done
 * on evidence of one's own.
 */
export function mayLookFor(permitted: PermittedActions): boolean {
  return PERMITTED_ACTIONS.indexOf(permitted) >= PERMITTED_ACTIONS.indexOf("internally-visible-actions");
}
