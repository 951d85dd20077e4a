import { hash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { systemClock } from "../../src/kit/clock.ts";
import type { OfferedObject } from "../../src/model/shared-object.ts";
import { TAXII_MEDIA_TYPE } from "../../src/share/taxii/media-type.ts";
import { createTaxiiServer } from "../../src/share/taxii/server/server.ts";
import { openState } from "../../src/store/state/state.ts";
import type { State } from "../../src/store/state/state.ts";
import { quantile } from "../gateway/quantile.ts";

// Targets and sizes.
const millisecondsMax = 20;
const objectsPerPage = 100;
const pagesAsked = 200;
/** Asked for first: until then the code is being compiled. */
const pagesBefore = 50;
const objectsPerSubmission = 10_000;
const password = "a password of the benchmark";

/** A page of 100 objects over HTTP, from collections of several sizes on the embedded state. Whether all were fast enough. */
export async function measurePages(sizes: readonly number[]): Promise<boolean> {
  const state = await openState();
  const collections = sizes.map((size) => ({ size, id: randomUUID() }));
  const http = createServer();
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = urlOf(http);
  const server = createTaxiiServer({
    site: {
      publicUrl: url,
      title: "A benchmark",
      apiRoots: [
        {
          name: "circle",
          title: "A benchmark",
          contentBytesMax: 2 ** 20,
          collections: collections.map(({ size, id }) => ({ id, title: `${size} objects` })),
        },
      ],
      users: [
        {
          name: "member",
          passwordSha256: hash("sha256", password),
          rights: Object.fromEntries(collections.map(({ id }) => [id, "read"])),
        },
      ],
    },
    state,
    clock: systemClock,
    onFailure(error) {
      throw error;
    },
  });
  http.on("request", (request, response) => server.handle(request, response));
  console.log(
    `A TAXII page of ${objectsPerPage} objects (at most ${millisecondsMax} ms), ${pagesAsked} places in turn`,
  );
  let isFast = true;
  for (const { size, id } of collections) {
    const { firstUs, lastUs } = await fill(state, id, size);
    const pageAt = (page: number): string => {
      const afterUs = firstUs + Math.floor(((lastUs - firstUs) * page) / pagesAsked);
      const after = `${new Date(afterUs / 1_000).toISOString().slice(0, -1)}000Z`;
      return `${url}circle/collections/${id}/objects/?limit=${objectsPerPage}&added_after=${after}`;
    };
    for (let page = 0; page < pagesBefore; page++) await timeOf(pageAt(page));
    const times: number[] = [];
    let bare = 0;
    for (let page = 0; page < pagesAsked; page++) {
      times.push(await timeOf(pageAt(page)));
      bare += await timeOf(`${url}taxii2/`);
    }
    times.sort((one, other) => one - other);
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    const ratio = times.reduce((sum, time) => sum + time, 0) / bare;
    console.log(
      `  ${String(size).padStart(9)} objects: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${ratio.toFixed(1)} times the discovery`,
    );
    isFast &&= p50 <= millisecondsMax;
  }
  http.closeAllConnections();
  http.close();
  await server.close();
  await state.close();
  return isFast;
}

async function timeOf(url: string): Promise<number> {
  const start = performance.now();
  const answer = await fetch(url, {
    headers: {
      authorization: `Basic ${Buffer.from(`member:${password}`).toString("base64")}`,
      accept: TAXII_MEDIA_TYPE,
    },
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - start;
}

/** When the first and the last object were added, microseconds since the Unix epoch. */
async function fill(state: State, collection: string, size: number): Promise<{ firstUs: number; lastUs: number }> {
  const nowMs = systemClock.nowMs();
  for (let done = 0; done < size; done += objectsPerSubmission) {
    const id = randomUUID();
    const count = Math.min(objectsPerSubmission, size - done);
    await state.submissions.submit(
      { id, collection, submitter: "benchmark", at: new Date(nowMs).toISOString() },
      Array.from({ length: count }, indicator),
      [],
    );
    while ((await state.submissions.advance(id, nowMs)) > 0);
  }
  // They are a microsecond apart.
  return { firstUs: nowMs * 1_000, lastUs: nowMs * 1_000 + size - objectsPerPage };
}

function indicator(): OfferedObject {
  const id = `indicator--${randomUUID()}`;
  const created = "2026-02-01T10:00:00.000Z";
  const digest = hash("sha256", id);
  const body = {
    type: "indicator",
    spec_version: "2.1",
    id,
    created,
    modified: created,
    name: `Indicator ${id.slice(-8)}`,
    indicator_types: ["malicious-activity"],
    pattern: `[stillwatch-fingerprint:digest = '${digest}']`,
    pattern_type: "stix",
    valid_from: created,
  };
  return {
    id,
    type: "indicator",
    specVersion: "2.1",
    versionUs: Date.parse(created) * 1_000,
    body: JSON.stringify(body),
  };
}

function urlOf(server: Server): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  return `http://127.0.0.1:${address.port}/`;
}
