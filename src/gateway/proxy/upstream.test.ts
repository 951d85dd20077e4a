import { expect, it } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { createUpstream } from "./upstream.ts";

it.each([
  "",
  "api.example.com",
  "ftp://api.example.com",
  "https://user:pass@api.example.com",
  "https://api.example.com/?x=1",
])("refuses the address %j", (address) => {
  expect(() => createUpstream(address, 1)).toThrow(UserError);
});

it.each([
  ["https://api.example.com", "/v1/models?x=1", "/v1/models?x=1"],
  ["https://api.example.com/", "/v1/models", "/v1/models"],
  ["https://api.example.com/base/", "/v1/models", "/base/v1/models"],
  ["https://api.example.com", "http://other.example/v1?x=1", "/v1?x=1"],
  ["https://api.example.com", "https://", null],
  ["https://api.example.com", "*", null],
  ["https://api.example.com", "", null],
])("of %s knows %s as %s", (address, target, path) => {
  expect(createUpstream(address, 1).pathOf(target)).toBe(path);
});
