import type { Random } from "../../kit/random.ts";
import { dirichlet, type Weighted, weighted } from "../draw.ts";
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

/** What somebody wants to have written. */
const PIECES: Partial<Record<Language, readonly string[]>> & { readonly en: readonly string[] } = {
  en: list(
    `Write a blog post of 800 words: | Product description, SEO optimised. | Write a cover letter. | A speech of five minutes about this: | LinkedIn post with hooks | Write the next chapter. | lyrics in the style of a folk song`,
  ),
  zh: list(`写一篇800字的文章： | 写一份工作总结 | 小红书文案 | 写一段商品介绍 | 续写这个故事`),
  es: list(
    `Escribe un artículo de 800 palabras: | Descripción de producto | Carta de presentación | Un discurso breve:`,
  ),
  ru: list(`Напиши статью на 800 слов: | Описание товара | Сочинение на тему | Пост для канала:`),
};

const KINDS = ["own", "text", "exercise", "piece"] as const;
type Kind = (typeof KINDS)[number];

/** Tokens of a median answer. */
const ANSWER: Readonly<Record<Kind, number>> = { own: 220, text: 200, exercise: 380, piece: 800 };

/** One customer of the relay: what he asks, and what his program puts before it. */
interface Asker {
  readonly habits: Habits;
  readonly system: string | undefined;
  readonly kinds: Weighted<Kind>;
  question(kind: Kind): string;
}

/** Anything that one asks without answering back: in own words, about a pasted text, an exercise from somewhere, a text to be written. */
function drawAsker(world: World, random: Random, trade: readonly number[]): Asker {
  const { language } = drawCountry(random);
  const habits = drawHabits(world, random, {
    language,
    codeShare: random.chance(0.3) ? 0.7 : 0,
    turnsMean: 1,
    paramsChance: 0.3,
    outputMedian: 220,
  });
  const { voice, interests } = habits;
  const subject = random.pick(["maths", "science", "code", "question"] as const);
  const exercises = world.texts.items(subject, language, random.fork("exercises"));
  const on = (order: string, sentences: number): string =>
    `${order}\n${world.texts.passage(interests.draw(random), random, sentences)}`;
  const leaning = dirichlet(random, KINDS.length, 0.6);
  return {
    habits,
    // A bot, a search box or an extension of somebody's own making.
    system: random.chance(0.4)
      ? `${random.pick(["You are the assistant of", "Bot of", "Runs inside", "Question box at"])} ${coinFirm(random)}. ${random.pick(["Be brief.", "One paragraph.", "No follow-up questions.", "Answer in the user's language.", "Plain text only."])}`
      : undefined,
    kinds: weighted(KINDS.map((kind, i) => [kind, trade[i]! * leaning[i]!])),
    question(kind) {
      switch (kind) {
        case "own":
          return world.texts.ask(interests.draw(random), voice, random);
        case "text":
          return on(random.pick(ORDERS[language] ?? ORDERS.en), random.integer(1, 9));
        case "exercise":
          return exercises().text;
        case "piece":
          return on(random.pick(PIECES[language] ?? PIECES.en), random.integer(1, 2));
      }
    },
  };
}

function askers(world: World, random: Random): Workload {
  // What the relay is known for: homework, texts, or nothing in particular.
  const trade = dirichlet(random, KINDS.length, 1.5);
  const customers = weighted(
    Array.from({ length: CUSTOMERS }, (_, rank) => [
      drawAsker(world, random.fork(`customer/${rank}`), trade),
      1 / (rank + 1) ** 0.8,
    ]),
  );
  return {
    callsMean: 1 + AGAIN,
    begin(timeMs) {
      const { habits, system, kinds, question } = customers.draw(random);
      const kind = kinds.draw(random);
      const outputMedian = (habits.outputMedian * ANSWER[kind]) / ANSWER.own;
      const model = habits.model(timeMs);
      const reply = world.texts.reply(habits.interests.draw(random), random);
      return samples(
        { model, system, params: habits.params },
        question(kind),
        random.chance(AGAIN) ? 2 : 1,
        () => drawAnswer(world, random, { ...habits, outputMedian }, model, reply),
        () => 5_000 + random.exponential(20_000),
      );
    },
  };
}

/** Resale to people and bots who ask once and never answer back. */
export const RELAY_ONE_SHOT = relayRecipe("relay-one-shot", askers);
