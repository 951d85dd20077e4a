import type { Random } from "../../kit/random.ts";
import { hourMs } from "../../kit/time-units.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, weighted } from "../draw.ts";
import type { SimAccount } from "../people/account.ts";
import { crowdWorkload } from "../people/crowd.ts";
import type { PipelineName } from "../pipeline/phrases.ts";
import { CALLS_MEAN, drawPipeline, ITEM_KIND, type Pipeline, pipelineParams } from "../pipeline/pipeline.ts";
import { workQueue } from "../pipeline/queue.ts";
import { wordingLanguages } from "../pipeline/wording.ts";
import type { Item } from "../text/texts.ts";
import type { Task, Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import type { CampaignSpec } from "./spec.ts";
import { answerChains } from "./chains.ts";
import { layOut } from "./layout.ts";

interface Station {
  readonly pipeline: Pipeline;
  readonly queue: () => Item;
  readonly params: Params;
}

function drawStations(world: World, random: Random, spec: CampaignSpec): (readonly [Station, number])[] {
  const language = random.fork("language");
  return spec.pipelines.map(([name, weight]): readonly [Station, number] => {
    const spoken = language.pick(wordingLanguages(name));
    const wording = random.fork(`wording/${name}`);
    return [
      {
        pipeline: drawPipeline(world, wording, name, spoken),
        queue: workQueue(world.texts.harvest(ITEM_KIND[name], spoken, random.fork(`items/${name}`))),
        params: pipelineParams(wording, name),
      },
      // The weight counts exchanges: a task of many calls is drawn less often.
      weight / callsOf(name, spec.samples),
    ];
  });
}

/** The deduplicated queues of a campaign, one a pipeline, and the unrelated traffic that hides them. */
export function campaignWorkload(world: World, random: Random, spec: CampaignSpec): Workload {
  const stationDraw = weighted(drawStations(world, random, spec));
  const callsMean = harmonicCalls(spec);
  const cover =
    spec.dilution > 0
      ? crowdWorkload(world, random.fork("cover"), {
          size: 400,
          codeShare: 0.3,
          showsEndUser: false,
        })
      : undefined;
  // Tasks of cover differ in length from tasks of harvest: the chance is set so that exchanges meet the share.
  const coverTasks = cover === undefined ? 0 : spec.dilution / cover.callsMean;
  const harvestTasks = (1 - spec.dilution) / callsMean;
  const coverChance = coverTasks / (coverTasks + harvestTasks);
  const model = modelChoice(world, random.fork("model"), spec);
  const own = new Map<string, Map<PipelineName, Pipeline>>();
  const accountParams = new Map<string, Params>();
  let rewordings = 0;
  const chains = answerChains(random.fork("chains"), spec.chaining ?? 0);
  const lay = layOut(spec.layout ?? "prompt");
  const taskOf = (pipeline: Pipeline, job: Parameters<Pipeline["task"]>[2]): Task =>
    chains.remember(lay(pipeline, pipeline.task(world, random, job)));

  const pipelineFor = (station: Station, account: SimAccount): Pipeline => {
    if (spec.phrasing === "campaign") return station.pipeline;
    const { name, wording } = station.pipeline;
    let pipelines = own.get(account.id);
    if (pipelines === undefined) own.set(account.id, (pipelines = new Map<PipelineName, Pipeline>()));
    let pipeline = pipelines.get(name);
    if (pipeline === undefined) {
      pipeline = drawPipeline(world, random.fork(`wording/${account.id}/${name}`), name, wording.language);
      pipelines.set(name, pipeline);
    }
    return pipeline;
  };

  const paramsFor = (station: Station, account: SimAccount): Params => {
    if (spec.variation === 0) return station.params;
    const key = `${account.id}/${station.pipeline.name}`;
    let params = accountParams.get(key);
    if (params === undefined) {
      const draw = random.fork(`params/${key}`);
      params = draw.chance(spec.variation) ? pipelineParams(draw, station.pipeline.name) : station.params;
      accountParams.set(key, params);
    }
    return params;
  };

  return {
    callsMean: 1 / (coverTasks + harvestTasks),
    begin(timeMs, account) {
      if (cover !== undefined && random.chance(coverChance)) return cover.begin(timeMs, account);
      const station = stationDraw.draw(random);
      const { name, wording } = station.pipeline;
      const job = {
        model: model(timeMs, name),
        params: paramsFor(station, account),
        samples: sampled(name) ? spec.samples : 1,
      };
      const pipeline = pipelineFor(station, account);
      const returned = chains.take(wording.language);
      if (spec.resumes) {
        const queue = returned === undefined ? station.queue : thenFrom(returned, station.queue);
        return taskOf(pipeline, { ...job, item: queue });
      }
      const item = returned ?? station.queue();
      return rewordable((reworded) => {
        const worded =
          reworded === 0
            ? pipeline
            : drawPipeline(world, random.fork(`reworded/${rewordings++}`), name, wording.language);
        return taskOf(worded, { ...job, item: thenFrom(item, station.queue) });
      }, 0);
    },
  };
}

/** A task that can be begun again in other words. `build`: from how often it was reworded already. */
function rewordable(build: (reworded: number) => Task, reworded: number): Task {
  return { ...build(reworded), reworded: () => rewordable(build, reworded + 1) };
}

/** The item first, then the queue's. */
function thenFrom(item: Item, queue: () => Item): () => Item {
  let given = false;
  return () => {
    if (given) return queue();
    given = true;
    return item;
  };
}

/** Only answers that reason are sampled more than once. */
function sampled(name: PipelineName): boolean {
  return name === "reasoning" || name === "reconstruction" || name === "bare-questions" || name === "text-to-sql";
}

function callsOf(name: PipelineName, samples: number): number {
  return CALLS_MEAN[name] * (sampled(name) ? samples : 1);
}

/** Calls of an average task over the mixture, whose weights count exchanges. */
function harmonicCalls(spec: CampaignSpec): number {
  const exchanges = spec.pipelines.reduce((sum, [, weight]) => sum + weight, 0);
  const tasks = spec.pipelines.reduce((sum, [name, weight]) => sum + weight / callsOf(name, spec.samples), 0);
  return exchanges / tasks;
}

/** Where a teacher need not be one that reasons. */
const ANY_MODEL: ReadonlySet<PipelineName> = new Set([
  "rubric",
  "translation",
  "persona-questions",
  "critique-revision",
  "self-chat",
  "backtranslation",
]);

/** One teacher for each pipeline; a pivot moves half of all within a day of a release. */
function modelChoice(
  world: World,
  random: Random,
  spec: CampaignSpec,
): (timeMs: number, pipeline: PipelineName) => string {
  const teachers = new Map<PipelineName, string>();
  for (const [name] of spec.pipelines) {
    const fitting = world.models.established.filter((model) => ANY_MODEL.has(name) || world.models.reasons(model));
    teachers.set(name, random.pick(fitting));
  }
  const { model, releasedMs } = world.models.newcomer;
  const pivotedMs = spec.pivots ? releasedMs + Math.min(23, logNormal(random, 6, 0.6)) * hourMs : Infinity;
  return (timeMs, pipeline) => (timeMs >= pivotedMs && random.chance(0.5) ? model : (teachers.get(pipeline) ?? model));
}
