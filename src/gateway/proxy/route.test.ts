import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalPath, routeOf } from "./route.ts";

describe("routeOf", () => {
  it.each([
    ["/v1/chat/completions", [], "openai", "openai-chat"],
    ["/v1/completions", [], "openai", "openai-completions"],
    ["/v1/responses/resp_1?stream=true", [], "openai", "openai-responses"],
    ["/openai/deployments/d/chat/completions?api-version=1", [], "openai", "openai-chat"],
    ["/v1beta/openai/chat/completions", [], "openai", "openai-chat"],
    ["/v1/files", ["authorization"], "openai", "openai-files"],
    ["/v1/files/file-1", ["authorization"], "openai", undefined],
    ["/v1/files/file-1/content", ["authorization"], "openai", "openai-files"],
    ["/v1/uploads", ["authorization"], "openai", "openai-uploads"],
    ["/v1/uploads/upload_1/parts", ["authorization"], "openai", undefined],
    ["/v1/messages", [], "anthropic", "anthropic-messages"],
    ["/v1/messages/batches", ["x-api-key"], "anthropic", "anthropic-batches"],
    ["/v1/messages/batches/b/results", ["x-api-key"], "anthropic", "anthropic-results"],
    ["/v1/messages/count_tokens", ["anthropic-version"], "anthropic", undefined],
    ["/v1/models", ["anthropic-version"], "anthropic", undefined],
    ["/v1/models", ["x-goog-api-key"], "gemini", undefined],
    ["/v1beta/models/gemini-2.5-pro:generateContent", [], "gemini", "gemini-generate"],
    ["/v1beta/models/m:batchGenerateContent", [], "gemini", "gemini-batches"],
    ["/v1beta/batches/b", [], "gemini", "gemini-batches"],
    ["/v1beta/files/f:download?alt=media", [], "gemini", "gemini-results"],
    ["/v1beta/interactions/int_1?stream=true", [], "gemini", "gemini-interactions"],
    ["/v1/projects/p/models/m:streamGenerateContent?alt=sse", [], "gemini", "gemini-generate"],
    ["/v1/projects/p/locations/l/publishers/google/models/m:generateContent", [], "gemini", "gemini-generate"],
    ["/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict", [], "anthropic", "anthropic-messages"],
    [
      "/v1/projects/p/locations/l/publishers/anthropic/models/m:streamRawPredict",
      [],
      "anthropic",
      "anthropic-messages",
    ],
    ["/v1/projects/p/locations/l/publishers/mistralai/models/m:rawPredict", [], "openai", "openai-chat"],
    ["/batch/generativelanguage/v1beta", ["x-goog-api-key"], "gemini", "google-batch"],
    ["/v1/responses/resp_1/cancel", [], "openai", "openai-responses"],
    ["/status", [], null, undefined],
  ] as const)("reads %s with %j", (target, headers: readonly string[], api, dialect) => {
    const route = routeOf(target, (name) => headers.includes(name));
    expect([route.api, route.dialect?.name]).toEqual([api, dialect]);
  });
});

describe("canonicalPath", () => {
  it("is the same for any spelling", () => {
    const spelled = fc.constantFrom("chat", "CHAT", "%63hat", "c%68at", ".//chat", "x/../chat", "chat;a=b", "%2e/chat");
    fc.assert(
      fc.property(spelled, fc.constantFrom("/", "//", "%2F", "%2f", "/./", "\\"), (chat, slash) => {
        expect(canonicalPath(`/v1${slash}${chat}${slash}completions${slash}?a=/b`)).toBe("/v1/chat/completions");
      }),
    );
  });

  it("takes any target", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (target) => {
        expect(canonicalPath(target)).toMatch(/^\//);
      }),
    );
  });
});
