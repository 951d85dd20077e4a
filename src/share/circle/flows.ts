import { FLOWS } from "../../model/sharing.ts";
import type { Flow } from "../../model/sharing.ts";
import type { StixObject } from "../stix/objects.ts";

/** Drawn at random once (UUIDv4, as TAXII 2.1 wants it), and the same at every member, since a collection's id says nothing of whose it is. */
export const COLLECTION_IDS = {
  intelligence: "f46d0277-af8f-42c5-a1d3-54331cbafbb7",
  incidents: "b3357e4e-c838-43a8-a612-bb362e8fcb3a",
  response: "e2397c44-6524-43df-a50e-f678b1dbd8de",
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
