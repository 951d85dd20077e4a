import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { fixedSecureRandom } from "../group/secure-random.case.ts";
import { ed25519Signer, isSignedBy } from "./ed25519.ts";
import { SignatureError } from "./member-keys.ts";
import type { MemberKey, MemberSigner, SignatureRefusal } from "./member-keys.ts";
import { signObject, verifyObject } from "./object-signature.ts";
import { TooManyRequestsError, requestVerifier, signRequest } from "./request-signature.ts";
import { signatureBase } from "./signature-base.ts";
import type { SignedRequest } from "./signature-base.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const startMs = Date.parse("2026-03-01T00:00:00Z");
const dayMs = 86_400_000;

const signerOf = (keyId: string, seed: number): MemberSigner => ({
  keyId,
  ...ed25519Signer(new Uint8Array(32).fill(seed)),
});
const keyOf = (signer: MemberSigner, change: Partial<MemberKey> = {}): MemberKey => ({
  id: signer.keyId,
  member: "a.example",
  publicKey: signer.publicKey,
  startsMs: startMs,
  endsMs: startMs + 90 * dayMs,
  revoked: false,
  ...change,
});
const [present, next] = [signerOf("a-1", 1), signerOf("a-2", 2)];

function refusalOf(work: () => unknown): SignatureRefusal | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof SignatureError) return error.reason;
    throw error;
  }
}

describe("Ed25519", () => {
  const signer = ed25519Signer(bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));

  it("is that of RFC 8032, section 7.1", () => {
    expect(Buffer.from(signer.publicKey).toString("hex")).toBe(
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    );
    expect(Buffer.from(signer.sign(new Uint8Array())).toString("hex")).toBe(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
  });

  it("signs as RFC 8037, appendix A.4, has it", () => {
    const input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    expect(Buffer.from(signer.sign(Buffer.from(input))).toString("base64url")).toBe(
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    );
  });

  it("takes no key and no signature of another length", () => {
    const signature = signer.sign(new Uint8Array());
    expect(isSignedBy(signer.publicKey, new Uint8Array(), signature)).toBe(true);
    expect(isSignedBy(signer.publicKey, new Uint8Array(), signature.subarray(1))).toBe(false);
    expect(isSignedBy(signer.publicKey.subarray(1), new Uint8Array(), signature)).toBe(false);
  });
});

describe("a signed object", () => {
  const object = { type: "indicator", id: "indicator--1", labels: ["b", "a"], confidence: 80 };

  it("is its member's, however it was stored and formatted since", () => {
    const jws = signObject(object, present, startMs);
    const reordered: unknown = JSON.parse(
      '{"labels":["b","a"],\n "id":"indicator--1", "confidence":80.0,"type":"indicator"}',
    );
    expect(verifyObject(reordered, jws, [keyOf(present)]).member).toBe("a.example");
  });

  it("has a detached signature over the header and the bytes of its canonical form (RFC 7797)", () => {
    const [header = "", payload, signature = ""] = signObject(object, present, startMs).split(".");
    expect(payload).toBe("");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
      alg: "EdDSA",
      b64: false,
      crit: ["b64"],
      iat: startMs / 1_000,
      kid: "a-1",
    });
    const input = `${header}.{"confidence":80,"id":"indicator--1","labels":["b","a"],"type":"indicator"}`;
    expect(isSignedBy(present.publicKey, Buffer.from(input), Buffer.from(signature, "base64url"))).toBe(true);
  });

  it("stands no other value, and no change of any character of its signature", () => {
    const jws = signObject(object, present, startMs);
    fc.assert(
      fc.property(fc.jsonValue(), (other) => {
        expect(refusalOf(() => verifyObject(other, jws, [keyOf(present)]))).toBe("wrong");
      }),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(fc.nat(jws.length - 1), fc.constantFrom(...Array.from("AZaz09-_.")), (at, character) => {
        fc.pre(jws[at] !== character);
        const altered = jws.slice(0, at) + character + jws.slice(at + 1);
        expect(refusalOf(() => verifyObject(object, altered, [keyOf(present)]))).not.toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  it.each<[string, string]>([
    ["no algorithm", '{"alg":"none","b64":false,"crit":["b64"],"iat":1772323200,"kid":"a-1"}'],
    ["an encoded payload", '{"alg":"EdDSA","iat":1772323200,"kid":"a-1"}'],
    ["a key that it brings along", '{"alg":"EdDSA","b64":false,"crit":["b64"],"iat":1772323200,"jwk":{},"kid":"a-1"}'],
    ["no JSON", "alg"],
  ])("is refused with %s", (_what, header) => {
    const jws = `${Buffer.from(header).toString("base64url")}..${"A".repeat(86)}`;
    expect(refusalOf(() => verifyObject(object, jws, [keyOf(present)]))).toBe("malformed");
  });

  it("is refused, whatever the text, by a SignatureError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(".", "..", "eyJ", "A", "_") })), (text) => {
        expect(() => verifyObject(object, text, [keyOf(present)])).toThrow(SignatureError);
      }),
    );
  });

  it("goes with its key: rotated, revoked, unknown", () => {
    const ended = keyOf(present, { endsMs: startMs + 10 * dayMs });
    const keys = [ended, keyOf(next, { startsMs: startMs + 9 * dayMs })];
    const at = (signer: MemberSigner, days: number, known = keys): SignatureRefusal | null =>
      refusalOf(() => verifyObject(object, signObject(object, signer, startMs + days * dayMs), known));
    expect([at(present, 5), at(present, 9.5), at(next, 9.5), at(next, 20)]).toEqual([null, null, null, null]);
    expect([at(present, 10), at(next, 5)]).toEqual(["out-of-time", "out-of-time"]);
    expect(at(present, 5, [{ ...ended, revoked: true }])).toBe("revoked");
    expect(at(signerOf("b-1", 3), 5)).toBe("unknown-key");
    expect(at({ ...signerOf("b-1", 3), keyId: "a-1" }, 5)).toBe("wrong");
  });
});

