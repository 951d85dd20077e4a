/** How much of something may be under way at once. */
export interface Places {
  /** Does the work, or returns null, and does nothing, where all places are taken. */
  take<Result>(work: () => Promise<Result>): Promise<Result> | null;
}

export function createPlaces(placesMax: number): Places {
  let taken = 0;
  async function run<Result>(work: () => Promise<Result>): Promise<Result> {
    taken++;
    try {
      return await work();
    } finally {
      taken--;
    }
  }
  return { take: (work) => (taken >= placesMax ? null : run(work)) };
}
