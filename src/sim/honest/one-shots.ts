import type { Random } from "../../kit/random.ts";
import { dirichlet, weighted } from "../draw.ts";
import { drawCountry } from "../people/address.ts";
import { drawAnswer, drawHabits, type Habits } from "../people/habits.ts";
import { coinFirm } from "../text/coin.ts";
import { type Language, list } from "../text/language.ts";
import { samples, type Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { relayRecipe } from "./sellers.ts";

// Limits.
/** Customers drawn behind one relay, however large it is. */
const CUSTOMERS = 160;

// Rates.
/** Chance that somebody sends the same again at once. */
const AGAIN = 0.03;

/** How somebody asks for a piece of work on a text of his. */
const ORDERS: Partial<Record<Language, readonly string[]>> & { readonly en: readonly string[] } = {
  en: list(
    `Summarise this. | Translate this into English | what does this mean? | Make it shorter and friendlier: | Find the mistakes in this text. | tldr | Answer this mail politely. | Give me five headlines for it. | Rewrite in plain words | Is that true? | List the key points. | Explain this to a child:`,
  ),
  zh: list(
    `翻译成英文 | 总结一下 | 这是什么意思？ | 润色这段话： | 找出错别字 | 写一个标题 | 改得口语一点 | 帮我回复这封邮件`,
  ),
  es: list(
    `Resume esto. | Traduce al inglés | ¿qué quiere decir? | Corrige las faltas | Hazlo más corto: | Contesta a este correo`,
  ),
  ru: list(`Переведи на английский | Кратко перескажи. | Исправь ошибки | Что это значит? | Напиши ответ на письмо:`),
  de: list(
    `Fasse das zusammen. | Auf Englisch bitte | Was heißt das? | Korrigiere die Fehler: | Kürzer und freundlicher`,
  ),
  pt: list(`Resuma isto. | Traduza para o inglês | Corrija os erros | O que significa? | Responda a este e-mail:`),
  ja: list(`要約して | 英語に訳して | これはどういう意味？ | 誤字を直してください | 返信を書いて`),
};

/** One customer of the relay: what he asks, and what his program puts before it. */
interface Asker {
  readonly habits: Habits;
  readonly system: string | undefined;
  question(): string;
}

/** Anything that one asks without answering back: in own words, about a pasted text, or an exercise from somewhere. */
function drawAsker(world: World, random: Random): Asker {
  const { language } = drawCountry(random);
  const habits = drawHabits(world, random, {
    language,
    codeShare: random.chance(0.3) ? 0.7 : 0,
    turnsMean: 1,
    paramsChance: 0.3,
    outputMedian: 220,
  });
  const { voice, interests } = habits;
  const exercises = world.texts.items(
    random.pick(["maths", "science", "code", "question"]),
    language,
    random.fork("exercises"),
  );
  const orders = ORDERS[language] ?? ORDERS.en;
  const [own = 0, text = 0, exercise = 0] = dirichlet(random, 3, 0.6);
  const kinds = weighted<() => string>([
    [() => world.texts.ask(interests.draw(random), voice, random), 2 * own],
    [
      () => `${random.pick(orders)}\n${world.texts.passage(interests.draw(random), random, random.integer(1, 9))}`,
      text,
    ],
    [() => exercises().text, 0.5 * exercise],
  ]);
  return {
    habits,
    // A bot, a search box or an extension of somebody's own making.
    system: random.chance(0.4)
      ? `${random.pick(["You are the assistant of", "Bot of", "Runs inside", "Question box at"])} ${coinFirm(random)}. ${random.pick(["Be brief.", "One paragraph.", "No follow-up questions.", "Answer in the user's language.", "Plain text only."])}`
      : undefined,
    question: () => kinds.draw(random)(),
  };
}

function askers(world: World, random: Random): Workload {
  const customers = weighted(
    Array.from({ length: CUSTOMERS }, (_, rank) => [
      drawAsker(world, random.fork(`customer/${rank}`)),
      1 / (rank + 1) ** 0.8,
    ]),
  );
  return {
    callsMean: 1 + AGAIN,
    begin(timeMs) {
      const { habits, system, question } = customers.draw(random);
      const model = habits.model(timeMs);
      const reply = world.texts.reply(habits.interests.draw(random), random);
      return samples(
        { model, system, params: habits.params },
        question(),
        random.chance(AGAIN) ? 2 : 1,
        () => drawAnswer(world, random, habits, model, reply),
        () => 5_000 + random.exponential(20_000),
      );
    },
  };
}

/** Resale to people and bots who ask once and never answer back. */
export const RELAY_ONE_SHOT = relayRecipe("relay-one-shot", askers);
