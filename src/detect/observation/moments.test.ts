import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { countSequels } from "./moments.ts";
import type { Moments } from "./moments.ts";

interface Request {
  readonly account: number;
  readonly second: number;
  readonly refused?: true;
  readonly manner?: number;
}

function momentsOf(requests: readonly Request[]): Moments {
  const sorted = [...requests].sort((a, b) => (a.manner ?? 1) - (b.manner ?? 1) || a.second - b.second);
  const byAccount = new Map<number, number[]>();
  for (const [at, { account }] of sorted.entries()) byAccount.set(account, [...(byAccount.get(account) ?? []), at]);
  return {
    account: Uint32Array.from(sorted, ({ account }) => account),
    manner: Uint32Array.from(sorted, ({ manner = 1 }) => manner),
    atMs: Float64Array.from(sorted, ({ second }) => 1000 * second),
    refused: Uint8Array.from(sorted, ({ refused }) => (refused ? 1 : 0)),
    byAccount,
  };
}

const sequels = (requests: readonly Request[], members = [0, 1, 2], organizationOf = (_account: number) => "") =>
  countSequels(members, momentsOf(requests), organizationOf);

describe("what comes next to refused requests", () => {
  it("is counted after them where another account sends on what was refused", async () => {
    const requests: Request[] = [
      { account: 1, second: 70 },
      { account: 0, second: 100, refused: true },
      { account: 1, second: 103 },
    ];
    expect(await sequels(requests)).toEqual({ after: 1, before: 0 });
    expect(await sequels(requests.map((request) => ({ ...request, second: -request.second })))).toEqual({
      after: 0,
      before: 1,
    });
  });

  it("is of the same model and parameters, of another member, within the minute, and was answered", async () => {
    const refusal: Request = { account: 0, second: 100, refused: true };
    const none = { after: 0, before: 0 };
    expect(await sequels([refusal, { account: 1, second: 103, manner: 2 }])).toEqual(none);
    expect(await sequels([refusal, { account: 0, second: 103 }])).toEqual(none);
    expect(await sequels([refusal, { account: 7, second: 103 }])).toEqual(none);
    expect(await sequels([refusal, { account: 1, second: 161 }])).toEqual(none);
    expect(await sequels([refusal, { account: 1, second: 103, refused: true }])).toEqual(none);
  });

  it("counts once however many were refused in a row", async () => {
    const burst = Array.from({ length: 30 }, (_, i): Request => ({ account: 0, second: 100 + i, refused: true }));
    expect(await sequels([...burst, { account: 1, second: 131 }])).toEqual({ after: 1, before: 0 });
  });

  it("does not count what the accounts of one customer send on in the open", async () => {
    const requests: Request[] = [
      { account: 0, second: 100, refused: true },
      { account: 1, second: 103 },
    ];
    expect(await sequels(requests, [0, 1], () => "Harbour Ltd")).toEqual({ after: 0, before: 0 });
    expect(await sequels(requests, [0, 1], (account) => (account === 0 ? "Harbour Ltd" : ""))).toEqual({
      after: 1,
      before: 0,
    });
  });

  it("stands as often before as after among strangers", async () => {
    const random = seededRandom("strangers");
    const requests = Array.from({ length: 6000 }, (): Request => {
      const request = { account: random.integer(0, 9), second: 86_400 * random.next() };
      return random.chance(0.1) ? { ...request, refused: true } : request;
    });
    const { after, before } = await sequels(
      requests,
      Array.from({ length: 10 }, (_, i) => i),
    );
    expect(after + before).toBeGreaterThan(300);
    expect(after / (after + before)).toBeGreaterThan(0.42);
    expect(after / (after + before)).toBeLessThan(0.58);
  });
});
