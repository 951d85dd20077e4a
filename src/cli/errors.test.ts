import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { UserError, UserErrors } from "../kit/user-error.ts";
import { EngineFullError } from "../store/engine-full.ts";
import { EXIT, failureOf, RejectedLinesError } from "./errors.ts";

const quiet = { verbose: false, paint: (_style: string, text: string) => text };
const verbose = { ...quiet, verbose: true };

describe("failureOf", () => {
  it("shows what a person can mend without a stack", () => {
    expect(failureOf(new UserError("the log is empty", "name another"), quiet)).toEqual({
      exitCode: EXIT.usage,
      text: "error: the log is empty\nhint: name another",
    });
    expect(failureOf(new UserError("the log is empty"), quiet).text).toBe("error: the log is empty");
  });

  it("shows each of several faults on a line of its own, whatever stands in it", () => {
    expect(failureOf(new UserErrors(["a:1: no\nerror: x", "a:2: no"], "mend it"), quiet).text).toBe(
      String.raw`error: a:1: no\u{a}error: x` + "\nerror: a:2: no\nhint: mend it",
    );
  });

  it("tells rejected lines of a strict run from other trouble with the input", () => {
    expect(failureOf(new RejectedLinesError("3 lines were rejected"), quiet).exitCode).toBe(EXIT.rejected);
  });

  it("calls everything else unexpected and shows the stack and the causes when asked", () => {
    const error = new TypeError("x is not a function", { cause: new Error("the root") });
    const short = failureOf(error, quiet);
    expect(short).toMatchObject({ exitCode: EXIT.unexpected });
    expect(short.text).toContain("x is not a function\nhint: this was not expected");
    const long = failureOf(error, verbose);
    expect(long.text).toContain("errors.test.ts");
    expect(long.text).toContain("caused by: Error: the root");
  });

  it.each([
    Object.assign(new Error("EFBIG: file too large, write"), { code: "EFBIG" }),
    new EngineFullError("the disk of the engine is full", "the spool waits"),
  ])("says what to do where nothing more can be written: %s", (error) => {
    const { exitCode, text } = failureOf(error, quiet);
    expect(exitCode).toBe(EXIT.unexpected);
    expect(text).toContain(`${error.message}\nhint: make room on the disk`);
  });

  it("takes what is thrown but no error", () => {
    expect(failureOf("a string", quiet)).toMatchObject({
      exitCode: EXIT.unexpected,
      text: expect.stringContaining("a string"),
    });
  });

  it("ends where causes form a ring, and cuts an endless message", () => {
    const ring = new Error("ring");
    ring.cause = ring;
    expect(failureOf(ring, verbose).text.match(/caused by/g)?.length).toBeLessThan(10);
    expect(failureOf(new Error("SELECT ".repeat(10_000)), quiet).text.length).toBeLessThan(1_000);
  });

  it("lets no control character of an input through to the terminal", () => {
    const error = new UserError("no file \u001b[31mred", "\u0007");
    expect(failureOf(error, quiet).text).toBe(
      String.raw`error: no file \u{1b}[31mred` + "\n" + String.raw`hint: \u{7}`,
    );
  });

  it("says nothing twice where Commander has spoken", () => {
    expect(failureOf(new CommanderError(1, "commander.unknownOption", "unknown option"), quiet)).toEqual({
      exitCode: EXIT.usage,
      text: "",
    });
    expect(failureOf(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"), quiet).exitCode).toBe(EXIT.done);
  });
});
