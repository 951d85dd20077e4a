import { describe, expect, it } from "vitest";
import { liveCampaign, liveMember } from "./live-campaign.case.ts";
import { assimilate, forgetSilent, isConfirmed, isOpen } from "./live-campaign.ts";
import type { FoundCampaign, LiveCampaign, LiveMember } from "./live-campaign.ts";
import { memoryMs } from "./schedule.ts";

const theCase: LiveCampaign["case"] = {
  confidence: 0.9,
  verdicts: { coordinated: 1, extractive: 1, unauthorised: 0.9 },
  families: { twins: 3 },
  capabilities: [],
  leads: [],
  restricted: false,
  evidence: [],
};
const member = (tasks: number, rest: Partial<LiveMember> = {}): LiveMember =>
  liveMember({ looks: 1, tasks, harvest: { tasks, share: 1 }, ...rest });
const found = (accounts: readonly string[], tasks = 10): FoundCampaign => ({
  case: theCase,
  members: new Map(accounts.map((account) => [account, member(tasks)])),
});
const tasksOf = (accounts: readonly string[], tasks = 10) => new Map(accounts.map((account) => [account, tasks]));
const four = ["a", "b", "c", "d"];

interface Look {
  readonly found: readonly FoundCampaign[];
  readonly tasks: ReadonlyMap<string, number>;
  readonly isWhole?: boolean;
}

/** Assimilates looks one after the other; each is what it found, and the tasks that it saw by account. */
function after(looks: readonly Look[]) {
  let campaigns: readonly LiveCampaign[] = [];
  const released: string[] = [];
  for (const { found: ofLook, tasks, isWhole = true } of looks) {
    const outcome = assimilate(campaigns, ofLook, { tasks, isWhole }, "2026-01-05");
    campaigns = outcome.campaigns;
    released.push(...outcome.released.map(({ account }) => account));
  }
  return { campaigns, released };
}

describe("a campaign from look to look", () => {
  it("is confirmed by a second look and keeps its id", () => {
    const once = { found: [found(four)], tasks: tasksOf(four) };
    expect(after([once]).campaigns.map(isOpen)).toEqual([false]);
    const { campaigns } = after([once, once]);
    expect(campaigns.map((campaign) => campaign.id)).toEqual(after([once]).campaigns.map((campaign) => campaign.id));
    expect(campaigns.map(isOpen)).toEqual([true]);
    expect([...campaigns[0]!.members.values()].every(isConfirmed)).toBe(true);
  });

  it("is forgotten, with nothing to release, where the second look does not find it", () => {
    const { campaigns, released } = after([
      { found: [found(four)], tasks: tasksOf(four) },
      { found: [], tasks: tasksOf(four) },
    ]);
    expect(campaigns).toEqual([]);
    expect(released).toEqual([]);
  });

  const twice = [
    { found: [found(four)], tasks: tasksOf(four) },
    { found: [found(four)], tasks: tasksOf(four) },
  ];

  it("lets go whom two looks at as much do not count in, and not whom they hardly saw", () => {
    const without = { found: [found(["a", "b"])], tasks: new Map([...tasksOf(["a", "b", "c"]), ["d", 2]]) };
    expect(after([...twice, without]).released).toEqual([]);
    const { campaigns, released } = after([...twice, without, without]);
    expect(released).toEqual(["c"]);
    expect([...campaigns[0]!.members.keys()]).toEqual(["a", "b", "d"]);
  });

  it("keeps who has asked too little to be told from anybody", () => {
    const few = new Map([...tasksOf(["a", "b", "c"]), ["d", 4]]);
    const known = new Map([...tasksOf(["a", "b", "c"]), ["d", 1]]);
    const start = [0, 1].map(() => ({
      found: [{ case: theCase, members: new Map(four.map((account) => [account, member(known.get(account)!)])) }],
      tasks: known,
    }));
    const without = { found: [found(["a", "b", "c"])], tasks: few };
    expect(after([...start, without, without, without]).released).toEqual([]);
  });

  it("keeps whom the next look counts in again", () => {
    const without = { found: [found(["a", "b", "d"])], tasks: tasksOf(four) };
    expect(after([...twice, without, twice[0]!, without]).released).toEqual([]);
  });

  it("outlives looks that do not see it, unless two have seen twice as much", () => {
    const unseen = (tasks: number) => ({ found: [], tasks: tasksOf(four, tasks) });
    expect(after([...twice, unseen(15), unseen(15)]).released).toEqual([]);
    expect(after([...twice, unseen(20), unseen(20)]).released).toEqual(four);
  });

  it("outlives looks at some of the accounts, in whom it need not show", () => {
    const unseen = { found: [], tasks: tasksOf(four, 20), isWhole: false };
    expect(after([...twice, unseen, unseen]).released).toEqual([]);
    const shows = { found: [found(["a", "b", "d"])], tasks: tasksOf(four), isWhole: false };
    expect(after([...twice, shows, shows]).released).toEqual(["c"]);
  });

  it("takes the older id where two turn out to be one", () => {
    const two = { found: [found(four), found(["e", "f", "g"])], tasks: tasksOf([...four, "e", "f", "g"]) };
    const one = { ...two, found: [found([...four, "e", "f", "g"])] };
    const [older] = after([two]).campaigns;
    expect(after([two, one]).campaigns.map(({ id, members }) => [id, members.size])).toEqual([[older!.id, 7]]);
  });

  it("never has an account in two campaigns", () => {
    const { campaigns } = after([
      { found: [found(four), found(["e", "f", "g"])], tasks: tasksOf([...four, "e", "f", "g"]) },
      { found: [found(["a", "b", "c"]), found(["d", "e", "f", "g"])], tasks: tasksOf([...four, "e", "f", "g"]) },
    ]);
    expect(campaigns.map((campaign) => [...campaign.members.keys()].sort().join(""))).toEqual(["abc", "defg"]);
  });
});

