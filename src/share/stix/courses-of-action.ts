import type { DecisionAction } from "../../model/decision.ts";
import { attackPattern } from "./atlas.ts";
import type { AtlasNumber } from "./atlas.ts";
import { headOf, relate } from "./build.ts";
import type { Authorship } from "./build.ts";
import type { CourseOfAction } from "./words.ts";

interface Course {
  readonly name: CourseOfAction;
  /** The technique that it makes harder; every campaign that is told uses it. */
  readonly against: AtlasNumber;
}

const COURSES: Readonly<Record<DecisionAction, Course | null>> = {
  observe: null,
  challenge: { name: "Ask for verification", against: "AML.T0021" },
  throttle: { name: "Limit requests", against: "AML.T0024.002" },
  degrade: { name: "Withhold reasoning traces, log probabilities and several samples", against: "AML.T0024.002" },
  "hold-new-keys": { name: "Give out no new keys", against: "AML.T0040" },
  tarpit: { name: "Answer late", against: "AML.T0024.002" },
  block: { name: "Refuse requests", against: "AML.T0040" },
};

/**
 * What is done about a campaign: a course of action for each kind of action, what it mitigates, and the campaign that it was taken
 * against. Neither how hard it is, which is a term of ours, nor on whom or on how many.
 */
export function courseObjects(
  actions: readonly DecisionAction[],
  campaignId: string,
  by: Authorship,
): { readonly id: string }[] {
  return [...new Set(actions)].flatMap((action) => {
    const course = COURSES[action];
    if (course === null) return [];
    const object = { ...headOf("course-of-action", by, course.name), name: course.name };
    return [
      object,
      relate(object.id, "mitigates", attackPattern(course.against).id, by),
      relate(object.id, "related-to", campaignId, by),
    ];
  });
}
