import type { DecisionAction, DecisionScope } from "../../model/decision.ts";
import { canonicalAddress } from "../../kit/address.ts";
import { createCommonParts } from "./common-parts.ts";
import { createExpiryHeap } from "./expiry-heap.ts";
import type { Expiring } from "./expiry-heap.ts";
import { severityOf, strictnessOf } from "./strictness.ts";
import type { Purpose } from "./strictness.ts";
import { surfaceDecision } from "./surface-decision.ts";
import type { SurfaceDecision } from "./surface-decision.ts";

// Limits.
/** About 0.5 KB each where many come from the same rules, measured by `npm run bench:gateway`. Twice what the gateway is built for. */
const decisionsMax = 2_000_000;
/** On one key, account, organisation, address or fingerprint: what a look-up may have to walk. */
const decisionsPerValueMax = 256;

/** Whom a request comes from, as far as the surface knows. A key is its name (`ingest/keys`). */
export interface Subject {
  readonly key?: string | undefined;
  readonly account?: string | undefined;
  readonly organization?: string | undefined;
  readonly address?: string | undefined;
  readonly tls?: string | undefined;
}

/** The decisions in force by whom they apply to and by when they end. Not simulated ones are found by `strictest`. */
export interface DecisionIndex {
  readonly size: number;
  /** Adds a decision, or replaces the one of its id. False, and nothing is added, where a limit or the scope forbids it. */
  add(decision: SurfaceDecision): boolean;
  remove(id: string): void;
  /** The strictest that is enforced on any part of the subject and has not ended, or null. */
  strictest(subject: Subject, nowMs: number, purpose: Purpose): SurfaceDecision | null;
  /** The same among decisions of one action. */
  strictestOf(subject: Subject, nowMs: number, action: DecisionAction): SurfaceDecision | null;
  /** The strictest of one action on each part of the subject that has one. */
  strictestOnEach(subject: Subject, nowMs: number, action: DecisionAction): SurfaceDecision[];
  /** Removes what has ended, at most `max`; how many. */
  expire(nowMs: number, max: number): number;
  /** What is enforced on one scope, ended or not, in no order. */
  on(scope: DecisionScope): SurfaceDecision[];
  get(id: string): SurfaceDecision | null;
  all(): IterableIterator<SurfaceDecision>;
}

interface Entry extends Expiring {
  readonly decision: SurfaceDecision;
  readonly severity: number;
  /** The value in the map of its scope; null for a simulated one, which is in none. */
  readonly value: string | null;
  /** Another decision on the same value. Nearly always there is none, so that a list for each would be waste. */
  next: Entry | null;
}

type Chains = Readonly<Record<DecisionScope["kind"], Map<string, Entry>>>;

export function createDecisionIndex(): DecisionIndex {
  const entries = new Map<string, Entry>();
  const heap = createExpiryHeap<Entry>();
  const withCommonParts = createCommonParts();
  const chains: Chains = {
    key: new Map(),
    account: new Map(),
    organization: new Map(),
    address: new Map(),
    tls: new Map(),
  };

  function drop(entry: Entry): void {
    entries.delete(entry.decision.id);
    heap.remove(entry);
    if (entry.value !== null) unlink(chains[entry.decision.scope.kind], entry.value, entry);
  }

  return {
    get size() {
      return entries.size;
    },
    add(decision) {
      const before = entries.get(decision.id);
      if (before !== undefined) drop(before);
      const value = valueOf(decision.scope);
      const expiresMs = Date.parse(decision.expires);
      // A time that can't be read would put the heap out of order, and nothing would end any more.
      if (value === null || Number.isNaN(expiresMs) || entries.size >= decisionsMax) return false;
      const chain = chains[decision.scope.kind];
      const next = decision.simulated ? null : (chain.get(value) ?? null);
      if (next !== null && lengthOf(next) >= decisionsPerValueMax) return false;
      const entry: Entry = {
        decision: withCommonParts(surfaceDecision(decision)),
        expiresMs,
        severity: severityOf(decision),
        value: decision.simulated ? null : value,
        next,
        position: -1,
      };
      if (entry.value !== null) chain.set(entry.value, entry);
      entries.set(decision.id, entry);
      heap.add(entry);
      return true;
    },
    remove(id) {
      const entry = entries.get(id);
      if (entry !== undefined) drop(entry);
    },
    strictest: (subject, nowMs, purpose) => strictestAmong(chains, subject, { nowMs, purpose, action: null }),
    strictestOf: (subject, nowMs, action) => strictestAmong(chains, subject, { nowMs, purpose: "request", action }),
    strictestOnEach: (subject, nowMs, action) =>
      strictestOnEach(chains, subject, { nowMs, purpose: "request", action }),
    expire(nowMs, max) {
      let ended = 0;
      for (; ended < max; ended++) {
        const first = heap.first();
        if (first === null || first.expiresMs > nowMs) break;
        drop(first);
      }
      return ended;
    },
    on(scope) {
      const found: SurfaceDecision[] = [];
      const chain = chains[scope.kind].get(valueOf(scope) ?? "") ?? null;
      for (let entry = chain; entry !== null; entry = entry.next) found.push(entry.decision);
      return found;
    },
    get: (id) => entries.get(id)?.decision ?? null,
    *all() {
      for (const { decision } of entries.values()) yield decision;
    },
  };
}

