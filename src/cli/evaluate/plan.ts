import type { CampaignSpec } from "../../sim/campaign/spec.ts";
import { climb, EVASION_LADDER } from "../../sim/campaign/ladder.ts";
import type { Layout } from "../../sim/campaign/layout.ts";
import { EVALUATION_BACKGROUND, EVALUATION_CAMPAIGN, HELD_OUT_CAMPAIGN } from "../../sim/evaluation.ts";
import { HELD_OUT_PIPELINES, PIPELINES } from "../../sim/pipeline/phrases.ts";
import { type Scenario, SCENARIOS } from "../../sim/scenario.ts";

/** One question about the detector's power: what a knob does while everything else stays as it is. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  /** What stands along the axis. */
  readonly axis: string;
  /** Whether the points have an order; otherwise they are cases to compare. */
  readonly ordered: boolean;
  readonly points: readonly Point[];
}

/** One setting of the knob: the campaigns to hide. */
export interface Point {
  readonly label: string;
  /** Left out where time is short. */
  readonly detail: boolean;
  readonly campaigns: readonly CampaignSpec[];
}

/** The ladder's step at which the other knobs are turned. */
const STEP_USUAL = 2;
const USUAL = climb(EVALUATION_CAMPAIGN, STEP_USUAL);
const STEPS = EVASION_LADDER.map(({ step }) => step);

const HOUR_SECONDS = 3_600;
/** Exchanges of a campaign that is spread over more and more accounts, in two weeks. */
const SPREAD_EXCHANGES = 13_340;

const LAYOUTS: readonly (readonly [string, Layout])[] = [
  ["one message", "prompt"],
  ["system prompt", "system"],
  ["after two examples", "examples"],
];

const point = (label: string, campaign: CampaignSpec, detail = false): Point => ({
  label,
  detail,
  campaigns: [campaign],
});

export const CURVES: readonly Curve[] = [
  {
    name: "ladder",
    title: "Evasion step",
    axis: "step of the ladder",
    ordered: true,
    points: STEPS.map((step) => point(String(step), climb(EVALUATION_CAMPAIGN, step))),
  },
  {
    name: "ladder-held-out",
    title: "Evasion step, pipelines that were held out",
    axis: "step of the ladder",
    ordered: true,
    points: STEPS.map((step) => point(String(step), climb(HELD_OUT_CAMPAIGN, step), step === 1)),
  },
  {
    name: "ladder-waiting",
    title: "Evasion step, without continuation",
    axis: "step of the ladder; refused work waits on its account and is asked again in other words",
    ordered: true,
    points: STEPS.map((step) => point(String(step), { ...climb(EVALUATION_CAMPAIGN, step), resumes: false }, step < 4)),
  },
  {
    name: "dilution",
    title: "Dilution",
    axis: "harvest among the accounts' exchanges, in percent",
    ordered: true,
    points: [100, 50, 25, 10, 5, 1].map((percent) => point(`${percent} %`, { ...USUAL, dilution: 1 - percent / 100 })),
  },
  {
    name: "jitter",
    title: "Jitter",
    axis: "how long an item waits at its account, on average",
    ordered: true,
    points: [
      point("none", { ...USUAL, jitterSeconds: 0 }, true),
      point("1 s", { ...USUAL, jitterSeconds: 1 }),
      point("1 min", { ...USUAL, jitterSeconds: 60 }, true),
      point("1 h", { ...USUAL, jitterSeconds: HOUR_SECONDS }),
      point("6 h", { ...USUAL, jitterSeconds: 6 * HOUR_SECONDS }, true),
      point("24 h", { ...USUAL, jitterSeconds: 24 * HOUR_SECONDS }),
    ],
  },
  {
    name: "spread",
    title: "Exchanges an account, at a fixed total",
    axis: `accounts x exchanges of each, ${SPREAD_EXCHANGES.toLocaleString("en")} in all`,
    ordered: true,
    points: [667, 334, 200, 133, 67].map((each) => {
      const accounts = Math.round(SPREAD_EXCHANGES / each);
      const days = EVALUATION_BACKGROUND.days - USUAL.startDay;
      return point(
        `${accounts} x ${each}`,
        { ...USUAL, accounts, exchangesPerAccountDay: each / days, banPerDay: 0 },
        each === 334 || each === 133,
      );
    }),
  },
  {
    name: "samples",
    title: "Samples of one prompt on one account",
    axis: "samples",
    ordered: true,
    points: [1, 2, 4, 8, 16].map((samples) =>
      point(
        String(samples),
        {
          ...USUAL,
          samples,
          pipelines: [
            ["reasoning", 2],
            ["reconstruction", 1],
          ],
        },
        samples === 2 || samples === 8,
      ),
    ),
  },
  {
    name: "dealing",
    title: "Each request dealt to whichever account's turn it is",
    axis: "step of the ladder",
    ordered: true,
    points: STEPS.map((step) =>
      point(String(step), { ...climb(EVALUATION_CAMPAIGN, step), movesOn: true }, ![0, 3, 5].includes(step)),
    ),
  },
  {
    name: "layout",
    title: "Where the item stands in a request",
    axis: "place of the item",
    ordered: false,
    points: LAYOUTS.map(([label, layout]) =>
      point(label, {
        ...USUAL,
        layout,
        pipelines: [
          ["reasoning", 3],
          ["rubric", 1],
          ["code-synthesis", 1],
        ],
      }),
    ),
  },
  {
    name: "pipelines",
    title: "One pipeline alone",
    axis: "pipeline",
    ordered: false,
    points: PIPELINES.map((name) =>
      point(HELD_OUT_PIPELINES.includes(name) ? `${name} (held out)` : name, { ...USUAL, pipelines: [[name, 1]] }),
    ),
  },
  {
    name: "disguise",
    title: "False declarations",
    axis: "what the accounts claim",
    ordered: false,
    points: [
      point("nothing", USUAL),
      point("declared, verified, a name each", { ...USUAL, declares: true }),
      point("the same at step 5", { ...climb(EVALUATION_CAMPAIGN, 5), declares: true }),
    ],
  },
  {
    name: "several",
    title: "Several campaigns with the same pipelines at once",
    axis: "campaigns",
    ordered: true,
    points: [1, 2, 4].map((campaigns) => ({
      label: String(campaigns),
      detail: campaigns === 2,
      campaigns: Array.from({ length: campaigns }, (_, i) => ({ ...USUAL, id: `c-trial-${i + 1}`, accounts: 20 })),
    })),
  },
];

