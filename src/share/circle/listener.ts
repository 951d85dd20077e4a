import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../kit/clock.ts";
import { logFolder } from "../log/log-folder.ts";
import type { WitnessAnswer, WitnessRequest } from "../log/witness.ts";
import { NoteError } from "../note/note.ts";
import type { NoteVerifier } from "../note/note.ts";
import { SignatureError } from "../sign/member-keys.ts";
import { TooManyRequestsError, requestVerifier } from "../sign/request-signature.ts";
import type { VerifiedHead } from "../sign/request-signature.ts";
import type { RequestHead } from "../sign/signature-base.ts";
import { TaxiiProblem, unauthenticated } from "../taxii/server/problem.ts";
import type { TaxiiServer } from "../taxii/server/server.ts";
import { wholeBodies } from "./body.ts";
import type { CircleMember, Members } from "./members.ts";
import type { Service } from "./service.ts";
import { twoPasts } from "./witnessed-commitments.ts";
import { formatAnswer, parseRequest, witnessBodyBytesMax } from "./witness-protocol.ts";

/** Of the log there is nothing but commitments: whoever can connect may read it, and a witness or an auditor need not be a member. */
const logPath = /^\/log\/(checkpoint|tile\/(?:entries|\d{1,2})\/(?:x\d{3}\/)*\d{3}(?:\.p\/\d{1,3})?)$/;

/** To a member who asks more often than can be told from replays. */
const busy = { "retry-after": "60" } as const;

export interface CircleListenerOptions {
  readonly members: () => Members;
  readonly taxii: () => TaxiiServer;
  readonly logFolder: string;
  /** What else members may ask, each by its own paths. */
  readonly services: readonly Service[];
  readonly witness: (log: NoteVerifier, request: WitnessRequest) => Promise<WitnessAnswer>;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

/**
 * What other members find here: `/taxii2/` and the circle's API root, `/log/`, `/query/`, `/count`, `/overlap`, `/witness/`. Who asks is known by a signature (RFC 9421);
 * a plain TAXII client by its password.
 */
export function createCircleListener(
  options: CircleListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { members, taxii, clock, onFailure } = options;
  const log = logFolder(options.logFolder);
  const verifier = requestVerifier(() => members().keys, clock);
  const wholeBody = wholeBodies();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url: target = "/" } = request;
    if (!URL.canParse(target, "http://circle")) return send(response, 404, "there is nothing here");
    const url = new URL(target, "http://circle");
    const [, file] = logPath.exec(url.pathname) ?? [];
    if (file !== undefined) return sendFile(request, response, await log.read(file));
    if (request.headers["signature-input"] === undefined) {
      if (!taxii().handle(request, response)) send(response, 404, "there is nothing here");
      return;
    }
    const head = verifier.verifyHead(headOf(request, url));
    const body = await wholeBody(request);
    const member = signerOf(head, members(), body);
    if (taxii().handle(request, response, { user: member.name, body })) return;
    const { method = "" } = request;
    for (const service of options.services) {
      const told = await service.handle(member, { method, path: url.pathname, body });
      if (told !== null) return respond(response, told.status, told.contentType, told.body);
    }
    if (method !== "POST" || url.pathname !== "/witness/add-checkpoint") {
      send(response, 404, "there is nothing here");
      return;
    }
    await cosign(options, member, body, response);
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Who is gone hears no answer.
      if (request.destroyed && !request.complete) return;
      const problem = problemOf(error, onFailure);
      if (taxii().refuse(request, response, problem)) return;
      send(response, problem.status, problem.message);
    });
  };
}

function problemOf(error: unknown, onFailure: CircleListenerOptions["onFailure"]): TaxiiProblem {
  if (error instanceof SignatureError) return unauthenticated(error.message);
  if (error instanceof TooManyRequestsError) return new TaxiiProblem(429, error.message, busy);
  if (error instanceof TaxiiProblem) return error;
  onFailure(error);
  return new TaxiiProblem(500, "the request could not be answered");
}

function signerOf(head: VerifiedHead, members: Members, body: Buffer): CircleMember {
  const key = head.withBody(body);
  const member = members.find(key.member);
  // Members are read anew between the two.
  if (member === null) throw new SignatureError("unknown-key");
  return member;
}

function headOf({ method = "", headers }: IncomingMessage, url: URL): RequestHead {
  return {
    method,
    authority: (headers.host ?? "").toLowerCase(),
    path: url.pathname,
    query: url.search === "" ? "?" : url.search,
    headers: new Map(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value] as const],
      ),
    ),
  };
}

async function cosign(
  { witness, onFailure }: Pick<CircleListenerOptions, "witness" | "onFailure">,
  member: CircleMember,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  if (!member.roles.has("witness") || member.log === null) {
    send(response, 403, "we are no witness of a log of yours");
    return;
  }
  const request = body.length > witnessBodyBytesMax ? null : parseRequest(body.toString("utf8"));
  if (request === null) {
    send(response, 400, "this asks for no cosignature");
    return;
  }
  try {
    const answer = await witness(member.log, request);
    // Who has shown two pasts will not tell of it.
    if (answer.kind === "inconsistent") onFailure(twoPasts(member, answer.before, request.checkpoint));
    const { status, contentType, body: text } = formatAnswer(answer);
    respond(response, status, contentType, Buffer.from(text));
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    send(response, 403, error.message);
  }
}

function sendFile({ method }: IncomingMessage, response: ServerResponse, bytes: Buffer | null): void {
  if (method !== "GET" && method !== "HEAD") send(response, 405, "only GET is possible here");
  else if (bytes === null) send(response, 404, "the log has no such file");
  else respond(response, 200, "application/octet-stream", bytes);
}

function send(response: ServerResponse, status: number, title: string): void {
  respond(
    response,
    status,
    "application/problem+json",
    Buffer.from(JSON.stringify({ type: "about:blank", title, status })),
  );
}

function respond(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": body.length,
    "cache-control": "no-store",
  });
  response.end(body);
}
