import { FLOWS } from "../../model/sharing.ts";
import type { Flow } from "../../model/sharing.ts";
import type { StixObject } from "../stix/objects.ts";

/** The same at every member, since a collection's id says nothing of whose it is. */
export const COLLECTION_IDS = {
  intelligence: "5f1c6a6e-0c0b-4c52-8d0e-6d2f8f6f1b01",
  incidents: "5f1c6a6e-0c0b-4c52-8d0e-6d2f8f6f1b02",
  response: "5f1c6a6e-0c0b-4c52-8d0e-6d2f8f6f1b03",
} as const satisfies Record<Flow, string>;

export function flowOfCollection(id: string): Flow | null {
  return FLOWS.find((flow) => COLLECTION_IDS[flow] === id) ?? null;
}

/** Of the API root: `/circle/`. */
export const API_ROOT = "circle";

/** The flow that an object belongs to; null where it goes along in each: markings, definitions, members. */
export function flowOf(object: StixObject): Flow | null {
  switch (object.type) {
    case "identity":
    case "marking-definition":
    case "extension-definition":
      return null;
    case "incident":
      return "incidents";
    case "course-of-action":
      return "response";
    case "relationship":
      if (object.source_ref.startsWith("incident--")) return "incidents";
      return object.source_ref.startsWith("course-of-action--") ? "response" : "intelligence";
    default:
      return "intelligence";
  }
}
