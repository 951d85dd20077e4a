import type { Random } from "../../kit/random.ts";
import { sample } from "../draw.ts";
import type { Language } from "./language.ts";
import { fill, pattern, type Pattern, type PatternsByLanguage } from "./pattern.ts";
import type { Item } from "./texts.ts";

// Limits.
/** Databases of one collection; each is asked about many times. */
const DATABASES = 160;

interface Table {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
}

interface Database {
  readonly schema: string;
  readonly tables: readonly Table[];
}

const TABLES =
  "members loans branches invoices shipments flights crews matches players wards patients courses students orders suppliers vessels harvests stations readings tickets claims policies exhibits donors recipes routes votes districts albums leases repairs sensors".split(
    " ",
  );
const PREFIXES = ["", "", "", "dim_", "t_", "archive_", "old_", "city_"];
const COLUMNS = (
  "name:TEXT city:TEXT status:TEXT kind:TEXT grade:INTEGER amount:REAL price:REAL weight:REAL opened:DATE closed:DATE birth_year:INTEGER capacity:INTEGER rating:REAL country:TEXT score:INTEGER duration_min:INTEGER discount:REAL quantity:INTEGER notes:TEXT email:TEXT active:BOOLEAN " +
  "priority:INTEGER region:TEXT updated_at:TIMESTAMP budget:REAL distance_km:REAL temperature:REAL language:TEXT"
)
  .split(" ")
  .map((column): readonly [string, string] => {
    const [name = "", type = ""] = column.split(":");
    return [name, type];
  });

/** Besides the slots below: `{table}`, `{other}` (a table that refers to it), `{column}`, `{measure}` (a column of it) and `{number}`. */
const QUESTIONS: PatternsByLanguage = {
  en: [
    "How many {table} have a {measure} above {number}?",
    "List the {column} of the {number} {table} with the highest {measure}, the highest first.",
    "For each {column} of {table}, give the number of {other} and the average {measure}, but only where there are more than {number}.",
    "Which {table} have no {other} at all? Show their {column}, sorted.",
    "What share of the {other} belongs to {table} whose {measure} is below the average plus {number}?",
    "Find the {column} of the {table} that appear in {other} at least {number} times. (A time is a row of {other}.)",
    "Rank the {table} by {measure} within each {column} and keep the first {number}.",
    "By how much does the total {measure} of {table} differ between the {column} with most {other} and the one with fewest, in percent with {number} decimals?",
    "Show pairs of {table} with the same {column} whose {measure} differs by less than {number}.",
    "Among {table} with more than {number} {other}, which {column} comes up most often?",
  ].map(pattern),
  zh: [
    "{measure}大于{number}的{table}有多少条？",
    "列出{measure}最高的{number}条{table}的{column}，从高到低。",
    "按{column}统计{table}对应的{other}数量和平均{measure}，只保留数量超过{number}的。",
    "哪些{table}没有任何{other}，且{measure}小于{number}？列出{column}并排序。",
    "在{other}中至少出现{number}次的{table}，其{column}是什么？",
    "在每个{column}内按{measure}给{table}排名，取前{number}名。",
    "{other}多于{number}条的{table}中，哪个{column}出现最多？",
  ].map(pattern),
  ru: [
    "Сколько записей в {table}, у которых {measure} больше {number}?",
    "Выведи {column} для {number} записей {table} с наибольшим {measure}, по убыванию.",
    "Для каждого {column} из {table} посчитай число {other} и среднее {measure}, если их больше {number}.",
    "У каких записей {table} нет ни одной {other}, а {measure} меньше {number}? Покажи {column}.",
    "Какие {column} из {table} встречаются в {other} не менее {number} раз?",
    "Упорядочи {table} по {measure} внутри каждого {column} и оставь первые {number}.",
  ].map(pattern),
};

function drawDatabase(random: Random): Database {
  const prefix = random.pick(PREFIXES);
  const tables = sample(random, TABLES, random.integer(2, 5)).map((name, i, names): Table => {
    const parent = i === 0 ? undefined : names[random.integer(0, i - 1)];
    const columns = sample(random, COLUMNS, random.integer(3, 8));
    return {
      name: `${prefix}${name}`,
      columns: [
        ["id", "INTEGER PRIMARY KEY"],
        ...(parent === undefined ? [] : [reference(prefix, parent)]),
        ...columns,
      ],
    };
  });
  const commented = random.chance(0.3);
  const schema = tables
    .map(({ name, columns }) => {
      const rows = columns.map(
        ([column, type]) => `  ${column} ${type},${commented ? ` -- e.g. ${random.integer(1, 900)}` : ""}`,
      );
      return `CREATE TABLE ${name} (\n${rows.join("\n").replace(/,([^,]*)$/, "$1")}\n);`;
    })
    .join("\n\n");
  return { schema, tables };
}

function reference(prefix: string, parent: string): readonly [string, string] {
  return [`${parent}_id`, `INTEGER REFERENCES ${prefix}${parent}(id)`];
}

function question(random: Random, { tables }: Database, patterns: readonly Pattern[]): string {
  const table = random.pick(tables);
  const other = random.pick(tables.filter((candidate) => candidate !== table));
  // The keys stand first.
  const columns = sample(random, table.columns.slice(table.columns.length - 3), 2);
  return fill(random.pick(patterns), random, (slot) => {
    switch (slot) {
      case "table":
        return table.name;
      case "other":
        return other.name;
      case "column":
        return columns[0]![0];
      case "measure":
        return columns[1]![0];
      case "number":
        return String(random.integer(1, random.chance(0.3) ? 5_000 : 60));
      default:
        throw new RangeError(`a database question asks for {${slot}}`);
    }
  });
}

/** Questions about the databases of a collection, each with the schema that it is about. */
export function databaseQuestions(language: Language, random: Random): () => Item {
  const databases = Array.from({ length: DATABASES }, () => drawDatabase(random));
  const own = QUESTIONS[language];
  const patterns = own ?? QUESTIONS.en;
  return () => {
    const database = random.pick(databases);
    return {
      text: question(random, database, patterns),
      about: database.schema,
      answer: "",
      language: own === undefined ? "en" : language,
    };
  };
}

/** A query over the schema that a request carries; a stand-in, as everything that the model writes. */
export function query(random: Random): string {
  const [table = "", other = ""] = sample(random, TABLES, 2);
  const [[column], [measure]] = [random.pick(COLUMNS), random.pick(COLUMNS)];
  return random.pick([
    `SELECT a.${column}, COUNT(*) AS n\nFROM ${table} a JOIN ${other} b ON b.${table}_id = a.id\nWHERE a.${measure} > ${random.integer(1, 999)}\nGROUP BY a.${column}\nORDER BY n DESC LIMIT ${random.integer(1, 50)};`,
    `WITH ranked AS (SELECT ${column}, RANK() OVER (PARTITION BY ${column} ORDER BY ${measure} DESC) AS place FROM ${table})\nSELECT * FROM ranked WHERE place <= ${random.integer(1, 20)};`,
    `SELECT ${column} FROM ${table} WHERE id NOT IN (SELECT ${table}_id FROM ${other}) AND ${measure} < ${random.integer(1, 999)};`,
  ]);
}
