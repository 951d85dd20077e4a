import { z } from "zod";

/** MITRE ATLAS, as it publishes itself in STIX: the identifiers are its own, so that objects of many sources meet. */

interface Technique {
  readonly id: `attack-pattern--${string}`;
  readonly name: string;
  readonly phase: string;
  readonly created: string;
  readonly modified: string;
}

/** Techniques of a harvest of answers, by their number in ATLAS. */
const techniques = {
  "AML.T0008.005": {
    id: "attack-pattern--647ac4ac-b2bc-53f7-ab83-81f421a1f0b5",
    name: "AI Service Proxies",
    phase: "resource-development",
    created: "2026-03-30T00:00:00.000Z",
    modified: "2026-03-30T00:00:00.000Z",
  },
  "AML.T0021": {
    id: "attack-pattern--d3d7763a-58e1-5e38-84fd-3abea967cb08",
    name: "Establish Accounts",
    phase: "resource-development",
    created: "2022-01-24T00:00:00.000Z",
    modified: "2023-01-18T00:00:00.000Z",
  },
  "AML.T0024.002": {
    id: "attack-pattern--3f567912-629a-5e0b-ab0c-0102977c2d6c",
    name: "Extract AI Model",
    phase: "exfiltration",
    created: "2021-05-13T00:00:00.000Z",
    modified: "2025-12-23T00:00:00.000Z",
  },
  "AML.T0040": {
    id: "attack-pattern--5ac1f849-523e-51bf-a1e9-1a97ab91cc91",
    name: "AI Model Inference API Access",
    phase: "ai-model-access",
    created: "2021-05-13T00:00:00.000Z",
    modified: "2025-03-12T00:00:00.000Z",
  },
  "AML.T0048.004": {
    id: "attack-pattern--73772ced-edba-578c-bacd-703e082a9c57",
    name: "AI Intellectual Property Theft",
    phase: "impact",
    created: "2021-05-13T00:00:00.000Z",
    modified: "2025-04-09T00:00:00.000Z",
  },
  "AML.T0065": {
    id: "attack-pattern--6e148299-0460-5d0b-9741-467437464d3d",
    name: "LLM Prompt Crafting",
    phase: "resource-development",
    created: "2025-03-12T00:00:00.000Z",
    modified: "2025-03-12T00:00:00.000Z",
  },
} as const satisfies Record<string, Technique>;

export type AtlasNumber = keyof typeof techniques;

const technique = ([number, { id, name, phase, created, modified }]: [string, Technique]) =>
  z.strictObject({
    type: z.literal("attack-pattern"),
    spec_version: z.literal("2.1"),
    id: z.literal(id),
    created: z.literal(created),
    modified: z.literal(modified),
    name: z.literal(name),
    kill_chain_phases: z.tuple([
      z.strictObject({ kill_chain_name: z.literal("mitre-atlas"), phase_name: z.literal(phase) }),
    ]),
    external_references: z.tuple([
      z.strictObject({
        source_name: z.literal("mitre-atlas"),
        url: z.literal(addressOf(number)),
        external_id: z.literal(number),
      }),
    ]),
  });

/** Only these, word for word. */
export const attackPatternSchema = z.union(Object.entries(techniques).map(technique));
export type AttackPattern = z.infer<typeof attackPatternSchema>;

export function attackPattern(number: AtlasNumber): AttackPattern {
  const { id, name, phase, created, modified } = techniques[number];
  const pattern: AttackPattern = {
    type: "attack-pattern",
    spec_version: "2.1",
    id,
    created,
    modified,
    name,
    kill_chain_phases: [{ kill_chain_name: "mitre-atlas", phase_name: phase }],
    external_references: [{ source_name: "mitre-atlas", url: addressOf(number), external_id: number }],
  };
  return Object.freeze(pattern);
}

function addressOf(number: string): string {
  return `https://atlas.mitre.org/techniques/${number}`;
}
