import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { logKeysOf, makeSecretFile, signingKeyOf } from "../../src/share/circle/own-keys.ts";
import { verifierKey } from "../../src/share/note/note.ts";
import type { CircleKey } from "../../src/share/stix/keyed.ts";
import { LABS } from "./worlds.ts";
import type { LabName } from "./worlds.ts";

/** Between two rounds of the circle; here it stands for "until somebody says so". */
export const pauseSeconds = 3_600;

export const memberName = (lab: LabName): string => `member-${lab}`;
export const memberId = (lab: LabName): string =>
  `identity--00000000-0000-4000-8000-${LABS.indexOf(lab).toString(16).padStart(12, "0")}`;

/** The folder of a lab, with its `stillwatch.yaml`; and, where it is in a circle, what it needs for that. */
export function writeLabFiles(folder: string, circle: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "stillwatch.yaml"),
    `data: .
key-secret-file: key.secret
intake: { token-sha256: [${createHash("sha256").update("of the demonstration").digest("hex")}] }
customers: { appeal: "https://provider.example/appeal/{reference}", verify: "https://provider.example/verify" }
${circle}`,
  );
}

/**
 * What three providers agree on when they found a circle: who belongs to it, where each is reached, by which keys they are known, and
 * the secret that makes what they tell comparable. @returns that secret.
 */
export function writeCircleFiles(folder: string, urls: Readonly<Record<LabName, string>>, startMs: number): CircleKey {
  mkdirSync(folder, { recursive: true });
  const epoch = new Date(startMs).toISOString().slice(0, 7);
  const secret = randomBytes(32);
  const circleKeys = join(folder, "circle-keys.yaml");
  writeFileSync(circleKeys, `keys: [{ epoch: "${epoch}", secret: "${secret.toString("base64")}" }]\n`, {
    mode: 0o600,
  });
  const entries = LABS.map((lab) => {
    const name = memberName(lab);
    const own = makeSecretFile(join(folder, `${name}.secret`));
    const { log, cosigner } = logKeysOf(own, name);
    const publicKey = Buffer.from(signingKeyOf(own).publicKey).toString("base64");
    writeLabFiles(
      join(folder, lab),
      `circle:
  listen: 127.0.0.1:0
  public-url: ${urls[lab]}
  self: ${name}
  members: ../members.yaml
  signing-key-file: ../${name}.secret
  log-key-file: ../${name}.secret
  circle-keys-file: ../circle-keys.yaml
  witnesses: [${LABS.filter((other) => other !== lab)
    .map(memberName)
    .join(", ")}]
  poll-seconds: ${pauseSeconds}
`,
    );
    return `  - id: ${memberId(lab)}
    name: ${name}
    joined: 2026-01-01
    url: ${urls[lab]}
    log: ${verifierKey(log)}
    cosigner: ${verifierKey(cosigner)}
    collections: { intelligence: read-write, incidents: read-write, response: read-write }
    roles: [witness]
    keys: [{ id: ${name}-1, public-key: "${publicKey}", from: 2026-01-01, until: 2027-01-01 }]
`;
  });
  writeFileSync(join(folder, "members.yaml"), `members:\n${entries.join("")}`);
  return { epoch, secret };
}
