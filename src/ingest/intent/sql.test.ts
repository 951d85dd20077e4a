import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { openEngine } from "../../store/engine.ts";
import type { Store } from "../../store/engine.ts";
import { sql, text } from "../../store/sql.ts";
import { loadIntentPack, shownIntents } from "./pack.ts";
import { compileInEngine, intentHaystack, intentMask } from "./sql.ts";
import { compileTerm } from "./term.ts";

const directory = fileURLToPath(new URL("../../../packs/intent/", import.meta.url));
const pack = loadIntentPack();
const caseSchema = z.object({
  id: z.string(),
  cases: z.object({ match: z.array(z.string()), pass: z.array(z.string()) }),
});
const files = readdirSync(directory)
  .filter((file) => file.endsWith(".yaml") && file !== "words.yaml")
  .map((file) => caseSchema.parse(parse(readFileSync(`${directory}/${file}`, "utf8"))));

let store: Store;
beforeAll(async () => {
  store = await openEngine();
  await store.run(sql`CREATE TABLE prompt (number UInt32, system String, opening String) ENGINE = Memory`);
});
afterAll(() => store.close());

/** The masks that the engine gives, in the order of the prompts. */
async function masks(prompts: readonly { system?: string; opening: string }[]): Promise<number[]> {
  await store.run(sql`TRUNCATE TABLE prompt`);
  await store.insert(
    "prompt",
    prompts.map(({ system = "", opening }, number) => ({ number, system, opening })),
  );
  const rows = await store.rows<{ mask: number }>(sql`
    SELECT ${intentMask(intentHaystack(sql`system`, sql`opening`), pack)} AS mask FROM prompt ORDER BY number`);
  return rows.map((row) => row.mask);
}

test("every case of every file has its answer from the engine", async () => {
  const cases = files.flatMap(({ id, cases: { match, pass } }) => [
    ...match.map((opening) => ({ id, opening, shown: true })),
    ...pass.map((opening) => ({ id, opening, shown: false })),
  ]);
  const found = await masks(cases);
  const wrong = cases.filter(({ id, shown }, index) => {
    const bit = pack.intents.findIndex((intent) => intent.id === id);
    return shown !== (Math.floor((found[index] ?? 0) / 2 ** bit) % 2 === 1);
  });
  expect(wrong).toEqual([]);
  expect(found).toEqual(cases.map(({ opening }) => shownIntents(pack, `\n${opening}`)));
});

test("the engine and this process agree on cases shuffled, cut and put together", async () => {
  const sentences = files.flatMap(({ cases }) => [...cases.match, ...cases.pass]);
  const glue = fc.constantFrom(" ", "\n", "\t", ". ", "。", "? ", "; ", " ** ", "_", "-", '"', "# ", "，", "\r\n", "؟");
  const piece = fc.tuple(fc.constantFrom(...sentences), fc.double({ min: 0, max: 1, noNaN: true }), glue, fc.boolean());
  const prompt = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) =>
    pieces
      .map(([sentence, cut, between, upper]) => {
        const part = Array.from(sentence)
          .slice(0, Math.ceil(sentence.length * cut))
          .join("");
        return (upper ? part.toUpperCase() : part) + between;
      })
      .join(""),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(prompt, { minLength: 100, maxLength: 100 }), async (prompts) => {
      const found = await masks(prompts.map((opening) => ({ opening })));
      expect(found).toEqual(prompts.map((opening) => shownIntents(pack, `\n${opening}`)));
    }),
    { numRuns: 5 },
  );
});

test("the system prompt counts, and only both ends of a long text do", async () => {
  const asked = "Think step by step and put the result in \\boxed{}.";
  const filler = "lorem ipsum ".repeat(1_000);
  const bit = pack.intents.findIndex((intent) => intent.id === "reasoning-elicitation");
  const found = await masks([
    { system: asked, opening: "2 + 2" },
    { opening: asked + filler },
    { opening: filler + asked },
    { opening: filler + asked + filler },
    { opening: `${"漢".repeat(3_900)}${asked}${filler}` },
    { opening: "" },
  ]);
  expect(found.map((mask) => Math.floor(mask / 2 ** bit) % 2)).toEqual([1, 1, 1, 0, 1, 0]);
});

test("bytes that are no UTF-8 neither stop the engine nor hide the rest", async () => {
  const broken = sql`concat(unhex('fffee2'), ${text("put the final answer in \\boxed{}")}, unhex('c3'))`;
  const rows = await store.rows<{ mask: number }>(
    sql`SELECT ${intentMask(intentHaystack(broken, sql`''`), pack)} AS mask`,
  );
  expect(rows).toEqual([{ mask: 1 }]);
});

test("a pack without intents shows none", async () => {
  expect(await store.rows(sql`SELECT ${intentMask(sql`'think'`, { terms: [], intents: [] })} AS mask`)).toEqual([
    { mask: 0 },
  ]);
});

test("a term that the engine refuses is named before any ingest", async () => {
  await compileInEngine(store, pack);
  const huge = compileTerm("huge", ["(?:(?:(?:a|bc){0,20}.){20}d){20}"], "pack/some.yaml:7");
  const bad = { terms: [...pack.terms.slice(0, 2), huge], intents: [] };
  await expect(compileInEngine(store, bad)).rejects.toThrow(/^pack\/some\.yaml:7: the engine refuses "huge": /u);
});
