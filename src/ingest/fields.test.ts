import { describe, expect, it } from "vitest";
import { clientAddress } from "./address.ts";
import { finishOf } from "./finish.ts";
import { pathwayOf } from "./pathway.ts";

describe("clientAddress", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["203.0.113.7:51234", "203.0.113.7"],
    ["[2001:db8::5]:443", "2001:db8::5"],
    ["2001:db8::5", "2001:db8::5"],
    [" 203.0.113.7 , 10.0.0.1", "203.0.113.7"],
    ["unknown", undefined],
    ["unknown, 10.0.0.1", undefined],
    ["", undefined],
    [7, undefined],
  ])("reads %j", (logged, address) => {
    expect(clientAddress(logged)).toBe(address);
  });
});

describe("finishOf", () => {
  it.each([
    ["end_turn", "stop"],
    ["STOP", "stop"],
    ["MAX_TOKENS", "length"],
    ["tool_calls", "tool_use"],
    ["content_filter", "refusal"],
    ["pause_turn", "pause_turn"],
    [null, undefined],
  ])("reads %j", (reason, finish) => {
    expect(finishOf(reason)).toBe(finish);
  });
});

describe("pathwayOf", () => {
  it.each([
    ["aws.bedrock", "bedrock"],
    ["gcp.vertex_ai", "vertex"],
    ["azure.ai.openai", "azure"],
    ["az.ai.inference", "azure"],
    ["openai", undefined],
    [undefined, undefined],
  ])("reads %j", (provider, pathway) => {
    expect(pathwayOf(provider)).toBe(pathway);
  });
});
