import { ARCHIVE_VOLUNTEERS } from "./archive.ts";
import type { Recipe } from "./recipe.ts";
import { SYSTEM_ONLY_TOOL } from "./system-only.ts";
import { TRIMMING_CLIENT } from "./trimming.ts";
import { WORKFLOW_PLATFORM } from "./workflow.ts";

/**
 * Look-alikes in no named scenario but the evaluation's: a detector is measured on them, never tuned. Of another's users of a workflow platform
 * two logs were looked at before these were written.
 */
export const HELD_OUT_CLASSES = [
  "archive-volunteers",
  "workflow-platform",
  "trimming-client",
  "system-only-tool",
] as const;
export type HeldOutClass = (typeof HELD_OUT_CLASSES)[number];

export const HELD_OUT_LOOK_ALIKES: readonly Recipe[] = [
  ARCHIVE_VOLUNTEERS,
  WORKFLOW_PLATFORM,
  TRIMMING_CLIENT,
  SYSTEM_ONLY_TOOL,
];
