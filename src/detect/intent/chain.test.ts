import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import type { Finding } from "../family.ts";
import { accountNames, some, vocabulary, withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";
import { buildInfrastructure } from "../observation/infrastructure-tokens.ts";
import { groupCase, honestGroup, honestGroups, queueGroup } from "../observation/observation.case.ts";
import { Observer } from "../observation/observe.ts";
import { chainLogE } from "./chain.ts";
import { judgeIntent } from "./intent.ts";

const nulls = await learnNulls(honestGroups(24));

describe("chains", () => {
  const logEOf = (chained: number, accounts: number, tasks = 60): number | null =>
    chainLogE(
      groupCase({ ...honestGroup, accounts, tasks, loadSpread: 0, answered: 0.7, chained }, seededRandom(1)).members,
    );

  it("speak where answers become prompts, and people who take one along now and then are people", () => {
    expect(logEOf(0.43, 20)).toBeGreaterThan(5);
    expect(logEOf(0.3, 6)).toBeGreaterThan(2);
    expect(logEOf(0.02, 20)).toBeLessThan(0);
    expect(logEOf(0, 20)).toBeLessThan(0);
  });

  it("say nothing of a relay, however many accounts have the few per cent of its customers", () => {
    expect(logEOf(0.05, 400)).toBeLessThan(0);
    expect(logEOf(0.08, 400)).toBeLessThan(0);
  });

  it("are not missed where a harvest does without them: half of the bet stays at home", () => {
    expect(logEOf(0, 400)).toBeGreaterThanOrEqual(Math.log10(0.5));
  });

  it("show intent alone, in whatever words, and are silent where answers are unknown", () => {
    const silent = { ...queueGroup, intent: 0, sampled: 0 };
    const judge = (answered: number, chained: number): Finding =>
      judgeIntent(groupCase({ ...silent, answered, chained }, seededRandom(2)), [], nulls);
    expect(judge(0.5, 0.4).logE).toBeGreaterThan(2);
    expect(judge(0.5, 0.4).evidence[0]?.summary).toMatch(
      /^answers of the model come back .* in \d+% of the shared tasks/,
    );
    expect(judge(0, 0).evidence.some(({ summary }) => /come back/.test(summary))).toBe(false);
    expect(judge(0.5, 0).logE).toBeGreaterThan(judge(0, 0).logE - Math.log10(2));
  });
});

describe("through the engine", () => {
  const random = seededRandom("intent/chain");
  const words = vocabulary("intent/chain", 4000);
  const characters = Array.from({ length: 2000 }, (_, i) => String.fromCodePoint(0x4e00 + 7 * i));
  const latin = (): string => Array.from({ length: 3 }, () => `${some(words, 9, random).join(" ")}. `).join("");
  const chinese = (): string => Array.from({ length: 3 }, () => `${some(characters, 18, random).join("")}。`).join("");
  const accountsEach = 6;
  const roundsEach = 14;

  interface Group {
    readonly name: string;
    readonly template: string;
    readonly text: () => string;
    /** Whether the round's answer is what the next account is asked about. */
    readonly passesOn: (round: number) => boolean;
    readonly answer?: (asked: string) => string | undefined;
  }

  const groups: readonly Group[] = [
    { name: "harvest", template: "Make the task harder.\nWrite the task only.", text: latin, passesOn: () => true },
    {
      name: "收割",
      template: "请把下面的任务改得更难。\n只输出任务本身，不要解释。",
      text: chinese,
      passesOn: () => true,
    },
    {
      name: "people",
      template: "You are the help of the public library.",
      text: latin,
      passesOn: (round) => round % 40 === 39,
    },
    {
      name: "translators",
      template: "Say it in the words of a lawyer.",
      text: latin,
      passesOn: () => false,
      answer: (asked) => asked,
    },
    {
      name: "unlogged",
      template: "Give a task like this one.",
      text: latin,
      passesOn: () => true,
      answer: () => undefined,
    },
  ];

  function asks({ name, template, text, passesOn, answer = text }: Group): Asked[] {
    const accounts = accountNames(name, accountsEach);
    let material = text();
    return Array.from({ length: accountsEach * roundsEach }, (_, round) => {
      const response = answer(material);
      const asked = {
        account: accounts[round % accountsEach]!,
        text: `${template}\n${material}`,
        minute: 10 * round,
        usage: { output: 300 },
        ...(response === undefined ? {} : { response }),
      };
      material = passesOn(round) && response !== undefined ? response : text();
      return asked;
    });
  }

  it("a group's answers are followed from the log's lines to what a person reads", () =>
    withDetectLog({ asked: groups.flatMap(asks) }, async ({ store, indexOf }) => {
      const candidates = groups.map(({ name }, id) => ({
        id,
        source: "templates" as const,
        accounts: accountNames(name, accountsEach).map(indexOf),
      }));
      await buildInfrastructure(store);
      const observations = await new Observer(store, []).observe(candidates);
      const findings = observations.map((observation) => judgeIntent(observation, [], nulls));
      const said = findings.map(({ evidence }) => evidence.find(({ summary }) => /come back/.test(summary))?.summary);
      // Each answer goes to the next account, so every chain crosses.
      const all =
        "answers of the model come back as the material of new prompts in 100% of the shared tasks (2% expected), 100% of these from one account of the group to another";
      expect(said).toEqual([all, all, undefined, undefined, undefined]);
      expect(findings[0]?.logE).toBeGreaterThan(2);
      expect(findings[1]?.logE).toBeGreaterThan(2);
      for (const finding of findings.slice(2)) expect(finding.logE).toBeLessThan(0);
    }));
});
