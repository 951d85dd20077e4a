import type { Nulls } from "../calibration/nulls.ts";
import { isToldByLines } from "../candidates/candidate.ts";
import { harvestOf, totalOf } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import { likenessLogE } from "../twins/twins.ts";
import { mayBeAskedAgain } from "./asked-again.ts";
import { isLeftToWords } from "./pool.ts";

/*
 * A recipe: several unrelated templates in the same proportions on every account, over ever new items, and nobody ever
 * answers back. That is a data pipeline in whatever words, and in whatever language, it is written. One template, however
 * popular, is no recipe (a client, a product, a translator); people who talk are no recipe, nor are such as ask again for a text that
 * did not please them (a shop that words its template anew); templates that each account mixes in its own way are no recipe (the
 * customers of a relay); answers too short to learn from are no recipe (translators).
 */

/** A template counts from this share of the shared tasks; this many make a recipe. */
const templateShareMin = 0.05;
const templatesMin = 3;
/** Share of the shared tasks in which nobody answers back. */
const unattendedShareMin = 0.9;
/** Share of the members' whole traffic that the shared work must make up. */
const workShareMin = 0.5;
/** Mean tokens of an answer: a harvest is output-heavy. Unknown lengths establish no recipe. */
const outputTokensMin = 350;

/** log10 e-value that the members' mix of templates is one; 0 where there is no recipe. */
export function recipeLogE(observation: Observation, nulls: Nulls): number {
  // Where work is told by its words, a stream is a shape and no template.
  if (!isToldByLines(observation.candidate.source)) return 0;
  if (isLeftToWords(observation)) return 0;
  const members = observation.members;
  if (mayBeAskedAgain(observation)) return 0;
  const shared = totalOf(members, harvestOf);
  if (totalOf(members, ({ unattendedTasks }) => unattendedTasks) < unattendedShareMin * shared) return 0;
  if (shared < workShareMin * totalOf(members, ({ tasks }) => tasks)) return 0;
  const lengths = members.flatMap((member) => member.outputTokens ?? []);
  if (lengths.reduce((total, length) => total + length, 0) < outputTokensMin * Math.max(lengths.length, 1)) return 0;
  const { stream } = observation.features;
  const totals = Array.from({ length: stream.columns }, (_, column) =>
    stream.halves.flat().reduce((total, row) => total + row[column]!, 0),
  );
  if (totals.filter((total) => total >= templateShareMin * shared).length < templatesMin) return 0;
  const topics = likenessLogE(observation, nulls, "topic") ?? 0;
  return topics <= -1 ? 0 : Math.max(likenessLogE(observation, nulls, "stream") ?? 0, 0);
}
