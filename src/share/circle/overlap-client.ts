import { UserError } from "../../kit/user-error.ts";
import type { OverlapResult } from "../../model/overlap.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { OverlapRefusedError } from "../overlap/messages.ts";
import type { OverlapRefusal } from "../overlap/messages.ts";
import type { OverlapChannel } from "../overlap/overlap.ts";
import type { Comparisons } from "./comparisons.ts";
import { askService } from "./member-request.ts";
import type { RequestWay } from "./member-request.ts";
import type { CircleMember } from "./members.ts";
import { overlapPath } from "./overlap-service.ts";

// Limits.
/** As many elements as a set may have, in base64, and what is around them; a first message with its proof is shorter. */
const answerBytesMax = 2_500_000;
/** The other works through both sets between two messages. */
const requestMsMax = 300_000;

export interface OverlapClientOptions extends RequestWay {
  readonly comparisons: Comparisons;
}

/**
 * Compares a set with what another member has offered us. Throws a `UserError` where it can't be, where the member says no, and where it
 * does not keep to the protocol.
 */
export async function compareWith(
  { comparisons, transport, signal }: OverlapClientOptions,
  member: CircleMember,
  identifiers: readonly Identifier[],
  person: string,
): Promise<OverlapResult> {
  const { id, name, roles, log } = member;
  if (log === null) throw new UserError(`the members' file has no log of ${name}`, "enter its key there");
  const channel = askingChannel({ transport, signal }, member);
  const compared = { id, name, roles, log };
  const comparing = comparisons.compare({ member: compared, identifiers, channel, person, offer: null, signal });
  if (comparing === null) {
    throw new UserError("as many overlaps as may be are under way here", "ask again in a minute");
  }
  try {
    return await comparing;
  } catch (error) {
    if (!(error instanceof OverlapRefusedError)) throw error;
    throw new UserError(`with ${name} ${error.message}`, hintsOfFaults.get(error.reason), { cause: error });
  }
}

/** An initiator's end: each message is a request, and the answer to it is what is received next. */
function askingChannel(way: RequestWay, member: CircleMember): OverlapChannel {
  const answers: unknown[] = [];
  return {
    async send(message) {
      const body = JSON.stringify(message);
      const request = { path: overlapPath, body, service: "overlaps", hints, answerBytesMax, msMax: requestMsMax };
      answers.push(parsed(await askService(way, member, request)));
    },
    receive: () => Promise.resolve(answers.shift()),
  };
}

function parsed(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.toString("utf8"));
  } catch {
    throw new OverlapRefusedError("malformed");
  }
}

/** What to do about what we refuse. */
const hintsOfFaults = new Map<OverlapRefusal, string>([
  ["unwitnessed", "its people have to name our witnesses as theirs, and see in their journal why one does not cosign"],
  [
    "other-past",
    "our journal has what it signed then and now: ask its people why, and whether they name us as witness",
  ],
]);

const hints = new Map([
  [400, "it does not take what we send: are both of the same version?"],
  [403, "it has to give us the role overlap in its members' file, and to have the key of our log there"],
  [404, "it has offered us no set, or its version knows no overlaps: ask its people to offer one"],
  [409, "a session with us is under way there: ask again in some minutes"],
  [
    412,
    "too few of its witnesses, or not itself, have cosigned our log: name them as witnesses here; our journal says why one does not",
  ],
  [413, "our set is larger than it takes"],
  [429, "what two members may compare in a day is spent"],
  [503, "others are comparing just now: ask again in a minute"],
]);
