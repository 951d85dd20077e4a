import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { logNormal, sample, token } from "../draw.ts";
import { drawAddress, drawCountry, fixedLease } from "../people/address.ts";
import { drawClient } from "../people/client.ts";
import { drawAnswer, drawHabits, type Habits } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount } from "../people/signup.ts";
import { coinFirm } from "../text/coin.ts";
import type { Topic } from "../text/texts.ts";
import { arrivals, drawRhythm } from "../traffic/arrivals.ts";
import { ownDesk } from "../traffic/desk.ts";
import { TrafficSource } from "../traffic/source.ts";
import { samples, type Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import type { Group, Recipe } from "./recipe.ts";

/** What one request of a product holds besides its instructions. */
type Fill = (world: World, random: Random, product: Product) => string;

interface Product {
  readonly firm: string;
  readonly topics: readonly Topic[];
  readonly habits: Habits;
  readonly labels: readonly string[];
}

interface ServiceTraits {
  readonly name: string;
  readonly load: number;
  readonly sigma: number;
  readonly outputMedian: number;
  readonly instructions: readonly string[];
  readonly fill: Fill;
}

/** One firm's product: its own instructions, its own customers, one request a task. */
function serviceRecipe(traits: ServiceTraits): Recipe {
  return {
    name: traits.name,
    size: [1, 1],
    load: traits.load,
    sigma: traits.sigma,
    build: (world, random, loads) => buildService(world, random, loads[0] ?? 0, traits),
  };
}

function buildService(world: World, random: Random, load: number, traits: ServiceTraits): Group {
  const { code, zone, language } = drawCountry(random);
  const habits = {
    ...drawHabits(world, random, {
      language,
      codeShare: 0,
      turnsMean: 1,
      paramsChance: 0.9,
      outputMedian: traits.outputMedian,
    }),
    turnsMean: 1,
  };
  const product: Product = {
    firm: coinFirm(random),
    topics: sample(random, world.topics.spoken(language), random.integer(1, 3)),
    habits,
    labels: Array.from({ length: random.integer(3, 8) }, () => token(random, 5)),
  };
  const hosting = world.internet.network("hosting", code, random);
  const account = openAccount(random, {
    truth: { label: "honest", class: traits.name },
    createdMs: world.startMs - logNormal(random, 220, 0.8) * dayMs,
    leases: Array.from({ length: random.integer(1, 6) }, () => fixedLease(drawAddress(hosting, random))),
    clients: [drawClient(random, random.pick(["library", "library", "cloud", "gateway"]))],
    known: BUSINESS_KNOWN,
    shared: { organization: product.firm, country: code },
    plan: random.pick(["pay-as-you-go", "scale", "enterprise"]),
    verifiedChance: 0.7,
  });
  const source = new TrafficSource({
    random,
    starts: arrivals({
      random,
      startMs: world.startMs,
      endMs: world.endMs,
      perDay: load / world.days,
      rhythm: drawRhythm(random, "service", zone),
      burst: random.next() * 0.8,
    }),
    workload: serviceWorkload(world, random, traits, product),
    desk: ownDesk(account),
    failureChance: 0.012,
    endMs: world.endMs,
  });
  return { accounts: [account], sources: [source] };
}

function serviceWorkload(world: World, random: Random, traits: ServiceTraits, product: Product): Workload {
  const order = random.pick(traits.instructions).replaceAll("%labels", product.labels.join(", "));
  const brand = `${random.pick(["You serve", "Component of", "Runs inside", "Assistant of"])} ${product.firm}${random.chance(0.5) ? ` (${token(random, 6)})` : ""}. ${order} ${random.pick(["Stay on the subject.", "Be kind and brief.", "Plain words only.", "Never promise refunds.", "Metric units.", ""])}`;
  const asSystem = random.chance(0.8);
  const showsEndUser = random.chance(0.4);
  const customers = random.integer(20, 4_000);
  const prefix = token(random, 3);
  return {
    callsMean: 1,
    begin(timeMs) {
      const model = product.habits.model(timeMs);
      const text = traits.fill(world, random, product);
      const topic = random.pick(product.topics);
      const frame = {
        model,
        system: asSystem ? brand : undefined,
        params: product.habits.params,
        endUser: showsEndUser ? `${prefix}-${random.integer(1, customers)}` : undefined,
      };
      const reply = traits.name === "classification" ? random.pick(product.labels) : world.texts.reply(topic, random);
      return samples(
        frame,
        asSystem ? text : `${brand}\n\n${text}`,
        1,
        () => drawAnswer(world, random, product.habits, model, reply),
        () => 0,
      );
    },
  };
}

/** A customer of the product: a short message in a voice of its own. */
function customer(world: World, random: Random, product: Product): string {
  const voice = {
    ...product.habits.voice,
    medianLength: logNormal(random, 70, 0.7),
    lowercase: random.chance(0.3),
    typoChance: random.next() ** 3,
  };
  return world.texts.ask(random.pick(product.topics), voice, random);
}

export const SERVICES: readonly Recipe[] = [
  serviceRecipe({
    name: "rag",
    load: 10,
    sigma: 1.6,
    outputMedian: 140,
    instructions: [
      "Answer only from the passages and name the one you used.",
      "Use the documents; say so if they are silent.",
      "Help staff to find facts in the manual.",
    ],
    fill(world, random, product) {
      const passages = Array.from(
        { length: random.integer(2, 4) },
        (_, i) => `(${i + 1}) ${world.texts.passage(random.pick(product.topics), random, random.integer(2, 5))}`,
      );
      return `${passages.join("\n")}\n\n${customer(world, random, product)}`;
    },
  }),
  serviceRecipe({
    name: "classification",
    load: 12,
    sigma: 1.7,
    outputMedian: 9,
    instructions: [
      "Choose one label among: %labels.",
      "Which queue gets this message? Options: %labels.",
      "Tag the text with one of %labels and nothing else.",
    ],
    fill: customer,
  }),
  serviceRecipe({
    name: "extraction",
    load: 8,
    sigma: 1.6,
    outputMedian: 110,
    instructions: [
      "Return names, dates and amounts as JSON.",
      "Pull out the entities and leave blanks empty.",
      "Fill the fields %labels from the text.",
    ],
    fill: (world, random, product) => world.texts.passage(random.pick(product.topics), random, random.integer(3, 9)),
  }),
  serviceRecipe({
    name: "support",
    load: 9,
    sigma: 1.5,
    outputMedian: 130,
    instructions: [
      "Help customers with their orders.",
      "First line of support; hand over if angry.",
      "Solve the customer's problem in three sentences.",
    ],
    fill: customer,
  }),
  serviceRecipe({
    name: "production",
    load: 6,
    sigma: 1.5,
    outputMedian: 320,
    instructions: [
      "Tutor pupils: explain each step.",
      "Write a summary for a busy reader.",
      "Coach the user and show how you thought about it.",
      "Draft a reply in the house style.",
    ],
    fill(world, random, product) {
      return random.chance(0.4)
        ? world.texts.passage(random.pick(product.topics), random, random.integer(2, 6))
        : customer(world, random, product);
    },
  }),
];
