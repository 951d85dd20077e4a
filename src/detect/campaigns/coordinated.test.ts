import { expect, it } from "vitest";
import { groupCase } from "../observation/observation.case.ts";
import type { Member, Observation, SharedToken } from "../observation/observation.ts";
import { queueGroup } from "../observation/observation.case.ts";
import { seededRandom } from "../../kit/random.ts";
import { coordinatedGroups } from "./coordinated.ts";
import { judgeAuthorisation } from "./authorisation.ts";
import type { Verdict } from "./verdict.ts";

const group = groupCase(queueGroup, seededRandom(1));

/** A verdict on a group in which resumed requests tie the members at `tied` to each other. */
function told(tied: readonly number[], changes: Partial<Observation> = {}): Verdict {
  const members = group.members.map((member, i): Member => {
    const ties = tied.includes(i) ? tied.filter((other) => other !== i) : [];
    return { ...member, ties };
  });
  const observation = { ...group, members, ...changes };
  return {
    observation,
    findings: [],
    authorisation: judgeAuthorisation(observation),
    logE: 9,
    bar: 4,
    familyBar: 1,
    verdicts: { coordinated: 0.99, extractive: 0.1, unauthorised: 0.95 },
    coordinated: true,
    convicted: false,
    confidence: 0.1,
  };
}

const accountsOf = (verdict: Verdict): readonly string[] | undefined => coordinatedGroups([verdict], [])[0]?.accounts;
const named = (positions: readonly number[]): string[] => positions.map((i) => group.members[i]!.account);
const everybody = group.members.map(({ account }) => account);

it("leaves those untold whom nothing ties to the hand, however many they are, and tells all where nothing ties anybody", () => {
  expect(everybody.length).toBeGreaterThan(10);
  expect(accountsOf(told([2, 5, 7]))).toEqual(named([2, 5, 7]));
  expect(accountsOf(told([]))).toEqual(everybody);
});

it("does not take what brought accounts together for what ties them, unless there is no text to tell more by", () => {
  const address: SharedToken = { kind: "ip", token: "192.0.2.1", members: [0, 1], accounts: 2 };
  const candidate = { ...group.candidate, source: "addresses" as const };
  const tied = told([2, 5, 7], { candidate, tokens: [address], spans: [] });
  expect(accountsOf(tied)).toEqual(named([2, 5, 7]));
  const payment = told([2, 5, 7], { candidate, tokens: [{ ...address, kind: "payment" }], spans: [] });
  expect(accountsOf(payment)).toEqual(named([0, 1, 2, 5, 7]));
  const untold = told([2, 5, 7], { candidate, spans: [], sequels: { after: 9, before: 0 } });
  expect(accountsOf(untold)).toEqual(everybody);
});
