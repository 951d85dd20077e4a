import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { connect } from "node:tls";
import type { SecureVersion } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { systemWait } from "../../kit/wait.ts";
import { makeCertificates } from "../../kit/certificates.case.ts";
import { verifierKey } from "../../share/note/note.ts";
import { logKeysOf, makeSecretFile, signingKeyOf } from "../../share/circle/own-keys.ts";
import { openState } from "../../store/state/state.ts";
import type { State } from "../../store/state/state.ts";
import { closeAll } from "./closings.ts";
import type { Closings } from "./closings.ts";
import { checkCircle, serveCircle } from "./circle.ts";
import type { CircleConfig } from "./config.ts";

const overlap = { "identifiers-of-set-max": 100, "identifiers-per-day-max": 100, "sessions-per-day-max": 1 };

let folder: string;
let state: State;
const closings: Closings = [];

/** A port that is free, for an address that has to be known before it is listened on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-serve-circle-"));
  makeCertificates(folder);
  state = await openState();
}, 120_000);
afterAll(async () => {
  await closeAll(closings);
  await state.close();
  rmSync(folder, { recursive: true });
});

/** What the listener answers to whoever shows this certificate: the status, or why there is none. */
async function statusFor(port: number, certificate: string | null): Promise<number | string> {
  const read = (file: string): Buffer => readFileSync(join(folder, file));
  const asked = request({
    host: "127.0.0.1",
    port,
    path: "/log/checkpoint",
    ca: read("ca.pem"),
    agent: false,
    ...(certificate === null ? {} : { cert: read(`${certificate}.pem`), key: read(`${certificate}.key`) }),
  });
  asked.end();
  return new Promise((done) => {
    asked.on("response", (response) => done(response.resume().statusCode ?? 0));
    asked.on("error", () => done("refused"));
  });
}

/** What becomes of a client that knows TLS up to this version, whatever it would have to believe of its ciphers. */
async function greeting(port: number, maxVersion: SecureVersion): Promise<string> {
  const read = (file: string): Buffer => readFileSync(join(folder, file));
  const options = { ca: read("ca.pem"), cert: read("b.pem"), key: read("b.key"), minVersion: "TLSv1" } as const;
  const socket = connect({ host: "127.0.0.1", port, ...options, maxVersion, ciphers: "DEFAULT@SECLEVEL=0" });
  return new Promise((done) => {
    socket.on("secureConnect", () => {
      done(socket.getProtocol() ?? "none");
      socket.destroy();
    });
    socket.on("error", (error: Error) => done("code" in error ? String(error.code) : error.message));
  });
}

/** What the listener lets a client of TLS 1.3 send before it has shown anything: OpenSSL's words on the session it gave. */
async function earlyData(port: number): Promise<string> {
  const read = (file: string): Buffer => readFileSync(join(folder, file));
  const options = { ca: read("ca.pem"), cert: read("b.pem"), key: read("b.key"), minVersion: "TLSv1.3" } as const;
  const socket = connect({ host: "127.0.0.1", port, ...options });
  const [session]: unknown[] = await once(socket, "session");
  socket.destroy();
  if (!(session instanceof Uint8Array)) throw new TypeError("a session comes as bytes");
  const said = execFileSync("openssl", ["sess_id", "-inform", "DER", "-noout", "-text"], { input: session });
  return /Max Early Data: \d+/.exec(said.toString())?.[0] ?? "not said";
}

