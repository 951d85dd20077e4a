import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Decision, DecisionDelta } from "../../model/decision.ts";
import type { Page } from "./page.ts";
import type { State } from "./state.ts";
import { dayMs, decision, hourMs, iso, own, startMs } from "./values.case.ts";

const idsOf = (decisions: readonly Decision[]): string[] => decisions.map(({ id }) => id);

/** The number of the last delta, and the ids in force. */
async function snapshotOf(state: State, nowMs = startMs): Promise<{ sequence: number; ids: string[] }> {
  const ids: string[] = [];
  const sequence = await state.snapshot(nowMs, (page) => ids.push(...idsOf(page)));
  return { sequence, ids };
}

async function deltasSince(state: State, sequence: number): Promise<readonly DecisionDelta[]> {
  const deltas = await state.decisions.deltasAfter(sequence, 100_000);
  if (deltas === null) throw new Error(`the log does not go back to ${sequence}`);
  return deltas;
}

async function allPages(read: (after?: string) => Promise<Page<Decision>>): Promise<string[]> {
  const ids: string[] = [];
  for (let next: string | null | undefined; next !== null;) {
    const page: Page<Decision> = await read(next);
    ids.push(...idsOf(page.rows));
    next = page.next;
  }
  return ids;
}

export function describeDecisions(open: () => State): void {
  describe("decisions", () => {
    test("come back as they were given", async () => {
      const { decisions } = open();
      const given = decision({
        scope: { kind: "address", value: "2001:db8::/64" },
        campaign: own("campaign"),
        reasons: ['it\'s "quoted" \\ and {odd}', "日本"],
        held: "canary",
        simulated: true,
      });
      await decisions.put([given], startMs);
      expect(await decisions.find(given.id)).toEqual({ decision: given, ended: null });
      expect(await decisions.find(own("decision"))).toBeNull();
    });

    test("are in force until they expire or are ended, and are told by account, campaign, scope and hold", async () => {
      const { decisions } = open();
      const campaign = own("campaign");
      const key = { kind: "key" as const, value: own("key") };
      const [first, second, third] = [
        decision({ campaign, scope: key }),
        decision({ campaign, created: iso(startMs + hourMs) }),
        decision({ campaign, held: "waiting", simulated: true, created: iso(startMs + 2 * hourMs) }),
      ];
      await decisions.put([third, first, second], startMs);
      const listed = async (filter: Parameters<typeof decisions.inForce>[0], nowMs = startMs): Promise<string[]> =>
        idsOf((await decisions.inForce(filter, nowMs)).rows);
      expect(await listed({ kind: "campaign", campaign })).toEqual(idsOf([first, second, third]));
      expect(await listed({ kind: "scope", scope: key })).toEqual([first.id]);
      expect(await listed({ kind: "scope", scope: second.scope })).toEqual([second.id]);
      expect(await listed({ kind: "scope", scope: { kind: "account", value: first.account } })).toEqual([]);
      expect(await listed({ kind: "account", account: first.account })).toEqual([first.id]);
      expect(await listed({ kind: "held", held: "waiting" })).toContain(third.id);
      expect(await listed({ kind: "held", held: "waiting" })).not.toContain(first.id);
      expect(idsOf(await decisions.inForceOfAccounts([third.account, first.account], startMs))).toEqual(
        idsOf([first, third]),
      );
      expect(await listed({ kind: "campaign", campaign }, startMs + dayMs)).toEqual([]);
      await decisions.end([first.id], "released", startMs + 1);
      expect(await listed({ kind: "campaign", campaign })).toEqual(idsOf([second, third]));
      expect(await decisions.inForceOfAccounts([first.account], startMs)).toEqual([]);
    });

    test("with a known id take its place, also after its end", async () => {
      const state = open();
      const given = decision();
      await state.decisions.put([given], startMs);
      await state.decisions.end([given.id], "replaced", startMs + 1);
      const { sequence } = await snapshotOf(state);
      const renewed = { ...given, expires: iso(startMs + 3 * dayMs), action: "block" as const };
      await state.decisions.put([renewed], startMs + 2);
      expect(await state.decisions.find(given.id)).toEqual({ decision: renewed, ended: null });
      expect(await deltasSince(state, sequence)).toEqual([{ sequence: sequence + 1, kind: "new", decision: renewed }]);
    });

    test("end once, and only those in force are told", async () => {
      const state = open();
      const [first, second] = [decision(), decision()];
      await state.decisions.put([first, second], startMs);
      const { sequence } = await snapshotOf(state);
      expect(await state.decisions.end([second.id, first.id, own("decision")], "appeal", startMs + 5)).toEqual([
        first,
        second,
      ]);
      expect(await state.decisions.end([first.id], "manual", startMs + 6)).toEqual([]);
      expect(await state.decisions.find(first.id)).toEqual({
        decision: first,
        ended: { at: iso(startMs + 5), cause: "appeal" },
      });
      expect(await deltasSince(state, sequence)).toEqual([
        { sequence: sequence + 1, kind: "deleted", cause: "appeal", decision: first },
        { sequence: sequence + 2, kind: "deleted", cause: "appeal", decision: second },
      ]);
    });

    test("expire at their time, not before", async () => {
      const { decisions } = open();
      const given = decision({ expires: iso(startMs + 5_000) });
      await decisions.put([given], startMs);
      expect(idsOf(await decisions.expireDue(startMs + 4_999))).not.toContain(given.id);
      expect(await decisions.expireDue(startMs + 60_000)).toContainEqual(given);
      expect(await decisions.expireDue(startMs + 60_000)).toEqual([]);
      expect((await decisions.find(given.id))?.ended).toEqual({ at: given.expires, cause: "expired" });
    });

    test("of an account are its history, the latest first", async () => {
      const { decisions } = open();
      const account = own("account");
      const [old, recent] = [decision({ account }), decision({ account, created: iso(startMs + hourMs) })];
      await decisions.put([old, recent], startMs);
      await decisions.end([old.id], "replaced", startMs + hourMs);
      expect(await decisions.history(account)).toEqual([
        { decision: recent, ended: null },
        { decision: old, ended: { at: iso(startMs + hourMs), cause: "replaced" } },
      ]);
    });

    test("of a campaign are all that were ever made for it, the oldest first", async () => {
      const { decisions } = open();
      const campaign = own("campaign");
      const old = decision({ campaign });
      const held = decision({ campaign, created: iso(startMs + hourMs), held: "dry-run", simulated: true });
      await decisions.put([held, old, decision()], startMs);
      await decisions.end([old.id], "replaced", startMs + hourMs);
      expect((await decisions.ofCampaign(campaign)).rows).toEqual([
        { decision: old, ended: { at: iso(startMs + hourMs), cause: "replaced" } },
        { decision: held, ended: null },
      ]);
    });

    test("that took effect are told by when they did, whatever became of them", async () => {
      const { decisions } = open();
      const fromMs = startMs - 500 * dayMs;
      const made = (ms: number, change: Partial<Decision> = {}): Decision =>
        decision({ created: iso(fromMs + ms), expires: iso(fromMs + dayMs), ...change });
      const [before, first, held, second, after] = [
        made(-1),
        made(0),
        made(1, { held: "dry-run", simulated: true }),
        made(2),
        made(3),
      ];
      await decisions.put([before, second, first, held, after], startMs);
      await decisions.end([first.id], "appeal", startMs);
      expect((await decisions.effectiveBetween(fromMs, fromMs + 3)).rows).toEqual([first, second]);
      const suspended = made(2, { id: second.id, held: "suspended", simulated: true });
      await decisions.put([suspended], startMs);
      expect((await decisions.effectiveBetween(fromMs, fromMs + 3)).rows).toEqual([first, suspended]);
    });

    test("that were made under the kill switch take effect when it is off again, or never", async () => {
      const { decisions } = open();
      const fromMs = startMs - 700 * dayMs;
      const suspended = { created: iso(fromMs), held: "suspended", simulated: true } as const;
      const [brief, long] = [
        decision({ ...suspended, expires: iso(fromMs + hourMs) }),
        decision({ ...suspended, expires: iso(fromMs + dayMs) }),
      ];
      await decisions.put([brief, long], fromMs);
      await decisions.expireDue(fromMs + 2 * hourMs);
      expect((await decisions.effectiveBetween(fromMs, fromMs + dayMs)).rows).toEqual([]);
      const nowMs = fromMs + 3 * hourMs;
      await decisions.resumeAll(nowMs);
      const resumed = { ...long, created: iso(nowMs), held: null, simulated: false };
      expect((await decisions.effectiveBetween(fromMs, fromMs + dayMs)).rows).toEqual([resumed]);
      await decisions.end([long.id], "manual", nowMs);
    });

    test("are suspended by the kill switch and come back, but for those that expired meanwhile", async () => {
      const state = open();
      // Other cases' decisions take part: this one has them end first.
      await state.decisions.end((await snapshotOf(state)).ids, "manual", startMs);
      const [enforced, held, brief] = [
        decision(),
        decision({ held: "dry-run", simulated: true }),
        decision({ expires: iso(startMs + hourMs) }),
      ];
      await state.decisions.put([enforced, held, brief], startMs);
      const { sequence } = await snapshotOf(state);
      const suspended = (given: Decision): Decision => ({ ...given, held: "suspended", simulated: true });
      expect(await state.decisions.suspendAll(startMs + 1)).toBe(2);
      expect(await state.decisions.suspendAll(startMs + 2)).toBe(0);
      const nowMs = startMs + 2 * hourMs;
      expect(await state.decisions.resumeAll(nowMs)).toBe(1);
      expect(await deltasSince(state, sequence)).toEqual([
        { sequence: sequence + 1, kind: "deleted", cause: "kill-switch", decision: enforced },
        { sequence: sequence + 2, kind: "deleted", cause: "kill-switch", decision: brief },
        { sequence: sequence + 3, kind: "new", decision: suspended(enforced) },
        { sequence: sequence + 4, kind: "new", decision: suspended(brief) },
        { sequence: sequence + 5, kind: "new", decision: enforced },
      ]);
      expect((await state.decisions.inForce({ kind: "all" }, nowMs)).rows).toEqual([enforced, held]);
    });

    test("come page by page, each once, while others are added", async () => {
      const { decisions } = open();
      const addition = fc.record({ hours: fc.integer({ min: 0, max: 6 }), count: fc.integer({ min: 0, max: 4 }) });
      const made = (campaign: string, { hours, count }: { hours: number; count: number }): Decision[] =>
        Array.from({ length: count }, () => decision({ campaign, created: iso(startMs + hours * hourMs) }));
      await fc.assert(
        fc.asyncProperty(
          fc.array(addition, { minLength: 1, maxLength: 4 }),
          fc.array(addition, { maxLength: 6 }),
          fc.integer({ min: 1, max: 4 }),
          async (before, meanwhile, limit) => {
            const campaign = own("campaign");
            const first = before.flatMap((item) => made(campaign, item));
            await decisions.put(first, startMs);
            const additions = [...meanwhile];
            const seen = await allPages(async (after) => {
              const page = { limit, ...(after === undefined ? {} : { after }) };
              const found = await decisions.inForce({ kind: "campaign", campaign }, startMs, page);
              const next = additions.shift();
              if (next !== undefined) await decisions.put(made(campaign, next), startMs);
              return found;
            });
            expect(new Set(seen).size).toBe(seen.length);
            expect(seen).toEqual(expect.arrayContaining(idsOf(first)));
          },
        ),
        { numRuns: 20 },
      );
    });

    test("refuse a place that no page has given", async () => {
      const { decisions } = open();
      const places = [
        '["a"]',
        "7",
        '["yesterday","a"]',
        '["0000-01-01T00:00:00.000Z","a"]',
        '["2026-01-01T00:00:00.000Z","\\u0000"]',
      ];
      for (const after of ["x", ...places.map((place) => Buffer.from(place).toString("base64url"))]) {
        await expect(decisions.inForce({ kind: "all" }, startMs, { after })).rejects.toThrow("no place in the list");
      }
    });
  });

  describe("deltas", () => {
    test("are numbered without a gap, whatever happens at once and is rolled back", async () => {
      const state = open();
      const step = fc.constantFrom("put", "put and end", "put, then fail", "expire");
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
          const { sequence } = await snapshotOf(state);
          const followed: DecisionDelta[] = [];
          const follow = async (): Promise<void> => {
            for (let poll = 0; poll < 4; poll++) {
              const next = await state.decisions.deltasAfter(followed.at(-1)?.sequence ?? sequence, 3);
              expect(next, "a follower never sees a gap").not.toBeNull();
              followed.push(...(next ?? []));
            }
          };
          const work = steps.map((name) =>
            state
              .transaction(async ({ decisions }) => {
                const given = [decision({ expires: iso(startMs + 1) }), decision()];
                if (name === "expire") await decisions.expireDue(startMs + 10);
                else await decisions.put(given, startMs);
                if (name === "put and end") await decisions.end([given[1]!.id], "manual", startMs);
                if (name === "put, then fail") throw new Error("on purpose");
              })
              .catch((error: unknown) => {
                if (!(error instanceof Error && error.message === "on purpose")) throw error;
              }),
          );
          await Promise.all([...work, follow()]);
          const all = await deltasSince(state, sequence);
          const count = (name: string): number => steps.filter((other) => other === name).length;
          const news = 2 * (count("put") + count("put and end"));
          expect(all.filter(({ kind }) => kind === "new")).toHaveLength(news);
          expect(all.map((delta) => delta.sequence)).toEqual(all.map((_, index) => sequence + 1 + index));
          // What was followed while it happened is the beginning of what there is.
          expect(all.slice(0, followed.length)).toEqual(followed);
        }),
        { numRuns: 25 },
      );
    });

    test("after a snapshot lead to what is in force", async () => {
      const state = open();
      await state.decisions.put([decision(), decision()], startMs);
      const { sequence, ids } = await snapshotOf(state);
      const table = new Set(ids);
      await state.decisions.put([decision(), decision()], startMs);
      await state.decisions.end(ids.slice(0, 1), "manual", startMs);
      for (const { kind, decision: changed } of await deltasSince(state, sequence)) {
        if (kind === "new") table.add(changed.id);
        else table.delete(changed.id);
      }
      expect([...table].sort()).toEqual((await snapshotOf(state)).ids.sort());
    });

    test("come in bounded portions, and say when a follower has to start anew", async () => {
      const state = open();
      const { sequence } = await snapshotOf(state);
      await state.decisions.put([decision(), decision(), decision()], startMs);
      expect(await state.decisions.deltasAfter(sequence, 2)).toHaveLength(2);
      expect(await state.decisions.deltasAfter(sequence + 3, 2)).toEqual([]);
      // A number that was never given out: the follower has followed another state.
      expect(await state.decisions.deltasAfter(sequence + 4, 2)).toBeNull();
    });
  });
}
