import { expect, it } from "vitest";
import { liveMember } from "../../detect/watch/live-campaign.case.ts";
import type { LiveCampaign } from "../../detect/watch/live-campaign.ts";
import { ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { readLiveHere } from "./found-campaign.ts";

const nowMs = Date.UTC(2026, 0, 5);
const time = new Date(nowMs).toISOString();
const accounts = ["a", "b", "c"];
const files = {
  "exchanges-0.ndjson": ndjson([
    { time, id: "1", account: "a", model: "aster-3-mini", status: 200, messages: [{ role: "user", content: "hello" }] },
  ]),
  "accounts.ndjson": ndjson(accounts.map((account) => ({ account, payment: "card of all", device: `of ${account}` }))),
};

const leads = [{ id: "indicator--1", source: "identity--b" }];
function campaignOf(id: string, looks: number, members = accounts): LiveCampaign {
  const verdicts = { coordinated: 1, extractive: 1, unauthorised: 1 };
  return {
    id,
    case: { confidence: 1, verdicts, capabilities: [], families: {}, evidence: [], leads, restricted: false },
    members: new Map(members.map((account) => [account, liveMember({ looks })])),
    marks: null,
  };
}

it("compares confirmed campaigns with what others say, told or not, by what their members have in common", () =>
  withLog(files, async ({ store }) => {
    const campaigns = [campaignOf("unconfirmed", 1), campaignOf("confirmed", 2)];
    expect(await readLiveHere({ store, watch: { campaigns } }, nowMs)).toEqual([
      {
        id: "confirmed",
        leads,
        signals: { fingerprints: [{ kind: "payment", value: "card of all" }], skeletonPieces: new Set() },
        hours: [1, ...Array.from({ length: 23 }, () => 0)],
      },
    ]);
  }));

it("compares the fifty with most members", () =>
  withLog(files, async ({ store }) => {
    const small = Array.from({ length: 60 }, (_, i) => campaignOf(`small ${i}`, 2, ["a"]));
    const here = await readLiveHere({ store, watch: { campaigns: [...small, campaignOf("large", 2)] } }, nowMs);
    expect(here.map(({ id }) => id)).toEqual(["large", ...small.slice(0, 49).map(({ id }) => id)]);
  }));
