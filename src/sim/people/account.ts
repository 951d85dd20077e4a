import type { AccountFacts } from "../../model/account.ts";
import type { Truth } from "../../model/truth.ts";

/** How a request reached the provider: the fields that do not depend on what was asked. */
export interface Connection {
  readonly key: string | undefined;
  readonly pathway: string | undefined;
  readonly ip: string | undefined;
  readonly asn: number | undefined;
  readonly country: string | undefined;
  readonly user_agent: string | undefined;
  readonly ja4: string | undefined;
}

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
  /** The provider's record of it; a few are lost. */
  readonly facts: AccountFacts | undefined;
  readonly truth: Truth;
  readonly logging: Logging;
  connect(timeMs: number): Connection;
}
