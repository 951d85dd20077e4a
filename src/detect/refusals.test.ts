import { describe, expect, it } from "vitest";
import { sql } from "../store/sql.ts";
import { formCandidates } from "./candidates/candidates.ts";
import { shareResumptions } from "./candidates/resumptions.ts";
import { accountNames, accountsIn, nothingShared, some, vocabulary, withDetectLog } from "./log.case.ts";
import type { Asked } from "./log.case.ts";
import { handedOverAmong, loadRefusals, refusalsAmong } from "./observation/refusals.ts";
import { seededRandom } from "../kit/random.ts";

const random = seededRandom("refusals");
const words = vocabulary("refusals", 600);
const item = (): string => some(words, 12, random).join(" ");

/** Each item is refused at one account and asked again at another so many minutes later. */
function handedOver(
  accounts: readonly string[],
  items: number,
  minutes: number,
  first: Partial<Asked> = {},
  again: Partial<Asked> = {},
): Asked[] {
  return Array.from({ length: items }, (_, i) => {
    const text = item();
    const [from, to] = [accounts[i % accounts.length]!, accounts[(i + 1) % accounts.length]!];
    return [
      { account: from, text, minute: 100 * i, status: 429, ...first },
      { account: to, text, minute: 100 * i + minutes, ...again },
    ];
  }).flat();
}

type Facts = readonly { readonly account: string; readonly organization: string }[];

/** What is refused at one of two accounts and comes again at the other, and whether that is a handover. */
const cases: readonly (readonly [
  name: string,
  asked: (accounts: readonly string[]) => Asked[],
  isHandover: boolean,
])[] = [
  ["within minutes", (accounts) => handedOver(accounts, 6, 10), true],
  ...[401, 403, 429, 503, 529].map(
    (status) =>
      [
        `refused with ${status}`,
        (accounts: readonly string[]) => handedOver(accounts, 2, 5, { status }),
        true,
      ] as const,
  ),
  ...[200, 400, 404, 500].map(
    (status) =>
      [
        `not refused: ${status}`,
        (accounts: readonly string[]) => handedOver(accounts, 2, 5, { status }),
        false,
      ] as const,
  ),
  ["after an hour exactly", (accounts) => handedOver(accounts, 2, 60), true],
  ["after more than an hour", (accounts) => handedOver(accounts, 2, 60.1), false],
  ["before it was refused", (accounts) => handedOver(accounts, 2, -5), false],
  ["at the same moment", (accounts) => handedOver(accounts, 2, 0), false],
  ["at the same account", (accounts) => handedOver(accounts.slice(0, 1), 5, 5), false],
  ["with another system prompt", (accounts) => handedOver(accounts, 2, 5, { system: "You are a sailor." }), false],
  ["with other tools", (accounts) => handedOver(accounts, 2, 5, {}, { tools: ["search"] }), false],
  ["in other words", (accounts) => handedOver(accounts, 2, 5, {}, { text: "quite something else" }), false],
  ["with another model", (accounts) => handedOver(accounts, 2, 5, {}, { model: "aster-4" }), true],
  ["with other parameters", (accounts) => handedOver(accounts, 2, 5, {}, { params: { temperature: 1 } }), true],
  ["without messages", (accounts) => handedOver(accounts, 2, 5, { messages: [] }, { messages: [] }), false],
];

/** Names of the two accounts, and whether a handover between them is counted. */
const names: readonly (readonly [from: string, to: string, isHandover: boolean])[] = [
  ["Harbour Ltd", "Harbour Ltd", false],
  ["Harbour Ltd", "Quay Ltd", true],
  ["Harbour Ltd", "", true],
  ["", "Harbour Ltd", true],
  ["", "", true],
];

describe("a refused request", () => {
  it("is followed to another account where it comes again within the hour, word for word and not under the same name", async () => {
    const accountsOf = (i: number): string[] => [`${i}-from`, `${i}-to`];
    const asked = [
      ...cases.flatMap(([, refused], i) => refused(accountsOf(i))),
      ...names.flatMap((_, i) => handedOver(accountsOf(cases.length + i), 1, 5)),
    ];
    const facts: Facts = names.flatMap(([from, to], i) => [
      { account: `${cases.length + i}-from`, organization: from },
      { account: `${cases.length + i}-to`, organization: to },
    ]);
    await withDetectLog({ asked, facts }, async ({ store }) => {
      const rows = await store.rows<{ sender: string; receiver: string; items: number }>(sql`
        SELECT senders.account AS sender, receivers.account AS receiver, toUInt32(uniqExact(request)) AS items
        FROM detect_handover
        INNER JOIN detect_account AS senders ON senders.account_index = from_index
        INNER JOIN detect_account AS receivers ON receivers.account_index = to_index
        GROUP BY sender, receiver`);
      const found = new Map(rows.map((row) => [`${row.sender} ${row.receiver}`, row.items]));
      cases.forEach(([name, , expected], i) => expect(found.has(`${i}-from ${i}-to`), name).toBe(expected));
      names.forEach(([from, to, expected], k) => {
        const i = cases.length + k;
        expect(found.has(`${i}-from ${i}-to`), `from "${from}" to "${to}"`).toBe(expected);
      });
      // Of six, every other goes one way and every other the other.
      expect([found.get("0-from 0-to"), found.get("0-to 0-from")]).toEqual([3, 3]);
      const apart = rows.filter(
        ({ sender, receiver }) => sender === receiver || sender.split("-")[0] !== receiver.split("-")[0],
      );
      expect(apart).toEqual([]);
    });
  });
});

