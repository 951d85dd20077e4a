import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { pythonPeer } from "../../../../test/peers.ts";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import { contentBytesMax, indicator, openTaxii, password } from "./site.case.ts";

const peer = pythonPeer("stix");

/** What a script that uses the official client says of a server. */
async function saidOf(file: string, discovery: string, objects: readonly object[]): Promise<unknown> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const running = promisify(execFile)(peer.command("python"), [script, discovery, "member", password]);
  running.child.stdin?.end(JSON.stringify(objects));
  return JSON.parse((await running).stdout);
}

describe.skipIf(peer.skipped)(`the official client (${peer.ifSkipped})`, () => {
  it("finds its way, adds, reads by pages, filters, and removes", async () => {
    const state = await emptyState();
    onTestFinished(() => state.close());
    const { url } = await openTaxii(state);
    const objects = [indicator(), indicator({ type: "campaign", id: `campaign--${randomUUID()}` })];
    const [first, second] = objects;
    const said = await saidOf("taxii2_client.py", `${url}taxii2/`, objects);
    const ids = objects.map(({ id }) => id);
    expect(said).toEqual({
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

  it("waits for what is pending, pages over objects of one moment and misses none, and is refused as TAXII refuses", async () => {
    const state = await emptyState();
    onTestFinished(() => state.close());
    // The clock of this site stands still: all of them come at one time of it.
    const { url } = await openTaxii(state);
    const objects = [
      ...Array.from({ length: 620 }, () => indicator()),
      indicator({ type: "campaign", id: `campaign--${randomUUID()}` }),
    ];
    const ids = objects.map(({ id }) => id);
    const pages = [ids.slice(0, 250), ids.slice(250, 500), ids.slice(500)];
    expect(await saidOf("taxii2_client_pages.py", `${url}taxii2/`, objects)).toEqual({
      pending: ["pending", 500, 121],
      final: ["complete", 621, 0, 0, []],
      complete: true,
      pages,
      all: [0, 1, 2, 3, 4, 5, 6].map((page) => ids.slice(page * 100, (page + 1) * 100)),
      manifest: pages,
      typed: [[ids.at(-1)]],
      after: [ids.slice(2, 252), ids.slice(252, 502), ids.slice(502)],
      exact: [[ids.at(-1)]],
      gone: ["HTTPError", 404],
      password: ["HTTPError", 401],
      nobody: ["HTTPError", 401],
      older: ["HTTPError", 406],
      type: ["HTTPError", 415],
      filter: ["HTTPError", 400],
    });
  });
});
