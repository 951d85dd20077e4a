import type { Family, Report } from "../model/report.ts";
import { sql } from "../store/sql.ts";
import type { Store } from "../store/engine.ts";

/** A field that fewer exchanges or accounts than this carry can't be relied on. */
const shareMin = 0.01;

/** Families that can't be examined on this log, and what it would take. A missing field lowers the power, never the bound. */
export async function missingFamilies(store: Store): Promise<Report["missing"]> {
  const [seen] = await store.rows<{ content: number; statuses: number; addresses: number; facts: number }>(sql`
    SELECT avg(message_count > 0) AS content, avg(isNotNull(status)) AS statuses, avg(ip != '') AS addresses,
      (SELECT count() FROM account_facts WHERE concat(payment, device, phone, signup_ip) != '') / greatest(uniq(account), 1) AS facts
    FROM detect_exchange`);
  const missing: Report["missing"] = [];
  const add = (families: readonly Family[], reason: string): void => {
    for (const family of families) missing.push({ family, reason });
  };
  if ((seen?.content ?? 0) < shareMin)
    add(
      ["partition", "twins", "regularity", "intent"],
      "the log carries no messages, so accounts can't be compared by what they ask",
    );
  else if ((seen?.statuses ?? 0) < shareMin)
    add(["continuation"], "the log carries no HTTP status, so refused requests can't be followed");
  if ((seen?.addresses ?? 0) < shareMin && (seen?.facts ?? 0) < shareMin)
    add(["infrastructure"], "neither client addresses nor accounts' facts are known (give them with --facts)");
  return missing;
}
