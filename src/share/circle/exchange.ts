import { z } from "zod";
import { FLOWS } from "../../model/sharing.ts";
import { UserError } from "../../kit/user-error.ts";
import type { State } from "../../store/state/state.ts";
import { hasCosigned } from "../log/checkpoint.ts";
import { parseNote } from "../note/note.ts";
import { taxiiConnection } from "../taxii/client/connection.ts";
import type { TaxiiConnection, TaxiiConnectionOptions, Transport } from "../taxii/client/connection.ts";
import { discover } from "../taxii/client/discover.ts";
import { poll } from "../taxii/client/poll.ts";
import { push } from "../taxii/client/push.ts";
import { COLLECTION_IDS } from "./flows.ts";
import type { Inbox } from "./inbox.ts";
import type { CircleMember } from "./members.ts";
import { apiRootUrl, collectionUrl } from "./site.ts";
import { askWitness } from "./witness-protocol.ts";
import type { CosigningOptions } from "./witness-protocol.ts";

// Limits.
/** Members that are read from, or whose logs are, at the same time. */
const membersAtOnceMax = 8;
/** Items that are handed to one member in one round. */
const pushesPerRoundMax = 100;
/** Objects that were handed in to us, of one step and of one round. */
const handedInPageMax = 500;
const handedInPagesMax = 100;

export interface ExchangeOptions extends Omit<TaxiiConnectionOptions, "credentials" | "transport"> {
  readonly state: Pick<State, "outbox" | "feedCursors" | "sharedObjects">;
  readonly transport: Transport;
  readonly inbox: Inbox;
  readonly onFailure: (error: unknown) => void;
}

/** Who cosigns our log. */
export type Witness = Pick<CircleMember, "id" | "url" | "cosigner">;

/** Has our checkpoint cosigned by the witnesses that have not done so already. One that does not is told, and stops no other. */
export async function cosignLog(
  { onFailure, ...cosigning }: CosigningOptions & Pick<ExchangeOptions, "onFailure">,
  witnesses: readonly Witness[],
): Promise<void> {
  await Promise.all(
    witnesses.map(async ({ url, cosigner }) => {
      try {
        if (url === null || cosigner === null || hasCosigned(parseNote(cosigning.log.checkpoint()), cosigner)) return;
        await askWitness(cosigning, url, cosigner);
      } catch (error) {
        if (!cosigning.signal.aborted) onFailure(error);
      }
    }),
  );
}

/** Hands what has left to those that get it handed to them, in the order in which it left. Resolves with how many items. */
export async function pushToMembers(options: ExchangeOptions, members: readonly CircleMember[]): Promise<number> {
  let pushed = 0;
  for (const member of members) {
    try {
      pushed += await pushTo(options, member);
    } catch (error) {
      options.onFailure(error);
    }
  }
  return pushed;
}

async function pushTo(options: ExchangeOptions, { name, url }: CircleMember): Promise<number> {
  const { outbox } = options.state;
  if (url === null) return 0;
  const connection = connectionOf(options);
  for (let items = 0; items < pushesPerRoundMax; items++) {
    const item = await outbox.nextPush(name);
    if (item === null) return items;
    const { failures } = await push(
      { ...options, connection, apiRoot: apiRootUrl(url), collection: COLLECTION_IDS[item.flow] },
      item.objects,
    );
    const [first] = failures;
    if (first !== undefined) {
      const reason = (first.message ?? "it does not say why").replaceAll(/\p{C}/gu, "").slice(0, 200);
      throw new UserError(`${name} does not take ${first.id} of ${item.id}: ${reason}`, "it is tried again");
    }
    await outbox.pushed(item.id, name, options.clock.nowMs());
  }
  return pushesPerRoundMax;
}

/** Reads what members have that we have not seen. Resolves with how many objects came. */
export function pollMembers(options: ExchangeOptions, members: readonly CircleMember[]): Promise<number> {
  return throughMembers(members, options.onFailure, (member) => pollMember(options, member));
}

/** Goes through members, some at a time; one that fails is told, and stops no other. Resolves with the sum of what `work` does. */
export async function throughMembers(
  members: readonly CircleMember[],
  onFailure: (error: unknown) => void,
  work: (member: CircleMember) => Promise<number>,
): Promise<number> {
  let done = 0;
  const waiting = [...members];
  const lane = async (): Promise<void> => {
    for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
      try {
        const some = await work(member);
        // Not before: others add to it meanwhile.
        done += some;
      } catch (error) {
        onFailure(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(membersAtOnceMax, members.length) }, lane));
  return done;
}

async function pollMember(options: ExchangeOptions, { name, url }: CircleMember): Promise<number> {
  if (url === null) return 0;
  const connection = connectionOf(options);
  const roots = await discover(connection, new URL("taxii2/", url));
  const readable = new Set(
    roots.flatMap(({ collections }) => collections.filter((found) => found.can_read).map(({ id }) => id)),
  );
  let received = 0;
  for (const flow of FLOWS.filter((each) => readable.has(COLLECTION_IDS[each]))) {
    received += await poll(
      {
        ...options,
        connection,
        cursors: options.state.feedCursors,
        collection: collectionUrl(url, flow),
        everyVersion: true,
      },
      (objects) => options.inbox(name, flow, objects),
    );
  }
  return received;
}

/** Takes what others have handed in to our own collections, as a hub gets it. */
export async function takeHandedIn({ state, inbox, clock }: ExchangeOptions, self: CircleMember): Promise<number> {
  let received = 0;
  for (const flow of FLOWS) {
    const [feed, collection] = [`own ${flow}`, COLLECTION_IDS[flow]];
    for (let pages = 0; pages < handedInPagesMax; pages++) {
      const afterUs = Number((await state.feedCursors.find(feed)) ?? 0);
      const { rows, more } = await state.sharedObjects.objects(
        { collection, addedAfterUs: 0, ids: null, types: null, specVersions: ["2.1"], versions: { kind: "all" } },
        { afterUs, limit: handedInPageMax },
      );
      const last = rows.at(-1);
      if (last === undefined) break;
      await inbox(
        self.name,
        flow,
        rows.map(({ body }) => receivedSchema.parse(JSON.parse(body))),
      );
      await state.feedCursors.put(feed, String(last.dateAddedUs), clock.nowMs());
      received += rows.length;
      if (!more) break;
    }
  }
  return received;
}

const receivedSchema = z.record(z.string(), z.unknown());

function connectionOf({ clock, random, wait, signal, transport }: ExchangeOptions): TaxiiConnection {
  return taxiiConnection({ credentials: null, clock, random, wait, signal, transport });
}
