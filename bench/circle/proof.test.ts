import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Exchange } from "../../src/model/exchange.ts";
import { fingerprint } from "../../src/share/stix/keyed.ts";
import { prove } from "./proof.ts";
import type { Honest, Proof } from "./proof.ts";

const key = { epoch: "2026-03", secret: new Uint8Array(32).fill(1) };
const said: Exchange = {
  time: "2026-03-02T00:00:00Z",
  id: "ex-0123456789",
  account: "acc-0123456789",
  key: "key-0123456789",
  ip: "198.51.100.7",
  end_user: 'Café "Nord"',
  model: "m",
  system: "Du hilfst Köchen.",
  messages: [{ role: "user", content: "Wie koche ich\nSuppe für zwölf Gäste?" }],
  response: "Mit viel Geduld und gutem Salz.",
};
const honest: Honest = {
  accounts: 1,
  facts: [
    {
      account: "acc-0123456789",
      organization: "Gallobe Foods",
      email_domain: "mail.ru",
      payment: "pay-0123456789",
      device: "dev-0123456789",
    },
  ],
  exchanges: [said],
};
const told = "indicator--00000000-0000-4000-8000-000000000000";
const answer = `HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"id":"${told}","name":"Indicator 00000000"}`;

function proofOf(leak: string): Proof {
  return prove(
    new Map([
      ["a-1-asked.bytes", Buffer.from("GET /taxii2/ HTTP/1.1\r\n\r\n")],
      ["a-1-answered.bytes", Buffer.from(answer + leak)],
    ]),
    honest,
    key,
    told,
  );
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

describe("the proof from the bytes that passed", () => {
  it("holds where nothing of a customer is in them, and has looked for everything", () => {
    const proof = proofOf("");
    expect(proof).toMatchObject({ holds: true, found: [], customers: 1 });
    expect(proof.lookedFor).toEqual({
      account: 1,
      organisation: 1,
      "e-mail domain": 1,
      payment: 1,
      device: 1,
      exchange: 1,
      "API key": 1,
      address: 1,
      "end user": 1,
      "keyed digest": 2,
      "four words in a row": 7,
    });
    expect(proof.controls.filter(({ found }) => !found)).toEqual([]);
    expect(proof.controls).toHaveLength(14);
  });

  it.each([
    ["an account", '"acc-0123456789"', "account"],
    ["an API key", "x-key: key-0123456789", "API key"],
    ["an address", "198.51.100.7", "address"],
    ["an organisation", "by Gallobe Foods", "organisation"],
    ["a domain", '{"domain":"mail.ru"}', "e-mail domain"],
    ["a digest in hex", digest("pay-0123456789").toString("hex"), "payment"],
    ["a digest in hex, in capitals", digest("pay-0123456789").toString("hex").toUpperCase(), "payment"],
    ["a name with what JSON escapes", '"Caf\\u00e9 \\"Nord\\""', "end user"],
    ["a name with what a URL escapes", "?by=Caf%C3%A9%20%22Nord%22", "end user"],
    ["a digest in base64", digest("dev-0123456789").toString("base64"), "device"],
    ["a digest in base64url", digest("acc-0123456789").toString("base64url"), "account"],
    // As OASIS's library for STIX makes them.
    ["the UUID of an address", "ipv4-addr--12592121-be4c-5a93-a813-5a5af16e50db", "address"],
    ["the UUID of a user's id", "user-account--864d8d5e-e3cb-5e0a-9f81-c33dd8c079ad", "account"],
    ["the UUID of a login", "user-account--f33ea0db-79eb-5cfb-b3be-630537e993ff", "account"],
    ["something in base64", Buffer.from("acc-0123456789").toString("base64"), "account"],
    ["what the circle's key makes of a payment", fingerprint(key, "payment", "pay-0123456789"), "payment or device"],
    ["that in capitals", fingerprint(key, "payment", "pay-0123456789").toUpperCase(), "payment or device"],
    [
      "that in base64",
      Buffer.from(fingerprint(key, "device", "dev-0123456789"), "hex").toString("base64"),
      "payment or device",
    ],
    ["words of a prompt, escaped for JSON", "Suppe f\\u00fcr zw\\u00f6lf g\\u00e4ste", "four words in a row"],
    ["words of a prompt, in a URL", "/Suppe%20f%C3%BCr%20zw%C3%B6lf%20G%C3%A4ste", "four words in a row"],
    ["words of a prompt, over the end of a line", JSON.stringify("koche ich\nSuppe für"), "four words in a row"],
    ["words of an answer", "mit VIEL geduld, und", "four words in a row"],
  ])("fails on %s", (_what, leak, what) => {
    const proof = proofOf(leak);
    expect(proof.holds).toBe(false);
    expect(proof.found.map((found) => found.what)).toEqual([what]);
  });

  it("does not hold where it could not have found anything", () => {
    const bytes = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n${told}`);
    expect(prove(new Map([["x", bytes]]), honest, key, told).holds).toBe(false);
    expect(prove(new Map([["x", Buffer.from("nothing")]]), honest, key, told).holds).toBe(false);
  });
});
