import { seededRandom } from "../kit/random.ts";
import { dayMs } from "../kit/time-units.ts";
import { drawInternet } from "./people/address.ts";
import { modelCatalogue } from "./people/models.ts";
import { grammarTexts } from "./text/grammar.ts";
import { indexTopics } from "./text/texts.ts";
import type { World } from "./world.ts";

/** An empty world that begins on a Monday. */
export function emptyWorld(days: number): World {
  const startMs = Date.UTC(2026, 2, 2);
  return {
    startMs,
    endMs: startMs + days * dayMs,
    days,
    texts: grammarTexts,
    topics: indexTopics(grammarTexts.topics),
    models: modelCatalogue(startMs, days),
    internet: drawInternet(seededRandom("internet")),
    pastedAnswers: 0,
  };
}
