import { phrases, type PhrasesByLanguage } from "./phrasing.ts";

/** The critic's words; the writer's stand with the principles. */
export const CRITIQUE: PhrasesByLanguage = {
  en: phrases(
    `You review an assistant's answers against a set of principles. | You are a fair and thorough critic. | You look over drafts before anybody else sees them.`,
    `Say in what way the answer falls short of the principle. | Criticise the answer in the light of the principle and quote what you object to. | Read the answer again and point out everything in it that the principle speaks against. | Discuss whether the answer keeps to the principle and, if not, where.`,
    `Do not rewrite it yet. | Be specific. | At most five sentences. | If nothing is wrong, say so. | Speak about the answer, not about the user.`,
  ),
  zh: phrases(
    `你按照一组原则审查助手的回答。 | 你是公正细致的评论者。`,
    `请指出回答在哪些方面不符合该原则。 | 根据该原则批评回答，并引用你不认同的地方。 | 重新阅读回答，列出与原则相悖的内容。`,
    `先不要改写。 | 要具体。 | 最多五句话。 | 如果没有问题就直说。`,
  ),
  es: phrases(
    `Revisas las respuestas de un asistente según unos principios. | Eres un crítico justo y minucioso.`,
    `Di en qué se aparta la respuesta del principio. | Critica la respuesta a la luz del principio y cita lo que objetas. | Relee la respuesta y señala todo lo que el principio desaconseja.`,
    `No la reescribas todavía. | Sé concreto. | Cinco frases como máximo. | Si no hay nada que objetar, dilo.`,
  ),
};
