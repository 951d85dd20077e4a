import { describe, expect, test } from "vitest";
import type { Allowance } from "../../model/exemption.ts";
import type { LiveCampaign } from "../../model/live-campaign.ts";
import type { State } from "./state.ts";
import { campaignOf, dayMs, decision, exemption, hourMs, iso, own, standing, startMs } from "./values.case.ts";

/** The nouns whose repositories only keep and find. */
export function describeNouns(open: () => State): void {
  describe("accounts' facts", () => {
    test("are what was said last", async () => {
      const { accounts } = open();
      const organization = own("organization");
      const [a, b, c] = [own("account"), own("account"), own("account")];
      await accounts.put([
        { account: a, organization, created: iso(startMs), verified: true },
        { account: b, organization },
      ]);
      await accounts.put([{ account: b, plan: "pro" }]);
      const found = await accounts.get([a, b, c]);
      expect(found.sort((x, y) => (x.account < y.account ? -1 : 1))).toEqual([
        { account: a, organization, created: iso(startMs), verified: true },
        { account: b, plan: "pro" },
      ]);
      expect(await accounts.ofOrganization(organization)).toEqual([a]);
      await accounts.forget(a);
      expect(await accounts.get([a])).toEqual([]);
    });
  });

  describe("campaigns", () => {
    const live = (change: Partial<LiveCampaign> = {}): LiveCampaign => ({
      id: own("campaign"),
      state: "live",
      first_seen: iso(startMs),
      last_seen: iso(startMs + hourMs),
      verdict: { confidence: 0.99 },
      memory: { wealth: [1.5, 2e-9], seen: null },
      ...change,
    });

    test("are written over, listed while they live, and closed", async () => {
      const { campaigns } = open();
      const given = live();
      await campaigns.put(given);
      const later = { ...given, last_seen: iso(startMs + 2 * hourMs), memory: { wealth: [] } };
      await campaigns.put(later);
      expect(await campaigns.find(given.id)).toEqual(later);
      expect((await campaigns.live()).rows).toContainEqual(later);
      expect(await campaigns.close(given.id)).toBe(true);
      expect(await campaigns.close(given.id)).toBe(false);
      expect(await campaigns.find(given.id)).toEqual({ ...later, state: "closed", memory: null });
      expect((await campaigns.live()).rows.map(({ id }) => id)).not.toContain(given.id);
      const { memory: _, ...summary } = later;
      expect((await campaigns.inState("closed")).rows).toContainEqual({ ...summary, state: "closed" });
      expect((await campaigns.inState("live")).rows.map(({ id }) => id)).not.toContain(given.id);
    });

    test("are listed page by page", async () => {
      const { campaigns } = open();
      const given = [live(), live(), live()];
      for (const campaign of given) await campaigns.put(campaign);
      const ids: string[] = [];
      let next: string | null | undefined;
      while (next !== null) {
        const page: Awaited<ReturnType<typeof campaigns.live>> = await campaigns.live({
          limit: 1,
          ...(next === undefined ? {} : { after: next }),
        });
        ids.push(...page.rows.map(({ id }) => id));
        next = page.next;
      }
      expect(ids).toEqual(expect.arrayContaining(given.map(({ id }) => id)));
      expect(new Set(ids).size).toBe(ids.length);
    });

    test("keep their members apart, and what changes of them", async () => {
      const { campaigns } = open();
      const given = live();
      const member = (account: string, looks: number) => ({ account, memory: { looks } });
      await campaigns.put(given, { changed: [member("a", 1), member("b", 1), member("c", 1)], gone: [] });
      await campaigns.put(given, { changed: [member("b", 2), member("d", 1)], gone: ["a", "nobody"] });
      await campaigns.put(given);
      const { rows } = await campaigns.members(given.id);
      expect(rows).toEqual([member("b", 2), member("c", 1), member("d", 1)]);
      const first = await campaigns.members(given.id, { limit: 2 });
      expect((await campaigns.members(given.id, { after: first.next ?? "" })).rows).toEqual(rows.slice(2));
      await campaigns.close(given.id);
      expect((await campaigns.members(given.id)).rows).toEqual([]);
    });

    test("keep a bounded memory", async () => {
      await expect(open().campaigns.put(live({ memory: "x".repeat(5 * 2 ** 20) }))).rejects.toThrow(RangeError);
    });
  });

  describe("standings", () => {
    test("are one an hour, the last in it", async () => {
      const { standings } = open();
      const account = own("account");
      const at = (ms: number, score: number): ReturnType<typeof standing> =>
        standing({ account, time: iso(startMs + ms), score });
      await standings.put([at(10, 0.1)]);
      await standings.put([at(20, 0.2)]);
      await standings.put([at(15, 0.9)]);
      await standings.put([at(hourMs, 0.3)]);
      await standings.put([at(hourMs - 1, 0.25)]);
      expect((await standings.history(account)).map(({ score }) => score)).toEqual([0.3, 0.25]);
      expect((await standings.latest([account, own("account")])).map(({ score }) => score)).toEqual([0.3]);
    });

    test("name the members that a campaign has now", async () => {
      const { standings } = open();
      const campaign = campaignOf(own("campaign"));
      const [stays, leaves, moves] = [standing({ campaign }), standing({ campaign }), standing({ campaign })];
      const time = iso(startMs + hourMs);
      await standings.put([moves, stays, leaves]);
      await standings.put([
        { ...leaves, status: "released", time },
        { ...moves, campaign: campaignOf(own("campaign")), time },
      ]);
      expect(await standings.ofCampaign(campaign.id)).toEqual({ rows: [stays], next: null });
    });

    test("name all that a campaign ever had, since when, and where each stood in it last", async () => {
      const { standings } = open();
      const campaign = campaignOf(own("campaign"));
      const [stays, leaves, moves] = [standing({ campaign }), standing({ campaign }), standing({ campaign })];
      const time = iso(startMs + hourMs);
      const left = { ...leaves, status: "released", time } as const;
      await standings.put([moves, stays, leaves]);
      await standings.put([left, { ...moves, campaign: campaignOf(own("campaign")), time }]);
      const since = iso(startMs);
      const first = await standings.everInCampaign(campaign.id, { limit: 2 });
      expect(first.rows).toEqual([
        { since, standing: stays },
        { since, standing: left },
      ]);
      const rest = await standings.everInCampaign(campaign.id, { after: first.next ?? "" });
      expect(rest).toEqual({ rows: [{ since, standing: moves }], next: null });
    });
  });

  describe("policies", () => {
    test("have one active version a name, and know the others", async () => {
      const { policies } = open();
      const name = own("policy");
      const version = (text: string) => ({ version: own("version"), name, text, loaded: iso(startMs) });
      const [first, second] = [version("mode: dry-run"), version("mode: enforce")];
      const activeOnes = async () => (await policies.active()).filter((policy) => policy.name === name);
      await policies.activate(first);
      await policies.activate(second);
      expect(await activeOnes()).toEqual([{ ...second, active: true }]);
      expect(await policies.find(first.version)).toEqual({ ...first, active: false });
      await policies.activate(first);
      expect(await activeOnes()).toEqual([{ ...first, active: true }]);
      await policies.deactivate(name);
      expect(await activeOnes()).toEqual([]);
      expect(await policies.find(own("version"))).toBeNull();
    });

    test("obey switches, which say who moved them", async () => {
      const { policies } = open();
      expect(await policies.switch("kill")).toBeNull();
      const thrown = { name: "kill" as const, on: true, actor: "someone", reason: "a bad rule", at: iso(startMs) };
      await policies.setSwitch(thrown);
      expect(await policies.switch("kill")).toEqual(thrown);
      const off = { ...thrown, on: false, reason: "mended", at: iso(startMs + hourMs) };
      await policies.setSwitch(off);
      expect(await policies.switch("kill")).toEqual(off);
      expect(await policies.switch("dry-run")).toBeNull();
    });

    test("know how many accounts they came to touch lately, each once", async () => {
      const { affected } = open();
      const name = own("policy");
      const [a, b] = [own("account"), own("account")];
      await affected.record(name, [a], startMs);
      await affected.record(name, [a, b], startMs + 1);
      await affected.record(name, [b], startMs + 1);
      await affected.record(own("policy"), [own("account")], startMs + 1);
      expect(await affected.countWithin(name, startMs - 1, startMs + 1)).toBe(2);
      expect(await affected.countWithin(name, startMs, startMs + 1)).toBe(2);
      expect(await affected.countWithin(name, startMs + 1, startMs + 2)).toBe(0);
      expect(await affected.countWithin(name, startMs - 1, startMs)).toBe(1);
    });
  });

  describe("exemptions", () => {
    test("hold from their start to their end, or until they are revoked", async () => {
      const { exemptions } = open();
      const given = exemption({ campaign: own("campaign"), requests_per_day: null, use: "reinstated" });
      await exemptions.grant(given);
      expect(await exemptions.find(given.id)).toEqual(given);
      const holds = async (nowMs: number): Promise<boolean> =>
        (await exemptions.inForce(nowMs)).rows.some(({ id }) => id === given.id);
      expect([await holds(startMs - 1), await holds(startMs), await holds(startMs + dayMs)]).toEqual([
        false,
        true,
        false,
      ]);
      expect(await exemptions.revoke(given.id, startMs + 1)).toBe(true);
      expect(await exemptions.revoke(given.id, startMs + 2)).toBe(false);
      expect(await holds(startMs + 3)).toBe(false);
      expect(await exemptions.find(given.id)).toEqual({ ...given, revoked: iso(startMs + 1) });
    });

    test("have an end after their start", async () => {
      await expect(open().exemptions.grant(exemption({ expires: iso(startMs) }))).rejects.toThrow("check constraint");
    });

    test("on the allow-list may have no end", async () => {
      const { allowances } = open();
      const given: Allowance = {
        id: own("allowance"),
        scope: { kind: "tls", value: "t13d1516h2_8daaf6152771_02713d6af862" },
        granted_by: "someone",
        reason: "our own client",
        starts: iso(startMs),
        expires: null,
        revoked: null,
      };
      await allowances.grant(given);
      expect(await allowances.find(given.id)).toEqual(given);
      expect((await allowances.inForce(startMs + 1_000 * dayMs)).rows).toContainEqual(given);
      expect(await allowances.revoke(given.id, startMs + 1)).toBe(true);
      expect((await allowances.inForce(startMs + 2)).rows.map(({ id }) => id)).not.toContain(given.id);
    });
  });

  describe("notices", () => {
    test("are kept once a channel, the first", async () => {
      const { notices } = open();
      const told = {
        decision: own("decision"),
        kind: "decided" as const,
        category: "manual-review" as const,
        channel: "response",
      };
      const first = { ...told, sent: iso(startMs) };
      const mail = { ...told, channel: "email", sent: iso(startMs + 5) };
      await notices.record([first, mail]);
      await notices.record([{ ...told, sent: iso(startMs + 9) }]);
      const end = { ...told, kind: "ended" as const, sent: iso(startMs + 9) };
      await notices.record([end]);
      expect(await notices.ofDecision(told.decision)).toEqual([first, mail, end]);
      expect(await notices.firstSent([told.decision, own("decision")])).toEqual(
        new Map([[told.decision, iso(startMs)]]),
      );
    });

    test("of the end are missing for what was told on the channel and has ended", async () => {
      const { notices, decisions } = open();
      const [channel, other] = [own("channel"), own("channel")];
      const one = () => decision({ id: own("decision") });
      const [ended, lasting, closed, untold] = [one(), one(), one(), one()];
      await decisions.put([ended, lasting, closed, untold], startMs);
      const told = (id: string, kind: "decided" | "ended", where = channel) => ({
        decision: id,
        kind,
        category: "manual-review" as const,
        channel: where,
        sent: iso(startMs),
      });
      const decided = [ended, lasting, closed].map(({ id }) => told(id, "decided"));
      await notices.record([...decided, told(closed.id, "ended"), told(ended.id, "ended", other)]);
      await decisions.end([ended.id, closed.id, untold.id], "manual", startMs + 1);
      const end = { decision: ended.id, cause: "manual" };
      expect(await notices.untoldEnds(channel)).toEqual({ rows: [end], next: null });
      expect((await notices.untoldEnds(other)).rows).toEqual([]);
    });

    test("wait for their channel until they are told there, each once, and ends by themselves", async () => {
      const { notices } = open();
      const [channel, other] = [own("channel"), own("channel")];
      const topic = (kind: "decided" | "ended") => ({ decision: own("decision"), kind });
      const [one, two, told] = [topic("decided"), topic("ended"), topic("decided")] as const;
      const overOne = { ...one, kind: "ended" } as const;
      const sent = { category: "manual-review" as const, channel, sent: iso(startMs) };
      const due = (atMs: number) => notices.due(channel, atMs, 10);
      await notices.record([{ ...sent, ...told }]);
      expect(await notices.head(channel)).toBeNull();
      await notices.enqueue(channel, [one, told], 7, startMs);
      await notices.enqueue(channel, [two, one, overOne], 9, startMs + 1);
      expect(await notices.head(channel)).toBe(9);
      expect(await notices.head(other)).toBeNull();
      expect(await due(startMs)).toEqual([{ ...one, attempts: 0 }]);
      expect(await due(startMs + 1)).toEqual([one, overOne, two].map((waiting) => ({ ...waiting, attempts: 0 })));
      expect(await notices.due(channel, startMs + 1, 1)).toHaveLength(1);
      await notices.postpone(channel, one, startMs + hourMs);
      expect(await due(startMs + 1)).toEqual([overOne, two].map((waiting) => ({ ...waiting, attempts: 0 })));
      await notices.record([{ ...sent, ...two }]);
      await notices.drop(channel, overOne);
      expect(await due(startMs + hourMs)).toEqual([{ ...one, attempts: 1 }]);
      await notices.drop(other, one);
      expect(await due(startMs + hourMs)).toHaveLength(1);
      // By a clock that was ahead.
      await notices.postpone(channel, one, startMs + 400 * dayMs);
      expect(await due(startMs + hourMs)).toEqual([{ ...one, attempts: 2 }]);
      await notices.drop(channel, one);
      expect(await due(startMs + hourMs)).toEqual([]);
    });
  });
}
