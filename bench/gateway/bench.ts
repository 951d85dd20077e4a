// Measures what the gateway adds: a decision within the process, and POST /v1/decide against a bare server that parses the same
// JSON, in the same run.
//
//   npm run bench:gateway              a million decisions in force
//   npm run bench:gateway -- --quick   a hundred thousand

import { measureDecideEndpoint } from "./decide-endpoint.ts";
import { measureLookUps } from "./look-ups.ts";

// Targets.
const lookUpP99UsMax = 20;
const decideRatioMin = 0.8;

const decisions = process.argv.includes("--quick") ? 100_000 : 1_000_000;
const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const verdict = (met: boolean): string => (met ? "met" : "MISSED");

const lookUps = measureLookUps(decisions);
const lookUpsMet = lookUps.p99Us <= lookUpP99UsMax;
console.log(`Look-up by five parts, ${number(decisions)} decisions in force
  p50                  ${number(lookUps.p50Us, 2)} us
  p99                  ${number(lookUps.p99Us, 2)} us   at most ${lookUpP99UsMax}: ${verdict(lookUpsMet)}
  found a decision     ${number(lookUps.found * 100)} %
  memory a decision    ${number(lookUps.bytesPerDecision)} bytes
`);

const rates = await measureDecideEndpoint(decisions);
const ratioMet = rates.ratio >= decideRatioMin;
console.log(`POST /v1/decide, ${number(decisions)} decisions in force, asked from a second process
  bare node:http       ${number(rates.bare)} requests/s
  /v1/decide           ${number(rates.decide)} requests/s
  ratio                ${number(rates.ratio, 2)}   at least ${decideRatioMin}: ${verdict(ratioMet)}`);

if (!lookUpsMet || !ratioMet) process.exitCode = 1;
