import { open } from "node:fs/promises";
import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import { commitmentTo, unsealed } from "../../share/circle/origin.ts";
import { readCommitmentEntry } from "../../share/log/commitments.ts";
import { identifierOf } from "../../share/stix/identifier.ts";
import { NoteError } from "../../share/note/note.ts";

// Limits.
/** A member takes objects of 64 KiB; as indented JSON, with its origin, one is longer. */
const fileBytesMax = 2 ** 20;

/** An object as it was received, and what a log has to hold if its member has committed to it. */
export interface ReceivedObject {
  readonly id: string;
  /** Whose object it says that it is; null: it does not, as observables don't. */
  readonly author: string | null;
  readonly logIndex: number;
  /** In base64. */
  readonly commitment: string;
}

const namedSchema = z.looseObject({
  /** STIX 2.1, 2.9 */
  id: z.string().regex(/^[a-z0-9-]{3,250}--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  created_by_ref: identifierOf("identity").optional(),
});

/** Reads one shared object as TAXII gives it, with its extension of origin. Throws a `UserError`. */
export async function readReceivedObject(path: string): Promise<ReceivedObject> {
  const refused = (reason: string, cause?: unknown): UserError =>
    new UserError(
      `${path} is no object that a member has shared: ${reason}`,
      "give one object in JSON, as it came, with its extension of origin",
      { cause },
    );
  let json: unknown;
  try {
    json = JSON.parse(await boundedText(path));
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error), error);
  }
  const opened = unsealed(json);
  const named = namedSchema.safeParse(opened?.object);
  if (opened === null) throw refused("it does not say where it comes from");
  if (!named.success) throw refused("it has no id, or its author has none");
  try {
    const { id, created_by_ref: author } = named.data;
    return {
      id,
      author: author ?? (id.startsWith("identity--") ? id : null),
      ...commitmentTo(opened),
    };
  } catch (error) {
    if (error instanceof TypeError) throw refused(error.message, error);
    throw error;
  }
}

/** The member that has committed to the object by this entry of its log. Throws a `NoteError` where it has not. */
export function committedBy({ id, author, logIndex, commitment }: ReceivedObject, entry: Uint8Array | null): string {
  if (entry === null) throw new NoteError(`it has no entry ${logIndex}, which is to commit to ${id}`);
  const logged = readCommitmentEntry(entry);
  if (logged.commitment !== commitment) throw new NoteError(`entry ${logIndex} does not commit to ${id} as it is here`);
  if (author !== null && author !== logged.member) {
    throw new NoteError(`entry ${logIndex} is of ${logged.member}, and ${id} is of ${author}`);
  }
  return logged.member;
}

async function boundedText(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    if ((await file.stat()).size > fileBytesMax) throw new RangeError(`it is longer than ${fileBytesMax} bytes`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
