import { describe, expect, it } from "vitest";
import { isHttpsOrLoopback } from "./https-or-loopback.ts";

describe("an address", () => {
  it.each([
    ["https://share.example/", true],
    ["http://127.0.0.1:8687/", true],
    ["http://127.1/", true],
    ["http://[::1]:8687/", true],
    ["http://localhost/", true],
    ["http://share.example/", false],
    ["http://127.0.0.1.share.example/", false],
    ["http://localhost.share.example/", false],
    ["http://127.0.0.1@share.example/", false],
    ["http://192.0.2.1/", false],
    ["share.example", false],
    ["ftp://127.0.0.1/", false],
  ])("%s is encrypted or of this machine: %s", (address, isSo) => {
    expect(isHttpsOrLoopback(address)).toBe(isSo);
  });
});
