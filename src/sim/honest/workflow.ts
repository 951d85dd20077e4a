import type { Random } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, sample, token, type Weighted, weighted } from "../draw.ts";
import { drawAddress, drawCountry, dynamicLease, fixedLease, type Lease } from "../people/address.ts";
import { type Client, drawClient } from "../people/client.ts";
import { drawAnswer, drawHabits, type Habits } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount } from "../people/signup.ts";
import { coinFirm, coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import type { Language } from "../text/language.ts";
import { arrivals, drawRhythm, type Rhythm } from "../traffic/arrivals.ts";
import { ownDesk } from "../traffic/desk.ts";
import { everyTick } from "../traffic/every-tick.ts";
import { TrafficSource } from "../traffic/source.ts";
import { samples, type Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { together } from "./recipe.ts";
import type { Group, Recipe } from "./recipe.ts";
import { talksBeside } from "./talks.ts";
import { type Business, drawRecords } from "./workflow-records.ts";
import { somebody, templateWords, WORKFLOW_KINDS, type WorkflowKind } from "./workflow-words.ts";

// Rates.
/** Exponent of the Pareto law of the customers' volumes: a fifth of them cause four fifths of the traffic. */
const PARETO = 1.16;

/** Tokens of a median answer. */
const ANSWER: Readonly<Record<WorkflowKind, number>> = {
  "lead-scoring": 45,
  "ticket-triage": 40,
  "invoice-extraction": 130,
  "review-reply": 95,
};

/** A template as the marketplace offers it: which of the wordings, and the settings that come with it. */
interface Template {
  readonly kind: WorkflowKind;
  /** Among the wordings of the kind, in whichever language. */
  readonly order: number;
  readonly form: number;
  /** What whoever changes nothing gets. */
  readonly choices: readonly number[];
  readonly namesFirm: boolean;
  readonly asSystem: boolean;
  readonly params: Params;
  readonly model: string;
}

/** A no-code platform that runs its customers' workflows on its own machines and with their keys. */
interface Platform {
  /** One of them is used far more than the others. */
  readonly templates: Weighted<Template>;
  readonly egress: readonly Lease[];
  readonly client: Client;
  /** Whether schedules start on the hour, or more often. */
  readonly tickMs: number;
}

function drawPlatform(world: World, random: Random): Platform {
  const hosting = world.internet.network("hosting", drawCountry(random).code, random);
  const name = coinName(languagePack("en"), random).replaceAll(" ", "").toLowerCase();
  return {
    templates: weighted(
      sample(random, WORKFLOW_KINDS, WORKFLOW_KINDS.length).map((kind, rank) => [
        drawTemplate(world, random, kind),
        1 / (rank + 1) ** 1.2,
      ]),
    ),
    egress: Array.from({ length: random.integer(2, 6) }, () => fixedLease(drawAddress(hosting, random))),
    client: { ...drawClient(random, "library"), userAgent: `${name}/${random.integer(1, 4)}.${random.integer(0, 30)}` },
    tickMs: random.pick([hourMs, hourMs, hourMs / 4]),
  };
}

function drawTemplate(world: World, random: Random, kind: WorkflowKind): Template {
  return {
    kind,
    order: random.integer(0, 1),
    form: random.integer(0, 1),
    choices: sample(random, [0, 1, 2, 3, 4, 5, 6, 7, 8], random.integer(3, 5)),
    namesFirm: random.chance(0.5),
    asSystem: random.chance(0.6),
    params: { temperature: 0, ...(random.chance(0.6) ? { max_tokens: random.pick([256, 300, 500, 1024]) } : {}) },
    model: world.models.popular.draw(random),
  };
}

/** One workflow as a customer has set it up. */
interface Workflow {
  readonly order: string;
  readonly asSystem: boolean;
  readonly params: Params | undefined;
  readonly habits: Habits;
  readonly record: () => string;
  model(timeMs: number): string;
}

/** Most leave a template as it came but for what it asks them for; some write into it. */
function setUp(world: World, random: Random, business: Business, habits: Habits, template: Template): Workflow {
  const { kind } = template;
  const language: Language = random.chance(0.6) ? business.language : "en";
  const words = templateWords(kind, language);
  const own = random.chance(0.45);
  const choices = own
    ? sample(random, words.choices, random.integer(2, 7)).map((choice) =>
        kind === "lead-scoring" && random.chance(0.6) ? `${choice} (${5 * random.integer(1, 8)})` : choice,
      )
    : template.choices.map((index) => words.choices[index]!);
  const order = [
    words.orders[template.order]!.replace("%firm", template.namesFirm ? business.name : somebody(language)).replace(
      "%choices",
      choices.join(", "),
    ),
    words.forms[template.form]!,
    ...(random.chance(0.25) ? [world.texts.ask(random.pick(business.topics), habits.voice, random)] : []),
  ];
  return {
    order: order.join(" "),
    asSystem: template.asSystem,
    params: random.chance(0.85) ? template.params : habits.params,
    habits: { ...habits, outputMedian: ANSWER[kind] * (0.7 + 0.6 * random.next()), outputSigma: 0.25 },
    record: drawRecords(world, random, business, kind),
    model: random.chance(0.75) ? () => template.model : habits.model,
  };
}

/** A workflow that its user wrote without a template. */
function writeOwn(world: World, random: Random, business: Business, habits: Habits): Workflow {
  return {
    order: `${business.name}: ${world.texts.ask(random.pick(business.topics), habits.voice, random)}`,
    asSystem: random.chance(0.5),
    params: habits.params,
    habits,
    record: drawRecords(world, random, business, random.pick(WORKFLOW_KINDS)),
    model: habits.model,
  };
}

function workflowWorkload(world: World, random: Random, business: Business, workflow: Workflow): Workload {
  const { order, asSystem, params, habits, record } = workflow;
  return {
    callsMean: 1,
    begin(timeMs) {
      const model = workflow.model(timeMs);
      const text = record();
      const reply = JSON.stringify({ result: world.texts.reply(random.pick(business.topics), random) });
      return samples(
        { model, system: asSystem ? order : undefined, params },
        asSystem ? text : `${order}\n\n${text}`,
        1,
        () => drawAnswer(world, random, habits, model, reply),
        () => 0,
      );
    },
  };
}

function openCustomer(world: World, random: Random, load: number, platform: Platform): Group {
  const { code, zone, language } = drawCountry(random);
  const business: Business = {
    name: coinFirm(random),
    language,
    topics: sample(random, world.topics.spoken(language), random.integer(1, 2)),
  };
  const habits = drawHabits(world, random, {
    language,
    codeShare: 0,
    turnsMean: 2,
    paramsChance: 0.6,
    outputMedian: 140,
  });
  const createdMs = world.startMs - logNormal(random, 170, 0.9) * dayMs;
  const home = dynamicLease(random, world.internet.network("home", code, random), 0.1);
  const account = openAccount(random, {
    truth: { label: "honest", class: "workflow-platform" },
    createdMs,
    leases: platform.egress,
    clients: [platform.client],
    known: BUSINESS_KNOWN,
    shared: {
      country: code,
      // Opened at a desk of the customer's own, and not from the platform.
      signup_ip: home(createdMs).ip,
      ...(random.chance(0.5) ? { organization: business.name } : {}),
      ...(random.chance(0.6) ? { email_domain: `${token(random, 8)}.com` } : {}),
    },
    plan: random.pick(["pay-as-you-go", "pay-as-you-go", "pay-as-you-go", "build"]),
    verifiedChance: 0.35,
  });
  const workflows = Array.from({ length: random.pick([1, 1, 1, 2]) }, () =>
    setUp(world, random, business, habits, platform.templates.draw(random)),
  );
  if (random.chance(0.25)) workflows.push(writeOwn(world, random, business, habits));
  const rhythm = drawRhythm(random, random.chance(0.75) ? "office" : "service", zone);
  const common = { random, desk: ownDesk(account), failureChance: 0.015, endMs: world.endMs };
  // Some let their people talk with the model from the office's chat, through the platform as well.
  const chats = random.chance(0.15) ? 0.3 : 0;
  const sources = workflows.map((workflow) => {
    const perDay = ((1 - chats) * load) / workflows.length / world.days;
    const starts = triggers(world, random, perDay, rhythm, platform.tickMs);
    return new TrafficSource({ ...common, starts, workload: workflowWorkload(world, random, business, workflow) });
  });
  if (chats > 0) sources.push(talksBeside(world, common, { habits, rhythm, load: chats * load }));
  return { accounts: [account], sources };
}

/** A record sets off its workflow as it comes in, or waits for the next time that the schedule looks. */
function triggers(world: World, random: Random, perDay: number, rhythm: Rhythm, tickMs: number): () => number {
  const { startMs, endMs } = world;
  const burst = 0.3 + 0.7 * random.next();
  const records = arrivals({ random, startMs, endMs, perDay, rhythm, burst, atLeastOne: true });
  return random.chance(0.3) ? everyTick(random, records, tickMs) : records;
}

/** Deals the loads of a group anew: few customers of a platform cause most of its traffic. */
function paretoLoads(random: Random, loads: readonly number[]): number[] {
  const total = loads.reduce((sum, load) => sum + load, 0);
  const draws = loads.map(() => (1 - random.next()) ** (-1 / PARETO));
  const sum = draws.reduce((all, draw) => all + draw, 0);
  return draws.map((draw) => (total * draw) / sum);
}

/**
 * Small firms that use one no-code platform, each with a key, an account and records of its own. The marketplace's templates, the
 * platform's client and its few addresses are all that they have in common.
 */
export const WORKFLOW_PLATFORM: Recipe = {
  name: "workflow-platform",
  size: [40, 100],
  load: 5,
  sigma: 0,
  build(world, random, loads) {
    const platform = drawPlatform(world, random);
    return together(
      paretoLoads(random, loads).map((load, i) => openCustomer(world, random.fork(String(i)), load, platform)),
    );
  },
};
