// Measures what sharing costs: private set intersection, a page of a TAXII server, a look-up in a snapshot. Exits with 1 where one
// is slower than its target.
//
//   npm run bench:share              20,000 identifiers a side, collections of up to a million objects
//   npm run bench:share -- --quick   a tenth of each

import { measureLookUps } from "./look-ups.ts";
import { measureOverlap } from "./overlap.ts";
import { measurePages } from "./pages.ts";

const isQuick = process.argv.includes("--quick");

const outcomes = [
  await measureOverlap(isQuick ? 2_000 : 20_000),
  await measureLookUps(isQuick ? 2_000 : 20_000),
  await measurePages(isQuick ? [1e3, 1e4, 1e5] : [1e3, 1e4, 1e5, 1e6]),
];
if (outcomes.includes(false)) process.exitCode = 1;
