import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import type { SecureVersion } from "node:tls";
import { Agent } from "undici";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { listenOnLoopback } from "../../kit/http/loopback.case.ts";
import { seededRandom } from "../../kit/random.ts";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import { taxiiConnection } from "../taxii/client/connection.ts";
import type { TaxiiConnection } from "../taxii/client/connection.ts";
import { TAXII_MEDIA_TYPE } from "../taxii/media-type.ts";
import { envelopeSchema } from "../taxii/resources.ts";
import { startMs } from "../taxii/server/site.case.ts";
import { makeCertificates } from "../../kit/certificates.case.ts";
import { makeSecretFile, signingKeyOf } from "./own-keys.ts";
import { memberTransport } from "./transport.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-transport-"));
  makeCertificates(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const read = (file: string): Buffer => readFileSync(join(folder, file));

/** A server of TAXII with one certificate and one version of TLS, with nothing in it. It notes with which version it was asked. */
async function serve(name: string, version: SecureVersion): Promise<{ url: URL; versions: (string | null)[] }> {
  const versions: (string | null)[] = [];
  const options = { cert: read(`${name}.pem`), key: read(`${name}.key`), minVersion: version, maxVersion: version };
  const server = createServer(options, ({ socket }, response) => {
    versions.push(socket instanceof TLSSocket ? socket.getProtocol() : null);
    response.writeHead(200, { "content-type": TAXII_MEDIA_TYPE }).end("{}");
  });
  return { url: new URL(`https://127.0.0.1:${await listenOnLoopback(server)}/`), versions };
}

function connect(): TaxiiConnection {
  const clock = fixedClock(startMs);
  const secret = makeSecretFile(join(folder, randomUUID()));
  const dispatcher = new Agent({ connect: { ca: read("ca.pem"), cert: read("b.pem"), key: read("b.key") } });
  onTestFinished(() => dispatcher.destroy());
  return taxiiConnection({
    credentials: null,
    clock,
    random: seededRandom("a member"),
    wait: () => Promise.resolve(),
    signal: new AbortController().signal,
    transport: memberTransport({
      signer: { keyId: "b-1", ...signingKeyOf(secret) },
      random: systemSecureRandom,
      clock,
      dispatcher,
    }),
  });
}

const get = { method: "GET" } as const;

describe("TAXII 2.1, 8.5: a member as a client", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("8.5.1: knows %s", async (version) => {
    const { url, versions } = await serve("a", version);
    expect((await connect().ask(url, get, envelopeSchema)).resource).toEqual({});
    expect(versions).toEqual([version]);
  });

  it.each([
    ["that is not of the circle's authority", "stranger"],
    ["of another address", "elsewhere"],
  ])("8.5.2: asks no server with a certificate %s", async (_why, name) => {
    const { url, versions } = await serve(name, "TLSv1.3");
    await expect(connect().ask(url, get, envelopeSchema)).rejects.toThrow("can't be reached");
    expect(versions).toEqual([]);
  });
});
