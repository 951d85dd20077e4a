import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pythonPeer } from "../../../test/peers.ts";
import { peer } from "../stix/stix.case.ts";
import { envelopeSchema } from "../taxii/resources.ts";
import { openTestCircle, plainHeaders, share } from "./circle.case.ts";
import type { TestMember } from "./circle.case.ts";
import { COLLECTION_IDS } from "./flows.ts";

const reader = "member-misp";
const password = "a reader's token";
const scriptOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const openCti = pythonPeer("opencti");

/** A member that has told a campaign, in a circle with one more that has no key. */
async function toldToAReader(): Promise<TestMember> {
  const { members, membersFile } = await openTestCircle(["member-a", "member-b"]);
  appendFileSync(
    membersFile,
    `  - id: identity--00000000-0000-4000-8000-000000000009
    name: ${reader}
    joined: 2026-01-01
    keys: []
    password-sha256: "${createHash("sha256").update(password).digest("hex")}"
    collections: { intelligence: read }
`,
  );
  const [a] = members;
  await a.circle.round();
  await share(a);
  return a;
}

/** What the reader asks of its collections. */
function asking({ url }: TestMember): (path: string, request?: RequestInit) => Promise<Response> {
  const headers = plainHeaders(reader, password);
  return (path, request = {}) => fetch(`${url}circle/collections/${path}`, { headers, ...request });
}

async function read(member: TestMember): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answer = await asking(member)("intelligence/objects/?limit=1000");
  return envelopeSchema.parse(await answer.json()).objects ?? [];
}

describe("a member without a key", () => {
  it("reads what its rights are for, stands in the ledger, and can say and remove nothing", async () => {
    const a = await toldToAReader();
    const ask = asking(a);
    const objects = await read(a);
    const told = objects.find(({ type }) => type === "campaign");
    expect(told).toBeDefined();
    expect((await ask("incidents/objects/")).status).toBe(404);
    expect((await a.state.ledger.after(0))[0]?.recipients).toEqual(["member-b", reader]);
    const body = JSON.stringify({ objects: [told] });
    expect((await ask("intelligence/objects/", { method: "POST", body })).status).toBe(403);
    expect((await ask(`intelligence/objects/${String(told?.["id"])}/`, { method: "DELETE" })).status).toBe(403);
    expect(a.failures).toEqual([]);
  });

  it.skipIf(peer.skipped)(`can be MISP: it makes an event of a campaign (${peer.ifSkipped})`, async () => {
    const a = await toldToAReader();
    const given = [scriptOf("misp_reader.py"), `${a.url}circle/`, COLLECTION_IDS.intelligence, reader, password];
    const { stdout } = await promisify(execFile)(peer.command("python"), given);
    const event = eventSchema.parse(JSON.parse(stdout));
    expect(event.rights).toEqual([true, false]);
    expect(event.tags).toEqual(expect.arrayContaining(["tlp:amber+strict"]));
    const galaxies = Object.values(event.galaxies).flat();
    expect(galaxies).toEqual(expect.arrayContaining(["Extract AI Model", expect.stringMatching(/^Intrusion set /)]));
    // Each of our indicators, as its pattern: MISP has no attribute for a keyed digest.
    const objects = (await a.state.ledger.after(0)).filter(({ object }) => object.startsWith("indicator--"));
    expect(event.patterns).toHaveLength(objects.length);
    expect(event.patterns).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\[stillwatch-fingerprint:digest = /)]),
    );
    // What it passes over is what is our own, and infrastructure, which it has no place for.
    expect(event.errors.filter((error) => !/stillwatch-|infrastructure/.test(error))).toEqual([]);
  });

  it.skipIf(openCti.skipped)(
    `can be OpenCTI: it takes all of it apart that it knows (${openCti.ifSkipped})`,
    async () => {
      const objects = await read(await toldToAReader());
      const bundle = { type: "bundle", id: "bundle--00000000-0000-4000-8000-000000000001", objects };
      const splitting = promisify(execFile)(openCti.command("python"), [scriptOf("opencti_reader.py")]);
      splitting.child.stdin?.end(JSON.stringify(bundle));
      const { taken, left } = piecesSchema.parse(JSON.parse((await splitting).stdout));
      const isOwn = (type: string): boolean => type === "extension-definition" || type.startsWith("stillwatch-");
      const types = objects.map(({ type }) => String(type));
      // A relationship of which it did not know both ends would be among those that are left.
      expect(taken.toSorted()).toEqual(types.filter((type) => !isOwn(type)).toSorted());
      expect(left.toSorted()).toEqual(types.filter(isOwn).toSorted());
      expect(taken).toEqual(
        expect.arrayContaining(["campaign", "indicator", "attack-pattern", "relationship", "report"]),
      );
    },
  );
});

const piecesSchema = z.object({ taken: z.array(z.string()), left: z.array(z.string()) });

const eventSchema = z.object({
  rights: z.array(z.boolean()),
  tags: z.array(z.string()),
  galaxies: z.record(z.string(), z.array(z.string())),
  patterns: z.array(z.string()),
  errors: z.array(z.string()),
});
