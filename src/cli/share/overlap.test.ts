import { describe, expect, it } from "vitest";
import { openTestCircle } from "../../share/circle/circle.case.ts";
import { file, staffOf } from "./staff.case.ts";

describe("stillwatch share overlap", () => {
  it("compares what two people of two members have chosen, and says what it does not protect from", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = [await staffOf(circle.members[0], circle), await staffOf(circle.members[1], circle)];
    const set = file("set", "payment: card_1000001\nemail:Ann@Example.com\nemail:bob@example.com\n");
    await expect(a("erik", "overlap", set, "--member", "member-b")).rejects.toThrow("it has offered us no set");

    const offered = await b("erik", "offer", "--campaign", "c-1", "--member", "member-a", "--days", "2");
    expect(offered).toContain("Once until 2026-11-22T10:00:00.000Z, member-a may find out which of these 2");
    expect(offered).toContain("a set of guesses tells it which of them are right (docs/overlap.md)");
    expect(await b("erik", "offers")).toBe(
      "member\tidentifiers\toffered\tby\tuntil\n" +
        "member-a\t2\t2026-11-20T10:00:00.000Z\terik\t2026-11-22T10:00:00.000Z",
    );
    const [warning = "", common, summary = "", ...rest] = (
      await a("erik", "overlap", set, "--member", "member-b")
    ).split("\n");
    expect(warning).toContain("Nothing shows that it has put in what it sees");
    expect([common, rest]).toEqual(["payment:card_1000001", []]);
    const [, session = ""] = /^session ([\da-f]{64}): 1 of our 3 and its 2$/.exec(summary) ?? [];
    expect(await b("erik", "offers")).toBe("member\tidentifiers\toffered\tby\tuntil");

    expect((await b("erik", "overlaps")).split("\n")).toEqual([
      "session\tat\tmember\trole\tby\tours\ttheirs\tcommon",
      `${session}\t2026-11-20T10:00:00.000Z\tmember-a\tresponder\terik\t2\t3\t1`,
    ]);
    expect(await b("erik", "overlaps", session)).toBe("payment:card_1000001");

    // Asked to, a opens what it has put in; who opens something else is seen.
    const opened = await a("erik", "overlaps", session, "--open");
    expect(opened).toContain("email:ann@example.com");
    expect(await b("erik", "overlaps", session, "--check", file("opened", opened))).toBe(
      "member-a had committed to these 3",
    );
    const other = file("other", opened.replace("ann@", "dan@"));
    await expect(b("erik", "overlaps", session, "--check", other)).rejects.toThrow("not what member-a has committed");
    await expect(b("erik", "overlaps", session, "--check", set)).rejects.toThrow("holds no set that was opened");
  });

  it("lets nobody choose, compare or see whose role it is not, and says what is wrong with a set", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const b = await staffOf(circle.members[1], circle);
    const set = file("set", "payment:card_1000001\n");
    const to = ["--member", "member-a"];
    for (const argv of [
      ["offer", set, ...to],
      ["withdraw", ...to],
      ["overlap", set, ...to],
      ["offers"],
      ["overlaps"],
    ]) {
      await expect(b("carl", ...argv)).rejects.toThrow("this takes the role sharing");
    }
    await expect(b("erik", "offer", ...to)).rejects.toThrow("it has to be said what is compared");
    await expect(b("erik", "offer", set, "--campaign", "c-1", ...to)).rejects.toThrow("has to be said");
    await expect(b("erik", "offer", "--campaign", "c-9", ...to)).rejects.toThrow("there is no live campaign c-9");
    await expect(b("erik", "offer", set, "--member", "member-x")).rejects.toThrow("no other member member-x");
    await expect(b("erik", "offer", set, ...to, "--days", "31")).rejects.toThrow("give 1 to 30");
    // Longer than what people write to the desk otherwise.
    const many = Array.from({ length: 4_000 }, (_, i) => `email:somebody-${i}@example.com\n`).join("");
    await expect(b("erik", "offer", file("many", many), ...to)).rejects.toThrow("4000 identifiers are more than");
    await expect(b("erik", "overlaps", "nothing")).rejects.toThrow("nothing of a session nothing");
    await b("erik", "offer", set, ...to);
    expect(await b("erik", "withdraw", ...to)).toBe("withdrawn");
    expect(await b("erik", "withdraw", ...to)).toBe("nothing was offered to member-a");
  });
});
