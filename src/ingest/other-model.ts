/**
 * Whether a model by this name gives vectors or an order and writes no answer: for logs that don't say which operation a
 * call was.
 */
export function isOtherModel(model: string | null | undefined): boolean {
  return typeof model === "string" && /embed|rerank/i.test(model);
}
