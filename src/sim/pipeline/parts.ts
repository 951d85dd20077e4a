import { list, type Language } from "../text/language.ts";

/** What the parts of a prompt are called: each wording picks one name per part. */
export type Part =
  | "question"
  | "answer"
  | "reference"
  | "rubric"
  | "seeds"
  | "fragment"
  | "text"
  | "request"
  | "functions"
  | "task"
  | "statement"
  | "document"
  | "kind"
  | "persona"
  | "principle"
  | "critique"
  | "situation"
  | "conversation"
  | "schema";

export const PART_NAMES: Record<
  Part,
  Partial<Record<Language, readonly string[]>> & { readonly en: readonly string[] }
> = {
  question: {
    en: list("Question | Problem | Input | Q | Exercise"),
    zh: list("问题 | 题目 | 输入"),
    ru: list("Задача | Вопрос"),
    es: list("Pregunta | Entrada"),
  },
  answer: {
    en: list("Answer | Candidate | Reply | Final answer | Submission"),
    zh: list("回答 | 答案 | 最终答案"),
    es: list("Respuesta | Salida"),
  },
  reference: {
    en: list("Reference | Gold | Model solution | Key"),
    zh: list("参考答案 | 标准答案"),
    es: list("Referencia"),
  },
  rubric: {
    en: list("Rubric | Criteria | Marking scheme | Guidelines"),
    zh: list("评分标准 | 标准"),
    es: list("Criterios"),
  },
  seeds: {
    en: list("Seeds | Examples | Pool | Given tasks"),
    zh: list("种子任务 | 示例"),
    pt: list("Exemplos | Sementes"),
  },
  fragment: { en: list("Fragment | Snippet | Code | Source"), zh: list("代码片段 | 代码") },
  text: {
    en: list("Passage | Text | Source text | Message"),
    zh: list("原文"),
    es: list("Texto | Original"),
    ar: list("النص | الأصل"),
  },
  request: {
    en: list("Request | User | Query"),
    zh: list("请求 | 用户"),
    es: list("Petición | Cliente"),
    pt: list("Pedido | Usuário"),
  },
  functions: { en: list("Functions | Catalogue | Tools | API"), zh: list("函数列表 | 工具") },
  task: { en: list("Task | Issue | Ticket | Goal"), zh: list("任务 | 工单") },
  statement: {
    en: list("Statement | Claim | Theorem | Proposition | To prove"),
    zh: list("命题 | 待证"),
    ru: list("Утверждение | Теорема"),
  },
  document: {
    en: list("Document | Text | Report | Source"),
    zh: list("文档 | 全文"),
    es: list("Documento | Texto"),
    pt: list("Documento | Texto"),
  },
  kind: {
    en: list("Kind | Type of question | Focus"),
    zh: list("类型 | 题型"),
    es: list("Tipo | Enfoque"),
    ru: list("Вид | Что написать"),
    pt: list("Tipo | Foco"),
  },
  persona: {
    en: list("Persona | Person | Profile | Character | Who asks"),
    zh: list("人物 | 角色描述"),
    es: list("Persona | Perfil"),
    ru: list("Человек | Персонаж"),
  },
  principle: {
    en: list("Principle | Rule | Guideline | Constitution"),
    zh: list("原则 | 准则"),
    es: list("Principio | Norma"),
  },
  critique: { en: list("Critique | Review | Feedback | Objections"), zh: list("批评 | 评审意见"), es: list("Crítica") },
  situation: {
    en: list("Who you are | Scenario | Profile | Situation"),
    zh: list("人物设定 | 情境"),
    es: list("Quién eres | Situación"),
  },
  conversation: {
    en: list("Conversation so far | History | Dialogue"),
    zh: list("已有对话 | 对话历史"),
    es: list("Conversación | Hasta ahora"),
  },
  schema: { en: list("Schema | Database | Tables | DDL"), zh: list("表结构 | 数据库"), ru: list("Схема | Таблицы") },
};
