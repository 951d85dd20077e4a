/*
 * What patterns are matched against. The engine does the same in SQL (sql.ts); the tests hold the two together.
 */

/** Characters that become a space, and such that vanish: templates differ in hyphens, emphasis and quotation marks. */
export const spacedCharacters = "\t\r_-";
export const droppedCharacters = '*"`#';
/** Where a sentence ends, besides a line break. */
export const asciiStops = ".!?;";
export const otherStops = ["。", "！", "？", "；", "।", "؟"] as const;

/** Lower case without markup; line breaks stay. */
export function normalise(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\t\r_-]/gu, " ")
    .replaceAll(/[*"`#]/gu, "");
}

/** Sentences and lines of a normalised text. */
export function sentences(normalised: string): string[] {
  return normalised.split(/[\n.!?;。！？；।؟]/u);
}
