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
  const has = (share: number | undefined): boolean => (share ?? 0) >= shareMin;
  const [text, addresses, facts] = [has(seen?.content), has(seen?.addresses), has(seen?.facts)];
  const missing: Report["missing"] = [];
  const add = (families: readonly Family[], reason: string): void => {
    for (const family of families) missing.push({ family, reason });
  };
  if (!text) {
    add(["partition", "twins"], "the log carries no messages, so accounts can't be compared by what they ask");
    add(
      ["intent"],
      "the log carries no messages, so what the work is for can't be told, and nobody is flagged: that takes a log with content",
    );
  }
  if (!text && !addresses && !facts)
    add(
      ["continuation", "regularity"],
      "the log carries neither messages nor addresses, so nothing brings accounts together",
    );
  else if (!has(seen?.statuses))
    add(["continuation"], "the log carries no HTTP status, so refused requests can't be followed");
  if (!addresses && !facts)
    add(["infrastructure"], "neither client addresses nor accounts' facts are known (give them with --facts)");
  else if (!text && !addresses)
    add(
      ["infrastructure"],
      "without messages it takes client addresses besides accounts' facts: one brings accounts together, the other judges them",
    );
  else if (!text && !facts)
    add(
      ["infrastructure"],
      "without messages it takes accounts' facts besides addresses (--facts): one brings accounts together, the other judges them",
    );
  return missing;
}
