import autocannon from "autocannon";
import { startScript } from "./child-server.ts";
import type { ScriptServer } from "./child-server.ts";
import { quantile } from "./quantile.ts";

// Limits.
const connections = 32;
const warmUpSeconds = 2;
/** The machine's mood changes: the servers take turns, and each turn is short. */
const rounds = 15;
const roundSeconds = 1;

const key = "a key of this benchmark";
const question = JSON.stringify({
  api_key: "sk-0123456789abcdef0123456789abcdef",
  account: "acct_4711",
  organization: "org_4711",
  address: "198.51.100.7",
});

/** How a server did. */
export interface Rate {
  readonly requestsPerSecond: number;
  readonly cpuUsPerRequest: number;
}

/** Medians of the rounds. */
export interface Rates {
  readonly bare: Rate;
  readonly decide: Rate;
  /** decide / bare in requests a second, of neighbours. */
  readonly ratio: number;
  /** bare / decide in CPU time a request, of neighbours: what the ratio would be if nobody else used the machine. */
  readonly cpuRatio: number;
}

/** What a bare server and `POST /v1/decide` answer in a second, asked from this process. */
export async function measureDecideEndpoint(decisions: number): Promise<Rates> {
  const bare = await startScript("serve", ["bare"]);
  const decide = await startScript("serve", ["decide", key, String(decisions)]);
  try {
    await load(bare, warmUpSeconds);
    await load(decide, warmUpSeconds);
    const rates: { readonly bare: Rate; readonly decide: Rate }[] = [];
    for (let round = 0; round < rounds; round++)
      rates.push({ bare: await load(bare, roundSeconds), decide: await load(decide, roundSeconds) });
    const median = (of: (rate: (typeof rates)[number]) => number): number =>
      quantile(
        rates.map(of).sort((a, b) => a - b),
        0.5,
      );
    const rateOf = (server: "bare" | "decide"): Rate => ({
      requestsPerSecond: median((rate) => rate[server].requestsPerSecond),
      cpuUsPerRequest: median((rate) => rate[server].cpuUsPerRequest),
    });
    return {
      bare: rateOf("bare"),
      decide: rateOf("decide"),
      ratio: median((rate) => rate.decide.requestsPerSecond / rate.bare.requestsPerSecond),
      cpuRatio: median((rate) => rate.bare.cpuUsPerRequest / rate.decide.cpuUsPerRequest),
    };
  } finally {
    await bare.stop();
    await decide.stop();
  }
}

async function load(server: ScriptServer, seconds: number): Promise<Rate> {
  const beforeMs = await server.cpuMs();
  const result = await autocannon({
    url: `http://127.0.0.1:${server.port}/v1/decide`,
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: question,
    connections,
    duration: seconds,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed`);
  const cpuMs = (await server.cpuMs()) - beforeMs;
  return { requestsPerSecond: result["2xx"] / result.duration, cpuUsPerRequest: (cpuMs * 1000) / result["2xx"] };
}
