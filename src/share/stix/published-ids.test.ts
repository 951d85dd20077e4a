import { expect, test } from "vitest";
import { attackPattern } from "./atlas.ts";
import type { AtlasNumber } from "./atlas.ts";
import {
  ACCOUNT_CLUSTER,
  CAPABILITY_HARVEST,
  DEFINER,
  FINGERPRINT,
  ORIGIN,
  PROMPT_SKELETON,
  TIMING_SIGNATURE,
} from "./extensions.ts";
import { iepMarking } from "./iep.ts";
import type { PermittedActions } from "./iep.ts";
import { INCIDENT_EXTENSION } from "./objects.ts";
import { tlpMarking } from "./tlp.ts";
import type { TlpLevel } from "./tlp.ts";

/*
 * Objects of many sources meet by these ids. They are written out a second time, so that a slip in the code, which writes and reads with
 * the same constant, does not go unseen.
 */

// OASIS, cti-stix-common-objects: the five markings of the extension for TLP 2.0.
test.each<[TlpLevel, string, string]>([
  ["clear", "TLP:CLEAR", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"],
  ["green", "TLP:GREEN", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
  ["amber", "TLP:AMBER", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],
  ["amber+strict", "TLP:AMBER+STRICT", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"],
  ["red", "TLP:RED", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"],
])("TLP 2.0 %s is the marking that OASIS publishes", (level, name, id) => {
  expect(tlpMarking(level)).toEqual({
    type: "marking-definition",
    spec_version: "2.1",
    id,
    created: "2022-10-01T00:00:00.000Z",
    name,
    extensions: {
      "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
        extension_type: "property-extension",
        tlp_2_0: level,
      },
    },
  });
});

// Our own policies, in the extension that OASIS publishes for IEP 2.0.
test.each<[PermittedActions, string]>([
  ["none", "0449ee81-2844-47f0-ae3d-837cfd386e2c"],
  ["contact-for-instruction", "eae5b348-0281-403e-a4a1-6218ab7bfcb4"],
  ["internally-visible-actions", "e3c280de-a04d-4120-8311-c1b9763b6971"],
  ["externally-visible-indirect-actions", "fb6391b4-b9eb-42d6-b7b7-4ed905b3ce3e"],
  ["externally-visible-direct-actions", "2d9faf9e-29e1-48f0-9e5f-c37c3745282b"],
])("IEP 2.0 %s is the policy that members know", (permitted, uuid) => {
  const marking = iepMarking(permitted);
  expect(marking.id).toBe(`marking-definition--${uuid}`);
  expect(Object.entries<object | undefined>(marking.extensions)).toEqual([
    [
      "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a",
      expect.objectContaining({ iep_id: uuid, iep_version: 2, permitted_actions: permitted }),
    ],
  ]);
});

// MITRE ATLAS, as its STIX has them.
test.each<[AtlasNumber, string, string]>([
  ["AML.T0008.005", "AI Service Proxies", "attack-pattern--647ac4ac-b2bc-53f7-ab83-81f421a1f0b5"],
  ["AML.T0021", "Establish Accounts", "attack-pattern--d3d7763a-58e1-5e38-84fd-3abea967cb08"],
  ["AML.T0024.002", "Extract AI Model", "attack-pattern--3f567912-629a-5e0b-ab0c-0102977c2d6c"],
  ["AML.T0040", "AI Model Inference API Access", "attack-pattern--5ac1f849-523e-51bf-a1e9-1a97ab91cc91"],
  ["AML.T0048.004", "AI Intellectual Property Theft", "attack-pattern--73772ced-edba-578c-bacd-703e082a9c57"],
  ["AML.T0065", "LLM Prompt Crafting", "attack-pattern--6e148299-0460-5d0b-9741-467437464d3d"],
])("ATLAS %s is the technique %s", (number, name, id) => {
  expect(attackPattern(number)).toMatchObject({
    id,
    name,
    external_references: [
      { source_name: "mitre-atlas", external_id: number, url: `https://atlas.mitre.org/techniques/${number}` },
    ],
  });
});

test("extensions have the ids under which others know them", () => {
  expect(DEFINER.id).toBe("identity--bcfc5c6b-b5ff-4b2f-8e50-4645d71dd963");
  expect(INCIDENT_EXTENSION).toBe("extension-definition--ef765651-680c-498d-9894-99799f2fa126");
  expect({ ACCOUNT_CLUSTER, CAPABILITY_HARVEST, PROMPT_SKELETON, TIMING_SIGNATURE, FINGERPRINT, ORIGIN }).toEqual({
    ACCOUNT_CLUSTER: "extension-definition--309da4c9-5c86-4d9c-940e-fec9da9f1841",
    CAPABILITY_HARVEST: "extension-definition--78a647c1-ab4b-40b6-a51d-2509166b1f1d",
    PROMPT_SKELETON: "extension-definition--58c99e99-addc-4468-88b6-dce1eea6cd3d",
    TIMING_SIGNATURE: "extension-definition--065b3049-f8a9-4582-8d98-a4d617c7d64f",
    FINGERPRINT: "extension-definition--32fad6a7-1319-4c92-b08e-a84ed093ec49",
    ORIGIN: "extension-definition--f3b0b8a4-8d0c-4d0b-9a52-5b0f6c1d7e2a",
  });
});
