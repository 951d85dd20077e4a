import { MultipleErrors, NetworkError, ProtocolError, UnsupportedApiError } from "@platformatic/kafka";
import { describe, expect, it } from "vitest";
import { isRefusedWith, refusalOf } from "./refusal.ts";

describe("a refusal", () => {
  const behind = (error: Error): Error =>
    new MultipleErrors("failed 2 times.", [
      new NetworkError("Connection failed."),
      new NetworkError("Connection failed.", { cause: error }),
    ]);

  it.each([
    ["TOPIC_AUTHORIZATION_FAILED", true],
    ["SASL_AUTHENTICATION_FAILED", true],
    ["UNSUPPORTED_VERSION", true],
    ["INVALID_TOPIC_EXCEPTION", true],
    ["REBALANCE_IN_PROGRESS", false],
    ["OFFSET_OUT_OF_RANGE", false],
    ["COORDINATOR_NOT_AVAILABLE", false],
  ])("by %s is told by that name, and final: %s", (name, isFinal) => {
    const error = behind(new ProtocolError(name, "what the broker says may quote a secret"));
    const refusal = refusalOf(error);
    expect(refusal).toMatchObject({ isFinal, failure: { message: `Kafka refuses with ${name}`, cause: error } });
    expect(refusal?.failure.hint).not.toMatch(/secret|undefined/);
    expect(isRefusedWith(error, name)).toBe(true);
  });

  it("that is final counts for more than one that passes", () => {
    const both = new MultipleErrors(
      "failed.",
      ["NOT_COORDINATOR", "GROUP_AUTHORIZATION_FAILED"].map((name) => new ProtocolError(name)),
    );
    expect(refusalOf(both)).toMatchObject({ isFinal: true });
  });

  it("is also what the client says by itself of a broker's version", () => {
    expect(refusalOf(new UnsupportedApiError("No usable implementation"))).toMatchObject({
      isFinal: true,
      failure: { message: "Kafka refuses with UNSUPPORTED_VERSION" },
    });
  });

  it("is none where the network failed, and nothing where Kafka has no part in it", () => {
    const cut = Object.assign(new Error("connect"), { code: "ECONNRESET" });
    expect(refusalOf(behind(cut))).toMatchObject({
      isFinal: false,
      failure: { message: "Kafka can't be reached: ECONNRESET" },
    });
    expect(refusalOf(new RangeError("ours"))).toBeNull();
    expect(refusalOf(cut)).toBeNull();
  });
});
