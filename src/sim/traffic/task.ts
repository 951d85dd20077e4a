import type { Params } from "../../model/exchange.ts";
import type { SimAccount } from "../people/account.ts";
import { type Utterance, utterance } from "./wire.ts";

/** What the model returned, as the log will show it. */
export interface Answer {
  readonly text: string;
  /** Tokens. */
  readonly output: number;
  /** Tokens; 0 where the model does not reason. */
  readonly reasoning: number;
  readonly finish: string;
}

/** One request with the answer that it will get. */
export interface Call {
  /** In place of the frame's. */
  readonly system?: string;
  readonly messages: readonly Utterance[];
  readonly answer: Answer;
}

/** The fields that stay the same over a task's calls. */
export interface Frame {
  readonly model: string;
  readonly system?: string | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly params?: Params | undefined;
  readonly endUser?: string | undefined;
}

/** A piece of work: a conversation, an agent's episode, k samples of one prompt, a chain of prompts. */
export interface Task {
  readonly frame: Frame;
  /** The next call, or undefined after the last. */
  next(): Call | undefined;
  /** Milliseconds between an answer and the next call. */
  gapMs(): number;
  /** The same work from its start in other words, for senders who never repeat a refused request as it was. */
  reworded?(): Task;
}

/** Where tasks come from. */
export interface Workload {
  /** Calls of an average task, without retries. */
  readonly callsMean: number;
  begin(timeMs: number, account: SimAccount): Task;
}

/** The same messages `count` times: one call, or k samples of one prompt. */
export function samples(frame: Frame, prompt: string, count: number, answer: () => Answer, gapMs: () => number): Task {
  const messages = [utterance("user", prompt)];
  let sent = 0;
  return {
    frame,
    gapMs,
    next: () => (sent++ < count ? { messages, answer: answer() } : undefined),
  };
}

/**
 * A conversation whose messages grow: each later call carries the whole history. `turn(i)` writes the i-th message from the
 * outside (a person's, or a tool's output).
 */
export function dialogue(
  frame: Frame,
  turns: number,
  turn: (index: number) => Utterance,
  answer: (index: number) => Answer,
  gapMs: () => number,
): Task {
  const history: Utterance[] = [];
  let index = 0;
  let last: Answer | undefined;
  return {
    frame,
    gapMs,
    next() {
      if (index >= turns) return undefined;
      if (last !== undefined) history.push(utterance("assistant", last.text));
      history.push(turn(index));
      last = answer(index++);
      return { messages: history.slice(), answer: last };
    },
  };
}

/** What one call without history asks. */
export interface Prompt {
  /** In place of the frame's. */
  readonly system?: string | undefined;
  readonly text: string;
}

/** Calls without history in which the answers so far, the last one last, become part of the next prompt. */
export function chain(
  frame: Frame,
  prompts: readonly ((earlier: readonly string[]) => Prompt)[],
  answer: (index: number) => Answer,
  gapMs: () => number,
): Task {
  let index = 0;
  const earlier: string[] = [];
  return {
    frame,
    gapMs,
    next() {
      const prompt = prompts[index];
      if (prompt === undefined) return undefined;
      const reply = answer(index++);
      const { system, text } = prompt(earlier);
      earlier.push(reply.text);
      return { ...(system === undefined ? {} : { system }), messages: [utterance("user", text)], answer: reply };
    },
  };
}
