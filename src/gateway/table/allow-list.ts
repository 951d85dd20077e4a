import { hash } from "node:crypto";
import { z } from "zod";
import { canonicalAddress } from "../../kit/address.ts";
import { decisionScopeSchema, scopeKey } from "../../model/decision.ts";
import type { DecisionScope } from "../../model/decision.ts";
import { valueOf } from "./decision-index.ts";
import type { Subject } from "./decision-index.ts";

/** Whom nothing is done to, until when; null: until it is taken back. Who said so and why stays with the desk. */
export const allowedScopeSchema = z.object({ scope: decisionScopeSchema, expires: z.iso.datetime().nullable() });
export type AllowedScope = Readonly<z.infer<typeof allowedScopeSchema>>;

/**
 * The allow-list as surfaces ask it. The desk makes no decision on what is on it; but a decision on an address or an organisation also
 * meets who comes to it later, and that a look-up alone can tell.
 */
export interface AllowList {
  /** The same for the same entries: a follower sees by it whether its own is the latest. "" where there are none. */
  readonly version: string;
  readonly entries: readonly AllowedScope[];
  /** Whether any part of the subject is on the list. No I/O. */
  covers(subject: Subject, nowMs: number): boolean;
}

export function createAllowList(given: readonly AllowedScope[]): AllowList {
  const entries = given.map(({ scope: { kind, value }, expires }) => ({ scope: { kind, value }, expires }));
  const endMs = new Map<string, number>();
  for (const { scope, expires } of entries) {
    const value = valueOf(scope);
    if (value === null) continue;
    const key = scopeKey({ kind: scope.kind, value });
    const ms = expires === null ? Number.POSITIVE_INFINITY : Date.parse(expires);
    endMs.set(key, Math.max(ms, endMs.get(key) ?? ms));
  }
  const holds = (kind: DecisionScope["kind"], value: string | null | undefined, nowMs: number): boolean =>
    value !== undefined && value !== null && (endMs.get(scopeKey({ kind, value })) ?? nowMs) > nowMs;
  return {
    version: entries.length === 0 ? "" : hash("sha256", JSON.stringify(entries)),
    entries,
    covers: ({ key, account, organization, address, tls }, nowMs) =>
      endMs.size > 0 &&
      (holds("account", account, nowMs) ||
        holds("organization", organization, nowMs) ||
        holds("key", key, nowMs) ||
        holds("tls", tls, nowMs) ||
        holds("address", address === undefined ? null : canonicalAddress(address), nowMs)),
  };
}
