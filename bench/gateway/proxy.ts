import { Client } from "undici";
import { startScript } from "./child-server.ts";
import { portkeyHeaders, startPortkey } from "./portkey.ts";
import { quantile } from "./quantile.ts";

// Limits.
const warmUpRequests = 500;
/** The machine's mood changes: the ways take turns, and each turn is short. */
const rounds = 20;
const requestsPerRound = 100;

const prompt = "Please tell me, in one or two sentences, what the capital of France is, and since when. ".repeat(10);
const body = { model: "gpt-4o-mini", messages: [{ role: "user", content: prompt }] };
const whole = JSON.stringify(body);
const streamed = JSON.stringify({ ...body, stream: true });

/** Milliseconds, at the median and at the 99th percentile. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface WayLatencies {
  /** Until a whole answer is in. */
  readonly answer: Latency;
  /** Until the first token of a streamed answer is in. */
  readonly firstToken: Latency;
}

export interface ProxyLatencies {
  readonly direct: WayLatencies;
  readonly stillwatch: WayLatencies;
  readonly portkey: WayLatencies;
}

/** A way to the upstream: asked on one connection, one request after the other. */
interface Way {
  readonly client: Client;
  readonly headers: Record<string, string>;
  readonly answersMs: number[];
  readonly firstTokensMs: number[];
}

/** How long answers of one upstream take straight, through the proxy, and through Portkey's gateway. */
export async function measureProxy(decisions: number): Promise<ProxyLatencies> {
  const upstream = await startScript("upstream-server", []);
  const address = `http://127.0.0.1:${upstream.port}`;
  const own = await startScript("proxy-server", [address, String(decisions)]);
  const rival = await startPortkey();
  const ways = {
    direct: wayTo(upstream.port),
    stillwatch: wayTo(own.port),
    portkey: wayTo(rival.port, portkeyHeaders(address)),
  };
  try {
    for (const way of Object.values(ways)) await ask(way, warmUpRequests);
    for (const way of Object.values(ways)) way.answersMs.length = way.firstTokensMs.length = 0;
    for (let round = 0; round < rounds; round++)
      for (const way of Object.values(ways)) await ask(way, requestsPerRound);
    return {
      direct: latenciesOf(ways.direct),
      stillwatch: latenciesOf(ways.stillwatch),
      portkey: latenciesOf(ways.portkey),
    };
  } finally {
    for (const way of Object.values(ways)) await way.client.destroy();
    for (const server of [rival, own, upstream]) await server.stop();
  }
}

function wayTo(port: number, headers: Record<string, string> = {}): Way {
  const client = new Client(`http://127.0.0.1:${port}`);
  const all = { "content-type": "application/json", authorization: "Bearer sk-of-the-benchmark", ...headers };
  return { client, headers: all, answersMs: [], firstTokensMs: [] };
}

async function ask(way: Way, requests: number): Promise<void> {
  for (let i = 0; i < requests; i++) {
    way.answersMs.push(await timed(way, whole, "end"));
    way.firstTokensMs.push(await timed(way, streamed, "first"));
  }
}

/** Milliseconds until the first piece with text, or until the end; the answer is always read to its end. */
async function timed({ client, headers }: Way, asked: string, until: "first" | "end"): Promise<number> {
  const start = performance.now();
  let firstMs = Number.NaN;
  const answer = await client.request({ path: "/v1/chat/completions", method: "POST", headers, body: asked });
  let text = "";
  for await (const piece of answer.body) {
    text += String(piece);
    if (Number.isNaN(firstMs) && text.includes('"content":"Paris')) firstMs = performance.now() - start;
  }
  if (answer.statusCode !== 200 || Number.isNaN(firstMs)) throw new Error(`answered ${answer.statusCode}: ${text}`);
  return until === "first" ? firstMs : performance.now() - start;
}

const latenciesOf = ({ answersMs, firstTokensMs }: Way): WayLatencies => ({
  answer: latencyOf(answersMs),
  firstToken: latencyOf(firstTokensMs),
});

function latencyOf(unsorted: readonly number[]): Latency {
  const sorted = unsorted.toSorted((a, b) => a - b);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}
