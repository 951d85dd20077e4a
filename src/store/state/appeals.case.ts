import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { APPEAL_MOVES, APPEAL_STATES } from "../../model/appeal.ts";
import type { AppealState } from "../../model/appeal.ts";
import type { State } from "./state.ts";
import { appeal, dayMs, hourMs, iso, own, startMs } from "./values.case.ts";

export function describeAppeals(open: () => State): void {
  describe("appeals", () => {
    test("go from open to an answer, and keep who gave it", async () => {
      const { appeals } = open();
      const given = appeal({ campaign: own("campaign") });
      const opened = await appeals.open(given, "it is our own model's evaluation; see '\\ \"日本\"");
      expect(opened).toEqual({ ...given, state: "open", changed: given.opened, reviewer: null, answer: null });
      expect(await appeals.find(given.id)).toEqual(opened);
      expect(await appeals.statement(given.id)).toBe("it is our own model's evaluation; see '\\ \"日本\"");
      await appeals.move(given.id, { to: "under-review", reviewer: "someone" }, startMs + hourMs);
      const answered = await appeals.move(given.id, { to: "upheld", answer: "you are right" }, startMs + 2 * hourMs);
      expect(answered).toEqual({
        ...opened,
        state: "upheld",
        changed: iso(startMs + 2 * hourMs),
        reviewer: "someone",
        answer: "you are right",
      });
      expect(await appeals.find(given.id)).toEqual(answered);
    });

    test("never leave their table of states", async () => {
      const { appeals } = open();
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...APPEAL_STATES), { maxLength: 8 }), async (moves) => {
          const { id } = await appeals.open(appeal(), "");
          let state: AppealState = "open";
          for (const to of moves) {
            const isAllowed = APPEAL_MOVES[state].includes(to);
            const outcome: unknown = await appeals.move(id, { to }, startMs).then(
              (moved) => moved.state,
              (error: unknown) => (error instanceof UserError ? "refused" : error),
            );
            expect(outcome).toBe(isAllowed ? to : "refused");
            if (isAllowed) state = to;
            expect((await appeals.find(id))?.state).toBe(state);
          }
        }),
        { numRuns: 25 },
      );
    });

    test("are answered by one of two reviewers who answer the same at once", async () => {
      const { appeals } = open();
      const { id } = await appeals.open(appeal(), "");
      await appeals.move(id, { to: "under-review" }, startMs);
      const answers = await Promise.allSettled([
        appeals.move(id, { to: "rejected", reviewer: "one" }, startMs),
        appeals.move(id, { to: "rejected", reviewer: "two" }, startMs),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    // Whichever comes first: what was rejected may be upheld after all, and nothing follows on upheld.
    test("end upheld where two reviewers disagree at once", async () => {
      const { appeals } = open();
      const { id } = await appeals.open(appeal(), "");
      await appeals.move(id, { to: "under-review" }, startMs);
      await Promise.allSettled([
        appeals.move(id, { to: "rejected", reviewer: "two" }, startMs),
        appeals.move(id, { to: "upheld", reviewer: "one" }, startMs),
      ]);
      expect(await appeals.find(id)).toMatchObject({ state: "upheld", reviewer: "one" });
    });

    test("are listed by state and by deadline", async () => {
      const { appeals } = open();
      const account = own("account");
      const late = await appeals.open(appeal({ account, deadline: iso(startMs + 2 * dayMs) }), "");
      const soon = await appeals.open(
        appeal({ account, deadline: iso(startMs + dayMs), opened: iso(startMs + hourMs) }),
        "",
      );
      const mine = (found: readonly { readonly id: string }[]): string[] =>
        found.map(({ id }) => id).filter((id) => id === late.id || id === soon.id);
      expect(mine((await appeals.inState("open")).rows)).toEqual([soon.id, late.id]);
      expect(mine((await appeals.overdue(startMs + dayMs)).rows)).toEqual([soon.id]);
      expect(mine(await appeals.ofAccount(account))).toEqual([soon.id, late.id]);
      expect(mine((await appeals.openedBetween(startMs, startMs + hourMs)).rows)).toEqual([late.id]);
      await appeals.move(soon.id, { to: "expired" }, startMs + dayMs);
      expect(mine((await appeals.overdue(startMs + 2 * dayMs)).rows)).toEqual([late.id]);
      expect(mine((await appeals.inState("open")).rows)).toEqual([late.id]);
    });

    test("of a case are found whosever they are, and an answer against the customer can be put right", async () => {
      const { appeals } = open();
      const campaign = own("campaign");
      const [first, second] = [appeal({ campaign }), appeal({ campaign, opened: iso(startMs + hourMs) })];
      for (const given of [second, first, appeal({ campaign: own("campaign") })]) await appeals.open(given, "");
      const page = await appeals.ofCampaign(campaign, { limit: 1 });
      expect(page.rows.map(({ id }) => id)).toEqual([first.id]);
      const rest = await appeals.ofCampaign(campaign, { after: page.next ?? "" });
      expect(rest.rows.map(({ id }) => id)).toEqual([second.id]);
      await appeals.move(first.id, { to: "under-review", reviewer: "one" }, startMs);
      await appeals.move(first.id, { to: "rejected", answer: "no" }, startMs);
      const righted = await appeals.move(first.id, { to: "upheld", answer: "yes" }, startMs + hourMs);
      expect(righted).toMatchObject({ state: "upheld", answer: "yes", reviewer: "one" });
    });

    test("take a bounded statement, and exist to be moved", async () => {
      const { appeals } = open();
      const given = appeal();
      await expect(appeals.open(given, "x".repeat(20_001))).rejects.toThrow(UserError);
      expect(await appeals.find(given.id)).toBeNull();
      await expect(appeals.move(given.id, { to: "withdrawn" }, startMs)).rejects.toThrow("there is no appeal");
    });

    test("teach once", async () => {
      const { appeals } = open();
      const { id, account } = await appeals.open(appeal(), "");
      const lesson = { appeal: id, account, campaign: own("campaign"), families: { twins: 3.5 }, at: iso(startMs) };
      await appeals.teach(lesson);
      await appeals.teach({ ...lesson, families: { twins: 9 } });
      const { rows } = await appeals.lessons();
      expect(rows.filter((row) => row.appeal === id)).toEqual([lesson]);
    });
  });
}
