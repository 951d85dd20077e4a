import { describe, expect, it } from "vitest";
import type { OutboxItem } from "../../model/sharing.ts";
import { readCircleKeys } from "./own-keys.ts";
import { proposeRenewals } from "./renewals.ts";
import { actions, by, campaign, openTestCircle, share, signals, terms } from "./circle.case.ts";
import type { TestCircle, TestMember } from "./circle.case.ts";

const found = { campaign, signals, actions };

/** What a member is proposed to tell anew now, of campaigns that are live. */
function renew(
  { circle, state, settings }: TestMember,
  { clock }: TestCircle,
  live = [campaign.id],
): Promise<string[]> {
  const circleKeys = readCircleKeys(settings.circleKeysFile);
  const findCampaign = (id: string) => Promise.resolve(id === campaign.id ? found : null);
  return proposeRenewals({ state, proposals: circle.proposals, circleKeys, findCampaign }, live, clock.nowMs());
}

const december = Date.parse("2026-12-01T00:00:00Z");
const january = Date.parse("2027-01-02T00:00:00Z");

function until({ clock }: TestCircle, ms: number): void {
  clock.advance(ms - clock.nowMs());
}

async function release({ circle, state }: TestMember, id: string, nowMs: number): Promise<void> {
  await state.outbox.decide(id, "released", "Berit", nowMs);
  await circle.round();
}

async function waitingIn({ state }: TestMember): Promise<readonly string[]> {
  return (await state.outbox.inState("proposed")).rows.map(({ id }) => id);
}

/** Months of the keys that the last of a member's words are made with, by what they stand in. */
async function epochsIn(
  { state }: TestMember,
  item: string,
): Promise<readonly [observed: string[], patterns: string[]]> {
  const objects = (await state.outbox.find(item))?.objects ?? [];
  const observed = new Set(objects.flatMap(({ key_epoch: epoch }) => (typeof epoch === "string" ? epoch : [])));
  const patterns = objects.map(({ pattern }) => (typeof pattern === "string" ? pattern : "")).join();
  return [[...observed].toSorted(), ["2026-11", "2026-12", "2027-01"].filter((epoch) => patterns.includes(epoch))];
}

/** Of the campaign. */
function markingsIn({ objects }: OutboxItem): unknown {
  return objects.find(({ type }) => type === "campaign")?.["object_marking_refs"];
}

describe("when the circle's key changes", () => {
  it("what is still live waits to be told under the new one, on the same terms, once", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a] = circle.members;
    const how = {
      tlp: "green",
      permitted: "internally-visible-actions",
      flows: ["intelligence"],
      actor: null,
    } as const;
    const [first] = await a.circle.proposals.campaign(found, how, by);
    await release(a, first!, by.nowMs);
    until(circle, december - 1);
    expect(await renew(a, circle)).toEqual([]);
    until(circle, december);
    expect(await renew(a, circle, [])).toEqual([]);
    expect(await renew(a, circle)).toEqual([campaign.id]);
    expect(await renew(a, circle)).toEqual([]);
    const [item] = await waitingIn(a);
    const renewal = (await a.state.outbox.find(item!))!;
    expect(renewal).toMatchObject({ kind: "update", flow: "intelligence", proposed_by: "intelligence" });
    const before = await a.state.outbox.find(first!);
    expect(markingsIn(renewal)).toHaveLength(2);
    expect(markingsIn(renewal)).toEqual(markingsIn(before!));
    await a.state.outbox.decide(item!, "refused", "Berit", circle.clock.nowMs());
    expect(await renew(a, circle)).toEqual([]);
    until(circle, january);
    expect(await renew(a, circle)).toEqual([campaign.id]);
  });

  it("what is told anew is told under the last one, too, where it was, so that others' words of either month agree with it", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a] = circle.members;
    const first = await share(a);
    expect(await epochsIn(a, first)).toEqual([["2026-11"], ["2026-11"]]);
    until(circle, december);
    await renew(a, circle);
    const [second] = await waitingIn(a);
    expect(await epochsIn(a, second!)).toEqual([["2026-11", "2026-12"], ["2026-12"]]);
    await release(a, second!, circle.clock.nowMs());
    until(circle, january);
    await renew(a, circle);
    const [third] = await waitingIn(a);
    expect(await epochsIn(a, third!)).toEqual([["2026-12", "2027-01"], ["2027-01"]]);
    expect(a.failures).toEqual([]);
  });

  it("but not while something else of it waits", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a] = circle.members;
    await share(a);
    until(circle, december);
    const how = { ...terms, flows: ["incidents"], actor: null } as const;
    const [incident] = await a.circle.proposals.campaign(found, how, { ...by, nowMs: circle.clock.nowMs() });
    expect(await renew(a, circle)).toEqual([]);
    await a.state.outbox.decide(incident!, "refused", "Berit", circle.clock.nowMs());
    expect(await renew(a, circle)).toEqual([campaign.id]);
  });

  it("but not what was taken back, or is about to be", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a] = circle.members;
    const first = await share(a);
    until(circle, december);
    const [retraction] = await a.circle.proposals.retract(first, { ...by, nowMs: circle.clock.nowMs() });
    expect(await renew(a, circle)).toEqual([]);
    await release(a, retraction!, circle.clock.nowMs());
    expect(await renew(a, circle)).toEqual([]);
    const anew = { ...terms, flows: ["intelligence"], actor: null } as const;
    const [again] = await a.circle.proposals.campaign(found, anew, { ...by, nowMs: circle.clock.nowMs() });
    expect(await epochsIn(a, again!)).toEqual([["2026-12"], ["2026-12"]]);
  });
});
