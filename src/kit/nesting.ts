/**
 * Whether lists and objects stand in each other more than so many levels deep. What others send may be nested a hundred thousand deep in a few
 * kilobytes: it can be parsed, and whatever walks through it afterwards runs out of stack.
 */
export function isNestedDeeper(value: unknown, levelsMax: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levelsMax === 0 || Object.values(value).some((item) => isNestedDeeper(item, levelsMax - 1));
}
