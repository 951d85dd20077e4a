import { expect, it } from "vitest";
import { accountsCounted, openTestCircle } from "../../share/circle/circle.case.ts";
import { staffOf } from "./staff.case.ts";

it("asks a member for a count, says that it has noise, and leaves who asked in the audit log", async () => {
  const circle = await openTestCircle(["member-a", "member-b"]);
  const [a, b] = circle.members;
  const run = await staffOf(a, circle);
  const [count, noise] = (await run("erik", "count", "member-b", "--capability", "coding")).split("\n");
  expect(Math.abs(Number(count) - accountsCounted)).toBeLessThan(200);
  expect(noise).toContain("with noise (epsilon 1/10), and the same until the month ends");
  expect(await run("erik", "count", "member-b", "--capability", "coding")).toBe(`${count}\n${noise}`);
  expect(b.counted).toEqual([1, 2].map(() => ({ capability: "coding", evidence: null })));
  const [entry] = await a.state.audit.about({ kind: "member", id: "member-b" }, 10);
  expect(entry).toMatchObject({ action: "count.asked", actor: "erik", detail: b.counted[0] });
  // What the other has told stands in its own ledger, for its own staff.
  const theirs = await staffOf(b, circle);
  expect(await run("carl", "counts")).not.toContain("capability");
  expect(await theirs("carl", "counts")).toContain(
    `\tmember-a\t${count}\t0.1\taccounts in campaigns told: capability coding, evidence any`,
  );
  await expect(run("carl", "count", "member-b")).rejects.toThrow("this takes the role sharing");
  await expect(run("erik", "count", "nobody")).rejects.toThrow("there is no other member nobody");
  await expect(run("erik", "count", "member-b", "--capability", "nightfall")).rejects.toThrow("Allowed choices are");
});
