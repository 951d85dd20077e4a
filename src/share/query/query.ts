import { z } from "zod";
import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { QueryQuotas } from "../../store/state/query-quotas.ts";
import { base64Bytes } from "../group/base64.ts";
import { identifierText } from "../overlap/identifier.ts";
import type { Identifier } from "../overlap/identifier.ts";
import type { Epoch } from "./epochs.ts";
import { blindInput, elementBytes, evaluate, finalize, proofBytes } from "./oprf.ts";
import type { Snapshot } from "./snapshot.ts";

/*
 * Asking a hub about identifiers without telling which: the client sends them blinded, gets the pseudorandom function of them back,
 * and looks that up in the snapshot that it has as a whole. The hub sees who asks, how many, and when.
 */

// Limits.
/** Of one request: some tenths of a second of computing. */
export const identifiersPerRequestMax = 32;
/** Of one member in one epoch: the hub's list can't be got by trying. */
const identifiersPerEpochMax = 20_000;

const version = "stillwatch-query/1";
const elementsSchema = z.array(base64Bytes(elementBytes)).min(1).max(identifiersPerRequestMax);

const requestSchema = z.strictObject({ version: z.literal(version), epoch: z.int().min(0), elements: elementsSchema });
export type QueryRequest = Readonly<z.infer<typeof requestSchema>>;

const responseSchema = z.strictObject({
  version: z.literal(version),
  elements: elementsSchema,
  proof: base64Bytes(proofBytes),
});
export type QueryResponse = Readonly<z.infer<typeof responseSchema>>;

/** The other side does not keep to the protocol, or the quota is spent. */
export class QueryRefusedError extends Error {
  override readonly name = "QueryRefusedError";
  readonly reason: QueryRefusal;

  constructor(reason: QueryRefusal, options?: ErrorOptions) {
    super(`the query is refused: ${refusals[reason]}`, options);
    this.reason = reason;
  }
}

const refusals = {
  malformed: "the message is not what the protocol expects here",
  epoch: "there is no such epoch now: get the snapshot of the present one",
  quota: "the member's quota for this epoch is spent",
  proof: "the hub can't prove that it has used the key of the snapshot",
} as const;
export type QueryRefusal = keyof typeof refusals;

export interface QueryHub {
  /** Those that are answered; usually the present one, and for a while the one before. */
  readonly epochs: readonly Epoch[];
  readonly quotas: QueryQuotas;
  readonly random: SecureRandom;
  readonly clock: Clock;
}

/** Answers a member whom the transport has authenticated. Throws a `QueryRefusedError`; a message that can't be read costs no quota. */
export async function answerQuery(hub: QueryHub, member: string, message: unknown): Promise<QueryResponse> {
  const parsed = requestSchema.safeParse(message);
  if (!parsed.success) throw new QueryRefusedError("malformed");
  const { elements, epoch: number } = parsed.data;
  const nowMs = hub.clock.nowMs();
  const epoch = hub.epochs.find((known) => known.number === number && known.startsMs <= nowMs && nowMs < known.endsMs);
  if (epoch === undefined) throw new QueryRefusedError("epoch");
  const isWithin = await hub.quotas.spend({ member, epoch: number }, elements.length, identifiersPerEpochMax);
  if (!isWithin) throw new QueryRefusedError("quota");
  const evaluation = attempt("malformed", () => evaluate(epoch.key, elements.map(bytesOf), hub.random));
  return {
    version,
    elements: evaluation.elements.map(textOf),
    proof: textOf(evaluation.proof),
  };
}

/** A question that is under way. */
export interface Query {
  readonly request: QueryRequest;
  /**
   * What the snapshot says of each identifier, null for nothing, in their order. The blinds are destroyed by it. Throws a
   * `QueryRefusedError` where the hub can't prove that it has used the snapshot's key.
   */
  answer(message: unknown): readonly (Uint8Array | null)[];
}

export function beginQuery(snapshot: Snapshot, identifiers: readonly Identifier[], random: SecureRandom): Query {
  if (identifiers.length === 0 || identifiers.length > identifiersPerRequestMax) {
    throw new UserError(
      `${identifiers.length} identifiers can't be asked about at once`,
      `ask about 1 to ${identifiersPerRequestMax}`,
    );
  }
  const inputs = identifiers.map((identifier) => blindInput(Buffer.from(identifierText(identifier)), random));
  const { epoch, public_key } = snapshot.manifest;
  return {
    request: { version, epoch, elements: inputs.map(({ element }) => textOf(element)) },
    answer(message) {
      try {
        const parsed = responseSchema.safeParse(message);
        if (!parsed.success || parsed.data.elements.length !== inputs.length) throw new QueryRefusedError("malformed");
        const evaluation = { elements: parsed.data.elements.map(bytesOf), proof: bytesOf(parsed.data.proof) };
        const outputs = attempt("proof", () => finalize(inputs, bytesOf(public_key), evaluation));
        return outputs.map((output) => snapshot.find(output));
      } finally {
        for (const { blind } of inputs) blind.fill(0);
      }
    },
  };
}

/** The library throws plain errors for what it refuses. Their words are kept as the cause: they quote no input. */
function attempt<T>(reason: QueryRefusal, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new QueryRefusedError(reason, { cause: error });
  }
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
