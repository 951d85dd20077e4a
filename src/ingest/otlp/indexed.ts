import type { Attributes } from "./any-value.ts";

/** A list spread over attributes never has more members than this; later ones are dropped. */
const membersMax = 4096;

/**
 * A list that was flattened into attributes, `prefix.0.role`, `prefix.0.content`, `prefix.1.role`, ..., as one map of the
 * rest of the name a member, in the order of the numbers.
 */
export function indexedMembers(attributes: Attributes, prefix: string): readonly Attributes[] {
  const members = new Map<number, Map<string, unknown>>();
  for (const [name, value] of attributes) {
    if (!name.startsWith(`${prefix}.`)) continue;
    const [, digits = "", rest = ""] = /^(\d{1,6})\.(.+)$/s.exec(name.slice(prefix.length + 1)) ?? [];
    const index = Number(digits);
    if (digits === "" || index >= membersMax) continue;
    const member = members.get(index) ?? new Map<string, unknown>();
    member.set(rest, value);
    members.set(index, member);
  }
  return [...members].sort(([a], [b]) => a - b).map(([, member]) => member);
}
