import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { pythonPeer } from "../../../../test/peers.ts";
import { openState } from "../../../store/state/state.ts";
import { contentBytesMax, indicator, openTaxii, password } from "./site.case.ts";

const peer = pythonPeer("stix");
const script = fileURLToPath(new URL("taxii2_client.py", import.meta.url));

describe.skipIf(peer.skipped)(`the official client (${peer.ifSkipped})`, () => {
  it("finds its way, adds, reads by pages, filters, and removes", async () => {
    const state = await openState();
    onTestFinished(() => state.close());
    const { url } = await openTaxii(state);
    const objects = [indicator(), indicator({ type: "campaign", id: `campaign--${randomUUID()}` })];
    const [first, second] = objects;
    const given = [script, `${url}taxii2/`, "member", password, JSON.stringify(objects)];
    const { stdout } = await promisify(execFile)(peer.command("python"), given);
    const ids = objects.map(({ id }) => id);
    expect(JSON.parse(stdout)).toEqual({
      title: "A circle of tests",
      roots: 1,
      max_content_length: contentBytesMax,
      collections: [
        ["Campaigns", true, true],
        ["What is handed in", false, true],
      ],
      status: ["complete", 2, ids],
      again: "complete",
      pages: objects.map((object) => [object]),
      manifest: ids.map((id) => [id]),
      typed: [first],
      one: [first],
      versions: [first?.modified],
      after: [second],
      left: [second],
      refused: "AccessError",
    });
  });
});
