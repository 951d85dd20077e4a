import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { sql } from "../../store/sql.ts";
import { openDatabase } from "../../store/state/database/database.ts";
import { migrations } from "../../store/state/migrations.ts";
import { openState } from "../../store/state/state.ts";
import { EXIT, failureOf } from "../errors.ts";
import { verifyAudit } from "./command.ts";

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "stillwatch-audit-"));
  const state = await openState({ path: join(data, "state") });
  const subject = { kind: "switch", id: "kill" };
  const event = { at: "2026-08-01T00:00:00.000Z", actor: "anna", action: "switch.on", subject, detail: {} };
  await state.audit.append([event, event, event]);
  await state.close();
});
afterAll(() => rm(data, { recursive: true, force: true }));

async function told(json: boolean, folder: string | undefined = data): Promise<string> {
  const lines: string[] = [];
  await verifyAudit({ data: folder, url: undefined, json }, { print: (text) => lines.push(text) });
  return lines.join("\n");
}

describe("stillwatch audit verify", () => {
  test("tells how long the log is, and its head", async () => {
    expect(await told(false)).toMatch(/^entries: 3, none changed\nhead: [\da-f]{64}$/);
    expect(JSON.parse(await told(true))).toEqual({ kind: "intact", entries: 3, head: expect.any(String) });
  });

  test("makes no state where there is none", async () => {
    const empty = join(data, "elsewhere");
    await mkdir(empty);
    await expect(told(false, empty)).rejects.toThrow(`there is no state in ${empty}`);
    const nowhere = verifyAudit({ data: undefined, url: undefined, json: false }, { print: () => undefined });
    await expect(nowhere).rejects.toThrow(UserError);
  });

  test("ends with a code of its own where an entry was changed", async () => {
    const database = await openDatabase({ path: join(data, "state") }, migrations);
    await database.run(sql`GRANT ALL ON audit_entry TO CURRENT_USER`);
    await database.run(sql`ALTER TABLE audit_entry DISABLE TRIGGER append_only`);
    await database.run(sql`UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 2`);
    await database.close();
    const failure: unknown = await told(false).catch((error: unknown) => error);
    expect(failureOf(failure, { verbose: false, paint: (_style, text) => text })).toEqual({
      exitCode: EXIT.broken,
      text: expect.stringContaining("broken at entry 2: its content is not what was written"),
    });
  });
});
