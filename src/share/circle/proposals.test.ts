import { describe, expect, it } from "vitest";
import { ACCOUNT_CLUSTER } from "../stix/extensions.ts";
import type { StixObject } from "../stix/objects.ts";
import {
  actions,
  by,
  campaign,
  openTestCircle,
  propose,
  share,
  signals,
  startMs,
  terms,
  types,
} from "./circle.case.ts";

function versionOf(object: StixObject | undefined): { readonly created: string; readonly modified: string } | null {
  return object !== undefined && "modified" in object ? object : null;
}

describe("members", () => {
  it("take back what they have said, at everybody", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const id = await share(a);
    await b.circle.round();
    const told = b.learnt.length;
    clock.advance(1_000);
    const later = { person: "Ada", nowMs: clock.nowMs() };
    const [retraction] = await a.circle.proposals.retract(id, later);
    await expect(a.circle.proposals.retract(id, later)).rejects.toThrow("being taken back already");
    await a.state.outbox.decide(retraction!, "released", "Berit", clock.nowMs());
    await a.circle.round();
    await b.circle.round();
    const taken = b.learnt
      .slice(told)
      .flatMap(({ object }) => ("revoked" in object && object.revoked ? object.type : []));
    expect(taken).toEqual(expect.arrayContaining(["campaign", "indicator", "report", "relationship"]));
    // The campaign may be told anew, since nobody holds what was said before.
    await expect(propose(a, clock.nowMs())).resolves.toBeDefined();
    await expect(propose(a, clock.nowMs())).rejects.toThrow("in the outbox already");
  });

  it("say of a campaign that has grown what it is now, as later versions of the same", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const first = await share(a);
    await b.circle.round();
    const told = b.learnt.length;
    clock.advance(60_000);
    const nowMs = clock.nowMs();
    const grown = { campaign: { ...campaign, accounts: 140 }, signals, actions: [] };
    const how = { ...terms, flows: ["intelligence"], actor: null } as const;
    const [update] = await a.circle.proposals.campaign(grown, how, { ...by, nowMs });
    expect(await a.state.outbox.find(update!)).toMatchObject({ kind: "update", about: campaign.id });
    await expect(propose(a, nowMs)).rejects.toThrow(/in the outbox already, as/);
    await a.state.outbox.decide(update!, "released", "Berit", nowMs);
    await a.circle.round();
    await b.circle.round();
    expect([...a.failures, ...b.failures]).toEqual([]);
    const before = new Map<string, StixObject>(b.learnt.slice(0, told).map(({ object }) => [object.id, object]));
    const later = b.learnt.slice(told).map(({ object }) => object);
    expect(later.length).toBeGreaterThan(10);
    // Observables have no versions, and were there.
    for (const object of later) {
      const [one, other] = [versionOf(before.get(object.id)), versionOf(object)];
      expect([object.type, one?.created, (one?.modified ?? "") < (other?.modified ?? "")]).toEqual([
        object.type,
        other?.created,
        true,
      ]);
    }
    const now = later.find(({ type }) => type === "campaign");
    expect(now).toMatchObject({ extensions: { [ACCOUNT_CLUSTER]: { accounts: "100-999" } } });

    clock.advance(60_000);
    const afterwards = { ...by, nowMs: clock.nowMs() };
    await expect(a.circle.proposals.retract(first, afterwards)).rejects.toThrow("it was told anew since, as");
    const [retraction] = await a.circle.proposals.retract(update!, afterwards);
    await expect(propose(a, clock.nowMs())).rejects.toThrow("is being taken back, by");
    await a.state.outbox.decide(retraction!, "released", "Berit", clock.nowMs());
    await a.circle.round();
    expect(await a.state.outbox.standing(campaign.id)).toEqual([]);
    await expect(a.circle.proposals.retract(first, afterwards)).rejects.toThrow("was taken back");
    const anew = await a.state.outbox.find(await propose(a, clock.nowMs()));
    expect(anew?.kind).toBe("proposal");
    expect(
      anew?.objects.filter(({ id, type }) => type !== "identity" && typeof id === "string" && before.has(id)),
    ).toEqual([]);
  });

  it("keep a campaign's id for what is told of it later in another flow, and not once it was taken back", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"]);
    const [a] = members;
    const tell = async (flow: "intelligence" | "incidents"): Promise<readonly [item: string, campaign: unknown]> => {
      clock.advance(1_000);
      const nowMs = clock.nowMs();
      const how = { ...terms, flows: [flow], actor: null };
      const [item] = await a.circle.proposals.campaign({ campaign, signals, actions: [] }, how, { ...by, nowMs });
      await a.state.outbox.decide(item!, "released", "Berit", nowMs);
      await a.circle.round();
      const objects = (await a.state.outbox.find(item!))?.objects ?? [];
      const [named] = objects.flatMap(({ id, target_ref: target }) =>
        [id, target].filter((ref) => typeof ref === "string" && ref.startsWith("campaign--")),
      );
      return [item!, named];
    };
    const [, incident] = await tell("incidents");
    const [told, first] = await tell("intelligence");
    expect(first).toBe(incident);
    clock.advance(1_000);
    const [back] = await a.circle.proposals.retract(told, { ...by, nowMs: clock.nowMs() });
    await a.state.outbox.decide(back!, "released", "Berit", clock.nowMs());
    await a.circle.round();
    const [, second] = await tell("intelligence");
    expect(second).not.toBe(first);
    expect(a.failures).toEqual([]);
  });
});

describe("what is done about a campaign", () => {
  it("goes its own way, with the techniques that it mitigates, and says neither to whom nor how hard", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const flows = ["intelligence", "response"] as const;
    const how = { ...terms, flows, actor: null };
    const idle = a.circle.proposals.campaign({ campaign, signals, actions: ["observe"] }, how, by);
    await expect(idle).rejects.toThrow("there is nothing for response: no action is in force");
    const [first, second] = await a.circle.proposals.campaign({ campaign, signals, actions }, how, by);
    const response = (await a.state.outbox.find(second!))!;
    expect(response.flow).toBe("response");
    const told = response.objects.filter(
      ({ type }) => type !== "marking-definition" && type !== "extension-definition",
    );
    expect(told.map(({ type, name, relationship_type: relation }) => [type, name ?? relation])).toEqual([
      ["identity", "member-a"],
      ["identity", "Stillwatch"],
      ["attack-pattern", "AI Model Inference API Access"],
      ["attack-pattern", "Extract AI Model"],
      ["course-of-action", "Limit requests"],
      ["relationship", "mitigates"],
      ["relationship", "related-to"],
      ["course-of-action", "Refuse requests"],
      ["relationship", "mitigates"],
      ["relationship", "related-to"],
    ]);
    for (const id of [first, second]) await a.state.outbox.decide(id!, "released", "Berit", startMs);
    await a.circle.round();
    await b.circle.round();
    expect([...a.failures, ...b.failures]).toEqual([]);
    expect(types(b).filter((type) => type === "course-of-action")).toHaveLength(2);
    const campaigns = new Set(b.learnt.flatMap(({ object }) => (object.type === "campaign" ? object.id : [])));
    const against = b.learnt.flatMap(({ object }) =>
      object.type === "relationship" && object.relationship_type === "related-to" ? object.target_ref : [],
    );
    expect(new Set(against)).toEqual(campaigns);
  });
});
