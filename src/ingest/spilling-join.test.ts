import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpillingJoin } from "./spilling-join.ts";
import type { JoinEntry } from "./spilling-join.ts";

async function groupsOf(entries: readonly JoinEntry[], heldBytesMax?: number): Promise<ReadonlyMap<string, string[]>> {
  const join = new SpillingJoin(heldBytesMax);
  const groups = new Map<string, string[]>();
  try {
    for (const entry of entries) await join.add(entry);
    for await (const group of join.groups()) {
      const key = group[0]?.key ?? "";
      expect(groups.has(key)).toBe(false);
      groups.set(
        key,
        group.map((entry) => `${entry.side}:${entry.file}:${entry.line}:${entry.text}`),
      );
    }
  } finally {
    await join.dispose();
  }
  return groups;
}

const foldersLeft = (): number => readdirSync(tmpdir()).filter((name) => name.startsWith("stillwatch-join-")).length;

describe("SpillingJoin", () => {
  const entries = fc.array(
    fc.record({
      key: fc.constantFrom("a", "b", "request-1", "ü\n"),
      side: fc.constantFrom("request", "result"),
      file: fc.string(),
      line: fc.nat(),
      text: fc.json(),
    }),
    { maxLength: 30 },
  );

  it("gives the same groups from temporary files as from memory, in order, and leaves none behind", async () => {
    const before = foldersLeft();
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        const inMemory = await groupsOf(list);
        const spilled = await groupsOf(list, 20);
        expect(Object.fromEntries(spilled)).toEqual(Object.fromEntries(inMemory));
      }),
      { numRuns: 30 },
    );
    expect(foldersLeft()).toBe(before);
  });
});
