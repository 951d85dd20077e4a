import { z } from "zod";
import { receivedObjectSchema } from "../../model/received-object.ts";
import type { ReceivedObject } from "../../model/received-object.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, timeMs } from "./database/values.ts";
import { byId, byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

/** What other members of the circle have said: of each object its latest version, under the member whose it is. */
export interface ReceivedObjects {
  /**
   * Holds up whoever else takes something in from this member until the end of the transaction, and tells how much there is of it: objects
   * in all, and versions that were taken in on this day (days since the epoch).
   */
  open(member: string, day: number): Promise<{ readonly objects: number; readonly versions: number }>;
  /** Those of these that the member has said. */
  find(member: string, ids: readonly string[]): Promise<ReceivedObject[]>;
  /** Of one type, in the order of their ids. */
  ofMember(member: string, type: string, page?: PageRequest): Promise<Page<ReceivedObject>>;
  /** Writes objects of one member as they now are, and counts them as versions of the day. Ids are unique in a call. */
  put(member: string, objects: readonly ReceivedObject[]): Promise<void>;
  /** Not revoked, with a version that came after `sinceMs`. In the order in which the first versions came. */
  current(sinceMs: number, page?: PageRequest): Promise<Page<ReceivedObject>>;
}

const columns = sql`
  member, signing_key AS key, id, type, version AS "versionMs", first_received AS "firstReceived", received, revoked, forbidden, narrowed, body`;

export function receivedObjects(connection: Connection): ReceivedObjects {
  return {
    async open(member, day) {
      const [known] = await connection.rows(
        sql`
          INSERT INTO received_member AS known (member, day, versions) VALUES (${text(member)}, ${integer(day)}, 0)
          ON CONFLICT (member) DO UPDATE SET
            versions = CASE WHEN known.day = excluded.day THEN known.versions ELSE 0 END, day = excluded.day
          RETURNING versions`,
        z.object({ versions: z.int() }),
      );
      // A statement of its own: one that waited for the row does not see what was written meanwhile.
      const [counted] = await connection.rows(
        sql`SELECT count(*) AS objects FROM received_object WHERE member = ${text(member)}`,
        z.object({ objects: z.int() }),
      );
      if (known === undefined || counted === undefined) throw new Error("a row that was just written is gone");
      return { ...counted, ...known };
    },
    find: (member, ids) =>
      connection.rows(
        sql`SELECT ${columns} FROM received_object WHERE member = ${text(member)} AND id = ANY(${texts(ids)}) ORDER BY id`,
        receivedObjectSchema,
      ),
    ofMember: (member, type, page = {}) => {
      const select = sql`
        SELECT ${columns} FROM received_object WHERE member = ${text(member)} AND type = ${text(type)}`;
      return readPage(connection, { select, order: byId("id"), row: receivedObjectSchema }, page);
    },
    async put(member, objects) {
      if (objects.length === 0) return;
      await connection.run(sql`
        INSERT INTO received_object (
          member, signing_key, id, type, version, first_received, received, revoked, forbidden, narrowed, body)
        SELECT ${text(member)}, key, id, type, "versionMs", "firstReceived", received, revoked, forbidden, narrowed, body
        FROM jsonb_to_recordset(${json(objects)}) AS item (
          key text, id text, type text, "versionMs" bigint, "firstReceived" timestamptz, received timestamptz, revoked boolean, forbidden boolean,
          narrowed timestamptz, body text)
        ON CONFLICT (member, id) DO UPDATE SET
          signing_key = excluded.signing_key, version = excluded.version, received = excluded.received,
          revoked = excluded.revoked, forbidden = excluded.forbidden, narrowed = excluded.narrowed, body = excluded.body`);
      await connection.run(sql`
        UPDATE received_member SET versions = versions + ${integer(objects.length)} WHERE member = ${text(member)}`);
    },
    current: (sinceMs, page = {}) => {
      const select = sql`
        SELECT ${columns} FROM received_object WHERE NOT revoked AND received > ${timeMs(sinceMs)}`;
      const order = [...byTime("firstReceived", "member"), ...byId("id")];
      return readPage(connection, { select, order, row: receivedObjectSchema }, page);
    },
  };
}
