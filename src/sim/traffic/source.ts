import type { Random } from "../../kit/random.ts";
import type { SimAccount } from "../people/account.ts";
import { Agenda } from "./agenda.ts";
import type { Desk } from "./desk.ts";
import type { Call, Task, Workload } from "./task.ts";
import { type WireFrame, wireFrame } from "./wire.ts";

// Limits.
/** Tries of one call before the client gives up. */
const ATTEMPTS_MAX = 5;
/** Tasks that one source keeps open; later ones wait for a place. */
const OPEN_TASKS_MAX = 4_096;

/** An exchange before the log writes it down. */
export interface Draft {
  readonly timeMs: number;
  readonly account: SimAccount;
  /** Members of the connection as JSON. */
  readonly connection: string;
  readonly frame: WireFrame;
  readonly call: Call;
  /** 200, or how the call failed. */
  readonly status: number;
  /** Whether the log kept the answer's text. */
  readonly keepsResponse: boolean;
}

export type Sink = (draft: Draft) => void;

/** Somebody who sends exchanges: a person, a service, a relay, a campaign. */
export interface Source {
  /** Time of the next exchange or task; Infinity when there is none. */
  nextMs(): number;
  /** Hands over every exchange before `untilMs`, in order of time. */
  emit(untilMs: number, sink: Sink): void;
}

export interface SourceOptions {
  readonly random: Random;
  /** Ascending times at which tasks begin. */
  readonly starts: () => number;
  readonly workload: Workload;
  readonly desk: Desk;
  /** Share of calls that end in 429, 529 or 500. */
  readonly failureChance: number;
  /** No exchange at or after this time. */
  readonly endMs: number;
}

interface Open {
  atMs: number;
  readonly task: Task;
  readonly frame: WireFrame;
  account: SimAccount;
  call: Call | undefined;
  attempts: number;
}

/** Tasks begin, go on call by call, and are retried where they fail. */
export function trafficSource(options: SourceOptions): Source {
  const { random, starts, workload, desk, failureChance, endMs } = options;
  const open = new Agenda<Open>();
  let startMs = starts();

  const begin = (): void => {
    const account = desk.seat(startMs);
    if (account !== undefined) {
      const task = workload.begin(startMs, account);
      open.push({
        atMs: startMs,
        task,
        frame: wireFrame(task.frame, account.logging.text),
        account,
        call: undefined,
        attempts: 0,
      });
    }
    startMs = starts();
  };

  const advance = (entry: Open, sink: Sink): void => {
    const call = entry.call ?? entry.task.next();
    if (call === undefined) return;
    const failed = random.chance(failureChance);
    const { account, atMs } = entry;
    const status = failed ? drawFailure(random) : 200;
    const keepsResponse = !failed && random.chance(account.logging.responseChance);
    const timeMs = Math.floor(atMs);
    sink({
      timeMs,
      account,
      connection: account.connect(timeMs),
      frame: entry.frame,
      call,
      status,
      keepsResponse,
    });
    if (failed) {
      entry.call = call;
      entry.attempts++;
      if (entry.attempts >= ATTEMPTS_MAX) return;
      entry.atMs += 500 + random.exponential(2_000 * 2 ** entry.attempts);
    } else {
      entry.call = undefined;
      entry.attempts = 0;
      // Twelve milliseconds a token is the pace of a large model.
      entry.atMs += 400 + 12 * (call.answer.output + call.answer.reasoning) + entry.task.gapMs();
    }
    if (entry.atMs >= endMs) return;
    const next = desk.keep(account, entry.atMs, failed);
    if (next === undefined) return;
    entry.account = next;
    open.push(entry);
  };

  const nextMs = (): number => {
    const due = open.peek()?.atMs ?? Infinity;
    return open.size >= OPEN_TASKS_MAX ? due : Math.min(due, startMs);
  };

  return {
    nextMs,
    emit(untilMs, sink) {
      while (nextMs() < untilMs) {
        if (open.size < OPEN_TASKS_MAX && startMs <= (open.peek()?.atMs ?? Infinity)) {
          begin();
          continue;
        }
        const entry = open.pop();
        if (entry !== undefined) advance(entry, sink);
      }
    },
  };
}

function drawFailure(random: Random): number {
  const roll = random.next();
  return roll < 0.62 ? 429 : roll < 0.9 ? 529 : 500;
}
