import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { liveMember } from "../../detect/watch/live-campaign.case.ts";
import type { LiveMember } from "../../detect/watch/live-campaign.ts";
import type { Evidence } from "../../model/report.ts";
import { openState } from "../../store/state/state.ts";
import type { State } from "../../store/state/state.ts";
import { countAccounts } from "./countable.ts";

const nowMs = Date.UTC(2026, 0, 5);
let state: State;
beforeAll(async () => {
  state = await openState();
});
afterAll(() => state.close());

function campaignOf(
  id: string,
  found: { readonly capabilities: readonly string[]; readonly evidence: readonly Evidence[] },
  members: Readonly<Record<string, LiveMember>>,
) {
  const verdicts = { coordinated: 0.99, extractive: 0.3, unauthorised: 0.6 };
  return {
    id,
    case: { confidence: 0.98, verdicts, families: {}, leads: [], restricted: false, ...found },
    members: new Map(Object.entries(members)),
    marks: null,
  };
}

const evidenceOf = (signal: Evidence["signal"], against = false): Evidence => ({
  signal,
  summary: "",
  strength: 3,
  accounts: 3,
  against,
});

it("counts confirmed accounts once, of campaigns that were told and are such as was asked", async () => {
  const confirmed = liveMember();
  const campaigns = [
    campaignOf(
      "one",
      { capabilities: ["reasoning", "project-nightfall"], evidence: [evidenceOf("twins"), evidenceOf("intent", true)] },
      { a: confirmed, b: confirmed, once: liveMember({ looks: 1 }) },
    ),
    campaignOf("two", { capabilities: ["coding"], evidence: [evidenceOf("intent")] }, { b: confirmed, c: confirmed }),
    campaignOf("untold", { capabilities: ["reasoning"], evidence: [evidenceOf("twins")] }, { d: confirmed }),
  ];
  const at = new Date(nowMs).toISOString();
  for (const about of ["one", "two"]) {
    const id = randomUUID();
    await state.outbox.propose({
      id,
      flow: "intelligence",
      kind: "proposal",
      about,
      proposed: at,
      proposed_by: "Ada",
      objects: [],
    });
    await state.outbox.decide(id, "released", "Ada", nowMs);
    await state.outbox.send(id, [], [], nowMs);
  }
  const any = { capability: null, evidence: null };
  const count = (question: Partial<Parameters<typeof countAccounts>[1]>): Promise<number> =>
    countAccounts({ state, watch: { campaigns } }, { ...any, ...question });
  expect(await count({})).toBe(3);
  expect(await count({ capability: "reasoning" })).toBe(2);
  expect(await count({ capability: "other" })).toBe(2);
  expect(await count({ capability: "coding" })).toBe(2);
  expect(await count({ capability: "vision" })).toBe(0);
  expect(await count({ evidence: "intent" })).toBe(2);
  expect(await count({ capability: "reasoning", evidence: "twins" })).toBe(2);
  expect(await count({ capability: "reasoning", evidence: "intent" })).toBe(0);
});
