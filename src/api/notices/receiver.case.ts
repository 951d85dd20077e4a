import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { portOf } from "../../kit/http/loopback.case.ts";

const noticeSchema = z.looseObject({ account: z.string(), reference: z.string() });

/** A notice as it came. */
export interface ReceivedNotice {
  /** Of the headers by which webhooks are told apart and checked. */
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly text: string;
  readonly notice: z.output<typeof noticeSchema>;
}

/** A provider's mailer, on a port of its own until the test has finished; what it answers with may be changed. */
export interface Receiver {
  readonly url: string;
  readonly received: ReceivedNotice[];
  status: number;
}

export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedNotice[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const header = (name: string): string => z.string().parse(request.headers[name]);
    received.push({
      id: header("webhook-id"),
      timestamp: header("webhook-timestamp"),
      signature: header("webhook-signature"),
      text: body,
      notice: noticeSchema.parse(JSON.parse(body)),
    });
    response.writeHead(receiver.status, receiver.status === 307 ? { location: receiver.url } : {}).end("an answer");
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: Receiver = { url: `http://127.0.0.1:${portOf(server.address())}/notices`, received, status: 204 };
  return receiver;
}
