import { z } from "zod";
import { receivedCommitmentSchema } from "../../model/received-object.ts";
import type { LookedUp, ReceivedCommitment } from "../../model/received-object.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, timeMs } from "./database/values.ts";

// Limits.
/** Of one member; more than of its objects are kept. What is over is not looked up. */
const commitmentsPerMemberMax = 20_000;
/** Look-ups of one that is not found: after 1, 2, 4, … and at most 128 hours, so for five weeks. */
const lookUpsMax = 12;
const doublingsMax = 7;

const openSchema = z.object({ member: z.string(), missing: z.int(), waiting: z.int() });
/** How many of a member's objects its log does not show, and of how many that is not known yet. */
export type OpenCommitments = Readonly<z.infer<typeof openSchema>>;

/** Where members' logs are said to commit them to what they have said: of each object the latest version's. */
export interface ReceivedCommitments {
  /**
   * What came of one member. Another place for the same version counts only where the first was not found: it is not signed, so that who
   * passes an object on may have changed it. Ids are unique in a call.
   */
  put(member: string, commitments: readonly ReceivedCommitment[], nowMs: number): Promise<void>;
  /** Those of a member that are to be looked up now, in the order of its log. */
  due(member: string, nowMs: number, limit: number): Promise<ReceivedCommitment[]>;
  /** Says what was found. What is not found is due again later, some times. */
  settle(member: string, lookedUp: readonly LookedUp[], nowMs: number): Promise<void>;
  /** By member, where there are any. */
  open(): Promise<OpenCommitments[]>;
}

const columns = sql`object, version AS "versionMs", log_index AS "logIndex", commitment`;

export function receivedCommitments(connection: Connection): ReceivedCommitments {
  return {
    async put(member, commitments, nowMs) {
      if (commitments.length === 0) return;
      await connection.run(sql`
        INSERT INTO received_commitment AS known (member, object, version, log_index, commitment, state, look_ups, due, at)
        SELECT
          ${text(member)}, object, "versionMs", "logIndex", commitment, 'waiting', 0, ${timeMs(nowMs)}, ${timeMs(nowMs)}
        FROM jsonb_to_recordset(${json(commitments)}) AS item (
          object text, "versionMs" bigint, "logIndex" bigint, commitment text)
        WHERE (SELECT count(*) FROM received_commitment WHERE member = ${text(member)})
          <= ${integer(commitmentsPerMemberMax - commitments.length)}
        ON CONFLICT (member, object) DO UPDATE SET
          version = excluded.version, log_index = excluded.log_index, commitment = excluded.commitment,
          state = excluded.state, look_ups = excluded.look_ups, due = excluded.due, at = excluded.at
        WHERE excluded.version > known.version OR (
          excluded.version = known.version AND known.state <> 'found'
          AND (excluded.log_index, excluded.commitment) <> (known.log_index, known.commitment))`);
    },
    due: (member, nowMs, limit) =>
      connection.rows(
        sql`
          SELECT ${columns} FROM (
            SELECT * FROM received_commitment
            WHERE member = ${text(member)} AND state <> 'found' AND look_ups < ${integer(lookUpsMax)} AND due <= ${timeMs(nowMs)}
            ORDER BY due, object LIMIT ${integer(limit)}) AS next
          ORDER BY log_index, object`,
        receivedCommitmentSchema,
      ),
    async settle(member, lookedUp, nowMs) {
      await connection.run(sql`
        UPDATE received_commitment AS known SET
          state = item.state, look_ups = known.look_ups + 1,
          due = ${timeMs(nowMs)} + power(2, least(known.look_ups, ${integer(doublingsMax)})) * interval '1 hour'
        FROM jsonb_to_recordset(${json(lookedUp)}) AS item (object text, "logIndex" bigint, commitment text, state text)
        WHERE known.member = ${text(member)} AND known.object = item.object
          AND known.log_index = item."logIndex" AND known.commitment = item.commitment`);
    },
    open: () =>
      connection.rows(
        sql`
          SELECT
            member, count(*) FILTER (WHERE state = 'missing') AS missing, count(*) FILTER (WHERE state = 'waiting') AS waiting
          FROM received_commitment WHERE state <> 'found' GROUP BY member ORDER BY member`,
        openSchema,
      ),
  };
}
