import { z } from "zod";
import { submissionSchema, submittedObjectSchema, unversionedUs } from "../../model/shared-object.ts";
import type { OfferedObject, Submission, SubmittedObject } from "../../model/shared-object.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, time } from "./database/values.ts";

// Limits.
/** Objects that one step adds, so that nobody waits long for a collection. */
const stepObjectsMax = 500;
/** Objects of all submissions that wait to be added. */
const pendingObjectsMax = 50_000;
/** Versions of objects in one collection. */
const collectionObjectsMax = 5_000_000;

/** There is no room for a submission: too much waits, or the collection is full. */
export class NoRoomError extends Error {
  override readonly name = "NoRoomError";
}

/** An object that was looked at and not taken. */
export interface RefusedObject {
  readonly id: string;
  readonly versionUs: number;
  readonly message: string;
}

export interface SubmissionRecord {
  readonly submission: Submission;
  /** In the order in which they were offered. */
  readonly objects: readonly SubmittedObject[];
}

/**
 * Objects on their way into a collection. A submission is durable before it is acknowledged; what it offers is added in steps,
 * each whole by itself, so that a large one goes on after a restart where it stopped.
 */
export interface Submissions {
  /** Throws a `NoRoomError`. */
  submit(submission: Submission, offered: readonly OfferedObject[], refused: readonly RefusedObject[]): Promise<void>;
  /** Adds the next objects of a submission; how many. One that the collection has already is left as it is. */
  advance(id: string, nowMs: number): Promise<number>;
  /** The oldest submission that is not done. Null: there is none. */
  oldestPending(): Promise<string | null>;
  find(id: string): Promise<SubmissionRecord | null>;
}

export function submissions(connection: Connection): Submissions {
  return {
    submit: (submission, offered, refused) =>
      connection.transaction((transaction) => submit(transaction, submission, offered, refused)),
    advance: (id, nowMs) => connection.transaction((transaction) => advance(transaction, id, nowMs)),
    async oldestPending() {
      const [found] = await connection.rows(
        sql`
          SELECT id FROM submission
          WHERE EXISTS (SELECT FROM submitted_object WHERE submission = submission.id AND state = 'pending')
          ORDER BY at, id LIMIT 1`,
        z.object({ id: z.string() }),
      );
      return found?.id ?? null;
    },
    find: (id) => connection.transaction((transaction) => findRecord(transaction, id)),
  };
}

async function submit(
  transaction: Connection,
  { id, collection, submitter, at }: Submission,
  offered: readonly OfferedObject[],
  refused: readonly RefusedObject[],
): Promise<void> {
  const [room] = await transaction.rows(
    sql`
      SELECT
        (SELECT count(*) FROM submitted_object WHERE state = 'pending') AS pending,
        coalesce((SELECT objects FROM shared_collection WHERE collection = ${text(collection)}), 0) AS objects`,
    z.object({ pending: z.int(), objects: z.int() }),
  );
  if (room === undefined || room.pending + offered.length > pendingObjectsMax) {
    throw new NoRoomError("too many objects wait to be added");
  }
  if (room.objects + offered.length > collectionObjectsMax) throw new NoRoomError("the collection is full");
  await transaction.run(sql`
    INSERT INTO submission (id, collection, submitter, at)
    VALUES (${text(id)}, ${text(collection)}, ${text(submitter)}, ${time(at)})`);
  const rows = [
    ...offered.map((object) => ({ ...object, state: "pending" })),
    ...refused.map((object) => ({ ...object, state: "failure" })),
  ];
  await transaction.run(sql`
    INSERT INTO submitted_object (submission, position, id, type, spec_version, version, state, message, body)
    SELECT
      ${text(id)}, position, item ->> 'id', item ->> 'type', item ->> 'specVersion', (item ->> 'versionUs')::bigint,
      item ->> 'state', item ->> 'message', item ->> 'body'
    FROM jsonb_array_elements(${json(rows)}) WITH ORDINALITY AS given (item, position)`);
}

async function advance(transaction: Connection, id: string, nowMs: number): Promise<number> {
  // Two who advance the same one take turns.
  const [found] = await transaction.rows(
    sql`SELECT collection FROM submission WHERE id = ${text(id)} FOR UPDATE`,
    z.object({ collection: z.string() }),
  );
  if (found === undefined) return 0;
  const collection = text(found.collection);
  const nowUs = integer(nowMs * 1_000);
  const [moved] = await transaction.rows(
    sql`
      WITH step AS (
        SELECT *, row_number() OVER (ORDER BY position) AS turn FROM (
          SELECT * FROM submitted_object WHERE submission = ${text(id)} AND state = 'pending'
          ORDER BY position LIMIT ${integer(stepObjectsMax)}) AS pending),
      head AS (
        INSERT INTO shared_collection AS old (collection, date_added, objects)
        SELECT ${collection}, ${nowUs} + count(*) - 1, 0 FROM step
        ON CONFLICT (collection) DO UPDATE SET
          date_added = greatest(old.date_added, ${nowUs} - 1) + (SELECT count(*) FROM step)
        RETURNING date_added - (SELECT count(*) FROM step) AS before),
      added AS (
        INSERT INTO shared_object (collection, date_added, id, type, spec_version, version, body)
        SELECT ${collection}, head.before + turn, id, type, spec_version, version, body FROM head, step
        ON CONFLICT (collection, id, spec_version, version) DO NOTHING
        RETURNING id),
      done AS (
        UPDATE submitted_object SET state = 'success', body = NULL FROM step
        WHERE submitted_object.submission = step.submission AND submitted_object.position = step.position
        RETURNING submitted_object.position)
      SELECT (SELECT count(*) FROM done) AS done, (SELECT count(*) FROM added) AS added`,
    z.object({ done: z.int(), added: z.int() }),
  );
  const { done, added } = moved ?? { done: 0, added: 0 };
  await transaction.run(
    sql`UPDATE shared_collection SET objects = objects + ${integer(added)} WHERE collection = ${collection}`,
  );
  return done;
}

async function findRecord(transaction: Connection, id: string): Promise<SubmissionRecord | null> {
  const [submission] = await transaction.rows(
    sql`SELECT id, collection, submitter, at FROM submission WHERE id = ${text(id)}`,
    submissionSchema,
  );
  if (submission === undefined) return null;
  const objects = await transaction.rows(
    sql`
      SELECT
        given.id, given.state, given.message,
        CASE WHEN given.version = ${integer(unversionedUs)}
          THEN coalesce(kept.date_added, ${integer(Date.parse(submission.at) * 1_000)})
          ELSE given.version END AS "versionUs"
      FROM submitted_object AS given
      LEFT JOIN shared_object AS kept ON
        kept.collection = ${text(submission.collection)} AND kept.id = given.id
        AND kept.spec_version = given.spec_version AND kept.version = given.version
      WHERE given.submission = ${text(id)} ORDER BY given.position`,
    submittedObjectSchema,
  );
  return { submission, objects };
}
