import type { LeadName } from "../leads/lead.ts";

/**
 * What in the log led to a candidate: accounts that use the same templates, lines that the same accounts use, words that the
 * accounts come back to, or requests that were refused at one and came again at another; and traces that the accounts share, where there is no text
 * or such requests lead to them.
 */
export type OwnSource = "templates" | "lines" | "habits" | "resumptions" | TraceSource;
/** Addresses, or what belongs to a person or a machine. */
export type TraceSource = "addresses" | "identifiers";
/** Or what another provider told of: lines of templates, or traces. */
export type LeadSource = "lead-lines" | "lead-traces";
export type Source = OwnSource | LeadSource;

/** A group of accounts that may be one hand. */
export interface Candidate {
  readonly id: number;
  readonly source: Source;
  /** Account indices, ascending. */
  readonly accounts: readonly number[];
  /** The leads that drew attention to it. */
  readonly leads?: readonly LeadName[];
  /**
   * Who is in it, and which of their tasks are its shared work, was fixed before the log was looked at: it is judged on both halves
   * of the tasks. All others are formed on half 0 and judged on half 1.
   */
  readonly whole?: true;
}

/** Whether a task belongs to the shared work by the lines that it carries. */
export const isToldByLines = (source: Source): boolean =>
  source === "templates" || source === "lines" || source === "lead-lines";

/** Users of the same lines, who may be alike in nothing else. */
export const isOfLines = (source: Source): boolean => source === "lines";

/** Accounts that share traces, or requests that were resumed: all that they do is looked at. */
export const isOfTraces = (source: Source): source is TraceSource => source === "addresses" || source === "identifiers";

export const isOfLeads = (source: Source): source is LeadSource => source === "lead-lines" || source === "lead-traces";
