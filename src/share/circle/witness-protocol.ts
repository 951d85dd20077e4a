import { UserError } from "../../kit/user-error.ts";
import type { TransparencyLog } from "../log/log.ts";
import type { WitnessAnswer, WitnessRequest } from "../log/witness.ts";
import { formatSignature, NoteError, parseSignature } from "../note/note.ts";
import type { NoteVerifier } from "../note/note.ts";
import type { Transport, TransportAnswer } from "../taxii/client/connection.ts";

/* How a log asks a witness to cosign (C2SP tlog-witness, v1): the size that the witness has seen, the proof from there, the checkpoint. */

// Limits.
/** A proof in a tree of 2^40 leaves has no more hashes than twice its height. */
const proofHashesMax = 80;
/** A checkpoint has at most as many bytes as a note. */
export const witnessBodyBytesMax = 80 * 1_024;
/** Other logs may have grown, or the witness have seen more: it says how much, and is asked again. */
const attemptsMax = 3;
const answerBytesMax = 16 * 1_024;
const requestMsMax = 30_000;

const path = "witness/add-checkpoint";

function formatRequest({ from, proof, checkpoint }: WitnessRequest): string {
  const hashes = proof.map((hash) => `${Buffer.from(hash).toString("base64")}\n`).join("");
  return `old ${from}\n${hashes}\n${checkpoint}`;
}

/** Null where the text is no request. */
export function parseRequest(text: string): WitnessRequest | null {
  const end = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, Math.max(end, 0)).split("\n");
  const [, digits] = /^old (0|[1-9]\d{0,15})$/.exec(first ?? "") ?? [];
  if (digits === undefined || lines.length > proofHashesMax) return null;
  const proof = lines.map((line) => Buffer.from(line, "base64"));
  if (proof.some((hash, i) => hash.length !== 32 || hash.toString("base64") !== lines[i])) return null;
  return { from: Number(digits), proof, checkpoint: text.slice(end + 2) };
}

export interface WitnessResponse {
  readonly status: 200 | 409 | 422;
  readonly contentType: string;
  readonly body: string;
}

export function formatAnswer(answer: WitnessAnswer): WitnessResponse {
  switch (answer.kind) {
    case "cosigned":
      return { status: 200, contentType: "text/plain", body: formatSignature(answer.signature) };
    case "conflict":
      return { status: 409, contentType: "text/x.tlog.size", body: `${answer.size}\n` };
    case "inconsistent":
      return { status: 422, contentType: "text/plain", body: "this log shows another past than it did before\n" };
  }
}

export interface CosigningOptions {
  readonly log: TransparencyLog;
  readonly transport: Transport;
  readonly signal: AbortSignal;
}

/**
 * Asks a witness to cosign our checkpoint as it is now, and adds its line. False: the log has grown meanwhile, so that there is a new
 * one to ask for. Throws a `UserError` where the witness does not cosign.
 */
export async function askWitness(
  { log, transport, signal }: CosigningOptions,
  url: URL,
  witness: NoteVerifier,
): Promise<boolean> {
  const refused = (reason: string): UserError =>
    new UserError(`${witness.name} does not cosign our log: ${reason}`, "compare the keys of the two members' files");
  let from = 0;
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const checkpoint = log.checkpoint();
    const size = log.size();
    if (from > size) throw refused("it has seen a longer log than ours is");
    const body = formatRequest({ from, proof: await log.consistency(from), checkpoint });
    const answer = await send({ transport, signal }, new URL(path, url), body);
    const text = await boundedText(answer.body);
    if (answer.status === 200) return addLine(log, text, witness, refused);
    const [seen] = /^\d{1,16}(?=\n$)/.exec(text) ?? [];
    if (answer.status !== 409 || seen === undefined) throw refused(`it answers ${answer.status}`);
    from = Number(seen);
  }
  throw refused("it sees another size each time");
}

async function send(
  { transport, signal }: Pick<CosigningOptions, "transport" | "signal">,
  url: URL,
  body: string,
): Promise<TransportAnswer> {
  try {
    return await transport(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMsMax)]),
      headers: { "content-type": "text/plain" },
      body,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UserError(`${url.origin} can't be reached`, "check its address and the network", { cause: error });
  }
}

async function addLine(
  log: TransparencyLog,
  text: string,
  witness: NoteVerifier,
  refused: (reason: string) => UserError,
): Promise<boolean> {
  try {
    return await log.addCosignature(parseSignature(text.trimEnd()), witness);
  } catch (error) {
    if (error instanceof NoteError) throw refused(error.message);
    throw error;
  }
}

async function boundedText(body: AsyncIterable<unknown> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new UserError("a witness answers with more than a line");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