describe("a signed request", () => {
  const request: SignedRequest = {
    method: "POST",
    authority: "hub.example",
    path: "/taxii/circle/collections/1/objects/",
    query: "?",
    headers: new Map([["content-type", "application/taxii+json;version=2.1"]]),
    body: Buffer.from('{"objects":[]}'),
  };
  const clock = fixedClock(startMs);
  const verifierFor = (keys: readonly MemberKey[] = [keyOf(present)], at = clock) => requestVerifier(() => keys, at);
  function signed(
    change: Partial<SignedRequest> = {},
    seed = "request",
    nowMs = startMs,
    signer = present,
  ): SignedRequest {
    const given = { ...request, ...change };
    const fields = signRequest(given, signer, fixedSecureRandom(seed), nowMs);
    return { ...given, headers: new Map([...given.headers, ...Object.entries(fields)]) };
  }
  const withHeader = (given: SignedRequest, name: string, value: string): SignedRequest => ({
    ...given,
    headers: new Map([...given.headers, [name, value]]),
  });

  it("has the base and the signature of RFC 9421, appendix B.2.6", () => {
    const vector: SignedRequest = {
      method: "POST",
      authority: "example.com",
      path: "/foo",
      query: "?param=Value&Pet=dog",
      headers: new Map([
        ["date", "Tue, 20 Apr 2021 02:07:55 GMT"],
        ["content-type", "application/json"],
        ["content-length", "18"],
      ]),
      body: Buffer.from('{"hello": "world"}'),
    };
    const names = ["date", "@method", "@path", "@authority", "content-type", "content-length"];
    const parameters = new Map<string, number | string>([
      ["created", 1_618_884_473],
      ["keyid", "test-key-ed25519"],
    ]);
    const base = signatureBase(vector, [names.map((name) => [name, new Map()]), parameters]);
    expect(base.toString()).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      ].join("\n"),
    );
    const key = Buffer.from("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF", "base64").subarray(-32);
    expect(Buffer.from(ed25519Signer(key).sign(base)).toString("base64")).toBe(
      "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
    );
  });

  it("is its member's, once", () => {
    const verifier = verifierFor();
    expect(verifier.verify(signed()).member).toBe("a.example");
    expect(refusalOf(() => verifier.verify(signed()))).toBe("replayed");
    expect(verifier.verify(signed({}, "another")).member).toBe("a.example");
  });

  it.each<[string, SignatureRefusal, Partial<SignedRequest>]>([
    ["another method", "wrong", { method: "DELETE" }],
    ["another authority", "wrong", { authority: "other.example" }],
    ["another path", "wrong", { path: "/taxii/" }],
    ["another query", "wrong", { query: "?limit=1" }],
    ["another body", "digest", { body: Buffer.from("{}") }],
    ["no signature", "missing", { headers: new Map() }],
  ])("is refused with %s", (_what, reason, change) => {
    expect(refusalOf(() => verifierFor().verify({ ...signed(), ...change }))).toBe(reason);
  });

  it("is refused where it leaves out what it must cover, or covers what it should not", () => {
    const input = signed().headers.get("signature-input") ?? "";
    const changed = (from: string, to: string): SignatureRefusal | null =>
      refusalOf(() => verifierFor().verify(withHeader(signed(), "signature-input", input.replace(from, to))));
    for (const name of ["@method", "@authority", "@path", "@query", "content-digest"]) {
      expect(changed(`"${name}"`, "")).toBe("uncovered");
    }
    expect(changed('"@query"', '"@query" "@query"')).toBe("malformed");
    expect(changed('"@query"', '"@query" "x-none"')).toBe("malformed");
    expect(changed('"@query"', '"@query" "content-type";sf')).toBe("malformed");
    expect(changed("ed25519", "hmac-sha256")).toBe("malformed");
    expect(changed("stillwatch=", "other=")).toBe("malformed");
    expect(changed("a-1", "a-9")).toBe("unknown-key");
    expect(changed('"@query"', '"@query" "content-type"')).toBe("wrong");
  });

  it("counts for five minutes, by either clock", () => {
    const at = (seconds: number): SignatureRefusal | null =>
      refusalOf(() =>
        verifierFor([keyOf(present, { startsMs: 0 })]).verify(signed({}, "when", startMs + seconds * 1_000)),
      );
    expect([-301, -300, 0, 300, 301].map(at)).toEqual(["stale", null, null, null, "stale"]);
  });

  it("can't come again later, when its nonce is forgotten", () => {
    const moving = fixedClock(startMs);
    const verifier = verifierFor([keyOf(present)], moving);
    // By a clock that is ahead as far as it may be.
    const early = signed({}, "early", startMs + 300_000);
    verifier.verify(early);
    for (let i = 0; i < 7; i++) {
      moving.advance(100_000);
      verifier.verify(signed({}, `other ${i}`, moving.nowMs()));
      expect(refusalOf(() => verifier.verify(early))).toBe(i < 6 ? "replayed" : "stale");
    }
  });

  it("comes so often at most as it can be told from replays, whoever else asks", () => {
    const moving = fixedClock(startMs);
    const keys = [keyOf(present), keyOf(next)];
    const verifier = requestVerifier(() => keys, moving, 2);
    const ask = (seed: string, signer = present) => verifier.verify(signed({}, seed, moving.nowMs(), signer)).id;
    ask("one");
    ask("two");
    expect(() => ask("three")).toThrow(TooManyRequestsError);
    expect(ask("one", next)).toBe(next.keyId);
    moving.advance(601_000);
    expect(ask("three")).toBe(present.keyId);
  });

  it("has the digest of its body in a form of RFC 9530", () => {
    const given = signed();
    expect(given.headers.get("content-digest")).toBe(
      `sha-256=:${createHash("sha256").update(request.body).digest("base64")}:`,
    );
  });

  it("is refused, whatever the fields, by a SignatureError that quotes none of them", () => {
    const piece = fc.constantFrom(
      "stillwatch=",
      "(",
      ")",
      '"@method"',
      ";created=",
      "1772323200",
      ";nonce=",
      '"secret-n"',
      ";keyid=",
      '"a-1"',
      ":AA==:",
      ",",
    );
    fc.assert(
      fc.property(fc.string({ unit: piece }), fc.string({ unit: piece }), (input, signature) => {
        const given = withHeader(withHeader(request, "signature-input", input), "signature", signature);
        expect(() => verifierFor().verify(given)).toThrow(SignatureError);
        expect(() => verifierFor().verify(given)).not.toThrow(/secret-n/);
      }),
      { numRuns: 300 },
    );
  });
});
