import { expect, it } from "vitest";
import { goodLine, ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { carriersMax } from "../../model/decision.ts";
import { liveCampaign } from "./live-campaign.case.ts";
import { createWatchTables, writeMembers } from "./marks.ts";
import { trafficOf } from "./traffic.ts";

const campaign = liveCampaign(["one", "two"], null);

const from = (account: string, ip: string): object => ({ ...goodLine, id: `${account} ${ip}`, account, ip });

it("an address is told as decisions see it, so that whoever shares it is counted, however it is written", async () => {
  const files = {
    "exchanges-0.ndjson": ndjson([
      from("one", "2001:db8:0:1::5"),
      from("one", "2001:DB8:0:1:a::6"),
      from("one", "198.51.100.7"),
      from("one", "of no kind"),
      from("two", "2001:db8:0:2::5"),
      from("honest", "2001:0db8:0000:0001::77"),
      from("other", "::ffff:198.51.100.7"),
    ]),
  };
  await withLog(files, async ({ store }) => {
    await createWatchTables(store);
    await writeMembers(store, [campaign]);
    const traffic = await trafficOf(store, ["one", "two"], Date.parse(goodLine.time) + 1);
    const addressesOf = (account: string): unknown =>
      traffic.get(account)?.carriers.filter(({ kind }) => kind === "address");
    expect(addressesOf("one")).toEqual([
      { kind: "address", value: "2001:db8:0:1::/64", members: 1, strangers: 1 },
      { kind: "address", value: "198.51.100.7", members: 1, strangers: 1 },
    ]);
    expect(addressesOf("two")).toEqual([{ kind: "address", value: "2001:db8:0:2::/64", members: 1, strangers: 0 }]);
  });
});

it("who uses the same is counted within the campaign and outside of it, and an organisation is told however many keys there are", async () => {
  const ja4 = "t13d1516h2_8daaf6152771_02713d6af862";
  const asks = (account: string, key: string): object => ({ ...goodLine, id: `${account} ${key}`, account, key, ja4 });
  const files = {
    "exchanges-0.ndjson": ndjson([
      ...Array.from({ length: 40 }, (_, i) => asks("one", `key-${i}`)),
      asks("two", "key-a"),
      asks("rival", "key-b"),
      asks("honest", "key-c"),
    ]),
    "accounts.ndjson": ndjson(["one", "two", "rival"].map((account) => ({ account, organization: "acme" }))),
  };
  await withLog(files, async ({ store }) => {
    await createWatchTables(store);
    await writeMembers(store, [campaign, { ...liveCampaign(["rival"], null), id: "another" }]);
    const traffic = await trafficOf(store, ["one", "honest"], Date.parse(goodLine.time) + 1);
    const carriersOf = (account: string): unknown[] => [...(traffic.get(account)?.carriers ?? [])];
    expect(carriersOf("one")).toHaveLength(carriersMax);
    expect(carriersOf("one")[0]).toEqual({ kind: "organization", value: "acme", members: 2, strangers: 1 });
    expect(carriersOf("one")).toContainEqual({ kind: "tls", value: ja4, members: 2, strangers: 2 });
    // Who was let go is of no campaign.
    expect(carriersOf("honest")).toContainEqual({ kind: "tls", value: ja4, members: 0, strangers: 4 });
  });
});
