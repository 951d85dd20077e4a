import type { Desk } from "../../decide/desk/desk.ts";
import type { KeyNames } from "../../ingest/keys/key-names.ts";
import { canonicalAddress } from "../../kit/address.ts";
import { canonicalScope, decisionScopeSchema } from "../../model/decision.ts";
import type { DecisionScope } from "../../model/decision.ts";
import type { State } from "../../store/state/state.ts";
import { nameSchema } from "./inputs.ts";

export const scopeSchema = decisionScopeSchema.extend({ value: nameSchema }).strict().transform(canonicalScope);

/** What routes work with that take scopes from people. */
export interface ScopedRoutesOptions {
  readonly state: State;
  readonly desk: Desk;
  readonly keys: Pick<KeyNames, "ofLogged">;
}

/**
 * The scope that somebody wrote, as decisions have it. A key, its SHA-256 or its id becomes its one name: nothing else is found, and no
 * key is kept. What is no address stays as it is, and nothing is found for it.
 */
export function namedScope({ kind, value }: DecisionScope, keys: Pick<KeyNames, "ofLogged">): DecisionScope {
  if (kind === "key") return { kind, value: keys.ofLogged(value) };
  return { kind, value: (kind === "address" ? canonicalAddress(value) : null) ?? value };
}
