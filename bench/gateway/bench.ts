// Measures what the gateway adds: a decision within the process, POST /v1/decide against a bare server that parses the same JSON,
// and the reverse proxy against Portkey's gateway before the same upstream, all in the same run.
//
//   npm run bench:gateway              a million decisions in force
//   npm run bench:gateway -- --quick   a hundred thousand

import { measureDecideEndpoint } from "./decide-endpoint.ts";
import { measureLookUps } from "./look-ups.ts";
import { measureProxy } from "./proxy.ts";
import type { Latency } from "./proxy.ts";
import { number } from "../format.ts";

// Targets.
const lookUpP99UsMax = 20;
const decideRatioMin = 0.8;
const firstTokenAddedP50MsMax = 1;

const decisions = process.argv.includes("--quick") ? 100_000 : 1_000_000;
const verdict = (met: boolean): string => (met ? "met" : "MISSED");

const lookUps = measureLookUps(decisions);
const lookUpsMet = lookUps.p99Us <= lookUpP99UsMax;
console.log(`What is to be done with a request, by five parts of it, ${number(decisions)} decisions in force
  p50                  ${number(lookUps.p50Us, 2)} us
  p99                  ${number(lookUps.p99Us, 2)} us   at most ${lookUpP99UsMax}: ${verdict(lookUpsMet)}
  found a decision     ${number(lookUps.found * 100)} %
  memory a decision    ${number(lookUps.bytesPerDecision)} bytes
`);

const rates = await measureDecideEndpoint(decisions);
const ratioMet = rates.ratio >= decideRatioMin;
console.log(`POST /v1/decide, ${number(decisions)} decisions in force, asked from a second process
  bare node:http       ${number(rates.bare.requestsPerSecond)} requests/s, ${number(rates.bare.cpuUsPerRequest)} us of CPU each
  /v1/decide           ${number(rates.decide.requestsPerSecond)} requests/s, ${number(rates.decide.cpuUsPerRequest)} us of CPU each
  ratio                ${number(rates.ratio, 2)}, by CPU time ${number(rates.cpuRatio, 2)}   at least ${decideRatioMin}: ${verdict(ratioMet)}`);

const { direct, stillwatch, portkey } = await measureProxy(decisions);
const added = (way: Latency, straight: Latency): Latency => ({
  p50Ms: way.p50Ms - straight.p50Ms,
  p99Ms: way.p99Ms - straight.p99Ms,
});
const own = added(stillwatch.answer, direct.answer);
const rival = added(portkey.answer, direct.answer);
const ownToken = added(stillwatch.firstToken, direct.firstToken);
const row = (name: string, { p50Ms, p99Ms }: Latency): string =>
  `  ${name.padEnd(18)}${number(p50Ms, 2).padStart(8)} ms ${number(p99Ms, 2).padStart(8)} ms`;
const proxyMet = own.p50Ms < rival.p50Ms && own.p99Ms < rival.p99Ms;
const tokenMet = ownToken.p50Ms <= firstTokenAddedP50MsMax;
console.log(`
Reverse proxy, ${number(decisions)} decisions in force: the time that it adds to an answer, p50 and p99
${row("straight", direct.answer)}
${row("stillwatch adds", own)}   less than Portkey: ${verdict(proxyMet)}
${row("Portkey adds", rival)}

The same to the first token of a stream
${row("straight", direct.firstToken)}
${row("stillwatch adds", ownToken)}   at most ${firstTokenAddedP50MsMax} ms at p50: ${verdict(tokenMet)}
${row("Portkey adds", added(portkey.firstToken, direct.firstToken))}`);

if (!lookUpsMet || !ratioMet || !proxyMet || !tokenMet) process.exitCode = 1;
