import { randomUUID } from "node:crypto";
import { invariant } from "../../../kit/assert.ts";
import type { Clock } from "../../../kit/clock.ts";
import type { SubmittedObject } from "../../../model/shared-object.ts";
import type { SubmissionRecord, Submissions } from "../../../store/state/submissions.ts";
import { isTaxiiContent, TAXII_MEDIA_TYPE } from "../media-type.ts";
import type { Status, StatusDetails } from "../resources.ts";
import { formatLongTimestamp, formatTimestamp } from "../timestamp.ts";
import type { Access } from "./access.ts";
import { ok } from "./answer.ts";
import type { Asked, TaxiiAnswer } from "./answer.ts";
import { bodyReader, textOf } from "./body.ts";
import { readEnvelope } from "./envelope.ts";
import { notFound, TaxiiProblem } from "./problem.ts";
import type { Site } from "./site.ts";

/** What is handed in, and what becomes of it (TAXII 2.1, 5.5, 4.3). Names come from the address. It throws a `TaxiiProblem`. */
export interface SubmissionEndpoints {
  add(asked: Asked, root: string, collection: string): Promise<TaxiiAnswer>;
  status(asked: Asked, root: string, id: string): Promise<TaxiiAnswer>;
}

/** Why an object is not taken from this user, besides what TAXII asks; null: it is. By the collection's id. */
export type FaultOf = (user: string, collection: string, object: Readonly<Record<string, unknown>>) => string | null;

export interface SubmissionOptions {
  readonly site: Site;
  readonly access: Access;
  readonly submissions: Submissions;
  readonly clock: Clock;
  readonly faultOf: FaultOf;
  /** Told where objects are left that the answer did not wait for. */
  readonly onPending: () => void;
}

export function submissionEndpoints(options: SubmissionOptions): SubmissionEndpoints {
  const { site, access, submissions, clock, faultOf, onPending } = options;
  const withBody = bodyReader();
  return {
    async add({ request, user, body: signed }, rootName, name) {
      const root = access.root(user, rootName);
      const { id: collection } = access.collection(user, rootName, name);
      if (!user.canWrite(collection)) throw new TaxiiProblem(403, "you may not write to this collection");
      if (!isTaxiiContent(request.headers["content-type"])) {
        throw new TaxiiProblem(415, `the body must be ${TAXII_MEDIA_TYPE}`);
      }
      const take = async (body: string): Promise<TaxiiAnswer> => {
        const { offered, refused } = readEnvelope(body, (object) => faultOf(user.name, collection, object));
        const [id, nowMs] = [randomUUID(), clock.nowMs()];
        const at = new Date(nowMs).toISOString();
        await submissions.submit({ id, collection, submitter: user.name, at }, offered, refused);
        // What fits in one step is there when the answer comes; the rest follows.
        await submissions.advance(id, nowMs);
        const record = await submissions.find(id);
        invariant(record !== null, "a submission is there once it was made");
        const status = statusOf(record);
        if (status.status === "pending") onPending();
        return { status: 202, body: JSON.stringify(status) };
      };
      return signed === null
        ? withBody(request, root.contentBytesMax, take)
        : take(textOf(signed, root.contentBytesMax));
    },
    async status({ user }, rootName, id) {
      const root = access.root(user, rootName);
      const record = await submissions.find(id);
      if (record === null || record.submission.submitter !== user.name) throw notFound();
      if (site.collection(root, record.submission.collection) === null) throw notFound();
      return ok(statusOf(record));
    },
  };
}

function statusOf({ submission, objects }: SubmissionRecord): Status {
  const details = (state: SubmittedObject["state"]): StatusDetails[] =>
    objects
      .filter((object) => object.state === state)
      .map(({ id, versionUs, message }) => ({
        id,
        version: formatTimestamp(versionUs),
        ...(message === null ? {} : { message }),
      }));
  const [successes, failures, pendings] = [details("success"), details("failure"), details("pending")];
  // No list is empty (2).
  return {
    id: submission.id,
    status: pendings.length === 0 ? "complete" : "pending",
    request_timestamp: formatLongTimestamp(Date.parse(submission.at) * 1_000),
    total_count: objects.length,
    success_count: successes.length,
    ...(successes.length === 0 ? {} : { successes }),
    failure_count: failures.length,
    ...(failures.length === 0 ? {} : { failures }),
    pending_count: pendings.length,
    ...(pendings.length === 0 ? {} : { pendings }),
  };
}
