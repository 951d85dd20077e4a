import { sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import { isBoolean, momentOf, notAnObject, parsedLines, wrongTime } from "./fields.ts";
import type { LineSource } from "./fields.ts";

const lineType = sql`'Tuple(
  account String, created String, organization String, email_domain String, email_shape String, payment String,
  phone String, device String, signup_ip String, country String, plan String, verified String, declared_use String)'`;

/** The first text field that doesn't look like a text, or ''. */
const suspectField = sql`extract(text, concat('"(account|organization|email_domain|email_shape|payment|phone|device|signup_ip',
  '|country|plan|declared_use)"\\s*:\\s*[^"\\sn]'))`;

const reason = sql`multiIf(
  ${notAnObject},
  j.account = '', 'account is missing or empty',
  ${suspectField} != '' AND JSONType(text, ${suspectField}) NOT IN ('String', 'Null'), concat(${suspectField}, ' is not a string'),
  NOT ${isBoolean(sql`j.verified`)}, 'verified is not a boolean',
  j.created = '', '',
  ${wrongTime(sql`'created'`, sql`j.created`, sql`1990`)},
  '')`;

/** Takes lines about accounts in (accounts.ndjson, and facts that a reader found): to `account_facts`, or to `reject`. */
export function insertFactsLines(lines: LineSource): Sql {
  return sql`
INSERT INTO incoming_facts
  (file, line, reason, account, created, organization, email_domain, email_shape, payment, phone, device, signup_ip,
   country, plan, verified, declared_use)
SELECT
  file, line, ${reason} AS reason, j.account, ${momentOf(sql`j.created`)}, j.organization, j.email_domain, j.email_shape,
  j.payment, j.phone, j.device, j.signup_ip, j.country, j.plan, if(j.verified = '', NULL, j.verified = 'true'),
  j.declared_use
FROM (${parsedLines(lines, lineType)})`;
}
