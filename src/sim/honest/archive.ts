import type { Random } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, sample } from "../draw.ts";
import type { SimAccount } from "../people/account.ts";
import { drawHome, dynamicLease } from "../people/address.ts";
import { type Client, drawClient } from "../people/client.ts";
import { drawAnswer, drawHabits, type Habits } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount } from "../people/signup.ts";
import { coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import type { Language } from "../text/language.ts";
import { scanned } from "../text/scan.ts";
import { arrivals, drawRhythm } from "../traffic/arrivals.ts";
import { ownDesk } from "../traffic/desk.ts";
import { nightly } from "../traffic/nightly.ts";
import { TrafficSource } from "../traffic/source.ts";
import type { Answer, Call, Task, Workload } from "../traffic/task.ts";
import { utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import { ARCHIVE_LANGUAGES, type ArchiveWords, archiveWords } from "./archive-words.ts";
import { together } from "./recipe.ts";
import type { Group, Recipe } from "./recipe.ts";
import { talksBeside } from "./talks.ts";

// Rates.
/** Share of pages that are read again at once, as the answer could not be used. */
const AGAIN = 0.05;

/** A page as it was printed and as the machine read it. */
interface Page {
  readonly text: string;
  readonly scan: string;
}

/** A bound volume in the archive, page after page. */
function openVolume(world: World, random: Random, language: Language, { papers }: ArchiveWords): () => Page {
  const topic = random.pick(world.topics.spoken(language));
  const title = `${random.pick(papers)}, ${coinName(languagePack(language), random)}, ${random.integer(1720, 1938)}`;
  const columns = random.integer(38, 76);
  const rate = 0.004 + 0.04 * random.next();
  let number = random.integer(1, 60);
  return () => {
    const text = world.texts.passage(topic, random, random.integer(4, 14));
    return { text, scan: `${title}, ${++number}\n${scanned(random, text, columns, rate)}` };
  };
}

/** A project that reads an archive, and the script that it publishes for whoever wants to help. */
interface Project {
  readonly language: Language;
  readonly words: ArchiveWords;
  /** The script's order, the newest version first: not everybody updates. */
  readonly versions: readonly [string, string];
  readonly asSystem: boolean;
  /** Whether the script makes index entries of each page as well. */
  readonly indexing: string | undefined;
  readonly params: Params;
  readonly model: string;
  /** The name under which the script calls; without, its library's stands there. */
  readonly script: string | undefined;
  /** When the project was in the news, and people joined. */
  readonly calledMs: number;
  /** The next page for a volunteer. */
  page(account: SimAccount): Page;
}

function drawProject(world: World, random: Random): Project {
  const language = random.pick(ARCHIVE_LANGUAGES);
  const words = archiveWords(language);
  const rules = sample(random, words.rules, 4);
  const order = random.pick(words.orders);
  return {
    language,
    words,
    versions: [`${order} ${rules.join(" ")}`, `${order} ${rules.slice(0, 2).join(" ")}`],
    asSystem: random.chance(0.5),
    indexing: random.chance(0.4) ? random.pick(words.indexing) : undefined,
    params: { temperature: random.pick([0, 0.1, 0.2]), max_tokens: random.pick([2_000, 3_000, 4_096]) },
    model: world.models.popular.draw(random),
    script: random.chance(0.5) ? coinName(languagePack("en"), random).replaceAll(" ", "").toLowerCase() : undefined,
    calledMs: world.startMs - (5 + 120 * random.next()) * dayMs,
    page: drawAllotment(world, random.fork("volumes"), language, words),
  };
}

/** Who gets which page: a volunteer reads volumes of his own choice, or all read from one list, where some pages are read by two. */
function drawAllotment(world: World, random: Random, language: Language, words: ArchiveWords): Project["page"] {
  const open = (name: string): (() => Page) => openVolume(world, random.fork(name), language, words);
  if (random.chance(0.5)) {
    const own = new Map<SimAccount, () => Page>();
    return (account) => {
      let volume = own.get(account);
      if (volume === undefined || random.chance(0.02)) own.set(account, (volume = open(`volume/${random.next()}`)));
      return volume();
    };
  }
  const twice = random.chance(0.5) ? 0.2 : 0;
  const waiting: (readonly [Page, SimAccount])[] = [];
  let [volume, left] = [open("first"), random.integer(80, 300)];
  return (account) => {
    const found = waiting.findIndex(([, reader]) => reader !== account);
    if (found >= 0) return waiting.splice(found, 1)[0]![0];
    if (left-- === 0) [volume, left] = [open(`next/${random.next()}`), random.integer(80, 300)];
    const page = volume();
    if (random.chance(twice)) waiting.push([page, account]);
    return page;
  };
}

/** One volunteer's own setting of the script. */
interface Setting {
  readonly order: string;
  readonly params: Params | undefined;
  /** Pages that the script fetches at a time. */
  readonly pages: number;
  model(timeMs: number): string;
}

function drawSetting(random: Random, { versions, words, params, model }: Project, habits: Habits): Setting {
  const order = random.chance(0.75) ? versions[0] : versions[1];
  const notes = random.chance(0.35) ? ` ${random.pick(words.notes)} ${habits.voice.names.join(", ")}.` : "";
  return {
    order: order + notes,
    params: random.chance(0.8) ? params : habits.params,
    pages: random.integer(2, 12),
    model: random.chance(0.65) ? () => model : habits.model,
  };
}

function pagesWorkload(world: World, random: Random, project: Project, habits: Habits): Workload {
  const setting = drawSetting(random, project, habits);
  const { asSystem, indexing } = project;
  return {
    callsMean: setting.pages * (1 + AGAIN + (indexing === undefined ? 0 : 1)),
    begin(timeMs, account) {
      const model = setting.model(timeMs);
      const answer = (text: string, output: number): Answer =>
        drawAnswer(world, random, { ...habits, outputMedian: output, outputSigma: 0.15 }, model, text);
      const request = (order: string, text: string): Pick<Call, "system" | "messages"> =>
        asSystem
          ? { system: order, messages: [utterance("user", text)] }
          : { messages: [utterance("user", `${order}\n\n${text}`)] };
      const work: (() => Call)[] = [];
      for (let pages = 0; pages < setting.pages; pages++) {
        const { text, scan } = project.page(account);
        const corrected = (): Call => ({
          ...request(setting.order, scan),
          answer: answer(text, utterance("assistant", text).tokens),
        });
        work.push(corrected);
        if (random.chance(AGAIN)) work.push(corrected);
        if (indexing !== undefined)
          work.push(() => ({ ...request(indexing, text), answer: answer(entries(random, habits), 120) }));
      }
      return inOrder({ model, params: setting.params }, work, () => 1_000 + random.exponential(4_000));
    },
  };
}

/** A stand-in for a page's index. */
function entries(random: Random, { voice }: Habits): string {
  return JSON.stringify(voice.names.map((name) => ({ name, year: random.integer(1720, 1938) })));
}

function inOrder(frame: Task["frame"], work: readonly (() => Call)[], gapMs: () => number): Task {
  let done = 0;
  return { frame, gapMs, next: () => work[done++]?.() };
}

function openVolunteer(world: World, random: Random, load: number, project: Project): Group {
  const { code, zone, language } = drawHome(random, project.language);
  const habits = drawHabits(world, random, {
    language,
    codeShare: random.next() * 0.3,
    turnsMean: 2.6,
    paramsChance: 0.5,
    outputMedian: 160,
  });
  const library = drawClient(random, "library");
  const client: Client =
    project.script === undefined
      ? library
      : { ...library, userAgent: `${project.script}/0.${random.integer(3, 9)}.${random.integer(0, 2)}` };
  const account = openAccount(random, {
    truth: { label: "honest", class: "archive-volunteers" },
    // Some opened an account in order to help, most had one.
    createdMs: random.chance(0.4)
      ? Math.min(world.startMs, project.calledMs + random.exponential(6 * dayMs))
      : world.startMs - logNormal(random, 140, 0.9) * dayMs,
    leases: [dynamicLease(random, world.internet.network("home", code, random), random.next() * 0.4)],
    clients: [client],
    known: BUSINESS_KNOWN,
    shared: { country: code },
    plan: "pay-as-you-go",
    verifiedChance: 0.25,
  });
  // What else they use the account for.
  const chats = random.chance(0.6) ? 0.1 + 0.5 * random.next() : 0;
  const reading = pagesWorkload(world, random, project, habits);
  const { startMs, endMs, days } = world;
  const perDay = ((1 - chats) * load) / reading.callsMean / days;
  const common = { random, desk: ownDesk(account), failureChance: 0.02, endMs };
  const rhythm = drawRhythm(random, random.pick(["person", "evening"]), zone);
  // Over night while the machine is on, or whenever somebody sits at it.
  const starts = random.chance(0.25)
    ? nightly({
        random,
        startMs,
        endMs,
        perDay,
        dueMs: (((random.integer(19, 30) - zone + 48) % 24) + random.next()) * hourMs,
        awakeChance: 0.3 + 0.6 * random.next(),
      })
    : arrivals({ random, startMs, endMs, perDay, rhythm, burst: 0.6 + random.next(), atLeastOne: true });
  const pages = new TrafficSource({ ...common, starts, workload: reading });
  if (chats === 0) return { accounts: [account], sources: [pages] };
  const talks = talksBeside(world, common, { habits, rhythm, load: chats * load });
  return { accounts: [account], sources: [pages, talks] };
}

/**
 * Strangers who read an old archive together: each runs the project's script on a key and a machine of his own, and pays for it. The script's
 * words, and often one list of pages of which none comes twice, are all that they have in common.
 */
export const ARCHIVE_VOLUNTEERS: Recipe = {
  name: "archive-volunteers",
  size: [12, 36],
  load: 8,
  sigma: 0.9,
  build(world, random, loads) {
    const project = drawProject(world, random);
    return together(loads.map((load, i) => openVolunteer(world, random.fork(String(i)), load, project)));
  },
};
