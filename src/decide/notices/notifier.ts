import type { Decision } from "../../model/decision.ts";
import type { State } from "../../store/state/state.ts";
import { isTold, noticeOf } from "../appeals/notice.ts";
import type { CustomerNotice } from "../appeals/notice.ts";
import { auditEvent } from "../desk/record.ts";

// Limits.
/** Changes of decisions that are looked through at once, and notices that one step sends. */
const deltasPerPage = 1_000;
const noticesPerStepMax = 100;
/** After so many failures in a row the receiver is down: the others wait for the next step, rather than for it. */
const failuresInRowMax = 3;
/** A notice is tried for some two days, and then given up: twice as long after each failure, up to six hours. */
const attemptsMax = 16;
const retryMsMin = 60_000;
const retryMsMax = 6 * 3_600_000;

/** A way to reach customers. */
export interface Channel {
  readonly name: string;
  /** Resolves once the other side has taken it. It may come twice, with the same reference. */
  send(account: string, notice: CustomerNotice, nowMs: number): Promise<void>;
}

export interface NotifierOptions {
  readonly state: State;
  readonly channel: Channel;
  /** `{reference}` stands for the reference. */
  readonly appealUrl: string;
  readonly onFailure: (error: unknown) => void;
}

/** Tells customers what was decided on them, each decision once it takes effect. */
export interface Notifier {
  /** Tells what is new, and what could not be told before. */
  step(nowMs: number): Promise<void>;
}

/**
 * What is to be told waits in the state, so that neither a crash nor a receiver that is down loses a notice. It is found by
 * the numbered changes of the decisions, as gateways find them: whoever decides need not know who is told.
 */
export function createNotifier({ state, channel, appealUrl, onFailure }: NotifierOptions): Notifier {
  const { notices } = state;

  /** What took effect since the last step begins to wait. Where that can't be told any more, all that is in force does. */
  async function follow(nowMs: number): Promise<void> {
    let head = await notices.head(channel.name);
    for (;;) {
      const page = head === null ? null : await state.decisions.deltasAfter(head, deltasPerPage);
      if (page === null) break;
      const last = page.at(-1);
      if (last === undefined) return;
      const made = page.flatMap(({ kind, decision }) => (kind === "new" ? decision : []));
      await notices.enqueue(channel.name, toTell(made), last.sequence, nowMs);
      head = last.sequence;
    }
    const ids: string[] = [];
    const sequence = await state.snapshot(nowMs, (page) => void ids.push(...toTell(page)));
    await notices.enqueue(channel.name, ids, sequence, nowMs);
  }

  /** False: it was tried in vain. */
  async function tell(id: string, attempts: number, nowMs: number): Promise<boolean> {
    const found = await state.decisions.find(id);
    const notice = found === null || found.ended !== null ? null : noticeOf(found.decision, appealUrl);
    // What is over before anybody could be told restricts nobody any more.
    if (found === null || notice === null || Date.parse(notice.until) <= nowMs) {
      await notices.drop(channel.name, id);
      return true;
    }
    try {
      await channel.send(found.decision.account, notice, nowMs);
    } catch (error) {
      onFailure(error);
      await putOff(id, attempts + 1, nowMs);
      return false;
    }
    const sent = new Date(nowMs).toISOString();
    await notices.record([{ decision: id, channel: channel.name, category: notice.category, sent }]);
    return true;
  }

  async function putOff(id: string, attempts: number, nowMs: number): Promise<void> {
    if (attempts < attemptsMax) {
      const delayMs = Math.min(retryMsMax, retryMsMin * 2 ** (attempts - 1));
      return notices.postpone(channel.name, id, nowMs + delayMs);
    }
    const detail = { channel: channel.name, attempts };
    return state.transaction(async (transaction) => {
      await transaction.notices.drop(channel.name, id);
      await transaction.audit.append([auditEvent("notice.given-up", { kind: "decision", id }, detail, nowMs)]);
    });
  }

  return {
    async step(nowMs) {
      await follow(nowMs);
      let failures = 0;
      for (const { decision, attempts } of await notices.due(channel.name, nowMs, noticesPerStepMax)) {
        failures = (await tell(decision, attempts, nowMs)) ? 0 : failures + 1;
        if (failures >= failuresInRowMax) return;
      }
    },
  };
}

function toTell(decisions: readonly Decision[]): string[] {
  const told = decisions.filter((decision) => isTold(decision) && decision.held === null);
  return [...new Set(told.map(({ id }) => id))];
}
