import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { calibrate } from "../calibration/cohorts.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { examineOne } from "../examine.ts";
import { groupCase, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { CountTable } from "../observation/count-table.ts";
import type { Observation } from "../observation/observation.ts";
import type { Gathered } from "./membership.ts";
import { settle } from "./settle.ts";
import { barOf, falseCampaignRate, judge } from "./verdict.ts";

const honest = honestGroups(31);
const nulls = await calibrate(honest);
const queue = groupCase(queueGroup, seededRandom(1));
const bar = barOf(
  await Promise.all([...honest, queue].map((group) => examineOne(group, nulls, []))),
  falseCampaignRate,
);
const strangerIndex = queue.members.length;

type Rows = CountTable["halves"][number];

function withRows({ features }: Observation, change: (rows: Rows, columns: number) => Rows): Observation["features"] {
  const changed = ({ columns, halves: [forming, judging] }: CountTable): CountTable => ({
    columns,
    halves: [change(forming, columns), change(judging, columns)],
  });
  const { stream, model, params, output, hour, topic, intent, release } = features;
  return {
    stream: changed(stream),
    model: changed(model),
    params: changed(params),
    output: changed(output),
    hour: changed(hour),
    topic: changed(topic),
    intent: changed(intent),
    release: changed(release),
  };
}

/** The members of the queue, and one who came once. */
const everybody: Observation = {
  ...queue,
  members: [
    ...queue.members,
    { ...queue.members[0]!, index: strangerIndex, account: "stranger", harvestTasks: [1, 0] },
  ],
  features: withRows(queue, (rows, columns) => [...rows, Array.from({ length: columns }, () => 0)]),
};

function observed(candidate: Candidate): Observation {
  const at = everybody.members.flatMap(({ index }, i) => (candidate.accounts.includes(index) ? i : []));
  return {
    ...everybody,
    candidate,
    features: withRows(everybody, (rows) => at.map((i) => rows[i]!)),
    members: at.map((i) => everybody.members[i]!),
  };
}

/** Judges groups of these accounts as the evidence says, or by `stands` alone. */
const hearing = (stands?: (accounts: readonly number[]) => boolean) => {
  const judgeAll = (candidates: readonly Candidate[]) =>
    Promise.all(
      candidates.map(async (candidate) => {
        const verdict = judge(await examineOne(observed(candidate), nulls, []), bar);
        return stands === undefined ? verdict : { ...verdict, convicted: stands(candidate.accounts) };
      }),
    );
  return { nulls, judge: judgeAll, judgeAgain: judgeAll };
};

const members = queue.members.map(({ index }) => index);
const group = (accounts: readonly number[]): Candidate => ({ id: 0, source: "habits", accounts });
const settled = async (gathered: Gathered, stands?: (accounts: readonly number[]) => boolean) =>
  (await settle(hearing(stands), [gathered])).map(({ observation }) => observation.members.map(({ index }) => index));

describe("a campaign, judged again", () => {
  it("stands without those who do not belong", async () => {
    const whole = group([...members, strangerIndex]);
    expect(await settled({ grown: whole, core: whole })).toEqual([members]);
  });

  it("falls where it stood by a stranger alone, and nobody is held for it", async () => {
    const whole = group([...members, strangerIndex]);
    expect(await settled({ grown: whole, core: whole }, (accounts) => accounts.includes(strangerIndex))).toEqual([]);
  });

  it("is what it was before others joined, where it does not stand with them", async () => {
    const core = members.slice(0, 12);
    const grown = { grown: group(members), core: group([...core, strangerIndex]) };
    expect(await settled(grown, (accounts) => accounts.length < 14)).toEqual([core]);
  });
});
