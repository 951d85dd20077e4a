import { quarantinedSchema } from "../../model/sharing.ts";
import type { Quarantined } from "../../model/sharing.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json } from "./database/values.ts";
import { byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** Objects of one source that are kept aside. */
const objectsPerSourceMax = 10_000;

/** What came from others and was not taken, with the reason, until a person has looked at it. */
export interface Quarantine {
  /** What is there already is left as it is. False, and nothing happens: there would be too many of this source. */
  put(source: string, objects: readonly Quarantined[]): Promise<boolean>;
  /** The oldest first. */
  list(page?: PageRequest): Promise<Page<Quarantined>>;
  /** A person has seen those of a source. How many went. */
  clear(source: string): Promise<number>;
}

export function quarantine(connection: Connection): Quarantine {
  return {
    put: async (source, objects) =>
      (await connection.run(sql`
        INSERT INTO quarantined_object (digest, source, flow, object, reason, at, body)
        SELECT
          item ->> 'digest', item ->> 'source', item ->> 'flow', item ->> 'object', item ->> 'reason',
          (item ->> 'at')::timestamptz, item ->> 'body'
        FROM jsonb_array_elements(${json(objects)}) AS item
        WHERE (SELECT count(*) FROM quarantined_object WHERE source = ${text(source)}) <= ${integer(objectsPerSourceMax - objects.length)}
        ON CONFLICT (digest) DO UPDATE SET reason = EXCLUDED.reason`)) === objects.length,
    list: (page = {}) => {
      const select = sql`SELECT digest, source, flow, object, reason, at, body FROM quarantined_object`;
      return readPage(connection, { select, order: byTime("at", "digest"), row: quarantinedSchema }, page);
    },
    clear: (source) => connection.run(sql`DELETE FROM quarantined_object WHERE source = ${text(source)}`),
  };
}
