import type { Random } from "../../src/kit/random.ts";
import type { DecisionScope } from "../../src/model/decision.ts";
import type { Subject } from "../../src/gateway/table/decision-index.ts";
import { createDecisionTable } from "../../src/gateway/table/decision-table.ts";
import type { DecisionTable } from "../../src/gateway/table/decision-table.ts";
import type { SurfaceDecision } from "../../src/gateway/table/surface-decision.ts";

export const nowMs = Date.parse("2026-01-01T00:00:00Z");

/** Of a hundred decisions, how many are about what. */
const shares = { account: 60, key: 15, address: 15, organization: 5, tls: 5 } as const;
const kinds = Object.entries(shares).flatMap(([kind, share]) => Array.from({ length: share }, () => kind));

/** A table with so many decisions in force, each on a value of its own and with an end of its own. */
export function tableOf(decisions: number, random: Random): DecisionTable {
  const table = createDecisionTable();
  const loader = table.load(decisions);
  for (let i = 0; i < decisions; i++) loader.add(decisionOf(i, random));
  loader.finish();
  return table;
}

/** As they come off the wire: every text is a copy of its own. */
function decisionOf(i: number, random: Random): SurfaceDecision {
  const expires = new Date(nowMs + random.integer(60_000, 30 * 86_400_000)).toISOString();
  const decision: SurfaceDecision = {
    id: `dec_${i.toString(36).padStart(12, "0")}`,
    scope: scopeOf(i),
    action: random.pick(["challenge", "throttle", "degrade", "block"]),
    parameters: {},
    category: "coordinated-extraction",
    policy: { name: "default", rule: "convicted", version: "9f86d081884c7d65" },
    created: new Date(nowMs).toISOString(),
    expires,
    simulated: false,
  };
  return structuredClone(decision);
}

function scopeOf(i: number): DecisionScope {
  const kind = kinds[i % kinds.length];
  switch (kind) {
    case "key":
      return { kind, value: keyName(i) };
    case "organization":
      return { kind, value: `org_${i}` };
    case "address":
      return { kind, value: addressOf(i) };
    case "tls":
      return { kind, value: `t13d1516h2_${i.toString(16).padStart(12, "0")}` };
    default:
      return { kind: "account", value: `acct_${i}` };
  }
}

/** A request with all that a gateway can know of it. About half have a decision on some part. */
export function subjectOf(random: Random, decisions: number): Subject {
  const any = (): number => random.integer(0, decisions * 8);
  return {
    key: keyName(any()),
    account: `acct_${any()}`,
    organization: `org_${any()}`,
    address: addressOf(any()),
    tls: `t13d1516h2_${any().toString(16).padStart(12, "0")}`,
  };
}

const keyName = (i: number): string => `key_${i.toString(16).padStart(32, "0")}`;

/** Every other one is IPv6. */
function addressOf(i: number): string {
  if (i % 2 === 0) return `2001:db8:${((i >> 16) & 0xffff).toString(16)}:${(i & 0xffff).toString(16)}::1`;
  return `${10 + ((i >> 24) & 0x7f)}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
}
