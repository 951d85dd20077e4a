import fc from "fast-check";
import { expect, it } from "vitest";
import { originForm } from "./target.ts";

it.each([
  ["/v1/decide", "/v1/decide"],
  ["/v1/%64ecide?a=%64", "/v1/decide?a=%64"],
  ["/a%2Fb%25%7e%2d", "/a%2Fb%25~-"],
  ["http://any.example:80/v1/decide?a", "/v1/decide?a"],
  ["HTTPS://any.example", "/"],
  ["http://any.example?a", "/?a"],
  ["*", "*"],
])("%s is %s", (target, path) => {
  expect(originForm(target)).toBe(path);
});

it("leaves a path to mean what it meant", () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      expect(decodeURIComponent(originForm(path))).toBe(decodeURIComponent(path));
    }),
  );
});
