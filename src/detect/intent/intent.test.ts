import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroup, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { Observation } from "../observation/observation.ts";
import { judgeIntent } from "./intent.ts";

const intents = [{ id: "rubric-grading", title: "Grades answers by a rubric", capability: "grading", ordinary: false }];
const withIntents = (group: ReturnType<typeof groupCase>) => ({
  ...group,
  members: group.members.map((member) => ({ ...member, intents: [member.intentTasks] })),
});

const nulls = await learnNulls(honestGroups(24));

describe("intent", () => {
  it("is shown where most of the shared tasks ask for training material", () => {
    const finding = judgeIntent(withIntents(groupCase({ ...queueGroup, sampled: 0 }, seededRandom(1))), intents, nulls);
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence[0]!.summary).toMatch(
      /^20 of 20 accounts ask for training material .* grades answers by a rubric/,
    );
  });

  it("is shown by repeated sampling alone, in whatever words", () => {
    const finding = judgeIntent(groupCase({ ...queueGroup, intent: 0 }, seededRandom(2)), intents, nulls);
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence.some((item) => /sampled several times/.test(item.summary))).toBe(true);
  });

  it("is shown by a pipeline's recipe, in whatever words", () => {
    const silent = { ...queueGroup, intent: 0, sampled: 0 };
    const finding = judgeIntent(groupCase({ ...silent, unattended: 1 }, seededRandom(4)), intents, nulls);
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence[0]!.summary).toMatch(/recipe/);
    // A relay's customers answer back, a shop's ask again, or each account mixes in its own way.
    const shop = groupCase({ ...silent, unattended: 1, sampled: 0.12 }, seededRandom(4));
    expect(judgeIntent(shop, intents, nulls).logE).toBeLessThan(0.1);
    expect(judgeIntent(groupCase({ ...silent, unattended: 0.5 }, seededRandom(4)), intents, nulls).logE).toBeLessThan(
      0.1,
    );
    expect(
      judgeIntent(groupCase({ ...silent, unattended: 1, likeness: 4 }, seededRandom(4)), intents, nulls).logE,
    ).toBeLessThan(0.1);
    // What its accounts send on for each other is not of the recipe alone: a pool serves customers.
    const sending = {
      ...groupCase({ ...silent, unattended: 1 }, seededRandom(4)),
      handedOver: { shared: 9, besides: 3 },
    };
    expect(judgeIntent(sending, intents, nulls).logE).toBeLessThan(0.1);
  });

  it("is not shown where those whom resumed requests tie together ask for none: they are another hand's", () => {
    const group = withIntents(groupCase({ ...queueGroup, sampled: 0 }, seededRandom(1)));
    const tie = (count: number, intent: number) => ({
      ...group,
      members: group.members.map((member, i) =>
        i < count ? { ...member, ties: [(i + 1) % count], intentTasks: intent * member.lookedTasks } : member,
      ),
    });
    const judge = (count: number, intent: number) => judgeIntent(tie(count, intent), intents, nulls);
    expect(judge(0, 0).logE).toBeGreaterThan(2);
    expect(judge(8, 1).logE).toBeGreaterThan(2);
    // Some whom a request ties by chance tell nothing of the others.
    expect(judge(2, 0).logE).toBeGreaterThan(2);
    const other = judge(8, 0);
    expect(other.logE).toBeLessThan(-1);
    expect(other.evidence.find(({ against }) => against)?.summary).toMatch(/^8 of 20 accounts send each other's/);
  });

  it("is not shown by answers that come back at a few of those whom resumed requests tie together", () => {
    const group = groupCase({ ...queueGroup, intent: 0, sampled: 0, answered: 0 }, seededRandom(1));
    const chain = (chaining: number): Observation => ({
      ...group,
      members: group.members.map((member, i) => ({
        ...member,
        ties: i < 12 ? [(i + 1) % 12] : [],
        ...(i < chaining ? { answeredTasks: member.tasks, chainedTasks: Math.round(0.6 * member.tasks) } : {}),
      })),
    });
    expect(judgeIntent(chain(6), intents, nulls).logE).toBeGreaterThan(2);
    expect(judgeIntent(chain(5), intents, nulls).logE).toBeLessThan(-1);
  });

  it("is no second family, where those are another hand's, for nobody standing behind the requests", () => {
    const queue = groupCase({ ...queueGroup, sampled: 0, unattended: 1 }, seededRandom(1));
    // One template for all: no recipe.
    const features = { ...queue.features, stream: { columns: 0, halves: [[], []] } as const };
    const members = queue.members.map((member, i) =>
      i < 8 ? { ...member, ties: [(i + 1) % 8], intentTasks: 0 } : member,
    );
    const finding = judgeIntent(withIntents({ ...queue, features, members }), intents, nulls);
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.independentLogE).toBeLessThan(-1);
  });

  it("is not shown by texts that people ask for again now and then", () => {
    const shop = groupCase({ ...queueGroup, accounts: 6, intent: 0, sampled: 0.1 }, seededRandom(5));
    expect(judgeIntent(shop, intents, nulls).logE).toBeLessThan(1);
  });

  it.each([0.12, 0.25])(
    "is not shown by a share of %d, which a customer of a pool has, at however many of its accounts",
    (intent) => {
      const pool = groupCase({ ...queueGroup, accounts: 24, intent, sampled: 0 }, seededRandom(6));
      expect(judgeIntent(pool, intents, nulls).logE).toBeLessThan(1);
    },
  );

  it("is not shown by ordinary work", () => {
    expect(judgeIntent(groupCase(honestGroup, seededRandom(3)), intents, nulls).logE).toBeLessThan(0);
  });
});
