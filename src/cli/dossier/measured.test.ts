import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { MEASURED } from "./measured.ts";

const meanSchema = z.object({ mean: z.number(), interval: z.object({ low: z.number(), high: z.number() }) });
const boundSchema = z.object({
  shipped: z.number(),
  logs: z.int(),
  accounts: z.int(),
  rates: z.array(
    z.object({
      rate: z.number(),
      coordinated: z.object({ wrong: meanSchema, strangers: meanSchema }),
      convicted: meanSchema,
    }),
  ),
});

test("what a dossier says of wrong findings is what was last measured", () => {
  const { shipped, logs, accounts, rates } = boundSchema.parse(JSON.parse(readFileSync("docs/bound.json", "utf8")));
  const found = rates.find(({ rate }) => rate === shipped);
  expect(MEASURED).toEqual({
    logs,
    accounts,
    reported: { mean: found?.convicted.mean, high: found?.convicted.interval.high },
    notOneHand: { mean: found?.coordinated.wrong.mean, ...found?.coordinated.wrong.interval },
    strangers: { mean: found?.coordinated.strangers.mean, high: found?.coordinated.strangers.interval.high },
  });
});
