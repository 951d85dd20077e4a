import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { pythonPeer } from "../../../../test/peers.ts";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { indicator } from "../server/site.case.ts";
import { connect } from "./client.case.ts";
import { discover } from "./discover.ts";
import { poll } from "./poll.ts";
import { push } from "./push.ts";

const peer = pythonPeer("medallion");

/** The server of OASIS with one empty collection, in memory; the base address. */
async function startMedallion(collection: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-medallion-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const title = "A root";
  const data = {
    "/discovery": { title: "A server", default: `${url}root/`, api_roots: [`${url}root/`] },
    root: {
      information: { title, versions: [TAXII_MEDIA_TYPE], max_content_length: 1_000_000 },
      status: [],
      collections: [
        {
          id: collection,
          title: "Campaigns",
          can_read: true,
          can_write: true,
          objects: [],
          manifest: [],
          media_types: ["application/stix+json;version=2.1"],
        },
      ],
    },
  };
  await writeFile(join(folder, "data.json"), JSON.stringify(data));
  const backend = {
    module: "medallion.backends.memory_backend",
    module_class: "MemoryBackend",
    filename: join(folder, "data.json"),
  };
  const config = { backend, users: { member: "a secret" }, taxii: { max_page_size: 40 } };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const child = spawn(peer.command("medallion"), ["--port", String(port), join(folder, "config.json")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (line.includes("Running on")) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`medallion did not start: ${said.join("\n")}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe.skipIf(peer.skipped)(`with the server of OASIS (${peer.ifSkipped})`, () => {
  it("finds a collection, adds to it, and takes each object once", async () => {
    const state = await emptyState();
    onTestFinished(() => state.close());
    const id = randomUUID();
    const url = await startMedallion(id);
    const { connection, clock, wait, abort } = connect("member", "a secret");
    const [root] = await discover(connection, new URL("taxii2/", url));
    expect(root?.collections.map((collection) => collection.id)).toEqual([id]);
    const apiRoot = root?.url ?? new URL(url);
    const objects = Array.from({ length: 100 }, () => indicator());
    const { successes } = await push({ connection, wait, signal: abort.signal, apiRoot, collection: id }, objects);
    expect(successes).toHaveLength(100);
    const taken: unknown[] = [];
    const options = {
      connection,
      clock,
      cursors: state.feedCursors,
      collection: new URL(`collections/${id}/`, apiRoot),
    };
    const take = async (page: readonly object[]): Promise<void> => void taken.push(...page);
    // Its pages have 40 objects, and a `next` that stays the same and is used up.
    expect(await poll(options, take)).toBe(100);
    expect(taken).toEqual(expect.arrayContaining(objects));
    expect(await poll(options, take)).toBe(0);
  });
});
