import { expect, it } from "vitest";
import { accountNames, withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";
import { buildInfrastructure } from "./infrastructure-tokens.ts";
import { Observer } from "./observe.ts";
import type { Observation } from "./observation.ts";

const accounts = accountNames("queue", 5);
const tasks = 24;
const dayMinutes = 24 * 60;

/** A queue's accounts, one task each every six hours. */
async function observed(ask: (task: number, account: number) => Partial<Asked>): Promise<Observation> {
  const asked = accounts.flatMap((account, i) =>
    Array.from({ length: tasks }, (_, task): Asked => ({
      account,
      text: `Grade the essay number ${task} of pupil ${i} by the five criteria of the sheet, and give reasons for every mark.`,
      minute: task * 360 + i,
      ...ask(task, i),
    })),
  );
  const releases = [{ model: "aster-4", minute: 3 * dayMinutes }];
  return withDetectLog({ asked, releases }, async ({ store, indexOf }) => {
    await buildInfrastructure(store);
    const candidate = { id: 0, source: "templates" as const, accounts: accounts.map(indexOf) };
    const [found] = await new Observer(store, []).observe([candidate]);
    if (found === undefined) throw new Error("nothing was observed");
    return found;
  });
}

const total = ({ halves }: Observation["features"]["release"]): number =>
  halves.flat(2).reduce((sum, count) => sum + count, 0);

it("counts tasks on a model that is a week old at most by its age", async () => {
  const { features } = await observed((task) => ({ model: task >= 12 ? "aster-4" : "aster-3" }));
  expect(total(features.model)).toBe(accounts.length * tasks);
  expect(total(features.release)).toBe(accounts.length * 12);
  // The first two quarters of the day, its second half, and two days more.
  expect(features.release.columns).toBe(5);
});

it("counts values that a single task has together, of which none is a habit", async () => {
  const tool = (name: string) => ({ tools: [name] });
  const unique = await observed((task, account) => tool(`register_${task}_${account}`));
  expect(unique.features.params.columns).toBe(1);
  const mixed = await observed((task, account) => tool(task % 2 === 0 ? "register" : `register_${task}_${account}`));
  expect(mixed.features.params.columns).toBe(2);
  expect(total(mixed.features.params)).toBe(accounts.length * tasks);
});

it("takes what was asked twice for a sample, unless the first time there was no answer", async () => {
  const twice = (status: number) => (task: number, account: number) => ({
    text: `Grade the essay number ${task - (task % 2)} of pupil ${account} by the five criteria of the sheet, and give reasons for every mark.`,
    status: task % 2 === 0 ? status : 200,
  });
  const sampled = ({ members }: Observation): number => members.reduce((sum, member) => sum + member.sampledTasks, 0);
  expect(sampled(await observed(twice(200)))).toBeGreaterThan(0);
  for (const status of [400, 429, 500, 529]) expect(sampled(await observed(twice(status))), `${status}`).toBe(0);
});
