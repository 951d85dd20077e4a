import { createHmac } from "node:crypto";
import { writtenNotice } from "../../decide/appeals/notice.ts";
import type { Channel, CustomerMessage } from "../../decide/notices/notifier.ts";
import { UserError } from "../../kit/user-error.ts";

// Limits.
/** How long the receiver may take to answer. */
const answerMsMax = 10_000;
/** As Standard Webhooks asks for. */
const secretBytesMin = 24;

export interface WebhookOptions {
  /** Where the provider takes notices, to mail them to its customers. */
  readonly url: string;
  /** What requests are signed with: `whsec_` and base64, or any text that is long enough. */
  readonly secret: string;
}

/**
 * Hands notices to the provider, who knows where its customers read: `POST` of JSON, signed as Standard Webhooks says
 * (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme"). `webhook-id` is the
 * reference, or that of the end, by which the receiver tells a repeated notice. Any 2xx takes it.
 *
 * @throws {UserError} if the secret is too short
 */
export function webhookChannel({ url, secret }: WebhookOptions): Channel {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
  if (key.length < secretBytesMin)
    throw new UserError(
      `the secret that notices are signed with has fewer than ${secretBytesMin} bytes`,
      "make one with: openssl rand -hex 32",
    );
  return {
    name: "webhook",
    async send(account, message, nowMs) {
      const { kind, notice } = message;
      const id = kind === "ended" ? `${notice.reference}.ended` : notice.reference;
      const body = JSON.stringify({ event: kind, account, ...written(message) });
      const timestamp = Math.floor(nowMs / 1000);
      const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
      const headers = {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": `v1,${signature}`,
      };
      const response = await post(url, headers, body);
      await response.body?.cancel();
      if (!response.ok)
        throw new UserError(
          `the receiver of notices answered ${response.status}`,
          "look at what takes notices; they are sent again",
        );
    },
  };
}

const written = (message: CustomerMessage) =>
  message.kind === "decided" ? writtenNotice(message.notice) : message.notice;

/** A signed request is for one address: it follows no redirection. */
async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Response> {
  const signal = AbortSignal.timeout(answerMsMax);
  try {
    return await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
  } catch (error) {
    throw new UserError("the receiver of notices can't be reached", "look at what takes notices; they are sent again", {
      cause: error,
    });
  }
}
