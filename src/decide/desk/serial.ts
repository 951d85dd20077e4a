/** Runs work one after the other, in the order of the calls. What fails does not hold up what comes after it. */
export function createSerial(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    // Who called hears of the failure; the next one waits for the end only.
    last = next.catch(() => undefined);
    return next;
  };
}