/** Each item is refused at two of the accounts, one after the other, and answered at a third. */
const scheduled = (accounts: readonly string[], items: number): Asked[] =>
  Array.from({ length: items }, (_, i) => {
    const text = item();
    return some(accounts, 3, random).map((account, turn) => ({
      account,
      text,
      minute: 100 * i + 10 * turn,
      status: turn < 2 ? 429 : 200,
    }));
  }).flat();

describe("resumptions", () => {
  const queues = ["queue-a", "queue-b", "queue-c"].map((name) => accountNames(name, 6));
  const items = 24;
  const first = scheduled(queues[0]!, items);
  const crowd = accountNames("crowd", 40);
  const strangers = accountNames("stranger", 30);
  const asked: Asked[] = [
    ...first,
    ...queues.slice(1).flatMap((queue) => scheduled(queue, items)),
    ...strangers.flatMap((account, i) => [
      { account, text: item(), minute: i, status: 429 },
      { account, text: item(), minute: i + 5 },
    ]),
    // Half of them are refused, all ask the same within the hour.
    ...["hello there, how are you", "what can you do for me", "tell me a joke please", "write a poem about the sea"]
      .flatMap((text, i) => crowd.map((account, k) => ({ account, text: `${text} today`, minute: 5000 * i + k })))
      .map((exchange, i) => ({ ...exchange, status: i % 2 === 0 ? 429 : 200 })),
  ];

  it("link the accounts of each queue, and popular prompts link nobody", () =>
    withDetectLog({ asked }, async ({ store, indexOf }) => {
      const resumptions = await shareResumptions(store);
      const forming = await store.rows<{ request: string }>(sql`
        SELECT DISTINCT toString(request) AS request FROM detect_refused INNER JOIN detect_account USING account_index
        WHERE startsWith(account, 'queue') AND half = 0`);
      expect(resumptions.accountsByToken).toHaveLength(forming.length);
      expect(accountsIn(resumptions)).toEqual(queues.flat().map(indexOf));
      const none = nothingShared(resumptions);
      const sources = { templates: none, telling: new Set<number>(), habits: none, resumptions };
      const candidates = await formCandidates(sources, seededRandom(1));
      const groups = candidates.map(({ accounts }) => accounts).sort(([a = 0], [b = 0]) => a - b);
      expect(groups).toEqual(queues.map((queue) => queue.map(indexOf)));
      expect(new Set(candidates.map(({ source }) => source))).toEqual(new Set(["resumptions"]));
    }));

  it("are formed on half of the tasks and counted on the other, and tie members on both", () =>
    withDetectLog({ asked }, async ({ store, indexOf }) => {
      const members = queues[0]!.map(indexOf);
      const refusals = await loadRefusals(store);
      const queue = refusalsAmong({ accounts: members }, refusals);
      const halves = await store.rows<{ half: number }>(sql`
        SELECT half FROM detect_refused INNER JOIN detect_account USING account_index WHERE startsWith(account, 'queue-a')`);
      const judged = halves.filter(({ half }) => half === 1).length;
      const formed = halves.length - judged;
      expect(judged + formed).toBe(2 * items);
      expect(formed).toBeGreaterThan(10);
      const own = [...queue.values()];
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
      expect(sum(own.map(({ refused }) => refused))).toBe(judged);
      expect(sum(own.map(({ resumed }) => resumed))).toBe(judged);
      const ties = new Map(members.map((index) => [index, new Set<number>()]));
      for (const one of first)
        for (const other of first)
          if (one.text === other.text && one.account !== other.account)
            ties.get(indexOf(one.account))?.add(indexOf(other.account));
      for (const [index, others] of ties) expect(queue.get(index)?.ties).toEqual([...others].sort((a, b) => a - b));
      const [all] = await store.rows<{ tasks: number[] }>(sql`SELECT groupArray(task_index) AS tasks FROM detect_task`);
      const among = (work: readonly number[]) => handedOverAmong({ accounts: members }, refusals, () => new Set(work));
      expect(among(all!.tasks)).toEqual({ shared: 2 * items, besides: 0 });
      expect(among([])).toEqual({ shared: 0, besides: 2 * items });
      // To whom its requests went is not a member here.
      const others = { accounts: [members[0]!, ...strangers.map(indexOf)] };
      const alone = refusalsAmong(others, refusals).get(members[0]!);
      expect(alone).toMatchObject({ resumed: 0, ties: [] });
      expect(alone?.refused).toBe(queue.get(members[0]!)?.refused);
    }));
});
