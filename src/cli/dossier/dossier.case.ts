import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { Dossier } from "../../model/dossier.ts";

/** The text of each page, as a reader of PDFs extracts it. */
export async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  try {
    const pages: string[] = [];
    for (let n = 1; n <= document.numPages; n++) {
      const { items } = await (await document.getPage(n)).getTextContent();
      pages.push(items.map((item) => ("str" in item ? item.str : "")).join(" "));
    }
    return pages;
  } finally {
    await document.destroy();
  }
}

/** Everything that stands in the files of a pack, the text of the page included. */
export async function allOf(dir: string): Promise<string> {
  const parts: string[] = [];
  for (const name of await readdir(dir)) {
    const bytes = await readFile(join(dir, name));
    parts.push(bytes.toString("latin1"), bytes.toString("utf8"));
    if (name.endsWith(".pdf")) parts.push((await pagesOf(bytes)).join(" "));
  }
  return parts.join("\n");
}

/** A dossier of a server's state with everything in it, and what a test changes about it. */
export function sampleDossier(changes: Partial<Dossier> = {}): Dossier {
  const at = "2026-08-30T00:00:00.000Z";
  const account = "A-7KQ2-M4XP-9TBA";
  return {
    schema: "https://stillwatch.dev/schemas/dossier-1.json",
    written: "2026-08-31T12:00:00.000Z",
    software: { version: "0.1.0", packs: [{ name: "rubric-grading.yaml", sha256: "0".repeat(64) }] },
    source: { kind: "state", audit: { entries: 12, head: "a".repeat(64) } },
    identified: null,
    campaign: {
      id: "C-2026-08-29-0a1b2c",
      state: "live",
      first_seen: at,
      last_seen: at,
      exchanges: null,
      confidence: 0.97,
      verdicts: { coordinated: 0.99, extractive: 0.97, unauthorised: 0.95 },
      capabilities: ["reasoning"],
    },
    evidence: [
      { family: "twins", sentence: "4 accounts are alike", strength: 4.2, accounts: 4, against: false },
      { family: "partition", sentence: null, strength: 1, accounts: 4, against: true },
    ],
    without: null,
    resembles: null,
    missing: [{ family: "infrastructure", reason: "the log carries no addresses" }],
    bound: { false_campaign_rate: 0.01, families_required: 2 },
    timeline: { days: null, hours: null, releases: [] },
    accounts: [
      {
        account,
        identity: null,
        standing: "member",
        exchanges: null,
        shared: 0.8,
        score: 0.95,
        first_seen: at,
        last_seen: at,
        proposed: null,
      },
    ],
    policies: [{ name: "default", version: "0f3a", loaded: at, mode: "enforce", newly_affected_per_hour: 50 }],
    decisions: [
      {
        id: "D-7KQ2-M4XP-9TBA",
        account,
        scope: "account",
        action: "throttle",
        parameters: { requests_per_minute: 6, burst: 2 },
        category: "coordinated-extraction",
        policy: { name: "default", rule: "convicted", version: "0f3a" },
        created: at,
        expires: at,
        held: null,
        ended: { at, cause: "appeal" },
        notice: at,
      },
    ],
    appeals: [
      {
        id: "D-1KQ2-M4XP-9TBA",
        account,
        decisions: ["D-7KQ2-M4XP-9TBA"],
        state: "upheld",
        opened: at,
        deadline: at,
        changed: at,
      },
    ],
    shared: [
      {
        at,
        object: { id: "indicator--0f2a5b1c-7a55-4c9b-8f55-0b8a1f3d2c11", type: "indicator", version: null },
        flow: "sharing",
        recipients: ["lab-b"],
        log_index: 3,
        logged: null,
      },
    ],
    ...changes,
  };
}
