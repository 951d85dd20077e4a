import type { Truth } from "../../model/truth.ts";

/** How much of an account's traffic the log holds. */
export interface Logging {
  /** Prompts at all; false is a metadata-only log. */
  readonly text: boolean;
  /** Chance that an answer's text was kept. */
  readonly responseChance: number;
}

/** An account of the simulated provider. */
export interface SimAccount {
  readonly id: string;
  /** The provider's facts of it as a line of the accounts file; a few are lost. Text, as it takes a third of the object's room. */
  readonly record: string | undefined;
  readonly truth: Truth;
  readonly logging: Logging;
  /** How a request reaches the provider at that time (key, pathway, address, client), as members of a log line. */
  connect(timeMs: number): string;
}
