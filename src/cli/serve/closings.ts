/** What has to be closed, in the order in which it was opened. */
export type Closings = (() => Promise<unknown>)[];

/** Closes everything, the last opened first. */
export async function closeAll(closings: Closings): Promise<void> {
  for (const close of closings.splice(0).toReversed()) await close();
}
