// Limits.
/** How often is looked. */
const watchEveryMs = 250;

/** Calls `look` again and again, never twice at once; the returned function ends it and waits for the last call. */
export function watch(look: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let wake = (): void => {};
  const loop = (async () => {
    while (!stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, watchEveryMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      // Progress is a courtesy: a look that fails must not fail the statement that it watches.
      if (!stopped) await look().catch(() => {});
    }
  })();
  return async () => {
    stopped = true;
    wake();
    await loop;
  };
}
