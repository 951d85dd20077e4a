// Limits and defaults.
const NEAR_MAX = 5;
/** Longer names are compared by their first characters. */
const COMPARED_CHARACTERS_MAX = 64;

/** The names spelled most like the wanted one, nearest first; none where nothing is near. */
export async function nearest(wanted: string, names: AsyncIterable<string> | Iterable<string>): Promise<string[]> {
  const farthest = Math.max(2, Math.floor(wanted.length / 4));
  const near: { name: string; distance: number }[] = [];
  for await (const name of names) {
    const distance = spellingDistance(wanted.toLowerCase(), name.toLowerCase(), farthest);
    if (distance > farthest) continue;
    near.push({ name, distance });
    near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
    if (near.length > NEAR_MAX) near.pop();
  }
  return near.map(({ name }) => name);
}

/** Levenshtein's distance; `most + 1` as soon as it is known to be more. A name that only goes on is one away. */
export function spellingDistance(left: string, right: string, most: number): number {
  const a = left.slice(0, COMPARED_CHARACTERS_MAX);
  const b = right.slice(0, COMPARED_CHARACTERS_MAX);
  if (a.length >= 3 && b.startsWith(a)) return a.length === b.length && left === right ? 0 : 1;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, previous[j]! + 1, current[j - 1]! + 1));
    }
    if (Math.min(...current) > most) return most + 1;
    previous = current;
  }
  return previous[b.length]!;
}
