import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { logNormal, token } from "../draw.ts";
import { drawAddress, drawCountry, fixedLease } from "../people/address.ts";
import { drawClient } from "../people/client.ts";
import { drawModelChoice } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount, type SignUp } from "../people/signup.ts";
import type { PipelineName } from "../pipeline/phrases.ts";
import { CALLS_MEAN, drawPipeline, ITEM_KIND, type Pipeline, pipelineParams } from "../pipeline/pipeline.ts";
import { workQueue } from "../pipeline/queue.ts";
import { wordingLanguages } from "../pipeline/wording.ts";
import { coinFirm } from "../text/coin.ts";
import type { Item } from "../text/texts.ts";
import type { RhythmKind } from "../traffic/arrivals.ts";
import { ownDesk } from "../traffic/desk.ts";
import type { Task, Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { together } from "./recipe.ts";
import type { Group, Recipe } from "./recipe.ts";
import { steadySource } from "./steady-source.ts";

/** An organisation that runs pipelines in the open, and its account. */
interface Maker {
  readonly name: string;
  readonly load: number;
  readonly rhythm: RhythmKind;
  readonly workload: Workload;
  readonly shared: SignUp["shared"];
  readonly zone: number;
}

function openMaker(world: World, random: Random, maker: Maker): Group {
  const { code } = drawCountry(random);
  const hosting = world.internet.network("hosting", code, random);
  const account = openAccount(random, {
    truth: { label: "honest", class: maker.name },
    createdMs: world.startMs - logNormal(random, 160, 0.9) * dayMs,
    leases: Array.from({ length: random.integer(1, 3) }, () => fixedLease(drawAddress(hosting, random))),
    clients: [drawClient(random, "library")],
    known: BUSINESS_KNOWN,
    shared: { country: code, ...maker.shared },
    plan: random.pick(["pay-as-you-go", "scale", "enterprise"]),
    verifiedChance: 0.85,
  });
  const source = steadySource(world, random, {
    ...maker,
    desk: ownDesk(account),
    burst: { least: 1, spread: 0.8 },
    failureChance: 0.014,
  });
  return { accounts: [account], sources: [source] };
}

/** Public benchmarks of a world, by number: every evaluator reads the same items in the same order. */
const BENCHMARKS: readonly {
  readonly kind: "maths" | "science" | "code";
  readonly items: number;
}[] = [
  { kind: "maths", items: 240 },
  { kind: "science", items: 180 },
  { kind: "code", items: 120 },
  { kind: "maths", items: 400 },
];

function openBenchmark(world: World, random: Random, number: number): Benchmark {
  const { kind, items } = BENCHMARKS[number] ?? { kind: "maths" as const, items: 100 };
  const source = workQueue(world.texts.items(kind, "en", random.fork(`benchmark/${number}`)));
  const harness = drawPipeline(world, random.fork(`harness/${number}`), "reasoning", "en");
  return { items: Array.from({ length: items }, source), harness };
}

/** A public benchmark: its items, and the harness most people run it with. */
interface Benchmark {
  readonly items: readonly Item[];
  readonly harness: Pipeline;
}

/** Evaluators run the same public items over several models, at temperature 0, most in the public harness; some grade the answers. */
export function evaluationRecipe(publicRandom: Random): Recipe {
  const benchmarks = new Map<number, Benchmark>();
  return {
    name: "evaluation",
    size: [1, 2],
    load: 6,
    sigma: 0.7,
    build(world, random, loads) {
      const firm = coinFirm(random);
      const { zone } = drawCountry(random);
      const payment = `pay-${token(random, 12)}`;
      const number = random.integer(0, BENCHMARKS.length - 1);
      const chosen = benchmarks.get(number) ?? openBenchmark(world, publicRandom, number);
      benchmarks.set(number, chosen);
      return together(
        loads.map((load, i) =>
          openMaker(world, random.fork(String(i)), {
            name: "evaluation",
            load,
            rhythm: "office",
            zone,
            workload: evaluationWorkload(world, random.fork(`work/${i}`), chosen),
            shared: {
              organization: firm,
              payment,
              ...(random.chance(0.55) ? { declared_use: "evaluation" } : {}),
            },
          }),
        ),
      );
    },
  };
}

function evaluationWorkload(world: World, random: Random, { items, harness }: Benchmark): Workload {
  const style = random.next();
  const pipeline = style < 0.55 ? harness : drawPipeline(world, random, style < 0.8 ? "reasoning" : "rubric", "en");
  const choose = drawModelChoice(world, random);
  const params = { temperature: 0, max_tokens: random.pick([512, 1024, 8192]) };
  let position = random.integer(0, items.length - 1);
  const item = (): Item => items[position++ % items.length] ?? { text: "", answer: "", language: "en" };
  return {
    callsMean: 1,
    begin: (timeMs): Task => pipeline.task(world, random, { item, model: choose(timeMs), params, samples: 1 }),
  };
}

interface DataMakers extends Pick<Maker, "name" | "zone" | "shared"> {
  readonly pipelineName: PipelineName;
  /** Every second firm then feeds all its accounts from one queue; otherwise each account has a subject of its own. */
  readonly mayShareQueue: boolean;
}

/** The accounts of one firm, on all of which the same pipeline makes data. */
export function dataMakers(
  world: World,
  random: Random,
  loads: readonly number[],
  { name, pipelineName, zone, shared, mayShareQueue }: DataMakers,
): Group {
  const language = random.pick(wordingLanguages(pipelineName));
  const pipeline = drawPipeline(world, random, pipelineName, language);
  const params = pipelineParams(random, pipelineName);
  const model = drawModelChoice(world, random);
  const queue = (draw: Random): (() => Item) => workQueue(world.texts.items(ITEM_KIND[pipelineName], language, draw));
  const common = mayShareQueue && random.chance(0.5) ? queue(random.fork("queue")) : undefined;
  return together(
    loads.map((load, i) => {
      const draw = random.fork(`work/${i}`);
      const item = common ?? queue(draw);
      const workload: Workload = {
        callsMean: CALLS_MEAN[pipelineName],
        begin: (timeMs) => pipeline.task(world, draw, { item, model: model(timeMs), params, samples: 1 }),
      };
      const rhythm = random.pick(["flat", "office"] as const);
      return openMaker(world, random.fork(String(i)), { name, load, rhythm, zone, workload, shared });
    }),
  );
}

/** Customers who make training data by agreement, and a few who never said so: one firm, its own name on every account. */
export const SYNTHETIC_DATA: Recipe = {
  name: "synthetic-data",
  size: [1, 3],
  load: 20,
  sigma: 0.5,
  build(world, random, loads) {
    const declared = random.chance(0.75);
    const { zone } = drawCountry(random);
    const shared = {
      organization: coinFirm(random),
      payment: `pay-${token(random, 12)}`,
      verified: true,
      ...(declared ? { declared_use: "synthetic-data" } : {}),
    };
    const pipelineName = random.pick([
      "evolve",
      "rubric",
      "translation",
      "agentic",
      "tool-calls",
      "code-synthesis",
    ] as const);
    return dataMakers(world, random, loads, {
      name: "synthetic-data",
      pipelineName,
      zone,
      shared,
      mayShareQueue: false,
    });
  },
};

/** Research groups: scripts with a question of their own, run in bursts. */
export const RESEARCH: Recipe = {
  name: "research",
  size: [1, 1],
  load: 3,
  sigma: 0.8,
  build(world, random, loads) {
    const { zone, language } = drawCountry(random);
    const name = random.pick(["reasoning", "rewriting", "rubric", "translation"] as const);
    const pipeline = drawPipeline(world, random, name, random.pick(wordingLanguages(name)));
    const item = workQueue(
      world.texts.items(random.pick(["science", "instruction", "sensitive", "maths"]), language, random),
    );
    const params = pipelineParams(random, name);
    const model = drawModelChoice(world, random);
    const repeats = random.chance(0.3) ? random.integer(2, 5) : 1;
    const workload: Workload = {
      callsMean: repeats,
      begin: (timeMs) => pipeline.task(world, random, { item, model: model(timeMs), params, samples: repeats }),
    };
    const shared = {
      organization: `${coinFirm(random)} Lab`,
      ...(random.chance(0.65) ? { declared_use: "research" } : {}),
    };
    return together([
      openMaker(world, random, {
        name: "research",
        load: loads[0] ?? 0,
        rhythm: "office",
        zone,
        workload,
        shared,
      }),
    ]);
  },
};
