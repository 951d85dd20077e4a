import { sql } from "../store/sql.ts";

// Limits and defaults.
/** What a provider answers to an account that it slows, overloads or bans. */
export const refusals = [401, 403, 429, 503, 529];
/** A scheduler resumes an item within this time. */
export const resumeMsMax = 3_600_000;

/** The same request, whoever sends it. */
export const request = sql`sipHash64(system_hash, tools_hash, prefix_hash, prompt_hash, message_count)`;

/** Accounts of one name fail over to each other in the open; '' is no name. */
export const nameOfAccount = sql`SELECT account_index, organization FROM detect_account INNER JOIN account_facts USING account`;
