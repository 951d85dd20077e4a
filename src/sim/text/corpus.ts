import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { grouped } from "../../kit/grouped.ts";
import type { Random } from "../../kit/random.ts";
import { UserError } from "../../kit/user-error.ts";
import { LANGUAGES, type Language } from "./language.ts";
import type { ItemKind, Texts, Topic } from "./texts.ts";

// Limits.
/** Rows taken from a corpus; the rest is left unread. */
const ROWS_MAX = 300_000;
/** Bytes of one file, unpacked. */
const FILE_BYTES_MAX = 256 << 20;
/** Characters taken from a row. */
const TEXT_CHARS_MAX = 3_000;
/** Rows of one topic: people differ by which topics they draw from. */
const TOPIC_ROWS = 40;

const rowSchema = z.object({
  text: z.string().min(1),
  kind: z.enum(["honest", "distill"]),
  family: z.string(),
  lang: z.string().default("und"),
  system: z.string().optional(),
});
type Row = z.infer<typeof rowSchema>;

interface CorpusTopic extends Topic {
  readonly rows: readonly string[];
}

/**
 * Texts of a folder of `*.jsonl` and `*.jsonl.gz` files with rows `{text, kind, family, lang, system?}`: honest rows open the
 * conversations of honest users, distill rows fill the queues of campaigns, one family at a time. Both are reworded a little
 * at each use. What a corpus does not hold (follow-ups, documents, answers) comes from `grammar`.
 * Throws a `UserError` for a folder without rows, or with a line that is not such a row.
 */
export async function loadCorpus(folder: string, grammar: Texts): Promise<Texts> {
  const rows = await readRows(folder);
  const topics = honestTopics(rows.filter((row) => row.kind === "honest"));
  if (topics.length === 0)
    throw new UserError(`the corpus ${folder} holds no honest rows`, 'Rows of honest users have "kind":"honest".');
  const byName = new Map(topics.map((topic) => [topic.name, topic]));
  const families = distillFamilies(rows.filter((row) => row.kind === "distill"));
  return {
    ...grammar,
    topics: [
      ...topics,
      ...grammar.topics.filter(
        (topic) => !topics.some((known) => known.language === topic.language && known.code === topic.code),
      ),
    ],
    ask(topic, voice, random) {
      const own = byName.get(topic.name);
      if (own === undefined) return grammar.ask(topic, voice, random);
      return reword(random.pick(own.rows), own.rows, voice.names, random);
    },
    items(kind, language, random) {
      const fallback = grammar.items(kind, language, random);
      const spoken = topics.filter((topic) => topic.language === language);
      if (spoken.length === 0 || !EVERYDAY_KINDS.has(kind)) return fallback;
      return () => {
        const { rows: own } = random.pick(spoken);
        return { text: reword(random.pick(own), own, [], random), answer: "", language };
      };
    },
    harvest(kind, language, random) {
      if (families.length === 0) return grammar.harvest(kind, language, random);
      // A queue holds one or two families, in an order of its own.
      const chosen = [random.pick(families), random.pick(families)];
      return () => {
        const family = random.pick(chosen);
        const row = random.pick(family.rows);
        const text = reword(row.text, family.texts, [], random);
        return { text, answer: "", language: family.language, whole: { system: row.system } };
      };
    },
  };
}

/** Items that an honest person's message can stand for. */
const EVERYDAY_KINDS: ReadonlySet<ItemKind> = new Set(["instruction", "sentence"]);

async function readRows(folder: string): Promise<Row[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => /\.jsonl(?:\.gz)?$/.test(name)).toSorted();
  } catch (error) {
    throw new UserError(`cannot read the corpus ${folder}`, "Give a folder of *.jsonl or *.jsonl.gz files.", {
      cause: error,
    });
  }
  const rows: Row[] = [];
  for (const name of names) await readFileRows(join(folder, name), rows);
  if (rows.length === 0)
    throw new UserError(`the corpus ${folder} holds no rows`, "Give a folder of *.jsonl or *.jsonl.gz files.");
  return rows;
}

async function readFileRows(path: string, rows: Row[]): Promise<void> {
  let text: string;
  try {
    const bytes = await readFile(path);
    text = (path.endsWith(".gz") ? gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX }) : bytes).toString("utf8");
  } catch (error) {
    throw new UserError(`cannot read ${path}`, "It may be cut short, damaged, or larger than 256 MiB unpacked.", {
      cause: error,
    });
  }
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || rows.length >= ROWS_MAX) continue;
    const row = parseRow(line);
    if (row === undefined) {
      throw new UserError(
        `${path}, line ${index + 1}: not a corpus row`,
        'A row is {"text", "kind": "honest" | "distill", "family", "lang"}.',
      );
    }
    rows.push({ ...row, text: row.text.slice(0, TEXT_CHARS_MAX) });
  }
}

function parseRow(line: string): Row | undefined {
  try {
    return rowSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function languageOf(code: string): Language {
  return LANGUAGES.find((language) => language === code) ?? "en";
}

function honestTopics(rows: readonly Row[]): CorpusTopic[] {
  const groups = grouped(rows, (row) => `${languageOf(row.lang)}/${row.family}`);
  const topics: CorpusTopic[] = [];
  for (const [name, members] of groups) {
    const count = Math.max(1, Math.round(members.length / TOPIC_ROWS));
    const language = languageOf(members[0]?.lang ?? "en");
    for (let i = 0; i < count; i++) {
      const from = Math.floor((i * members.length) / count);
      const until = Math.floor(((i + 1) * members.length) / count);
      topics.push({
        name: `corpus/${name}/${i}`,
        language,
        code: false,
        rows: members.slice(from, until).map((row) => row.text),
      });
    }
  }
  return topics;
}

function distillFamilies(rows: readonly Row[]) {
  return [...grouped(rows, (row) => row.family)].map(([family, members]) => ({
    family,
    language: languageOf(members[0]?.lang ?? "en"),
    rows: members,
    texts: members.map((row) => row.text),
  }));
}

/** The same thought in slightly other words: numbers change, a word goes, a word of a neighbouring row or of the speaker's world comes. */
function reword(text: string, neighbours: readonly string[], names: readonly string[], random: Random): string {
  const counted = text.replaceAll(/\d+/g, (digits) =>
    random.chance(0.4) && digits.length < 7 ? String(Number(digits) + random.integer(1, 9)) : digits,
  );
  const words = counted.split(" ");
  const spaced = words.length > 1;
  const guests = random.pick(neighbours).split(/\s+/);
  for (let change = random.integer(1, 3); change > 0; change--) {
    const guest = names.length > 0 && random.chance(0.4) ? random.pick(names) : random.pick(guests).slice(0, 24);
    const at = random.integer(0, words.length);
    if (spaced && random.chance(0.3)) words.splice(at, 1);
    else words.splice(at, 0, guest);
  }
  return words.join(spaced ? " " : "");
}
