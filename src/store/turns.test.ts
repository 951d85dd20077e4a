import fc from "fast-check";
import { expect, it } from "vitest";
import type { Store } from "./engine.ts";
import { sql, text } from "./sql.ts";
import type { Sql } from "./sql.ts";
import { takeTurns } from "./turns.ts";

const named = (name: string): Sql => sql`SELECT ${text(name)}`;
const nameOf = ({ parts }: Sql): string => String(parts.map((part) => (part.kind === "bound" ? part.value : ""))[0]);

/** A store that writes down when statements begin and end, and fails those that are called so. */
function recorder() {
  const log: string[] = [];
  const statement = async (name: string): Promise<void> => {
    log.push(`+${name}`);
    await new Promise((done) => setImmediate(done));
    log.push(`-${name}`);
    if (name.startsWith("bad")) throw new Error(name);
  };
  const store: Store = {
    embedded: true,
    memoryBytesMax: 1,
    rows: async (query) => (await statement(nameOf(query)), []),
    async *stream<Row>(query: Sql) {
      await statement(nameOf(query));
      const none: Row[] = [];
      yield* none;
    },
    run: (query) => statement(nameOf(query)),
    insert: (table) => statement(table),
    runWatched: (query) => statement(nameOf(query)),
    close: () => statement("close"),
  };
  return { log, store };
}

it("keeps the statements of some work together, and lets all others have their turn in order", async () => {
  const { log, store } = recorder();
  const turns = takeTurns(store);
  await Promise.all([
    turns.store.run(named("a")),
    turns.together(async () => {
      await store.run(named("batch 1"));
      await store.insert("batch 2", []);
    }),
    turns.store.rows(named("b")),
    turns.together(() => store.run(named("batch 3"))),
  ]);
  expect(log).toEqual(["a", "batch 1", "batch 2", "b", "batch 3"].flatMap((name) => [`+${name}`, `-${name}`]));
});

it("never runs two at a time, and a failure is told to who asked and to nobody else", async () => {
  const kinds = fc.constantFrom("rows", "run", "stream", "insert", "together");
  const asked = fc.array(fc.record({ kind: kinds, fails: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(asked, async (list) => {
      const { log, store } = recorder();
      const turns = takeTurns(store);
      const names = list.map(({ fails }, index) => `${fails ? "bad" : "good"} ${index}`);
      const ended = await Promise.allSettled(
        list.map(async ({ kind }, index) => {
          const name = names[index]!;
          if (kind === "rows") await turns.store.rows(named(name));
          else if (kind === "run") await turns.store.run(named(name));
          else if (kind === "insert") await turns.store.insert(name, []);
          else if (kind === "together") await turns.together(() => store.run(named(name)));
          else for await (const row of turns.store.stream(named(name))) log.push(`a row: ${String(row)}`);
        }),
      );
      expect(ended.map(({ status }) => status === "rejected")).toEqual(list.map(({ fails }) => fails));
      expect(log).toEqual(names.flatMap((name) => [`+${name}`, `-${name}`]));
    }),
    { numRuns: 50 },
  );
});
