import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { integer, sql, text } from "../sql.ts";
import type { Sql } from "../sql.ts";
import { audit } from "./audit.ts";
import type { Database } from "./database/database.ts";
import { json } from "./database/values.ts";
import type { State } from "./state.ts";
import { auditEvent, decision, own, startMs } from "./values.case.ts";

/** What somebody could do to an entry behind the log's back. */
const forgeries: readonly ((sequence: number) => Sql)[] = [
  (n) => sql`UPDATE audit_entry SET actor = 'nobody' WHERE sequence = ${integer(n)}`,
  (n) => sql`UPDATE audit_entry SET at = at - interval '1 second' WHERE sequence = ${integer(n)}`,
  (n) => sql`UPDATE audit_entry SET detail = detail || '{"accounts": 4}' WHERE sequence = ${integer(n)}`,
  (n) => sql`UPDATE audit_entry SET subject_id = subject_id || 'x' WHERE sequence = ${integer(n)}`,
  (n) => sql`UPDATE audit_entry SET hash = md5(hash) WHERE sequence = ${integer(n)}`,
  (n) => sql`UPDATE audit_entry SET previous = md5(previous) WHERE sequence = ${integer(n)}`,
  (n) => sql`DELETE FROM audit_entry WHERE sequence = ${integer(n)}`,
];

export function describeAudit(open: () => { readonly state: State; readonly database: Database }): void {
  describe("the audit log", () => {
    const length = async (state: State): Promise<number> => {
      const verdict = await state.audit.verify();
      if (verdict.kind === "broken") throw new Error(`broken at ${verdict.sequence}: ${verdict.reason}`);
      return verdict.entries;
    };

    test("gives events back in their order, and those about one thing", async () => {
      const { state } = open();
      const before = await length(state);
      const [first, second] = [
        auditEvent({ detail: { z: 1e21, a: [0.1, -0, null, true, { b: "日本 \\ \" ' \u{1f600}" }] } }),
        auditEvent({ actor: "someone", action: "kill-switch.thrown" }),
      ];
      await state.audit.append([first, second]);
      expect(await state.audit.entriesAfter(before, 10)).toMatchObject([
        {
          ...first,
          detail: { z: 1e21, a: [0.1, 0, null, true, { b: "日本 \\ \" ' \u{1f600}" }] },
          sequence: before + 1,
        },
        { ...second, sequence: before + 2 },
      ]);
      expect(await state.audit.about(second.subject, 10)).toMatchObject([second]);
      const subjects = [second.subject.id, first.subject.id];
      const numbers = async (kind: string, after: number): Promise<number[]> =>
        (await state.audit.aboutAny(kind, subjects, after, 10)).map(({ sequence }) => sequence);
      expect(await numbers("decision", 0)).toEqual([before + 1, before + 2]);
      expect(await numbers("decision", before + 1)).toEqual([before + 2]);
      expect(await numbers("appeal", 0)).toEqual([]);
      expect(await length(state)).toBe(before + 2);
    });

    test("is written with what it tells, or not at all", async () => {
      const { state } = open();
      const before = await length(state);
      const given = decision();
      const failing = state.transaction(async (within) => {
        await within.decisions.put([given], startMs);
        await within.audit.append([auditEvent()]);
        throw new Error("on purpose");
      });
      await expect(failing).rejects.toThrow("on purpose");
      expect(await state.decisions.find(given.id)).toBeNull();
      expect(await length(state)).toBe(before);
    });

    test("stays one chain when many append at once", async () => {
      const { state } = open();
      const before = await length(state);
      await Promise.all(Array.from({ length: 12 }, () => state.audit.append([auditEvent(), auditEvent()])));
      expect(await length(state)).toBe(before + 24);
    });

    test("takes only what can be kept as it is", async () => {
      const { state } = open();
      await expect(state.audit.append([auditEvent({ detail: { text: "x".repeat(70_000) } })])).rejects.toThrow(
        RangeError,
      );
      await expect(state.audit.append([auditEvent({ detail: { half: "\ud83d" } })])).rejects.toThrow("surrogate");
      await expect(state.audit.append([auditEvent({ action: "Anything" })])).rejects.toThrow("action");
      await length(state);
    });

    test("refuses to be changed, cut or emptied", async () => {
      const { state, database } = open();
      await state.audit.append([auditEvent()]);
      const changes = [
        sql`UPDATE audit_entry SET actor = 'nobody'`,
        sql`DELETE FROM audit_entry`,
        sql`TRUNCATE audit_entry`,
      ];
      for (const change of changes) {
        await expect(database.run(change)).rejects.toThrow(/append-only|permission denied/);
      }
      await length(state);
    });

    test("shows where it was forged", async () => {
      const { state, database } = open();
      await state.audit.append(Array.from({ length: 8 }, () => auditEvent()));
      const entries = await length(state);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: entries - 7, max: entries }),
          fc.constantFrom(...forgeries),
          async (sequence, forge) => {
            const undone = new Error("undone");
            const forged = database.transaction(async (connection) => {
              // As its owner could: rights and trigger are no obstacle for who may give them.
              await connection.run(sql`GRANT ALL ON audit_entry TO CURRENT_USER`);
              await connection.run(sql`ALTER TABLE audit_entry DISABLE TRIGGER append_only`);
              await connection.run(forge(sequence));
              expect(await audit(connection).verify()).toMatchObject({ kind: "broken", sequence });
              throw undone;
            });
            await expect(forged).rejects.toBe(undone);
          },
        ),
        { numRuns: 30 },
      );
      expect(await length(state)).toBe(entries);
    });

    test("shows an entry that was slipped in behind its end", async () => {
      const { state, database } = open();
      await state.audit.append([auditEvent()]);
      const undone = new Error("undone");
      const forged = database.transaction(async (connection) => {
        await connection.run(sql`
          INSERT INTO audit_entry (sequence, at, actor, action, subject_kind, subject_id, detail, previous, hash)
          SELECT sequence + 1, now(), 'x', 'a.b', 'k', ${text(own("x"))}, ${json({})}, hash, 'x' FROM audit_head`);
        await connection.run(sql`UPDATE audit_head SET sequence = sequence + 1, hash = 'x'`);
        expect(await audit(connection).verify()).toMatchObject({ kind: "broken" });
        throw undone;
      });
      await expect(forged).rejects.toBe(undone);
    });
  });
}
