import type { DecisionScope } from "../../model/decision.ts";
import { canonicalAddress } from "../../kit/address.ts";
import type { SurfaceDecision } from "../table/surface-decision.ts";
import { ORIGIN, scenarioOf, scopeName, scopeOf, typeOf } from "./crowdsec.ts";

/** Which decisions a bouncer asks for. */
export interface Filter {
  readonly kind: "filter";
  /** The one scope that all of them have, where the question names it. */
  readonly scope: DecisionScope | null;
  /** Simulated ones too. */
  readonly simulated: boolean;
  /** Without `simulated` no simulated one is admitted, whatever else is asked for. */
  admits(decision: SurfaceDecision): boolean;
}

export interface Unusable {
  readonly kind: "unusable";
  readonly message: string;
}

/**
 * The filters of CrowdSec's API: `ip`, `range`, `scope` with `value`, `scopes`, `type`, `origins`, `scenarios_containing`,
 * `scenarios_not_containing`, `simulated`. Names of scopes are compared without regard to case.
 */
export function filterOf(query: URLSearchParams): Filter | Unusable {
  if (query.get("contains") === "false") return unusable("contains=false is not supported");
  const [ip, range, name, value] = [query.get("ip"), query.get("range"), query.get("scope"), query.get("value")];
  const address = ip ?? range;
  if (address !== null && canonicalAddress(address) === null)
    return unusable("give an address: IPv4, or IPv6, or its /64");
  const scopeGiven = address === null ? scopeNamed(name, value) : { kind: "address" as const, value: address };
  const simulated = query.get("simulated") === "true";
  const checks: ((decision: SurfaceDecision) => boolean)[] = simulated ? [] : [(decision) => !decision.simulated];
  if (scopeGiven !== null) checks.push(({ scope }) => scope.kind === scopeGiven.kind && isSame(scope, scopeGiven));
  else if (value !== null) checks.push(({ scope }) => scope.value === value);
  const scopesWanted = listOf(query.get("scopes") ?? name).map((each) => each.toLowerCase());
  if (scopesWanted.length > 0) checks.push(({ scope }) => scopesWanted.includes(scopeName(scope).toLowerCase()));
  const type = query.get("type");
  if (type !== null) checks.push((decision) => typeOf(decision) === type);
  const origins = listOf(query.get("origins"));
  if (origins.length > 0) checks.push(() => origins.includes(ORIGIN));
  const containing = listOf(query.get("scenarios_containing"));
  if (containing.length > 0) checks.push((decision) => containing.some((word) => scenarioOf(decision).includes(word)));
  const without = listOf(query.get("scenarios_not_containing"));
  if (without.length > 0) checks.push((decision) => !without.some((word) => scenarioOf(decision).includes(word)));
  return {
    kind: "filter",
    scope: scopeGiven,
    simulated,
    admits: (decision) => checks.every((check) => check(decision)),
  };
}

function scopeNamed(name: string | null, value: string | null): DecisionScope | null {
  return name === null || value === null ? null : scopeOf(name, value);
}

function isSame(one: DecisionScope, other: DecisionScope): boolean {
  if (one.kind !== "address") return one.value === other.value;
  return canonicalAddress(one.value) === canonicalAddress(other.value);
}

function listOf(text: string | null): string[] {
  return (text ?? "").split(",").filter((each) => each !== "");
}

function unusable(message: string): Unusable {
  return { kind: "unusable", message };
}
