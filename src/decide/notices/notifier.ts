import { assertNever } from "../../kit/assert.ts";
import type { Decision, DecisionDelta } from "../../model/decision.ts";
import type { DecisionRecord } from "../../store/state/decisions.ts";
import type { NoticeTopic, PendingNotice } from "../../store/state/notices.ts";
import type { State } from "../../store/state/state.ts";
import { endNoticeOf, isOver, isTold, noticeOf } from "../appeals/notice.ts";
import type { CustomerNotice, EndNotice } from "../appeals/notice.ts";
import { readPages } from "../desk/pages.ts";
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

/** What a customer is told: of a decision, or of its end. */
export type CustomerMessage =
  | { readonly kind: "decided"; readonly notice: CustomerNotice }
  | { readonly kind: "ended"; readonly notice: EndNotice };

/** A way to reach customers. */
export interface Channel {
  readonly name: string;
  /** Resolves once the other side has taken it. It may come twice. */
  send(account: string, message: CustomerMessage, nowMs: number): Promise<void>;
}

export interface NotifierOptions {
  readonly state: State;
  readonly channel: Channel;
  /** `{reference}` stands for the reference. */
  readonly appealUrl: string;
  readonly onFailure: (error: unknown) => void;
}

/** Tells customers what was decided on them, each decision once it takes effect, and when that is over. */
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

  /**
   * What took effect or ended since the last step begins to wait. Where that can't be told any more, all that is in force does, and the
   * end of all that was told and is over.
   */
  async function follow(nowMs: number): Promise<void> {
    let head = await notices.head(channel.name);
    for (;;) {
      const page = head === null ? null : await state.decisions.deltasAfter(head, deltasPerPage);
      if (page === null) break;
      const last = page.at(-1);
      if (last === undefined) return;
      await notices.enqueue(
        channel.name,
        distinct(page.flatMap((delta) => topicOf(delta) ?? [])),
        last.sequence,
        nowMs,
      );
      head = last.sequence;
    }
    const topics: NoticeTopic[] = [];
    const sequence = await state.snapshot(nowMs, (page) => {
      for (const { id: decision } of page.filter(isWorthTelling)) topics.push({ decision, kind: "decided" });
    });
    for (const { decision, cause } of await readPages((page) => notices.untoldEnds(channel.name, page)))
      if (isOver(cause)) topics.push({ decision, kind: "ended" });
    await notices.enqueue(channel.name, distinct(topics), sequence, nowMs);
  }

  /** False: it was tried in vain. */
  async function tell(pending: PendingNotice, nowMs: number): Promise<boolean> {
    const { decision: id, kind } = pending;
    const found = await state.decisions.find(id);
    const told = kind === "ended" ? await notices.ofDecision(id) : [];
    const wasTold = told.some((notice) => notice.channel === channel.name && notice.kind === "decided");
    const message = found === null ? null : messageOf(kind, found, { appealUrl, wasTold, nowMs });
    if (found === null || message === null) {
      await notices.drop(channel.name, pending);
      return true;
    }
    try {
      await channel.send(found.decision.account, message, nowMs);
    } catch (error) {
      onFailure(error);
      await putOff(pending, nowMs);
      return false;
    }
    const { category } = message.notice;
    const sent = new Date(nowMs).toISOString();
    await notices.record([{ decision: id, kind, channel: channel.name, category, sent }]);
    return true;
  }

  async function putOff(pending: PendingNotice, nowMs: number): Promise<void> {
    const attempts = pending.attempts + 1;
    if (attempts < attemptsMax) {
      const delayMs = Math.min(retryMsMax, retryMsMin * 2 ** (attempts - 1));
      return notices.postpone(channel.name, pending, nowMs + delayMs);
    }
    const { decision: id, kind } = pending;
    const detail = { channel: channel.name, kind, attempts };
    return state.transaction(async (transaction) => {
      await transaction.notices.drop(channel.name, pending);
      await transaction.audit.append([auditEvent("notice.given-up", { kind: "decision", id }, detail, nowMs)]);
    });
  }

  return {
    async step(nowMs) {
      await follow(nowMs);
      let failures = 0;
      for (const pending of await notices.due(channel.name, nowMs, noticesPerStepMax)) {
        failures = (await tell(pending, nowMs)) ? 0 : failures + 1;
        if (failures >= failuresInRowMax) return;
      }
    },
  };
}

interface Circumstances {
  readonly appealUrl: string;
  /** Of the decision, on this channel. */
  readonly wasTold: boolean;
  readonly nowMs: number;
}

/** Null where there is nothing to tell any more: what is over restricts nobody, and whoever was not told of it need not know that it is. */
function messageOf(
  kind: NoticeTopic["kind"],
  record: DecisionRecord,
  { appealUrl, wasTold, nowMs }: Circumstances,
): CustomerMessage | null {
  switch (kind) {
    case "decided": {
      const notice = record.ended === null ? noticeOf(record.decision, appealUrl) : null;
      return notice === null || Date.parse(notice.until) <= nowMs ? null : { kind, notice };
    }
    case "ended": {
      const notice = wasTold ? endNoticeOf(record) : null;
      return notice === null ? null : { kind, notice };
    }
    default:
      return assertNever(kind, "kind of a notice");
  }
}

function topicOf({ kind, decision, cause }: DecisionDelta): NoticeTopic | null {
  if (kind === "new") return isWorthTelling(decision) ? { decision: decision.id, kind: "decided" } : null;
  // What was told may have been taken out of force by the kill switch before its end.
  return isTold(decision) && cause !== undefined && isOver(cause) ? { decision: decision.id, kind: "ended" } : null;
}

const isWorthTelling = (decision: Decision): boolean => isTold(decision) && decision.held === null;

/** One statement takes a topic once; a renewal names its decision again. */
const distinct = (topics: readonly NoticeTopic[]): NoticeTopic[] => [
  ...new Map(topics.map((topic) => [`${topic.kind}/${topic.decision}`, topic])).values(),
];
