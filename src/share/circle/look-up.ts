import type { Clock } from "../../kit/clock.ts";
import { UserError } from "../../kit/user-error.ts";
import type { LookedUp, ReceivedCommitment } from "../../model/received-object.ts";
import type { ReceivedCommitments } from "../../store/state/received-commitments.ts";
import { isCommitted } from "../log/commitments.ts";
import { proofsIn } from "../log/read-proof.ts";
import type { EntryProver } from "../log/read-proof.ts";
import { bundleBytesMax } from "../log/tiles.ts";
import type { LogSource } from "../log/verify-log.ts";
import { NoteError } from "../note/note.ts";
import type { NoteVerifier } from "../note/note.ts";
import type { Witness } from "./exchange.ts";
import { answerOf } from "./member-request.ts";
import type { RequestWay } from "./member-request.ts";
import type { CircleMember } from "./members.ts";
import { majorityOf } from "./witnessed-commitments.ts";

// Limits.
/** Of one member in one round; the next one goes on. */
const lookUpsPerRoundMax = 200;
/** Read of one member's log in one round, and held meanwhile. */
const bytesPerRoundMax = 16 * 2 ** 20;
const requestMsMax = 30_000;
/** After so long no more is asked of one log in a round. */
const readingMsMax = 60_000;

export interface LookUpOptions extends RequestWay {
  readonly commitments: Pick<ReceivedCommitments, "due" | "settle">;
  readonly witnesses: readonly Witness[];
  readonly clock: Clock;
}

/**
 * Looks up in a member's log what it has said and was not found there so far, whatever way it came. Resolves with how much was looked up.
 * Throws a `UserError` where the log can't be read: it is tried again.
 */
export async function lookUp(options: LookUpOptions, member: CircleMember): Promise<number> {
  const { commitments, witnesses, clock } = options;
  const { id, name, log } = member;
  if (log === null || member.url === null) return 0;
  const due = await commitments.due(id, clock.nowMs(), lookUpsPerRoundMax);
  if (due.length === 0) return 0;
  const prove = await proverOf(options, member);
  const demands = { log, ...majorityOf(witnesses, member) };
  const lookedUp: LookedUp[] = [];
  for (const one of due) lookedUp.push({ ...one, state: await stateOf(prove, id, one, demands) });
  await commitments.settle(id, lookedUp, clock.nowMs());
  const missing = lookedUp.filter(({ state }) => state === "missing").length;
  if (missing === 0) return lookedUp.length;
  throw new UserError(
    `the log of ${name} does not show ${missing} of ${lookedUp.length} objects that it has signed`,
    "they count all the same, since they are signed; ask its people, and see: stillwatch share known",
  );
}

async function proverOf(options: LookUpOptions, member: CircleMember): Promise<EntryProver> {
  const unreadable = (reason: string): UserError => new UserError(`the log of ${member.name} can't be read: ${reason}`);
  try {
    const prove = await proofsIn(logOf(options, member));
    if (prove !== null) return prove;
  } catch (error) {
    if (error instanceof NoteError) throw unreadable(error.message);
    throw error;
  }
  throw unreadable("it has no checkpoint");
}

/** What too few witnesses have seen yet is neither here nor there. */
async function stateOf(
  prove: EntryProver,
  member: string,
  { commitment, logIndex }: ReceivedCommitment,
  demands: ReturnType<typeof majorityOf> & { readonly log: NoteVerifier },
): Promise<LookedUp["state"]> {
  try {
    const { proof } = await prove(logIndex);
    const bytes = Buffer.from(commitment, "base64");
    if (!isCommitted(member, bytes, proof, { ...demands, witnessesMin: 0 })) return "missing";
    return isCommitted(member, bytes, proof, demands) ? "found" : "waiting";
  } catch (error) {
    if (error instanceof NoteError) return "missing";
    throw error;
  }
}

/** A member's log as it serves it, each file read once. */
function logOf(way: RequestWay, member: CircleMember): LogSource {
  const files = new Map<string, Buffer | null>();
  const late = AbortSignal.timeout(readingMsMax);
  let bytes = 0;
  return async (path) => {
    const known = files.get(path);
    if (known !== undefined) return known;
    if (late.aborted) throw new UserError(`the log of ${member.name} can't be read: it is too slow`);
    const request = { path: `log/${path}`, body: null, answerBytesMax: bundleBytesMax, msMax: requestMsMax };
    const { status, answer } = await answerOf(way, member, request);
    if (status !== 200 && status !== 404) throw new UserError(`the log of ${member.name} can't be read: ${status}`);
    const file = status === 200 ? answer : null;
    bytes += file?.length ?? 0;
    if (bytes > bytesPerRoundMax) throw new UserError(`the log of ${member.name} is too much to read at once`);
    files.set(path, file);
    return file;
  };
}
