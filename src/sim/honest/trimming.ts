import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { logNormal, token } from "../draw.ts";
import { drawCountry, dynamicLease } from "../people/address.ts";
import { type Client, drawClient } from "../people/client.ts";
import { drawHabits, type Habits } from "../people/habits.ts";
import { personWorkload } from "../people/person.ts";
import { BUSINESS_KNOWN, openAccount } from "../people/signup.ts";
import { coinFirm, coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import { ownDesk } from "../traffic/desk.ts";
import type { Call, Task, Workload } from "../traffic/task.ts";
import { type Utterance, utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import { together } from "./recipe.ts";
import type { Group, Recipe } from "./recipe.ts";
import { steadySource } from "./steady-source.ts";

/** An open-source client that sends the end of a conversation only, to save tokens. */
interface TrimmingClient {
  readonly name: string;
  readonly client: Client;
  readonly version: number;
  /** The system prompt that it comes with. */
  readonly system: string | undefined;
  readonly tools: readonly string[] | undefined;
  /** Messages that it sends at most, unless its user sets another number. */
  readonly window: number;
  /** What it asks for behind the user's back, to name the conversation in its list. */
  readonly titles: string | undefined;
}

function drawTrimmingClient(random: Random): TrimmingClient {
  const name = coinName(languagePack("en"), random).replaceAll(" ", "").toLowerCase();
  return {
    name,
    client: drawClient(random, "library"),
    version: random.integer(3, 40),
    system: random.chance(0.7)
      ? `You are ${name}, a helpful assistant. ${random.pick(["Answer in Markdown.", "Use LaTeX for formulas.", "Keep answers short unless asked.", "Format code in fences."])} ${random.pick(["Only the latest messages of the conversation are shown to you.", "Follow the user's language.", "If context is missing, say so."])}`
      : undefined,
    tools: random.chance(0.3)
      ? ["read", "edit", "shell", "search", "fetch"].slice(0, random.integer(2, 5)).map((tool) => `${name}.${tool}`)
      : undefined,
    window: random.pick([4, 5, 6, 8, 10, 12]),
    titles: random.chance(0.5)
      ? random.pick([
          "Name this conversation in at most five words. No quotes, no punctuation.",
          "Generate a four to five word title that summarises our conversation, without any lead-in.",
          "Summarise the topic of this chat in ten characters or less; if there is none, return 'Chat'.",
        ])
      : undefined,
  };
}

interface Trimming {
  /** Messages. */
  readonly window: number;
  readonly titles: string | undefined;
}

/** The same conversations with the end of each history only, so that many a request begins with an answer. */
function trimmed(random: Random, talks: Workload, { window, titles }: Trimming): Workload {
  const title = random.fork("title");
  return {
    callsMean: talks.callsMean + (titles === undefined ? 0 : 1),
    begin(timeMs, account): Task {
      const task = talks.begin(timeMs, account);
      let first: Call | undefined;
      let titleDue = false;
      const cut = (messages: readonly Utterance[]): readonly Utterance[] => messages.slice(-window);
      return {
        frame: task.frame,
        gapMs: () => (titleDue ? 100 + title.exponential(400) : task.gapMs()),
        next() {
          if (titleDue && first !== undefined && titles !== undefined) {
            titleDue = false;
            const { messages, answer } = first;
            const asked = cut([...messages, utterance("assistant", answer.text), utterance("user", titles)]);
            const text = answer.text.split(/\s+/).slice(0, 5).join(" ");
            return { messages: asked, answer: { ...answer, text, output: title.integer(3, 12), finish: "stop" } };
          }
          const call = task.next();
          if (call === undefined) return undefined;
          titleDue = first === undefined && titles !== undefined;
          first ??= call;
          return { ...call, messages: cut(call.messages) };
        },
      };
    },
  };
}

/** Whoever uses it: developers and hobbyists, each with subjects, hours and perhaps a system prompt of his own. */
function openUser(world: World, random: Random, load: number, program: TrimmingClient): Group {
  const { code, zone, language } = drawCountry(random);
  const habits = drawHabits(world, random, {
    language,
    codeShare: 0.2 + 0.7 * random.next(),
    turnsMean: 6,
    paramsChance: 0.6,
    outputMedian: 280,
  });
  const leases = [dynamicLease(random, world.internet.network("home", code, random), random.next() * 0.5)];
  if (random.chance(0.3)) leases.push(dynamicLease(random, world.internet.network("mobile", code, random), 0.9));
  const account = openAccount(random, {
    truth: { label: "honest", class: "trimming-client" },
    createdMs: world.startMs - logNormal(random, 130, 1) * dayMs,
    leases,
    clients: [
      {
        ...program.client,
        userAgent: `${program.name}/2.${Math.max(program.version - Math.floor(random.exponential(2)), 0)}`,
      },
    ],
    known: BUSINESS_KNOWN,
    shared: { country: code },
    plan: "pay-as-you-go",
    verifiedChance: 0.25,
  });
  const own = random.chance(0.3) ? ownPrompt(world, random, habits) : undefined;
  const talks = personWorkload(world, random, habits, { system: own ?? program.system, tools: program.tools });
  const workload = trimmed(random, talks, {
    window: random.chance(0.8) ? program.window : random.integer(2, 30),
    titles: random.chance(0.9) ? program.titles : undefined,
  });
  const source = steadySource(world, random, {
    load,
    workload,
    desk: ownDesk(account),
    rhythm: random.pick(["person", "person", "evening", "office"]),
    zone,
    burst: { least: 0.4, spread: 1.2 },
    failureChance: 0.015,
    atLeastOne: true,
  });
  return { accounts: [account], sources: [source] };
}

/** What somebody wrote into the client's field for it. */
function ownPrompt(world: World, random: Random, { voice, interests }: Habits): string {
  return `${coinFirm(random)} ${token(random, 4)}. ${world.texts.ask(interests.draw(random), voice, random)}`;
}

/** Users of one open-source client that cuts conversations at their beginning; it is all that they have in common. */
export const TRIMMING_CLIENT: Recipe = {
  name: "trimming-client",
  size: [30, 90],
  load: 4,
  sigma: 1.1,
  build(world, random, loads) {
    const program = drawTrimmingClient(random);
    return together(loads.map((load, i) => openUser(world, random.fork(String(i)), load, program)));
  },
};
