import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditEntry, AuditEvent } from "../../model/audit.ts";
import { isAsWritten } from "../../store/state/audit.ts";
import { auditLines } from "./audit-lines.ts";
import { chained } from "./audit-lines.case.ts";
import { createNames } from "./names.ts";

const names = createNames(Buffer.alloc(32, 1));
const nameable = new Set(["C-2026-08-31-0a1b2c", "mallory@example.com"]);

const made = (
  changes: Partial<AuditEvent> = {},
  scope = { kind: "account", value: "mallory@example.com" },
): AuditEvent => ({
  at: "2026-08-31T00:00:00.000Z",
  actor: "desk",
  action: "decision.made",
  subject: { kind: "decision", id: "7Q2M-1111-2222-3333" },
  detail: {
    account: "mallory@example.com",
    scope,
    campaign: "C-2026-08-31-0a1b2c",
    policy: { name: "default", rule: "convicted", version: "0123456789abcdef" },
    evidence: [
      { signal: "twins", summary: "73 accounts are as alike as samples of one source", strength: 5.3, against: false },
    ],
  },
  ...changes,
});

const proofs = (events: readonly AuditEvent[], identified: ReadonlySet<string> | null = nameable): string[] =>
  auditLines(chained(events), events.length, names, identified).map(({ proof }) => proof.kind);

describe("the excerpt of the audit log", () => {
  test("is sealed where no account may be named, and tells neither accounts nor people", () => {
    const lines = auditLines(chained([made(), made({ actor: "Ada" })]), 2, names, null);
    expect(lines.map(({ proof }) => proof.kind)).toEqual(["sealed", "sealed"]);
    expect(lines.map(({ actor }) => actor)).toEqual(["desk", names.of("person", "Ada")]);
    const text = JSON.stringify(lines);
    for (const entry of chained([made(), made({ actor: "Ada" })])) expect(text).not.toContain(entry.hash);
    expect(text).not.toMatch(/mallory|Ada/);
  });

  test("is open where they may be, so that anybody can compute the hashes", () => {
    const lines = auditLines(chained([made(), made({ actor: "Ada" })]), 2, names, nameable);
    expect(lines.map(({ actor }) => actor)).toEqual(["desk", "Ada"]);
    for (const { proof } of lines) expect(proof.kind === "open" && isAsWritten(proof.entry)).toBe(true);
  });

  test.each([
    ["an address", made({}, { kind: "address", value: "203.0.113.9" })],
    ["a fingerprint", made({}, { kind: "tls", value: "t13d1516h2" })],
    ["a key", made({}, { kind: "key", value: "key_abc" })],
    ["a customer's name", made({}, { kind: "organization", value: "Acme" })],
    ["another account", made({ subject: { kind: "account", id: "somebody else" } })],
    ["words of a person", made({ detail: { reason: "they called" } })],
    ["an e-mail address in the detail", made({ detail: { note: "write to ada@example.com" } })],
    ["an e-mail address as the actor", made({ actor: "ada@example.com" })],
  ])("stays sealed with %s", (_, event) => {
    expect(proofs([event])).toEqual(["sealed"]);
  });

  test("never tells both the hash of an entry that is not open and the one before it", () => {
    const kinds = fc.array(fc.constantFrom("open", "closed", "elsewhere"), { maxLength: 40 });
    fc.assert(
      fc.property(kinds, (given) => {
        const events = given.map((kind) => (kind === "closed" ? made({ detail: { reason: "words" } }) : made()));
        const all = chained(events);
        const mine = all.filter((_, i) => given[i] !== "elsewhere");
        const told = new Set<string>([all.at(-1)?.hash ?? ""]);
        const opened = new Set<number>();
        for (const { proof } of auditLines(mine, all.length, names, nameable)) {
          if (proof.kind === "sealed") continue;
          opened.add(proof.entry.sequence);
          told.add(proof.entry.hash).add(proof.entry.previous);
        }
        const attackable = all.filter(
          ({ sequence, hash, previous }) =>
            !opened.has(sequence) && told.has(hash) && (told.has(previous) || (previous === "" && all.length > 1)),
        );
        expect(attackable.map(({ sequence }: AuditEntry) => sequence)).toEqual([]);
      }),
    );
  });
});
