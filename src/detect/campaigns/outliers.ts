import { logDirichletMultinomial } from "../../math/special.ts";
import { fitConcentration } from "../calibration/nulls.ts";
import type { Nulls } from "../calibration/nulls.ts";
import { TRACE_KINDS } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";

/*
 * Who stands in a convicted group by accident: a customer who uses one of the campaign's published templates, and that one
 * only. A member stays if its own mix of templates is not a hundred times likelier for a customer of its own than for a
 * sample of the others' queue, or if it is tied to another member by a rare trace or by a resumed request.
 */

const ratioMin = -2;
/** A trace with more holders than this ties nobody. */
const traceHoldersMax = 20;
/** Up to this many members the others' likeness is fitted without the member in question. */
const leaveOneOutMax = 40;

/** Positions in `observation.members` of those who do not belong. */
export function outliersOf(observation: Observation, nulls: Nulls): number[] {
  const { halves, columns } = observation.features.stream;
  const rows = halves[0].map((row, i) => row.map((count, column) => count + halves[1][i]![column]!));
  if (columns < 2 || rows.length < 4) return [];
  const tied = tiedMembers(observation);
  const totals = Array.from({ length: columns }, (_, column) =>
    rows.reduce((sum, row) => sum + share(row)[column]!, 0),
  );
  const together = fitConcentration(rows, normalised(totals));
  return rows.flatMap((row, i) => {
    if (tied.has(i)) return [];
    const own = share(row);
    const others = normalised(totals.map((total, column) => Math.max(total - own[column]!, 0)));
    const likeness =
      rows.length <= leaveOneOutMax
        ? fitConcentration(
            rows.filter((_, j) => j !== i),
            others,
          )
        : together;
    if (likeness === null || likeness <= nulls.concentration.stream) return [];
    const ratio =
      logDirichletMultinomial(row, others, likeness) - logDirichletMultinomial(row, others, nulls.concentration.stream);
    return ratio / Math.LN10 <= ratioMin ? [i] : [];
  });
}

function tiedMembers(observation: Observation): Set<number> {
  const traces: ReadonlySet<string> = new Set(TRACE_KINDS);
  const tied = new Set(
    observation.tokens
      .filter((token) => traces.has(token.kind) && token.accounts <= traceHoldersMax)
      .flatMap((token) => token.members),
  );
  observation.members.forEach((member, i) => {
    if (member.resumed > 0) tied.add(i);
  });
  return tied;
}

function share(row: readonly number[]): number[] {
  const size = row.reduce((sum, count) => sum + count, 0);
  return row.map((count) => (size > 0 ? count / size : 0));
}

/** Shares that sum to one, smoothed so that nothing is impossible. */
function normalised(totals: readonly number[]): number[] {
  const smoothed = totals.map((total) => total + 0.05);
  const sum = smoothed.reduce((a, b) => a + b, 0);
  return smoothed.map((total) => total / sum);
}