/** Honest traffic, and what is hidden in it, one at a time. */
export interface Bed {
  readonly scenario: Scenario;
  /** Multiplies the honest accounts only. */
  readonly scale: number;
  readonly curves: readonly Curve[];
}

export interface PlanOptions {
  /** Names of curves and of the simulator's scenarios. */
  readonly names: readonly string[];
  readonly scales: readonly number[];
  readonly quick: boolean;
}

/** Small enough that every named scenario takes seconds. */
const QUICK_SCALE = 0.25;
const NAMED_DEFAULT = ["disclosed", "low-and-slow", "relay", "look-alikes"];

/** What `names` may hold, in the order of the report. */
export const PLAN_NAMES: readonly string[] = [...CURVES.map(({ name }) => name), ...SCENARIOS.map(({ name }) => name)];
export const PLAN_DEFAULT: readonly string[] = [...CURVES.map(({ name }) => name), ...NAMED_DEFAULT];

/** Where time is short, more honest traffic than the first scale's is only climbed up the ladder in. */
export function planBeds({ names, scales, quick }: PlanOptions): Bed[] {
  const curves = planInjections(names, quick);
  const beds = scales.map((scale, i): Bed => {
    const here = quick && i > 0 ? curves.filter(({ name }) => name === "ladder") : curves;
    return { scenario: EVALUATION_BACKGROUND, scale, curves: here };
  });
  const named = SCENARIOS.filter(({ name }) => names.includes(name)).flatMap((scenario) =>
    (quick ? scales.slice(0, 1) : scales).map((scale): Bed => ({
      scenario,
      scale: quick ? QUICK_SCALE * scale : scale,
      curves: asWritten(scenario, quick),
    })),
  );
  return [...beds.filter((bed) => bed.curves.length > 0), ...named];
}

/** The points that hide something in a log of somebody else's. */
export function planInjections(names: readonly string[], quick: boolean): Curve[] {
  return CURVES.filter(({ name }) => names.includes(name)).map((curve) => (quick ? withoutDetail(curve) : curve));
}

function withoutDetail(curve: Curve): Curve {
  return { ...curve, points: curve.points.filter(({ detail }) => !detail) };
}

/** A scenario's own campaigns, as they are and at the top of the ladder. */
function asWritten({ name, title, campaigns }: Scenario, quick: boolean): Curve[] {
  if (campaigns.length === 0) return [];
  const sized = campaigns.map((spec) =>
    quick ? { ...spec, accounts: Math.max(6, spec.accounts * QUICK_SCALE) } : spec,
  );
  return [
    {
      name,
      title: `Scenario ${name}: ${title.toLowerCase()}`,
      axis: "its campaigns, as written and at steps of the ladder",
      ordered: false,
      points: [
        { label: "as written", detail: false, campaigns: sized },
        { label: "step 5", detail: false, campaigns: sized.map((spec) => climb(spec, 5)) },
      ],
    },
  ];
}
