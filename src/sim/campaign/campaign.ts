import type { Random } from "../../kit/random.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, weighted } from "../draw.ts";
import type { SimAccount } from "../people/account.ts";
import { crowdWorkload } from "../people/crowd.ts";
import { CALLS_MEAN, drawPipeline, ITEM_KIND, type Pipeline, pipelineParams } from "../pipeline/pipeline.ts";
import type { PipelineName } from "../pipeline/phrases.ts";
import { workQueue } from "../pipeline/queue.ts";
import { wordingLanguages } from "../pipeline/wording.ts";
import type { Item } from "../text/texts.ts";
import { arrivals, DAY_MS, drawRhythm } from "../traffic/arrivals.ts";
import { rotationDesk, type Rotation } from "../traffic/desk.ts";
import { type Source, TrafficSource } from "../traffic/source.ts";
import type { Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { campaignSlots } from "./members.ts";

/** A harvest as data: what it asks, and how its accounts behave. Every trait is a parameter, so that evasion is a change of data. */
export interface CampaignSpec {
  readonly id: string;
  /** The `class` of its members in the labels. */
  readonly memberClass: string;
  readonly pipelines: readonly (readonly [PipelineName, number])[];
  /** Accounts at work at one time, at scale 1. */
  readonly accounts: number;
  readonly exchangesPerAccountDay: number;
  /** Days from the start of the world; `days` is cut at its end. */
  readonly startDay: number;
  readonly days: number;
  readonly addresses: "few-proxies" | "proxy-per-account" | "residential";
  /** Chances that an account reuses another member's payment, device or e-mail shape and domain. */
  readonly reuse: { readonly payment: number; readonly device: number; readonly email: number };
  readonly rotation: Rotation;
  /** Share of exchanges that are unrelated customers' traffic. */
  readonly dilution: number;
  /** Samples of one prompt, on one account. */
  readonly samples: number;
  /** Chance that an account is banned on a given day. */
  readonly banPerDay: number;
  /** Hours until a banned account is replaced, on average. */
  readonly replacementHours: number;
  /** Whether a throttled item goes on from another account. */
  readonly resumes: boolean;
  /** Whether half the traffic moves to a new model within a day of its release. */
  readonly pivots: boolean;
  /** 0: all members use one client and one set of parameters; 1: each has its own. */
  readonly variation: number;
  /** Who words the templates: the whole campaign once, or each account anew. */
  readonly phrasing: "campaign" | "account";
  readonly hours: "flat" | "shift" | "person";
  /** Days between an account's opening and its first harvest, on average. */
  readonly agedDays: number;
}

/** The accounts of a campaign and the one source that drives them all. */
export interface CampaignPlan {
  readonly accounts: readonly SimAccount[];
  readonly source: Source;
}

export function planCampaign(world: World, random: Random, spec: CampaignSpec, scale: number): CampaignPlan {
  const startMs = world.startMs + spec.startDay * DAY_MS;
  const endMs = Math.min(world.endMs, startMs + spec.days * DAY_MS);
  const slots = campaignSlots(
    world,
    random.fork("members"),
    spec,
    Math.max(4, Math.round(spec.accounts * scale)),
    startMs,
    endMs,
  );
  const workload = campaignWorkload(world, random.fork("work"), spec);
  const perDay = (slots.length * spec.exchangesPerAccountDay) / workload.callsMean;
  const rhythm = drawRhythm(random, spec.hours, random.pick([-6, 0, 3, 8]));
  const source = new TrafficSource({
    random: random.fork("traffic"),
    starts: arrivals({
      random: random.fork("arrivals"),
      startMs,
      endMs,
      perDay,
      rhythm,
      burst: 0.15,
    }),
    workload,
    desk: rotationDesk({
      random: random.fork("rotation"),
      slots,
      rotation: spec.rotation,
      stickyTasks: 12,
      resumes: spec.resumes,
    }),
    failureChance: 0.018,
    endMs,
  });
  return { accounts: slots.flatMap((slot) => slot.terms.map((term) => term.account)), source };
}

interface Station {
  readonly pipeline: Pipeline;
  readonly queue: () => Item;
  readonly params: Params;
}

/** The deduplicated queues of a campaign, one a pipeline, and the unrelated traffic that hides them. */
function campaignWorkload(world: World, random: Random, spec: CampaignSpec): Workload {
  const language = random.fork("language");
  const stations = spec.pipelines.map(([name, weight]): readonly [Station, number] => {
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
  const stationDraw = weighted(stations);
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
      return pipelineFor(station, account).task(world, random, {
        item: station.queue,
        model: model(timeMs, station.pipeline.name),
        params: paramsFor(station, account),
        samples: sampled(station.pipeline.name) ? spec.samples : 1,
      });
    },
  };
}

/** Only answers that reason are sampled more than once. */
function sampled(name: PipelineName): boolean {
  return name === "reasoning" || name === "reconstruction";
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

/** One teacher for each pipeline; a pivot moves half of all within a day of a release. */
function modelChoice(
  world: World,
  random: Random,
  spec: CampaignSpec,
): (timeMs: number, pipeline: PipelineName) => string {
  const teachers = new Map<PipelineName, string>();
  for (const [name] of spec.pipelines) {
    const fitting = world.models.established.filter(
      (model) => name === "rubric" || name === "translation" || world.models.reasons(model),
    );
    teachers.set(name, random.pick(fitting));
  }
  const { model, releasedMs } = world.models.newcomer;
  const pivotedMs = spec.pivots ? releasedMs + Math.min(23, logNormal(random, 6, 0.6)) * 3_600_000 : Infinity;
  return (timeMs, pipeline) => (timeMs >= pivotedMs && random.chance(0.5) ? model : (teachers.get(pipeline) ?? model));
}
