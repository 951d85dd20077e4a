import { createHash } from "node:crypto";
import { canonicalJson } from "../../kit/canonical-json.ts";
import type { AuditEntry, AuditEvent } from "../../model/audit.ts";

/** Events as the log would have them. */
export function chained(events: readonly AuditEvent[]): AuditEntry[] {
  let previous = "";
  return events.map((event, i) => {
    const content = { ...event, sequence: i + 1, previous };
    previous = createHash("sha256").update(canonicalJson(content)).digest("hex");
    return { ...content, hash: previous };
  });
}
