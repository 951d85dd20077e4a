import { EXAM_COURSE } from "./course.ts";
import { GROUP_DEPARTMENTS } from "./departments.ts";
import { NIGHTLY_PLUGIN } from "./plugin.ts";
import type { Recipe } from "./recipe.ts";
import { WRITING_SHOP } from "./shop.ts";

/** Look-alikes in no named scenario: a detector is measured on them, never tuned. */
export const HELD_OUT_CLASSES = ["nightly-plugin", "exam-course", "group-departments", "writing-shop"] as const;
export type HeldOutClass = (typeof HELD_OUT_CLASSES)[number];

export const HELD_OUT_LOOK_ALIKES: readonly Recipe[] = [NIGHTLY_PLUGIN, EXAM_COURSE, GROUP_DEPARTMENTS, WRITING_SHOP];
