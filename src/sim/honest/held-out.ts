import { ARCHIVE_VOLUNTEERS } from "./archive.ts";
import type { Recipe } from "./recipe.ts";

/** Look-alikes in no named scenario: a detector is measured on them, never tuned. */
export const HELD_OUT_CLASSES = ["archive-volunteers"] as const;
export type HeldOutClass = (typeof HELD_OUT_CLASSES)[number];

export const HELD_OUT_LOOK_ALIKES: readonly Recipe[] = [ARCHIVE_VOLUNTEERS];
