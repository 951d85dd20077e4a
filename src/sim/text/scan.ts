import type { Random } from "../../kit/random.ts";

/** Letters that a machine takes for others, in two scripts; the rest become specks. */
const MISREAD = new Map(
  "e:c o:0 l:1 m:rn n:u h:b t:f s:f a:u i:l c:e r:i u:ii в:н н:п и:п п:н о:0 с:е"
    .split(" ")
    .map((pair): readonly [string, string] => {
      const [printed = "", read = ""] = pair.split(":");
      return [printed, read];
    }),
);
const SPECKS = ["~", "^", "'", "*", "|"];

/** A printed text as a machine reads it from a scan: in the lines of its column, with letters misread. `rate`: of letters, 0 to 1. */
export function scanned(random: Random, text: string, columns: number, rate: number): string {
  let read = "";
  let width = 0;
  for (const letter of text) {
    if (width >= columns) {
      // Lines end where the column does, in the middle of a word as well.
      read += letter === " " || read.endsWith(" ") ? "\n" : "-\n";
      width = 0;
      if (letter === " ") continue;
    }
    width++;
    read += random.chance(rate) ? (MISREAD.get(letter) ?? random.pick(SPECKS)) : letter;
  }
  return read;
}