/** Under which what is about a scope is found by the part of a subject; null: it is no address. */
export function valueOf({ kind, value }: DecisionScope): string | null {
  return kind === "address" ? canonicalAddress(value) : value;
}

/** What counts in a look-up. */
interface Wanted {
  readonly nowMs: number;
  readonly purpose: Purpose;
  /** null: any. */
  readonly action: DecisionAction | null;
}

function strictestAmong(
  chains: Chains,
  { key, account, organization, address, tls }: Subject,
  wanted: Wanted,
): SurfaceDecision | null {
  let best: Entry | null = null;
  if (key !== undefined) best = strictestIn(best, chains.key.get(key), wanted);
  if (account !== undefined) best = strictestIn(best, chains.account.get(account), wanted);
  if (organization !== undefined) best = strictestIn(best, chains.organization.get(organization), wanted);
  if (tls !== undefined) best = strictestIn(best, chains.tls.get(tls), wanted);
  // A surface may see what is no address (a socket's path); nothing can have been decided on that.
  const canonical = address === undefined ? null : canonicalAddress(address);
  if (canonical !== null) best = strictestIn(best, chains.address.get(canonical), wanted);
  return best === null ? null : best.decision;
}

function strictestOnEach(
  chains: Chains,
  { key, account, organization, address, tls }: Subject,
  wanted: Wanted,
): SurfaceDecision[] {
  const found: SurfaceDecision[] = [];
  const note = (chain: Entry | undefined): void => {
    const best = strictestIn(null, chain, wanted);
    if (best !== null) found.push(best.decision);
  };
  if (key !== undefined) note(chains.key.get(key));
  if (account !== undefined) note(chains.account.get(account));
  if (organization !== undefined) note(chains.organization.get(organization));
  const canonical = address === undefined ? null : canonicalAddress(address);
  if (canonical !== null) note(chains.address.get(canonical));
  if (tls !== undefined) note(chains.tls.get(tls));
  return found;
}

function strictestIn(found: Entry | null, chain: Entry | undefined, { nowMs, purpose, action }: Wanted): Entry | null {
  let best = found;
  for (let entry = chain ?? null; entry !== null; entry = entry.next) {
    const counts = entry.expiresMs > nowMs && (action === null || entry.decision.action === action);
    if (counts && (best === null || isStricter(entry, best, purpose))) best = entry;
  }
  return best;
}

/** A total order, so that the answer does not depend on what came first. */
function isStricter(one: Entry, other: Entry, purpose: Purpose): boolean {
  const strictness = strictnessOf[purpose];
  const byAction = strictness[one.decision.action] - strictness[other.decision.action];
  if (byAction !== 0) return byAction > 0;
  if (one.severity !== other.severity) return one.severity > other.severity;
  if (one.expiresMs !== other.expiresMs) return one.expiresMs > other.expiresMs;
  return one.decision.id < other.decision.id;
}

function lengthOf(chain: Entry): number {
  let length = 0;
  for (let entry: Entry | null = chain; entry !== null; entry = entry.next) length++;
  return length;
}

function unlink(chain: Map<string, Entry>, value: string, gone: Entry): void {
  let before: Entry | null = null;
  let entry = chain.get(value) ?? null;
  while (entry !== null && entry !== gone) [before, entry] = [entry, entry.next];
  if (before !== null) before.next = gone.next;
  else if (gone.next !== null) chain.set(value, gone.next);
  else chain.delete(value);
}
