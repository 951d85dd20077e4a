import type { Random } from "../../kit/random.ts";

const VERBS =
  "load parse merge sync build fetch index filter encode sort split retry flush render rotate join trace score pack walk".split(
    " ",
  );
const THINGS =
  "order invoice session bucket token node widget shard queue sensor ledger route tile batch frame label cursor tenant asset chunk".split(
    " ",
  );
const FIELDS =
  "id size total owner state kind rank depth limit offset price expires weight parent retries checksum".split(" ");

function camel(random: Random): string {
  const thing = random.pick(THINGS);
  return `${random.pick(VERBS)}${thing.charAt(0).toUpperCase()}${thing.slice(1)}${random.chance(0.4) ? random.integer(2, 99) : ""}`;
}

function snake(random: Random): string {
  return `${random.pick(VERBS)}_${random.pick(THINGS)}${random.chance(0.4) ? `_${random.integer(2, 99)}` : ""}`;
}

/** Short pieces of code in the programming languages that people paste most. */
const WRITERS: readonly ((random: Random) => string)[] = [
  (r) => {
    const field = r.pick(FIELDS);
    return `def ${snake(r)}(${r.pick(THINGS)}s, ${field}=${r.integer(1, 500)}):\n    kept = [x for x in ${r.pick(THINGS)}s if x.${r.pick(FIELDS)} > ${field}]\n    return sum(x.${field} for x in kept) / max(${r.integer(1, 9)}, len(kept))`;
  },
  (r) =>
    `export async function ${camel(r)}(${r.pick(FIELDS)}: number) {\n  const rows = await db.${r.pick(THINGS)}.findMany({ take: ${r.integer(5, 400)} });\n  return rows.filter((row) => row.${r.pick(FIELDS)} !== ${r.integer(0, 99)}).map((row) => row.${r.pick(FIELDS)});\n}`,
  (r) =>
    `func ${camel(r)}(ctx context.Context, ${r.pick(FIELDS)} int) error {\n\tfor i := 0; i < ${r.integer(3, 90)}; i++ {\n\t\tif err := ${camel(r)}(ctx, i); err != nil {\n\t\t\treturn fmt.Errorf("${r.pick(THINGS)} %d: %w", i, err)\n\t\t}\n\t}\n\treturn nil\n}`,
  (r) =>
    `fn ${snake(r)}(items: &[${titled(r)}]) -> Option<u64> {\n    items.iter().filter(|x| x.${r.pick(FIELDS)} >= ${r.integer(1, 300)}).map(|x| x.${r.pick(FIELDS)}).max()\n}`,
  (r) =>
    `SELECT ${r.pick(FIELDS)}, count(*) AS n, avg(${r.pick(FIELDS)})\nFROM ${r.pick(THINGS)}s${r.integer(1, 60)} t JOIN ${r.pick(THINGS)}s USING (${r.pick(FIELDS)})\nWHERE ${r.pick(FIELDS)} > ${r.integer(1, 9000)}\nGROUP BY 1 HAVING n > ${r.integer(2, 60)};`,
  (r) =>
    `public List<${titled(r)}> ${camel(r)}(int ${r.pick(FIELDS)}) {\n  return ${r.pick(THINGS)}s.stream().skip(${r.integer(1, 80)}).filter(x -> x.${r.pick(FIELDS)}() < ${r.integer(2, 700)}).toList();\n}`,
  (r) =>
    `#!/bin/sh\nset -eu\nfor f in ${r.pick(THINGS)}-*.${r.pick(["log", "csv", "json", "tar"])}; do\n  head -n ${r.integer(2, 400)} "$f" | grep -c ${r.pick(FIELDS)} >> ${r.pick(THINGS)}.${r.integer(1, 99)}\ndone`,
  (r) =>
    `template <typename T>\nstd::optional<T> ${snake(r)}(const std::vector<T>& xs) {\n  if (xs.size() < ${r.integer(2, 64)}) return std::nullopt;\n  return xs[xs.size() / ${r.integer(2, 9)}].${r.pick(FIELDS)};\n}`,
  (r) =>
    `Traceback: ${r.pick(["KeyError", "TimeoutError", "ValueError", "PermissionError", "IndexError"])} in ${r.pick(THINGS)}/${snake(r)}.py line ${r.integer(3, 900)}\n  ${r.pick(FIELDS)} = ${snake(r)}(${r.integer(1, 999)})`,
];

function titled(random: Random): string {
  const thing = random.pick(THINGS);
  return thing.charAt(0).toUpperCase() + thing.slice(1);
}

export function snippet(random: Random): string {
  return random.pick(WRITERS)(random);
}

/** A path inside a repository that does not exist. */
export function sourcePath(random: Random): string {
  return `${random.pick(["src", "lib", "pkg", "internal", "app"])}/${random.pick(THINGS)}/${snake(random)}.${random.pick(["py", "ts", "go", "rs", "java"])}`;
}

/** What a tool prints back to an agent. */
export function toolOutput(random: Random): string {
  switch (random.integer(0, 4)) {
    case 0:
      return `${sourcePath(random)}:${random.integer(1, 900)}: ${snake(random)}(${random.pick(FIELDS)})`;
    case 1:
      return `ran ${random.integer(4, 300)} checks, ${random.integer(0, 9)} red, ${random.integer(1, 400)}.${random.integer(0, 9)} s`;
    case 2:
      return `{"${random.pick(FIELDS)}":${random.integer(0, 9999)},"${random.pick(FIELDS)}":"${random.pick(THINGS)}-${random.integer(1, 999)}","more":${random.chance(0.5)}}`;
    case 3:
      return snippet(random);
    default:
      return `--- ${sourcePath(random)}\n+++ ${sourcePath(random)}\n@@ -${random.integer(1, 400)},${random.integer(1, 9)} +${random.integer(1, 400)},${random.integer(1, 9)} @@\n-${snake(random)}()\n+${snake(random)}(${random.integer(1, 99)})`;
  }
}
