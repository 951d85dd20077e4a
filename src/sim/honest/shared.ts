import { type Random, seededRandom } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { hex } from "../draw.ts";
import { coinFirm } from "../text/coin.ts";
import type { Language } from "../text/language.ts";
import type { World } from "../world.ts";

/** What a popular client puts around its user's messages. */
export interface Scaffold {
  readonly system: string;
  readonly tools: readonly string[];
}

let scaffolds: readonly Scaffold[] | undefined;

/** Three open-source clients that hundreds of unrelated people run, unchanged: the same in every world. */
export function popularClients(): readonly Scaffold[] {
  scaffolds ??= ["quillcode", "tidepool", "marlin-notes"].map((name) => {
    const random = seededRandom(`client/${name}`);
    const rules = Array.from(
      { length: 14 },
      (_, i) => `${i + 1}. ${CLIENT_RULES[random.integer(0, CLIENT_RULES.length - 1)]} (rule ${hex(random, 4)})`,
    );
    return {
      system: `You are ${name}, an open assistant that runs on the user's machine.\n${rules.join("\n")}\nToday's workspace is described below by the user.`,
      tools: ["read", "write", "search", "run", "browse", "patch", "plan"]
        .slice(0, random.integer(4, 7))
        .map((tool) => `${name.slice(0, 2)}_${tool}`),
    };
  });
  return scaffolds;
}

const CLIENT_RULES = [
  "Prefer small edits over rewrites.",
  "Ask before you delete anything.",
  "Use the tools instead of guessing.",
  "Answer in the language of the user.",
  "Never print secrets.",
  "Quote the lines you rely on.",
  "Stop when the tests pass.",
  "Keep a running plan and tick off its steps.",
  "Say so when you are not sure.",
  "Do not open network connections.",
];

/** The system prompt in the organisers' starter kit. */
export function starterPrompt(world: World, random: Random): string {
  const topic = random.pick(world.topics.spoken("en"));
  return `Starter kit of the ${coinFirm(random)} weekend, track ${random.integer(1, 9)}. ${world.texts.passage(topic, random, 6)} Help the team to build a demo.`;
}

/** A course's exercise sheets: everybody opens with the same few problems, mostly near the deadline. */
export function homework(world: World, random: Random, language: Language) {
  const source = world.texts.items(random.pick(["maths", "science", "code"]), language, random.fork("sheet"));
  const sheet = Array.from({ length: random.integer(4, 9) }, () => source().text);
  const deadlineDay = random.integer(2, Math.max(3, Math.min(6, world.days)));
  const draw = random.fork("homework");
  const share = 0.25 + random.next() * 0.35;
  return {
    opening: (): string | undefined => (draw.chance(share) ? draw.pick(sheet) : undefined),
    boost(timeMs: number): number {
      const day = ((timeMs - world.startMs) / dayMs) % 7;
      const ahead = deadlineDay - day;
      return ahead > 0 && ahead < 1.5 ? 3 : 0.8;
    },
  };
}
