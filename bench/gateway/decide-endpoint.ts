import autocannon from "autocannon";
import { startScript } from "./child-server.ts";
import { quantile } from "./quantile.ts";

// Limits.
const connections = 32;
const warmUpSeconds = 2;
/** The machine's mood changes in minutes: the servers take turns. */
const rounds = 5;
const roundSeconds = 3;

const key = "a key of this benchmark";
const question = JSON.stringify({
  api_key: "sk-0123456789abcdef0123456789abcdef",
  account: "acct_4711",
  organization: "org_4711",
  address: "198.51.100.7",
});

export interface Rates {
  /** Requests a second, the median of the rounds. */
  readonly bare: number;
  readonly decide: number;
  /** decide / bare, the median over rounds of neighbours. */
  readonly ratio: number;
}

/** Requests a second that a bare server and `POST /v1/decide` answer, asked from this process. */
export async function measureDecideEndpoint(decisions: number): Promise<Rates> {
  const bare = await startScript("serve", ["bare"]);
  const decide = await startScript("serve", ["decide", key, String(decisions)]);
  try {
    await load(bare.port, warmUpSeconds);
    await load(decide.port, warmUpSeconds);
    const rates: { readonly bare: number; readonly decide: number }[] = [];
    for (let round = 0; round < rounds; round++)
      rates.push({ bare: await load(bare.port, roundSeconds), decide: await load(decide.port, roundSeconds) });
    const median = (of: (rate: (typeof rates)[number]) => number): number =>
      quantile(
        rates.map(of).sort((a, b) => a - b),
        0.5,
      );
    return { bare: median((r) => r.bare), decide: median((r) => r.decide), ratio: median((r) => r.decide / r.bare) };
  } finally {
    await bare.stop();
    await decide.stop();
  }
}

async function load(port: number, seconds: number): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/decide`,
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: question,
    connections,
    duration: seconds,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed`);
  return result["2xx"] / result.duration;
}
