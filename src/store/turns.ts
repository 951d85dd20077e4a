import type { Store } from "./engine.ts";

/**
 * Keeps the statements of some work together. An embedded engine runs one statement with parameters at a time: who asks for many short
 * ones, while somebody else asks for long ones, would wait before each of them.
 */
export type Together = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface Turns {
  /** Each statement takes a turn of its own. */
  readonly store: Store;
  /** One turn for all that the work asks of the store behind; it must not ask anything of the one that takes turns. */
  readonly together: Together;
}

/** Lets those who share a store have their turns in the order in which they ask. */
export function takeTurns(behind: Store): Turns {
  let last: Promise<unknown> = Promise.resolve();
  const together: Together = (work) => {
    const turn = last.then(work);
    // Who waits for a turn has nothing to do with how the one before ended.
    last = turn.catch(() => {});
    return turn;
  };
  const store: Store = {
    embedded: behind.embedded,
    memoryBytesMax: behind.memoryBytesMax,
    rows: (query) => together(() => behind.rows(query)),
    async *stream<Row>(query: Parameters<Store["stream"]>[0]) {
      const rows = behind.stream<Row>(query)[Symbol.asyncIterator]();
      // The statement is over with its first row; who reads on may ask for other things meanwhile.
      for (let next = await together(() => rows.next()); next.done !== true; next = await rows.next()) yield next.value;
    },
    run: (statement) => together(() => behind.run(statement)),
    insert: (table, rows) => together(() => behind.insert(table, rows)),
    runWatched: (statement, onProgress) => together(() => behind.runWatched(statement, onProgress)),
    close: () => together(() => behind.close()),
  };
  return { store, together };
}
