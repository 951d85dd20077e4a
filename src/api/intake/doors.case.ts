import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeDelivery } from "../../ingest/delivery/delivery.ts";
import { testKeys } from "../../ingest/keys/keys.case.ts";
import { closeGently } from "../../kit/http/close-gently.ts";
import { openSpool } from "../../ingest/spool/spool.ts";
import type { Spool } from "../../ingest/spool/spool.ts";
import { intakeDoors } from "./doors.ts";
import type { DoorsOptions } from "./doors.ts";

export const token = "let-me-in";
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The doors behind a server of this machine, with spools of their own. */
export interface OpenDoors {
  readonly url: string;
  readonly spool: Spool;
  readonly signals: Spool;
  readonly failures: unknown[];
  post(path: string, body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Resolves as soon as an answer of this status went out; that of the last one counts, too. */
  answered(status: number): Promise<void>;
  close(): Promise<void>;
}

export async function openDoors(
  options: Partial<DoorsOptions> & { readonly backlogBytesMax?: number } = {},
): Promise<OpenDoors> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-doors-"));
  const spool = await openSpool(join(folder, "spool"), options.backlogBytesMax);
  const signals = await openSpool(join(folder, "signals"));
  const failures: unknown[] = [];
  const handle = intakeDoors({
    spool,
    signals,
    tokenDigests: [digestOf("another"), digestOf(token)],
    keys: testKeys,
    onFailure: (error) => failures.push(error),
    ...options,
  });
  let lastStatus = 0;
  let onAnswer = (): void => {};
  const server = createServer((request, response) => {
    response.once("finish", () => {
      lastStatus = response.statusCode;
      onAnswer();
    });
    if (!handle(request, response)) response.writeHead(404).end();
  });
  closeGently(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    spool,
    signals,
    failures,
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, ...headers },
        body: typeof body === "string" ? body : Uint8Array.from(body),
      }),
    async answered(status) {
      while (lastStatus !== status)
        await new Promise<void>((done) => {
          onAnswer = done;
        });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await spool.close();
      await signals.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the spool was given, from its start: lines, and reasons of rejects. */
export async function spooled(spool: Spool): Promise<{ lines: unknown[]; rejects: string[] }> {
  if (spool.status().backlogBytes === 0) return { lines: [], rejects: [] };
  const records = ((await spool.read(2 ** 26))?.records ?? []).map(decodeDelivery);
  const texts = records.flatMap(({ lines }) => Buffer.from(lines).toString("utf8").split("\n").slice(0, -1));
  return {
    lines: texts.map((line): unknown => JSON.parse(line)),
    rejects: records.flatMap(({ rejects }) => rejects),
  };
}
