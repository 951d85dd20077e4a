/*
 * Decisions in the words of CrowdSec's local API (its OpenAPI document, `Decision`), so that the bouncers that exist can follow.
 */
import { hash } from "node:crypto";
import type { DecisionAction, DecisionScope } from "../../model/decision.ts";
import { canonicalAddress } from "../../kit/address.ts";
import { strictnessOf } from "../table/strictness.ts";
import type { SurfaceDecision } from "../table/surface-decision.ts";

export interface CrowdsecDecision {
  readonly id: number;
  readonly uuid: string;
  readonly origin: string;
  readonly type: string;
  readonly scope: string;
  readonly value: string;
  /** As Go writes a duration; negative or nought where it has ended. */
  readonly duration: string;
  readonly scenario: string;
  readonly simulated: boolean;
}

export const ORIGIN = "stillwatch";

/** Bouncers know `ban` and `captcha`; what they do with other types they are told by their own configuration. */
const types: Readonly<Record<DecisionAction, string>> = {
  observe: "observe",
  challenge: "captcha",
  throttle: "throttle",
  degrade: "degrade",
  "hold-new-keys": "hold-new-keys",
  tarpit: "tarpit",
  block: "ban",
};

const scopes: Readonly<Record<Exclude<DecisionScope["kind"], "address">, string>> = {
  key: "Key",
  account: "Account",
  organization: "Organization",
  tls: "Tls",
};

/** Ended ones are told with the duration 0, whatever is left of what they were made for. */
export function crowdsecDecision(decision: SurfaceDecision, nowMs: number, ended = false): CrowdsecDecision {
  const leftMs = Date.parse(decision.expires) - nowMs;
  return {
    id: numberOf(decision),
    uuid: decision.id,
    origin: ORIGIN,
    type: types[decision.action],
    scope: scopeName(decision.scope),
    value: decision.scope.kind === "address" ? (canonicalAddress(decision.scope.value) ?? "") : decision.scope.value,
    duration: goDuration(ended ? Math.min(leftMs, 0) : leftMs),
    scenario: scenarioOf(decision),
    simulated: decision.simulated,
  };
}

export function scenarioOf({ policy }: SurfaceDecision): string {
  return `${policy.name}/${policy.rule}`;
}

export function typeOf({ action }: SurfaceDecision): string {
  return types[action];
}

/** `Ip` for one address and `Range` for a network, as CrowdSec has them; our other scopes under names of their own. */
export function scopeName(scope: DecisionScope): string {
  if (scope.kind !== "address") return scopes[scope.kind];
  return canonicalAddress(scope.value)?.includes("/") === true ? "Range" : "Ip";
}

/** The scope that a name and a value of CrowdSec's stand for; null where there is none. */
export function scopeOf(name: string, value: string): DecisionScope | null {
  const wanted = name.toLowerCase();
  if (wanted === "ip" || wanted === "range") return { kind: "address", value };
  for (const kind of ["key", "account", "organization", "tls"] as const)
    if (scopes[kind].toLowerCase() === wanted) return { kind, value };
  return null;
}

/**
 * CrowdSec's ids are integers and ours are not: 48 bits of a hash, which is stable. The strictness stands above them, since
 * clients that find several decisions on an address obey the one of the highest id.
 */
function numberOf({ id, action }: SurfaceDecision): number {
  return strictnessOf.request[action] * 2 ** 48 + Number.parseInt(hash("sha256", id).slice(0, 12), 16);
}

/** Milliseconds as `time.Duration.String` of Go writes them: `72h3m0.5s`, `500ms`, `0s`. */
export function goDuration(ms: number): string {
  const sign = ms < 0 ? "-" : "";
  const whole = Math.abs(Math.round(ms));
  if (whole === 0) return "0s";
  if (whole < 1000) return `${sign}${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor(whole / 60_000) % 60;
  const seconds = `${(whole % 60_000) / 1000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}
