import { expect, it } from "vitest";
import { pieceOf } from "../../ingest/world/sketch.ts";
import { sql, text } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { buildInfrastructure } from "../observation/infrastructure-tokens.ts";
import { accountNames, withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";
import type { Lead, Leads } from "./lead.ts";
import { matchLeads } from "./matches.ts";

const line = "grade the answer below against each point of the rubric";
const accounts = accountNames("account", 4);
const asked = accounts.flatMap((account): Asked[] =>
  Array.from({ length: 6 }, (_, i) => ({
    account,
    minute: i,
    ja4: "t13d1516h2_8daaf6152771_b186095e22b6",
    text: [`${account} asks for ${i}`, line, `of ${account}: ${"so".repeat(i)}`].join("\n"),
  })),
);

async function pieceIn(store: Store): Promise<string> {
  const [row] = await store.rows<{ hash: string }>(sql`SELECT toString(cityHash64('prompt', ${text(line)})) AS hash`);
  return pieceOf(row?.hash ?? "");
}

it("finds what leads of two keys tell of in the same log, each under its own", () =>
  withDetectLog({ asked }, async ({ store }) => {
    await buildInfrastructure(store);
    const piece = await pieceIn(store);
    const lead = (key: string, pieces: readonly string[], clients: readonly string[]): Lead => ({
      id: `indicator of ${key}`,
      source: "a",
      permitsActions: true,
      accountsMin: 3,
      pieces: new Set(pieces),
      fingerprints: new Set(clients),
    });
    const list = [
      lead("now", [`now ${piece}`], ["now tls"]),
      lead("before", [`before ${piece}`], []),
      lead("neither", [piece], []),
    ];
    const digests: Omit<Leads, "list"> = {
      pieceDigests: (one) => [`now ${one}`, `before ${one}`],
      fingerprintDigests: (kind) => [`now ${kind}`, `before ${kind}`],
    };
    const found = (await matchLeads(store, list, digests)).map(({ lead: { id }, byLines, byTraces }) => [
      id,
      byLines.size,
      byTraces.length,
    ]);
    expect(found).toEqual([
      ["indicator of now", 4, 4],
      ["indicator of before", 4, 0],
    ]);
    const [only] = await matchLeads(store, list, { ...digests, pieceDigests: (one) => [`before ${one}`] });
    expect(only?.byLines.size).toBe(0);
  }));
