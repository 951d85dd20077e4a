import { z } from "zod";

/** RFC 3339 UTC or integer epoch milliseconds. */
export const timeSchema = z.union([z.iso.datetime({ offset: true }), z.int()]);

export const messageSchema = z.object({
  role: z.enum(["user", "assistant", "tool", "system"]),
  content: z.string(),
});

/** Sampling parameters as the client sent them; absent means not sent. */
export const paramsSchema = z.object({
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  n: z.int().optional(),
  max_tokens: z.int().optional(),
  logprobs: z.boolean().optional(),
  stream: z.boolean().optional(),
  reasoning_effort: z.string().optional(),
});

/** Tokens. */
const usageSchema = z.object({
  input: z.int().nonnegative().optional(),
  output: z.int().nonnegative().optional(),
  reasoning: z.int().nonnegative().optional(),
});

/**
 * One API exchange: a request and what came back. A missing optional field means unknown, never zero.
 * The last user message is the prompt. Log readers produce it, the simulator writes it, and the store sketches it.
 */
export const exchangeSchema = z.object({
  time: timeSchema,
  id: z.string().min(1),
  account: z.string().min(1),
  key: z.string().optional(),
  pathway: z.string().optional(),
  ip: z.string().optional(),
  asn: z.int().optional(),
  country: z.string().optional(),
  user_agent: z.string().optional(),
  ja4: z.string().optional(),
  end_user: z.string().optional(),
  model: z.string(),
  system: z.string().optional(),
  messages: z.array(messageSchema).optional(),
  tools: z.array(z.string()).optional(),
  params: paramsSchema.optional(),
  usage: usageSchema.optional(),
  status: z.int().optional(),
  finish: z.string().optional(),
  response: z.string().optional(),
});

export type Message = z.infer<typeof messageSchema>;
export type Params = z.infer<typeof paramsSchema>;
export type Exchange = z.infer<typeof exchangeSchema>;
