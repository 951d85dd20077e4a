import type { PipelineName } from "../pipeline/phrases.ts";
import type { Rotation } from "../traffic/desk.ts";
import type { Layout } from "./layout.ts";

/** A harvest as data: what it asks, and how its accounts behave. Every trait is a parameter, so that evasion is a change of data. */
export interface CampaignSpec {
  readonly id: string;
  /** The `class` of its members in the labels. */
  readonly memberClass: string;
  readonly pipelines: readonly (readonly [PipelineName, number])[];
  /** Accounts at work at one time, at scale 1. */
  readonly accounts: number;
  readonly exchangesPerAccountDay: number;
  /** Days from the start of the world; `days` is cut at its end. */
  readonly startDay: number;
  readonly days: number;
  readonly addresses: "few-proxies" | "proxy-per-account" | "residential";
  /** Chances that an account reuses another member's payment, device or e-mail shape and domain. */
  readonly reuse: { readonly payment: number; readonly device: number; readonly email: number };
  readonly rotation: Rotation;
  /** Whether a running task takes another turn for each of its requests, so that samples and conversations go around; absent: no. */
  readonly movesOn?: boolean;
  /** Chance that a task works on an answer that came back, at whichever account's turn it is, instead of a fresh item; absent: never. */
  readonly chaining?: number;
  /** Share of exchanges that are unrelated customers' traffic. */
  readonly dilution: number;
  /** Samples of one prompt, on one account. */
  readonly samples: number;
  /** Chance that an account is banned on a given day. */
  readonly banPerDay: number;
  /** Hours until a banned account is replaced, on average. */
  readonly replacementHours: number;
  /** Whether refused work goes on from another account. Otherwise it waits where it is and is asked again in other words. */
  readonly resumes: boolean;
  /** Whether half the traffic moves to a new model within a day of its release. */
  readonly pivots: boolean;
  /** 0: all members use one client and one set of parameters; 1: each has its own. */
  readonly variation: number;
  /** Who words the templates: the whole campaign once, or each account anew. */
  readonly phrasing: "campaign" | "account";
  /** Where in a request its item stands; absent: in the prompt. */
  readonly layout?: Layout;
  /** Whose day it is: nobody's, an operator's, one person's, or a day of its own for each account. */
  readonly hours: "flat" | "shift" | "person" | "account";
  /** Days between an account's opening and its first harvest, on average. */
  readonly agedDays: number;
  /** Hours over which the accounts come on duty, on average. */
  readonly rampHours: number;
  /** Seconds that an item waits at its account, on average. */
  readonly jitterSeconds: number;
  /** Standard deviation of the logarithm of an account's load; 0 is a rotation's near-equal loads. */
  readonly loadSigma: number;
  /** Whether its accounts had their identity checked and declare that they make synthetic data, each under a name of its own. */
  readonly declares: boolean;
}
