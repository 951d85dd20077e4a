import type { Random } from "../../kit/random.ts";
import type { SimAccount } from "../people/account.ts";
import type { Source } from "../traffic/source.ts";
import type { World } from "../world.ts";
import { HELD_OUT_LOOK_ALIKES, type HeldOutClass } from "./held-out.ts";
import { LOOK_ALIKES } from "./look-alikes.ts";
import { evaluationRecipe, RESEARCH, SYNTHETIC_DATA } from "./makers.ts";
import {
  CASUAL,
  DEVELOPER,
  FAMILY,
  HACKATHON,
  OFFICE,
  OPEN_SOURCE_CLIENT,
  SPARSE,
  UNIVERSITY,
} from "./walks-of-life.ts";
import type { Group, Recipe } from "./recipe.ts";
import { AGGREGATOR, GATEWAY, RELAY } from "./sellers.ts";
import { SERVICES } from "./services.ts";

/** Classes of honest customers. */
export type HonestClass =
  | "casual"
  | "developer"
  | "open-source-client"
  | "office"
  | "university"
  | "hackathon"
  | "family"
  | "sparse"
  | "rag"
  | "classification"
  | "extraction"
  | "support"
  | "production"
  | "evaluation"
  | "synthetic-data"
  | "research"
  | "aggregator"
  | "gateway"
  | "relay"
  | "relay-code"
  | "relay-translation"
  | "undeclared-data"
  | "gateway-failover"
  | "nightly-plugin"
  | "exam-course"
  | "group-departments"
  | "writing-shop"
  | "relay-one-shot"
  | HeldOutClass;

/** Share of the honest accounts by class. */
export type Mix = Partial<Record<HonestClass, number>>;

export interface Population {
  /** Honest accounts, about; every class of the mix has at least one group. */
  readonly accounts: number;
  readonly mix: Mix;
  /** Mean exchanges of an honest account over the whole world. */
  readonly exchangesPerAccount: number;
}

interface Plan {
  readonly recipe: Recipe;
  readonly random: Random;
  readonly loads: number[];
}

/**
 * Draws the honest accounts. Loads are drawn first for all, then scaled together so that they meet the population's mean:
 * within a class they are log-normal, between classes a product carries ten to a hundred times what a person does.
 */
export function drawPopulation(world: World, random: Random, population: Population): Group {
  const plans = planGroups(random, population);
  let accounts = 0;
  let total = 0;
  for (const { loads } of plans) {
    accounts += loads.length;
    for (const load of loads) total += load;
  }
  const factor = (population.exchangesPerAccount * accounts) / total;
  const members: SimAccount[] = [];
  const sources: Source[] = [];
  for (const plan of plans) {
    const built = plan.recipe.build(
      world,
      plan.random,
      plan.loads.map((load) => load * factor),
    );
    for (const account of built.accounts) members.push(account);
    for (const source of built.sources) sources.push(source);
  }
  return { accounts: members, sources };
}

function planGroups(random: Random, population: Population): Plan[] {
  const recipes: readonly Recipe[] = [
    CASUAL,
    DEVELOPER,
    OPEN_SOURCE_CLIENT,
    OFFICE,
    UNIVERSITY,
    HACKATHON,
    FAMILY,
    SPARSE,
    ...SERVICES,
    evaluationRecipe(random.fork("public")),
    SYNTHETIC_DATA,
    RESEARCH,
    AGGREGATOR,
    GATEWAY,
    RELAY,
    ...LOOK_ALIKES,
    ...HELD_OUT_LOOK_ALIKES,
  ];
  const shares = new Map<string, number>(Object.entries(population.mix));
  const plans: Plan[] = [];
  for (const recipe of recipes) {
    const share = shares.get(recipe.name);
    if (share === undefined) continue;
    const [smallest, largest] = recipe.size;
    const groups = Math.max(1, Math.round((population.accounts * share) / ((smallest + largest) / 2)));
    for (let i = 0; i < groups; i++) {
      const draw = random.fork(`${recipe.name}/${i}`);
      const size = draw.integer(smallest, largest);
      plans.push({
        recipe,
        random: draw,
        loads: Array.from({ length: size }, () => drawLoad(draw, recipe)),
      });
    }
  }
  return plans;
}

/** Log-normal with the class's mean. */
function drawLoad(random: Random, recipe: Recipe): number {
  return recipe.load * Math.exp(recipe.sigma * random.normal() - 0.5 * recipe.sigma * recipe.sigma);
}
