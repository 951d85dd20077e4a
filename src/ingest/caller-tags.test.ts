import { expect, it } from "vitest";
import { taggedCaller } from "./caller-tags.ts";

it.each([
  [
    { team: "AI", user: 12_345, test: true },
    { account: "12345", key: undefined },
  ],
  [
    { userId: "u", "Account-ID": "a" },
    { account: "a", key: undefined },
  ],
  [
    { user_id: " ", team: "AI" },
    { account: "AI", key: undefined },
  ],
  [{ api_key_id: "key_1" }, { account: undefined, key: "key_1" }],
  [{ region: "eu" }, { account: undefined, key: undefined }],
  ["account_id", { account: undefined, key: undefined }],
])("tags %j name %j", (tags, caller) => {
  expect(taggedCaller(tags)).toEqual(caller);
});

it("a key is never told in the clear", () => {
  expect(taggedCaller({ apiKey: "sk-live-12345678" }).key).toMatch(/^[0-9a-f]{64}$/);
});
