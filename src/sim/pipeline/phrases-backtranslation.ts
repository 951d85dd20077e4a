import type { Language } from "../text/language.ts";
import { type Phrases, phrases, type PhrasesByLanguage } from "./phrasing.ts";

/** A page of the web is taken for an answer, and what it answers is asked for. */
export const BACKTRANSLATION: PhrasesByLanguage = {
  en: phrases(
    `You find the request behind a text. | You label web text for a collection of instructions. | You work backwards from answers to questions.`,
    `The text below is an answer that an assistant gave. Write the user's request to which it is the perfect answer. | Guess the instruction to which somebody would have written this page, and word it as a user would. | Imagine that this page was written on demand: what exactly was demanded? | Write one detailed prompt whose ideal answer is the text below.`,
    `Only the request. | Do not quote the text. | Name length, form and audience if the text shows them. | Ignore menus, notices and comments. | If the text answers nothing, write NONE. | Between ten and sixty words.`,
  ),
  zh: phrases(
    `你根据文本反推用户的请求。 | 你为指令集标注网页文本。`,
    `下面的文本是助手给出的回答，请写出与之完全对应的用户请求。 | 猜一猜这个网页是为回答什么指令而写的，用用户的口吻写出来。 | 写一条详细的提示，使下面的文本成为理想回答。`,
    `只写请求。 | 不要引用原文。 | 忽略菜单和评论。 | 如果文本不回答任何问题，就写“无”。`,
  ),
  pt: phrases(
    `Você descobre o pedido por trás de um texto. | Você rotula páginas da internet para uma coleção de instruções.`,
    `O texto abaixo é a resposta de um assistente. Escreva o pedido do usuário ao qual ela responde perfeitamente. | Adivinhe a instrução que levou alguém a escrever esta página, nas palavras de um usuário. | Escreva um pedido detalhado cuja resposta ideal seja o texto abaixo.`,
    `Só o pedido. | Não cite o texto. | Ignore menus e comentários. | Se o texto não responde a nada, escreva NADA.`,
  ),
};

/** What becomes of a page and its request: the pair is marked, and a good one's page is written anew. */
interface Afterwork {
  readonly curation: Phrases;
  readonly rewriting: Phrases;
}

const AFTERWORK: Partial<Record<Language, Afterwork>> & { readonly en: Afterwork } = {
  en: {
    curation: phrases(
      `You select examples of good help. | You are strict about what an assistant's answer should be.`,
      `Decide whether the text is a good example of how an assistant should answer the request, on a scale from 1 to 5. | Mark the pair below from 1 (useless) to 5 (an expert's answer to exactly this request).`,
      `First a sentence of grounds, then "Score:". | JSON with "score" and "because". | Only the number. | A page with advertising gets 3 at most.`,
    ),
    rewriting: phrases(
      `You turn raw pages into an assistant's answers. | You are a writer of clear answers.`,
      `Answer the request; take what is right and useful from the page and add what is missing. | Rewrite the page as an answer to the request in an assistant's voice. | Improve the page until it is the answer that the user hoped for.`,
      `Do not mention the page. | Use headings where they help. | Leave out links and names of authors. | Keep every fact.`,
    ),
  },
  zh: {
    curation: phrases(
      `你负责挑选优质示例。`,
      `判断该文本作为对请求的回答有多好，按1到5打分。 | 给下面的请求和回答打分，5分为专家水平。`,
      `先写一句理由，再写“分数：”。 | 只写数字。`,
    ),
    rewriting: phrases(
      `你把网页改写成助手的回答。`,
      `参考网页内容回答该请求，取其正确有用的部分并补充缺失内容。 | 用助手的口吻把网页改写成对请求的回答。`,
      `不要提到网页。 | 去掉链接和作者。`,
    ),
  },
  pt: {
    curation: phrases(
      `Você escolhe bons exemplos de ajuda.`,
      `Diga se o texto é um bom exemplo de resposta ao pedido, de 1 a 5. | Dê uma nota de 1 a 5 ao par abaixo.`,
      `Primeiro uma frase de motivo, depois "Nota:". | Só o número.`,
    ),
    rewriting: phrases(
      `Você transforma páginas em respostas de um assistente.`,
      `Responda ao pedido aproveitando o que há de certo e útil na página. | Reescreva a página como resposta ao pedido, na voz de um assistente.`,
      `Não mencione a página. | Sem links nem nomes de autores.`,
    ),
  },
};

export function afterworkOf(language: Language): Afterwork {
  return AFTERWORK[language] ?? AFTERWORK.en;
}
