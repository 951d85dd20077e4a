import { randomUUID } from "node:crypto";
import { canonicalJson } from "../../kit/canonical-json.ts";
import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import type { Flow, LedgerEntry, OutboxItem } from "../../model/sharing.ts";
import type { NewLedgerEntry } from "../../store/state/ledger.ts";
import type { Repositories, State } from "../../store/state/state.ts";
import { commitmentEntry, saltedCommitment } from "../log/commitments.ts";
import type { TransparencyLog } from "../log/log.ts";
import type { MemberSigner } from "../sign/member-keys.ts";
import { signObject } from "../sign/object-signature.ts";
import { admit } from "../stix/admit.ts";
import type { StixObject } from "../stix/objects.ts";
import { readEnvelope } from "../taxii/server/envelope.ts";
import { COLLECTION_IDS } from "./flows.ts";
import type { CircleMember, Members } from "./members.ts";
import { asJson, sealed } from "./origin.ts";
import type { SealedObject } from "./origin.ts";

// Limits.
/** Released items that one run sends; the next one goes on. */
const itemsPerRunMax = 100;

const saltBytes = 32;

export interface DispatchOptions {
  readonly state: Pick<State, "outbox" | "transaction">;
  readonly log: TransparencyLog;
  readonly signer: MemberSigner;
  readonly self: CircleMember;
  readonly members: Members;
  /** Names of members that get everything handed to them. */
  readonly pushTo: readonly string[];
  readonly random: SecureRandom;
  readonly clock: Clock;
}

/**
 * Sends what a person has released: each object goes through the gate once more, is signed and committed to in the log, and then, in
 * one step, stands in our collection and in the ledger. What is to be handed to others is in the ledger before it goes. Resolves with
 * how many items went. A crash before that step leaves commitments to what was never told, and nothing else.
 */
export async function dispatchReleased(options: DispatchOptions): Promise<number> {
  const { outbox } = options.state;
  const { rows } = await outbox.inState("released", { limit: itemsPerRunMax });
  for (const { id } of rows) {
    const item = await outbox.find(id);
    if (item?.state === "released") await dispatch(options, item);
  }
  return rows.length;
}

async function dispatch(options: DispatchOptions, item: OutboxItem): Promise<void> {
  const { state, self, members, pushTo, clock } = options;
  const told = await seal(options, item.objects.map(admit));
  const nowMs = clock.nowMs();
  const readers = readersOf(members, self, item.flow);
  const ways: readonly Pick<LedgerEntry, "way" | "recipients">[] = [
    { way: "collection", recipients: readers },
    ...pushTo.map((member) => ({ way: "push" as const, recipients: [member] })),
  ];
  const entries = ways.flatMap((way) =>
    told.flatMap(({ object, origin }): NewLedgerEntry[] =>
      origin === null
        ? []
        : [
            {
              ...way,
              item: item.id,
              object: object.id,
              type: object.type,
              version: "modified" in object ? object.modified : null,
              flow: item.flow,
              released_by: item.decided_by ?? "",
              log_index: origin.log_index,
              salt: origin.salt,
            },
          ],
    ),
  );
  const objects = asJson(told.map(({ leaving }) => leaving));
  await state.transaction(async (inside) => {
    if (!(await inside.outbox.send(item.id, objects, pushTo, nowMs))) return;
    await addToCollection(inside, COLLECTION_IDS[item.flow], self.name, objects, nowMs);
    await inside.ledger.append(entries, nowMs);
  });
}

/** Names of the members that may read a flow here. */
export function readersOf(members: Members, self: CircleMember, flow: Flow): string[] {
  return members.list
    .filter(({ id, collections }) => id !== self.id && (collections[flow] ?? "write") !== "write")
    .map(({ name }) => name);
}

interface Told {
  readonly object: StixObject;
  readonly origin: { readonly log_index: number; readonly salt: string } | null;
  readonly leaving: StixObject | SealedObject;
}

/** Signs and commits to what we say ourselves. What is published, the same for everybody, goes as it is. */
async function seal(options: DispatchOptions, objects: readonly StixObject[]): Promise<Told[]> {
  const { log, signer, self, random, clock } = options;
  const ours = objects.filter((object) => !isPublished(object));
  const salts = ours.map(() => random.bytes(saltBytes));
  const first = await log.append(
    ours.map((object, i) => commitmentEntry(self.id, saltedCommitment(salts[i]!, Buffer.from(canonicalJson(object))))),
  );
  const nowMs = clock.nowMs();
  const origins = new Map(
    ours.map((object, i) => {
      const salt = Buffer.from(salts[i]!).toString("base64");
      return [object, { jws: signObject(object, signer, nowMs), log_index: first + i, salt }];
    }),
  );
  return objects.map((object) => {
    const origin = origins.get(object) ?? null;
    return { object, origin, leaving: origin === null ? object : sealed(object, origin) };
  });
}

/** Markings, definitions and techniques that are the same at everybody, to the letter: nobody's to sign. */
export function isPublished(object: StixObject): boolean {
  switch (object.type) {
    case "marking-definition":
    case "extension-definition":
    case "attack-pattern":
      return true;
    default:
      return object.type === "identity" && object.identity_class === "system";
  }
}

export async function addToCollection(
  { submissions }: Pick<Repositories, "submissions">,
  collection: string,
  submitter: string,
  objects: OutboxItem["objects"],
  nowMs: number,
): Promise<void> {
  const { offered, refused } = readEnvelope(JSON.stringify({ objects }));
  const id = randomUUID();
  const at = new Date(nowMs).toISOString();
  await submissions.submit({ id, collection, submitter, at }, offered, refused);
  while ((await submissions.advance(id, nowMs)) > 0);
}
