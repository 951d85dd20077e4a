import type { DecisionScope } from "../../model/decision.ts";
import { canonicalAddress } from "../../kit/address.ts";
import type { SurfaceDecision } from "../table/surface-decision.ts";
import { readNetwork } from "./network.ts";
import type { Network } from "./network.ts";
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
 * The filters of CrowdSec's API: `ip` and `range` (what contains it, or with `contains=false` what is within it), `scope` with `value`, `scopes`, `type`, `origins`, `scenarios_containing`,
 * `scenarios_not_containing`, `simulated`. Names of scopes are compared without regard to case.
 */
export function filterOf(query: URLSearchParams): Filter | Unusable {
  const [ip, range, name, value] = [query.get("ip"), query.get("range"), query.get("scope"), query.get("value")];
  const asked = ip ?? range;
  const network = asked === null ? null : readNetwork(asked);
  if (asked !== null && network === null) return unusable("give an address, or a network such as 192.0.2.0/24");
  const isWithin = query.get("contains") === "false";
  const scopeGiven = network === null ? scopeNamed(name, value) : isWithin ? null : scopeAround(network);
  const simulated = query.get("simulated") === "true";
  const checks: ((decision: SurfaceDecision) => boolean)[] = simulated ? [] : [(decision) => !decision.simulated];
  if (network !== null && isWithin) checks.push(({ scope }) => isOn(network, scope));
  if (scopeGiven !== null) checks.push(({ scope }) => scope.kind === scopeGiven.kind && isSame(scope, scopeGiven));
  else if (value !== null && network === null) checks.push(({ scope }) => scope.value === value);
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

/** What is wider than anything is decided on finds nothing. */
function scopeAround({ within }: Network): DecisionScope {
  return { kind: "address", value: within ?? "" };
}

function isOn(network: Network, { kind, value }: DecisionScope): boolean {
  const kept = kind === "address" ? canonicalAddress(value) : null;
  return kept !== null && network.contains(kept);
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
