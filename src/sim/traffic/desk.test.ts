import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { SimAccount } from "../people/account.ts";
import { balancerDesk, rotationDesk, type Slot } from "./desk.ts";

function account(id: string): SimAccount {
  return {
    id,
    record: undefined,
    truth: { account: id, label: "honest", class: "relay" },
    logging: { text: true, responseChance: 0 },
    connect: () => "",
  };
}

function permanent(id: string): Slot {
  return { diligence: 1, terms: [{ account: account(id), fromMs: 0, untilMs: Infinity }] };
}

describe("a rotation of accounts", () => {
  const slots = ["a", "b", "c"].map(permanent);
  const options = {
    random: seededRandom(1),
    slots,
    rotation: "least-recently-used",
    stickyTasks: 1,
    movesOn: false,
    resumes: true,
  } as const;

  it("takes the least recently used account", () => {
    const desk = rotationDesk(options);
    const ids = Array.from({ length: 6 }, (_, i) => desk.seat(i)?.id);
    expect(ids).toEqual(["b", "c", "a", "b", "c", "a"]);
  });

  it("stays with one account for a spell when sticky", () => {
    const desk = rotationDesk({ ...options, rotation: "sticky", stickyTasks: 4 });
    const ids = Array.from({ length: 8 }, (_, i) => desk.seat(i)?.id);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(new Set(ids.slice(4)).size).toBe(1);
  });

  it("resumes a throttled task elsewhere, or waits where it is told to", () => {
    const first = slots[0]?.terms[0]?.account ?? account("none");
    expect(rotationDesk(options).keep(first, 10, true)?.id).toBe("b");
    expect(rotationDesk({ ...options, resumes: false }).keep(first, 10, true)).toBe(first);
    expect(rotationDesk(options).keep(first, 10, false)).toBe(first);
  });

  it("gives each call of a task its turn where requests are dealt", () => {
    const desk = rotationDesk({ ...options, movesOn: true, resumes: false });
    const first = slots[0]?.terms[0]?.account ?? account("none");
    expect(desk.keep(first, 10, false)?.id).toBe("b");
    expect(desk.keep(first, 10, false)?.id).toBe("c");
    expect(desk.keep(first, 10, true)).toBe(first);
  });

  it("lets the replacement of a banned account finish its work", () => {
    const banned = account("banned");
    const replacement = account("replacement");
    const slot: Slot = {
      diligence: 1,
      terms: [
        { account: banned, fromMs: 0, untilMs: 100 },
        { account: replacement, fromMs: 200, untilMs: Infinity },
      ],
    };
    const desk = rotationDesk({ ...options, slots: [slot] });
    expect(desk.seat(50)).toBe(banned);
    expect(desk.seat(150)).toBeUndefined();
    expect(desk.keep(banned, 250, false)).toBe(replacement);
  });
});

describe("a balancer", () => {
  it("moves a conversation only when its account fails", () => {
    const accounts = ["a", "b"].map(account);
    const desk = balancerDesk(seededRandom(3), accounts, 1);
    const [first] = accounts;
    if (first === undefined) throw new Error("no account");
    expect(desk.keep(first, 0, false)).toBe(first);
    const moved = Array.from({ length: 20 }, () => desk.keep(first, 0, true)?.id);
    expect(new Set(moved)).toEqual(new Set(["a", "b"]));
  });
});
