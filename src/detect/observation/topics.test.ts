import { expect, it } from "vitest";
import { WordTallies } from "./portion.ts";
import { topicBins, TopicCounter } from "./topics.ts";

const accounts = 6;
const tasksEach = 40;

/** Counts the words of one template's tasks at six accounts, forty tasks each. */
async function topicsOf(
  wordsOf: (task: number, account: number) => readonly number[],
): Promise<Map<number, Uint32Array>> {
  const all = Array.from({ length: accounts * tasksEach }, (_, i) => wordsOf(i % tasksEach, Math.floor(i / tasksEach)));
  const ends = all.map((_, i) => all.slice(0, i + 1).flat().length);
  const tasks = {
    words: Uint16Array.from(all.flat()),
    wordsStart: Uint32Array.from([0, ...ends.slice(0, -1)]),
    wordsEnd: Uint32Array.from(ends),
    half: Uint8Array.from(all, (_, i) => i % 2),
  };
  const tallies = new WordTallies();
  const shares = Array.from({ length: accounts }, (_, account) => {
    const own = Uint32Array.from({ length: tasksEach }, (__, i) => account * tasksEach + i);
    return { stream: 0, portion: { account, tasks: own, words: tallies.add(own, tasks) } };
  });
  return new TopicCounter(tallies).count(shares);
}

const sum = (bins: Uint32Array | undefined): number =>
  (bins ?? new Uint32Array()).reduce((total, bin) => total + bin, 0);

it("counts what tasks are about, by half", async () => {
  const topics = await topicsOf((task, account) => [1000 + account * tasksEach + task]);
  expect([...topics.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(topics.get(0)!.length).toBe(2 * topicBins);
  expect(sum(topics.get(0)!.subarray(0, topicBins))).toBe(tasksEach / 2);
  expect(sum(topics.get(0)!.subarray(topicBins))).toBe(tasksEach / 2);
});

it("leaves out what stands in a tenth of the template's tasks", async () => {
  const topics = await topicsOf((task) => (task % 10 === 0 ? [7] : []));
  expect(sum(topics.get(0))).toBe(0);
});

it("leaves out what one account puts into a tenth of its tasks, which is its wording, and keeps what it asks about now and then", async () => {
  const every = (tasks: number) => topicsOf((task, account) => (task % tasks === 0 ? [100 + account] : []));
  // Four tasks of forty, and three.
  expect(sum((await every(10)).get(3))).toBe(0);
  expect(sum((await every(14)).get(3))).toBe(3);
});

it("keeps what a few accounts ask about much", async () => {
  const topics = await topicsOf((task, account) => (account < 2 && task % 10 === 0 ? [100] : []));
  expect(sum(topics.get(0))).toBe(4);
  expect(sum(topics.get(2))).toBe(0);
});