describe("the circle of a server", () => {
  it("listens with TLS on both sides, and its rounds go by it", async () => {
    const month = new Date().toISOString().slice(0, 7);
    const circleKeys = join(folder, "circle-keys.yaml");
    writeFileSync(circleKeys, `keys: [{ epoch: "${month}", secret: "${randomBytes(32).toString("base64")}" }]`, {
      mode: 0o600,
    });
    const entries: string[] = [];
    const configs: CircleConfig[] = [];
    for (const [index, name] of ["a", "b"].entries()) {
      const port = await freePort();
      const secret = makeSecretFile(join(folder, `${name}.secret`));
      const keys = logKeysOf(secret, `member-${name}`);
      entries.push(`  - id: identity--00000000-0000-4000-8000-00000000000${index}
    name: member-${name}
    joined: 2026-01-01
    url: https://127.0.0.1:${port}/
    log: ${verifierKey(keys.log)}
    cosigner: ${verifierKey(keys.cosigner)}
    collections: { intelligence: read }
    keys: [{ id: ${name}-1, public-key: "${Buffer.from(signingKeyOf(secret).publicKey).toString("base64")}", from: 2020-01-01, until: 2100-01-01 }]`);
      configs.push({
        listen: `127.0.0.1:${port}`,
        "public-url": `https://127.0.0.1:${port}/`,
        self: `member-${name}`,
        members: join(folder, "members.yaml"),
        "signing-key-file": join(folder, `${name}.secret`),
        "log-key-file": join(folder, `${name}.secret`),
        "circle-keys-file": circleKeys,
        "push-to": [],
        witnesses: [],
        overlap,
        "poll-seconds": 300,
        tls: { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`), ca: join(folder, "ca.pem") },
      });
    }
    writeFileSync(join(folder, "members.yaml"), `members:\n${entries.join("\n")}\n`);
    const [own] = configs;
    const check = (change: Partial<CircleConfig>) => () => checkCircle({ ...own!, ...change }, folder, Date.now());
    expect(check({})).not.toThrow();
    const missing = join(folder, "missing");
    expect(check({ members: missing })).toThrow(missing);
    expect(check({ self: "member-z" })).toThrow("there is no member-z");
    expect(check({ witnesses: ["member-z"] })).toThrow("there is no member-z");
    expect(check({ "signing-key-file": join(folder, "b.secret") })).toThrow("b.secret");
    expect(check({ "log-key-file": missing })).toThrow(missing);
    expect(check({ "circle-keys-file": missing })).toThrow(missing);
    expect(check({ tls: { ...own!.tls!, key: missing } })).toThrow(missing);
    const failures: unknown[] = [];
    const open = async (config: CircleConfig): Promise<{ port: number; round: Promise<unknown[]> }> => {
      const rounds = new EventEmitter();
      const round = once(rounds, "round");
      const { port } = await serveCircle(
        {
          config,
          data: join(folder, config.self),
          state,
          intelligence: { receive: () => Promise.resolve({ refused: [] }), withdraw: () => Promise.resolve() },
          findCampaign: () => Promise.resolve(null),
          known: () => Promise.resolve({ campaigns: [], notLookedFor: [], notInLog: [] }),
          answers: () => Promise.resolve([]),
          accountsIn: () => Promise.resolve(0),
          identifiersOf: () => Promise.resolve(null),
          clock: systemClock,
          wait: systemWait,
          onRound: (outcome) => rounds.emit("round", outcome),
          onFailure: (error) => failures.push(error),
        },
        closings,
      );
      return { port, round };
    };
    // Nobody is there yet whom the first could read from.
    const [first, second] = configs;
    const { port } = await open({ ...first!, "poll-from": [] });
    const { round } = await open(second!);
    expect(await round).toEqual([{ sent: 0, pushed: 0, received: 0 }]);
    expect(failures).toEqual([]);
    // TAXII 2.1, 8.3.1: who shows no certificate that leads to the circle's authority is not heard.
    expect(await statusFor(port, "b")).toBe(200);
    expect(await statusFor(port, "stranger")).toBe("refused");
    expect(await statusFor(port, null)).toBe("refused");
    // TAXII 2.1, 8.2.2: no TLS before 1.2.
    expect(await greeting(port, "TLSv1.1")).toBe("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
    expect(await greeting(port, "TLSv1.2")).toBe("TLSv1.2");
    expect(await greeting(port, "TLSv1.3")).toBe("TLSv1.3");
    // TAXII 2.1, 8.2.2: nothing goes before the handshake (0-RTT), since it could be sent again by anybody.
    expect(await earlyData(port)).toBe("Max Early Data: 0");
  }, 60_000);

  it("does not open where its files are not there, and leaves nothing open", async () => {
    const left: Closings = [];
    const config: CircleConfig = {
      listen: "127.0.0.1:0",
      "public-url": "https://127.0.0.1/",
      self: "member-a",
      members: join(folder, "none.yaml"),
      "signing-key-file": "none",
      "log-key-file": "none",
      "circle-keys-file": "none",
      "push-to": [],
      witnesses: [],
      overlap,
      "poll-seconds": 300,
      tls: { cert: join(folder, "none.pem"), key: join(folder, "a.key") },
    };
    const opening = serveCircle(
      {
        config,
        data: folder,
        state,
        intelligence: { receive: () => Promise.resolve({ refused: [] }), withdraw: () => Promise.resolve() },
        findCampaign: () => Promise.resolve(null),
        known: () => Promise.resolve({ campaigns: [], notLookedFor: [], notInLog: [] }),
        answers: () => Promise.resolve([]),
        accountsIn: () => Promise.resolve(0),
        identifiersOf: () => Promise.resolve(null),
        clock: systemClock,
        wait: systemWait,
        onRound: () => {},
        onFailure: () => {},
      },
      left,
    );
    await expect(opening).rejects.toThrow(/the circle's certificate, .*none\.pem, can't be read/);
    expect(left).toEqual([]);
  });
});
