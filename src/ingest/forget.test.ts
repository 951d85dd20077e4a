import { expect, it } from "vitest";
import { sql } from "../store/sql.ts";
import { forgetExchanges } from "./forget.ts";
import { goodLine, ndjson, withLog } from "./world/scratch.case.ts";

it("what is older goes, its text as well, and what is as old as that or younger stays", async () => {
  const times = ["2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"];
  const files = { "exchanges.ndjson": ndjson(times.map((time, at) => ({ ...goodLine, time, id: `r${at}` }))) };
  await withLog(
    files,
    async ({ store }) => {
      const kept = async () => [
        (await store.rows(sql`SELECT time FROM exchange`)).length,
        (await store.rows(sql`SELECT time FROM exchange_text`)).length,
      ];
      expect(await kept()).toEqual([3, 3]);
      await forgetExchanges(store, Date.UTC(2026, 0, 1));
      expect(await kept()).toEqual([2, 2]);
      await forgetExchanges(store, Date.UTC(2026, 0, 1));
      expect(await kept()).toEqual([2, 2]);
      await forgetExchanges(store, Date.UTC(2026, 0, 3));
      expect(await kept()).toEqual([0, 0]);
    },
    { keepText: true },
  );
});
