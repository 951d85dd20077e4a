import type { Random } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { logNormal, sample, weighted } from "../draw.ts";
import type { Params } from "../../model/exchange.ts";
import { drawHome, dynamicLease } from "../people/address.ts";
import { type Client, drawClient } from "../people/client.ts";
import { drawAnswer, drawHabits, type Habits } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount } from "../people/signup.ts";
import { coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import { type Language, list } from "../text/language.ts";
import type { Topic } from "../text/texts.ts";
import { drawRhythm } from "../traffic/arrivals.ts";
import { nightly } from "../traffic/nightly.ts";
import { ownDesk } from "../traffic/desk.ts";
import { TrafficSource } from "../traffic/source.ts";
import { samples, type Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { together } from "./recipe.ts";
import type { Group, Recipe } from "./recipe.ts";
import { talksBeside } from "./talks.ts";

/** A plugin's own words: what it does with a note, and with an article of a feed. */
interface Words {
  readonly notes: readonly string[];
  readonly feeds: readonly string[];
  readonly rules: readonly string[];
}

const words = (notes: string, feeds: string, rules: string): Words => ({
  notes: list(notes),
  feeds: list(feeds),
  rules: list(rules),
});

const WORDS: Partial<Record<Language, Words>> & { readonly en: Words } = {
  en: words(
    `Summarise the note in two sentences and propose three tags. | List the open tasks in this note, one a line; write NONE if there are none. | Find a title of at most six words for the note. | Turn the note into at most five flashcards, front and back. | Say which earlier subject this note continues and what is still missing in it.`,
    `Condense the article for a morning digest: a headline, two sentences and a reason to read it. | Say in three points what is new in this article. | Rate from 0 to 5 how useful the article is to a busy reader and say why in a sentence.`,
    `Answer in the language of the text. | Markdown only. | Never add facts. | JSON with the keys "summary" and "tags". | No preamble. | At most sixty words.`,
  ),
  zh: words(
    `用两句话概括这条笔记，并给出三个标签。 | 列出笔记里没有完成的事项，每行一条。 | 把笔记做成不超过五张问答卡片。`,
    `把文章压缩成晨报条目：一个标题、两句话和一个阅读理由。 | 用三点说明这篇文章有什么新内容。`,
    `不要添加原文没有的内容。 | 只用Markdown。 | 不超过六十字。 | 不要开场白。`,
  ),
  es: words(
    `Resume la nota en dos frases y propón tres etiquetas. | Enumera las tareas pendientes de la nota, una por línea. | Convierte la nota en cinco tarjetas como máximo.`,
    `Reduce el artículo para un boletín matinal: titular, dos frases y un motivo para leerlo. | Di en tres puntos qué hay de nuevo en el artículo.`,
    `Solo Markdown. | No añadas datos. | Sesenta palabras como máximo. | Sin introducción.`,
  ),
  de: words(
    `Fasse die Notiz in zwei Sätzen zusammen und schlage drei Schlagwörter vor. | Liste die offenen Aufgaben der Notiz auf, eine je Zeile. | Mache aus der Notiz höchstens fünf Karteikarten.`,
    `Kürze den Artikel für eine Morgenübersicht: Überschrift, zwei Sätze, ein Grund zum Lesen. | Sage in drei Punkten, was an dem Artikel neu ist.`,
    `Nur Markdown. | Füge nichts hinzu. | Höchstens sechzig Wörter. | Ohne Einleitung.`,
  ),
};

/** A public source of articles, the same for each of its readers. */
interface Feed {
  readonly topic: Topic;
  readonly random: Random;
}

/** What all users of a plugin got with it. */
interface Plugin {
  readonly name: string;
  readonly language: Language;
  readonly instruction: string;
  readonly asSystem: boolean;
  readonly feeds: readonly Feed[];
  readonly params: Params;
  readonly model: string;
  /** When an update moves the default to the new model; Infinity: never. */
  readonly movedMs: number;
  /** Milliseconds after midnight: the setting that it comes with, in UTC or on the user's own clock. */
  readonly dueMs: number;
  readonly dueLocally: boolean;
  readonly client: Client;
  readonly version: number;
}

function drawPlugin(world: World, random: Random): Plugin {
  const language = random.pick(["en", "en", "en", "zh", "es", "de"] as const);
  const { notes, feeds, rules } = WORDS[language] ?? WORDS.en;
  const reads = random.chance(0.4);
  const name = coinName(languagePack("en"), random).toLowerCase().replaceAll(" ", "-");
  const { releasedMs } = world.models.newcomer;
  const topics = world.topics.spoken(language);
  return {
    name,
    language,
    instruction: [`[${name}]`, random.pick(reads ? feeds : notes), ...sample(random, rules, random.integer(1, 3))].join(
      " ",
    ),
    asSystem: random.chance(0.6),
    feeds: reads
      ? Array.from({ length: 24 }, (_, i) => ({ topic: random.pick(topics), random: random.fork(`feed/${i}`) }))
      : [],
    params: { temperature: random.pick([0, 0.2, 0.3, 0.7]), max_tokens: random.pick([300, 512, 800, 1024]) },
    model: world.models.popular.draw(random),
    movedMs: random.chance(0.5) ? releasedMs + random.exponential(3 * dayMs) : Infinity,
    dueMs: random.pick([0, 1, 2, 3, 4, 5]) * hourMs + random.pick([0, 0, 0.5]) * hourMs,
    dueLocally: random.chance(0.4),
    client: drawClient(random, "agent"),
    version: random.integer(4, 30),
  };
}

/** One user's own setting of the plugin; most leave most as it came. */
interface Installed {
  readonly instruction: string;
  readonly params: Params | undefined;
  readonly model: (timeMs: number) => string;
  readonly dueMs: number;
}

function install(world: World, random: Random, plugin: Plugin, habits: Habits, zone: number): Installed {
  const { newcomer } = world.models;
  // Updates reach a machine when it is next restarted.
  const movedMs = plugin.movedMs + random.exponential(dayMs);
  const ownModel = random.chance(0.35) ? habits.model : undefined;
  const dueMs = random.chance(0.7) ? plugin.dueMs : random.integer(0, 23) * hourMs;
  const local = plugin.dueLocally ? dueMs - zone * hourMs : dueMs;
  return {
    instruction: random.chance(0.12)
      ? `${plugin.instruction} ${random.pick(WORDS[plugin.language]?.rules ?? WORDS.en.rules)} ${random.pick(habits.voice.names)}!`
      : plugin.instruction,
    params: random.chance(0.8) ? plugin.params : habits.params,
    model: ownModel ?? ((timeMs) => (timeMs >= movedMs ? newcomer.model : plugin.model)),
    dueMs: ((local % dayMs) + dayMs) % dayMs,
  };
}

/** What the plugin finds to work on at one user's: notes of his own, or what his feeds brought that day. */
function reading(world: World, random: Random, plugin: Plugin, habits: Habits): (timeMs: number) => string {
  if (plugin.feeds.length === 0) {
    return () => {
      const topic = habits.interests.draw(random);
      const body = random.chance(0.5)
        ? world.texts.ask(topic, habits.voice, random)
        : world.texts.passage(topic, random, random.integer(2, 8));
      return `# ${random.pick(habits.voice.names)}\n${body}`;
    };
  }
  const popularity = weighted(plugin.feeds.map((feed, rank) => [feed, 1 / (rank + 1)]));
  const subscribed = [...new Set(Array.from({ length: random.integer(2, 7) }, () => popularity.draw(random)))];
  let today = -1;
  let read = 0;
  return (timeMs) => {
    const day = Math.floor(timeMs / dayMs);
    if (day !== today) read = 0;
    today = day;
    const feed = subscribed[read % subscribed.length]!;
    const article = feed.random.fork(`${day}/${Math.floor(read++ / subscribed.length)}`);
    return `# ${coinName(languagePack(plugin.language), article)}\n${world.texts.passage(feed.topic, article, article.integer(4, 14))}`;
  };
}

function pluginWorkload(world: World, random: Random, plugin: Plugin, habits: Habits, installed: Installed): Workload {
  const text = reading(world, random, plugin, habits);
  return {
    callsMean: 1,
    begin(timeMs) {
      const model = installed.model(timeMs);
      const content = text(timeMs);
      const { instruction, params } = installed;
      return samples(
        { model, system: plugin.asSystem ? instruction : undefined, params },
        plugin.asSystem ? content : `${instruction}\n\n${content}`,
        1,
        () => drawAnswer(world, random, habits, model, world.texts.reply(habits.interests.draw(random), random)),
        () => 0,
      );
    },
  };
}

function openUser(world: World, random: Random, load: number, plugin: Plugin): Group {
  const { code, zone, language } = drawHome(random, plugin.language);
  const habits = drawHabits(world, random, {
    language,
    codeShare: random.next() * 0.3,
    turnsMean: 2.4,
    paramsChance: 0.5,
    outputMedian: 110,
  });
  const account = openAccount(random, {
    truth: { label: "honest", class: "nightly-plugin" },
    createdMs: world.startMs - logNormal(random, 110, 1) * dayMs,
    leases: [dynamicLease(random, world.internet.network("home", code, random), random.next() * 0.5)],
    clients: [
      {
        ...plugin.client,
        userAgent: `${plugin.name}/1.${plugin.version - random.integer(0, 2)}.${random.integer(0, 2)}`,
      },
    ],
    known: BUSINESS_KNOWN,
    shared: { country: code },
    plan: "pay-as-you-go",
    verifiedChance: 0.25,
  });
  // Some use the key for conversations as well.
  const chats = random.chance(0.3) ? 0.4 : 0;
  const { startMs, endMs, days } = world;
  const awakeChance = 0.4 + 0.6 * random.next();
  const installed = install(world, random, plugin, habits, zone);
  const common = { random, desk: ownDesk(account), failureChance: 0.025, endMs };
  const nights = new TrafficSource({
    ...common,
    starts: nightly({
      random,
      startMs,
      endMs,
      dueMs: installed.dueMs,
      perDay: ((1 - chats) * load) / days,
      awakeChance,
    }),
    workload: pluginWorkload(world, random, plugin, habits, installed),
  });
  if (chats === 0) return { accounts: [account], sources: [nights] };
  const rhythm = drawRhythm(random, "person", zone);
  const talks = talksBeside(world, common, { habits, rhythm, load: chats * load });
  return { accounts: [account], sources: [nights, talks] };
}

/** Users of one plugin that goes through their notes or feeds at night: a template, a clock and a client in common, and nothing else. */
export const NIGHTLY_PLUGIN: Recipe = {
  name: "nightly-plugin",
  size: [24, 60],
  load: 5,
  sigma: 0.9,
  build(world, random, loads) {
    const plugin = drawPlugin(world, random);
    return together(loads.map((load, i) => openUser(world, random.fork(String(i)), load, plugin)));
  },
};
