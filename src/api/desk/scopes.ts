import type { KeyNames } from "../../ingest/keys/key-names.ts";
import { canonicalScope, decisionScopeSchema } from "../../model/decision.ts";
import type { DecisionScope } from "../../model/decision.ts";
import { nameSchema } from "./inputs.ts";

export const scopeSchema = decisionScopeSchema.extend({ value: nameSchema }).strict().transform(canonicalScope);

/** The scope that somebody wrote. A key, its SHA-256 or its id becomes its one name: nothing else is found, and no key is kept. */
export function namedScope(scope: DecisionScope, keys: Pick<KeyNames, "ofLogged">): DecisionScope {
  return scope.kind === "key" ? { kind: "key", value: keys.ofLogged(scope.value) } : scope;
}
