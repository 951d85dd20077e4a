import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Params } from "../../model/exchange.ts";
import { dirichlet, logNormal, sample, type Weighted, weighted } from "../draw.ts";
import { coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import type { Language } from "../text/language.ts";
import type { Topic, Voice } from "../text/texts.ts";
import type { Answer } from "../traffic/task.ts";
import type { World } from "../world.ts";

/** What one person, or one product, does again and again: its own mixture, unlike its neighbour's. */
export interface Habits {
  readonly voice: Voice;
  readonly interests: Weighted<Topic>;
  /** Calls of an average conversation. */
  readonly turnsMean: number;
  /** Milliseconds between an answer and the next message, on average. */
  readonly thinkMeanMs: number;
  /** Tokens of a median answer. */
  readonly outputMedian: number;
  readonly outputSigma: number;
  readonly params: Params | undefined;
  model(timeMs: number): string;
}

export interface HabitOptions {
  readonly language: Language;
  /** Share of programming among the interests. */
  readonly codeShare: number;
  readonly turnsMean: number;
  /** Chance that the client sends parameters. */
  readonly paramsChance: number;
  readonly outputMedian: number;
}

export function drawHabits(world: World, random: Random, options: HabitOptions): Habits {
  return {
    voice: drawVoice(random, options.language),
    interests: drawInterests(world, random, options.language, options.codeShare),
    turnsMean: Math.max(1, logNormal(random, options.turnsMean, 0.35)),
    thinkMeanMs: logNormal(random, 50_000, 0.8),
    outputMedian: logNormal(random, options.outputMedian, 0.5),
    outputSigma: 0.5 + random.next() * 0.6,
    params: random.chance(options.paramsChance) ? drawParams(random) : undefined,
    model: drawModelChoice(world, random),
  };
}

export function drawVoice(random: Random, language: Language): Voice {
  const pack = languagePack(language);
  return {
    medianLength: Math.min(900, Math.max(30, logNormal(random, 120, 0.6))),
    sigma: 0.3 + random.next() * 0.7,
    lowercase: random.chance(0.22),
    greetingChance: random.chance(0.3) ? random.next() : 0,
    thanksChance: random.chance(0.25) ? random.next() * 0.8 : 0,
    typoChance: random.next() ** 3 * 0.7,
    pasteChance: random.next() ** 2 * 0.4,
    names: Array.from({ length: random.integer(2, 5) }, () => coinName(pack, random)),
  };
}

/** Few topics with Dirichlet weights: mostly of the person's own language, some English, some code. */
function drawInterests(world: World, random: Random, language: Language, codeShare: number): Weighted<Topic> {
  const { code } = world.topics;
  const chosen = sample(random, world.topics.spoken(language), random.integer(2, 5));
  if (language !== "en" && random.chance(0.4))
    chosen.push(...sample(random, world.topics.spoken("en"), random.integer(1, 2)));
  const weights = dirichlet(random, chosen.length, 0.7);
  const choices = chosen.map((topic, i): readonly [Topic, number] => [topic, (1 - codeShare) * (weights[i] ?? 0)]);
  if (codeShare > 0 && code.length > 0) {
    const languages = sample(random, code, random.integer(1, 3));
    const shares = dirichlet(random, languages.length, 0.8);
    languages.forEach((topic, i) => choices.push([topic, codeShare * (shares[i] ?? 0)]));
  }
  return weighted(choices);
}

function drawParams(random: Random): Params | undefined {
  const params: Params = {
    ...(random.chance(0.7) ? { temperature: random.pick([0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 1]) } : {}),
    ...(random.chance(0.25) ? { top_p: random.pick([0.8, 0.9, 0.95, 1]) } : {}),
    ...(random.chance(0.6)
      ? {
          max_tokens: random.pick([256, 500, 512, 800, 1000, 1024, 1500, 2000, 2048, 3000, 4096, 8000, 8192, 16_000]),
        }
      : {}),
    ...(random.chance(0.5) ? { stream: random.chance(0.8) } : {}),
    ...(random.chance(0.06) ? { reasoning_effort: random.pick(["low", "medium", "high"]) } : {}),
    ...(random.chance(0.02) ? { logprobs: true } : {}),
  };
  return Object.keys(params).length > 0 ? params : undefined;
}

/** One to three favourite models; some try a new one days after its release, some never. */
export function drawModelChoice(world: World, random: Random): (timeMs: number) => string {
  const favourites = dirichlet(random, random.integer(1, 3), 0.8).map((weight): readonly [string, number] => [
    world.models.popular.draw(random),
    weight,
  ]);
  const usual = weighted(favourites);
  const { model, releasedMs } = world.models.newcomer;
  const adoptedMs = random.chance(0.45) ? releasedMs + random.exponential(6 * dayMs) : Infinity;
  const share = random.next();
  return (timeMs) => (timeMs >= adoptedMs && random.chance(share) ? model : usual.draw(random));
}

/** The answer that a habit gets: a stand-in text and lengths of its own distribution. */
export function drawAnswer(world: World, random: Random, habits: Habits, model: string, text: string): Answer {
  const output = Math.max(1, Math.min(16_000, Math.round(logNormal(random, habits.outputMedian, habits.outputSigma))));
  const reasoning = world.models.reasons(model) ? Math.round(output * (0.3 + random.next() * 2)) : 0;
  const roll = random.next();
  return {
    text,
    output,
    reasoning,
    finish: roll < 0.965 ? "stop" : roll < 0.99 ? "length" : "refusal",
  };
}
