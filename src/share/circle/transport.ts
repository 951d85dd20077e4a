import { fetch } from "undici";
import type { Dispatcher } from "undici";
import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import type { MemberSigner } from "../sign/member-keys.ts";
import { signRequest } from "../sign/request-signature.ts";
import type { Transport } from "../taxii/client/connection.ts";

export interface MemberTransportOptions {
  readonly signer: MemberSigner;
  readonly random: SecureRandom;
  readonly clock: Clock;
  /** Shows our certificate, and knows whose of theirs to believe; null: as the machine does it. */
  readonly dispatcher: Dispatcher | null;
}

/** Requests to other members: each attempt is signed anew, since a signature counts once. */
export function memberTransport({ signer, random, clock, dispatcher }: MemberTransportOptions): Transport {
  return (url, { method, redirect, signal, headers, body }) => {
    const signature = signRequest(
      {
        method,
        authority: url.host,
        path: url.pathname,
        query: url.search === "" ? "?" : url.search,
        headers: new Map(Object.entries(headers)),
        body: Buffer.from(body ?? ""),
      },
      signer,
      random,
      clock.nowMs(),
    );
    return fetch(url, {
      method,
      redirect,
      signal,
      headers: { ...headers, ...signature },
      ...(body === undefined ? {} : { body }),
      ...(dispatcher === null ? {} : { dispatcher }),
    });
  };
}
