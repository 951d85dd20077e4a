import type { ModelCatalogue } from "./people/models.ts";
import type { Internet } from "./people/address.ts";
import type { Texts, TopicIndex } from "./text/texts.ts";

/** What everybody in a simulated world shares. */
export interface World {
  readonly startMs: number;
  readonly endMs: number;
  readonly days: number;
  readonly texts: Texts;
  readonly topics: TopicIndex;
  readonly models: ModelCatalogue;
  readonly internet: Internet;
  /** Chance that somebody opens a conversation with the last answer of an earlier one. */
  readonly pastedAnswers: number;
}
