import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fixedClock } from "../../kit/clock.ts";
import { UnavailableError } from "../../kit/unavailable-error.ts";
import { UserError } from "../../kit/user-error.ts";
import { describeFailure, failureTeller, openJournal } from "./journal.ts";

function journalled() {
  const lines: Record<string, unknown>[] = [];
  const parse = (line: string) => z.record(z.string(), z.unknown()).parse(JSON.parse(line));
  const journal = openJournal({ write: (line) => void lines.push(parse(line)) });
  const clock = fixedClock(1_000);
  return { lines, clock, ...failureTeller(journal, clock) };
}

const down = (): Error => Object.assign(new Error("connect to 10.0.0.7 as root:secret"), { code: "ECONNREFUSED" });

describe("a failure", () => {
  it("is described without its message, unless the message is ours", () => {
    const described = JSON.stringify(describeFailure(down()));
    expect(described).toContain("ECONNREFUSED");
    expect(described).not.toContain("secret");
    expect(describeFailure(new UserError("no such key", "name another"))).toMatchObject({ message: "no such key" });
    const full = new UnavailableError("the disk is full", "make room", { cause: down() });
    expect(describeFailure(full)).toEqual({
      error: "UnavailableError",
      message: "the disk is full",
      hint: "make room",
      code: "ECONNREFUSED",
    });
    expect(describeFailure("sk-live-1")).toEqual({ error: "string" });
  });

  it("that goes on is written down once a minute, with how often it came", () => {
    const { lines, clock, tell } = journalled();
    const error = down();
    for (let i = 0; i < 240; i++, clock.advance(500)) tell(error);
    expect(lines.map(({ again }) => again)).toEqual([undefined, 119]);
    tell(new UserError("no such key", "name another"));
    expect(lines.at(-1)).toMatchObject({ message: "no such key", msg: "failed", level: 50 });
  });

  it("is among the recent ones for two minutes after it came last", () => {
    const { clock, tell, recent } = journalled();
    tell(down());
    clock.advance(30_000);
    tell(down());
    tell(new UserError("no such key", "name another"));
    clock.advance(119_999);
    expect(recent()).toEqual([
      { error: "Error", ageMs: 119_999 },
      { error: "no such key", ageMs: 119_999 },
    ]);
    clock.advance(1);
    expect(recent()).toEqual([]);
  });

  it("is one of the recent ones, whatever code it came with", () => {
    const { lines, clock, tell, recent } = journalled();
    const unavailable = (code: string): Error =>
      new UnavailableError("the database is down", "start it", { cause: Object.assign(new Error(), { code }) });
    tell(unavailable("57P01"));
    clock.advance(60_000);
    tell(unavailable("ECONNREFUSED"));
    expect(recent()).toEqual([{ error: "the database is down", ageMs: 0 }]);
    expect(lines.map(({ code }) => code)).toEqual(["57P01", "ECONNREFUSED"]);
  });

  it("of a hundred others at a time is told apart", () => {
    const { lines, tell } = journalled();
    const failures = Array.from({ length: 101 }, (_, i) => new UserError(`no key ${i}`, "name another"));
    for (const failure of failures) tell(failure);
    // The first one has been forgotten, the second has to make room for it now.
    tell(failures[0]);
    tell(failures[100]);
    tell(failures[1]);
    expect(lines.slice(101).map(({ message }) => message)).toEqual(["no key 0", "no key 1"]);
  });
});
