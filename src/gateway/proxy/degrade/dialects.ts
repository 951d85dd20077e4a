import { anthropicBatches, anthropicMessages, anthropicResults } from "./anthropic-messages.ts";
import type { Dialect } from "./dialect.ts";
import { geminiBatches, geminiGenerate, geminiResults, googleBatch } from "./gemini-generate.ts";
import { geminiInteractions } from "./gemini-interactions.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { openaiFiles, openaiUploads } from "./openai-files.ts";
import { openaiItems, openaiResponses } from "./openai-responses.ts";

/**
 * By how a path ends, since compatible servers put theirs behind prefixes of their own. Stored answers are fetched by their
 * id. With `rawPredict` Vertex AI takes the requests of other vendors in their own form: Anthropic's, and Mistral's, which is OpenAI's.
 */
const dialects: readonly (readonly [RegExp, Dialect])[] = [
  [/\/chat\/completions(?:\/[^/]+)?$/, openaiChat],
  [/\/responses(?:\/[^/]+(?:\/cancel)?)?$/, openaiResponses],
  [/\/responses\/[^/]+\/input_items$|\/conversations\/[^/]+\/items(?:\/[^/]+)?$/, openaiItems],
  [/\/completions$/, openaiCompletions],
  [/\/messages\/batches$/, anthropicBatches],
  [/\/messages\/batches\/[^/]+\/results$/, anthropicResults],
  [/\/messages$/, anthropicMessages],
  [/:(?:stream)?generatecontent$/, geminiGenerate],
  [/\/publishers\/anthropic\/models\/[^/]+:(?:stream)?rawpredict$/, anthropicMessages],
  [/:(?:stream)?rawpredict$/, openaiChat],
  [/^\/batch(?:\/[^/]+)*$/, googleBatch],
  [/:batchgeneratecontent$|\/batches(?:\/[^/]+)?$/, geminiBatches],
  [/\/files\/[^/]+:download$/, geminiResults],
  [/\/files(?:\/[^/]+\/content)?$/, openaiFiles],
  [/\/uploads$/, openaiUploads],
  [/\/interactions(?:\/[^/]+)?$/, geminiInteractions],
];

/** The dialect that an endpoint speaks, by its canonical path (`../route.ts`); null where there is nothing to strip. */
export function dialectOf(path: string): Dialect | null {
  return dialects.find(([ending]) => ending.test(path))?.[1] ?? null;
}
