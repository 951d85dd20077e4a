import { describe, expect, it } from "vitest";
import { sql } from "../../store/sql.ts";
import { withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";

const text = "Name three rivers of the north and say where they rise.";
const sampled: readonly Asked[] = [
  { account: "one", text, minute: 0, model: "zinnia-1", params: { temperature: 1 } },
  { account: "one", text, minute: 5, model: "aster-3-mini", params: { temperature: 0 } },
  { account: "one", text, minute: 9, model: "meridian-2", params: {} },
];
const taskOf = (asked: readonly Asked[]) =>
  withDetectLog({ asked }, ({ store }) =>
    store.rows<{ model: string; params: number; exchanges: number }>(
      sql`SELECT model, params, exchanges FROM detect_task`,
    ),
  );

describe("a task", () => {
  it("is one of repeated samples, and shows the first one's model and parameters wherever that stands in the log", async () => {
    const [task, ...others] = await taskOf(sampled);
    expect(others).toEqual([]);
    expect(task).toMatchObject({ model: "zinnia-1", exchanges: 3 });
    const [alone] = await taskOf(sampled.slice(0, 1));
    expect(task?.params).toBe(alone?.params);
    expect(await taskOf(sampled.toReversed())).toEqual([task]);
  });
});
