import { describe, expect, it } from "vitest";
import { pieceOf } from "../../ingest/world/sketch.ts";
import { EVALUATION_BACKGROUND } from "../../sim/evaluation.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import type { Detection } from "../detect.ts";
import { leadFrom, look, smallWorld } from "./lead.case.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import type { Lead } from "./lead.ts";

const timeoutMs = 300_000;
const seeds = [11, 12];
/** Half the world's honest accounts stand in groups that resemble a campaign: gateways, relays, courses, makers of data. */
const honest = { ...EVALUATION_BACKGROUND, honestAccounts: 300, exchangesPerAccount: 80 };

/** What a lying member could make of it who saw this very log: for each account all the lines that it shares with others. */
async function liesAbout(store: Store): Promise<Lead[]> {
  const lines = await store.rows<{ lines: readonly string[] }>(sql`
    SELECT DISTINCT arraySort(groupArray(toString(token))) AS lines
    FROM detect_token_account WHERE token IN (SELECT token FROM detect_token_account GROUP BY token HAVING count() >= 3)
    GROUP BY account_index ORDER BY lines LIMIT 200`);
  const held = await store.rows<{ kind: FingerprintKind; value: string }>(sql`
    SELECT kind, token AS value FROM detect_infrastructure WHERE kind IN ('payment', 'device')
    GROUP BY kind, token HAVING count() >= 3 ORDER BY kind, token LIMIT 200`);
  return [
    ...lines.map(({ lines: own }, i) =>
      leadFrom({ skeletonPieces: new Set(own.map(pieceOf)), fingerprints: [] }, "liar", `lines ${i}`),
    ),
    ...held.map((fingerprint, i) =>
      leadFrom({ skeletonPieces: new Set(), fingerprints: [fingerprint] }, "another liar", `trace ${i}`),
    ),
  ];
}

const convicted = ({ campaigns }: Detection): string[] => campaigns.flatMap(({ accounts }) => accounts).sort();

describe("leads that name honest accounts", () => {
  it.each(seeds)(
    "convict nobody (seed %i)",
    async (seed) => {
      const world = await smallWorld(honest, seed, 4);
      await world.at(new Set(world.truth.keys()), 4, async (store) => {
        const alone = await look(store, null);
        const lies = await liesAbout(store);
        const lied = await look(store, lies);
        const drawn = lied.candidates.filter(({ observation }) => observation.candidate.leads !== undefined);
        expect(drawn.length).toBeGreaterThan(20);
        expect(convicted(lied)).toEqual(convicted(alone));
        expect(lied.candidates.slice(0, alone.candidates.length)).toEqual(alone.candidates);
      });
    },
    timeoutMs,
  );
});
