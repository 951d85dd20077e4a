import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, sample } from "../draw.ts";
import { drawAddress, drawCountry, dynamicLease, fixedLease, type Lease } from "../people/address.ts";
import { type Client, drawClient } from "../people/client.ts";
import { drawAnswer, drawHabits, drawVoice, type Habits } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount } from "../people/signup.ts";
import { coinFirm, coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import { type Language, list } from "../text/language.ts";
import { arrivals, drawRhythm } from "../traffic/arrivals.ts";
import { ownDesk } from "../traffic/desk.ts";
import { TrafficSource } from "../traffic/source.ts";
import type { Task, Workload } from "../traffic/task.ts";
import { type Utterance, utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import { together } from "./recipe.ts";
import type { Group, Recipe } from "./recipe.ts";

/** What people write under the instructions of a block of theirs. */
const RULES: Partial<Record<Language, readonly string[]>> & { readonly en: readonly string[] } = {
  en: list(
    `Only the text, nothing else. | Max 2 sentences. | No quotation marks. | One word. | Reply in the language of the input. | If empty, write "-". | Use our tone: warm and short. | HTML allowed. | As a numbered list. | Never mention prices. | JSON`,
  ),
  zh: list(`只输出结果。 | 不超过两句话。 | 没有内容就写“-”。 | 用列表。 | 语气亲切。 | 不要提价格。`),
  es: list(
    `Solo el texto. | Máximo 2 frases. | Sin comillas. | Si está vacío, escribe "-". | En lista. | Tono cercano.`,
  ),
  de: list(
    `Nur der Text. | Höchstens 2 Sätze. | Ohne Anführungszeichen. | Wenn leer, dann "-". | Als Liste. | Freundlich und kurz.`,
  ),
};

/** A no-code tool with a block that asks the model: it sends the block's text as the system prompt, and no question. */
interface Tool {
  /** What stands in place of a user's message. */
  readonly messages: readonly Utterance[];
  readonly client: Client;
  /** The tool's own machines; without, its users' browsers call. */
  readonly egress: readonly Lease[] | undefined;
  /** Instructions that it offers to begin with, and that some leave as they are. */
  readonly gallery: readonly string[];
  /** What the tool adds to every block. */
  readonly suffix: string | undefined;
  readonly params: Params;
  readonly model: string;
}

function drawTool(world: World, random: Random): Tool {
  const name = coinName(languagePack("en"), random).replaceAll(" ", "").toLowerCase();
  const hosting = world.internet.network("hosting", drawCountry(random).code, random);
  const calls = drawClient(random, "library");
  const egress = Array.from({ length: random.integer(1, 5) }, () => fixedLease(drawAddress(hosting, random)));
  return {
    messages: random.chance(0.5) ? [] : [utterance("user", "")],
    client: { ...calls, userAgent: `${name}-blocks/${random.integer(1, 9)}.${random.integer(0, 20)}` },
    egress: random.chance(0.6) ? egress : undefined,
    gallery: Array.from({ length: random.integer(4, 12) }, () =>
      world.texts.ask(random.pick(world.topics.spoken("en")), drawVoice(random, "en"), random),
    ),
    suffix: random.chance(0.5)
      ? random.pick([
          "Return only the value of the field.",
          "The result is shown to the visitor as it is. Do not explain yourself.",
          "Output plain text without formatting.",
        ])
      : undefined,
    params: { temperature: random.pick([0.2, 0.5, 0.7, 1]), max_tokens: random.pick([256, 500, 1_000, 2_048]) },
    model: world.models.popular.draw(random),
  };
}

/** A block in somebody's app or sheet: his own instructions, and what is filled in below them. */
interface Block {
  readonly instructions: string;
  /** Rows that run after one another, on average: one for a visitor, many where a column is filled. */
  readonly rowsMean: number;
  fill(): string | undefined;
}

const BLOCK_KINDS = ["visitor", "visitor", "column", "column", "button"] as const;

function drawBlock(world: World, random: Random, habits: Habits, language: Language, { gallery }: Tool): Block {
  const { voice, interests } = habits;
  const topic = interests.draw(random);
  const own = (): string =>
    [
      ...(random.chance(0.4) ? [`${coinFirm(random)}.`] : []),
      world.texts.ask(topic, voice, random),
      ...sample(random, RULES[language] ?? RULES.en, random.integer(0, 3)),
    ].join(" ");
  const instructions = random.chance(0.25) ? random.pick(gallery) : own();
  const labels = sample(random, voice.names, 2);
  switch (random.pick(BLOCK_KINDS)) {
    case "visitor":
      return {
        instructions,
        rowsMean: 1,
        fill: () => world.texts.ask(topic, drawVoice(random, language), random),
      };
    case "column": {
      const sentences = random.integer(1, 5);
      return {
        instructions,
        rowsMean: 1 + logNormal(random, 8, 0.7),
        fill: () =>
          [...labels, coinName(languagePack(language), random)]
            .map((name) => `${name}: ${random.integer(1, 900)}`)
            .concat(world.texts.passage(topic, random, sentences))
            .join("\n"),
      };
    }
    // A tip of the day, a greeting: the same each time that somebody presses it.
    case "button":
      return { instructions, rowsMean: 1, fill: () => undefined };
  }
}

function blockWorkload(world: World, random: Random, tool: Tool, habits: Habits, block: Block): Workload {
  const params = random.chance(0.7) ? tool.params : habits.params;
  const choose = random.chance(0.6) ? () => tool.model : habits.model;
  return {
    callsMean: block.rowsMean,
    begin(timeMs): Task {
      const model = choose(timeMs);
      let left = block.rowsMean === 1 ? 1 : 1 + Math.round(random.exponential(block.rowsMean - 1));
      return {
        frame: { model, params },
        gapMs: () => 200 + random.exponential(1_500),
        next() {
          if (left-- <= 0) return undefined;
          const system = [block.instructions, block.fill(), tool.suffix].filter((part) => part !== undefined);
          const reply = world.texts.reply(habits.interests.draw(random), random);
          return {
            system: system.join("\n\n"),
            messages: tool.messages,
            answer: drawAnswer(world, random, habits, model, reply),
          };
        },
      };
    },
  };
}

function openUser(world: World, random: Random, load: number, tool: Tool): Group {
  const { code, zone, language } = drawCountry(random);
  const habits = drawHabits(world, random, {
    language,
    codeShare: 0.05,
    turnsMean: 1,
    paramsChance: 0.8,
    outputMedian: 90,
  });
  const home = dynamicLease(random, world.internet.network("home", code, random), random.next() * 0.4);
  const createdMs = world.startMs - logNormal(random, 120, 0.9) * dayMs;
  const account = openAccount(random, {
    truth: { label: "honest", class: "system-only-tool" },
    createdMs,
    leases: tool.egress ?? [home],
    clients: [tool.client],
    known: BUSINESS_KNOWN,
    shared: { country: code, signup_ip: home(createdMs).ip },
    plan: "pay-as-you-go",
    verifiedChance: 0.3,
  });
  const { startMs, endMs, days } = world;
  const blocks = Array.from({ length: random.integer(1, 4) }, () => drawBlock(world, random, habits, language, tool));
  const sources = blocks.map(
    (block, i) =>
      new TrafficSource({
        random,
        starts: arrivals({
          random,
          startMs,
          endMs,
          perDay: load / blocks.length / block.rowsMean / days,
          rhythm: drawRhythm(random, random.pick(["office", "person", "service"]), zone),
          burst: 0.3 + random.next(),
          atLeastOne: i === 0,
        }),
        workload: blockWorkload(world, random, tool, habits, block),
        desk: ownDesk(account),
        failureChance: 0.015,
        endMs,
      }),
  );
  return { accounts: [account], sources };
}

/** Users of one no-code tool whose requests hold everything in the system prompt: apps and sheets of their own, and one way to send. */
export const SYSTEM_ONLY_TOOL: Recipe = {
  name: "system-only-tool",
  size: [24, 80],
  load: 4,
  sigma: 1.1,
  build(world, random, loads) {
    const tool = drawTool(world, random);
    return together(loads.map((load, i) => openUser(world, random.fork(String(i)), load, tool)));
  },
};
