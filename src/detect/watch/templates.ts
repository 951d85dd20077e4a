/** Lines that stand together in one prompt, and in how many tasks. */
export interface Combination {
  readonly lines: readonly string[];
  readonly tasks: number;
}

/** Two lines are of one template where they stand together in this share of the rarer one's tasks. */
const togetherShareMin = 0.5;

/**
 * Tells which lines belong to one template: those that stand together, directly or by way of others (single linkage).
 *
 * @returns the number of its template, from 0, for each line.
 */
export function templatesOfLines(combinations: readonly Combination[]): Map<string, number> {
  const tasks = new Map<string, number>();
  const together = new Map<string, Map<string, number>>();
  for (const { lines, tasks: count } of combinations)
    for (const line of lines) {
      tasks.set(line, (tasks.get(line) ?? 0) + count);
      const others = together.get(line) ?? new Map<string, number>();
      together.set(line, others);
      for (const other of lines) if (other > line) others.set(other, (others.get(other) ?? 0) + count);
    }
  const parent = new Map([...tasks.keys()].map((line) => [line, line]));
  const rootOf = (line: string): string => {
    let root = line;
    while (parent.get(root) !== root) root = parent.get(root)!;
    parent.set(line, root);
    return root;
  };
  for (const [line, others] of together)
    for (const [other, count] of others)
      if (count >= togetherShareMin * Math.min(tasks.get(line)!, tasks.get(other)!))
        parent.set(rootOf(other), rootOf(line));
  const numbers = new Map<string, number>();
  return new Map(
    [...tasks.keys()].sort().map((line) => {
      const root = rootOf(line);
      if (!numbers.has(root)) numbers.set(root, numbers.size);
      return [line, numbers.get(root)!];
    }),
  );
}
