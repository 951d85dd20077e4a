import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { accountNames, accountsIn, nothingShared, withDetectLog } from "../log.case.ts";
import { formCandidates } from "./candidates.ts";
import { shareHabits } from "./habits.ts";
import { strangerLog, tradeLog } from "./trades.case.ts";

const trades = ["smith", "weaver"].map((name) => ({ name, accounts: 10, tasks: 40, ownTasks: 20 }));
const newcomer = { name: "smith", as: "newcomer", accounts: 1, tasks: 6 };
const asked = [...trades.flatMap(tradeLog), ...tradeLog(newcomer), ...strangerLog("stranger", 30, 40)];

describe("habits", () => {
  it("are shared by accounts that do one work, each in its own words, and lines are not", () =>
    withDetectLog({ asked }, async ({ store, templates, indexOf }) => {
      const habits = await shareHabits(store);
      const members = trades.map(({ name }) => new Set(accountNames(name, 10).map(indexOf)));
      const all = members.flatMap((group) => [...group]);
      expect(accountsIn(templates).filter((account) => all.includes(account))).toEqual([]);
      expect(accountsIn(habits)).toEqual(expect.arrayContaining(all));

      const none = nothingShared(habits);
      const sources = { templates: none, telling: new Set<number>(), resumptions: none, habits };
      const candidates = await formCandidates(sources, seededRandom(3));
      for (const group of members) {
        const whole = candidates.find(({ accounts }) => accounts.filter((account) => group.has(account)).length >= 9);
        expect(whole?.source).toBe("habits");
        expect(whole?.accounts.filter((account) => !group.has(account))).toEqual([]);
      }
      const mixed = candidates.filter(({ accounts }) =>
        members.every((group) => accounts.some((account) => group.has(account))),
      );
      expect(mixed).toEqual([]);

      // An account with few tasks has none yet, and a word that came once is none.
      expect(accountsIn(habits)).not.toContain(indexOf("newcomer-00"));
      expect(Math.min(...habits.tasks)).toBeGreaterThanOrEqual(2);
      // Rarity is measured among those who have habits.
      expect([habits.population, habits.accounts]).toEqual([50, 51]);
      expect(Math.max(...habits.accountsByToken)).toBeLessThanOrEqual(50);
    }));
});
