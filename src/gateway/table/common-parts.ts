import type { SurfaceDecision } from "./surface-decision.ts";

// Limits.
/** Values of one part that are remembered: far more than policies have rules. */
const valuesMax = 4096;
/** Characters of one: longer ones are held by the decisions that brought them. */
const valueLengthMax = 1024;

/**
 * Decisions in, the same out, with what many of them have in common held once: off the wire each brings a copy of its own, more than a
 * third of its memory. It is time, too: whenever the collector frees what requests have left, it visits every page of the table.
 */
export function createCommonParts(): (decision: SurfaceDecision) => SurfaceDecision {
  const kind = createOnce<SurfaceDecision["scope"]["kind"]>();
  const action = createOnce<SurfaceDecision["action"]>();
  const parameters = createOnce<SurfaceDecision["parameters"]>();
  const category = createOnce<SurfaceDecision["category"]>();
  const policy = createOnce<SurfaceDecision["policy"]>();
  return (decision) => ({
    ...decision,
    scope: { kind: kind(decision.scope.kind), value: decision.scope.value },
    action: action(decision.action),
    parameters: parameters(decision.parameters),
    category: category(decision.category),
    policy: policy(decision.policy),
  });
}

/** Gives for each value the first that was equal, as JSON. */
function createOnce<Value>(): (value: Value) => Value {
  const known = new Map<string, Value>();
  return (value) => {
    const text = JSON.stringify(value);
    if (text.length > valueLengthMax) return value;
    const first = known.get(text);
    if (first !== undefined) return first;
    // What is forgotten is held once more when it comes again, and nothing else is lost.
    if (known.size >= valuesMax) known.clear();
    known.set(text, value);
    return value;
  };
}
