import { describe, expect, it } from "vitest";
import { createHolding } from "./holding.ts";

describe("held requests", () => {
  it("are let go in the end, and have a limit", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((done) => {
      release = done;
    });
    const holding = createHolding(() => gate);
    const { signal } = new AbortController();
    const waiting = Array.from({ length: 2000 }, () => holding.hold(1, signal));
    expect(await holding.hold(1, signal)).toBe(false);
    expect(holding.held).toBe(2000);
    release();
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 2000 }, () => true));
    expect(holding.held).toBe(0);
  });

  it("leave when the caller does", async () => {
    const holding = createHolding();
    const caller = new AbortController();
    const waiting = holding.hold(2 ** 30, caller.signal);
    expect(holding.held).toBe(1);
    caller.abort();
    expect(await waiting).toBe(true);
    expect(holding.held).toBe(0);
  });
});
