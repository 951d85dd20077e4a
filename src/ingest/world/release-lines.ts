import { sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import { momentOf, notAnObject, parsedLines, wrongTime } from "./fields.ts";
import type { LineSource } from "./fields.ts";

const lineType = sql`'Tuple(model String, released String, capabilities Array(String))'`;

const reason = sql`multiIf(
  ${notAnObject},
  j.model = '', 'model is missing or empty',
  JSONType(text, 'model') != 'String', 'model is not a string',
  j.released = '', 'released is missing',
  ${wrongTime(sql`'released'`, sql`j.released`, sql`1990`)},
  JSONType(text, 'capabilities') NOT IN ('Array', 'Null'), 'capabilities is not an array',
  '')`;

/** Takes lines about model releases (models.ndjson) in: to `model_release`, or to `reject`. */
export function insertReleaseLines(lines: LineSource): Sql {
  return sql`
INSERT INTO incoming_release (file, line, reason, model, released, capabilities)
SELECT file, line, ${reason} AS reason, j.model, ifNull(${momentOf(sql`j.released`)}, toDateTime64(0, 3, 'UTC')), j.capabilities
FROM (${parsedLines(lines, lineType)})`;
}
