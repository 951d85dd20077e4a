import { type PhrasesByLanguage, phrases } from "./phrasing.ts";

/** A question about a database becomes a query. */
export const TEXT_TO_SQL: PhrasesByLanguage = {
  en: phrases(
    `You are an expert of SQL. | You translate questions into queries. | You are a data analyst who explains each query.`,
    `Think about which tables and columns are needed, then write one query that answers the question. | Write the query for the question over the schema below, and say in steps how you arrived at it. | Plan the joins, the filters and the grouping first; give the final query last. | Answer the question with a single statement that runs on this schema.`,
    `The query in a block of its own. | Only tables of the schema. | Return no more columns than are asked for. | No comments in the query. | Round nothing. | If the question cannot be answered, write SELECT NULL. | Put it between <sql> and </sql>.`,
  ),
  zh: phrases(
    `你是SQL专家。 | 你把问题翻译成查询语句。`,
    `先想清楚需要哪些表和列，再写出回答问题的查询。 | 根据下面的表结构为问题写出SQL，并分步说明思路。 | 先规划连接、筛选和分组，最后给出查询。`,
    `查询单独放在一个代码块里。 | 只用给出的表。 | 不要返回多余的列。 | 查询中不写注释。`,
  ),
  ru: phrases(
    `Ты эксперт по SQL. | Ты переводишь вопросы в запросы к базе.`,
    `Определи, какие таблицы и столбцы нужны, и напиши запрос, который отвечает на вопрос. | Напиши запрос к схеме ниже и объясни по шагам, как ты к нему пришёл. | Сначала продумай соединения, условия и группировку, потом дай запрос.`,
    `Запрос отдельным блоком. | Только таблицы схемы. | Без лишних столбцов. | Без комментариев в запросе.`,
  ),
};
