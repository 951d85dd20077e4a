import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { liveMember } from "../../detect/watch/live-campaign.case.ts";
import type { LiveMember } from "../../detect/watch/live-campaign.ts";
import { ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { parseKnown } from "../../share/circle/query-messages.ts";
import { openState } from "../../store/state/state.ts";
import type { State } from "../../store/state/state.ts";
import { readAnswerable, readComparable } from "./answerable.ts";

const nowMs = Date.UTC(2026, 0, 5);
const at = new Date(nowMs).toISOString();
let state: State;
beforeAll(async () => {
  state = await openState();
});
afterAll(() => state.close());

const files = {
  "exchanges-0.ndjson": ndjson([{ time: at, id: "1", account: "a", model: "aster-3-mini", status: 200, messages: [] }]),
  "accounts.ndjson": ndjson([
    { account: "a", payment: "card_of_a_1", phone: "+4915112345678", signup_ip: "192.0.2.7" },
    { account: "b", payment: "card_of_both" },
    { account: "once", payment: "card_of_once" },
    { account: "stranger", payment: "card_of_both", phone: "+4915187654321" },
    { account: "untold", payment: "card_untold" },
  ]),
};

const campaignOf = (id: string, members: readonly (readonly [string, LiveMember])[]) => ({
  id,
  case: {
    confidence: 0.98,
    verdicts: { coordinated: 0.99, extractive: 0.3, unauthorised: 0.6 },
    capabilities: [],
    families: {},
    evidence: [],
    leads: [],
    restricted: false,
  },
  members: new Map(members),
  marks: null,
});

/** As a person lets it out, and it leaves. */
async function send(kind: "proposal" | "retraction", about: string): Promise<string> {
  const id = randomUUID();
  await state.outbox.propose({ id, flow: "intelligence", kind, about, proposed: at, proposed_by: "Ada", objects: [] });
  await state.outbox.decide(id, "released", "Ada", nowMs);
  await state.outbox.send(id, [], [], nowMs);
  return id;
}

it("answers about identifiers of confirmed members of campaigns that were told, which no stranger holds", () =>
  withLog(files, async ({ store }) => {
    const [told, untold] = [
      campaignOf("told", [
        ["a", liveMember()],
        ["b", liveMember()],
        ["once", liveMember({ looks: 1 })],
      ]),
      campaignOf("untold", [["untold", liveMember()]]),
    ];
    for (const { id } of [told, untold]) {
      await state.campaigns.put({ id, state: "live", first_seen: at, last_seen: at, verdict: null, memory: null });
    }
    const answerable = () => readAnswerable({ state, store, watch: { campaigns: [told, untold] } });
    expect(await answerable()).toEqual([]);
    const proposal = await send("proposal", "told");
    const entries = await answerable();
    expect(entries.map(({ identifier }) => identifier)).toEqual([
      { kind: "payment", value: "card_of_a_1" },
      { kind: "phone", value: "+4915112345678" },
    ]);
    expect(entries.map(({ content }) => parseKnown(content))).toEqual([
      { verdicts: ["coordinated", "unauthorised"], seen: "2026-01" },
      { verdicts: ["coordinated", "unauthorised"], seen: "2026-01" },
    ]);
    // A person may compare what of a campaign was not told, too.
    const comparable = (id: string) => readComparable({ store, watch: { campaigns: [told, untold] } }, id);
    expect(await comparable("told")).toEqual(entries.map(({ identifier }) => identifier));
    expect(await comparable("untold")).toEqual([{ kind: "payment", value: "card_untold" }]);
    expect(await comparable("gone")).toBeNull();
    await send("retraction", proposal);
    expect(await answerable()).toEqual([]);
  }));
