import type { Random } from "../../kit/random.ts";
import { token, weighted } from "../draw.ts";
import { drawCountry } from "../people/address.ts";
import { crowdWorkload } from "../people/crowd.ts";
import { drawModelChoice } from "../people/habits.ts";
import { drawPipeline } from "../pipeline/pipeline.ts";
import { wordingLanguages } from "../pipeline/wording.ts";
import { coinFirm } from "../text/coin.ts";
import type { Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { EXAM_COURSE } from "./course.ts";
import { GROUP_DEPARTMENTS } from "./departments.ts";
import { dataMakers } from "./makers.ts";
import { NIGHTLY_PLUGIN } from "./plugin.ts";
import type { Recipe } from "./recipe.ts";
import { gatewayRecipe, relayRecipe } from "./sellers.ts";
import { popularClients } from "./shared.ts";
import { RELAY_ONE_SHOT } from "./one-shots.ts";
import { WRITING_SHOP } from "./shop.ts";

// Look-alikes of the evaluation's background. They were held out until the detector was looked at with them.

// Limits.
/** People drawn behind one relay, however large it is. */
const READERS = 80;

/** Resale to programmers only, who all come through the same popular client. */
const RELAY_CODE = relayRecipe("relay-code", (world, random) =>
  crowdWorkload(world, random, {
    size: 160,
    codeShare: 1,
    system: random.pick(popularClients()).system,
    showsEndUser: false,
  }),
);

/** A translation shop: one template around whatever its readers bring, which nobody deduplicates. */
const RELAY_TRANSLATION = relayRecipe("relay-translation", translationShop);

function translationShop(world: World, random: Random): Workload {
  const language = random.pick(wordingLanguages("translation"));
  const shop = drawPipeline(world, random, "translation", language);
  const params = { temperature: random.pick([0, 0.2, 0.3]), max_tokens: random.pick([1024, 2048]) };
  const model = drawModelChoice(world, random);
  const readers = weighted(
    Array.from({ length: READERS }, (_, rank) => {
      const own = random.fork(`reader/${rank}`);
      return [world.texts.items("sentence", drawCountry(own).language, own), 1 / (rank + 1) ** 0.8] as const;
    }),
  );
  return {
    callsMean: 1,
    begin: (timeMs) =>
      shop.task(world, random, { item: readers.draw(random), model: model(timeMs), params, samples: 1 }),
  };
}

/** Makers of synthetic data who never said so: one firm under its own name; half of them feed all accounts from one queue. */
const UNDECLARED_DATA: Recipe = {
  name: "undeclared-data",
  size: [2, 6],
  load: 20,
  sigma: 0.5,
  build(world, random, loads) {
    const { zone } = drawCountry(random);
    const shared = {
      organization: coinFirm(random),
      payment: `pay-${token(random, 12)}`,
      email_domain: `${token(random, 8)}.com`,
      verified: true,
    };
    const pipelineName = random.pick([
      "evolve",
      "rubric",
      "reasoning",
      "agentic",
      "dialogue",
      "code-synthesis",
    ] as const);
    return dataMakers(world, random, loads, {
      name: "undeclared-data",
      pipelineName,
      zone,
      shared,
      mayShareQueue: true,
    });
  },
};

export const LOOK_ALIKES: readonly Recipe[] = [
  RELAY_CODE,
  RELAY_TRANSLATION,
  UNDECLARED_DATA,
  // Many accounts, throttled often, and every refused call goes on elsewhere.
  gatewayRecipe({ name: "gateway-failover", size: [12, 40], failureChance: 0.06, failoverChance: 1 }),
  NIGHTLY_PLUGIN,
  EXAM_COURSE,
  GROUP_DEPARTMENTS,
  WRITING_SHOP,
  RELAY_ONE_SHOT,
];
