import { readFileSync } from "node:fs";
import { z } from "zod";

const packageSchema = z.object({ version: z.string(), description: z.string() });

/** What this edition says of itself. */
export function packageFacts(): z.infer<typeof packageSchema> {
  // The same place seen from `src/cli` and from `dist/cli`.
  return packageSchema.parse(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")));
}
