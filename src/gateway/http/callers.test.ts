import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createCallers } from "./callers.ts";
import { caller, CALLER_KEY } from "./listen.case.ts";

function request(headers: IncomingMessage["headers"], socket = new Socket()): IncomingMessage {
  return Object.assign(new IncomingMessage(socket), { headers });
}

describe("callers", () => {
  const callers = createCallers([caller("edge"), caller("proxy", "another key")]);

  it("are known by the digest of their key", () => {
    const names = [CALLER_KEY, "another key", "no key"].map((key) => callers.byKey(key));
    expect(names).toEqual(["edge", "proxy", null]);
  });

  it("send their key as a bouncer does, or as a bearer token", () => {
    expect(callers.of(request({ "x-api-key": CALLER_KEY }))).toBe("edge");
    expect(callers.of(request({ authorization: "bearer another-key" }))).toBeNull();
    expect(createCallers([caller("edge", "k")]).of(request({ authorization: "bearer k" }))).toBe("edge");
    expect(callers.of(request({ authorization: `Basic ${CALLER_KEY}` }))).toBeNull();
    expect(callers.of(request({}))).toBeNull();
  });

  it("are known by the key of each request, whoever asked before over the connection", () => {
    const socket = new Socket();
    const names = [CALLER_KEY, "no key", "another key", CALLER_KEY, CALLER_KEY].map((key) =>
      callers.of(request({ "x-api-key": key }, socket)),
    );
    expect(names).toEqual(["edge", null, "proxy", "edge", "edge"]);
    expect(callers.of(request({}, socket))).toBeNull();
  });

  it.each([
    ["a key that is no digest", [{ name: "edge", keySha256: CALLER_KEY }]],
    ["a name twice", [caller("edge"), caller("edge", "another key")]],
    ["a key twice", [caller("edge"), caller("proxy")]],
  ])("can't be set up with %s, and the refusal shows no key", (_name, given) => {
    expect(() => createCallers(given)).toThrow(expect.objectContaining({ name: "UserError" }));
    expect(() => createCallers(given)).not.toThrow(CALLER_KEY);
  });
});
