// Limits.
/** Bouncers that are remembered. One that was forgotten is told everything again. */
const cursorsMax = 10_000;

/** How far each bouncer has come in the sequence of changes. */
export interface Cursors {
  get(bouncer: string): number | null;
  set(bouncer: string, sequence: number): void;
}

/** Where there are too many, the one that has not asked for longest is forgotten. */
export function createCursors(): Cursors {
  const sequences = new Map<string, number>();
  return {
    get: (bouncer) => sequences.get(bouncer) ?? null,
    set(bouncer, sequence) {
      // A map keeps the order of insertion, so that its first is the one that was set longest ago.
      sequences.delete(bouncer);
      sequences.set(bouncer, sequence);
      const [oldest] = sequences.keys();
      if (sequences.size > cursorsMax && oldest !== undefined) sequences.delete(oldest);
    },
  };
}