describe("what is remembered", () => {
  const dayMs = 86_400_000;
  const known = [{ ...liveCampaign(["busy", "silent"], null) }, { ...liveCampaign(["gone"], null), id: "over" }];
  /** The accounts by campaign after looks on these days, at which only these were at work. */
  const remembered = (days: readonly number[], atWork: readonly string[]): Record<string, string[]> => {
    let campaigns: readonly LiveCampaign[] = known;
    for (const day of days)
      campaigns = forgetSilent(campaigns, (account) => atWork.includes(account), (20_000 + day) * dayMs);
    return Object.fromEntries(campaigns.map(({ id, members }) => [id, [...members.keys()]]));
  };

  it("are members for as long as what they asked is looked at, and campaigns with the last of them", () => {
    const all = { hydra: ["busy", "silent"], over: ["gone"] };
    expect(remembered([0, 1, memoryMs / dayMs], ["busy"])).toEqual(all);
    expect(remembered([0, 1, memoryMs / dayMs, memoryMs / dayMs + 1], ["busy"])).toEqual({ hydra: ["busy"] });
    expect(remembered([0, memoryMs / dayMs + 1], [])).toEqual({});
  });

  it("goes by a clock that was set back", () => {
    expect(remembered([400, 0, memoryMs / dayMs], [])).toEqual({ hydra: ["busy", "silent"], over: ["gone"] });
    expect(remembered([400, 0, memoryMs / dayMs + 1], ["gone"])).toEqual({ over: ["gone"] });
  });

  it("is written down anew once a day only", () => {
    const [first] = forgetSilent(known, () => true, 20_000 * dayMs);
    const [soon] = forgetSilent([first!], () => true, 20_000 * dayMs + dayMs - 1);
    expect(soon!.members.get("busy")).toBe(first!.members.get("busy"));
    const [next] = forgetSilent([first!], () => true, 20_001 * dayMs);
    expect(next!.members.get("busy")?.seenMs).toBe(20_001 * dayMs);
  });
});
