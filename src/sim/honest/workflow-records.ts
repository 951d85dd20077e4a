import type { Random } from "../../kit/random.ts";
import { sample, token } from "../draw.ts";
import { drawVoice } from "../people/habits.ts";
import { coinFirm, coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import type { Language } from "../text/language.ts";
import type { Topic } from "../text/texts.ts";
import type { World } from "../world.ts";
import { columnNames, type WorkflowKind } from "./workflow-words.ts";

/** A small firm that has its work done by workflows. */
export interface Business {
  readonly name: string;
  readonly language: Language;
  /** What it deals in. */
  readonly topics: readonly Topic[];
}

interface Column {
  readonly name: string;
  readonly value: (random: Random) => string;
}

/** The records of one business, in the columns of its own software. */
export function drawRecords(world: World, random: Random, business: Business, kind: WorkflowKind): () => string {
  const { language } = business;
  const columns = sample(random, columnNames(language), random.integer(2, 6)).map((name): Column => ({
    name,
    value: drawValue(random, language),
  }));
  const bodyName = random.pick(["body", "text", "message", "notes", "content"]);
  const asJson = random.chance(0.4);
  return () => {
    const fields = columns.map(({ name, value }): readonly [string, string] => [name, value(random)]);
    fields.push([bodyName, body(world, random, business, kind)]);
    return asJson
      ? JSON.stringify(Object.fromEntries(fields))
      : fields.map(([name, value]) => `${name}: ${value}`).join("\n");
  };
}

/** What a column holds: mostly names and numbers, some of which come again and again. */
function drawValue(random: Random, language: Language): Column["value"] {
  const pack = languagePack(language);
  const options = Array.from({ length: random.integer(2, 9) }, () => coinName(pack, random));
  const prefix = token(random, 2).toUpperCase();
  return random.pick<Column["value"]>([
    (draw) => coinName(pack, draw),
    coinFirm,
    (draw) => draw.pick(options),
    (draw) => `${prefix}-${draw.integer(100, 99_999)}`,
    (draw) => String(draw.integer(1, 9_000)),
  ]);
}

function body(world: World, random: Random, { language, topics }: Business, kind: WorkflowKind): string {
  const topic = random.pick(topics);
  switch (kind) {
    case "lead-scoring":
    case "ticket-triage":
      // Whoever wrote that is somebody else each time.
      return world.texts.ask(topic, drawVoice(random, language), random);
    case "review-reply":
      return `${random.pick([1, 2, 3, 4, 4, 5, 5, 5])}/5 ${world.texts.passage(topic, random, random.integer(1, 4))}`;
    case "invoice-extraction":
      return invoice(world, random, language, topic);
  }
}

function invoice(world: World, random: Random, language: Language, topic: Topic): string {
  const pack = languagePack(language);
  const lines = Array.from({ length: random.integer(1, 6) }, () => ({
    what: coinName(pack, random),
    count: random.integer(1, 24),
    price: random.integer(200, 90_000) / 100,
  }));
  const total = lines.reduce((sum, { count, price }) => sum + count * price, 0);
  const day = `${random.integer(1, 28)}.${random.integer(1, 12)}.`;
  return [
    `${coinFirm(random)} No. ${random.integer(1_000, 99_999)} ${day}`,
    ...lines.map(({ what, count, price }) => `${count} x ${what} @ ${price.toFixed(2)}`),
    `= ${total.toFixed(2)} ${random.pick(["USD", "EUR", "GBP", "CNY", ""])}`,
    world.texts.passage(topic, random, 1),
  ].join("\n");
}
