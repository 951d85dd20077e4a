import { type Language, list } from "../text/language.ts";

/** What is asked for in somebody's name: a problem or a request, which is then put to the model, or a text that is finished as it comes. */
export const GENRES = ["problem", "request", "text"] as const;
export type Genre = (typeof GENRES)[number];

type Kinds = Readonly<Record<Genre, readonly string[]>>;

const kinds = (problem: string, request: string, text: string): Kinds => ({
  problem: list(problem),
  request: list(request),
  text: list(text),
});

const PERSONA_KINDS: Partial<Record<Language, Kinds>> & { readonly en: Kinds } = {
  en: kinds(
    `mathematical problem | logic puzzle | programming exercise | science problem`,
    `request to an assistant | question about the trade | message to a colleague for advice`,
    `explanatory article | question with a full answer | character in a game`,
  ),
  zh: kinds(`数学题 | 逻辑谜题 | 科学题`, `向助手提出的请求 | 行业问题`, `科普短文 | 问题和完整回答`),
  es: kinds(
    `problema de matemáticas | acertijo lógico | problema de ciencias`,
    `petición a un asistente | pregunta del oficio`,
    `artículo divulgativo | pregunta con su respuesta completa`,
  ),
  ru: kinds(
    `математическая задача | логическая головоломка | задача по физике`,
    `просьба к помощнику | вопрос по профессии`,
    `познавательная статья | вопрос с полным ответом`,
  ),
};

export function personaKinds(language: Language): Kinds {
  return PERSONA_KINDS[language] ?? PERSONA_KINDS.en;
}
